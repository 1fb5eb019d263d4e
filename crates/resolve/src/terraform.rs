//! Terraform, OpenTofu and Terragrunt: modules, variables, locals, references and the pure functions.
//!
//! A folder is a module. A module that no other module of the tree calls is a root; a root is evaluated once for
//! each of its variable files, and every local module it calls is evaluated with the arguments of that call.

mod blocks;
mod body;
mod derive;
mod encode;
mod eval;
mod functions;
mod module;
mod number;
mod optional;
mod plan;
mod root;
mod shelf;
mod stores;
mod template;
#[cfg(test)]
mod tests;
mod traversal;

pub use body::{Block, BlockKind};
pub use module::{Module, Modules, Tfvars};
pub use plan::plan;
pub use root::{Evaluated, Root, Variant, evaluate, roots, unclaimed};
pub use shelf::{Asked, File, Shelf};
