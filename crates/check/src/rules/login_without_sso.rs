//! Logins past the identity provider.

use connlint_core::Finding;
use connlint_model::Aspect;

use crate::posture::{Words, settings};
use crate::rule::{Evidence, Rule, declare_rule};

declare_rule! {
    /// People log in without single sign-on.
    ///
    /// ## Why it matters
    ///
    /// A local password survives the end of an employment. With single sign-on there is one place to close.
    ///
    /// ## What counts
    ///
    /// Local passwords where the tool offers single sign-on, a sign-on that is switched off or not enforced, and
    /// assertions whose signature is not demanded.
    ///
    /// ## What passes
    ///
    /// Sign-on that is enforced. Without any trace of how people log in this is unknown.
    ///
    /// ## How to fix
    ///
    /// ```hcl
    /// resource "snowflake_saml2_integration" "idp" {
    ///   enabled = true
    /// }
    /// ```
    ///
    /// ## References
    ///
    /// * CWE-1390: Weak Authentication, <https://cwe.mitre.org/data/definitions/1390.html>
    /// * NIST SP 800-53 Rev. 5, IA-2 and AC-2(1), <https://csrc.nist.gov/pubs/sp/800/53/r5/upd1/final>
    LoginWithoutSso {
        id: "login-without-sso",
        severity: High,
        tiers: "H/H/C/C",
        confidence: High,
        control: "ID-01",
        cwe: Some(1390),
        owasp_nhi: &[],
        since: "0.1.0",
    }
}

impl Rule for LoginWithoutSso {
    fn meta(&self) -> &'static connlint_core::RuleMeta {
        &Self::META
    }

    fn aspects(&self) -> &'static [Aspect] {
        &[Aspect::Sso]
    }

    fn check(&self, evidence: &Evidence<'_>) -> Vec<Finding> {
        let words = Words {
            bad: "does not insist on a properly checked single sign-on",
            beyond: "",
            minor: "",
            help: "let people in through the identity provider only",
        };
        settings(evidence, &Self::META, Aspect::Sso, &words)
    }
}
