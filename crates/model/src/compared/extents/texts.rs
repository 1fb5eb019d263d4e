//! The values of a setting as texts that can be compared between versions.

use std::borrow::Cow;
use std::collections::BTreeSet;

use connlint_resolve::{Kind, Piece, Value};

use super::super::watch;

/// What stands for a value of which nothing is known.
pub(super) const UNKNOWN: &str = "\u{fffd}";

/// Texts of one setting that are told apart.
const MOST: usize = 500;

/// The texts of a value: the items of a list, a map as one; of the elements of a list, these children joined.
pub(super) fn texts(value: &Value, joined: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    collect(value, joined, &mut found);
    found
}

fn collect(value: &Value, joined: &[&str], found: &mut Vec<String>) {
    if found.len() >= MOST {
        return;
    }
    match &value.kind {
        Kind::Null => {}
        Kind::List(items) => items.iter().for_each(|it| collect(it, joined, found)),
        Kind::Map(_) if !joined.is_empty() => {
            let child = |name: &&str| value.get(name).map_or_else(|| "*".to_owned(), plain);
            found.push(joined.iter().map(child).collect::<Vec<_>>().join("/"));
        }
        Kind::Map(entries) if entries.is_empty() => found.push("*".to_owned()),
        Kind::Map(_) => {
            let mut all = Vec::new();
            labels(value, "", &mut all);
            all.sort();
            found.push(if all.is_empty() { "*".to_owned() } else { all.join(",") });
        }
        _ => found.push(plain(value)),
    }
}

/// Every scalar of a map with the keys above it.
fn labels(value: &Value, name: &str, found: &mut Vec<String>) {
    if found.len() >= MOST {
        return;
    }
    match &value.kind {
        Kind::Map(entries) => entries.iter().for_each(|it| labels(&it.value, &it.key, found)),
        Kind::List(items) => items.iter().for_each(|it| labels(it, name, found)),
        _ => found.push(format!("{name}={}", plain(value))),
    }
}

/// A scalar as text, references by their addresses.
pub(super) fn plain(value: &Value) -> String {
    match &value.kind {
        Kind::OneOf(_) => UNKNOWN.to_owned(),
        Kind::Unknown(references) if references.is_empty() => UNKNOWN.to_owned(),
        _ => watch::plain(value),
    }
}

/// The text of a value that is known in full, in however many pieces it came.
pub(crate) fn settled(value: &Value) -> Option<Cow<'_, str>> {
    if let Some(text) = value.text() {
        return Some(Cow::Borrowed(text));
    }
    let Kind::Text(_) = &value.kind else { return None };
    let mut whole = String::new();
    for piece in value.pieces() {
        let Piece::Literal(literal) = piece else { return None };
        whole.push_str(&literal.text);
    }
    Some(Cow::Owned(whole))
}

/// A list of regular expressions as patterns with stars: commas outside of brackets part them.
pub(super) fn regular(text: &str) -> BTreeSet<String> {
    let mut parts = Vec::new();
    let (mut depth, mut start) = (0_usize, 0);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            b',' | b'|' if depth == 0 => {
                parts.extend(text.get(start..at));
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.extend(text.get(start..));
    let each = parts.into_iter().take(MOST).flat_map(alternatives);
    each.map(|it| it.trim_matches(['^', '$', ' ']).replace("\\.", ".").replace(".*", "*").replace(".+", "*"))
        .filter(|it| !it.is_empty())
        .collect()
}

/// `a.(b|c)` is `a.b` and `a.c`.
fn alternatives(part: &str) -> Vec<String> {
    let Some((before, rest)) = part.split_once('(') else { return vec![part.to_owned()] };
    let Some((inner, after)) = rest.split_once(')') else { return vec![part.to_owned()] };
    if inner.contains('(') || after.contains('(') {
        return vec![part.to_owned()];
    }
    let inner = inner.trim_start_matches("?:");
    inner.split('|').take(MOST).map(|it| format!("{before}{it}{after}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_are_patterns() {
        let found = |text| regular(text).into_iter().collect::<Vec<_>>();
        assert_eq!(found(r"crm\.(orders|items), billing\..*"), ["billing.*", "crm.items", "crm.orders"]);
        assert_eq!(found("^orders$|returns"), ["orders", "returns"]);
        assert_eq!(found(""), [""; 0]);
    }
}
