//! Quoted templates and heredocs.

use connlint_core::Span;
use connlint_parse::hcl::Part;

use super::derive::pairs;
use super::encode::encoded;
use super::eval::{Evaluator, Scope};
use crate::text::Whole;
use crate::{Kind, Literal, Piece, RefKind, Reference, Value, split};

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
    let mut made = Made { pieces: Vec::new(), whole: Whole::new(), plain: true, default: None };
    append(evaluator, parts, scope, &mut made);
    match made.line().filter(|line| line.len() != span.len()) {
        Some(line) => evaluator.marked(Value::literal(line, span), made.default == Some(true)),
        None => Value::of_pieces(made.pieces, made.whole, span),
    }
}

/// What a template has made so far.
struct Made {
    pieces: Vec<Piece>,
    whole: Whole,
    /// Whether all that was put in so far are numbers and booleans.
    plain: bool,
    /// Whether all of them are defaults of variables, if there are any.
    default: Option<bool>,
}

impl Made {
    /// The one literal that the pieces make: `"${86400 * 180}s"` is a duration as a whole. Texts that are put in keep
    /// their own spans instead, and so do lines that are written out one by one. A literal as long as its span would
    /// pass for one written as it reads.
    fn line(&self) -> Option<String> {
        if !self.plain || self.pieces.len() < 2 {
            return None;
        }
        let texts = self.pieces.iter().map(|piece| match piece {
            Piece::Literal(literal) => Some(&*literal.text).filter(|text| !text.contains('\n')),
            Piece::Hole(_) => None,
        });
        texts.collect()
    }
}

fn append<'a>(evaluator: &mut Evaluator<'a>, parts: &'a [Part], scope: &Scope, made: &mut Made) {
    for part in parts {
        let pieces = &mut made.pieces;
        match part {
            Part::Text(text, span) => {
                let literal =
                    Literal { text: (**text).into(), span: *span, default: false, tag: None, within: None };
                let own = split(literal);
                made.whole.push(matches!(*own, [Piece::Literal(_)]).then_some(text));
                pieces.extend(own);
            }
            Part::Interpolation(expr) => {
                let value = evaluator.eval(expr, scope);
                made.default = Some(made.default != Some(false) && value.is_default());
                made.plain &= matches!(value.kind, Kind::Number(_) | Kind::Bool(_));
                made.whole.push(value.scalar());
                let inner = match is_encoded(&value) {
                    true => encoded(&value, expr.span),
                    false => value.pieces(),
                };
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
                Some(true) => append(evaluator, yes, scope, made),
                Some(false) => append(evaluator, no, scope, made),
                None => {
                    made.plain = false;
                    made.whole.push(None);
                    append(evaluator, yes, scope, made);
                    append(evaluator, no, scope, made);
                }
            },
            Part::For(names, collection, body) => {
                let collection = evaluator.eval(collection, scope);
                let rounds = pairs(&collection).filter(|pairs| pairs.len() <= LONGEST_LOOP);
                let Some(rounds) = rounds else {
                    pieces.extend(collection.references(16).into_iter().cloned().map(Piece::Hole));
                    made.plain = false;
                    made.whole.push(None);
                    append(evaluator, body, scope, made);
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
                    append(evaluator, body, &scope, made);
                }
            }
        }
    }
}

/// Whether a value is a collection that was encoded, as only such can be put into a text; the content of a template is
/// a list of what it depends on.
fn is_encoded(value: &Value) -> bool {
    let of_file = |it: &Value| it.references(1).first().is_some_and(|it| it.kind == RefKind::File);
    value.is_collection() && value.content.is_none() && !value.items().first().is_some_and(of_file)
}

fn hole(span: Span) -> Piece {
    Piece::Hole(Reference { kind: RefKind::Unresolved, key: "expr:…".into(), span })
}
