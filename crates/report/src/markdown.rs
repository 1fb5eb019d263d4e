//! Text of strangers made safe in Markdown as GitHub renders it. Names and messages come from pull requests, so they
//! may try to mention people, to link elsewhere, to end a table or a code block, or to add HTML.

use std::fmt::Write as _;

use crate::escape::visible;

/// A longer text is cut: one of a comment's many parts must not use up its room.
const LONGEST: usize = 500;

/// A sentence of ours in which names of strangers stand between backticks: those become code, the rest is escaped.
pub(crate) fn sentence(text: &str) -> String {
    let text = visible(cut(text, LONGEST));
    let mut shown = String::with_capacity(text.len() + 16);
    for (index, piece) in text.split('`').enumerate() {
        if index % 2 == 1 {
            shown.push_str(&code(piece));
        } else {
            escape(&mut shown, piece);
        }
    }
    shown
}

/// A piece of code on one line; its fence is longer than any run of backticks in it.
pub(crate) fn code(text: &str) -> String {
    let text = visible(cut(text, LONGEST));
    if text.is_empty() {
        return String::new();
    }
    // A bar would end the cell of a table even within code.
    let text = text.replace('|', "¦");
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or_default();
    let fence = "`".repeat(longest + 1);
    let space = if longest > 0 { " " } else { "" };
    format!("{fence}{space}{text}{space}{fence}")
}

/// Plain text of a stranger.
pub(crate) fn plain(text: &str) -> String {
    let mut shown = String::new();
    escape(&mut shown, &visible(cut(text, LONGEST)));
    shown
}

/// A link whose text is safe already.
pub(crate) fn link(text: &str, address: &str) -> String {
    format!("[{text}]({address})")
}

/// The beginning of a text, cut between characters.
pub(crate) fn cut(text: &str, most: usize) -> &str {
    if text.len() <= most {
        return text;
    }
    let end = (0..=most).rev().find(|end| text.is_char_boundary(*end)).unwrap_or_default();
    text.get(..end).unwrap_or_default()
}

/// Punctuation is spelled as entities, which GitHub shows and does not read. What it looks for in the text afterwards,
/// mentions, issues and addresses, is broken by a space without width.
fn escape(shown: &mut String, text: &str) {
    for (at, c) in text.char_indices() {
        match c {
            '@' | '#' => shown.extend([c, '\u{200b}']),
            ':' if text.get(at..).is_some_and(|it| it.starts_with("://")) => shown.extend([c, '\u{200b}']),
            '.' if text.get(..at).is_some_and(|it| it.to_ascii_lowercase().ends_with("www")) => {
                shown.extend(['\u{200b}', c]);
            }
            '\\' | '*' | '_' | '[' | ']' | '<' | '>' | '&' | '|' | '~' | '!' | '`' | '$' | '{' | '}' => {
                // Writing to a string cannot fail.
                let _ = write!(shown, "&#{};", u32::from(c));
            }
            _ => shown.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strangers_cannot_leave_their_place() {
        assert_eq!(code("a|b"), "`a¦b`");
        assert_eq!(code("a``b"), "``` a``b ```");
        let evil = "`x` ``` <img src=x> [a](https://evil.example) @octocat #1 | **b** <!-- connlint -->\n# h";
        let shown = sentence(evil);
        for part in ["<", "](", "@octocat", "#1", " | ", "**", "\n", "://"] {
            assert!(!shown.contains(part), "{part}: {shown}");
        }
        assert!(shown.starts_with("`x` "));
        assert_eq!(plain("a_b"), "a&#95;b");
        assert_eq!(cut("aé", 2), "a");
    }
}
