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
    /// Severity in each risk tier, `M/H/C/H`: `C` critical, `H` high, `M` medium, `L` low, `I` advice, `-` not asked.
    /// Empty where the tier makes no difference.
    pub tiers: &'static str,
    /// Confidence of a finding unless the rule has a reason to choose another.
    pub confidence: Confidence,
    /// The control this rule decides.
    pub control: Control,
    /// Version of connlint that introduced the rule.
    pub since: &'static str,
}

/// How much there is to lose by a connector.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tier {
    /// It only reads, and what it reads is internal.
    Reads,
    /// It writes.
    Writes,
    /// It carries customer, payment, identity or otherwise regulated data.
    Regulated,
    /// Many people administer it, or they change often.
    ManyAdmins,
}

impl RuleMeta {
    /// Severity of a finding in this tier; nothing where the tier does not ask for the control.
    pub fn severity_at(&self, tier: Tier) -> Option<Severity> {
        let index = match tier {
            Tier::Reads => 0,
            Tier::Writes => 1,
            Tier::Regulated => 2,
            Tier::ManyAdmins => 3,
        };
        match self.tiers.split('/').nth(index) {
            Some("C") => Some(Severity::Critical),
            Some("H") => Some(Severity::High),
            Some("M") => Some(Severity::Medium),
            Some("L" | "I") => Some(Severity::Low),
            Some("-") => None,
            _ => Some(self.severity),
        }
    }

    /// The first line of the rule's page, without its full stop.
    pub fn title(&self) -> &'static str {
        self.docs.trim().lines().next().unwrap_or(self.id).trim().trim_end_matches('.')
    }

    /// Address of the rule's page.
    pub fn url(&self) -> String {
        format!("{}/blob/main/docs/rules/{}.md", env!("CARGO_PKG_REPOSITORY"), self.id)
    }
}
