//! The Terraform roots of one version of a tree; what two versions have in common is evaluated once.
//!
//! A root is evaluated again once the files that its expressions name have been read.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use connlint_core::FileId;
use connlint_model::Part;
use connlint_parse::hcl::Body;
use connlint_resolve::terraform::{Asked, Modules, Root, Shelf, Tfvars, Variant, evaluate, roots, unclaimed};
use rayon::prelude::*;

use crate::discover::{Entry, Kind};
use crate::files::Files;
use crate::named::{Named, Tree};

/// The modules and variable files of one version.
pub(crate) struct Terraform<'a> {
    modules: Modules<'a>,
    tfvars: Vec<Tfvars<'a>>,
    /// Files that make up each module, by folder.
    files: BTreeMap<&'a str, Vec<FileId>>,
    /// The files of this version by path.
    names: BTreeMap<&'a str, usize>,
}

/// All that decides what a root makes: equal runs make equal parts.
#[derive(PartialEq, Eq, Hash)]
struct Run {
    folder: String,
    variant: String,
    values: Vec<FileId>,
    folders: Vec<(String, bool, Vec<FileId>)>,
}

impl<'a> Terraform<'a> {
    /// What the files hold whose index `is_in` accepts.
    pub(crate) fn of(
        entries: &'a [Entry],
        bodies: &'a [Option<Body>],
        is_in: impl Fn(usize) -> bool,
    ) -> Self {
        let own = || entries.iter().enumerate().filter(|(index, _)| is_in(*index));
        let names: BTreeMap<&str, usize> =
            own().map(|(index, entry)| (entry.logical.as_str(), index)).collect();
        let (modules, tfvars, files) = (Modules::default(), Vec::new(), BTreeMap::new());
        let mut all = Self { modules, tfvars, files, names };
        for (index, entry) in own() {
            let Some(Some(body)) = bodies.get(index) else { continue };
            let (path, file) = (entry.logical.as_str(), FileId(u32::try_from(index).unwrap_or(u32::MAX)));
            match entry.kind {
                // OpenTofu reads `x.tofu` instead of `x.tf` where both exist.
                Kind::Hcl | Kind::HclJson if overridden(path, &all.names) => {}
                Kind::Hcl | Kind::HclJson => {
                    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
                    all.files.entry(folder).or_default().push(file);
                    all.modules.add(path, body);
                }
                Kind::Terragrunt => {
                    all.files.entry(path).or_default().push(file);
                    all.modules.add_unit(path, body);
                }
                Kind::Tfvars | Kind::TfvarsJson => all.tfvars.push(Tfvars { file, path, body }),
                Kind::Yaml | Kind::Json => {}
            }
        }
        all
    }

    /// What every root holds with each of its variable files, and what the files hold that belong to none. What another
    /// version knows already is taken from there.
    pub(crate) fn evaluate<'t>(
        &self,
        (tree, files): (&Tree<'t>, &mut Files),
        named: &mut Named,
        known: Option<&Known<'_>>,
    ) -> Known<'t> {
        let roots = roots(&self.modules, &self.tfvars);
        let mut shelf = Shelf { paths: Some(tree.paths), ..Shelf::default() };
        let mut tried: BTreeSet<String> = BTreeSet::new();
        let entry = |path: &str| self.names.get(path).copied();
        // What the other version asked for is needed to tell whether it would be told the same here.
        let mut wanted: BTreeSet<String> = known.into_iter().flat_map(Known::asked).cloned().collect();
        let by_run = known.map(Known::by_run).unwrap_or_default();
        let mut done: Vec<Option<(Run, Asked, Part)>> = Vec::new();
        let mut open: Vec<(usize, &Root<'_>, &Variant<'_>)> =
            variants(&roots).enumerate().map(|(at, (root, variant))| (at, root, variant)).collect();
        done.resize_with(open.len(), || None);
        for round in 0..=MOST_ROUNDS {
            named.put(&wanted, &mut shelf, (tree, files), entry);
            tried.append(&mut wanted);
            let (texts, shelf) = (&*files, &shelf);
            let results: Vec<_> = open
                .into_par_iter()
                .map(|(at, root, variant)| {
                    let run = self.run(root, variant);
                    let same = by_run.get(&run).zip(known);
                    if let Some(((asked, part), known)) = same
                        && known.shelf.says_the_same(shelf, asked)
                    {
                        return (at, root, variant, Ok((run, Asked::clone(asked), Part::clone(part))));
                    }
                    let evaluated = evaluate(&self.modules, root, variant, shelf);
                    let lacks = |path: &String| shelf.has(path) && !tried.contains(path);
                    match round < MOST_ROUNDS && evaluated.asked.files.iter().any(lacks) {
                        true => (at, root, variant, Err(evaluated.asked)),
                        false => {
                            let part = texts.model(&evaluated);
                            (at, root, variant, Ok((run, evaluated.asked, part)))
                        }
                    }
                })
                .collect();
            open = Vec::new();
            for (at, root, variant, result) in results {
                match result {
                    Ok(whole) => {
                        if let Some(own) = done.get_mut(at) {
                            *own = Some(whole);
                        }
                    }
                    Err(asked) => {
                        wanted.extend(asked.files.into_iter().filter(|it| !tried.contains(it)));
                        open.push((at, root, variant));
                    }
                }
            }
            if open.is_empty() {
                break;
            }
        }
        let others = unclaimed(&self.modules, &roots, &self.tfvars);
        let others = others.iter().map(|it| files.model(it)).collect();
        Known { runs: done.into_iter().flatten().collect(), others, shelf }
    }

    fn run(&self, root: &Root<'_>, variant: &Variant<'_>) -> Run {
        let folders = root.folders(&self.modules).into_iter();
        Run {
            folder: root.folder.to_owned(),
            variant: variant.name.to_owned(),
            values: variant.files.iter().map(|it| it.file).collect(),
            folders: folders
                .map(|(folder, declares)| {
                    let files = self.files.get(&*folder).cloned().unwrap_or_default();
                    (folder, declares, files)
                })
                .collect(),
        }
    }
}

/// A file may name others, as documents of documents do, but not for ever.
const MOST_ROUNDS: usize = 4;

/// What one version's roots hold, with what decides it.
pub(crate) struct Known<'s> {
    runs: Vec<(Run, Asked, Part)>,
    others: Vec<Part>,
    shelf: Shelf<'s>,
}

impl Known<'_> {
    /// The parts, in the order of their roots.
    pub(crate) fn into_parts(self) -> Vec<Part> {
        self.runs.into_iter().map(|(_, _, part)| part).chain(self.others).collect()
    }

    fn by_run(&self) -> HashMap<&Run, (&Asked, &Part)> {
        self.runs.iter().map(|(run, asked, part)| (run, (asked, part))).collect()
    }

    fn asked(&self) -> impl Iterator<Item = &String> {
        self.runs.iter().flat_map(|(_, asked, _)| &asked.files)
    }
}

fn variants<'r, 'a>(roots: &'r [Root<'a>]) -> impl Iterator<Item = (&'r Root<'a>, &'r Variant<'a>)> {
    roots.iter().flat_map(|root| root.variants.iter().map(move |variant| (root, variant)))
}

fn overridden(path: &str, names: &BTreeMap<&str, usize>) -> bool {
    let tofu = path.strip_suffix(".tf").map(|base| format!("{base}.tofu"));
    let json = path.strip_suffix(".tf.json").map(|base| format!("{base}.tofu.json"));
    tofu.or(json).is_some_and(|name| names.contains_key(name.as_str()))
}
