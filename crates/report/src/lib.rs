//! Renders a [`Review`] for people and for machines: terminal text, JSON, SARIF and GitHub workflow commands.
//!
//! Every function here is pure: it takes a [`Context`] and gives back a string. None of them ever shows the bytes of
//! a secret: the terminal masks them, and the other formats hold no text of a file at all.

mod alike;
mod changes;
mod escape;
mod excerpt;
mod extent;
mod frame;
mod github;
mod json;
mod jsonl;
mod markdown;
mod mask;
mod merged;
mod paint;
mod places;
#[cfg(test)]
mod properties;
pub mod pull;
#[cfg(test)]
mod samples;
mod sarif;
mod schema;
mod secretive;
mod snippet;
mod summary;
#[cfg(test)]
mod tests;
mod text;
mod wrap;

use std::time::Duration;

use connlint_check::Review;
use connlint_core::{Finding, RuleMeta, Severity, Sources};

pub use changes::changes;
pub use github::{github, github_error};
pub use json::{json, json_changes};
pub use jsonl::{Limits, Problem, Reader, jsonl};
pub use merged::{Merged, merged_json, merged_markdown, merged_text};
pub use sarif::sarif;
pub use schema::{json_schema, jsonl_schema, merged_schema};
pub use text::text;

/// All that a report may depend on.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// What was found.
    pub review: &'a Review,
    /// The files that the spans of the review point into.
    pub sources: &'a Sources,
    /// Every rule that was asked, sorted by id.
    pub rules: &'a [&'static RuleMeta],
    /// How long the run took; only the terminal shows it.
    pub elapsed: Option<Duration>,
    /// The least severity that fails the run; `None` when nothing does.
    pub fail_on: Option<Severity>,
    /// Version of connlint.
    pub version: &'a str,
}

impl<'a> Context<'a> {
    /// Every finding, by path and then by place. File ids follow the order in which files were found.
    pub(crate) fn in_path_order(&self) -> impl Iterator<Item = &'a Finding> {
        let mut findings: Vec<&Finding> = self.review.findings.iter().collect();
        findings
            .sort_by_cached_key(|finding| (self.sources.path(finding.primary.span.file), finding.sort_key()));
        findings.into_iter()
    }
}

/// What the terminal is able to show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// Whether to use colours.
    pub color: bool,
    /// Whether to draw with characters outside ASCII.
    pub unicode: bool,
    /// Whether the terminal follows OSC 8 hyperlinks.
    pub links: bool,
    /// Columns to fit into.
    pub width: usize,
}
