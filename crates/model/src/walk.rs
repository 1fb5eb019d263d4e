//! Walks a value and meets every scalar under the name that matters for it.
//!
//! `name:`/`value:` pairs, `NAME=value` list items and `--flag value` arguments are met under the inner name, and
//! strings that hold JSON or YAML are walked into.

use std::sync::Arc;

use connlint_core::Span;
use connlint_resolve::{Kind, Literal, Piece, Text, Value, unwrap};

use crate::secret::{Context, NameClass, classify};

/// A scalar, and what it is the value of.
pub(crate) struct Leaf<'v> {
    /// Keys from the top, without indexes.
    pub(crate) path: &'v [Arc<str>],
    /// The name that matters: the last key, or the name given beside or inside the value.
    pub(crate) name: &'v str,
    /// The value.
    pub(crate) value: &'v Value,
    /// How the setting is used.
    pub(crate) context: Context,
}

impl Leaf<'_> {
    /// Keys from the top, joined by dots.
    pub(crate) fn dotted(&self) -> String {
        self.path.join(".")
    }
}

/// Gives the written bytes of a span.
pub(crate) type Written<'a> = &'a dyn Fn(Span) -> &'a str;

/// Strings within strings within strings.
const DEEPEST: usize = 4;

pub(crate) struct Walk<'a, F> {
    pub(crate) written: Written<'a>,
    pub(crate) visit: F,
    path: Vec<Arc<str>>,
    budget: usize,
    wrapped: usize,
    context: Context,
}

impl<'a, F: FnMut(&Leaf<'_>)> Walk<'a, F> {
    pub(crate) fn new(written: Written<'a>, budget: usize, context: Context, visit: F) -> Self {
        Self { written, visit, path: Vec::new(), budget, wrapped: 0, context }
    }

    /// Starts below `path`.
    pub(crate) fn below(mut self, path: &[&str]) -> Self {
        self.path = path.iter().map(|part| Arc::from(*part)).collect();
        self
    }

    pub(crate) fn value(&mut self, value: &Value) {
        let Some(budget) = self.budget.checked_sub(1) else { return };
        self.budget = budget;
        match &value.kind {
            Kind::Map(entries) => {
                let named = pair_name(value);
                let beside = ["clientId", "client_id", "username", "user", "login", "clientID"]
                    .iter()
                    .any(|key| value.get(key).and_then(Value::text).is_some());
                for entry in entries.iter() {
                    let note = is_note(&entry.key)
                        && (!matches!(&*entry.key, "labels") || !matches!(entry.value.kind, Kind::List(_)));
                    if note || (is_reference_key(&entry.key) && entry.value.is_collection()) {
                        continue;
                    }
                    let renamed = named.filter(|_| is_value_key(&entry.key));
                    // A parameter's default: `DbPassword: {Type: String, Default: …}`.
                    let parent = self.path.last().cloned();
                    let renamed = renamed.or_else(|| {
                        let default = matches!(&*entry.key, "Default" | "default")
                            && (value.get("Type").is_some() || value.get("type").is_some());
                        parent.as_deref().filter(|_| default)
                    });
                    let context = self.context;
                    // Beside a user name or in a map of variables, a value is used as it is.
                    if beside || is_variable_map(&entry.key) {
                        self.context = Context::Literal;
                    }
                    self.path.push(Arc::clone(&entry.key));
                    match renamed {
                        Some(name) if !entry.value.is_collection() => {
                            self.scalar(&entry.value, name, Context::Literal);
                        }
                        _ => self.value(&entry.value),
                    }
                    self.path.pop();
                    self.context = context;
                }
            }
            Kind::List(items) => self.list(items),
            Kind::OneOf(values) => values.iter().for_each(|value| self.value(value)),
            _ => {
                let name = self.path.last().cloned().unwrap_or_else(|| "".into());
                self.scalar(value, &name, self.context);
            }
        }
    }

    fn list(&mut self, items: &[Value]) {
        let mut flag: Option<String> = None;
        for item in items {
            let text = item.text().unwrap_or_default();
            if let Some(name) = flag.take()
                && !text.starts_with('-')
                && !item.is_collection()
            {
                self.scalar(item, &name, Context::Literal);
                continue;
            }
            if let Some((name, rest)) = assignment_item(item) {
                self.scalar(&rest, &name, Context::Literal);
                continue;
            }
            flag = text.strip_prefix("--").filter(|name| !name.contains(['=', ' '])).map(str::to_owned);
            self.value(item);
        }
    }

    fn scalar(&mut self, value: &Value, name: &str, context: Context) {
        if let Kind::OneOf(values) = &value.kind {
            values.iter().for_each(|value| self.scalar(value, name, context));
            return;
        }
        if self.wrapped < DEEPEST && may_hold_document(value) {
            let documents = unwrap(value, |span| (self.written)(span));
            if !documents.is_empty() {
                self.wrapped += 1;
                documents.iter().for_each(|document| self.value(document));
                self.wrapped -= 1;
                return;
            }
        }
        (self.visit)(&Leaf { path: &self.path, name, value, context });
    }
}

/// Keys of maps of environment variables.
fn is_variable_map(key: &str) -> bool {
    matches!(
        key,
        "env"
            | "environment"
            | "envs"
            | "variables"
            | "envVars"
            | "env_vars"
            | "extraEnv"
            | "extraEnvVars"
            | "environment_variables"
    )
}

/// Keys whose text is for people, or only names things.
fn is_note(key: &str) -> bool {
    matches!(
        key,
        "description"
            | "comment"
            | "tags"
            | "tags_all"
            | "default_tags"
            | "labels"
            | "annotations"
            | "error_message"
            | "help"
            | "encrypted"
            | "secretData"
            | "encryptedData"
            | "sops"
            | "depends_on"
            | "lifecycle"
            | "validation"
            | "required_providers"
            | "matchLabels"
            | "selector"
    )
}

/// Keys of maps that name a secret instead of holding it.
fn is_reference_key(key: &str) -> bool {
    key.ends_with("Ref")
        || key.ends_with("_ref")
        || key.ends_with("Reference")
        || matches!(key, "valueFrom" | "secretKeySelector")
}

fn is_value_key(key: &str) -> bool {
    matches!(
        key,
        "value"
            | "Value"
            | "defaultValue"
            | "default"
            | "default_value"
            | "plaintext_value"
            | "string_value"
            | "ParameterValue"
            | "parameter_value"
            | "field_value"
            | "content"
    )
}

/// The name given beside a `value:`.
fn pair_name(map: &Value) -> Option<&str> {
    [
        "name",
        "Name",
        "key",
        "Key",
        "variable_name",
        "variableName",
        "secret_name",
        "ParameterKey",
        "OptionName",
        "parameter_name",
        "field",
    ]
    .into_iter()
    .find_map(|key| map.get(key).and_then(Value::text))
    // `{type: password, value: …}`
    .or_else(|| map.get("type").and_then(Value::text).filter(|kind| classify(kind) >= NameClass::Secret))
    .filter(|_| map.entries().iter().any(|entry| is_value_key(&entry.key)))
}

/// `NAME=value` and `--name=value`: the name, and the value without it.
fn assignment_item(item: &Value) -> Option<(String, Value)> {
    let Kind::Text(text) = &item.kind else { return None };
    let mut pieces = text.pieces();
    let Some(Piece::Literal(first)) = pieces.first_mut() else { return None };
    let (name, rest) = first.text.split_once('=')?;
    // `NAME=value command …` is a command line; its assignments are found in the text itself.
    if rest.contains(' ') && !rest.starts_with(['{', '[', '"', '\'']) && !name.starts_with('-') {
        return None;
    }
    let bare = name.trim_start_matches('-');
    let identifier = bare.len() > 1
        && bare.len() < 100
        && bare.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && bare.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.'));
    if !identifier {
        return None;
    }
    let (name, bare) = (name.len(), bare.to_owned());
    *first = tail(first, name + 1);
    if first.text.is_empty() {
        pieces.remove(0);
    }
    let span = pieces.first().map_or(item.span, |piece| match piece {
        Piece::Literal(literal) => Span { end: item.span.end.max(literal.span.end), ..literal.span },
        Piece::Hole(reference) => Span { end: item.span.end.max(reference.span.end), ..reference.span },
    });
    let kind = if pieces.is_empty() { Kind::Null } else { Kind::Text(Text::of(pieces)) };
    Some((bare, Value { kind, span, via: item.via.clone(), content: None }))
}

/// The literal from this byte on.
fn tail(literal: &Literal, from: usize) -> Literal {
    let text: Arc<str> = literal.text.get(from..).unwrap_or_default().into();
    let span = if literal.span.len() == literal.text.len() {
        Span::new(literal.span.file, literal.span.start as usize + from, literal.span.end as usize)
    } else {
        literal.span
    };
    Literal { text, span, ..literal.clone() }
}

fn may_hold_document(value: &Value) -> bool {
    let Kind::Text(text) = &value.kind else { return false };
    match text {
        Text::Whole(literal) => {
            literal.text.contains('\n') || literal.text.trim_start().starts_with(['{', '['])
        }
        Text::Pieces(pieces, _) => pieces.iter().any(|piece| match piece {
            Piece::Literal(literal) => {
                literal.text.contains('\n') || literal.text.trim_start().starts_with(['{', '['])
            }
            Piece::Hole(_) => false,
        }),
    }
}
