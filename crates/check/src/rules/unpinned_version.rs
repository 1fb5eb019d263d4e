//! Modules and providers that are not pinned.

use connlint_core::{Finding, Tier};
use connlint_model::{Version, Versioned};

use crate::build::finding;
use crate::rule::{Evidence, Rule, declare_rule};

declare_rule! {
    /// A module or provider can change under you.
    ///
    /// ## Why it matters
    ///
    /// Whoever can push to the source can change what your next run does with your credentials. A pinned version
    /// changes when you change it.
    ///
    /// ## What counts
    ///
    /// A module from a repository without `ref`, or with a branch as `ref`; a module from a registry without `version`;
    /// a provider of a root module with an open range or no version, where no `.terraform.lock.hcl` is committed beside
    /// it.
    ///
    /// ## What passes
    ///
    /// Tags, commits, `version`, `~>` and exact constraints, a committed lock file, and modules that others call, which
    /// leave the choice to their caller.
    ///
    /// ## How to fix
    ///
    /// ```hcl
    /// module "loader" {
    ///   source = "git::https://github.com/example/loader.git?ref=v1.4.2"
    /// }
    /// ```
    ///
    /// ## References
    ///
    /// * CWE-494: Download of Code Without Integrity Check, <https://cwe.mitre.org/data/definitions/494.html>
    /// * OWASP Non-Human Identities Top 10 (2025), NHI3: Vulnerable Third-Party NHI, <https://owasp.org/www-project-non-human-identities-top-10/2025/3-vulnerable-third-party-nhi/>
    /// * NIST SP 800-53 Rev. 5, CM-2 and SI-7, <https://csrc.nist.gov/pubs/sp/800/53/r5/upd1/final>
    UnpinnedVersion {
        id: "unpinned-version",
        severity: Low,
        tiers: "L/M/H/M",
        confidence: High,
        control: "LC-04",
        cwe: Some(494),
        owasp_nhi: &["NHI3"],
        since: "0.1.0",
    }
}

impl Rule for UnpinnedVersion {
    fn meta(&self) -> &'static connlint_core::RuleMeta {
        &Self::META
    }

    fn check(&self, evidence: &Evidence<'_>) -> Vec<Finding> {
        evidence.model.versions.iter().filter_map(|it| unpinned(evidence, it)).collect()
    }
}

fn unpinned(evidence: &Evidence<'_>, it: &Versioned) -> Option<Finding> {
    let Version::Unpinned { what, help, locked } = &it.version else { return None };
    // An example is there to be tried with whatever is current.
    if it.trial {
        return None;
    }
    if let Some(folder) = locked {
        let lock = match &**folder {
            "" => ".terraform.lock.hcl".to_owned(),
            folder => format!("{folder}/.terraform.lock.hcl"),
        };
        if evidence.paths.contains(&lock) {
            return None;
        }
    }
    let severity = UnpinnedVersion::META.severity_at(Tier::Reads)?;
    let built = finding(
        &UnpinnedVersion::META,
        it.at.clone(),
        format!("{what} is not pinned"),
        "not a fixed version".to_owned(),
    );
    Some(built.severity(severity).help(*help).build(evidence, what))
}
