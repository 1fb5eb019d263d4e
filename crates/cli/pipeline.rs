//! The stages in order: read and parse every file, evaluate every root, join, judge.

use std::collections::{BTreeSet, HashSet};
use std::path::PathBuf;

use anyhow::{Context, Result};
use connlint_check::{Comment, Evidence, Review, Settings, Unread, Unreadable};
use connlint_core::{FileId, HashKey, Source, Sources, Span};
use connlint_model::{About, Environment, Keep, Part};
use connlint_parse::{Format, Syntax, parse};
use connlint_resolve::terraform::{Evaluated, Modules, Tfvars, evaluate, plan, roots, unclaimed};
use ignore::gitignore::Gitignore;
use rayon::prelude::*;

use crate::discover::{Entry, Found, Kind, join};
use crate::hide::hide_shown_lines;
use crate::load::{Loaded, load};
use crate::owners::Owners;
use crate::progress::Progress;

/// What the files alone do not say.
pub(crate) struct Surroundings {
    /// Who owns which file.
    pub(crate) owners: Owners,
    /// Where the judged folder lies below the configuration's.
    pub(crate) above: String,
    /// Environments by path, as configured.
    pub(crate) environments: Vec<(Gitignore, Environment)>,
    /// The key for fingerprints of literals.
    pub(crate) key: HashKey,
    /// Plans to judge with the code.
    pub(crate) plans: Vec<PathBuf>,
}

/// A judged tree.
pub(crate) struct Judged {
    pub(crate) review: Review,
    pub(crate) sources: Sources,
}

/// Judges what was found.
pub(crate) fn judge(
    found: &Found,
    around: &Surroundings,
    settings: &Settings,
    progress: &Progress,
) -> Result<Judged> {
    let charts: HashSet<&str> =
        found.paths.iter().filter_map(|path| path.strip_suffix("Chart.yaml")).collect();
    let numbered: Vec<(usize, &Entry)> = found.entries.iter().enumerate().collect();
    let loaded: Vec<Loaded> = numbered
        .into_par_iter()
        .map(|(index, entry)| {
            let file = load(entry, id(index), in_chart(&entry.logical, &charts));
            progress.step();
            file
        })
        .collect();
    let mut gathered = Gathered::default();
    for file in loaded {
        gathered.add(file);
    }
    let mut logical: Vec<String> = found.entries.iter().map(|entry| entry.logical.clone()).collect();
    let mut planned = Vec::new();
    for path in &around.plans {
        let file = id(gathered.sources.len());
        let (source, evaluated) = read_plan(path, file)?;
        logical.push(source.path().to_owned());
        gathered.sources.push(source);
        planned.push(evaluated);
    }
    let sources = Sources::new(gathered.sources);
    let mut parts = gathered.parts;
    parts.extend(terraform(&found.entries, &gathered.bodies, &planned, &sources, &logical));
    // The process ends soon; taking the trees apart piece by piece would only delay it.
    std::mem::forget(gathered.bodies);
    let about = AboutFiles { logical: &logical, around };
    let keep = if settings.inventory.is_some() { Keep::Uses } else { Keep::Shared };
    let model = connlint_model::assemble(parts, &about, keep);
    let evidence = Evidence {
        model: &model,
        sources: &sources,
        unreadable: &gathered.unreadable,
        paths: &found.paths,
        today: settings.suppressions.today,
        key: &around.key,
    };
    let mut review = connlint_check::run(&evidence, &gathered.comments, settings);
    std::mem::forget(model);
    hide_shown_lines(&mut review, &sources);
    review.unread = gathered.unread;
    review.unread.sort();
    review.files_read = gathered.read;
    Ok(Judged { review, sources })
}

fn id(index: usize) -> FileId {
    FileId(u32::try_from(index).unwrap_or(u32::MAX))
}

/// Whether a path lies in the `templates` folder of a Helm chart.
fn in_chart(path: &str, charts: &HashSet<&str>) -> bool {
    path.match_indices("templates/").any(|(at, _)| path.get(..at).is_some_and(|chart| charts.contains(chart)))
}

/// The files' yields, apart.
#[derive(Default)]
struct Gathered {
    sources: Vec<Source>,
    bodies: Vec<Option<connlint_parse::hcl::Body>>,
    parts: Vec<Part>,
    comments: Vec<Comment>,
    unread: Vec<Unread>,
    unreadable: Vec<Unreadable>,
    read: usize,
}

impl Gathered {
    fn add(&mut self, file: Loaded) {
        self.read += usize::from(file.read);
        self.sources.push(file.source);
        self.bodies.push(file.body);
        self.parts.push(file.part);
        self.comments.extend(file.comments);
        self.unread.extend(file.unread);
        self.unreadable.extend(file.unreadable);
    }
}

/// Evaluates every Terraform root with each of its variable files, and reads the plans.
fn terraform(
    entries: &[Entry],
    bodies: &[Option<connlint_parse::hcl::Body>],
    plans: &[Evaluated],
    sources: &Sources,
    logical: &[String],
) -> Vec<Part> {
    let names: BTreeSet<&str> = entries.iter().map(|entry| entry.logical.as_str()).collect();
    let mut modules = Modules::default();
    let mut tfvars = Vec::new();
    for (index, (entry, body)) in entries.iter().zip(bodies).enumerate() {
        let Some(body) = body else { continue };
        match entry.kind {
            // OpenTofu reads `x.tofu` instead of `x.tf` where both exist.
            Kind::Hcl | Kind::HclJson if overridden(&entry.logical, &names) => {}
            Kind::Hcl | Kind::HclJson => modules.add(&entry.logical, body),
            Kind::Terragrunt => modules.add_unit(&entry.logical, body),
            Kind::Tfvars | Kind::TfvarsJson => {
                tfvars.push(Tfvars { file: id(index), path: &entry.logical, body })
            }
            Kind::Yaml | Kind::Json => {}
        }
    }
    let roots = roots(&modules, &tfvars);
    let written = |span: Span| sources.get(span.file).map_or("", |source| source.slice(span));
    let path = |span: Span| logical.get(span.file.0 as usize).map_or("", String::as_str);
    let model = |evaluated: &Evaluated| connlint_model::terraform(evaluated, &written, &path);
    let runs: Vec<_> =
        roots.iter().flat_map(|root| root.variants.iter().map(move |variant| (root, variant))).collect();
    let mut parts: Vec<Part> =
        runs.into_par_iter().map(|(root, variant)| model(&evaluate(&modules, root, variant))).collect();
    parts.extend(unclaimed(&modules, &roots, &tfvars).iter().map(model));
    parts.extend(plans.iter().map(model));
    parts
}

fn overridden(path: &str, names: &BTreeSet<&str>) -> bool {
    let tofu = path.strip_suffix(".tf").map(|base| format!("{base}.tofu"));
    let json = path.strip_suffix(".tf.json").map(|base| format!("{base}.tofu.json"));
    tofu.or(json).is_some_and(|name| names.contains(name.as_str()))
}

fn read_plan(path: &std::path::Path, file: FileId) -> Result<(Source, Evaluated)> {
    let shown = crate::discover::shown(path);
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read the plan {shown}"))?;
    let parsed = parse(file, &text, Format::Json);
    if let Some(error) = parsed.errors.first() {
        anyhow::bail!("the plan {shown} is no JSON: {}", error.message);
    }
    let Syntax::Data(tree) = parsed.syntax else { anyhow::bail!("the plan {shown} is no JSON") };
    let documents = connlint_resolve::data::documents(&tree);
    let document = documents.first().filter(|it| it.get("planned_values").is_some());
    let document =
        document.with_context(|| format!("{shown} is no plan: write it with `terraform show -json PLAN`"))?;
    let blocks = plan(&shown, document);
    let evaluated = Evaluated { folder: String::new(), variant: String::new(), blocks, exhausted: false };
    Ok((Source::new(shown, text), evaluated))
}

struct AboutFiles<'a> {
    logical: &'a [String],
    around: &'a Surroundings,
}

impl AboutFiles<'_> {
    fn path(&self, file: FileId) -> &str {
        self.logical.get(file.0 as usize).map_or("", String::as_str)
    }
}

impl About for AboutFiles<'_> {
    fn owners(&self, file: FileId) -> Vec<String> {
        self.around.owners.of(self.path(file))
    }

    fn environment(&self, file: FileId) -> Option<Environment> {
        if self.around.environments.is_empty() {
            return None;
        }
        let path = join(&self.around.above, self.path(file));
        let fits = |it: &Gitignore| it.matched_path_or_any_parents(&path, false).is_ignore();
        self.around.environments.iter().rev().find(|(pattern, _)| fits(pattern)).map(|(_, it)| *it)
    }
}
