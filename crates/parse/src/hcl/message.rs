//! The parser's errors in our words.

use ::hcl::edit::parser::Error;

/// The longest list of expectations worth showing.
const MAX_LEN: usize = 64;

/// A short reason for `error`. The parser builds its messages from constants only, its quoted line is never used.
pub(super) fn message(error: &Error) -> String {
    let text = error.message();
    let known = [
        ("redefined object key", "duplicate object key"),
        ("redefined attribute", "duplicate attribute"),
        ("nested levels", "nested too deeply"),
        ("chained binary operators", "too many operators in one expression"),
        ("heredoc end delimiter", "unterminated heredoc"),
    ];
    if let Some((_, ours)) = known.iter().find(|(theirs, _)| text.contains(theirs)) {
        return (*ours).to_owned();
    }
    if text.len() <= MAX_LEN {
        return text.to_owned();
    }
    // "invalid expression; expected …" and a dozen characters: what is wrong comes first.
    let short = text.split_once("; ").map_or("unexpected token", |(first, _)| first);
    if short.len() <= MAX_LEN { short.to_owned() } else { "unexpected token".to_owned() }
}
