//! Evaluates expressions of a module to values, as far as the text alone decides them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use connlint_core::Span;
use connlint_parse::hcl::{Block, Expr, ExprKind, For};

use super::derive::{both_null, derived, grouped, pairs};
use super::module::{Module, Modules};
use super::number::{negative, operation};
use super::optional::{conform, has_optional};
use super::shelf::{Asked, File, Shelf};
use super::template::template;
use super::traversal::traversal;
use crate::{Entry, Kind, Link, Literal, RefKind, Text, Value, Via, split};

/// Evaluates the modules below one root, with one set of variable files.
pub(super) struct Evaluator<'a> {
    pub(super) modules: &'a Modules<'a>,
    /// Prefix of every reference key, so that equal addresses of different roots stay different things.
    pub(super) scope_key: String,
    pub(super) instances: Vec<Instance<'a>>,
    /// What is being evaluated, to cut circles.
    pub(super) open: BTreeSet<(usize, &'a str, &'a str)>,
    pub(super) depth: usize,
    /// Steps left. What comes after the last is unknown.
    pub(super) fuel: usize,
    /// Whether a part was taken of something that surely does not have it, so that `try` goes on.
    pub(super) absent: bool,
    /// Files that may be named, and what was asked of them.
    shelf: &'a Shelf<'a>,
    pub(super) asked: Asked,
    /// The mark of defaults, shared by all of them.
    default: Arc<Link>,
}

/// A module as called once: the root itself, or one `module` block with its arguments.
pub(super) struct Instance<'a> {
    pub(super) folder: &'a str,
    pub(super) module: &'a Module<'a>,
    /// `module.a.module.b`, or nothing for the root.
    pub(super) address: String,
    /// Whether the call and those around it make an instance at all.
    pub(super) exists: bool,
    pub(super) arguments: BTreeMap<Arc<str>, Value>,
    pub(super) locals: BTreeMap<&'a str, Value>,
    /// Values of variables as their types have them, where a type says what is left out.
    pub(super) typed: BTreeMap<&'a str, Value>,
    /// Instances of the local modules it calls, by name, with their index (`["key"]`).
    pub(super) children: BTreeMap<&'a str, Vec<(String, usize)>>,
}

/// What names mean at one place.
#[derive(Clone, Default)]
pub(super) struct Scope {
    pub(super) instance: usize,
    /// `each.key` and `each.value`.
    pub(super) each: Option<(Value, Value)>,
    pub(super) count: Option<Value>,
    /// Variables of `for` expressions and `dynamic` blocks, innermost last.
    pub(super) variables: Vec<(Arc<str>, Value)>,
    /// What marks the values that are made here: nothing, or the end of a default's chain.
    pub(super) mark: Via,
}

/// Deeper than any configuration people write, shallow enough for an 8 MiB stack.
const DEEPEST: usize = 200;
/// More results of one `for` expression are not evaluated.
const LONGEST_LOOP: usize = 4096;

/// Steps that looking for files counts as.
const SEARCH: usize = 4_000;

/// Evaluation steps of one root: some hundred times what large real roots need.
const FUEL: usize = 4_000_000;

impl<'a> Evaluator<'a> {
    pub(super) fn new(modules: &'a Modules<'a>, scope_key: String, shelf: &'a Shelf<'a>) -> Self {
        Self {
            modules,
            shelf,
            asked: Asked::default(),
            absent: false,
            scope_key,
            instances: Vec::new(),
            open: BTreeSet::new(),
            depth: 0,
            fuel: FUEL,
            default: Arc::new(Link::Default),
        }
    }

    pub(super) fn eval(&mut self, expr: &'a Expr, scope: &Scope) -> Value {
        let Some(fuel) = self.fuel.checked_sub(1) else { return self.unresolved(expr.span) };
        self.fuel = fuel;
        if self.depth >= DEEPEST {
            return self.unresolved(expr.span);
        }
        self.depth += 1;
        let mut value = self.kind(expr, scope);
        self.depth -= 1;
        if value.via.is_none() && scope.mark.is_some() {
            value.via.clone_from(&scope.mark);
        }
        value
    }

    /// Whether no steps are left.
    pub(super) fn is_exhausted(&self) -> bool {
        self.fuel == 0
    }

    /// Counts steps beyond those of expressions.
    pub(super) fn spend(&mut self, steps: usize) {
        self.fuel = self.fuel.saturating_sub(steps);
    }

    /// A file that an expression names, if it was read.
    pub(super) fn file(&mut self, path: &str) -> Option<&'a Arc<File>> {
        if !self.shelf.has(path) {
            return None;
        }
        self.asked.files.insert(path.to_owned());
        self.shelf.files.get(path)
    }

    /// The files that a pattern finds.
    pub(super) fn files(&mut self, folder: &str, pattern: &str) -> Vec<String> {
        let asked = (folder.to_owned(), pattern.to_owned());
        if let Some(known) = self.asked.listed.get(&asked).cloned() {
            self.spend(known.len());
            return known;
        }
        let found = self.shelf.matching(folder, pattern);
        self.spend(SEARCH + found.len());
        self.asked.listed.insert(asked, found.clone());
        found
    }

    /// Marks a value that is made of defaults alone.
    pub(super) fn marked(&self, mut value: Value, default: bool) -> Value {
        if default && value.via.is_none() {
            value.via = Some(Arc::clone(&self.default));
        }
        value
    }

    fn kind(&mut self, expr: &'a Expr, scope: &Scope) -> Value {
        let span = expr.span;
        match &expr.kind {
            ExprKind::Null => Value::new(Kind::Null, span),
            ExprKind::Bool(value) => Value::new(Kind::Bool(*value), span),
            ExprKind::Number(text) => Value::new(Kind::Number((**text).into()), span),
            ExprKind::Text(text, content) => {
                let literal = Literal {
                    text: (**text).into(),
                    span: *content,
                    default: false,
                    tag: None,
                    within: None,
                };
                Value::new(Kind::Text(Text::of(split(literal))), *content)
            }
            ExprKind::Template(parts) => template(self, parts, span, scope),
            ExprKind::List(items) => {
                let items: Vec<Value> = items.iter().map(|item| self.eval(item, scope)).collect();
                Value::new(Kind::List(items.into()), span)
            }
            ExprKind::Object(pairs) => {
                let mut entries = Vec::with_capacity(pairs.len());
                for (key, value) in pairs {
                    let name = self.eval(key, scope);
                    let value = self.eval(value, scope);
                    entries.push(Entry { key: key_text(&name), key_span: key.span, value });
                }
                Value::new(Kind::Map(entries.into()), span)
            }
            ExprKind::Traversal(path) => traversal(self, path, span, scope),
            ExprKind::Call(call) => super::functions::call(self, call, span, scope),
            ExprKind::Conditional(parts) => {
                let [condition, yes, no] = &**parts;
                match self.eval(condition, scope).kind {
                    Kind::Bool(true) => self.eval(yes, scope),
                    Kind::Bool(false) => self.eval(no, scope),
                    _ => {
                        // What one branch lacks may not be asked for.
                        let absent = self.absent;
                        let branches = [self.eval(yes, scope), self.eval(no, scope)];
                        self.absent = absent;
                        Value::new(Kind::OneOf(branches.into()), span)
                    }
                }
            }
            ExprKind::For(it) => self.for_each(it, span, scope),
            ExprKind::Unary(operator, operand) => {
                let operand = self.eval(operand, scope);
                let result = match (operator, operand.bool()) {
                    ('!', known) => known.map(|it| Kind::Bool(!it)),
                    _ => operand.scalar().and_then(negative),
                };
                match result {
                    Some(result) => self.marked(Value::new(result, span), operand.is_default()),
                    None => self.unresolved(span),
                }
            }
            ExprKind::Binary(operator, operands) => {
                let [left_expr, right_expr] = &**operands;
                let (left, right) = (self.eval(left_expr, scope), self.eval(right_expr, scope));
                let value = match (*operator, left.scalar(), right.scalar()) {
                    ("==" | "!=", ..) if let Some(equal) = both_null(&left, &right) => {
                        Value::new(Kind::Bool(equal == (*operator == "==")), span)
                    }
                    ("==", Some(a), Some(b)) => Value::new(Kind::Bool(a == b), span),
                    ("!=", Some(a), Some(b)) => Value::new(Kind::Bool(a != b), span),
                    ("&&", Some(a), Some(b)) => Value::new(Kind::Bool(a == "true" && b == "true"), span),
                    ("||", Some(a), Some(b)) => Value::new(Kind::Bool(a == "true" || b == "true"), span),
                    (operator, Some(a), Some(b)) => match operation(operator, a, b) {
                        Some(result) => Value::new(result, span),
                        None => self.unresolved(span),
                    },
                    _ => self.unresolved(span),
                };
                let default = match (left.is_default(), right.is_default()) {
                    (true, true) => true,
                    (true, false) => is_constant(right_expr),
                    (false, true) => is_constant(left_expr),
                    (false, false) => false,
                };
                self.marked(value, default)
            }
        }
    }

    fn for_each(&mut self, it: &'a For, span: Span, scope: &Scope) -> Value {
        let collection = self.eval(&it.collection, scope);
        let pairs = pairs(&collection);
        let Some(pairs) = pairs.filter(|pairs| pairs.len() <= LONGEST_LOOP) else {
            return derived(&[collection], span);
        };
        let mut entries = Vec::new();
        for (key, value) in pairs {
            let mut scope = scope.clone();
            if let Some(name) = &it.key_var {
                scope.variables.push(((*name.text).into(), key));
            }
            scope.variables.push(((*it.value_var.text).into(), value));
            if let Some(condition) = &it.condition
                && self.eval(condition, &scope).bool() == Some(false)
            {
                continue;
            }
            let key = it.key.as_ref().map(|key| (key.span, self.eval(key, &scope)));
            let value = self.eval(&it.value, &scope);
            let (key_span, key) = key.map_or((span, "".into()), |(span, key)| (span, key_text(&key)));
            entries.push(Entry { key, key_span, value });
        }
        let kind = match it.key {
            Some(_) if it.grouping => Kind::Map(grouped(entries).into()),
            Some(_) => Kind::Map(entries.into()),
            None => Kind::List(entries.into_iter().map(|entry| entry.value).collect::<Vec<_>>().into()),
        };
        Value::new(kind, span)
    }

    /// The value of a variable: what the call or a variable file gives, else the default, else unknown.
    pub(super) fn variable(&mut self, scope: &Scope, name: &'a str, span: Span) -> Value {
        let Some(instance) = self.instances.get(scope.instance) else { return self.unresolved(span) };
        let declared = instance.module.variables.get(name);
        let nullable = declared
            .and_then(|block| attribute(block, "nullable"))
            .is_none_or(|it| !matches!(it.kind, ExprKind::Bool(false)));
        // Source: "Disallowing Null Module Input Values" in Terraform's documentation of variables.
        if let Some(typed) = instance.typed.get(name) {
            return typed.clone().through(span);
        }
        let given = instance.arguments.get(name).filter(|it| nullable || !matches!(it.kind, Kind::Null));
        let default = declared.and_then(|block| attribute(block, "default"));
        let is_given = given.is_some();
        let value = match (given.cloned(), default) {
            (Some(given), _) => Some(given),
            (None, Some(default)) => {
                let scope = Scope { mark: Some(Arc::clone(&self.default)), ..Scope::default() };
                Some(as_default(self.eval(default, &scope)))
            }
            (None, None) => None,
        };
        match value {
            Some(value) => {
                let declared = declared.and_then(|block| attribute(block, "type"));
                let Some(declared) = declared.filter(|it| has_optional(it)) else {
                    return value.through(span);
                };
                let typed = conform(self, declared, value, is_given);
                if let Some(instance) = self.instances.get_mut(scope.instance) {
                    instance.typed.insert(name, typed.clone());
                }
                typed.through(span)
            }
            None => {
                let key = self.key(scope.instance, &format!("var.{name}"));
                Value::reference(RefKind::Variable, key, span)
            }
        }
    }

    /// The value of a local, evaluated once.
    pub(super) fn local(&mut self, scope: &Scope, name: &'a str, span: Span) -> Value {
        let instance = scope.instance;
        let Some(known) = self.instances.get(instance) else { return self.unresolved(span) };
        if let Some(value) = known.locals.get(name) {
            return value.clone().through(span);
        }
        let Some(expr) = known.module.locals.get(name).copied() else {
            return self.unresolved(span);
        };
        if !self.open.insert((instance, "local", name)) {
            return self.unresolved(span);
        }
        let value = self.eval(expr, &Scope { instance, ..Scope::default() });
        self.open.remove(&(instance, "local", name));
        if let Some(instance) = self.instances.get_mut(instance) {
            instance.locals.insert(name, value.clone());
        }
        value.through(span)
    }

    /// Key of something in an instance, unique in the run.
    pub(super) fn key(&self, instance: usize, address: &str) -> String {
        match self.instances.get(instance).map_or("", |it| &it.address) {
            "" => format!("tf:{}:{address}", self.scope_key),
            module => format!("tf:{}:{module}.{address}", self.scope_key),
        }
    }

    pub(super) fn unresolved(&self, span: Span) -> Value {
        Value::new(Kind::Unknown([].into()), span)
    }
}

/// The value of a block's attribute.
pub(super) fn attribute<'a>(block: &'a Block, name: &str) -> Option<&'a Expr> {
    block.body.attributes.iter().find(|it| &*it.name.text == name).map(|it| &it.value)
}

/// A map key as text; an unknown one is empty.
fn key_text(value: &Value) -> Arc<str> {
    value.scalar().unwrap_or_default().into()
}

fn is_constant(expr: &Expr) -> bool {
    matches!(expr.kind, ExprKind::Bool(_) | ExprKind::Number(_) | ExprKind::Text(..))
}

/// Marks the text that a variable's default is.
fn as_default(mut value: Value) -> Value {
    if let Kind::Text(Text::Whole(literal)) = &mut value.kind {
        literal.default = true;
    }
    value
}
