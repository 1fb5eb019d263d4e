//! The connlint command: reads arguments, calls the stages in order, sets the exit code.
#![expect(clippy::disallowed_methods, reason = "cli is the part that touches the outside world")]

#[cfg(feature = "github")]
mod actions;
mod args;
mod baseline;
mod change;
mod check;
mod config;
mod discover;
mod files;
mod git;
mod hide;
#[cfg(feature = "github")]
mod lines;
mod load;
mod merge;
mod named;
mod owners;
mod pages;
mod pipeline;
#[cfg(feature = "github")]
mod poster;
mod progress;
mod repository;
#[cfg(feature = "github")]
mod review;
mod roots;
mod trees;
mod versions;

use std::process::ExitCode;

use clap::Parser;

use args::{Cli, Command};
use check::{Outcome, Usage};

/// What parsers need for the deepest input they accept.
const STACK: usize = 16 << 20;

fn main() -> ExitCode {
    // A panic's message may quote the input. The file it concerns is reported instead.
    std::panic::set_hook(Box::new(|_| {}));
    let cli = Cli::parse();
    let _ = rayon::ThreadPoolBuilder::new().stack_size(STACK).build_global();
    match run(&cli.command) {
        Ok(Outcome::Clean) => ExitCode::SUCCESS,
        Ok(Outcome::Findings) => ExitCode::from(1),
        Ok(Outcome::NothingRead) => {
            say(
                "error: 0 files read: there is no Terraform, YAML or known JSON file here that could be read",
            );
            ExitCode::from(3)
        }
        Ok(Outcome::Failed) => ExitCode::from(3),
        Err(error) => {
            say(&format!("error: {error:#}"));
            ExitCode::from(if error.is::<Usage>() { 2 } else { 3 })
        }
    }
}

fn run(command: &Command) -> anyhow::Result<Outcome> {
    match command {
        Command::Check(args) => check::check(args),
        Command::Diff(args) => change::diff(args),
        #[cfg(feature = "github")]
        Command::Review(args) => review::review(args),
        #[cfg(not(feature = "github"))]
        Command::Review(_) => {
            let why = "this connlint cannot talk to GitHub: install it with `--features github`";
            Err(Usage(anyhow::anyhow!(why)).into())
        }
        Command::Baseline { output, config } => baseline::write(output.as_deref(), config.as_deref()),
        Command::Merge(args) => merge::merge(args),
        Command::Explain { rule } => pages::explain(rule),
        Command::Rules => pages::rules(),
        Command::Generate { what } => pages::generate(what),
    }
}

#[expect(clippy::print_stderr, reason = "the one place that speaks on standard error")]
fn say(text: &str) {
    eprintln!("{text}");
}
