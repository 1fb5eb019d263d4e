//! Functions of one text that is known in full.

use connlint_core::Span;

use super::lists::LONGEST;
use super::number;
use crate::{Kind, Value};

/// Longer results are made by doubling, not by people.
const LONGEST_TEXT: usize = 1 << 20;

/// The result, where the arguments decide it.
pub(super) fn call(name: &str, arguments: &[Value], span: Span) -> Option<Value> {
    let first = arguments.first()?;
    let text = first.text()?;
    let argument = |index: usize| arguments.get(index).and_then(Value::text);
    let bool = |it: bool| Value::new(Kind::Bool(it), span);
    let changed = match name {
        "startswith" => return Some(bool(text.starts_with(argument(1)?))),
        "endswith" => return Some(bool(text.ends_with(argument(1)?))),
        "strcontains" => return Some(bool(text.contains(argument(1)?))),
        "tobool" => return matches!(text, "true" | "false").then(|| bool(text == "true")),
        "tonumber" => {
            text.parse::<f64>().ok().filter(|it| it.is_finite())?;
            return Some(Value::new(Kind::Number(text.into()), first.span).through(span));
        }
        "split" => {
            let parts = argument(1)?.split(text).filter(|_| !text.is_empty()).take(LONGEST);
            let parts: Vec<Value> = parts.map(|part| Value::literal(part, span)).collect();
            return (!text.is_empty()).then(|| Value::new(Kind::List(parts.into()), span));
        }
        "lower" => text.to_lowercase(),
        "upper" => text.to_uppercase(),
        "title" => title(text),
        "trimspace" => text.trim().to_owned(),
        "chomp" => text.trim_end_matches(['\n', '\r']).to_owned(),
        "trim" => {
            let of = argument(1)?;
            text.trim_matches(|c| of.contains(c)).to_owned()
        }
        "trimprefix" => text.strip_prefix(argument(1)?).unwrap_or(text).to_owned(),
        "trimsuffix" => text.strip_suffix(argument(1)?).unwrap_or(text).to_owned(),
        "replace" => replaced(text, argument(1)?, argument(2)?)?,
        "strrev" => text.chars().rev().collect(),
        "substr" => part(text, number(arguments.get(1))?, number(arguments.get(2))?),
        "basename" => text.trim_end_matches('/').rsplit('/').next().unwrap_or(text).to_owned(),
        "dirname" => match text.trim_end_matches('/').rsplit_once('/') {
            Some(("", _)) => "/".to_owned(),
            Some((folder, _)) => folder.to_owned(),
            None => ".".to_owned(),
        },
        _ => return None,
    };
    // What stays the same keeps its pieces and their places.
    Some(if changed == text { first.clone() } else { Value::literal(changed, first.span) }.through(span))
}

/// The text with the first letter of each word in upper case.
fn title(text: &str) -> String {
    let mut first = true;
    let mut made = String::with_capacity(text.len());
    for c in text.chars() {
        if first {
            made.extend(c.to_uppercase())
        } else {
            made.push(c)
        }
        first = !(c.is_alphanumeric() || matches!(c, '_' | '\''));
    }
    made
}

/// Every occurrence replaced; nothing for a pattern, which stands between slashes.
fn replaced(text: &str, from: &str, to: &str) -> Option<String> {
    let pattern = from.len() > 1 && from.starts_with('/') && from.ends_with('/');
    let longest = (text.len() + 1).saturating_mul(to.len() + 1);
    (!pattern && longest <= LONGEST_TEXT).then(|| text.replace(from, to))
}

/// So many characters from an offset on; a negative offset counts from the end, a negative length means the rest.
fn part(text: &str, offset: i64, length: i64) -> String {
    let count = i64::try_from(text.chars().count()).unwrap_or(i64::MAX);
    let start = if offset < 0 { offset.saturating_add(count) } else { offset };
    let rest = text.chars().skip(usize::try_from(start).unwrap_or_default());
    match usize::try_from(length) {
        Ok(length) => rest.take(length).collect(),
        Err(_) => rest.collect(),
    }
}
