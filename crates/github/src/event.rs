//! What GitHub tells a workflow about the event that started it.
//!
//! Source: "Webhook events and payloads", GitHub Docs.

mod payload;

use thiserror::Error;

use payload::{MergeGroupPayload, PullRequestPayload, PushPayload, Repository, WorkflowRunPayload};

/// The event that started a workflow, as far as it concerns a review.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// `pull_request` and `pull_request_target`: something happened to a pull request.
    PullRequest(PullRequest),
    /// `merge_group`: a merge queue tries pull requests together. It names none of them.
    MergeGroup {
        /// Commit that the group would be merged into.
        base: String,
        /// Commit that it would make.
        head: String,
    },
    /// `push`: a branch or a tag was created, moved or deleted.
    Push(Push),
    /// `workflow_run`: another workflow has ended.
    WorkflowRun(WorkflowRun),
    /// Any other one.
    Other,
}

/// A pull request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PullRequest {
    /// Its number in the repository.
    pub number: u64,
    /// Commit at the tip of the branch that it would be merged into.
    pub base: String,
    /// Last commit that it brings. A workflow checks out another one by default: its merge into the base.
    pub head: String,
    /// Repository that it is for, as `owner/name`.
    pub repository: String,
    /// Whether it comes from another repository, whose workflows get no secrets and may not write. The head of a
    /// fork that was deleted has no repository at all.
    pub fork: bool,
}

/// A push.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Push {
    /// Where the ref pointed before; none if it is new.
    pub before: Option<String>,
    /// Where it points now; none if it was deleted.
    pub after: Option<String>,
    /// Repository, as `owner/name`.
    pub repository: String,
    /// The repository's main branch, by name; the payload of a very old GitHub may lack it.
    pub default_branch: Option<String>,
}

/// A workflow that has ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkflowRun {
    /// Number of the run, by which its artifacts are found.
    pub id: u64,
    /// Event that had started it, such as `pull_request`.
    pub event: String,
    /// Repository that it ran in, as `owner/name`.
    pub repository: String,
    /// What it ran for.
    pub origin: Origin,
}

/// Where the changes of a pull request come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// Last commit.
    pub head: String,
    /// Branch; none for a tag or a bare commit.
    pub branch: Option<String>,
    /// Repository, as `owner/name`; none if it was deleted.
    pub repository: Option<String>,
}

/// Why a payload is of no use.
#[derive(Debug, Error)]
#[error("the payload is none of a {name} event: {source}")]
pub struct EventError {
    name: String,
    source: serde_json::Error,
}

impl Event {
    /// Reads an event: its `name` as `GITHUB_EVENT_NAME` has it, and the JSON that `GITHUB_EVENT_PATH` points at.
    ///
    /// # Errors
    ///
    /// If the payload of a known event lacks what that event always has.
    pub fn parse(name: &str, payload: &str) -> Result<Self, EventError> {
        let event = match name {
            "pull_request" | "pull_request_target" => serde_json::from_str(payload).map(pull_request),
            "merge_group" => serde_json::from_str(payload).map(merge_group),
            "push" => serde_json::from_str(payload).map(push),
            "workflow_run" => serde_json::from_str(payload).map(workflow_run),
            _ => Ok(Self::Other),
        };
        event.map_err(|source| EventError { name: name.to_owned(), source })
    }
}

fn pull_request(payload: PullRequestPayload) -> Event {
    let PullRequestPayload { pull_request: pull, repository } = payload;
    Event::PullRequest(PullRequest {
        number: pull.number,
        base: pull.base.sha,
        head: pull.head.sha,
        fork: pull.head.repo.is_none_or(|it| it.full_name != repository.full_name),
        repository: repository.full_name,
    })
}

fn merge_group(payload: MergeGroupPayload) -> Event {
    Event::MergeGroup { base: payload.merge_group.base_sha, head: payload.merge_group.head_sha }
}

fn push(payload: PushPayload) -> Event {
    // Git writes zeros for a commit that is none.
    let commit = |sha: String| sha.bytes().any(|it| it != b'0').then_some(sha);
    let Repository { full_name, default_branch } = payload.repository;
    let (before, after) = (commit(payload.before), commit(payload.after));
    let after = after.filter(|_| !payload.deleted);
    Event::Push(Push { before, after, repository: full_name, default_branch })
}

fn workflow_run(payload: WorkflowRunPayload) -> Event {
    let WorkflowRunPayload { workflow_run: run, repository } = payload;
    let origin = Origin {
        head: run.head_sha,
        branch: run.head_branch,
        repository: run.head_repository.map(|it| it.full_name),
    };
    Event::WorkflowRun(WorkflowRun { id: run.id, event: run.event, repository: repository.full_name, origin })
}

#[cfg(test)]
mod tests {
    use super::*;

    const ZEROS: &str = "0000000000000000000000000000000000000000";

    fn pull(head_repository: &str) -> PullRequest {
        let payload = format!(
            r#"{{"action": "opened", "repository": {{"full_name": "acme/infra"}}, "pull_request": {{"number": 7,
            "base": {{"sha": "a1", "repo": {{"full_name": "acme/infra"}}}}, "head": {{"sha": "b2", "repo": {head_repository}}}}}}}"#
        );
        match Event::parse("pull_request", &payload).unwrap() {
            Event::PullRequest(it) => it,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn forks_are_told_from_branches() {
        let own = pull(r#"{"full_name": "acme/infra"}"#);
        assert_eq!((own.number, own.fork, own.base.as_str(), own.head.as_str()), (7, false, "a1", "b2"));
        assert!(pull(r#"{"full_name": "mallory/infra"}"#).fork);
        assert!(pull("null").fork);
    }

    #[test]
    fn a_merge_group_has_commits_and_no_pull_request() {
        let payload = r#"{"action": "checks_requested", "merge_group": {"head_sha": "h", "base_sha": "b",
            "head_ref": "refs/heads/gh-readonly-queue/main/pr-7-h", "base_ref": "refs/heads/main"}}"#;
        let expected = Event::MergeGroup { base: "b".to_owned(), head: "h".to_owned() };
        assert_eq!(Event::parse("merge_group", payload).unwrap(), expected);
    }

    #[test]
    fn a_push_may_create_and_delete() {
        let push = |before: &str, after: &str, deleted: bool| {
            let payload = format!(
                r#"{{"ref": "refs/heads/x", "before": "{before}", "after": "{after}", "deleted": {deleted},
                "repository": {{"full_name": "acme/infra", "default_branch": "main"}}}}"#
            );
            match Event::parse("push", &payload).unwrap() {
                Event::Push(it) => (it.before, it.after, it.default_branch.unwrap()),
                other => panic!("{other:?}"),
            }
        };
        let (some, main) = (|it: &str| Some(it.to_owned()), "main".to_owned());
        assert_eq!(push("a1", "b2", false), (some("a1"), some("b2"), main.clone()));
        assert_eq!(push(ZEROS, "b2", false), (None, some("b2"), main.clone()));
        assert_eq!(push("a1", ZEROS, true), (some("a1"), None, main));
    }

    #[test]
    fn a_workflow_run_says_where_it_comes_from() {
        let run = |repository: &str, branch: &str| {
            let payload = format!(
                r#"{{"action": "completed", "repository": {{"full_name": "acme/infra"}}, "workflow_run": {{"id": 9,
                "event": "pull_request", "head_sha": "h", "head_branch": {branch}, "head_repository": {repository},
                "pull_requests": []}}}}"#
            );
            match Event::parse("workflow_run", &payload).unwrap() {
                Event::WorkflowRun(it) => it,
                other => panic!("{other:?}"),
            }
        };
        let fork = run(r#"{"full_name": "mallory/infra"}"#, r#""patch-1""#);
        assert_eq!(
            (fork.id, fork.event.as_str(), fork.repository.as_str()),
            (9, "pull_request", "acme/infra")
        );
        assert_eq!(fork.origin.repository.as_deref(), Some("mallory/infra"));
        assert_eq!(
            run("null", "null").origin,
            Origin { head: "h".to_owned(), branch: None, repository: None }
        );
    }

    #[test]
    fn other_events_are_no_errors() {
        assert_eq!(Event::parse("schedule", "{}").unwrap(), Event::Other);
        let error = Event::parse("pull_request", "{}").unwrap_err().to_string();
        assert!(error.starts_with("the payload is none of a pull_request event: missing field"), "{error}");
        assert!(Event::parse("push", "not JSON").is_err());
    }
}
