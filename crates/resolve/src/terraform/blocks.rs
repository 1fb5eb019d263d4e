//! The blocks of one module instance, evaluated.

use std::sync::Arc;

use connlint_core::Span;
use connlint_parse::hcl::{Block as Syntax, Expr, ExprKind, Root, Step};

use super::body::{Block, BlockKind, Repeat, attributes, body, ignored, instances};
use super::eval::{Evaluator, Scope};
use super::module::folder;
use crate::{Entry, Kind, Value};

/// The assignments of a variable file as a block.
pub(super) fn input_block(path: &str, body: Value) -> Block {
    Block {
        kind: BlockKind::Inputs,
        type_name: "".into(),
        name: path.into(),
        address: path.rsplit('/').next().unwrap_or(path).to_owned(),
        folder: folder(path).into(),
        key: format!("tf:{path}"),
        header: body.span,
        body,
        environment: None,
        exists: true,
        ignore_changes: Vec::new(),
    }
}

/// Adds every block of an instance; what a module only `declares` (variables, locals, outputs) is left out unless asked.
pub(super) fn module_blocks<'a>(
    evaluator: &mut Evaluator<'a>,
    instance: usize,
    declares: bool,
    blocks: &mut Vec<Block>,
) {
    let Some(it) = evaluator.instances.get(instance) else { return };
    let (module, exists) = (it.module, it.exists);
    let (folder, module_address) = (it.folder.into(), it.address.clone());
    let environment = environment(evaluator, instance);
    let mut made = Maker { folder, module_address, instance, exists, environment, blocks };
    for source in &module.bodies {
        for block in &source.blocks {
            let applied =
                matches!(&*block.kind.text, "resource" | "data" | "ephemeral" | "provider" | "module");
            if applied || declares {
                made.block(evaluator, block);
            }
        }
        // Attributes at the top level: the inputs of a Terragrunt unit.
        if !source.attributes.is_empty() {
            let value = body(evaluator, source, &Scope { instance, ..Scope::default() });
            let key = evaluator.key(instance, "inputs");
            made.push(BlockKind::Inputs, ["inputs", "", "inputs"], value.span, value, Vec::new(), key);
        }
    }
}

/// What the module's variable for the environment holds.
fn environment(evaluator: &mut Evaluator<'_>, instance: usize) -> Option<Arc<str>> {
    let module = evaluator.instances.get(instance)?.module;
    let names = ["environment", "env", "environment_name", "env_name", "stage", "deploy_env"];
    names.into_iter().find_map(|name| {
        module.variables.contains_key(name).then_some(())?;
        let scope = Scope { instance, ..Scope::default() };
        evaluator.variable(&scope, name, Span::default()).text().map(Arc::from)
    })
}

struct Maker<'b> {
    folder: Arc<str>,
    environment: Option<Arc<str>>,
    module_address: String,
    instance: usize,
    /// Whether the instance exists, and the block of it that is being made.
    exists: bool,
    blocks: &'b mut Vec<Block>,
}

impl Maker<'_> {
    fn block<'a>(&mut self, evaluator: &mut Evaluator<'a>, block: &'a Syntax) {
        let label = |index: usize| block.labels.get(index).map_or("", |label| &*label.text);
        let (kind, type_name, name) = match &*block.kind.text {
            "resource" => (BlockKind::Resource, label(0), label(1)),
            "data" => (BlockKind::Data, label(0), label(1)),
            "ephemeral" => (BlockKind::Ephemeral, label(0), label(1)),
            "provider" => (BlockKind::Provider, label(0), ""),
            "module" => (BlockKind::Module, "", label(0)),
            "variable" => (BlockKind::Variable, "", label(0)),
            "output" => (BlockKind::Output, "", label(0)),
            "locals" => (BlockKind::Locals, "", ""),
            "moved" => return self.moved(evaluator, block),
            "import" | "removed" | "check" => return,
            _ => (BlockKind::Other, &*block.kind.text, label(0)),
        };
        let header = block.labels.last().map_or(block.kind.span, |last| Span {
            end: last.span.end.saturating_add(1).min(block.span.end),
            ..block.kind.span
        });
        let around = self.exists;
        for Repeat { index, scope, exists } in instances(evaluator, block, self.instance) {
            self.exists = around && exists;
            let value = match kind {
                // Types and conditions hold no values.
                BlockKind::Variable => {
                    attributes(evaluator, &block.body, &scope, &["default", "sensitive", "ephemeral"])
                }
                _ => body(evaluator, &block.body, &scope),
            };
            let words = match kind {
                BlockKind::Resource => ["", type_name, name],
                BlockKind::Data => ["data", type_name, name],
                BlockKind::Ephemeral => ["ephemeral", type_name, name],
                BlockKind::Provider => {
                    ["provider", type_name, value.get("alias").and_then(Value::text).unwrap_or("")]
                }
                BlockKind::Module => ["module", "", name],
                BlockKind::Variable => ["var", "", name],
                BlockKind::Output => ["output", "", name],
                BlockKind::Locals => ["local", "", ""],
                BlockKind::Inputs | BlockKind::Other => ["", type_name, name],
            };
            let address =
                words.into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>().join(".") + &index;
            let key = evaluator.key(self.instance, &address);
            let words = [&*address, type_name, name];
            let ignored = ignored(block);
            self.push(kind, words, header, value, ignored, key);
        }
        self.exists = around;
    }

    /// Where a block has moved from and to: addresses, which lead nowhere and so are taken as they are written.
    fn moved(&mut self, evaluator: &Evaluator<'_>, block: &Syntax) {
        let address = |name: &str| {
            let it = block.body.attributes.iter().find(|it| &*it.name.text == name)?;
            let value = Value::literal(written_address(&it.value)?, it.value.span);
            Some(Entry { key: name.into(), key_span: it.name.span, value })
        };
        let (Some(from), Some(to)) = (address("from"), address("to")) else { return };
        let value = Value::new(Kind::Map([from, to].into()), block.kind.span);
        let key = evaluator.key(self.instance, "moved");
        self.push(BlockKind::Other, ["moved", "moved", ""], block.kind.span, value, Vec::new(), key);
    }

    fn push(
        &mut self,
        kind: BlockKind,
        [address, type_name, name]: [&str; 3],
        header: Span,
        body: Value,
        ignore_changes: Vec<String>,
        key: String,
    ) {
        let address = match &*self.module_address {
            "" => address.to_owned(),
            module => format!("{module}.{address}"),
        };
        let (type_name, name) = (type_name.into(), name.into());
        let folder = Arc::clone(&self.folder);
        let environment = self.environment.clone();
        self.blocks.push(Block {
            kind,
            type_name,
            name,
            address,
            folder,
            key,
            body,
            header,
            environment,
            exists: self.exists,
            ignore_changes,
        });
    }
}

/// `module.a.aws_iam_user.ci["x"]` as it is written.
fn written_address(expr: &Expr) -> Option<String> {
    let ExprKind::Traversal(path) = &expr.kind else { return None };
    let Root::Word(root) = &path.root else { return None };
    let mut address = root.text.to_string();
    for step in &path.steps {
        match step {
            Step::Attr(name) => address.extend([".", &*name.text]),
            Step::Index(index) => match &index.kind {
                ExprKind::Number(number) => address.extend(["[", number, "]"]),
                ExprKind::Text(text, _) => address.extend(["[\"", text, "\"]"]),
                _ => return None,
            },
            Step::Splat => return None,
        }
    }
    Some(address)
}
