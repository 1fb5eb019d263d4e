//! Shared by the tests: audited parsing on the stack callers have, and trees written small enough for a table.

use connlint_core::{FileId, Span};

use crate::audit::audit;
use crate::data::{NodeId, NodeKind, Tree};
use crate::hcl::{Body, Expr, ExprKind, Name, Part, Root, Step};
use crate::{Format, Parsed, Syntax, parse};

const FILE: FileId = FileId(7);

/// Parses `text` on a thread with 8 MiB of stack, and audits the result.
pub(crate) fn parsed(text: &str, format: Format) -> Parsed {
    std::thread::scope(|scope| {
        let worker = std::thread::Builder::new().stack_size(8 << 20);
        let worker = worker.spawn_scoped(scope, || {
            let parsed = parse(FILE, text, format);
            audit(FILE, text, &parsed).unwrap();
            parsed
        });
        worker.unwrap().join().unwrap()
    })
}

/// The text of a span, which an audit has found to be one.
pub(crate) fn slice(text: &str, span: Span) -> &str {
    text.get(span.range()).unwrap()
}

/// Messages and texts of the errors.
pub(crate) fn errors(text: &str, parsed: &Parsed) -> Vec<String> {
    parsed.errors.iter().map(|error| format!("{} at {:?}", error.message, slice(text, error.span))).collect()
}

/// Texts of the comments.
pub(crate) fn comments<'t>(text: &'t str, parsed: &Parsed) -> Vec<&'t str> {
    parsed.comments.iter().map(|span| slice(text, *span)).collect()
}

/// The tree in one line. Where a text differs from its source, the source follows in `‹›`.
pub(crate) fn dump(text: &str, parsed: &Parsed) -> String {
    let dump = Dump { text };
    match &parsed.syntax {
        Syntax::Hcl(body) => dump.body(body),
        Syntax::Data(tree) => {
            let documents: Vec<_> = tree.documents.iter().map(|root| dump.node(tree, *root)).collect();
            documents.join(" --- ")
        }
    }
}

struct Dump<'t> {
    text: &'t str,
}

impl<'t> Dump<'t> {
    fn slice(&self, span: Span) -> &'t str {
        slice(self.text, span)
    }

    fn text(&self, text: &str, span: Span) -> String {
        let source = self.slice(span);
        if source == text { text.to_owned() } else { format!("{text}‹{source}›") }
    }

    fn node(&self, tree: &Tree, id: NodeId) -> String {
        let node = tree.node(id).unwrap();
        let tag = node.tag.as_ref().map(|tag| format!("!{tag} ")).unwrap_or_default();
        let node = match &node.kind {
            NodeKind::Scalar(text, style) => {
                let mark = ["", "'", "\"", "|", ">"][*style as usize];
                format!("{mark}{}{mark}", self.text(text, node.span))
            }
            NodeKind::Seq(items) => {
                let items: Vec<_> = items.iter().map(|item| self.node(tree, *item)).collect();
                format!("[{}]", items.join(" "))
            }
            NodeKind::Map(pairs) => {
                let pairs =
                    pairs.iter().map(|(k, v)| format!("{}:{}", self.node(tree, *k), self.node(tree, *v)));
                format!("{{{}}}", pairs.collect::<Vec<_>>().join(" "))
            }
            NodeKind::Alias(None) => format!("{}=?", self.slice(node.span)),
            NodeKind::Alias(Some(target)) => {
                format!("{}={:?}", self.slice(node.span), self.slice(tree.node(*target).unwrap().span))
            }
        };
        tag + &node
    }

    fn name(&self, name: &Name) -> String {
        self.text(&name.text, name.span)
    }

    fn body(&self, body: &Body) -> String {
        let attributes = body.attributes.iter();
        let attributes = attributes.map(|a| format!("{}={}", self.name(&a.name), self.expr(&a.value)));
        let blocks = body.blocks.iter().map(|block| {
            let labels: String = block.labels.iter().map(|label| format!(" {}", self.name(label))).collect();
            format!("{}{labels} {{{}}}", self.name(&block.kind), self.body(&block.body))
        });
        attributes.chain(blocks).collect::<Vec<_>>().join(" ")
    }

    fn list(&self, exprs: &[Expr]) -> String {
        exprs.iter().map(|expr| self.expr(expr)).collect::<Vec<_>>().join(" ")
    }

    fn expr(&self, expr: &Expr) -> String {
        let exprs = |exprs: &[Expr]| self.list(exprs);
        match &expr.kind {
            ExprKind::Null => "null".to_owned(),
            ExprKind::Bool(value) => value.to_string(),
            ExprKind::Number(number) => number.to_string(),
            ExprKind::Text(text, span) => format!("'{}'", self.text(text, *span)),
            ExprKind::Template(parts) => format!("T[{}]", self.parts(parts)),
            ExprKind::List(items) => format!("[{}]", exprs(items)),
            ExprKind::Object(entries) => {
                let entries = entries.iter().map(|(k, v)| format!("{}={}", self.expr(k), self.expr(v)));
                format!("{{{}}}", entries.collect::<Vec<_>>().join(" "))
            }
            ExprKind::Traversal(traversal) => {
                let mut path = match &traversal.root {
                    Root::Word(name) => self.name(name),
                    Root::Expr(expr) => format!("({})", self.expr(expr)),
                };
                for step in &traversal.steps {
                    path += &match step {
                        Step::Attr(name) => format!(".{}", self.name(name)),
                        Step::Index(index) => format!("[{}]", self.expr(index)),
                        Step::Splat => "*".to_owned(),
                    };
                }
                path
            }
            ExprKind::Call(call) => {
                let expand = if call.expand { "..." } else { "" };
                format!("{}({}{expand})", self.name(&call.name), exprs(&call.args))
            }
            ExprKind::Conditional(branches) => format!("if({})", exprs(branches.as_slice())),
            ExprKind::Unary(operator, operand) => format!("{operator}({})", self.expr(operand)),
            ExprKind::Binary(operator, operands) => format!("{operator}({})", exprs(operands.as_slice())),
            ExprKind::For(f) => {
                let key_var = f.key_var.as_ref().map(|name| self.name(name) + ",").unwrap_or_default();
                let key = f.key.as_ref().map(|key| self.expr(key) + "=>").unwrap_or_default();
                let condition =
                    f.condition.as_ref().map(|c| format!(" if {}", self.expr(c))).unwrap_or_default();
                let (value_var, collection) = (self.name(&f.value_var), self.expr(&f.collection));
                let grouping = if f.grouping { "..." } else { "" };
                format!(
                    "for({key_var}{value_var} in {collection}: {key}{}{grouping}{condition})",
                    self.expr(&f.value)
                )
            }
        }
    }

    fn parts(&self, parts: &[Part]) -> String {
        let part = |part: &Part| match part {
            Part::Text(text, span) => format!("'{}'", self.text(text, *span)),
            Part::Interpolation(expr) => format!("${{{}}}", self.expr(expr)),
            Part::If(c, yes, no) => {
                format!("%if({} [{}] [{}])", self.expr(c), self.parts(yes), self.parts(no))
            }
            Part::For(names, collection, body) => {
                let names: Vec<_> = names.iter().map(|name| self.name(name)).collect();
                format!("%for({} in {} [{}])", names.join(","), self.expr(collection), self.parts(body))
            }
        };
        parts.iter().map(part).collect::<Vec<_>>().join(" ")
    }
}
