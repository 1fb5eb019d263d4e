//! How long logs and records are kept, wherever a document, a service or a block says so.

use std::collections::{HashMap, HashSet};
use std::sync::OnceLock;

use connlint_resolve::Value;
use connlint_resolve::terraform::{BlockKind, Evaluated};

use super::leaves::{Scalar, visit};
use super::manifests::push;
use super::{Compared, Seat, Watch};
use crate::facts::rows;
use crate::walk::Written;

/// Where a name says how long logs are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Where {
    Always,
    Logs,
    Deletion,
    Stream,
}

/// Adds what a document or a part of one says.
pub(crate) fn retention(compared: &mut Compared, seat: &Seat, value: &Value, written: Written<'_>) {
    let mut found = Vec::new();
    // What runs a program that keeps logs speaks of logs by that.
    let mut program = false;
    visit(value, written, &mut |it| {
        let Some(text) = it.text else { return };
        program |= it.path.last() == Some(&"image") && speaks_of_logs(text);
        if let Some(sure) = Some(text).filter(|text| is_time(text)).and_then(|_| says(it, seat)) {
            found.push((it.name.to_owned(), text.to_owned(), it.value.clone(), sure));
        }
    });
    for (name, text, at, _) in found.into_iter().filter(|(_, _, _, sure)| *sure || program) {
        push(compared, seat, Watch::Retention, &name, &text, &at);
    }
}

/// Adds what blocks say that no table of types knows.
pub(crate) fn of_blocks(compared: &mut Compared, root: &Evaluated, written: Written<'_>) {
    let told = compared.watched.iter().filter(|it| it.what == Watch::Retention && !it.values.is_empty());
    let told: HashSet<(String, String)> =
        told.map(|it| (it.seat.home.clone(), it.seat.address.clone())).collect();
    for block in root.blocks.iter().filter(|it| it.kind == BlockKind::Resource && it.exists) {
        let seat = Seat::of_key(&block.key, &block.address);
        // What keeps backups says so by its type.
        if !told.contains(&(seat.home.clone(), seat.address.clone())) {
            retention(compared, &seat, &block.body, written);
        }
    }
}

/// A number, with or without a unit, or a word for no end.
fn is_time(text: &str) -> bool {
    let begins = text.strip_prefix(['-', 'P']).unwrap_or(text).starts_with(|c: char| c.is_ascii_digit());
    text.len() < 40 && (begins || matches!(text, "forever" | "infinite" | "unlimited"))
}

/// Whether a setting says how long logs are kept: for sure, or only where the program keeps logs.
fn says(it: &Scalar<'_>, seat: &Seat) -> Option<bool> {
    let place = place(it.name).or_else(|| place(it.name.rsplit('.').next()?))?;
    let above = |word: &str| it.path.iter().any(|key| key.to_ascii_lowercase().contains(word));
    match place {
        Where::Always => Some(true),
        Where::Deletion => (above("delete") || above("transitions")).then_some(true),
        Where::Stream => (above("retention_stream") || above("retentionstream")).then_some(true),
        Where::Logs => {
            let texts = || it.path.iter().copied().chain([it.name, seat.address.as_str()]);
            let copies = texts().any(speaks_of_copies);
            (!copies).then(|| texts().chain([seat.home.as_str()]).any(speaks_of_logs))
        }
    }
}

/// Words of tools and things that keep logs, traces and measurements.
const WORDS: &[&str] = &[
    "ilm",
    "ism",
    "journald",
    "log",
    "logs",
    "metrics",
    "mimir",
    "monitoring",
    "observability",
    "siem",
    "syslog",
    "tempo",
    "trace",
    "traces",
    "trail",
    "tsdb",
];

/// Parts of such words that stand in no others.
const PARTS: &[&str] = &[
    "accesslog",
    "audit",
    "cloudtrail",
    "elasticsearch",
    "flowlog",
    "graylog",
    "jaeger",
    "logging",
    "loki",
    "opensearch",
    "prometheus",
    "splunk",
    "thanos",
    "victoria",
    "vmcluster",
    "vmsingle",
];

/// Whether a text speaks of logs: `audit-events`, `lokiStack`, `app_logs`.
pub(super) fn speaks_of_logs(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let mut words = lower.split(|c: char| !c.is_ascii_alphanumeric());
    PARTS.iter().any(|it| lower.contains(it)) || words.any(|it| WORDS.contains(&it))
}

fn speaks_of_copies(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    ["artifact", "backup", "dump", "pitr", "restore", "snapshot", "velero"]
        .iter()
        .any(|it| lower.contains(it))
}

/// Where a setting of this name counts.
fn place(name: &str) -> Option<Where> {
    static TABLE: OnceLock<HashMap<&str, Where>> = OnceLock::new();
    let table = TABLE.get_or_init(|| {
        let read = |columns: Vec<&'static str>| match columns[..] {
            [name, word] => Some((name, word_of(word)?)),
            _ => None,
        };
        rows(include_str!("../../facts/retention.tsv")).filter_map(read).collect()
    });
    if name.len() > 80 {
        return None;
    }
    let plain: String =
        name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
    table.get(plain.as_str()).copied()
}

fn word_of(word: &str) -> Option<Where> {
    Some(match word {
        "always" => Where::Always,
        "logs" => Where::Logs,
        "deletion" => Where::Deletion,
        "stream" => Where::Stream,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_read_and_in_order() {
        let text = include_str!("../../facts/retention.tsv");
        assert!(text.contains("\n# checked: ") && text.contains("\n# source: "));
        let names: Vec<&str> = rows(text).map(|it| it[0]).collect();
        assert!(names.is_sorted() && rows(text).all(|it| it.len() == 2 && word_of(it[1]).is_some()));
    }

    #[test]
    fn names_and_places_are_told_apart() {
        assert_eq!(place("audit-log-maxage"), Some(Where::Always));
        assert_eq!(place("retention_period"), Some(Where::Logs));
        assert_eq!(place("retries"), None);
        assert!(speaks_of_logs("KafkaTopic/audit-auth-events") && speaks_of_logs("app_logs"));
        assert!(!speaks_of_logs("catalog") && !speaks_of_logs("temporal") && !speaks_of_logs("blog/login"));
        assert!(is_time("30d") && is_time("-1") && is_time("P30D") && !is_time("Retain"));
    }
}
