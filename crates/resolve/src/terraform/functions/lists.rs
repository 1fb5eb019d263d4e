//! Functions that make lists and sets, take them apart, or ask what they hold.
//!
//! An item that is not known may stand for several, as where lists are joined of which one is not known.

use std::collections::HashSet;

use connlint_core::Span;

use super::choice::first_filled;
use super::{is_known, number, with};
use crate::terraform::derive::derived;
use crate::{Kind, Value};

/// Longer lists are made by doubling, not by people.
pub(super) const LONGEST: usize = 10_000;
/// Lists within lists within lists are flattened to this depth.
const DEEPEST: usize = 8;

/// The result, where the arguments decide it.
pub(super) fn call(name: &str, arguments: &[Value], span: Span) -> Option<Value> {
    let first = arguments.first();
    let list = |items: Vec<Value>| Value::new(Kind::List(items.into()), span);
    Some(match name {
        "concat" => joined(arguments, 1, span),
        "flatten" => joined(arguments, DEEPEST, span),
        "setunion" => once(&joined(arguments, 1, span), span),
        "coalescelist" => first_filled(arguments, span),
        "toset" | "distinct" => once(items_of(first?)?, span),
        "compact" => {
            let all = items_of(first?)?.items().iter();
            let filled = all.filter(|it| !matches!(it.kind, Kind::Null) && it.text() != Some(""));
            with(first?, Kind::List(filled.cloned().collect::<Vec<_>>().into()), span)
        }
        "sort" => {
            let mut items = certain(first?)?.to_vec();
            items.iter().all(|it| it.scalar().is_some()).then_some(())?;
            items.sort_by(|a, b| a.scalar().cmp(&b.scalar()));
            with(first?, Kind::List(items.into()), span)
        }
        "reverse" => {
            let items: Vec<Value> = certain(first?)?.iter().rev().cloned().collect();
            with(first?, Kind::List(items.into()), span)
        }
        "one" => match certain(first?)? {
            [] => Value::new(Kind::Null, span),
            [item, ..] => item.clone(),
        },
        "element" => {
            let index = usize::try_from(number(arguments.get(1))?).ok()?;
            let items = first?.items();
            items.get(index.checked_rem(items.len())?)?.clone()
        }
        "slice" => {
            let [start, end] =
                [1, 2].map(|at| number(arguments.get(at)).and_then(|it| usize::try_from(it).ok()));
            list(certain(first?)?.get(start?..end?)?.to_vec())
        }
        "chunklist" => {
            let size = usize::try_from(number(arguments.get(1))?).ok().filter(|it| *it > 0)?;
            list(certain(first?)?.chunks(size).map(|it| list(it.to_vec())).collect())
        }
        "range" => list(range(arguments)?.into_iter().map(|it| whole(it, span)).collect()),
        "setproduct" => list(product(arguments)?.into_iter().map(list).collect()),
        "setintersection" | "setsubtract" => {
            let [all, others] = arguments else { return None };
            let others: Option<HashSet<&str>> = certain(others)?.iter().map(Value::scalar).collect();
            let (others, all) = (others?, certain(all)?);
            all.iter().all(|it| it.scalar().is_some()).then_some(())?;
            let has = |it: &&Value| it.scalar().is_some_and(|it| others.contains(it));
            let wanted = name == "setintersection";
            list(all.iter().filter(|it| has(it) == wanted).cloned().collect())
        }
        // What holds nothing by default says nothing of those who set it.
        "length" if first?.is_default() => return None,
        "length" => whole(i64::try_from(length(first?)?).ok()?, span),
        "contains" => {
            let (items, wanted) = (first?.items(), arguments.get(1)?.scalar()?);
            let found = items.iter().any(|it| it.scalar() == Some(wanted));
            let sure = found || certain(first?)?.iter().all(|it| it.scalar().is_some());
            sure.then(|| Value::new(Kind::Bool(found), span))?
        }
        "index" => {
            let items = certain(first?)?;
            let at = items.iter().position(|it| it.scalar() == arguments.get(1).and_then(Value::scalar));
            items.iter().all(|it| it.scalar().is_some()).then_some(())?;
            whole(i64::try_from(at?).ok()?, span)
        }
        "alltrue" | "anytrue" => {
            let all: Option<Vec<bool>> = certain(first?)?.iter().map(Value::bool).collect();
            let all = all?;
            let holds = if name == "alltrue" { all.iter().all(|it| *it) } else { all.contains(&true) };
            Value::new(Kind::Bool(holds), span)
        }
        "min" | "max" | "sum" => {
            let terms = if name == "sum" { first?.items() } else { arguments };
            let terms: Option<Vec<i64>> = terms.iter().map(|it| number(Some(it))).collect();
            let terms = terms?;
            whole(
                match name {
                    "min" => terms.into_iter().min()?,
                    "max" => terms.into_iter().max()?,
                    _ => terms.into_iter().try_fold(0i64, i64::checked_add)?,
                },
                span,
            )
        }
        _ => return None,
    })
}

fn whole(number: i64, span: Span) -> Value {
    Value::new(Kind::Number(number.to_string().into()), span)
}

fn items_of(value: &Value) -> Option<&Value> {
    matches!(value.kind, Kind::List(_)).then_some(value)
}

/// The items of a list that is known to have no more of them.
fn certain(value: &Value) -> Option<&[Value]> {
    let items = items_of(value)?.items();
    items.iter().all(is_known).then_some(items)
}

/// The same list with each scalar once.
fn once(list: &Value, span: Span) -> Value {
    let mut met = HashSet::new();
    let mut items = Vec::new();
    for item in list.items() {
        if item.scalar().is_none_or(|text| met.insert(text)) {
            items.push(item.clone());
        }
    }
    with(list, Kind::List(items.into()), span)
}

/// Lists as one; lists in them are taken apart down to this depth.
fn joined(lists: &[Value], depth: usize, span: Span) -> Value {
    let mut items = Vec::new();
    // Lists that hold nothing count, too.
    let mut left = 4 * LONGEST;
    match lists.iter().try_for_each(|it| add(it, depth, &mut items, &mut left)) {
        Some(()) => Value::new(Kind::List(items.into()), span),
        None => derived(lists, span),
    }
}

fn add(value: &Value, depth: usize, items: &mut Vec<Value>, left: &mut usize) -> Option<()> {
    *left = left.checked_sub(1)?;
    match &value.kind {
        Kind::List(inner) if depth > 0 => inner.iter().try_for_each(|it| add(it, depth - 1, items, left)),
        _ if items.len() < LONGEST => {
            items.push(value.clone());
            Some(())
        }
        _ => None,
    }
}

/// `range(end)`, `range(start, end)`, `range(start, end, step)`, of whole numbers.
fn range(arguments: &[Value]) -> Option<Vec<i64>> {
    let all: Option<Vec<i64>> = arguments.iter().map(|it| number(Some(it))).collect();
    let (start, end, step) = match *all? {
        [end] => (0, end, if end < 0 { -1 } else { 1 }),
        [start, end] => (start, end, if end < start { -1 } else { 1 }),
        [start, end, step] if step != 0 => (start, end, step),
        _ => return None,
    };
    let mut made = Vec::new();
    let mut at = start;
    while (step > 0 && at < end) || (step < 0 && at > end) {
        // More than Terraform itself allows.
        if made.len() > 1_024 {
            return None;
        }
        made.push(at);
        at = at.checked_add(step)?;
    }
    Some(made)
}

/// Every choice of one item of each list.
fn product(lists: &[Value]) -> Option<Vec<Vec<Value>>> {
    let mut made: Vec<Vec<Value>> = vec![Vec::new()];
    for list in lists {
        let items = certain(list)?;
        if made.len().saturating_mul(items.len()) > LONGEST / 2 {
            return None;
        }
        let longer = made.iter().flat_map(|before| {
            items.iter().map(move |item| before.iter().chain([item]).cloned().collect::<Vec<_>>())
        });
        made = longer.collect();
    }
    (lists.len() > 1).then_some(made)
}

fn length(value: &Value) -> Option<usize> {
    match &value.kind {
        Kind::Map(entries) => entries.iter().all(|it| !it.key.is_empty()).then_some(entries.len()),
        Kind::List(_) => Some(certain(value)?.len()),
        Kind::Text(_) => Some(value.text()?.chars().count()),
        _ => None,
    }
}
