//! Judges the model: rules, suppressions, and the result a report shows.

mod build;
mod excessive;
mod posture;
mod result;
mod rule;
pub mod rules;
mod run;
mod shared;
mod suppress;

pub use result::{ConnectorSummary, Outcome, Review, Unread, UnreadReason};
pub use rule::{Evidence, Rule, Unreadable};
pub use run::{Comment, Level, Settings, run};
pub use suppress::{Date, Scope};
