//! Roots: which modules are applied by themselves, with which variable files, and all the blocks that makes.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use connlint_core::{FileId, Span};
use connlint_parse::hcl::{Block as Syntax, Body};

use super::body::{Block, BlockKind, attributes, body, ignored, instances};
use super::eval::{Evaluator, Instance, Scope};
use super::module::{Modules, Tfvars, folder, local_source};
use crate::{Kind, Value};

/// A module that is applied by itself.
#[derive(Debug)]
pub struct Root<'a> {
    /// Its folder.
    pub folder: &'a str,
    /// What it is applied with, at least one.
    pub variants: Vec<Variant<'a>>,
    /// Folders of the modules below it that no earlier root reaches: what they declare is given with this root.
    declares: BTreeSet<String>,
}

/// One set of variable files for a root.
#[derive(Debug, Default)]
pub struct Variant<'a> {
    /// File name of the variable file that is given by hand, such as `prod.tfvars`; nothing for the plain root.
    pub name: &'a str,
    /// Every file that applies, later ones winning.
    pub files: Vec<&'a Tfvars<'a>>,
}

/// Everything one root makes with one variant.
#[derive(Debug)]
pub struct Evaluated {
    /// Folder of the root.
    pub folder: String,
    /// Name of the variant.
    pub variant: String,
    /// Every block of the root and of the local modules below it.
    pub blocks: Vec<Block>,
    /// Whether evaluation stopped at its limit, so that the rest is unknown.
    pub exhausted: bool,
}

/// Modules called from modules, below a root.
const DEEPEST_MODULE: usize = 16;
/// Module instances below one root.
const MOST_MODULES: usize = 2_000;
/// Variable files tried with one root.
const MOST_VARIANTS: usize = 16;

/// The roots among the modules, each with the variable files that belong to it.
pub fn roots<'a>(modules: &'a Modules<'a>, tfvars: &'a [Tfvars<'a>]) -> Vec<Root<'a>> {
    let mut folders = modules.uncalled();
    // A ring of modules that call each other has no root of its own: its first folder stands for it.
    let mut reached = BTreeSet::new();
    for folder in &folders {
        reach(modules, folder, &mut reached);
    }
    for folder in modules.by_folder.keys() {
        if !reached.contains(folder.as_str()) {
            folders.push(folder);
            reach(modules, folder, &mut reached);
        }
    }
    let mut given: BTreeMap<&str, Vec<&Tfvars>> = BTreeMap::new();
    for file in tfvars {
        if let Some(owner) = owner(modules, &folders, file) {
            given.entry(owner).or_default().push(file);
        }
    }
    let mut reached = BTreeSet::new();
    let root = |folder: &'a str| {
        let declares = reach(modules, folder, &mut reached);
        Root { folder, variants: variants(given.remove(folder).unwrap_or_default()), declares }
    };
    folders.into_iter().map(root).collect()
}

/// Adds the folders of a module and of all local modules below it; gives those that are new.
fn reach<'a>(modules: &'a Modules<'a>, folder: &str, reached: &mut BTreeSet<String>) -> BTreeSet<String> {
    let mut new = BTreeSet::new();
    let mut open = vec![folder.to_owned()];
    while let Some(folder) = open.pop() {
        if let Some(module) = modules.by_folder.get(&folder)
            && reached.insert(folder.clone())
        {
            new.insert(folder.clone());
            open.extend(module.calls.values().filter_map(|call| local_source(&folder, call)));
        }
    }
    new
}

/// The root a variable file belongs to: the nearest folder above it that declares one of its variables, else the
/// only root that declares them all.
fn owner<'a>(modules: &'a Modules<'a>, roots: &[&'a str], file: &Tfvars) -> Option<&'a str> {
    let declares = |root: &str| {
        let module = modules.by_folder.get(root)?;
        let named = file.body.attributes.iter().filter(|it| module.variables.contains_key(&*it.name.text));
        Some(named.count())
    };
    let mut at = Some(folder(file.path));
    while let Some(here) = at {
        if let Some(root) = roots.iter().find(|root| **root == here)
            && declares(root).is_some_and(|count| count > 0)
        {
            return Some(root);
        }
        at = (!here.is_empty()).then(|| folder(here));
    }
    let all = file.body.attributes.len();
    let mut fitting = roots.iter().filter(|root| all > 1 && declares(root) == Some(all));
    match (fitting.next(), fitting.next()) {
        (Some(root), None) => Some(root),
        _ => None,
    }
}

fn variants<'a>(files: Vec<&'a Tfvars<'a>>) -> Vec<Variant<'a>> {
    let (automatic, by_hand): (Vec<_>, Vec<_>) = files.into_iter().partition(|file| file.is_automatic());
    if by_hand.is_empty() {
        return vec![Variant { name: "", files: automatic }];
    }
    by_hand
        .into_iter()
        .take(MOST_VARIANTS)
        .map(|file| {
            let mut files = automatic.clone();
            files.push(file);
            Variant { name: file.path, files }
        })
        .collect()
}

/// Evaluates a root with one variant.
pub fn evaluate<'a>(modules: &'a Modules<'a>, root: &Root<'a>, variant: &Variant<'a>) -> Evaluated {
    let scope_key = match variant.name {
        "" => root.folder.to_owned(),
        name => format!("{}#{name}", root.folder),
    };
    let mut evaluator = Evaluator::new(modules, scope_key);
    let mut blocks = Vec::new();
    if let Some((folder, module)) = modules.by_folder.get_key_value(root.folder) {
        evaluator.instances.push(Instance {
            folder,
            module,
            address: String::new(),
            arguments: BTreeMap::new(),
            locals: BTreeMap::new(),
            children: BTreeMap::new(),
        });
        let mut arguments = BTreeMap::new();
        for file in &variant.files {
            let values = inputs(&mut evaluator, file.body);
            for entry in values.entries() {
                arguments.insert(Arc::clone(&entry.key), entry.value.clone());
            }
            blocks.push(input_block(file.path, values));
        }
        if let Some(root) = evaluator.instances.first_mut() {
            root.arguments = arguments;
        }
        call_modules(&mut evaluator);
        let first_variant = root.variants.first().is_none_or(|first| first.name == variant.name);
        let mut declares = if first_variant { root.declares.clone() } else { BTreeSet::new() };
        for instance in 0..evaluator.instances.len() {
            let folder = evaluator.instances.get(instance).map_or("", |it| it.folder);
            // What a module declares is the same for each of its calls.
            let declares = declares.remove(folder) || instance == 0;
            module_blocks(&mut evaluator, instance, declares, &mut blocks);
        }
    }
    let exhausted = evaluator.fuel == 0;
    Evaluated { folder: root.folder.to_owned(), variant: variant.name.to_owned(), blocks, exhausted }
}

/// Variable files that no root claims: their values are judged by their names alone.
pub fn unclaimed<'a>(
    modules: &'a Modules<'a>,
    roots: &[Root<'a>],
    tfvars: &'a [Tfvars<'a>],
) -> Vec<Evaluated> {
    let claimed: BTreeSet<FileId> =
        roots.iter().flat_map(|root| &root.variants).flat_map(|it| &it.files).map(|it| it.file).collect();
    let loose = tfvars.iter().filter(|file| !claimed.contains(&file.file));
    loose
        .map(|file| {
            let mut evaluator = Evaluator::new(modules, file.path.to_owned());
            let blocks = vec![input_block(file.path, inputs(&mut evaluator, file.body))];
            Evaluated {
                folder: folder(file.path).to_owned(),
                variant: String::new(),
                blocks,
                exhausted: false,
            }
        })
        .collect()
}

/// The assignments of a variable file.
fn inputs<'a>(evaluator: &mut Evaluator<'a>, file: &'a Body) -> Value {
    body(evaluator, file, &Scope::default())
}

fn input_block(path: &str, body: Value) -> Block {
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
        ignore_changes: Vec::new(),
    }
}

/// Makes an instance of every local module that is called, breadth first, so that arguments are known before use.
fn call_modules(evaluator: &mut Evaluator<'_>) {
    let mut parent = 0;
    while parent < evaluator.instances.len() {
        let Some(instance) = evaluator.instances.get(parent) else { break };
        let (from, module) = (instance.folder, instance.module);
        let depth = instance.address.matches("module.").count();
        for (name, call) in &module.calls {
            let target =
                local_source(from, call).and_then(|path| evaluator.modules.by_folder.get_key_value(&path));
            let Some((folder, callee)) = target else { continue };
            for (index, scope) in instances(evaluator, call, parent) {
                if depth >= DEEPEST_MODULE || evaluator.instances.len() >= MOST_MODULES {
                    continue;
                }
                let arguments = body(evaluator, &call.body, &scope);
                let arguments = arguments
                    .entries()
                    .iter()
                    // An argument that is null takes the variable's default.
                    .filter(|entry| !matches!(entry.value.kind, Kind::Null))
                    .map(|entry| (Arc::clone(&entry.key), entry.value.clone()))
                    .collect();
                let address = match evaluator.instances.get(parent).map_or("", |it| &it.address) {
                    "" => format!("module.{name}{index}"),
                    above => format!("{above}.module.{name}{index}"),
                };
                let child = evaluator.instances.len();
                evaluator.instances.push(Instance {
                    folder,
                    module: callee,
                    address,
                    arguments,
                    locals: BTreeMap::new(),
                    children: BTreeMap::new(),
                });
                if let Some(parent) = evaluator.instances.get_mut(parent) {
                    parent.children.entry(name).or_default().push((index, child));
                }
            }
        }
        parent += 1;
    }
}

fn module_blocks<'a>(
    evaluator: &mut Evaluator<'a>,
    instance: usize,
    declares: bool,
    blocks: &mut Vec<Block>,
) {
    let Some((folder, module, module_address)) =
        evaluator.instances.get(instance).map(|it| (it.folder, it.module, it.address.clone()))
    else {
        return;
    };
    let environment = environment(evaluator, instance);
    let mut made = Maker { folder: folder.into(), module_address, instance, environment, blocks };
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
            "moved" | "import" | "removed" | "check" => return,
            _ => (BlockKind::Other, &*block.kind.text, label(0)),
        };
        let header = block.labels.last().map_or(block.kind.span, |last| Span {
            end: last.span.end.saturating_add(1).min(block.span.end),
            ..block.kind.span
        });
        for (index, scope) in instances(evaluator, block, self.instance) {
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
            ignore_changes,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn automatic_files_are_told_by_name() {
        let body = Body::default();
        let automatic = |path| Tfvars { file: connlint_core::FileId(0), path, body: &body }.is_automatic();
        assert!(automatic("a/terraform.tfvars") && automatic("x.auto.tfvars.json"));
        assert!(!automatic("a/prod.tfvars"));
    }
}
