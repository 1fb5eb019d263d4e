//! What GitHub Actions tells a job, and how a job answers: <https://docs.github.com/en/actions/reference/workflows-and-actions/variables>
//! and <https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands>.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use connlint_core::Fingerprint;

/// Where more than this of a summary is dropped as a whole, at 1 MiB.
/// Source: `AttachmentSizeLimit` in actions/runner, `CreateStepSummaryCommand`.
const LONGEST_SUMMARY: usize = 900 << 10;

/// The environment of a job; empty outside one.
#[derive(Debug)]
pub(crate) struct Job {
    /// Name of the event that started it.
    pub(crate) event: String,
    /// Its payload.
    pub(crate) payload: String,
    /// `owner/name` of the repository.
    pub(crate) repository: String,
    /// Address of GitHub's REST interface.
    pub(crate) api: String,
    /// Address of GitHub's GraphQL interface.
    pub(crate) graphql: String,
    /// Address of GitHub for people.
    pub(crate) server: String,
    /// Token to post with.
    pub(crate) token: String,
    /// Whether this is a job at all.
    pub(crate) is_job: bool,
    summary: Option<PathBuf>,
    outputs: Option<PathBuf>,
}

impl Job {
    /// This process's.
    pub(crate) fn of_this_process() -> Result<Self> {
        let set = |name: &str| std::env::var(name).ok().filter(|it| !it.is_empty());
        let payload = match set("GITHUB_EVENT_PATH") {
            Some(path) => std::fs::read_to_string(&path)
                .with_context(|| format!("cannot read the event that GITHUB_EVENT_PATH names, {path}"))?,
            None => String::new(),
        };
        let or = |name: &str, default: &str| set(name).unwrap_or_else(|| default.to_owned());
        Ok(Self {
            event: or("GITHUB_EVENT_NAME", ""),
            payload,
            repository: or("GITHUB_REPOSITORY", ""),
            api: or("GITHUB_API_URL", "https://api.github.com"),
            graphql: or("GITHUB_GRAPHQL_URL", "https://api.github.com/graphql"),
            server: or("GITHUB_SERVER_URL", "https://github.com"),
            token: or("GITHUB_TOKEN", ""),
            is_job: set("GITHUB_ACTIONS").is_some(),
            summary: set("GITHUB_STEP_SUMMARY").map(PathBuf::from),
            outputs: set("GITHUB_OUTPUT").map(PathBuf::from),
        })
    }

    /// Adds to the page of the run.
    pub(crate) fn summarise(&self, text: &str) -> Result<()> {
        let Some(path) = &self.summary else { return Ok(()) };
        let end = (0..=LONGEST_SUMMARY.min(text.len())).rev().find(|end| text.is_char_boundary(*end));
        append(path, text.get(..end.unwrap_or_default()).unwrap_or_default())
    }

    /// Sets outputs of the step; the values are words and numbers of ours.
    pub(crate) fn output(&self, values: &[(&str, String)]) -> Result<()> {
        let Some(path) = &self.outputs else { return Ok(()) };
        append(path, &values.iter().map(|(name, value)| format!("{name}={value}\n")).collect::<String>())
    }

    /// A text of which no line is taken for a command to the runner, whatever it holds. The word that ends it is not
    /// to be guessed.
    pub(crate) fn inert(&self, text: &str) -> String {
        if !self.is_job {
            return text.to_owned();
        }
        let now = std::time::SystemTime::now().duration_since(std::time::SystemTime::UNIX_EPOCH);
        let chance = std::collections::hash_map::RandomState::new();
        let chance = std::hash::BuildHasher::hash_one(&chance, now.unwrap_or_default());
        let word = Fingerprint::of([&*chance.to_string(), text]);
        format!("::stop-commands::{word}\n{text}::{word}::\n")
    }
}

fn append(path: &Path, text: &str) -> Result<()> {
    use std::io::Write as _;
    let file = std::fs::OpenOptions::new().append(true).create(true).open(path);
    file.and_then(|mut it| it.write_all(text.as_bytes()))
        .with_context(|| format!("cannot write to {}", path.display()))
}
