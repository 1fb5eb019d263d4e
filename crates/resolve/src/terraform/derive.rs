//! Values that expressions make of other values.

use std::collections::HashMap;
use std::sync::Arc;

use connlint_core::Span;

use crate::{Entry, Kind, Value};

/// A value that is made from others in a way we do not follow: unknown, but not independent of them.
pub(super) fn derived(from: &[Value], span: Span) -> Value {
    let references = from.iter().flat_map(|value| value.references(16)).cloned();
    let mut references: Vec<_> = references.collect();
    references.dedup();
    Value::new(Kind::Unknown(references.into()), span)
}

/// Key and value of each element, as `for` and `for_each` see them; nothing if the elements are not known.
pub(super) fn pairs(collection: &Value) -> Option<Vec<(Value, Value)>> {
    /// Nobody walks through more.
    const MOST: usize = 10_000;
    match &collection.kind {
        _ if collection.items().len().max(collection.entries().len()) > MOST => None,
        Kind::List(items) => Some(
            items
                .iter()
                .enumerate()
                .map(|(index, item)| {
                    (Value::new(Kind::Number(index.to_string().into()), item.span), item.clone())
                })
                .collect(),
        ),
        Kind::Map(entries) => Some(
            entries
                .iter()
                .map(|entry| match &*entry.key {
                    "" => (Value::new(Kind::Unknown([].into()), entry.key_span), entry.value.clone()),
                    _ => (Value::literal(Arc::clone(&entry.key), entry.key_span), entry.value.clone()),
                })
                .collect(),
        ),
        _ => None,
    }
}

/// Whether two values are equal, where one of them is `null`; nothing where none is, or the other is not known. What is
/// nothing by default says nothing of those who set it.
pub(super) fn both_null(left: &Value, right: &Value) -> Option<bool> {
    let unknown = |it: &Value| matches!(it.kind, Kind::Unknown(_) | Kind::OneOf(_));
    let null = |it: &Value| matches!(it.kind, Kind::Null);
    let default = left.is_default() || right.is_default();
    let decided = (null(left) || null(right)) && !default && !unknown(left) && !unknown(right);
    decided.then(|| null(left) && null(right))
}

/// Entries of equal keys as one, with a list of their values.
pub(super) fn grouped(entries: Vec<Entry>) -> Vec<Entry> {
    let mut at: HashMap<Arc<str>, usize> = HashMap::new();
    let mut groups: Vec<(Entry, Vec<Value>)> = Vec::new();
    for entry in entries {
        let index = *at.entry(Arc::clone(&entry.key)).or_insert(groups.len());
        match groups.get_mut(index) {
            Some((_, values)) => values.push(entry.value),
            None => groups.push((entry.clone(), vec![entry.value])),
        }
    }
    let list = |(entry, values): (Entry, Vec<Value>)| {
        let value = Value::new(Kind::List(values.into()), entry.value.span);
        Entry { value, ..entry }
    };
    groups.into_iter().map(list).collect()
}
