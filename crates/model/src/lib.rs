//! Recognises principals, credentials, grants and connectors in resolved documents, using the fact tables.

mod account;
mod compared;
mod document;
pub mod facts;
mod find;
mod key;
mod model;
mod part;
mod posture;
mod realm;
pub mod secret;
mod sharing;
mod terraform;
mod votes;
mod walk;

pub use compared::{
    Compared, Extends, Extent, Kept, Lean, Party, Purpose, Right, Seat, Site, Switch, Taken, Watch, Watched,
    same_version,
};
pub use connlint_resolve::RefKind;
pub use document::{documents, is_compared_json, is_known_json};
pub use facts::Part as Duty;
pub use find::{Names, text_secrets};
pub use model::{About, Credential, Keep, Model, Share, assemble};
pub use part::{
    Account, Channel, Connector, Key, Namespace, Outside, Part, Persisted, Persistence, Redacted, SecretFile,
    SecretLiteral, Use,
};
pub use posture::{
    Access, Aspect, Form, Grant, Holder, Principal, PrincipalKind, Reach, Setting, Status, Trust, Trusting,
    Version, Versioned,
};
pub use realm::{Identity, Realm, identity};
pub use terraform::terraform;
pub use votes::{Environment, is_trial};
