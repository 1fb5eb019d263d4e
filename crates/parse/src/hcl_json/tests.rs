//! HCL's JSON syntax.

use crate::Format::{HclJson, Json};
use crate::Syntax;
use crate::testing::{comments, dump, errors, parsed, slice};

#[test]
fn blocks_and_attributes() {
    let cases = [
        ("", ""),
        ("{}", ""),
        (
            r#"{"resource": {"aws_x": {"a": {"k": 1, "nested": {"b": [true, null]}}, "b": [{}, {"k": 2}]}}}"#,
            "resource aws_x a {k=1 nested={'b'=[true null]}} resource aws_x b {} resource aws_x b {k=2}",
        ),
        (r#"{"data": [{"t": [{"n": {}}]}], "locals": {"a": "b"}}"#, "data t n {} locals {a='b'}"),
        (
            r#"{"provider": {"aws": [{"region": "r"}, {"alias": "x"}]}}"#,
            "provider aws {region='r'} provider aws {alias='x'}",
        ),
        (
            r#"{"terraform": {"backend": {"s3": {}}}, "variable": {"v": {}}}"#,
            "terraform {backend={'s3'={}}} variable v {}",
        ),
        (
            r#"[{"output": {"o": {"value": 1}}}, {"moved": [{"from": "a"}]}]"#,
            "output o {value=1} moved {from='a'}",
        ),
        (r#"{"region": "x", "module": "a plain variable"}"#, "region='x' module='a plain variable'"),
        (r#"{"locals": {"a": "x ${var.b} y"}}"#, "locals {a=T['x ' ${var.b} ' y']}"),
        (r#"{"locals": {"a": "$${no} %%{no}"}}"#, "locals {a='${no} %{no}‹$${no} %%{no}›'}"),
        (
            r#"{"locals": {"${k}": "é\u00e9${f(\"in\\n\")} \"q\""}}"#,
            "locals {${k}=T['éé‹é\\u00e9›' ${f('in\n‹in\\\\n›')} ' \"q\"‹ \\\"q\\\"›']}",
        ),
        (r#"{"locals": {"a": {"${k}": 1}}}"#, "locals {a={T[${k}]=1}}"),
    ];
    for (text, expected) in cases {
        let parsed = parsed(text, HclJson);
        assert_eq!(errors(text, &parsed), [""; 0], "{text}");
        assert_eq!(dump(text, &parsed), expected, "{text}");
    }
}

#[test]
fn double_slash_keys_are_comments() {
    let text = r#"{"//": "why", "locals": {"//": ["x"], "a": {"//": 1, "b": 2}}}"#;
    let parsed = parsed(text, HclJson);
    assert_eq!(dump(text, &parsed), "locals {a={'b'=2}}");
    assert_eq!(comments(text, &parsed), [r#"//": "why"#, r#"//": ["x"]"#, r#"//": 1"#]);
    // What stands between such a key and its value is part of the comment.
    let text = r#"{"//" /* inner */ : "why"}"#;
    let parsed = self::parsed(text, HclJson);
    assert_eq!(comments(text, &parsed), [r#"//" /* inner */ : "why"#]);
}

#[test]
fn a_block_spans_its_own_label_and_body() {
    let text = r#"{"resource": {"t": {"a": {"k": 1}, "b": {}}}}"#;
    let parsed = parsed(text, HclJson);
    let Syntax::Hcl(body) = &parsed.syntax else { panic!("not HCL") };
    let spans: Vec<_> = body.blocks.iter().map(|block| slice(text, block.span)).collect();
    assert_eq!(spans, [r#"a": {"k": 1}"#, r#"b": {}"#]);
}

#[test]
fn a_broken_template_stays_a_text() {
    let text = r#"{"locals": {"a": "\"${1 +}", "b": "${x"}}"#;
    let parsed = parsed(text, HclJson);
    assert_eq!(dump(text, &parsed), "locals {a='\"${1 +}‹\\\"${1 +}›' b='${x'}");
    assert_eq!(errors(text, &parsed), ["invalid expression at \"}\"", "a bracket is left open at \"$\""]);
}

#[test]
fn hostile_templates_are_refused() {
    let objects = (0..5_000).map(|i| format!("k{i}=1,")).collect::<String>();
    for template in ["${".repeat(100_000), "${[".repeat(100_000), format!("${{{{{objects}}}}}")] {
        let text = format!("{{\"locals\": {{\"a\": \"{template}\"}}}}");
        assert_eq!(parsed(&text, Json).errors, []);
        assert_eq!(parsed(&text, HclJson).errors.len(), 1);
    }
    assert_eq!(errors("1", &parsed("1", HclJson)), ["expected an object at \"1\""]);
}

#[test]
fn an_open_bracket_never_reaches_the_parser() {
    // The parser needs time that doubles with each of these groups.
    let text = format!(r#"{{"locals": {{"a": "${{{}"}}}}"#, "{-[--4----1-ze----[--4".repeat(24));
    let parsed = crate::parse(connlint_core::FileId(0), &text, HclJson);
    let messages: Vec<&str> = parsed.errors.iter().map(|error| error.message.as_str()).collect();
    assert!(messages == ["a bracket is left open"] || messages == ["nested too deeply"], "{messages:?}");
}
