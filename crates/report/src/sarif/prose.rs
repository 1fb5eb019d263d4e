//! Our messages as SARIF wants them: sentences, without links or placeholders that a stranger put there.

use crate::escape::visible;

/// `message` with a capital letter, unless it starts with a name, and a full stop.
pub(super) fn sentence(message: &str) -> String {
    let text = plain(&visible(message));
    let (word, _) = text.split_once(' ').unwrap_or((&text, ""));
    let is_word = word.trim_end_matches('.').chars().all(char::is_alphabetic);
    let mut chars = text.chars();
    let mut sentence: String = match chars.next() {
        Some(first) if is_word => first.to_uppercase().chain(chars).collect(),
        _ => text,
    };
    if !sentence.ends_with(['.', '!', '?']) {
        sentence.push('.');
    }
    sentence
}

/// Brackets lose their power to make links: <https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/sarif-v2.1.0-os.html#_Toc34317424>.
/// Where they could not make one they stay as they are, since most viewers show the backslash.
fn plain(text: &str) -> String {
    if text.contains("](") { text.replace('[', "\\[").replace(']', "\\]") } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_become_sentences_without_links() {
        let cases = [
            ("the password is written here", "The password is written here."),
            ("aws_db.x holds it", "aws_db.x holds it."),
            ("done.", "Done."),
            ("a[0] of b", "a[0] of b."),
            ("see [this](https://evil.example)", "See \\[this\\](https://evil.example)."),
            ("\x1b[2J", "\\u{1b}[2J."),
        ];
        for (message, expected) in cases {
            assert_eq!(sentence(message), expected);
        }
    }
}
