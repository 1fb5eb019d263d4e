//! The table of attributes whose change is an event.

use connlint_core::glob;
use std::collections::HashMap;
use std::sync::OnceLock;

use super::Watch;
use crate::facts::rows;

/// What a row says of an attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Says {
    /// Its values are watched.
    Watch(Watch),
    /// Who is named here is from outside.
    Outside,
}

/// A row of the table.
pub(super) struct Row {
    pub(super) paths: Vec<Vec<&'static str>>,
    pub(super) says: Says,
}

struct Table {
    exact: HashMap<&'static str, Vec<Row>>,
    patterns: Vec<(&'static str, Row)>,
    names: HashMap<&'static str, Watch>,
}

fn table() -> &'static Table {
    static TABLE: OnceLock<Table> = OnceLock::new();
    TABLE.get_or_init(|| {
        let mut table = Table { exact: HashMap::new(), patterns: Vec::new(), names: HashMap::new() };
        for columns in rows(include_str!("../../facts/watched.tsv")) {
            let [of, attributes, word] = columns[..] else { continue };
            let Some(says) = says(word) else { continue };
            if let (Some(name), Says::Watch(what)) = (of.strip_prefix("name:"), says) {
                table.names.insert(name, what);
                continue;
            }
            let row = Row { paths: attributes.split('|').map(|it| it.split('.').collect()).collect(), says };
            match of.contains('*') {
                true => table.patterns.push((of, row)),
                false => table.exact.entry(of).or_default().push(row),
            }
        }
        table
    })
}

fn says(word: &str) -> Option<Says> {
    Some(match word {
        "identity-provider" => Says::Watch(Watch::IdentityProvider),
        "group" => Says::Watch(Watch::Group),
        "retention" => Says::Watch(Watch::Retention),
        "version" => Says::Watch(Watch::Version),
        "outside" => Says::Outside,
        _ => return None,
    })
}

/// The rows of a type: its own, or else those of the patterns that fit it.
pub(super) fn of(type_name: &str) -> Vec<&'static Row> {
    let table = table();
    match table.exact.get(type_name) {
        Some(rows) => rows.iter().collect(),
        None => {
            let fitting = table.patterns.iter().filter(|(pattern, _)| glob(pattern, type_name));
            fitting.map(|(_, row)| row).take(1).collect()
        }
    }
}

/// What a setting of this name is, wherever it stands.
pub(super) fn named(name: &str) -> Option<Watch> {
    let plain: String =
        name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
    let table = table();
    if let Some(what) = table.names.get(plain.as_str()) {
        return Some(*what);
    }
    // A variable has the name of its program before it: `GF_AUTH_GENERIC_OAUTH_AUTH_URL`.
    let variable = name.len() > 6 && !name.bytes().any(|b| b.is_ascii_lowercase());
    let login = ["OAUTH", "OIDC", "SAML", "SSO", "OPENID", "JWT"].iter().any(|it| name.contains(it));
    let mut ends = table.names.iter().filter(|(own, what)| {
        **what == Watch::IdentityProvider && (plain.ends_with(**own) || plain.ends_with("issuer"))
    });
    (variable && login && ends.next().is_some()).then_some(Watch::IdentityProvider)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_read_and_in_order() {
        let text = include_str!("../../facts/watched.tsv");
        assert!(text.contains("\n# checked: ") && text.contains("\n# source: "));
        let mut before = "";
        for columns in rows(text) {
            assert!(columns.len() == 3 && says(columns[2]).is_some(), "{columns:?}");
            assert!(before <= columns[0], "{} is out of order", columns[0]);
            before = columns[0];
        }
    }

    #[test]
    fn names_are_told_apart() {
        assert_eq!(named("retention_period"), None);
        assert_eq!(named("GF_AUTH_GENERIC_OAUTH_AUTH_URL"), Some(Watch::IdentityProvider));
        assert_eq!(named("OAUTH2_PROXY_OIDC_ISSUER_URL"), Some(Watch::IdentityProvider));
        assert_eq!(named("cluster-issuer"), None);
        assert_eq!(named("DATABASE_URL"), None);
        assert_eq!(of("github_team_membership").len(), 1);
        assert!(of("google_project_iam_member").is_empty());
    }
}
