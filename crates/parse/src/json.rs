//! JSON into a [`Tree`], with spans, duplicate keys, and the comments and trailing commas that JSON with comments
//! allows. Iterative, so depth costs no stack.

mod string;
#[cfg(test)]
mod tests;

pub(crate) use string::{pieces, unescape};

use connlint_core::{FileId, Span};
use memchr::{memchr, memchr3, memmem};

use crate::builder::{Builder, Shape, TOO_MANY_NODES};
use crate::data::{NodeKind, Style, Tree};
use crate::{ParseError, Parsed, Syntax, point};

/// Deepest nesting read, the same as for YAML.
const MAX_DEPTH: usize = 255;

/// A JSON file as read.
pub(crate) struct Json {
    pub(crate) tree: Tree,
    pub(crate) comments: Vec<Span>,
    pub(crate) errors: Vec<ParseError>,
}

impl Json {
    pub(crate) fn into_parsed(self) -> Parsed {
        Parsed { syntax: Syntax::Data(self.tree), comments: self.comments, errors: self.errors }
    }
}

/// Parses `text`, which may be JSON Lines. An empty file is an empty tree; after an error the values before it are kept.
pub(crate) fn parse(file: FileId, text: &str) -> Json {
    let builder = Builder::new(file, text.len());
    let mut reader = Reader { file, text, at: 0, ended: 0, builder, comments: Vec::new() };
    let errors = match reader.document() {
        Ok(()) => Vec::new(),
        Err(Stop(message, at)) => {
            vec![ParseError { message: message.to_owned(), span: point(file, text, at) }]
        }
    };
    let end = reader.at;
    Json { tree: reader.builder.finish(end), comments: reader.comments, errors }
}

/// Why and where reading stopped.
struct Stop(&'static str, usize);

/// What may come next.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Expect {
    Value,
    /// A value or the end of the list.
    Item,
    /// A key or the end of the map.
    Key,
    Colon,
    /// A comma or the end of the collection, or of the file.
    Next,
}

struct Reader<'t> {
    file: FileId,
    text: &'t str,
    at: usize,
    /// Where the last collection ended.
    ended: usize,
    builder: Builder,
    comments: Vec<Span>,
}

impl<'t> Reader<'t> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn rest(&self) -> &'t [u8] {
        self.text.as_bytes().get(self.at..).unwrap_or_default()
    }

    fn document(&mut self) -> Result<(), Stop> {
        self.trivia()?;
        if self.peek().is_none() {
            return Ok(());
        }
        let mut expect = Expect::Value;
        loop {
            self.trivia()?;
            let at = self.at;
            let Some(byte) = self.peek() else {
                let done = expect == Expect::Next && self.builder.depth() == 0;
                return if done { Ok(()) } else { Err(Stop("unexpected end of file", at)) };
            };
            expect = match (expect, byte) {
                (Expect::Item, b']') | (Expect::Key, b'}') => self.close(),
                (Expect::Value | Expect::Item, b'[') => self.open(Shape::Seq)?,
                (Expect::Value | Expect::Item, b'{') => self.open(Shape::Map)?,
                (Expect::Value | Expect::Item, _) => self.scalar(byte)?,
                (Expect::Key, b'"') => {
                    self.string()?;
                    Expect::Colon
                }
                (Expect::Key, _) => return Err(Stop("expected a key in double quotes", at)),
                (Expect::Colon, b':') => {
                    self.at += 1;
                    Expect::Value
                }
                (Expect::Colon, _) => return Err(Stop("expected a colon", at)),
                (Expect::Next, _) => self.next(byte)?,
            };
        }
    }

    fn next(&mut self, byte: u8) -> Result<Expect, Stop> {
        match (self.builder.shape(), byte) {
            (Some(Shape::Seq), b']') | (Some(Shape::Map), b'}') => Ok(self.close()),
            (Some(shape), b',') => {
                self.at += 1;
                Ok(if shape == Shape::Seq { Expect::Item } else { Expect::Key })
            }
            (Some(_), _) => Err(Stop("expected a comma or a closing bracket", self.at)),
            // JSON Lines: a value on each line.
            (None, b'{' | b'[') if self.text.get(self.ended..self.at).is_some_and(|it| it.contains('\n')) => {
                Ok(Expect::Value)
            }
            (None, _) => Err(Stop("unexpected text after the value", self.at)),
        }
    }

    fn open(&mut self, shape: Shape) -> Result<Expect, Stop> {
        if self.builder.depth() >= MAX_DEPTH {
            return Err(Stop("nested too deeply", self.at));
        }
        self.room()?;
        self.builder.open(shape, self.at, None);
        self.at += 1;
        Ok(if shape == Shape::Seq { Expect::Item } else { Expect::Key })
    }

    fn close(&mut self) -> Expect {
        self.at += 1;
        self.builder.close(self.at);
        self.ended = self.at;
        Expect::Next
    }

    fn scalar(&mut self, first: u8) -> Result<Expect, Stop> {
        if first == b'"' {
            self.string()?;
            return Ok(Expect::Next);
        }
        self.room()?;
        let len = self.rest().iter().take_while(|b| b.is_ascii_alphanumeric() || b"+-._".contains(b)).count();
        let word = self.text.get(self.at..self.at + len).unwrap_or_default();
        let number = (first == b'-' || first.is_ascii_digit()) && word.parse::<f64>().is_ok();
        if !number && !matches!(word, "null" | "true" | "false") {
            return Err(Stop("expected a value", self.at));
        }
        self.builder.leaf(NodeKind::Scalar(word.into(), Style::Plain), self.at, self.at + len, None);
        self.at += len;
        Ok(Expect::Next)
    }

    /// Reads a string, key or value, from its opening quote.
    fn string(&mut self) -> Result<(), Stop> {
        self.room()?;
        let quote = self.at;
        let start = quote + 1;
        let mut at = start;
        let mut escaped = false;
        let end = loop {
            let rest = self.text.as_bytes().get(at..).unwrap_or_default();
            let Some(found) = memchr3(b'"', b'\\', b'\n', rest) else {
                return Err(Stop("unterminated string", quote));
            };
            match rest.get(found) {
                Some(b'"') => break at + found,
                Some(b'\\') => {
                    escaped = true;
                    at += found + 2;
                }
                _ => return Err(Stop("unterminated string", quote)),
            }
        };
        let raw = self.text.get(start..end).unwrap_or_default();
        let text = if escaped {
            unescape(raw).map_err(|at| Stop("unknown escape", start + at))?
        } else {
            raw.into()
        };
        self.builder.leaf(NodeKind::Scalar(text, Style::Double), start, end, None);
        self.at = end + 1;
        Ok(())
    }

    fn room(&self) -> Result<(), Stop> {
        if self.builder.is_full() { Err(Stop(TOO_MANY_NODES, self.at)) } else { Ok(()) }
    }

    /// Skips white space, and records comments.
    fn trivia(&mut self) -> Result<(), Stop> {
        loop {
            self.at += self.rest().iter().take_while(|b| matches!(b, b' ' | b'\t' | b'\r' | b'\n')).count();
            let rest = self.rest();
            let len = match rest {
                [b'/', b'/', ..] => {
                    let line = rest.get(..memchr(b'\n', rest).unwrap_or(rest.len())).unwrap_or(rest);
                    line.strip_suffix(b"\r").unwrap_or(line).len()
                }
                [b'/', b'*', inner @ ..] => match memmem::find(inner, b"*/") {
                    Some(end) => end + 4,
                    None => return Err(Stop("unterminated comment", self.at)),
                },
                _ => return Ok(()),
            };
            self.comments.push(Span::new(self.file, self.at, self.at + len));
            self.at += len;
        }
    }
}
