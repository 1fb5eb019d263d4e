//! What a run found out: the only thing a report sees.

use connlint_core::{Finding, Location, Span};

use crate::changes::Change;
use crate::compare::GateEdit;
use crate::inventory::Inventory;

/// The outcome of one run, ready to be rendered in any format.
#[derive(Debug, Default)]
pub struct Review {
    /// Every finding, suppressed ones included, sorted by [`Finding::sort_key`].
    pub findings: Vec<Finding>,
    /// Files that were asked for and could not be read, in whole or in part, sorted by path.
    pub unread: Vec<Unread>,
    /// Number of files read, in whole or in part.
    pub files_read: usize,
    /// Every connector, sorted by id.
    pub connectors: Vec<ConnectorSummary>,
    /// Settings that pass, or that the text does not decide, where they were asked for; sorted by place.
    pub outcomes: Vec<Outcome>,
    /// Suppression comments, in order of their places.
    pub suppressions: Vec<Allowed>,
    /// What a change does, where two versions are compared.
    pub comparison: Option<Comparison>,
    /// Every use of a credential, where a repository's name asks for them.
    pub inventory: Option<Inventory>,
    /// Places that hold a secret's text, sorted: no output may show these bytes.
    pub secrets: Vec<Span>,
}

/// What a rule says of a setting that it does not report.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Outcome {
    /// The setting, or the block that leaves it out.
    pub at: Location,
    /// Id of the rule.
    pub rule: &'static str,
    /// Whether it passes; else it is unknown.
    pub passes: bool,
}

impl Outcome {
    /// The word used in every output.
    pub fn as_str(&self) -> &'static str {
        if self.passes { "pass" } else { "unknown" }
    }
}

/// A suppression comment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Allowed {
    /// Id of the rule it names, if there is such a rule; else empty.
    pub rule: String,
    /// Its end, if it has one.
    pub until: Option<String>,
    /// Its reason.
    pub reason: String,
    /// Whether it accepts a finding.
    pub used: bool,
    /// Where it stands.
    pub at: Location,
}

impl Allowed {
    /// All it says, for comparing.
    pub(crate) fn text(&self) -> String {
        format!("{} until {} -- {}", self.rule, self.until.as_deref().unwrap_or_default(), self.reason)
    }
}

/// What a change does.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Comparison {
    /// What it is compared with, as shown to people.
    pub base: String,
    /// Open findings of the base that are gone.
    pub fixed: usize,
    /// What it does to access; nothing where nobody asked.
    pub changes: Option<Vec<Change>>,
    /// What it does to the rules it is judged by.
    pub edits: Vec<GateEdit>,
}

/// A file that could not be read, in whole or in part.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unread {
    /// Path as shown to people.
    pub path: String,
    /// Why.
    pub reason: UnreadReason,
    /// Detail for people: lower case, no full stop, free of any text of the file.
    pub detail: String,
    /// Whether a change, where one is judged, leaves the file as it was.
    pub old: bool,
}

/// Why a file was not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum UnreadReason {
    /// A Helm or Jinja template: only its output could be judged.
    Template,
    /// A syntax error; the lines were still searched for secrets.
    Syntax,
    /// Larger than the limit.
    TooLarge,
    /// Neither UTF-8 nor UTF-16.
    NotText,
    /// The file system refused.
    Io,
}

impl UnreadReason {
    /// The word used in every output.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Template => "template",
            Self::Syntax => "syntax error",
            Self::TooLarge => "too large",
            Self::NotText => "not text",
            Self::Io => "unreadable",
        }
    }
}

/// A connector as shown to people.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ConnectorSummary {
    /// Stable id: its logical address, prefixed by the folder or file it is declared in.
    pub id: String,
    /// What it connects to, such as `snowflake` or `github`.
    pub system: String,
    /// The environment the votes agree on.
    pub environment: Option<String>,
    /// Owners, most trusted source first.
    pub owners: Vec<String>,
    /// Reference keys of its credentials; a literal is shown as `literal`.
    pub credentials: Vec<String>,
    /// Where it is declared.
    pub at: Location,
}
