//! Assignments in text without structure: scripts, configuration files inside strings, files that do not parse.

use std::ops::Range;

use super::commands::passwords;
use super::name::{NameClass, classify};

/// `name = value`, `name: value`, `export NAME=value`, `--name=value` on a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assignment<'a> {
    /// What is set.
    pub name: &'a str,
    /// What it is set to, without quotes.
    pub value: &'a str,
    /// The value's bytes.
    pub range: Range<usize>,
    /// Whether the value stands in quotes.
    pub quoted: bool,
}

/// A longer line is data.
const LONGEST: usize = 4000;

/// Every assignment of a text, in order.
pub fn assignments(text: &str) -> impl Iterator<Item = Assignment<'_>> {
    let mut at = 0;
    let several = text.trim_end().contains('\n');
    text.split_inclusive('\n').flat_map(move |line| {
        let start = at;
        at += line.len();
        let sane = line.len() <= LONGEST;
        let comment = line.trim_start().starts_with(['#', '/']) || line.trim_start().starts_with("<!--");
        let found = if sane && !comment { in_line(line, several) } else { Vec::new() };
        found.into_iter().map(move |mut it| {
            it.range = it.range.start + start..it.range.end + start;
            it
        })
    })
}

fn in_line(line: &str, several: bool) -> Vec<Assignment<'_>> {
    let mut found: Vec<Assignment<'_>> = Vec::new();
    let bytes = line.as_bytes();
    for (at, byte) in bytes.iter().enumerate() {
        if !matches!(byte, b'=' | b':') || found.last().is_some_and(|last| at < last.range.end) {
            continue;
        }
        let next = bytes.get(at + 1).copied().unwrap_or(b'\n');
        let previous = at.checked_sub(1).and_then(|i| bytes.get(i)).copied().unwrap_or(b' ');
        // `==`, `!=`, `::`, `://` and `:=` assign nothing here.
        if matches!(next, b'=' | b'/' | b':') && *byte == b':'
            || next == b'='
            || matches!(previous, b'!' | b'=' | b':' | b'<' | b'>' | b'~')
        {
            continue;
        }
        if *byte == b':' && !matches!(next, b' ' | b'\t' | b'"' | b'\'') {
            continue;
        }
        if let Some(it) = around(line, at) {
            found.push(it);
        }
    }
    spaced(line, several, &mut found);
    found
}

fn around(line: &str, at: usize) -> Option<Assignment<'_>> {
    let before = line.get(..at)?.trim_end().trim_end_matches(['"', '\'', '\\', ']']);
    let start = before
        .rfind(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '_' | '-' | '.'))
        .map_or(0, |i| i + 1);
    let name = before.get(start..)?.trim_start_matches('-');
    if name.len() < 2
        || tail_is_call(line, at)
        || name.len() > 80
        || !name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
    {
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
            // A quote left open ends with its line.
            (1, close.unwrap_or_else(|| inner.trim_end().len()))
        }
        // A template's own literal: `{{ "value" | b64enc }}`.
        '{' if tail.starts_with("{{") => {
            let open = tail.find('"')?;
            let inner = tail.get(open + 1..)?;
            (open + 1, inner.find('"').filter(|close| inner.find("}}").is_some_and(|end| *close < end))?)
        }
        // `name: value` goes to the end of its line.
        _ if line.as_bytes().get(at) == Some(&b':') => {
            let rest = tail
                .split(" #")
                .next()
                .unwrap_or(tail)
                .trim_end()
                .trim_end_matches([',', ';', '"', '\'', '\\']);
            (0, rest.len())
        }
        _ => {
            let stop = tail
                .find(|c: char| {
                    c.is_whitespace() || matches!(c, ';' | ',' | '"' | '\'' | '&' | '|' | ')' | '\\')
                })
                .unwrap_or(tail.len());
            (0, stop)
        }
    };
    let value = tail.get(offset..offset + length)?;
    let start = tail_start + offset;
    // `x = table[…]`, `x = {…}`: code, not a value.
    let code = offset == 0 && (value.ends_with('[') || value.contains(['(', '{']) || value.starts_with('['));
    (!value.is_empty() && !code).then_some(Assignment {
        name,
        value,
        range: start..start + length,
        quoted: offset > 0,
    })
}

/// `name = function(…)`
fn tail_is_call(line: &str, at: usize) -> bool {
    let tail = line.get(at + 1..).unwrap_or_default().trim_start();
    let word = tail.bytes().take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.')).count();
    word > 0 && tail.as_bytes().get(word) == Some(&b'(')
}

/// `--name value`, `name value` alone on its line, `login … password value`, and `user:password` for chpasswd.
fn spaced<'a>(line: &'a str, several: bool, found: &mut Vec<Assignment<'a>>) {
    let words: Vec<(usize, &str)> = words(line).collect();
    let mut add = |name: &'a str, start: usize, value: &'a str| {
        let quotes: &[char] = &['"', '\'', '\\', ',', ';', ')'];
        let bare = value.trim_matches(quotes);
        let start = start + value.find(bare).unwrap_or(0);
        let range = start..start + bare.len();
        if !bare.is_empty()
            && !found.iter().any(|it| it.range.start < range.end && range.start < it.range.end)
        {
            found.push(Assignment { name, value: bare, range, quoted: bare.len() < value.len() });
        }
    };
    let netrc = line.contains("machine ");
    for range in passwords(line, &words) {
        let value = line.get(range.clone()).unwrap_or_default();
        add("password", range.start, value);
    }
    if line.contains("chpasswd") {
        for &(start, word) in &words {
            if let Some((user, password)) = word.split_once(':')
                && !user.trim_matches(['"', '\'']).is_empty()
            {
                add("password", start + user.len() + 1, password);
            }
        }
    }
    for pair in words.windows(2) {
        let [(_, first), (start, second)] = pair else { continue };
        if second.starts_with('-') {
            continue;
        }
        match first.trim_start_matches(['"', '\'']) {
            flag if flag.starts_with("--") && !flag.contains('=') => {
                add(flag.trim_start_matches('-'), *start, second)
            }
            "password" if netrc => add("password", *start, second),
            // `proxy_set_header X-Internal-Auth "value"`
            name if several
                && second.starts_with(['"', '\''])
                && second.len() > 16
                && classify(name) > NameClass::Plain =>
            {
                add(name, *start, second)
            }
            _ => {}
        }
    }
    // Two words alone on a line are a setting in a configuration file, and any two words elsewhere.
    if several
        && let [(_, name), (start, value)] = *words
        && name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.'))
    {
        add(name, start, value);
    }
}

/// The words of a line with their offsets.
fn words(line: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    line.split([' ', '\t', '\n', '\r']).filter_map(move |word| {
        let start = at;
        at += word.len() + 1;
        (!word.is_empty()).then_some((start, word))
    })
}

#[cfg(test)]
#[expect(clippy::string_slice, reason = "a wrong index fails the test")]
mod tests {
    use super::*;

    #[test]
    fn assignments_are_found() {
        let found = |text: &'static str| {
            assignments(text)
                .map(|it| {
                    assert_eq!(&text[it.range.clone()], it.value);
                    format!("{}={}", it.name, it.value)
                })
                .collect::<Vec<_>>()
                .join(" ")
        };
        assert_eq!(found("export DB_PASS='a b'\nXY=1; TOKEN=abc\n"), "DB_PASS=a b XY=1 TOKEN=abc");
        assert_eq!(found("  \"password\": \"x y\",\n"), "password=x y");
        assert_eq!(found("export PW=\\\"abc\\\" QW=2"), "PW=abc QW=2");
        assert_eq!(found("cmd --password=abc --user=me"), "password=abc user=me");
        assert_eq!(found("a == b; url: http://x:y@h # c=d"), "url=http://x:y@h");
        assert_eq!(found("token: the API token"), "token=the API token");
        assert_eq!(found("# password: x"), "");
        assert_eq!(found("  legacy: {{ \"abc\" | b64enc }}"), "legacy=abc");
        assert_eq!(found("port 1\nrequirepass hunter2"), "port=1 requirepass=hunter2");
        assert_eq!(found("run --token abc --url x"), "token=abc url=x");
        assert_eq!(found("echo \"ops:hunter2\" | chpasswd"), "password=hunter2");
        assert_eq!(found("K = os.getenv(\"K\")"), "");
    }
}
