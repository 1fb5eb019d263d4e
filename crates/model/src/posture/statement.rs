//! Statements of access policies, in the three ways they are written: JSON, blocks of a policy document, and maps.

use connlint_core::Span;
use connlint_resolve::{Kind, Value};

/// One statement.
pub(crate) struct Statement<'v> {
    pub(crate) span: Span,
    pub(crate) allows: bool,
    pub(crate) actions: Vec<&'v Value>,
    pub(crate) not_actions: Vec<&'v Value>,
    pub(crate) resources: Vec<&'v Value>,
    pub(crate) not_resources: Vec<&'v Value>,
    /// Kind and value of each principal.
    pub(crate) principals: Vec<(&'v str, &'v Value)>,
    pub(crate) not_principals: bool,
    /// Keys of its conditions, such as `aws:SourceArn`, with their values.
    pub(crate) conditions: Vec<(String, &'v Value)>,
    /// Whether each of them says what must not be.
    pub(crate) negated: Vec<bool>,
}

/// More statements of one policy are not looked at.
const MOST: usize = 1_000;

/// The statements of a policy: a document with `Statement`, or a body with `statement` blocks.
pub(crate) fn statements(policy: &Value) -> Vec<Statement<'_>> {
    let written = policy.entries().iter().filter(|it| matches!(&*it.key, "Statement" | "statement"));
    let mut found = Vec::new();
    for entry in written {
        match &entry.value.kind {
            Kind::List(items) => found.extend(items.iter().map(|item| (item, item.span))),
            Kind::Map(_) => found.push((&entry.value, entry.key_span)),
            Kind::OneOf(branches) => {
                found.extend(branches.iter().flat_map(Value::items).map(|it| (it, it.span)))
            }
            _ => {}
        }
    }
    found.into_iter().take(MOST).filter_map(|(value, span)| statement(value, span)).collect()
}

/// A map as a statement, if it has actions.
pub(super) fn statement(value: &Value, span: Span) -> Option<Statement<'_>> {
    let either = |names: [&str; 2]| names.into_iter().find_map(|name| value.get(name));
    let all = |names: [&str; 2]| {
        let mut found = Vec::new();
        if let Some(value) = either(names) {
            flat(value, &mut found);
        }
        found
    };
    let actions = all(["Action", "actions"]);
    let not_actions = all(["NotAction", "not_actions"]);
    if actions.is_empty() && not_actions.is_empty() {
        return None;
    }
    let (effect, conditions) = (either(["Effect", "effect"]), conditions(value));
    Some(Statement {
        span: first_line(value, span),
        // The blocks of a policy document allow unless they say otherwise; JSON has to say.
        allows: effect.map_or(value.get("actions").is_some() || value.get("not_actions").is_some(), |it| {
            it.text().is_some_and(|it| it.eq_ignore_ascii_case("allow"))
        }),
        actions,
        not_actions,
        resources: all(["Resource", "resources"]),
        not_resources: all(["NotResource", "not_resources"]),
        principals: principals(value),
        not_principals: either(["NotPrincipal", "not_principals"]).is_some(),
        conditions: conditions.iter().map(|(key, value, _)| (key.clone(), *value)).collect(),
        negated: conditions.iter().map(|(.., negated)| *negated).collect(),
    })
}

/// Points at a statement by its first line only.
fn first_line(value: &Value, span: Span) -> Span {
    value.entries().first().map_or(span, |entry| entry.key_span)
}

fn flat<'v>(value: &'v Value, found: &mut Vec<&'v Value>) {
    match &value.kind {
        Kind::List(items) | Kind::OneOf(items) => items.iter().take(MOST).for_each(|item| flat(item, found)),
        Kind::Null => {}
        _ => found.push(value),
    }
}

/// `Principal: "*"`, `Principal: {AWS: […]}` and `principals { type, identifiers }`.
fn principals(value: &Value) -> Vec<(&str, &Value)> {
    let mut found = Vec::new();
    for entry in value.entries() {
        let mut add = |kind, value| {
            let mut all = Vec::new();
            flat(value, &mut all);
            found.extend(all.into_iter().map(|it| (kind, it)));
        };
        match &*entry.key {
            "principals" => {
                let kind = entry.value.get("type").and_then(Value::text).unwrap_or("");
                if let Some(identifiers) = entry.value.get("identifiers") {
                    add(kind, identifiers);
                }
            }
            "Principal" => match &entry.value.kind {
                Kind::Map(entries) => entries.iter().for_each(|it| add(&it.key, &it.value)),
                _ => add("", &entry.value),
            },
            _ => {}
        }
    }
    found
}

/// `Condition: {StringEquals: {key: value}}` and `condition { test, variable, values }`.
fn conditions(value: &Value) -> Vec<(String, &Value, bool)> {
    let mut found = Vec::new();
    let not = |test: &str| test.contains("Not");
    for entry in value.entries() {
        match &*entry.key {
            "condition" => {
                if let (Some(key), Some(values)) =
                    (entry.value.get("variable").and_then(Value::text), entry.value.get("values"))
                {
                    let test = entry.value.get("test").and_then(Value::text).unwrap_or_default();
                    found.push((key.to_ascii_lowercase(), values, not(test)));
                } else {
                    found.push((String::new(), &entry.value, false));
                }
            }
            "Condition" => {
                for test in entry.value.entries() {
                    let own = test.value.entries().iter();
                    found.extend(own.map(|it| (it.key.to_ascii_lowercase(), &it.value, not(&test.key))));
                }
                if entry.value.entries().is_empty() {
                    found.push((String::new(), &entry.value, false));
                }
            }
            _ => {}
        }
    }
    found
}
