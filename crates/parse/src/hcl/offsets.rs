//! From an offset in the string given to the parser to one in the file.

use crate::json;

/// How the parsed string lies in its file.
#[derive(Debug)]
pub(crate) enum Offsets {
    /// Byte for byte, from this offset on.
    Shift(usize),
    /// In pieces, because escapes were undone: the offset in the string and in the file of each piece's start, in
    /// order, and of the end.
    Pieces(Vec<(usize, usize)>),
}

impl Offsets {
    /// The offsets of the text of a JSON string, whose content is written as `raw` from `start` on.
    pub(crate) fn of_json_string(raw: &str, start: usize) -> Self {
        if !raw.contains('\\') {
            return Self::Shift(start);
        }
        let mut table = Vec::new();
        let mut len = 0;
        let read = json::pieces(raw, |at, piece| {
            table.push((len, start + at));
            len += piece.len();
        });
        match read {
            Ok(()) => {
                table.push((len, start + raw.len()));
                Self::Pieces(table)
            }
            Err(_) => Self::Shift(start),
        }
    }

    /// The place in the file of the byte at `offset` of the string.
    pub(crate) fn at(&self, offset: usize) -> usize {
        match self {
            Self::Shift(by) => by + offset,
            Self::Pieces(table) => {
                let next = table.partition_point(|(start, _)| *start <= offset);
                let piece = next.checked_sub(1).and_then(|index| table.get(index));
                piece.map_or(0, |(start, place)| place + (offset - start))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_shift_what_follows_them() {
        let raw = r#"a\"\u00e9${x}"#;
        let offsets = Offsets::of_json_string(raw, 100);
        let text = json::unescape(raw).unwrap();
        assert_eq!(&*text, "a\"\u{e9}${x}");
        let places: Vec<_> = text.char_indices().map(|(i, _)| offsets.at(i)).collect();
        assert_eq!(places, [100, 101, 103, 109, 110, 111, 112]);
        assert_eq!(offsets.at(text.len()), 100 + raw.len());
    }
}
