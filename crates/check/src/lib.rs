//! Judges the model: rules, suppressions, and the result a report shows.

mod baseline;
mod build;
mod changes;
mod compare;
mod concerned;
mod excessive;
mod inventory;
pub mod merge;
mod moved;
mod posture;
mod result;
mod rule;
pub mod rules;
mod run;
mod shared;
mod suppress;

pub use baseline::Baseline;
pub use changes::{Change, ChangeKind, changes};
pub use compare::{Compared, GateEdit, compare};
pub use concerned::concerned;
pub use connlint_model::Realm;
pub use inventory::{CredentialUse, Inventory};
pub use moved::Moved;
pub use result::{Allowed, Comparison, ConnectorSummary, Outcome, Review, Unread, UnreadReason};
pub use rule::{Evidence, Rule, Unreadable};
pub use run::{Comment, Level, Settings, run};
pub use shared::name_of_system;
pub use suppress::{Date, Scope};
