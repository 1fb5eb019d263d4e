//! Parts of documents that are connectors of their own, in formats that only a comparison tells apart: plugins of Meltano,
//! DAGs of Airflow, jobs of GitLab and CircleCI, and files that hold one connector each.

use connlint_core::Location;
use connlint_resolve::{Kind, Value};

use super::named::{Scope, all};
use super::services::program;
use super::{Compared, Seat, Site, images};
use crate::part::SecretLiteral;
use crate::votes::said_owners;
use crate::walk::Written;

/// Entries of one document that are looked at.
const MOST: usize = 2_000;

/// A part of a document that may be a connector.
struct Entry<'v> {
    address: String,
    value: &'v Value,
    /// Whether it is one whatever it takes.
    always: bool,
}

/// Adds the connectors of a document that is no manifest, compose file or workflow; `known` are those that are told apart
/// without a comparison, too.
pub(crate) fn of_entries(
    compared: &mut Compared,
    path: &str,
    document: &Value,
    known: Vec<(String, &Value)>,
    literals: &[SecretLiteral],
    written: Written<'_>,
) {
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut entries: Vec<Entry<'_>> =
        known.into_iter().map(|(address, value)| Entry { address, value, always: false }).collect();
    let whole = entries.is_empty();
    // A connector of Kafka Connect is one wherever its credentials are kept.
    let kafka =
        document.get("connector.class").or_else(|| document.at(&["config", "connector.class"])).is_some();
    entries.iter_mut().for_each(|it| it.always = kafka);
    entries.extend(apart(path, document));
    if whole && entries.is_empty() {
        entries.extend(alone(path, document));
    }
    for entry in entries.iter().take(MOST) {
        let seat = Seat::of_path(path, &entry.address);
        compared.blocks.insert((seat.home.clone(), seat.address.clone()));
        let scope = Scope { address: &entry.address, cluster: "", host: folder, written };
        let own: Vec<SecretLiteral> = match spread(entry.value) {
            Some((from, to)) => {
                let inside = |it: &&SecretLiteral| (from..to).contains(&it.at.span.start);
                literals.iter().filter(inside).take(64).cloned().collect()
            }
            None => Vec::new(),
        };
        let above = extended(document, entry.value);
        for (text, at) in images::images(path, document, entry.value, &above) {
            program(compared, &seat, &text, at);
        }
        let mut takes = all(entry.value, &scope, &own);
        for above in above {
            takes.extend(all(above, &scope, &[]));
        }
        if takes.is_empty() && !entry.always {
            continue;
        }
        let at = Location { span: head(entry.value), path: entry.address.clone(), via: Vec::new() };
        compared.sites.push(Site { seat, owners: owners(entry.value), takes, at });
    }
}

fn head(value: &Value) -> connlint_core::Span {
    value.entries().first().map_or(value.span, |it| it.key_span)
}

/// The bytes that a map spans, by its first and its last key and what stands behind.
fn spread(value: &Value) -> Option<(u32, u32)> {
    let span = value.span;
    (span.end > span.start).then_some((span.start, span.end))
}

/// Owners in an entry itself, its `default_args`, or its `meta`.
fn owners(value: &Value) -> Vec<String> {
    let maps = ["default_args", "meta", "metadata", "labels", "tags", "annotations"];
    let mut all: Vec<&Value> = vec![value];
    all.extend(maps.into_iter().filter_map(|key| value.get(key)));
    said_owners(&all)
}

/// The entries of formats that keep several in one document.
fn apart<'v>(path: &str, document: &'v Value) -> Vec<Entry<'v>> {
    let file = path.rsplit('/').next().unwrap_or(path);
    let mut all = Vec::new();
    if let Some(plugins) = document.get("plugins").filter(|_| file.contains("meltano")) {
        for kind in plugins.entries() {
            // What moves data is a connector wherever its credentials are kept.
            let always = matches!(&*kind.key, "extractors" | "loaders");
            all.extend(kind.value.items().iter().filter_map(|it| {
                let address = it.get("name")?.text()?.to_owned();
                Some(Entry { address, value: it, always })
            }));
        }
        return all;
    }
    let gitlab = file.contains("gitlab-ci");
    for entry in document.entries() {
        let value = &entry.value;
        let is = |key: &str| value.get(key).is_some();
        let dag = is("default_args") || is("tasks") && (is("schedule") || is("schedule_interval"));
        let job = gitlab && is("script") && !entry.key.starts_with('.');
        if job {
            all.push(Entry { address: format!("jobs.{}", entry.key), value, always: false });
        } else if dag || is("conn_type") {
            all.push(Entry { address: entry.key.to_string(), value, always: false });
        }
        if &*entry.key == "jobs" && (is_circle(path) || file.starts_with("azure-pipelines")) {
            let named = value.entries().iter().map(|it| (format!("jobs.{}", it.key), &it.value));
            let listed = value.items().iter().filter_map(|it| {
                Some((format!("jobs.{}", it.get("job").or(it.get("deployment"))?.text()?), it))
            });
            all.extend(named.chain(listed).map(|(address, value)| Entry { address, value, always: false }));
        }
        all.extend(listed(&entry.key, value));
    }
    all
}

/// What a job says by way of others: `extends: .base`.
fn extended<'v>(document: &'v Value, job: &'v Value) -> Vec<&'v Value> {
    /// Templates of templates; GitLab itself allows no more.
    const DEEPEST: usize = 11;
    let mut found: Vec<&Value> = Vec::new();
    let mut next = vec![job];
    for _ in 0..DEEPEST {
        let named = next.iter().filter_map(|it| it.get("extends"));
        let names =
            named.flat_map(|it| it.text().into_iter().chain(it.items().iter().filter_map(Value::text)));
        next = names.filter_map(|it| document.get(it)).take(16).collect();
        if next.is_empty() {
            break;
        }
        found.extend(&next);
    }
    found.truncate(32);
    found
}

pub(super) fn is_circle(path: &str) -> bool {
    path.contains(".circleci/")
}

/// Lists and maps whose every item may be a connector, by the key that formats use for them.
fn listed<'v>(key: &str, value: &'v Value) -> Vec<Entry<'v>> {
    const KEYS: &[&str] = &[
        "alerting",
        "feeds",
        "inputs",
        "integrations",
        "notifiers",
        "outputs",
        "pipelines",
        "remote_read",
        "scrape_configs",
        "syncs",
        "targets",
        "webhooks",
    ];
    const NAMES: &[&str] = &["name", "id", "uid", "job_name", "alias"];
    // One alone, as recipes have it: `source: {type: …, config: …}`.
    if matches!(key, "source" | "sink" | "destination") && value.get("type").is_some() {
        return vec![Entry { address: key.to_owned(), value, always: false }];
    }
    if !KEYS.contains(&key) {
        return Vec::new();
    }
    let items = value.items().iter().filter_map(|it| {
        let name = NAMES.iter().find_map(|key| it.get(key)?.text())?;
        Some(Entry { address: format!("{key}.{name}"), value: it, always: false })
    });
    let entries = value.entries().iter().filter(|it| matches!(it.value.kind, Kind::Map(_)));
    let entries =
        entries.map(|it| Entry { address: format!("{key}.{}", it.key), value: &it.value, always: false });
    items.chain(entries).collect()
}

/// Words of paths by which a file says that it holds a connector.
const WORDS: &[&str] = &[
    "connection",
    "connector",
    "destination",
    "export",
    "exporter",
    "extractor",
    "feed",
    "import",
    "importer",
    "ingest",
    "ingestion",
    "integration",
    "loader",
    "pipeline",
    "sink",
    "source",
    "sync",
    "tap",
    "target",
    "webhook",
];

/// Whether a text speaks of connectors.
pub(super) fn speaks_of_connectors(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let mut words = lower.split(|c: char| !c.is_ascii_alphanumeric());
    words.any(|it| WORDS.contains(&it) || it.strip_suffix('s').is_some_and(|it| WORDS.contains(&it)))
}

/// A file that holds one connector, by its path.
fn alone<'v>(path: &str, document: &'v Value) -> Option<Entry<'v>> {
    let file = path.rsplit('/').next().unwrap_or(path);
    let stem = file.split('.').next().unwrap_or(file);
    // Values of charts, and what tools are set up by, are for something else.
    let other =
        stem.starts_with("values") || file.starts_with('.') || path.starts_with('.') || path.contains("/.");
    if other || !matches!(document.kind, Kind::Map(_)) || !speaks_of_connectors(path) {
        return None;
    }
    let name = document.get("name").or_else(|| document.get("resource_name"));
    let name = name.or_else(|| document.at(&["metadata", "name"])).and_then(Value::text);
    let name = name.filter(|it| !it.is_empty() && it.len() < 80).unwrap_or(stem);
    Some(Entry { address: name.to_owned(), value: document, always: false })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_speak_of_connectors() {
        assert!(speaks_of_connectors("connectors/stripe/connector.yaml"));
        assert!(speaks_of_connectors("data/feeds/x.yml"));
        assert!(!speaks_of_connectors("resources/targeted.yaml"));
    }
}
