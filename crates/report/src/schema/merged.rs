//! JSON Schema of what `connlint merge --format json` writes.

use connlint_check::Realm;
use connlint_core::{Confidence, Severity};
use serde_json::{Value, json};

use super::{count, counts, finished, list, nullable, object, refer, string};
use crate::merged::SCHEMA_VERSION;

/// JSON Schema (draft 2020-12) of what [`merged_json`](crate::merged_json) gives.
pub fn merged_schema() -> String {
    let schema = object(
        "Results of connlint, joined.",
        &[
            ("schema_version", json!({ "const": SCHEMA_VERSION, "description": "Version of this format." })),
            ("tool", refer("tool")),
            ("summary", refer("summary")),
            (
                "shared",
                list("Credentials that several repositories take, most severe first.", &refer("shared")),
            ),
            ("repositories", list("Every repository, by name.", &refer("repository"))),
            ("register", list("Every connector, by repository and id.", &refer("connector"))),
            ("problems", list("What could not be merged.", &refer("problem"))),
        ],
        &[],
    );
    let tool = object(
        "What made the report.",
        &[("name", string("connlint.")), ("version", string("Its version."))],
        &[],
    );
    let definitions = vec![
        ("tool", tool),
        ("summary", summary()),
        ("counts", counts()),
        ("shared", shared()),
        ("place", place()),
        ("repository", repository()),
        ("connector", connector()),
        ("problem", problem()),
    ];
    finished(schema, "connlint merged report", definitions)
}

fn summary() -> Value {
    let fields = [
        ("repositories", count("Repositories merged.")),
        ("connectors", count("Their connectors.")),
        ("shared", refer("counts")),
        ("findings", refer("counts")),
        ("problems", count("What could not be merged.")),
    ];
    object("The report in numbers.", &fields, &[])
}

fn shared() -> Value {
    let severities: Vec<&str> = Severity::ALL.iter().map(|it| it.as_str()).collect();
    let confidences: Vec<&str> = Confidence::ALL.iter().map(|it| it.as_str()).collect();
    let realms = Realm::ALL.map(Realm::as_str);
    let fields = [
        ("rule", json!({ "const": connlint_check::merge::RULE, "description": "Id of the finding." })),
        ("severity", json!({ "enum": severities, "description": "How bad it is if true." })),
        ("confidence", json!({ "enum": confidences, "description": "How sure it is." })),
        ("message", string("What is wrong.")),
        ("note", string("What is assumed; empty where nothing is.")),
        ("help", string("What to do about it.")),
        ("fingerprint", string("Identity across runs.")),
        ("credential", string("The reference as it is written, or the word literal.")),
        ("realm", json!({ "enum": realms, "description": "How far the reference means the same thing." })),
        ("environments", list("The environments it is used in.", &string("An environment."))),
        ("owners", list("Who owns what takes it.", &string("An owner."))),
        ("repositories", list("The repositories that take it.", &string("A name."))),
        ("places", list("Every place, by repository.", &refer("place"))),
    ];
    object("A credential that several repositories take.", &fields, &[])
}

fn line() -> Value {
    json!({ "type": ["integer", "null"], "minimum": 1, "description": "Line, from 1." })
}

fn place() -> Value {
    let fields = [
        ("repository", string("The repository.")),
        ("path", string("Path of the file.")),
        ("line", line()),
        ("address", string("Logical address.")),
        ("setting", string("The setting that takes it.")),
        ("connector", nullable("Id of the connector; null where a literal is taken by none.")),
        ("system", string("What that connects to.")),
        ("environment", nullable("Its environment.")),
        ("owners", list("Its owners.", &string("An owner."))),
    ];
    object("A place that takes the credential.", &fields, &[])
}

fn repository() -> Value {
    let fields = [
        ("name", string("Its name.")),
        ("connectors", count("Its connectors.")),
        ("findings", refer("counts")),
        ("files_not_read", count("Files not read, or not in whole.")),
    ];
    object("A repository.", &fields, &[])
}

fn connector() -> Value {
    let fields = [
        ("repository", string("The repository.")),
        ("id", string("Its id in the repository.")),
        ("system", string("What it connects to.")),
        ("environment", nullable("The environment it serves.")),
        ("owners", list("Owners, most trusted source first.", &string("An owner."))),
        ("credentials", list("Names of its credentials.", &string("A reference, or the word literal."))),
        ("path", string("Path of the file that declares it.")),
        ("line", line()),
        ("findings", refer("counts")),
    ];
    object("A connector.", &fields, &[])
}

fn problem() -> Value {
    let fields = [
        ("file", string("The file.")),
        ("line", count("The line, from 1.")),
        ("message", string("What is wrong.")),
    ];
    object("What could not be merged.", &fields, &[])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::merged::samples::Sample;
    use crate::schema::tests::check;

    #[test]
    fn reports_fit_the_schema() {
        let schema: Value = serde_json::from_str(&merged_schema()).unwrap();
        let sample = Sample::new();
        let shared = connlint_check::merge::shared(&sample.repositories);
        let report: Value = serde_json::from_str(&crate::merged_json(&sample.merged(&shared))).unwrap();
        assert_eq!(report["shared"].as_array().map(Vec::len), Some(2));
        assert_eq!(check(&schema, &schema, &report, ""), [""; 0]);
    }
}
