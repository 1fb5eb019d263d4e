//! What a rule is: one judgement over the whole model.

use std::collections::BTreeSet;

use connlint_core::{Finding, HashKey, Location, RuleMeta, Sources, Span};
use connlint_model::{Aspect, Model};

use crate::suppress::Date;

/// One judgement.
pub trait Rule: Sync {
    /// What the rule says of itself.
    fn meta(&self) -> &'static RuleMeta;

    /// What the settings are about that this rule judges one by one: each of them passes, fails or is unknown.
    fn aspects(&self) -> &'static [Aspect] {
        &[]
    }

    /// Every finding of this rule.
    fn check(&self, evidence: &Evidence<'_>) -> Vec<Finding>;
}

/// Everything a rule may look at.
#[derive(Clone, Copy)]
pub struct Evidence<'a> {
    /// The model of the code.
    pub model: &'a Model,
    /// The files, for paths and lines; no rule may quote their text.
    pub sources: &'a Sources,
    /// Files that could not be parsed.
    pub unreadable: &'a [Unreadable],
    /// Every path of the tree, whether read or not.
    pub paths: &'a BTreeSet<String>,
    /// Today.
    pub today: Date,
    /// The key under which literals take part in fingerprints.
    pub key: &'a HashKey,
}

/// A file that could not be parsed, in whole or in part.
#[derive(Clone, Debug)]
pub struct Unreadable {
    /// Where the parser gave up.
    pub span: Span,
    /// Why: lower case, no full stop, free of any text of the file.
    pub message: String,
}

impl Evidence<'_> {
    /// The path of a location's file.
    pub fn path(&self, at: &Location) -> &str {
        self.sources.path(at.span.file)
    }
}

/// Declares a rule: a unit struct whose doc comment is the rule's page.
macro_rules! declare_rule {
    ($(#[doc = $doc:literal])+ $name:ident {
        id: $id:literal,
        severity: $severity:ident,
        $(tiers: $tiers:literal,)?
        confidence: $confidence:ident,
        control: $code:literal,
        cwe: $cwe:expr,
        owasp_nhi: $owasp:expr,
        since: $since:literal $(,)?
    }) => {
        $(#[doc = $doc])+
        pub struct $name;

        impl $name {
            /// What the rule says of itself.
            pub const META: connlint_core::RuleMeta = connlint_core::RuleMeta {
                id: $id,
                docs: concat!($($doc, "\n"),+),
                severity: connlint_core::Severity::$severity,
                tiers: concat!($($tiers)?),
                confidence: connlint_core::Confidence::$confidence,
                control: connlint_core::Control { code: $code, cwe: $cwe, owasp_nhi: $owasp },
                since: $since,
            };
        }
    };
}

pub(crate) use declare_rule;
