//! Turns one file's text into a document in which every key and scalar has a span.
//!
//! Parsing never fails and never panics: it returns whatever could be read, and a list of [`ParseError`]s. Depth,
//! size and alias use are bounded, so hostile input costs bounded time and memory.

pub mod data;
pub mod hcl;

use connlint_core::{FileId, Span};

/// How the text of a file is to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Terraform, OpenTofu or Terragrunt in HCL's native syntax.
    Hcl,
    /// Terraform or OpenTofu in HCL's JSON syntax.
    HclJson,
    /// YAML, possibly of several documents.
    Yaml,
    /// JSON.
    Json,
}

/// The syntax of a document.
#[derive(Debug)]
pub enum Syntax {
    /// A body of attributes and blocks, from either HCL syntax.
    Hcl(hcl::Body),
    /// Documents of maps, lists and scalars.
    Data(data::Tree),
}

/// A file as read.
#[derive(Debug)]
pub struct Parsed {
    /// What could be read; after an error, what came before it (YAML) or stands around it (HCL).
    pub syntax: Syntax,
    /// Every comment, in order, with its marks (`#`, `//`, `/* */`).
    pub comments: Vec<Span>,
    /// Why some or all of the text could not be read; empty for a sound file.
    pub errors: Vec<ParseError>,
}

/// A part of the text that could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseError {
    /// The parser's reason: lower case, no full stop, and free of any text of the file.
    pub message: String,
    /// Where it gave up.
    pub span: Span,
}
