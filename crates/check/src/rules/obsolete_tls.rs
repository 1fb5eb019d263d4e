//! TLS below 1.2.

use connlint_core::Finding;
use connlint_model::Aspect;

use crate::posture::{Words, settings};
use crate::rule::{Evidence, Rule, declare_rule};

declare_rule! {
    /// TLS below 1.2 is accepted.
    ///
    /// ## Why it matters
    ///
    /// TLS 1.0 and 1.1 were withdrawn in 2021. Whoever is on the path can force a connection down to the oldest version
    /// that both sides accept, so one old minimum weakens every client.
    ///
    /// ## What counts
    ///
    /// A minimum version or a named security policy that lets TLS 1.0, TLS 1.1 or SSL in, and a type that accepts them
    /// by default where nothing is set. The place is the setting, wherever the value was written; where it is left out,
    /// the block.
    ///
    /// ## What passes
    ///
    /// A minimum of 1.2 or newer, or a policy that begins there. A value that is not known is unknown and not reported.
    ///
    /// ## How to fix
    ///
    /// Raise the minimum, then look for clients that still speak the old versions:
    ///
    /// ```hcl
    /// resource "azurerm_storage_account" "exports" {
    ///   min_tls_version = "TLS1_2"
    /// }
    /// ```
    ///
    /// ## References
    ///
    /// * CWE-327: Use of a Broken or Risky Cryptographic Algorithm, <https://cwe.mitre.org/data/definitions/327.html>
    /// * NIST SP 800-53 Rev. 5, SC-8(1) and SC-13, <https://csrc.nist.gov/pubs/sp/800/53/r5/upd1/final>
    /// * RFC 8996: Deprecating TLS 1.0 and TLS 1.1, <https://www.rfc-editor.org/rfc/rfc8996>
    ObsoleteTls {
        id: "obsolete-tls",
        severity: High,
        tiers: "H/H/C/H",
        confidence: High,
        control: "DP-01",
        cwe: Some(327),
        owasp_nhi: &[],
        since: "0.1.0",
    }
}

impl Rule for ObsoleteTls {
    fn meta(&self) -> &'static connlint_core::RuleMeta {
        &Self::META
    }

    fn aspects(&self) -> &'static [Aspect] {
        &[Aspect::TlsVersion]
    }

    fn check(&self, evidence: &Evidence<'_>) -> Vec<Finding> {
        let words =
            Words { bad: "accepts TLS below 1.2", beyond: "", minor: "", help: "ask for TLS 1.2 or 1.3" };
        settings(evidence, &Self::META, Aspect::TlsVersion, &words)
    }
}
