//! One line of a file, fit to be shown: masked, escaped and clipped, with its labels moved along.

use std::borrow::Cow;
use std::ops::Range;

use connlint_core::{Position, Source, Span};

use crate::escape::push_visible;
use crate::mask::{MASK, Secrets};
use crate::wrap::{char_columns, columns, wrap};

/// Bytes of a long line looked at for every column shown: no character is longer.
const REACH: usize = 4;

/// Columns a label's message should have at least, where it needs them.
const MESSAGE_ROOM: usize = 28;

/// Columns of the corner that miette draws before a label's message.
const CORNER: usize = 4;

/// How one file is looked at.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lens<'a> {
    pub(crate) source: &'a Source,
    pub(crate) secrets: &'a Secrets,
    /// Texts of secrets, to be masked wherever they stand.
    pub(crate) values: &'a [&'a str],
    /// Columns for the text of a row.
    pub(crate) width: usize,
    /// What stands for a part of a line that was left out.
    pub(crate) ellipsis: &'static str,
}

/// A place to point at, and what to say there.
#[derive(Clone, Debug)]
pub(crate) struct Mark<'a> {
    pub(crate) span: Span,
    /// Already safe to print.
    pub(crate) message: Cow<'a, str>,
    pub(crate) is_primary: bool,
}

/// A line as shown.
#[derive(Debug)]
pub(crate) struct Row {
    /// Index of the line in its file, from 0.
    pub(crate) line: usize,
    /// Whether the row stands for several lines, joined by a masked secret.
    pub(crate) is_collapsed: bool,
    /// The text, without a line break.
    pub(crate) text: String,
    pub(crate) labels: Vec<RowLabel>,
}

/// A label of a [`Row`]: no two of them overlap.
#[derive(Debug)]
pub(crate) struct RowLabel {
    /// Bytes of the row's text.
    pub(crate) range: Range<usize>,
    /// The message, broken into lines.
    pub(crate) message: String,
    /// Where the label starts in the file.
    pub(crate) position: Position,
    pub(crate) is_primary: bool,
}

/// The line on which a mark is shown: where it starts, or where the secret starts that it lies in.
pub(crate) fn anchor(source: &Source, secrets: &Secrets, mark: &Mark) -> usize {
    let first_byte = Span { end: mark.span.start.saturating_add(1), ..mark.span };
    source.line_index(secrets.grow(first_byte).start)
}

/// Shows the line that the first of `marks` is anchored at, with as many of them as fit; all of them share the line and
/// are sorted. Returns also the number of marks shown, which is at least one.
pub(crate) fn row(lens: Lens, marks: &[Mark]) -> Option<(Row, usize)> {
    let Lens { source, secrets, .. } = lens;
    let first = marks.first()?;
    let line = anchor(source, secrets, first);
    let (whole, is_collapsed) = whole_line(source, secrets, line, first.span);
    let reach = u32::try_from(REACH * lens.width).unwrap_or(u32::MAX);
    let near = Span {
        start: whole.start.max(char_floor(source, first.span.start.saturating_sub(reach))),
        end: whole.end.min(char_ceil(source, first.span.start.saturating_add(2 * reach))),
        ..whole
    };
    let shown = secrets.grow(near);
    let shown = Span { start: shown.start.max(whole.start), end: shown.end.min(whole.end), ..shown };
    let shown_line = ShownLine::new(lens, shown);

    let mut places: Vec<(Range<usize>, &Mark)> = marks
        .iter()
        .take_while(|mark| mark.span.start <= shown.end)
        .map(|mark| (shown_line.translate(mark.span), mark))
        .collect();
    if places.is_empty() {
        places.push((shown_line.translate(first.span), first));
    }
    let window =
        Window::around(&shown_line, &places, lens, (shown.start > whole.start, shown.end < whole.end));
    let in_sight = |range: &Range<usize>| range.start < window.range.end || !window.clipped.1;
    let taken = places.iter().take_while(|(range, _)| in_sight(range)).count().max(1);
    places.truncate(taken);

    let (text, shift) = window.cut(&shown_line.text);
    let labels = places.iter().map(|(range, mark)| RowLabel {
        range: shift(range.start)..shift(range.end),
        message: mark.message.to_string(),
        position: source.position(mark.span.start),
        is_primary: mark.is_primary,
    });
    let mut labels = without_overlaps(labels.collect());
    for label in &mut labels {
        let before = text.get(..label.range.start).map_or(0, columns);
        let within = text.get(label.range.clone()).map_or(0, columns);
        let room = lens.width.saturating_sub(before + within / 2 + CORNER).max(MESSAGE_ROOM / 2);
        label.message = wrap(&label.message, room, room).join("\n");
    }
    Some((Row { line, is_collapsed, text, labels }, taken))
}

/// The line, and every further line that a secret reaches into.
fn whole_line(source: &Source, secrets: &Secrets, line: usize, at: Span) -> (Span, bool) {
    let range = source.line_range(line);
    let mut whole = Span::new(at.file, range.start, range.end);
    let mut is_collapsed = false;
    while let Some(secret) = secrets.within(whole).last().filter(|secret| secret.end > whole.end) {
        // A secret that ends with a line break does not reach into the line after it.
        let end = source.line_range(source.line_index(secret.end - 1)).end;
        whole = Span::new(at.file, range.start, end.max(secret.end as usize));
        is_collapsed = true;
    }
    (whole, is_collapsed)
}

fn char_floor(source: &Source, offset: u32) -> u32 {
    (0..=offset).rev().find(|&it| source.text().is_char_boundary(it as usize)).unwrap_or(0)
}

fn char_ceil(source: &Source, offset: u32) -> u32 {
    let end = u32::try_from(source.text().len()).unwrap_or(u32::MAX);
    (offset..end).find(|&it| source.text().is_char_boundary(it as usize)).unwrap_or(end)
}

/// Masked and escaped text that still knows which byte came from where.
struct ShownLine {
    text: String,
    start: usize,
    /// Pairs of an offset in the span and one in the text, at every boundary between two things shown.
    steps: Vec<(usize, usize)>,
}

impl ShownLine {
    fn new(lens: Lens, span: Span) -> Self {
        let original = lens.source.slice(span);
        let masks = lens.secrets.masked(lens.source, span, lens.values);
        let (mut text, mut steps) =
            (String::with_capacity(original.len()), Vec::with_capacity(original.len() + 1));
        let (mut at, mut masks) = (0, masks.into_iter().peekable());
        while at < original.len() {
            steps.push((at, text.len()));
            if let Some(mask) = masks.next_if(|mask| mask.start <= at) {
                text.push_str(MASK);
                at = mask.end.max(at + 1);
                continue;
            }
            let Some(c) = original.get(at..).and_then(|rest| rest.chars().next()) else { break };
            match c {
                '\t' => text.push_str("    "),
                // Only a span that ends with a line break can hold one here.
                '\n' | '\r' => text.push(' '),
                c => push_visible(&mut text, c),
            }
            at += c.len_utf8();
        }
        steps.push((at, text.len()));
        Self { text, start: span.start as usize, steps }
    }

    /// Where `span` stands in the text; it grows over whatever it cuts in two.
    fn translate(&self, span: Span) -> Range<usize> {
        let [start, end] = [span.start, span.end].map(|it| (it as usize).saturating_sub(self.start));
        let floor = self.steps.partition_point(|step| step.0 <= start).saturating_sub(1);
        let ceil = self.steps.partition_point(|step| step.0 < end);
        let [start, end] = [floor, ceil].map(|step| self.steps.get(step).map_or(self.text.len(), |it| it.1));
        start..end.max(start)
    }
}

/// The part of a line that fits.
struct Window {
    range: Range<usize>,
    clipped: (bool, bool),
    ellipsis: &'static str,
}

impl Window {
    /// A window that starts shortly before the first place, unless the whole line fits and leaves
    /// room for the messages. `clipped` says whether the line goes on before and after `line`.
    fn around(line: &ShownLine, places: &[(Range<usize>, &Mark)], lens: Lens, clipped: (bool, bool)) -> Self {
        let Lens { width, ellipsis, .. } = lens;
        let whole = 0..line.text.len();
        let before = |offset| line.text.get(..offset).map_or(0, columns);
        let has_room = |(range, mark): &(Range<usize>, &Mark)| {
            let elbow = usize::midpoint(before(range.start), before(range.end));
            elbow + CORNER + columns(&mark.message).min(MESSAGE_ROOM) <= width
        };
        if clipped == (false, false) && columns(&line.text) <= width && places.iter().all(has_room) {
            return Self { range: whole, clipped, ellipsis };
        }
        let first = places.first().map_or(0, |(range, _)| range.start);
        let start = line.back(first, width / 5);
        let end = line.forward(start, width.saturating_sub(2 * columns(ellipsis)));
        let clipped = (clipped.0 || start > 0, clipped.1 || end < line.text.len());
        Self { range: start..end, clipped, ellipsis }
    }

    /// The text of the window, and the way from offsets in the line to offsets in it.
    fn cut(&self, line: &str) -> (String, impl Fn(usize) -> usize + use<>) {
        let sign = |is_clipped| if is_clipped { self.ellipsis } else { "" };
        let (lead, trail) = (sign(self.clipped.0), sign(self.clipped.1));
        let text = format!("{lead}{}{trail}", line.get(self.range.clone()).unwrap_or_default());
        let (range, lead) = (self.range.clone(), lead.len());
        (text, move |offset: usize| offset.clamp(range.start, range.end) - range.start + lead)
    }
}

impl ShownLine {
    /// The offset at most `room` columns before `from`.
    fn back(&self, from: usize, room: usize) -> usize {
        let before = self.text.get(..from).unwrap_or_default();
        let fitting = before.char_indices().rev().scan(0, |used, (at, c)| {
            *used += char_columns(c);
            (*used <= room).then_some(at)
        });
        fitting.last().unwrap_or(from)
    }

    /// The offset at most `room` columns after `from`.
    fn forward(&self, from: usize, room: usize) -> usize {
        let after = self.text.get(from..).unwrap_or_default();
        let fitting = after.char_indices().scan(0, |used, (at, c)| {
            *used += char_columns(c);
            (*used <= room).then_some(from + at + c.len_utf8())
        });
        fitting.last().unwrap_or(from)
    }
}

/// Makes labels disjoint, as miette draws them side by side: of two that overlap, the one that starts first gives way;
/// of two that start together, the longer one; equal ones become one.
fn without_overlaps(mut labels: Vec<RowLabel>) -> Vec<RowLabel> {
    labels.sort_by_key(|label| (label.range.start, label.range.end));
    let mut disjoint: Vec<RowLabel> = Vec::with_capacity(labels.len());
    for mut label in labels {
        match disjoint.last_mut() {
            Some(last) if last.range == label.range => {
                if last.message != label.message {
                    last.message = format!("{}; {}", last.message, label.message);
                }
                last.is_primary |= label.is_primary;
                continue;
            }
            Some(last) if last.range.end <= label.range.start => {}
            Some(last) if last.range.start < label.range.start => last.range.end = label.range.start,
            Some(last) => label.range = last.range.end..label.range.end.max(last.range.end),
            None => {}
        }
        disjoint.push(label);
    }
    disjoint
}
