//! The fields that we write and read. octocrab's own types for reviews cannot be made outside of it, and lack
//! `subject_type`.
//!
//! Source: "REST API endpoints for pull requests" and "for issues", GitHub Docs.

use serde::{Deserialize, Serialize};

/// `POST /repos/{owner}/{repo}/pulls/{number}/reviews`
#[derive(Serialize)]
pub(crate) struct Review<'a> {
    pub(crate) commit_id: &'a str,
    pub(crate) event: &'static str,
    pub(crate) body: String,
    pub(crate) comments: Vec<Draft<'a>>,
}

/// A comment on lines, within a review.
#[derive(Serialize)]
pub(crate) struct Draft<'a> {
    path: &'a str,
    body: String,
    side: &'static str,
    line: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    start_side: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    start_line: Option<u32>,
}

impl<'a> Draft<'a> {
    pub(crate) fn new(path: &'a str, (start, end): (u32, u32), body: String) -> Self {
        // A first line that is the last one, too, is refused: "start line must precede the end line".
        let start_line = (start < end).then_some(start);
        Self { path, body, side: "RIGHT", line: end, start_side: start_line.map(|_| "RIGHT"), start_line }
    }
}

/// `POST /repos/{owner}/{repo}/pulls/{number}/comments`, on a file
#[derive(Serialize)]
pub(crate) struct FileComment<'a> {
    pub(crate) commit_id: &'a str,
    pub(crate) path: &'a str,
    pub(crate) subject_type: &'static str,
    pub(crate) body: String,
}

/// Any other comment.
#[derive(Serialize)]
pub(crate) struct Body<'a> {
    pub(crate) body: &'a str,
}

/// A pull request.
#[derive(Deserialize)]
pub(crate) struct Pull {
    pub(crate) number: u64,
    pub(crate) state: String,
    #[serde(default)]
    pub(crate) locked: bool,
    pub(crate) head: Head,
}

/// What a pull request brings.
#[derive(Deserialize)]
pub(crate) struct Head {
    pub(crate) sha: String,
    #[serde(rename = "ref")]
    pub(crate) branch: String,
    pub(crate) repo: Option<Repository>,
}

#[derive(Deserialize)]
pub(crate) struct Repository {
    pub(crate) full_name: String,
}

/// A comment on lines, on a file or on the pull request, or a review.
#[derive(Deserialize)]
pub(crate) struct Comment {
    pub(crate) id: u64,
    #[serde(default)]
    pub(crate) node_id: String,
    body: Option<String>,
    user: Option<User>,
    /// None once a later push has taken the line from the diff.
    pub(crate) line: Option<u32>,
    pub(crate) subject_type: Option<String>,
    pub(crate) in_reply_to_id: Option<u64>,
}

#[derive(Deserialize)]
struct User {
    login: String,
}

impl Comment {
    pub(crate) fn is_by(&self, login: &str) -> bool {
        self.user.as_ref().is_some_and(|it| it.login == login)
    }

    pub(crate) fn text(&self) -> &str {
        self.body.as_deref().unwrap_or_default()
    }
}
