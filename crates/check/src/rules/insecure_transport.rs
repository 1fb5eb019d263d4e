//! Plain text, and switched-off checking.

use connlint_core::Finding;
use connlint_model::Aspect;

use crate::posture::{Words, settings};
use crate::rule::{Evidence, Rule, declare_rule};

declare_rule! {
    /// A connection is not encrypted, or the other side is not checked.
    ///
    /// ## Why it matters
    ///
    /// Without encryption everybody on the path reads credentials and data. With encryption but without checking the
    /// certificate, whoever can answer in the other side's place does.
    ///
    /// ## What counts
    ///
    /// `http://` endpoints, modes such as `disable`, `allow`, `prefer` and `PLAINTEXT`, switches that skip the check of
    /// certificates or host keys, and types that allow plain text by default.
    ///
    /// ## What passes
    ///
    /// Encryption that is demanded rather than preferred, with the check on. A value that is not known is unknown and
    /// not reported.
    ///
    /// ## How to fix
    ///
    /// Demand encryption and trust the right certificate authority instead of none:
    ///
    /// ```hcl
    /// provider "postgresql" {
    ///   sslmode     = "verify-full"
    ///   sslrootcert = "ca.pem"
    /// }
    /// ```
    ///
    /// ## References
    ///
    /// * CWE-319: Cleartext Transmission of Sensitive Information, <https://cwe.mitre.org/data/definitions/319.html>
    /// * NIST SP 800-53 Rev. 5, SC-8, <https://csrc.nist.gov/pubs/sp/800/53/r5/upd1/final>
    /// * CWE-295: Improper Certificate Validation, <https://cwe.mitre.org/data/definitions/295.html>
    InsecureTransport {
        id: "insecure-transport",
        severity: High,
        tiers: "H/C/C/H",
        confidence: High,
        control: "DP-02",
        cwe: Some(319),
        owasp_nhi: &[],
        since: "0.1.0",
    }
}

impl Rule for InsecureTransport {
    fn meta(&self) -> &'static connlint_core::RuleMeta {
        &Self::META
    }

    fn aspects(&self) -> &'static [Aspect] {
        &[Aspect::Transport, Aspect::PeerCheck]
    }

    fn check(&self, evidence: &Evidence<'_>) -> Vec<Finding> {
        let clear = Words {
            bad: "sends data in clear",
            beyond: "",
            minor: "",
            help: "encrypt the connection: `https://` instead of `http://`, TLS instead of none",
        };
        let unchecked = Words {
            bad: "does not check whom it talks to",
            beyond: "",
            minor: "",
            help: "switch the check on, and trust the certificate authority that is right",
        };
        let mut found = settings(evidence, &Self::META, Aspect::Transport, &clear);
        found.extend(settings(evidence, &Self::META, Aspect::PeerCheck, &unchecked));
        found
    }
}
