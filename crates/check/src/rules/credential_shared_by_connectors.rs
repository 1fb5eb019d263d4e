//! Several connectors use one credential.

use connlint_core::Finding;

use crate::rule::{Evidence, Rule, declare_rule};
use crate::shared::{Sharing, findings};

declare_rule! {
    /// Several connectors use one credential.
    ///
    /// ## Why it matters
    ///
    /// If one of them leaks, all of them are open; the log cannot tell which of them acted; and the credential cannot be
    /// revoked for one without breaking the others. It is the shared ones that outlive their owners.
    ///
    /// ## What counts
    ///
    /// Two or more connectors take a credential of one origin: the same literal, variable, resource attribute, path in a
    /// secret store, key of a Kubernetes Secret, CI secret or environment variable, followed through variables, locals,
    /// modules, templates and files. Two blocks of one connector are not two connectors, and the database or store that the
    /// credential belongs to is not one at all.
    ///
    /// ## How to fix
    ///
    /// Create a credential for each connector. In Terraform, make it with `for_each`:
    ///
    /// ```hcl
    /// resource "random_password" "app" {
    ///   for_each = toset(["orders", "billing"])
    ///   length   = 32
    /// }
    /// ```
    ///
    /// Then rotate the shared one: both sides still know it.
    ///
    /// ## References
    ///
    /// * CWE-653: Improper Isolation or Compartmentalization (nearest), <https://cwe.mitre.org/data/definitions/653.html>
    /// * OWASP Non-Human Identities Top 10 (2025), NHI9: NHI Reuse, <https://owasp.org/www-project-non-human-identities-top-10/2025/9-nhi-reuse/>
    CredentialSharedByConnectors {
        id: "credential-shared-by-connectors",
        severity: High,
        confidence: High,
        control: "CR-04",
        cwe: Some(653),
        owasp_nhi: &["NHI9"],
        since: "0.1.0",
    }
}

impl Rule for CredentialSharedByConnectors {
    fn meta(&self) -> &'static connlint_core::RuleMeta {
        &Self::META
    }

    fn check(&self, evidence: &Evidence<'_>) -> Vec<Finding> {
        findings(evidence, &Self::META, Sharing::Connectors)
    }
}
