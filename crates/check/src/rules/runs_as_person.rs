//! Machines that act as people.

use connlint_core::Finding;
use connlint_model::Aspect;

use crate::posture::{Words, settings};
use crate::rule::{Evidence, Rule, declare_rule};

declare_rule! {
    /// A machine acts under a person's name.
    ///
    /// ## Why it matters
    ///
    /// The connector stops when the person leaves, or the account is kept alive for it. Its actions look like the
    /// person's, and it has all of the person's rights.
    ///
    /// ## What counts
    ///
    /// A credential of a machine whose owner is a user, and personal access tokens that the code makes for a machine to
    /// use.
    ///
    /// ## What passes
    ///
    /// Service accounts, apps and managed identities as owners. An owner that is not known is unknown.
    ///
    /// ## How to fix
    ///
    /// ```hcl
    /// resource "confluent_api_key" "loader" {
    ///   owner {
    ///     id   = confluent_service_account.loader.id
    ///     kind = confluent_service_account.loader.kind
    ///   }
    /// }
    /// ```
    ///
    /// ## References
    ///
    /// * OWASP Non-Human Identities Top 10 (2025), NHI1: Improper Offboarding, <https://owasp.org/www-project-non-human-identities-top-10/2025/1-improper-offboarding/>
    /// * NIST SP 800-53 Rev. 5, IA-9 and AC-2, <https://csrc.nist.gov/pubs/sp/800/53/r5/upd1/final>
    RunsAsPerson {
        id: "runs-as-person",
        severity: Medium,
        tiers: "M/H/H/C",
        confidence: High,
        control: "CR-12",
        cwe: None,
        owasp_nhi: &["NHI1"],
        since: "0.1.0",
    }
}

impl Rule for RunsAsPerson {
    fn meta(&self) -> &'static connlint_core::RuleMeta {
        &Self::META
    }

    fn aspects(&self) -> &'static [Aspect] {
        &[Aspect::Person]
    }

    fn check(&self, evidence: &Evidence<'_>) -> Vec<Finding> {
        let words = Words {
            bad: "acts under a person's name",
            beyond: "",
            minor: "",
            help: "make a service account and issue the credential to it",
        };
        settings(evidence, &Self::META, Aspect::Person, &words)
    }
}
