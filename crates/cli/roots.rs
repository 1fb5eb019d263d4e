//! The Terraform roots of one version of a tree; what two versions have in common is evaluated once.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use connlint_core::FileId;
use connlint_model::Part;
use connlint_parse::hcl::Body;
use connlint_resolve::terraform::{Modules, Root, Tfvars, Variant, evaluate, roots, unclaimed};
use rayon::prelude::*;

use crate::discover::{Entry, Kind};
use crate::pipeline::Files;

/// The modules and variable files of one version.
pub(crate) struct Terraform<'a> {
    modules: Modules<'a>,
    tfvars: Vec<Tfvars<'a>>,
    /// Files that make up each module, by folder.
    files: BTreeMap<&'a str, Vec<FileId>>,
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
        let names: BTreeSet<&str> = own().map(|(_, entry)| entry.logical.as_str()).collect();
        let mut all = Self { modules: Modules::default(), tfvars: Vec::new(), files: BTreeMap::new() };
        for (index, entry) in own() {
            let Some(Some(body)) = bodies.get(index) else { continue };
            let (path, file) = (entry.logical.as_str(), FileId(u32::try_from(index).unwrap_or(u32::MAX)));
            match entry.kind {
                // OpenTofu reads `x.tofu` instead of `x.tf` where both exist.
                Kind::Hcl | Kind::HclJson if overridden(path, &names) => {}
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
    pub(crate) fn parts(&self, texts: &Files, known: Option<&Known>) -> Vec<Part> {
        let roots = roots(&self.modules, &self.tfvars);
        let runs: Vec<_> = variants(&roots).collect();
        let same = |root, variant| known?.runs.get(&self.run(root, variant)).cloned();
        let mut parts: Vec<Part> = runs
            .into_par_iter()
            .map(|(root, variant)| {
                let fresh = || texts.model(&evaluate(&self.modules, root, variant));
                same(root, variant).unwrap_or_else(fresh)
            })
            .collect();
        parts.extend(unclaimed(&self.modules, &roots, &self.tfvars).iter().map(|it| texts.model(it)));
        parts
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

/// What one version's roots hold, by what decides it.
pub(crate) struct Known {
    runs: HashMap<Run, Part>,
    others: Vec<Part>,
}

impl Known {
    /// Evaluates the roots of a version.
    pub(crate) fn of(terraform: &Terraform<'_>, texts: &Files) -> Self {
        let roots = roots(&terraform.modules, &terraform.tfvars);
        let runs: Vec<_> = variants(&roots).collect();
        let runs = runs.into_par_iter().map(|(root, variant)| {
            let part = texts.model(&evaluate(&terraform.modules, root, variant));
            (terraform.run(root, variant), part)
        });
        let unclaimed = unclaimed(&terraform.modules, &roots, &terraform.tfvars);
        Self { runs: runs.collect(), others: unclaimed.iter().map(|it| texts.model(it)).collect() }
    }

    /// The parts, in the order of their roots.
    pub(crate) fn into_parts(self) -> Vec<Part> {
        let mut runs: Vec<(Run, Part)> = self.runs.into_iter().collect();
        runs.sort_by(|(a, _), (b, _)| (&a.folder, &a.variant).cmp(&(&b.folder, &b.variant)));
        runs.into_iter().map(|(_, part)| part).chain(self.others).collect()
    }
}

fn variants<'r, 'a>(roots: &'r [Root<'a>]) -> impl Iterator<Item = (&'r Root<'a>, &'r Variant<'a>)> {
    roots.iter().flat_map(|root| root.variants.iter().map(move |variant| (root, variant)))
}

fn overridden(path: &str, names: &BTreeSet<&str>) -> bool {
    let tofu = path.strip_suffix(".tf").map(|base| format!("{base}.tofu"));
    let json = path.strip_suffix(".tf.json").map(|base| format!("{base}.tofu.json"));
    tofu.or(json).is_some_and(|name| names.contains(name.as_str()))
}
