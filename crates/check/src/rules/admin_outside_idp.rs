//! Administrators that are named one by one.

use connlint_core::{Finding, Label, Location};
use connlint_model::{Access, Form, PrincipalKind};

use crate::build::finding;
use crate::posture::severity;
use crate::rule::{Evidence, Rule, declare_rule};

declare_rule! {
    /// A person is an administrator by name.
    ///
    /// ## Why it matters
    ///
    /// A right that is bound to a person stays when the person changes teams or leaves. Bound to a group of the
    /// identity provider, it goes with the membership.
    ///
    /// ## What counts
    ///
    /// An administrator's role that is granted to a single person instead of a group, role or machine.
    ///
    /// ## What passes
    ///
    /// Groups, roles that people take on, machines, and principals whose kind is not known.
    ///
    /// ## How to fix
    ///
    /// ```hcl
    /// resource "google_project_iam_member" "admins" {
    ///   project = "orders"
    ///   role    = "roles/resourcemanager.projectIamAdmin"
    ///   member  = "group:platform-admins@example.com"
    /// }
    /// ```
    ///
    /// ## References
    ///
    /// * CWE-1390: Weak Authentication, <https://cwe.mitre.org/data/definitions/1390.html>
    /// * NIST SP 800-53 Rev. 5, AC-2 and IA-2, <https://csrc.nist.gov/pubs/sp/800/53/r5/upd1/final>
    AdminOutsideIdp {
        id: "admin-outside-idp",
        severity: Medium,
        tiers: "M/H/H/C",
        confidence: High,
        control: "ID-03",
        cwe: Some(1390),
        owasp_nhi: &[],
        since: "0.1.0",
    }
}

impl Rule for AdminOutsideIdp {
    fn meta(&self) -> &'static connlint_core::RuleMeta {
        &Self::META
    }

    fn check(&self, evidence: &Evidence<'_>) -> Vec<Finding> {
        let roles = evidence.model.grants.iter();
        let roles = roles.filter(|it| it.access == Access::Admin && it.form == Form::Role);
        let people = roles.flat_map(|grant| {
            // Where the block is the person, there is nothing to bind to a group instead.
            let named = grant.principals.iter().filter(|it| !grant.from.contains(&it.key));
            named.filter(|it| it.kind == PrincipalKind::User && it.name != "?").map(move |it| (grant, it))
        });
        people
            .filter_map(|(grant, person)| {
                let severity = severity(&Self::META, grant)?;
                let who = Location { span: person.span, path: grant.at.path.clone(), via: Vec::new() };
                let who = Label { location: who, message: format!("`{}`, a person", person.name) };
                let related = if person.span == grant.at.span { Vec::new() } else { vec![who] };
                let message = format!("`{}` is an administrator by name: `{}`", person.name, grant.right);
                let label = format!("`{}`", grant.right);
                let built = finding(&Self::META, grant.at.clone(), message, label)
                    .severity(severity)
                    .related(related);
                let help = "grant the role to a group of the identity provider";
                Some(built.help(help).build(evidence, &format!("{} {}", person.key, grant.right)))
            })
            .collect()
    }
}
