//! The vocabularies of roles: what a role, privilege or permission lets its holder do.

use connlint_core::glob;
use std::sync::OnceLock;

use super::Access;
use crate::facts::Groups;

/// What a role of a vocabulary lets its holder do; nothing where the table does not know it.
pub(crate) fn access(vocabulary: &str, role: &str) -> Option<Access> {
    right(vocabulary, role).map(|it| it.0)
}

/// The same, and whether the role hands out secrets or uses keys.
pub(super) fn right(vocabulary: &str, role: &str) -> Option<(Access, bool)> {
    static TABLE: OnceLock<Groups<(String, Access, bool)>> = OnceLock::new();
    let role = role.trim().trim_matches(['"', '\'']).to_ascii_lowercase();
    if let Some((on, off)) = flag(vocabulary) {
        return match &*role {
            "true" => Some((on, false)),
            "false" => Some((off, false)),
            _ => None,
        };
    }
    let read = |columns: &[&'static str]| match columns {
        [_, pattern, word] => {
            let access = access_of(word).map(|it| (pattern.to_ascii_lowercase(), it, *word == "secret"));
            access.into_iter().collect()
        }
        _ => Vec::new(),
    };
    let table = TABLE.get_or_init(|| Groups::of(include_str!("../../facts/roles.tsv"), read));
    let fits = table.get(vocabulary).iter().find(|(pattern, ..)| glob(pattern, &role));
    fits.map(|(_, access, secret)| (*access, *secret))
}

/// Switches that are a right by themselves: what on and off mean.
fn flag(vocabulary: &str) -> Option<(Access, Access)> {
    Some(match vocabulary {
        "flag-admin" => (Access::Admin, Access::None),
        "flag-write" => (Access::Write, Access::None),
        "flag-read" => (Access::Read, Access::Write),
        _ => return None,
    })
}

fn access_of(word: &str) -> Option<Access> {
    let access = if word == "secret" { "read" } else { word };
    [Access::None, Access::Read, Access::Write, Access::Admin].into_iter().find(|it| it.as_str() == access)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::rows;

    #[test]
    fn roles_are_told_apart() {
        for (vocabulary, role, expected) in [
            ("gcp", "roles/owner", Some(Access::Admin)),
            ("gcp", "roles/Editor", Some(Access::Admin)),
            ("gcp", "roles/storage.objectAdmin", Some(Access::Write)),
            ("gcp", "roles/storage.objectViewer", Some(Access::Read)),
            ("azure", "Contributor", Some(Access::Admin)),
            ("azure", "Reader", Some(Access::Read)),
            ("kubernetes", "cluster-admin", Some(Access::Admin)),
            ("flag-read", "false", Some(Access::Write)),
            ("gcp", "projects/x/roles/own", None),
        ] {
            assert_eq!(access(vocabulary, role), expected, "{vocabulary} {role}");
        }
    }

    #[test]
    fn every_line_is_read() {
        for columns in rows(include_str!("../../facts/roles.tsv")) {
            let [_, pattern, word] = columns[..] else { panic!("{columns:?}") };
            assert!(!pattern.is_empty() && access_of(word).is_some(), "{columns:?}");
        }
    }
}
