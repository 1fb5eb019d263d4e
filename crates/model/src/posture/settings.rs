//! Judges the settings of one block by the lines of its type.

use std::sync::Arc;

use connlint_core::{Location, Span};
use connlint_resolve::terraform::Block;
use connlint_resolve::{Kind, Value};

use super::condition::{Condition, Unit};
use super::expand::{Met, at};
use super::root::Root;
use super::table::{Row, Table};
use super::verdict::{Verdict, of_value, rest_of};
use super::when::{Element, Holds, all_hold};
use super::{Aspect, Setting, Status};

/// A block, and what is known of its place.
#[derive(Clone, Copy)]
pub(super) struct Subject<'b> {
    pub(super) block: &'b Block,
    pub(super) trial: bool,
    pub(super) sensitive: bool,
}

/// What bears a setting: a block, a document.
#[derive(Clone, Copy)]
pub(crate) struct Bearer<'b> {
    pub(crate) address: &'b str,
    pub(crate) key: &'b str,
    pub(crate) trial: bool,
    pub(crate) sensitive: bool,
}

impl<'b> Subject<'b> {
    pub(super) fn bearer(&self) -> Bearer<'b> {
        Bearer {
            address: &self.block.address,
            key: &self.block.key,
            trial: self.trial,
            sensitive: self.sensitive,
        }
    }
}

impl Bearer<'_> {
    /// A setting that code has judged.
    pub(crate) fn plain(&self, aspect: Aspect, status: Status, name: &'static str, at: Location) -> Setting {
        Setting {
            aspect,
            status,
            absent: false,
            name,
            given: String::new(),
            limit: String::new(),
            ends: None,
            wanted: "",
            list: false,
            note: "",
            minor: false,
            default: false,
            subject: self.address.to_owned(),
            holder: Arc::from(self.key),
            keeps: Vec::new(),
            at,
            trial: self.trial,
            sensitive: self.sensitive,
        }
    }

    /// The setting that a line and its verdict make; `name` is the one of the line's names that was met.
    fn setting(&self, row: &Row, name: &'static str, verdict: &Verdict<'_>) -> Setting {
        let (span, via) = match verdict.value {
            // What is elsewhere is pointed at where it is taken.
            Some(value) if matches!(value.kind, Kind::Unknown(_)) => {
                (value.steps().next().unwrap_or(value.span), Vec::new())
            }
            Some(value) => (value.span, value.steps().collect()),
            None => (verdict.place, Vec::new()),
        };
        let path = match row.name {
            "@" => self.address.to_owned(),
            name => format!("{}/{name}", self.address),
        };
        let beyond = matches!(verdict.fits, Some(Condition::More(_) | Condition::Less(_)));
        // A note about the default says nothing of a value, and one about `0` nothing of a threshold.
        let noted = if row.absent { verdict.absent } else { !beyond };
        let at = Location { span, path, via };
        Setting {
            absent: verdict.absent,
            given: verdict.given(row.unit),
            limit: verdict.limit(row.unit),
            ends: verdict.ends.clone(),
            wanted: row.wanted(),
            list: verdict.list,
            note: if noted { row.note } else { "" },
            minor: row.minor,
            default: verdict.value.is_some_and(Value::is_default),
            ..self.plain(row.aspect, verdict.status, name, at)
        }
    }
}

/// The attributes of a type that say how long logs are kept.
pub(crate) fn retention_paths(type_name: &str) -> Vec<Vec<&'static str>> {
    let rows = Table::shipped().of(type_name).iter().filter(|row| row.aspect == Aspect::Retention);
    let mut paths: Vec<Vec<&'static str>> =
        rows.flat_map(|row| row.names.iter().map(|(_, path)| path.clone())).collect();
    paths.dedup();
    paths
}

/// Every value at a path, those that are left out aside.
pub(crate) fn values_at<'v>(body: &'v Value, path: &[&str], header: Span) -> Vec<&'v Value> {
    let mut met = Vec::new();
    at(body, path, header, &mut met);
    let values = met.into_iter().filter_map(|it| match it {
        Met::Value(value, _) => Some(value),
        _ => None,
    });
    values.collect()
}

/// The same; nothing where something on the way is not known.
pub(crate) fn met_at<'v>(body: &'v Value, path: &[&str], header: Span) -> Option<Vec<&'v Value>> {
    let mut met = Vec::new();
    at(body, path, header, &mut met);
    let mut values = Vec::new();
    for it in met {
        match it {
            Met::Value(value, _) => values.push(value),
            Met::Unknown => return None,
            Met::Absent(_) => {}
        }
    }
    Some(values)
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
    let outer = row.names.first().and_then(|it| it.1.get(..row.shared)).unwrap_or_default();
    at(&block.body, outer, block.header, &mut met);
    let nothing = Value::new(Kind::Map([].into()), block.header);
    for it in met {
        let (body, header) = match it {
            Met::Value(body, header) => (body, header),
            Met::Absent(header) => (&nothing, header),
            Met::Unknown => continue,
        };
        let items = if body.items().is_empty() { std::slice::from_ref(body) } else { body.items() };
        for body in items {
            let inner = Element { body, depth: row.shared, header };
            let applies = applies.min(all_hold(row, row.shared, &inner, block, root));
            if applies != Holds::No {
                element(subject, row, &inner, applies, settings);
            }
        }
    }
}

/// Adds what a line says of one block, whole or nested.
fn element(
    subject: &Subject<'_>,
    row: &Row,
    element: &Element<'_>,
    applies: Holds,
    settings: &mut Vec<Setting>,
) {
    let header = element.header;
    let bearer = subject.bearer();
    let mut add = |name, mut verdict: Verdict<'_>| {
        if applies == Holds::Unknown {
            verdict.doubt();
        }
        settings.push(bearer.setting(row, name, &verdict));
    };
    if row.names.is_empty() {
        return add(row.name, Verdict::missing(header));
    }
    let mut all: Vec<(&'static str, Met<'_>)> = Vec::new();
    for (name, path) in &row.names {
        let mut met = Vec::new();
        at(element.body, path.get(element.depth..).unwrap_or_default(), header, &mut met);
        all.extend(met.into_iter().map(|it| (*name, it)));
    }
    // Of several names of one setting, the one that is there counts.
    let there = |it: &(&str, Met<'_>)| !matches!(it.1, Met::Absent(_));
    if row.names.len() > 1 {
        if all.iter().any(there) {
            all.retain(there);
        } else {
            all.truncate(1);
        }
    }
    // One good item anywhere is enough where everything else is bad.
    if row.bad.contains(&Condition::Rest) && all.iter().any(there) {
        let values: Vec<&Value> = all
            .iter()
            .filter_map(|(_, it)| if let Met::Value(value, _) = it { Some(*value) } else { None })
            .collect();
        let name = all.first().map_or(row.name, |it| it.0);
        match rest_of(&values, row) {
            Some(verdict) => add(name, verdict),
            None => add(name, Verdict::unknown(header)),
        }
        return;
    }
    for (name, it) in &all {
        match it {
            Met::Value(value, _) => match of_value(value, row) {
                Some(verdict) => add(name, verdict),
                None if row.absent => add(name, Verdict::missing(header)),
                None => {}
            },
            Met::Unknown => add(name, Verdict::unknown(header)),
            Met::Absent(place) if row.absent => add(name, Verdict::missing(*place)),
            Met::Absent(_) => {}
        }
    }
}

/// Adds what a line says of a value met elsewhere than at the line's own path; `path` is where it was met.
pub(crate) fn judge_value(
    bearer: &Bearer<'_>,
    row: &Row,
    value: &Value,
    path: String,
    settings: &mut Vec<Setting>,
) {
    if let Some(verdict) = of_value(value, row) {
        let found = bearer.setting(row, row.name, &verdict);
        settings.push(Setting { at: Location { path, ..found.at }, ..found });
    }
}

impl Row {
    /// The advice: the first good value that is a word.
    fn wanted(&self) -> &'static str {
        self.good.iter().map(|it| it.word()).find(|it| !it.is_empty()).unwrap_or_default()
    }
}

impl Verdict<'_> {
    /// What a setting is set to, where that is a word of the table, a number or a duration.
    fn given(&self, unit: Unit) -> String {
        match self.fits {
            Some(Condition::More(_) | Condition::Less(_)) if unit != Unit::Date => {
                let text = self.value.and_then(Value::scalar).unwrap_or_default();
                let short =
                    text.len() <= 16 && text.chars().all(|c| c.is_ascii_alphanumeric() || ".: ".contains(c));
                if short { text.to_owned() } else { String::new() }
            }
            Some(Condition::Starts(start)) => format!("{start}…"),
            Some(it) => it.word().to_owned(),
            None => String::new(),
        }
    }

    /// The threshold that was passed, in words.
    fn limit(&self, unit: Unit) -> String {
        let days = if unit == Unit::Plain { "" } else { " days" };
        match self.fits {
            Some(Condition::More(limit)) if unit != Unit::Date => format!("more than {limit}{days}"),
            Some(Condition::Less(limit)) => format!("less than {limit}{days}"),
            _ => String::new(),
        }
    }
}
