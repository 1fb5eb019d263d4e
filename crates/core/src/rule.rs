//! What a rule says of itself.

use crate::{Confidence, Severity};

/// The control of the catalogue that a rule decides, with its mappings to public frameworks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Control {
    /// Code in the catalogue, such as `CR-01`.
    pub code: &'static str,
    /// CWE number, or `None` where no weakness of that list fits.
    pub cwe: Option<u16>,
    /// Entries of the OWASP Non-Human Identities Top 10 (2025), such as `NHI2`.
    pub owasp_nhi: &'static [&'static str],
}

/// Metadata of one rule: one static value a rule, reachable from every finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RuleMeta {
    /// Stable kebab-case id that names the bad thing, such as `hardcoded-secret`.
    pub id: &'static str,
    /// The rule's page in Markdown; its first line is the title.
    pub docs: &'static str,
    /// Severity of a finding unless the rule has a reason to choose another.
    pub severity: Severity,
    /// Confidence of a finding unless the rule has a reason to choose another.
    pub confidence: Confidence,
    /// The control this rule decides.
    pub control: Control,
    /// Version of connlint that introduced the rule.
    pub since: &'static str,
}

impl RuleMeta {
    /// The first line of the rule's page, without its full stop.
    pub fn title(&self) -> &'static str {
        self.docs.trim().lines().next().unwrap_or(self.id).trim().trim_end_matches('.')
    }

    /// Address of the rule's page.
    pub fn url(&self) -> String {
        format!("{}/blob/main/docs/rules/{}.md", env!("CARGO_PKG_REPOSITORY"), self.id)
    }
}
