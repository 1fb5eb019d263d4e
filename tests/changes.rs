//! Every case of `fixtures/changes`, through the real binary: what each kind of event finds, misses and makes up.
#![allow(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a test reads files, prints scores, and fails by panicking"
)]

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use support::{connlint, files, git, none_wrong, root, scratch};

/// Percent of events that have to be right, and to be found, of each kind.
const LEAST: usize = 95;

/// Cases that are known to fail, each with its reason.
const KNOWN: &str = "fixtures/changes-unsolved.txt";

/// Kind and subject.
type Event = (String, String);

#[derive(Default)]
struct Score {
    right: usize,
    missed: usize,
    made_up: usize,
}

#[test]
fn changes_are_told() {
    let cases = root().join("fixtures/changes");
    let mut names: Vec<String> = std::fs::read_dir(&cases)
        .expect("cases")
        .map(|it| it.expect("an entry").file_name().into_string().expect("a name"))
        .collect();
    names.sort();
    let unsolved = std::fs::read_to_string(root().join(KNOWN)).unwrap_or_default();
    let unsolved: BTreeSet<&str> = unsolved
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_whitespace().next())
        .collect();
    let place = scratch("changes");
    let scores: Mutex<BTreeMap<String, Score>> = Mutex::default();
    let wrong: Mutex<Vec<String>> = Mutex::default();
    let next = AtomicUsize::new(0);
    let workers = std::thread::available_parallelism().map_or(2, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                while let Some(name) = names.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let expected = expected(&cases.join(name));
                    let found = found(&place.join(name), &cases.join(name));
                    let mut scores = scores.lock().unwrap();
                    for event in expected.union(&found) {
                        let score = scores.entry(event.0.clone()).or_default();
                        let (was, is) = (expected.contains(event), found.contains(event));
                        score.right += usize::from(was && is);
                        score.missed += usize::from(was && !is);
                        score.made_up += usize::from(!was && is);
                        if was != is {
                            let how = if was { "misses" } else { "makes up" };
                            wrong.lock().unwrap().push(format!("{name}: {how} {} {}", event.0, event.1));
                        }
                    }
                }
            });
        }
    });
    println!(
        "{:<28}{:>6}{:>8}{:>9}{:>11}{:>8}",
        "event", "right", "missed", "made up", "precision", "recall"
    );
    let mut wrong = wrong.into_inner().unwrap();
    wrong.sort();
    let mut failing = Vec::new();
    for (kind, score) in scores.into_inner().unwrap() {
        let percent = |of: usize| (score.right * 100).checked_div(of).unwrap_or(100);
        let (precision, recall) = (percent(score.right + score.made_up), percent(score.right + score.missed));
        println!(
            "{kind:<28}{:>6}{:>8}{:>9}{precision:>10}%{recall:>7}%",
            score.right, score.missed, score.made_up
        );
        if precision < LEAST || recall < LEAST {
            failing.push(format!("{kind}: precision {precision} %, recall {recall} %"));
        }
    }
    wrong.iter().for_each(|it| println!("{it}"));
    // A case that is known to fail counts as such only while it does.
    let case = |it: &String| it.split(':').next().unwrap_or_default().to_owned();
    let failed: BTreeSet<String> = wrong.iter().map(case).collect();
    let solved = unsolved.iter().filter(|it| !failed.contains(**it));
    failing.extend(solved.map(|it| format!("{it} is solved: take it off {KNOWN}")));
    let unexpected = wrong.iter().filter(|it| !unsolved.contains(case(it).as_str()));
    let unexpected: Vec<String> = unexpected.cloned().collect();
    if unexpected.is_empty() {
        failing.retain(|it| it.contains("is solved"));
    }
    failing.extend(unexpected);
    none_wrong(&failing);
}

/// The events that a case is labelled with.
fn expected(case: &Path) -> BTreeSet<Event> {
    let text = std::fs::read_to_string(case.join("expected")).expect("labels");
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines
        .map(|line| {
            let (kind, subject) = line.split_once(' ').expect("an event and its subject");
            (kind.to_owned(), subject.trim().to_owned())
        })
        .collect()
}

/// The events that the binary tells of the case's two versions, as commits of one repository.
fn found(repository: &Path, case: &Path) -> BTreeSet<Event> {
    std::fs::create_dir_all(repository).expect("a folder");
    git(repository, &["init", "-q"]);
    for version in ["before", "after"] {
        for path in files(repository).into_iter().filter(|it| !it.starts_with(".git/")) {
            std::fs::remove_file(repository.join(path)).expect("a file goes");
        }
        for path in files(&case.join(version)) {
            let text = std::fs::read(case.join(version).join(&path)).expect("a file");
            support::write(repository, &path, text);
        }
        git(repository, &["add", "-A"]);
        git(repository, &["commit", "-q", "--allow-empty", "-m", version]);
    }
    let run = connlint(repository, &["diff", "HEAD~1", "HEAD", "--format", "json"]);
    let report = run.json();
    let changes = report["changes"].as_array().or(report["comparison"]["changes"].as_array());
    let changes = changes.unwrap_or_else(|| panic!("no changes: {report}"));
    let text = |it: &serde_json::Value, key: &str| it[key].as_str().unwrap_or_default().to_owned();
    changes
        .iter()
        .map(|it| {
            let message = text(it, "message");
            assert!(!message.ends_with('.') && message.chars().count() <= 200, "{message}");
            (text(it, "event"), text(it, "subject"))
        })
        .collect()
}
