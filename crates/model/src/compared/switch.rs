//! The table of switches, and what is told of a thing that has one.

use std::collections::HashMap;
use std::sync::OnceLock;

use connlint_core::{Location, Span, glob};
use connlint_resolve::{Kind, Value};

use super::Seat;
use super::manifests::scalar;
use crate::facts::rows;
use crate::posture::values_at;

/// Scalars of one switch that are looked at.
const MOST: usize = 100;

/// A thing that can be switched off, where the code says whether it is.
#[derive(Clone, Debug)]
pub struct Switch {
    /// What is switched.
    pub seat: Seat,
    /// What people call it; empty where that is its address.
    pub called: String,
    /// Whether it is off; what is not known to be off is on.
    pub off: bool,
    /// Whether another file says so than the one that it stands in: it is found by its address.
    pub elsewhere: bool,
    /// Keys of the credentials that are there for it, whether it is on or off; empty ones for literals.
    pub holds: Vec<String>,
    /// Where it is switched.
    pub at: Location,
}

/// What a row says beside the values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum How {
    /// Nothing.
    Always,
    /// It counts only for a block that takes a credential by itself.
    Own,
    /// The attribute that refers to what is switched.
    Of(Vec<&'static str>),
    /// A block of this type that refers to the switched one decides instead.
    Unless(&'static str),
    /// No switch: the block is part of what the attribute refers to.
    Hangs,
}

/// A row of the table.
pub(crate) struct Row {
    paths: Vec<Vec<&'static str>>,
    off: Vec<&'static str>,
    pub(crate) how: How,
}

struct Table {
    exact: HashMap<&'static str, Vec<Row>>,
    patterns: Vec<(&'static str, Row)>,
}

fn table() -> &'static Table {
    static TABLE: OnceLock<Table> = OnceLock::new();
    TABLE.get_or_init(|| {
        let mut table = Table { exact: HashMap::new(), patterns: Vec::new() };
        for columns in rows(include_str!("../../facts/switches.tsv")) {
            let Some((of, row)) = row(&columns) else { continue };
            match of.contains('*') && !of.contains(':') {
                true => table.patterns.push((of, row)),
                false => table.exact.entry(of).or_default().push(row),
            }
        }
        table
    })
}

fn row(columns: &[&'static str]) -> Option<(&'static str, Row)> {
    let [of, attributes, off, how] = columns else { return None };
    let how = match how.split_once(':') {
        None => match *how {
            "" => How::Always,
            "own" => How::Own,
            "hangs" => How::Hangs,
            _ => return None,
        },
        Some(("of", path)) => How::Of(path.split('.').collect()),
        Some(("unless", type_name)) => How::Unless(type_name),
        Some(_) => return None,
    };
    let paths = attributes.split('|').map(|it| it.split('.').collect()).collect();
    Some((of, Row { paths, off: off.split('|').collect(), how }))
}

/// Every row for a Terraform type.
pub(crate) fn switches_of(type_name: &str) -> impl Iterator<Item = &'static Row> {
    let table = table();
    let own = table.exact.get(type_name).into_iter().flatten();
    let fitting = table.patterns.iter().filter(move |(pattern, _)| glob(pattern, type_name));
    own.chain(fitting.map(|(_, row)| row))
}

/// Every row for a kind of manifests.
pub(super) fn switches_of_kind(kind: &str) -> impl Iterator<Item = &'static Row> {
    let table = table();
    let own = table.exact.get(format!("kind:{kind}").as_str()).into_iter().flatten();
    own.chain(table.exact.get("kind:*").into_iter().flatten())
}

/// Whether a setting of a document is a switch by its name, and if so, whether it is off.
pub(crate) fn switched(name: &str, value: &Value) -> Option<bool> {
    let letters = name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase());
    let rows = table().exact.get(format!("key:{}", letters.collect::<String>()).as_str())?;
    let text = scalar(value)?.to_ascii_lowercase();
    Some(rows.iter().any(|it| it.off.contains(&text.as_str())))
}

impl Row {
    /// The value by which something is switched off; nothing where it is on or not known to be off.
    pub(crate) fn off<'v>(&self, body: &'v Value, header: Span) -> Option<&'v Value> {
        if self.how == How::Hangs {
            return None;
        }
        let all = self.values(body, header);
        let first = *all.first()?;
        let off = |it: &&Value| scalar(it).is_some_and(|it| self.off.contains(&&*it.to_ascii_lowercase()));
        all.iter().all(off).then_some(first)
    }

    /// The value of the switch, whatever it is.
    pub(super) fn set<'v>(&self, body: &'v Value, header: Span) -> Option<&'v Value> {
        self.values(body, header).first().copied()
    }

    fn values<'v>(&self, body: &'v Value, header: Span) -> Vec<&'v Value> {
        let mut all = Vec::new();
        for path in &self.paths {
            values_at(body, path, header).into_iter().for_each(|it| scalars(it, &mut all));
        }
        all
    }

    /// Whether values at this place of a manifest are such a switch, and if so, whether this one is off.
    pub(super) fn at(&self, is_at: impl Fn(&[&str]) -> bool, value: Option<&Value>) -> Option<bool> {
        self.paths.iter().any(|it| is_at(it)).then(|| {
            let text = value.and_then(scalar).map(|it| it.to_ascii_lowercase());
            text.is_some_and(|it| self.off.contains(&it.as_str()))
        })
    }

    /// The first attribute.
    pub(crate) fn attribute(&self) -> &[&'static str] {
        self.paths.first().map_or(&[], Vec::as_slice)
    }
}

fn scalars<'v>(value: &'v Value, all: &mut Vec<&'v Value>) {
    if all.len() >= MOST {
        return;
    }
    match &value.kind {
        Kind::List(items) | Kind::OneOf(items) => items.iter().for_each(|it| scalars(it, all)),
        Kind::Map(entries) => entries.iter().for_each(|it| scalars(&it.value, all)),
        Kind::Null => {}
        _ => all.push(value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_read_and_in_order() {
        let text = include_str!("../../facts/switches.tsv");
        assert!(text.contains("\n# checked: ") && text.contains("\n# source: "));
        let mut before = ["", ""];
        for columns in rows(text) {
            assert!(row(&columns).is_some(), "{columns:?}");
            assert!(before <= [columns[0], columns[1]], "{columns:?} is out of order");
            before = [columns[0], columns[1]];
        }
    }

    #[test]
    fn switches_are_told_by_their_names() {
        let off = |name: &str, text: &str| switched(name, &Value::literal(text, Span::default()));
        assert_eq!(off("is_paused_upon_creation", "true"), Some(true));
        assert_eq!(off("replicaCount", "2"), Some(false));
        assert_eq!(off("enabledFeatures", "false"), None);
        assert_eq!(switches_of("aws_ecs_service").filter(|it| it.how != How::Own).count(), 1);
        assert!(switches_of("azurerm_data_factory_trigger_schedule").any(|it| it.how == How::Always));
    }
}
