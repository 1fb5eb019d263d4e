//! Production and another environment use one credential.

use connlint_core::Finding;

use crate::rule::{Evidence, Rule, declare_rule};
use crate::shared::{Sharing, findings};

declare_rule! {
    /// Production and another environment use one credential.
    ///
    /// ## Why it matters
    ///
    /// Test systems are open to more people, log more and are patched later. A credential that works in both makes
    /// production as weak as the weakest of them.
    ///
    /// ## What counts
    ///
    /// The same credential reaches connectors of production and of another environment. The environment is read from tags,
    /// labels, variables, provider aliases, namespaces, GitHub environments, dbt targets, file names and folders. Where a
    /// GitHub workflow names one secret in jobs of several environments, each environment may define its own secret of that
    /// name; the code cannot tell, so confidence is low.
    ///
    /// ## How to fix
    ///
    /// Create a second credential for the other environment and take production's out of it; then rotate production's:
    ///
    /// ```hcl
    /// module "orders" {
    ///   for_each = toset(["prod", "staging"])
    ///   source   = "./modules/orders"
    ///   token    = var.orders_token[each.key]
    /// }
    /// ```
    ///
    /// ## References
    ///
    /// * CWE-653: Improper Isolation or Compartmentalization (nearest), <https://cwe.mitre.org/data/definitions/653.html>
    /// * OWASP Non-Human Identities Top 10 (2025), NHI8: Environment Isolation, <https://owasp.org/www-project-non-human-identities-top-10/2025/8-environment-isolation/>
    CredentialSharedByEnvironments {
        id: "credential-shared-by-environments",
        severity: High,
        confidence: High,
        control: "CR-06",
        cwe: Some(653),
        owasp_nhi: &["NHI8", "NHI9"],
        since: "0.1.0",
    }
}

impl Rule for CredentialSharedByEnvironments {
    fn meta(&self) -> &'static connlint_core::RuleMeta {
        &Self::META
    }

    fn check(&self, evidence: &Evidence<'_>) -> Vec<Finding> {
        findings(evidence, &Self::META, Sharing::Environments)
    }
}
