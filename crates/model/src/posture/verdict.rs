//! What one line of the table says of one value.

use connlint_core::Span;
use connlint_resolve::{Kind, Literal, Piece, RefKind, Text, Value};

use super::Status;
use super::condition::{Condition, Known, Unit, known};
use super::expand::scalars;
use super::table::Row;

/// What one line says of one place.
#[derive(Clone)]
pub(super) struct Verdict<'v> {
    pub(super) status: Status,
    pub(super) absent: bool,
    /// The value, or the item of it that decides.
    pub(super) value: Option<&'v Value>,
    /// Where to point if there is no value.
    pub(super) place: Span,
    /// The condition that the value fits.
    pub(super) fits: Option<Condition>,
    /// The day it ends, and how many days off that may be.
    pub(super) ends: Option<(String, u32)>,
    /// Whether the setting takes a list.
    pub(super) list: bool,
}

impl<'v> Verdict<'v> {
    fn new(status: Status, value: &'v Value) -> Self {
        let place = value.span;
        Self { status, absent: false, value: Some(value), place, fits: None, ends: None, list: false }
    }

    /// The setting is left out, which is bad.
    pub(super) fn missing(place: Span) -> Self {
        Self { status: Status::Fail, absent: true, value: None, ..Self::unknown(place) }
    }

    /// The text does not decide.
    pub(super) fn unknown(place: Span) -> Self {
        Self {
            status: Status::Unknown,
            absent: false,
            value: None,
            place,
            fits: None,
            ends: None,
            list: false,
        }
    }

    /// Whether the line applies at all is not known, so neither is a failure.
    pub(super) fn doubt(&mut self) {
        if self.status == Status::Fail {
            self.status = Status::Unknown;
        }
        self.ends = None;
    }
}

/// What a line says of a value; nothing for `null`, which leaves the setting out.
pub(super) fn of_value<'v>(value: &'v Value, row: &Row) -> Option<Verdict<'v>> {
    match &value.kind {
        Kind::Null => return None,
        Kind::OneOf(branches) => {
            // Decided only where every branch says the same.
            let mut all = branches.iter().map(|it| of_value(it, row).map_or(Status::Unknown, |it| it.status));
            let first = all.next()?;
            let status = if all.all(|it| it == first) { first } else { Status::Unknown };
            return Some(Verdict::new(status, value));
        }
        // Where only leaving it out is bad, whatever is given is good.
        _ if row.bad.is_empty() => return Some(Verdict::new(Status::Pass, value)),
        _ => {}
    }
    if row.bad.contains(&Condition::Rest) {
        return rest_of(&[value], row);
    }
    if let Known::Empty = known(value) {
        if row.good.contains(&Condition::Empty) {
            return Some(Verdict::new(Status::Pass, value));
        }
        let bad = row.bad.iter().any(|it| matches!(it, Condition::Empty | Condition::Any));
        return bad.then(|| Verdict::new(Status::Fail, value));
    }
    if value.is_collection() && row.bad.contains(&Condition::Any) {
        return Some(Verdict::new(Status::Fail, value));
    }
    let mut failed: Option<Verdict<'v>> = None;
    let (mut unknown, mut ends) = (false, None);
    scalars(value, &mut |item| {
        let bad = match known(item) {
            Known::Text(text) if first(&row.good, text, row.unit).is_some() => None,
            Known::Text(text) if row.unit == Unit::Date => {
                ends = ends.take().or_else(|| day(text, row));
                first(&row.bad, text, row.unit)
            }
            Known::Text(text) => first(&row.bad, text, row.unit),
            Known::Nothing | Known::Empty => None,
            Known::Unknown => {
                // What it begins with may tell enough: `http://${var.host}`.
                let begun = beginning(item).and_then(|text| starting(&row.bad, text));
                // It may also turn out to be empty.
                let empty = row.good.contains(&Condition::Empty);
                let given = row.bad.contains(&Condition::Any) && is_given(item) && !empty;
                unknown |= begun.is_none();
                begun.or(given.then_some(Condition::Any))
            }
        };
        if let Some(condition) = bad {
            failed.get_or_insert(Verdict { fits: Some(condition), ..Verdict::new(Status::Fail, item) });
        }
    });
    let list = matches!(value.kind, Kind::List(_));
    let otherwise = if unknown { Status::Unknown } else { Status::Pass };
    let verdict = failed.unwrap_or_else(|| Verdict { ends, ..Verdict::new(otherwise, value) });
    Some(Verdict { list, ..verdict })
}

/// What a line says of several values together where everything that is not good is bad: one good item is enough.
pub(super) fn rest_of<'v>(values: &[&'v Value], row: &Row) -> Option<Verdict<'v>> {
    let first_value = values.first()?;
    let (mut good, mut unknown) = (false, false);
    for value in values {
        scalars(value, &mut |item| match known(item) {
            Known::Text(text) => good |= first(&row.good, text, row.unit).is_some(),
            Known::Unknown => unknown = true,
            Known::Nothing | Known::Empty => {}
        });
    }
    let status = match (good, unknown) {
        (true, _) => Status::Pass,
        (false, true) => Status::Unknown,
        (false, false) => Status::Fail,
    };
    let list = matches!(first_value.kind, Kind::List(_));
    Some(Verdict { list, ..Verdict::new(status, first_value) })
}

fn first(conditions: &[Condition], text: &str, unit: Unit) -> Option<Condition> {
    conditions.iter().find(|it| it.fits(text, unit)).copied()
}

/// The day that a text names, and the days it may be off.
fn day(text: &str, row: &Row) -> Option<(String, u32)> {
    let limit = row.bad.iter().find_map(|it| match it {
        Condition::More(days) if *days < 1900.0 => Some(*days as u32),
        _ => None,
    })?;
    let day = text.get(..10).filter(|it| it.bytes().all(|b| b.is_ascii_digit() || b == b'-'))?;
    Some((day.to_owned(), limit))
}

/// Whether a value that is not known is at least there: one thing that is elsewhere, not something computed.
fn is_given(value: &Value) -> bool {
    match &value.kind {
        Kind::Text(_) => true,
        Kind::Unknown(references) => {
            references.len() == 1 && references.iter().all(|it| it.kind != RefKind::Unresolved)
        }
        _ => false,
    }
}

/// The literal text that a value made of pieces begins with.
fn beginning(value: &Value) -> Option<&str> {
    let Kind::Text(Text::Pieces(pieces, _)) = &value.kind else { return None };
    match pieces.first() {
        Some(Piece::Literal(Literal { text, .. })) => Some(text),
        _ => None,
    }
}

fn starting(conditions: &[Condition], text: &str) -> Option<Condition> {
    let starts = |it: &&Condition| matches!(it, Condition::Starts(_)) && it.fits(text, Unit::Plain);
    conditions.iter().find(starts).copied()
}
