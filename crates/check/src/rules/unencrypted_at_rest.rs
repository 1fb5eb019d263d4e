//! Encryption at rest that is off.

use connlint_core::Finding;
use connlint_model::Aspect;

use crate::posture::{Words, settings};
use crate::rule::{Evidence, Rule, declare_rule};

declare_rule! {
    /// Data is stored in clear.
    ///
    /// ## Why it matters
    ///
    /// Snapshots, replicas and discarded disks outlive the permissions of the system they came from. Encryption at rest
    /// ties them to a key whose use is logged and can be ended.
    ///
    /// ## What counts
    ///
    /// A store that a connector reads or fills with encryption switched off, or left out where the provider's default
    /// is off.
    ///
    /// ## What passes
    ///
    /// Encryption with the provider's own key or with yours. Which of the two it is makes no difference here.
    ///
    /// ## How to fix
    ///
    /// ```hcl
    /// resource "aws_db_instance" "orders" {
    ///   storage_encrypted = true
    /// }
    /// ```
    ///
    /// ## References
    ///
    /// * CWE-311: Missing Encryption of Sensitive Data, <https://cwe.mitre.org/data/definitions/311.html>
    /// * NIST SP 800-53 Rev. 5, SC-28(1), <https://csrc.nist.gov/pubs/sp/800/53/r5/upd1/final>
    UnencryptedAtRest {
        id: "unencrypted-at-rest",
        severity: Low,
        tiers: "L/M/H/M",
        confidence: High,
        control: "DP-03",
        cwe: Some(311),
        owasp_nhi: &[],
        since: "0.1.0",
    }
}

impl Rule for UnencryptedAtRest {
    fn meta(&self) -> &'static connlint_core::RuleMeta {
        &Self::META
    }

    fn aspects(&self) -> &'static [Aspect] {
        &[Aspect::Encryption]
    }

    fn check(&self, evidence: &Evidence<'_>) -> Vec<Finding> {
        let words =
            Words { bad: "keeps data in clear", beyond: "", minor: "", help: "switch encryption at rest on" };
        settings(evidence, &Self::META, Aspect::Encryption, &words)
    }
}
