//! Which literals are secrets.
//!
//! A literal is judged by its role first (what the provider's schema says of the argument), then by its name, then
//! by its own form. A reference, a name, a path, an id or a ciphertext is never a secret.

mod commands;
mod form;
mod judge;
mod lines;
mod name;
mod random;
mod token;
mod uri;
mod value;
mod words;

pub use judge::{Context, Evidence, Judgement, Role, Strength, judge};
pub use lines::{Assignment, assignments};
pub use name::{NameClass, classify};
pub(crate) use name::{is_plain_collection, is_plain_field, takes_no_secret};
pub use random::is_opaque;
pub use token::{TokenHit, tokens};
