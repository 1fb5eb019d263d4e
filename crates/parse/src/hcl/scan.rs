//! One cheap pass over HCL before the parser sees it: where top-level items and comments are, and what must be
//! refused because the parser would need too much stack or time for it.
//!
//! The pass never fails, does not recurse, and is an order of magnitude faster than the parser. A quoted string
//! ends at the end of its line at the latest, as Terraform demands, so that a forgotten quote spoils one line only.

mod walk;

use std::fmt;
use std::ops::Range;

use walk::Walk;

/// Deepest nesting of brackets and holes; the parser's own limit, which it would find only on its stack.
const MAX_DEPTH: usize = 64;

/// Most entries of one object: the parser compares each key with all before it.
const MAX_ENTRIES: u64 = 4_000;

/// Most comparisons of keys in one file, so that many objects just below the limit are no way around it.
const MAX_COMPARISONS: u64 = 4 * MAX_ENTRIES * MAX_ENTRIES;

/// Objects below this size cost nothing worth counting.
const SMALL_OBJECT: u64 = 100;

/// Most brackets opened within each other behind two operators of one expression each. On an error the parser reads
/// such an operand twice, with all it holds, so the time doubles with each.
pub(super) const MAX_OPERANDS: usize = 5;

/// Why text is not given to the parser.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    Depth,
    Entries,
    /// The parser would read on in the next line, where it and this pass would no longer agree on anything.
    OpenString,
    /// The parser would try every way to read what stands before the missing bracket, which can take for ever.
    OpenBracket,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Depth => "nested too deeply",
            Self::Entries => "too many entries in one object",
            Self::OpenString => "unterminated string",
            Self::OpenBracket => "a bracket is left open",
        })
    }
}

/// A top-level attribute or block.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Item {
    pub(super) range: Range<usize>,
    pub(super) refused: Option<(Refusal, usize)>,
}

/// What the pass found.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Scan {
    pub(super) items: Vec<Item>,
    pub(super) comments: Vec<Range<usize>>,
    /// Whether something opened is not closed; the last item then swallows the rest of the text.
    pub(super) unclosed: bool,
    /// Whether that is a bracket, rather than a heredoc or a string.
    pub(super) open_bracket: bool,
}

/// Scans a body of attributes and blocks.
pub(super) fn scan(text: &str) -> Scan {
    Walk::in_body(text).finish()
}

/// Whether a bare template must be refused, and where.
pub(super) fn refuse_template(text: &str) -> Option<(Refusal, usize)> {
    Walk::in_template(text).first_refusal()
}
