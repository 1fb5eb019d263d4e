//! A span as people and programs count it.

use connlint_core::{Position, Sources, Span};

/// The path of a span's file, and the ends of the span where the text of the file is at hand.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Extent<'a> {
    pub(crate) path: &'a str,
    pub(crate) ends: Option<(Position, Position)>,
}

/// Where `span` is.
pub(crate) fn extent(sources: &Sources, span: Span) -> Extent<'_> {
    let path = sources.path(span.file);
    let source =
        sources.get(span.file).filter(|it| !it.text().is_empty() && it.text().get(span.range()).is_some());
    Extent { path, ends: source.map(|it| (it.position(span.start), it.position(span.end))) }
}
