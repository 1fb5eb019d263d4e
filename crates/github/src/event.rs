//! What GitHub tells a workflow about the event that started it.

use serde::Deserialize;
use thiserror::Error;

/// The payload of a `pull_request` event, as far as it concerns us.
/// Source: "Webhook events and payloads", GitHub Docs.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
pub struct Event {
    /// The pull request.
    pub pull_request: PullRequest,
    /// The repository that the pull request is for.
    pub repository: Repository,
}

/// A pull request.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
pub struct PullRequest {
    /// Its number in the repository.
    pub number: u64,
    /// What it would be merged into.
    pub base: Side,
    /// What it brings.
    pub head: Side,
}

/// One side of a pull request.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
pub struct Side {
    /// Commit.
    pub sha: String,
    /// Repository; none if a fork was deleted.
    pub repo: Option<Repository>,
}

/// A repository.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
pub struct Repository {
    /// `owner/name`.
    pub full_name: String,
}

/// Why a payload is of no use.
#[derive(Debug, Error)]
#[error("the event payload is no pull request: {0}")]
pub struct EventError(#[from] serde_json::Error);

impl Event {
    /// Reads the payload that `GITHUB_EVENT_PATH` points at.
    ///
    /// # Errors
    ///
    /// If it is not the payload of a pull request.
    pub fn parse(payload: &str) -> Result<Self, EventError> {
        Ok(serde_json::from_str(payload)?)
    }

    /// Whether the change comes from another repository, whose workflows get no secrets and may not write.
    pub fn is_from_fork(&self) -> bool {
        self.pull_request.head.repo.as_ref() != Some(&self.repository)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn payload(head: &str) -> String {
        format!(
            r#"{{"action": "opened", "repository": {{"full_name": "acme/infra"}}, "pull_request": {{"number": 7,
            "base": {{"sha": "a1", "repo": {{"full_name": "acme/infra"}}}}, "head": {{"sha": "b2", "repo": {head}}}}}}}"#
        )
    }

    #[test]
    fn forks_are_told_from_branches() {
        let own = Event::parse(&payload(r#"{"full_name": "acme/infra"}"#)).unwrap();
        assert_eq!((own.pull_request.number, own.is_from_fork()), (7, false));
        assert!(Event::parse(&payload(r#"{"full_name": "mallory/infra"}"#)).unwrap().is_from_fork());
        assert!(Event::parse(&payload("null")).unwrap().is_from_fork());
        assert!(Event::parse("{}").is_err());
    }

    #[test]
    fn a_client_takes_any_github() {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let _inside = runtime.enter();
        assert!(crate::client("https://github.example.com/api/v3", "token").is_ok());
        assert!(crate::client("not an address", "token").is_err());
    }
}
