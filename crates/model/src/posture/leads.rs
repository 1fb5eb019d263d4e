//! The blocks that a value leads to: by references, and by names that were written in those blocks, which evaluation
//! puts in the place of a reference to them.

use std::collections::{HashMap, HashSet};

use connlint_core::Span;
use connlint_resolve::terraform::{Block, BlockKind};
use connlint_resolve::{Kind, Piece, RefKind, Value};

use super::root::Root;

/// Nodes of one value that are looked at, and blocks that it leads to.
const MOST: usize = 2_000;
const FARTHEST: usize = 64;

/// Blocks by the texts that are written in them.
pub(super) struct Leads<'r> {
    root: &'r Root<'r>,
    written: HashMap<Span, Vec<(&'r Block, String)>>,
}

impl<'r> Leads<'r> {
    pub(super) fn of(root: &'r Root<'r>) -> Self {
        let mut written: HashMap<Span, Vec<(&Block, String)>> = HashMap::new();
        let blocks = root.evaluated.blocks.iter().filter(|it| is_thing(it));
        for block in blocks {
            for (index, entry) in block.body.entries().iter().enumerate() {
                let next = block.body.entries().get(index + 1).map(|it| it.key_span);
                if let Some(span) = first(&entry.value).filter(|it| is_behind(*it, entry.key_span, next)) {
                    written.entry(span).or_default().push((block, root.rendered(&entry.value)));
                }
            }
        }
        Self { root, written }
    }

    /// The resources and data sources that a value leads to, each once, in order.
    pub(super) fn blocks(&self, value: &Value) -> Vec<&'r Block> {
        let mut found: Vec<&Block> = Vec::new();
        let mut seen: HashSet<&str> = HashSet::new();
        for reference in value.references(FARTHEST) {
            let leads = matches!(reference.kind, RefKind::Resource | RefKind::Generated | RefKind::External);
            if let Some(block) = self.root.block(&reference.key).filter(|it| leads && is_thing(it))
                && seen.insert(&block.key)
            {
                found.push(block);
            }
        }
        let mut open = vec![value];
        let mut budget = MOST;
        while let Some(value) = open.pop() {
            if budget == 0 || found.len() >= FARTHEST {
                break;
            }
            budget -= 1;
            match &value.kind {
                Kind::Map(entries) => open.extend(entries.iter().rev().map(|it| &it.value)),
                Kind::List(items) | Kind::OneOf(items) => open.extend(items.iter().rev()),
                Kind::Text(_) => {
                    let pieces = value.pieces();
                    // What is written here leads nowhere, though other instances have it from the same place.
                    if value.via.is_none() && pieces.len() < 2 {
                        continue;
                    }
                    for piece in pieces {
                        let Piece::Literal(literal) = piece else { continue };
                        let all = self.written.get(&literal.span).into_iter().flatten();
                        // Of several instances, the one whose whole text it is.
                        let own = all.filter(|(_, text)| {
                            !text.is_empty()
                                && (**text == *literal.text || self.root.rendered(value) == *text)
                        });
                        for (block, _) in own.take(FARTHEST) {
                            if seen.insert(&block.key) {
                                found.push(block);
                            }
                        }
                    }
                }
                _ => {}
            }
        }
        found
    }
}

fn is_thing(block: &Block) -> bool {
    matches!(block.kind, BlockKind::Resource | BlockKind::Data)
}

/// Whether a text is written behind a key: else it comes from elsewhere, such as the key of an instance.
fn is_behind(text: Span, key: Span, next: Option<Span>) -> bool {
    /// Bytes between a key and the first literal of its value.
    const ROOM: u32 = 120;
    let before = |next: Span| text.file != next.file || next.start < key.start || text.end <= next.start;
    text.file == key.file && text.start >= key.end && text.start - key.end <= ROOM && next.is_none_or(before)
}

/// Where the first literal of a text is written.
fn first(value: &Value) -> Option<Span> {
    if !matches!(value.kind, Kind::Text(_)) {
        return None;
    }
    value.pieces().into_iter().find_map(|piece| match piece {
        Piece::Literal(literal) => Some(literal.span),
        Piece::Hole(_) => None,
    })
}
