//! The part of GitHub's GraphQL interface that we use. Whether the documents are right, `tests/run` asks GitHub's own
//! schema.

use serde_json::{Value, json};

use super::Answer;
use super::state::State;

pub(super) fn answer(state: &mut State, body: &Value) -> Answer {
    let document = body["query"].as_str().unwrap_or_default();
    let variables = &body["variables"];
    let text = |name: &str| variables[name].as_str().unwrap_or_default().to_owned();
    let comment = text("comment");
    if document.contains("reviewThreads(") {
        return if state.graphql_fails { broken() } else { (200, threads(state, variables)) };
    }
    // One name holds the other.
    let unfold = document.contains("unminimizeComment(");
    if !unfold && !document.contains("minimizeComment(") {
        state.violations.push(format!("an unknown document: {document}"));
        return broken();
    }
    state.log("POST", if unfold { "unfold" } else { "fold" }, variables, 200);
    if state.graphql_fails || state.read_only {
        return broken();
    }
    let folded =
        if unfold { state.folded.remove(&comment) } else { state.folded.insert(comment, text("because")) };
    (200, json!({ "data": { "comment": folded } }))
}

/// GraphQL answers with success when it fails.
fn broken() -> Answer {
    (200, json!({ "data": null, "errors": [{ "type": "FORBIDDEN", "message": "Resource not accessible" }] }))
}

fn threads(state: &State, variables: &Value) -> Value {
    let skip = variables["after"].as_str().and_then(|it| it.parse().ok()).unwrap_or(0);
    let first: Vec<&Value> = state.comments.iter().filter(|it| it.get("in_reply_to_id").is_none()).collect();
    let node = |it: &&Value| {
        let resolved = it["node_id"].as_str().is_some_and(|it| state.resolved.contains(it));
        json!({ "isResolved": resolved, "comments": { "nodes": [{ "id": it["node_id"] }] } })
    };
    let nodes: Vec<Value> = first.iter().skip(skip).take(state.page_size).map(node).collect();
    let end = skip + nodes.len();
    let page = json!({ "hasNextPage": end < first.len(), "endCursor": end.to_string() });
    json!({ "data": { "repository": { "pullRequest": { "reviewThreads": { "nodes": nodes, "pageInfo": page } } } } })
}
