//! JSON Schema of a line of the JSON Lines.

use connlint_check::Realm;
use connlint_core::{Confidence, Severity};
use serde_json::{Value, json};

use super::{count, finished, list, nullable, object, refer, string};
use crate::jsonl::SCHEMA_VERSION;

/// JSON Schema (draft 2020-12) of each line that [`jsonl`](crate::jsonl) gives.
pub fn jsonl_schema() -> String {
    let kinds = ["header", "connector", "credential", "finding", "end"];
    let choices: Vec<Value> = kinds.iter().map(|it| refer(&format!("{it}_line"))).collect();
    let schema = json!({ "anyOf": choices, "description": "A line of a result of connlint." });
    let wrapped = [
        ("header_line", object("The first line.", &[("header", refer("header"))], &[])),
        ("connector_line", object("A connector.", &[("connector", refer("connector"))], &[])),
        ("credential_line", object("A use of a credential.", &[("credential", refer("credential"))], &[])),
        ("finding_line", object("A finding.", &[("finding", refer("finding"))], &[])),
        ("end_line", object("The last line.", &[("end", refer("end"))], &[])),
    ];
    let own = [
        ("header", header()),
        ("connector", connector()),
        ("credential", credential()),
        ("finding", finding()),
        ("end", end()),
    ];
    finished(schema, "connlint line", wrapped.into_iter().chain(own).collect())
}

fn header() -> Value {
    let fields = [
        ("schema_version", json!({ "const": SCHEMA_VERSION, "description": "Version of this format." })),
        ("version", string("Version of connlint.")),
        ("repository", string("Name of the repository.")),
        ("key_check", nullable("Equal in results made under one CONNLINT_KEY; null without a key.")),
    ];
    object("Whose result this is.", &fields, &[])
}

fn place() -> [(&'static str, Value); 2] {
    let line = json!({ "type": ["integer", "null"], "minimum": 1, "description": "Line, from 1." });
    [("path", string("Path of the file.")), ("line", line)]
}

fn connector() -> Value {
    let own = [
        ("id", string("Stable id.")),
        ("system", string("What it connects to.")),
        ("environment", nullable("The environment it serves.")),
        ("owners", list("Owners, most trusted source first.", &string("An owner."))),
        ("credentials", list("Names of its credentials.", &string("A reference, or the word literal."))),
    ];
    object("A connector.", &[&own[..], &place()].concat(), &[])
}

fn credential() -> Value {
    let realms = Realm::ALL.map(Realm::as_str);
    let own = [
        ("name", string("The reference as it is written, or the word literal.")),
        ("kind", string("What kind of place the credential is in.")),
        (
            "realm",
            json!({ "enum": realms, "description": "How far the join key means the same thing: in this repository; in one account; in one store; everywhere." }),
        ),
        (
            "join",
            nullable(
                "Equal where the secret is the same; null for a literal that is simple, or made without a key.",
            ),
        ),
        ("field", nullable("Equal where the field of the secret is the same; null for all of it.")),
        (
            "role",
            json!({ "enum": ["consumer", "issuer", "store", "bystander", "none"], "description": "What the connector does with it." }),
        ),
        ("setting", string("The setting that takes it.")),
        ("trial", json!({ "type": "boolean", "description": "Whether the place is for trying things out." })),
        ("connector", nullable("Id of the connector; null where a literal is taken by none.")),
        ("system", string("What that connects to.")),
        ("environment", nullable("Its environment.")),
        ("owners", list("Its owners.", &string("An owner."))),
        ("address", string("Logical address; it stays when lines move.")),
    ];
    object("A credential, taken or written at one place.", &[&own[..], &place()].concat(), &[])
}

fn finding() -> Value {
    let severities: Vec<&str> = Severity::ALL.iter().map(|it| it.as_str()).collect();
    let confidences: Vec<&str> = Confidence::ALL.iter().map(|it| it.as_str()).collect();
    let own = [
        ("rule", string("Id of the rule.")),
        ("severity", json!({ "enum": severities, "description": "How bad it is if true." })),
        ("confidence", json!({ "enum": confidences, "description": "How sure it is." })),
        ("message", string("What is wrong.")),
        ("fingerprint", string("Identity across runs.")),
        ("suppressed", json!({ "type": "boolean", "description": "Whether the code accepts it." })),
        ("connectors", list("Ids of the connectors it is about.", &string("An id."))),
        ("address", string("Logical address; it stays when lines move.")),
    ];
    object("A finding of the repository itself.", &[&own[..], &place()].concat(), &[])
}

fn end() -> Value {
    let fields = [
        ("connectors", count("Lines of connectors.")),
        ("credentials", count("Lines of credentials.")),
        ("findings", count("Lines of findings.")),
        ("files_read", count("Files read, in whole or in part.")),
        ("files_not_read", count("Files not read, or not in whole.")),
    ];
    object("How much there was, so that half a file is noticed.", &fields, &[])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::tests::check;

    #[test]
    fn lines_fit_the_schema() {
        let schema: Value = serde_json::from_str(&jsonl_schema()).unwrap();
        let lines = crate::jsonl(&crate::samples::with_inventory().context());
        assert_eq!(lines.lines().count(), 1 + 1 + 2 + 5 + 1);
        for line in lines.lines() {
            let line: Value = serde_json::from_str(line).unwrap();
            assert_eq!(check(&schema, &schema, &line, ""), [""; 0]);
        }
    }
}
