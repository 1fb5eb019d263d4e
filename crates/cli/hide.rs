//! Keeps secrets out of the lines that a report shows, whether or not they are findings.

use std::collections::{BTreeSet, HashSet};
use std::ops::Range;

use connlint_check::{Review, rules};
use connlint_core::{FileId, Sources, Span};
use connlint_model::secret::is_opaque;
use connlint_model::{Names, text_secrets};

/// A shorter literal beside a reference is a separator or an affix.
const SHORTEST_PART: usize = 4;

/// A shorter word of letters and digits is a number with a unit, or a version.
const SHORTEST_ODD: usize = 6;

/// A shorter word of letters in both cases is a name, such as `readOnly`.
const LONG_ODD: usize = 12;

/// Adds to the places that must not be shown whatever looks like a secret on a line that the report will show.
pub(crate) fn hide_shown_lines(review: &mut Review, sources: &Sources) {
    let mut lines: BTreeSet<(FileId, usize, Trust)> = BTreeSet::new();
    let mut hidden: Vec<Span> = Vec::new();
    for finding in &review.findings {
        let id = finding.rule.id;
        let places = std::iter::once(&finding.primary).chain(finding.related.iter().map(|it| &it.location));
        for span in places.flat_map(|at| std::iter::once(at.span).chain(at.via.iter().copied())) {
            let Some(source) = sources.get(span.file) else { continue };
            lines.insert((span.file, source.line_index(span.start), trust(id, source.path())));
            if id != rules::GenericAccount::META.id {
                let start = span.start as usize;
                // The place of a plain string leaves out its quotes.
                let quoted = source.text().get(..start).is_some_and(|before| before.ends_with('"'));
                let alone = quoted && id == rules::SecretInState::META.id;
                let parts = literal_parts(source.slice(span), alone);
                hidden.extend(parts.iter().map(|it| Span::new(span.file, start + it.start, start + it.end)));
            }
        }
    }
    let known = review.secrets.iter().filter_map(|it| Some(sources.get(it.file)?.slice(*it))).collect();
    for (file, line, trust) in lines {
        let Some(source) = sources.get(file) else { continue };
        let range = source.line_range(line);
        let text = source.text().get(range.clone()).unwrap_or_default();
        let found: Vec<Range<usize>> = match trust {
            Trust::Nothing => {
                let start = text.len() - text.trim_start().len();
                std::iter::once(start..text.len()).collect()
            }
            Trust::Keys => values_of_json(text),
            Trust::Words => odd_words(text, &known),
            Trust::Reading => {
                let named = text_secrets(text, file, "", Names::Any);
                named.iter().map(|it| it.at.span.range()).chain(opaque_runs(text)).collect()
            }
        };
        let spans = found.into_iter().filter(|it| !it.is_empty());
        hidden.extend(spans.map(|it| Span::new(file, range.start + it.start, range.start + it.end)));
    }
    review.secrets.extend(hidden);
    review.secrets.sort();
    review.secrets.dedup();
}

/// How far a line can be read.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Trust {
    /// As assignments.
    Reading,
    /// Word by word.
    Words,
    /// Only the keys: what state holds was never meant to be read.
    Keys,
    /// Not at all.
    Nothing,
}

/// Where a file does not parse, or a comment says what it likes, no reading of the line can be trusted.
fn trust(rule: &str, path: &str) -> Trust {
    match rule {
        id if id == rules::UnreadableFile::META.id => Trust::Nothing,
        id if id == rules::InvalidException::META.id => Trust::Words,
        _ if path.ends_with(".tfstate") => Trust::Keys,
        _ => Trust::Reading,
    }
}

/// Words that mix letters and digits, dates left out; long ones that mix cases; and copies of known secrets.
fn odd_words(text: &str, known: &HashSet<&str>) -> Vec<Range<usize>> {
    let mut at = 0;
    let mut found = Vec::new();
    for word in text.split(char::is_whitespace) {
        let bytes = word.as_bytes();
        let has = |test: fn(&u8) -> bool| bytes.iter().any(test);
        let rises = |pair: &[u8]| matches!(pair, [a, b] if a.is_ascii_lowercase() && b.is_ascii_uppercase());
        let mixes = has(u8::is_ascii_digit) && has(u8::is_ascii_alphabetic);
        let is_odd = word.len() >= SHORTEST_ODD && mixes
            || word.len() >= LONG_ODD && bytes.windows(2).any(rises)
            || known.contains(word)
            || known.contains(word.trim_matches(|c: char| c.is_ascii_punctuation()));
        if is_odd {
            found.push(at..at + word.len());
        }
        at += word.len()
            + text.get(at + word.len()..).and_then(|it| it.chars().next()).map_or(0, char::len_utf8);
    }
    found
}

/// Runs that look like chance, even where marks break them.
fn opaque_runs(text: &str) -> impl Iterator<Item = Range<usize>> {
    let ends = |c: char| c.is_whitespace() || !c.is_ascii() || "\"'`\\,;:/=@&$<>()[]{}".contains(c);
    let mut at = 0;
    text.split_inclusive(ends).filter_map(move |piece| {
        let start = at;
        at += piece.len();
        let run = piece.trim_end_matches(ends);
        is_opaque(run).then_some(start..start + run.len())
    })
}

/// The strings of a line of JSON that are no keys. A string that the line does not close, or does not open, is a value.
fn values_of_json(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(quote) = text.get(at..).and_then(|rest| rest.find('"')) {
        let start = at + quote + 1;
        let end = start + closing(text.get(start..).unwrap_or_default());
        let after = text.get(end + 1..).unwrap_or_default().trim_start();
        let key = text.get(start..end).unwrap_or_default();
        let is_name = key.len() <= 64 && key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        if !(after.starts_with(':') && is_name && !is_opaque(key)) {
            found.push(start..end);
        }
        at = end + 1;
    }
    found
}

/// Where the quote stands that ends a string of JSON, or where the text ends.
fn closing(text: &str) -> usize {
    let mut escaped = false;
    let end = text.bytes().position(|byte| {
        let ends = byte == b'"' && !escaped;
        escaped = byte == b'\\' && !escaped;
        ends
    });
    end.unwrap_or(text.len())
}

/// The literal parts of a place that takes a secret: what stands beside references in a string. `alone` says that a
/// string without any counts, too. Addresses and sentences are left to the other readings.
fn literal_parts(text: &str, alone: bool) -> Vec<Range<usize>> {
    let inner = text.trim_matches('"');
    let spoken = |it: &str| it.contains(['/', '(']) || it.contains(char::is_whitespace);
    let mut parts: Vec<Range<usize>> = Vec::new();
    let offset = text.len() - text.trim_start_matches('"').len();
    let (mut at, mut holes) = (0, 0);
    while at < inner.len() {
        let rest = inner.get(at..).unwrap_or_default();
        let open = ["${", "%{", "{{"].iter().filter_map(|mark| rest.find(mark)).min();
        let part = at..at + open.unwrap_or(rest.len());
        at = part.end;
        parts.push(part);
        if open.is_some() {
            holes += 1;
            at += hole(inner.get(at..).unwrap_or_default());
        }
    }
    parts.retain(|part| part.len() >= SHORTEST_PART);
    if holes == 0 && !alone || parts.iter().any(|part| inner.get(part.clone()).is_none_or(spoken)) {
        return Vec::new();
    }
    parts.into_iter().map(|part| part.start + offset..part.end + offset).collect()
}

/// The length of the reference that the text begins with.
fn hole(text: &str) -> usize {
    let mut depth = 0_usize;
    let end = text.bytes().enumerate().skip(1).find(|(at, byte)| {
        match byte {
            b'{' => depth += 1,
            b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        *at > 0 && *byte == b'}' && depth == 0
    });
    end.map_or(text.len(), |(at, _)| at + 1)
}

#[cfg(test)]
#[expect(clippy::string_slice, reason = "a wrong index fails the test")]
mod tests {
    use super::*;

    #[test]
    fn values_of_state_are_hidden_and_keys_are_not() {
        let text = r#"{"type": "aws_x", "a\"b": {"pem": "x\"y", "n": 1, "l": ["q"]}, "open": "z"#;
        let hidden: Vec<&str> = values_of_json(text).into_iter().map(|it| &text[it]).collect();
        assert_eq!(hidden, ["aws_x", r#"a\"b"#, r#"x\"y"#, "q", "z"]);
    }

    #[test]
    fn what_stands_beside_a_reference_is_hidden() {
        let parts = |text: &'static str, alone| -> Vec<&str> {
            literal_parts(text, alone).into_iter().map(|it| &text[it]).collect()
        };
        assert_eq!(parts(r#""${var.a}hunter2${lookup({ a = 1 }, "a")}-tail""#, false), ["hunter2", "-tail"]);
        assert_eq!(parts("${{ secrets.A }}-rest", false), ["-rest"]);
        assert_eq!(parts("hunter2", true), ["hunter2"]);
        for text in [
            "var.password",
            "hunter2",
            "${var.a}-${var.b}",
            "postgres://${var.user}:${var.password}@db.example/app",
            "Bearer ${var.token}",
            r#"file("${path.module}/key.pem")"#,
        ] {
            assert_eq!(parts(text, false), [""; 0], "{text}");
        }
    }

    #[test]
    fn odd_words_are_found_where_they_stand() {
        let text = "# é until 2020-01-01 -- it is\tNsmxWzqeFtBa, not hunterhunter. or readOnly";
        let known = HashSet::from(["hunterhunter"]);
        let odd: Vec<&str> = odd_words(text, &known).into_iter().map(|it| &text[it]).collect();
        assert_eq!(odd, ["NsmxWzqeFtBa,", "hunterhunter."]);
    }
}
