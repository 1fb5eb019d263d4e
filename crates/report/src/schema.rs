//! JSON Schema of the JSON report. Written by hand, as it documents the format; a test holds it against a report.

mod lines;
mod merged;

use connlint_check::{ChangeKind, UnreadReason};
use connlint_core::{Confidence, Severity, Standing};
use serde_json::{Map, Value, json};

pub use lines::jsonl_schema;
pub use merged::merged_schema;

use crate::json::{SCHEMA_VERSION, to_pretty};

/// JSON Schema (draft 2020-12) of what [`json`](crate::json) gives.
///
/// New fields may be added within a version, so no object is closed.
pub fn json_schema() -> String {
    let schema = object(
        "A report of connlint.",
        &[
            ("schema_version", json!({ "const": SCHEMA_VERSION, "description": "Version of this format." })),
            ("tool", refer("tool")),
            ("summary", refer("summary")),
            (
                "findings",
                list("Every finding, suppressed ones included, by path and place.", &refer("finding")),
            ),
            ("not_read", list("Files that were not read, or not in whole.", &refer("not_read"))),
            ("connectors", list("Every connector, by id.", &refer("connector"))),
            (
                "outcomes",
                list("Settings that pass or are unknown, where --outcomes asks for them.", &refer("outcome")),
            ),
            ("comparison", refer("comparison")),
        ],
        &["outcomes", "comparison"],
    );
    finished(schema, "connlint report", definitions())
}

/// A whole schema as text: with its title, and what it refers to.
fn finished(mut schema: Value, title: &str, definitions: Vec<(&'static str, Value)>) -> String {
    let definitions = definitions.into_iter().map(|(name, it)| (name.to_owned(), it)).collect();
    let head = [
        ("$schema", json!("https://json-schema.org/draft/2020-12/schema")),
        ("title", json!(title)),
        ("$defs", Value::Object(definitions)),
    ];
    if let Value::Object(fields) = &mut schema {
        fields.extend(head.map(|(name, value)| (name.to_owned(), value)));
    }
    // The order must not depend on whether some crate of the build turns `preserve_order` of serde_json on.
    schema.sort_all_objects();
    to_pretty(&schema)
}

fn definitions() -> Vec<(&'static str, Value)> {
    let range = [
        ("path", string("Path of the file, relative to the root, with / between its parts.")),
        ("start", end("The first character; null where the text was not kept.")),
        ("end", end("The character after the last one; null where the text was not kept.")),
    ];
    let place = [
        range.as_slice(),
        &[
            ("address", string("Logical address; it stays when lines move.")),
            ("via", list("The steps by which a value came here, nearest first.", &refer("range"))),
        ],
    ]
    .concat();
    let related = [place.as_slice(), &[("message", string("Why the place is shown."))]].concat();
    vec![
        (
            "tool",
            object(
                "What made the report.",
                &[("name", string("connlint.")), ("version", string("Its version."))],
                &[],
            ),
        ),
        ("summary", summary()),
        ("counts", counts()),
        ("finding", finding()),
        ("point", point()),
        ("range", object("A part of a file.", &range, &[])),
        ("place", object("A part of a file and what it is.", &place, &[])),
        ("related", object("A further place of a finding.", &related, &[])),
        ("suppression", suppression()),
        ("not_read", not_read()),
        ("connector", connector()),
        ("outcome", outcome()),
        ("comparison", comparison()),
        ("change", change()),
        ("gate_edit", gate_edit()),
    ]
}

fn summary() -> Value {
    let fields = [
        ("files_read", count("Files read, in whole or in part.")),
        ("files_not_read", count("Files not read, or not in whole.")),
        ("connectors", count("Connectors found.")),
        ("findings", refer("counts")),
        ("suppressed", count("Findings that the code accepts.")),
        ("old", count("Findings that the base has, too; 0 where nothing is compared.")),
        ("baselined", count("Findings that the baseline lists.")),
    ];
    object("The report in numbers.", &fields, &[])
}

fn counts() -> Value {
    let fields: Vec<_> =
        Severity::ALL.iter().map(|it| (it.as_str(), count("Findings of this severity."))).collect();
    object(
        "New findings that nobody accepted, by severity; all are new where nothing is compared.",
        &fields,
        &[],
    )
}

fn finding() -> Value {
    let severities: Vec<&str> = Severity::ALL.iter().map(|it| it.as_str()).collect();
    let confidences: Vec<&str> = Confidence::ALL.iter().map(|it| it.as_str()).collect();
    let fields = [
        ("rule", string("Id of the rule.")),
        ("severity", json!({ "enum": severities, "description": "How bad it is if true." })),
        ("confidence", json!({ "enum": confidences, "description": "How sure it is." })),
        ("message", string("What is wrong.")),
        ("help", string("What to do about it.")),
        ("url", string("The rule's page.")),
        ("fingerprint", string("Identity across runs: no line, no message, no value.")),
        (
            "standing",
            json!({
                "enum": STANDINGS.map(Standing::as_str),
                "description": "How it stands to the base; new where nothing is compared."
            }),
        ),
        ("primary", refer("place")),
        ("label", string("What to say at the primary place.")),
        ("related", list("Every other place.", &refer("related"))),
        ("suppression", refer("suppression")),
    ];
    object("One finding.", &fields, &["suppression"])
}

fn comparison() -> Value {
    let fields = [
        ("base", string("What the change is compared with.")),
        ("fixed", count("Findings of the base that are gone.")),
        ("changes", list("What the change does to access; only of `diff` and `review`.", &refer("change"))),
        ("gate", list("What the change does to the rules it is judged by.", &refer("gate_edit"))),
    ];
    object("A change, where --base or --staged asks for it.", &fields, &["changes"])
}

fn change() -> Value {
    let events = ChangeKind::ALL.map(ChangeKind::as_str);
    let fields = [
        ("event", json!({ "enum": events, "description": "What kind of thing happens." })),
        ("subject", string("Whom or what it is about, as an address.")),
        ("message", string("What happens.")),
        ("at", refer("place")),
    ];
    object("One thing that a change does to access.", &fields, &[])
}

fn gate_edit() -> Value {
    let at =
        json!({ "anyOf": [refer("range"), { "type": "null" }], "description": "Where, if at one place." });
    let fields = [("message", string("What it does.")), ("at", at)];
    object(
        "One thing that a change does to its own gate. None is in force before it is merged.",
        &fields,
        &[],
    )
}

const STANDINGS: [Standing; 3] = [Standing::New, Standing::Old, Standing::Baselined];

fn point() -> Value {
    let fields = [
        ("line", count("Line, from 1.")),
        ("column", count("Column in Unicode scalar values, from 1.")),
        ("offset", count("Byte of the file's text in UTF-8, from 0, after a byte-order mark.")),
    ];
    object("A place between two characters.", &fields, &[])
}

fn suppression() -> Value {
    let fields = [
        ("reason", string("The reason given.")),
        ("until", nullable("The last day it holds, as YYYY-MM-DD.")),
        ("at", refer("range")),
    ];
    object("Why and until when a finding is accepted.", &fields, &[])
}

fn not_read() -> Value {
    use UnreadReason::{Io, NotText, Syntax, Template, TooLarge};
    let reasons = [Template, Syntax, TooLarge, NotText, Io].map(UnreadReason::as_str);
    let fields = [
        ("path", string("Path of the file.")),
        ("reason", json!({ "enum": reasons, "description": "Why it was not read." })),
        ("detail", string("Detail for people.")),
    ];
    object("A file that was not read, or not in whole.", &fields, &[])
}

fn connector() -> Value {
    let fields = [
        ("id", string("Stable id.")),
        ("system", string("What it connects to.")),
        ("environment", nullable("The environment it serves.")),
        ("owners", list("Owners, most trusted source first.", &string("An owner."))),
        ("credentials", list("Reference keys of its credentials.", &string("A key, or the word literal."))),
        ("at", refer("place")),
    ];
    object("A connector.", &fields, &[])
}

fn outcome() -> Value {
    let fields = [
        ("rule", string("Id of the rule.")),
        ("outcome", json!({ "enum": ["pass", "unknown"], "description": "What the code says of it." })),
        ("at", refer("place")),
    ];
    object("A setting that a rule judges and does not report.", &fields, &[])
}

fn object(description: &str, fields: &[(&str, Value)], optional: &[&str]) -> Value {
    let required: Vec<&str> = fields.iter().map(|it| it.0).filter(|name| !optional.contains(name)).collect();
    let properties: Map<String, Value> =
        fields.iter().map(|(name, it)| ((*name).to_owned(), it.clone())).collect();
    json!({ "type": "object", "description": description, "properties": properties, "required": required })
}

fn refer(name: &str) -> Value {
    json!({ "$ref": format!("#/$defs/{name}") })
}

fn end(description: &str) -> Value {
    json!({ "anyOf": [refer("point"), { "type": "null" }], "description": description })
}

fn list(description: &str, items: &Value) -> Value {
    json!({ "type": "array", "description": description, "items": items })
}

fn string(description: &str) -> Value {
    json!({ "type": "string", "description": description })
}

fn nullable(description: &str) -> Value {
    json!({ "type": ["string", "null"], "description": description })
}

fn count(description: &str) -> Value {
    json!({ "type": "integer", "minimum": 0, "description": description })
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::samples::{Sample, everything};

    /// Says where `value` breaks `schema`, for the keywords used above. Stricter than JSON Schema: fields that the
    /// schema does not name are wrong here, so that none goes undocumented.
    pub(crate) fn check(root: &Value, schema: &Value, value: &Value, at: &str) -> Vec<String> {
        if let Some(reference) = schema["$ref"].as_str() {
            return check(
                root,
                root.pointer(reference.trim_start_matches('#')).expect("a definition"),
                value,
                at,
            );
        }
        if let Some(choices) = schema["anyOf"].as_array() {
            let fits = choices.iter().any(|choice| check(root, choice, value, at).is_empty());
            return if fits { Vec::new() } else { vec![format!("{at}: no choice fits {value}")] };
        }
        if let Some(words) = schema["enum"].as_array() {
            return if words.contains(value) {
                Vec::new()
            } else {
                vec![format!("{at}: {value} is unknown")]
            };
        }
        if !schema["const"].is_null() {
            return if schema["const"] == *value {
                Vec::new()
            } else {
                vec![format!("{at}: {value} differs")]
            };
        }
        let name = match value {
            Value::Null => "null",
            Value::Bool(_) => "boolean",
            Value::Number(_) => "integer",
            Value::String(_) => "string",
            Value::Array(_) => "array",
            Value::Object(_) => "object",
        };
        let types = &schema["type"];
        if types != name && !types.as_array().is_some_and(|it| it.contains(&name.into())) {
            return vec![format!("{at}: {name} instead of {types}")];
        }
        let mut wrong = Vec::new();
        for (i, item) in value.as_array().into_iter().flatten().enumerate() {
            wrong.extend(check(root, &schema["items"], item, &format!("{at}/{i}")));
        }
        for (key, item) in value.as_object().into_iter().flatten() {
            match schema["properties"].get(key) {
                Some(property) => wrong.extend(check(root, property, item, &format!("{at}/{key}"))),
                None => wrong.push(format!("{at}/{key}: not in the schema")),
            }
        }
        let required = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
        wrong.extend(
            required.filter(|key| value.get(*key).is_none()).map(|key| format!("{at}/{key}: missing")),
        );
        wrong
    }

    #[test]
    fn reports_fit_the_schema() {
        let schema: Value = serde_json::from_str(&json_schema()).unwrap();
        for sample in [everything(), Sample::default()] {
            let report: Value = serde_json::from_str(&crate::json(&sample.context())).unwrap();
            assert_eq!(check(&schema, &schema, &report, ""), [""; 0]);
        }
    }

    #[test]
    fn misfits_are_noticed() {
        let schema: Value = serde_json::from_str(&json_schema()).unwrap();
        let mut report: Value = serde_json::from_str(&crate::json(&everything().context())).unwrap();
        report["summary"]["connectors"] = "1".into();
        report["findings"][0]["severity"] = "worst".into();
        report["tool"] = json!({ "name": "connlint", "extra": 1 });
        assert_eq!(check(&schema, &schema, &report, "").len(), 4);
    }
}
