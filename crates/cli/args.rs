//! What was typed.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use connlint_core::Severity;

/// Reviews the security of integrations kept as code.
///
/// Reads Terraform, Kubernetes, docker-compose, GitHub Actions and other YAML definitions, and finds hard-coded
/// secrets and credentials shared by connectors, teams or environments.
#[derive(Debug, Parser)]
#[command(name = "connlint", version, about, long_about, max_term_width = 100)]
pub(crate) struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// The subcommands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Judge files and folders
    ///
    /// Exit codes: 0 nothing at or above --fail-on; 1 findings at or above it; 2 wrong usage or configuration;
    /// 3 the job could not be done, for example because no file was read.
    Check(Box<Check>),
    /// Show what a change does to access, whether or not a rule minds
    ///
    /// Connectors that come or go, rights that grow, credentials that are shared or written out, other owners,
    /// identity providers and versions: by meaning, so that a block that only moves is no change.
    Diff(Diff),
    /// Judge what a GitHub event brings, and tell the pull request
    ///
    /// Reads the event of the job that runs it. The exit code is that of `check --base`; whether comments could be
    /// posted does not change it.
    Review(Box<Review>),
    /// List the findings of today as known, so that only others fail
    Baseline {
        /// Where to write it [default: connlint.baseline, or what the configuration says]
        #[arg(long, short, value_name = "FILE")]
        output: Option<PathBuf>,
        /// Configuration file [default: connlint.yaml of the repository]
        #[arg(long, value_name = "FILE")]
        config: Option<PathBuf>,
    },
    /// Join the results of many repositories
    ///
    /// Takes what `connlint check --format jsonl` wrote in each, and finds the credentials that several repositories
    /// share. Exit codes: 0 no shared credential at or above --fail-on; 1 some; 2 wrong usage; 3 a result could not be
    /// used, while the others were merged.
    Merge(Merge),
    /// Show the page of a rule
    Explain {
        /// Id of the rule, such as hardcoded-secret
        rule: String,
    },
    /// List every rule
    Rules,
    /// Write a man page, shell completions or a JSON Schema to standard output
    Generate {
        /// What to write
        #[command(subcommand)]
        what: Generate,
    },
}

/// What `generate` writes.
#[derive(Clone, Debug, Subcommand)]
pub(crate) enum Generate {
    /// The manual page, in roff
    Man,
    /// Completions for a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// A JSON Schema
    Schema {
        /// Of what
        #[arg(default_value = "config")]
        of: SchemaOf,
    },
}

/// The formats that have a schema.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum SchemaOf {
    /// connlint.yaml
    Config,
    /// The json output
    Json,
    /// A line of the jsonl output
    Jsonl,
    /// The json output of merge
    Merge,
}

/// Arguments of `check`.
#[derive(Args, Debug)]
pub(crate) struct Check {
    /// Files and folders to read
    ///
    /// In a git work tree, a folder's tracked files and the untracked ones that are not ignored are read;
    /// elsewhere, what ignore files leave.
    #[arg(value_name = "PATH", default_value = ".")]
    pub(crate) paths: Vec<PathBuf>,
    /// Report only what this revision does not have, by its configuration, suppressions and baseline
    ///
    /// The change counts from where it parted from REV. Nothing is checked out.
    #[arg(long, value_name = "REV", conflicts_with_all = ["plan", "no_ignore", "whole_repository"])]
    pub(crate) base: Option<String>,
    /// Judge what is staged instead of what is on disk; without --base, as compared with the last commit
    ///
    /// For hooks. Where nothing is staged, the whole repository is judged.
    #[arg(long, conflicts_with_all = ["plan", "no_ignore", "whole_repository"])]
    pub(crate) staged: bool,
    /// Read the whole repository, but report only what touches the PATHs
    ///
    /// For hooks: a shared credential shows only when both sides are read.
    #[arg(long)]
    pub(crate) whole_repository: bool,
    /// Format of standard output
    #[arg(long, short, value_enum, default_value = "text")]
    pub(crate) format: Format,
    /// Also write a report to a file; may be given several times
    #[arg(long, short, value_name = "FORMAT=FILE", value_parser = output::<Format>)]
    pub(crate) output: Vec<(Format, PathBuf)>,
    /// Exit with 1 if a finding is at least this severe [default: high]
    #[arg(long, value_name = "SEVERITY", value_parser = fail_on)]
    pub(crate) fail_on: Option<FailOn>,
    /// Run this rule only; may be given several times
    #[arg(long, value_name = "RULE")]
    pub(crate) only: Vec<String>,
    /// Judge a Terraform plan too, as written by `terraform show -json PLAN`
    #[arg(long, value_name = "FILE")]
    pub(crate) plan: Vec<PathBuf>,
    /// Configuration file [default: connlint.yaml of the folder or of the repository]
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// Report findings that suppression comments accept, too
    #[arg(long)]
    pub(crate) no_suppressions: bool,
    /// Name of the repository in the jsonl output [default: $GITHUB_REPOSITORY, the origin's or the folder's name]
    #[arg(long, value_name = "NAME")]
    pub(crate) repository: Option<String>,
    /// List what passes and what the code does not decide, too
    #[arg(long)]
    pub(crate) outcomes: bool,
    /// Read files that ignore files exclude, too
    #[arg(long)]
    pub(crate) no_ignore: bool,
    /// When to use colour
    #[arg(long, value_enum, default_value = "auto")]
    pub(crate) color: Color,
}

/// Arguments of `review`.
#[derive(Args, Debug)]
pub(crate) struct Review {
    /// What to compare with [default: what the event says]
    #[arg(long, value_name = "REV")]
    pub(crate) base: Option<String>,
    /// Configuration file; the base's version of it counts [default: connlint.yaml of the repository]
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// Exit with 1 if a new finding is at least this severe [default: high]
    #[arg(long, value_name = "SEVERITY", value_parser = fail_on)]
    pub(crate) fail_on: Option<FailOn>,
    /// Also write a report to a file; may be given several times
    #[arg(long, short, value_name = "FORMAT=FILE", value_parser = output::<Format>)]
    pub(crate) output: Vec<(Format, PathBuf)>,
    /// What to post on the pull request
    #[arg(long, value_enum, default_value = "review")]
    pub(crate) comments: Comments,
    /// Tells the comments of several jobs on one pull request from each other
    #[arg(long, value_name = "ID", default_value = "connlint")]
    pub(crate) comment_id: String,
    /// Login that the token in GITHUB_TOKEN writes as
    #[arg(long, value_name = "LOGIN", default_value = "github-actions[bot]")]
    pub(crate) login: String,
    /// Comment on findings that are at least this severe; the others stand in the summary
    #[arg(long, value_name = "SEVERITY", value_parser = fail_on, default_value = "medium")]
    pub(crate) comment_on: FailOn,
    /// Most comments on lines to add in one run
    #[arg(long, value_name = "N", default_value_t = 30)]
    pub(crate) max_comments: usize,
    /// Longest time in seconds to wait for GitHub's rate limits
    #[arg(long, value_name = "SECONDS", default_value_t = 60)]
    pub(crate) max_wait: u64,
    /// Only post the JSON report of another job, which is trusted with nothing
    #[arg(long, value_name = "FILE", conflicts_with_all = ["base", "output"])]
    pub(crate) from: Option<PathBuf>,
}

/// What `review` posts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Comments {
    /// Comments on lines and a summary
    Review,
    /// Nothing: annotations and the page of the run only
    None,
}

/// Arguments of `diff`.
#[derive(Args, Debug)]
pub(crate) struct Diff {
    /// What to compare with; the change counts from where the two parted
    #[arg(value_name = "BASE")]
    pub(crate) base: String,
    /// What to compare [default: the files on disk]
    #[arg(value_name = "HEAD")]
    pub(crate) head: Option<String>,
    /// Format of standard output
    #[arg(long, short, value_enum, default_value = "text")]
    pub(crate) format: DiffFormat,
    /// Configuration file [default: connlint.yaml of the repository]
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// When to use colour
    #[arg(long, value_enum, default_value = "auto")]
    pub(crate) color: Color,
}

/// The formats of `diff`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum DiffFormat {
    /// For people
    Text,
    /// For programs: `comparison` of the json output
    Json,
}

/// The report formats.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people, with source excerpts
    Text,
    /// For programs; its schema: connlint generate schema json
    Json,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// GitHub workflow commands, which annotate the pull request
    Github,
    /// JSON Lines without any value, for `connlint merge`
    Jsonl,
}

/// Arguments of `merge`.
#[derive(Args, Debug)]
pub(crate) struct Merge {
    /// Results to join: files, folders of .jsonl files, or - for standard input
    #[arg(value_name = "FILE", required = true)]
    pub(crate) files: Vec<PathBuf>,
    /// Format of standard output
    #[arg(long, short, value_enum, default_value = "text")]
    pub(crate) format: MergeFormat,
    /// Also write a report to a file; may be given several times
    #[arg(long, short, value_name = "FORMAT=FILE", value_parser = output::<MergeFormat>)]
    pub(crate) output: Vec<(MergeFormat, PathBuf)>,
    /// Exit with 1 if a shared credential is at least this severe [default: high]
    #[arg(long, value_name = "SEVERITY", value_parser = fail_on)]
    pub(crate) fail_on: Option<FailOn>,
    /// When to use colour
    #[arg(long, value_enum, default_value = "auto")]
    pub(crate) color: Color,
}

/// The report formats of `merge`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum MergeFormat {
    /// For people
    Text,
    /// For programs; its schema: connlint generate schema merge
    Json,
    /// For the summary of a job
    Markdown,
}

/// When to use colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    /// On terminals
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// The severity that fails a run; `None` for never.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct FailOn(pub(crate) Option<Severity>);

/// Reads a severity or `never`.
pub(crate) fn fail_on(text: &str) -> Result<FailOn, String> {
    if text == "never" {
        return Ok(FailOn(None));
    }
    let words = || Severity::ALL.iter().map(|it| it.as_str()).collect::<Vec<_>>().join(", ");
    text.parse().map(|it| FailOn(Some(it))).map_err(|_| format!("expected one of {} or never", words()))
}

fn output<F: ValueEnum>(text: &str) -> Result<(F, PathBuf), String> {
    let (format, file) = text.split_once('=').ok_or("expected FORMAT=FILE, such as json=connlint.json")?;
    if file.is_empty() {
        return Err("the file name after = is empty".to_owned());
    }
    let names: Vec<String> = F::value_variants()
        .iter()
        .filter_map(|it| Some(it.to_possible_value()?.get_name().to_owned()))
        .collect();
    let known = F::from_str(format, false);
    let known =
        known.map_err(|_| format!("unknown format {format}: expected one of {}", names.join(", ")))?;
    Ok((known, file.into()))
}
