//! Credentials that tell themselves by their format: provider tokens and private keys.

use std::ops::Range;
use std::sync::OnceLock;

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};

use super::random::distinct;
use crate::facts;

/// A credential found by its format.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenHit {
    /// Its bytes.
    pub range: Range<usize>,
    /// What it is, such as `GitHub personal access token`.
    pub what: &'static str,
    /// Whether the issuer publishes it as a sample.
    pub sample: bool,
}

struct Format {
    prefix: &'static str,
    alphabet: u8,
    least: usize,
    most: usize,
    what: &'static str,
}

const PEM: &str = "-----BEGIN ";
/// The same in base64.
const PACKED_PEM: &str = "LS0tLS1CRUdJTi";

struct Table {
    formats: Vec<Format>,
    search: Option<AhoCorasick>,
}

fn table() -> &'static Table {
    static TABLE: OnceLock<Table> = OnceLock::new();
    TABLE.get_or_init(|| {
        let formats: Vec<Format> = facts::rows(include_str!("../../facts/tokens.tsv"))
            .filter_map(|row| {
                let [prefix, alphabet, least, most, what] = row[..] else { return None };
                let alphabet =
                    ["an", "up", "hex", "url", "b64", "dot"].iter().position(|it| *it == alphabet)?;
                let (least, most) = (least.parse().ok()?, most.parse().ok()?);
                Some(Format { prefix, alphabet: 1 << alphabet, least, most, what })
            })
            .collect();
        let patterns = formats.iter().map(|format| format.prefix).chain([PEM, PACKED_PEM]);
        // A full automaton is twice as fast as the one chosen by default, and costs 0.4 ms to build.
        let search = AhoCorasick::builder()
            .kind(Some(AhoCorasickKind::DFA))
            .match_kind(MatchKind::LeftmostLongest)
            .build(patterns)
            .ok();
        Table { formats, search }
    })
}

/// Which alphabets a byte belongs to, one bit each, in the order of the table's names.
const fn alphabets(b: u8) -> u8 {
    let an = b.is_ascii_alphanumeric();
    let up = b.is_ascii_uppercase() || b.is_ascii_digit();
    let hex = b.is_ascii_digit() || matches!(b, b'a'..=b'f');
    let url = an || matches!(b, b'_' | b'-');
    let b64 = url || matches!(b, b'+' | b'/' | b'=');
    let dot = url || b == b'.';
    an as u8 | (up as u8) << 1 | (hex as u8) << 2 | (url as u8) << 3 | (b64 as u8) << 4 | (dot as u8) << 5
}

/// Every credential in the text that is known by its format, in order.
pub fn tokens(text: &str) -> Vec<TokenHit> {
    let table = table();
    let Some(search) = &table.search else { return Vec::new() };
    let mut hits: Vec<TokenHit> = Vec::new();
    for found in search.find_iter(text) {
        let hit = match table.formats.get(found.pattern().as_usize()) {
            Some(format) => token(text, found.start(), found.end(), format),
            None if text.get(found.range()) == Some(PACKED_PEM) => packed_key(text, found.start()),
            None => private_key(text, found.start()),
        };
        if let Some(hit) = hit
            && hits.last().is_none_or(|last| last.range.end <= hit.range.start)
        {
            hits.push(hit);
        }
    }
    hits
}

fn token(text: &str, start: usize, after: usize, format: &Format) -> Option<TokenHit> {
    let bytes = text.as_bytes();
    let address = format.prefix.contains('/') || format.prefix.ends_with('=');
    let before = start.checked_sub(1).and_then(|at| bytes.get(at));
    if !address
        && before.is_some_and(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'/' | b'-' | b'.' | b'+'))
    {
        return None;
    }
    let length = bytes
        .get(after..)?
        .iter()
        .take_while(|b| alphabets(**b) & format.alphabet != 0)
        .take(format.most + 1)
        .count();
    let body = text.get(after..after + length)?.trim_end_matches('.');
    if body.len() < format.least || body.len() > format.most {
        return None;
    }
    let sample = ["EXAMPLE", "example", "Example"].iter().any(|word| body.contains(word));
    // A run of one character or a word stands for a token; it is none.
    if !sample && (distinct(body.as_bytes()) < 6 || is_filler(body)) {
        return None;
    }
    // An address is secret as a whole; of `AccountKey=…` only what follows.
    let start = if format.prefix.ends_with('=') { after } else { start };
    Some(TokenHit { range: start..after + body.len(), what: format.what, sample })
}

fn is_filler(body: &str) -> bool {
    let lower = body.to_ascii_lowercase();
    ["xxxxx", "00000", "your", "placeholder", "changeme", "redacted", "12345678", "abcdefgh", "deadbeef"]
        .iter()
        .any(|filler| lower.contains(filler))
}

/// A private key in base64; a certificate in base64 is none.
fn packed_key(text: &str, start: usize) -> Option<TokenHit> {
    let rest = text.get(start..)?;
    let length =
        rest.bytes().take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'=')).count();
    // Whole groups of four characters decode by themselves.
    let head = rest.get(..length.min(80) / 4 * 4)?;
    let decoded = data_encoding::BASE64.decode(head.as_bytes()).ok()?;
    let is_key = String::from_utf8_lossy(&decoded).contains("PRIVATE KEY") && length > 120;
    is_key.then_some(TokenHit { range: start..start + length, what: "private key", sample: false })
}

/// `-----BEGIN … PRIVATE KEY-----` up to its end, if a key stands between.
fn private_key(text: &str, start: usize) -> Option<TokenHit> {
    let rest = text.get(start..)?;
    let label = rest.get(PEM.len()..)?.split("-----").next().filter(|label| label.len() < 40)?;
    if !label.ends_with("PRIVATE KEY") && label != "PGP PRIVATE KEY BLOCK" {
        return None;
    }
    let body = rest.get(PEM.len() + label.len() + 5..)?;
    let end = body.find("-----END").unwrap_or(body.len().min(8000));
    let body = body.get(..end)?;
    let material =
        body.bytes().filter(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'=')).count();
    // A template shows the frame and leaves the key out.
    if material < 60 || body.contains("...") || is_filler(body) || body.contains("${") || body.contains("{{")
    {
        return None;
    }
    let close = rest.get(PEM.len() + label.len() + 5 + end..).and_then(|it| it.find('\n').or(Some(it.len())));
    let length = PEM.len() + label.len() + 5 + end + close.unwrap_or(0).min(60);
    let end = (start..=start + length).rev().find(|end| text.is_char_boundary(*end))?;
    Some(TokenHit { range: start..end, what: "private key", sample: false })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats() {
        let found = |text: &str| tokens(text).into_iter().map(|hit| hit.what).collect::<Vec<_>>();
        assert_eq!(found("key = \"AKIAQ3EGRB7TZ5PLWM2X\""), ["AWS access key id"]);
        assert!(tokens("AKIAIOSFODNN7EXAMPLE")[0].sample);
        assert!(found("xAKIAQ3EGRB7TZ5PLWM2X AKIAXXXXXXXXXXXXXXXX ghp_tooshort").is_empty());
        let body = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj";
        assert_eq!(
            found(&format!("-----BEGIN RSA PRIVATE KEY-----\n{body}\n-----END RSA PRIVATE KEY-----")),
            ["private key"]
        );
        assert!(found(&format!("-----BEGIN PUBLIC KEY-----\n{body}\n-----END PUBLIC KEY-----")).is_empty());
        assert!(found("-----BEGIN RSA PRIVATE KEY-----\n...\n-----END RSA PRIVATE KEY-----").is_empty());
    }

    #[test]
    fn the_table_is_read_whole() {
        let rows = facts::rows(include_str!("../../facts/tokens.tsv")).count();
        assert_eq!(table().formats.len(), rows);
        assert!(table().search.is_some());
    }
}
