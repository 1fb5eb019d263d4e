//! The results of many repositories, joined: for people, for programs, and for the summary of a job.

mod json;
mod markdown;
#[cfg(test)]
pub(crate) mod samples;
#[cfg(test)]
mod tests;
mod text;

use std::collections::BTreeSet;

use connlint_check::merge::{Counts, Entry, Repository, Shared, Taken, short};
use connlint_core::Severity;

use crate::jsonl::Problem;
use crate::summary::{at_least, counted};

pub(crate) use json::SCHEMA_VERSION;
pub use json::merged_json;
pub use markdown::merged_markdown;
pub use text::merged_text;

/// All that a report on many repositories may depend on. Its texts come from [`Reader`](crate::Reader), which bounds
/// them.
#[derive(Clone, Copy, Debug)]
pub struct Merged<'a> {
    /// The repositories, sorted by name.
    pub repositories: &'a [Repository],
    /// The credentials that several of them take.
    pub shared: &'a [Shared<'a>],
    /// What could not be merged, sorted.
    pub problems: &'a [Problem],
    /// The least severity that fails the run; `None` when nothing does.
    pub fail_on: Option<Severity>,
    /// Version of connlint.
    pub version: &'a str,
}

impl Merged<'_> {
    /// The number of shared credentials that fail the run.
    pub fn failing(&self) -> usize {
        self.fail_on.map_or(0, |least| self.shared.iter().filter(|it| it.severity >= least).count())
    }

    /// Shared credentials by severity.
    fn shared_counts(&self) -> Counts {
        let mut counts = Counts::default();
        self.shared.iter().for_each(|it| counts.add(it.severity));
        counts
    }

    fn connectors(&self) -> usize {
        self.repositories.iter().map(|it| it.connectors.len()).sum()
    }

    /// What was merged and what came of it, in pieces between which a line may break.
    fn said(&self) -> Vec<String> {
        let (shared, findings) = (self.shared_counts(), self.findings());
        vec![
            format!("merged {}:", repositories(self.repositories.len())),
            format!("{},", counted(self.connectors(), "connector")),
            format!("{}{},", counted(shared.all(), "shared credential"), in_brackets(&shared)),
            format!("{}{}", counted(findings.all(), "open finding"), in_brackets(&findings)),
        ]
    }

    fn findings(&self) -> Counts {
        let mut all = Counts::default();
        self.repositories.iter().for_each(|it| all.merge(it.findings));
        all
    }

    /// Whether the run fails and why; nothing where there is nothing to speak of.
    fn verdict(&self) -> Option<String> {
        self.shared.first()?;
        Some(match (self.fail_on, self.failing()) {
            (None, _) => "passed: no severity fails this run".to_owned(),
            (Some(least), 0) => format!("passed: no shared credential is {}", at_least(least)),
            (Some(least), 1) => format!("failed: 1 shared credential is {}", at_least(least)),
            (Some(least), n) => format!("failed: {n} shared credentials are {}", at_least(least)),
        })
    }

    /// What was not compared, and why.
    fn note(&self) -> Option<&'static str> {
        let without =
            !self.repositories.is_empty() && self.repositories.iter().all(|it| it.key_check.is_none());
        without.then_some("made without CONNLINT_KEY, so secrets written in the code were not compared")
    }
}

fn repositories(n: usize) -> String {
    if n == 1 { "1 repository".to_owned() } else { format!("{n} repositories") }
}

/// `2 high, 1 low`; nothing where there are none.
fn by_severity(counts: &Counts) -> String {
    let all = Severity::ALL.iter().rev().map(|it| (counts.of(*it), it)).filter(|(n, _)| *n > 0);
    all.map(|(n, severity)| format!("{n} {severity}")).collect::<Vec<_>>().join(", ")
}

fn in_brackets(counts: &Counts) -> String {
    if counts.all() == 0 { String::new() } else { format!(" ({})", by_severity(counts)) }
}

/// `path:line`, or the path alone.
fn at(path: &str, line: Option<usize>) -> String {
    line.map_or_else(|| path.to_owned(), |line| format!("{path}:{line}"))
}

/// The places that people are shown: of many, the first one of each repository.
fn shown<'a>(it: &'a Shared<'_>) -> Vec<&'a Taken<'a>> {
    const MANY: usize = 12;
    if it.places.len() <= MANY {
        return it.places.iter().collect();
    }
    let mut seen = BTreeSet::new();
    let mut places: Vec<_> = it.places.iter().collect();
    places.retain(|(repository, _)| seen.insert(*repository));
    places.truncate(MANY);
    places
}

/// `production, @payments`: environment and owners.
fn circumstances(environment: Option<&str>, owners: &[String]) -> String {
    let owners = owners.iter().map(String::as_str);
    environment.into_iter().chain(owners).collect::<Vec<_>>().join(", ")
}

/// The credentials of a connector as people call them, each once.
fn takes(it: &Entry) -> String {
    let names: BTreeSet<String> = it.credentials.iter().map(|it| short(it)).collect();
    names.into_iter().collect::<Vec<_>>().join(", ")
}
