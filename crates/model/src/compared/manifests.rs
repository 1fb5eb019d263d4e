//! What manifests of a cluster say: switches, images, identity providers, and groups in their own tables.

use connlint_core::Location;
use connlint_resolve::{Kind, Value};

use super::services::program;
use super::watch::shown;
use super::{Compared, Right, Seat, Watch, Watched, tables};
use crate::posture::{Access, Principal, PrincipalKind, access_of_role};

/// Nodes of one manifest that are looked at.
const MOST: usize = 20_000;

/// Whether a manifest is switched off.
fn is_off(manifest: &Value) -> bool {
    let Some(spec) = manifest.get("spec") else { return false };
    let is =
        |key: &str, words: &[&str]| spec.get(key).and_then(scalar).is_some_and(|it| words.contains(&&*it));
    is("replicas", &["0"])
        || is("suspend", &["true"])
        || is("pause", &["true"])
        || is("paused", &["true"])
        || is("state", &["paused", "stopped"])
}

/// A scalar as text, whatever its type.
pub(super) fn scalar(value: &Value) -> Option<String> {
    match &value.kind {
        Kind::Bool(it) => Some(it.to_string()),
        _ => value.scalar().map(str::to_owned),
    }
}

/// Adds what a manifest says; gives back whether it is switched off, and whether it only fetches secrets for others.
pub(crate) fn of_manifest(compared: &mut Compared, manifest: &Value, path: &str, address: &str) -> Seat {
    let kind = manifest.get("kind").and_then(Value::text).unwrap_or_default();
    let relays = ["Secret", "SecretStore", "PushSecret", "Issuer", "Config", "ConfigMap"];
    let seat = Seat {
        off: is_off(manifest),
        relay: relays.iter().any(|it| kind.ends_with(it)) || kind == "ServiceAccount",
        ..Seat::of_path(path, address)
    };
    compared.blocks.insert((seat.home.clone(), seat.address.clone()));
    if kind == "ConfigMap"
        && let Some(policy) = manifest.at(&["data", "policy.csv"])
    {
        groups(compared, policy, &seat);
    }
    walk(compared, &seat, manifest);
    seat
}

/// Adds what a file says that is no document of its own: it is said by the block that takes it.
pub(crate) fn of_file(compared: &mut Compared, value: &Value, path: &str) {
    walk(compared, &Seat { home: path.to_owned(), ..Seat::default() }, value);
}

/// Every scalar of a document, by its name.
fn walk(compared: &mut Compared, seat: &Seat, value: &Value) {
    let mut open = vec![("", value)];
    let mut budget = MOST;
    while let Some((name, value)) = open.pop() {
        if budget == 0 {
            break;
        }
        budget -= 1;
        match &value.kind {
            Kind::Map(entries) => {
                // `- name: X, value: …`
                let said = value.get("name").and_then(Value::text);
                for entry in entries.iter().rev() {
                    let own = if &*entry.key == "value" { said.unwrap_or(&entry.key) } else { &entry.key };
                    open.push((own, &entry.value));
                }
            }
            Kind::List(items) => open.extend(items.iter().rev().map(|it| (name, it))),
            _ => scalars(compared, seat, name, value),
        }
    }
}

/// What one scalar says by its name.
pub(super) fn scalars(compared: &mut Compared, seat: &Seat, name: &str, value: &Value) {
    let Some(text) = scalar(value) else { return };
    if name == "image" {
        program(compared, seat, &text, value);
        return;
    }
    // `--oidc-issuer-url=https://…`
    if let Some((flag, given)) = text.strip_prefix("--").and_then(|it| it.split_once('=')) {
        if !flag.contains(char::is_whitespace) {
            setting(compared, seat, flag, given, value);
        }
        return;
    }
    // A text of lines such as `issuer: https://…`.
    if text.contains('\n') && text.len() < MOST {
        for line in text.lines() {
            if let Some((key, given)) = line.split_once(':') {
                let given = given.trim().trim_matches(['"', '\'']);
                let key = key.trim().trim_start_matches("- ");
                if key == "issuer" && given.starts_with("http") {
                    push(compared, seat, Watch::Issuer, name, given, value);
                } else {
                    setting(compared, seat, key, given, value);
                }
            }
        }
        return;
    }
    setting(compared, seat, name, &text, value);
}

/// One setting by its name.
pub(super) fn setting(compared: &mut Compared, seat: &Seat, name: &str, text: &str, at: &Value) {
    let upper = name.to_ascii_uppercase();
    if upper.ends_with("API_VERSION") && upper.len() > "API_VERSION".len() {
        push(compared, seat, Watch::Program, name, text, at);
        return;
    }
    match tables::named(name) {
        Some(Watch::IdentityProvider) if text.contains("://") => {
            push(compared, seat, Watch::Issuer, name, text, at);
        }
        _ => {}
    }
}

/// Adds a watched value.
pub(super) fn push(compared: &mut Compared, seat: &Seat, what: Watch, name: &str, text: &str, at: &Value) {
    compared.watched.push(Watched {
        what,
        seat: seat.clone(),
        name: name.to_owned(),
        values: vec![text.trim_end_matches('/').to_owned()],
        shown: shown(what, text),
        at: Location { span: at.span, path: seat.address.clone(), via: at.steps().collect() },
    });
}

/// Lines such as `g, team, role:admin` and `p, role:x, applications, sync, */*, allow`.
fn groups(compared: &mut Compared, policy: &Value, seat: &Seat) {
    let Some(text) = policy.text() else { return };
    let at = Location { span: policy.span, path: seat.address.clone(), via: policy.steps().collect() };
    let mut values = Vec::new();
    for line in text.lines() {
        let line = line.split('#').next().unwrap_or_default();
        let cells: Vec<&str> = line.split(',').map(str::trim).collect();
        match cells.as_slice() {
            ["g", who, role] => {
                values.push(format!("{who} {role}"));
                let word = role.rsplit(':').next().unwrap_or(role);
                let name = who.trim_matches('"');
                let principal = Principal {
                    key: format!("{}/{name}", seat.address).into(),
                    name: name.to_owned(),
                    title: name.to_owned(),
                    kind: PrincipalKind::Group,
                    span: policy.span,
                };
                compared.principals.push(principal.clone());
                compared.edges.push((
                    format!("role:{}/{word}", seat.home),
                    principal.key.to_string(),
                    policy.span,
                ));
                if let Some(access) =
                    access_of_role("access-word", word).or(access_of_role("admin-word", word))
                {
                    let right = Right::new("argocd", role, access, &seat.home, at.clone());
                    compared.rights.push(right.to(vec![principal]));
                }
            }
            ["p", role, resource, action, object, effect] if *effect == "allow" => {
                let word = role.rsplit(':').next().unwrap_or(role);
                let access = match *action {
                    "get" => Access::Read,
                    "*" if *resource == "*" => Access::Admin,
                    _ => Access::Write,
                };
                let name = format!("{action} {resource}");
                let from = format!("role:{}/{word}", seat.home);
                let right = Right::new("argocd", &name, access, &from, at.clone());
                compared.rights.push(right.on(vec![format!("{resource}:{object}")]));
            }
            _ => {}
        }
    }
    values.sort();
    compared.watched.push(Watched {
        what: Watch::Group,
        seat: seat.clone(),
        name: "policy.csv".to_owned(),
        values,
        shown: String::new(),
        at,
    });
}
