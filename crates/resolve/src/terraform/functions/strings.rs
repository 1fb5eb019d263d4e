//! Functions that put texts together: their pieces keep the places they are written at.

use connlint_core::Span;

use super::lists::LONGEST;
use super::texts;
use crate::terraform::derive::derived;
use crate::text::Whole;
use crate::{Kind, Literal, Piece, Value};

/// The result, where the arguments decide it.
pub(super) fn call(name: &str, arguments: &[Value], span: Span) -> Option<Value> {
    let (first, rest) = arguments.split_first()?;
    match name {
        "format" => Some(format(first, &rest.iter().collect::<Vec<_>>(), span)),
        "formatlist" => format_list(first, rest, span),
        "join" => Some(joined(first, rest, span)),
        _ => texts::call(name, arguments, span),
    }
}

/// `format` with the verbs that keep text readable; any other verb leaves the arguments as references.
fn format(template: &Value, arguments: &[&Value], span: Span) -> Value {
    let Some(text) = template.text() else {
        return derived(&arguments.iter().map(|it| (*it).clone()).collect::<Vec<_>>(), span);
    };
    let mut pieces = Vec::new();
    let mut whole = Whole::new();
    let mut arguments = arguments.iter();
    let literal = |text: &str| {
        Piece::Literal(Literal {
            text: text.into(),
            span: template.span,
            default: false,
            tag: None,
            within: None,
        })
    };
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('%') {
        whole.push(Some(before));
        if !before.is_empty() {
            pieces.push(literal(before));
        }
        if let Some(after) = after.strip_prefix('%') {
            pieces.push(literal("%"));
            whole.push(Some("%"));
            rest = after;
            continue;
        }
        let verb = after.find(|c: char| c.is_ascii_alphabetic()).unwrap_or(after.len());
        let plain = verb == 0 && after.starts_with(['s', 'd', 'v']);
        let argument = arguments.next();
        whole.push(argument.and_then(|it| it.scalar()).filter(|_| plain));
        pieces.extend(argument.into_iter().flat_map(|it| it.pieces()));
        rest = after.get(verb + 1..).unwrap_or_default();
    }
    whole.push(Some(rest));
    if !rest.is_empty() {
        pieces.push(literal(rest));
    }
    Value::of_pieces(pieces, whole, span)
}

/// `format` for each item of the lists among the arguments; what is no list is the same for all.
fn format_list(template: &Value, arguments: &[Value], span: Span) -> Option<Value> {
    let lists: Vec<&Value> = arguments.iter().filter(|it| matches!(it.kind, Kind::List(_))).collect();
    let length = lists.first()?.items().len();
    if length > LONGEST || lists.iter().any(|it| it.items().len() != length) {
        return None;
    }
    let made = (0..length).map(|index| {
        let own: Vec<&Value> = arguments.iter().map(|it| it.items().get(index).unwrap_or(it)).collect();
        format(template, &own, span)
    });
    Some(Value::new(Kind::List(made.collect::<Vec<_>>().into()), span))
}

fn joined(separator: &Value, lists: &[Value], span: Span) -> Value {
    if !lists.iter().all(|it| matches!(it.kind, Kind::List(_))) {
        return derived(lists, span);
    }
    let mut pieces = Vec::new();
    let mut whole = Whole::new();
    for (index, item) in lists.iter().flat_map(Value::items).enumerate() {
        if index > 0 {
            pieces.extend(separator.pieces());
            whole.push(separator.scalar());
        }
        pieces.extend(item.pieces());
        whole.push(item.scalar());
    }
    match pieces.is_empty() {
        true => Value::literal("", span),
        false => Value::of_pieces(pieces, whole, span),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::RefKind;

    #[test]
    fn strings_keep_their_pieces() {
        let text = |text| Value::literal(text, Span::default());
        let unknown = Value::reference(RefKind::Variable, "var.x", Span::default());
        let arguments = [text("%s:%-5d%%"), text("user"), unknown];
        let made = call("format", &arguments, Span::default()).unwrap();
        let shown: Vec<String> = made
            .pieces()
            .into_iter()
            .map(|piece| match piece {
                Piece::Literal(it) => it.text.to_string(),
                Piece::Hole(it) => format!("<{}>", it.key),
            })
            .collect();
        assert_eq!(shown.concat(), "user:<var.x>%");
    }
}
