//! Which pull request a finished workflow was for.

use std::time::Duration;

use thiserror::Error;

use crate::api::{Api, Fail, Pull};
use crate::event::Origin;
use crate::marker::encoded;
use crate::notice;
use crate::target::is_repository;

/// Longest time to wait because of rate limits.
const WAIT: Duration = Duration::from_secs(60);

/// Why a pull request was not found.
#[derive(Debug, Error)]
pub enum FindError {
    /// Several ones bring the same commit from the same branch, into different ones.
    #[error("{0} open pull requests bring this commit")]
    Several(usize),
    /// The name of the repository is none.
    #[error("the repository is not of the form owner/name")]
    Repository,
    /// GitHub gave no list; the text says why.
    #[error("the pull requests could not be listed: {0}")]
    Unlisted(String),
}

/// The number of the open pull request of `repository` (`owner/name`) whose head is `origin`, if there is one.
///
/// A `workflow_run` event does not name the pull requests of forks, and what a fork's own run has left behind is not to
/// be believed. So all of commit, branch and repository have to be those that GitHub says the run was for.
///
/// `api` and `token` are those of a [`Target`](crate::Target). Blocks, and must not be called from within an
/// asynchronous runtime.
///
/// # Errors
///
/// If GitHub cannot be asked, or if several pull requests are meant.
pub fn find_pull(
    api: &str,
    token: &str,
    repository: &str,
    origin: &Origin,
) -> Result<Option<u64>, FindError> {
    // A head that was deleted, and a tag, are no pull request's.
    let (Some(from), Some(branch)) = (&origin.repository, &origin.branch) else { return Ok(None) };
    if !is_repository(repository) || !is_repository(from) {
        return Err(FindError::Repository);
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| FindError::Unlisted(error.to_string()))?;
    let owner = from.split('/').next().unwrap_or_default();
    let route = format!("/repos/{repository}/pulls?state=open&head={owner}:{}", encoded(branch));
    let pulls: Result<Vec<Pull>, Fail> =
        runtime.block_on(async { Api::new(api, "", token, WAIT)?.list(&route).await });
    let pulls = pulls.map_err(|fail| FindError::Unlisted(notice::line(&fail.to_string(), token)))?;
    // An owner may have several forks, and who filters for us is not asked to be right.
    let is_from = |it: &&Pull| {
        let same_repository = it.head.repo.as_ref().is_some_and(|it| it.full_name == *from);
        it.state == "open" && it.head.sha == origin.head && it.head.branch == *branch && same_repository
    };
    let found: Vec<u64> = pulls.iter().filter(is_from).map(|it| it.number).collect();
    match found.as_slice() {
        [] => Ok(None),
        [number] => Ok(Some(*number)),
        several => Err(FindError::Several(several.len())),
    }
}
