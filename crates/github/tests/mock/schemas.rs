//! Holds each body against GitHub's own description of the request.
//!
//! The descriptions are cut from `@octokit/openapi` by `tests/github-requests.mjs`, which `tests/run` calls; they are not
//! part of this repository. `CONNLINT_GITHUB_SCHEMAS` says where they are. Without it nothing is checked here, and
//! standard error says so.

use std::io::Write;
use std::sync::OnceLock;

use serde_json::Value;

const WHERE: &str = "CONNLINT_GITHUB_SCHEMAS";

/// What is wrong with a body; none if there is no description to tell.
pub(super) fn violations(method: &str, words: &[&str], body: &Value) -> Option<Vec<String>> {
    let schemas = all()?;
    let route: Vec<&str> = match words {
        [of @ ("pulls" | "issues"), "comments", _] => vec![of, "comments", "{comment_id}"],
        ["pulls", _, of] => vec!["pulls", "{pull_number}", of],
        ["issues", _, of] => vec!["issues", "{issue_number}", of],
        other => other.to_vec(),
    };
    let operation = format!("{method} /repos/{{owner}}/{{repo}}/{}", route.join("/"));
    let Some(schema) = schemas.get(&operation) else {
        return Some(vec![format!("{operation} is not known")]);
    };
    let validator = jsonschema::validator_for(schema).expect("GitHub's description is a schema");
    let errors = validator.iter_errors(body);
    Some(errors.map(|it| format!("{operation}: {it} at {}", it.instance_path())).collect())
}

fn all() -> Option<&'static Value> {
    static SCHEMAS: OnceLock<Option<Value>> = OnceLock::new();
    SCHEMAS.get_or_init(load).as_ref()
}

fn load() -> Option<Value> {
    let Ok(path) = std::env::var(WHERE) else {
        // Not through a macro, whose output tests that pass would swallow.
        let warning = "\nWARNING: requests are NOT held against GitHub's schemas; ./tests/run does that.\n\n";
        std::io::stderr().write_all(warning.as_bytes()).expect("standard error is there");
        return None;
    };
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{WHERE}: {path}: {error}"));
    Some(serde_json::from_str(&text).unwrap_or_else(|error| panic!("{WHERE}: {path}: {error}")))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_misspelt_key_and_a_wrong_word_are_noticed() {
        let wrong = [
            ("POST", ["pulls", "7", "reviews"], json!({ "evnt": "COMMENT" })),
            (
                "POST",
                ["pulls", "7", "reviews"],
                json!({ "comments": [{ "path": "a", "body": "b", "sides": "RIGHT" }] }),
            ),
            (
                "POST",
                ["pulls", "7", "comments"],
                json!({ "body": "b", "commit_id": "c", "path": "a", "subject_type": "FILE" }),
            ),
            ("PATCH", ["pulls", "comments", "1"], json!({ "text": "b" })),
            ("POST", ["user", "7", "comments"], json!({})),
        ];
        for (method, words, body) in wrong {
            if let Some(found) = violations(method, &words, &body) {
                assert!(!found.is_empty(), "{body}");
            }
        }
    }
}
