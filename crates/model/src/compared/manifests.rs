//! What manifests of a cluster say: switches, images, identity providers, and groups in their own tables.

use connlint_core::Location;
use connlint_resolve::{Kind, Value};

use super::services::program;
use super::watch::shown;
use super::{Compared, Seat, Watch, Watched, everybody, extents, kafka, projects, switches, tables};

/// Nodes of one manifest that are looked at.
const MOST: usize = 20_000;

/// Whether a manifest of this kind only fetches or keeps secrets for others.
pub(super) fn is_relay(kind: &str) -> bool {
    let relays = ["Secret", "SecretStore", "PushSecret", "Issuer", "Config", "ConfigMap"];
    relays.iter().any(|it| kind.ends_with(it)) || kind == "ServiceAccount"
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
    let seat = Seat { relay: is_relay(kind), ..Seat::of_path(path, address) };
    let seat = Seat { off: switches::of_manifest(compared, manifest, kind, &seat), ..seat };
    compared.blocks.insert((seat.home.clone(), seat.address.clone()));
    extents::of_manifest(compared, manifest, &seat);
    kafka::of_user(compared, manifest, &seat);
    projects::of_manifest(compared, manifest, kind, &seat);
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
    if name == "policy.csv" {
        projects::groups(compared, &text, value, seat);
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
            // `key = value`, if the text is no YAML.
            let assigned = line.split_once('=').filter(|(key, _)| !key.contains([':', '"', '\'', '(']));
            if let Some((key, given)) = assigned {
                setting(compared, seat, key.trim(), given.trim(), value);
            } else if let Some((key, given)) = line.split_once(':') {
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
    extents::of_setting(compared, seat, name, text, at);
    everybody::of_setting(compared, seat, name, text, at);
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
