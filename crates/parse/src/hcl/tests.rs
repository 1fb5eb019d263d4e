//! The native syntax: every kind of expression, recovery, hostile input.

use crate::Format::Hcl;
use crate::testing::{comments, dump, errors, parsed};
use crate::{Parsed, Syntax};

fn first_block(parsed: &Parsed) -> &str {
    let Syntax::Hcl(body) = &parsed.syntax else { panic!("not HCL") };
    &body.blocks[0].kind.text
}

#[test]
fn every_kind_of_expression() {
    let cases = [
        ("", ""),
        ("# only\n// comments\n/* here */\n", ""),
        ("a = null\nb = true\nc = 1.50e3\nd = -7\ne = - 7", "a=null b=true c=1.50e3 d=-7 e=- 7"),
        (r#"a = "x\ty\u00e9""#, "a='x\ty\u{e9}‹x\\ty\\u00e9›'"),
        (r#"a = """#, "a=''"),
        (r#"a = "$${x} %%{y}""#, "a='${x} %{y}‹$${x} %%{y}›'"),
        (r#"a = "é${ "ü" }ß""#, "a=T['é' ${'ü'} 'ß']"),
        (r#"a = "${x}""#, "a=T[${x}]"),
        (r#"a = "1 ${~ b ~} 2""#, "a=T['1 ' ${b} ' 2']"),
        (
            r#"a = "%{ if x }y%{ else }z%{ endif }%{ for k, v in m }${k}%{ endfor }""#,
            "a=T[%if(x ['y'] ['z']) %for(k,v in m [${k}])]",
        ),
        ("a = [1, [], [2,],\n]", "a=[1 [] [2]]"),
        (
            "a = { b = 1, \"c\" : 2\n (d) = 3\n true = 4, e.f = 5, \"${g}\" = 6 }",
            "a={'b'=1 'c'=2 d=3 'true'=4 e.f=5 T[${g}]=6}",
        ),
        ("a = b.c[0].d[\"e\"].*.f[*].g", "a=b.c[0].d['e']*.f*.g"),
        ("a = b.0.c", "a=b[0].c"),
        ("a = f(b).c", "a=(f(b)).c"),
        ("a = (b)", "a=b"),
        ("a = f()\nb = f(1, x...)\nc = provider::aws::arn(2)", "a=f() b=f(1 x...) c=provider::aws::arn(2)"),
        ("a = b ? c : d", "a=if(b c d)"),
        ("a = !b && -c < (1 + 2) * 3", "a=&&(!(b) <(-(c) *(+(1 2) 3)))"),
        ("a = [for x in xs : x if x != 1]", "a=for(x in xs: x if !=(x 1))"),
        ("a = {for k, v in m : k => v...}", "a=for(k,v in m: k=>v...)"),
        ("a = <<EOT\nx\n  y\nEOT\n", "a='x\n  y\n'"),
        ("a = <<-EOT\n  x\n    y\n  EOT\n", "a='x\n  y\n‹  x\n    y\n›'"),
        ("a = <<EOT\nEOT\n", "a=''"),
        ("a = <<EOT\nx ${y} z\nEOT\n", "a=T['x ' ${y} ' z\n']"),
        ("a = [<<A\n1\nA\n, <<B\n2\nB\n]", "a=['1\n' '2\n']"),
        ("b \"l\\\"1\" l2 {\n  c {}\n  d = 1\n}", "b l\"1‹l\\\"1› l2 {d=1 c {}}"),
        ("b {\r\n  a = \"x\" # y\r\n}\r\n", "b {a='x'}"),
    ];
    for (text, expected) in cases {
        let parsed = parsed(text, Hcl);
        assert_eq!(errors(text, &parsed), [""; 0], "{text}");
        assert_eq!(dump(text, &parsed), expected, "{text}");
    }
}

#[test]
fn both_of_two_equal_keys_are_kept() {
    let cases = [
        ("a = { k = 1, k = 2, \"k\" = k, k = { k = 1, k = 2 } }", "a={'k'=1 'k'=2 'k'=k 'k'={'k'=1 'k'=2}}"),
        ("a = { \"k-é\" : 1\n \"k-é\" : 2\n \"\\n\" = 3 }", "a={'k-é'=1 'k-é'=2 '\n‹\\n›'=3}"),
        ("a = { (x.y) = 1, (x.y) = 2 }", "a={x.y=1 x.y=2}"),
    ];
    for (text, expected) in cases {
        let parsed = parsed(text, Hcl);
        assert_eq!(errors(text, &parsed), [""; 0], "{text}");
        assert_eq!(dump(text, &parsed), expected, "{text}");
    }
}

#[test]
fn comments_are_told_from_what_looks_like_them() {
    let text = "#!a\r\nx = \"# no // no\" // b\ny = <<E\n# no ${ 1 /* c */ }\nE\nz = [ /* d\n d */ 1 / 2 ]#e";
    let parsed = parsed(text, Hcl);
    assert_eq!(errors(text, &parsed), [""; 0]);
    assert_eq!(comments(text, &parsed), ["#!a", "// b", "/* c */", "/* d\n d */", "#e"]);
}

#[test]
fn comments_stay_in_order_when_a_block_is_opened() {
    let text = "a {\n b = 1 // c \" d\n \"x {\n // e\n }\n x = = /* f */\n}\n# g";
    let parsed = parsed(text, Hcl);
    assert_eq!(comments(text, &parsed), ["// c \" d", "// e", "/* f */", "# g"]);
}

#[test]
fn errors_cost_only_what_they_spoil() {
    let cases = [
        ("broken attribute", "a {\n}\nb {\n  x = = 1\n  y = 2\n}\nc {\n}\n", "a {} b {y=2} c {}"),
        (
            "duplicate escaped key",
            "a {\n  x = { \"\\t\" = 1, \"\\t\" = 2 }\n  y = 1\n}\nb {\n}",
            "a {y=1} b {}",
        ),
        ("duplicate attribute", "x = 1\nx = 2\n", "x=1 x=2"),
        ("duplicate in a block", "b {\n x = 1\n x = 2\n}\n", "b {x=1 x=2}"),
        ("missing brace", "a {\n}\nb \"l\" {\n  x = 1\nc {\n  y = 2\n}\n", "a {} b l {x=1} c {y=2}"),
        ("missing bracket", "a {\n}\nb {\n  x = [1,\n}\nc {\n  y = 2\n}\n", "a {} b {} c {y=2}"),
        ("stray brace", "a {\n}\n}\nc {\n}\n", "a {} c {}"),
        ("open string", "a {\n x = \"1\n y = 2\n}\nb {\n}\n", "a {y=2} b {}"),
        ("open heredoc", "a {\n}\nb {\n x = <<E\n 1\n}\nc {\n}\n", "a {} b {} c {}"),
        ("open comment", "a {\n}\nb = 1 /* x\n", "a {}"),
        ("open hole", "a {\n}\nb = \"${x\n\nc {\n}\n", "a {} c {}"),
        ("junk", "\u{e9}\u{2028} ]) =\nc {\n}\n", "c {}"),
        ("nested blocks", "a {\n b {\n  c {\n   x = ,\n   y = 1\n  }\n }\n}", "a {b {c {y=1}}}"),
        ("bad escape", "a = \"\\q secret\"\nb = 1", "b=1"),
    ];
    for (what, text, expected) in cases {
        let parsed = parsed(text, Hcl);
        assert_eq!(dump(text, &parsed), expected, "{what}");
        assert_eq!(parsed.errors.len(), 1, "{what}: {:?}", errors(text, &parsed));
    }
}

#[test]
fn errors_say_where_but_not_what() {
    let cases = [
        ("a = 1\nb = = 2\n", "invalid expression at \"=\""),
        ("a = { \"${k}\" = 1, \"${k}\" = 2 }", "duplicate object key at \"\\\"\""),
        ("a = 1\na = 2", "duplicate attribute at \"a\""),
        ("a = \"\\q\"", "invalid escape sequence at \"\\\"\""),
        ("a = \"hunter2\nb = 1", "unterminated string at \"\\n\""),
        ("a = <<E\nhunter2", "unterminated heredoc at \"h\""),
        ("resource x", "expected `{` at \"x\""),
    ];
    for (text, expected) in cases {
        let parsed = parsed(text, Hcl);
        assert_eq!(errors(text, &parsed), [expected], "{text}");
    }
}

#[test]
fn deep_nesting_is_refused_at_once() {
    for open in [
        "[",
        "{",
        "(",
        "\"${",
        "{a=",
        "[for x in ",
        "f(",
        "a {\n",
        "!",
        "-",
        "a ? ",
        "a[",
        "<<E\n${",
        "%{if x}",
    ] {
        let text = format!("good {{\n}}\nx = {}", open.repeat(100_000));
        let parsed = parsed(&text, Hcl);
        assert_eq!(first_block(&parsed), "good", "{open}");
        assert!(!parsed.errors.is_empty(), "{open}");
    }
}

#[test]
fn nesting_below_the_limit_fits_the_stack() {
    for (open, close) in [("[", "]"), ("(", ")"), ("{a=", "}"), ("\"${", "}\""), ("f(", ")")] {
        let text = format!("x = {}1{}", open.repeat(60), close.repeat(60));
        assert_eq!(parsed(&text, Hcl).errors, [], "{open}");
    }
}

#[test]
fn an_object_of_many_entries_costs_only_itself() {
    let many = |count| (0..count).map(|i| format!("  k{i} = a ? 1 : 2\n")).collect::<String>();
    let text = format!("a {{\n}}\nx = {{\n{}}}\nb {{\n}}", many(4_001));
    let result = parsed(&text, Hcl);
    assert_eq!(dump(&text, &result), "a {} b {}");
    let text = format!("a {{ # c\n  x = {{\n{}}}\n  y = 1\n}}\n", many(4_001));
    assert_eq!(dump(&text, &parsed(&text, Hcl)), "a {y=1}");
    assert_eq!(result.errors[0].message, "too many entries in one object");
    // A block's attributes are no object's entries, and conditionals have a colon too.
    for text in [format!("locals {{\n{}}}", many(5_000)), format!("x = {{\n{}}}", many(3_900))] {
        assert_eq!(parsed(&text, Hcl).errors, []);
    }
    // The parser would go on after a string of two lines, and compare each key with all before it.
    let hidden =
        format!("x = [\"\n\", {{{}}}]", (0..100_000).map(|i| format!("k{i}=1,")).collect::<String>());
    assert_eq!(parsed(&hidden, Hcl).errors[0].message, "unterminated string");
}

#[test]
fn huge_inputs_return() {
    let line = format!("x = \"{}\"\n", "a".repeat(5 << 20));
    assert_eq!(parsed(&line, Hcl).errors, []);
    for text in ["=\n", "a {\n", "\"", "x = \"${\n", "x = <<E\n", "} {\n", "é"] {
        let parsed = parsed(&text.repeat((1 << 19) / text.len()), Hcl);
        assert!((1..=crate::MAX_ERRORS).contains(&parsed.errors.len()));
    }
}

#[test]
fn operands_within_operands_are_bounded() {
    // On an error the parser reads the second operand twice, at every level.
    for (open, close) in
        [("a + b + (", ")"), ("a/b%c[", "]"), ("1-1-a[", "]"), ("a == b == f(", ")"), ("a<b<[", "]")]
    {
        for error in ["a & b", "a ! b", "a |"] {
            let text = format!("x = {}{error}{}\ny = 1\n", open.repeat(30), close.repeat(30));
            let parsed = crate::parse(connlint_core::FileId(0), &text, Hcl);
            assert!(!parsed.errors.is_empty(), "{open}{error}");
        }
        let sound = format!("x = {}a{}\n", open.repeat(5), close.repeat(5));
        assert!(crate::parse(connlint_core::FileId(0), &sound, Hcl).errors.is_empty(), "{sound}");
    }
}
