//! The promise every consumer relies on: spans can be sliced, ids can be looked up, and parents cover children.
//!
//! Tests and fuzz targets check it through [`audit`]; nothing else needs to.

use connlint_core::{FileId, Span};

use crate::data::{NodeKind, Tree};
use crate::hcl::{Body, Expr, ExprKind, Name, Part, Root, Step};
use crate::{Parsed, Syntax};

/// Checks that in `parsed`, as read from `text`,
///
/// - every span belongs to one file, lies within `text`, and starts and ends on a character boundary;
/// - an expression, block or collection covers what it contains;
/// - every node id is in range, children come after their parents and belong to one parent only;
/// - an alias refers to a node before it that does not enclose it;
/// - comments are in order and do not overlap;
/// - messages are short.
///
/// # Errors
///
/// The first breach found, in words, without any of the text.
pub fn audit(file: FileId, text: &str, parsed: &Parsed) -> Result<(), String> {
    let audit = Audit { file, text };
    let mut end = 0;
    for comment in &parsed.comments {
        audit.span(*comment, "comment")?;
        if comment.start < end {
            return Err(format!("comment at {} overlaps or precedes the one before", comment.start));
        }
        end = comment.end;
    }
    for error in &parsed.errors {
        audit.span(error.span, "error")?;
        if error.message.is_empty() || error.message.len() > 120 || error.message.ends_with('.') {
            return Err("message of an error is empty, long, or a sentence".to_owned());
        }
    }
    match &parsed.syntax {
        Syntax::Hcl(body) => audit.body(body, Span::new(file, 0, text.len())),
        Syntax::Data(tree) => audit.tree(tree),
    }
}

struct Audit<'t> {
    file: FileId,
    text: &'t str,
}

impl Audit<'_> {
    fn span(&self, span: Span, what: &str) -> Result<(), String> {
        if span.file != self.file {
            return Err(format!("{what}: wrong file"));
        }
        match self.text.get(span.range()) {
            Some(_) => Ok(()),
            None => Err(format!("{what}: {}..{} is no range of the text", span.start, span.end)),
        }
    }

    fn within(&self, span: Span, outer: Span, what: &str) -> Result<(), String> {
        self.span(span, what)?;
        if outer.contains(span) {
            Ok(())
        } else {
            Err(format!("{what}: {}..{} is not in {}..{}", span.start, span.end, outer.start, outer.end))
        }
    }

    fn tree(&self, tree: &Tree) -> Result<(), String> {
        let mut parents = vec![None; tree.nodes.len()];
        for (index, node) in tree.nodes.iter().enumerate() {
            self.span(node.span, "node")?;
            let children = match &node.kind {
                NodeKind::Seq(items) => items.clone(),
                NodeKind::Map(pairs) => pairs.iter().flat_map(|(key, value)| [*key, *value]).collect(),
                NodeKind::Scalar(..) | NodeKind::Alias(_) => Vec::new(),
            };
            for child in children {
                let inner = tree.node(child).ok_or_else(|| format!("node {index}: child out of range"))?;
                self.within(inner.span, node.span, "child")?;
                match parents.get_mut(child.0 as usize) {
                    Some(parent @ None) if child.0 as usize > index => *parent = Some(index),
                    _ => return Err(format!("node {index}: child before it, or of two parents")),
                }
            }
        }
        for root in &tree.documents {
            match parents.get(root.0 as usize) {
                Some(None) => {}
                _ => return Err("document is out of range or a child".to_owned()),
            }
        }
        for (index, node) in tree.nodes.iter().enumerate() {
            let NodeKind::Alias(Some(target)) = node.kind else { continue };
            let mut ancestor = parents.get(index).copied().flatten();
            while let Some(parent) = ancestor {
                if parent == target.0 as usize {
                    return Err(format!("alias {index} refers to a node around it"));
                }
                ancestor = parents.get(parent).copied().flatten();
            }
            if target.0 as usize >= index {
                return Err(format!("alias {index} refers to a later node"));
            }
        }
        Ok(())
    }

    fn name(&self, name: &Name, outer: Span) -> Result<(), String> {
        self.within(name.span, outer, "name")
    }

    fn body(&self, body: &Body, outer: Span) -> Result<(), String> {
        for attribute in &body.attributes {
            self.name(&attribute.name, outer)?;
            self.expr(&attribute.value, outer)?;
        }
        for block in &body.blocks {
            self.within(block.span, outer, "block")?;
            // In JSON, blocks share the key of their kind and the first label.
            self.span(block.kind.span, "kind")?;
            for label in &block.labels {
                self.span(label.span, "label")?;
            }
            self.body(&block.body, block.span)?;
        }
        Ok(())
    }

    fn expr(&self, expr: &Expr, outer: Span) -> Result<(), String> {
        let span = expr.span;
        self.within(span, outer, "expression")?;
        let all = |exprs: &[Expr]| exprs.iter().try_for_each(|expr| self.expr(expr, span));
        match &expr.kind {
            ExprKind::Null | ExprKind::Bool(_) | ExprKind::Number(_) => Ok(()),
            ExprKind::Text(_, content) => self.within(*content, span, "text"),
            ExprKind::Template(parts) => self.parts(parts, span),
            ExprKind::List(items) => all(items),
            ExprKind::Object(entries) => entries.iter().try_for_each(|(key, value)| {
                self.expr(key, span)?;
                self.expr(value, span)
            }),
            ExprKind::Traversal(traversal) => {
                match &traversal.root {
                    Root::Word(name) => self.name(name, span)?,
                    Root::Expr(expr) => self.expr(expr, span)?,
                }
                traversal.steps.iter().try_for_each(|step| match step {
                    Step::Attr(name) => self.name(name, span),
                    Step::Index(index) => self.expr(index, span),
                    Step::Splat => Ok(()),
                })
            }
            ExprKind::Call(call) => {
                self.name(&call.name, span)?;
                all(&call.args)
            }
            ExprKind::Conditional(branches) => all(branches.as_slice()),
            ExprKind::Unary(_, operand) => self.expr(operand, span),
            ExprKind::Binary(_, operands) => all(operands.as_slice()),
            ExprKind::For(for_expr) => {
                let names = for_expr.key_var.iter().chain([&for_expr.value_var]);
                names.into_iter().try_for_each(|name| self.name(name, span))?;
                let optional = for_expr.key.iter().chain(&for_expr.condition);
                let mut exprs = optional.chain([&for_expr.collection, &for_expr.value]);
                exprs.try_for_each(|expr| self.expr(expr, span))
            }
        }
    }

    fn parts(&self, parts: &[Part], outer: Span) -> Result<(), String> {
        parts.iter().try_for_each(|part| match part {
            Part::Text(_, span) => self.within(*span, outer, "literal"),
            Part::Interpolation(expr) => self.expr(expr, outer),
            Part::If(condition, yes, no) => {
                self.expr(condition, outer)?;
                self.parts(yes, outer)?;
                self.parts(no, outer)
            }
            Part::For(names, collection, body) => {
                names.iter().try_for_each(|name| self.name(name, outer))?;
                self.expr(collection, outer)?;
                self.parts(body, outer)
            }
        })
    }
}
