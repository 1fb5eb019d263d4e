//! One credential reaches more than three systems.

use connlint_core::Finding;

use crate::rule::{Evidence, Rule, declare_rule};
use crate::shared::{Sharing, findings};

declare_rule! {
    /// One credential reaches more than three systems.
    ///
    /// ## Why it matters
    ///
    /// One leak of this credential opens every system behind it, and rotating it means an outage in each. Whoever holds it
    /// can move sideways without a second login.
    ///
    /// ## What counts
    ///
    /// One origin (a literal, a variable, a resource attribute, a path in a secret store, a CI secret) feeds connectors to
    /// more than three different systems.
    ///
    /// ## How to fix
    ///
    /// One identity for each connector and environment. In Terraform, make the credential with `for_each` over its
    /// consumers:
    ///
    /// ```hcl
    /// resource "aws_iam_access_key" "consumer" {
    ///   for_each = toset(["fivetran", "snowflake", "datadog"])
    ///   user     = aws_iam_user.consumer[each.key].name
    /// }
    /// ```
    ///
    /// ## References
    ///
    /// * CWE-653: Improper Isolation or Compartmentalization (nearest), <https://cwe.mitre.org/data/definitions/653.html>
    /// * OWASP Non-Human Identities Top 10 (2025), NHI9: NHI Reuse, <https://owasp.org/www-project-non-human-identities-top-10/2025/9-nhi-reuse/>
    CredentialFanOut {
        id: "credential-fan-out",
        severity: High,
        confidence: High,
        control: "ID-05",
        cwe: Some(653),
        owasp_nhi: &["NHI9"],
        since: "0.1.0",
    }
}

impl Rule for CredentialFanOut {
    fn meta(&self) -> &'static connlint_core::RuleMeta {
        &Self::META
    }

    fn check(&self, evidence: &Evidence<'_>) -> Vec<Finding> {
        findings(evidence, &Self::META, Sharing::FanOut)
    }
}
