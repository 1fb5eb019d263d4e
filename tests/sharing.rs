//! Scores the search for shared credentials against the cases of `fixtures/sharing`.
#![allow(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a test reads files, prints its scores and fails by panicking"
)]

mod support;

use std::path::Path;

use support::{Found, connlint, findings, root};

/// Least share of the shared credentials that must be found, with the right rule and every place.
const RECALL: f64 = 0.95;
/// Least share of the findings that must be right.
const PRECISION: f64 = 0.98;

const RULES: [&str; 4] = [
    "credential-fan-out",
    "credential-shared-by-connectors",
    "credential-shared-by-environments",
    "credential-shared-by-teams",
];

/// A place that a finding must name: lines of a file.
struct Expected {
    path: String,
    first: usize,
    last: usize,
}

#[test]
fn cases() {
    let (mut right, mut found, mut cases) = (0, 0, 0);
    let mut wrong = Vec::new();
    for name in names("shared") {
        let folder = format!("fixtures/sharing/shared/{name}");
        let (rule, places) = expected(&folder);
        let findings = sharing(&folder);
        cases += 1;
        found += findings.len();
        let missing = |it: &Found| {
            let named = |place: &&Expected| {
                it.places
                    .iter()
                    .any(|at| at.path == place.path && (place.first..=place.last).contains(&at.first))
            };
            places
                .iter()
                .filter(|place| !named(place))
                .map(|place| format!("{}:{}", place.path, place.first))
                .collect::<Vec<_>>()
        };
        match findings.as_slice() {
            [it] if it.rule == rule && missing(it).is_empty() => right += 1,
            [] => wrong.push(format!("{name}: nothing found, expected {rule}")),
            [it] => wrong.push(format!(
                "{name}: {} instead of {rule}, places not named: {:?}",
                it.rule,
                missing(it)
            )),
            many => {
                let rules: Vec<&str> = many.iter().map(|it| it.rule.as_str()).collect();
                wrong.push(format!("{name}: {} findings instead of one {rule}: {rules:?}", many.len()));
            }
        }
    }
    for name in names("separate") {
        let findings = sharing(&format!("fixtures/sharing/separate/{name}"));
        found += findings.len();
        wrong.extend(
            findings
                .iter()
                .map(|it| format!("{name}: {} at {}:{}", it.rule, it.primary.path, it.primary.first)),
        );
    }
    wrong.iter().for_each(|line| println!("{line}"));
    let (recall, precision) = (f64::from(right) / f64::from(cases), f64::from(right) / found as f64);
    println!("recall {recall:.3} ({right} of {cases}), precision {precision:.3} ({right} of {found})");
    assert!(recall >= RECALL, "recall {recall:.3} is below {RECALL}");
    assert!(precision >= PRECISION, "precision {precision:.3} is below {PRECISION}");
}

/// The cases of a group.
fn names(group: &str) -> Vec<String> {
    let entries = std::fs::read_dir(root().join("fixtures/sharing").join(group)).expect("a folder");
    let mut names: Vec<String> = entries.map(|it| it.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    assert!(!names.is_empty());
    names
}

/// What a case's findings of the four rules are.
fn sharing(folder: &str) -> Vec<Found> {
    let run = connlint(root(), &["check", folder, "--format", "json"]);
    findings(&run.json()).into_iter().filter(|it| RULES.contains(&it.rule.as_str())).collect()
}

/// The rule and the places of `expect.tsv`.
fn expected(folder: &str) -> (String, Vec<Expected>) {
    let rows = std::fs::read_to_string(root().join(folder).join("expect.tsv")).expect("expect.tsv");
    let mut rule = String::new();
    let places = rows.lines().skip(1).map(|row| {
        let (id, place) = row.split_once('\t').expect("two columns");
        let (path, line) = place.rsplit_once(':').expect("path:line");
        let line: usize = line.parse().expect("a number");
        rule = id.to_owned();
        let path = format!("{folder}/{path}");
        let last = entry_end(&root().join(&path), line);
        Expected { path, first: line, last }
    });
    let places = places.collect();
    (rule, places)
}

/// The last line of the entry that starts on a line: what follows it deeper, and what closes it.
fn entry_end(file: &Path, first: usize) -> usize {
    let text = std::fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    let lines: Vec<&str> = text.lines().collect();
    let depth = |line: &str| line.len() - line.trim_start().len();
    let own = depth(lines[first - 1]);
    let mut last = first;
    for (index, line) in lines.iter().enumerate().skip(first) {
        let closes = depth(line) == own && line.trim_start().starts_with(['}', ')', ']']);
        if !line.trim().is_empty() && depth(line) <= own && !closes {
            break;
        }
        last = index + 1;
        if closes {
            break;
        }
    }
    last
}
