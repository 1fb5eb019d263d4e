//! The tree of a YAML or JSON file: an arena in which an alias stays a reference, so that no input can unfold.

use connlint_core::Span;

/// Index of a node in its [`Tree`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(pub u32);

/// Every document of a file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tree {
    /// All nodes; children come after their parent.
    pub nodes: Vec<Node>,
    /// The root of each document, in order.
    pub documents: Vec<NodeId>,
}

/// A node with its bytes. A quoted scalar's span lies inside its quotes; a block scalar's starts at its first
/// content line; a collection's covers its children.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// What it is.
    pub kind: NodeKind,
    /// Where it is.
    pub span: Span,
    /// A tag such as `!vault` or `!Ref`, without its leading `!`; core-schema tags (`!!str`) keep `!str`.
    pub tag: Option<Box<str>>,
}

/// The kinds of node.
#[derive(Clone, Debug, PartialEq)]
pub enum NodeKind {
    /// A scalar: its text with escapes, folding and indentation undone.
    Scalar(Box<str>, Style),
    /// A list.
    Seq(Vec<NodeId>),
    /// A map in source order; duplicate keys and `<<` stay as written.
    Map(Vec<(NodeId, NodeId)>),
    /// A reference to an anchored node of the same document, or to nothing if the anchor is unknown or encloses
    /// the alias.
    Alias(Option<NodeId>),
}

/// How a scalar is written; only a plain one can be anything but a string.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// `value`, or a JSON literal that is not a string.
    Plain,
    /// `'value'`
    Single,
    /// `"value"`, or a JSON string.
    Double,
    /// `|` block.
    Literal,
    /// `>` block.
    Folded,
}

impl Tree {
    /// The node with this id.
    pub fn node(&self, id: NodeId) -> Option<&Node> {
        self.nodes.get(id.0 as usize)
    }
}
