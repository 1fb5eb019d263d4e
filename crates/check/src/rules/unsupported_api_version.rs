//! Versions whose support has ended.

use connlint_core::{Finding, Tier};
use connlint_model::{Version, Versioned};

use crate::build::{finding, lower};
use crate::rule::{Evidence, Rule, declare_rule};
use crate::suppress::Date;

declare_rule! {
    /// A version is in use whose support has ended.
    ///
    /// ## Why it matters
    ///
    /// A version without support gets no security fixes, and the day the vendor switches it off is not yours to choose.
    ///
    /// ## What counts
    ///
    /// An API version in an address, the version of a Kubernetes object that gives access or carries secrets, a
    /// runtime, or a provider nobody maintains, whose published end of support is past or less than 90 days away.
    ///
    /// ## What passes
    ///
    /// Versions with a later end, and vendors the table does not know, which are unknown.
    ///
    /// ## How to fix
    ///
    /// Move to the version that the finding names; read the vendor's notes on what changed:
    ///
    /// ```yaml
    /// apiVersion: rbac.authorization.k8s.io/v1
    /// kind: ClusterRole
    /// ```
    ///
    /// ## References
    ///
    /// * CWE-1104: Use of Unmaintained Third Party Components, <https://cwe.mitre.org/data/definitions/1104.html>
    /// * NIST SP 800-53 Rev. 5, SA-22, <https://csrc.nist.gov/pubs/sp/800/53/r5/upd1/final>
    UnsupportedApiVersion {
        id: "unsupported-api-version",
        severity: Medium,
        tiers: "M/H/C/M",
        confidence: High,
        control: "LC-01",
        cwe: Some(1104),
        owasp_nhi: &[],
        since: "0.1.0",
    }
}

impl Rule for UnsupportedApiVersion {
    fn meta(&self) -> &'static connlint_core::RuleMeta {
        &Self::META
    }

    fn check(&self, evidence: &Evidence<'_>) -> Vec<Finding> {
        evidence.model.versions.iter().filter_map(|it| ending(evidence, it)).collect()
    }
}

/// Days before the end on which it is time to move.
const LEAD: u32 = 90;

fn ending(evidence: &Evidence<'_>, it: &Versioned) -> Option<Finding> {
    let Version::Ending { what, ended, replacement, source } = it.version else { return None };
    let end: Date = ended.parse().ok()?;
    if end > evidence.today.plus(LEAD) {
        return None;
    }
    let past = end <= evidence.today;
    let severity = UnsupportedApiVersion::META.severity_at(Tier::Reads)?;
    let severity = if it.trial || !past { lower(severity) } else { severity };
    // `type.attribute=value`, or an address with a wild end.
    let what = what.rsplit('=').next().unwrap_or(what).trim_matches(['*', '/', '.']);
    let (verb, label) =
        if past { ("ended", "no longer supported") } else { ("ends", "soon to be without support") };
    let message = format!("support for `{what}` {verb} on {ended}");
    let built =
        finding(&UnsupportedApiVersion::META, it.at.clone(), message, label.to_owned()).severity(severity);
    Some(built.help(format!("use {replacement}; see {source}")).build(evidence, what))
}
