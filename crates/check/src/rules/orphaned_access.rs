//! Access that outlives its holder.

use std::collections::BTreeMap;

use connlint_core::{Finding, Label, Location};
use connlint_model::{Access, Aspect, Grant, Setting, Status};

use crate::build::{finding, list};
use crate::posture::{Words, settings, severity, tier};
use crate::rule::{Evidence, Rule, declare_rule};

declare_rule! {
    /// Access stays although its holder is switched off.
    ///
    /// ## Why it matters
    ///
    /// A switched-off account is one click away from being on again, with every right and key it had. And where removal
    /// does not revoke tokens, nothing was switched off at all.
    ///
    /// ## What counts
    ///
    /// An account, app, key or connector that the code switches off or pauses while it keeps granting it rights or
    /// using its credentials; settings by which removing a user leaves sessions and tokens alive.
    ///
    /// ## What passes
    ///
    /// Something switched off that holds nothing, something switched on, and values that are not known.
    ///
    /// ## How to fix
    ///
    /// Remove the grants and credentials in the change that switches the account off:
    ///
    /// ```hcl
    /// resource "google_service_account" "old_loader" {
    ///   account_id = "old-loader"
    ///   disabled   = true
    /// }
    ///
    /// # No google_project_iam_member and no google_service_account_key for it any more.
    /// ```
    ///
    /// ## References
    ///
    /// * CWE-672: Operation on a Resource after Expiration or Release, <https://cwe.mitre.org/data/definitions/672.html>
    /// * OWASP Non-Human Identities Top 10 (2025), NHI1: Improper Offboarding, <https://owasp.org/www-project-non-human-identities-top-10/2025/1-improper-offboarding/>
    /// * NIST SP 800-53 Rev. 5, AC-2(3), <https://csrc.nist.gov/pubs/sp/800/53/r5/upd1/final>
    OrphanedAccess {
        id: "orphaned-access",
        severity: Medium,
        tiers: "M/H/C/H",
        confidence: High,
        control: "OF-04",
        cwe: Some(672),
        owasp_nhi: &["NHI1"],
        since: "0.1.0",
    }
}

impl Rule for OrphanedAccess {
    fn meta(&self) -> &'static connlint_core::RuleMeta {
        &Self::META
    }

    fn aspects(&self) -> &'static [Aspect] {
        &[Aspect::Offboarding, Aspect::Disabled]
    }

    fn check(&self, evidence: &Evidence<'_>) -> Vec<Finding> {
        let words = Words {
            bad: "leaves access alive when somebody is removed",
            beyond: "",
            minor: "",
            help: "revoke sessions and tokens on removal",
        };
        let mut found = settings(evidence, &Self::META, Aspect::Offboarding, &words);
        let off = evidence.model.settings.iter();
        let off: Vec<&Setting> =
            off.filter(|it| it.aspect == Aspect::Disabled && it.status == Status::Fail).collect();
        if off.is_empty() {
            return found;
        }
        let mut held: BTreeMap<&str, Vec<&Grant>> = BTreeMap::new();
        for grant in evidence.model.grants.iter().filter(|it| it.access > Access::None) {
            for holder in grant.holders.iter() {
                held.entry(&holder.principal.key).or_default().push(grant);
            }
        }
        let none = Vec::new();
        let of = |it: &Setting| held.get(&*it.holder).unwrap_or(&none);
        found.extend(off.iter().filter_map(|it| left(evidence, it, of(it))));
        found
    }
}

/// More grants of one holder are only counted.
const MOST_SHOWN: usize = 4;

fn left(evidence: &Evidence<'_>, off: &Setting, grants: &[&Grant]) -> Option<Finding> {
    let meta = &OrphanedAccess::META;
    let severity = match grants.iter().max_by_key(|it| it.access) {
        Some(most) => severity(meta, most)?,
        None if off.keeps.is_empty() => return None,
        None => meta.severity_at(tier(off.sensitive, false))?,
    };
    let count = |count: usize, one: &str| match count {
        0 => String::new(),
        1 => format!("1 {one}"),
        _ => format!("{count} {one}s"),
    };
    let kept = [count(grants.len(), "right"), count(off.keeps.len(), "credential")];
    let kept: Vec<&str> = kept.iter().map(String::as_str).filter(|it| !it.is_empty()).collect();
    let message = format!("`{}` is switched off and still has {}", off.subject, list(&kept, 2));
    let rights = grants
        .iter()
        .take(MOST_SHOWN)
        .map(|grant| Label { location: grant.at.clone(), message: format!("`{}`", grant.right) });
    let credentials = off.keeps.iter().map(|(span, message)| Label {
        location: Location { span: *span, path: off.at.path.clone(), via: Vec::new() },
        message: message.clone(),
    });
    let related = rights.chain(credentials).collect();
    let built = finding(meta, off.at.clone(), message, "switched off here".to_owned());
    let help = "remove its rights and credentials in the same change";
    Some(built.related(related).severity(severity).help(help).build(evidence, off.name))
}
