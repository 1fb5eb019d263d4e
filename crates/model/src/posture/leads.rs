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
            for entry in block.body.entries().iter().filter(|it| it.value.via.is_none()) {
                if let Some(span) = first(&entry.value) {
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
                    for piece in value.pieces() {
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
