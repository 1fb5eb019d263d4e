//! The stages in order: read and parse every file, evaluate every root, join, judge; for a change, both versions.

use std::collections::{BTreeSet, HashSet};
use std::path::PathBuf;

use anyhow::Result;
use connlint_check::{Baseline, Comparison, Evidence, Review, Settings, Unread, UnreadReason, Unreadable};
use connlint_core::{FileId, HashKey, Sources, Span};
use connlint_model::{About, Environment, Keep, Model, Part, Purpose};
use ignore::gitignore::Gitignore;

use crate::discover::{Entry, Found, join};
use crate::files::Files;
use crate::hide::hide_shown_lines;
use crate::named::{Named, Tree};
use crate::owners::Owners;
use crate::progress::Progress;
use crate::roots::Terraform;
use crate::versions::Versions;

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
}

/// A judged tree.
pub(crate) struct Judged {
    pub(crate) review: Review,
    pub(crate) sources: Sources,
}

/// Which version of a tree a file belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Side {
    /// Both: it is the same in both.
    Both,
    /// The one that is judged.
    New,
    /// The one that it is compared with.
    Old,
}

impl Side {
    /// Whether a file of this side is part of that version.
    pub(crate) fn is_in(self, version: Self) -> bool {
        self == Self::Both || self == version
    }
}

/// Judges what was found.
pub(crate) fn judge(
    found: &Found,
    around: &Surroundings,
    plans: &[PathBuf],
    settings: &Settings,
    progress: &Progress,
) -> Result<Judged> {
    let sides = vec![Side::Both; found.entries.len()];
    let charts = charts(&found.paths);
    let charted = |entry: &Entry, _| in_chart(&entry.logical, &charts);
    let (mut files, mut parts, bodies) = Files::load(found, &sides, charted, Purpose::Check, progress);
    let planned = plans.iter().map(|path| files.add_plan(path)).collect::<Result<Vec<_>>>()?;
    let terraform = Terraform::of(&found.entries, &bodies, |_| true);
    let locate = |paths: &[&str]| paths.iter().filter_map(|path| found.locate(path)).collect();
    let tree = Tree { side: Side::New, paths: &found.paths, locate: &locate, is_same: &|_| true };
    parts.extend(terraform.evaluate((&tree, &mut files), &mut Named::default(), None).into_parts());
    parts.extend(planned.iter().map(|it| files.model(it)));
    let version =
        Judging { files: &files, side: Side::New, compared: false, paths: &found.paths, around, settings };
    let assembled = version.assemble(parts, &[]);
    let mut review = version.judge(&assembled);
    hide_shown_lines(&mut review, &files.sources);
    // The process ends soon; taking the trees apart piece by piece would only delay it.
    std::mem::forget(bodies);
    Ok(Judged { review, sources: files.sources })
}

/// Judges a change: the new version as compared with the old one, by what the old one says of the gate: `baseline`,
/// and whether a change may bring suppressions of its own. What it does to access is told for [`Purpose::Compare`].
pub(crate) fn judge_change(
    (versions, purpose): (&Versions<'_>, Purpose),
    [new, old]: [&Surroundings; 2],
    settings: &Settings,
    baseline: &Baseline,
    consent: bool,
    progress: &Progress,
) -> Judged {
    let Versions { found, sides, old_paths, moved, trees } = versions;
    let (new_charts, old_charts) = (charts(&found.paths), charts(old_paths));
    let charted = |entry: &Entry, side| {
        in_chart(&entry.logical, if side == Side::Old { &old_charts } else { &new_charts })
    };
    let (mut files, documents, bodies) = Files::load(found, sides, charted, purpose, progress);
    let terraform = |version: Side| {
        let is_in = |index: usize| sides.get(index).is_some_and(|side| side.is_in(version));
        Terraform::of(&found.entries, &bodies, is_in)
    };
    let (new_roots, old_roots) = (terraform(Side::New), terraform(Side::Old));
    let is_same = |path: &str| trees.is_same(path);
    let (in_new, in_old) = (|paths: &[&str]| trees.of_new(paths), |paths: &[&str]| trees.of_old(paths));
    let new_tree = Tree { side: Side::New, paths: &found.paths, locate: &in_new, is_same: &is_same };
    let old_tree = Tree { side: Side::Old, paths: old_paths, locate: &in_old, is_same: &is_same };
    let mut named = Named::default();
    let known = new_roots.evaluate((&new_tree, &mut files), &mut named, None);
    let before = old_roots.evaluate((&old_tree, &mut files), &mut named, Some(&known));
    let (mut old_parts, mut new_parts) = (before.into_parts(), known.into_parts());
    let (mut old_all, mut new_all) = (Vec::new(), Vec::new());
    for (part, side) in documents.into_iter().zip(sides) {
        match side {
            Side::New => new_all.push(part),
            Side::Old => old_all.push(part),
            Side::Both => {
                old_all.push(part.clone());
                new_all.push(part);
            }
        }
    }
    old_all.append(&mut old_parts);
    new_all.append(&mut new_parts);
    let old =
        Judging { files: &files, side: Side::Old, compared: true, paths: old_paths, around: old, settings };
    let new = Judging {
        files: &files,
        side: Side::New,
        compared: true,
        paths: &found.paths,
        around: new,
        settings,
    };
    let hidden = files.newly_templates(sides, |path| moved.path(path));
    let (old_side, new_side) = rayon::join(|| old.assemble(old_all, &[]), || new.assemble(new_all, &hidden));
    // What the rules say of each version, and what the change does to access, do not depend on each other.
    let ((before, mut review), changes) = rayon::join(
        || rayon::join(|| old.judge(&old_side), || new.judge(&new_side)),
        || {
            let both =
                (purpose == Purpose::Compare).then(|| (old.evidence(&old_side), new.evidence(&new_side)));
            both.map(|(old, new)| connlint_check::changes(&old, &new, moved))
        },
    );
    let compared = connlint_check::compare(&before, &mut review, &files.sources, moved, baseline, consent);
    let (fixed, edits) = (compared.fixed, compared.edits);
    review.comparison = Some(Comparison { base: String::new(), fixed, changes, edits });
    hide_shown_lines(&mut review, &files.sources);
    std::mem::forget((bodies, old_side, new_side, before));
    Judged { review, sources: files.sources }
}

/// Folders of Helm charts.
pub(crate) fn charts(paths: &BTreeSet<String>) -> HashSet<&str> {
    paths.iter().filter_map(|path| path.strip_suffix("Chart.yaml")).collect()
}

/// Whether a path lies in the `templates` folder of a Helm chart.
pub(crate) fn in_chart(path: &str, charts: &HashSet<&str>) -> bool {
    path.match_indices("templates/").any(|(at, _)| path.get(..at).is_some_and(|chart| charts.contains(chart)))
}

/// One version of a tree and how to judge it.
struct Judging<'a> {
    files: &'a Files,
    side: Side,
    /// Whether there is another version.
    compared: bool,
    paths: &'a BTreeSet<String>,
    around: &'a Surroundings,
    settings: &'a Settings,
}

impl Judging<'_> {
    fn evidence<'e>(&'e self, assembled: &'e Assembled) -> Evidence<'e> {
        Evidence {
            model: &assembled.model,
            sources: &self.files.sources,
            unreadable: &assembled.unreadable,
            paths: self.paths,
            today: self.settings.suppressions.today,
            key: &self.around.key,
        }
    }

    /// Joins the parts of this version. `hidden` files count as unreadable, too.
    fn assemble(&self, parts: Vec<Part>, hidden: &[Unreadable]) -> Assembled {
        let about = AboutFiles { logical: &self.files.logical, around: self.around };
        let beyond: BTreeSet<FileId> = parts.iter().filter_map(|it| Some(it.exhausted?.file)).collect();
        let keep = if self.settings.inventory.is_some() { Keep::Uses } else { Keep::Shared };
        let model = connlint_model::assemble(parts, &about, keep);
        let mut unreadable = self.files.of(&self.files.unreadable, self.side);
        unreadable.extend(
            beyond.iter().map(|file| Unreadable { span: Span::new(*file, 0, 0), message: BEYOND.to_owned() }),
        );
        unreadable.extend(hidden.iter().cloned());
        Assembled { model, unreadable, beyond }
    }

    /// Runs the rules.
    fn judge(&self, assembled: &Assembled) -> Review {
        let comments = self.files.of(&self.files.comments, self.side);
        let mut review = connlint_check::run(&self.evidence(assembled), &comments, self.settings);
        let unread = self.files.unread.iter().filter(|(index, _)| self.files.side(*index).is_in(self.side));
        let old = |index: usize| self.compared && self.files.side(index) == Side::Both;
        review.unread = unread.map(|(index, it)| Unread { old: old(*index), ..it.clone() }).collect();
        review.unread.extend(assembled.beyond.iter().map(|file| Unread {
            path: self.files.sources.path(*file).to_owned(),
            reason: UnreadReason::TooLarge,
            detail: BEYOND.to_owned(),
            old: old(file.0 as usize),
        }));
        review.unread.sort();
        let read = self.files.read.iter().enumerate();
        review.files_read =
            read.filter(|(index, read)| **read && self.files.side(*index).is_in(self.side)).count();
        review
    }
}

/// What is said of a file of which not all could be told.
const BEYOND: &str = "what it makes takes more steps to tell than are tried; only its lines were searched";

/// One version, joined.
struct Assembled {
    model: Model,
    unreadable: Vec<Unreadable>,
    /// Where something takes more steps than are tried.
    beyond: BTreeSet<FileId>,
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
