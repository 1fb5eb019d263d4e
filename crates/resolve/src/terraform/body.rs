//! Blocks with their contents evaluated.

use std::sync::Arc;

use connlint_core::Span;
use connlint_parse::hcl::{Block as Syntax, Body, Expr, ExprKind, Root, Step};

use super::derive::pairs;
use super::eval::{Evaluator, Scope, attribute};
use crate::{Entry, Kind, RefKind, Value};

/// A block of a root, evaluated.
#[derive(Clone, Debug)]
pub struct Block {
    /// What kind of block.
    pub kind: BlockKind,
    /// Resource type, provider name, or nothing.
    pub type_name: Arc<str>,
    /// Last label, or nothing.
    pub name: Arc<str>,
    /// Address within the root, such as `module.a.aws_iam_user.ci["x"]`.
    pub address: String,
    /// Folder of the module that holds the block.
    pub folder: Arc<str>,
    /// Reference key of the block: what keys of its attributes start with.
    pub key: String,
    /// Its attributes and nested blocks.
    pub body: Value,
    /// The block's first line: its kind and labels.
    pub header: Span,
    /// What the module's variable for the environment holds, where it has one.
    pub environment: Option<Arc<str>>,
    /// Whether the root makes it: not so if its own `count`, or that of a module around it, is known to be 0, or its
    /// `for_each` to be empty. What it holds is still written in the code.
    pub exists: bool,
    /// Arguments named by `lifecycle { ignore_changes }`; `all` for every argument.
    pub ignore_changes: Vec<String>,
}

/// The kinds of block.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum BlockKind {
    /// `resource`
    Resource,
    /// `data`
    Data,
    /// `ephemeral`
    Ephemeral,
    /// `provider`
    Provider,
    /// `module`
    Module,
    /// `variable`
    Variable,
    /// `output`
    Output,
    /// All `locals` of a module
    Locals,
    /// A variable file, or the inputs of a Terragrunt unit
    Inputs,
    /// `terraform` and everything else
    Other,
}

/// More instances of one block say nothing new.
pub(super) const MOST_INSTANCES: usize = 64;

/// The contents of a body as a map; nested blocks are entries that repeat.
pub(super) fn body<'a>(evaluator: &mut Evaluator<'a>, body: &'a Body, scope: &Scope) -> Value {
    let mut entries = Vec::with_capacity(body.attributes.len() + body.blocks.len());
    for it in &body.attributes {
        let value = evaluator.eval(&it.value, scope);
        entries.push(Entry { key: (*it.name.text).into(), key_span: it.name.span, value });
    }
    let mut span = entries.first().map_or_else(Span::default, |entry| entry.key_span);
    for block in &body.blocks {
        span = if span == Span::default() { block.span } else { span };
        if &*block.kind.text == "dynamic" {
            dynamic(evaluator, block, scope, &mut entries);
        } else {
            let value = self::body(evaluator, &block.body, scope);
            entries.push(Entry { key: (*block.kind.text).into(), key_span: block.kind.span, value });
        }
    }
    Value::new(Kind::Map(entries.into()), span)
}

/// Some attributes of a body as a map.
pub(super) fn attributes<'a>(
    evaluator: &mut Evaluator<'a>,
    body: &'a Body,
    scope: &Scope,
    names: &[&str],
) -> Value {
    let wanted = body.attributes.iter().filter(|it| names.contains(&&*it.name.text));
    let mut entries = Vec::new();
    for it in wanted {
        let value = evaluator.eval(&it.value, scope);
        entries.push(Entry { key: (*it.name.text).into(), key_span: it.name.span, value });
    }
    let span = entries.first().map_or_else(Span::default, |entry| entry.key_span);
    Value::new(Kind::Map(entries.into()), span)
}

/// `dynamic "name" { for_each = … content { … } }`
fn dynamic<'a>(evaluator: &mut Evaluator<'a>, block: &'a Syntax, scope: &Scope, entries: &mut Vec<Entry>) {
    let Some(label) = block.labels.first() else { return };
    let Some(content) = block.body.blocks.iter().find(|it| &*it.kind.text == "content") else { return };
    let iterator = match attribute(block, "iterator").map(|it| &it.kind) {
        Some(ExprKind::Traversal(path)) => match &path.root {
            Root::Word(name) => &name.text,
            Root::Expr(_) => &label.text,
        },
        _ => &label.text,
    };
    let collection = attribute(block, "for_each").map(|expr| evaluator.eval(expr, scope));
    let rounds = collection.as_ref().and_then(pairs).filter(|rounds| rounds.len() <= MOST_INSTANCES);
    // The keys of a set are its values.
    let rounds = rounds.map(|rounds| match attribute(block, "for_each").is_some_and(makes_set) {
        true => rounds.into_iter().map(|(_, item)| (item.clone(), item)).collect(),
        false => rounds,
    });
    let unknown = || {
        let value = Value::reference(RefKind::Unresolved, "expr:each", label.span);
        vec![(value.clone(), value)]
    };
    for (key, value) in rounds.unwrap_or_else(unknown) {
        let round = [("key", key), ("value", value)].map(|(name, value)| Entry {
            key: name.into(),
            key_span: label.span,
            value,
        });
        let mut scope = scope.clone();
        scope.variables.push(((**iterator).into(), Value::new(Kind::Map(round.to_vec().into()), label.span)));
        let value = body(evaluator, &content.body, &scope);
        entries.push(Entry { key: (*label.text).into(), key_span: label.span, value });
    }
}

/// Whether an expression is written as a set.
fn makes_set(expr: &Expr) -> bool {
    let ExprKind::Call(call) = &expr.kind else { return false };
    matches!(&*call.name.text, "toset" | "setunion" | "setintersection" | "setsubtract" | "fileset")
}

/// One instance of a block that may repeat.
pub(super) struct Repeat {
    /// What it adds to the address.
    pub(super) index: String,
    pub(super) scope: Scope,
    /// Whether it is made at all.
    pub(super) exists: bool,
}

/// Every instance of a block that may repeat; one that does not exist stands for a block without any.
pub(super) fn instances<'a>(
    evaluator: &mut Evaluator<'a>,
    block: &'a Syntax,
    instance: usize,
) -> Vec<Repeat> {
    let plain = Scope { instance, ..Scope::default() };
    let one = |scope: Scope, exists: bool| vec![Repeat { index: String::new(), scope, exists }];
    if let Some(expr) = attribute(block, "for_each") {
        let collection = evaluator.eval(expr, &plain);
        // `for_each` walks a list only as a set, whose keys are its values.
        let rounds = pairs(&collection).map(|rounds| match collection.kind {
            Kind::List(_) => rounds.into_iter().map(|(_, item)| (item.clone(), item)).collect(),
            _ => rounds,
        });
        // What stands for all that is not known makes no instance of its own beside others.
        let rest = |(key, value): &(Value, Value)| {
            [key, value].into_iter().all(|it| matches!(&it.kind, Kind::Unknown(all) if all.is_empty()))
        };
        let rounds = rounds.map(|mut rounds: Vec<(Value, Value)>| {
            if !rounds.iter().all(rest) {
                rounds.retain(|it| !rest(it));
            }
            rounds
        });
        let Some(rounds) = rounds.filter(|it| it.len() <= MOST_INSTANCES) else { return one(plain, true) };
        if rounds.is_empty() {
            return one(plain, false);
        }
        let repeat = |(key, value): (Value, Value)| {
            let index = key.scalar().filter(|key| !key.is_empty());
            Repeat {
                index: index.map_or_else(String::new, |key| format!("[{key:?}]")),
                scope: Scope { each: Some((key, value)), ..plain.clone() },
                exists: true,
            }
        };
        return rounds.into_iter().map(repeat).collect();
    }
    let Some(expr) = attribute(block, "count") else { return one(plain, true) };
    let count = evaluator.eval(expr, &plain).scalar().and_then(|it| it.parse::<usize>().ok());
    match count {
        Some(count @ 2..=MOST_INSTANCES) => {
            let repeat = |index: usize| {
                let value = Value::new(Kind::Number(index.to_string().into()), expr.span);
                let scope = Scope { count: Some(value), ..plain.clone() };
                Repeat { index: format!("[{index}]"), scope, exists: true }
            };
            (0..count).map(repeat).collect()
        }
        // With one instance or none the index says nothing.
        count => one(plain, count != Some(0)),
    }
}

/// What `lifecycle { ignore_changes }` names.
pub(super) fn ignored(block: &Syntax) -> Vec<String> {
    let lifecycle = block.body.blocks.iter().filter(|it| &*it.kind.text == "lifecycle");
    lifecycle.filter_map(|it| attribute(it, "ignore_changes")).flat_map(names).collect()
}

fn names(expr: &Expr) -> Vec<String> {
    match &expr.kind {
        ExprKind::List(items) => items.iter().flat_map(names).collect(),
        ExprKind::Text(text, _) => vec![text.to_string()],
        ExprKind::Traversal(path) => {
            let Root::Word(word) = &path.root else { return Vec::new() };
            let mut name = word.text.to_string();
            for step in &path.steps {
                if let Step::Attr(step) = step {
                    name.push('.');
                    name.push_str(&step.text);
                }
            }
            vec![name]
        }
        _ => Vec::new(),
    }
}
