//! The names under which two repositories recognise one credential, without showing it.
//!
//! What leaves a repository is a hash. Under an organisation's key it is keyed, so that nobody else can try guesses on
//! it. Without one, a literal has no such name at all; a reference has one, since it is no secret.

use crate::fingerprint::{Digest, HashKey, feed};

/// Makes join keys. It is derived from the organisation's key, and is another one than that of fingerprints.
#[derive(Clone)]
pub struct JoinKey(Option<[u8; 32]>);

impl HashKey {
    /// The maker of join keys that belongs to this key.
    pub fn join_key(&self) -> JoinKey {
        JoinKey(self.0.map(|key| blake3::derive_key("connlint 2026 join key v1", &key)))
    }

    /// Tells whether two results were made under one key; nothing where there is none. It takes as long to guess the
    /// key from this as from any other keyed hash.
    pub fn check(&self) -> Option<Digest> {
        let check = blake3::derive_key("connlint 2026 key check v1", self.0.as_ref()?);
        Some(Digest::truncate(&blake3::Hash::from_bytes(check)))
    }
}

impl JoinKey {
    /// The join key of what these parts name. The parts must be free of values.
    pub fn reference<'a>(&self, parts: impl IntoIterator<Item = &'a str>) -> Digest {
        let mut hasher = self.0.as_ref().map_or_else(blake3::Hasher::new, blake3::Hasher::new_keyed);
        feed(&mut hasher, ["reference"].into_iter().chain(parts));
        Digest::truncate(&hasher.finalize())
    }

    /// The join key of a secret's text, or `None` without a key.
    pub fn literal(&self, text: &str) -> Option<Digest> {
        let mut hasher = blake3::Hasher::new_keyed(self.0.as_ref()?);
        feed(&mut hasher, ["literal", text]);
        Some(Digest::truncate(&hasher.finalize()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_leaves_depends_on_the_key() {
        let [none, one, two] = ["", "one", "two"].map(HashKey::from_passphrase);
        assert_eq!(none.join_key().literal("hunter2"), None);
        assert_eq!(none.check(), None);
        assert_ne!(one.join_key().literal("hunter2"), two.join_key().literal("hunter2"));
        assert_eq!(one.join_key().literal("hunter2"), one.clone().join_key().literal("hunter2"));
        assert_ne!(one.check(), two.check());
        let [plain, keyed] = [&none, &one].map(|it| it.join_key().reference(["vault", "a/b"]));
        assert_ne!(plain, keyed);
        // No use of the key gives what another one gives.
        assert_ne!(one.join_key().literal("a"), Some(one.join_key().reference(["a"])));
        assert_ne!(one.join_key().literal("a"), one.digest("a"));
    }
}
