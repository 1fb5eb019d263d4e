//! Builds a [`Tree`] from the events of a parser, and closes it decently when the parser stops half-way.

use connlint_core::{FileId, Span};

use crate::data::{Node, NodeId, NodeKind, Style, Tree};

/// Most nodes of one file. A node costs some 80 bytes while `0,` costs two, so the text's size is no bound on the
/// tree's; the largest Kubernetes schemas have a tenth of this.
const MAX_NODES: usize = 1 << 20;

/// The reason given when [`MAX_NODES`] is reached.
pub(crate) const TOO_MANY_NODES: &str = "too many values";

/// The two kinds of collection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    Seq,
    Map,
}

/// A collection whose end has not been seen.
#[derive(Debug)]
struct Open {
    id: NodeId,
    shape: Shape,
    /// Where its children start in [`Builder::pending`].
    first: usize,
}

/// A tree under construction.
#[derive(Debug)]
pub(crate) struct Builder {
    file: FileId,
    tree: Tree,
    open: Vec<Open>,
    /// Children of all open collections, innermost last: each collection's list is allocated once, at its end, in
    /// its exact size.
    pending: Vec<NodeId>,
}

impl Builder {
    /// A builder for a text of `len` bytes.
    pub(crate) fn new(file: FileId, len: usize) -> Self {
        // Real files have one node in about 30 bytes.
        let tree = Tree { nodes: Vec::with_capacity((len / 32).min(MAX_NODES)), documents: Vec::new() };
        Self { file, tree, open: Vec::new(), pending: Vec::new() }
    }

    /// Whether no more nodes should be added.
    pub(crate) fn is_full(&self) -> bool {
        self.tree.nodes.len() >= MAX_NODES
    }

    /// Number of open collections.
    pub(crate) fn depth(&self) -> usize {
        self.open.len()
    }

    /// Shape of the innermost open collection.
    pub(crate) fn shape(&self) -> Option<Shape> {
        self.open.last().map(|open| open.shape)
    }

    /// Whether `id` is a collection that is still open, and so encloses whatever comes next.
    pub(crate) fn encloses(&self, id: NodeId) -> bool {
        self.open.binary_search_by_key(&id, |open| open.id).is_ok()
    }

    /// Adds a scalar or an alias.
    pub(crate) fn leaf(&mut self, kind: NodeKind, start: usize, end: usize, tag: Option<Box<str>>) -> NodeId {
        let id = NodeId(u32::try_from(self.tree.nodes.len()).unwrap_or(u32::MAX));
        self.tree.nodes.push(Node { kind, span: Span::new(self.file, start, end), tag });
        if self.open.is_empty() {
            self.tree.documents.push(id);
        } else {
            self.pending.push(id);
        }
        id
    }

    /// Starts a collection.
    pub(crate) fn open(&mut self, shape: Shape, start: usize, tag: Option<Box<str>>) -> NodeId {
        // The kind is filled in at the end.
        let id = self.leaf(NodeKind::Seq(Vec::new()), start, start, tag);
        self.open.push(Open { id, shape, first: self.pending.len() });
        id
    }

    /// Ends the innermost collection at byte `end`.
    pub(crate) fn close(&mut self, end: usize) {
        let Some(Open { id, shape, first }) = self.open.pop() else { return };
        let kind = match shape {
            Shape::Seq => NodeKind::Seq(self.pending.drain(first..).collect()),
            Shape::Map => {
                let mut pairs = Vec::with_capacity((self.pending.len() - first) / 2);
                let mut children = self.pending.drain(first..);
                while let (Some(key), Some(value)) = (children.next(), children.next()) {
                    pairs.push((key, value));
                }
                NodeKind::Map(pairs)
            }
        };
        if let Some(node) = self.tree.nodes.get_mut(id.0 as usize) {
            node.kind = kind;
            node.span = Span::new(self.file, node.span.start as usize, end);
        }
    }

    /// Ends every open collection at byte `end`, because the rest of the document could not be read. A key whose
    /// value is missing gets an empty one, so that the key is not lost.
    pub(crate) fn abandon(&mut self, end: usize) {
        while let Some(open) = self.open.last() {
            if open.shape == Shape::Map && (self.pending.len() - open.first) % 2 == 1 {
                self.leaf(NodeKind::Scalar(Box::default(), Style::Plain), end, end, None);
            }
            self.close(end);
        }
    }

    /// The tree, and a last chance for collections still open.
    pub(crate) fn finish(mut self, end: usize) -> Tree {
        self.abandon(end);
        self.tree
    }
}
