//! Keys and secrets without rotation.

use connlint_core::Finding;
use connlint_model::Aspect;

use crate::posture::{Words, settings};
use crate::rule::{Evidence, Rule, declare_rule};

declare_rule! {
    /// A key or secret is never replaced, or too seldom.
    ///
    /// ## Why it matters
    ///
    /// A copied credential works until it is replaced. Rotation bounds that time without anyone having to notice the
    /// theft, and keeps the way to replace it in practice.
    ///
    /// ## What counts
    ///
    /// A type that can rotate and does not: no rotation configured, an interval above 90 days for secrets or above a
    /// year for encryption keys, or a long-lived key that nothing in the code replaces.
    ///
    /// ## What passes
    ///
    /// Rotation within the limit, by the provider or through `time_rotating`, `keepers` or `replace_triggered_by`. A
    /// type that cannot express rotation is unknown, and so is a value that is not known.
    ///
    /// ## How to fix
    ///
    /// ```hcl
    /// resource "aws_kms_key" "exports" {
    ///   enable_key_rotation = true
    /// }
    ///
    /// resource "time_rotating" "key" {
    ///   rotation_days = 60
    /// }
    ///
    /// resource "google_service_account_key" "loader" {
    ///   service_account_id = google_service_account.loader.name
    ///   keepers            = { rotation = time_rotating.key.id }
    /// }
    /// ```
    ///
    /// ## References
    ///
    /// * CWE-262: Not Using Password Aging, <https://cwe.mitre.org/data/definitions/262.html>
    /// * OWASP Non-Human Identities Top 10 (2025), NHI7: Long-Lived Secrets, <https://owasp.org/www-project-non-human-identities-top-10/2025/7-long-lived-secrets/>
    /// * NIST SP 800-53 Rev. 5, IA-5 and SC-12, <https://csrc.nist.gov/pubs/sp/800/53/r5/upd1/final>
    UnrotatedCredential {
        id: "unrotated-credential",
        severity: Low,
        tiers: "L/M/H/H",
        confidence: High,
        control: "CR-07",
        cwe: Some(262),
        owasp_nhi: &["NHI7"],
        since: "0.1.0",
    }
}

impl Rule for UnrotatedCredential {
    fn meta(&self) -> &'static connlint_core::RuleMeta {
        &Self::META
    }

    fn aspects(&self) -> &'static [Aspect] {
        &[Aspect::Rotation]
    }

    fn check(&self, evidence: &Evidence<'_>) -> Vec<Finding> {
        let words = Words {
            bad: "is not rotated",
            beyond: "is rotated too seldom",
            minor: "",
            help: "replace secrets every 90 days and encryption keys every year, by a schedule",
        };
        settings(evidence, &Self::META, Aspect::Rotation, &words)
    }
}
