//! Roles of administrators that many hold.

use std::collections::{BTreeMap, BTreeSet};

use connlint_core::{Finding, Label, Location, Tier};
use connlint_model::{Access, Form, Grant, Principal, PrincipalKind};

use crate::build::{finding, lower};
use crate::rule::{Evidence, Rule, declare_rule};

declare_rule! {
    /// Many people hold an administrator's role.
    ///
    /// ## Why it matters
    ///
    /// Every administrator is a way in, and nobody reviews twenty of them. A small number with a way to ask for more in
    /// an emergency is both safer and easier to keep up.
    ///
    /// ## What counts
    ///
    /// More than five people or groups that are named, one by one, as administrators of the same system in one place of
    /// the code.
    ///
    /// ## What passes
    ///
    /// Five or fewer, a group instead of its members, machines, and lists that are not known.
    ///
    /// ## How to fix
    ///
    /// Grant the role to one group, and manage the group in the identity provider:
    ///
    /// ```hcl
    /// resource "google_project_iam_binding" "admins" {
    ///   project = "orders"
    ///   role    = "roles/resourcemanager.projectIamAdmin"
    ///   members = ["group:platform-admins@example.com"]
    /// }
    /// ```
    ///
    /// ## References
    ///
    /// * CWE-269: Improper Privilege Management, <https://cwe.mitre.org/data/definitions/269.html>
    /// * OWASP Non-Human Identities Top 10 (2025), NHI5: Overprivileged NHI, <https://owasp.org/www-project-non-human-identities-top-10/2025/5-overprivileged-nhi/>
    /// * NIST SP 800-53 Rev. 5, AC-6(5), <https://csrc.nist.gov/pubs/sp/800/53/r5/upd1/final>
    TooManyAdmins {
        id: "too-many-admins",
        severity: Low,
        tiers: "L/M/M/H",
        confidence: High,
        control: "RL-08",
        cwe: Some(269),
        owasp_nhi: &["NHI5"],
        since: "0.1.0",
    }
}

impl Rule for TooManyAdmins {
    fn meta(&self) -> &'static connlint_core::RuleMeta {
        &Self::META
    }

    fn check(&self, evidence: &Evidence<'_>) -> Vec<Finding> {
        let mut systems: BTreeMap<(&str, &str, &str), Admins<'_>> = BTreeMap::new();
        for grant in &evidence.model.grants {
            if grant.access != Access::Admin || grant.form != Form::Role {
                continue;
            }
            let path = evidence.path(&grant.at);
            let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
            let people = grant.principals.iter().filter(|it| {
                matches!(it.kind, PrincipalKind::User | PrincipalKind::Group | PrincipalKind::Foreign)
            });
            let admins = systems.entry((folder, &grant.system, &grant.scope)).or_default();
            admins.extend(people.map(|it| (&*it.key, (grant, it))));
        }
        let many = systems.into_iter().filter(|(_, admins)| admins.len() > MOST_ADMINS);
        many.filter_map(|((_, system, _), admins)| too_many(evidence, system, &admins)).collect()
    }
}

/// Administrators by key, each with the grant that makes it one.
type Admins<'a> = BTreeMap<&'a str, (&'a Grant, &'a Principal)>;

/// Administrators of one system before it becomes one with many; the catalogue's own number.
const MOST_ADMINS: usize = 5;
/// More of them are only counted.
const MOST_SHOWN: usize = 8;

fn too_many(evidence: &Evidence<'_>, system: &str, admins: &Admins<'_>) -> Option<Finding> {
    let meta = &TooManyAdmins::META;
    let severity = meta.severity_at(Tier::ManyAdmins)?;
    let places: BTreeSet<_> =
        admins.values().map(|(grant, it)| (it.span, &it.name, &grant.at.path)).collect();
    let mut labels = places.iter().map(|(span, name, path)| Label {
        location: Location { span: *span, path: (*path).clone(), via: Vec::new() },
        message: format!("`{name}`"),
    });
    let first = labels.next()?;
    let severity = if admins.values().all(|(grant, _)| grant.trial) { lower(severity) } else { severity };
    let message = format!("{} people or groups administer {system}", admins.len());
    let built = finding(meta, first.location, message, first.message).severity(severity);
    let related = labels.take(MOST_SHOWN).collect();
    let help = "grant the role to one group of the identity provider, and keep the group small";
    let members = admins.keys().map(|key| (*key).to_owned());
    Some(built.related(related).help(help).members(members).build(evidence, system))
}
