//! Whether a text can be the value of a secret at all: references, names, paths, placeholders and hashes cannot.

use super::random::{distinct, is_random, is_wordy};
use super::words::words;

/// What a text is, as far as its form tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// Never a secret: empty, a switch, a reference, a path, an id, a hash, a ciphertext.
    Harmless,
    /// Stands where a value is to be filled in.
    Blank,
    /// A sample that works unless somebody changes it (`changeme`).
    Sample,
    /// A well-known or simple value.
    Simple,
    /// Reads like a name: words joined by separators.
    Wordy,
    /// A few plain words with spaces between: a pass phrase, or prose.
    Phrase,
    /// Reads like random characters.
    Random,
}

pub(super) fn shape(text: &str) -> Shape {
    let text = text.trim();
    let lower = text.to_ascii_lowercase();
    if text.is_empty() || text.len() > 20_000 || text.chars().count() < 2 {
        return Shape::Harmless;
    }
    if words().switch.has(&lower) {
        let typed = words().known.has(&lower) && text != text.to_ascii_uppercase();
        return if typed { Shape::Simple } else { Shape::Harmless };
    }
    if is_elsewhere(text, &lower) || is_path(text, &lower) || is_hashed(text) || is_measure(text) {
        return Shape::Harmless;
    }
    if words().sample.any(|sample| lower.contains(sample)) {
        return Shape::Sample;
    }
    if is_blank(text, &lower) {
        return Shape::Blank;
    }
    if text.contains(char::is_whitespace) {
        return if is_phrase(&lower) { Shape::Phrase } else { Shape::Harmless };
    }
    if is_random(text) {
        Shape::Random
    } else if is_words(text) {
        Shape::Wordy
    } else {
        Shape::Simple
    }
}

/// `age1` and 58 characters of Bech32 or more; those of plugins name it before another `1`: `age1yubikey1…`.
fn is_age_recipient(text: &str) -> bool {
    let bech32 = |b: u8| b.is_ascii_digit() || (b.is_ascii_lowercase() && !matches!(b, b'b' | b'i' | b'o'));
    let Some(rest) = text.strip_prefix("age1") else { return false };
    let plugin = rest.split_once('1').filter(|(name, _)| name.bytes().all(|b| b.is_ascii_lowercase()));
    let key = plugin.map_or(rest, |(_, key)| key);
    key.len() >= 58 && key.bytes().all(bech32)
}

/// Expressions of any language that name a value elsewhere, identifiers of resources, and ciphertexts.
fn is_elsewhere(text: &str, lower: &str) -> bool {
    if words().elsewhere.any(|start| lower.starts_with(start)) {
        return true;
    }
    if ["ssh-rsa ", "ssh-ed25519 ", "ecdsa-sha2-", "ssh-dss "].iter().any(|kind| lower.contains(kind)) {
        return true;
    }
    // Recipients of age, to whom others encrypt; the key that decrypts begins with `AGE-SECRET-KEY-1`.
    // Source: the format's specification, age-encryption.org/v1, "The X25519 recipient type".
    if text.split([',', ' ']).filter(|it| !it.is_empty()).all(is_age_recipient) {
        return true;
    }
    // `a.b.c` of identifiers; `@x`, `$x` and `%x%` as a whole.
    let identifiers = text.contains('.')
        && text.split('.').count() >= 3
        && text.split('.').all(|part| {
            part.len() > 1
                && part.starts_with(|c: char| c.is_ascii_alphabetic())
                && part.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '[' | ']'))
        })
        && !is_random(text)
        && text.len() < 80;
    let sigil = text.strip_prefix(['$', '@', '%', '&', '#']).is_some_and(|name| {
        name.len() > 2
            && name
                .trim_end_matches('%')
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | ':' | '/' | '.' | '-'))
            && name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && (is_wordy(name)
                || name.contains([':', '/'])
                    && !name.split([':', '/']).any(|part| part.len() >= 12 && is_random(part)))
    });
    let host = text.split(':').next().unwrap_or(text);
    let labels: Vec<&str> = host.split('.').collect();
    let letters = host.bytes().all(|b| b.is_ascii_lowercase() || matches!(b, b'-' | b'.'));
    let hostname = (labels.len() >= 3 || labels.len() == 2 && letters)
        && labels.iter().all(|label| {
            !label.is_empty()
                && label
                    .bytes()
                    .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'_'))
        })
        && labels
            .last()
            .is_some_and(|label| label.len() >= 2 && label.bytes().all(|b| b.is_ascii_lowercase()))
        && !labels.iter().any(|label| label.len() >= 16 && is_random(label));
    // SOPS, sealed and age ciphertexts; KMS blobs.
    let sealed =
        (text.starts_with("AgA") || text.starts_with("AgB") || text.starts_with("AQIC")) && text.len() > 100;
    identifiers || sigil || sealed || hostname
}

fn is_path(text: &str, lower: &str) -> bool {
    if text.starts_with(['/', '~']) && !text.contains(' ') {
        // A base64 text may start with a slash too.
        let parts = text.split('/').filter(|part| !part.is_empty());
        let plain = parts.clone().filter(|part| !is_random(part)).count();
        return text.len() < 160 && plain * 2 >= parts.count().max(1) && !text.ends_with('=');
    }
    text.starts_with("./")
        || text.starts_with("../")
        || words().ending.any(|end| lower.ends_with(end)) && !text.contains(' ')
        || (text.matches('/').count() >= 2 && is_wordy(text) && !text.contains('+') && !text.ends_with('='))
        || text.get(1..3) == Some(":\\")
}

/// One-way hashes of passwords: what they hash cannot be read from them.
fn is_hashed(text: &str) -> bool {
    let htpasswd = text.split_once(':').is_some_and(|(user, hash)| {
        user.len() < 40 && hash.starts_with(['$', '{']) && words().hash.any(|start| hash.starts_with(start))
    });
    htpasswd || words().hash.any(|start| text.starts_with(start))
}

/// Durations, sizes, dates, versions, addresses and mail addresses.
fn is_measure(text: &str) -> bool {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let unit = text.get(digits..).unwrap_or_default();
    let duration = digits > 0
        && digits < 8
        && matches!(
            unit,
            "s" | "m"
                | "h"
                | "d"
                | "w"
                | "y"
                | "ms"
                | "min"
                | "sec"
                | "Mi"
                | "Gi"
                | "Ki"
                | "MB"
                | "GB"
                | "KB"
                | "days"
                | "hours"
                | "bits"
                | "%"
                | "k"
        );
    let numeric = text
        .bytes()
        .all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'-' | b':' | b'/' | b',' | b'T' | b'Z' | b'+'))
        && text.contains(['.', '-', ':', '/', ',']);
    let version = text
        .strip_prefix('v')
        .is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_digit() || b == b'.'));
    let mail = text.split_once('@').is_some_and(|(user, host)| {
        !user.is_empty()
            && user.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-' | b'+'))
            && host.split('.').count() >= 2
            && host
                .split('.')
                .all(|part| part.len() >= 2 && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-'))
    });
    let glob = text.contains("**") || text.contains("/*");
    duration || numeric || version || mail || glob
}

fn is_blank(text: &str, lower: &str) -> bool {
    let framed = [('<', '>'), ('[', ']'), ('{', '}'), ('(', ')'), ('%', '%')]
        .iter()
        .any(|(open, close)| text.starts_with(*open) && text.ends_with(*close));
    // `ACCESS_SECRET_KEY`: the name of what is to be put there.
    let capitals =
        text.len() >= 4 && text.bytes().all(|b| b.is_ascii_uppercase() || b == b'_') && is_wordy(text);
    framed
        || capitals
        || distinct(text.as_bytes()) == 1
        || (distinct(lower.as_bytes()) <= 2 && text.len() >= 6)
        || text
            .split_once('<')
            .and_then(|(_, rest)| rest.split_once('>'))
            .is_some_and(|(inner, _)| inner.len() >= 3)
        || (words().blank.any(|blank| holds(text, lower, blank)) && !is_random_tail(text))
}

/// Whether a text holds a word of the table. Random characters spell a short one by chance, but rarely in one case.
fn holds(text: &str, lower: &str, word: &str) -> bool {
    let mut found = lower.match_indices(word);
    let in_one_case = |at: usize| text.get(at..at + word.len()).is_some_and(one_case);
    if word.len() > 4 { found.next().is_some() } else { found.any(|(at, _)| in_one_case(at)) }
}

/// Whether a long random stretch stands in a text that also holds a word such as `test` or `sample`.
fn is_random_tail(text: &str) -> bool {
    text.split(['-', '_', '.', ':']).any(|part| part.len() >= 16 && is_random(part))
}

/// Lower- or upper-case words joined by `-`, `_`, `.`, `/` or `:`: what names look like.
fn is_words(text: &str) -> bool {
    let parts: Vec<&str> = text.split(['-', '_', '.', '/', ':']).collect();
    parts.len() >= 2
        && parts
            .iter()
            .filter(|part| part.len() < 3 || is_wordy(part) || part.bytes().all(|b| b.is_ascii_digit()))
            .count()
            * 2
            >= parts.len()
        && parts.iter().all(|part| !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric()))
        && parts.iter().filter(|part| part.bytes().any(|b| b.is_ascii_alphabetic())).count() >= 2
        && !parts.iter().any(|part| part.len() >= 8 && is_random(part))
        && parts.iter().all(|part| one_case(part))
}

/// `word`, `WORD` or `Word`.
fn one_case(word: &str) -> bool {
    let tail = word.get(1..).unwrap_or_default();
    !tail.bytes().any(|b| b.is_ascii_uppercase()) || !word.bytes().any(|b| b.is_ascii_lowercase())
}

/// Two to five short words that do not speak about secrets: what people choose as a pass phrase.
fn is_phrase(lower: &str) -> bool {
    const PROSE: &[&str] = &[
        "your",
        "the",
        "password",
        "passwords",
        "secret",
        "token",
        "key",
        "see",
        "from",
        "stored",
        "vault",
        "not",
        "required",
        "use",
        "must",
        "should",
        "is",
        "be",
        "provided",
        "generated",
        "reset",
        "enter",
        "new",
        "for",
        "of",
        "to",
        "in",
        "or",
        "please",
        "optional",
        "default",
        "none",
    ];
    let words: Vec<&str> = lower.split_whitespace().collect();
    (2..=5).contains(&words.len())
        && lower.len() <= 40
        && words.iter().all(|word| word.chars().all(char::is_alphanumeric) && !PROSE.contains(word))
}

/// Whether a text is the word for a password in some language, as a label shows it.
pub(super) fn is_label(text: &str) -> bool {
    let lower = text.to_lowercase();
    !text.is_ascii() && text.chars().all(char::is_alphabetic) || words().password.has(&lower)
}

/// Whether the words of a name speak of a password as a thing: `db-password`, `app-credentials`.
pub(super) fn names_a_password(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    ["secret", "password", "passwd", "cred", "token", "-key", "_key"].iter().any(|word| lower.contains(word))
}

/// Whether the words of a name speak of a secret: `db-password`, `github-token`, `app-tls`.
pub(super) fn names_a_secret(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    [
        "secret", "password", "passwd", "token", "key", "cred", "auth", "cert", "tls", "config", "pass",
        "login", "account", "user", "name",
    ]
    .iter()
    .any(|word| lower.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes() {
        for (expected, texts) in [
            (
                Shape::Harmless,
                "true|var.password|/run/secrets/db|./key.pem|arn:aws:x|30d|2026-01-01|$2y$10$abc|secrets.TOKEN|https://a.b/c|ops@acme.io|tls.crt|ssh-rsa AAAA|aws_iam_access_key.x.secret|projects/a/secrets/b|secret/data/app|sentence with many words in it|age10nxe7f9ypejrwh3txsdps3v2njh94c0t0739nqjnv6mjmu2wnsz9za374f|AES-256-GCM",
            ),
            (
                Shape::Blank,
                "<your-token>|xxxxxxxx|TBD-soon|REPLACE_ME|your_api_key|dummy|00000000|TODO-later|[password]|example-password|set-in-console",
            ),
            (Shape::Sample, "changeme|ChangeMe123|please-change-me"),
            (Shape::Simple, "postgres|hunter|Secret123|password|admin1"),
            (Shape::Wordy, "db-password|my_app_secret|github-token"),
            (Shape::Random, "qzjxkvbwpfnm|9f8b2c71d04e|Xk29fLq0PzB7|Z2BT6REJy.EytBD8auqw3"),
        ] {
            for text in texts.split('|') {
                assert_eq!(shape(text), expected, "{text}");
            }
        }
    }
}
