//! YAML and JSON documents: tells the formats apart and hands each to its reader.

mod compose;
mod generic;
mod kubernetes;
mod workflow;

use connlint_core::{Location, Span};
use connlint_resolve::{Kind, RefKind, Value};

use crate::compared::{self, Purpose, Seat};
use crate::facts::Part as Duty;
use crate::find::Place;
use crate::key::{canonical, literal_keys};
use crate::part::{Connector, Key, Part, Use};
use crate::posture;
use crate::votes::{Environment, is_trial};
use crate::walk::{Leaf, Written};

/// Everything the documents of one file say; `whole` is the file's text.
pub fn documents(path: &str, values: &[Value], whole: &str, written: Written<'_>, purpose: Purpose) -> Part {
    let budget = whole.len() + 1_000;
    let mut part = Part {
        exhausted: repeats_beyond(values, whole, budget).then(|| values.first().map(|it| it.span)).flatten(),
        ..Part::new(purpose)
    };
    let place = Place { address: path, trial: is_trial(path), written, budget };
    if is_beside_the_point(path, whole) {
        return part;
    }
    posture::documents(&mut part, path, values, whole);
    for value in values {
        if let Some(compared) = &mut part.compared {
            compared::of_document(compared, value, path, place.written);
            compared::versions(compared, path, value, whole);
            compared::catalog(compared, path, value);
        }
        if kubernetes::fits(value) {
            kubernetes::read(&mut part, &place, path, value);
        } else if compose::fits(value) {
            compose::read(&mut part, &place, path, value);
        } else if workflow::fits(path, value) {
            workflow::read(&mut part, &place, path, value);
        } else {
            if let Some(compared) = &mut part.compared {
                compared::of_map(compared, value, path, &[]);
            }
            generic::read(&mut part, &place, path, value);
        }
    }
    part
}

/// Whether aliases make a text stand for more nodes than are looked at.
fn repeats_beyond(values: &[Value], whole: &str, most: usize) -> bool {
    fn left(value: &Value, most: usize) -> Option<usize> {
        let below = value.entries().iter().map(|it| &it.value).chain(value.items());
        below.into_iter().try_fold(most.checked_sub(1)?, |most, it| left(it, most))
    }
    whole.contains('*') && values.iter().try_fold(most, |most, it| left(it, most)).is_none()
}

/// Whether a JSON file is of a kind that holds connectors, told by words that such files have.
pub fn is_known_json(text: &str) -> bool {
    const ROOTS: &[&str] =
        &["assword", "ecret", "oken", "piKey", "pi_key", "psk", "rivate", "redential", "ccessKey", "_auth"];
    const WORDS: &[&str] = &[
        "\"connector.class\"",
        "\"apiVersion\"",
        "\"containerDefinitions\"",
        "\"mcpServers\"",
        "\"auths\"",
        "\"private_key\"",
        "\"planned_values\"",
        "\"lineage\"",
        "\"linkedService",
        "\"connectionString\"",
        "\"serviceProviderConnections\"",
        "\"managedApiConnections\"",
        "\"identityProviders\"",
        "\"clientSecret\"",
        "\"AWSTemplateFormatVersion\"",
        "\"typeProperties\"",
        "\"datasources\"",
        "\"client_secret\"",
        "\"environment\"",
        "\"password\"",
        "\"secretAccessKey\"",
        "\"connections\"",
        "\"$schema\"",
        "\"conn_type\"",
        "\"Statement\"",
    ];
    WORDS.iter().chain(ROOTS).any(|word| text.contains(word))
}

/// Whether a JSON file says something that only a comparison asks for.
pub fn is_compared_json(text: &str) -> bool {
    let has = |words: &[&str]| words.iter().any(|it| text.contains(it));
    has(&["\"phases\""]) && has(&["\"min_age\""])
        || has(&["\"min_index_age\""])
        // Who is in which group.
        || has(&["\"groups\"", "\"teams\""]) && has(&["\"maintainers\"", "\"members\"", "\"users\""])
}

/// Whether a JSON or YAML file is by its path or shape about something else: dependencies, translations, schemas.
fn is_beside_the_point(path: &str, text: &str) -> bool {
    const FOLDERS: &[&str] =
        &["i18n", "locale", "locales", "lang", "langs", "translations", "messages", "node_modules", "l10n"];
    const FILES: &[&str] = &[
        "package.json",
        "package-lock.json",
        "composer.lock",
        "tsconfig.json",
        "angular.json",
        "openapi.json",
        "swagger.json",
        "openapi.yaml",
        "openapi.yml",
        "swagger.yaml",
        "swagger.yml",
        "pnpm-lock.yaml",
    ];
    let name = path.rsplit('/').next().unwrap_or(path);
    let folder = path.rsplit('/').skip(1).any(|part| FOLDERS.contains(&part));
    let head = text.get(..text.len().min(400)).unwrap_or_default();
    let described = |line: &str| line.starts_with("openapi:") || line.starts_with("swagger:");
    let schema = ["\"openapi\"", "\"swagger\"", "json-schema.org/"].iter().any(|mark| head.contains(mark))
        || head.lines().any(described);
    folder || FILES.contains(&name) || name.ends_with(".schema.json") || schema
}

/// A connector of this file.
fn connector(part: &mut Part, identity: String, id: String, system: &str, at: Location) -> usize {
    let (group, environment) = (None, None);
    let (system, owners) = (system.to_owned(), Vec::new());
    let seat = Seat::default();
    part.connectors.push(Connector {
        identity,
        id,
        system,
        group,
        environment,
        owners,
        at,
        certain: true,
        seat,
    });
    part.connectors.len() - 1
}

/// Records the credentials a leaf takes: its references, and the secrets just found in it. `scope` sets apart
/// environment variables of different places; `own` says which references count whatever the leaf is named.
fn take(
    part: &mut Part,
    place: &Place<'_, '_>,
    connector: usize,
    duty: Duty,
    scope: &str,
    leaf: &Leaf<'_>,
    named: bool,
) {
    if matches!(leaf.value.kind, Kind::OneOf(_)) {
        return;
    }
    let mut keys: Vec<Key> = Vec::new();
    for reference in leaf.value.references(8) {
        let takes = match reference.kind {
            RefKind::CiSecret => &*reference.key != "ci:GITHUB_TOKEN",
            RefKind::K8sSecret | RefKind::SecretStore => true,
            RefKind::Env | RefKind::ConfigProvider => named,
            _ => false,
        };
        if takes {
            let key = match reference.kind {
                RefKind::Env | RefKind::ConfigProvider => format!("{}@{scope}", reference.key).into(),
                _ => canonical(reference),
            };
            keys.push(Key::Reference(reference.kind, key));
        }
    }
    keys.extend(literal_keys(part, leaf.value).into_iter().map(|(key, _)| key));
    for key in keys {
        let at = place.taken(&leaf.dotted(), leaf.value);
        part.uses.push(Use { connector, key, role: duty, at, setting: leaf.name.to_owned() });
    }
}

/// Span of a map's first key, for pointing at it.
fn head(value: &Value) -> Span {
    value.entries().first().map_or(value.span, |entry| entry.key_span)
}

/// The environment that a file's path names, nearest folder first.
fn path_environment(path: &str) -> Option<Environment> {
    path.rsplit('/').find_map(Environment::in_text)
}
