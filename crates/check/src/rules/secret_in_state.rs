//! Secrets that land in state or outputs.

use connlint_core::{Finding, Severity};
use connlint_model::Persistence;

use crate::build::finding;
use crate::rule::{Evidence, Rule, declare_rule};

declare_rule! {
    /// A secret lands in Terraform's state or in an output, although it need not.
    ///
    /// ## Why it matters
    ///
    /// State and plan files hold every argument in clear. Whoever can read the state bucket, a plan artifact or the
    /// output of another workspace has the secret, however well the code hides it.
    ///
    /// ## What counts
    ///
    /// An argument that is kept in state although the provider offers a write-only twin (`…_wo`); an output of a
    /// credential without `sensitive = true`; a state file in the repository.
    ///
    /// ## How to fix
    ///
    /// Use the write-only argument, fed by an ephemeral value (Terraform 1.11 and OpenTofu 1.11 or later):
    ///
    /// ```hcl
    /// password_wo         = ephemeral.random_password.db.result
    /// password_wo_version = 1
    /// ```
    ///
    /// Keep state in a remote backend with encryption and narrow read access, and never in the repository.
    ///
    /// ## References
    ///
    /// * CWE-312: Cleartext Storage of Sensitive Information, <https://cwe.mitre.org/data/definitions/312.html>
    /// * OWASP Non-Human Identities Top 10 (2025), NHI2: Secret Leakage, <https://owasp.org/www-project-non-human-identities-top-10/2025/2-secret-leakage/>
    SecretInState {
        id: "secret-in-state",
        severity: Low,
        confidence: High,
        control: "CR-15",
        cwe: Some(312),
        owasp_nhi: &["NHI2"],
        since: "0.1.0",
    }
}

impl Rule for SecretInState {
    fn meta(&self) -> &'static connlint_core::RuleMeta {
        &Self::META
    }

    fn check(&self, evidence: &Evidence<'_>) -> Vec<Finding> {
        let all = evidence.model.persisted.iter();
        all.map(|it| {
            let (severity, message, label, help) = match &it.how {
                Persistence::Argument { name, twin } => (
                    Severity::Low,
                    format!("`{name}` is kept in state although `{twin}` is not"),
                    "stored in clear in state",
                    format!("give the value to `{twin}` instead, from an ephemeral resource"),
                ),
                Persistence::Output => (
                    Severity::Medium,
                    "an output shows a credential".to_owned(),
                    "not marked `sensitive`",
                    "add `sensitive = true`, or drop the output and let the reader fetch the secret from a store".to_owned(),
                ),
                Persistence::StateFile => (
                    Severity::High,
                    "a Terraform state file is part of the repository".to_owned(),
                    "every secret of these resources is here in clear",
                    "rotate what it holds, move state to a remote backend, and purge the file from the history".to_owned(),
                ),
            };
            finding(&Self::META, it.at.clone(), message, label.to_owned()).severity(severity).help(help).build(evidence, "")
        })
        .collect()
    }
}
