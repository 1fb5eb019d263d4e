//! Runs every rule and applies levels and suppressions.

use std::collections::{BTreeMap, BTreeSet};

use aho_corasick::{AhoCorasick, MatchKind};
use connlint_core::{Finding, Location, Severity, Span};
use connlint_model::{Model, Status};

use crate::build::number;
use crate::inventory::{self, CredentialUse, Inventory};
use crate::posture::status;
use crate::result::{Allowed, ConnectorSummary, Outcome, Review};
use crate::rule::{Evidence, Rule};
use crate::rules;
use crate::suppress::{Scope, allowance, apply};

/// A comment of a file.
#[derive(Clone, Debug)]
pub struct Comment {
    /// Its bytes.
    pub span: Span,
    /// Its text.
    pub text: String,
}

/// What the configuration says of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// The rule does not run.
    Off,
    /// Its findings have this severity.
    At(Severity),
}

/// How to run.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Levels by rule id.
    pub levels: BTreeMap<String, Level>,
    /// The only rules to run; all where this is empty.
    pub only: BTreeSet<String>,
    /// What suppressions must say.
    pub suppressions: Scope,
    /// Whether suppressions hold at all.
    pub heed_suppressions: bool,
    /// Whether settings that pass or are unknown are listed, too.
    pub outcomes: bool,
    /// An empty inventory that names the repository, where every use of a credential is to be listed, too.
    pub inventory: Option<Inventory>,
}

/// Shorter texts are words that mean other things, too.
const SHORTEST_SECRET: usize = 6;

/// Nothing else is spelled like a secret as long as this, however simple it looks.
const LONG_SECRET: usize = 16;

/// Judges a model: its findings, connectors and the places that hold secrets. What was read, and what was not, is
/// for the caller to add.
pub fn run(evidence: &Evidence<'_>, comments: &[Comment], settings: &Settings) -> Review {
    let mut findings: Vec<Finding> = Vec::new();
    let mut outcomes = Vec::new();
    for rule in rules::ALL {
        let id = rule.meta().id;
        let level = settings.levels.get(id);
        if level == Some(&Level::Off) || !(settings.only.is_empty() || settings.only.contains(id)) {
            continue;
        }
        if settings.outcomes {
            outcomes.extend(unreported(*rule, evidence));
        }
        let mut found = rule.check(evidence);
        if let Some(Level::At(severity)) = level {
            found.iter_mut().for_each(|finding| finding.severity = *severity);
        }
        findings.extend(found);
    }
    let mut suppressions = Vec::new();
    if settings.heed_suppressions {
        suppressions = suppress(&mut findings, evidence, comments, settings);
    }
    let mut connectors = connectors(evidence);
    let mut inventory = settings.inventory.as_ref().map(|empty| inventory::inventory(evidence, empty));
    let uses = inventory.as_mut().map(|it| it.uses.as_mut_slice()).unwrap_or_default();
    scrub(&mut findings, &mut connectors, &mut outcomes, uses, evidence);
    if let Some(inventory) = &mut inventory {
        inventory::join(inventory, evidence.key, |at| evidence.path(at).to_owned());
    }
    let path = |finding: &Finding| evidence.path(&finding.primary).to_owned();
    findings.sort_by(|a, b| (path(a), a.sort_key()).cmp(&(path(b), b.sort_key())));
    number(&mut findings);
    let mut secrets: Vec<Span> = evidence.model.literals.iter().map(|it| it.at.span).collect();
    secrets.sort();
    outcomes.sort_by(|a, b| {
        let key = |it: &Outcome| (evidence.path(&it.at).to_owned(), it.at.span, it.rule);
        key(a).cmp(&key(b))
    });
    Review { findings, connectors, outcomes, suppressions, inventory, secrets, ..Review::default() }
}

/// The settings a rule judges and does not report.
fn unreported(rule: &dyn Rule, evidence: &Evidence<'_>) -> Vec<Outcome> {
    let own = evidence.model.settings.iter().filter(|it| rule.aspects().contains(&it.aspect));
    let judged = own.map(|it| (it, status(it, evidence.today))).filter(|(_, status)| *status != Status::Fail);
    judged
        .map(|(it, status)| Outcome {
            at: Location { via: Vec::new(), ..it.at.clone() },
            rule: rule.meta().id,
            passes: status == Status::Pass,
        })
        .collect()
}

fn suppress(
    findings: &mut Vec<Finding>,
    evidence: &Evidence<'_>,
    comments: &[Comment],
    settings: &Settings,
) -> Vec<Allowed> {
    let ids: Vec<&str> = rules::ALL.iter().map(|rule| rule.meta().id).collect();
    let read = comments.iter().filter_map(|comment| allowance(comment, &ids, &settings.suppressions));
    let mut allowances: Vec<_> = read.collect();
    apply(findings, &mut allowances, evidence.sources);
    let ran = |rule: &str| settings.only.is_empty() || settings.only.contains(rule);
    if ran(rules::InvalidException::META.id)
        && settings.levels.get(rules::InvalidException::META.id) != Some(&Level::Off)
    {
        // A suppression of a rule that did not run cannot be used, which is not its fault.
        let wrong = allowances.iter().filter(|it| it.problem.is_some() || (!it.used && ran(&it.rule)));
        findings.extend(wrong.map(|it| rules::InvalidException::of(evidence, it)));
    }
    let allowed = allowances.into_iter().map(|it| Allowed {
        until: it.until.map(|date| date.to_string()),
        // A word that is no rule may be anything, even a secret.
        rule: if it.known { it.rule } else { String::new() },
        reason: it.reason,
        used: it.used,
        at: Location { span: it.span, path: String::new(), via: Vec::new() },
    });
    allowed.collect()
}

/// Replaces the secrets of some models, wherever they stand in a text.
pub(crate) struct Mask {
    search: AhoCorasick,
    masks: Vec<&'static str>,
}

impl Mask {
    /// The secrets of these models; nothing if they have none.
    pub(crate) fn of(models: &[&Model]) -> Option<Self> {
        let all = models.iter().flat_map(|it| &it.literals);
        let least = |is_strong| if is_strong { SHORTEST_SECRET } else { LONG_SECRET };
        let telling = all.filter(|it| it.text.reveal().len() >= least(it.is_strong()));
        let secrets: BTreeSet<&str> = telling.map(|it| it.text.reveal()).collect();
        let search = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(&secrets);
        let masks = vec!["***"; secrets.len()];
        search.ok().filter(|_| !secrets.is_empty()).map(|search| Self { search, masks })
    }

    /// Replaces every secret in a text.
    pub(crate) fn clean(&self, text: &mut String) {
        if self.search.is_match(text.as_str()) {
            *text = self.search.replace_all(text, &self.masks);
        }
    }
}

/// Addresses hold keys of maps and labels of blocks, and such a word can equal a secret: it is not shown.
fn scrub(
    findings: &mut [Finding],
    connectors: &mut [ConnectorSummary],
    outcomes: &mut [Outcome],
    uses: &mut [CredentialUse],
    evidence: &Evidence<'_>,
) {
    let Some(mask) = Mask::of(&[evidence.model]) else { return };
    let clean = |text: &mut String| mask.clean(text);
    for finding in findings {
        clean(&mut finding.message);
        clean(&mut finding.label);
        clean(&mut finding.primary.path);
        clean(&mut finding.help);
        for related in &mut finding.related {
            clean(&mut related.message);
            clean(&mut related.location.path);
        }
        if let Some(suppression) = &mut finding.suppression {
            clean(&mut suppression.reason);
        }
    }
    outcomes.iter_mut().for_each(|it| clean(&mut it.at.path));
    for it in uses {
        [&mut it.name, &mut it.at.path, &mut it.setting, &mut it.system].into_iter().for_each(&clean);
        it.owners.iter_mut().chain(&mut it.connector).for_each(&clean);
    }
    for connector in connectors {
        clean(&mut connector.id);
        clean(&mut connector.system);
        clean(&mut connector.at.path);
        connector.owners.iter_mut().for_each(&clean);
        connector.credentials.iter_mut().for_each(&clean);
    }
}

fn connectors(evidence: &Evidence<'_>) -> Vec<ConnectorSummary> {
    let model = evidence.model;
    let all = model.connectors.iter().zip(&model.credentials).filter(|(connector, _)| connector.certain);
    all.map(|(connector, credentials)| ConnectorSummary {
        id: connector.id.clone(),
        system: connector.system.clone(),
        environment: connector.environment.map(|it| it.name().to_owned()),
        owners: connector.owners.clone(),
        credentials: credentials.clone(),
        at: Location { via: Vec::new(), ..connector.at.clone() },
    })
    .collect()
}
