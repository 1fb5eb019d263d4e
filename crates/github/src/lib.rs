//! Puts a result on a pull request; the only code that talks to a network.
//!
//! So far it knows which pull request a run is for and how to reach its GitHub; reviews are posted by a later
//! version.

mod event;
mod hunks;

use octocrab::Octocrab;

pub use event::{Event, EventError, Origin, PullRequest, Push, WorkflowRun};
pub use hunks::Hunks;

/// A client for the GitHub at `api`, such as `https://api.github.com` or `https://github.example.com/api/v3`, that
/// acts with `token`.
///
/// # Errors
///
/// If the address is none, or the client cannot be set up.
pub fn client(api: &str, token: &str) -> Result<Octocrab, octocrab::Error> {
    Octocrab::builder().base_uri(api)?.personal_token(token.to_owned()).build()
}
