//! Any other document: secrets by name, and connectors only where the document says that it has some.

use connlint_core::Location;
use connlint_resolve::{Entry, Kind, Value};

use super::{connector, head, path_environment, take};
use crate::account;
use crate::compared::{self, Seat};
use crate::facts::Part as Duty;
use crate::find::{Place, find, find_all};
use crate::key;
use crate::key::secret_word;
use crate::part::{Part, Persisted, Persistence};
use crate::secret::{Context, Role};
use crate::votes::{Environment, said_owners};
use crate::walk::{Leaf, Walk};

pub(super) fn read(part: &mut Part, place: &Place<'_, '_>, path: &str, value: &Value) {
    if is_state(value) {
        // Whatever a state file holds is in clear; one finding says so, and no value is looked at.
        let at = Location { span: head(value), path: path.to_owned(), via: Vec::new() };
        part.persisted.push(Persisted { how: Persistence::StateFile, at });
        return;
    }
    let connectors = connectors(path, value);
    let from = part.literals.len();
    if connectors.is_empty() {
        whole(part, place, path, value);
        compare(part, place, path, value, &[], from);
        return;
    }
    for found in &connectors {
        let address = found.path.join(".");
        let place = Place { address: &address, ..*place };
        let at = Location { span: head(found.value), path: address.clone(), via: Vec::new() };
        let id = format!("{path}:{address}");
        let index =
            connector(part, account_of(found, path).unwrap_or_else(|| id.clone()), id, &found.system, at);
        if let Some(connector) = part.connectors.get_mut(index) {
            connector.environment = found.environment.or_else(|| path_environment(path));
            connector.owners = said_owners(&[found.value]);
            connector.seat = Seat::of_path(path, &address);
        }
        if let Some(compared) = &mut part.compared {
            compared::of_settings(compared, found.value, &Seat::of_path(path, &address));
        }
        let before = part.uses.len();
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let visit = |leaf: &Leaf<'_>| {
            let secret = find(part, &place, leaf, Role::Unknown, Context::Literal);
            account::in_address(part, &place, leaf.value, &leaf.dotted());
            crate::posture::leaves::of_document(part, place.address, place.trial, leaf);
            take(part, &place, index, Duty::Consumer, folder, leaf, secret || secret_word(leaf.name));
        };
        Walk::new(place.written, place.budget, Context::Literal, visit).value(found.value);
        account::in_map(part, &place, found.value, &found.system);
        if part.uses.len() == before {
            part.connectors.truncate(index);
        }
    }
    // What stands beside the connectors.
    find_all(part, place, value, &[], Context::Setting);
    compare(part, place, path, value, &connectors, from);
}

/// What only a comparison reads: the literals from `from` on are those of this document.
fn compare(
    part: &mut Part,
    place: &Place<'_, '_>,
    path: &str,
    value: &Value,
    known: &[Found<'_>],
    from: usize,
) {
    let Some(compared) = &mut part.compared else { return };
    compared::retention(compared, &Seat { home: path.to_owned(), ..Seat::default() }, value, place.written);
    let known: Vec<(String, &Value)> = known.iter().map(|it| (it.path.join("."), it.value)).collect();
    let literals = part.literals.get(from..).unwrap_or_default();
    compared::of_entries(compared, path, value, known, literals, place.written);
}

/// A document that names no connectors: the whole of it is one, if it takes a credential at all.
fn whole(part: &mut Part, place: &Place<'_, '_>, path: &str, value: &Value) {
    if !matches!(value.kind, Kind::Map(_)) {
        find_all(part, place, value, &[], Context::Setting);
        return;
    }
    let at = Location { span: head(value), path: path.to_owned(), via: Vec::new() };
    let name =
        path.rsplit('/').next().unwrap_or(path).trim_start_matches('.').split('.').next().unwrap_or(path);
    let index = connector(part, format!("file:{path}"), path.to_owned(), name, at);
    if let Some(connector) = part.connectors.get_mut(index) {
        connector.environment = path_environment(path);
        connector.certain = false;
    }
    if let Some(compared) = &mut part.compared {
        compared::of_file(compared, value, path);
    }
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let before = part.uses.len();
    let visit = |leaf: &Leaf<'_>| {
        let secret = find(part, place, leaf, Role::Unknown, leaf.context);
        account::in_address(part, place, leaf.value, &leaf.dotted());
        crate::posture::leaves::of_document(part, place.address, place.trial, leaf);
        take(part, place, index, Duty::Consumer, folder, leaf, secret || secret_word(leaf.name));
    };
    Walk::new(place.written, place.budget, Context::Setting, visit).value(value);
    if part.uses.len() == before {
        part.connectors.truncate(index);
    }
}

/// Terraform's state, by its shape.
fn is_state(value: &Value) -> bool {
    ["version", "terraform_version", "lineage", "serial"]
        .iter()
        .filter(|key| value.get(key).is_some())
        .count()
        >= 3
}

/// The account of a system that a connector logs in as: what one program configures twice is one connector, unless it is
/// for several environments.
fn account_of(found: &Found<'_>, path: &str) -> Option<String> {
    let first =
        |names: &[&str]| names.iter().map(|it| key::of(found.value.get(it))).find(|it| !it.is_empty());
    let system = first(&["url", "uri", "jdbcUrl", "jdbc_url", "host", "hostname", "server", "account"])?;
    let user = first(&["username", "user", "login"])?;
    let environment = found.environment.map_or("", Environment::name);
    Some(format!("{path}:{environment}:{system}:{user}"))
}

/// A part of a document that is a connector by itself.
struct Found<'v> {
    path: Vec<&'v str>,
    value: &'v Value,
    system: String,
    environment: Option<Environment>,
}

/// The connectors of formats that keep several in one document.
fn connectors<'v>(path: &'v str, document: &'v Value) -> Vec<Found<'v>> {
    let found = |path: Vec<&'v str>, value: &'v Value, system: Option<&str>| {
        let environment = path.iter().rev().find_map(|part| Environment::in_text(part));
        Found { system: system.unwrap_or("unknown").to_owned(), path, value, environment }
    };
    // Kafka Connect: a REST body, or its `config` alone.
    if document.get("connector.class").or_else(|| document.at(&["config", "connector.class"])).is_some() {
        let name =
            document.get("name").and_then(Value::text).unwrap_or(path.rsplit('/').next().unwrap_or(path));
        return vec![found(vec![name], document, Some("kafka-connect"))];
    }
    let mut all = Vec::new();
    for entry in document.entries() {
        // dbt: profile → outputs → target.
        let outputs = entry.value.get("outputs").map(Value::entries).unwrap_or_default();
        let targets = outputs.iter().filter(|target| target.value.get("type").is_some());
        all.extend(targets.map(|target| {
            found(
                vec![&entry.key, "outputs", &target.key],
                &target.value,
                target.value.get("type").and_then(Value::text),
            )
        }));
        all.extend(
            listed(entry)
                .into_iter()
                .map(|(name, value, system)| found(vec![&entry.key, name], value, system)),
        );
    }
    all
}

/// Lists and maps whose every item is a connector, by the key that formats use for them.
fn listed(entry: &Entry) -> Vec<(&str, &Value, Option<&str>)> {
    const KEYS: &[&str] = &[
        "datasources",
        "contactPoints",
        "receivers",
        "connectors",
        "staticClients",
        "identityProviders",
        "mcpServers",
        "connections",
        "remote_write",
        "sources",
        "sinks",
        "exporters",
        "destinations",
        "environments",
    ];
    if !KEYS.contains(&&*entry.key) {
        return Vec::new();
    }
    let items = entry.value.items().iter().map(|item| {
        let name =
            ["name", "id", "uid", "conn_id"].into_iter().find_map(|key| item.get(key)?.text()).unwrap_or("?");
        (name, item, item.get("type").and_then(Value::text))
    });
    let entries = entry.value.entries().iter().filter(|it| matches!(it.value.kind, Kind::Map(_)));
    let entries = entries.map(|it| (&*it.key, &it.value, it.value.get("type").and_then(Value::text)));
    items.chain(entries).collect()
}
