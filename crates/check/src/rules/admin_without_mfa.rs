//! Logins by one factor.

use connlint_core::Finding;
use connlint_model::Aspect;

use crate::posture::{Words, settings};
use crate::rule::{Evidence, Rule, declare_rule};

declare_rule! {
    /// Administrators need no second factor.
    ///
    /// ## Why it matters
    ///
    /// A stolen or guessed password is the most common way in, and an administrator's opens everything.
    ///
    /// ## What counts
    ///
    /// A second factor that is off or optional, rules that are satisfied by one factor, and exceptions without an end.
    ///
    /// ## What passes
    ///
    /// A second factor that is required, or a value that is not known.
    ///
    /// ## How to fix
    ///
    /// ```hcl
    /// resource "aws_cognito_user_pool" "main" {
    ///   mfa_configuration = "ON"
    /// }
    /// ```
    ///
    /// ## References
    ///
    /// * CWE-308: Use of Single-factor Authentication, <https://cwe.mitre.org/data/definitions/308.html>
    /// * NIST SP 800-53 Rev. 5, IA-2(1), <https://csrc.nist.gov/pubs/sp/800/53/r5/upd1/final>
    AdminWithoutMfa {
        id: "admin-without-mfa",
        severity: High,
        tiers: "H/H/C/C",
        confidence: High,
        control: "ID-02",
        cwe: Some(308),
        owasp_nhi: &[],
        since: "0.1.0",
    }
}

impl Rule for AdminWithoutMfa {
    fn meta(&self) -> &'static connlint_core::RuleMeta {
        &Self::META
    }

    fn aspects(&self) -> &'static [Aspect] {
        &[Aspect::Mfa]
    }

    fn check(&self, evidence: &Evidence<'_>) -> Vec<Finding> {
        let words = Words {
            bad: "does not ask for a second factor",
            beyond: "",
            minor: "",
            help: "demand a second factor, of administrators first",
        };
        settings(evidence, &Self::META, Aspect::Mfa, &words)
    }
}
