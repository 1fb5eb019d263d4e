//! Secrets that come by a way other than a store.

use std::collections::BTreeMap;

use connlint_core::{Finding, Label, Location, Severity};
use connlint_model::{Channel, Outside};

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
        let mut keys: BTreeMap<(&str, &str), Vec<&Outside>> = BTreeMap::new();
        let mut found = Vec::new();
        for it in &evidence.model.outside {
            match &it.how {
                Channel::PlainVariable(name) => found.push(plain_variable(evidence, it, name)),
                Channel::StaticCloudKey { secret, cloud } => {
                    keys.entry((secret, cloud)).or_default().push(it)
                }
            }
        }
        found.extend(
            keys.into_iter()
                .filter_map(|((secret, cloud), places)| cloud_key(evidence, secret, cloud, &places)),
        );
        found
    }
}

fn plain_variable(evidence: &Evidence<'_>, it: &Outside, name: &str) -> Finding {
    let taken = it.at.via.iter().map(|span| Label {
        location: Location { span: *span, path: it.at.path.clone(), via: Vec::new() },
        message: format!("`{}` takes it here", it.setting),
    });
    let at = Location { via: Vec::new(), ..it.at.clone() };
    let message = format!("the variable `{name}` carries a secret, which plans and logs will show");
    finding(&SecretOutsideStore::META, at, message, "not marked `sensitive`".to_owned())
        .related(taken.collect())
        .help(format!("read the secret from a store, or at least mark `{name}` as `sensitive`"))
        .build(evidence, name)
}

/// One finding for a key, whatever number of workflows use it.
fn cloud_key(evidence: &Evidence<'_>, secret: &str, cloud: &str, places: &[&Outside]) -> Option<Finding> {
    let (first, others) = places.split_first()?;
    let others =
        others.iter().map(|it| Label { location: it.at.clone(), message: "used here, too".to_owned() });
    let message = format!(
        "the CI secret `{secret}` is a long-lived {cloud} key, where the workflow's own identity would do"
    );
    let built = finding(
        &SecretOutsideStore::META,
        first.at.clone(),
        message,
        "a key that does not expire".to_owned(),
    )
    .related(others.collect())
    .severity(Severity::Medium)
    .help(format!("let {cloud} trust the workflow's identity (OIDC, `id-token: write`), then delete the key"))
    .build(evidence, secret);
    Some(built)
}
