//! Text of strangers made safe to print. Paths, addresses and messages come from pull requests, so they may try to
//! drive the terminal, to reorder what is read (<https://trojansource.codes>), or to add a workflow command.

use std::borrow::Cow;
use std::fmt::Write as _;

/// `text` with every character that moves, hides or reorders others shown as `\u{…}`.
pub(crate) fn visible(text: &str) -> Cow<'_, str> {
    if !text.contains(is_treacherous) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    text.chars().for_each(|c| push_visible(&mut shown, c));
    Cow::Owned(shown)
}

/// Appends one character as [`visible`] shows it.
pub(crate) fn push_visible(shown: &mut String, c: char) {
    if is_treacherous(c) {
        shown.extend(c.escape_unicode());
    } else {
        shown.push(c);
    }
}

/// Control characters, and those of Unicode's format characters that have no business in code: marks and overrides
/// of direction, invisible characters, line separators, tags and the variation selectors that can carry hidden text.
fn is_treacherous(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{180e}' | '\u{3164}' | '\u{feff}')
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}')
        || matches!(c, '\u{fff9}'..='\u{fffb}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// The message of a workflow command. Percent signs, carriage returns and line feeds are encoded as in
/// <https://github.com/actions/toolkit/blob/main/packages/core/src/command.ts>.
pub(crate) fn command_message(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// A property of a workflow command, where `:` and `,` would end the value.
pub(crate) fn command_property(text: &str) -> String {
    command_message(text).replace(':', "%3A").replace(',', "%2C")
}

/// A relative path as a URI reference (RFC 3986, section 4.2): all bytes but the unreserved ones and `/` encoded. As
/// `:` is encoded too, the first segment cannot be taken for a scheme.
pub(crate) fn uri(path: &str) -> String {
    let mut uri = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~' | b'/') {
            uri.push(char::from(byte));
        } else {
            // Writing to a string cannot fail.
            let _ = write!(uri, "%{byte:02X}");
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn treacherous_characters_are_spelled_out() {
        let cases = [
            ("plain é 漢字 🦀", "plain é 漢字 🦀"),
            ("a\x1b[31mred", "a\\u{1b}[31mred"),
            ("\r\n\t\0", "\\u{d}\\u{a}\\u{9}\\u{0}"),
            ("\u{9b}2J", "\\u{9b}2J"),
            ("\u{202e}fdp.exe", "\\u{202e}fdp.exe"),
            ("a\u{200b}b\u{2066}c\u{feff}", "a\\u{200b}b\\u{2066}c\\u{feff}"),
            ("\u{e0041}", "\\u{e0041}"),
        ];
        for (text, expected) in cases {
            assert_eq!(visible(text), expected);
        }
    }

    #[test]
    fn commands_cannot_be_broken_out_of() {
        assert_eq!(command_message("50% a:b,c\r\n::error::x"), "50%25 a:b,c%0D%0A::error::x");
        assert_eq!(command_property("a:b,c%\n"), "a%3Ab%2Cc%25%0A");
    }

    #[test]
    fn paths_become_relative_references() {
        assert_eq!(uri("a b/c#1/é.tf"), "a%20b/c%231/%C3%A9.tf");
        assert_eq!(uri("c:/x?y"), "c%3A/x%3Fy");
    }
}
