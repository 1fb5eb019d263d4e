//! Logins that several people use.

use connlint_core::{Finding, Location};
use connlint_model::{Access, PrincipalKind};

use crate::build::finding;
use crate::posture::severity;
use crate::rule::{Evidence, Rule, declare_rule};

declare_rule! {
    /// A login is made for several people.
    ///
    /// ## Why it matters
    ///
    /// What a shared login does, nobody did. Its password is known to everybody who ever used it, and changing it locks
    /// out the rest.
    ///
    /// ## What counts
    ///
    /// A person's account that holds a right and is named for a team, a purpose or nobody: `admin@`, `shared`,
    /// `integrations@`, `team-…`.
    ///
    /// ## What passes
    ///
    /// Accounts named for a person, groups, and machines. Names that are not known are not compared.
    ///
    /// ## How to fix
    ///
    /// Give every person an account of their own, and the machine part a service account:
    ///
    /// ```hcl
    /// resource "google_project_iam_member" "loader" {
    ///   project = "orders"
    ///   role    = "roles/bigquery.dataEditor"
    ///   member  = "serviceAccount:${google_service_account.loader.email}"
    /// }
    /// ```
    ///
    /// ## References
    ///
    /// * OWASP Non-Human Identities Top 10 (2025), NHI10: Human Use of NHI, <https://owasp.org/www-project-non-human-identities-top-10/2025/10-human-use-of-nhi/>
    /// * NIST SP 800-53 Rev. 5, AC-2(9) and IA-2, <https://csrc.nist.gov/pubs/sp/800/53/r5/upd1/final>
    SharedLogin {
        id: "shared-login",
        severity: High,
        tiers: "H/C/C/C",
        confidence: Medium,
        control: "ID-04",
        cwe: None,
        owasp_nhi: &["NHI10"],
        since: "0.1.0",
    }
}

impl Rule for SharedLogin {
    fn meta(&self) -> &'static connlint_core::RuleMeta {
        &Self::META
    }

    fn check(&self, evidence: &Evidence<'_>) -> Vec<Finding> {
        let mut found = Vec::new();
        let mut last = None;
        for grant in evidence.model.grants.iter().filter(|it| it.access > Access::None) {
            for person in grant.principals.iter().filter(|it| it.kind == PrincipalKind::User) {
                if !is_shared(&person.title) || last == Some(person.span) {
                    continue;
                }
                last = Some(person.span);
                let Some(severity) = severity(&Self::META, grant) else { continue };
                let at = Location { span: person.span, path: grant.at.path.clone(), via: Vec::new() };
                let message =
                    format!("`{}` is the login of several people, and gets `{}`", person.name, grant.right);
                let built = finding(&Self::META, at, message, "nobody in particular".to_owned());
                let help = "give each person an account, and what runs by itself a service account";
                found.push(built.severity(severity).help(help).build(evidence, &person.key));
            }
        }
        found
    }
}

/// What a login of several people is called.
const NAMES: &[&str] = &[
    "accounts",
    "admin",
    "administrator",
    "admins",
    "billing",
    "contact",
    "dev",
    "developer",
    "developers",
    "devops",
    "engineering",
    "everyone",
    "finance",
    "hello",
    "helpdesk",
    "info",
    "infra",
    "integration",
    "integrations",
    "it",
    "mail",
    "marketing",
    "office",
    "operations",
    "ops",
    "platform",
    "root",
    "sales",
    "security",
    "service",
    "shared",
    "staff",
    "support",
    "sysadmin",
    "team",
    "webmaster",
];

/// Whether a name is that of a team, a purpose or nobody; `jane.admin` is still Jane's.
fn is_shared(name: &str) -> bool {
    let local = name.split('@').next().unwrap_or(name).to_ascii_lowercase();
    let mut words = local.split(|c: char| !c.is_ascii_alphanumeric()).filter(|it| !it.is_empty()).peekable();
    words.peek().is_some() && words.all(|word| NAMES.contains(&word))
}
