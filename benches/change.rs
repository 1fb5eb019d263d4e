//! What it costs to judge a change beside judging the tree: a made-up repository of 5,000 files of which ten are edited.
//!
//! `cargo bench --bench change` measures; `-- --smoke` does so on a tiny repository, to see that it works. The two runs
//! alternate, so that the machine's other work meets both.
#![allow(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a benchmark reads files and the clock, and prints"
)]

mod corpus;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Each number is the best of this many runs: the rest is the machine's other work.
const RUNS: usize = 9;
/// Files that the change edits.
const EDITED: usize = 10;

fn main() {
    let smoke = std::env::args().any(|it| it == "--smoke");
    let files = if smoke { 60 } else { 5_000 };
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("change");
    let _ = std::fs::remove_dir_all(&folder);
    let count = corpus::write(&folder, files, 7).expect("a corpus");
    git(&folder, &["init", "-q"]);
    git(&folder, &["add", "-A"]);
    git(&folder, &["-c", "user.name=n", "-c", "user.email=n@example.com", "commit", "-qm", "base"]);
    let edited = edit(&folder);
    println!("{count} files, {edited} edited, best of {RUNS} runs");
    let mut best = [Duration::MAX; 3];
    let ways: [&[&str]; 3] = [&["check"], &["check", "--base", "HEAD"], &["diff", "HEAD"]];
    for _ in 0..RUNS {
        for (way, best) in ways.iter().zip(&mut best) {
            *best = run(&folder, way).min(*best);
        }
    }
    let tree = best.first().map_or(0.0, Duration::as_secs_f64);
    for (way, took) in ways.iter().zip(best) {
        let took = took.as_secs_f64();
        println!("  {:24} {:8.1} ms  {:.2} times check", way.join(" "), took * 1e3, took / tree);
    }
    std::fs::remove_dir_all(&folder).expect("the corpus goes");
}

/// Adds a line to some files, here and there.
fn edit(folder: &Path) -> usize {
    let listed = Command::new("git").args(["ls-files"]).current_dir(folder).output().expect("git");
    let listed = String::from_utf8_lossy(&listed.stdout).into_owned();
    let all: Vec<PathBuf> = listed.lines().map(|it| folder.join(it)).collect();
    let mut edited = 0;
    for path in all.iter().step_by((all.len() / EDITED).max(1)).take(EDITED) {
        let text = std::fs::read_to_string(path).expect("readable");
        std::fs::write(path, format!("{text}\n# edited\n")).expect("writable");
        edited += 1;
    }
    edited
}

fn git(folder: &Path, arguments: &[&str]) {
    let status = Command::new("git").args(arguments).current_dir(folder).status().expect("git");
    assert!(status.success(), "{arguments:?}");
}

fn run(folder: &Path, arguments: &[&str]) -> Duration {
    let begun = Instant::now();
    let status = Command::new(env!("CARGO_BIN_EXE_connlint"))
        .args(arguments)
        .current_dir(folder)
        .env("RAYON_NUM_THREADS", "2")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .expect("the binary starts");
    assert!(status.code().is_some_and(|it| it < 2), "{arguments:?}: {status}");
    begun.elapsed()
}
