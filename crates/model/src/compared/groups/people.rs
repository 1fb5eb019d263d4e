//! Those who are in a group, in the ways that documents name them.

use connlint_resolve::{Kind, Value};

use crate::compared::known::domains;
use crate::compared::statements::rendered;

/// People of one list that are met, and lists within lists.
const MOST: usize = 5_000;
const DEEPEST: usize = 3;

/// What somebody, or a group, is called in an item of a list.
pub(super) fn called(item: &Value) -> Option<&str> {
    const NAMES: &[&str] = &[
        "email-id",
        "email",
        "group_email",
        "groupEmail",
        "mail",
        "username",
        "login",
        "userPrincipalName",
        "name",
        "displayName",
        "display_name",
        "slug",
        "key",
        "id",
        "user",
        "member",
        "group",
        "team",
        "role",
    ];
    let named = NAMES.iter().find_map(|key| item.get(key)?.text());
    named.filter(|it| !it.is_empty() && it.len() < 200)
}

/// The domain of a mail address.
pub(super) fn mail(text: &str) -> Option<&str> {
    let domain = domains(text).next()?;
    (text.ends_with(domain) && !text.contains([' ', '/', ',', '{'])).then_some(domain)
}

/// Everybody whom a value names, each with the role that is said beside it; false where it names something else.
pub(super) fn people<'v>(value: &'v Value, depth: usize, found: &mut Vec<(String, &'v Value)>) -> bool {
    if depth > DEEPEST || found.len() > MOST {
        return false;
    }
    match &value.kind {
        Kind::List(items) => items.iter().all(|it| match &it.kind {
            Kind::Map(_) => one(it, found),
            Kind::List(_) => people(it, depth + 1, found),
            _ => person(it, found),
        }),
        Kind::Map(entries) => {
            // The form of a list, and not the list.
            if value.get("type").or(value.get("$ref")).is_some() {
                return false;
            }
            entries.iter().all(|it| match &it.value.kind {
                // `users: [a, b]`, `groups: [c]`
                Kind::List(_) => people(&it.value, depth + 1, found),
                // `alice: maintainer`, `alice: {role: maintainer}`, `alice:`
                _ => {
                    let role = it.value.get("role").unwrap_or(&it.value);
                    let role = role.scalar().map(|role| format!("={role}")).unwrap_or_default();
                    is_person(&it.key) && {
                        found.push((format!("{}{role}", it.key), &it.value));
                        true
                    }
                }
            })
        }
        Kind::Null => true,
        _ => person(value, found),
    }
}

/// Somebody in a map of their own.
fn one<'v>(item: &'v Value, found: &mut Vec<(String, &'v Value)>) -> bool {
    let Some(name) = called(item).filter(|it| is_person(it)) else { return false };
    let role = ["role", "access_level", "accessLevel"].into_iter().find_map(|key| item.get(key)?.scalar());
    let role = role.filter(|it| *it != name).map(|role| format!("={role}")).unwrap_or_default();
    found.push((format!("{name}{role}"), item));
    true
}

fn person<'v>(item: &'v Value, found: &mut Vec<(String, &'v Value)>) -> bool {
    let text = rendered(item);
    let fits = is_person(&text);
    if fits {
        found.push((text, item));
    }
    fits
}

/// Whether a text may name somebody: hosts and networks are members of other groups.
fn is_person(text: &str) -> bool {
    let digits = text.bytes().all(|b| b.is_ascii_hexdigit() || matches!(b, b'.' | b':' | b'/'));
    let address = digits && text.contains(['.', ':']);
    !text.is_empty() && text.len() < 200 && !text.contains("://") && !address && !text.contains(['\n', '*'])
}

#[cfg(test)]
mod tests {
    use connlint_core::Span;

    use super::*;

    #[test]
    fn people_are_told_from_hosts() {
        assert!(is_person("a.smith") && is_person("user:a@b.example") && is_person("@org/team"));
        assert!(!is_person("10.0.0.4") && !is_person("fe80::1") && !is_person("https://a"));
        assert_eq!(mail("a.b@x.example"), Some("x.example"));
        assert_eq!(mail("a.b"), None);
        let network = Value::literal("10.1.0.0/16", Span::default());
        let mut found = Vec::new();
        assert!(!people(&network, 0, &mut found) && found.is_empty());
    }
}
