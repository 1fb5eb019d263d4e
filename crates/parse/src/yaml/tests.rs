//! YAML: spans of every style, aliases, recovery, hostile input.

use crate::Format::Yaml;
use crate::testing::{comments, dump, errors, parsed, slice};
use crate::{Parsed, Syntax};

fn nodes(parsed: &Parsed) -> usize {
    let Syntax::Data(tree) = &parsed.syntax else { panic!("not data") };
    tree.nodes.len()
}

#[test]
fn every_style_of_node() {
    let cases = [
        ("", ""),
        ("# only a comment\n", ""),
        ("a: 1\nb:\n  - x y\n  -\n", "{a:1 b:[x y ]}"),
        ("a:\t1\r\nb: 2\r\n", "{a:1 b:2}"),
        ("a: 'it''s'\nb: \"x\\ty\"\nc: ''\n", "{a:'it's‹it''s›' b:\"x\ty‹x\\ty›\" c:''}"),
        ("a: {b: [1, \"2\"], c: }\n", "{a:{b:[1 \"2\"] c:}}"),
        ("{\"a\":1,\"a\":2}", "{\"a\":1 \"a\":2}"),
        ("a: one\n  two\n", "{a:one two‹one\n  two›}"),
        ("a: |\n  x\n  y\nb: >-\n  x\n  y\n", "{a:|x\ny\n‹x\n  y›| b:>x y‹x\n  y›>}"),
        ("a: |+\n  x\n\n\nb: 1\n", "{a:|x\n\n\n‹x›| b:1}"),
        ("a: |2\n   x\nb: 1\n", "{a:| x\n‹ x›| b:1}"),
        ("a: |\nb: 1\n", "{a:|| b:1}"),
        ("a: |\r\n  x\r\n  y\r\n", "{a:|x\ny\n‹x\r\n  y›|}"),
        ("a: &x {k: 1}\nb: *x\nc: *y\n", "{a:{k:1} b:*x=\"{k: 1}\" c:*y=?}"),
        ("a: &x 1\nb: &x 2\nc: *x\n", "{a:1 b:2 c:*x=\"2\"}"),
        ("a: &x 1\n---\nb: *x\n", "{a:1} --- {b:*x=?}"),
        ("&x a: [*x, &y [*y]]\n", "{a:[*x=\"a\" [*y=?]]}"),
        ("b: &b\n  k: 1\na:\n  <<: *b\n  <<: [*b]\n", "{b:{k:1} a:{<<:*b=\"k: 1\" <<:[*b=\"k: 1\"]}}"),
        (
            "a: !vault |\n  x\nb: !!str 1\nc: !Ref r\nd: !<tag:yaml.org,2002:int> 1\n",
            "{a:!vault |x\n‹x›| b:!!str 1 c:!Ref r d:!!int 1}",
        ),
        ("%TAG !e! tag:example.com,2000:\n---\n!e!x [!Sub a, !<u:v> b, ! c]\n", "!e!x [!Sub a !u:v b ! c]"),
        ("? [a, b]\n: c\n", "{[a b]:c}"),
        ("é: ü # ß\n", "{é:ü}"),
        ("---\na: 1\n...\n---\nb\n", "{a:1} --- b"),
    ];
    for (text, expected) in cases {
        let parsed = parsed(text, Yaml);
        assert_eq!(errors(text, &parsed), [""; 0], "{text}");
        assert_eq!(dump(text, &parsed), expected, "{text}");
    }
}

#[test]
fn collections_end_with_their_last_child() {
    let text = "a:\n  b: \"x\"  # c\n\n# d\ne: [1, {f: 2}]\ng:\n- |\n  y\n\n\nh: 1\n";
    let parsed = parsed(text, Yaml);
    let Syntax::Data(tree) = &parsed.syntax else { panic!("not data") };
    let collections =
        tree.nodes.iter().filter(|node| !matches!(node.kind, crate::data::NodeKind::Scalar(..)));
    let slices: Vec<_> = collections.map(|node| slice(text, node.span)).collect();
    assert_eq!(slices[1..], ["b: \"x\"", "[1, {f: 2}]", "{f: 2}", "|\n  y"]);
    assert_eq!(slices[0], text.trim_end());
    assert_eq!(comments(text, &parsed), ["# c", "# d"]);
}

#[test]
fn many_comments_before_a_key_are_all_kept() {
    let text = format!("a:\n{}  b: 1\n", "  # c\n".repeat(500));
    let parsed = parsed(&text, Yaml);
    assert_eq!(parsed.errors, []);
    assert_eq!(parsed.comments.len(), 500);
}

#[test]
fn errors_cost_the_rest_of_their_document() {
    let cases = [
        ("a: 1\n---\nb: 2\nc: [3, \nd: }\n---\ne: 4\n", "{a:1} --- {b:2 c:[3 {d:}]} --- {e:4}"),
        ("a: 1\nb: \"open\n", "{a:1 b:}"),
        ("a: 1\n\tb: 2\n", "{a:}"),
        ("a: @x\n---\nb: 1\n", "{a:} --- {b:1}"),
        ("a: 'x' y\n", "{a:}"),
    ];
    for (text, expected) in cases {
        let parsed = parsed(text, Yaml);
        assert_eq!(dump(text, &parsed), expected, "{text:?} {:?}", errors(text, &parsed));
        assert_eq!(parsed.errors.len(), 1, "{text:?}");
    }
}

#[test]
fn errors_say_where_but_not_what() {
    let cases = [
        ("a: %x\n", "unexpected character at \"%\""),
        ("a: \"hunter2\n", "invalid indentation in multiline quoted scalar at \"\""),
        ("a: !x!y z\n", "undeclared tag handle at \"!\""),
        ("a: [1\n", "unclosed bracket '[' at \"[\""),
        ("a: \"\\q\"\n", "unknown escape character at \"\\\"\""),
    ];
    for (text, expected) in cases {
        assert_eq!(errors(text, &parsed(text, Yaml)), [expected], "{text}");
    }
}

#[test]
fn aliases_never_unfold() {
    let mut bomb = "a0: &a0 x\n".to_owned();
    for level in 1..=10 {
        let aliases = vec![format!("*a{}", level - 1); 10].join(", ");
        bomb += &format!("a{level}: &a{level} [{aliases}]\n");
    }
    assert_eq!(nodes(&parsed(&bomb, Yaml)), 1 + 11 * 2 + 100);
}

#[test]
fn deep_nesting_is_refused_at_once() {
    for open in ["[", "{", "(", "\"${", "- ", "? ", "{a: ", "[a: ", "&a ", "!a ", "'", "|\n", "a:\n "] {
        parsed(&open.repeat(100_000), Yaml);
    }
    for open in ["[", "{", "- ", "{a: "] {
        assert_eq!(parsed(&open.repeat(100_000), Yaml).errors[0].message, "nested too deeply", "{open}");
    }
}

#[test]
fn huge_inputs_return() {
    assert_eq!(parsed(&format!("a: \"{}\"", "x".repeat(5 << 20)), Yaml).errors, []);
    assert_eq!(parsed(&format!("a: {}", "x y ".repeat(5 << 18)), Yaml).errors, []);
    let lists = format!("[{}]", "a,".repeat(5 << 19));
    assert_eq!(parsed(&lists, Yaml).errors[0].message, crate::builder::TOO_MANY_NODES);
    for text in ["[a: b,", "---\n@\n", "*a ", "# c\n", "a: b: c\n", "? a\n", "{a", "\"a\" ", "- - a\n"] {
        let parsed = parsed(&text.repeat((1 << 18) / text.len()), Yaml);
        assert!(parsed.errors.len() <= crate::MAX_ERRORS);
    }
}
