//! What a value takes by settings that name a credential, or an identity, instead of holding a secret. Where such a name
//! leads is not known, so only a comparison asks: what takes a credential stays what it is however it is told of it.

use std::collections::HashMap;
use std::sync::OnceLock;

use connlint_core::Location;
use connlint_resolve::{RefKind, Reference, Value};

use super::blocks::is_connector_kind;
use super::leaves::{Scalar, visit};
use super::owners::owned;
use super::{Compared, Seat, Site, Taken};
use crate::facts::rows;
use crate::key::{canonical, secret_word};
use crate::part::SecretLiteral;
use crate::secret::{is_opaque, tokens};
use crate::walk::Written;

/// The key of an identity begins with this: whoever acts as somebody shares no secret.
pub(crate) const IDENTITY: &str = "identity:";

/// More of one thing are not told apart.
const MOST: usize = 64;

/// How a setting names a credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum How {
    Secret,
    File,
    Identity,
}

/// Where the values of a thing lead.
pub(super) struct Scope<'s, 'a> {
    /// What it is called.
    pub(super) address: &'s str,
    /// What sets secrets of the cluster apart: the namespace of a manifest.
    pub(super) cluster: &'s str,
    /// What sets files and environment variables apart.
    pub(super) host: &'s str,
    /// Gives the written bytes of a span.
    pub(super) written: Written<'a>,
}

/// What a value takes by settings whose names say so.
pub(super) fn named(value: &Value, scope: &Scope<'_, '_>) -> Vec<Taken> {
    let mut found = Vec::new();
    visit(value, scope.written, &mut |it| found.extend(of_scalar(it, scope)));
    found.truncate(MOST);
    found
}

/// Adds what an object of a cluster, or a service, takes by name, and how long it keeps logs. Whom it acts as is for itself, and no credential.
pub(crate) fn of_object(
    compared: &mut Compared,
    object: &Value,
    cluster: &str,
    (seat, owners, at): (Seat, Vec<String>, Location),
    written: Written<'_>,
) {
    super::retention(compared, &seat, object, written);
    super::versions::tags(compared, &seat, object, written);
    let keys: [&[&str]; 5] =
        [&["metadata", "labels"], &["metadata", "annotations"], &["labels"], &["deploy", "labels"], &[]];
    // Only a service has owners beside its settings: `x-owner`.
    let keys = keys.iter().filter(|it| !it.is_empty() || object.get("kind").is_none());
    let maps: Vec<&Value> = keys.filter_map(|it| object.at(it)).collect();
    owned(compared, &seat, &maps);
    if seat.relay {
        return;
    }
    let host = format!("{}:{}", seat.home, seat.address);
    let mut takes = named(object, &Scope { address: &seat.address, cluster, host: &host, written });
    takes.retain(|it| !it.is_identity());
    // Some are connectors wherever their credentials are kept.
    let kind = object.get("kind").and_then(Value::text).unwrap_or_default();
    if !takes.is_empty() || is_connector_kind(kind) {
        compared.sites.push(Site { seat, owners, takes, at });
    }
}

/// The same, with all that it takes by reference, and with the secrets written into it.
pub(super) fn all(value: &Value, scope: &Scope<'_, '_>, literals: &[SecretLiteral]) -> Vec<Taken> {
    let mut found = Vec::new();
    visit(value, scope.written, &mut |it| {
        found.extend(of_scalar(it, scope));
        let named = secret_word(it.name);
        for reference in it.value.references(8) {
            if let Some(key) = by_reference(reference, named, scope.host) {
                found.push(taken(key, it, scope));
            }
        }
    });
    found.truncate(MOST);
    found.extend(literals.iter().filter(|it| it.is_strong() && !it.trial).map(|it| Taken {
        key: String::new(),
        text: Some(it.text.clone()),
        setting: it.name.clone(),
        at: it.at.clone(),
    }));
    found
}

/// The key of what a reference leads to, if that is a credential.
fn by_reference(reference: &Reference, named: bool, host: &str) -> Option<String> {
    match reference.kind {
        RefKind::CiSecret => (&*reference.key != "ci:GITHUB_TOKEN").then(|| reference.key.to_string()),
        RefKind::K8sSecret | RefKind::SecretStore => Some(canonical(reference).to_string()),
        RefKind::Env | RefKind::ConfigProvider => {
            let own = reference.key.rsplit(':').next().unwrap_or(&reference.key);
            (named || secret_word(own)).then(|| format!("{}@{host}", reference.key))
        }
        _ => None,
    }
}

fn of_scalar(it: &Scalar<'_>, scope: &Scope<'_, '_>) -> Option<Taken> {
    let how = how(it.name)?;
    // Certificates are meant to be handed round.
    if it.path.iter().copied().chain(it.text).any(speaks_of_certificates) {
        return None;
    }
    // Whom one acts as may be said elsewhere.
    let said = it.value.references(1).first().filter(|_| how == How::Identity).map(|it| it.key.to_string());
    let text = it.text.filter(|text| fits(how, text)).map(str::to_owned).or(said)?;
    let key = match how {
        How::Secret if scope.cluster.is_empty() => format!("secret:{text}@{}", scope.host),
        How::Secret => format!("k8s:{}/{text}#*", scope.cluster),
        How::File => format!("file:{}/{text}", scope.host),
        How::Identity => format!("{IDENTITY}{text}"),
    };
    Some(taken(key, it, scope))
}

fn taken(key: String, it: &Scalar<'_>, scope: &Scope<'_, '_>) -> Taken {
    let at = Location {
        span: it.value.span,
        path: format!("{}/{}", scope.address, it.path.join(".")),
        via: it.value.steps().collect(),
    };
    Taken { key, text: None, setting: it.name.to_owned(), at }
}

/// Whether a text that ought to be a name looks like a secret: of a known format, of random letters, or of one run of
/// letters and digits as no name has it.
pub(super) fn may_be_secret(text: &str) -> bool {
    let run = |it: &str| {
        it.len() >= 20
            && it.bytes().any(|b| b.is_ascii_digit())
            && it.bytes().any(|b| b.is_ascii_alphabetic())
    };
    let hex = text.len() >= 16 && text.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-');
    is_opaque(text)
        || hex
        || !tokens(text).is_empty()
        || text.split(|c: char| !c.is_ascii_alphanumeric()).any(run)
}

fn speaks_of_certificates(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let mut words = lower.split(|c: char| !c.is_ascii_alphanumeric());
    words.any(|it| matches!(it, "ca" | "cert" | "certs" | "certificate" | "certificates" | "ingress" | "tls"))
}

/// Whether a text can be what the setting names.
fn fits(how: How, text: &str) -> bool {
    // What the cluster gives to every pod is nothing that somebody handed over.
    const OWN: &[&str] =
        &["/var/run/secrets/kubernetes.io/", "/run/secrets/kubernetes.io/", "/var/run/secrets/eks"];
    let plain = !text.is_empty() && text.len() < 200 && !text.contains(char::is_whitespace);
    // What is no name may be the secret itself, which nobody is to be shown.
    let plain = plain && !may_be_secret(text);
    let switch = matches!(text, "true" | "false" | "none" | "null");
    plain
        && !switch
        && match how {
            How::Secret => !text.contains(['/', '$', '{', ':']),
            How::File => text.contains(['/', '.', '\\']) && !OWN.iter().any(|it| text.starts_with(it)),
            How::Identity => true,
        }
}

/// Names as a whole, and ends of names.
type Table = (HashMap<&'static str, How>, Vec<(&'static str, How)>);

/// What a setting of this name names.
fn how(name: &str) -> Option<How> {
    static TABLE: OnceLock<Table> = OnceLock::new();
    let (exact, ends) = TABLE.get_or_init(|| {
        let (mut exact, mut ends) = (HashMap::new(), Vec::new());
        for columns in rows(include_str!("../../facts/named.tsv")) {
            let [name, word] = columns[..] else { continue };
            let Some(how) = word_of(word) else { continue };
            match name.strip_prefix('*') {
                Some(end) => ends.push((end, how)),
                None => _ = exact.insert(name, how),
            }
        }
        (exact, ends)
    });
    if name.len() > 80 {
        return None;
    }
    let plain: String =
        name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
    let by_end = || ends.iter().find(|(end, _)| plain.ends_with(end)).map(|(_, how)| *how);
    exact.get(plain.as_str()).copied().or_else(by_end)
}

fn word_of(word: &str) -> Option<How> {
    Some(match word {
        "secret" => How::Secret,
        "file" => How::File,
        "identity" => How::Identity,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_read_and_in_order() {
        let text = include_str!("../../facts/named.tsv");
        assert!(text.contains("\n# checked: ") && text.contains("\n# source: "));
        let names: Vec<&str> = rows(text).map(|it| it[0]).collect();
        assert!(names.is_sorted());
        assert!(rows(text).all(|it| it.len() == 2 && word_of(it[1]).is_some()));
    }

    #[test]
    fn names_are_told_apart() {
        assert_eq!(how("apiKeyExistingSecret"), Some(How::Secret));
        assert_eq!(how("POSTGRES_PASSWORD_FILE"), Some(How::File));
        assert_eq!(how("routing_key_file"), Some(How::File));
        assert_eq!(how("role-to-assume"), Some(How::Identity));
        assert_eq!(how("tls_key_file"), None);
        assert_eq!(how("existingSecretPasswordKey"), None);
        assert!(fits(How::File, "/etc/x/token"));
        assert!(!fits(How::Secret, "4fa1c7d2-91be-4e07-b3a5-6d20cf8e1b94") && fits(How::Secret, "crm-api"));
        assert!(!fits(How::File, "/var/run/secrets/kubernetes.io/serviceaccount/token"));
    }
}
