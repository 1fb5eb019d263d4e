//! What a path such as `var.a.b`, `module.m.out` or `aws_iam_access_key.ci.secret` means.

use std::sync::Arc;

use connlint_core::Span;
use connlint_parse::hcl::{Block, Name, Root, Step, Traversal};

use super::body::MOST_INSTANCES;
use super::derive::pairs;
use super::eval::{Evaluator, Scope, attribute};
use super::stores::{Target, address_text, stored};
use crate::{Entry, Kind, RefKind, Reference, Value};

/// Providers whose resources make values themselves.
const GENERATORS: &[&str] = &["random_", "tls_", "time_"];

/// The value at the end of a path.
pub(super) fn traversal<'a>(
    evaluator: &mut Evaluator<'a>,
    path: &'a Traversal,
    span: Span,
    scope: &Scope,
) -> Value {
    let word = match &path.root {
        Root::Expr(expr) => {
            let value = evaluator.eval(expr, scope);
            return steps(evaluator, value, &path.steps, span, scope);
        }
        Root::Word(word) => &*word.text,
    };
    if let Some((_, value)) = scope.variables.iter().rev().find(|(name, _)| &**name == word) {
        return steps(evaluator, value.clone(), &path.steps, span, scope);
    }
    let first = name(path.steps.first());
    let rest = path.steps.get(1..).unwrap_or_default();
    match (word, first) {
        ("var", Some(name)) => {
            let value = evaluator.variable(scope, name, span);
            steps(evaluator, value, rest, span, scope)
        }
        ("local", Some(name)) => {
            let value = evaluator.local(scope, name, span);
            steps(evaluator, value, rest, span, scope)
        }
        ("each", Some(part)) => {
            let value = match (&scope.each, part) {
                (Some((key, _)), "key") => key.clone(),
                (Some((_, value)), "value") => value.clone(),
                _ => Value::reference(RefKind::Unresolved, evaluator.key(scope.instance, "each"), span),
            };
            steps(evaluator, value, rest, span, scope)
        }
        ("count", _) => scope.count.clone().unwrap_or_else(|| evaluator.unresolved(span)),
        ("path", part) => {
            let folder = |index: usize| evaluator.instances.get(index).map_or("", |it| it.folder);
            Value::literal(path_of(part == Some("module"), folder(scope.instance), folder(0)), span)
        }
        ("terraform" | "self", _) => evaluator.unresolved(span),
        ("module", Some(name)) => module_output(evaluator, name, rest, span, scope),
        ("data" | "ephemeral", Some(kind)) => {
            let Some(label) = name(rest.first()) else { return evaluator.unresolved(span) };
            let module = evaluator.instances.get(scope.instance).map(|it| it.module);
            let blocks = module.map(|it| if word == "data" { &it.data } else { &it.ephemerals });
            let block = blocks.and_then(|blocks| blocks.get(&(kind, label)).copied());
            let address = format!("{word}.{kind}.{label}");
            let path = Target { kind, block, address, steps: rest.get(1..).unwrap_or_default() };
            stored(evaluator, &path, span, scope)
        }
        ("dependency" | "include", Some(name)) => {
            let value = Value::reference(
                RefKind::External,
                evaluator.key(scope.instance, &format!("{word}.{name}")),
                span,
            );
            steps(evaluator, value, rest, span, scope)
        }
        (kind, Some(label)) => resource(evaluator, kind, label, rest, span, scope),
        (_, None) => evaluator.unresolved(span),
    }
}

/// `path.module`, or the folder of the root, such that a path that begins with it is found from the module's folder.
fn path_of(of_module: bool, module: &str, root: &str) -> String {
    match (if of_module { module } else { root }, module) {
        // Alone, the empty path would make what follows look absolute.
        ("", "") => ".".to_owned(),
        ("", module) => vec![".."; module.split('/').count()].join("/"),
        (folder, _) => folder.to_owned(),
    }
}

fn name(step: Option<&Step>) -> Option<&str> {
    match step {
        Some(Step::Attr(Name { text, .. })) => Some(text),
        _ => None,
    }
}

fn resource<'a>(
    evaluator: &mut Evaluator<'a>,
    kind: &'a str,
    label: &'a str,
    path: &'a [Step],
    span: Span,
    scope: &Scope,
) -> Value {
    let module = evaluator.instances.get(scope.instance).map(|it| it.module);
    let block = module.and_then(|it| it.resources.get(&(kind, label)).copied());
    let mut address = format!("{kind}.{label}");
    let mut path = path;
    let mut inner = Scope { instance: scope.instance, ..Scope::default() };
    match path.first() {
        Some(Step::Index(index)) => {
            let index = evaluator.eval(index, scope);
            address.push_str(&index_text(&index));
            inner.each = Some((index.clone(), each_value(evaluator, block, &index, &inner)));
            inner.count = Some(index);
            path = path.get(1..).unwrap_or_default();
        }
        Some(Step::Splat) => path = path.get(1..).unwrap_or_default(),
        _ => {}
    }
    let field = name(path.first());
    let written = block.zip(field).and_then(|(block, field)| attribute(block, field));
    if let (Some(expr), Some(field)) = (written, field) {
        if evaluator.open.insert((scope.instance, label, field)) {
            // The provider may add parts to what is written.
            let absent = evaluator.absent;
            let value = evaluator.eval(expr, &inner).through(span);
            evaluator.open.remove(&(scope.instance, label, field));
            let value = steps(evaluator, value, path.get(1..).unwrap_or_default(), span, scope);
            evaluator.absent = absent;
            return value;
        }
        return evaluator.unresolved(span);
    }
    let reference = if GENERATORS.iter().any(|prefix| kind.starts_with(prefix)) {
        RefKind::Generated
    } else {
        RefKind::Resource
    };
    if path.is_empty()
        && address.ends_with(label)
        && let Some(all) = every_instance(evaluator, block, (reference, &address), span, scope)
    {
        return all;
    }
    let value = Value::reference(reference, evaluator.key(scope.instance, &address), span);
    steps(evaluator, value, path, span, scope)
}

/// A block with `for_each`, taken as a whole: a map of its instances; nothing if it has none, or they are not known.
pub(super) fn every_instance<'a>(
    evaluator: &mut Evaluator<'a>,
    block: Option<&'a Block>,
    (kind, address): (RefKind, &str),
    span: Span,
    scope: &Scope,
) -> Option<Value> {
    let expr = attribute(block?, "for_each")?;
    let collection = evaluator.eval(expr, &Scope { instance: scope.instance, ..Scope::default() });
    let is_list = matches!(collection.kind, Kind::List(_));
    let rounds = pairs(&collection).filter(|it| !it.is_empty() && it.len() <= MOST_INSTANCES)?;
    let entries: Option<Vec<Entry>> = rounds
        .into_iter()
        .map(|(key, item)| {
            let key = if is_list { item } else { key };
            let name = key.scalar().filter(|it| !it.is_empty())?;
            let instance = evaluator.key(scope.instance, &format!("{address}[{name:?}]"));
            let value = Value::reference(kind, instance, span);
            Some(Entry { key: name.into(), key_span: key.span, value })
        })
        .collect();
    Some(Value::new(Kind::Map(entries?.into()), span))
}

/// `each.value` of the instance with this index.
pub(super) fn each_value<'a>(
    evaluator: &mut Evaluator<'a>,
    block: Option<&'a Block>,
    index: &Value,
    scope: &Scope,
) -> Value {
    let Some(expr) = block.and_then(|block| attribute(block, "for_each")) else { return index.clone() };
    let collection = evaluator.eval(expr, scope);
    match (&collection.kind, index.scalar()) {
        (Kind::Map(_), Some(key)) => collection.get(key).cloned().unwrap_or_else(|| index.clone()),
        (Kind::List(_), _) => index.clone(),
        _ => evaluator.unresolved(index.span),
    }
}

/// `["key"]` or `[0]`, with unknown indexes shown by what they refer to.
pub(super) fn index_text(index: &Value) -> String {
    match (&index.kind, index.scalar()) {
        (Kind::Number(number), _) => format!("[{number}]"),
        (_, Some(key)) => format!("[{key:?}]"),
        _ => format!("[{}]", address_text(index)),
    }
}

fn module_output<'a>(
    evaluator: &mut Evaluator<'a>,
    call: &'a str,
    path: &'a [Step],
    span: Span,
    scope: &Scope,
) -> Value {
    let mut path = path;
    let mut index = String::new();
    match path.first() {
        Some(Step::Index(expr)) => {
            let value = evaluator.eval(expr, scope);
            index = index_text(&value);
            path = path.get(1..).unwrap_or_default();
        }
        Some(Step::Splat) => path = path.get(1..).unwrap_or_default(),
        _ => {}
    }
    let children = evaluator.instances.get(scope.instance).and_then(|it| it.children.get(call));
    let child =
        children.and_then(|all| all.iter().find(|(own, _)| *own == index).or(all.first())).map(|it| it.1);
    let output = name(path.first());
    let rest = path.get(1..).unwrap_or_default();
    if let (Some(child), Some(output)) = (child, output)
        && let Some(block) =
            evaluator.instances.get(child).and_then(|it| it.module.outputs.get(output).copied())
        && let Some(expr) = attribute(block, "value")
    {
        if !evaluator.open.insert((child, "output", output)) {
            return evaluator.unresolved(span);
        }
        let value = evaluator.eval(expr, &Scope { instance: child, ..Scope::default() }).through(span);
        evaluator.open.remove(&(child, "output", output));
        return steps(evaluator, value, rest, span, scope);
    }
    let key = evaluator.key(scope.instance, &format!("module.{call}{index}"));
    steps(evaluator, Value::reference(RefKind::External, key, span), path, span, scope)
}

/// Follows the remaining steps into a value.
pub(super) fn steps<'a>(
    evaluator: &mut Evaluator<'a>,
    mut value: Value,
    path: &'a [Step],
    span: Span,
    scope: &Scope,
) -> Value {
    for step in path {
        let via = value.via.clone();
        let next = match step {
            // Of a map, `[*]` makes a list of one: what is empty before it is not so behind it.
            Step::Splat if matches!(&value.kind, Kind::Map(entries) if entries.is_empty()) => None,
            Step::Splat => continue,
            Step::Attr(name) => field(&value, &name.text),
            Step::Index(index) => {
                let index = evaluator.eval(index, scope);
                element(&value, &index)
            }
        };
        let lacks = next.is_none() && lacks_parts(&value);
        evaluator.absent |= lacks;
        value = next.unwrap_or_else(|| evaluator.unresolved(span)).part_of(&via);
    }
    value
}

/// Whether a part that was not found in a value is surely not there.
fn lacks_parts(value: &Value) -> bool {
    match &value.kind {
        Kind::Map(entries) => entries.iter().all(|it| !it.key.is_empty()),
        Kind::List(items) => items.iter().all(|it| !matches!(it.kind, Kind::Unknown(_) | Kind::OneOf(_))),
        Kind::Null | Kind::Bool(_) | Kind::Number(_) => true,
        Kind::Text(_) => value.text().is_some(),
        Kind::Unknown(_) | Kind::OneOf(_) => false,
    }
}

fn field(value: &Value, name: &str) -> Option<Value> {
    match &value.kind {
        Kind::Map(_) => value.get(name).cloned(),
        Kind::List(items) => {
            // `list.*.name`, and blocks that stand for a list of one.
            let fields: Vec<Value> = items.iter().filter_map(|item| field(item, name)).collect();
            // Items without the field are null rather than no items.
            (items.is_empty() || !fields.is_empty())
                .then(|| Value::new(Kind::List(fields.into()), value.span))
        }
        Kind::Unknown(references) => {
            Some(Value::new(Kind::Unknown(extend(references, &format!(".{name}"))), value.span))
        }
        Kind::OneOf(values) => {
            let values: Vec<Value> = values.iter().filter_map(|value| field(value, name)).collect();
            Some(Value::new(Kind::OneOf(values.into()), value.span))
        }
        _ => None,
    }
}

fn element(value: &Value, index: &Value) -> Option<Value> {
    match (&value.kind, &index.kind) {
        (Kind::List(items), Kind::Number(number)) => items.get(number.parse::<usize>().ok()?).cloned(),
        (Kind::Map(_), _) if index.scalar().is_some() => value.get(index.scalar()?).cloned(),
        (Kind::Unknown(references), _) => {
            let step = match index.scalar() {
                Some(key) if !matches!(index.kind, Kind::Number(_)) => format!(".{key}"),
                _ => index_text(index),
            };
            Some(Value::new(Kind::Unknown(extend(references, &step)), value.span))
        }
        // An unknown choice among known values.
        (Kind::List(items), _) => Some(Value::new(Kind::OneOf(Arc::clone(items)), value.span)),
        (Kind::Map(entries), _) => {
            let values: Vec<Value> = entries.iter().map(|entry| entry.value.clone()).collect();
            Some(Value::new(Kind::OneOf(values.into()), value.span))
        }
        _ => None,
    }
}

/// A single reference grows by the step; a value made of several stays what it is.
fn extend(references: &Arc<[Reference]>, step: &str) -> Arc<[Reference]> {
    match &**references {
        [only] => {
            // The first step into a store's secret names a field of it.
            let step = match (only.kind, step.strip_prefix('.')) {
                (RefKind::SecretStore, Some(field)) if !only.key.contains('#') => format!("#{field}"),
                _ => step.to_owned(),
            };
            [Reference { key: format!("{}{step}", only.key).into(), ..only.clone() }].into()
        }
        _ => Arc::clone(references),
    }
}
