//! The pure functions of Terraform's language, as far as they matter for following a value.
//!
//! Encoders (`jsonencode`, `base64encode`) give back the value they encode: what it holds matters, not how it is
//! written. Digests hide their argument for good. Any other function makes a value that is unknown, but not
//! independent of its arguments.

mod choice;
mod collections;
mod files;
mod lists;
mod strings;
mod texts;

use connlint_core::Span;
use connlint_parse::hcl::Call;

use super::derive::derived;
use super::eval::{Evaluator, Scope};
use crate::{Kind, RefKind, Value};

/// The result of a call.
pub(super) fn call<'a>(evaluator: &mut Evaluator<'a>, call: &'a Call, span: Span, scope: &Scope) -> Value {
    let name = &*call.name.text;
    if matches!(name, "try" | "can") {
        return choice::attempt(evaluator, call, span, scope);
    }
    let mut arguments: Vec<Value> = call.args.iter().map(|it| evaluator.eval(it, scope)).collect();
    if call.expand
        && let Some(last) = arguments.pop()
    {
        // A list that is not known is not an empty one.
        let Kind::List(items) = &last.kind else {
            arguments.push(last);
            return derived(&arguments, span);
        };
        arguments.extend(items.iter().cloned());
    }
    // What a call walks through counts as steps, so that calls in loops stay bounded.
    let size: usize = arguments.iter().map(|it| it.items().len() + it.entries().len()).sum();
    evaluator.spend(size / 4);
    match name {
        "file" | "filebase64" | "templatefile" | "fileset" | "jsondecode" | "yamldecode" => {
            files::call(evaluator, name, &arguments, span, scope)
        }
        _ => pure(name, arguments, span),
    }
}

/// The result of a function that depends on its arguments alone.
fn pure(name: &str, arguments: Vec<Value>, span: Span) -> Value {
    let known = collections::call(name, &arguments, span)
        .or_else(|| lists::call(name, &arguments, span))
        .or_else(|| strings::call(name, &arguments, span));
    known.unwrap_or_else(|| fallback(name, arguments, span))
}

/// What is known of a call whose arguments do not decide its result.
fn fallback(name: &str, arguments: Vec<Value>, span: Span) -> Value {
    let first = arguments.first().cloned();
    match (name, first) {
        (
            "jsonencode"
            | "yamlencode"
            | "base64encode"
            | "base64gzip"
            | "urlencode"
            | "textencodebase64"
            | "jsondecode"
            | "yamldecode"
            | "urldecode"
            | "sensitive"
            | "nonsensitive"
            | "ephemeralasnull"
            | "tostring"
            | "tonumber"
            | "tobool"
            | "tolist"
            | "toset"
            | "tomap"
            | "trimspace"
            | "chomp"
            | "one"
            | "sort"
            | "reverse"
            | "distinct"
            | "compact"
            | "provider::terraform::encode_tfvars"
            | "provider::terraform::encode_expr",
            Some(only),
        ) => only.through(span),
        ("base64decode" | "textdecodebase64", Some(only)) => decoded(&only, span),
        // A digest is no secret, and cannot be turned back.
        (
            "sha1" | "sha256" | "sha512" | "md5" | "base64sha256" | "base64sha512" | "bcrypt" | "uuidv5"
            | "filemd5" | "filesha1" | "filesha256" | "filesha512" | "filebase64sha256" | "filebase64sha512"
            | "length" | "issensitive" | "contains" | "startswith" | "endswith" | "strcontains" | "alltrue"
            | "anytrue" | "timestamp" | "plantimestamp" | "uuid" | "fileexists",
            _,
        ) => Value::new(Kind::Unknown([].into()), span),
        ("get_env", Some(variable)) => get_env(&variable, arguments.get(1), span),
        ("pathexpand" | "abspath" | "dirname" | "basename", Some(path)) => path,
        ("coalesce", _) => choice::first_known(arguments, span),
        _ => derived(&arguments, span),
    }
}

fn decoded(value: &Value, span: Span) -> Value {
    let bytes = value.text().and_then(|text| data_encoding::BASE64.decode(text.as_bytes()).ok());
    match bytes.and_then(|bytes| String::from_utf8(bytes).ok()) {
        Some(text) => Value::literal(text, value.span).through(span),
        None => value.clone().through(span),
    }
}

/// Terragrunt's way to read an environment variable, with its default.
fn get_env(variable: &Value, default: Option<&Value>, span: Span) -> Value {
    let key = format!("env:{}", variable.text().unwrap_or("…"));
    let reference = Value::reference(RefKind::Env, key, span);
    match default {
        Some(default) if default.text() != Some("") => {
            Value::new(Kind::OneOf([reference, default.clone()].into()), span)
        }
        _ => reference,
    }
}

/// A number among the arguments.
fn number(value: Option<&Value>) -> Option<i64> {
    value?.scalar()?.parse().ok()
}

/// Whether what the value is, is known: not one of several, and not elsewhere.
fn is_known(value: &Value) -> bool {
    !matches!(value.kind, Kind::Unknown(_) | Kind::OneOf(_))
}

/// The same value with another content, having passed through a call.
fn with(value: &Value, kind: Kind, span: Span) -> Value {
    Value { kind, content: None, ..value.clone() }.through(span)
}
