//! Secrets written in the code.

use connlint_core::{Confidence, Finding, Label, Severity};
use connlint_model::SecretLiteral;
use connlint_model::secret::{Evidence as Reason, Strength};

use crate::build::{finding, lower};
use crate::rule::{Evidence, Rule, declare_rule};

declare_rule! {
    /// A secret is written in the code.
    ///
    /// ## Why it matters
    ///
    /// Whoever can read the repository, a fork, a build log or an old clone can use the secret, and nobody can tell
    /// who did. Deleting the line does not help: the value stays in the history until it is rotated.
    ///
    /// ## What counts
    ///
    /// A literal that reaches an argument which the provider declares sensitive, a setting whose name says that it
    /// takes a secret, the password part of an address or connection string, or a text in the published format of
    /// a provider's tokens or of a private key. The literal is found behind variable defaults, `.tfvars`, locals,
    /// module arguments, heredocs, `jsonencode`, YAML block scalars, Helm values and base64 in Kubernetes Secrets.
    ///
    /// A reference, a name, a path, an id, a ciphertext (SOPS, SealedSecret, Ansible Vault) or a password hash is
    /// never a secret, and a placeholder with `ignore_changes` is a value put in by hand later. What cannot be
    /// resolved is not reported.
    ///
    /// Simple values such as `postgres` are reported with medium severity, values meant to be replaced such as
    /// `changeme` with low severity; in examples, tests and local set-ups each is one step less.
    ///
    /// ## How to fix
    ///
    /// Rotate the secret first: it must be considered known. Then keep the new one in a secret store and refer to
    /// it, in Terraform through an ephemeral resource and a write-only argument so that it does not land in state:
    ///
    /// ```hcl
    /// ephemeral "aws_secretsmanager_secret_version" "db" {
    ///   secret_id = "prod/orders/db"
    /// }
    ///
    /// resource "aws_db_instance" "orders" {
    ///   password_wo         = ephemeral.aws_secretsmanager_secret_version.db.secret_string
    ///   password_wo_version = 1
    /// }
    /// ```
    ///
    /// ## References
    ///
    /// * CWE-798: Use of Hard-coded Credentials, <https://cwe.mitre.org/data/definitions/798.html>
    /// * OWASP Non-Human Identities Top 10 (2025), NHI2: Secret Leakage, <https://owasp.org/www-project-non-human-identities-top-10/2025/2-secret-leakage/>
    HardcodedSecret {
        id: "hardcoded-secret",
        severity: High,
        confidence: High,
        control: "CR-01",
        cwe: Some(798),
        owasp_nhi: &["NHI2"],
        since: "0.1.0",
    }
}

impl Rule for HardcodedSecret {
    fn meta(&self) -> &'static connlint_core::RuleMeta {
        &Self::META
    }

    fn check(&self, evidence: &Evidence<'_>) -> Vec<Finding> {
        let all = evidence.model.literals.iter().zip(&evidence.model.reaches);
        all.map(|(literal, reaches)| {
            let reaches = reaches
                .iter()
                .map(|at| Label { location: at.clone(), message: format!("reaches {} here", at.path) });
            let digest =
                evidence.key.digest(literal.text.reveal()).map(|it| it.to_string()).unwrap_or_default();
            finding(&Self::META, literal.at.clone(), message(literal), label(literal).to_owned())
                .severity(severity(literal))
                .confidence(confidence(literal))
                .related(reaches.collect())
                .help(help(literal))
                .of_value(literal.text.reveal())
                .build(evidence, &digest)
        })
        .collect()
    }
}

fn message(literal: &SecretLiteral) -> String {
    let name = &literal.name;
    match literal.evidence {
        Reason::Format(what) => format!("{} {what} is written in the code", article(what)),
        Reason::Address => format!("the address in `{name}` holds a password"),
        _ if literal.default => format!("`{name}` falls back to a secret written in the code"),
        _ => match literal.strength {
            Strength::Sample => format!("`{name}` holds a sample value that has to be replaced"),
            Strength::Weak => format!("`{name}` holds a simple secret written in the code"),
            Strength::Strong => format!("`{name}` holds a secret written in the code"),
        },
    }
}

fn article(noun: &str) -> &'static str {
    if noun.starts_with(['A', 'E', 'I', 'O', 'a', 'e', 'i', 'o']) { "an" } else { "a" }
}

fn label(literal: &SecretLiteral) -> &'static str {
    match literal.evidence {
        Reason::Name => "named like a secret, and the value is here",
        Reason::Place => "kept among secrets, and looks like one",
        Reason::Schema => "the provider declares this argument a secret",
        Reason::Address => "the password is part of the address",
        Reason::Format(_) => "the format says what it is",
    }
}

fn severity(literal: &SecretLiteral) -> Severity {
    let severity = match (literal.strength, literal.evidence) {
        (Strength::Sample, _) => Severity::Low,
        (Strength::Weak, _) => Severity::Medium,
        // The id of a key is half of it: it tells that a long-lived key exists and whose it is.
        (Strength::Strong, Reason::Format(what)) if what.ends_with("key id") => Severity::Medium,
        (Strength::Strong, _) => Severity::High,
    };
    if literal.trial || (literal.default && literal.strength < Strength::Strong) {
        lower(severity)
    } else {
        severity
    }
}

fn confidence(literal: &SecretLiteral) -> Confidence {
    match (literal.evidence, literal.strength) {
        (Reason::Format(_) | Reason::Schema | Reason::Address, _) => Confidence::High,
        (_, Strength::Strong) => Confidence::Medium,
        _ => Confidence::Low,
    }
}

fn help(literal: &SecretLiteral) -> &'static str {
    match literal.strength {
        Strength::Sample => "replace it by a reference to a secret store before this is deployed",
        _ if literal.default => "drop the default, so that a missing secret is an error; rotate this one",
        _ => "rotate it, keep the new one in a secret store and refer to it from here",
    }
}
