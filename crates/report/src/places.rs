//! The places of a finding that the terminal shows, and those it only counts.

use std::collections::BTreeMap;

use connlint_core::{FileId, Finding, Sources, Span};

use crate::Style;
use crate::escape::visible;
use crate::excerpt::{Lens, Mark, anchor, row};
use crate::mask::Secrets;
use crate::snippet::Snippet;

/// Up to this many related places all are shown.
const MANY: usize = 8;

/// Of more than [`MANY`] related places, so many are shown.
const SHOWN: usize = 6;

/// Columns of a frame to the left of the text, beside the line number.
const FRAME: usize = 4;

/// What the terminal shows of the places of one finding.
#[derive(Debug, Default)]
pub(crate) struct Places {
    pub(crate) snippets: Vec<Snippet>,
    /// Places whose text is not at hand: their paths and messages.
    pub(crate) elsewhere: Vec<(String, String)>,
    /// Number of related places that are not shown.
    pub(crate) hidden: usize,
}

/// Lays out the places of `finding`: its first file first, and there the first place first.
pub(crate) fn places(finding: &Finding, sources: &Sources, secrets: &Secrets, style: Style) -> Places {
    let related = &finding.related;
    let shown = if related.len() > MANY { SHOWN } else { related.len() };
    let mut places = Places { hidden: related.len() - shown, ..Places::default() };

    let mut files: Vec<FileId> = Vec::new();
    let mut lines: BTreeMap<(usize, usize), Vec<Mark>> = BTreeMap::new();
    let marks = marks(finding, shown);
    let values = secrets.values(sources, marks.iter().map(|mark| mark.span));
    for mark in marks {
        let source = sources.get(mark.span.file).filter(|it| fits(it.text(), mark.span));
        let Some(source) = source else {
            let path = visible(sources.path(mark.span.file)).into_owned();
            places.elsewhere.push((path, mark.message.into_owned()));
            continue;
        };
        let file = files.iter().position(|it| *it == mark.span.file).unwrap_or(files.len());
        if file == files.len() {
            files.push(mark.span.file);
        }
        lines.entry((file, anchor(source, secrets, &mark))).or_default().push(mark);
    }

    let digits = lines.keys().map(|(_, line)| (line + 1).to_string().len()).max().unwrap_or(1);
    let width = style.width.saturating_sub(FRAME + digits);
    let ellipsis = if style.unicode { "…" } else { "..." };
    for mut marks in first_line_first(lines) {
        marks.sort_by_key(|mark| (mark.span.start, mark.span.end, !mark.is_primary));
        let Some(source) = marks.first().and_then(|mark| sources.get(mark.span.file)) else { continue };
        let path = visible(source.path());
        let lens = Lens { source, secrets, values: &values, width, ellipsis };
        let mut rest = marks.as_slice();
        while let Some((row, taken)) = row(lens, rest) {
            let left = match places.snippets.last_mut() {
                Some(last) => last.try_push(&path, row),
                None => Some(row),
            };
            places.snippets.extend(left.map(|row| Snippet::new(path.clone().into_owned(), row)));
            rest = rest.get(taken..).unwrap_or_default();
        }
    }
    places
}

fn fits(text: &str, span: Span) -> bool {
    !text.is_empty() && text.get(span.range()).is_some()
}

/// Every place in the order of its importance, each span once.
fn marks<'a>(finding: &'a Finding, shown: usize) -> Vec<Mark<'a>> {
    let primary = Mark { span: finding.primary.span, message: visible(&finding.label), is_primary: true };
    let mut marks = vec![primary];
    let mut add = |span, message: &'a str| {
        if marks.iter().all(|mark| mark.span != span) {
            marks.push(Mark { span, message: visible(message), is_primary: false });
        }
    };
    let related = finding.related.iter().take(shown);
    finding.primary.via.iter().for_each(|span| add(*span, "passed here"));
    related.clone().for_each(|label| add(label.location.span, &label.message));
    related.flat_map(|label| &label.location.via).for_each(|span| add(*span, "passed here"));
    marks
}

/// The line of the primary place, and then all others by file and line. A neighbour of the first line goes with it,
/// so that both end up in one frame.
fn first_line_first(
    mut lines: BTreeMap<(usize, usize), Vec<Mark<'_>>>,
) -> impl Iterator<Item = Vec<Mark<'_>>> {
    let is_first = |marks: &Vec<Mark>| marks.iter().any(|mark| mark.is_primary);
    let first = lines.iter().find(|(_, marks)| is_first(marks)).map(|(key, _)| *key);
    let mut block = Vec::new();
    if let Some((file, line)) = first {
        let above =
            (0..line).rev().take_while(|line| lines.contains_key(&(file, *line))).last().unwrap_or(line);
        block.extend((above..).map_while(|line| lines.remove(&(file, line))));
    }
    block.into_iter().chain(lines.into_values())
}
