//! The table of names by which documents keep groups and those who are in them.

use std::collections::HashMap;
use std::sync::OnceLock;

use crate::facts::rows;

/// Whether a name says this.
pub(super) fn is(name: &str, what: &str) -> bool {
    static TABLE: OnceLock<HashMap<&'static str, &'static str>> = OnceLock::new();
    let table = TABLE.get_or_init(|| {
        let columns = rows(include_str!("../../../facts/groups.tsv"));
        columns.filter_map(|it| Some((*it.first()?, *it.get(1)?))).collect()
    });
    let said = if name.starts_with("kind:") {
        table.get(name)
    } else {
        let letters = name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase());
        table.get(letters.take(40).collect::<String>().as_str())
    };
    said.is_some_and(|it| it.split('|').any(|it| it == what))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_read_and_in_order() {
        const KNOWN: [&str; 6] = ["groups", "people", "memberships", "members", "meaning", "outside"];
        let text = include_str!("../../../facts/groups.tsv");
        assert!(text.contains("\n# checked: ") && text.contains("\n# source: "));
        let names: Vec<&str> = rows(text).map(|it| it[0]).collect();
        assert!(names.is_sorted());
        assert!(rows(text).all(|it| it.len() == 2 && it[1].split('|').all(|it| KNOWN.contains(&it))));
    }

    #[test]
    fn names_are_told_apart() {
        assert!(is("user_groups", "groups") && is("users", "people") && is("users", "members"));
        assert!(is("AllowExternalMembers", "outside") && is("kind:Group", "groups"));
        assert!(!is("security_groups", "groups") && !is("kind:NodeGroup", "groups"));
    }
}
