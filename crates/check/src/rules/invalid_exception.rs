//! Suppressions that do not hold.

use connlint_core::{Finding, Location};

use crate::build::finding;
use crate::rule::{Evidence, Rule, declare_rule};
use crate::suppress::Allowance;

declare_rule! {
    /// A suppression does not hold, or is not needed.
    ///
    /// ## Why it matters
    ///
    /// A suppression is a promise: somebody looked, had a reason, and will look again. Without reason and end date
    /// it is a hole that nobody owns; one that matches nothing will hide the next finding on its line.
    ///
    /// ## What counts
    ///
    /// A `connlint: allow` comment that names no rule, gives no reason or no end date (either demand can be
    /// switched off in the configuration), has ended, or accepts no finding.
    ///
    /// ## How to fix
    ///
    /// Delete it, or complete it:
    ///
    /// ```hcl
    /// # connlint: allow hardcoded-secret until 2027-03-31 -- test tenant, rotated with the quarterly reset
    /// password = "..."
    /// ```
    ///
    /// ## References
    ///
    /// * NIST SP 800-53 Rev. 5, CA-5: Plan of Action and Milestones, <https://csrc.nist.gov/projects/cprt/catalog#/cprt/framework/version/SP_800_53_5_1_1/home?element=CA-05>
    InvalidException {
        id: "invalid-exception",
        severity: Medium,
        confidence: High,
        control: "GV-07",
        cwe: None,
        owasp_nhi: &[],
        since: "0.1.0",
    }
}

impl Rule for InvalidException {
    fn meta(&self) -> &'static connlint_core::RuleMeta {
        &Self::META
    }

    /// Which suppressions are used is known only when every other rule has run.
    fn check(&self, _: &Evidence<'_>) -> Vec<Finding> {
        Vec::new()
    }
}

impl InvalidException {
    /// The finding for a suppression that does not hold or was not used.
    pub(crate) fn of(evidence: &Evidence<'_>, allowance: &Allowance) -> Finding {
        let at = Location {
            span: allowance.span,
            path: if allowance.known {
                format!("suppression of {}", allowance.rule)
            } else {
                "suppression".to_owned()
            },
            via: Vec::new(),
        };
        let message = match &allowance.problem {
            Some(problem) => format!("this suppression does not hold: {problem}"),
            None => "this suppression accepts no finding".to_owned(),
        };
        let label = if allowance.problem.is_some() { "ignored" } else { "nothing to accept here" };
        finding(&Self::META, at, message, label.to_owned())
            .help("write `connlint: allow RULE until YYYY-MM-DD -- REASON` on the line of the finding or above it, or delete it")
            .build(evidence, "")
    }
}
