//! The gate: what a change may try, and what it may do. Each attack brings something that has to be stopped and tries to get
//! it through; each must fail, staged and committed.
#![allow(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test reads files and fails by panicking"
)]

#[path = "gate/files.rs"]
mod files;
#[path = "gate/rules.rs"]
mod rules;
mod support;

use std::path::{Path, PathBuf};

use support::{Run, connlint, git, scratch, write};

use Act::{Bytes, Delete, Link, Move, Write};

/// One thing that is done to a tree.
enum Act {
    Write(&'static str, String),
    Bytes(&'static str, Vec<u8>),
    Delete(&'static str),
    Move(&'static str, &'static str),
    Link(&'static str, &'static str),
}

const SECRET: &str = "vK7qTn2xRb9wLs4e";
const OTHER: &str = "hZ3pWm8yQc5dFj6r";
const ALLOW: &str = "connlint: allow hardcoded-secret until 2099-01-01 -- sandbox";

fn database(name: &str, password: &str) -> String {
    format!("resource \"aws_db_instance\" \"{name}\" {{\n  password = \"{password}\"\n}}\n")
}

fn allowed(name: &str, password: &str) -> String {
    database(name, password).replace("  password", &format!("  # {ALLOW}\n  password"))
}

/// A service that takes the value of `variable` as its own token.
fn service(name: &str, key: &str, variable: &str) -> String {
    format!(
        "services:\n  {name}:\n    image: registry.example/{name}:1\n    environment:\n      {key}: ${{{variable}}}\n"
    )
}

fn deployment(name: &str, team: &str, namespace: &str) -> String {
    format!(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: {name}\n  namespace: {namespace}\n  labels:\n    \
         team: {team}\nspec:\n  template:\n    spec:\n      containers:\n        - name: app\n          image: \
         r.example/{name}:1\n          env:\n            - name: LEDGER_TOKEN\n              valueFrom:\n                \
         secretKeyRef:\n                  name: ledger\n                  key: token\n"
    )
}

fn config(text: &str) -> Act {
    Write("connlint.yaml", text.to_owned())
}

fn bad() -> Act {
    Write("bad.tf", database("a", SECRET))
}

/// A repository whose main branch holds this.
fn repository(name: &str, base: &[Act]) -> PathBuf {
    let folder = scratch(&format!("gate-{name}"));
    git(&folder, &["init", "-q", "-b", "main"]);
    write(&folder, "sound.tf", "variable \"region\" {}\n");
    // What a link may lead to; beside it, so that no depth of folders matters.
    write(&folder, "../outside.tf", "locals {}\n");
    apply(&folder, base);
    commit(&folder, "base");
    folder
}

fn apply(folder: &Path, acts: &[Act]) {
    for act in acts {
        match act {
            Write(path, text) => write(folder, path, text),
            Bytes(path, bytes) => write(folder, path, bytes),
            Delete(path) => std::fs::remove_file(folder.join(path)).unwrap(),
            Move(from, to) => {
                std::fs::create_dir_all(folder.join(to).parent().unwrap()).unwrap();
                git(folder, &["mv", from, to]);
            }
            Link(path, target) => {
                let _ = std::fs::remove_file(folder.join(path));
                std::os::unix::fs::symlink(target, folder.join(path)).unwrap();
            }
        }
    }
}

fn commit(folder: &Path, message: &str) {
    git(folder, &["add", "-A", "-f"]);
    git(folder, &["commit", "-q", "--allow-empty", "-m", message]);
}

/// Judges a change in every way there is: as staged, as on disk, and as committed.
fn judged(folder: &Path, change: &[Act]) -> Vec<(&'static str, Run)> {
    git(folder, &["checkout", "-q", "-b", "change"]);
    apply(folder, change);
    git(folder, &["add", "-A", "-f"]);
    let staged = connlint(folder, &["check", "--staged"]);
    let on_disk = connlint(folder, &["check", "--base", "main"]);
    commit(folder, "change");
    let committed = connlint(folder, &["check", "--base", "main"]);
    vec![("staged", staged), ("on disk", on_disk), ("committed", committed)]
}

/// What the base holds, what the change does, and what has to be said of it.
type Attack = (&'static str, Vec<Act>, Vec<Act>, &'static str);

#[test]
fn no_attack_gets_through() {
    let all = [
        rules::suppressions(),
        rules::configurations(),
        rules::baselines(),
        rules::sharing(),
        files::files(),
        files::disguises(),
    ];
    let all: Vec<Attack> = all.into_iter().flatten().collect();
    assert!(all.len() >= 50, "{} attacks", all.len());
    let mut wrong = Vec::new();
    for (name, base, change, says) in all {
        let folder = repository(name, &base);
        for (how, run) in judged(&folder, &change) {
            let text = run.out() + &run.err();
            if run.code == 0 || !text.contains(says) {
                wrong.push(format!("{name}, {how}: code {}, expected {says:?}\n{text}", run.code));
            }
            if text.contains(SECRET) || text.contains(OTHER) {
                wrong.push(format!("{name}, {how}: the secret is shown"));
            }
        }
    }
    support::none_wrong(&wrong);
}

/// What a change may do, without a word from the gate.
#[test]
fn what_is_no_attack_passes() {
    let waiting = format!("# {ALLOW}\n\n{}", "locals {}\n");
    let moved = format!("# a comment\n\n{}", database("a", SECRET));
    let consent = || config("suppressions:\n  accept-in-change: true\n");
    let first = Write("invoices.yaml", service("invoices", "LEDGER_API_KEY", "LEDGER_API_KEY"));
    let second = Write("reminders.yaml", service("reminders", "BOOKS_TOKEN", "LEDGER_API_KEY"));
    let cases: Vec<(&str, Vec<Act>, Vec<Act>, &str)> = vec![
        ("nothing", vec![bad()], vec![], ""),
        ("old-findings", vec![bad()], vec![Write("new.tf", "variable \"x\" {}\n".to_owned())], "1 high"),
        ("lines-move", vec![bad()], vec![Write("bad.tf", moved)], "older"),
        ("file-renamed", vec![bad()], vec![Move("bad.tf", "worse.tf")], "older"),
        ("folder-renamed", vec![Write("a/bad.tf", database("a", SECRET))], vec![Move("a", "b")], "older"),
        ("fixed", vec![bad()], vec![Delete("bad.tf")], "no new findings"),
        ("shared-file-renamed", vec![first, second], vec![Move("invoices.yaml", "bills.yaml")], "older"),
        (
            "sharer-renamed-with-its-file",
            vec![
                Write("a/deployment.yaml", deployment("a", "pay", "shop")),
                Write("b/deployment.yaml", deployment("b", "pay", "shop")),
            ],
            vec![
                Move("b/deployment.yaml", "c/deployment.yaml"),
                Write("c/deployment.yaml", deployment("c", "pay", "shop")),
            ],
            "no new findings",
        ),
        (
            "suppression-that-waited",
            vec![Write("a.tf", waiting)],
            vec![Write("a.tf", allowed("a", SECRET))],
            "1 suppressed",
        ),
        (
            "suppression-by-consent",
            vec![consent()],
            vec![Write("a.tf", allowed("a", SECRET))],
            "1 suppressed",
        ),
        (
            "suppression-of-an-old-finding",
            vec![bad()],
            vec![Write("bad.tf", allowed("a", SECRET))],
            "1 suppressed",
        ),
        (
            "still-suppressed",
            vec![Write("a.tf", allowed("a", SECRET))],
            vec![Write("b.tf", "locals {}\n".to_owned())],
            "1 suppressed",
        ),
        (
            "excluded-by-the-base",
            vec![config("exclude: [vendor/]\n")],
            vec![Write("vendor/a.tf", database("a", SECRET))],
            "",
        ),
        ("link-within", vec![], vec![Link("other.tf", "sound.tf")], ""),
    ];
    let mut wrong = Vec::new();
    for (name, base, change, says) in cases {
        let folder = repository(name, &base);
        for (how, run) in judged(&folder, &change) {
            // Where nothing is staged, everything is asked for.
            if how == "staged" && change.is_empty() {
                continue;
            }
            let text = run.out() + &run.err();
            let says = if says == "1 high" { "older" } else { says };
            if run.code != 0 || !text.contains(says) {
                wrong.push(format!("{name}, {how}: code {}, expected {says:?}\n{text}", run.code));
            }
        }
    }
    support::none_wrong(&wrong);
}

#[test]
fn the_rules_are_those_of_the_base_as_it_is_today() {
    // The branch parted before the base became strict.
    let folder = repository("parted", &[]);
    git(&folder, &["checkout", "-q", "-b", "change"]);
    write(&folder, "a.tf", database("a", "postgres"));
    commit(&folder, "change");
    git(&folder, &["checkout", "-q", "main"]);
    write(&folder, "connlint.yaml", "fail-on: medium\n");
    write(&folder, "others.tf", database("others", SECRET));
    commit(&folder, "strict, and a finding of somebody else's");
    git(&folder, &["checkout", "-q", "change"]);
    let run = connlint(&folder, &["check", "--base", "main"]);
    assert!(run.code == 1 && !run.out().contains("others"), "{}", run.out());
}

#[test]
fn revisions_that_are_none_are_told() {
    let folder = repository("revisions", &[bad()]);
    for (base, says) in [
        ("nowhere", "no commit is called `nowhere`"),
        ("--upload-pack=x", "no commit"),
        ("HEAD:bad.tf", "no commit"),
    ] {
        let run = connlint(&folder, &["check", &format!("--base={base}")]);
        assert!(run.code == 2 && run.err().contains(says), "{base}: {} {}", run.code, run.err());
    }
    let outside = connlint(Path::new("/"), &["check", "--staged"]);
    assert!(outside.code == 2 && outside.err().contains("git repository"), "{}", outside.err());
    let shallow = scratch("gate-shallow");
    std::fs::remove_dir(&shallow).unwrap();
    commit(&folder, "second");
    let source = format!("file://{}", folder.display());
    git(folder.parent().unwrap(), &["clone", "-q", "--depth", "1", &source, "gate-shallow"]);
    let run = connlint(&shallow, &["check", "--base", "HEAD~1"]);
    assert!(run.code == 2 && run.err().contains("fetch-depth: 0"), "{}", run.err());
}

#[test]
fn a_commit_is_judged_as_staged() {
    let folder = repository("staged", &[bad()]);
    // Nothing is staged: the hook was run on all files.
    let run = connlint(&folder, &["check", "--staged"]);
    assert!(run.code == 1 && run.out().contains("bad.tf:2"), "{}", run.out());
    // A secret in an edit that is not staged is not part of the commit.
    write(&folder, "new.tf", "variable \"x\" {}\n");
    git(&folder, &["add", "new.tf"]);
    write(&folder, "new.tf", database("b", OTHER));
    let run = connlint(&folder, &["check", "--staged"]);
    assert!(run.code == 0 && run.out().contains("connlint check shows them"), "{}", run.out());
    git(&folder, &["add", "new.tf"]);
    assert_eq!(connlint(&folder, &["check", "--staged"]).code, 1);
    // Before the first commit, everything is new.
    let first = scratch("gate-first");
    git(&first, &["init", "-q"]);
    write(&first, "a.tf", database("a", SECRET));
    git(&first, &["add", "-A"]);
    assert_eq!(connlint(&first, &["check", "--staged"]).code, 1);
}

#[test]
fn a_baseline_accepts_what_is_there() {
    let folder = repository("baseline", &[bad(), Write("sub/b.tf", database("b", OTHER))]);
    let run = connlint(&folder.join("sub"), &["baseline"]);
    assert!(run.code == 0 && run.out().contains("findings"), "{}", run.out() + &run.err());
    let text = std::fs::read_to_string(folder.join("connlint.baseline")).unwrap();
    let lines: Vec<&str> = text.lines().filter(|it| !it.starts_with('#')).collect();
    assert!(
        lines.is_sorted() && lines.iter().any(|it| it.starts_with("sub/b.tf hardcoded-secret ")),
        "{text}"
    );
    assert!(!text.contains(SECRET) && !text.contains(OTHER));
    let run = connlint(&folder, &["check"]);
    assert!(run.code == 0 && run.out().contains("in the baseline"), "{}", run.out());
    write(&folder, "c.tf", database("c", "mB4tXs9vKe2nGu7w"));
    assert_eq!(connlint(&folder, &["check"]).code, 1);
    let again = connlint(&folder, &["baseline", "--output", "second"]);
    assert_eq!(again.code, 0);
    let second = std::fs::read_to_string(folder.join("second")).unwrap();
    assert!(lines.iter().all(|line| second.contains(line)), "lines of other findings stay as they are");
    write(&folder, "connlint.baseline", "what\n");
    let run = connlint(&folder, &["check"]);
    assert!(run.code == 2 && run.err().contains("connlint.baseline:1"), "{}", run.err());
}

#[test]
fn two_runs_say_the_same() {
    let folder = repository("same", &[bad()]);
    write(&folder, "c.tf", database("c", OTHER));
    let [first, second] =
        [(); 2].map(|()| connlint(&folder, &["check", "--base", "main", "--format", "json"]).stdout);
    assert!(first == second);
}

/// A message about a mistake shows the line; so the file must be the repository's own.
#[test]
fn a_configuration_that_is_a_link_is_not_shown() {
    let folder = repository("link", &[config("fail-on: high\n")]);
    write(&folder, ".git/token", "token: hunter2hunter2\n");
    apply(&folder, &[Link("connlint.yaml", ".git/token"), Link("CODEOWNERS", ".git/token")]);
    for arguments in [&["check"][..], &["check", "--base", "main"], &["diff", "main"], &["baseline"]] {
        let run = connlint(&folder, arguments);
        let text = run.out() + &run.err();
        assert!(!text.contains("hunter2"), "{arguments:?}: {text}");
    }
    let run = connlint(&folder, &["check"]);
    assert!(run.code == 2 && run.err().contains("is a link"), "{}", run.err());
}
