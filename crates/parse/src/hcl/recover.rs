//! What can still be read of a file that does not parse as a whole.
//!
//! The text is cut into its top-level items, each of which is parsed alone. A block that does not parse is opened:
//! its header is parsed alone, and its body recovered the same way, so that one bad attribute costs one attribute.

use std::ops::Range;

use ::hcl::edit::structure::Structure;
use connlint_core::{FileId, Span};
use memchr::memchr_iter;

use super::convert::Convert;
use super::lenient::parse_body;
use super::scan::{Item, scan};
use super::{Block, Body, Offsets, message};
use crate::{MAX_ERRORS, ParseError, Parsed, Syntax, point};

/// How many blocks deep broken blocks are opened.
const MAX_LEVELS: usize = 8;

/// How often the rest of a text is scanned again because a bracket was left open. Each time costs a pass.
const MAX_CUTS: usize = 32;

pub(super) fn parse(file: FileId, text: &str) -> Parsed {
    let mut recovery = Recovery { file, text, cuts: MAX_CUTS, comments: Vec::new(), errors: Vec::new() };
    let body = recovery.body(0..text.len(), 0);
    // Some errors lie between items, such as an attribute set twice.
    if recovery.errors.is_empty()
        && let Err(error) = parse_body(text)
    {
        recovery.fail(message::message(&error), error.location().offset());
    }
    Parsed { syntax: Syntax::Hcl(body), comments: recovery.comments, errors: recovery.errors }
}

struct Recovery<'t> {
    file: FileId,
    text: &'t str,
    cuts: usize,
    comments: Vec<Span>,
    errors: Vec<ParseError>,
}

impl Recovery<'_> {
    fn fail(&mut self, message: String, at: usize) {
        if self.errors.len() < MAX_ERRORS {
            self.errors.push(ParseError { message, span: point(self.file, self.text, at) });
        }
    }

    /// Reads what it can of the body that is `range` of the text.
    fn body(&mut self, range: Range<usize>, level: usize) -> Body {
        let mut body = Body::default();
        for item in self.items(range, level == 0) {
            let Some(text) = self.text.get(item.range.clone()) else { continue };
            let (message, at) = match item.refused {
                Some((refusal, at)) => (refusal.to_string(), at),
                // The parser tries every way to read what stands before a missing bracket, which can take for ever.
                None if scan(text).open_bracket => ("a bracket is left open".to_owned(), item.range.start),
                None => match parse_body(text) {
                    Ok(parsed) => {
                        let parsed =
                            Convert::new(self.file, text, Offsets::Shift(item.range.start)).body(parsed);
                        body.attributes.extend(parsed.attributes);
                        body.blocks.extend(parsed.blocks);
                        continue;
                    }
                    Err(error) => (message::message(&error), item.range.start + error.location().offset()),
                },
            };
            let errors = self.errors.len();
            body.blocks.extend(self.opened(item.range, level));
            // Within the block the same error is found again, unless it is one of the block itself.
            if self.errors.len() == errors {
                self.fail(message, at);
            }
        }
        body
    }

    /// The readable parts of a block that does not parse.
    fn opened(&mut self, range: Range<usize>, level: usize) -> Option<Block> {
        let item = self.text.get(range.clone())?;
        let (line, _) = item.split_once('\n')?;
        let (words, rest) = line.split_once('{')?;
        let rest = rest.trim_start();
        let alone = rest.is_empty() || rest.starts_with(['#', '/']);
        // The header has not been checked by itself, so it must not hold an expression.
        if level >= MAX_LEVELS || !alone || words.contains('=') {
            return None;
        }
        let header = format!("{words}{{}}");
        let Structure::Block(block) = parse_body(&header).ok()?.into_iter().next()? else { return None };
        let mut block = Convert::new(self.file, &header, Offsets::Shift(range.start)).block(block);
        let end = range.end - usize::from(item.ends_with('}'));
        block.body = self.body(range.start + words.len() + 1..end, level + 1);
        block.span = Span::new(self.file, range.start, range.end);
        Some(block)
    }

    /// The items of a body. Where a bracket is left open, the text is cut before the next line that looks like a
    /// block of the top level, and scanned anew. Comments are those of the top level's scans; an inner one may see
    /// broken text differently.
    fn items(&mut self, range: Range<usize>, comments: bool) -> Vec<Item> {
        let mut items = Vec::new();
        let mut start = range.start;
        loop {
            let Some(text) = self.text.get(start..range.end) else { return items };
            let scan = scan(text);
            let shift = |range: Range<usize>| start + range.start..start + range.end;
            let cut = scan.items.last().filter(|_| scan.unclosed && self.cuts > 0).and_then(|item| {
                let from = item.range.start + 1;
                next_header(text.get(from..)?).map(|at| from + at)
            });
            let until = cut.unwrap_or(text.len());
            for comment in scan.comments.into_iter().filter(|comment| comments && comment.start < until) {
                let comment = shift(comment.start..comment.end.min(until));
                self.comments.push(Span::new(self.file, comment.start, comment.end));
            }
            items.extend(scan.items.into_iter().map(|item| Item {
                range: shift(item.range.start..item.range.end.min(until)),
                refused:
                    item.refused.filter(|(_, at)| *at < until).map(|(refusal, at)| (refusal, start + at)),
            }));
            let Some(cut) = cut else { return items };
            self.cuts -= 1;
            start += cut;
        }
    }
}

/// The first line that starts with a letter and ends with an opening brace, without an equals sign.
fn next_header(text: &str) -> Option<usize> {
    memchr_iter(b'\n', text.as_bytes()).map(|at| at + 1).find(|start| {
        let rest = text.get(*start..).unwrap_or_default();
        let line = rest.lines().next().unwrap_or_default();
        line.starts_with(|first: char| first.is_ascii_alphabetic())
            && line.trim_end().ends_with('{')
            && !line.contains('=')
    })
}
