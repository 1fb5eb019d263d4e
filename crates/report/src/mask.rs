//! Which bytes of a file the terminal must not show.

use std::collections::BTreeSet;
use std::ops::Range;

use connlint_core::{Source, Sources, Span};

use crate::secretive;

/// What stands for a secret. Its length says nothing about the length of the secret.
pub(crate) const MASK: &str = "***";

/// A repeated text shorter than this is a coincidence, and masking it would only puzzle.
const MIN_REPEAT: usize = 4;

/// The secrets of a run: sorted, and no two of them touch.
#[derive(Debug, Default)]
pub(crate) struct Secrets {
    spans: Vec<Span>,
}

impl Secrets {
    pub(crate) fn new(spans: &[Span]) -> Self {
        let mut sorted: Vec<Span> = spans.iter().copied().filter(|span| !span.is_empty()).collect();
        sorted.sort_unstable();
        let mut spans: Vec<Span> = Vec::with_capacity(sorted.len());
        for span in sorted {
            match spans.last_mut() {
                Some(last) if last.file == span.file && span.start <= last.end => {
                    last.end = last.end.max(span.end)
                }
                _ => spans.push(span),
            }
        }
        Self { spans }
    }

    /// The secrets that share a byte with `span`, in order.
    pub(crate) fn within(&self, span: Span) -> impl Iterator<Item = Span> {
        let first = self.spans.partition_point(|it| (it.file, it.end) <= (span.file, span.start));
        self.spans.iter().skip(first).copied().take_while(move |it| it.overlaps(span))
    }

    /// `span` grown until it cuts no secret in two.
    pub(crate) fn grow(&self, span: Span) -> Span {
        let (mut start, mut end) = (span.start, span.end);
        for secret in self.within(span) {
            (start, end) = (start.min(secret.start), end.max(secret.end));
        }
        Span { start, end, ..span }
    }

    /// The texts of the secrets that overlap one of `spans`, but for those too short to be looked for.
    pub(crate) fn values<'a>(&self, sources: &'a Sources, spans: impl Iterator<Item = Span>) -> Vec<&'a str> {
        let secrets = spans.flat_map(|span| self.within(span));
        let texts = secrets.filter_map(|secret| Some(sources.get(secret.file)?.slice(secret)));
        texts.filter(|text| text.len() >= MIN_REPEAT).collect()
    }

    /// The ranges to mask within the bytes of `span`, counted from its start: the known secrets, copies of them and of
    /// `values`, and what looks like a secret. They are sorted and no two of them touch.
    pub(crate) fn masked(&self, source: &Source, span: Span, values: &[&str]) -> Vec<Range<usize>> {
        let text = source.slice(span);
        let mut ranges: Vec<Range<usize>> = secretive::ranges(text).collect();
        // A line may hold one secret a thousand times.
        let here =
            self.within(span).map(|secret| source.slice(secret)).filter(|value| value.len() >= MIN_REPEAT);
        let values: BTreeSet<&str> = values.iter().copied().chain(here).collect();
        for value in values {
            ranges.extend(text.match_indices(value).map(|(at, _)| at..at + value.len()));
        }
        ranges.extend(self.within(span).map(|secret| {
            let (start, end) = (secret.start.max(span.start), secret.end.min(span.end));
            (start - span.start) as usize..(end - span.start) as usize
        }));
        merge(ranges)
    }
}

fn merge(mut ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
    ranges.sort_unstable_by_key(|range| (range.start, range.end));
    ranges.dedup_by(|next, last| {
        let touches = next.start <= last.end;
        if touches {
            last.end = last.end.max(next.end);
        }
        touches
    });
    ranges
}

#[cfg(test)]
mod tests {
    use connlint_core::FileId;

    use super::*;

    fn spans(file: u32, ranges: &[(usize, usize)]) -> Vec<Span> {
        ranges.iter().map(|&(start, end)| Span::new(FileId(file), start, end)).collect()
    }

    #[test]
    fn spans_are_merged_and_found_by_file() {
        let mut all = spans(1, &[(8, 12), (10, 20), (30, 30), (40, 50)]);
        all.extend(spans(0, &[(0, 100)]));
        let secrets = Secrets::new(&all);
        assert_eq!(secrets.spans, [spans(0, &[(0, 100)]), spans(1, &[(8, 20), (40, 50)])].concat());

        let within = |file, start, end| secrets.within(Span::new(FileId(file), start, end)).count();
        assert_eq!(
            [within(0, 99, 100), within(0, 100, 200), within(1, 0, 8), within(1, 19, 41)],
            [1, 0, 0, 2]
        );
        assert_eq!(secrets.grow(Span::new(FileId(1), 15, 41)), Span::new(FileId(1), 8, 50));
    }

    #[test]
    fn copies_and_lookalikes_are_masked_too() {
        let text = r#"a = "hunter2" # hunter2, "Zm9vYmFyYmF6cXV4MTIz""#;
        let source = Source::new("a.tf", text);
        let secrets = Secrets::new(&spans(0, &[(5, 12)]));
        assert_eq!(
            secrets.masked(&source, Span::new(FileId(0), 0, text.len()), &[]),
            [5..12, 16..23, 26..46]
        );
        // Only a part of the secret is in sight.
        assert_eq!(secrets.masked(&source, Span::new(FileId(0), 7, 23), &[]), [0..5, 9..16]);
    }
}
