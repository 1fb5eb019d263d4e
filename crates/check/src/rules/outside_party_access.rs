//! Access of other organisations.

use connlint_core::{Finding, Location};
use connlint_model::{Access, Aspect, Form, PrincipalKind, Trusting};

use crate::build::{finding, lower};
use crate::posture::{Words, settings, severity};
use crate::rule::{Evidence, Rule, declare_rule};

declare_rule! {
    /// Somebody outside gets in without a limit.
    ///
    /// ## Why it matters
    ///
    /// A partner's account is protected as well as the partner is, and your offboarding does not reach it.
    ///
    /// ## What counts
    ///
    /// Personal mail addresses among the members of a role, roles that another organisation's account may take on
    /// without an external id or another condition, and settings that let guests and other tenants in.
    ///
    /// ## What passes
    ///
    /// Accounts with a condition, members of your own domain, and values that are not known.
    ///
    /// ## How to fix
    ///
    /// Ask the partner for an id of theirs and demand it:
    ///
    /// ```hcl
    /// data "aws_iam_policy_document" "vendor" {
    ///   statement {
    ///     actions = ["sts:AssumeRole"]
    ///     principals {
    ///       type        = "AWS"
    ///       identifiers = [var.vendor_account]
    ///     }
    ///     condition {
    ///       test     = "StringEquals"
    ///       variable = "sts:ExternalId"
    ///       values   = [var.vendor_external_id]
    ///     }
    ///   }
    /// }
    /// ```
    ///
    /// ## References
    ///
    /// * OWASP Non-Human Identities Top 10 (2025), NHI3: Vulnerable Third-Party NHI, <https://owasp.org/www-project-non-human-identities-top-10/2025/3-vulnerable-third-party-nhi/>
    /// * NIST SP 800-53 Rev. 5, AC-20 and PS-7, <https://csrc.nist.gov/pubs/sp/800/53/r5/upd1/final>
    OutsidePartyAccess {
        id: "outside-party-access",
        severity: Medium,
        tiers: "M/H/C/C",
        confidence: Medium,
        control: "RL-07",
        cwe: None,
        owasp_nhi: &["NHI3"],
        since: "0.1.0",
    }
}

impl Rule for OutsidePartyAccess {
    fn meta(&self) -> &'static connlint_core::RuleMeta {
        &Self::META
    }

    fn aspects(&self) -> &'static [Aspect] {
        &[Aspect::Outside]
    }

    fn check(&self, evidence: &Evidence<'_>) -> Vec<Finding> {
        let words = Words {
            bad: "lets people or tenants from outside in",
            beyond: "",
            minor: "",
            help: "let in those you name, for a time",
        };
        let mut found = settings(evidence, &Self::META, Aspect::Outside, &words);
        let accounts = evidence.model.trusts.iter().filter(|it| it.how == Trusting::Account);
        found.extend(accounts.map(|it| {
            let message = format!("`{}` may be taken on by another account, without a condition", it.subject);
            let severity = if it.trial { lower(Self::META.severity) } else { Self::META.severity };
            finding(&Self::META, it.at.clone(), message, "an account, written out".to_owned())
                .severity(severity)
                .help("if the account is not yours, demand an external id; if it is, name the role that needs it")
                .build(evidence, "trust")
        }));
        for grant in
            evidence.model.grants.iter().filter(|it| it.access > Access::None && it.form == Form::Role)
        {
            for person in grant.principals.iter().filter(|it| it.kind == PrincipalKind::Foreign) {
                let Some(severity) = severity(&Self::META, grant) else { continue };
                let at = Location { span: person.span, path: grant.at.path.clone(), via: Vec::new() };
                let message = format!("`{}` is a personal account, and gets `{}`", person.name, grant.right);
                let built = finding(&Self::META, at, message, "outside every organisation".to_owned());
                let help = "use an account of the person's organisation, with an end date";
                found.push(built.severity(severity).help(help).build(evidence, &person.key));
            }
        }
        found
    }
}
