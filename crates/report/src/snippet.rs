//! Neighbouring rows of one file as a source for miette.
//!
//! miette is never given a whole file. Its own sources are walked from the start for every label, which takes time
//! quadratic in the number of findings, and they would show lines that nobody masked.

use std::ops::Range;

use miette::{LabeledSpan, MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};

use connlint_core::Position;

use crate::excerpt::Row;

/// What goes into one frame.
#[derive(Debug)]
pub(crate) struct Snippet {
    path: String,
    first_line: usize,
    text: String,
    /// Bytes of `text` that each row takes up, with its line break.
    rows: Vec<Range<usize>>,
    labels: Vec<LabeledSpan>,
    /// Offsets of the labels in `text`, and where they start in the file.
    positions: Vec<(usize, Position)>,
    is_complete: bool,
}

impl Snippet {
    /// A snippet of the file shown as `path`, starting with `row`.
    pub(crate) fn new(path: String, row: Row) -> Self {
        let (rows, labels, positions) = (Vec::new(), Vec::new(), Vec::new());
        let (first_line, text) = (row.line, String::new());
        let mut snippet = Self { path, first_line, text, rows, labels, positions, is_complete: false };
        snippet.push(row);
        snippet
    }

    /// Appends `row` if it is the next one of this file, and gives it back otherwise.
    pub(crate) fn try_push(&mut self, path: &str, row: Row) -> Option<Row> {
        let is_next = !self.is_complete && self.path == path && row.line == self.first_line + self.rows.len();
        if !is_next {
            return Some(row);
        }
        self.push(row);
        None
    }

    fn push(&mut self, row: Row) {
        let start = self.text.len();
        self.text.push_str(&row.text);
        self.text.push('\n');
        self.rows.push(start..self.text.len());
        for label in row.labels {
            let span = (start + label.range.start, label.range.len());
            self.positions.push((span.0, label.position));
            let new = if label.is_primary {
                LabeledSpan::new_primary_with_span
            } else {
                LabeledSpan::new_with_span
            };
            self.labels.push(new(Some(label.message), span));
        }
        // Rows are numbered one after the other, so nothing may follow one that stands for several lines.
        self.is_complete = row.is_collapsed;
    }

    pub(crate) fn labels(&self) -> &[LabeledSpan] {
        &self.labels
    }

    /// Columns that the line numbers take up.
    pub(crate) fn number_columns(&self) -> usize {
        (self.first_line + self.rows.len()).to_string().len()
    }

    fn row_at(&self, offset: usize) -> usize {
        self.rows.partition_point(|row| row.start <= offset).saturating_sub(1)
    }
}

impl SourceCode for Snippet {
    /// Whole rows, never context: `context_lines_before` only tells apart miette's two questions, the lines to draw
    /// (one line of context, its default) and the position to print in the frame's title (none).
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        context_lines_before: usize,
        _context_lines_after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let (start, end) = (self.row_at(span.offset()), self.row_at(span.offset() + span.len()));
        let rows = self.rows.get(start..=end).unwrap_or_default();
        let (Some(first), Some(last)) = (rows.first(), rows.last()) else {
            return Err(MietteError::OutOfBounds);
        };
        let range = first.start..last.end;
        let data = self.text.get(range.clone()).unwrap_or_default().as_bytes();
        let position = self.positions.iter().find(|(offset, _)| *offset == span.offset()).map(|it| it.1);
        let (line, column) = match position.filter(|_| context_lines_before == 0) {
            Some(position) => (position.line - 1, position.column - 1),
            None => (self.first_line + start, 0),
        };
        let path = self.path.clone();
        let span = (range.start, range.len()).into();
        Ok(Box::new(MietteSpanContents::new_named(path, data, span, line, column, rows.len())))
    }
}
