//! YAML into a [`Tree`](crate::data::Tree): aliases stay references, tags and duplicate keys stay as written.

#[cfg(test)]
mod tests;

use std::borrow::Cow;

use connlint_core::{FileId, Span};
use granit_parser::{ErrorKind, Event, Parser, ScalarStyle, ScanError, StrInput, StructureStyle, Tag};

use crate::builder::{Builder, Shape, TOO_MANY_NODES};
use crate::data::{NodeId, NodeKind, Style};
use crate::{MAX_ERRORS, ParseError, Parsed, Syntax, in_order, point};

/// Parses every document of `text`.
pub(crate) fn parse(file: FileId, text: &str) -> Parsed {
    let options = granit_parser::options! {
        emit_unresolved_aliases: true,
        // The default of 96 fails a file whose long comment block stands before a nested key. The buffer cannot
        // outgrow the file.
        max_buffered_comment_events: 1_000_000,
        // YAML's own limit of 1,024 characters for a key in one line refuses generated files others accept.
        simple_key_max_lookahead: 65_536,
    };
    let mut reader = Reader {
        file,
        text,
        builder: Builder::new(file, text.len()),
        anchors: Vec::new(),
        last_end: 0,
        comments: Vec::new(),
        errors: Vec::new(),
    };
    let mut parser = Parser::new_from_str_with_options(text, options);
    while reader.document_run(&mut parser) {}
    reader.finish()
}

/// Turns events into nodes.
struct Reader<'t> {
    file: FileId,
    text: &'t str,
    builder: Builder,
    /// Anchored nodes by the parser's number, which only grows within a file: sorted, and never shared between
    /// documents.
    anchors: Vec<(usize, NodeId)>,
    /// End of the last thing that belongs to a node. A block collection ends here, since the parser's end event
    /// comes only at the next token, behind comments and empty lines.
    last_end: usize,
    comments: Vec<Span>,
    errors: Vec<ParseError>,
}

impl<'t> Reader<'t> {
    /// Reads up to an error or the end of the file; says whether another document may follow.
    fn document_run(&mut self, parser: &mut Parser<'t, StrInput<'t>>) -> bool {
        let error = loop {
            match parser.next_event() {
                None => return false,
                Some(Ok((event, span))) => {
                    if self.builder.is_full() {
                        self.fail(TOO_MANY_NODES.into(), self.last_end);
                        return false;
                    }
                    self.event(event, &span);
                }
                Some(Err(error)) => break error,
            }
        };
        let at = error.marker().byte_offset().unwrap_or(self.last_end);
        self.fail(message(&error), at);
        self.builder.abandon(self.last_end);
        self.errors.len() < MAX_ERRORS && parser.proceed_next_document() == Ok(true)
    }

    fn event(&mut self, event: Event<'t>, span: &granit_parser::Span) {
        let range = span.byte_range().unwrap_or(self.last_end..self.last_end);
        let (start, end) = (range.start, range.end);
        match event {
            Event::Scalar(value, style, anchor, tag) => {
                let (style, start, end) = self.content(style, start, end);
                // For a missing value the parser makes one up: `~`.
                let text = if range.is_empty() { Box::default() } else { Box::from(value) };
                let id = self.builder.leaf(NodeKind::Scalar(text, style), start, end, tag_name(tag));
                self.anchor(anchor, id);
                let block = matches!(style, Style::Literal | Style::Folded);
                self.last_end = self.last_end.max(if block { end } else { range.end });
            }
            Event::Alias(anchor) => {
                let target = self.target(anchor);
                self.builder.leaf(NodeKind::Alias(target), start, end, None);
                self.last_end = end;
            }
            Event::UnresolvedAlias(_) => {
                self.builder.leaf(NodeKind::Alias(None), start, end, None);
                self.last_end = end;
            }
            Event::SequenceStart(style, anchor, tag) => self.open(Shape::Seq, style, start, end, anchor, tag),
            Event::MappingStart(style, anchor, tag) => self.open(Shape::Map, style, start, end, anchor, tag),
            Event::SequenceEnd | Event::MappingEnd => {
                // A block collection ends without a character of its own, a flow collection with its bracket.
                if start < end && end > self.last_end {
                    self.last_end = end;
                }
                self.builder.close(self.last_end);
            }
            Event::Comment(..) => self.comments.push(Span::new(self.file, start, end)),
            // Starts and ends of the stream and its documents: nodes tell them well enough.
            _ => {}
        }
    }

    fn open(
        &mut self,
        shape: Shape,
        style: StructureStyle,
        start: usize,
        end: usize,
        anchor: usize,
        tag: Option<Cow<'_, Tag>>,
    ) {
        let id = self.builder.open(shape, start, tag_name(tag));
        self.anchor(anchor, id);
        self.last_end = if style == StructureStyle::Flow { end } else { start };
    }

    fn anchor(&mut self, anchor: usize, id: NodeId) {
        if anchor != 0 {
            self.anchors.push((anchor, id));
        }
    }

    /// The node an alias stands for; one that is still open encloses the alias and would make the tree a cycle.
    fn target(&self, anchor: usize) -> Option<NodeId> {
        let index = self.anchors.binary_search_by_key(&anchor, |(anchor, _)| *anchor).ok()?;
        self.anchors.get(index).map(|(_, id)| *id).filter(|id| !self.builder.encloses(*id))
    }

    /// The range of a scalar's content: without quotes, and for a block without its last line break.
    fn content(&self, style: ScalarStyle, start: usize, end: usize) -> (Style, usize, usize) {
        match style {
            ScalarStyle::Plain => (Style::Plain, start, end),
            ScalarStyle::SingleQuoted => (Style::Single, start + 1, end.saturating_sub(1).max(start + 1)),
            ScalarStyle::DoubleQuoted => (Style::Double, start + 1, end.saturating_sub(1).max(start + 1)),
            ScalarStyle::Literal => (Style::Literal, start, self.last_line(start, end)),
            ScalarStyle::Folded => (Style::Folded, start, self.last_line(start, end)),
        }
    }

    fn last_line(&self, start: usize, end: usize) -> usize {
        start + self.text.get(start..end).map_or(0, |block| block.trim_end().len())
    }

    fn fail(&mut self, message: String, at: usize) {
        self.errors.push(ParseError { message, span: point(self.file, self.text, at) });
    }

    fn finish(self) -> Parsed {
        Parsed {
            syntax: Syntax::Data(self.builder.finish(self.last_end)),
            // The parser may report a comment between a key and its value late.
            comments: in_order(self.comments),
            errors: self.errors,
        }
    }
}

/// What `!!` is short for.
const CORE: &str = "tag:yaml.org,2002:";

/// A tag as written, without its first `!`; `!<uri>` becomes the short form if there is one.
fn tag_name(tag: Option<Cow<'_, Tag>>) -> Option<Box<str>> {
    let tag = tag?;
    Some(match tag.parts() {
        (CORE, suffix) => format!("!{suffix}").into(),
        ("!", suffix) => suffix.into(),
        ("", uri) => match uri.strip_prefix(CORE) {
            Some(suffix) => format!("!{suffix}").into(),
            None => uri.strip_prefix('!').unwrap_or(uri).into(),
        },
        _ => tag.original().strip_prefix('!').unwrap_or_default().into(),
    })
}

/// The parser's reason. Its own sentences are constant but for numbers and brackets, except those that quote the
/// text.
fn message(error: &ScanError) -> String {
    match error.kind() {
        ErrorKind::UnexpectedCharacter { .. } => "unexpected character".into(),
        ErrorKind::RecursionLimitExceeded => "nested too deeply".into(),
        ErrorKind::TooManyComments => "too many comments".into(),
        ErrorKind::UndeclaredTagHandle => "undeclared tag handle".into(),
        ErrorKind::Custom(_) | ErrorKind::InputIo { .. } | ErrorKind::InputDecoding { .. } => {
            "unreadable".into()
        }
        // "while parsing a flow mapping, did not find …": the first half repeats where, the second says what.
        kind => {
            let text = kind.to_string();
            let reason = text.rsplit_once(", ").map_or(text.as_str(), |(context, reason)| {
                if context.starts_with("while ") { reason } else { text.as_str() }
            });
            reason.trim_start_matches("found ").trim_end_matches('.').to_owned()
        }
    }
}
