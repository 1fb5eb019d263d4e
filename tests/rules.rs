//! Holds every rule against its cases in `fixtures/rules`: bad ones are found, with this very report; good ones are not.
#![allow(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "a test reads files and fails by panicking"
)]

mod support;

use std::path::PathBuf;

use support::{Run, connlint, findings, none_wrong, root, rule_ids, stale};

const COMMAND: &str = "UPDATE=1 cargo test -p connlint --test rules";

#[test]
fn bad_cases_are_found() {
    let mut wrong = Vec::new();
    for (rule, case) in cases("bad") {
        let run = check(&rule, "bad", &case, "json");
        let report = run.json();
        let count = findings(&report).iter().filter(|it| it.rule == rule).count();
        if count == 0 {
            wrong.push(format!("{rule}: bad/{case} gives no finding"));
            continue;
        }
        let text = timeless(&check(&rule, "bad", &case, "text").out());
        wrong.extend(stale(format!("fixtures/rules/{rule}/bad/{case}.txt"), &text, COMMAND));
    }
    none_wrong(&wrong);
}

#[test]
fn good_cases_are_not() {
    let mut wrong = Vec::new();
    for (rule, case) in cases("good") {
        let run = check(&rule, "good", &case, "json");
        for finding in findings(&run.json()) {
            let at = finding.primary;
            wrong.push(format!("{}: good/{case} is reported at {}:{}", finding.rule, at.path, at.first));
        }
        if run.code != 0 {
            wrong.push(format!("{rule}: good/{case} ends with {}: {}", run.code, run.err()));
        }
    }
    none_wrong(&wrong);
}

#[test]
fn every_rule_has_cases() {
    let mut wrong = Vec::new();
    let (bad, good) = (cases("bad"), cases("good"));
    let known = rule_ids();
    assert!(known.len() > 5, "{known:?}");
    for rule in &known {
        let of = |all: &[(String, String)]| {
            all.iter().filter(|it| it.0 == *rule).map(|it| it.1.clone()).collect::<Vec<_>>()
        };
        if of(&bad).is_empty() {
            wrong.push(format!("{rule}: no bad case"));
        }
        if of(&good).len() < 2 {
            wrong.push(format!("{rule}: fewer than two good cases"));
        }
        let unresolved = of(&good)
            .iter()
            .any(|case| text(&root().join(format!("fixtures/rules/{rule}/good/{case}"))).contains("var."));
        if !unresolved {
            wrong.push(format!("{rule}: no good case with a variable that has no value"));
        }
    }
    wrong.extend(
        bad.iter()
            .chain(&good)
            .filter(|it| !known.contains(&it.0))
            .map(|it| format!("{}: no such rule", it.0)),
    );
    none_wrong(&wrong);
}

/// Every case of a kind, as rule and name.
fn cases(kind: &str) -> Vec<(String, String)> {
    let mut all = Vec::new();
    for rule in names(root().join("fixtures/rules")) {
        let folder = root().join("fixtures/rules").join(&rule).join(kind);
        let cases = if folder.is_dir() { names(folder) } else { Vec::new() };
        all.extend(cases.into_iter().filter(|it| !it.ends_with(".txt")).map(|case| (rule.clone(), case)));
    }
    all
}

fn names(folder: PathBuf) -> Vec<String> {
    let entries = std::fs::read_dir(folder).expect("a folder");
    let mut names: Vec<String> = entries.map(|it| it.unwrap().file_name().into_string().unwrap()).collect();
    names.retain(|name| name != "README.md");
    names.sort();
    names
}

fn check(rule: &str, kind: &str, case: &str, format: &str) -> Run {
    let folder = root().join("fixtures/rules").join(rule).join(kind);
    connlint(&folder, &["check", case, "--only", rule, "--format", format])
}

/// A report without the time it took.
fn timeless(report: &str) -> String {
    let line = |line: &str| match (line.strip_prefix("checked "), line.find(" in "), line.find(" s: ")) {
        (Some(_), Some(from), Some(to)) if from < to => format!("{}{}\n", &line[..from], &line[to + 2..]),
        _ => format!("{line}\n"),
    };
    report.lines().map(line).collect()
}

/// All text of a file or folder.
fn text(path: &std::path::Path) -> String {
    if path.is_file() {
        return std::fs::read_to_string(path).expect("text");
    }
    support::files(path).iter().map(|it| std::fs::read_to_string(path.join(it)).expect("text")).collect()
}
