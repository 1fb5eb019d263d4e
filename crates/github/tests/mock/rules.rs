//! What GitHub does with a write, and what it refuses though its description does not say so.
//!
//! The messages are those that people report of GitHub; the reviewed code must not depend on them.

use serde_json::{Value, json};

use super::Answer;
use super::state::State;

/// GitHub's limit for a text, in characters.
const MOST_CHARACTERS: usize = 65_536;

pub(super) fn write(state: &mut State, method: &str, words: &[&str], body: &Value) -> Answer {
    if state.locked {
        return (403, json!({ "message": "Unable to create comment because issue is locked." }));
    }
    match (method, words) {
        ("POST", ["pulls", _, "reviews"]) => review(state, body),
        ("POST", ["pulls", _, "comments"]) => file_comment(state, body),
        ("POST", ["issues", _, "comments"]) => match text(body) {
            Ok(text) => {
                let comment = comment(state, &text, json!({}));
                state.summaries.push(comment.clone());
                (201, comment)
            }
            Err(problem) => refused(problem),
        },
        ("PATCH", ["pulls", "comments", id]) => patch(&mut state.comments, id, body),
        ("PATCH", ["issues", "comments", id]) => patch(&mut state.summaries, id, body),
        _ => {
            state.violations.push(format!("{method} {words:?} is no request of ours"));
            (404, json!({ "message": "Not Found" }))
        }
    }
}

/// One comment that will not do refuses the whole review, and the answer does not say which.
fn review(state: &mut State, body: &Value) -> Answer {
    if body["event"] != "COMMENT" {
        state.violations.push(format!("a review with the event {}", body["event"]));
    }
    let drafts: Vec<Value> = body["comments"].as_array().cloned().unwrap_or_default();
    let problem = commit(state, body).or(text(body).err());
    let problem = problem.or_else(|| drafts.iter().find_map(|it| anchor(state, it).or(text(it).err())));
    if let Some(problem) = problem {
        return refused(problem);
    }
    let review = comment(state, body["body"].as_str().unwrap_or_default(), json!({ "state": "COMMENTED" }));
    for draft in &drafts {
        let place = json!({ "path": draft["path"], "line": draft["line"], "subject_type": "line" });
        let comment = comment(state, draft["body"].as_str().unwrap_or_default(), place);
        state.comments.push(comment);
    }
    state.reviews.push(review.clone());
    (200, review)
}

fn anchor(state: &State, draft: &Value) -> Option<&'static str> {
    let number = |name: &str| draft[name].as_u64().and_then(|it| u32::try_from(it).ok());
    let path = draft["path"].as_str().unwrap_or_default();
    let Some(line) = number("line") else { return Some("Pull request review thread line can't be blank") };
    if !state.hunks.has(path) {
        return Some("Pull request review thread path is invalid");
    }
    if draft["side"] != "RIGHT" || draft.get("start_side").is_some_and(|it| it != "RIGHT") {
        return Some("Pull request review thread side is not one of ours");
    }
    if !state.hunks.show(path, (line, line)) {
        return Some("Pull request review thread line must be part of the diff");
    }
    match number("start_line") {
        Some(start) if start >= line => {
            Some("Pull request review thread start line must precede the end line.")
        }
        Some(start) if !state.hunks.show(path, (start, line)) => {
            Some("Pull request review thread start line must be part of the same hunk as the line.")
        }
        _ => None,
    }
}

fn file_comment(state: &mut State, body: &Value) -> Answer {
    let path = body["path"].as_str().unwrap_or_default();
    let known = state.hunks.has(path) && body["subject_type"] == "file";
    let problem = commit(state, body).or((!known).then_some("pull_request_review_thread.path is invalid"));
    match (problem, text(body)) {
        (Some(problem), _) | (None, Err(problem)) => refused(problem),
        (None, Ok(text)) => {
            let place = json!({ "path": path, "line": null, "subject_type": "file" });
            let comment = comment(state, &text, place);
            state.comments.push(comment.clone());
            (201, comment)
        }
    }
}

/// The merge that a workflow checks out is none of the pull request's commits.
fn commit(state: &State, body: &Value) -> Option<&'static str> {
    (body["commit_id"] != state.head.as_str()).then_some("commit_id is not part of the pull request")
}

fn text(body: &Value) -> Result<String, &'static str> {
    match body["body"].as_str().unwrap_or_default() {
        "" => Err("body can't be blank"),
        long if long.chars().count() > MOST_CHARACTERS => {
            Err("body is too long (maximum is 65536 characters)")
        }
        text => Ok(text.to_owned()),
    }
}

fn comment(state: &mut State, text: &str, with: Value) -> Value {
    let id = state.new_id();
    let mut comment = json!({
        "id": id,
        "node_id": format!("NODE_{id}"),
        // GitHub trims what it is given.
        "body": text.trim_end(),
        "user": { "login": state.login },
    });
    let (Value::Object(fields), Value::Object(more)) = (&mut comment, with) else { return comment };
    fields.extend(more);
    comment
}

fn patch(comments: &mut [Value], id: &str, body: &Value) -> Answer {
    let id = id.parse::<u64>().ok();
    let Some(comment) = comments.iter_mut().find(|it| it["id"].as_u64() == id) else {
        return (404, json!({ "message": "Not Found" }));
    };
    match text(body) {
        Ok(text) => {
            comment["body"] = json!(text.trim_end());
            (200, comment.clone())
        }
        Err(problem) => refused(problem),
    }
}

fn refused(problem: &str) -> Answer {
    (422, json!({ "message": "Unprocessable Entity", "errors": [problem] }))
}
