//! The gate: what a change may try, and what it may do. Each attack brings something that has to be stopped and tries to get
//! it through; each must fail, staged and committed.
#![allow(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test reads files and fails by panicking"
)]

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
            Move(from, to) => git(folder, &["mv", from, to]),
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

fn suppressions() -> Vec<Attack> {
    let block = database("a", SECRET).replace("  password", &format!("  /* {ALLOW} */\n  password"));
    let trailing = database("a", SECRET).replace("\"\n}", &format!("\" # {ALLOW}\n}}"));
    let elsewhere = database("b", OTHER).replace("  password", &format!("  # {ALLOW}\n  password"));
    let waiting = format!("# {ALLOW}\nlocals {{}}\n");
    let twice = format!("{}{}", allowed("a", SECRET), allowed("b", OTHER));
    let reasonless =
        database("a", SECRET).replace("  password", "  # connlint: allow hardcoded-secret\n  password");
    let lax = "suppressions:\n  require-reason: false\n  require-end-date: false\n";
    vec![
        ("suppression-above", vec![], vec![Write("a.tf", allowed("a", SECRET))], "not in force"),
        ("suppression-behind", vec![], vec![Write("a.tf", trailing)], "not in force"),
        ("suppression-in-a-block", vec![], vec![Write("a.tf", block)], "not in force"),
        (
            "suppression-copied-from-another-finding",
            vec![Write("a.tf", elsewhere.clone())],
            vec![Write("a.tf", format!("{elsewhere}{}", allowed("a", SECRET)))],
            "hardcoded-secret",
        ),
        (
            "suppression-kept-for-another-secret",
            vec![Write("a.tf", allowed("a", SECRET))],
            vec![Write("a.tf", allowed("a", OTHER))],
            "hardcoded-secret",
        ),
        (
            "suppression-taken-away",
            vec![Write("a.tf", allowed("a", SECRET))],
            vec![Write("a.tf", database("a", SECRET))],
            "hardcoded-secret",
        ),
        (
            "one-waiting-suppression-for-two-secrets",
            vec![Write("a.tf", waiting)],
            vec![Write("a.tf", twice)],
            "hardcoded-secret",
        ),
        (
            "suppression-and-lax-configuration",
            vec![],
            vec![Write("a.tf", reasonless), config(lax)],
            "connlint.yaml",
        ),
        (
            "suppression-and-consent",
            vec![],
            vec![Write("a.tf", allowed("a", SECRET)), config("suppressions:\n  accept-in-change: true\n")],
            "not in force",
        ),
        (
            "suppressed-file-renamed-with-another-secret",
            vec![Write("a.tf", allowed("a", SECRET))],
            vec![Move("a.tf", "b.tf"), Write("b.tf", allowed("a", OTHER))],
            "hardcoded-secret",
        ),
    ]
}

fn configurations() -> Vec<Attack> {
    let strict = || config("fail-on: medium\n");
    let weak = || Write("a.tf", database("a", "postgres"));
    vec![
        ("rule-off", vec![], vec![bad(), config("rules:\n  hardcoded-secret: off\n")], "adds connlint.yaml"),
        (
            "rule-lowered",
            vec![config("fail-on: high\n")],
            vec![bad(), config("rules:\n  hardcoded-secret: low\n")],
            "`rules.hardcoded-secret`",
        ),
        ("never-fails", vec![], vec![bad(), config("fail-on: never\n")], "connlint.yaml"),
        ("file-excluded", vec![], vec![bad(), config("exclude: [bad.tf]\n")], "bad.tf:2"),
        ("all-excluded", vec![], vec![bad(), config("exclude: ['*']\n")], "bad.tf:2"),
        (
            "configuration-deleted",
            vec![strict()],
            vec![weak(), Delete("connlint.yaml")],
            "deletes connlint.yaml",
        ),
        ("configuration-emptied", vec![strict()], vec![weak(), config("")], "hardcoded-secret"),
        (
            "configuration-in-the-folder",
            vec![],
            vec![
                Write("live/bad.tf", database("a", SECRET)),
                Write("live/connlint.yaml", "exclude: ['*']\n".to_owned()),
            ],
            "live/bad.tf:2",
        ),
        ("configuration-is-a-link", vec![strict()], vec![weak(), Link("connlint.yaml", "sound.tf")], ""),
        (
            "environment-renamed",
            vec![config("environments:\n  prod/: production\n  live/: staging\n")],
            vec![
                Write("prod/a.yaml", deployment("a", "pay", "shop")),
                Write("live/b.tf", database("a", SECRET)),
                config("environments:\n  prod/: test\n  live/: test\n"),
            ],
            "`environments`",
        ),
        ("ignored-by-git", vec![], vec![bad(), Write(".gitignore", "*.tf\n".to_owned())], "bad.tf:2"),
        (
            "hidden-by-attributes",
            vec![],
            vec![bad(), Write(".gitattributes", "*.tf binary -diff export-ignore filter=none\n".to_owned())],
            "bad.tf:2",
        ),
    ]
}

fn baselines() -> Vec<Attack> {
    let folder = repository("baseline-of-a-secret", &[bad()]);
    assert_eq!(connlint(&folder, &["baseline"]).code, 0);
    let baseline = std::fs::read_to_string(folder.join("connlint.baseline")).unwrap();
    assert!(baseline.lines().count() >= 2 && !baseline.contains(SECRET), "{baseline}");
    let own = || Write("connlint.baseline", baseline.clone());
    let other = || Write("other.baseline", baseline.clone());
    vec![
        ("baseline-added", vec![], vec![bad(), own()], "to connlint.baseline"),
        ("baseline-moved", vec![], vec![bad(), other(), config("baseline: other.baseline\n")], "bad.tf:2"),
        (
            "baseline-for-another-secret",
            vec![bad(), own()],
            vec![Write("bad.tf", database("a", OTHER))],
            "hardcoded-secret",
        ),
        (
            "baseline-broken",
            vec![bad(), own()],
            vec![
                Write("b.tf", database("b", OTHER)),
                Write("connlint.baseline", "<<<<<<< HEAD\n".to_owned()),
            ],
            "",
        ),
    ]
}

fn files() -> Vec<Attack> {
    let huge = format!("# {}\n{}", "x".repeat(11 << 20), database("a", SECRET));
    let utf16: Vec<u8> = [0xff, 0xfe]
        .into_iter()
        .chain(database("a", SECRET).encode_utf16().flat_map(u16::to_le_bytes))
        .collect();
    let zeros = [b"a = \"".as_slice(), &[0; 9], database("a", SECRET).as_bytes()].concat();
    let broken = format!("{}resource \"x\" {{\n", database("a", SECRET));
    let plain = "stringData:\n  password: \"$(PASSWORD)\"\n".to_owned();
    let templated = format!("{{{{ if true }}}}\n{plain}\n{{{{ end }}}}\nservices: [\n");
    let secret = |value: &str| {
        format!(
            "apiVersion: v1\nkind: Secret\nmetadata:\n  name: a\nstringData:\n  note: \"{{{{ x }}}}\"\n  password: {value}\n"
        )
    };
    let bomb = (0..40).fold("a0: &a0 [x]\n".to_owned(), |all, n| {
        format!("{all}a{}: &a{} [*a{n}, *a{n}, *a{n}]\n", n + 1, n + 1)
    });
    let deep = format!("a: {}{}\npassword: {SECRET}\n", "[".repeat(5_000), "]".repeat(5_000));
    vec![
        (
            "renamed-with-another-secret",
            vec![bad()],
            vec![Move("bad.tf", "c.tf"), Write("c.tf", database("a", OTHER))],
            "c.tf:2",
        ),
        ("copied", vec![bad()], vec![Write("copy/bad.tf", database("a", SECRET))], "copy/bad.tf:2"),
        ("huge", vec![], vec![Write("a.tf", huge)], "too large"),
        ("huge-now", vec![bad()], vec![Bytes("bad.tf", vec![b'#'; 11 << 20])], "too large"),
        ("broken-beside", vec![], vec![Write("a.tf", broken.clone())], "unreadable-file"),
        (
            "broken-already",
            vec![Write("a.tf", "resource \"x\" {\n".to_owned())],
            vec![Write("a.tf", broken)],
            "a.tf",
        ),
        ("broken-yaml", vec![], vec![Write("a.yaml", format!("password: {SECRET}\n  b: [1\n"))], "a.yaml"),
        (
            "template-now",
            vec![Write("a.yaml", plain)],
            vec![Write("a.yaml", templated)],
            "makes it a template",
        ),
        (
            "chart-now",
            vec![Write("templates/a.yaml", secret("$(PASSWORD)"))],
            vec![Write("Chart.yaml", "name: x\n".to_owned())],
            "makes it a template",
        ),
        ("utf-16", vec![], vec![Bytes("a.tf", utf16)], "a.tf:2"),
        (
            "byte-order-mark",
            vec![],
            vec![Write("a.tf", format!("\u{feff}{}", database("a", SECRET)))],
            "a.tf:2",
        ),
        ("zeros", vec![], vec![Bytes("a.tf", zeros)], "not text"),
        (
            "carriage-returns",
            vec![],
            vec![Write("a.tf", database("a", SECRET).replace('\n', "\r\n"))],
            "a.tf:2",
        ),
        (
            "link-out-of-the-tree",
            vec![],
            vec![Link("a.tf", "../../../../../etc/hostname")],
            "leaves the tree",
        ),
        ("link-in-place-of-a-file", vec![bad()], vec![Link("bad.tf", "/etc/hostname")], "leaves the tree"),
        ("alias-bomb", vec![], vec![Write("a.yaml", format!("{bomb}password: {SECRET}\n"))], "a.yaml"),
        ("deep", vec![], vec![Write("a.yaml", deep)], "a.yaml"),
        (
            "hostile-name",
            vec![],
            vec![Write("::error::x\u{202e}.tf", database("a", SECRET))],
            "::error::x\\u{202e}.tf",
        ),
        (
            "above-the-tree",
            vec![],
            vec![bad(), Write("m.tf", "module \"x\" {\n  source = \"../../x\"\n}\n".to_owned())],
            "bad.tf:2",
        ),
    ]
}

/// A secret behind loops within loops.
fn exhausting() -> String {
    let list: Vec<String> = (0..1_000).map(|n| n.to_string()).collect();
    let list = list.join(", ");
    let loops = "flatten([for a in local.n : [for b in local.n : [for c in local.n : a]]])";
    let first = format!(
        "locals {{\n  n = [{list}]\n}}\nresource \"aws_ssm_parameter\" \"x\" {{\n  value = join(\"\", {loops})\n}}\n"
    );
    format!("{first}{}", database("zz", SECRET))
}

fn disguises() -> Vec<Attack> {
    let tf = |value: &str| format!("resource \"aws_db_instance\" \"a\" {{\n  password = {value}\n}}\n");
    let hidden = format!("/* # {ALLOW}\n*/ {}", database("a", SECRET));
    let turned = database("a", SECRET).replace("  password", "  # \u{202e} tluafed \u{2066}\n  password");
    let (first, second) = SECRET.split_at(8);
    let halves = tf(&format!("join(\"\", [\"{}\", \"{}\"])", first, second));
    let variable = format!("variable \"p\" {{\n  default = \"{SECRET}\"\n}}\n{}", tf("var.p"));
    let switched = database("a", SECRET).replace("  password", "  count    = 0\n  password");
    let anchored = format!(
        "x: &it {SECRET}\nservices:\n  a:\n    image: r.example/a:1\n    environment:\n      DB_PASSWORD: *it\n"
    );
    let twice = format!(
        "services:\n  a:\n    image: r.example/a:1\n    environment:\n      DB_PASSWORD: ${{P}}\n      DB_PASSWORD: {SECRET}\n"
    );
    vec![
        ("comment-that-ends", vec![], vec![Write("a.tf", hidden)], "hardcoded-secret"),
        ("text-turned-around", vec![], vec![Write("a.tf", turned)], "hardcoded-secret"),
        ("in-halves", vec![], vec![Write("a.tf", halves)], "hardcoded-secret"),
        ("behind-a-variable", vec![], vec![Write("a.tf", variable)], "hardcoded-secret"),
        ("switched-off", vec![], vec![Write("a.tf", switched)], "hardcoded-secret"),
        ("behind-an-anchor", vec![], vec![Write("compose.yaml", anchored)], "hardcoded-secret"),
        ("second-key-of-a-name", vec![], vec![Write("compose.yaml", twice)], "hardcoded-secret"),
        ("behind-endless-work", vec![], vec![Write("a.tf", exhausting())], "hardcoded-secret"),
        (
            "json-syntax",
            vec![],
            vec![Write(
                "a.tf.json",
                format!(
                    "{{\"resource\": {{\"aws_db_instance\": {{\"a\": {{\"password\": \"{SECRET}\"}}}}}}}}"
                ),
            )],
            "hardcoded-secret",
        ),
    ]
}

fn sharing() -> Vec<Attack> {
    let first = || Write("invoices.yaml", service("invoices", "LEDGER_API_KEY", "LEDGER_API_KEY"));
    let second = || Write("reminders.yaml", service("reminders", "BOOKS_TOKEN", "LEDGER_API_KEY"));
    let third = || Write("refunds.yaml", service("refunds", "REFUND_TOKEN", "LEDGER_API_KEY"));
    let secret = |name: &str, key: &str| {
        format!(
            "resource \"aws_dms_endpoint\" \"{name}\" {{\n  endpoint_id = \"{name}\"\n  {key}\n  password    = var.books\n}}\n"
        )
    };
    let variable = || Write("v.tf", "variable \"books\" {\n  sensitive = true\n}\n".to_owned());
    let allow = "# connlint: allow credential-shared-by-connectors until 2099-01-01 -- one ledger";
    vec![
        ("second-file-takes-it", vec![first()], vec![second()], "credential-shared"),
        ("third-file-takes-it", vec![first(), second()], vec![third()], "credential-shared"),
        (
            "third-takes-what-is-accepted-for-two",
            vec![variable(), Write("a.tf", secret("a", allow)), Write("b.tf", secret("b", ""))],
            vec![Write("c.tf", secret("c", ""))],
            "credential-shared",
        ),
        (
            "owners-made-one",
            vec![
                Write("pay/a.yaml", deployment("a", "pay", "shop")),
                Write(".github/CODEOWNERS", "pay/ @acme/pay\nbooks/ @acme/books\n".to_owned()),
            ],
            vec![
                Write("books/b.yaml", database("b", SECRET)),
                Write("books/b.tf", database("b", SECRET)),
                Write(".github/CODEOWNERS", "* @acme/pay\n".to_owned()),
            ],
            "books/b.tf:2",
        ),
    ]
}

#[test]
fn no_attack_gets_through() {
    let all = [suppressions(), configurations(), baselines(), files(), disguises(), sharing()];
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
