//! What Terraform accepts and the parser refuses: objects that set a key twice (the last one wins), and line breaks
//! before the `?` and `:` of a condition within a `for` object.
//!
//! The parser is given a copy in which the second key has another name of the same length, or a space stands for the
//! line break, so that every offset stays; names are then read from the original.

use ::hcl::edit::parser::{self, Error};
use ::hcl::edit::structure::Body;

/// How many second keys are renamed in one text. Each costs another run of the parser.
const MAX_RENAMED: usize = 8;

/// Parses `text`, which may set keys of objects twice or break a condition over lines.
pub(super) fn parse_body(text: &str) -> Result<Body, Error> {
    let mut error = match parser::parse_body(text) {
        Ok(body) => return Ok(body),
        Err(error) => error,
    };
    let mut copy = None;
    if let Some(joined) = joined_conditions(text) {
        error = match parser::parse_body(&joined) {
            Ok(body) => return Ok(body),
            Err(error) => error,
        };
        copy = Some(joined);
    }
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

/// A copy of `text` without the line breaks before lines that go on with `?` or `:`, unless a comment ends there.
fn joined_conditions(text: &str) -> Option<String> {
    let mut copy = String::with_capacity(text.len());
    let mut lines = text.split_inclusive('\n').peekable();
    let mut joined = false;
    while let Some(line) = lines.next() {
        let goes_on = lines
            .peek()
            .is_some_and(|next| next.trim_start().starts_with("? ") || next.trim_start().starts_with(": "));
        let body = line.trim_end_matches(['\r', '\n']);
        copy.push_str(body);
        if goes_on && !body.contains(['#']) && !body.contains("//") {
            copy.extend(std::iter::repeat_n(' ', line.len() - body.len()));
            joined = true;
        } else {
            copy.push_str(line.get(body.len()..).unwrap_or_default());
        }
    }
    joined.then_some(copy)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_may_break_over_lines() {
        let text = "x = { for k, v in m : k => v\n  ? 1\r\n  : 2\n}\n";
        assert!(parser::parse_body(text).is_err() && parse_body(text).is_ok());
        assert_eq!(joined_conditions(text).map(|it| it.len()), Some(text.len()));
        assert_eq!(joined_conditions("x = a # why\n  ? 1 : 2\n"), None);
    }
}
