//! The walk over the bytes of HCL: an explicit stack of what is open, and three ways to go on.

use std::ops::Range;

use memchr::{memchr, memchr2, memmem};

use super::{Item, MAX_COMPARISONS, MAX_DEPTH, MAX_ENTRIES, MAX_OPERANDS, Refusal, SMALL_OBJECT, Scan};

/// What the walk is inside of.
#[derive(Clone, Debug)]
enum Frame {
    /// `{ … }` of a block.
    Block,
    /// `{ … }` of an object, with the number of its entries so far.
    Object(u64),
    /// `( … )` or `[ … ]`.
    Group,
    /// `${ … }` or `%{ … }`.
    Hole,
    /// `" … "`.
    Quote,
    /// The lines up to this marker.
    Heredoc(Option<Range<usize>>),
}

pub(super) struct Walk<'t> {
    bytes: &'t [u8],
    at: usize,
    stack: Vec<Frame>,
    /// Number of operators so far in each frame that is a bracket or a hole, and in the item around them.
    operators: Vec<usize>,
    /// Start of the current item.
    item: Option<usize>,
    /// Whether the current statement has an equals sign, so that a brace opens an object and not a block.
    assigned: bool,
    comparisons: u64,
    refused: Option<(Refusal, usize)>,
    found: Scan,
}

/// Bytes that mean something in code.
static MEANS: [bool; 256] = {
    let mut table = [false; 256];
    let mut bytes: &[u8] = b"\n#/\"<()[]{}=:?+-*%&|!>";
    while let [byte, rest @ ..] = bytes {
        // A byte is below 256.
        #[expect(clippy::indexing_slicing, reason = "`get_mut` is not const")]
        {
            table[*byte as usize] = true;
        }
        bytes = rest;
    }
    table
};

impl<'t> Walk<'t> {
    /// A walk over attributes and blocks.
    pub(super) fn in_body(text: &'t str) -> Self {
        Self {
            bytes: text.as_bytes(),
            at: 0,
            stack: Vec::new(),
            operators: vec![0],
            item: None,
            assigned: false,
            comparisons: 0,
            refused: None,
            found: Scan::default(),
        }
    }

    /// A walk over a template that is not quoted and ends with the text.
    pub(super) fn in_template(text: &'t str) -> Self {
        Self { stack: vec![Frame::Heredoc(None)], ..Self::in_body(text) }
    }

    pub(super) fn finish(mut self) -> Scan {
        while self.at < self.bytes.len() {
            self.step();
        }
        self.end_item();
        self.found.unclosed = !self.stack.is_empty();
        self.found.open_bracket = self.depth() > 0;
        self.found
    }

    pub(super) fn first_refusal(mut self) -> Option<(Refusal, usize)> {
        while self.at < self.bytes.len() && self.refused.is_none() {
            self.step();
        }
        let open = (self.depth() > 0).then_some((Refusal::OpenBracket, 0));
        self.refused.or(open)
    }

    /// Number of frames that are brackets or holes.
    fn depth(&self) -> usize {
        self.operators.len() - 1
    }

    fn rest(&self) -> &'t [u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }

    fn byte(&self, at: usize) -> Option<u8> {
        self.bytes.get(at).copied()
    }

    fn step(&mut self) {
        match self.stack.last() {
            Some(Frame::Quote) => self.quoted(),
            Some(Frame::Heredoc(marker)) => {
                let marker = marker.clone();
                self.heredoc(marker);
            }
            None if self.item.is_none() => self.between_items(),
            _ => self.code(),
        }
    }

    /// Skips white space and comments up to the next item.
    fn between_items(&mut self) {
        self.at += self.rest().iter().take_while(|byte| byte.is_ascii_whitespace()).count();
        if self.at < self.bytes.len() && !self.comment() {
            self.item = Some(self.at);
            self.assigned = false;
        }
    }

    fn end_item(&mut self) {
        let refused = self.refused.take();
        if let Some(start) = self.item.take() {
            let item = self.bytes.get(start..self.at).unwrap_or_default();
            let range = start..start + item.trim_ascii_end().len();
            self.found.items.push(Item { range, refused });
        }
    }

    /// Handles the next byte of code that means anything.
    fn code(&mut self) {
        let plain = self.rest().iter().take_while(|byte| !MEANS.get(**byte as usize).is_some_and(|m| *m));
        self.at += plain.count();
        let Some(byte) = self.byte(self.at) else { return };
        match byte {
            b'\n' => {
                match self.stack.last() {
                    None => self.end_item(),
                    Some(Frame::Block) => self.assigned = false,
                    _ => {}
                }
                if matches!(self.stack.last(), None | Some(Frame::Block | Frame::Object(_))) {
                    self.operators.last_mut().into_iter().for_each(|count| *count = 0);
                }
                self.at += 1;
            }
            b'#' | b'/' => {
                if !self.comment() {
                    self.operator();
                }
            }
            b'+' | b'-' | b'*' | b'%' | b'&' | b'|' | b'!' | b'>' => self.operator(),
            b'"' => {
                self.stack.push(Frame::Quote);
                self.at += 1;
            }
            b'<' => self.less_than(),
            b'(' | b'[' => self.open(Frame::Group),
            b'{' => {
                let statement = matches!(self.stack.last(), None | Some(Frame::Block));
                let block = statement && !self.assigned;
                self.open(if block { Frame::Block } else { Frame::Object(0) });
            }
            b')' | b']' | b'}' => self.close(byte),
            b'=' if self.rest().starts_with(b"==") => {
                self.operator();
                self.at += 1;
            }
            _ => self.separator(byte),
        }
    }

    /// Skips a comment, if one starts here.
    fn comment(&mut self) -> bool {
        let rest = self.rest();
        let len = match rest {
            [b'#', ..] | [b'/', b'/', ..] => {
                let line = rest.get(..memchr(b'\n', rest).unwrap_or(rest.len())).unwrap_or(rest);
                line.strip_suffix(b"\r").unwrap_or(line).len()
            }
            [b'/', b'*', inner @ ..] => memmem::find(inner, b"*/").map_or(rest.len(), |end| end + 4),
            _ => return false,
        };
        self.found.comments.push(self.at..self.at + len);
        self.at += len;
        true
    }

    /// Counts an operator. The dash of a name counts too: telling it from a minus would need the start of the word.
    fn operator(&mut self) {
        let arrow = self.rest().starts_with(b">")
            && self.at.checked_sub(1).and_then(|at| self.byte(at)) == Some(b'=');
        if !arrow && let Some(count) = self.operators.last_mut() {
            *count += 1;
        }
        self.at += 1;
    }

    /// Starts a heredoc at `<<MARKER` or `<<-MARKER` at the end of a line; else it is an operator.
    fn less_than(&mut self) {
        self.operator();
        let [b'<', rest @ ..] = self.rest() else { return };
        let start = self.bytes.len() - rest.strip_prefix(b"-").unwrap_or(rest).len();
        let word = self.bytes.get(start..).unwrap_or_default();
        let len = word.iter().take_while(|byte| is_word(**byte)).count();
        if let (1.., [b'\n', ..] | [b'\r', b'\n', ..]) = (len, word.get(len..).unwrap_or_default()) {
            self.stack.push(Frame::Heredoc(Some(start..start + len)));
            // At a line break the marker is looked for.
            self.at = start + len + usize::from(word.get(len) == Some(&b'\r'));
        }
    }

    fn open(&mut self, frame: Frame) {
        if matches!(frame, Frame::Block) {
            self.assigned = false;
        }
        self.stack.push(frame);
        let operands = self.operators.iter().take(MAX_DEPTH).filter(|operators| **operators >= 2).count();
        self.operators.push(0);
        if self.depth() > MAX_DEPTH || operands > MAX_OPERANDS {
            self.refuse(Refusal::Depth);
        }
        self.at += 1;
    }

    fn close(&mut self, byte: u8) {
        self.at += 1;
        // A brace closes whatever it can, so that a forgotten bracket does not reach beyond its block. In sound
        // text only the first frame is ever looked at.
        while let Some(frame) = self.stack.last() {
            let closes = match frame {
                Frame::Group => byte != b'}',
                Frame::Block | Frame::Object(_) | Frame::Hole => byte == b'}',
                Frame::Quote | Frame::Heredoc(_) => false,
            };
            if !(closes || byte == b'}' && matches!(frame, Frame::Group)) {
                return;
            }
            if let Frame::Object(entries) = *frame
                && entries > SMALL_OBJECT
            {
                self.comparisons += entries * entries;
                if self.comparisons > MAX_COMPARISONS {
                    self.refuse(Refusal::Entries);
                }
            }
            self.stack.pop();
            self.operators.pop();
            if closes {
                return;
            }
        }
    }

    /// Counts the entries of objects, and notices assignments.
    fn separator(&mut self, byte: u8) {
        let (before, after) = (self.at.checked_sub(1).and_then(|at| self.byte(at)), self.byte(self.at + 1));
        let separates = match byte {
            b'=' => !matches!(before, Some(b'=' | b'!' | b'<' | b'>')) && !matches!(after, Some(b'=' | b'>')),
            b':' => before != Some(b':') && after != Some(b':'),
            _ => false,
        };
        match self.stack.last_mut() {
            None | Some(Frame::Block) => self.assigned |= separates,
            Some(Frame::Object(entries)) => {
                // The colon of a conditional is paid for by its question mark.
                *entries =
                    if byte == b'?' { entries.saturating_sub(1) } else { *entries + u64::from(separates) };
                if *entries > MAX_ENTRIES {
                    self.refuse(Refusal::Entries);
                }
            }
            _ => {}
        }
        self.at += 1;
    }

    fn refuse(&mut self, refusal: Refusal) {
        self.refused.get_or_insert((refusal, self.at));
    }

    fn quoted(&mut self) {
        let found = self.rest().iter().position(|byte| matches!(byte, b'"' | b'\\' | b'{' | b'\n'));
        let Some(found) = found else {
            self.at = self.bytes.len();
            return;
        };
        self.at += found;
        match self.byte(self.at) {
            Some(b'\\') => self.at = (self.at + 2).min(self.bytes.len()),
            Some(b'{') => self.brace_in_template(),
            Some(b'"') => {
                self.stack.pop();
                self.at += 1;
            }
            // The line break belongs to the code around the unterminated string.
            _ => {
                self.refuse(Refusal::OpenString);
                self.stack.pop();
            }
        }
    }

    /// At a line break, or within a line behind a hole.
    fn heredoc(&mut self, marker: Option<Range<usize>>) {
        let Some(found) = memchr2(b'\n', b'{', self.rest()) else {
            self.at = self.bytes.len();
            return;
        };
        self.at += found;
        if self.byte(self.at) == Some(b'{') {
            self.brace_in_template();
            return;
        }
        self.at += 1;
        let Some(marker) = marker.and_then(|marker| self.bytes.get(marker)) else { return };
        let line = self.rest();
        let indent = line.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        let word = line.get(indent..).unwrap_or_default();
        if let Some(after) = word.strip_prefix(marker)
            && !after.first().is_some_and(|byte| is_word(*byte))
        {
            self.stack.pop();
            self.at += indent + marker.len();
        }
    }

    /// Opens a hole at the brace of `${` or `%{`, unless the mark is doubled.
    fn brace_in_template(&mut self) {
        let mark = self.at.checked_sub(1).and_then(|at| self.byte(at));
        let doubled = self.at >= 2 && self.byte(self.at - 2) == mark;
        if matches!(mark, Some(b'$' | b'%')) && !doubled {
            self.open(Frame::Hole);
        } else {
            self.at += 1;
        }
    }
}

/// Whether a byte can be part of a heredoc's marker; every letter beyond ASCII is taken for one.
fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-') || !byte.is_ascii()
}
