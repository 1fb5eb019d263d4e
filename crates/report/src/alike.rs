//! Changes that say the same of several things, told once: forty jobs that move to one version are one line.

use std::collections::HashMap;

use connlint_check::{Change, ChangeKind};

/// Fewer things that change alike are told one by one.
const LEAST: usize = 3;
/// More of the others are only counted.
const NAMED: usize = 2;

/// A change, and what else changes in the same way.
#[derive(Debug)]
pub(crate) struct Alike<'a> {
    pub(crate) first: &'a Change,
    others: Vec<&'a str>,
}

impl<'a> Alike<'a> {
    fn alone(first: &'a Change) -> Self {
        Self { first, others: Vec::new() }
    }

    /// How many changes this is.
    pub(crate) fn count(&self) -> usize {
        self.others.len() + 1
    }

    /// What happens, and to what else: `a` now asks for version 2, and so do `b`, `c` and 3 more.
    pub(crate) fn message(&self) -> String {
        if self.others.is_empty() {
            return self.first.message.clone();
        }
        let named: Vec<String> = self.others.iter().take(NAMED).map(|it| format!("`{it}`")).collect();
        let more = match self.others.len().saturating_sub(NAMED) {
            0 => format!(" {}", named.join(" and ")),
            more => format!(" {} and {more} more", named.join(", ")),
        };
        format!("{}; the same goes for{more}", self.first.message)
    }
}

/// The changes in their order, each with those that say the same of other things.
pub(crate) fn alike(changes: &[Change]) -> Vec<Alike<'_>> {
    let mut groups: Vec<Vec<&Change>> = Vec::new();
    let mut places: HashMap<(ChangeKind, String), usize> = HashMap::new();
    for change in changes {
        let said = change.message.replacen(&format!("`{}`", change.subject), "", 1);
        // In how many places one of them says it sets it apart from nobody.
        let said = match said.rsplit_once(" (in ") {
            Some((said, places)) if places.ends_with(" places)") => said.to_owned(),
            _ => said,
        };
        let place = *places.entry((change.kind, said)).or_insert(groups.len());
        match groups.get_mut(place) {
            Some(group) => group.push(change),
            None => groups.push(vec![change]),
        }
    }
    let told = groups.into_iter().flat_map(|group| match group.split_first() {
        Some((first, rest)) if group.len() >= LEAST => {
            vec![Alike { first, others: rest.iter().map(|it| it.subject.as_str()).collect() }]
        }
        _ => group.into_iter().map(Alike::alone).collect(),
    });
    told.collect()
}

#[cfg(test)]
mod tests {
    use connlint_core::{FileId, Location, Span};

    use super::*;

    fn change(kind: ChangeKind, subject: &str, message: &str) -> Change {
        let at = Location { span: Span::new(FileId(0), 0, 0), path: String::new(), via: Vec::new() };
        Change { kind, subject: subject.to_owned(), message: message.replace('@', subject), at }
    }

    #[test]
    fn three_that_change_alike_are_told_once() {
        let version = |subject| change(ChangeKind::VersionChanged, subject, "`@` has `2` instead of `1`");
        let all = [
            version("a"),
            version("b"),
            change(ChangeKind::AccessRaised, "a", "`@` may write"),
            version("c"),
            version("d"),
        ];
        let told: Vec<(String, usize)> = alike(&all).iter().map(|it| (it.message(), it.count())).collect();
        assert_eq!(
            told,
            [
                ("`a` has `2` instead of `1`; the same goes for `b`, `c` and 1 more".to_owned(), 4),
                ("`a` may write".to_owned(), 1)
            ]
        );
        assert_eq!(alike(&all[..2]).len(), 2, "two are told one by one");
    }
}
