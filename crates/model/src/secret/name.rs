//! What the name of a setting says about its value.

use std::sync::OnceLock;

use aho_corasick::{AhoCorasick, AhoCorasickKind};

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

const PASSWORD: &[&str] = &[
    "password",
    "passwords",
    "requirepass",
    "dbpass",
    "userpass",
    "rootpass",
    "adminpass",
    "smtppass",
    "mailpass",
    "ldappass",
    "bindpass",
    "storepass",
    "keypass",
    "masterpass",
    "ftppass",
    "bindpw",
    "passwd",
    "pwd",
    "passphrase",
    "passcode",
    "passwort",
    "psw",
    "pword",
    "pswd",
];

/// One word that means a machine secret by itself.
const SECRET: &[&str] = &[
    "apikey",
    "apitoken",
    "accesskey",
    "accesstoken",
    "authkey",
    "authtoken",
    "bearer",
    "bottoken",
    "clientsecret",
    "credential",
    "credentials",
    "creds",
    "encryptionkey",
    "jwt",
    "pat",
    "privatekey",
    "psk",
    "presharedkey",
    "secret",
    "secretaccesskey",
    "secretkey",
    "secrets",
    "sharedkey",
    "signingkey",
    "token",
    "tokens",
    "webhooksecret",
];

/// Two words that mean a machine secret together.
const PAIRS: &[(&str, &str)] = &[
    ("access", "key"),
    ("account", "key"),
    ("admin", "key"),
    ("api", "key"),
    ("app", "key"),
    ("application", "key"),
    ("auth", "key"),
    ("authorization", "key"),
    ("basic", "auth"),
    ("client", "key"),
    ("consumer", "key"),
    ("cookie", "key"),
    ("crypt", "key"),
    ("crypto", "key"),
    ("decryption", "key"),
    ("deploy", "key"),
    ("developer", "key"),
    ("encrypt", "key"),
    ("encryption", "key"),
    ("hmac", "key"),
    ("host", "key"),
    ("integration", "key"),
    ("ingest", "key"),
    ("ingestion", "key"),
    ("jwt", "key"),
    ("license", "key"),
    ("licence", "key"),
    ("master", "key"),
    ("private", "key"),
    ("push", "key"),
    ("routing", "key"),
    ("sas", "key"),
    ("secret", "key"),
    ("security", "key"),
    ("server", "key"),
    ("service", "key"),
    ("session", "key"),
    ("shared", "key"),
    ("sign", "key"),
    ("signature", "key"),
    ("signing", "key"),
    ("ssh", "key"),
    ("storage", "key"),
    ("stream", "key"),
    ("user", "info"),
    ("verification", "key"),
    ("webhook", "key"),
    ("write", "key"),
    ("user", "pass"),
    ("auth", "header"),
    ("function", "key"),
    ("subscription", "key"),
    ("insights", "key"),
    ("instrumentation", "key"),
    ("management", "key"),
    ("join", "key"),
    ("cookie", "hash"),
    ("node", "key"),
    ("cluster", "key"),
    ("db", "key"),
];

/// Words that are a secret only when their value looks like one.
const VAGUE: &[&str] = &[
    "auth",
    "authorization",
    "dsn",
    "key",
    "keys",
    "salt",
    "nonce",
    "pin",
    "seed",
    "cookie",
    "otp",
    "signature",
    "pepper",
    "login",
];

/// A last word that makes the whole a name, a place, a switch or a measure.
const TAIL: &[&str] = &[
    "age",
    "alg",
    "algorithm",
    "alias",
    "annotation",
    "arn",
    "arns",
    "attribute",
    "attributes",
    "audience",
    "author",
    "available",
    "backend",
    "basename",
    "bits",
    "bucket",
    "cache",
    "certificate",
    "change",
    "changed",
    "characters",
    "check",
    "class",
    "column",
    "columns",
    "comment",
    "complexity",
    "config",
    "configmap",
    "configuration",
    "controller",
    "count",
    "created",
    "date",
    "days",
    "deletion",
    "delimiter",
    "description",
    "dir",
    "directory",
    "disabled",
    "driver",
    "duration",
    "enabled",
    "endpoint",
    "endpoints",
    "engine",
    "env",
    "environment",
    "exists",
    "expiration",
    "expired",
    "expires",
    "expiry",
    "extension",
    "field",
    "fields",
    "file",
    "filename",
    "filenames",
    "files",
    "fingerprint",
    "flag",
    "folder",
    "format",
    "func",
    "function",
    "generator",
    "group",
    "handler",
    "header",
    "headers",
    "help",
    "hint",
    "history",
    "host",
    "hostname",
    "hours",
    "id",
    "identifier",
    "ids",
    "image",
    "index",
    "info",
    "interval",
    "issuer",
    "json",
    "kid",
    "kind",
    "label",
    "labels",
    "lambda",
    "length",
    "level",
    "lifetime",
    "limit",
    "limits",
    "link",
    "list",
    "location",
    "lookup",
    "manager",
    "map",
    "mapping",
    "match",
    "max",
    "message",
    "method",
    "min",
    "minutes",
    "mode",
    "module",
    "mount",
    "name",
    "names",
    "namespace",
    "number",
    "only",
    "operator",
    "option",
    "options",
    "order",
    "owner",
    "parameter",
    "parameters",
    "param",
    "params",
    "path",
    "paths",
    "pattern",
    "patterns",
    "period",
    "plugin",
    "policies",
    "policy",
    "port",
    "position",
    "prefix",
    "prefixes",
    "prompt",
    "property",
    "properties",
    "provider",
    "providers",
    "provisioner",
    "quota",
    "recipient",
    "recovery",
    "ref",
    "reference",
    "references",
    "refs",
    "regex",
    "region",
    "registry",
    "renewal",
    "replication",
    "repo",
    "repository",
    "required",
    "requirements",
    "reset",
    "resource",
    "retention",
    "review",
    "role",
    "roles",
    "rotated",
    "rotation",
    "rule",
    "rules",
    "schedule",
    "schema",
    "scheme",
    "scope",
    "scopes",
    "seconds",
    "selector",
    "separator",
    "server",
    "service",
    "setting",
    "settings",
    "size",
    "slot",
    "source",
    "spec",
    "stage",
    "state",
    "status",
    "storage",
    "store",
    "stores",
    "strategy",
    "strength",
    "subject",
    "suffix",
    "support",
    "supported",
    "sync",
    "table",
    "tag",
    "tags",
    "target",
    "template",
    "thumbprint",
    "time",
    "timeout",
    "timestamp",
    "title",
    "topic",
    "ttl",
    "type",
    "types",
    "uid",
    "update",
    "updated",
    "updates",
    "uri",
    "uris",
    "url",
    "urls",
    "usage",
    "use",
    "used",
    "user",
    "username",
    "usernames",
    "users",
    "uuid",
    "validation",
    "validator",
    "validity",
    "var",
    "variable",
    "variables",
    "vars",
    "vault",
    "version",
    "versions",
    "visibility",
    "volume",
    "weight",
    "windows",
    "word",
    "words",
    "workspace",
    "yaml",
    "yml",
    "renew",
    "authentication",
    "protection",
    "encrypted",
    "hashed",
    "md5",
    "sha1",
    "sha256",
    "sha512",
    "digest",
    "hash",
    "bcrypt",
    "checksum",
    "count",
    "arguments",
    "args",
    "retry",
    "retries",
    "ring",
    "rings",
    "pair",
    "pairs",
    "spaces",
    "space",
    "item",
    "items",
    "entry",
    "container",
    "engineer",
    "scanning",
    "scanner",
    "scan",
    "detection",
    "review",
    "tests",
    "cert",
    "certs",
    "ca",
    "pub",
    "public",
];

/// A first word that makes the whole a switch, a procedure or something for everybody.
const HEAD: &[&str] = &[
    "allow",
    "can",
    "change",
    "check",
    "create",
    "disable",
    "enable",
    "existing",
    "expire",
    "force",
    "forgot",
    "generate",
    "has",
    "hide",
    "ignore",
    "is",
    "manage",
    "max",
    "maximum",
    "min",
    "minimum",
    "no",
    "num",
    "public",
    "pub",
    "require",
    "requires",
    "reset",
    "rotate",
    "show",
    "skip",
    "update",
    "use",
    "validate",
    "verify",
    "with",
    "without",
    "encrypted",
    "sealed",
    "hashed",
    "partition",
    "sort",
    "primary",
    "foreign",
    "object",
    "index",
];

/// Last words that change nothing about what comes before.
const NEUTRAL: &[&str] = &[
    "a",
    "b",
    "b64",
    "base64",
    "blue",
    "current",
    "default",
    "dev",
    "development",
    "external",
    "extra",
    "green",
    "hex",
    "internal",
    "live",
    "literal",
    "local",
    "main",
    "new",
    "next",
    "nonprod",
    "old",
    "one",
    "plain",
    "plaintext",
    "previous",
    "primary",
    "prod",
    "production",
    "qa",
    "raw",
    "readonly",
    "ro",
    "rw",
    "secondary",
    "staging",
    "str",
    "string",
    "test",
    "text",
    "two",
    "uat",
    "v1",
    "v2",
    "value",
    "values",
    "wo",
    "temp",
    "temporary",
    "initial",
    "eu",
    "us",
    "readwrite",
    "write",
    "read",
];

/// Judges a name such as `db_password`, `jwt-secret-key` or `AWS_SECRET_ACCESS_KEY`.
pub fn classify(name: &str) -> NameClass {
    if name.len() > 120 || !may_be_secret(name) {
        return NameClass::Plain;
    }
    let words = words(name);
    let mut words: &[String] = &words;
    let is = |list: &[&str], word: &str| list.contains(&word);
    if words.ends_with(&["connection".to_owned(), "string".to_owned()]) {
        return NameClass::Secret;
    }
    while let [rest @ .., last] = words
        && !rest.is_empty()
        && (is(NEUTRAL, last) || last.bytes().all(|b| b.is_ascii_digit()))
    {
        // `plain_text` alone, or `default`, is no secret; a secret word must be left.
        words = rest;
    }
    let Some((last, before)) = words.split_last() else { return NameClass::Plain };
    let previous = before.last().map_or("", |word| word);
    let plural = ["ids", "arns", "names", "paths", "max", "min", "num"];
    if before.first().is_some_and(|first| is(HEAD, first)) || words.iter().any(|word| is(&plural, word)) {
        return NameClass::Plain;
    }
    if is(TAIL, last)
        && !is(SECRET, last)
        && !(previous == "basic" && last == "auth")
        && !(previous == "user" && last == "info")
    {
        // A webhook address and a connection string carry their secret within.
        return match (previous, &**last) {
            ("webhook" | "hook", "url" | "uri") => NameClass::Vague,
            // The secret half of Vault's AppRole, but also the name of a secret elsewhere.
            ("secret", "id") => NameClass::Loose,
            _ => NameClass::Plain,
        };
    }
    if previous == "public" || previous == "pub" || previous == "publishable" {
        return NameClass::Plain;
    }
    if is(PASSWORD, last) || suffix(last, PASSWORD) {
        return NameClass::Password;
    }
    if matches!(&**last, "pass" | "pw") {
        return NameClass::Password;
    }
    if is(SECRET, last) || is_pair(previous, last) || suffix(last, SECRET) {
        return NameClass::Secret;
    }
    if is(VAGUE, last) {
        let public = [
            "partition",
            "primary",
            "sort",
            "cache",
            "kms",
            "object",
            "index",
            "tag",
            "label",
            "group",
            "map",
            "ssh",
            "gpg",
            "pgp",
            "s3",
            "dedup",
            "sharding",
            "row",
            "config",
            "lookup",
            "translation",
            "i18n",
            "worksheet",
            "spreadsheet",
            "sheet",
            "document",
            "range",
            "hash",
            "project",
            "issue",
            "jira",
            "data",
            "item",
            "field",
            "event",
            "message",
            "json",
            "route",
            "menu",
            "idempotency",
            "state",
            "resource",
        ];
        return if public.contains(&previous) { NameClass::Plain } else { NameClass::Vague };
    }
    if before.iter().any(|word| is(PASSWORD, word) || is(SECRET, word)) {
        return NameClass::Loose;
    }
    NameClass::Plain
}

/// Whether a name holds any of the letters that all words of the trade are made of: most names do not, and this
/// tells so in one pass.
fn may_be_secret(name: &str) -> bool {
    const ROOTS: &[&str] = &[
        "pass", "pwd", "psw", "pword", "pw", "secret", "token", "key", "cred", "auth", "psk", "salt", "nonce", "pin", "seed", "cookie", "otp", "signature", "pepper", "login", "dsn", "pat", "jwt", "bearer", "connection", "hook", "user",
    ];
    static SEARCH: OnceLock<Option<AhoCorasick>> = OnceLock::new();
    let search = SEARCH.get_or_init(|| {
        let builder = AhoCorasick::builder().ascii_case_insensitive(true).kind(Some(AhoCorasickKind::DFA)).build(ROOTS);
        builder.ok()
    });
    search.as_ref().is_none_or(|search| search.is_match(name))
}

/// Whether the last word of a name says that the value is an id, a place or a measure.
pub(super) fn is_harmless(name: &str) -> bool {
    words(name).last().is_some_and(|last| {
        TAIL.contains(&&**last)
            || matches!(
                &**last,
                "cidr" | "ip" | "domain" | "account" | "reverse" | "project" | "org" | "ami" | "zone"
            )
    })
}

fn is_pair(first: &str, second: &str) -> bool {
    PAIRS.contains(&(first, second))
        || second.strip_suffix('s').is_some_and(|one| PAIRS.contains(&(first, one)))
}

/// Whether a word written without separators ends in one of the words: `dbpassword`, `mysqlpwd`.
fn suffix(word: &str, list: &[&str]) -> bool {
    list.iter().any(|end| end.len() >= 5 && word.len() > end.len() && word.ends_with(end))
}

/// Splits at separators, at `camelCase` borders and between letters and digits; lower case.
fn words(name: &str) -> Vec<String> {
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
