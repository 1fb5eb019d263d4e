//! The shape of the JSON report. These types mirror the schema and nothing else depends on them, so that neither the
//! findings nor the format are tied to each other.

use connlint_check::Unread;
use serde::Serialize;

#[derive(Serialize)]
pub(super) struct Report<'a> {
    pub(super) schema_version: u32,
    pub(super) tool: Tool<'a>,
    pub(super) summary: Summary,
    pub(super) findings: Vec<Finding<'a>>,
    pub(super) not_read: Vec<NotRead<'a>>,
    pub(super) connectors: Vec<Connector<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) outcomes: Vec<Outcome<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) comparison: Option<Comparison<'a>>,
}

#[derive(Serialize)]
pub(super) struct Comparison<'a> {
    pub(super) base: &'a str,
    pub(super) fixed: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) changes: Option<Vec<Change<'a>>>,
    pub(super) gate: Vec<GateEdit<'a>>,
}

#[derive(Serialize)]
pub(super) struct Change<'a> {
    pub(super) event: &'a str,
    pub(super) subject: &'a str,
    pub(super) message: &'a str,
    pub(super) at: Place<'a>,
}

#[derive(Serialize)]
pub(super) struct GateEdit<'a> {
    pub(super) message: &'a str,
    pub(super) at: Option<Range<'a>>,
}

#[derive(Serialize)]
pub(super) struct Outcome<'a> {
    pub(super) rule: &'a str,
    pub(super) outcome: &'a str,
    pub(super) at: Place<'a>,
}

#[derive(Serialize)]
pub(super) struct Tool<'a> {
    pub(super) name: &'a str,
    pub(super) version: &'a str,
}

#[derive(Serialize)]
pub(super) struct Summary {
    pub(super) files_read: usize,
    pub(super) files_not_read: usize,
    pub(super) connectors: usize,
    pub(super) findings: Counts,
    pub(super) suppressed: usize,
    pub(super) old: usize,
    pub(super) baselined: usize,
}

#[derive(Serialize)]
pub(super) struct Counts {
    pub(super) critical: usize,
    pub(super) high: usize,
    pub(super) medium: usize,
    pub(super) low: usize,
}

#[derive(Serialize)]
pub(super) struct Finding<'a> {
    pub(super) rule: &'a str,
    pub(super) severity: &'a str,
    pub(super) confidence: &'a str,
    pub(super) message: &'a str,
    pub(super) help: &'a str,
    pub(super) url: String,
    pub(super) fingerprint: &'a str,
    pub(super) standing: &'static str,
    pub(super) primary: Place<'a>,
    pub(super) label: &'a str,
    pub(super) related: Vec<Related<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) suppression: Option<Suppression<'a>>,
}

#[derive(Serialize)]
pub(super) struct Place<'a> {
    #[serde(flatten)]
    pub(super) range: Range<'a>,
    pub(super) address: &'a str,
    pub(super) via: Vec<Range<'a>>,
}

#[derive(Serialize)]
pub(super) struct Related<'a> {
    #[serde(flatten)]
    pub(super) place: Place<'a>,
    pub(super) message: &'a str,
}

/// The ends are null where the text of the file was not kept.
#[derive(Serialize)]
pub(super) struct Range<'a> {
    pub(super) path: &'a str,
    pub(super) start: Option<Point>,
    pub(super) end: Option<Point>,
}

#[derive(Serialize)]
pub(super) struct Point {
    pub(super) line: usize,
    pub(super) column: usize,
    pub(super) offset: u32,
}

#[derive(Serialize)]
pub(super) struct Suppression<'a> {
    pub(super) reason: &'a str,
    pub(super) until: Option<&'a str>,
    pub(super) at: Range<'a>,
}

#[derive(Serialize)]
pub(super) struct NotRead<'a> {
    pub(super) path: &'a str,
    pub(super) reason: &'a str,
    pub(super) detail: &'a str,
}

impl<'a> From<&'a Unread> for NotRead<'a> {
    fn from(it: &'a Unread) -> Self {
        Self { path: &it.path, reason: it.reason.as_str(), detail: &it.detail }
    }
}

#[derive(Serialize)]
pub(super) struct Connector<'a> {
    pub(super) id: &'a str,
    pub(super) system: &'a str,
    pub(super) environment: Option<&'a str>,
    pub(super) owners: &'a [String],
    pub(super) credentials: &'a [String],
    pub(super) at: Place<'a>,
}
