//! Documents inside strings: JSON in a heredoc, a configuration file in a ConfigMap, Helm values in a block scalar.

use std::sync::Arc;

use connlint_core::{FileId, Span};
use connlint_parse::{Format, Syntax};

use crate::{Entry, Kind, Literal, Piece, Reference, Text, Value, data};

/// Stands for a hole while a template is parsed; private-use characters, so no text means them.
const MARK: char = '\u{F0000}';
/// A string longer than this is data, not configuration.
const LONGEST: usize = 1 << 20;

/// The documents a string holds, if it holds JSON or YAML: spans point at the inner lines of the outer file, and
/// references of the outer string stay references. `source` gives the bytes a literal was written in.
pub fn unwrap<'a>(value: &Value, source: impl Fn(Span) -> &'a str) -> Vec<Value> {
    let Kind::Text(text) = &value.kind else { return Vec::new() };
    let Some(inner) = Inner::new(text, source) else { return Vec::new() };
    let format = match inner.text.trim_start().as_bytes() {
        [b'{' | b'[', ..] => Format::Json,
        _ if looks_like_yaml(&inner.text) => Format::Yaml,
        _ => return Vec::new(),
    };
    let parsed = connlint_parse::parse(FileId(0), &inner.text, format);
    let Syntax::Data(tree) = parsed.syntax else { return Vec::new() };
    if !parsed.errors.is_empty() {
        return Vec::new();
    }
    let documents = data::documents(&tree);
    documents
        .into_iter()
        .filter(Value::is_collection)
        .map(|document| inner.outward(document, value))
        .collect()
}

/// At least two lines, of which the first that says anything is `key:`, `- item` or a document start.
fn looks_like_yaml(text: &str) -> bool {
    let mut lines = text.lines().map(str::trim_end).filter(|line| {
        let line = line.trim_start();
        !line.is_empty() && !line.starts_with('#')
    });
    let Some(first) = lines.next() else { return false };
    let first = first.trim_start();
    if first == "---" {
        return true;
    }
    let item = first.strip_prefix("- ").unwrap_or(first);
    let Some((key, rest)) = item.split_once(':') else { return false };
    let key_like = !key.is_empty()
        && key.len() < 80
        && key.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '/' | '"' | '\''));
    let lone_pair = lines.next().is_none() && item.len() == first.len();
    key_like && !lone_pair && (rest.is_empty() || rest.starts_with(' '))
}

/// The text of a string with its holes marked, and the way back to the outer file.
struct Inner {
    text: String,
    holes: Vec<Reference>,
    /// The literals, in order.
    parts: Vec<Part>,
}

/// A literal of the string: where it starts in the text, and how its offsets map to the bytes it was written in.
struct Part {
    start: usize,
    length: usize,
    /// Where the literal starts in the text that its anchors are for.
    base: usize,
    span: Span,
    anchors: Vec<(usize, usize)>,
}

impl Inner {
    fn new<'a>(text: &Text, source: impl Fn(Span) -> &'a str) -> Option<Self> {
        let mut inner = Self { text: String::new(), holes: Vec::new(), parts: Vec::new() };
        for piece in text.pieces() {
            match piece {
                Piece::Literal(literal) => {
                    let start = inner.text.len();
                    inner.text.push_str(&literal.text);
                    let length = literal.text.len();
                    let (whole, base) = literal.within.unwrap_or((literal.text, 0));
                    let anchors = anchors(&whole, source(literal.span));
                    inner.parts.push(Part { start, length, base, span: literal.span, anchors });
                }
                Piece::Hole(reference) => {
                    inner.text.push(MARK);
                    inner.text.push_str(&inner.holes.len().to_string());
                    inner.text.push(MARK);
                    inner.holes.push(reference);
                }
            }
            if inner.text.len() > LONGEST {
                return None;
            }
        }
        (inner.text.len() > 4).then_some(inner)
    }

    /// The same document with outer spans and with its marks turned back into holes.
    fn outward(&self, value: Value, outer: &Value) -> Value {
        let span = self.span(value.span, outer.span);
        let kind = match value.kind {
            Kind::List(items) => Kind::List(
                items.iter().map(|item| self.outward(item.clone(), outer)).collect::<Vec<_>>().into(),
            ),
            Kind::Map(entries) => Kind::Map(
                entries
                    .iter()
                    .map(|entry| Entry {
                        key: Arc::clone(&entry.key),
                        key_span: self.span(entry.key_span, outer.span),
                        value: self.outward(entry.value.clone(), outer),
                    })
                    .collect::<Vec<_>>()
                    .into(),
            ),
            Kind::Text(text) => Kind::Text(Text::of(self.pieces(&text, outer.span))),
            other => other,
        };
        Value { kind, span, via: outer.via.clone(), content: None }
    }

    fn pieces(&self, text: &Text, outer: Span) -> Vec<Piece> {
        let mut pieces = Vec::new();
        for piece in text.pieces() {
            match piece {
                Piece::Hole(reference) => {
                    let span = self.span(reference.span, outer);
                    pieces.push(Piece::Hole(Reference { span, ..reference }));
                }
                Piece::Literal(literal) => {
                    let whole = self.span(literal.span, outer);
                    for (index, part) in literal.text.split(MARK).enumerate() {
                        let hole = (index % 2 == 1)
                            .then(|| part.parse().ok().and_then(|n: usize| self.holes.get(n)));
                        match hole.flatten() {
                            Some(reference) => pieces.push(Piece::Hole(reference.clone())),
                            None if part.is_empty() && !literal.text.is_empty() => {}
                            None => {
                                let mut literal = literal.clone();
                                literal.text = part.into();
                                literal.span = whole;
                                pieces.push(Piece::Literal(literal));
                            }
                        }
                    }
                }
            }
        }
        pieces
    }

    fn span(&self, inner: Span, outer: Span) -> Span {
        let start = self.outer_offset(inner.start as usize);
        let end = self.outer_offset((inner.end as usize).saturating_sub(1).max(inner.start as usize));
        match (start, end) {
            (Some((part, start)), Some((last, end))) if part.file == last.file && start <= end => {
                let end = end + usize::from(!inner.is_empty());
                Span::new(part.file, start, end.min(last.end as usize))
            }
            // What is put in comes from another file: the part of it that stands here has to do.
            (_, Some((last, end))) if last.file == outer.file && end < last.end as usize => {
                Span::new(last.file, end, end + 1)
            }
            (Some((part, start)), _) if part.file == outer.file && start < part.end as usize => {
                Span::new(part.file, start, start + 1)
            }
            _ => outer,
        }
    }

    /// Where an offset of the text is written, and the literal it is part of.
    fn outer_offset(&self, offset: usize) -> Option<(Span, usize)> {
        let index = self.parts.partition_point(|part| part.start <= offset).checked_sub(1)?;
        let part = self.parts.get(index)?;
        let within = part.base + (offset - part.start).min(part.length);
        let anchor = part.anchors.partition_point(|(decoded, _)| *decoded <= within).checked_sub(1)?;
        let (decoded, written) = part.anchors.get(anchor)?;
        let inside = (written + within - decoded).min(part.span.len());
        Some((part.span, part.span.start as usize + inside))
    }
}

/// Where the byte at `offset` of a literal's text stands in the bytes it was `written` in: exact for plain text, for
/// text that lost its indentation and for text with escapes of one character; else the nearest place before it.
pub fn written_offset(literal: &Literal, written: &str, offset: usize) -> usize {
    let (whole, base) = match &literal.within {
        Some((whole, base)) => (whole, *base),
        None => (&literal.text, 0),
    };
    let anchors = anchors(whole, written);
    let within = base + offset;
    let at = anchors
        .partition_point(|(decoded, _)| *decoded <= within)
        .checked_sub(1)
        .and_then(|at| anchors.get(at));
    at.map_or(0, |(decoded, at)| (at + within - decoded).min(written.len()))
}

/// Pairs of a decoded and a written offset from which both run in step: at the start of each line where indentation
/// was removed, and after each escape.
fn anchors(text: &str, written: &str) -> Vec<(usize, usize)> {
    let mut anchors = vec![(0, 0)];
    if text.len() == written.len() {
        return anchors;
    }
    let (mut decoded, mut at) = (0, 0);
    if written.contains('\n') {
        for (line, written_line) in text.split_inclusive('\n').zip(written.split_inclusive('\n')) {
            let indent = written_line.find(line.trim_end()).unwrap_or(0);
            anchors.push((decoded, at + indent));
            decoded += line.len();
            at += written_line.len();
        }
        return anchors;
    }
    let mut rest = text.chars();
    let mut source = written.chars();
    while let (Some(c), Some(w)) = (rest.next(), source.next()) {
        decoded += c.len_utf8();
        at += w.len_utf8();
        if w == '\\' {
            at += source.next().map_or(0, char::len_utf8);
            anchors.push((decoded, at));
        }
    }
    anchors
}

#[cfg(test)]
#[expect(clippy::string_slice, reason = "a wrong index fails the test")]
mod tests {
    use super::*;

    #[test]
    fn inner_spans_point_into_the_outer_file() {
        for file in [
            "x = <<-EOT\n    {\n      \"password\": \"hunter2\"\n    }\n  EOT",
            "x = \"{\\\"password\\\": \\\"hunter2\\\"}\"",
        ] {
            let content = file.find('{').unwrap()..file.rfind('}').unwrap() + 1;
            let written = &file[content.clone()];
            let text: String = if written.contains('\\') {
                written.replace('\\', "")
            } else {
                written.lines().map(|line| format!("{}\n", line.trim_start())).collect()
            };
            let outer = Value::literal(text, Span::new(FileId(3), content.start, content.end));
            let documents = unwrap(&outer, |span| &file[span.range()]);
            let password = documents[0].get("password").unwrap();
            assert_eq!(password.text(), Some("hunter2"));
            assert_eq!(&file[password.span.range()], "hunter2", "{file}");
        }
    }

    #[test]
    fn holes_survive() {
        let span = Span::new(FileId(0), 0, 10);
        let hole = Reference { kind: crate::RefKind::Resource, key: "tf:x".into(), span };
        let pieces = vec![
            Value::literal("{\"user\": \"a\", \"password\": \"", span).pieces().remove(0),
            Piece::Hole(hole),
            Value::literal("\"}", span).pieces().remove(0),
        ];
        let value = Value::new(Kind::Text(Text::of(pieces)), span);
        let documents = unwrap(&value, |_| "");
        assert_eq!(documents[0].get("password").unwrap().references(9)[0].key.as_ref(), "tf:x");
    }
}
