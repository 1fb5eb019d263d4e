//! Keeps secrets out of the lines that a report shows, whether or not they are findings.

use std::collections::BTreeSet;

use connlint_check::{Review, rules};
use connlint_core::{FileId, Sources, Span};
use connlint_model::{Names, text_secrets};

/// Adds to the places that must not be shown whatever looks like a secret on a line that the report will show.
pub(crate) fn hide_shown_lines(review: &mut Review, sources: &Sources) {
    let mut lines: BTreeSet<(FileId, usize, Trust)> = BTreeSet::new();
    for finding in &review.findings {
        // Where a file does not parse, or a comment says what it likes, no reading of the line can be trusted.
        let trust = match finding.rule.id {
            id if id == rules::UnreadableFile::META.id => Trust::Nothing,
            id if id == rules::InvalidException::META.id => Trust::Words,
            _ => Trust::Reading,
        };
        let places = std::iter::once(&finding.primary).chain(finding.related.iter().map(|it| &it.location));
        for span in places.flat_map(|at| std::iter::once(at.span).chain(at.via.iter().copied())) {
            if let Some(source) = sources.get(span.file) {
                lines.insert((span.file, source.line_index(span.start), trust));
            }
        }
    }
    for (file, line, trust) in lines {
        let Some(source) = sources.get(file) else { continue };
        let range = source.line_range(line);
        let text = source.text().get(range.clone()).unwrap_or_default();
        let found: Vec<std::ops::Range<usize>> = match trust {
            Trust::Nothing => {
                let start = text.len() - text.trim_start().len();
                std::iter::once(start..text.len()).collect()
            }
            Trust::Words => odd_words(text),
            Trust::Reading => {
                text_secrets(text, file, "", Names::Any).iter().map(|it| it.at.span.range()).collect()
            }
        };
        let spans = found.into_iter().filter(|it| !it.is_empty());
        review.secrets.extend(spans.map(|it| Span::new(file, range.start + it.start, range.start + it.end)));
    }
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
    /// Not at all.
    Nothing,
}

/// Words that mix letters and digits, dates left out.
fn odd_words(text: &str) -> Vec<std::ops::Range<usize>> {
    let mut at = 0;
    let mut found = Vec::new();
    for word in text.split(' ') {
        let has = |test: fn(&u8) -> bool| word.as_bytes().iter().any(test);
        if word.len() >= 6 && has(u8::is_ascii_digit) && has(u8::is_ascii_alphabetic) {
            found.push(at..at + word.len());
        }
        at += word.len() + 1;
    }
    found
}
