//! Grants of everything, and of the right to grant.

use connlint_core::{Finding, Label};
use connlint_model::{Aspect, Form, Grant, PrincipalKind, Reach};

use crate::build::{finding, lower};
use crate::excessive::{Excess, statements};
use crate::posture::{chain, holders, severity, whom};
use crate::rule::{Evidence, Rule, declare_rule};

declare_rule! {
    /// A connector is granted everything.
    ///
    /// ## Why it matters
    ///
    /// Whoever takes over the connector takes over all that it may do. A right to everything, or to hand out rights,
    /// turns one leaked key into the loss of the account.
    ///
    /// ## What counts
    ///
    /// A role that administers or owns (`roles/owner`, `AdministratorAccess`, `ACCOUNTADMIN`, `cluster-admin`); every
    /// action, or every action of a service, in a policy; actions that grant rights or make credentials on every
    /// resource. Policies are read as JSON, through `jsonencode` and as policy documents, and followed through
    /// attachments, groups and modules: the finding shows the way from the principal to the action.
    ///
    /// Rights on one named resource are one step less severe, and so are places for trying things out.
    ///
    /// ## What passes
    ///
    /// A list of actions on named resources, statements that deny, roles that read, and policies of a resource, which
    /// are judged by who gets in. A role or action that is not known is unknown.
    ///
    /// ## How to fix
    ///
    /// Name what the connector uses, and where:
    ///
    /// ```hcl
    /// data "aws_iam_policy_document" "loader" {
    ///   statement {
    ///     actions   = ["s3:GetObject", "s3:PutObject"]
    ///     resources = ["${aws_s3_bucket.exports.arn}/*"]
    ///   }
    /// }
    /// ```
    ///
    /// ## References
    ///
    /// * CWE-250: Execution with Unnecessary Privileges, <https://cwe.mitre.org/data/definitions/250.html>
    /// * OWASP Non-Human Identities Top 10 (2025), NHI5: Overprivileged NHI, <https://owasp.org/www-project-non-human-identities-top-10/2025/5-overprivileged-nhi/>
    /// * NIST SP 800-53 Rev. 5, AC-6 and AC-6(5), <https://csrc.nist.gov/pubs/sp/800/53/r5/upd1/final>
    AdminGrant {
        id: "admin-grant",
        severity: Medium,
        tiers: "M/H/C/H",
        confidence: High,
        control: "RL-02",
        cwe: Some(250),
        owasp_nhi: &["NHI5"],
        since: "0.1.0",
    }
}

impl Rule for AdminGrant {
    fn meta(&self) -> &'static connlint_core::RuleMeta {
        &Self::META
    }

    fn aspects(&self) -> &'static [Aspect] {
        &[Aspect::Role]
    }

    fn check(&self, evidence: &Evidence<'_>) -> Vec<Finding> {
        let groups = statements(&evidence.model.grants);
        groups.iter().filter_map(|group| statement(evidence, group)).collect()
    }
}

/// More rights of one statement are only counted.
const MOST_SHOWN: usize = 4;

/// One finding for the excessive rights of one statement.
fn statement(evidence: &Evidence<'_>, group: &[(&Grant, Excess)]) -> Option<Finding> {
    let admin: Vec<&Grant> =
        group.iter().filter(|(_, excess)| *excess > Excess::Unlimited).map(|(grant, _)| *grant).collect();
    let (worst, others) = admin.split_first()?;
    let excess = group.first()?.1;
    let severity = severity(&AdminGrant::META, worst)?;
    let severity = match excess {
        Excess::Admin => severity,
        Excess::Partial => lower(severity),
        Excess::Slight | Excess::Unlimited => lower(lower(severity)),
    };
    // Many administrators, and administrators by name, are judged elsewhere; here it is about machines.
    let severity = if only_people(worst) { lower(severity) } else { severity };
    let others = others
        .iter()
        .take(MOST_SHOWN)
        .map(|other| Label { location: other.at.clone(), message: format!("and `{}`", other.right) });
    let (message, help) = (sentence(worst), help(worst));
    let mut related: Vec<Label> = others.collect();
    related.extend(chain(worst));
    let built = finding(&AdminGrant::META, worst.at.clone(), message, format!("`{}`", worst.right));
    let rights = group.iter().map(|(grant, _)| grant.right.clone());
    let members = rights.chain(holders(worst));
    let built = built.related(related).severity(severity).help(help).members(members);
    Some(built.build(evidence, &worst.right))
}

fn only_people(grant: &Grant) -> bool {
    let person = |kind| matches!(kind, PrincipalKind::User | PrincipalKind::Group);
    !grant.holders.is_empty() && grant.holders.iter().all(|it| person(it.principal.kind))
}

fn sentence(grant: &Grant) -> String {
    let (who, right) = (whom(grant), &grant.right);
    let system = &grant.system;
    match (grant.form, grant.reach) {
        (Form::Role, _) if who.ends_with("more") => format!("{who} get `{right}`, an administrator's role"),
        (Form::Role, _) => format!("{who} gets `{right}`, an administrator's role"),
        // A role, not an action: it stands in no statement.
        (Form::Service, _) if grant.within.is_empty() => {
            format!("{who} may do everything with one service: `{right}`")
        }
        (Form::AllBut, _) => format!("{who} may do everything but what is named"),
        (Form::Everything, Reach::Limited) => format!("{who} may do everything with these resources"),
        (Form::Everything, _) => format!("{who} may do everything"),
        (Form::Service, Reach::All) => format!("{who} may do everything with {system}"),
        (Form::Service, _) => format!("{who} may do everything with these resources of {system}"),
        _ => format!("{who} may hand out rights or credentials: `{right}` on every resource"),
    }
}

fn help(grant: &Grant) -> &'static str {
    match grant.form {
        Form::Role => "grant the least role that covers what is used, on the narrowest scope",
        Form::AllBut => "list the actions that are used instead of those that are not",
        Form::Everything | Form::Service => {
            "list the actions that are used, and the resources they are used on"
        }
        _ => "limit it to the resources it is needed for, or add a condition",
    }
}
