//! Folders as modules: what their files declare, and which local modules they call.

use std::collections::{BTreeMap, BTreeSet};

use connlint_core::FileId;
use connlint_parse::hcl::{Block, Body, Expr, ExprKind};

/// Every module of a run by folder; the root folder is the empty string.
#[derive(Debug, Default)]
pub struct Modules<'a> {
    /// By folder.
    pub by_folder: BTreeMap<String, Module<'a>>,
}

/// One folder's declarations.
#[derive(Debug, Default)]
pub struct Module<'a> {
    /// Bodies of the folder's configuration files, in path order.
    pub bodies: Vec<&'a Body>,
    /// `variable` blocks by name.
    pub variables: BTreeMap<&'a str, &'a Block>,
    /// Entries of `locals` blocks by name.
    pub locals: BTreeMap<&'a str, &'a Expr>,
    /// `output` blocks by name.
    pub outputs: BTreeMap<&'a str, &'a Block>,
    /// `module` blocks by name.
    pub calls: BTreeMap<&'a str, &'a Block>,
    /// `resource` blocks by type and name.
    pub resources: BTreeMap<(&'a str, &'a str), &'a Block>,
    /// `data` blocks by type and name.
    pub data: BTreeMap<(&'a str, &'a str), &'a Block>,
    /// `ephemeral` blocks by type and name.
    pub ephemerals: BTreeMap<(&'a str, &'a str), &'a Block>,
    /// `provider` blocks.
    pub providers: Vec<&'a Block>,
}

/// A file of variable values.
#[derive(Debug)]
pub struct Tfvars<'a> {
    /// The file.
    pub file: FileId,
    /// Its path.
    pub path: &'a str,
    /// Its assignments.
    pub body: &'a Body,
}

impl Tfvars<'_> {
    /// Whether Terraform reads the file by itself: `terraform.tfvars` and `*.auto.tfvars`.
    pub fn is_automatic(&self) -> bool {
        let name = self.path.rsplit('/').next().unwrap_or(self.path).trim_end_matches(".json");
        name == "terraform.tfvars" || name.ends_with(".auto.tfvars")
    }
}

impl<'a> Modules<'a> {
    /// Adds a configuration file to its folder's module.
    pub fn add(&mut self, path: &'a str, body: &'a Body) {
        let module = self.by_folder.entry(folder(path).to_owned()).or_default();
        module.bodies.push(body);
        for block in &body.blocks {
            let label = |index: usize| block.labels.get(index).map(|label| &*label.text);
            match (&*block.kind.text, label(0), label(1)) {
                ("variable", Some(name), _) => drop(module.variables.insert(name, block)),
                ("output", Some(name), _) => drop(module.outputs.insert(name, block)),
                ("module", Some(name), _) => drop(module.calls.insert(name, block)),
                ("resource", Some(kind), Some(name)) => drop(module.resources.insert((kind, name), block)),
                ("data", Some(kind), Some(name)) => drop(module.data.insert((kind, name), block)),
                ("ephemeral", Some(kind), Some(name)) => drop(module.ephemerals.insert((kind, name), block)),
                ("provider", Some(_), _) => module.providers.push(block),
                ("locals", ..) => {
                    module.locals.extend(block.body.attributes.iter().map(|it| (&*it.name.text, &it.value)));
                }
                _ => {}
            }
        }
    }

    /// Adds a Terragrunt unit: a module of its own, which calls the module it is for.
    pub fn add_unit(&mut self, path: &'a str, body: &'a Body) {
        let module = self.by_folder.entry(path.to_owned()).or_default();
        module.bodies.push(body);
        for block in body.blocks.iter().filter(|block| &*block.kind.text == "locals") {
            module.locals.extend(block.body.attributes.iter().map(|it| (&*it.name.text, &it.value)));
        }
    }

    /// Folders that no module of this tree calls; in a ring of calls, every folder of the ring.
    pub fn uncalled(&self) -> Vec<&str> {
        let mut called = BTreeSet::new();
        for (folder, module) in &self.by_folder {
            called.extend(module.calls.values().filter_map(|call| local_source(folder, call)));
        }
        let mut roots: Vec<&str> =
            self.by_folder.keys().map(String::as_str).filter(|folder| !called.contains(*folder)).collect();
        if roots.is_empty() {
            roots = self.by_folder.keys().map(String::as_str).collect();
        }
        roots
    }
}

/// Folder part of a path, without the last slash.
pub(super) fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// Folder of a `module` block's source if that is a relative path within the tree.
pub(super) fn local_source(folder: &str, call: &Block) -> Option<String> {
    let source = call.body.attributes.iter().find(|it| &*it.name.text == "source")?;
    let ExprKind::Text(source, _) = &source.value.kind else { return None };
    if !source.starts_with("./") && !source.starts_with("../") {
        return None;
    }
    join(folder, &source.replace("//", "/"))
}

/// `relative` seen from `folder`, or nothing if it leaves the tree.
pub(super) fn join(folder: &str, relative: &str) -> Option<String> {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in relative.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()?),
            name => parts.push(name),
        }
    }
    let joined = parts.join("/");
    Some(if folder.starts_with('/') { format!("/{joined}") } else { joined })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources_stay_within_the_tree() {
        assert_eq!(join("a/b", "../c").as_deref(), Some("a/c"));
        assert_eq!(join("", "./m/").as_deref(), Some("m"));
        assert_eq!(join("a", "../../x"), None);
    }
}
