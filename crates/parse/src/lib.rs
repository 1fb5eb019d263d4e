//! Turns one file's text into a document in which every key and scalar has a span.
//!
//! Parsing never fails and never panics: it returns whatever could be read, and a list of [`ParseError`]s. Depth,
//! size and alias use are bounded, so hostile input costs bounded time and memory.

pub mod audit;
mod builder;
pub mod data;
mod decode;
pub mod hcl;
mod hcl_json;
mod json;
#[cfg(test)]
mod testing;
mod yaml;

pub use decode::{Undecodable, decode};

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

/// Most [`ParseError`]s kept of one file: a file of nothing but errors must not cost more than its text.
const MAX_ERRORS: usize = 100;

/// Reads `text` as `format`. Every span of the result is a byte range of `text` on character boundaries, tagged
/// with `file`; [`audit::audit`] spells the whole promise out.
///
/// The parsers recurse to a bounded depth that may need a few MiB of stack in a debug build: call this on a thread
/// with 8 MiB.
pub fn parse(file: FileId, text: &str, format: Format) -> Parsed {
    // Spans are 32 bits wide.
    if u32::try_from(text.len()).is_err() {
        return Parsed::refused(format, "file too large", Span::new(file, 0, 0));
    }
    match format {
        Format::Hcl => hcl::parse(file, text),
        Format::HclJson => hcl_json::parse(file, text),
        Format::Yaml => yaml::parse(file, text),
        Format::Json => json::parse(file, text).into_parsed(),
    }
}

impl Parsed {
    /// An empty document with the reason why nothing was read.
    fn refused(format: Format, message: &str, span: Span) -> Self {
        let syntax = match format {
            Format::Hcl | Format::HclJson => Syntax::Hcl(hcl::Body::default()),
            Format::Yaml | Format::Json => Syntax::Data(data::Tree::default()),
        };
        Self { syntax, comments: Vec::new(), errors: vec![ParseError { message: message.to_owned(), span }] }
    }
}

/// The span of the character at byte `at`, or of nothing at the end of the text: where a parser gave up.
fn point(file: FileId, text: &str, at: usize) -> Span {
    let at = text.floor_char_boundary(at);
    let width = text.get(at..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
    Span::new(file, at, at + width)
}

/// Sorts comments found in another order, and drops one that begins within another.
fn in_order(mut comments: Vec<Span>) -> Vec<Span> {
    comments.sort_unstable();
    let mut end = 0;
    comments.retain(|comment| {
        let apart = comment.start >= end;
        if apart {
            end = comment.end;
        }
        apart
    });
    comments
}
