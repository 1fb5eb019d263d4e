//! Credentials that do not end.

use connlint_core::Finding;
use connlint_model::Aspect;

use crate::posture::{Words, settings};
use crate::rule::{Evidence, Rule, declare_rule};

declare_rule! {
    /// A credential or grant never ends.
    ///
    /// ## Why it matters
    ///
    /// Tokens outlive the people and the projects they were made for. One that ends by itself needs nobody to remember
    /// it.
    ///
    /// ## What counts
    ///
    /// A token, key, secret or grant that can carry an end and does not, or whose end is more than a year away.
    ///
    /// ## What passes
    ///
    /// An end within a year. A type that cannot express an end is unknown, and so is a value that is not known.
    ///
    /// ## How to fix
    ///
    /// ```hcl
    /// resource "databricks_token" "loader" {
    ///   comment          = "loader"
    ///   lifetime_seconds = 2592000 # 30 days
    /// }
    /// ```
    ///
    /// ## References
    ///
    /// * CWE-613: Insufficient Session Expiration, <https://cwe.mitre.org/data/definitions/613.html>
    /// * OWASP Non-Human Identities Top 10 (2025), NHI7: Long-Lived Secrets, <https://owasp.org/www-project-non-human-identities-top-10/2025/7-long-lived-secrets/>
    /// * OWASP Non-Human Identities Top 10 (2025), NHI1: Improper Offboarding, <https://owasp.org/www-project-non-human-identities-top-10/2025/1-improper-offboarding/>
    /// * NIST SP 800-53 Rev. 5, IA-5 and AC-2(3), <https://csrc.nist.gov/pubs/sp/800/53/r5/upd1/final>
    UnexpiringCredential {
        id: "unexpiring-credential",
        severity: Low,
        tiers: "L/M/H/H",
        confidence: High,
        control: "CR-10",
        cwe: Some(613),
        owasp_nhi: &["NHI7", "NHI1"],
        since: "0.1.0",
    }
}

impl Rule for UnexpiringCredential {
    fn meta(&self) -> &'static connlint_core::RuleMeta {
        &Self::META
    }

    fn aspects(&self) -> &'static [Aspect] {
        &[Aspect::Expiry]
    }

    fn check(&self, evidence: &Evidence<'_>) -> Vec<Finding> {
        let words = Words {
            bad: "does not end",
            beyond: "ends too late",
            minor: "",
            help: "give it an end within a year",
        };
        settings(evidence, &Self::META, Aspect::Expiry, &words)
    }
}
