//! Credentials that documents declare, and names of credentials that they speak of.

use std::collections::{BTreeSet, HashMap};

use connlint_core::Location;
use connlint_resolve::{Kind, Piece, RefKind, Value};

use super::{Compared, Seat, Switch};

/// Nodes of one document that are looked at.
const MOST: usize = 20_000;
/// A longer text names no credential.
const LONGEST: usize = 4_000;

/// A credential, or whoever has it, that the code declares.
#[derive(Clone, Debug)]
pub struct Kept {
    /// Where it is declared.
    pub home: String,
    /// What people call it.
    pub address: String,
    /// The keys by which it is taken.
    pub keys: Vec<String>,
}

/// Somebody who takes a credential, or acts as a user or role.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Lean {
    /// Who.
    pub seat: Seat,
    /// What.
    pub key: String,
    /// Whether it is a credential to it; else it may be what any program of its cloud runs as.
    pub strong: bool,
    /// Where it stands.
    pub at: Location,
}

/// Adds what a document declares and speaks of.
pub(crate) fn of_document(compared: &mut Compared, document: &Value, home: &str) {
    let folder = home.rsplit_once('/').map_or("", |(folder, _)| folder);
    let text = |path: &[&str]| document.at(path).and_then(Value::text);
    let kept = |address: String, key: String| Kept { home: home.to_owned(), address, keys: vec![key] };
    let kind = text(&["kind"]).unwrap_or_default();
    let name = text(&["metadata", "name"]).unwrap_or_default();
    let made: &[&[&str]] = match kind {
        "Secret" | "SealedSecret" | "OnePasswordItem" | "KafkaUser" => &[],
        "ExternalSecret" | "BitwardenSecret" => &[&["spec", "target", "name"]],
        "ClusterExternalSecret" => &[&["spec", "externalSecretName"]],
        "VaultStaticSecret" | "VaultDynamicSecret" => &[&["spec", "destination", "name"]],
        "InfisicalSecret" | "DopplerSecret" => {
            &[&["spec", "managedSecretReference", "secretName"], &["spec", "managedSecret", "name"]]
        }
        _ => &[&["spec", "writeConnectionSecretToRef", "name"]],
    };
    let declares = kind.ends_with("Secret") || matches!(kind, "OnePasswordItem" | "KafkaUser");
    let own = made.iter().find_map(|path| text(path));
    if let Some(secret) = own.or(Some(name).filter(|it| declares && !it.is_empty())) {
        compared.kept.push(kept(format!("{kind}/{name}"), format!("k8s:{secret}")));
    }
    for secret in document.get("secretGenerator").map(Value::items).unwrap_or_default() {
        if let Some(name) = secret.get("name").and_then(Value::text) {
            compared.kept.push(kept(name.to_owned(), format!("k8s:{name}")));
        }
    }
    if document.get("services").is_some() {
        for secret in document.get("secrets").map(Value::entries).unwrap_or_default() {
            let key = format!("file:{folder}/secret/{}", secret.key);
            compared.kept.push(kept(secret.key.to_string(), key));
        }
    }
    if !declares {
        let pipeline = home.rsplit('/').next().is_some_and(|it| it.ends_with("gitlab-ci.yml"));
        let top = if document.get("jobs").is_some() { Some("jobs") } else { None };
        let relay = super::is_relay(kind);
        speaks(compared, document, &Speaker { top, pipeline, relay });
    }
}

/// A document that speaks of credentials.
struct Speaker {
    /// A key at its top: who takes what below it is known one by one.
    top: Option<&'static str>,
    /// Whether it is a pipeline, which takes credentials as variables of its shell.
    pipeline: bool,
    /// Whether it takes credentials only for others.
    relay: bool,
}

/// Notes the credentials that a document names.
fn speaks(compared: &mut Compared, document: &Value, speaker: &Speaker) {
    let mut open: Vec<(&str, bool, &Value)> = vec![("", false, document)];
    let mut budget = MOST;
    while let Some((key, secret, value)) = open.pop() {
        if budget == 0 {
            break;
        }
        budget -= 1;
        let names = |key: &str| key.to_ascii_lowercase().contains("secret");
        match &value.kind {
            Kind::Map(entries) => {
                let below = entries.iter().filter(|it| !(key.is_empty() && Some(&*it.key) == speaker.top));
                open.extend(below.map(|it| (&*it.key, names(key), &it.value)));
            }
            Kind::List(items) => open.extend(items.iter().map(|it| (key, secret, it))),
            _ => {
                for reference in value.references(16).into_iter().filter(|it| it.kind == RefKind::CiSecret) {
                    compared.mentions.insert(reference.key.to_string());
                }
                let Some(text) = value.text().filter(|it| it.len() <= LONGEST) else { continue };
                // Whoever takes a secret by `secretKeyRef` is known to take it.
                if names(key) || secret && (speaker.relay || !matches!(key, "key" | "name")) {
                    compared.mentions.insert(format!("k8s:{text}"));
                }
                identities_of(text, &mut compared.mentions);
                if speaker.pipeline {
                    compared.mentions.extend(shell_names(text).map(|it| format!("ci:{it}")));
                }
            }
        }
    }
}

/// Names in `$NAME` and `${NAME}`.
pub(super) fn shell_names(text: &str) -> impl Iterator<Item = &str> {
    text.match_indices('$').filter_map(|(at, _)| {
        let rest = text.get(at + 1..)?.trim_start_matches('{');
        let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(rest.len());
        rest.get(..end).filter(|it| it.len() > 2)
    })
}

/// Roles and accounts of clouds that are named anywhere in a value.
pub(crate) fn identities(value: &Value, found: &mut BTreeSet<String>) {
    let mut open = vec![value];
    let mut budget = MOST;
    while let Some(value) = open.pop() {
        if budget == 0 {
            break;
        }
        budget -= 1;
        match &value.kind {
            Kind::Map(entries) => open.extend(entries.iter().map(|it| &it.value)),
            Kind::List(items) | Kind::OneOf(items) => open.extend(items.iter()),
            Kind::Text(_) => {
                let mut whole = String::new();
                for piece in value.pieces() {
                    match piece {
                        Piece::Literal(literal) if whole.len() + literal.text.len() <= LONGEST => {
                            whole.push_str(&literal.text);
                        }
                        // An account that is not known stands for any.
                        _ => whole.push('*'),
                    }
                }
                identities_of(&whole, found);
            }
            _ => {}
        }
    }
}

/// `arn:aws:iam::123456789012:role/path/loader` is `aws:loader`, `loader@project.iam.gserviceaccount.com` `gsa:loader`.
fn identities_of(text: &str, found: &mut BTreeSet<String>) {
    let is_name =
        |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '=' | ',' | '.' | '@' | '_' | '-' | '/');
    for (at, _) in text.match_indices(":iam::").take(64) {
        let rest = text.get(at..).unwrap_or_default();
        let rest = rest.get(..rest.len().min(400)).unwrap_or(rest);
        let Some(place) = [":role/", ":user/"].iter().find_map(|it| Some(rest.find(it)? + it.len())) else {
            continue;
        };
        let name = rest.get(place..).and_then(|it| it.split(|c| !is_name(c)).next()).unwrap_or_default();
        let last = name.rsplit('/').next().unwrap_or(name);
        if !last.is_empty() {
            found.insert(format!("aws:{last}"));
        }
    }
    for (at, _) in text.match_indices(".iam.gserviceaccount.com").take(64) {
        let before = text.get(..at).unwrap_or_default();
        let Some((account, _)) = before.rsplit_once('@') else { continue };
        let account = account.rsplit(|c: char| !(c.is_ascii_alphanumeric() || c == '-')).next();
        if let Some(account) = account.filter(|it| it.len() > 2) {
            found.insert(format!("gsa:{account}"));
        }
    }
}

/// Adds those who take credentials in documents, and gives switches the credentials of what they switch.
pub(super) fn join(compared: &mut Compared) {
    let mut by_address: HashMap<&str, Vec<usize>> = HashMap::new();
    for (index, site) in compared.sites.iter().enumerate() {
        by_address.entry(&site.seat.address).or_default().push(index);
    }
    // In Terraform, what leads to no credential has none.
    let open = |it: &&mut Switch| it.holds.is_empty() && !it.seat.program.starts_with("tf:");
    for switch in compared.switches.iter_mut().filter(open) {
        let all = by_address.get(&*switch.seat.address).into_iter().flatten();
        let sites = all.filter_map(|it| compared.sites.get(*it));
        let own = sites.filter(|it| switch.elsewhere || it.seat.home == switch.seat.home);
        let holds: BTreeSet<&String> = own.flat_map(|it| &it.takes).map(|it| &it.key).collect();
        switch.holds = holds.into_iter().cloned().collect();
    }
    let mut leans: BTreeSet<Lean> = BTreeSet::new();
    for site in &compared.sites {
        for key in site.takes.iter().filter_map(|it| declared_key(&it.key)) {
            leans.insert(Lean { seat: site.seat.clone(), key, strong: true, at: site.at.clone() });
        }
    }
    compared.leans.extend(leans);
}

/// The key under which a credential of a document is declared.
fn declared_key(key: &str) -> Option<String> {
    let (scheme, rest) = key.split_once(':')?;
    match scheme {
        "ci" | "file" => Some(key.to_owned()),
        "k8s" => {
            let place = rest.split('#').next().unwrap_or(rest);
            Some(format!("k8s:{}", place.rsplit('/').next().unwrap_or(place)))
        }
        // `${secrets:namespace/name:key}` of Strimzi's provider.
        "store" | "config" => {
            let place = rest.split('@').next()?.strip_prefix("secrets:")?;
            let name = place.split(':').next()?.rsplit('/').next()?;
            Some(format!("k8s:{name}"))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_and_accounts_are_found_by_their_names() {
        for (text, expected) in [
            ("arn:aws:iam::204417736690:role/etl/loader", "aws:loader"),
            ("arn:aws:iam::*:user/loader", "aws:loader"),
            ("serviceAccount:loader@lake.iam.gserviceaccount.com", "gsa:loader"),
            ("arn:aws:iam::aws:policy/ReadOnlyAccess", ""),
        ] {
            let mut found = BTreeSet::new();
            identities_of(text, &mut found);
            assert_eq!(found.into_iter().next().unwrap_or_default(), expected, "{text}");
        }
    }

    #[test]
    fn keys_meet_what_declares_them() {
        for (key, expected) in [
            ("k8s:prod/shop/db#password", Some("k8s:db")),
            ("store:secrets:warehouse/clicks:private-key", Some("k8s:clicks")),
            ("ci:TOKEN", Some("ci:TOKEN")),
            ("env:TOKEN@a", None),
        ] {
            assert_eq!(declared_key(key).as_deref(), expected, "{key}");
        }
    }
}
