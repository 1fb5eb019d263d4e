//! Functions that take the first of their arguments that will do.

use connlint_core::Span;
use connlint_parse::hcl::Call;

use super::is_known;
use crate::terraform::eval::{Evaluator, Scope};
use crate::{Kind, Value};

/// `try` and `can`: an argument that takes a part of something which does not have it surely fails. What fails for
/// other reasons is not told from what is not known.
pub(super) fn attempt<'a>(evaluator: &mut Evaluator<'a>, call: &'a Call, span: Span, scope: &Scope) -> Value {
    let mut possible = Vec::new();
    for argument in &call.args {
        let before = std::mem::take(&mut evaluator.absent);
        let value = evaluator.eval(argument, scope);
        let fails = std::mem::replace(&mut evaluator.absent, before);
        if &*call.name.text == "can" {
            return match fails {
                true => Value::new(Kind::Bool(false), span),
                false => evaluator.unresolved(span),
            };
        }
        if fails {
            continue;
        }
        let sure = is_known(&value);
        possible.push(value);
        if sure {
            break;
        }
    }
    one_of(possible, span)
}

/// `coalesce`: the first argument that is surely a value, or one of those that may be.
pub(super) fn first_known(arguments: Vec<Value>, span: Span) -> Value {
    let mut possible = Vec::new();
    for argument in arguments {
        let empty = matches!(argument.kind, Kind::Null) || argument.text() == Some("");
        if empty {
            continue;
        }
        let sure = is_known(&argument);
        possible.push(argument);
        if sure {
            break;
        }
    }
    one_of(possible, span)
}

/// `coalescelist`: the first list that is not empty.
pub(super) fn first_filled(arguments: &[Value], span: Span) -> Value {
    let mut possible = Vec::new();
    for argument in arguments {
        if argument.is_collection() && argument.items().is_empty() && argument.entries().is_empty() {
            continue;
        }
        possible.push(argument.clone());
        if is_known(argument) {
            break;
        }
    }
    one_of(possible, span)
}

fn one_of(possible: Vec<Value>, span: Span) -> Value {
    match <[Value; 1]>::try_from(possible) {
        Ok([only]) => only.through(span),
        Err(several) if several.is_empty() => Value::new(Kind::Unknown([].into()), span),
        Err(several) => Value::new(Kind::OneOf(several.into()), span),
    }
}
