//! Objects that set a key twice: Terraform lets the last one win, the parser refuses the file.
//!
//! The parser is given a copy in which the second key has another name of the same length, so that every offset
//! stays; names are then read from the original.

use ::hcl::edit::parser::{self, Error};
use ::hcl::edit::structure::Body;

/// How many second keys are renamed in one text. Each costs another run of the parser.
const MAX_RENAMED: usize = 8;

/// Parses `text`, which may set keys of objects twice.
pub(super) fn parse_body(text: &str) -> Result<Body, Error> {
    let mut error = match parser::parse_body(text) {
        Ok(body) => return Ok(body),
        Err(error) => error,
    };
    let mut copy = None;
    for count in 0..MAX_RENAMED {
        if !is_duplicate_key(&error) {
            break;
        }
        let renamed = rename(copy.as_deref().unwrap_or(text), error.location().offset(), count);
        let Some(renamed) = renamed else { break };
        error = match parser::parse_body(&renamed) {
            Ok(body) => return Ok(body),
            Err(error) => error,
        };
        copy = Some(renamed);
    }
    Err(error)
}

/// Whether an object sets a key twice; the error is then where the second key starts.
pub(super) fn is_duplicate_key(error: &Error) -> bool {
    error.message().contains("redefined object key")
}

/// A copy of `text` in which the word that starts the key at `at` is another one. Only plain words, in quotes or
/// parentheses or bare, are found: those of holes and escapes stay as they are, and so does the error.
fn rename(text: &str, at: usize, count: usize) -> Option<String> {
    let key = text.get(at..)?;
    let start = at + key.len() - key.trim_start_matches(['"', '(', ' ']).len();
    let word = text.get(start..)?;
    let len = word.bytes().take_while(u8::is_ascii_alphanumeric).count();
    let rest = text.get(start + len..)?;
    let letter = char::from(b"QZXJKVWY".get(count).copied()?);
    // A word of one letter over and over is nobody's key.
    let name: String = std::iter::repeat_n(letter, len).collect();
    (len > 0).then(|| [text.get(..start).unwrap_or_default(), &name, rest].concat())
}
