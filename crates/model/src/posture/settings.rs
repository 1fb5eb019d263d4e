//! Judges the settings of one block by the lines of its type.

use std::sync::Arc;

use connlint_core::{Location, Span};
use connlint_resolve::terraform::Block;
use connlint_resolve::{Kind, Literal, RefKind, Text, Value};

use super::condition::{Condition, Known, known};
use super::expand::{Met, at, scalars};
use super::root::Root;
use super::table::{Row, When};
use super::{Setting, Status};

/// A block, and what is known of its place.
#[derive(Clone, Copy)]
pub(super) struct Subject<'b> {
    pub(super) block: &'b Block,
    pub(super) trial: bool,
    pub(super) sensitive: bool,
}

impl Subject<'_> {
    fn setting(&self, row: &Row, verdict: &Verdict<'_>) -> Setting {
        let (span, via) = match verdict.value {
            // What is elsewhere is pointed at where it is taken.
            Some(value) if matches!(value.kind, Kind::Unknown(_)) => {
                (value.steps().next().unwrap_or(value.span), Vec::new())
            }
            Some(value) => (value.span, value.steps().collect()),
            None => (verdict.place, Vec::new()),
        };
        let path = match row.name {
            "@" => self.block.address.clone(),
            name => format!("{}/{name}", self.block.address),
        };
        Setting {
            aspect: row.aspect,
            status: verdict.status,
            absent: verdict.absent,
            name: row.name,
            given: verdict.given.to_owned(),
            wanted: row.good.iter().map(|it| it.word()).find(|it| !it.is_empty()).unwrap_or_default(),
            note: row.note,
            minor: row.minor,
            default: verdict.value.is_some_and(is_default),
            subject: self.block.address.clone(),
            holder: Arc::from(self.block.key.as_str()),
            at: Location { span, path, via },
            trial: self.trial,
            sensitive: self.sensitive,
        }
    }
}

/// What one line says of one place.
#[derive(Clone, Copy)]
struct Verdict<'v> {
    status: Status,
    absent: bool,
    value: Option<&'v Value>,
    place: Span,
    given: &'static str,
}

/// Adds what a line says of a block.
pub(super) fn judge(subject: &Subject<'_>, row: &Row, root: &Root<'_>, settings: &mut Vec<Setting>) {
    let block = subject.block;
    let whole = Element { body: &block.body, depth: 0, header: block.header };
    let applies = all_hold(row, 0, &whole, block, root);
    if applies == Holds::No {
        return;
    }
    if row.shared == 0 {
        return element(subject, row, &whole, applies, settings);
    }
    // A condition on the same nested block as the setting: each of them is judged by itself.
    let mut met = Vec::new();
    let outer = row.names.first().and_then(|it| it.get(..row.shared)).unwrap_or_default();
    at(&block.body, outer, block.header, &mut met);
    for it in met {
        let Met::Value(body) = it else { continue };
        let items = if body.items().is_empty() { std::slice::from_ref(body) } else { body.items() };
        for body in items {
            let header = body.entries().first().map_or(block.header, |entry| entry.key_span);
            let inner = Element { body, depth: row.shared, header };
            let applies = applies.min(all_hold(row, row.shared, &inner, block, root));
            if applies != Holds::No {
                element(subject, row, &inner, applies, settings);
            }
        }
    }
}

/// A block or one of its nested blocks.
struct Element<'v> {
    body: &'v Value,
    /// Steps of a path that lead to it.
    depth: usize,
    /// Where to point at it.
    header: Span,
}

fn element(
    subject: &Subject<'_>,
    row: &Row,
    element: &Element<'_>,
    applies: Holds,
    settings: &mut Vec<Setting>,
) {
    let mut add = |mut verdict: Verdict<'_>| {
        if applies == Holds::Unknown && verdict.status == Status::Fail {
            verdict.status = Status::Unknown;
        }
        settings.push(subject.setting(row, &verdict));
    };
    let header = element.header;
    let blank = Verdict { status: Status::Unknown, absent: false, value: None, place: header, given: "" };
    let missing = |place| Verdict { status: Status::Fail, absent: true, place, ..blank };
    if row.names.is_empty() {
        return add(missing(header));
    }
    let mut met = Vec::new();
    for name in &row.names {
        at(element.body, name.get(element.depth..).unwrap_or_default(), header, &mut met);
    }
    // Of several names of one setting, the one that is there counts.
    let there = |it: &Met<'_>| !matches!(it, Met::Absent(_));
    if row.names.len() > 1 {
        if met.iter().any(there) {
            met.retain(there);
        } else {
            met.truncate(1);
        }
    }
    for it in &met {
        match it {
            Met::Value(value) => match value_verdict(value, row) {
                Some(verdict) => add(verdict),
                None if row.absent => add(missing(header)),
                None => {}
            },
            Met::Unknown => add(Verdict { ..blank }),
            Met::Absent(place) if row.absent => add(missing(*place)),
            Met::Absent(_) => {}
        }
    }
}

/// Adds what a line says of a value met elsewhere than at the line's own path.
pub(super) fn judge_value(
    subject: &Subject<'_>,
    row: &Row,
    value: &Value,
    at: Location,
    settings: &mut Vec<Setting>,
) {
    if let Some(verdict) = value_verdict(value, row) {
        let found = subject.setting(row, &verdict);
        settings.push(Setting { at: Location { path: at.path, ..found.at.clone() }, ..found });
    }
}

/// What a line says of a value; nothing for `null`, which leaves the setting out.
fn value_verdict<'v>(value: &'v Value, row: &Row) -> Option<Verdict<'v>> {
    let verdict = |status, value, given| {
        Some(Verdict { status, absent: false, value: Some(value), place: Span::default(), given })
    };
    if let Kind::OneOf(branches) = &value.kind {
        // Decided only where every branch says the same.
        let mut all =
            branches.iter().map(|it| value_verdict(it, row).map_or(Status::Unknown, |it| it.status));
        let first = all.next()?;
        let status = if all.all(|it| it == first) { first } else { Status::Unknown };
        return verdict(status, value, "");
    }
    // Where only leaving it out is bad, whatever is given is good.
    if row.bad.is_empty() && !matches!(value.kind, Kind::Null) {
        return verdict(Status::Pass, value, "");
    }
    let rest = row.bad.contains(&Condition::Rest);
    let fits =
        |conditions: &[Condition], text: &str| conditions.iter().find(|it| it.fits(text, row.unit)).copied();
    let mut status = None;
    let (mut good, mut unknown) = (false, false);
    let mut last = value;
    if let Known::Empty = known(value) {
        let bad = row.bad.contains(&Condition::Empty) || rest;
        return if bad { verdict(Status::Fail, value, "") } else { None };
    }
    if value.is_collection() && row.bad.contains(&Condition::Any) {
        return verdict(Status::Fail, value, "");
    }
    scalars(value, &mut |item| {
        match known(item) {
            Known::Text(text) => {
                if fits(&row.good, text).is_some() {
                    good = true;
                } else if let Some(condition) = fits(&row.bad, text) {
                    status.get_or_insert((Status::Fail, item, condition.word()));
                }
                last = item;
            }
            Known::Nothing => {}
            // What it begins with may tell enough: `http://${var.host}`.
            Known::Unknown => match beginning(item).and_then(|text| starting(&row.bad, text)) {
                Some(_) => {
                    status.get_or_insert((Status::Fail, item, ""));
                }
                None => {
                    if row.bad.contains(&Condition::Any) && is_given(item) {
                        status.get_or_insert((Status::Fail, item, ""));
                    }
                    unknown = true;
                }
            },
            Known::Empty => {}
        }
    });
    match status {
        Some((status, item, word)) => verdict(status, item, word),
        None if matches!(value.kind, Kind::Null) => None,
        None if unknown => verdict(Status::Unknown, value, ""),
        None if rest && !good => verdict(Status::Fail, if value.is_collection() { value } else { last }, ""),
        None => verdict(Status::Pass, value, ""),
    }
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
    let Kind::Text(Text::Pieces(pieces)) = &value.kind else { return None };
    match pieces.first() {
        Some(connlint_resolve::Piece::Literal(Literal { text, .. })) => Some(text),
        _ => None,
    }
}

fn starting(conditions: &[Condition], text: &str) -> Option<Condition> {
    let starts =
        |it: &&Condition| matches!(it, Condition::Starts(_)) && it.fits(text, super::condition::Unit::Plain);
    conditions.iter().find(starts).copied()
}

/// Whether a value is what a variable holds unless its caller says otherwise.
fn is_default(value: &Value) -> bool {
    matches!(&value.kind, Kind::Text(Text::Whole(literal)) if literal.default)
}

/// Whether a line applies to a block.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Holds {
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
fn all_hold(row: &Row, depth: usize, element: &Element<'_>, block: &Block, root: &Root<'_>) -> Holds {
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
                    Met::Value(value) => scalars(value, &mut |item| match known(item) {
                        Known::Text(text) => {
                            fits |= of.iter().any(|it| it.fits(text, super::condition::Unit::Plain));
                        }
                        // Part of a text may tell enough.
                        Known::Unknown if of.iter().all(|it| matches!(it, Condition::Contains(_))) => {
                            let text = root.rendered(item);
                            fits |= of.iter().any(|it| it.fits(&text, super::condition::Unit::Plain));
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
                Met::Value(value) => {
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
