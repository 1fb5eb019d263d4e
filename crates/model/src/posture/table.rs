//! The table of settings: which attribute of which type is about what, and which values are good or bad.

use std::collections::{HashMap, HashSet};
use std::sync::OnceLock;

use super::Aspect;
use super::condition::{Condition, Unit, conditions};
use crate::facts::Groups;

/// One line of the table.
pub(super) struct Row {
    /// The names of the setting, the usual one first, each with its steps; none for the block itself.
    pub(super) names: Vec<(&'static str, Vec<&'static str>)>,
    /// The usual name.
    pub(super) name: &'static str,
    pub(super) aspect: Aspect,
    pub(super) unit: Unit,
    pub(super) bad: Vec<Condition>,
    pub(super) good: Vec<Condition>,
    /// Whether leaving it out is bad.
    pub(super) absent: bool,
    pub(super) when: Vec<When>,
    /// Steps of the path that lead to the nested block which a condition is about, too.
    pub(super) shared: usize,
    pub(super) minor: bool,
    pub(super) note: &'static str,
}

/// A condition under which a line applies at all.
pub(super) enum When {
    /// The attribute is one of these, or none of them.
    Value { path: Vec<&'static str>, of: Vec<Condition>, is: bool },
    /// The attribute is set, or is not.
    Set { path: Vec<&'static str>, is: bool },
    /// No block of this type refers to this one by this attribute.
    Alone { type_name: &'static str, path: Vec<&'static str> },
}

/// The table, by type.
pub(super) struct Table {
    rows: Groups<Row>,
    /// Indexes of the lines of `*` by name.
    generic: HashMap<String, usize>,
    /// The same by the names as they stand in the table.
    exact: HashMap<&'static str, usize>,
    /// Types whose references settle lines of others, with the attributes that hold them.
    pub(super) referrers: HashSet<(&'static str, &'static str)>,
}

impl Table {
    /// The table that comes with the program.
    pub(super) fn shipped() -> &'static Self {
        static TABLE: OnceLock<Table> = OnceLock::new();
        TABLE.get_or_init(|| {
            let text = include_str!("../../facts/settings.tsv");
            let rows = Groups::of(text, |columns| row(columns).into_iter().collect());
            let mut table =
                Self { rows, generic: HashMap::new(), exact: HashMap::new(), referrers: referrers(text) };
            let names: Vec<(&'static str, usize)> = table
                .of("*")
                .iter()
                .enumerate()
                .flat_map(|(index, row)| row.names.iter().map(move |it| (it.0, index)))
                .collect();
            table.generic = names.iter().map(|(name, index)| (plain(name), *index)).collect();
            table.exact = names.into_iter().collect();
            table
        })
    }

    /// The line of a name that means the same in every type.
    pub(super) fn generic(&self, name: &str) -> Option<&Row> {
        // Longer words are sentences. Most names are lower case already, and need no copy.
        let index = match name.len() {
            0..=2 | 49.. => None,
            _ if name.bytes().any(|b| b.is_ascii_uppercase() || matches!(b, b'-' | b'.')) => {
                self.generic.get(plain(name).as_str())
            }
            _ => self.exact.get(name),
        };
        index.and_then(|index| self.of("*").get(*index))
    }

    /// The lines of a type; `provider:NAME` for provider blocks, `*` for names that mean the same everywhere.
    pub(super) fn of(&self, type_name: &str) -> &[Row] {
        self.rows.get(type_name)
    }
}

/// Every `!<TYPE.ATTRIBUTE` of the table.
fn referrers(text: &'static str) -> HashSet<(&'static str, &'static str)> {
    let named = text.split("!<").skip(1).filter_map(|rest| {
        let name = rest.split(['\t', ' ', '\n']).next()?;
        let (type_name, attribute) = name.split_once('.')?;
        Some((type_name, attribute.split('.').next().unwrap_or(attribute)))
    });
    named.collect()
}

fn row(columns: &[&'static str]) -> Option<Row> {
    let [_, attribute, aspect, bad, good, absent, when, weight, note] = *columns else { return None };
    let (names, unit) =
        match attribute.rsplit_once(':').and_then(|(names, unit)| Some((names, Unit::named(unit)?))) {
            Some((names, unit)) => (names, unit),
            None => (attribute, Unit::Plain),
        };
    let when: Vec<When> = when.split(" & ").filter(|it| !it.is_empty()).map(condition).collect();
    let first: Vec<&str> = names.split('|').next().unwrap_or_default().split('.').collect();
    Some(Row {
        shared: when.iter().filter_map(When::path).map(|path| common(path, &first)).max().unwrap_or(0),
        name: names.split('|').next().unwrap_or(names),
        names: match names {
            "@" => Vec::new(),
            _ => names.split('|').map(|name| (name, name.split('.').collect())).collect(),
        },
        aspect: aspect_of(aspect)?,
        unit,
        bad: conditions(bad),
        good: conditions(good),
        absent: absent == "bad",
        when,
        minor: weight == "minor",
        note,
    })
}

/// A name without case and without what parts its words: `insecure_skip_verify` is `insecureSkipVerify`.
fn plain(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

/// Steps that two paths share, the last of each left out.
fn common(a: &[&str], b: &[&str]) -> usize {
    let most = a.len().min(b.len()).saturating_sub(1);
    a.iter().zip(b).take(most).take_while(|(a, b)| a == b).count()
}

impl When {
    fn path(&self) -> Option<&[&'static str]> {
        match self {
            Self::Value { path, .. } | Self::Set { path, .. } => Some(path),
            Self::Alone { .. } => None,
        }
    }

    /// Whether the condition is about the nested block that holds the setting of a line.
    pub(super) fn shares(&self, row: &Row) -> bool {
        let first = row.names.first().map_or(&[][..], |it| it.1.as_slice());
        self.path().is_some_and(|path| common(path, first) == row.shared)
    }
}

fn condition(text: &'static str) -> When {
    let path = |text: &'static str| text.trim().split('.').collect::<Vec<_>>();
    if let Some(referrer) = text.strip_prefix("!<") {
        let (type_name, attribute) = referrer.split_once('.').unwrap_or((referrer, "id"));
        return When::Alone { type_name, path: path(attribute) };
    }
    if let Some((name, values)) = text.split_once("!=") {
        return When::Value { path: path(name), of: conditions(values), is: false };
    }
    if let Some((name, values)) = text.split_once('=') {
        return When::Value { path: path(name), of: conditions(values), is: true };
    }
    if let Some((name, part)) = text.split_once('~') {
        let of = part.split('|').map(Condition::Contains).collect();
        return When::Value { path: path(name), of, is: true };
    }
    match text.strip_prefix('!') {
        Some(name) => When::Set { path: path(name), is: false },
        None => When::Set { path: path(text), is: true },
    }
}

/// The words of the table.
const ASPECTS: &[(&str, Aspect)] = &[
    ("audit-log", Aspect::AuditLog),
    ("credential", Aspect::Credential),
    ("disabled", Aspect::Disabled),
    ("encryption", Aspect::Encryption),
    ("expiry", Aspect::Expiry),
    ("exposure", Aspect::Exposure),
    ("log-export", Aspect::LogExport),
    ("login", Aspect::Login),
    ("mfa", Aspect::Mfa),
    ("offboarding", Aspect::Offboarding),
    ("outside", Aspect::Outside),
    ("peer-check", Aspect::PeerCheck),
    ("person", Aspect::Person),
    ("retention", Aspect::Retention),
    ("rotation", Aspect::Rotation),
    ("scim", Aspect::Scim),
    ("scope", Aspect::Scope),
    ("sso", Aspect::Sso),
    ("tls-version", Aspect::TlsVersion),
    ("transport", Aspect::Transport),
    ("write-log", Aspect::WriteLog),
];

fn aspect_of(word: &str) -> Option<Aspect> {
    ASPECTS.iter().find(|(name, _)| *name == word).map(|(_, aspect)| *aspect)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::rows;

    #[test]
    fn every_line_is_read() {
        let text = include_str!("../../facts/settings.tsv");
        assert!(text.contains("\n# checked: ") && text.contains("\n# source: "));
        let mut before: Vec<&str> = Vec::new();
        for columns in rows(text) {
            let row = row(&columns);
            let row = row.unwrap_or_else(|| panic!("{columns:?}"));
            let key = columns[..3].to_vec();
            assert!(before <= key, "{key:?} is out of order");
            before = key;
            assert!(row.note.chars().count() <= 60, "{columns:?}");
            assert!(row.absent || !row.bad.is_empty(), "nothing is bad: {columns:?}");
            assert!(
                !columns[0].contains('*') || (columns[0] == "*" && !columns[1].contains('.')),
                "{columns:?}"
            );
        }
    }
}
