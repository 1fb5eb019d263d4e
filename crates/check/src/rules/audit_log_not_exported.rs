//! Logs that do not leave the system they are about.

use connlint_core::Finding;
use connlint_model::Aspect;

use crate::posture::{Words, settings};
use crate::rule::{Evidence, Rule, declare_rule};

declare_rule! {
    /// The log stays inside the system it is about.
    ///
    /// ## Why it matters
    ///
    /// Whoever takes over an account there can read, filter or delete the log there. A copy elsewhere survives both the
    /// intruder and the end of the contract.
    ///
    /// ## What counts
    ///
    /// An export of logs that is switched off or paused, or a trail without a target outside.
    ///
    /// ## What passes
    ///
    /// An export that is on, or one whose state is not known.
    ///
    /// ## How to fix
    ///
    /// ```hcl
    /// resource "okta_log_stream" "siem" {
    ///   name   = "siem"
    ///   type   = "aws_eventbridge"
    ///   status = "ACTIVE"
    /// }
    /// ```
    ///
    /// ## References
    ///
    /// * CWE-778: Insufficient Logging, <https://cwe.mitre.org/data/definitions/778.html>
    /// * NIST SP 800-53 Rev. 5, AU-6 and AU-7, <https://csrc.nist.gov/pubs/sp/800/53/r5/upd1/final>
    AuditLogNotExported {
        id: "audit-log-not-exported",
        severity: Low,
        tiers: "L/H/C/H",
        confidence: High,
        control: "LG-03",
        cwe: Some(778),
        owasp_nhi: &[],
        since: "0.1.0",
    }
}

impl Rule for AuditLogNotExported {
    fn meta(&self) -> &'static connlint_core::RuleMeta {
        &Self::META
    }

    fn aspects(&self) -> &'static [Aspect] {
        &[Aspect::LogExport]
    }

    fn check(&self, evidence: &Evidence<'_>) -> Vec<Finding> {
        let words = Words {
            bad: "keeps its log to itself",
            beyond: "",
            minor: "",
            help: "send the log to a system of yours",
        };
        settings(evidence, &Self::META, Aspect::LogExport, &words)
    }
}
