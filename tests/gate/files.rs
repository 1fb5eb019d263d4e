//! Attacks by files that are hard to read, and by code that hides what it holds.

use super::Act::{Bytes, Link, Move, Write};
use super::*;

pub(crate) fn files() -> Vec<Attack> {
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
        ("link-out-of-the-tree", vec![], vec![Link("a.tf", "../outside.tf")], "leaves the tree"),
        ("link-in-place-of-a-file", vec![bad()], vec![Link("bad.tf", "/etc/passwd")], "leaves the tree"),
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

pub(crate) fn disguises() -> Vec<Attack> {
    let tf = |value: &str| format!("resource \"aws_db_instance\" \"a\" {{\n  password = {value}\n}}\n");
    let hidden = format!("/* # {ALLOW}\n*/ {}", database("a", SECRET));
    let turned = database("a", SECRET).replace("  password", "  # \u{202e} tluafed \u{2066}\n  password");
    let (first, second) = SECRET.split_at(8);
    let halves = tf(&format!("join(\"\", [\"{first}\", \"{second}\"])"));
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
