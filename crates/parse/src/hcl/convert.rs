//! From the parser's tree, which keeps white space and comments at every node, to ours.
//!
//! The tree is consumed, so that no string is copied. Recursion is as deep as the tree, which the parser limits to
//! 64 nested levels and 128 operators.

use std::ops::Range;

use ::hcl::edit::Span as _;
use ::hcl::edit::expr::{self as edit, Expression, ObjectKey, TraversalOperator};
use ::hcl::edit::structure::{self, BlockLabel, Structure};
use ::hcl::edit::template::{Directive, Element, HeredocTemplate, Template};
use ::hcl::edit::{Decorated, Ident};
use connlint_core::{FileId, Span};

use super::{Attribute, Block, Body, Call, Expr, ExprKind, For, Name, Offsets, Part, Root, Step, Traversal};

/// Converts the tree of one parsed string.
pub(super) struct Convert<'t> {
    file: FileId,
    /// The string that was parsed. Names are taken from here, since the parser may have seen others (see
    /// [`duplicate`](super::duplicate)).
    text: &'t str,
    offsets: Offsets,
}

impl<'t> Convert<'t> {
    pub(super) fn new(file: FileId, text: &'t str, offsets: Offsets) -> Self {
        Self { file, text, offsets }
    }

    /// A range of the parsed string as a place in the file. Parsed nodes always have a range.
    fn span(&self, range: Option<Range<usize>>) -> Span {
        let range = range.unwrap_or(0..0);
        Span::new(self.file, self.offsets.at(range.start), self.offsets.at(range.end))
    }

    /// The place of what stands between two quotes.
    fn inside(&self, range: Option<Range<usize>>) -> Span {
        self.span(range.map(|range| range.start + 1..range.end.saturating_sub(1)))
    }

    fn slice(&self, range: Option<Range<usize>>) -> Box<str> {
        range.and_then(|range| self.text.get(range)).unwrap_or_default().into()
    }

    fn name(&self, ident: &Decorated<Ident>) -> Name {
        let range = ident.span();
        Name { text: self.slice(range.clone()), span: self.span(range) }
    }

    pub(super) fn body(&self, body: structure::Body) -> Body {
        let blocks = body.iter().filter(|structure| structure.is_block()).count();
        let mut ours =
            Body { attributes: Vec::with_capacity(body.len() - blocks), blocks: Vec::with_capacity(blocks) };
        for structure in body {
            match structure {
                Structure::Attribute(attribute) => ours
                    .attributes
                    .push(Attribute { name: self.name(&attribute.key), value: self.expr(attribute.value) }),
                Structure::Block(block) => ours.blocks.push(self.block(block)),
            }
        }
        ours
    }

    pub(super) fn block(&self, block: structure::Block) -> Block {
        let span = self.span(block.span());
        let labels = block.labels.into_iter().map(|label| match label {
            BlockLabel::Ident(ident) => self.name(&ident),
            BlockLabel::String(string) => {
                let span = self.inside(string.span());
                Name { text: string.into_value().into(), span }
            }
        });
        Block { kind: self.name(&block.ident), labels: labels.collect(), body: self.body(block.body), span }
    }

    pub(super) fn expr(&self, expr: Expression) -> Expr {
        let range = expr.span();
        let kind = match expr {
            // The parentheses carry no meaning beyond the shape of the tree.
            Expression::Parenthesis(inner) => return self.expr(inner.into_inner()),
            Expression::HeredocTemplate(heredoc) => self.heredoc(*heredoc, range.clone()),
            Expression::Null(_) => ExprKind::Null,
            Expression::Bool(value) => ExprKind::Bool(*value.value()),
            Expression::Number(_) => ExprKind::Number(self.slice(range.clone())),
            Expression::String(value) => {
                ExprKind::Text(value.into_value().into(), self.inside(range.clone()))
            }
            Expression::Array(items) => {
                ExprKind::List(items.into_iter().map(|item| self.expr(item)).collect())
            }
            Expression::Object(object) => self.object(object),
            Expression::StringTemplate(mut template) => {
                ExprKind::Template(self.parts(std::mem::take(&mut *template)))
            }
            Expression::Variable(word) => {
                let root = Root::Word(self.name(&word));
                ExprKind::Traversal(Box::new(Traversal { root, steps: Vec::new() }))
            }
            Expression::Conditional(conditional) => {
                let branches = [conditional.cond_expr, conditional.true_expr, conditional.false_expr];
                ExprKind::Conditional(Box::new(branches.map(|branch| self.expr(branch))))
            }
            Expression::FuncCall(call) => ExprKind::Call(Box::new(self.call(*call))),
            Expression::Traversal(traversal) => ExprKind::Traversal(Box::new(self.traversal(*traversal))),
            Expression::UnaryOp(op) => {
                let operator = match op.operator.value() {
                    edit::UnaryOperator::Neg => '-',
                    edit::UnaryOperator::Not => '!',
                };
                ExprKind::Unary(operator, Box::new(self.expr(op.expr)))
            }
            Expression::BinaryOp(op) => {
                let operands = [op.lhs_expr, op.rhs_expr].map(|operand| self.expr(operand));
                ExprKind::Binary(op.operator.value().as_str(), Box::new(operands))
            }
            Expression::ForExpr(for_expr) => ExprKind::For(Box::new(self.for_expr(*for_expr))),
        };
        Expr { kind, span: self.span(range) }
    }

    fn object(&self, object: edit::Object) -> ExprKind {
        let mut entries = Vec::with_capacity(object.len());
        for (key, value) in object {
            let key = match key {
                ObjectKey::Ident(word) => self.word_key(word.span()),
                // HCL reads these keywords as plain words where a key stands.
                ObjectKey::Expression(Expression::Null(null)) => self.word_key(null.span()),
                ObjectKey::Expression(Expression::Bool(value)) => self.word_key(value.span()),
                ObjectKey::Expression(Expression::String(value)) => self.quoted_key(value),
                ObjectKey::Expression(expr) => self.expr(expr),
            };
            entries.push((key, self.expr(value.into_expr())));
        }
        ExprKind::Object(entries)
    }

    fn word_key(&self, range: Option<Range<usize>>) -> Expr {
        let span = self.span(range.clone());
        Expr { kind: ExprKind::Text(self.slice(range), span), span }
    }

    fn quoted_key(&self, key: Decorated<String>) -> Expr {
        let range = key.span();
        let inside = range.clone().map(|range| range.start + 1..range.end.saturating_sub(1));
        // Undoing an escape always shortens the text.
        let plain = inside.as_ref().is_some_and(|inside| inside.len() == key.value().len());
        let text = if plain { self.slice(inside) } else { key.into_value().into() };
        Expr { kind: ExprKind::Text(text, self.inside(range.clone())), span: self.span(range) }
    }

    fn traversal(&self, traversal: edit::Traversal) -> Traversal {
        let root = match traversal.expr {
            Expression::Variable(word) => Root::Word(self.name(&word)),
            expr => Root::Expr(self.expr(expr)),
        };
        let steps = traversal.operators.into_iter().map(|operator| match operator.into_value() {
            TraversalOperator::AttrSplat(_) | TraversalOperator::FullSplat(_) => Step::Splat,
            TraversalOperator::GetAttr(name) => Step::Attr(self.name(&name)),
            TraversalOperator::Index(expr) => Step::Index(self.expr(expr)),
            TraversalOperator::LegacyIndex(index) => {
                let range = index.span();
                Step::Index(Expr {
                    kind: ExprKind::Number(self.slice(range.clone())),
                    span: self.span(range),
                })
            }
        });
        Traversal { root, steps: steps.collect() }
    }

    fn call(&self, call: edit::FuncCall) -> Call {
        let mut name = self.name(&call.name.name);
        if let Some(first) = call.name.namespace.first() {
            let words = call.name.namespace.iter().map(|word| self.slice(word.span()));
            name.text = words.chain([name.text]).collect::<Vec<_>>().join("::").into();
            name.span.start = self.span(first.span()).start;
        }
        let expand = call.args.expand_final();
        Call { name, args: call.args.into_iter().map(|arg| self.expr(arg)).collect(), expand }
    }

    fn for_expr(&self, expr: edit::ForExpr) -> For {
        For {
            key_var: expr.intro.key_var.as_ref().map(|word| self.name(word)),
            value_var: self.name(&expr.intro.value_var),
            collection: self.expr(expr.intro.collection_expr),
            key: expr.key_expr.map(|key| self.expr(key)),
            value: self.expr(expr.value_expr),
            condition: expr.cond.map(|condition| self.expr(condition.expr)),
            grouping: expr.grouping,
        }
    }

    fn heredoc(&self, heredoc: HeredocTemplate, range: Option<Range<usize>>) -> ExprKind {
        let mut parts = self.parts(heredoc.template);
        match parts.as_mut_slice() {
            [] => {
                // Nothing stands between the markers: the content is the empty place after the first line.
                let start = range.map_or(0, |range| {
                    let source = self.text.get(range.clone()).unwrap_or_default();
                    range.start + source.find('\n').map_or(source.len(), |line| line + 1)
                });
                ExprKind::Text(Box::default(), self.span(Some(start..start)))
            }
            [Part::Text(text, span)] => ExprKind::Text(std::mem::take(text), *span),
            _ => ExprKind::Template(parts),
        }
    }

    /// The parts of a template. Strip markers (`~`) are not applied: white space next to a hole means nothing to
    /// the checks, and the text keeps matching its span.
    pub(super) fn parts(&self, template: Template) -> Vec<Part> {
        let mut parts = Vec::with_capacity(template.len());
        for element in template {
            parts.push(match element {
                Element::Literal(literal) => {
                    let span = self.span(literal.span());
                    Part::Text(literal.into_value().into(), span)
                }
                Element::Interpolation(interpolation) => Part::Interpolation(self.expr(interpolation.expr)),
                Element::Directive(directive) => self.directive(*directive),
            });
        }
        parts
    }

    fn directive(&self, directive: Directive) -> Part {
        match directive {
            Directive::If(directive) => {
                let condition = self.expr(directive.if_expr.cond_expr);
                let yes = self.parts(directive.if_expr.template);
                let no = directive.else_expr.map(|no| self.parts(no.template)).unwrap_or_default();
                Part::If(Box::new(condition), yes, no)
            }
            Directive::For(directive) => {
                let intro = directive.for_expr;
                let names = intro.key_var.iter().chain([&intro.value_var]).map(|word| self.name(word));
                let names = names.collect();
                Part::For(names, Box::new(self.expr(intro.collection_expr)), self.parts(intro.template))
            }
        }
    }
}
