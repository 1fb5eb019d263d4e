//! What a change brings: the findings of two versions compared by what they are about, never by their lines.

use std::collections::{BTreeSet, HashMap, HashSet};

use connlint_core::{Finding, Fingerprint, Location, Sources, Standing};

use crate::baseline::Baseline;
use crate::moved::Moved;
use crate::result::{Allowed, Review};

/// What a change does to the rules it is judged by; none of it is in force before it is merged.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct GateEdit {
    /// What it does: lower case, no full stop.
    pub message: String,
    /// Where.
    pub at: Option<Location>,
}

/// What comes of a comparison besides the standing of each finding.
#[derive(Debug, Default)]
pub struct Compared {
    /// Open findings of the base that are gone.
    pub fixed: usize,
    /// Suppressions that the change adds, each with whether it is in force.
    pub edits: Vec<GateEdit>,
}

/// Says of every finding of `head` whether the change brings it.
///
/// A finding is new if the base has none of its identity; if it is more severe than there; or if it concerns
/// somebody whom it did not concern there. A suppression holds for what is new only if the base had it already, waiting
/// for a finding, or if `consent` says that a change may bring its own.
///
/// What the baseline lists is not new, unless the base had the same finding of another secret.
pub fn compare(
    base: &Review,
    head: &mut Review,
    sources: &Sources,
    moved: &Moved,
    baseline: &Baseline,
    consent: bool,
) -> Compared {
    let mut known: HashMap<Key, Vec<&Finding>> = HashMap::new();
    for finding in &base.findings {
        known.entry(Key::of(finding, sources, Some(moved))).or_default().push(finding);
    }
    // Each is taken for the least severe that it covers, so that no more severe one hides behind it.
    known.values_mut().for_each(|all| all.sort_by_key(|it| (it.suppression.is_some(), it.severity)));
    let mut waiting = Waiting::new(base, sources, moved);
    let seen: HashSet<&Fingerprint> = base.findings.iter().map(|it| &it.fingerprint).collect();
    let mut compared = Compared::default();
    for finding in &mut head.findings {
        let same = known.get_mut(&Key::of(finding, sources, None)).and_then(|all| {
            let at = all.iter().position(|it| is_covered(finding, it, moved))?;
            Some(all.remove(at))
        });
        let accepted_before = same.is_some_and(|it| it.suppression.is_some());
        finding.standing = match same {
            Some(it) if it.suppression.is_none() => Standing::Old,
            // Accepted there, and open here: the change takes the suppression away.
            Some(_) if finding.suppression.is_none() => Standing::New,
            Some(_) => Standing::Old,
            None if baseline.lists(finding) && !seen.contains(&finding.fingerprint) => Standing::Baselined,
            None => Standing::New,
        };
        let Some(suppression) = &finding.suppression else { continue };
        if accepted_before || finding.standing != Standing::New {
            continue;
        }
        let allowed = head.suppressions.iter().find(|it| it.at.span == suppression.span);
        if !consent && !allowed.is_some_and(|it| waiting.take(it, sources)) {
            finding.suppression = None;
        }
    }
    compared.fixed = known.values().flatten().filter(|it| it.suppression.is_none()).count();
    compared.edits = edits(base, head, sources, moved, consent);
    compared
}

/// What two versions know a finding by.
#[derive(PartialEq, Eq, Hash)]
struct Key {
    family: &'static str,
    path: String,
    address: String,
    key: String,
}

impl Key {
    /// Under the names that files have after the change.
    fn of(finding: &Finding, sources: &Sources, moved: Option<&Moved>) -> Self {
        let identity = &finding.identity;
        let path = sources.path(finding.primary.span.file);
        let named = |text: &str| moved.map_or_else(|| text.to_owned(), |it| it.key(text));
        // Where the key says it all, the first place is only the first of many.
        let path = if identity.address.is_empty() { String::new() } else { named(path) };
        Self { family: identity.family, path, address: named(&identity.address), key: named(&identity.key) }
    }
}

/// Whether a finding says no more than one of the base did.
fn is_covered(finding: &Finding, before: &Finding, moved: &Moved) -> bool {
    finding.severity <= before.severity
        && (finding.identity.members.is_subset(&before.identity.members) || no_more(finding, before, moved))
}

/// Whether a finding concerns nobody more, but for whom a file that moved calls by another name now.
fn no_more(finding: &Finding, before: &Finding, moved: &Moved) -> bool {
    let members = &finding.identity.members;
    let theirs: BTreeSet<String> = before.identity.members.iter().map(|it| moved.key(it)).collect();
    let mut gone: Vec<&String> = theirs.iter().filter(|it| !members.contains(*it)).collect();
    let file = |member: &str| member.split_once(':').map(|(file, _)| file.to_owned());
    members.iter().filter(|it| !theirs.contains(*it)).all(|it| {
        let own = file(it).filter(|file| moved.is_new_name(file));
        let at = gone.iter().position(|it| own.is_some() && file(it) == own);
        at.map(|at| gone.remove(at)).is_some()
    })
}

/// Suppressions of the base that accept nothing yet: consent that was given beforehand, each for one finding.
struct Waiting<'a> {
    left: HashMap<(String, &'a str, &'a str, Option<&'a str>), usize>,
}

impl<'a> Waiting<'a> {
    fn new(base: &'a Review, sources: &Sources, moved: &Moved) -> Self {
        let mut left = HashMap::new();
        for it in base.suppressions.iter().filter(|it| !it.used) {
            let path = moved.path(sources.path(it.at.span.file)).to_owned();
            *left.entry((path, &*it.rule, &*it.reason, it.until.as_deref())).or_default() += 1;
        }
        Self { left }
    }

    fn take(&mut self, it: &Allowed, sources: &Sources) -> bool {
        let path = sources.path(it.at.span.file).to_owned();
        // Only looked up, so that the borrowed words need not live as long as the base's.
        let found = self.left.iter_mut().find(|((place, rule, reason, until), left)| {
            **left > 0
                && *place == path
                && *rule == it.rule
                && *reason == it.reason
                && *until == it.until.as_deref()
        });
        found.map(|(_, left)| *left -= 1).is_some()
    }
}

/// The suppressions that the change adds or alters.
fn edits(base: &Review, head: &Review, sources: &Sources, moved: &Moved, consent: bool) -> Vec<GateEdit> {
    let mut before: HashMap<(String, String), usize> = HashMap::new();
    for it in &base.suppressions {
        let path = moved.path(sources.path(it.at.span.file)).to_owned();
        *before.entry((path, it.text())).or_default() += 1;
    }
    let mut edits = Vec::new();
    for it in &head.suppressions {
        let path = sources.path(it.at.span.file).to_owned();
        if let Some(left) = before.get_mut(&(path, it.text())).filter(|left| **left > 0) {
            *left -= 1;
            continue;
        }
        let force = match (consent, it.used) {
            (true, _) => "",
            (false, true) => "; it is not in force for what this change brings",
            (false, false) => "; it is not in force in this change",
        };
        let message = format!("adds a suppression of `{}`{force}", it.rule);
        edits.push(GateEdit { message, at: Some(it.at.clone()) });
    }
    edits
}
