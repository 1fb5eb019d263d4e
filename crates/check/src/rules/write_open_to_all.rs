//! Rights of anybody.

use connlint_core::{Finding, Label, Location};
use connlint_model::{Access, Aspect, Form, Grant, PrincipalKind, Trusting};

use crate::build::{finding, lower};
use crate::posture::{Words, settings, severity};
use crate::rule::{Evidence, Rule, declare_rule};

declare_rule! {
    /// Anybody may write.
    ///
    /// ## Why it matters
    ///
    /// A right of everybody needs no stolen credential. What anybody may write, publish or call is also where somebody
    /// else's data and code come in.
    ///
    /// ## What counts
    ///
    /// A right to write, call or administer for `allUsers`, `*`, anonymous or merely authenticated callers; a role that
    /// anybody may take on; settings that let anonymous callers write.
    ///
    /// ## What passes
    ///
    /// Rights to read, statements with a condition on who calls, and named principals. A principal that is not known is
    /// unknown.
    ///
    /// ## How to fix
    ///
    /// Name who may, or add a condition:
    ///
    /// ```hcl
    /// resource "google_cloud_run_v2_service_iam_member" "caller" {
    ///   name   = google_cloud_run_v2_service.hook.name
    ///   role   = "roles/run.invoker"
    ///   member = "serviceAccount:${google_service_account.caller.email}"
    /// }
    /// ```
    ///
    /// ## References
    ///
    /// * CWE-732: Incorrect Permission Assignment for Critical Resource, <https://cwe.mitre.org/data/definitions/732.html>
    /// * OWASP Non-Human Identities Top 10 (2025), NHI5: Overprivileged NHI, <https://owasp.org/www-project-non-human-identities-top-10/2025/5-overprivileged-nhi/>
    /// * NIST SP 800-53 Rev. 5, AC-3 and AC-6, <https://csrc.nist.gov/pubs/sp/800/53/r5/upd1/final>
    WriteOpenToAll {
        id: "write-open-to-all",
        severity: High,
        tiers: "-/H/C/H",
        confidence: High,
        control: "RL-04",
        cwe: Some(732),
        owasp_nhi: &["NHI5"],
        since: "0.1.0",
    }
}

impl Rule for WriteOpenToAll {
    fn meta(&self) -> &'static connlint_core::RuleMeta {
        &Self::META
    }

    fn aspects(&self) -> &'static [Aspect] {
        &[Aspect::Exposure]
    }

    fn check(&self, evidence: &Evidence<'_>) -> Vec<Finding> {
        let words = Words {
            bad: "lets anybody in",
            beyond: "",
            minor: "leaves room for rights of anybody",
            help: "demand an identity",
        };
        let mut found = settings(evidence, &Self::META, Aspect::Exposure, &words);
        let mut last = None;
        for grant in evidence.model.grants.iter().filter(|it| it.access >= Access::Write) {
            // One finding a statement.
            let statement = grant.within.first().map_or(grant.at.span, |it| it.0);
            let anybody = grant.holders.iter().find(|it| it.principal.kind == PrincipalKind::Everyone);
            if let Some(anybody) = anybody.filter(|_| last != Some(statement)) {
                last = Some(statement);
                found.extend(everybody(evidence, grant, anybody.principal.span));
            }
        }
        let roles = evidence.model.trusts.iter().filter(|it| it.how == Trusting::Everyone);
        found.extend(roles.map(|it| {
            let message = format!("anybody may take on `{}`", it.subject);
            let severity = if it.trial { lower(Self::META.severity) } else { Self::META.severity };
            finding(&Self::META, it.at.clone(), message, "everybody".to_owned())
                .severity(severity)
                .help("name the accounts or services that may take on the role")
                .build(evidence, "trust")
        }));
        found
    }
}

fn everybody(evidence: &Evidence<'_>, grant: &Grant, span: connlint_core::Span) -> Option<Finding> {
    let severity = severity(&WriteOpenToAll::META, grant)?;
    let at = Location { span, path: grant.at.path.clone(), via: Vec::new() };
    let right = Label { location: grant.at.clone(), message: format!("`{}`", grant.right) };
    let verb = if grant.form == Form::Role { "gets" } else { "may" };
    let message = format!("anybody {verb} `{}` by way of `{}`", grant.right, grant.subject);
    let built = finding(&WriteOpenToAll::META, at, message, "everybody".to_owned());
    let help = "name who may, or add a condition that tells who calls";
    Some(built.related(vec![right]).severity(severity).help(help).build(evidence, &grant.right))
}
