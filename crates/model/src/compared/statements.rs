//! Rights by the statements of access policies, those that only read included, and those that are taken away.

use std::collections::BTreeSet;
use std::sync::Arc;

use connlint_core::Location;
use connlint_resolve::{Piece, Value};

use super::extents::settled;
use super::{Compared, Party, Right};
use crate::posture::{Access, Holder, Principal, PrincipalKind, Reach, Statement, action, principal_kind};

/// More of one statement is not looked at.
const MOST: usize = 300;

/// Adds what a statement allows or denies. `named` are those it names, `key` and `subject` those of its policy.
pub(crate) fn of_statement(
    compared: &mut Compared,
    statement: &Statement<'_>,
    named: &[Principal],
    key: &Arc<str>,
    subject: &str,
) {
    let place =
        |value: &Value| Location { span: value.span, path: subject.to_owned(), via: value.steps().collect() };
    if statement.allows {
        parties(compared, statement, subject);
    }
    // Whatever a policy of a resource is about, it is that resource.
    let own = |thing: String| if thing == "*" && !named.is_empty() { subject.to_owned() } else { thing };
    let things: Arc<[String]> = statement.resources.iter().take(MOST).map(|it| own(rendered(it))).collect();
    let negated = statement.negated.iter().copied().chain(std::iter::repeat(false));
    let condition = |((key, value), negated): (&(String, &Value), bool)| {
        format!("{}{key}={}", if negated { "!" } else { "" }, listed(value))
    };
    let conditions: BTreeSet<String> = statement.conditions.iter().zip(negated).map(condition).collect();
    let conditions = Arc::new(conditions);
    // A service of the cloud acts for whoever set it up.
    let somebody = |it: &&Principal| it.name != "?" && it.kind != PrincipalKind::Service;
    let whole = |(kind, value): &(&str, &Value)| {
        let text = settled(value).filter(|_| value.text().is_none())?;
        Some(Principal::named(&text, principal_kind(kind, &text), value.span))
    };
    let more: Vec<Principal> = statement.principals.iter().take(MOST).filter_map(whole).collect();
    let principals: Arc<[Principal]> = named.iter().chain(&more).filter(somebody).cloned().collect();
    if principals.is_empty() && !named.is_empty() {
        return;
    }
    let mut add = |name: &str, family: &str, access, value: &Value| {
        compared.rights.push(Right {
            allows: statement.allows,
            family: family.to_owned(),
            things: Arc::clone(&things),
            reach: if statement.not_resources.is_empty() { Reach::Unknown } else { Reach::All },
            conditions: Arc::clone(&conditions),
            principals: Arc::clone(&principals),
            ..Right::new("aws", name, access, key, place(value))
        });
    };
    for value in statement.actions.iter().take(MOST) {
        let Some(text) = value.text() else { continue };
        let lower = text.to_ascii_lowercase();
        if !statement.principals.is_empty() && lower.starts_with("sts:") {
            continue;
        }
        let Some(action) = action(text) else { continue };
        let family = lower.split(':').next().unwrap_or_default();
        add(text, family.trim_matches('*'), action.access, value);
    }
    if let Some(value) = statement.not_actions.first().filter(|_| statement.allows) {
        add("every other action", "", Access::Admin, value);
    }
}

/// Those a statement lets in by name.
pub(crate) fn parties(compared: &mut Compared, statement: &Statement<'_>, subject: &str) {
    for (_, value) in statement.principals.iter().take(MOST).filter(|(kind, _)| *kind == "AWS") {
        let Some(text) = settled(value) else { continue };
        let Some(account) = super::known::accounts(&text).next() else { continue };
        compared.parties.push(Party {
            subject: text.to_string(),
            of: Some(account.to_owned()),
            into: subject.to_owned(),
            at: Location { span: value.span, path: subject.to_owned(), via: value.steps().collect() },
        });
    }
}

/// An operation of a role that the code defines.
pub(crate) fn operation(compared: &mut Compared, text: &str, from: &str, value: &Value, subject: &str) {
    let lower = text.to_ascii_lowercase();
    let access = match &*lower {
        "*" => Access::Admin,
        _ if lower.ends_with("/read") => Access::Read,
        _ if lower.starts_with("microsoft.authorization/") => Access::Admin,
        "*/write" | "*/delete" | "*/action" => Access::Admin,
        _ => Access::Write,
    };
    let family = lower.split('/').next().unwrap_or_default().trim_matches('*').to_owned();
    let at = Location { span: value.span, path: subject.to_owned(), via: value.steps().collect() };
    compared.rights.push(Right { family, ..Right::new("azurerm", text, access, from, at) });
}

/// The text of a value, unknown parts as the keys of what they refer to.
pub(super) fn rendered(value: &Value) -> String {
    let piece = |piece: Piece| match piece {
        Piece::Literal(literal) => literal.text.to_string(),
        Piece::Hole(reference) => format!("{{{}}}", reference.key),
    };
    match value.scalar() {
        Some(text) => text.to_owned(),
        None => value.pieces().into_iter().map(piece).collect(),
    }
}

/// The scalars of a value, sorted.
fn listed(value: &Value) -> String {
    let mut all: Vec<String> = match value.items() {
        [] => vec![rendered(value)],
        items => items.iter().map(rendered).collect(),
    };
    all.sort();
    all.join(",")
}

/// Whether nobody gains by being named here.
pub(super) fn is_nobody(holder: &Holder) -> bool {
    holder.principal.name == "?" || holder.principal.kind == PrincipalKind::Inherited
}
