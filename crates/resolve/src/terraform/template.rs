//! Quoted templates and heredocs.

use connlint_core::Span;
use connlint_parse::hcl::Part;

use super::eval::{Evaluator, Scope, pairs};
use crate::{Literal, Piece, RefKind, Reference, Value, split};

/// More rounds of a `%{for}` are not written out.
const LONGEST_LOOP: usize = 64;

/// The text a template makes: its literals, and the pieces of everything interpolated.
pub(super) fn template<'a>(
    evaluator: &mut Evaluator<'a>,
    parts: &'a [Part],
    span: Span,
    scope: &Scope,
) -> Value {
    // `"${x}"` is x itself, whatever its type.
    if let [Part::Interpolation(only)] = parts {
        return evaluator.eval(only, scope);
    }
    let mut pieces = Vec::new();
    append(evaluator, parts, scope, &mut pieces);
    Value::of_pieces(pieces, span)
}

fn append<'a>(evaluator: &mut Evaluator<'a>, parts: &'a [Part], scope: &Scope, pieces: &mut Vec<Piece>) {
    for part in parts {
        match part {
            Part::Text(text, span) => {
                let literal =
                    Literal { text: (**text).into(), span: *span, default: false, tag: None, within: None };
                pieces.extend(split(literal));
            }
            Part::Interpolation(expr) => {
                let value = evaluator.eval(expr, scope);
                let inner = value.pieces();
                if inner.is_empty() {
                    let mut references = value.references(16).into_iter().cloned().peekable();
                    if references.peek().is_none() {
                        pieces.push(hole(expr.span));
                    }
                    pieces.extend(references.map(Piece::Hole));
                } else {
                    pieces.extend(inner);
                }
            }
            Part::If(condition, yes, no) => match evaluator.eval(condition, scope).bool() {
                Some(true) => append(evaluator, yes, scope, pieces),
                Some(false) => append(evaluator, no, scope, pieces),
                None => {
                    append(evaluator, yes, scope, pieces);
                    append(evaluator, no, scope, pieces);
                }
            },
            Part::For(names, collection, body) => {
                let collection = evaluator.eval(collection, scope);
                let rounds = pairs(&collection).filter(|pairs| pairs.len() <= LONGEST_LOOP);
                let Some(rounds) = rounds else {
                    pieces.extend(collection.references(16).into_iter().cloned().map(Piece::Hole));
                    append(evaluator, body, scope, pieces);
                    continue;
                };
                for (key, value) in rounds {
                    let mut scope = scope.clone();
                    if let [key_name, _] = &**names {
                        scope.variables.push(((*key_name.text).into(), key));
                    }
                    if let Some(name) = names.last() {
                        scope.variables.push(((*name.text).into(), value));
                    }
                    append(evaluator, body, &scope, pieces);
                }
            }
        }
    }
}

fn hole(span: Span) -> Piece {
    Piece::Hole(Reference { kind: RefKind::Unresolved, key: "expr:…".into(), span })
}
