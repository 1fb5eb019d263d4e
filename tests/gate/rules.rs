//! Attacks on the rules that a change is judged by, and by sharing.

use super::Act::{Delete, Link, Move, Write};
use super::*;

pub(crate) fn suppressions() -> Vec<Attack> {
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

pub(crate) fn configurations() -> Vec<Attack> {
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

pub(crate) fn baselines() -> Vec<Attack> {
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

pub(crate) fn sharing() -> Vec<Attack> {
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
            "sharer-in-place-of-another",
            vec![variable(), Write("a.tf", secret("a", "")), Write("b.tf", secret("b", ""))],
            vec![Delete("b.tf"), Write("c.tf", secret("c", ""))],
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
