//! JSON: what is tolerated, what is not, and where.

use crate::Format::Json;
use crate::testing::{comments, dump, errors, parsed};

#[test]
fn values_comments_and_trailing_commas() {
    let cases = [
        ("", ""),
        (" // c\n", ""),
        ("null", "null"),
        ("[1, -2.5e+3, true, false, null,]", "[1 -2.5e+3 true false null]"),
        (r#"{"a": "x\ty", "a": {}, "é": [],}"#, "{\"a\":\"x\ty‹x\\ty›\" \"a\":{} \"é\":[]}"),
        ("{\r\n\t\"a\" : /* \"b\": */ \"//\"\r\n}\r\n", "{\"a\":\"//\"}"),
        (r#""\ud83d\ude00""#, "\"\u{1f600}‹\\ud83d\\ude00›\""),
    ];
    for (text, expected) in cases {
        let parsed = parsed(text, Json);
        assert_eq!(errors(text, &parsed), [""; 0], "{text}");
        assert_eq!(dump(text, &parsed), expected, "{text}");
    }
    let text = "{ // a\r\n /* b */ \"k\": 1 } //c";
    assert_eq!(comments(text, &parsed(text, Json)), ["// a", "/* b */", "//c"]);
}

#[test]
fn errors_keep_what_came_before() {
    let cases = [
        (r#"{"a": 1, "b": "x"#, "unterminated string at \"\\\"\"", r#"{"a":1 "b":}"#),
        ("{\"a\": \"x\n\"}", "unterminated string at \"\\\"\"", "{\"a\":}"),
        ("[1, 2", "unexpected end of file at \"\"", "[1 2]"),
        ("[1 2]", "expected a comma or a closing bracket at \"2\"", "[1]"),
        ("[1}", "expected a comma or a closing bracket at \"}\"", "[1]"),
        ("{a: 1}", "expected a key in double quotes at \"a\"", "{}"),
        (r#"{"a" 1}"#, "expected a colon at \"1\"", "{\"a\":}"),
        ("[,]", "expected a value at \",\"", "[]"),
        ("[01x, nul]", "expected a value at \"0\"", "[]"),
        (r#"["\q"]"#, "unknown escape at \"\\\\\"", "[]"),
        ("[1] /*", "unterminated comment at \"/\"", "[1]"),
        ("{} {}", "unexpected text after the value at \"{\"", "{}"),
        ("{}\n1", "unexpected text after the value at \"1\"", "{}"),
        ("é", "expected a value at \"é\"", ""),
    ];
    for (text, expected, tree) in cases {
        let parsed = parsed(text, Json);
        assert_eq!(errors(text, &parsed), [expected], "{text}");
        assert_eq!(dump(text, &parsed), tree, "{text}");
    }
}

#[test]
fn lines_are_documents() {
    let text = "{\"a\": 1}\n{\"b\": [2]}\n\n[3]\n";
    let parsed = parsed(text, Json);
    assert_eq!(errors(text, &parsed), [""; 0]);
    assert_eq!(dump(text, &parsed), "{\"a\":1} --- {\"b\":[2]} --- [3]");
}

#[test]
fn deep_nesting_is_refused_at_once() {
    let deep = |count: usize| format!("{}1{}", "[".repeat(count), "]".repeat(count));
    assert_eq!(parsed(&deep(255), Json).errors, []);
    for text in [deep(256), "[".repeat(100_000), "{\"a\":".repeat(100_000)] {
        assert_eq!(parsed(&text, Json).errors[0].message, "nested too deeply");
    }
    for open in ["(", "\"${", "{", "/*", "//"] {
        parsed(&open.repeat(100_000), Json);
    }
}

#[test]
fn huge_inputs_return() {
    assert_eq!(parsed(&format!("[\"{}\"]", "x".repeat(5 << 20)), Json).errors, []);
    assert_eq!(parsed(&format!("[{}]", "1,".repeat(5 << 19)), Json).errors[0].message, "too many values");
}
