//! What apps ask for and taps read, in the files by which their makers and runners describe them.

use connlint_core::Location;
use connlint_resolve::Value;

use super::extents::texts_of;
use super::{Compared, Extends, Extent, Right, Seat};
use crate::posture::{Access, Principal, PrincipalKind, access_of_role};

/// Scopes, permissions and taps of one file that are looked at.
const MOST: usize = 500;

/// Adds what a document says that is the description of an app, or of a project of taps.
pub(crate) fn of_document(compared: &mut Compared, value: &Value, path: &str) {
    if let Some(scopes) = value.at(&["oauth_config", "scopes"]) {
        let name = value.at(&["display_information", "name"]).and_then(Value::text).unwrap_or(path);
        let lists = scopes.entries().iter().flat_map(|it| it.value.items());
        for scope in lists.take(MOST) {
            let Some(text) = scope.text() else { continue };
            asked(compared, "slack", text, access_of_role("slack-scope", text), scope, (path, name));
        }
    }
    if let Some(permissions) = value.get("default_permissions") {
        let name = value.get("name").and_then(Value::text).unwrap_or(path);
        for entry in permissions.entries().iter().take(MOST) {
            let access = entry.value.text().and_then(|it| access_of_role("github", it));
            asked(compared, "github", &entry.key, access, &entry.value, (path, name));
        }
    }
    for tap in value.at(&["plugins", "extractors"]).map(Value::items).unwrap_or_default().iter().take(MOST) {
        selected(compared, tap, path);
    }
}

fn asked(
    compared: &mut Compared,
    system: &str,
    scope: &str,
    access: Option<Access>,
    value: &Value,
    (path, name): (&str, &str),
) {
    let Some(access) = access.filter(|it| *it > Access::None) else { return };
    let who = Principal {
        key: format!("k8s-subject:{path}/{name}").into(),
        ..Principal::named(name, PrincipalKind::Service, value.span)
    };
    let at = Location { span: value.span, path: name.to_owned(), via: Vec::new() };
    let family = format!("{system}:{}", scope.split(':').next().unwrap_or(scope));
    let right = Right { family, ..Right::new(system, scope, access, "", at) };
    compared.rights.push(right.to(vec![who]));
}

/// What a tap selects, and what it leaves out: `!tickets.email`.
fn selected(compared: &mut Compared, tap: &Value, path: &str) {
    let Some(name) = tap.get("name").and_then(Value::text) else { return };
    let select = tap.get("select");
    let all: Vec<String> = select.map(texts_of).unwrap_or_default();
    let span = select.unwrap_or(tap).span;
    for (scope, how) in [("what it reads", Extends::OnlyOrAll), ("what it leaves out", Extends::Except)] {
        let out = how == Extends::Except;
        let own = all.iter().filter(|it| it.starts_with('!') == out);
        compared.extents.push(Extent {
            seat: Seat::of_path(path, name),
            scope: String::new(),
            name: scope.to_owned(),
            how: Some(how),
            values: own.take(MOST).map(|it| it.trim_start_matches('!').to_owned()).collect(),
            at: Location { span, path: name.to_owned(), via: Vec::new() },
        });
    }
}
