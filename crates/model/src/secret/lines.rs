//! Assignments in text without structure: scripts, configuration files inside strings, files that do not parse.

use std::ops::Range;

/// `name = value`, `name: value`, `export NAME=value`, `--name=value` on a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assignment<'a> {
    /// What is set.
    pub name: &'a str,
    /// What it is set to, without quotes.
    pub value: &'a str,
    /// The value's bytes.
    pub range: Range<usize>,
}

/// A longer line is data.
const LONGEST: usize = 4000;

/// Every assignment of a text, in order.
pub fn assignments(text: &str) -> impl Iterator<Item = Assignment<'_>> {
    let mut at = 0;
    text.split_inclusive('\n').flat_map(move |line| {
        let start = at;
        at += line.len();
        let sane = line.len() <= LONGEST && line.contains(['=', ':']);
        let comment = line.trim_start().starts_with(['#', '/']) || line.trim_start().starts_with("<!--");
        let found = if sane && !comment { in_line(line) } else { Vec::new() };
        found.into_iter().map(move |mut it| {
            it.range = it.range.start + start..it.range.end + start;
            it
        })
    })
}

fn in_line(line: &str) -> Vec<Assignment<'_>> {
    let mut found: Vec<Assignment<'_>> = Vec::new();
    let bytes = line.as_bytes();
    for (at, byte) in bytes.iter().enumerate() {
        if !matches!(byte, b'=' | b':') || found.last().is_some_and(|last| at < last.range.end) {
            continue;
        }
        let next = bytes.get(at + 1).copied().unwrap_or(b'\n');
        let previous = at.checked_sub(1).and_then(|i| bytes.get(i)).copied().unwrap_or(b' ');
        // `==`, `!=`, `::`, `://` and `:=` assign nothing here.
        if matches!(next, b'=' | b'/' | b':') && *byte == b':' || next == b'=' || matches!(previous, b'!' | b'=' | b':' | b'<' | b'>' | b'~') {
            continue;
        }
        if *byte == b':' && !matches!(next, b' ' | b'\t' | b'"' | b'\'') {
            continue;
        }
        if let Some(it) = around(line, at) {
            found.push(it);
        }
    }
    found
}

fn around(line: &str, at: usize) -> Option<Assignment<'_>> {
    let before = line.get(..at)?.trim_end().trim_end_matches(['"', '\'', '\\', ']']);
    let start = before.rfind(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '_' | '-' | '.')).map_or(0, |i| i + 1);
    let name = before.get(start..)?.trim_start_matches('-');
    if name.len() < 2 || name.len() > 80 || !name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') {
        return None;
    }
    let tail = line.get(at + 1..)?;
    let indent = tail.len() - tail.trim_start_matches([' ', '\t', '>']).len();
    let tail = tail.get(indent..)?;
    let escaped = tail.starts_with("\\\"") || tail.starts_with("\\'");
    let tail_start = at + 1 + indent + usize::from(escaped);
    let tail = line.get(tail_start..)?;
    let (offset, length) = match tail.chars().next()? {
        quote @ ('"' | '\'') => {
            let inner = tail.get(1..)?;
            let close = if escaped { inner.find('\\') } else { inner.find(quote) };
            (1, close?)
        }
        _ => {
            let stop = tail.find(|c: char| c.is_whitespace() || matches!(c, ';' | ',' | '"' | '\'' | '&' | '|' | ')' | '\\')).unwrap_or(tail.len());
            (0, stop)
        }
    };
    let value = tail.get(offset..offset + length)?;
    let start = tail_start + offset;
    (!value.is_empty()).then_some(Assignment { name, value, range: start..start + length })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn assignments_are_found() {
        let found = |text: &'static str| {
            assignments(text).map(|it| {
                assert_eq!(&text[it.range.clone()], it.value);
                format!("{}={}", it.name, it.value)
            }).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(found("export DB_PASS='a b'\nXY=1; TOKEN=abc\n"), "DB_PASS=a b XY=1 TOKEN=abc");
        assert_eq!(found("  \"password\": \"x y\",\n"), "password=x y");
        assert_eq!(found("export PW=\\\"abc\\\" QW=2"), "PW=abc QW=2");
        assert_eq!(found("cmd --password=abc --user=me"), "password=abc user=me");
        assert_eq!(found("a == b; url: http://x:y@h # c=d"), "url=http://x:y@h");
        assert_eq!(found("# password: x"), "");
    }
}
