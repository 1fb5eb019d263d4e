//! Secrets that come by a way other than a store.

use connlint_core::{Finding, Label, Location, Severity};
use connlint_model::Channel;

use crate::build::finding;
use crate::rule::{Evidence, Rule, declare_rule};

declare_rule! {
    /// A secret comes from somewhere other than a secret store.
    ///
    /// ## Why it matters
    ///
    /// A store knows who reads a secret, rotates it in one place and can cut it off. A secret handed over as a plain
    /// input is copied into shells, CI settings and plan files, and each copy has to be found when it leaks.
    ///
    /// ## What counts
    ///
    /// A credential that comes from a Terraform variable which is not marked `sensitive`, so that plans and logs
    /// show it; a cloud's long-lived key kept as a CI secret, where the cloud accepts the workflow's own short-lived
    /// identity.
    ///
    /// ## How to fix
    ///
    /// Read the secret from a store with an ephemeral resource or data source; as a first step, mark the variable:
    ///
    /// ```hcl
    /// variable "snowflake_password" {
    ///   type      = string
    ///   sensitive = true
    /// }
    /// ```
    ///
    /// In a workflow, let the cloud trust the workflow's identity (`permissions: id-token: write`) and delete the key.
    ///
    /// ## References
    ///
    /// * CWE-522: Insufficiently Protected Credentials, <https://cwe.mitre.org/data/definitions/522.html>
    /// * OWASP Non-Human Identities Top 10 (2025), NHI2 and NHI7, <https://owasp.org/www-project-non-human-identities-top-10/2025/>
    SecretOutsideStore {
        id: "secret-outside-store",
        severity: Low,
        confidence: High,
        control: "CR-03",
        cwe: Some(522),
        owasp_nhi: &["NHI2", "NHI7"],
        since: "0.1.0",
    }
}

impl Rule for SecretOutsideStore {
    fn meta(&self) -> &'static connlint_core::RuleMeta {
        &Self::META
    }

    fn check(&self, evidence: &Evidence<'_>) -> Vec<Finding> {
        let all = evidence.model.outside.iter();
        all.map(|it| match &it.how {
            Channel::PlainVariable(name) => {
                let declared = it.at.via.iter().map(|span| Label {
                    location: Location { span: *span, path: format!("var.{name}"), via: Vec::new() },
                    message: "declared here without `sensitive = true`".to_owned(),
                });
                let at = Location { via: Vec::new(), ..it.at.clone() };
                let message = format!("`{}` takes a secret from the variable `{name}`, which plans and logs show", it.setting);
                finding(&Self::META, at, message, "a plain input".to_owned())
                    .related(declared.collect())
                    .help(format!("read it from a secret store, or at least mark `{name}` as `sensitive`"))
                    .build(evidence, name)
            }
            Channel::StaticCloudKey => {
                let message = format!("a long-lived cloud key is kept as a CI secret ({})", it.setting);
                finding(&Self::META, it.at.clone(), message, "a key that does not expire".to_owned())
                    .severity(Severity::Medium)
                    .help("let the cloud trust the workflow's own identity (OIDC), then delete the key")
                    .build(evidence, "")
            }
        })
        .collect()
    }
}
