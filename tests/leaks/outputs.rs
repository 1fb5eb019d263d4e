//! Everything that connlint says of a folder.

use std::path::Path;

use crate::ORIGINS;
use crate::support::{connlint, git, write};

/// What is said of a change that brings the files of a folder, and of one that takes them away.
pub(crate) fn outputs_of_changes(folder: &Path) -> Vec<(String, Vec<u8>)> {
    git(folder, &["init", "-q"]);
    git(folder, &["commit", "-q", "--allow-empty", "-m", "nothing"]);
    let mut all = Vec::new();
    let mut say = |what: &str| {
        for arguments in [
            &[
                "check",
                "--base",
                "HEAD",
                "--output",
                "json=.git/a",
                "--output",
                "sarif=.git/b",
                "--output",
                "github=.git/c",
            ][..],
            &["diff", "HEAD"],
            &["diff", "HEAD", "--format", "json"],
            &["baseline", "--output", ".git/d"],
        ] {
            let run = connlint(folder, arguments);
            all.push((format!("{what}: {}", arguments.join(" ")), [run.stdout, run.stderr].concat()));
        }
        for file in ["a", "b", "c", "d"] {
            if let Ok(bytes) = std::fs::read(folder.join(".git").join(file)) {
                all.push((format!("{what}: file {file}"), bytes));
            }
        }
    };
    say("brought");
    git(folder, &["add", "-A"]);
    git(folder, &["commit", "-q", "-m", "all"]);
    for at in 0..ORIGINS.len() {
        std::fs::remove_dir_all(folder.join(format!("{at:02}"))).expect("the folder goes");
    }
    write(folder, "left.tf", "variable \"x\" {}\n");
    say("taken away");
    all
}

/// Everything that the binary says about a folder, in every format, with and without suppressions.
pub(crate) fn outputs(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut all = Vec::new();
    let formats = ["json", "sarif", "github", "jsonl"];
    let every = formats.map(|it| ["--output".to_owned(), format!("{it}=out.{it}")]);
    for extra in [&[][..], &["--no-suppressions", "--color", "always"]] {
        let mut arguments = vec!["check", ".", "--fail-on", "low"];
        arguments.extend(every.iter().flatten().map(String::as_str));
        arguments.extend(extra);
        let run = connlint(folder, &arguments);
        assert!(matches!(run.code, 0 | 1), "{arguments:?} ends with {}: {}", run.code, run.err());
        all.push(("text".to_owned(), run.stdout));
        all.push(("standard error".to_owned(), run.stderr));
        for format in formats {
            let file = folder.join(format!("out.{format}"));
            all.push((format.to_owned(), std::fs::read(&file).expect("written")));
            std::fs::remove_file(file).expect("there");
        }
    }
    all
}
