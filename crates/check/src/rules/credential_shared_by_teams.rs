//! Several teams use one credential.

use connlint_core::Finding;

use crate::rule::{Evidence, Rule, declare_rule};
use crate::shared::{Sharing, findings};

declare_rule! {
    /// Several teams use one credential.
    ///
    /// ## Why it matters
    ///
    /// Nobody owns a credential that two teams use: neither can rotate it alone, neither knows who else has it, and when
    /// somebody leaves, nobody dares to revoke it.
    ///
    /// ## What counts
    ///
    /// The same credential reaches connectors with different owners. Owners are read from tags, labels, annotations,
    /// `default_tags` and `CODEOWNERS`.
    ///
    /// ## How to fix
    ///
    /// Create a credential for each team, hand over its ownership, and rotate the shared one:
    ///
    /// ```hcl
    /// resource "aws_iam_user" "reader" {
    ///   for_each = toset(["payments", "risk"])
    ///   name     = "reader-${each.key}"
    ///   tags     = { owner = each.key }
    /// }
    /// ```
    ///
    /// ## References
    ///
    /// * CWE-653: Improper Isolation or Compartmentalization (nearest), <https://cwe.mitre.org/data/definitions/653.html>
    /// * OWASP Non-Human Identities Top 10 (2025), NHI9: NHI Reuse, <https://owasp.org/www-project-non-human-identities-top-10/2025/9-nhi-reuse/>
    CredentialSharedByTeams {
        id: "credential-shared-by-teams",
        severity: High,
        confidence: High,
        control: "CR-05",
        cwe: Some(653),
        owasp_nhi: &["NHI9"],
        since: "0.1.0",
    }
}

impl Rule for CredentialSharedByTeams {
    fn meta(&self) -> &'static connlint_core::RuleMeta {
        &Self::META
    }

    fn check(&self, evidence: &Evidence<'_>) -> Vec<Finding> {
        findings(evidence, &Self::META, Sharing::Teams)
    }
}
