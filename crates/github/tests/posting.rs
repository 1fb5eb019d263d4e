//! Puts results on the pull request of a GitHub that only pretends, and counts what is written.
#![allow(clippy::expect_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

#[path = "posting/find.rs"]
mod find;
#[path = "mock/github.rs"]
mod github;
#[path = "posting/limits.rs"]
mod limits;
#[path = "posting/ours.rs"]
mod ours;
#[path = "posting/places.rs"]
mod places;
#[path = "posting/reconcile.rs"]
mod reconcile;
#[path = "posting/refusals.rs"]
mod refusals;
#[path = "posting/rig.rs"]
mod rig;
#[path = "posting/summary.rs"]
mod summary;
