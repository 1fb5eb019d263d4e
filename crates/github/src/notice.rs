//! Text for people: one line each, not too long, and without the token.

/// Longest line, in characters; an answer of GitHub's may be a page.
const MOST: usize = 400;

/// A text as one line that does not say the token.
pub(crate) fn line(text: &str, token: &str) -> String {
    let text = if token.is_empty() { text.to_owned() } else { text.replace(token, "***") };
    text.chars().map(|it| if it.is_control() { ' ' } else { it }).take(MOST).collect()
}

#[cfg(test)]
mod tests {
    use super::line;

    #[test]
    fn a_line_is_one_and_has_no_token() {
        assert_eq!(line("a\r\nghs_secret\u{1b}b", "ghs_secret"), "a  *** b");
        assert_eq!(line("ab", ""), "ab");
        assert_eq!(line(&"é".repeat(9000), "x").chars().count(), super::MOST);
    }
}
