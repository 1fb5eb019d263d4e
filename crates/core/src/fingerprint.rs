//! Identities that survive moved lines and never reveal a value.
//!
//! A fingerprint is made of the rule, the logical address, the reference key and an ordinal. It holds no line, no
//! column and no message. A literal takes part only under a [`HashKey`] that its owner keeps to himself: without
//! one, a short literal could be guessed back from its digest, so it is left out.

use std::fmt;

/// The key under which literals are hashed: an organisation's secret, or none.
#[derive(Clone, Default)]
pub struct HashKey(pub(crate) Option<[u8; 32]>);

impl HashKey {
    /// Derives the key from a passphrase of any length; an empty one is no key.
    pub fn from_passphrase(passphrase: &str) -> Self {
        let context = "connlint 2026 literal hash key v1";
        Self((!passphrase.is_empty()).then(|| blake3::derive_key(context, passphrase.as_bytes())))
    }

    /// The key of everybody, for digests that never leave the process: they only compare.
    pub fn of_nobody() -> Self {
        Self::from_passphrase("for comparing within one process")
    }

    /// The digest of a literal that may leave the process, or `None` without a key.
    pub fn digest(&self, literal: &str) -> Option<Digest> {
        let hash = blake3::keyed_hash(self.0.as_ref()?, literal.as_bytes());
        Some(Digest::truncate(&hash))
    }
}

impl fmt::Debug for HashKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "HashKey(***)" } else { "HashKey(none)" })
    }
}

/// The first 16 bytes of a hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest([u8; 16]);

impl Digest {
    pub(crate) fn truncate(hash: &blake3::Hash) -> Self {
        let mut short = [0; 16];
        short.iter_mut().zip(hash.as_bytes()).for_each(|(to, from)| *to = *from);
        Self(short)
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// Hashes a list of parts, each with its length, so that no two lists run together.
pub(crate) fn feed<'a>(hasher: &mut blake3::Hasher, parts: impl IntoIterator<Item = &'a str>) {
    for part in parts {
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part.as_bytes());
    }
}

/// Identity of a finding across runs: 32 hexadecimal digits.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fingerprint(String);

impl Fingerprint {
    /// The identity made of these parts, in this order. The parts must be free of values and of line numbers.
    pub fn of<'a>(parts: impl IntoIterator<Item = &'a str>) -> Self {
        let mut hasher = blake3::Hasher::new();
        feed(&mut hasher, parts);
        Self(Digest::truncate(&hasher.finalize()).to_string())
    }

    /// The digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_do_not_run_together() {
        assert_ne!(Fingerprint::of(["ab", "c"]), Fingerprint::of(["a", "bc"]));
    }

    #[test]
    fn literals_are_hashed_only_under_a_key() {
        assert_eq!(HashKey::from_passphrase("").digest("hunter2"), None);
        let [one, two] = ["one", "two"].map(|it| HashKey::from_passphrase(it).digest("hunter2"));
        assert!(one.is_some() && one != two);
        assert_eq!(format!("{:?}", HashKey::from_passphrase("one")), "HashKey(***)");
    }
}
