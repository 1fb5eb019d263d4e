//! Secrets read from files beside the code.

use connlint_core::{Finding, Severity};
use connlint_model::SecretFile;

use crate::build::finding;
use crate::rule::{Evidence, Rule, declare_rule};

declare_rule! {
    /// A secret is read from a local file.
    ///
    /// ## Why it matters
    ///
    /// A key file travels: it is copied to every machine that runs the code, backed up, mailed, and sooner or later
    /// committed. Nobody can list who has a copy, so nobody can take it back.
    ///
    /// ## What counts
    ///
    /// `file("….pem")`, `file("….json")` and the like in an argument that takes a secret. If the file is part of
    /// this repository, its content is already known to all its readers. Public keys and certificates do not count.
    ///
    /// ## How to fix
    ///
    /// Keep the key in a secret store and read it from there, or use an identity that needs no key (workload
    /// identity federation, an instance role). If the file was ever committed, rotate the key and purge the file
    /// from the history.
    ///
    /// ```hcl
    /// provider "google" {
    ///   # no `credentials`: the runner's workload identity is used
    ///   project = "acme-data"
    /// }
    /// ```
    ///
    /// ## References
    ///
    /// * CWE-522: Insufficiently Protected Credentials, <https://cwe.mitre.org/data/definitions/522.html>
    /// * OWASP Non-Human Identities Top 10 (2025), NHI2: Secret Leakage, <https://owasp.org/www-project-non-human-identities-top-10/2025/2-secret-leakage/>
    LocalSecretFile {
        id: "local-secret-file",
        severity: Medium,
        confidence: High,
        control: "CR-02",
        cwe: Some(522),
        owasp_nhi: &["NHI2"],
        since: "0.1.0",
    }
}

/// Endings of files that are public or no key material.
const HARMLESS: &[&str] = &[
    ".pub", ".crt", ".cer", ".cert", ".csr", ".tpl", ".tftpl", ".tmpl", ".sh", ".py", ".js", ".sql", ".md",
    ".txt.tpl", ".j2", ".html", ".zip", ".jar", ".lua", ".hcl", ".conf", ".cfg", ".ps1",
];

impl Rule for LocalSecretFile {
    fn meta(&self) -> &'static connlint_core::RuleMeta {
        &Self::META
    }

    fn check(&self, evidence: &Evidence<'_>) -> Vec<Finding> {
        let files = evidence.model.files.iter().filter(|file| is_secret(file));
        files
            .map(|file| {
                let known = evidence.paths.contains(&file.path);
                let encrypted = [".enc", ".age", ".gpg", ".asc", ".sops."].iter().any(|end| file.path.contains(end));
                let (message, help) = if known {
                    (
                        format!("`{}` takes a secret from a file of this repository", file.setting),
                        "rotate the key, keep the new one in a secret store, and purge the file from the history",
                    )
                } else {
                    (
                        format!("`{}` takes a secret from a local file", file.setting),
                        "read it from a secret store, or use an identity that needs no key",
                    )
                };
                let severity = if encrypted {
                    Severity::Low
                } else if known {
                    Severity::High
                } else {
                    Severity::Medium
                };
                finding(&Self::META, file.at.clone(), message, "read from a file".to_owned())
                    .severity(severity)
                    .help(help)
                    .build(evidence, &file.path)
            })
            .collect()
    }
}

fn is_secret(file: &SecretFile) -> bool {
    let path = file.path.to_ascii_lowercase();
    let name = path.rsplit('/').next().unwrap_or(&path);
    // A path that the caller gives says nothing.
    if name.contains("{}") && !name.contains('.') {
        return false;
    }
    let public =
        ["public", "certificate", "ca.pem", "ca-", "_ca", "cert.pem", "fullchain", "chain.pem", "bundle"]
            .iter()
            .any(|word| name.contains(word));
    let setting = file.setting.to_ascii_lowercase();
    let public_setting =
        ["public", "certificate", "ca_cert", "cert_pem", "user_data", "values", "policy", "script"]
            .iter()
            .any(|word| setting.contains(word));
    !public && !public_setting && !HARMLESS.iter().any(|end| name.ends_with(end))
}
