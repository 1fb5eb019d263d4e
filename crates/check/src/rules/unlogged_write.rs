//! Logs with holes in them.

use connlint_core::Finding;
use connlint_model::Aspect;

use crate::posture::{Words, settings};
use crate::rule::{Evidence, Rule, declare_rule};

declare_rule! {
    /// Writes happen that no log shows.
    ///
    /// ## Why it matters
    ///
    /// A log with a hole is trusted and wrong. Writes are what has to be undone after an incident.
    ///
    /// ## What counts
    ///
    /// A log that is limited to reading or to administration, a category of writes that is switched off, and people or
    /// accounts that are exempt from it.
    ///
    /// ## What passes
    ///
    /// A log of all events. A filter whose meaning is not known is not reported.
    ///
    /// ## How to fix
    ///
    /// ```hcl
    /// resource "google_project_iam_audit_config" "all" {
    ///   project = "orders"
    ///   service = "allServices"
    ///   audit_log_config { log_type = "DATA_WRITE" }
    ///   audit_log_config { log_type = "DATA_READ" }
    /// }
    /// ```
    ///
    /// ## References
    ///
    /// * CWE-778: Insufficient Logging, <https://cwe.mitre.org/data/definitions/778.html>
    /// * NIST SP 800-53 Rev. 5, AU-12 and AC-6(9), <https://csrc.nist.gov/pubs/sp/800/53/r5/upd1/final>
    UnloggedWrite {
        id: "unlogged-write",
        severity: Critical,
        tiers: "-/C/C/C",
        confidence: High,
        control: "LG-06",
        cwe: Some(778),
        owasp_nhi: &[],
        since: "0.1.0",
    }
}

impl Rule for UnloggedWrite {
    fn meta(&self) -> &'static connlint_core::RuleMeta {
        &Self::META
    }

    fn aspects(&self) -> &'static [Aspect] {
        &[Aspect::WriteLog]
    }

    fn check(&self, evidence: &Evidence<'_>) -> Vec<Finding> {
        let words = Words {
            bad: "does not log every write, or not everybody's",
            beyond: "",
            minor: "",
            help: "log writes, of everybody",
        };
        settings(evidence, &Self::META, Aspect::WriteLog, &words)
    }
}
