//! A bare template, as a string of HCL's JSON syntax is one.

use connlint_core::FileId;

use super::convert::Convert;
use super::{Offsets, Part, message, scan};

/// Parses `text` as a template; fails with the reason and its offset in `text`.
pub(crate) fn parse_template(
    file: FileId,
    text: &str,
    offsets: Offsets,
) -> Result<Vec<Part>, (String, usize)> {
    if let Some((refusal, at)) = scan::refuse_template(text) {
        return Err((refusal.to_string(), at));
    }
    match ::hcl::edit::parser::parse_template(text) {
        Ok(template) => Ok(Convert::new(file, text, offsets).parts(template)),
        Err(error) => Err((message::message(&error), error.location().offset())),
    }
}
