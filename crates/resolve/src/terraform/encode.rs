//! Collections as a text holds them: as JSON, of which every scalar keeps the place that it is written at.

use connlint_core::Span;

use crate::{Kind, Literal, Piece, Value};

/// Longer texts are not written out; what they hold is told by its references alone.
const MOST: usize = 1_000;
/// Collections within collections that are written out.
const DEEPEST: usize = 32;

/// The pieces of a collection in JSON; none where there are too many.
pub(super) fn encoded(value: &Value, at: Span) -> Vec<Piece> {
    let mut json = Json { at, left: 8 * MOST, pieces: Vec::new(), text: String::new() };
    match json.value(value, DEEPEST) {
        Some(()) => {
            json.flush();
            json.pieces
        }
        None => Vec::new(),
    }
}

struct Json {
    at: Span,
    /// Values that may still be met.
    left: usize,
    pieces: Vec<Piece>,
    /// What stands between the values.
    text: String,
}

impl Json {
    fn value(&mut self, value: &Value, depth: usize) -> Option<()> {
        let depth = depth.checked_sub(1)?;
        self.left = self.left.checked_sub(1).filter(|_| self.pieces.len() <= MOST)?;
        match &value.kind {
            Kind::Null => self.text.push_str("null"),
            Kind::Bool(it) => self.text.push_str(if *it { "true" } else { "false" }),
            Kind::Number(it) => self.text.push_str(it),
            Kind::Text(_) | Kind::Unknown(_) => {
                self.text.push('"');
                self.flush();
                // Something that is not known is still there.
                self.pieces.extend(value.pieces().into_iter().map(escaped));
                self.text.push('"');
            }
            // Which one it is, is not known: neither is what the whole says.
            Kind::OneOf(_) => return None,
            Kind::List(items) => {
                self.text.push('[');
                for (index, item) in items.iter().enumerate() {
                    self.text.push_str(if index > 0 { ", " } else { "" });
                    self.value(item, depth)?;
                }
                self.text.push(']');
            }
            Kind::Map(entries) => {
                self.text.push('{');
                for (index, entry) in entries.iter().enumerate() {
                    self.text.push_str(if index > 0 { ", \"" } else { "\"" });
                    escape(&entry.key, &mut self.text);
                    self.text.push_str("\": ");
                    self.value(&entry.value, depth)?;
                }
                self.text.push('}');
            }
        }
        Some(())
    }

    fn flush(&mut self) {
        if !self.text.is_empty() {
            let text = std::mem::take(&mut self.text).into();
            let literal = Literal { text, span: self.at, default: false, tag: None, within: None };
            self.pieces.push(Piece::Literal(literal));
        }
    }
}

fn escaped(piece: Piece) -> Piece {
    match piece {
        Piece::Literal(literal) if literal.text.contains(['"', '\\', '\n', '\t', '\r']) => {
            let mut text = String::with_capacity(literal.text.len() + 8);
            escape(&literal.text, &mut text);
            Piece::Literal(Literal { text: text.into(), ..literal })
        }
        other => other,
    }
}

fn escape(text: &str, to: &mut String) {
    for c in text.chars() {
        match c {
            '"' => to.push_str("\\\""),
            '\\' => to.push_str("\\\\"),
            '\n' => to.push_str("\\n"),
            '\r' => to.push_str("\\r"),
            '\t' => to.push_str("\\t"),
            c => to.push(c),
        }
    }
}
