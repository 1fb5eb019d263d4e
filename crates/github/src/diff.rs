//! The diff of a pull request, for who has no clone that holds it.

use thiserror::Error;

use crate::api::{Api, Fail};
use crate::hunks::Hunks;
use crate::notice;
use crate::target::{Limits, Target};

/// Why there is no diff; the text is for people.
#[derive(Debug, Error)]
#[error("{0}")]
pub struct DiffError(String);

/// The hunks of the pull request, as GitHub shows them. Blocks, and must not be called from within an asynchronous runtime.
///
/// # Errors
///
/// If GitHub cannot be asked, or does not give a diff of this size.
pub fn fetch_hunks(target: &Target) -> Result<Hunks, DiffError> {
    if let Some(problem) = target.problem() {
        return Err(DiffError(problem.to_owned()));
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| DiffError(error.to_string()))?;
    let wait = Limits::default().wait;
    let diff: Result<String, Fail> = runtime.block_on(async {
        Api::new(&target.api, "", &target.token, wait)?.diff(&target.repository, target.pull).await
    });
    let diff = diff.map_err(|fail| DiffError(notice::line(&fail.to_string(), &target.token)))?;
    Ok(Hunks::parse(diff))
}
