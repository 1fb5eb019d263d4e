//! From a file's bytes to text.

use std::fmt;

use memchr::memchr;

/// Why bytes are not text that could be parsed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Undecodable {
    /// A NUL byte, which no supported format allows and nearly every binary file has.
    Binary,
    /// Neither UTF-8 nor, by its byte-order mark, UTF-16.
    Encoding,
}

impl fmt::Display for Undecodable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Binary => "binary file",
            Self::Encoding => "neither UTF-8 nor UTF-16 text",
        })
    }
}

impl std::error::Error for Undecodable {}

/// Decodes a file: UTF-8 as it is, without its byte-order mark, and UTF-16 if a mark announces it.
///
/// Valid UTF-8 without a mark is neither copied nor moved.
///
/// # Errors
///
/// Anything else is refused rather than guessed: a wrong guess would shift every span.
pub fn decode(mut bytes: Vec<u8>) -> Result<String, Undecodable> {
    let text = match bytes.as_slice() {
        [0xFF, 0xFE, rest @ ..] => utf16(rest, u16::from_le_bytes)?,
        [0xFE, 0xFF, rest @ ..] => utf16(rest, u16::from_be_bytes)?,
        [0xEF, 0xBB, 0xBF, ..] => {
            bytes.drain(..3);
            utf8(bytes)?
        }
        _ => utf8(bytes)?,
    };
    // Also catches UTF-32, whose little-endian mark starts with that of UTF-16.
    if memchr(0, text.as_bytes()).is_some() { Err(Undecodable::Binary) } else { Ok(text) }
}

fn utf8(bytes: Vec<u8>) -> Result<String, Undecodable> {
    String::from_utf8(bytes).map_err(|error| {
        if memchr(0, error.as_bytes()).is_some() { Undecodable::Binary } else { Undecodable::Encoding }
    })
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<String, Undecodable> {
    let (units, []) = bytes.as_chunks::<2>() else { return Err(Undecodable::Encoding) };
    char::decode_utf16(units.iter().map(|pair| unit(*pair)))
        .collect::<Result<String, _>>()
        .map_err(|_| Undecodable::Encoding)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decodes_marked_text_and_refuses_the_rest() {
        let cases: [(&[u8], Result<&str, Undecodable>); 12] = [
            (b"", Ok("")),
            (b"a = 1\r\n", Ok("a = 1\r\n")),
            ("\u{e9}\u{1f600}".as_bytes(), Ok("\u{e9}\u{1f600}")),
            (b"\xEF\xBB\xBFa", Ok("a")),
            (b"\xEF\xBB\xBF", Ok("")),
            (b"\xFF\xFEa\0=\xD8\0\xDE", Ok("a\u{1f600}")),
            (b"\xFE\xFF\0a\xD8=\xDE\0", Ok("a\u{1f600}")),
            (b"\xFF\xFEa", Err(Undecodable::Encoding)),
            (b"\xFF\xFE=\xD8", Err(Undecodable::Encoding)),
            (b"\xFF\xFE\0\0a\0\0\0", Err(Undecodable::Binary)),
            (b"caf\xE9", Err(Undecodable::Encoding)),
            (b"PK\x03\x04\0\xFF", Err(Undecodable::Binary)),
        ];
        for (bytes, expected) in cases {
            assert_eq!(decode(bytes.to_vec()).as_deref(), expected.as_ref().copied(), "{bytes:?}");
        }
    }

    #[test]
    fn plain_text_keeps_its_allocation() {
        let bytes = b"key: value".to_vec();
        let address = bytes.as_ptr();
        assert_eq!(decode(bytes).map(|text| text.as_ptr()), Ok(address));
    }
}
