//! The texts of a run, and the way from bytes to lines.

use std::sync::{Arc, OnceLock};

use crate::{FileId, Span};

/// A place as people count it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// Line, from 1.
    pub line: usize,
    /// Column in Unicode scalar values, from 1.
    pub column: usize,
}

/// One file: its path as shown to people, and its text.
#[derive(Debug, Default)]
pub struct Source {
    path: Arc<str>,
    text: Arc<str>,
    lines: OnceLock<Vec<u32>>,
}

impl Source {
    /// A file at `path` (relative, `/` between parts) holding `text` (decoded, without a byte-order mark).
    pub fn new(path: impl Into<Arc<str>>, text: impl Into<Arc<str>>) -> Self {
        Self { path: path.into(), text: text.into(), lines: OnceLock::new() }
    }

    /// Path as shown to people.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The whole text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The whole text, to be kept.
    pub fn shared(&self) -> Arc<str> {
        Arc::clone(&self.text)
    }

    /// The text of `span`, or nothing when the span does not fit this text.
    pub fn slice(&self, span: Span) -> &str {
        self.text.get(span.range()).unwrap_or_default()
    }

    /// Byte offsets at which lines start; the first is 0.
    pub fn line_starts(&self) -> &[u32] {
        self.lines.get_or_init(|| {
            let after_break = self.text.bytes().enumerate().filter(|(_, b)| *b == b'\n').map(|(i, _)| i + 1);
            std::iter::once(0).chain(after_break).filter_map(|i| u32::try_from(i).ok()).collect()
        })
    }

    /// Index of the line (from 0) that holds the byte at `offset`.
    pub fn line_index(&self, offset: u32) -> usize {
        self.line_starts().partition_point(|&start| start <= offset).saturating_sub(1)
    }

    /// Byte range of a line (from 0), without its line break.
    pub fn line_range(&self, line: usize) -> std::ops::Range<usize> {
        let starts = self.line_starts();
        let start = starts.get(line).map_or(self.text.len(), |&s| s as usize);
        let end = starts.get(line + 1).map_or(self.text.len(), |&s| s as usize);
        let body = self.text.get(start..end).unwrap_or_default();
        start..start + body.trim_end_matches(['\r', '\n']).len()
    }

    /// Line and column of the byte at `offset`.
    pub fn position(&self, offset: u32) -> Position {
        let line = self.line_index(offset);
        let start = self.line_starts().get(line).copied().unwrap_or(0);
        let before = self.text.get(start as usize..offset as usize).unwrap_or_default();
        Position { line: line + 1, column: before.chars().count() + 1 }
    }
}

/// Every file of a run, by [`FileId`].
#[derive(Debug, Default)]
pub struct Sources {
    files: Vec<Source>,
}

impl Sources {
    /// The sources of a run; a file's id is its index.
    pub fn new(files: Vec<Source>) -> Self {
        Self { files }
    }

    /// Adds a file, whose id is the number of those before it.
    pub fn push(&mut self, file: Source) {
        self.files.push(file);
    }

    /// The file with this id.
    pub fn get(&self, id: FileId) -> Option<&Source> {
        self.files.get(id.0 as usize)
    }

    /// The file with this id, to be replaced.
    pub fn get_mut(&mut self, id: FileId) -> Option<&mut Source> {
        self.files.get_mut(id.0 as usize)
    }

    /// Path of the file with this id, or an empty string.
    pub fn path(&self, id: FileId) -> &str {
        self.get(id).map_or("", Source::path)
    }

    /// Where `span` starts, as `(path, position)`.
    pub fn locate(&self, span: Span) -> (&str, Position) {
        let start = Position { line: 1, column: 1 };
        self.get(span.file).map_or(("", start), |source| (source.path(), source.position(span.start)))
    }

    /// Every file in the order of its id.
    pub fn iter(&self) -> impl Iterator<Item = &Source> {
        self.files.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_count_characters_from_one() {
        let source = Source::new("a.tf", "é = 1\r\nb\n\nc");
        let at = |offset| {
            let Position { line, column } = source.position(offset);
            (line, column)
        };
        assert_eq!([at(0), at(2), at(8), at(10), at(11)], [(1, 1), (1, 2), (2, 1), (3, 1), (4, 1)]);
        assert_eq!(source.line_range(0), 0..6);
        assert_eq!(source.line_range(9), 12..12);
    }
}
