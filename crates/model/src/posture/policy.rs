//! Access policies as grants: one for each action that writes, administers or hands out secrets.

use std::borrow::Cow;
use std::sync::Arc;

use connlint_core::{Location, Span};
use connlint_resolve::{Kind, Value, unwrap};

use super::access::{action, principal_kind};
use super::statement::{Statement, statement, statements};
use super::{Access, Form, Grant, Principal, PrincipalKind, Reach};
use crate::compared;
use crate::part::Part;
use crate::votes::{is_trial, speaks_of_people};
use crate::walk::Written;

/// What a policy belongs to.
#[derive(Clone)]
pub(super) struct Holder {
    pub(super) key: Arc<str>,
    /// Address of the block, or path of the file.
    pub(super) subject: String,
    /// Its name, which may say what it is for.
    pub(super) named: String,
    pub(super) header: Span,
    pub(super) trial: bool,
    pub(super) sensitive: bool,
    /// Whether the policy is that of a resource, so that its statements name those who get the rights.
    pub(super) of_resource: bool,
}

/// More actions of one statement are not looked at.
const MOST_ACTIONS: usize = 300;

/// The policies that a value holds: itself, or those in its text.
pub(crate) fn policies<'v>(value: &'v Value, written: Written<'_>) -> Vec<Cow<'v, Value>> {
    if let Cow::Owned(document) = value.document() {
        return policies(&document, written).into_iter().map(|it| Cow::Owned(it.into_owned())).collect();
    }
    match &value.kind {
        Kind::Map(_) => vec![Cow::Borrowed(value)],
        Kind::List(items) | Kind::OneOf(items) => items.iter().flat_map(|it| policies(it, written)).collect(),
        Kind::Text(_) => unwrap(value, written).into_iter().map(Cow::Owned).collect(),
        _ => Vec::new(),
    }
}

/// Adds the grants of every statement of a policy.
pub(super) fn grants(policy: &Value, holder: &Holder, part: &mut Part) {
    for statement in &statements(policy) {
        of_statement(statement, holder, part);
    }
}

fn of_statement(statement: &Statement<'_>, holder: &Holder, part: &mut Part) {
    let principals = named(statement);
    if let Some(compared) = &mut part.compared {
        compared::of_statement(compared, statement, &principals, &holder.key, &holder.subject);
    }
    if !statement.allows {
        return;
    }
    let found = &mut part.grants;
    // A policy of a resource is about that resource, and about those it names.
    let own = holder.of_resource || !principals.is_empty();
    let reach = match reach(statement) {
        Reach::Limited if !statement.conditions.is_empty() => Reach::Limited,
        _ if own => Reach::Unknown,
        reach => reach,
    };
    let within = vec![
        (statement.span, "in this statement".to_owned()),
        (holder.header, format!("of `{}`", holder.subject)),
    ];
    let mut add = |value: &Value, grant: Grant| {
        let at = Location { span: value.span, path: holder.subject.clone(), via: value.steps().collect() };
        found.push(Grant { at, ..grant });
    };
    let blank = |right: &str, access, form| Grant {
        access,
        form,
        reach,
        scope: String::new(),
        family: right.split(':').next().unwrap_or(right).to_ascii_lowercase(),
        secret: false,
        limitable: true,
        right: right.to_owned(),
        system: right.split(':').next().unwrap_or(right).to_ascii_lowercase(),
        from: vec![Arc::clone(&holder.key)],
        subject: holder.subject.clone(),
        named: holder.named.clone(),
        at: Location::default(),
        within: within.clone(),
        principals: principals.clone(),
        holders: Arc::new([]),
        trial: holder.trial,
        sensitive: holder.sensitive,
    };
    for value in statement.actions.iter().take(MOST_ACTIONS) {
        let Some(text) = value.text() else { continue };
        // Taking on the role is what a trust policy is for; whom it lets in is judged there.
        if !principals.is_empty() && text.to_ascii_lowercase().starts_with("sts:") {
            continue;
        }
        let Some(action) = action(text) else { continue };
        if action.access >= Access::Write || action.secret {
            let grant = blank(text, action.access, action.form);
            add(value, Grant { secret: action.secret, limitable: action.limitable, ..grant });
        }
    }
    if let Some(value) = statement.not_actions.first() {
        add(value, blank("every other action", Access::Admin, Form::AllBut));
    }
}

/// What the resources and conditions of a statement let through.
fn reach(statement: &Statement<'_>) -> Reach {
    let narrowing =
        |(key, _): &(String, &Value)| !matches!(&**key, "aws:securetransport" | "aws:requestedregion");
    if statement.conditions.iter().any(narrowing) {
        return Reach::Limited;
    }
    if !statement.not_resources.is_empty() {
        return Reach::All;
    }
    let each = |value: &&Value| match value.text() {
        Some("*") => Reach::All,
        // `arn:aws:s3:::*`: every resource of the service.
        Some(arn) if arn.starts_with("arn:") && arn.splitn(6, ':').nth(5) == Some("*") => Reach::All,
        Some(_) => Reach::Limited,
        None if matches!(value.kind, Kind::Text(_)) => Reach::Limited,
        None if !value.references(1).is_empty() => Reach::Limited,
        None => Reach::Unknown,
    };
    statement.resources.iter().map(each).max().unwrap_or(Reach::Unknown)
}

/// Those a statement names, where nothing else decides whether they get in.
pub(crate) fn named(statement: &Statement<'_>) -> Vec<Principal> {
    let all = statement.principals.iter().filter_map(|(kind, value)| {
        let text = value.text()?;
        let kind = match principal_kind(kind, text) {
            // Conditions say who of them all.
            PrincipalKind::Everyone if !statement.conditions.is_empty() => PrincipalKind::Unknown,
            kind => kind,
        };
        Some(Principal::named(text, kind, value.span))
    });
    let mut all: Vec<Principal> = all.collect();
    if statement.not_principals {
        all.push(Principal::named("everyone else", PrincipalKind::Everyone, statement.span));
    }
    // Names that are not known are still names.
    if all.is_empty() && !statement.principals.is_empty() {
        all.push(Principal::named("?", PrincipalKind::Unknown, statement.span));
    }
    all
}

/// Adds the grants of every policy that stands anywhere in the documents of a file.
pub(crate) fn documents(part: &mut Part, path: &str, values: &[Value], text: &str) {
    if !(text.contains("Action") && (text.contains("Effect") || text.contains("Statement"))) {
        return;
    }
    let mut open: Vec<&Value> = values.iter().collect();
    let mut budget = 200_000;
    while let Some(value) = open.pop() {
        if budget == 0 {
            break;
        }
        budget -= 1;
        let children = match &value.kind {
            Kind::Map(entries) => {
                if value.get("Effect").is_some()
                    && value.get("Resource").or(value.get("NotResource")).is_some()
                {
                    let holder = Holder {
                        key: format!("file:{path}").into(),
                        subject: path.to_owned(),
                        named: path.rsplit('/').next().unwrap_or(path).to_owned(),
                        header: values
                            .first()
                            .map_or(value.span, |it| it.entries().first().map_or(it.span, |it| it.key_span)),
                        trial: is_trial(path),
                        sensitive: speaks_of_people(path),
                        of_resource: false,
                    };
                    if let Some(statement) = statement(value, value.span) {
                        of_statement(&statement, &holder, part);
                    }
                    continue;
                }
                entries.iter().map(|entry| &entry.value).collect::<Vec<_>>()
            }
            Kind::List(items) | Kind::OneOf(items) => items.iter().collect(),
            _ => continue,
        };
        open.extend(children);
    }
}
