//! What the type of a variable says of parts that are left out: `optional(string, "pull")`.

use connlint_parse::hcl::{Expr, ExprKind};

use super::eval::{Evaluator, Scope};
use crate::{Entry, Kind, Value};

/// Types within types that are looked at.
const DEEPEST: usize = 16;

/// Whether a type has parts that may be left out.
pub(super) fn has_optional(declared: &Expr) -> bool {
    has(declared, DEEPEST)
}

fn has(declared: &Expr, depth: usize) -> bool {
    match &declared.kind {
        _ if depth == 0 => false,
        ExprKind::Call(call) => {
            &*call.name.text == "optional" || call.args.iter().any(|it| has(it, depth - 1))
        }
        ExprKind::Object(pairs) => pairs.iter().any(|(_, it)| has(it, depth - 1)),
        ExprKind::List(items) => items.iter().any(|it| has(it, depth - 1)),
        _ => false,
    }
}

/// The value with all that its type adds where it is left out. Of what is `given` by nobody but a default, nothing is
/// known where the type has no default either: whoever sets the variable may well set it.
pub(super) fn conform<'a>(
    evaluator: &mut Evaluator<'a>,
    declared: &'a Expr,
    value: Value,
    given: bool,
) -> Value {
    let mut types = Types { evaluator, given };
    types.filled(declared, value, DEEPEST)
}

struct Types<'e, 'a> {
    evaluator: &'e mut Evaluator<'a>,
    given: bool,
}

impl<'a> Types<'_, 'a> {
    fn filled(&mut self, declared: &'a Expr, value: Value, depth: usize) -> Value {
        let ExprKind::Call(call) = &declared.kind else { return value };
        let (Some(inner), Some(left)) = (call.args.first(), depth.checked_sub(1)) else { return value };
        if self.evaluator.is_exhausted() {
            return value;
        }
        self.evaluator.spend(1 + value.items().len() + value.entries().len());
        let kind = match (&*call.name.text, &value.kind) {
            ("optional", _) => return self.filled(inner, value, left),
            ("list" | "set", Kind::List(items)) => {
                let items = items.iter().map(|it| self.filled(inner, it.clone(), left));
                Kind::List(items.collect::<Vec<_>>().into())
            }
            ("map", Kind::Map(entries)) => {
                let entries = entries.iter().map(|entry| {
                    let value = self.filled(inner, entry.value.clone(), left);
                    Entry { value, ..entry.clone() }
                });
                Kind::Map(entries.collect::<Vec<_>>().into())
            }
            ("object", Kind::Map(entries)) => {
                let ExprKind::Object(pairs) = &inner.kind else { return value };
                Kind::Map(self.object(pairs, entries, left).into())
            }
            _ => return value,
        };
        Value { kind, ..value }
    }

    fn object(&mut self, pairs: &'a [(Expr, Expr)], entries: &[Entry], depth: usize) -> Vec<Entry> {
        let mut entries: Vec<Entry> = entries.to_vec();
        let open = entries.iter().any(|it| it.key.is_empty());
        for (name, declared) in pairs {
            let ExprKind::Text(name, span) = &name.kind else { continue };
            let own = entries.iter().position(|it| *it.key == **name);
            let given = own.and_then(|at| entries.get_mut(at));
            match given.filter(|it| !matches!(it.value.kind, Kind::Null)) {
                Some(entry) => entry.value = self.filled(declared, entry.value.clone(), depth),
                // It may be among the parts that are not known.
                None if open => {}
                None => {
                    let Some(value) = self.default(declared, depth) else { continue };
                    let entry = Entry { key: (**name).into(), key_span: *span, value };
                    match own.and_then(|at| entries.get_mut(at)) {
                        Some(own) => *own = entry,
                        None => entries.push(entry),
                    }
                }
            }
        }
        entries
    }

    /// What `optional(type, default)` says for a part that is left out; nothing where the part has to be there.
    fn default(&mut self, declared: &'a Expr, depth: usize) -> Option<Value> {
        let ExprKind::Call(call) = &declared.kind else { return None };
        let inner = call.args.first().filter(|_| &*call.name.text == "optional")?;
        Some(match call.args.get(1) {
            Some(default) => {
                let value = self.evaluator.eval(default, &Scope::default());
                let value = self.filled(inner, value, depth);
                self.evaluator.marked(value, !self.given)
            }
            None if self.given => Value::new(Kind::Null, declared.span),
            None => self.evaluator.unresolved(declared.span),
        })
    }
}
