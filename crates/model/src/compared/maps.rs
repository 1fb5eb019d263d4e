//! Switches in documents of any form: a map with a switch, such as `enabled`, beside the name of a credential.

use std::collections::BTreeSet;

use connlint_core::Location;
use connlint_resolve::{Entry, Kind, RefKind, Value};

use super::switch::switched;
use super::{Compared, Seat, Switch};
use crate::key::secret_word;

/// Maps of one document that are looked at, and how deep they may lie.
const MOST: usize = 5_000;
const DEEPEST: usize = 8;
/// Credentials that are told of one of them.
const SHOWN: usize = 8;

/// Words of parts that are a feature of the thing they stand in, or what it stores its own data in: off, they do not
/// mean that somebody's data is no longer reached.
const FEATURES: &[&str] = &[
    "auth",
    "authentication",
    "authorization",
    "basicauth",
    "cache",
    "cert",
    "certmanager",
    "database",
    "elasticsearch",
    "encryption",
    "global",
    "kafka",
    "mariadb",
    "memcached",
    "minio",
    "mongodb",
    "mysql",
    "opensearch",
    "password",
    "persistence",
    "pgbouncer",
    "postgres",
    "postgresql",
    "rabbitmq",
    "rbac",
    "redis",
    "secret",
    "security",
    "serviceaccount",
    "valkey",
    "zookeeper",
];

/// Words of parts by which the thing serves others.
const SERVING: &[&str] = &[
    "certificate",
    "certificates",
    "gateway",
    "https",
    "httproute",
    "ingress",
    "ingresses",
    "mtls",
    "route",
    "ssl",
    "tls",
];

/// A name without case and marks.
fn letters(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

/// Parts that say when something runs: it never does if all of them are off.
const TIMES: &[&str] = &["cron", "event", "events", "schedule", "schedules", "trigger", "triggers"];

/// Adds every map that holds credentials: off where a switch in it says so. `above` is what people call the document,
/// where its file has several.
pub(crate) fn of_map(compared: &mut Compared, document: &Value, home: &str, above: &[&str]) {
    let mut finder = Finder { switches: Vec::new(), home, budget: MOST, path: above.to_vec() };
    finder.map(document, "", document.entries().first());
    compared.switches.extend(finder.switches);
}

/// Names of the credentials that are spoken of anywhere in a document.
pub(super) fn held(document: &Value) -> Vec<String> {
    let mut finder = Finder { switches: Vec::new(), home: "", budget: MOST, path: Vec::new() };
    finder.map(document, "", None).into_iter().take(SHOWN).collect()
}

struct Finder<'f, 'v> {
    switches: Vec<Switch>,
    home: &'f str,
    budget: usize,
    path: Vec<&'v str>,
}

impl<'f: 'v, 'v> Finder<'f, 'v> {
    /// The keys of the credentials that a map holds.
    fn map(&mut self, value: &'v Value, name: &'v str, head: Option<&'v Entry>) -> BTreeSet<String> {
        let mut holds = BTreeSet::new();
        if self.budget == 0 || self.path.len() > DEEPEST {
            return holds;
        }
        self.budget -= 1;
        if value.get("kind").and_then(Value::text) == Some("Secret") {
            holds.extend(value.get("name").and_then(Value::text).map(|it| format!("k8s:{it}")));
        }
        let (mut off, mut timed) = (None, None);
        for entry in value.entries() {
            // What serves others has certificates, and needs no credential to reach anybody.
            if SERVING.contains(&&*letters(&entry.key)) {
                continue;
            }
            if TIMES.contains(&&*entry.key.to_ascii_lowercase()) {
                timed = timed.or_else(|| idle(&entry.value, 0));
            }
            match &entry.value.kind {
                Kind::Map(_) if names_secret(&entry.key) => {
                    holds.extend(["name", "secretName", "key"].iter().find_map(|key| {
                        Some(format!("k8s:{}", entry.value.get(key)?.text().filter(|it| !it.is_empty())?))
                    }));
                }
                Kind::Map(_) => {
                    self.path.push(&entry.key);
                    holds.extend(self.map(&entry.value, &entry.key, Some(entry)));
                    self.path.pop();
                }
                Kind::List(items) => {
                    for item in items.iter().filter(|it| it.is_collection()) {
                        let key = ["name", "id", "uid", "conn_id"];
                        let own = key.into_iter().find_map(|key| item.get(key)?.text()).unwrap_or_default();
                        self.path.extend([&*entry.key, own]);
                        holds.extend(self.map(item, own, item.entries().first()));
                        self.path.truncate(self.path.len().saturating_sub(2));
                    }
                }
                _ => {
                    if let Some(is_off) = switched(&entry.key, &entry.value) {
                        off = Some((off.is_some_and(|(it, _)| it) || is_off, &entry.value));
                    }
                    holds.extend(credential(entry));
                }
            }
        }
        if holds.is_empty() || FEATURES.contains(&&*letters(name)) {
            return holds;
        }
        let (is_off, at) = off.or(timed.map(|at| (true, at))).unwrap_or((false, value));
        let root = || ["name", "id"].into_iter().find_map(|key| value.get(key)?.text());
        let file = self.home.rsplit('/').next().unwrap_or(self.home);
        let called = match self.path.is_empty() {
            true => root().unwrap_or_else(|| file.split('.').next().unwrap_or(file)),
            false => name,
        };
        let address = if self.path.is_empty() { called.to_owned() } else { self.path.join(".") };
        if called.is_empty() {
            return holds;
        }
        let span = if is_off { at.span } else { head.map_or(value.span, |it| it.key_span) };
        self.switches.push(Switch {
            at: Location { span, path: address.clone(), via: Vec::new() },
            seat: Seat::of_path(self.home, &address),
            called: called.to_owned(),
            off: is_off,
            elsewhere: false,
            holds: holds.iter().take(SHOWN).cloned().collect(),
        });
        holds
    }
}

/// The switch by which all times or events of something are off.
fn idle(value: &Value, depth: usize) -> Option<&Value> {
    let within = |it: &'_ &Value| depth < 4 && it.is_collection();
    match &value.kind {
        Kind::List(items) => {
            let mut all = items.iter().take(MOST).map(|it| idle(it, depth + 1));
            let first = all.next()?;
            all.all(|it| it.is_some()).then_some(first?)
        }
        Kind::Map(entries) => {
            let own = entries.iter().find_map(|it| Some((switched(&it.key, &it.value)?, &it.value)));
            match own {
                Some((off, at)) => off.then_some(at),
                None => {
                    let below = entries.iter().map(|it| &it.value).filter(within);
                    let mut below = below.map(|it| idle(it, depth + 1));
                    let first = below.next()?;
                    below.all(|it| it.is_some()).then_some(first?)
                }
            }
        }
        _ => None,
    }
}

/// Whether a setting says by its name which secret there is for something.
fn names_secret(key: &str) -> bool {
    let lower = key.to_ascii_lowercase();
    let refers = ["secret", "secretname", "secretref", "secretkeyref", "secretkeyselector"];
    refers.iter().any(|it| lower.ends_with(it)) && !lower.contains("tls") && !lower.contains("pull")
}

/// The credential that a setting takes: a reference, or the name of a secret.
fn credential(entry: &Entry) -> Option<String> {
    let taken = entry.value.references(8).into_iter().find(|it| match it.kind {
        RefKind::CiSecret | RefKind::K8sSecret | RefKind::SecretStore => true,
        RefKind::Env | RefKind::ConfigProvider => secret_word(&entry.key),
        // `{{ secret('NAME') }}`, `{{ prefect.blocks.secret.name }}`
        RefKind::Unresolved => it.key.to_ascii_lowercase().contains("secret"),
        _ => false,
    });
    if let Some(reference) = taken {
        return Some(reference.key.to_string());
    }
    let text = entry.value.text()?;
    let name = text.len() > 2 && text.len() < 200 && !text.contains(char::is_whitespace);
    let lower = entry.key.to_ascii_lowercase();
    let plain = ["true", "false", "none"].contains(&text);
    let named =
        lower.contains("existingsecret") || lower.ends_with("secretname") || lower.ends_with("secretref");
    (named && name && !plain && !lower.contains("tls")).then(|| format!("k8s:{text}"))
}
