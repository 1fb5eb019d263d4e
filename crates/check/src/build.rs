//! Makes findings, so that every rule's look and count alike.

use std::collections::HashMap;

use connlint_core::{
    Confidence, Edit, Finding, Fingerprint, HashKey, Identity, Label, Location, RuleMeta, Severity, Standing,
};

use crate::rule::Evidence;

/// A finding in the making, bound to its rule.
pub(crate) struct Builder {
    finding: Finding,
    /// Whether the address takes no part in its identity across versions.
    by_key: bool,
}

/// Starts a finding of `meta` at `at`; `message` and `label` are lower case and without a full stop.
pub(crate) fn finding(meta: &'static RuleMeta, at: Location, message: String, label: String) -> Builder {
    Builder {
        by_key: false,
        finding: Finding {
            rule: meta,
            severity: meta.severity,
            confidence: meta.confidence,
            message,
            primary: at,
            label,
            related: Vec::new(),
            help: String::new(),
            fix: None,
            fingerprint: Fingerprint::default(),
            identity: Identity { family: meta.id, ..Identity::default() },
            standing: Standing::default(),
            suppression: None,
        },
    }
}

impl Builder {
    pub(crate) fn severity(mut self, severity: Severity) -> Self {
        self.finding.severity = severity;
        self
    }

    pub(crate) fn confidence(mut self, confidence: Confidence) -> Self {
        self.finding.confidence = confidence;
        self
    }

    pub(crate) fn related(mut self, related: Vec<Label>) -> Self {
        self.finding.related = related;
        self
    }

    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.finding.help = help.into();
        self
    }

    /// What would mend it.
    pub(crate) fn fix(mut self, fix: Option<Edit>) -> Self {
        self.finding.fix = fix;
        self
    }

    /// Those whom it concerns: one more of them makes it new.
    pub(crate) fn members(mut self, members: impl IntoIterator<Item = String>) -> Self {
        self.finding.identity.members.extend(members);
        self
    }

    /// Makes its identity across versions one of a family of rules, and of the key alone.
    pub(crate) fn known_by_key(mut self, family: &'static str) -> Self {
        self.finding.identity.family = family;
        self.by_key = true;
        self
    }

    /// Makes the value of a secret part of its identity across versions.
    pub(crate) fn of_value(mut self, text: &str) -> Self {
        let digest = HashKey::of_nobody().digest(text);
        self.finding.identity.key = digest.map(|it| it.to_string()).unwrap_or_default();
        self
    }

    /// Ends the finding; `key` says what it is about where the address alone does not.
    pub(crate) fn build(mut self, evidence: &Evidence<'_>, key: &str) -> Finding {
        let finding = &mut self.finding;
        if !self.by_key {
            finding.identity.address.clone_from(&finding.primary.path);
        }
        if finding.identity.key.is_empty() {
            key.clone_into(&mut finding.identity.key);
        }
        let path = evidence.path(&finding.primary);
        finding.fingerprint = Fingerprint::of([finding.rule.id, path, &finding.primary.path, key]);
        self.finding
    }
}

/// Gives findings of equal fingerprint an ordinal, in their order, so that each has its own.
pub(crate) fn number(findings: &mut [Finding]) {
    let mut seen: HashMap<Fingerprint, usize> = HashMap::new();
    for finding in findings {
        let count = seen.entry(finding.fingerprint.clone()).or_default();
        *count += 1;
        if *count > 1 {
            let ordinal = count.to_string();
            finding.fingerprint = Fingerprint::of([finding.fingerprint.as_str(), &ordinal]);
        }
    }
}

/// One step less severe, for places that are for trying things out.
pub(crate) fn lower(severity: Severity) -> Severity {
    match severity {
        Severity::Critical => Severity::High,
        Severity::High => Severity::Medium,
        Severity::Medium | Severity::Low => Severity::Low,
    }
}

/// `a`, `a and b`, `a, b and c`; more than `most` end in a count.
pub(crate) fn list(items: &[&str], most: usize) -> String {
    match items {
        [] => String::new(),
        [only] => (*only).to_owned(),
        _ if items.len() > most => {
            let shown = items.get(..most).unwrap_or(items).join(", ");
            format!("{shown} and {} more", items.len() - most)
        }
        [before @ .., last] => format!("{} and {last}", before.join(", ")),
    }
}
