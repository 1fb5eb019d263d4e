//! The escapes of a JSON string, and where each of its parts came from.

use memchr::memchr;

/// Undoes the escapes between the quotes of a string; fails with the offset of an escape that is none.
pub(crate) fn unescape(raw: &str) -> Result<Box<str>, usize> {
    let mut text = String::with_capacity(raw.len());
    pieces(raw, |_, piece| text.push_str(piece))?;
    Ok(text.into())
}

/// Calls `piece` with each run of plain text and each escaped character, and the offset at which it is written.
pub(crate) fn pieces(raw: &str, mut piece: impl FnMut(usize, &str)) -> Result<(), usize> {
    let mut at = 0;
    loop {
        let rest = raw.get(at..).unwrap_or_default();
        let Some(run) = memchr(b'\\', rest.as_bytes()) else {
            if !rest.is_empty() {
                piece(at, rest);
            }
            return Ok(());
        };
        if run > 0 {
            piece(at, rest.get(..run).unwrap_or_default());
            at += run;
        }
        let (char, len) = escape(raw.get(at + 1..).unwrap_or_default()).ok_or(at)?;
        piece(at, char.encode_utf8(&mut [0; 4]));
        at += 1 + len;
    }
}

/// The character an escape stands for, and the length of what follows its backslash.
fn escape(rest: &str) -> Option<(char, usize)> {
    let char = match rest.as_bytes().first()? {
        b'"' => '"',
        b'\\' => '\\',
        b'/' => '/',
        b'b' => '\u{8}',
        b'f' => '\u{c}',
        b'n' => '\n',
        b'r' => '\r',
        b't' => '\t',
        b'u' => return unicode(rest),
        _ => return None,
    };
    Some((char, 1))
}

/// `uXXXX`, or two of them for a character outside the basic plane. A lone surrogate becomes U+FFFD, as in every
/// decoder that does not refuse it.
fn unicode(rest: &str) -> Option<(char, usize)> {
    let high = hex(rest.get(1..5)?)?;
    if let Some(char) = char::from_u32(high) {
        return Some((char, 5));
    }
    let low = rest.get(5..).and_then(|rest| rest.strip_prefix("\\u")).and_then(|rest| hex(rest.get(..4)?));
    let pair = match (high, low) {
        (0xD800..0xDC00, Some(low @ 0xDC00..0xE000)) => {
            char::from_u32(0x1_0000 + ((high - 0xD800) << 10) + (low - 0xDC00))
        }
        _ => None,
    };
    Some(pair.map_or((char::REPLACEMENT_CHARACTER, 5), |char| (char, 11)))
}

fn hex(digits: &str) -> Option<u32> {
    // `from_str_radix` would take a sign.
    digits.bytes().all(|b| b.is_ascii_hexdigit()).then(|| u32::from_str_radix(digits, 16).ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_undone_or_located() {
        let cases = [
            ("plain", Ok("plain")),
            (r#"\"\\\/\b\f\n\r\t"#, Ok("\"\\/\u{8}\u{c}\n\r\t")),
            (r"caf\u00e9", Ok("caf\u{e9}")),
            (r"\uD83D\uDE00!", Ok("\u{1f600}!")),
            (r"\uD83D", Ok("\u{fffd}")),
            (r"\uD83Dx", Ok("\u{fffd}x")),
            (r"\uD83D\u0041", Ok("\u{fffd}A")),
            (r"\uDE00", Ok("\u{fffd}")),
            (r"ab\x", Err(2)),
            (r"\u12", Err(0)),
            (r"\u+123", Err(0)),
            ("\\u00\u{e9}", Err(0)),
            ("a\\", Err(1)),
        ];
        for (raw, expected) in cases {
            assert_eq!(unescape(raw).as_deref(), expected.as_ref().copied(), "{raw}");
        }
    }

    #[test]
    fn pieces_know_where_they_are_written() {
        let mut seen = Vec::new();
        pieces(r"a\n\u00e9b", |at, piece| seen.push((at, piece.to_owned()))).unwrap();
        let expected = [(0, "a"), (1, "\n"), (3, "\u{e9}"), (9, "b")];
        assert_eq!(seen, expected.map(|(at, piece)| (at, piece.to_owned())));
    }
}
