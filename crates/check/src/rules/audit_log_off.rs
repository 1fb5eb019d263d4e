//! Audit logs that are off.

use connlint_core::Finding;
use connlint_model::Aspect;

use crate::posture::{Words, settings};
use crate::rule::{Evidence, Rule, declare_rule};

declare_rule! {
    /// There is no log of who did what.
    ///
    /// ## Why it matters
    ///
    /// After an incident the first question is what the credential was used for. Without a log the only safe answer is
    /// everything.
    ///
    /// ## What counts
    ///
    /// A log of access or administration that is switched off, paused or has no target, or is left out where the
    /// provider logs nothing by default.
    ///
    /// ## What passes
    ///
    /// A log that is on. Whether it leaves the system, how long it is kept and what it leaves out are rules of their
    /// own.
    ///
    /// ## How to fix
    ///
    /// ```hcl
    /// resource "aws_eks_cluster" "main" {
    ///   enabled_cluster_log_types = ["api", "audit", "authenticator"]
    /// }
    /// ```
    ///
    /// ## References
    ///
    /// * CWE-778: Insufficient Logging, <https://cwe.mitre.org/data/definitions/778.html>
    /// * NIST SP 800-53 Rev. 5, AU-2 and AU-12, <https://csrc.nist.gov/pubs/sp/800/53/r5/upd1/final>
    AuditLogOff {
        id: "audit-log-off",
        severity: Medium,
        tiers: "M/H/C/H",
        confidence: High,
        control: "LG-01",
        cwe: Some(778),
        owasp_nhi: &[],
        since: "0.1.0",
    }
}

impl Rule for AuditLogOff {
    fn meta(&self) -> &'static connlint_core::RuleMeta {
        &Self::META
    }

    fn aspects(&self) -> &'static [Aspect] {
        &[Aspect::AuditLog]
    }

    fn check(&self, evidence: &Evidence<'_>) -> Vec<Finding> {
        let words = Words {
            bad: "keeps no log of who does what",
            beyond: "",
            minor: "leaves something out of its logs",
            help: "switch the log on",
        };
        settings(evidence, &Self::META, Aspect::AuditLog, &words)
    }
}
