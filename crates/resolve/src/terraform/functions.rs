//! The pure functions of Terraform's language, as far as they matter for following a value.
//!
//! Encoders (`jsonencode`, `base64encode`) give back the value they encode: what it holds matters, not how it is
//! written. Digests hide their argument for good. Any other function makes a value that is unknown, but not
//! independent of its arguments.

use std::sync::Arc;

use connlint_core::Span;

use super::eval::derived;
use super::module::join;
use crate::{Entry, Kind, Literal, Piece, RefKind, Value};

/// The result of `name(arguments)`; `expand` says that the last argument was written with `...`. `folder` is where
/// relative paths start.
pub(super) fn call(name: &str, mut arguments: Vec<Value>, expand: bool, span: Span, folder: &str) -> Value {
    if expand && let Some(last) = arguments.pop() {
        arguments.extend(last.items().iter().cloned());
    }
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
            | "distinct"
            | "compact"
            | "provider::terraform::encode_tfvars"
            | "provider::terraform::encode_expr",
            Some(only),
        ) => match (name, only.items()) {
            ("one", [item, ..]) => item.clone(),
            _ => only.through(span),
        },
        ("base64decode" | "textdecodebase64", Some(only)) => decoded(&only, span),
        // A digest is no secret, and cannot be turned back.
        (
            "sha1" | "sha256" | "sha512" | "md5" | "base64sha256" | "base64sha512" | "bcrypt" | "uuidv5"
            | "filemd5" | "filesha1" | "filesha256" | "filesha512" | "filebase64sha256" | "filebase64sha512"
            | "length" | "can" | "issensitive" | "contains" | "startswith" | "endswith" | "timestamp"
            | "plantimestamp" | "uuid" | "fileexists",
            _,
        ) => Value::new(Kind::Unknown([].into()), span),
        ("file" | "filebase64" | "templatefile" | "fileset", Some(path)) => {
            file(name, &path, &arguments, span, folder)
        }
        ("get_env", Some(variable)) => get_env(&variable, arguments.get(1), span),
        ("pathexpand" | "abspath" | "dirname" | "basename", Some(path)) => path,
        ("format", Some(template)) => format(&template, arguments.get(1..).unwrap_or_default(), span),
        ("join", Some(separator)) => joined(&separator, arguments.get(1), span),
        ("merge", _) => merge(&arguments, span),
        ("concat" | "flatten" | "setunion" | "coalescelist", _) => concat(&arguments, span),
        ("lookup", Some(map)) => lookup(&map, arguments.get(1), arguments.get(2), span),
        ("coalesce" | "try", _) => first_known(arguments, span),
        ("element", Some(list)) => {
            let index = arguments.get(1).and_then(|it| it.scalar()?.parse::<usize>().ok());
            let items = list.items();
            let wrapped = index.and_then(|index| index.checked_rem(items.len()));
            wrapped.and_then(|index| items.get(index)).cloned().unwrap_or_else(|| derived(&arguments, span))
        }
        ("values", Some(map)) if !map.entries().is_empty() => {
            let values: Vec<Value> = map.entries().iter().map(|entry| entry.value.clone()).collect();
            Value::new(Kind::List(values.into()), span)
        }
        ("keys", Some(map)) if !map.entries().is_empty() => {
            let keys =
                map.entries().iter().map(|entry| Value::literal(Arc::clone(&entry.key), entry.key_span));
            Value::new(Kind::List(keys.collect::<Vec<_>>().into()), span)
        }
        ("lower" | "upper" | "title", Some(text)) => changed(&text, &arguments, span, |it| match name {
            "lower" => it.to_lowercase(),
            "upper" => it.to_uppercase(),
            _ => it.to_owned(),
        }),
        ("trimprefix" | "trimsuffix" | "trim" | "replace" | "substr", Some(text)) => {
            let argument = |index: usize| arguments.get(index).and_then(Value::text);
            match (name, text.text(), argument(1), argument(2)) {
                ("trimprefix", Some(it), Some(prefix), _) => {
                    Value::literal(it.strip_prefix(prefix).unwrap_or(it), text.span).through(span)
                }
                ("trimsuffix", Some(it), Some(suffix), _) => {
                    Value::literal(it.strip_suffix(suffix).unwrap_or(it), text.span).through(span)
                }
                ("replace", Some(it), Some(from), Some(to)) if !from.starts_with('/') => {
                    Value::literal(it.replace(from, to), text.span).through(span)
                }
                _ => derived(&arguments, span),
            }
        }
        ("split", Some(separator)) => match (separator.text(), arguments.get(1).and_then(Value::text)) {
            (Some(separator), Some(text)) => {
                let parts: Vec<Value> =
                    text.split(separator).map(|part| Value::literal(part, span)).collect();
                Value::new(Kind::List(parts.into()), span)
            }
            _ => derived(&arguments, span),
        },
        _ => derived(&arguments, span),
    }
}

/// Text changed in a way that keeps its meaning, where it is known.
fn changed(text: &Value, arguments: &[Value], span: Span, change: impl Fn(&str) -> String) -> Value {
    match text.text() {
        Some(known) => Value::literal(change(known), text.span).through(span),
        None => derived(arguments, span),
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

/// The content of a file is a reference to it; a template also depends on what is put into it.
fn file(name: &str, path: &Value, arguments: &[Value], span: Span, folder: &str) -> Value {
    let Some(path) = path_text(path, folder) else { return derived(arguments, span) };
    if name == "fileset" {
        return Value::new(Kind::Unknown([].into()), span);
    }
    let content = Value::reference(RefKind::File, format!("file:{path}"), span);
    match arguments.get(1) {
        Some(inputs) if name == "templatefile" => {
            let inputs: Vec<Value> = inputs.entries().iter().map(|entry| entry.value.clone()).collect();
            Value::new(Kind::List([vec![content], inputs].concat().into()), span)
        }
        _ => content,
    }
}

/// A path within the tree; one that is only partly known ends in its known part.
fn path_text(path: &Value, folder: &str) -> Option<String> {
    let mut text = String::new();
    for piece in path.pieces() {
        match piece {
            Piece::Literal(literal) => text.push_str(&literal.text),
            Piece::Hole(_) => text.push_str("{}"),
        }
    }
    match text.as_str() {
        "" => None,
        absolute if absolute.starts_with(['/', '~']) => Some(text),
        // `${path.module}/x` already starts with the folder.
        inside if !folder.is_empty() && inside.starts_with(folder) => join("", inside),
        relative => join(folder, relative),
    }
}

/// `format` with the verbs that keep text readable; any other verb leaves the arguments as references.
fn format(template: &Value, arguments: &[Value], span: Span) -> Value {
    let Some(text) = template.text() else { return derived(arguments, span) };
    let mut pieces = Vec::new();
    let mut arguments = arguments.iter();
    let literal = |text: &str| {
        Piece::Literal(Literal {
            text: text.into(),
            span: template.span,
            default: false,
            tag: None,
            within: None,
        })
    };
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('%') {
        if !before.is_empty() {
            pieces.push(literal(before));
        }
        if let Some(after) = after.strip_prefix('%') {
            pieces.push(literal("%"));
            rest = after;
            continue;
        }
        let verb = after.find(|c: char| c.is_ascii_alphabetic()).unwrap_or(after.len());
        if let Some(argument) = arguments.next() {
            pieces.extend(argument.pieces());
        }
        rest = after.get(verb + 1..).unwrap_or_default();
    }
    if !rest.is_empty() {
        pieces.push(literal(rest));
    }
    Value::of_pieces(pieces, span)
}

fn joined(separator: &Value, list: Option<&Value>, span: Span) -> Value {
    let Some(list) = list else { return derived(&[], span) };
    if list.items().is_empty() {
        return derived(std::slice::from_ref(list), span);
    }
    let mut pieces = Vec::new();
    for (index, item) in list.items().iter().enumerate() {
        if index > 0 {
            pieces.extend(separator.pieces());
        }
        pieces.extend(item.pieces());
    }
    Value::of_pieces(pieces, span)
}

/// Later maps win. A map that is not known makes the whole depend on it.
fn merge(maps: &[Value], span: Span) -> Value {
    let mut entries: Vec<Entry> = Vec::new();
    let mut unknown = false;
    for map in maps {
        unknown |= !matches!(map.kind, Kind::Map(_) | Kind::Null);
        for entry in map.entries() {
            entries.retain(|own| own.key != entry.key);
            entries.push(entry.clone());
        }
        // Guards the quadratic replacement above.
        if entries.len() > 2000 {
            return derived(maps, span);
        }
    }
    if entries.is_empty() && unknown {
        return derived(maps, span);
    }
    Value::new(Kind::Map(entries.into()), span)
}

/// Longer lists are made by doubling, not by people.
const LONGEST_LIST: usize = 10_000;

fn concat(lists: &[Value], span: Span) -> Value {
    let mut items = Vec::new();
    for list in lists {
        match &list.kind {
            Kind::List(inner) => {
                for item in inner.iter() {
                    match &item.kind {
                        Kind::List(nested) => items.extend(nested.iter().cloned()),
                        _ => items.push(item.clone()),
                    }
                }
            }
            _ => items.push(list.clone()),
        }
        if items.len() > LONGEST_LIST {
            return derived(lists, span);
        }
    }
    Value::new(Kind::List(items.into()), span)
}

fn lookup(map: &Value, key: Option<&Value>, default: Option<&Value>, span: Span) -> Value {
    let all = [Some(map), key, default].into_iter().flatten().cloned().collect::<Vec<_>>();
    match (&map.kind, key.and_then(Value::scalar)) {
        (Kind::Map(_), Some(key)) => {
            map.get(key).or(default).cloned().unwrap_or_else(|| derived(&all, span)).through(span)
        }
        (Kind::Map(entries), None) => {
            let mut values: Vec<Value> = entries.iter().map(|entry| entry.value.clone()).collect();
            values.extend(default.cloned());
            Value::new(Kind::OneOf(values.into()), span)
        }
        _ => derived(&all, span),
    }
}

/// `coalesce` and `try`: the first argument that is surely a value, or one of those that may be.
fn first_known(arguments: Vec<Value>, span: Span) -> Value {
    let mut possible = Vec::new();
    for argument in arguments {
        match &argument.kind {
            Kind::Null => {}
            Kind::Text(_) if argument.text() == Some("") => {}
            Kind::Unknown(_) | Kind::OneOf(_) => possible.push(argument),
            _ => {
                possible.push(argument);
                break;
            }
        }
    }
    match <[Value; 1]>::try_from(possible) {
        Ok([only]) => only.through(span),
        Err(several) => Value::new(Kind::OneOf(several.into()), span),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Value {
        Value::literal(text, Span::default())
    }

    #[test]
    fn strings_keep_their_pieces() {
        let unknown = Value::reference(RefKind::Variable, "var.x", Span::default());
        let made = call("format", vec![text("%s:%-5d%%"), text("user"), unknown], false, Span::default(), "");
        let shown: Vec<String> = made
            .pieces()
            .into_iter()
            .map(|piece| match piece {
                Piece::Literal(it) => it.text.to_string(),
                Piece::Hole(it) => format!("<{}>", it.key),
            })
            .collect();
        assert_eq!(shown.concat(), "user:<var.x>%");
    }

    #[test]
    fn paths_are_seen_from_the_module() {
        let key = |path: &str| {
            let value = call("file", vec![text(path)], false, Span::default(), "modules/a");
            value.references(1).first().map(|it| it.key.to_string()).unwrap_or_default()
        };
        assert_eq!(key("../keys/x.pem"), "file:modules/keys/x.pem");
        assert_eq!(key("modules/a/x.pem"), "file:modules/a/x.pem");
        assert_eq!(key("~/.ssh/id_rsa"), "file:~/.ssh/id_rsa");
    }
}
