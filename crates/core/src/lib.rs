//! The words every part of connlint shares: files, spans, severities, rules, findings and fingerprints.
//!
//! Nothing here reads, decides or prints.

mod finding;
mod fingerprint;
mod glob;
mod identity;
mod join;
mod rule;
mod severity;
mod source;
mod span;

pub use finding::{Edit, Finding, Label, Location, Suppression};
pub use fingerprint::{Digest, Fingerprint, HashKey};
pub use glob::glob;
pub use identity::{Identity, Standing};
pub use join::JoinKey;
pub use rule::{Control, RuleMeta, Tier};
pub use severity::{Confidence, Severity, UnknownWord};
pub use source::{Position, Source, Sources};
pub use span::{FileId, Span};
