//! Roots: which modules are applied by themselves, with which variable files, and all the blocks that makes.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use connlint_core::FileId;
use connlint_parse::hcl::Body;

use super::blocks::{input_block, module_blocks};
use super::body::{Block, Repeat, body, instances};
use super::eval::{Evaluator, Instance, Scope};
use super::module::{Modules, Tfvars, folder, local_source};
use super::shelf::{Asked, Shelf};
use crate::Value;

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
    /// What it wanted to know of the tree.
    pub asked: Asked,
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

impl Root<'_> {
    /// All that decides what the root makes, besides its variable files: its folder and those of the local modules
    /// below it, each with whether it declares its own things here.
    pub fn folders(&self, modules: &Modules<'_>) -> BTreeMap<String, bool> {
        let all = reach(modules, self.folder, &mut BTreeSet::new());
        all.into_iter().map(|folder| (folder.clone(), self.declares.contains(&folder))).collect()
    }
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
pub fn evaluate<'a>(
    modules: &'a Modules<'a>,
    root: &Root<'a>,
    variant: &Variant<'a>,
    shelf: &'a Shelf<'a>,
) -> Evaluated {
    let scope_key = match variant.name {
        "" => root.folder.to_owned(),
        name => format!("{}#{name}", root.folder),
    };
    let mut evaluator = Evaluator::new(modules, scope_key, shelf);
    let mut blocks = Vec::new();
    if let Some((folder, module)) = modules.by_folder.get_key_value(root.folder) {
        evaluator.instances.push(Instance {
            folder,
            module,
            address: String::new(),
            exists: true,
            arguments: BTreeMap::new(),
            locals: BTreeMap::new(),
            typed: BTreeMap::new(),
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
        let existing: BTreeSet<&str> =
            evaluator.instances.iter().filter(|it| it.exists).map(|it| it.folder).collect();
        let mut declares = if first_variant { root.declares.clone() } else { BTreeSet::new() };
        for instance in 0..evaluator.instances.len() {
            let (folder, exists) =
                evaluator.instances.get(instance).map_or(("", true), |it| (it.folder, it.exists));
            // What a module declares is the same for each of its calls; a call that makes something comes first.
            let eligible = exists || !existing.contains(folder);
            let declares = (eligible && declares.remove(folder)) || instance == 0;
            module_blocks(&mut evaluator, instance, declares, &mut blocks);
        }
    }
    let exhausted = evaluator.fuel == 0;
    let (folder, variant) = (root.folder.to_owned(), variant.name.to_owned());
    Evaluated { folder, variant, blocks, exhausted, asked: evaluator.asked }
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
            // Variable files call no functions.
            let shelf = Shelf::default();
            let mut evaluator = Evaluator::new(modules, file.path.to_owned(), &shelf);
            let blocks = vec![input_block(file.path, inputs(&mut evaluator, file.body))];
            Evaluated {
                folder: folder(file.path).to_owned(),
                variant: String::new(),
                blocks,
                exhausted: false,
                asked: Asked::default(),
            }
        })
        .collect()
}

/// The assignments of a variable file.
fn inputs<'a>(evaluator: &mut Evaluator<'a>, file: &'a Body) -> Value {
    body(evaluator, file, &Scope::default())
}

/// Makes an instance of every local module that is called, breadth first, so that arguments are known before use.
fn call_modules(evaluator: &mut Evaluator<'_>) {
    let mut parent = 0;
    while parent < evaluator.instances.len() {
        let Some(instance) = evaluator.instances.get(parent) else { break };
        let (from, module, around) = (instance.folder, instance.module, instance.exists);
        let depth = instance.address.matches("module.").count();
        for (name, call) in &module.calls {
            let target =
                local_source(from, call).and_then(|path| evaluator.modules.by_folder.get_key_value(&path));
            let Some((folder, callee)) = target else { continue };
            for Repeat { index, scope, exists } in instances(evaluator, call, parent) {
                if depth >= DEEPEST_MODULE || evaluator.instances.len() >= MOST_MODULES {
                    continue;
                }
                let arguments = body(evaluator, &call.body, &scope);
                let arguments = arguments
                    .entries()
                    .iter()
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
                    exists: around && exists,
                    arguments,
                    locals: BTreeMap::new(),
                    typed: BTreeMap::new(),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn automatic_files_are_told_by_name() {
        let body = Body::default();
        let automatic = |path| Tfvars { file: FileId(0), path, body: &body }.is_automatic();
        assert!(automatic("a/terraform.tfvars") && automatic("x.auto.tfvars.json"));
        assert!(!automatic("a/prod.tfvars"));
    }
}
