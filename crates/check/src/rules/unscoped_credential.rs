//! Credentials and rights without limits.

use connlint_core::{Finding, Label, Location};
use connlint_model::{Access, Aspect, Grant, Trusting};

use crate::build::{finding, list, lower};
use crate::excessive::{Excess, statements};
use crate::posture::{Words, chain, holders, settings, severity, whom};
use crate::rule::{Evidence, Rule, declare_rule};

declare_rule! {
    /// A credential is good for more than it is used for.
    ///
    /// ## Why it matters
    ///
    /// A token without scopes has all the rights of its owner, and a right on every resource includes those that did
    /// not exist when it was granted.
    ///
    /// ## What counts
    ///
    /// A credential that can carry scopes and does not, or carries all of them; actions that write or hand out secrets,
    /// granted on every resource although they could be limited; a role that trusts every identity of a public issuer.
    ///
    /// Actions on every resource are one step less severe than a token without scopes.
    ///
    /// ## What passes
    ///
    /// Scopes that are listed, actions that cannot be limited to resources, statements with a condition, and values
    /// that are not known.
    ///
    /// ## How to fix
    ///
    /// ```hcl
    /// resource "confluent_api_key" "loader" {
    ///   owner {
    ///     id = confluent_service_account.loader.id
    ///   }
    ///   managed_resource {
    ///     id = confluent_kafka_cluster.orders.id
    ///   }
    /// }
    /// ```
    ///
    /// ## References
    ///
    /// * CWE-250: Execution with Unnecessary Privileges, <https://cwe.mitre.org/data/definitions/250.html>
    /// * OWASP Non-Human Identities Top 10 (2025), NHI5: Overprivileged NHI, <https://owasp.org/www-project-non-human-identities-top-10/2025/5-overprivileged-nhi/>
    /// * NIST SP 800-53 Rev. 5, AC-6 and IA-9, <https://csrc.nist.gov/pubs/sp/800/53/r5/upd1/final>
    UnscopedCredential {
        id: "unscoped-credential",
        severity: High,
        tiers: "H/H/C/H",
        confidence: High,
        control: "RL-03",
        cwe: Some(250),
        owasp_nhi: &["NHI5"],
        since: "0.1.0",
    }
}

impl Rule for UnscopedCredential {
    fn meta(&self) -> &'static connlint_core::RuleMeta {
        &Self::META
    }

    fn aspects(&self) -> &'static [Aspect] {
        &[Aspect::Scope]
    }

    fn check(&self, evidence: &Evidence<'_>) -> Vec<Finding> {
        let words = Words {
            bad: "is not limited to what it is used for",
            beyond: "",
            minor: "",
            help: "list the scopes or resources it is used for",
        };
        let mut found = settings(evidence, &Self::META, Aspect::Scope, &words);
        let groups = statements(&evidence.model.grants);
        found.extend(groups.iter().filter_map(|group| statement(evidence, group)));
        let issuers = evidence.model.trusts.iter().filter(|it| it.how == Trusting::Issuer);
        found.extend(issuers.map(|it| {
            let message = format!("`{}` trusts every identity of a public issuer", it.subject);
            let severity = if it.trial { lower(Self::META.severity) } else { Self::META.severity };
            finding(&Self::META, it.at.clone(), message, "whichever identity it gives out".to_owned())
                .severity(severity)
                .help("add a condition on the issuer's `sub` claim that names the repository or workload")
                .build(evidence, "issuer")
        }));
        found
    }
}

/// One finding for all actions of a statement that are not limited, unless the statement is worse than that.
fn statement(evidence: &Evidence<'_>, group: &[(&Grant, Excess)]) -> Option<Finding> {
    let (first, excess) = group.first()?;
    if *excess != Excess::Unlimited {
        return None;
    }
    let severity = lower(severity(&UnscopedCredential::META, first)?);
    let mut rights: Vec<&str> = group.iter().map(|(grant, _)| grant.right.as_str()).collect();
    rights.dedup();
    let reads = first.secret && first.access < Access::Write;
    let verb = if reads { "may read secrets of" } else { "may write to" };
    let message = format!("{} {verb} every resource: {}", whom(first), list(&rights, 3));
    let others = group.iter().skip(1).take(3).map(|(other, _)| Label {
        location: Location { via: Vec::new(), ..other.at.clone() },
        message: format!("and `{}`", other.right),
    });
    let mut related: Vec<Label> = others.collect();
    related.extend(chain(first));
    let built = finding(&UnscopedCredential::META, first.at.clone(), message, format!("`{}`", first.right));
    let help = "name the resources it is used on, or add a condition";
    Some(
        built
            .related(related)
            .severity(severity)
            .help(help)
            .members(holders(first))
            .build(evidence, &first.right),
    )
}
