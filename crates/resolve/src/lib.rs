//! Follows variables, locals, modules, templates, anchors and wrappers, so that each value knows its origin.
//!
//! Both languages end in one type, [`Value`]: maps, lists and texts whose every piece is either a literal with the
//! span it was written at, or a [`Reference`]. What cannot be resolved is a reference too, never a guess.

pub mod data;
mod reference;
pub mod terraform;
mod text;
mod unwrap;
mod value;

pub use reference::split;
pub use text::{Literal, Piece, Text};
pub use unwrap::{unwrap, written_offset};
pub use value::{Content, Entry, Kind, Link, RefKind, Reference, Value, Via};
