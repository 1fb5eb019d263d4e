//! Functions that make maps, or take them apart.
//!
//! An entry whose key is not known has the empty key. A map that is not known adds one such entry to what is merged
//! with it, so that nobody takes the rest for the whole.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use connlint_core::Span;

use super::lists::LONGEST;
use crate::terraform::derive::derived;
use crate::{Entry, Kind, Value};

/// The result, where the arguments decide it.
pub(super) fn call(name: &str, arguments: &[Value], span: Span) -> Option<Value> {
    let first = arguments.first();
    Some(match name {
        "merge" => merge(arguments, span),
        // The names in a map that is not known are not what lies under them.
        "keys" => list_of(first?, span, |entry| match &*entry.key {
            "" => Value::new(Kind::Unknown([].into()), entry.key_span),
            _ => Value::literal(Arc::clone(&entry.key), entry.key_span),
        })
        .unwrap_or_else(|| Value::new(Kind::Unknown([].into()), span)),
        "values" => list_of(first?, span, |entry| entry.value.clone())?,
        "lookup" => lookup(first?, arguments.get(1), arguments.get(2), span),
        "zipmap" => zipmap(first?, arguments.get(1)?, span)?,
        "transpose" => transpose(first?, span)?,
        _ => return None,
    })
}

/// Later maps win. A map that is not known makes the whole depend on it.
fn merge(maps: &[Value], span: Span) -> Value {
    let mut entries: Vec<Option<Entry>> = Vec::new();
    let mut at: HashMap<Arc<str>, usize> = HashMap::new();
    let mut unknown = false;
    for map in maps {
        unknown |= !matches!(map.kind, Kind::Map(_) | Kind::Null);
        for entry in map.entries() {
            // Keys that are not known are not the same.
            if !entry.key.is_empty()
                && let Some(before) = at.insert(Arc::clone(&entry.key), entries.len())
                && let Some(before) = entries.get_mut(before)
            {
                *before = None;
            }
            entries.push(Some(entry.clone()));
        }
        if entries.len() > LONGEST {
            return derived(maps, span);
        }
    }
    if entries.is_empty() && unknown {
        return derived(maps, span);
    }
    let rest = Entry { key: "".into(), key_span: span, value: Value::new(Kind::Unknown([].into()), span) };
    let all = entries.into_iter().flatten().chain(unknown.then_some(rest));
    Value::new(Kind::Map(all.collect::<Vec<_>>().into()), span)
}

/// A list of something of each entry, in the order of the keys.
fn list_of(map: &Value, span: Span, part: impl Fn(&Entry) -> Value) -> Option<Value> {
    let Kind::Map(entries) = &map.kind else { return None };
    let mut sorted: Vec<&Entry> = entries.iter().collect();
    sorted.sort_by(|a, b| a.key.cmp(&b.key));
    let parts: Vec<Value> = sorted.into_iter().map(part).collect();
    Some(Value::new(Kind::List(parts.into()), span))
}

fn lookup(map: &Value, key: Option<&Value>, default: Option<&Value>, span: Span) -> Value {
    let all = [Some(map), key, default].into_iter().flatten().cloned().collect::<Vec<_>>();
    match (&map.kind, key.and_then(Value::scalar)) {
        (Kind::Map(entries), Some(key)) => match map.get(key) {
            Some(value) => value.clone().through(span),
            // It may be among the keys that are not known.
            None if entries.iter().any(|it| it.key.is_empty()) => derived(&all, span),
            None => default.cloned().unwrap_or_else(|| derived(&all, span)).through(span),
        },
        (Kind::Map(entries), None) => {
            let mut values: Vec<Value> = entries.iter().map(|entry| entry.value.clone()).collect();
            values.extend(default.cloned());
            Value::new(Kind::OneOf(values.into()), span)
        }
        _ => derived(&all, span),
    }
}

fn zipmap(keys: &Value, values: &Value, span: Span) -> Option<Value> {
    let (Kind::List(keys), Kind::List(values)) = (&keys.kind, &values.kind) else { return None };
    let entry = |(key, value): (&Value, &Value)| Entry {
        key: key.scalar().unwrap_or_default().into(),
        key_span: key.span,
        value: value.clone(),
    };
    let entries: Vec<Entry> = keys.iter().zip(values.iter()).map(entry).collect();
    (keys.len() == values.len()).then(|| Value::new(Kind::Map(entries.into()), span))
}

/// A map of lists the other way round.
fn transpose(map: &Value, span: Span) -> Option<Value> {
    let Kind::Map(entries) = &map.kind else { return None };
    let mut turned: BTreeMap<&str, (Span, Vec<Value>)> = BTreeMap::new();
    for entry in entries.iter() {
        let Kind::List(items) = &entry.value.kind else { return None };
        for item in items.iter() {
            let (_, all) = turned.entry(item.scalar()?).or_insert((item.span, Vec::new()));
            all.push(Value::literal(Arc::clone(&entry.key), entry.key_span));
        }
    }
    let entries = turned.into_iter().map(|(key, (key_span, all))| {
        let value = Value::new(Kind::List(all.into()), span);
        Entry { key: key.into(), key_span, value }
    });
    Some(Value::new(Kind::Map(entries.collect::<Vec<_>>().into()), span))
}
