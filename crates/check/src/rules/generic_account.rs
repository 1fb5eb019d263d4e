//! Accounts that name nobody.

use connlint_core::{Finding, Severity};

use crate::build::finding;
use crate::rule::{Evidence, Rule, declare_rule};

declare_rule! {
    /// A connector logs in with a generic account.
    ///
    /// ## Why it matters
    ///
    /// `root`, `admin` or `postgres` is nobody: the audit log cannot say which connector acted, the account usually
    /// may do everything, and its password cannot be changed without breaking everyone else who uses it.
    ///
    /// ## What counts
    ///
    /// A user name that a product is installed with, or that says nothing about who acts, in a connector that also
    /// has a password: in a provider block, a connection, or as user of an address.
    ///
    /// ## How to fix
    ///
    /// Create an account for the connector, named after it, with only the rights it needs:
    ///
    /// ```hcl
    /// provider "postgresql" {
    ///   host     = aws_db_instance.orders.address
    ///   username = "terraform_orders"
    /// }
    /// ```
    ///
    /// ## References
    ///
    /// * CWE-1392: Use of Default Credentials, <https://cwe.mitre.org/data/definitions/1392.html>
    /// * OWASP Non-Human Identities Top 10 (2025), NHI4: Insecure Authentication, <https://owasp.org/www-project-non-human-identities-top-10/2025/4-insecure-authentication/>
    GenericAccount {
        id: "generic-account",
        severity: Medium,
        confidence: Medium,
        control: "CR-13",
        cwe: Some(1392),
        owasp_nhi: &["NHI4"],
        since: "0.1.0",
    }
}

impl Rule for GenericAccount {
    fn meta(&self) -> &'static connlint_core::RuleMeta {
        &Self::META
    }

    fn check(&self, evidence: &Evidence<'_>) -> Vec<Finding> {
        let all = evidence.model.accounts.iter();
        all.map(|account| {
            let message = format!("this {} connection logs in as `{}`, an account that names nobody", account.system, account.name);
            finding(&Self::META, account.at.clone(), message, "a generic account".to_owned())
                .severity(if account.trial { Severity::Low } else { Severity::Medium })
                .help("create an account for this connector alone, named after it, with only the rights it needs")
                .build(evidence, account.name)
        })
        .collect()
    }
}
