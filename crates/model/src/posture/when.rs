//! Whether a line of the table applies to a block.

use connlint_core::Span;
use connlint_resolve::terraform::Block;
use connlint_resolve::{Kind, Value};

use super::condition::{Condition, Known, Unit, known};
use super::expand::{Met, at, scalars};
use super::root::Root;
use super::table::{Row, When};

/// A block or one of its nested blocks.
pub(super) struct Element<'v> {
    pub(super) body: &'v Value,
    /// Steps of a path that lead to it.
    pub(super) depth: usize,
    /// Where to point at it.
    pub(super) header: Span,
}

/// Whether a line applies to a block.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Holds {
    No,
    Unknown,
    Yes,
}

impl Holds {
    fn of(holds: bool) -> Self {
        if holds { Self::Yes } else { Self::No }
    }
}

/// Whether all conditions hold that are about this element: those that share `depth` steps with the setting's path.
pub(super) fn all_hold(
    row: &Row,
    depth: usize,
    element: &Element<'_>,
    block: &Block,
    root: &Root<'_>,
) -> Holds {
    let own = row.when.iter().filter(|it| (row.shared > 0 && it.shares(row)) == (depth > 0));
    own.map(|it| holds(it, element, block, root)).min().unwrap_or(Holds::Yes)
}

fn holds(when: &When, element: &Element<'_>, block: &Block, root: &Root<'_>) -> Holds {
    let met = |path: &[&'static str]| {
        let mut met = Vec::new();
        at(element.body, path.get(element.depth..).unwrap_or_default(), element.header, &mut met);
        met
    };
    match when {
        When::Value { path, of, is } => {
            let mut unknown = false;
            let mut fits = false;
            for it in met(path) {
                match it {
                    Met::Value(value, _) => scalars(value, &mut |item| match known(item) {
                        Known::Text(text) => {
                            fits |= of.iter().any(|it| it.fits(text, Unit::Plain));
                        }
                        // Part of a text may tell enough.
                        Known::Unknown if of.iter().all(|it| matches!(it, Condition::Contains(_))) => {
                            let text = root.rendered(item);
                            fits |= of.iter().any(|it| it.fits(&text, Unit::Plain));
                        }
                        Known::Unknown => unknown = true,
                        Known::Nothing | Known::Empty => {}
                    }),
                    Met::Unknown => unknown = true,
                    Met::Absent(_) => {}
                }
            }
            match (fits, unknown) {
                (true, _) => Holds::of(*is),
                (false, true) => Holds::Unknown,
                (false, false) => Holds::of(!is),
            }
        }
        When::Set { path, is } => {
            let all = met(path);
            let set = |it: &Met<'_>| match it {
                Met::Value(value, _) => {
                    value.bool() != Some(false)
                        && value.text() != Some("")
                        && !matches!(value.kind, Kind::Null)
                }
                Met::Unknown => true,
                Met::Absent(_) => false,
            };
            // A value from elsewhere is set, though to what is not known.
            Holds::of(all.iter().any(set) == *is)
        }
        When::Alone { type_name, path } => match root.referred(type_name, path, block) {
            Some(referred) => Holds::of(!referred),
            None => Holds::Unknown,
        },
    }
}
