//! Keys where identity would do.

use connlint_core::Finding;
use connlint_model::Aspect;

use crate::posture::{Words, settings};
use crate::rule::{Evidence, Rule, declare_rule};

declare_rule! {
    /// A static or shared key is accepted where short-lived identity exists.
    ///
    /// ## Why it matters
    ///
    /// A static key can be copied, and whoever has it is everybody. Where the provider can check an identity instead,
    /// the key is only a way around that.
    ///
    /// ## What counts
    ///
    /// Account keys, admin users and local authentication that are on; credentials of a static kind where the same
    /// setting offers federation or managed identity.
    ///
    /// ## What passes
    ///
    /// The switch set to identity only, or a value that is not known.
    ///
    /// ## How to fix
    ///
    /// ```hcl
    /// resource "azurerm_container_registry" "main" {
    ///   admin_enabled = false
    /// }
    /// ```
    ///
    /// ## References
    ///
    /// * CWE-1390: Weak Authentication, <https://cwe.mitre.org/data/definitions/1390.html>
    /// * OWASP Non-Human Identities Top 10 (2025), NHI4: Insecure Authentication, <https://owasp.org/www-project-non-human-identities-top-10/2025/4-insecure-authentication/>
    /// * OWASP Non-Human Identities Top 10 (2025), NHI7: Long-Lived Secrets, <https://owasp.org/www-project-non-human-identities-top-10/2025/7-long-lived-secrets/>
    /// * NIST SP 800-53 Rev. 5, IA-9, <https://csrc.nist.gov/pubs/sp/800/53/r5/upd1/final>
    WeakCredentialKind {
        id: "weak-credential-kind",
        severity: Low,
        tiers: "L/M/H/M",
        confidence: High,
        control: "CR-11",
        cwe: Some(1390),
        owasp_nhi: &["NHI4", "NHI7"],
        since: "0.1.0",
    }
}

impl Rule for WeakCredentialKind {
    fn meta(&self) -> &'static connlint_core::RuleMeta {
        &Self::META
    }

    fn aspects(&self) -> &'static [Aspect] {
        &[Aspect::Credential]
    }

    fn check(&self, evidence: &Evidence<'_>) -> Vec<Finding> {
        let words = Words {
            bad: "relies on a static or shared key where short-lived identity exists",
            beyond: "",
            minor: "",
            help: "use federated or managed identity instead",
        };
        settings(evidence, &Self::META, Aspect::Credential, &words)
    }
}
