//! User names that name nobody, used with a password.

use connlint_core::{Location, Span};
use connlint_resolve::{Kind, Piece, Value};

use crate::find::Place;
use crate::part::{Account, Part};
use crate::secret::{NameClass, classify};

/// Names that a product is installed with, or that say nothing about who acts.
const GENERIC: &[&str] = &[
    "admin",
    "administrator",
    "dba",
    "default",
    "elastic",
    "guest",
    "integration",
    "master",
    "minioadmin",
    "mysql",
    "postgres",
    "root",
    "sa",
    "service",
    "superuser",
    "sys",
    "sysadmin",
    "system",
    "test",
    "user",
];

const USER_KEYS: &[&str] = &[
    "username",
    "user",
    "user_name",
    "login",
    "login_name",
    "database_user",
    "db_user",
    "master_username",
    "connection_user",
    "database.user",
    "connection.user",
];

fn generic(name: &str) -> Option<&'static str> {
    GENERIC.iter().find(|it| it.eq_ignore_ascii_case(name.trim())).copied()
}

/// Accounts in a map that also holds a password, and in its nested maps.
pub(crate) fn in_map(part: &mut Part, place: &Place, value: &Value, system: &str) {
    let mut open = vec![value];
    let mut budget = 2_000;
    while let Some(value) = open.pop() {
        if budget == 0 {
            break;
        }
        budget -= 1;
        match &value.kind {
            Kind::List(items) => open.extend(items.iter()),
            Kind::Map(entries) => {
                open.extend(entries.iter().map(|entry| &entry.value).filter(|value| value.is_collection()));
                let password = entries.iter().any(|entry| {
                    classify(&entry.key) == NameClass::Password
                        && !matches!(entry.value.kind, Kind::Null)
                        && entry.value.text() != Some("")
                });
                let user = entries.iter().find(|entry| USER_KEYS.contains(&&*entry.key.to_ascii_lowercase()));
                if let Some(user) = user.filter(|_| password)
                    && let Some(name) = user.value.text().and_then(generic)
                {
                    let at = place.location(&user.key, &user.value);
                    part.accounts.push(Account { name, at, system: system.to_owned(), trial: place.trial });
                }
            }
            _ => {}
        }
    }
}

/// The account in `scheme://account:password@host`.
pub(crate) fn in_address(part: &mut Part, place: &Place, value: &Value, path: &str) {
    let pieces = value.pieces();
    let Some(Piece::Literal(first)) = pieces.first() else { return };
    let Some((scheme, rest)) = first.text.split_once("://") else { return };
    let Some((user, rest)) = rest.split_once(':') else { return };
    let whole = pieces.len() > 1 || rest.contains('@');
    if let Some(name) = generic(user).filter(|_| whole && !user.contains(['/', '@'])) {
        let at = place.location(path, value);
        let span = if first.span.len() == first.text.len() {
            let start = first.span.start as usize + scheme.len() + 3;
            Span::new(first.span.file, start, start + user.len())
        } else {
            at.span
        };
        let system = scheme.split('+').next().unwrap_or(scheme).to_owned();
        let at = Location { span, ..at };
        part.accounts.push(Account { name, at, system, trial: place.trial });
    }
}
