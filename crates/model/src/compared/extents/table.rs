//! The table of settings that say how far a thing goes.

use connlint_core::glob;
use std::collections::HashMap;
use std::sync::OnceLock;

use super::Extends;
use crate::facts::rows;

/// Where a setting stands.
pub(super) struct Path {
    pub(super) steps: Vec<&'static str>,
    /// Children of each element that make one text.
    pub(super) joined: Vec<&'static str>,
}

/// How a row means its values.
pub(super) enum How {
    Plain(Extends),
    /// Every entry limits by itself, under its own name.
    Claims,
    /// The members of a pool of identities.
    PrincipalSet,
    /// Words from the narrowest to the widest, and the one that holds where none is given.
    Ladder(Words, Option<usize>),
}

/// Words in the order of what they let in.
pub(super) struct Words(Vec<String>);

impl Words {
    pub(super) fn rank(&self, text: &str) -> Option<usize> {
        let lower = text.to_ascii_lowercase();
        self.0.iter().position(|it| glob(it, &lower))
    }
}

impl How {
    /// The meaning of a row that is no ladder and has no names of its own.
    pub(super) fn plain(&self) -> Option<Extends> {
        match self {
            Self::Plain(how) => Some(*how),
            _ => None,
        }
    }
}

/// A row of the table.
pub(super) struct Row {
    pub(super) paths: Vec<Path>,
    pub(super) how: How,
    /// Whether its values are regular expressions.
    pub(super) regular: bool,
    pub(super) scope: &'static str,
}

impl Row {
    /// What the setting is called.
    pub(super) fn name(&self) -> String {
        self.paths.first().map(|it| it.steps.join(".")).unwrap_or_default()
    }

    /// What its claims are about.
    pub(super) fn scope(&self) -> &'static str {
        if self.scope.is_empty() { "claims" } else { self.scope }
    }
}

#[derive(Default)]
struct Table {
    types: HashMap<&'static str, Vec<Row>>,
    patterns: Vec<(&'static str, Row)>,
    kinds: HashMap<&'static str, Vec<Row>>,
    attributes: HashMap<&'static str, Vec<Row>>,
    names: HashMap<&'static str, Row>,
    /// Names by their end.
    ends: Vec<(&'static str, Row)>,
}

fn table() -> &'static Table {
    static TABLE: OnceLock<Table> = OnceLock::new();
    TABLE.get_or_init(|| {
        let mut table = Table::default();
        for columns in rows(include_str!("../../../facts/extents.tsv")) {
            let Some((of, row)) = row(&columns) else { continue };
            if let Some(kind) = of.strip_prefix("kind:") {
                table.kinds.entry(kind).or_default().push(row);
            } else if let Some(name) = of.strip_prefix("attribute:") {
                table.attributes.entry(name).or_default().push(row);
            } else if let Some(end) = of.strip_prefix("name:*") {
                table.ends.push((end, row));
            } else if let Some(name) = of.strip_prefix("name:") {
                table.names.insert(name, row);
            } else if of.contains('*') {
                table.patterns.push((of, row));
            } else {
                table.types.entry(of).or_default().push(row);
            }
        }
        table
    })
}

fn row(columns: &[&'static str]) -> Option<(&'static str, Row)> {
    let [of, paths, how, scope] = columns[..] else { return None };
    let own = of.strip_prefix("attribute:").filter(|_| paths.is_empty()).unwrap_or(paths);
    let path = |text: &'static str| {
        let (steps, joined) = text.split_once(':').unwrap_or((text, ""));
        Path {
            steps: steps.split('.').collect(),
            joined: joined.split('+').filter(|it| !it.is_empty()).collect(),
        }
    };
    let paths = own.split('|').filter(|it| !it.is_empty()).map(path).collect();
    let (how, regular) = how.strip_suffix(" regular").map_or((how, false), |it| (it, true));
    Some((of, Row { paths, how: how_of(how)?, regular, scope }))
}

fn how_of(word: &'static str) -> Option<How> {
    Some(match word {
        "only" => How::Plain(Extends::Only),
        "grows" => How::Plain(Extends::Grows),
        "or-all" => How::Plain(Extends::OnlyOrAll),
        "except" => How::Plain(Extends::Except),
        "when" => How::Plain(Extends::When),
        "guard" => How::Plain(Extends::Guard),
        "claims" => How::Claims,
        "principal-set" => How::PrincipalSet,
        ladder if ladder.contains('<') => {
            let words: Vec<&str> = ladder.split('<').collect();
            let default = words.iter().position(|it| it.ends_with('?'));
            let words = words.into_iter().map(|it| it.trim_end_matches('?').to_ascii_lowercase());
            How::Ladder(Words(words.collect()), default)
        }
        _ => return None,
    })
}

/// The rows of a Terraform type: its own, and those of the patterns that fit it.
pub(super) fn of_type(type_name: &str) -> impl Iterator<Item = &'static Row> {
    let table = table();
    let fitting = table.patterns.iter().filter(move |(pattern, _)| glob(pattern, type_name));
    table.types.get(type_name).into_iter().flatten().chain(fitting.map(|(_, row)| row))
}

/// The rows of an attribute, whatever block it stands in.
pub(super) fn of_attribute(name: &str) -> &'static [Row] {
    table().attributes.get(name).map(Vec::as_slice).unwrap_or_default()
}

/// The rows of a kind of manifest.
pub(super) fn of_kind(kind: &str) -> &'static [Row] {
    table().kinds.get(kind).map(Vec::as_slice).unwrap_or_default()
}

/// The row of a setting with this name, wherever it stands.
pub(super) fn named(name: &str) -> Option<&'static Row> {
    // No name of the table is shorter or much longer.
    if name.len() < 6 || name.len() > 60 {
        return None;
    }
    let plain: String =
        name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
    let table = table();
    table
        .names
        .get(plain.as_str())
        .or_else(|| table.ends.iter().find(|(end, _)| plain.ends_with(end)).map(|(_, row)| row))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_read_and_in_order() {
        let text = include_str!("../../../facts/extents.tsv");
        assert!(text.contains("\n# checked: ") && text.contains("\n# source: "));
        let mut before = "";
        for columns in rows(text) {
            assert!(columns.len() == 4 && row(&columns).is_some(), "{columns:?}");
            assert!(before <= columns[0], "{} is out of order", columns[0]);
            before = columns[0];
        }
    }

    #[test]
    fn words_have_an_order() {
        let Some(How::Ladder(words, default)) = how_of("selected<private<all?") else { panic!("a ladder") };
        assert_eq!((words.rank("Private"), words.rank("none"), default), (Some(1), None, Some(2)));
    }
}
