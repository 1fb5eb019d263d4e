//! Rules for the sources that no lint knows.
#![allow(clippy::expect_used, reason = "a test fails by panicking")]

mod support;

use support::{files, none_wrong, read, root};

/// Longer files hide things.
const MOST_LINES: usize = 400;
const MEANINGLESS: [&str; 6] = ["common", "helper", "helpers", "misc", "types", "utils"];

fn sources() -> Vec<String> {
    let folders = ["benches", "crates", "fuzz/fuzz_targets", "tests"];
    let all = folders
        .iter()
        .flat_map(|it| files(&root().join(it)).into_iter().map(move |file| format!("{it}/{file}")));
    all.filter(|it| it.ends_with(".rs")).collect()
}

#[test]
fn sources_are_short_and_say_what_they_are_for() {
    let mut wrong = Vec::new();
    for file in sources() {
        let text = read(&file);
        let lines = text.lines().count();
        if lines > MOST_LINES {
            wrong.push(format!("{file}: {lines} lines, more than {MOST_LINES}"));
        }
        if !text.starts_with("//! ") {
            wrong.push(format!("{file}: does not start with //! and what the file is for"));
        }
        if text.contains('\r') {
            wrong.push(format!("{file}: has carriage returns"));
        }
    }
    none_wrong(&wrong);
}

#[test]
fn files_are_named_for_what_they_hold() {
    let mut wrong = Vec::new();
    for file in sources() {
        let stem = file.rsplit('/').next().and_then(|it| it.strip_suffix(".rs")).expect("a name");
        if stem == "mod" && file != "tests/support/mod.rs" {
            wrong.push(format!("{file}: name the file like its module"));
        }
        if MEANINGLESS.contains(&stem) {
            wrong.push(format!("{file}: the name says nothing"));
        }
    }
    none_wrong(&wrong);
}

#[test]
fn what_is_left_to_do_has_a_number() {
    let mark = ["TO", "DO"].concat();
    let mut wrong = Vec::new();
    for file in sources() {
        for (index, line) in read(&file).lines().enumerate() {
            let comment = line.split_once("//").map_or("", |(_, comment)| comment);
            let word = comment.split(|it: char| !it.is_alphanumeric()).any(|word| word == mark);
            if word && !line.contains(&format!("{mark}(#")) {
                wrong.push(format!("{file}:{}: write {mark}(#123)", index + 1));
            }
        }
    }
    none_wrong(&wrong);
}

/// Paths of one machine, or of notes that are no part of the project, mean nothing to a reader.
#[test]
fn nothing_points_outside_the_repository() {
    let pages =
        ["ARCHITECTURE.md", "CHANGELOG.md", "CONTRIBUTING.md", "README.md", "SECURITY.md", "Cargo.toml"];
    let scripts = [
        "action.yml",
        "action/checksums.txt",
        "action/install.sh",
        "action/run.sh",
        ".github/workflows/ci.yml",
        ".github/workflows/connlint.yml",
        "connlint.yaml",
        ".pre-commit-hooks.yaml",
        ".ci/run",
        "fuzz/run",
        "tests/run",
        "tests/action",
        "tests/hooks",
    ];
    let docs = files(&root().join("docs")).into_iter().map(|it| format!("docs/{it}"));
    let all = pages.iter().chain(&scripts).map(|it| (*it).to_owned()).chain(docs).chain(sources());
    let marks = [
        ["/wo", "rk/"].concat(),
        [" sha", "red/"].concat(),
        ["(sha", "red/"].concat(),
        ["`sha", "red/"].concat(),
    ];
    let mut wrong = Vec::new();
    for file in all {
        for (index, line) in read(&file).lines().enumerate() {
            if let Some(mark) = marks.iter().find(|mark| line.contains(mark.as_str())) {
                wrong.push(format!("{file}:{}: {mark} is no place of this repository", index + 1));
            }
        }
    }
    none_wrong(&wrong);
}
