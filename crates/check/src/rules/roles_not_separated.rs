//! Administration and use in one hand.

use std::collections::BTreeMap;

use connlint_core::{Finding, Label};
use connlint_model::{Access, Form, Grant, PrincipalKind, Reach};

use crate::build::finding;
use crate::posture::{of_resource, severity};
use crate::rule::{Evidence, Rule, declare_rule};

declare_rule! {
    /// One principal administers and uses the same thing.
    ///
    /// ## Why it matters
    ///
    /// Who both manages a key or an account and uses it can grant himself anything and clean up behind him. Two
    /// principals make every such step visible to a second person.
    ///
    /// ## What counts
    ///
    /// One principal that holds an administering role of a service together with a using role of the same service:
    /// manager and user of encryption keys, administrator and user of service accounts, owner and writer of a topic.
    ///
    /// ## What passes
    ///
    /// Roles in different hands, and single roles that are too broad, which are reported as such. Members that are not
    /// known are not compared.
    ///
    /// ## How to fix
    ///
    /// ```hcl
    /// resource "google_kms_crypto_key_iam_member" "admin" {
    ///   crypto_key_id = google_kms_crypto_key.exports.id
    ///   role          = "roles/cloudkms.admin"
    ///   member        = "group:key-managers@example.com"
    /// }
    ///
    /// resource "google_kms_crypto_key_iam_member" "use" {
    ///   crypto_key_id = google_kms_crypto_key.exports.id
    ///   role          = "roles/cloudkms.cryptoKeyEncrypterDecrypter"
    ///   member        = "serviceAccount:${google_service_account.loader.email}"
    /// }
    /// ```
    ///
    /// ## References
    ///
    /// * CWE-269: Improper Privilege Management, <https://cwe.mitre.org/data/definitions/269.html>
    /// * OWASP Non-Human Identities Top 10 (2025), NHI5: Overprivileged NHI, <https://owasp.org/www-project-non-human-identities-top-10/2025/5-overprivileged-nhi/>
    /// * NIST SP 800-53 Rev. 5, AC-5 and AC-6, <https://csrc.nist.gov/pubs/sp/800/53/r5/upd1/final>
    RolesNotSeparated {
        id: "roles-not-separated",
        severity: Low,
        tiers: "L/H/C/H",
        confidence: Medium,
        control: "RL-01",
        cwe: Some(269),
        owasp_nhi: &["NHI5"],
        since: "0.1.0",
    }
}

impl Rule for RolesNotSeparated {
    fn meta(&self) -> &'static connlint_core::RuleMeta {
        &Self::META
    }

    fn check(&self, evidence: &Evidence<'_>) -> Vec<Finding> {
        // A hash join by principal and service: linear in the number of grants. What a condition limits is no office.
        let mut held: BTreeMap<(&str, &str), Vec<&Grant>> = BTreeMap::new();
        let offices = evidence.model.grants.iter();
        let offices =
            offices.filter(|it| it.form == Form::Role || (of_resource(it) && it.reach != Reach::Limited));
        for grant in offices {
            let service = &grant.family;
            if service.is_empty() {
                continue;
            }
            for principal in &grant.principals {
                let somebody = !matches!(principal.kind, PrincipalKind::Everyone | PrincipalKind::Inherited);
                let named = somebody && !matches!(&*principal.key, "?" | "*");
                if named {
                    held.entry((&principal.key, service)).or_default().push(grant);
                }
            }
        }
        let found =
            held.into_iter().filter_map(|((key, service), grants)| both(evidence, key, service, &grants));
        let mut found: Vec<Finding> = found.collect();
        // The same words at the same place for each of a root's variable files say nothing new.
        found.sort_by(|a, b| (a.primary.span, &a.message).cmp(&(b.primary.span, &b.message)));
        found.dedup_by(|a, b| (a.primary.span, &a.message) == (b.primary.span, &b.message));
        found
    }
}

fn both(evidence: &Evidence<'_>, key: &str, service: &str, grants: &[&Grant]) -> Option<Finding> {
    let whole = |it: &Grant| matches!(it.form, Form::Everything | Form::Service | Form::AllBut);
    let admin = grants.iter().find(|it| it.access == Access::Admin && !whole(it))?;
    let used = |it: &&&Grant| match it.form {
        // Seeing what one administers is no use of it; reading secrets is.
        Form::Role => it.access == Access::Write || (it.access == Access::Read && it.secret),
        _ => it.access < Access::Admin && it.secret,
    };
    let shared =
        |it: &&&Grant| it.scope == admin.scope || it.reach == Reach::All || admin.reach == Reach::All;
    let user = grants.iter().filter(used).find(shared)?;
    let severity = severity(&RolesNotSeparated::META, admin)?;
    let name = admin.principals.iter().find(|it| &*it.key == key).map_or(key, |it| &it.name);
    let message = format!("`{name}` both administers and uses {service}");
    let built = finding(
        &RolesNotSeparated::META,
        admin.at.clone(),
        message,
        format!("administers by `{}`", admin.right),
    );
    let other = Label { location: user.at.clone(), message: format!("uses by `{}`", user.right) };
    let help = "give one of the two to another principal";
    let built = built.related(vec![other]).severity(severity).help(help);
    Some(built.known_by_key(RolesNotSeparated::META.id).build(evidence, &format!("{key} {service}")))
}
