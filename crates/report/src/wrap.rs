//! Breaking prose into lines. Words are never broken: a path, an address or a rule id has to survive copying.

/// The columns that `text` takes up, or a little more: everything from Hangul on counts as wide. Guessing wide means
/// that a line breaks early; the other way round it would run over the edge.
pub(crate) fn columns(text: &str) -> usize {
    text.chars().map(char_columns).sum()
}

/// The columns that one character takes up, or one too many.
pub(crate) fn char_columns(c: char) -> usize {
    // <https://www.unicode.org/reports/tr11/>: the first wide character is U+1100; from U+2000 to U+25FF there are
    // punctuation, arrows, mathematics and box drawing, all narrow but for a handful.
    if c < '\u{1100}' || ('\u{2000}'..'\u{2600}').contains(&c) { 1 } else { 2 }
}

/// Lines of at most `width` columns, the first of at most `first`.
pub(crate) fn wrap(text: &str, first: usize, width: usize) -> Vec<String> {
    wrap_pieces(text.split(' ').filter(|word| !word.is_empty()), first, width)
}

/// As [`wrap`], with breaks only between the pieces, which one space sets apart.
pub(crate) fn wrap_pieces<'a>(
    pieces: impl Iterator<Item = &'a str>,
    first: usize,
    width: usize,
) -> Vec<String> {
    let (mut lines, mut line, mut used, mut limit) = (Vec::new(), String::new(), 0, first);
    for piece in pieces {
        let needed = columns(piece);
        let space = usize::from(used > 0);
        // An empty line is worth leaving only when the next one has more room.
        if used + space + needed > limit && (used > 0 || limit < width) {
            lines.push(std::mem::take(&mut line));
            (used, limit) = (0, width);
        }
        if used > 0 {
            line.push(' ');
            used += 1;
        }
        line.push_str(piece);
        used += needed;
    }
    lines.push(line);
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_break_between_words() {
        let cases: [(&str, usize, usize, &[&str]); 6] = [
            ("", 10, 10, &[""]),
            ("one two three", 7, 7, &["one two", "three"]),
            ("one two three", 3, 9, &["one", "two three"]),
            ("unbreakable/token x", 5, 5, &["unbreakable/token", "x"]),
            ("word", 2, 8, &["", "word"]),
            ("漢字 漢字", 5, 5, &["漢字", "漢字"]),
        ];
        for (text, first, width, expected) in cases {
            assert_eq!(wrap(text, first, width), expected, "{text:?}");
        }
    }
}
