//! A JSON report that comes from where strangers can write: the artifact of a workflow that ran a fork's code.
//!
//! Only what can be checked is kept. Sentences are made anew from the rule; paths have to be paths, numbers are bounded,
//! and what does not fit is left out and counted.

use connlint_check::ChangeKind;
use connlint_core::{RuleMeta, Severity};
use serde::Deserialize;

use crate::json::SCHEMA_VERSION;
use crate::pull::{Digest, Event, Item, Place};
use crate::summary::counted;

/// More findings or events are left out.
const MOST: usize = 2_000;
/// A longer path is none.
const LONGEST_PATH: usize = 1_024;
/// A longer address is not shown.
const LONGEST_ADDRESS: usize = 200;
/// No file has a line beyond this one: larger ones are not read.
const LAST_LINE: u32 = 10 << 20;

/// A report that was read, and how much of it was of no use.
#[derive(Debug)]
pub struct Stranger {
    /// What could be kept.
    pub digest: Digest,
    /// Findings and events that could not.
    pub dropped: usize,
}

#[derive(Deserialize)]
struct Report {
    schema_version: u32,
    summary: Summary,
    findings: Vec<serde_json::Value>,
    comparison: Option<Comparison>,
}

#[derive(Deserialize)]
struct Summary {
    files_read: u32,
    connectors: u32,
    suppressed: u32,
    old: u32,
    baselined: u32,
}

#[derive(Deserialize)]
struct Comparison {
    fixed: u32,
    #[serde(default)]
    changes: Vec<serde_json::Value>,
}

#[derive(Deserialize)]
struct Finding {
    rule: String,
    severity: String,
    fingerprint: String,
    standing: String,
    primary: Range,
    suppression: Option<serde::de::IgnoredAny>,
}

#[derive(Deserialize)]
struct Change {
    event: String,
    subject: String,
    at: Range,
}

#[derive(Deserialize)]
struct Range {
    path: String,
    start: Option<Point>,
    end: Option<Point>,
}

#[derive(Deserialize)]
struct Point {
    line: u32,
}

impl Digest {
    /// Of the JSON report of another job, which may be made up. `least` is the severity that fails a run.
    ///
    /// # Errors
    ///
    /// If it is no report of this version; the words hold nothing of the text.
    pub fn of_stranger(
        json: &str,
        rules: &[&'static RuleMeta],
        least: Option<Severity>,
    ) -> Result<Stranger, &'static str> {
        let report: Report =
            serde_json::from_str(json).map_err(|_| "it is no JSON report of connlint, or is cut off")?;
        if report.schema_version != SCHEMA_VERSION {
            return Err("it is a report of another version of connlint");
        }
        let new = |it: &serde_json::Value| it.get("standing").and_then(|it| it.as_str()) == Some("new");
        let open = |it: &serde_json::Value| it.get("suppression").is_none_or(serde_json::Value::is_null);
        let wanted: Vec<_> = report.findings.into_iter().filter(|it| new(it) && open(it)).collect();
        let mut items: Vec<Item> = wanted.iter().take(MOST).filter_map(|it| item(it, rules)).collect();
        items.sort_by_key(|it| std::cmp::Reverse(it.severity));
        let mut dropped = wanted.len() - items.len();
        let comparison = report.comparison.unwrap_or(Comparison { fixed: 0, changes: Vec::new() });
        let changes: Vec<Event> = comparison.changes.iter().take(MOST).filter_map(event).collect();
        dropped += comparison.changes.len() - changes.len();
        let failing = least.map_or(0, |least| items.iter().filter(|it| it.severity >= least).count());
        let Summary { files_read, connectors, suppressed, old, baselined } = report.summary;
        let checked = format!(
            "checked {}: {}, {}",
            counted(files_read as usize, "file"),
            counted(connectors as usize, "connector"),
            counted(items.len(), "new finding")
        );
        let digest = Digest {
            compared: true,
            items,
            failing,
            old: old as usize,
            baselined: baselined as usize,
            suppressed: suppressed as usize,
            fixed: comparison.fixed as usize,
            changes,
            checked,
            ..Self::default()
        };
        Ok(Stranger { digest, dropped })
    }
}

fn item(value: &serde_json::Value, rules: &[&'static RuleMeta]) -> Option<Item> {
    let Finding { rule, severity, fingerprint, standing, primary, suppression } =
        Finding::deserialize(value).ok()?;
    let rule = rules.iter().find(|it| it.id == rule)?;
    let is_hex = |b: u8| matches!(b, b'0'..=b'9' | b'a'..=b'f');
    let fits = fingerprint.len() == 32 && fingerprint.bytes().all(is_hex);
    (fits && standing == "new" && suppression.is_none()).then_some(())?;
    let message = rule.title();
    let lower = message.chars().next().map(|first| first.to_lowercase().to_string())?;
    Some(Item {
        rule,
        severity: severity.parse().ok()?,
        fingerprint,
        message: lower + message.get(1..).unwrap_or_default(),
        help: "the report of the run says more, and what to do".to_owned(),
        at: place(&primary)?,
        related: Vec::new(),
        suggestion: None,
    })
}

fn event(value: &serde_json::Value) -> Option<Event> {
    let Change { event, subject, at } = Change::deserialize(value).ok()?;
    let kind = ChangeKind::ALL.into_iter().find(|it| it.as_str() == event)?;
    let plain = |c: char| c.is_alphanumeric() || "._-/:@[]\"".contains(c);
    let shown = subject.len() <= LONGEST_ADDRESS && !subject.is_empty() && subject.chars().all(plain);
    let message = if shown { format!("`{subject}`") } else { "(a name that is not shown)".to_owned() };
    Some(Event { kind, message, at: place(&at)? })
}

/// A place within a repository.
fn place(range: &Range) -> Option<Place> {
    let path = &range.path;
    let bad = path.is_empty()
        || path.len() > LONGEST_PATH
        || path.starts_with('/')
        || path.contains(|c: char| c.is_control() || c == '\\')
        || path.split('/').any(|part| matches!(part, "" | "." | ".." | ".git"));
    if bad {
        return None;
    }
    let lines = match (&range.start, &range.end) {
        (Some(start), Some(end)) => {
            let fits = start.line > 0 && start.line <= end.line && end.line <= LAST_LINE;
            fits.then_some(())?;
            Some((start.line, end.line))
        }
        _ => None,
    };
    Some(Place { path: path.clone(), lines, address: String::new() })
}
