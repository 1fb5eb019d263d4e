//! What the name of a setting says about its value.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::OnceLock;

use aho_corasick::{AhoCorasick, AhoCorasickKind};

use super::words::{List, words};

/// What a name promises.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum NameClass {
    /// Nothing secret: an id, a path, a policy, a switch, or no word of the trade at all.
    Plain,
    /// A word such as `key` or `auth` that also means harmless things: only a random value is a secret.
    Vague,
    /// A secret word that something follows (`token_for_github`): only a random value is a secret.
    Loose,
    /// A machine secret: token, API key, client secret, private key.
    Secret,
    /// A password, which people also choose themselves.
    Password,
}

/// Judges a name such as `db_password`, `jwt-secret-key` or `AWS_SECRET_ACCESS_KEY`.
pub fn classify(name: &str) -> NameClass {
    if name.len() > 120 || !may_be_secret(name) {
        return NameClass::Plain;
    }
    // The same few names come again and again, and each is asked about several times.
    KNOWN.with_borrow_mut(|known| {
        if let Some(class) = known.get(name) {
            return *class;
        }
        let class = judged(name);
        if known.len() < MOST_KNOWN {
            known.insert(name.into(), class);
        }
        class
    })
}

/// Names remembered by each thread.
const MOST_KNOWN: usize = 10_000;

thread_local! {
    static KNOWN: RefCell<HashMap<Box<str>, NameClass>> = RefCell::new(HashMap::new());
}

fn judged(name: &str) -> NameClass {
    let table = words();
    let words = split(name);
    let mut words: &[String] = &words;
    if words.ends_with(&["connection".to_owned(), "string".to_owned()]) {
        return NameClass::Secret;
    }
    while let [rest @ .., last] = words
        && !rest.is_empty()
        && (table.neutral.has(last) || last.bytes().all(|b| b.is_ascii_digit()))
    {
        // `plain_text` alone, or `default`, is no secret; a secret word must be left.
        words = rest;
    }
    let Some((last, before)) = words.split_last() else { return NameClass::Plain };
    let previous = before.last().map_or("", |word| word);
    if before.first().is_some_and(|first| table.head.has(first))
        || words
            .iter()
            .any(|word| matches!(&**word, "ids" | "arns" | "names" | "paths" | "max" | "min" | "num"))
    {
        return NameClass::Plain;
    }
    if table.tail.has(last) && !table.secret.has(last) && (previous, &**last) != ("user", "info") {
        // A webhook address and a connection string carry their secret within.
        return match (previous, &**last) {
            ("webhook" | "hook", "url" | "uri") => NameClass::Vague,
            // The secret half of Vault's AppRole, but also the name of a secret elsewhere.
            ("secret", "id") => NameClass::Loose,
            _ => NameClass::Plain,
        };
    }
    if before.iter().any(|word| matches!(&**word, "public" | "pub" | "publishable" | "hashed" | "encrypted"))
    {
        return NameClass::Plain;
    }
    if table.password.has(last) || suffix(last, &table.password) {
        return NameClass::Password;
    }
    if matches!(&**last, "pass" | "pw") {
        return NameClass::Password;
    }
    if table.secret.has(last) || is_pair(previous, last) || suffix(last, &table.secret) {
        return NameClass::Secret;
    }
    if table.vague.has(last) {
        let encrypted = before.iter().any(|word| matches!(&**word, "public" | "hashed" | "encrypted"));
        return if encrypted || table.public_key.has(previous) { NameClass::Plain } else { NameClass::Vague };
    }
    if before.iter().any(|word| table.password.has(word) || table.secret.has(word)) {
        return NameClass::Loose;
    }
    NameClass::Plain
}

/// Whether a name holds any of the letters that all words of the trade are made of: most names do not, and this
/// tells so in one pass.
fn may_be_secret(name: &str) -> bool {
    static SEARCH: OnceLock<Option<AhoCorasick>> = OnceLock::new();
    let search = SEARCH.get_or_init(|| {
        let builder = AhoCorasick::builder()
            .ascii_case_insensitive(true)
            .kind(Some(AhoCorasickKind::DFA))
            .build(&words().root.entries);
        builder.ok()
    });
    search.as_ref().is_none_or(|search| search.is_match(name))
}

/// Whether the last word of a name says that the value is an id, a place or a measure.
pub(super) fn is_harmless(name: &str) -> bool {
    split(name).last().is_some_and(|last| {
        words().tail.has(last)
            || matches!(
                &**last,
                "cidr" | "ip" | "domain" | "account" | "reverse" | "project" | "org" | "ami" | "zone"
            )
    })
}

/// Whether a setting of this name takes an id, a place, a party or a measure.
pub(crate) fn takes_no_secret(name: &str) -> bool {
    is_harmless(name) || split(name).last().is_some_and(|last| words().place.has(last))
}

/// Whether a secret's field of this name holds no secret.
pub(crate) fn is_plain_field(field: &str) -> bool {
    let lower = field.to_ascii_lowercase();
    words().field.has(&lower) || words().field_end.any(|end| lower.ends_with(end))
}

/// Whether the things below a secret's field of this name are no secrets, whatever they are called.
pub(crate) fn is_plain_collection(field: &str) -> bool {
    let name = field.split('[').next().unwrap_or(field);
    split(name).last().is_some_and(|last| words().many.has(last))
}

fn is_pair(first: &str, second: &str) -> bool {
    let pairs = &words().pair;
    let is = |second: &str| pairs.has(&format!("{first} {second}"));
    !first.is_empty() && (is(second) || second.strip_suffix('s').is_some_and(is))
}

/// Whether a word written without separators ends in one of the words: `dbpassword`, `mysqlpwd`.
fn suffix(word: &str, list: &List) -> bool {
    list.any(|end| end.len() >= 5 && word.len() > end.len() && word.ends_with(end))
}

/// Splits at separators, at `camelCase` borders and between letters and digits; lower case.
fn split(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut previous = ' ';
    let mut characters = name.chars().peekable();
    while let Some(c) = characters.next() {
        if !c.is_alphanumeric() {
            previous = ' ';
            continue;
        }
        let next_lower = characters.peek().is_some_and(|next| next.is_lowercase());
        let border = !previous.is_alphanumeric()
            || (c.is_uppercase() && (previous.is_lowercase() || (previous.is_uppercase() && next_lower)))
            || (c.is_ascii_digit()
                && !previous.is_ascii_digit()
                && !words.last().is_some_and(|word| is_versioned(word)))
            || (c.is_alphabetic() && previous.is_ascii_digit() && c.is_uppercase());
        if border || words.is_empty() {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut() {
            word.extend(c.to_lowercase());
        }
        previous = c;
    }
    words
}

/// Words that are one with the digit behind them: `v2`, `b64`, `md5`, `sha256`.
fn is_versioned(word: &str) -> bool {
    matches!(word, "v" | "b" | "md" | "sha" | "base" | "s" | "oauth" | "pbkdf")
}

#[cfg(test)]
mod tests {
    use super::NameClass::{Loose, Password, Plain, Secret, Vague};
    use super::*;

    #[test]
    fn names() {
        for (class, names) in [
            (
                Password,
                "password DB_PASSWORD dbPassword mysqlpassword rootPwd SMTP_PASS admin-password passwordProd password2 ldap.bindPassword pass",
            ),
            (
                Secret,
                "api_key apiKey APIKEY client_secret AWS_SECRET_ACCESS_KEY secretkey jwt-secret-key app_key token github_token private_key connectionString accessKey token_prod DATADOG_API_KEY auth.token authorization_key",
            ),
            (Vague, "key auth salt dsn webhook_url"),
            (Loose, "token_for_github password_grafana secret_id"),
            (
                Plain,
                "password_policy secret_name secretName existingSecretPasswordKey token_url public_key partition_key kms_key_id max_tokens_limit db_password_rotated_date update_password password_field client_id tokenTTL private_key_path ssh_key_name enable_password use_secrets min_password_length key_pair vault_token_path user name region secret_arn password_secret_name",
            ),
        ] {
            for name in names.split(' ') {
                assert_eq!(classify(name), class, "{name}");
            }
        }
    }
}
