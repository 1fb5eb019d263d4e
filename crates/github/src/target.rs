//! Where a result goes, and how much of it.

use std::fmt;
use std::time::Duration;

use crate::marker::is_hex;

/// The pull request that a result goes to.
#[derive(Clone, PartialEq, Eq)]
pub struct Target {
    /// Address of GitHub's REST interface, as `GITHUB_API_URL` has it: `https://api.github.com` or
    /// `https://github.example.com/api/v3`.
    pub api: String,
    /// Address of its GraphQL interface, as `GITHUB_GRAPHQL_URL` has it; empty for none. Without it comments are not
    /// folded, and nobody notices that a person has resolved one.
    pub graphql: String,
    /// Token of the job; empty for none.
    pub token: String,
    /// Repository, as `owner/name`.
    pub repository: String,
    /// Number of the pull request.
    pub pull: u64,
    /// The commit that was reviewed, in full: the last one that the pull request brings. Lines are those of it.
    pub head: String,
    /// Login that the token writes as. A job's token may not ask for it; it is `github-actions[bot]`.
    pub login: String,
    /// Tells the comments of several jobs on one pull request from each other. Any text.
    pub comment_id: String,
    /// Whether the changes come from a fork, where a token that may not write is no mistake.
    pub fork: bool,
}

impl Target {
    /// What is wrong, before anything is sent.
    pub(crate) fn problem(&self) -> Option<&'static str> {
        if !is_repository(&self.repository) {
            return Some("the repository is not of the form owner/name");
        }
        if !is_hex(&self.head) {
            return Some("the commit is not of hexadecimal digits");
        }
        None
    }
}

/// Whether a name has the form `owner/name`, so that it leads nowhere else within an address.
pub(crate) fn is_repository(name: &str) -> bool {
    let fine = |it: &str| {
        let plain = it.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
        plain && it.bytes().any(|byte| byte != b'.')
    };
    name.split_once('/').is_some_and(|(owner, name)| fine(owner) && fine(name))
}

impl fmt::Debug for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Target")
            .field("api", &self.api)
            .field("graphql", &self.graphql)
            .field("token", &if self.token.is_empty() { "" } else { "***" })
            .field("repository", &self.repository)
            .field("pull", &self.pull)
            .field("head", &self.head)
            .field("login", &self.login)
            .field("comment_id", &self.comment_id)
            .field("fork", &self.fork)
            .finish()
    }
}

/// How much a run may write, and how long it may wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Most comments on lines that a run adds.
    pub inline: usize,
    /// Most comments on files that a run adds.
    pub file: usize,
    /// Longest time to wait because of GitHub's rate limits, all waiting together.
    pub wait: Duration,
}

impl Default for Limits {
    /// 30 comments on lines, 10 on files, and a minute: more than that in a review is noise, and a job that waits costs
    /// money.
    fn default() -> Self {
        Self { inline: 30, file: 10, wait: Duration::from_secs(60) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_repositories_lead_nowhere_else() {
        for name in ["acme/infra", "a-b/.github", "A_1/x.y"] {
            assert!(is_repository(name), "{name}");
        }
        for name in ["", "acme", "/", "acme/", "a/b/c", "a/..", "../b", "a/b?x", "a/b#", "a/ b", "a/%2e"] {
            assert!(!is_repository(name), "{name}");
        }
    }
}
