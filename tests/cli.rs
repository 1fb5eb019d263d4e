//! The command line: exit codes, outputs, configuration, suppressions, and which files are read.
#![allow(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test reads files and fails by panicking"
)]

mod support;

use std::path::Path;

use support::{Run, connlint, git, scratch, write};

const BAD: &str = "resource \"aws_db_instance\" \"a\" {\n  password = \"vK7qTn2xRb9wLs4e\"\n}\n";
const GOOD: &str =
    "variable \"password\" {\n  sensitive = true\n}\n\nprovider \"pagerduty\" {\n  token = var.password\n}\n";

fn ends(run: &Run, code: i32, says: &str) {
    let all = run.out() + &run.err();
    assert!(
        run.code == code && all.contains(says),
        "code {}, expected {code} and {says:?}:\n{all}",
        run.code
    );
}

fn folder(name: &str, files: &[(&str, &str)]) -> std::path::PathBuf {
    let folder = scratch(&format!("cli-{name}"));
    files.iter().for_each(|(path, text)| write(&folder, path, text));
    folder
}

fn check(folder: &Path, arguments: &[&str]) -> Run {
    connlint(folder, &[&["check"], arguments].concat())
}

#[test]
fn exit_codes() {
    let here = folder(
        "codes",
        &[
            ("bad.tf", BAD),
            ("good.tf", GOOD),
            ("only/readme.txt", "nothing"),
            ("weak/a.tf", &BAD.replace("vK7qTn2xRb9wLs4e", "changeme")),
        ],
    );
    for (arguments, code, says) in [
        (&["bad.tf"][..], 1, "high[hardcoded-secret]"),
        (&["good.tf"], 0, "no findings"),
        (&["bad.tf", "--fail-on", "never"], 0, "hardcoded-secret"),
        (&["bad.tf", "--fail-on", "critical"], 0, "hardcoded-secret"),
        (&["bad.tf", "--fail-on", "worst"], 2, "low, medium, high, critical or never"),
        (&["weak"], 0, "passed"),
        (&["weak", "--fail-on", "low"], 1, "low[hardcoded-secret]"),
        (&["--only", "hardcoded-secrets"], 2, "no rule is called `hardcoded-secrets`"),
        (&["--only", "unreadable-file", "bad.tf"], 0, "no findings"),
        (&["--format", "xml"], 2, "xml"),
        (&["--unknown"], 2, "--unknown"),
        (&["missing.tf"], 2, "missing.tf"),
        (&["only"], 3, "0 files read"),
        (&["only/readme.txt"], 2, "no kind that connlint reads"),
        (&["bad.tf", "--output", "sarif"], 2, "FORMAT=FILE"),
        (&["bad.tf", "--output", "xml=a"], 2, "unknown format"),
        (&["bad.tf", "--output", "json=no/such/folder/a.json"], 3, "no/such/folder/a.json"),
    ] {
        ends(&check(&here, arguments), code, says);
    }
    ends(&connlint(&here, &["explain", "hardcoded-secret"]), 0, "## How to fix");
    ends(&connlint(&here, &["explain", "hardcoded"]), 2, "did you mean `hardcoded-secret`?");
    ends(&connlint(&here, &["generate", "man"]), 0, ".SH SUBCOMMANDS");
    ends(&connlint(&here, &["generate", "completions", "bash"]), 0, "complete");
    ends(&connlint(&here, &["--version"]), 0, "connlint 0.");
    ends(&connlint(&here, &["--help"]), 0, "check");
    ends(&connlint(&here, &[] as &[&str]), 2, "Usage");
}

#[test]
fn several_outputs_of_one_run() {
    let here = folder("outputs", &[("bad.tf", BAD)]);
    let outputs =
        ["--output", "sarif=a.sarif", "-o", "json=a.json", "--output", "sarif=b.sarif", "-o", "github=a.txt"];
    ends(&check(&here, &[&["."], &outputs[..]].concat()), 1, "high[hardcoded-secret]");
    let read = |name: &str| std::fs::read_to_string(here.join(name)).unwrap();
    assert_eq!(read("a.sarif"), read("b.sarif"));
    assert!(read("a.json").contains("\"schema_version\"") && read("a.txt").starts_with("::error "));
    let [first, second] = [(); 2].map(|()| check(&here, &["--format", "json"]).stdout);
    assert!(first == second, "the same input gives the same bytes");
}

#[test]
fn mistakes_in_the_configuration_point_at_their_line() {
    for (name, text, says) in [
        ("rule", "fail-on: high\nrules:\n  hardcoded-secrets: off\n", "connlint.yaml:3:3: no rule is called"),
        ("key", "excludes: [a]\n", "unknown field `excludes`"),
        ("level", "rules:\n  hardcoded-secret: loud\n", "connlint.yaml:2"),
        ("environment", "environments:\n  live/: moon\n", "connlint.yaml:2"),
        ("syntax", "exclude: [\n", "connlint.yaml"),
        ("type", "exclude: 1\n", "connlint.yaml:1"),
    ] {
        let here = folder(&format!("config-{name}"), &[("connlint.yaml", text), ("bad.tf", BAD)]);
        ends(&check(&here, &["."]), 2, says);
    }
    let here = folder(
        "config-good",
        &[("bad.tf", BAD), ("x/bad.tf", BAD), ("c.yaml", "exclude: [x/]\nrules:\n  hardcoded-secret: low\n")],
    );
    let run = check(&here, &[".", "--config", "c.yaml"]);
    ends(&run, 0, "low[hardcoded-secret]");
    assert!(!run.out().contains("x/bad.tf"), "{}", run.out());
    ends(&check(&here, &[".", "--config", "none.yaml"]), 2, "none.yaml");
}

#[test]
fn broken_and_odd_files_are_reported_and_never_end_the_run() {
    let utf16: Vec<u8> =
        [0xff, 0xfe].into_iter().chain(BAD.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let latin = [b"a: \"".as_slice(), &[0xe9, 0xff], b"\"\n"].concat();
    let bytes: [(&str, Vec<u8>, i32, &str); 9] = [
        ("crlf.tf", BAD.replace('\n', "\r\n").into_bytes(), 1, "crlf.tf:2:15"),
        ("bom.tf", [b"\xef\xbb\xbf", BAD.as_bytes()].concat(), 1, "bom.tf:2:15"),
        ("utf16.tf", utf16, 1, "utf16.tf:2:15"),
        ("latin.yaml", latin, 1, "not text"),
        ("zero.tf", vec![0; 64], 1, "not text"),
        ("empty.tf", Vec::new(), 0, "no findings"),
        ("broken.tf", b"resource \"a\" {\n  x = \n".to_vec(), 1, "unreadable-file"),
        ("broken.yaml", b"a: [1\nb: 2\n".to_vec(), 1, "unreadable-file"),
        ("broken.tf.json", b"{\"a\": 1,,}".to_vec(), 1, "unreadable-file"),
    ];
    let mut wrong = Vec::new();
    for (name, content, code, says) in bytes {
        let here = folder(&format!("odd-{name}"), &[]);
        write(&here, name, content);
        let run = check(&here, &["."]);
        let all = run.out() + &run.err();
        if run.code != code || !all.contains(says) {
            wrong.push(format!("{name}: code {}, expected {code} and {says:?}:\n{all}", run.code));
        }
    }
    support::none_wrong(&wrong);
}

#[test]
fn suppressions_need_a_reason_and_an_end() {
    let with =
        |comment: &str| BAD.replace("  password", &format!("  # connlint: allow {comment}\n  password"));
    for (name, comment, code, says) in [
        ("good", "hardcoded-secret until 2099-01-01 -- sandbox", 0, "1 suppressed"),
        ("no-reason", "hardcoded-secret until 2099-01-01", 1, "gives no reason"),
        ("no-end", "hardcoded-secret -- sandbox", 1, "no end date"),
        ("expired", "hardcoded-secret until 2020-01-01 -- sandbox", 1, "ended on 2020-01-01"),
        ("other-rule", "generic-account until 2099-01-01 -- sandbox", 1, "accepts no finding"),
        ("unknown-rule", "everything until 2099-01-01 -- sandbox", 1, "names no rule"),
    ] {
        let here = folder(&format!("allow-{name}"), &[("a.tf", &with(comment))]);
        ends(&check(&here, &["."]), code, says);
    }
    let here = folder(
        "allow-unused",
        &[("a.tf", "# connlint: allow hardcoded-secret until 2099-01-01 -- was here\nlocals {}\n")],
    );
    ends(&check(&here, &[".", "--fail-on", "medium"]), 1, "accepts no finding");
    let here = folder("allow-not-heeded", &[("a.tf", &with("hardcoded-secret until 2099-01-01 -- sandbox"))]);
    ends(&check(&here, &[".", "--no-suppressions"]), 1, "high[hardcoded-secret]");
    let config = "suppressions:\n  require-reason: false\n  require-end-date: false\n";
    let here = folder("allow-plain", &[("a.tf", &with("hardcoded-secret")), ("connlint.yaml", config)]);
    ends(&check(&here, &["."]), 0, "1 suppressed");
}

#[test]
fn the_whole_repository_is_read_but_only_the_given_files_are_reported() {
    let service = |name: &str, key: &str| {
        format!(
            "services:\n  {name}:\n    image: r.example/{name}:1\n    environment:\n      {key}: ${{LEDGER_API_KEY}}\n"
        )
    };
    let here = folder(
        "whole",
        &[("invoices.yaml", &service("invoices", "LEDGER_API_KEY")), ("sub/new.tf", GOOD), ("old.tf", BAD)],
    );
    write(&here, "reminders.yaml", service("reminders", "BOOKS_TOKEN"));
    git(&here, &["init", "-q"]);
    git(&here, &["add", "."]);
    let shared = "credential-shared-by-connectors";
    ends(&check(&here, &["reminders.yaml"]), 0, "no findings");
    ends(&check(&here, &["--whole-repository", "reminders.yaml", "--fail-on", "low"]), 1, shared);
    ends(&check(&here, &["--whole-repository", "./reminders.yaml", "--fail-on", "low"]), 1, shared);
    ends(&check(&here, &["--whole-repository", "sub/new.tf"]), 0, "no findings");
    ends(&check(&here, &["--whole-repository", "sub/new.tf", "old.tf"]), 1, "old.tf:2");
    ends(&check(&here.join("sub"), &["--whole-repository", "new.tf"]), 0, "no findings");
    ends(
        &check(&here.join("sub"), &["--whole-repository", "../reminders.yaml", "--fail-on", "low"]),
        1,
        shared,
    );
}

#[test]
fn ignored_files_are_left_out_unless_asked_for() {
    let here = folder(
        "ignored",
        &[("good.tf", GOOD), ("tmp/bad.tf", BAD), (".gitignore", "tmp/\n"), ("deep/.hidden/bad.tf", GOOD)],
    );
    ends(&check(&here, &["."]), 0, "no findings");
    ends(&check(&here, &[".", "--no-ignore"]), 1, "tmp/bad.tf");
    git(&here, &["init", "-q"]);
    ends(&check(&here, &["."]), 0, "no findings");
    ends(&check(&here, &[".", "--no-ignore"]), 1, "tmp/bad.tf");
    write(&here, "untracked.tf", BAD);
    ends(&check(&here, &["."]), 1, "untracked.tf");
}

#[test]
fn plans_are_judged() {
    let plan = r#"{"format_version": "1.2", "planned_values": {"root_module": {"resources": [
      {"address": "aws_db_instance.a", "mode": "managed", "type": "aws_db_instance", "name": "a",
       "values": {"username": "app", "password": "vK7qTn2xRb9wLs4e"}}]}}}"#;
    let here = folder(
        "plan",
        &[("good.tf", GOOD), ("out/plan.json", plan), ("out/no.json", "{}"), ("out/broken.json", "{")],
    );
    ends(&check(&here, &["good.tf", "--plan", "out/plan.json"]), 1, "out/plan.json");
    ends(&check(&here, &["good.tf", "--plan", "out/no.json"]), 3, "is no plan");
    ends(&check(&here, &["good.tf", "--plan", "out/broken.json"]), 3, "no JSON");
    ends(&check(&here, &["good.tf", "--plan", "out/none.json"]), 3, "none.json");
}

#[test]
fn colour_is_for_those_who_want_it() {
    let here = folder("colour", &[("bad.tf", BAD)]);
    assert!(!check(&here, &["."]).out().contains('\u{1b}'));
    assert!(check(&here, &[".", "--color", "always"]).out().contains('\u{1b}'));
}

/// The commands that the README shows do what it says.
#[test]
fn the_example_of_the_readme() {
    let run = connlint(support::root(), &["check", "fixtures/projects/acme"]);
    ends(&run, 1, "fixtures/projects/acme/terraform/terraform.tfvars:5:20");
    let readme = support::read("README.md");
    assert!(readme.contains("check fixtures/projects/acme") && readme.contains("./tests/run"));
    let shown: Vec<&str> =
        readme.split("```text\n").nth(1).expect("a report").split("```").next().unwrap().lines().collect();
    let report = run.out();
    for line in shown.iter().filter(|line| !line.trim().is_empty() && **line != "…") {
        assert!(report.contains(line), "README.md shows a line that is not in the report: {line}");
    }
}
