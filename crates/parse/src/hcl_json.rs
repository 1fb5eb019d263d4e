//! HCL's JSON syntax, from the tree of the JSON into the same [`Body`] as the native syntax.
//!
//! JSON cannot tell a nested block from an attribute holding an object; without a provider's schema, everything
//! within a body is an attribute, and a list of objects may stand for repeated blocks.

#[cfg(test)]
mod tests;

use connlint_core::{FileId, Span};

use crate::data::{Node, NodeId, NodeKind, Style, Tree};
use crate::hcl::{Attribute, Block, Body, Expr, ExprKind, Name, Offsets, Part, parse_template};
use crate::{MAX_ERRORS, ParseError, Parsed, Syntax, in_order, json, point};

/// Parses `text`.
pub(crate) fn parse(file: FileId, text: &str) -> Parsed {
    let json::Json { tree, comments, errors } = json::parse(file, text);
    let mut reader = Reader { file, text, tree: &tree, comments, errors };
    let mut body = Body::default();
    for root in &tree.documents {
        reader.root(*root, &mut body);
    }
    let Reader { comments, errors, .. } = reader;
    Parsed { syntax: Syntax::Hcl(body), comments: in_order(comments), errors }
}

/// Number of labels of the blocks under a top-level key; nothing for a key that is no block.
fn labels_of(key: &str) -> Option<usize> {
    match key {
        "locals" | "terraform" | "moved" | "import" | "removed" => Some(0),
        "variable" | "output" | "module" | "provider" | "check" => Some(1),
        "resource" | "data" | "ephemeral" => Some(2),
        _ => None,
    }
}

struct Reader<'t> {
    file: FileId,
    text: &'t str,
    tree: &'t Tree,
    comments: Vec<Span>,
    errors: Vec<ParseError>,
}

impl<'t> Reader<'t> {
    /// An object of top-level keys, or a list of such objects.
    fn root(&mut self, id: NodeId, body: &mut Body) {
        match self.tree.node(id).map(|node| &node.kind) {
            Some(NodeKind::Seq(items)) => items.iter().for_each(|item| self.root(*item, body)),
            Some(NodeKind::Map(pairs)) => {
                for (key, value) in pairs {
                    let Some(name) = self.key(*key, *value) else { continue };
                    let blocks = match labels_of(&name.text) {
                        Some(labels) if self.is_collection(*value) => Some(labels),
                        // In a file of variables any name may stand for a plain value.
                        _ => None,
                    };
                    match blocks {
                        Some(labels) => self.blocks(&name, &mut Vec::new(), labels, *value, &mut body.blocks),
                        None => body.attributes.extend(self.attribute(name, *value)),
                    }
                }
            }
            Some(NodeKind::Scalar(..) | NodeKind::Alias(_)) => {
                let at = self.tree.node(id).map_or(0, |node| node.span.start as usize);
                self.fail("expected an object".to_owned(), at);
            }
            None => {}
        }
    }

    fn is_collection(&self, id: NodeId) -> bool {
        self.tree.node(id).is_some_and(|node| matches!(node.kind, NodeKind::Map(_) | NodeKind::Seq(_)))
    }

    /// A key as a name, unless it marks a comment.
    fn key(&mut self, key: NodeId, value: NodeId) -> Option<Name> {
        let node = self.tree.node(key)?;
        let NodeKind::Scalar(text, _) = &node.kind else { return None };
        if &**text == "//" {
            // The key is the comment's own mark, so the comment starts there.
            let end = self.tree.node(value).map_or(node.span.end, |value| value.span.end);
            self.comments.push(Span { end, ..node.span });
            return None;
        }
        Some(Name { text: text.clone(), span: node.span })
    }

    /// The blocks of one kind below `id`, `labels` levels of names deep; a list repeats what it stands for.
    fn blocks(
        &mut self,
        kind: &Name,
        names: &mut Vec<Name>,
        labels: usize,
        id: NodeId,
        blocks: &mut Vec<Block>,
    ) {
        let Some(node) = self.tree.node(id) else { return };
        match &node.kind {
            NodeKind::Seq(items) => {
                for item in items {
                    self.blocks(kind, names, labels, *item, blocks);
                }
            }
            NodeKind::Map(pairs) if names.len() < labels => {
                for (key, value) in pairs {
                    let Some(name) = self.key(*key, *value) else { continue };
                    names.push(name);
                    self.blocks(kind, names, labels, *value, blocks);
                    names.pop();
                }
            }
            NodeKind::Map(pairs) => {
                // The kind and all labels but the last may be shared with other blocks.
                let own = names.last().unwrap_or(kind);
                let span = Span { start: own.span.start.min(node.span.start), ..node.span };
                let mut body = Body::default();
                for (key, value) in pairs {
                    let Some(name) = self.key(*key, *value) else { continue };
                    body.attributes.extend(self.attribute(name, *value));
                }
                blocks.push(Block { kind: kind.clone(), labels: names.clone(), body, span });
            }
            // `null` stands for no block, anything else for a mistake that Terraform reports.
            NodeKind::Scalar(..) | NodeKind::Alias(_) => {}
        }
    }

    fn attribute(&mut self, name: Name, value: NodeId) -> Option<Attribute> {
        Some(Attribute { name, value: self.expr(value)? })
    }

    fn expr(&mut self, id: NodeId) -> Option<Expr> {
        let node = self.tree.node(id)?;
        let kind = match &node.kind {
            NodeKind::Scalar(text, Style::Double) => return Some(self.string(node, text)),
            NodeKind::Scalar(word, _) => match &**word {
                "null" | "" => ExprKind::Null,
                "true" => ExprKind::Bool(true),
                "false" => ExprKind::Bool(false),
                number => ExprKind::Number(number.into()),
            },
            NodeKind::Alias(_) => ExprKind::Null,
            NodeKind::Seq(items) => {
                ExprKind::List(items.iter().filter_map(|item| self.expr(*item)).collect())
            }
            NodeKind::Map(pairs) => {
                let mut entries = Vec::with_capacity(pairs.len());
                for (key, value) in pairs {
                    if self.key(*key, *value).is_none() {
                        continue;
                    }
                    if let (Some(key), Some(value)) = (self.expr(*key), self.expr(*value)) {
                        entries.push((key, value));
                    }
                }
                ExprKind::Object(entries)
            }
        };
        Some(Expr { kind, span: node.span })
    }

    /// A string, which is a template if it has a hole; one that does not parse stays the text it is.
    fn string(&mut self, node: &Node, text: &str) -> Expr {
        let content = node.span;
        let quoted = Span::new(self.file, content.start.saturating_sub(1) as usize, content.end as usize + 1);
        let plain = ExprKind::Text(text.into(), content);
        if !text.contains("${") && !text.contains("%{") {
            return Expr { kind: plain, span: quoted };
        }
        let raw = self.text.get(content.range()).unwrap_or_default();
        let offsets = Offsets::of_json_string(raw, content.start as usize);
        let kind = match parse_template(self.file, text, offsets) {
            Ok(mut parts) => match parts.as_mut_slice() {
                [Part::Text(text, span)] => ExprKind::Text(std::mem::take(text), *span),
                _ => ExprKind::Template(parts),
            },
            Err((message, at)) => {
                let at = Offsets::of_json_string(raw, content.start as usize).at(at);
                self.fail(message, at);
                plain
            }
        };
        Expr { kind, span: quoted }
    }

    fn fail(&mut self, message: String, at: usize) {
        if self.errors.len() < MAX_ERRORS {
            self.errors.push(ParseError { message, span: point(self.file, self.text, at) });
        }
    }
}
