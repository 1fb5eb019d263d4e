//! One literal, judged: is it a secret, by what evidence, and how strong is it.

use std::ops::Range;

use super::form::documentation_key;
use super::name::{NameClass, classify, is_harmless};
use super::token::tokens;
use super::uri::{password_in_pairs, password_in_uri};
use super::value::{Shape, is_label, names_a_password, names_a_secret, shape};

/// What the place of a literal says about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// The schema declares it a secret.
    Secret,
    /// The schema declares it sensitive, but it is an id, a user name or a public certificate.
    Context,
    /// Nothing is known but the name.
    Unknown,
}

/// How the setting is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Context {
    /// A setting of a format we know little about: the value may name something instead of being it.
    Setting,
    /// An environment variable, a variable's default, or an argument that takes the value itself.
    Literal,
    /// An entry of a secret object (a Kubernetes Secret, a secret version).
    SecretEntry,
}

/// What made a literal a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Evidence {
    /// The name of the setting and the form of the value.
    Name,
    /// The place: an entry of a secret object.
    Place,
    /// The provider's schema.
    Schema,
    /// The password part of an address or connection string.
    Address,
    /// A published format.
    Format(&'static str),
}

/// How much a secret protects.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Strength {
    /// A sample that works unless somebody changes it.
    Sample,
    /// A simple value that can be guessed.
    Weak,
    /// Anything else.
    Strong,
}

/// A literal that is a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judgement {
    /// The secret's bytes within the literal.
    pub range: Range<usize>,
    /// Why.
    pub evidence: Evidence,
    /// How much it protects.
    pub strength: Strength,
}

/// No published format is shorter.
const SHORTEST_TOKEN: usize = 16;

/// Judges the literal `text` of the setting `name`.
pub fn judge(name: &str, text: &str, role: Role, context: Context) -> Option<Judgement> {
    let whole = trimmed(text);
    let value = text.get(whole.clone()).unwrap_or_default();
    if value.is_empty() {
        return None;
    }
    let found = |range: Range<usize>, evidence, strength| Some(Judgement { range, evidence, strength });
    // A format that tells itself needs no name.
    if value.len() >= SHORTEST_TOKEN
        && value.bytes().any(|b| b.is_ascii_digit())
        && let Some(hit) = tokens(text).into_iter().next()
    {
        let strength = if hit.sample { Strength::Sample } else { Strength::Strong };
        return found(hit.range, Evidence::Format(hit.what), strength);
    }
    if let Some(range) = password_in_uri(text) {
        let password = text.get(range.clone()).unwrap_or_default();
        return match address_strength(password) {
            Some(strength) => found(range, Evidence::Address, strength),
            None => None,
        };
    }
    if let Some(range) = password_in_pairs(text) {
        let password = text.get(range.clone()).unwrap_or_default();
        return match address_strength(password) {
            Some(strength) => found(range, Evidence::Address, strength),
            None => None,
        };
    }
    if let Some(range) = basic_pair(name, value) {
        return found(
            whole.start + range.start..whole.start + range.end,
            Evidence::Address,
            Strength::Strong,
        );
    }
    if let Some(range) = authorization(text) {
        return found(range, Evidence::Address, Strength::Strong);
    }
    if role == Role::Context {
        return None;
    }
    let class = classify(name);
    // `secret_id = "slack-alert-channel"` names a secret of a store; the id that is a credential is random.
    if role != Role::Secret && name.to_ascii_lowercase().ends_with("secret_id") && is_words(value) {
        return None;
    }
    // The documented sample of a cloud's secret key is a placeholder wherever it authenticates something.
    if documentation_key(value) {
        return (class >= NameClass::Vague || role == Role::Secret).then_some(Judgement {
            range: whole,
            evidence: Evidence::Name,
            strength: Strength::Sample,
        });
    }
    if class == NameClass::Plain && role != Role::Secret && context != Context::SecretEntry {
        return None;
    }
    let shape = shape(value);
    let strength = match shape {
        Shape::Harmless | Shape::Blank => return None,
        Shape::Sample => Strength::Sample,
        Shape::Simple | Shape::Wordy | Shape::Phrase => Strength::Weak,
        Shape::Random => Strength::Strong,
    };
    let evidence = match role {
        Role::Secret => {
            (class != NameClass::Plain || shape == Shape::Random || strong(value)).then_some(Evidence::Schema)
        }
        _ => by_name(name, class, context, shape, value),
    };
    // A simple value is what people choose for passwords; long ones with several kinds of characters are strong.
    let strength = if shape == Shape::Simple && strong(value) { Strength::Strong } else { strength };
    found(whole, evidence?, strength)
}

fn by_name(name: &str, class: NameClass, context: Context, shape: Shape, value: &str) -> Option<Evidence> {
    let digits = value.bytes().all(|b| b.is_ascii_digit());
    // What stands in an environment variable is used as it is; elsewhere words may name a secret.
    let variable = name.len() > 3 && !name.bytes().any(|b| b.is_ascii_lowercase());
    let context = if variable && context == Context::Setting { Context::Literal } else { context };
    let fits = match (class, shape) {
        (NameClass::Plain, Shape::Random) if context == Context::SecretEntry => {
            return (value.len() >= 8 && strong(value) && !is_harmless(name)).then_some(Evidence::Place);
        }
        (NameClass::Plain, _) => false,
        (NameClass::Password, Shape::Simple | Shape::Wordy) if is_label(value) => variable,
        (NameClass::Password, Shape::Wordy) => context != Context::Setting || !names_a_password(value),
        (NameClass::Password, _) => value.len() >= if digits { 4 } else { 3 },
        // A list of secrets is a list of their names, unless it holds something else.
        (NameClass::Secret, Shape::Simple | Shape::Wordy) if name.ends_with('s') || name.ends_with('S') => {
            context == Context::SecretEntry && strong(value)
        }
        (NameClass::Secret, Shape::Random) => !digits || value.len() >= 8,
        (NameClass::Secret, Shape::Phrase) => name.ends_with("psk") || name.ends_with("PSK"),
        (NameClass::Secret, Shape::Wordy) => {
            let long =
                value.len() >= 28 && value.split(['-', '_', '.']).count() >= 4 && !names_a_secret(value);
            let digits = context != Context::Setting && value.bytes().any(|b| b.is_ascii_digit());
            long || (variable || digits) && value.len() >= 8 && !is_name_like(value)
        }
        (NameClass::Vague | NameClass::Loose, Shape::Phrase) => false,
        (NameClass::Secret, Shape::Sample) => true,
        (NameClass::Secret, _) => {
            let opaque = value.len() >= 16 && !super::random::is_wordy(value) && !value.contains(' ');
            !digits && (context != Context::Setting && value.len() >= 6 || opaque || strong(value))
        }
        (NameClass::Loose | NameClass::Vague, Shape::Random) => {
            value.len() >= 16 && strong(value) && !value.contains(['/', '.', ':'])
                || value.len() >= 32 && strong(value) && value.ends_with('=')
        }
        (NameClass::Loose | NameClass::Vague, _) => {
            context == Context::SecretEntry && class == NameClass::Vague && value.len() >= 16 && strong(value)
        }
    };
    fits.then_some(Evidence::Name)
}

/// `user:password` in base64, under a name such as `auth`.
fn basic_pair(name: &str, value: &str) -> Option<Range<usize>> {
    let packed = value.rsplit('=').find(|part| !part.is_empty()).is_some()
        && value.len() >= 12
        && name.to_ascii_lowercase().ends_with("auth");
    let from = value.find("_auth=").map_or(0, |at| at + 6);
    let decoded =
        data_encoding::BASE64.decode(value.get(from..)?.as_bytes()).ok().filter(|_| packed || from > 0)?;
    let text = String::from_utf8(decoded).ok()?;
    let (user, password) = text.split_once(':')?;
    (!user.is_empty() && password.len() >= 3 && text.bytes().all(|b| b.is_ascii_graphic()))
        .then_some(from..value.len())
}

/// Schemes of `Authorization` headers: the registered ones that carry the credential itself, and those of single services.
/// Source: IANA's registry of HTTP authentication schemes, and the API pages of Atlassian Opsgenie, Dynatrace, Elastic, Okta,
/// Splunk, Statuspage and Zoho.
const SCHEMES: &[&str] = &[
    "Bearer ",
    "Basic ",
    "token ",
    "Token ",
    "Api-Token ",
    "ApiKey ",
    "GenieKey ",
    "OAuth ",
    "SSWS ",
    "Splunk ",
    "Zoho-oauthtoken ",
];

/// The credential of an `Authorization` header: `Bearer …`, `Basic …`.
fn authorization(text: &str) -> Option<Range<usize>> {
    if text.len() < SHORTEST_TOKEN || !text.contains(' ') {
        return None;
    }
    SCHEMES.iter().find_map(|scheme| {
        let start = text.find(scheme)? + scheme.len();
        let rest = text.get(start..)?;
        let end = rest
            .find(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | ',' | ';'))
            .unwrap_or(rest.len());
        let credential = rest.get(..end)?;
        (credential.len() >= 16 && strong(credential) && shape(credential) == Shape::Random)
            .then_some(start..start + end)
    })
}

/// Names of secrets in stores and clusters: a few words about a secret.
fn is_name_like(value: &str) -> bool {
    value.len() <= 48 && names_a_secret(value)
}

/// A password inside an address is used as it is, so simple ones count; only blanks and references do not.
fn address_strength(password: &str) -> Option<Strength> {
    match shape(password) {
        Shape::Blank => None,
        Shape::Harmless if password.contains('%') => None,
        Shape::Harmless => {
            // `user:password@` is how documentation writes it, and how people leave it.
            let word = password.bytes().all(|b| b.is_ascii_alphanumeric());
            (word && password.len() >= 4).then_some(Strength::Weak)
        }
        Shape::Sample => Some(Strength::Sample),
        Shape::Simple | Shape::Wordy | Shape::Phrase if !strong(password) => Some(Strength::Weak),
        _ => Some(Strength::Strong),
    }
}

/// At least ten characters of three kinds, or sixteen of two kinds that do not spell words.
fn strong(value: &str) -> bool {
    let kinds = [
        value.bytes().any(|b| b.is_ascii_lowercase()),
        value.bytes().any(|b| b.is_ascii_uppercase()),
        value.bytes().any(|b| b.is_ascii_digit()),
        value.bytes().any(|b| b.is_ascii_punctuation()),
    ];
    let kinds = kinds.into_iter().filter(|kind| *kind).count();
    value.len() >= 10 && kinds >= 3 || super::random::is_random(value) && value.len() >= 8
}

fn trimmed(text: &str) -> Range<usize> {
    let start = text.len() - text.trim_start().len();
    start..start + text.trim().len()
}

/// Several words of letters, parted by dashes, underscores or slashes: the name of something.
fn is_words(value: &str) -> bool {
    let mut words = value.split(['-', '_', '/']);
    let word = |word: &str| word.len() > 1 && word.bytes().all(|b| b.is_ascii_lowercase());
    value.contains(['-', '_', '/']) && words.all(word)
}
