//! Accounts that nothing removes.

use connlint_core::Finding;
use connlint_model::Aspect;

use crate::posture::{Words, settings};
use crate::rule::{Evidence, Rule, declare_rule};

declare_rule! {
    /// Accounts stay when people leave.
    ///
    /// ## Why it matters
    ///
    /// Where accounts are removed by hand, some are forgotten. Provisioning from the identity provider removes them the
    /// hour somebody leaves.
    ///
    /// ## What counts
    ///
    /// Provisioning that is switched off or paused, that adds accounts but does not remove them, and accounts made by
    /// hand beside it.
    ///
    /// ## What passes
    ///
    /// Provisioning that is on, or whose state is not known.
    ///
    /// ## How to fix
    ///
    /// ```hcl
    /// resource "azuread_synchronization_job" "users" {
    ///   service_principal_id = azuread_service_principal.app.id
    ///   template_id          = "scim"
    ///   enabled              = true
    /// }
    /// ```
    ///
    /// ## References
    ///
    /// * NIST SP 800-53 Rev. 5, AC-2(1) and AC-2(3), <https://csrc.nist.gov/pubs/sp/800/53/r5/upd1/final>
    ScimMissing {
        id: "scim-missing",
        severity: Low,
        tiers: "-/L/H/H",
        confidence: High,
        control: "OF-02",
        cwe: None,
        owasp_nhi: &[],
        since: "0.1.0",
    }
}

impl Rule for ScimMissing {
    fn meta(&self) -> &'static connlint_core::RuleMeta {
        &Self::META
    }

    fn aspects(&self) -> &'static [Aspect] {
        &[Aspect::Scim]
    }

    fn check(&self, evidence: &Evidence<'_>) -> Vec<Finding> {
        let words = Words {
            bad: "does not remove the accounts of people who leave",
            beyond: "",
            minor: "",
            help: "switch provisioning on, removal included",
        };
        settings(evidence, &Self::META, Aspect::Scim, &words)
    }
}
