//! Puts a result on a pull request; the only code that talks to a network.
//!
//! [`post`] compares what was found with the comments that an earlier run has left, and writes the difference: new
//! comments on lines in one review, comments on files for lines that the diff does not show, and one comment that
//! sums up. The same result again writes nothing. Whatever goes wrong is told in the [`Outcome`] and is no error,
//! since people still have the report of the run; only [`find_pull`] can fail.
//!
//! Calls block, and must not be made from within an asynchronous runtime. A token stands in no error, no notice and no
//! `Debug` text.
//!
//! A run never asks for changes and never approves: that blocks or frees a merge for reasons which a later run may be
//! unable to take back. What gates is the exit code.

mod api;
mod body;
mod diff;
mod event;
mod find;
mod hunks;
mod marker;
mod notice;
mod plan;
mod post;
mod posting;
mod target;

pub use diff::{DiffError, fetch_hunks};
pub use event::{Event, EventError, Origin, PullRequest, Push, WorkflowRun};
pub use find::{FindError, find_pull};
pub use hunks::Hunks;
pub use post::post;
pub use posting::{Mode, Note, Outcome, Posting};
pub use target::{Limits, Target};
