//! Hostile input: names, sizes, depths and links that should cost bounded time and end with a clear message.
#![cfg(unix)]
#![allow(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a test reads files and the clock, and fails by panicking"
)]

mod support;

use std::fmt::Write;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::time::{Duration, Instant};

use support::{Run, connlint, scratch, write};

const BAD: &str = "resource \"aws_db_instance\" \"a\" {\n  password = \"vK7qTn2xRb9wLs4e\"\n}\n";
/// Generous, for a debug build on a busy machine; what grows faster than it should is far beyond.
const SLOWEST: Duration = Duration::from_secs(20);

/// Runs a check that must end in time, in one of these ways.
fn bounded(folder: &Path, codes: &[i32], says: &str) -> Run {
    let begun = Instant::now();
    let run = connlint(folder, &["check", "."]);
    let (all, took) = (run.out() + &run.err(), begun.elapsed());
    let shown: String = all.chars().take(2_000).collect();
    assert!(codes.contains(&run.code), "{folder:?}: code {}:\n{shown}", run.code);
    assert!(all.contains(says), "{folder:?}: does not say {says:?}:\n{shown}");
    assert!(!all.contains("internal error"), "{folder:?}: {shown}");
    assert!(took < SLOWEST, "{folder:?} took {took:?}");
    assert!(all.len() < 200_000, "{folder:?}: {} bytes of output", all.len());
    run
}

fn one(name: &str, file: &str, text: &str) -> std::path::PathBuf {
    let folder = scratch(&format!("hostile-{name}"));
    write(&folder, file, text);
    folder
}

#[test]
fn large_files() {
    let mut text = String::with_capacity(51 << 20);
    while text.len() < 50 << 20 {
        writeln!(text, "key{}: value", text.len()).unwrap();
    }
    bounded(&one("50-mib", "a.yaml", &text), &[1, 3], "MiB");
    let line = format!("a: \"{}\"\n", "x y ".repeat(2 << 20));
    bounded(&one("long-line", "a.yaml", &line), &[0], "checked 1 file");
    let minified = format!("{{\"locals\": {{\"a\": [{}1]}}}}", "\"abcdefgh\",".repeat(200_000));
    bounded(&one("minified", "a.tf.json", &minified), &[0], "checked 1 file");
}

#[test]
fn deep_nesting() {
    let deep = 100_000;
    for (name, file, text) in [
        ("yaml-flow", "a.yaml", format!("a: {}{}\n", "[".repeat(deep), "]".repeat(deep))),
        ("yaml-open", "a.yaml", "{a: ".repeat(deep)),
        ("yaml-dashes", "a.yaml", "- ".repeat(deep)),
        ("json", "a.tf.json", format!("{{\"a\": {}{}}}", "[".repeat(deep), "]".repeat(deep))),
        ("hcl-list", "a.tf", format!("a = {}{}\n", "[".repeat(deep), "]".repeat(deep))),
        ("hcl-parentheses", "a.tf", format!("a = {}1{}\n", "(".repeat(deep), ")".repeat(deep))),
        ("hcl-blocks", "a.tf", "a {\n".repeat(deep)),
        ("hcl-templates", "a.tf", format!("a = {}", "\"${".repeat(deep))),
        ("hcl-operators", "a.tf", format!("a = {}1\n", "!".repeat(deep))),
        ("hcl-conditions", "a.tf", format!("a = {}1\n", "b ? c : ".repeat(deep))),
        ("hcl-traversal", "a.tf", format!("a = b{}\n", ".c".repeat(deep))),
        ("hcl-calls", "a.tf", format!("a = {}1{}\n", "f(".repeat(deep), ")".repeat(deep))),
    ] {
        bounded(&one(name, file, &text), &[0, 1], "checked 1 file");
    }
}

#[test]
fn aliases_and_references_that_multiply() {
    let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..40 {
        let before = format!("*a{}", level - 1);
        writeln!(bomb, "a{level}: &a{level} [{}]", [before.as_str(); 10].join(", ")).unwrap();
    }
    bounded(&one("alias-bomb", "a.yaml", &bomb), &[0, 1], "checked 1 file");
    let mut merges = "a0: &a0 {password: vK7qTn2xRb9wLs4e}\n".to_owned();
    for level in 1..40 {
        let before = level - 1;
        writeln!(merges, "a{level}: &a{level} {{x: *a{before}, y: *a{before}, <<: *a{before}}}").unwrap();
    }
    bounded(&one("merge-bomb", "a.yaml", &merges), &[0, 1], "checked 1 file");
    let mut locals = "locals {\n  a0 = \"x\"\n".to_owned();
    for level in 1..60 {
        let before = level - 1;
        writeln!(locals, "  a{level} = \"${{local.a{before}}}${{local.a{before}}}\"").unwrap();
    }
    locals.push_str("}\n\nresource \"aws_db_instance\" \"a\" {\n  password = local.a59\n}\n");
    bounded(&one("local-bomb", "a.tf", &locals), &[0, 1], "checked 1 file");
    let circle = "locals {\n  a = local.b\n  b = local.a\n}\nresource \"aws_db_instance\" \"a\" {\n  password = local.a\n}\n";
    bounded(&one("circle", "a.tf", circle), &[0], "checked 1 file");
    let itself = "module \"a\" {\n  source = \"./\"\n  x = 1\n}\nmodule \"b\" {\n  source = \"./\"\n}\n";
    bounded(&one("module-circle", "a.tf", itself), &[0], "checked 1 file");
    let count =
        "resource \"aws_db_instance\" \"a\" {\n  count = 1000000000\n  password = \"vK7qTn2xRb9wLs4e\"\n}\n";
    bounded(&one("count", "a.tf", count), &[1], "hardcoded-secret");
    let range = "locals {\n  a = join(\",\", range(100000000))\n  b = format(\"%999999999d\", 1)\n}\noutput \"a\" {\n  value = local.a\n}\n";
    bounded(&one("range", "a.tf", range), &[0], "checked 1 file");
}

#[test]
fn many_findings() {
    let text: String = (0..3_000).fold(String::new(), |mut text, index| {
        let _ = writeln!(
            text,
            "variable \"v{index}\" {{\n  default = {{ password = \"vK7q{index:05}Tn2xRb9\" }}\n}}"
        );
        text
    });
    let folder = one("many-findings", "a.tf", &text);
    let begun = Instant::now();
    assert_eq!(connlint(&folder, &["check", ".", "--format", "sarif"]).code, 1);
    assert!(begun.elapsed() < SLOWEST, "{:?}", begun.elapsed());
}

#[test]
fn links() {
    let outside = scratch("hostile-outside");
    write(&outside, "secret.tf", BAD);
    let folder = one("links", "real/a.tf", "locals {}\n");
    symlink("..", folder.join("real/up")).unwrap();
    symlink("real", folder.join("again")).unwrap();
    symlink("loop.tf", folder.join("loop.tf")).unwrap();
    symlink("missing.tf", folder.join("dangling.tf")).unwrap();
    symlink("/dev/zero", folder.join("zero.tf")).unwrap();
    symlink(outside.join("secret.tf"), folder.join("leaves.tf")).unwrap();
    symlink("real/a.tf", folder.join("stays.tf")).unwrap();
    let run = bounded(&folder, &[0, 1], "a link that leaves the tree");
    assert!(!run.out().contains("hardcoded-secret"), "a link led out of the tree:\n{}", run.out());
}

#[test]
fn names() {
    let folder = scratch("hostile-names");
    let names = [
        "with space.tf",
        "ünï-日本.tf",
        "new\nline.tf",
        "bell\u{7}.tf",
        "esc\u{1b}[31mred.tf",
        "::error file=x::y.tf",
        "[a](http://b.example).tf",
        "quote'\".tf",
        "-dash.tf",
        "%25.tf",
        "right\u{202e}left.tf",
        "a:1:2.tf",
    ];
    names.iter().for_each(|name| write(&folder, name, BAD));
    for format in ["text", "json", "sarif", "github"] {
        let run = connlint(&folder, &["check", ".", "--only", "hardcoded-secret", "--format", format]);
        assert_eq!(run.code, 1, "{format}: {}", run.err());
        // Marks of direction deceive people; programs take them as they are.
        let turns = |it: &char| format != "json" && ('\u{202a}'..='\u{202e}').contains(it);
        let odd = |it: &char| (it.is_control() && *it != '\n') || turns(it);
        let found: Vec<char> = run.out().chars().filter(odd).collect();
        assert!(found.is_empty(), "{format} shows {found:?} as it is");
        if format == "github" {
            let commands = run.out().lines().filter(|line| line.starts_with("::")).count();
            assert_eq!(commands, names.len(), "{}", run.out());
        } else if format == "json" {
            assert_eq!(support::findings(&run.json()).len(), names.len());
        }
    }
    let not_utf8 = std::ffi::OsStr::new("plain.tf");
    assert_eq!(connlint(&folder, &[std::ffi::OsStr::new("check"), not_utf8]).code, 2);
    let odd = <std::ffi::OsStr as std::os::unix::ffi::OsStrExt>::from_bytes(b"not-\xff-utf8.tf");
    std::fs::write(folder.join(odd), BAD).unwrap();
    assert_eq!(connlint(&folder, &["check", "."]).code, 1);
}
