//! A judgement about a place in the code.

use crate::{Confidence, Fingerprint, Identity, RuleMeta, Severity, Span, Standing};

/// A span together with where it stands in the configuration's own terms.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Location {
    /// The bytes meant.
    pub span: Span,
    /// Logical address, such as `fivetran_connector.orders/config.password`; stable when lines move.
    pub path: String,
    /// The steps by which a value came here, nearest first: wrappers, locals, variables, module calls.
    pub via: Vec<Span>,
}

/// A further place of a finding, and what it has to do with it.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Label {
    /// The place.
    pub location: Location,
    /// Why it is shown: lower case, no full stop.
    pub message: String,
}

/// An accepted finding: why, and until when.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Suppression {
    /// The reason given.
    pub reason: String,
    /// The last day it holds, as `YYYY-MM-DD`; `None` where the configuration lets suppressions be open-ended.
    pub until: Option<String>,
    /// The comment itself.
    pub span: Span,
}

/// A piece of text that would mend a finding.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Edit {
    /// What it replaces, within one line.
    pub span: Span,
    /// What it puts there; never a secret.
    pub text: String,
}

/// One finding. It never holds the value of a secret, in any field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The rule that was broken.
    pub rule: &'static RuleMeta,
    /// How bad it is if true.
    pub severity: Severity,
    /// How sure we are.
    pub confidence: Confidence,
    /// What is wrong: one sentence, lower case, no full stop.
    pub message: String,
    /// Where to look first.
    pub primary: Location,
    /// What to say at the first place.
    pub label: String,
    /// Every other place.
    pub related: Vec<Label>,
    /// What to do about it.
    pub help: String,
    /// A change of the code that mends it, where one is known to be right.
    pub fix: Option<Edit>,
    /// Identity across runs.
    pub fingerprint: Fingerprint,
    /// Identity across versions within one run.
    pub identity: Identity,
    /// How it stands to the version a change starts from.
    pub standing: Standing,
    /// Set when the code accepts this finding.
    pub suppression: Option<Suppression>,
}

impl Finding {
    /// Order of a report: by place, then rule, then message.
    pub fn sort_key(&self) -> impl Ord + '_ {
        (self.primary.span, self.rule.id, &self.message, &self.fingerprint)
    }
}
