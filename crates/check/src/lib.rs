//! Judges the model: rules, suppressions, and the result a report shows.

mod result;

pub use result::{ConnectorSummary, Review, Unread, UnreadReason};
