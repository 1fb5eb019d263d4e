//! Finds every value at a path of attributes, through repeated blocks and lists.

use connlint_core::Span;
use connlint_resolve::{Kind, Value};

/// A value at the end of a path, or the place where the path ends early.
pub(super) enum Met<'v> {
    /// The value, and the block it stands in.
    Value(&'v Value, Span),
    /// Something on the way is not known.
    Unknown,
    /// The block that leaves out the rest of the path: the innermost one that is there.
    Absent(Span),
}

/// More values at one path are not looked at.
const MOST: usize = 1_000;

/// Every value at `path` below `value`. Repeated blocks and lists count one by one; one that leaves out the rest of
/// the path is met as absent, and so is the whole where nothing is there.
pub(super) fn at<'v>(value: &'v Value, path: &[&str], header: Span, met: &mut Vec<Met<'v>>) {
    let Some((step, rest)) = path.split_first() else {
        met.push(Met::Value(value, header));
        return;
    };
    if met.len() >= MOST {
        return;
    }
    match &value.kind {
        Kind::Map(entries) => {
            let before = met.len();
            for entry in entries.iter().filter(|entry| &*entry.key == *step) {
                // A block inside a block is where its own settings would stand.
                let header = if entry.value.is_collection() { entry.key_span } else { header };
                match entry.value.kind {
                    Kind::Null => met.push(Met::Absent(header)),
                    _ => at(&entry.value, rest, header, met),
                }
            }
            // The keys of some maps have dots in them: `"ssl.mode" = "disabled"`.
            if met.len() == before && !rest.is_empty() {
                let joined = path.join(".");
                let dotted = entries.iter().filter(|entry| *entry.key == *joined);
                met.extend(dotted.map(|entry| Met::Value(&entry.value, header)));
            }
            if met.len() == before {
                met.push(Met::Absent(header));
            }
        }
        Kind::List(items) if items.is_empty() => met.push(Met::Absent(header)),
        Kind::List(items) => {
            items.iter().for_each(|item| at(item, path, Span { file: item.span.file, ..header }, met));
        }
        Kind::Null => met.push(Met::Absent(header)),
        _ => met.push(Met::Unknown),
    }
}

/// Every scalar of a value: the items of a list, the branches of a choice, the value itself.
pub(super) fn scalars<'v>(value: &'v Value, each: &mut impl FnMut(&'v Value)) {
    match &value.kind {
        Kind::List(items) => items.iter().take(MOST).for_each(|item| scalars(item, each)),
        _ => each(value),
    }
}
