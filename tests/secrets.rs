//! Scores the search for hard-coded secrets against the labels of `fixtures/secrets`.
#![allow(
    clippy::expect_used,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a test prints its scores and fails by panicking"
)]

mod support;

use std::collections::BTreeMap;

use support::{Lines, connlint, findings, read, root};

/// Least share of the secrets that must be found.
const RECALL: f64 = 0.90;
/// Largest share of the clean lines that may be reported.
const FALSE_ALARMS: f64 = 0.02;

/// Lines of one kind: how many, and which of them were judged wrongly.
#[derive(Default)]
struct Tally {
    all: usize,
    wrong: Vec<String>,
}

#[test]
fn labelled_lines() {
    let run =
        connlint(root(), &["check", "fixtures/secrets", "--format", "json", "--only", "hardcoded-secret"]);
    let found: Vec<Lines> = findings(&run.json()).into_iter().map(|it| it.primary).collect();
    let labels = read("fixtures/secrets/labels.tsv");
    let mut tallies: BTreeMap<(&str, &str), Tally> = BTreeMap::new();
    for row in labels.lines().skip(1) {
        let [file, line, label, kind] = row.split('\t').collect::<Vec<_>>().try_into().expect("four columns");
        let line: usize = line.parse().expect("a number");
        let path = format!("fixtures/secrets/{file}");
        let reported = found.iter().any(|it| it.path == path && (it.first..=it.last).contains(&line));
        let tally = tallies.entry((label, kind)).or_default();
        tally.all += 1;
        if reported != (label == "secret") {
            let text = read(&path);
            tally
                .wrong
                .push(format!("{path}:{line}: {}", text.lines().nth(line - 1).unwrap_or_default().trim()));
        }
    }
    let rate = |wanted: &str| {
        let of_label = || tallies.iter().filter(|((label, _), _)| *label == wanted).map(|(_, it)| it);
        let (wrong, all) =
            (of_label().map(|it| it.wrong.len()).sum::<usize>(), of_label().map(|it| it.all).sum::<usize>());
        assert!(all > 0, "no line is labelled {wanted}");
        (wrong, all, wrong as f64 / all as f64)
    };
    for ((label, kind), tally) in &tallies {
        println!("{label:6} {kind:18} {:4} of {:4} right", tally.all - tally.wrong.len(), tally.all);
        for line in &tally.wrong {
            println!("    {} {line}", if *label == "secret" { "missed" } else { "false alarm" });
        }
    }
    let (missed, secrets, misses) = rate("secret");
    let (alarms, clean, alarm_rate) = rate("clean");
    println!("recall {:.3} ({} of {secrets})", 1.0 - misses, secrets - missed);
    println!("false alarms {alarm_rate:.3} ({alarms} of {clean})");
    assert!(1.0 - misses >= RECALL, "recall {:.3} is below {RECALL}", 1.0 - misses);
    assert!(alarm_rate <= FALSE_ALARMS, "false alarms {alarm_rate:.3} are above {FALSE_ALARMS}");
}
