//! Logs that are kept too short.

use connlint_core::Finding;
use connlint_model::Aspect;

use crate::posture::{Words, settings};
use crate::rule::{Evidence, Rule, declare_rule};

declare_rule! {
    /// Logs are gone before anyone looks.
    ///
    /// ## Why it matters
    ///
    /// Most intrusions are noticed weeks later, and access is reviewed once a quarter. A log that ends sooner answers
    /// neither.
    ///
    /// ## What counts
    ///
    /// A retention below 30 days, below 90 days for logs that exist for auditing, or a default that short. Units are
    /// taken into account.
    ///
    /// ## What passes
    ///
    /// A longer retention, no limit at all, or a value that is not known.
    ///
    /// ## How to fix
    ///
    /// ```hcl
    /// resource "aws_cloudwatch_log_group" "audit" {
    ///   name              = "audit"
    ///   retention_in_days = 365
    /// }
    /// ```
    ///
    /// ## References
    ///
    /// * NIST SP 800-53 Rev. 5, AU-11, <https://csrc.nist.gov/pubs/sp/800/53/r5/upd1/final>
    ShortLogRetention {
        id: "short-log-retention",
        severity: Medium,
        tiers: "M/H/H/H",
        confidence: High,
        control: "LG-04",
        cwe: None,
        owasp_nhi: &[],
        since: "0.1.0",
    }
}

impl Rule for ShortLogRetention {
    fn meta(&self) -> &'static connlint_core::RuleMeta {
        &Self::META
    }

    fn aspects(&self) -> &'static [Aspect] {
        &[Aspect::Retention]
    }

    fn check(&self, evidence: &Evidence<'_>) -> Vec<Finding> {
        let words = Words {
            bad: "does not keep its log long enough",
            beyond: "",
            minor: "",
            help: "keep logs for 90 days at least",
        };
        settings(evidence, &Self::META, Aspect::Retention, &words)
    }
}
