//! Rights to write under the name of reading.

use connlint_core::Finding;
use connlint_model::{Access, Form, Grant};

use crate::build::{finding, lower};
use crate::posture::{chain, holders};
use crate::rule::{Evidence, Rule, declare_rule};

declare_rule! {
    /// Something called read-only may write.
    ///
    /// ## Why it matters
    ///
    /// People approve a name. A policy, role or key that says it only reads, and writes, passes every review that does
    /// not open it.
    ///
    /// ## What counts
    ///
    /// A right to write, delete or administer in a policy, role, key or grant whose own name or title says that it
    /// reads only, or that is held by one whose name says so.
    ///
    /// ## What passes
    ///
    /// Rights to read, and names that promise nothing. Rights that are not known are not reported.
    ///
    /// ## How to fix
    ///
    /// Drop the right, or give it to an identity of its own with a name that says so:
    ///
    /// ```hcl
    /// resource "github_repository_deploy_key" "mirror" {
    ///   title     = "mirror (read only)"
    ///   read_only = true
    /// }
    /// ```
    ///
    /// ## References
    ///
    /// * CWE-250: Execution with Unnecessary Privileges, <https://cwe.mitre.org/data/definitions/250.html>
    /// * OWASP Non-Human Identities Top 10 (2025), NHI5: Overprivileged NHI, <https://owasp.org/www-project-non-human-identities-top-10/2025/5-overprivileged-nhi/>
    /// * NIST SP 800-53 Rev. 5, AC-6, <https://csrc.nist.gov/pubs/sp/800/53/r5/upd1/final>
    WriteForReadOnly {
        id: "write-for-read-only",
        severity: High,
        tiers: "H/-/H/H",
        confidence: Medium,
        control: "RL-05",
        cwe: Some(250),
        owasp_nhi: &["NHI5"],
        since: "0.1.0",
    }
}

impl Rule for WriteForReadOnly {
    fn meta(&self) -> &'static connlint_core::RuleMeta {
        &Self::META
    }

    fn check(&self, evidence: &Evidence<'_>) -> Vec<Finding> {
        let mut found = Vec::new();
        let mut last = None;
        for grant in evidence.model.grants.iter().filter(|it| it.access >= Access::Write) {
            let statement = grant.within.first().map_or(grant.at.span, |it| it.0);
            if last == Some(statement) || grant.form == Form::AllBut {
                continue;
            }
            if let Some(name) = promise(grant) {
                last = Some(statement);
                found.push(broken(evidence, grant, &name));
            }
        }
        found
    }
}

/// The name that says that the right only reads.
fn promise(grant: &Grant) -> Option<String> {
    if says_reading(&grant.named) {
        return Some(grant.subject.clone());
    }
    let mut holders = grant.holders.iter().map(|it| &it.principal);
    holders.find(|it| says_reading(&it.name) || says_reading(&it.title)).map(|it| it.name.clone())
}

/// Whether a name says that what it names reads and does nothing else.
fn says_reading(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    let words: Vec<&str> = lower.split(|c: char| !c.is_ascii_alphanumeric()).collect();
    let pair = words.windows(2).any(|pair| matches!(pair, ["read", "only"]));
    let writes = words.iter().any(|word| matches!(*word, "write" | "writer" | "readwrite" | "rw" | "admin"));
    (pair || words.contains(&"readonly")) && !writes
}

fn broken(evidence: &Evidence<'_>, grant: &Grant, name: &str) -> Finding {
    let meta = &WriteForReadOnly::META;
    let severity = if grant.trial { lower(meta.severity) } else { meta.severity };
    let message = format!("`{name}` says that it only reads, and gets `{}`", grant.right);
    finding(meta, grant.at.clone(), message, format!("`{}` is more than reading", grant.right))
        .related(chain(grant))
        .severity(severity)
        .members(holders(grant))
        .help("drop the right, or name the thing for what it does")
        .build(evidence, &grant.right)
}
