//! Secrets that only people can rotate.

use connlint_core::{Finding, Label};
use connlint_model::Aspect;

use crate::build::{finding, lower};
use crate::posture::{Words, settings};
use crate::rule::{Evidence, Rule, declare_rule};

declare_rule! {
    /// A secret is put in by hand, in several places.
    ///
    /// ## Why it matters
    ///
    /// A secret that is pasted by hand is rotated by hand, place after place, and therefore not rotated. Each forgotten
    /// place is an outage, so the next rotation is put off.
    ///
    /// ## What counts
    ///
    /// A stored secret whose value the code leaves to people (a placeholder with `ignore_changes`), without a rotation
    /// beside it; the same secret written out in more than one place.
    ///
    /// ## What passes
    ///
    /// Secrets that are generated, rotated by their store or referred to from one place. A value that is not known is
    /// unknown.
    ///
    /// ## How to fix
    ///
    /// Keep the value in one place, and let something replace it:
    ///
    /// ```hcl
    /// resource "aws_secretsmanager_secret_rotation" "api" {
    ///   secret_id           = aws_secretsmanager_secret.api.id
    ///   rotation_lambda_arn = aws_lambda_function.rotate.arn
    ///   rotation_rules {
    ///     automatically_after_days = 30
    ///   }
    /// }
    /// ```
    ///
    /// ## References
    ///
    /// * CWE-262: Not Using Password Aging, <https://cwe.mitre.org/data/definitions/262.html>
    /// * OWASP Non-Human Identities Top 10 (2025), NHI7: Long-Lived Secrets, <https://owasp.org/www-project-non-human-identities-top-10/2025/7-long-lived-secrets/>
    /// * NIST SP 800-53 Rev. 5, IA-5, <https://csrc.nist.gov/pubs/sp/800/53/r5/upd1/final>
    ManualRotation {
        id: "manual-rotation",
        severity: Low,
        tiers: "I/M/M/H",
        confidence: High,
        control: "CR-08",
        cwe: Some(262),
        owasp_nhi: &["NHI7"],
        since: "0.1.0",
    }
}

impl Rule for ManualRotation {
    fn meta(&self) -> &'static connlint_core::RuleMeta {
        &Self::META
    }

    fn aspects(&self) -> &'static [Aspect] {
        &[Aspect::ByHand]
    }

    fn check(&self, evidence: &Evidence<'_>) -> Vec<Finding> {
        let words = Words {
            bad: "is filled in by hand, and nothing rotates it",
            beyond: "",
            minor: "",
            help: "let the store rotate it, or generate it in the code",
        };
        let mut found = settings(evidence, &Self::META, Aspect::ByHand, &words);
        found.extend(copies(evidence));
        found
    }
}

/// The same strong secret written in several places: each has to be found and edited.
fn copies(evidence: &Evidence<'_>) -> Vec<Finding> {
    let mut by_text: std::collections::BTreeMap<&str, Vec<_>> = std::collections::BTreeMap::new();
    for literal in evidence.model.literals.iter().filter(|it| it.is_strong()) {
        by_text.entry(literal.text.reveal()).or_default().push(literal);
    }
    let several = by_text.into_values().filter(|all| all.len() > 1);
    several
        .filter_map(|all| {
            let (first, others) = all.split_first()?;
            let message =
                format!("one secret is written in {} places, each to be edited when it changes", all.len());
            let others = others
                .iter()
                .take(8)
                .map(|it| Label { location: it.at.clone(), message: "and here".to_owned() });
            let severity = ManualRotation::META.severity_at(connlint_core::Tier::Writes)?;
            let severity = if first.trial { lower(severity) } else { severity };
            let built = finding(&ManualRotation::META, first.at.clone(), message, "written here".to_owned());
            let help = "keep it in a secret store and refer to it from each place";
            Some(built.related(others.collect()).severity(severity).help(help).build(evidence, "copies"))
        })
        .collect()
}
