//! Holds every rule against its cases in `fixtures/rules`: bad ones are found, with this very report; good ones are not.
#![allow(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "a test reads files and fails by panicking"
)]

mod support;

use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use support::{Run, connlint, findings, none_wrong, root, rule_ids, scratch, stale};

const COMMAND: &str = "UPDATE=1 cargo test -p connlint --test rules";

#[test]
fn bad_cases_are_found() {
    let reports = scratch("bad-cases");
    none_wrong(&of_each("bad", |rule, case| {
        let file = reports.join(format!("{rule}.{case}.json"));
        let output = format!("json={}", file.display());
        let text = check(rule, "bad", case, &["--output", &output]);
        let report = std::fs::read_to_string(&file).unwrap_or_else(|_| panic!("{rule}: {}", text.err()));
        let report = serde_json::from_str(&report).expect("JSON");
        if !findings(&report).iter().any(|it| it.rule == rule) {
            return vec![format!("{rule}: bad/{case} gives no finding")];
        }
        let expected = format!("fixtures/rules/{rule}/bad/{case}.txt");
        stale(expected, &timeless(&text.out()), COMMAND).into_iter().collect()
    }));
}

#[test]
fn good_cases_are_not() {
    none_wrong(&of_each("good", |rule, case| {
        let run = check(rule, "good", case, &["--format", "json"]);
        let found = findings(&run.json()).into_iter().map(|it| {
            format!("{}: good/{case} is reported at {}:{}", it.rule, it.primary.path, it.primary.first)
        });
        let failed =
            (run.code != 0).then(|| format!("{rule}: good/{case} ends with {}: {}", run.code, run.err()));
        found.chain(failed).collect()
    }));
}

/// Rules that judge settings say of each whether it passes, fails or is unknown; their good cases show the other two.
#[test]
fn what_is_not_reported_passes_or_is_unknown() {
    let seen = of_each("good", |rule, case| {
        let report = check(rule, "good", case, &["--format", "json", "--outcomes"]).json();
        let outcomes = report["outcomes"].as_array().cloned().unwrap_or_default();
        outcomes.iter().map(|it| format!("{rule} {}", it["outcome"].as_str().expect("a word"))).collect()
    });
    let wrong: Vec<String> = DECIDED
        .iter()
        .flat_map(|rule| ["pass", "unknown"].map(|outcome| format!("{rule} {outcome}")))
        .filter(|it| !seen.contains(it))
        .collect();
    none_wrong(&wrong);
}

/// The rules that judge settings one by one.
const DECIDED: &[&str] = &[
    "admin-grant",
    "admin-without-mfa",
    "audit-log-not-exported",
    "audit-log-off",
    "deprecated-auth",
    "insecure-transport",
    "login-without-sso",
    "obsolete-tls",
    "outside-party-access",
    "runs-as-person",
    "scim-missing",
    "short-log-retention",
    "unencrypted-at-rest",
    "unexpiring-credential",
    "unlogged-write",
    "unrotated-credential",
    "unscoped-credential",
    "weak-credential-kind",
    "write-open-to-all",
];

/// What a check of every case of a kind gives, on every core.
fn of_each(kind: &str, check: impl Fn(&str, &str) -> Vec<String> + Sync) -> Vec<String> {
    let cases = cases(kind);
    let next = AtomicUsize::new(0);
    let all = Mutex::new(Vec::new());
    let work = || {
        while let Some((rule, case)) = cases.get(next.fetch_add(1, Ordering::Relaxed)) {
            let found = check(rule, case);
            all.lock().expect("no panic elsewhere").extend(found);
        }
    };
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| (0..cores).for_each(|_| drop(scope.spawn(work))));
    let mut all = all.into_inner().expect("no panic elsewhere");
    all.sort();
    all
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
        if DECIDED.contains(&rule.as_str()) && (of(&bad).len() < 3 || of(&good).len() < 3) {
            wrong.push(format!("{rule}: fewer than three cases of a kind"));
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

fn check(rule: &str, kind: &str, case: &str, arguments: &[&str]) -> Run {
    let folder = root().join("fixtures/rules").join(rule).join(kind);
    connlint(&folder, &[&["check", case, "--only", rule], arguments].concat())
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
