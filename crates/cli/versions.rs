//! Two versions of one repository as one list of files, in which what is the same in both stands once.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;

use anyhow::Result;
use connlint_check::Moved;

use crate::discover::{Content, Entry, Found, Kind, patterns};
use crate::git::{Blob, Delta, Item, ItemKind, Repository, Version, files_of};
use crate::load::{LARGEST, LEAVES, NOWHERE};
use crate::pipeline::{Side, charts, in_chart};
use crate::trees::Trees;

/// The files of a change.
pub(crate) struct Versions<'r> {
    /// Every file of either version, by path; of one that differs, the old version comes after the new one. The
    /// paths are those of the new version.
    pub(crate) found: Found,
    /// Which version each file belongs to.
    pub(crate) sides: Vec<Side>,
    /// Every path of the old version.
    pub(crate) old_paths: BTreeSet<String>,
    /// What moved.
    pub(crate) moved: Moved,
    /// Where other files of both versions are.
    pub(crate) trees: Trees<'r>,
}

impl<'r> Versions<'r> {
    /// The versions `base`, a commit, and `head` of a repository, without what the patterns exclude.
    pub(crate) fn list(
        repository: &'r Repository,
        base: &str,
        head: &Version,
        exclude: &[String],
    ) -> Result<Self> {
        let old = repository.items(base)?;
        let delta = repository.delta(base, head)?;
        let new = match head {
            Version::Worktree => None,
            Version::Index => Some(repository.staged()?),
            Version::Commit(id) => Some(repository.items(id)?),
        };
        // What is staged as it is on disk is read from there: that is faster, and done in parallel.
        let unstaged = match head {
            Version::Index => Some(repository.unstaged()?),
            _ => None,
        };
        let on_disk = |it: &Item| {
            it.kind == ItemKind::File && unstaged.as_ref().is_some_and(|all| !all.contains(&it.path))
        };
        let excluded = patterns(&repository.top, exclude)?;
        let kind = |path: &str| {
            let kind = Kind::of(path.rsplit('/').next().unwrap_or(path))?;
            (!excluded.matched_path_or_any_parents(path, false).is_ignore()).then_some(kind)
        };
        let new_paths: BTreeSet<String> = match &new {
            Some(items) => paths(items),
            None => files_of(&repository.top)?.into_iter().collect(),
        };
        let old_paths = paths(&old);
        let (new_charts, old_charts) = (charts(&new_paths), charts(&old_paths));
        let is_same = |path: &str| {
            // A file is read in another way once it lies in a chart.
            let charted = in_chart(path, &new_charts) == in_chart(path, &old_charts);
            charted && !delta.changed.contains(path) && new_paths.contains(path)
        };
        let olds: Vec<(&Item, Kind)> =
            old.iter().filter(|it| !is_same(&it.path)).filter_map(|it| Some((it, kind(&it.path)?))).collect();
        let mut wanted: BTreeSet<&str> = olds.iter().map(|(it, _)| &*it.id).collect();
        let news: Option<Vec<(&Item, Kind)>> = new.as_ref().map(|items| {
            let read = items.iter().filter_map(|it| Some((it, kind(&it.path)?)));
            let read: Vec<(&Item, Kind)> = read.collect();
            wanted.extend(read.iter().filter(|(it, _)| !on_disk(it)).map(|(it, _)| &*it.id));
            read
        });
        let blobs = repository.blobs(&wanted, LARGEST)?;
        let same: BTreeSet<&str> = old.iter().map(|it| &*it.path).filter(|path| is_same(path)).collect();
        let side = |path: &str| if same.contains(path) { Side::Both } else { Side::New };
        let mut entries: Vec<(Entry, Side)> = match &news {
            Some(items) => items
                .iter()
                .filter_map(|(it, kind)| {
                    let content = match on_disk(it) {
                        true => Content::Disk(repository.top.join(&it.path)),
                        false => content(it, &blobs, &new_paths)?,
                    };
                    Some((entry(&it.path, content, *kind), side(&it.path)))
                })
                .collect(),
            None => new_paths
                .iter()
                .filter_map(|path| {
                    let content = Content::Disk(repository.top.join(path));
                    Some((entry(path, content, kind(path)?), side(path)))
                })
                .collect(),
        };
        entries.extend(olds.iter().filter_map(|(it, kind)| {
            Some((entry(&it.path, content(it, &blobs, &old_paths)?, *kind), Side::Old))
        }));
        // Spans are compared by the order of files, so both versions must have theirs in one order.
        entries.sort_by(|(a, side), (b, other)| a.shown.cmp(&b.shown).then(side.cmp(other)));
        let moved = Moved::new(&renamed(&delta, &new_paths), &new_paths)
            .with_edited(delta.changed.iter().map(|it| (**it).to_owned()).collect());
        let (entries, sides) = entries.into_iter().unzip();
        let found = Found { entries, paths: new_paths, folders: Vec::new() };
        let by_path = |items: Vec<Item>| items.into_iter().map(|it| (it.path.clone(), it)).collect();
        let trees = Trees {
            repository,
            excluded,
            old: by_path(old),
            new: new.map(by_path),
            unstaged,
            changed: delta.changed,
        };
        Ok(Self { found, sides, old_paths, moved, trees })
    }
}

/// Files that moved; a copy is no move.
fn renamed(delta: &Delta, paths: &BTreeSet<String>) -> BTreeMap<String, String> {
    delta
        .renamed
        .iter()
        .filter(|(old, _)| !paths.contains(*old))
        .map(|(a, b)| (a.clone(), b.clone()))
        .collect()
}

fn paths(items: &[Item]) -> BTreeSet<String> {
    items.iter().map(|it| it.path.clone()).collect()
}

fn entry(path: &str, content: Content, kind: Kind) -> Entry {
    Entry { shown: path.to_owned(), logical: path.to_owned(), content, kind }
}

/// Where the bytes of an item are; `paths` are those that a link may lead to.
pub(crate) fn content(
    item: &Item,
    blobs: &HashMap<String, Blob>,
    paths: &BTreeSet<String>,
) -> Option<Content> {
    let blob = blobs.get(&item.id)?;
    Some(match (item.kind, blob) {
        (ItemKind::Submodule, _) => return None,
        (ItemKind::File, _) => Content::Git(blob.clone()),
        (ItemKind::Link, Blob::Bytes(target)) => {
            Content::Link(wrong(&item.path, &String::from_utf8_lossy(target), paths))
        }
        (ItemKind::Link, Blob::TooLarge(_)) => Content::Link(Some(NOWHERE)),
    })
}

/// What is wrong with a link to `target` from `path`.
fn wrong(path: &str, target: &str, paths: &BTreeSet<String>) -> Option<&'static str> {
    if Path::new(target).is_absolute() {
        return Some(LEAVES);
    }
    let mut parts: Vec<&str> = path.split('/').collect();
    parts.pop();
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.pop().is_none() => return Some(LEAVES),
            ".." => {}
            name => parts.push(name),
        }
    }
    let end = parts.join("/");
    let folder = format!("{end}/");
    let exists = paths.contains(&end)
        || end.is_empty()
        || paths.range(folder.clone()..).next().is_some_and(|it| it.starts_with(&folder));
    (!exists).then_some(NOWHERE)
}
