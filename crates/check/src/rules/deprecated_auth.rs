//! Deprecated ways to log in.

use connlint_core::Finding;
use connlint_model::Aspect;

use crate::posture::{Words, settings};
use crate::rule::{Evidence, Rule, declare_rule};

declare_rule! {
    /// A deprecated way to log in is in use.
    ///
    /// ## Why it matters
    ///
    /// Password and implicit grants hand the secret to the client, basic authentication sends it with every request,
    /// and vendors withdraw such methods on a date that is theirs to choose.
    ///
    /// ## What counts
    ///
    /// Implicit and password grants, basic authentication, user types that exist for passwords alone, and other methods
    /// the provider calls legacy.
    ///
    /// ## What passes
    ///
    /// Authorization code with PKCE, client credentials with a signed assertion, federation, key pairs; and values that
    /// are not known.
    ///
    /// ## How to fix
    ///
    /// ```hcl
    /// resource "okta_app_oauth" "loader" {
    ///   grant_types                = ["client_credentials"]
    ///   token_endpoint_auth_method = "private_key_jwt"
    /// }
    /// ```
    ///
    /// ## References
    ///
    /// * CWE-1390: Weak Authentication, <https://cwe.mitre.org/data/definitions/1390.html>
    /// * OWASP Non-Human Identities Top 10 (2025), NHI4: Insecure Authentication, <https://owasp.org/www-project-non-human-identities-top-10/2025/4-insecure-authentication/>
    /// * NIST SP 800-53 Rev. 5, IA-9 and IA-5, <https://csrc.nist.gov/pubs/sp/800/53/r5/upd1/final>
    DeprecatedAuth {
        id: "deprecated-auth",
        severity: Medium,
        tiers: "M/H/C/H",
        confidence: High,
        control: "LC-03",
        cwe: Some(1390),
        owasp_nhi: &["NHI4"],
        since: "0.1.0",
    }
}

impl Rule for DeprecatedAuth {
    fn meta(&self) -> &'static connlint_core::RuleMeta {
        &Self::META
    }

    fn aspects(&self) -> &'static [Aspect] {
        &[Aspect::Login]
    }

    fn check(&self, evidence: &Evidence<'_>) -> Vec<Finding> {
        let words = Words {
            bad: "lets people or machines in by a deprecated or weak method",
            beyond: "",
            minor: "",
            help: "drop that method",
        };
        settings(evidence, &Self::META, Aspect::Login, &words)
    }
}
