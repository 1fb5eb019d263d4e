//! Where the files of two versions are that no ending says to read.

use std::collections::{BTreeSet, HashMap};

use ignore::gitignore::Gitignore;

use crate::discover::{Content, Located};
use crate::git::{Item, Repository};
use crate::load::LARGEST;
use crate::versions::content;

/// The items of two versions.
pub(crate) struct Trees<'r> {
    pub(crate) repository: &'r Repository,
    pub(crate) excluded: Gitignore,
    pub(crate) old: HashMap<String, Item>,
    /// Nothing where the new version is what is on disk.
    pub(crate) new: Option<HashMap<String, Item>>,
    /// Paths of the new version that differ from what is on disk; nothing where none is read from there.
    pub(crate) unstaged: Option<BTreeSet<String>>,
    /// Paths that differ.
    pub(crate) changed: BTreeSet<String>,
}

impl Trees<'_> {
    /// Whether a path holds the same in both versions.
    pub(crate) fn is_same(&self, path: &str) -> bool {
        let in_new = self.new.as_ref().is_none_or(|it| it.contains_key(path));
        in_new && self.old.contains_key(path) && !self.changed.contains(path)
    }

    /// Where some files of the old version are.
    pub(crate) fn of_old(&self, paths: &[&str]) -> Vec<Located> {
        self.of_items(&self.old, paths)
    }

    /// Where some files of the new version are.
    pub(crate) fn of_new(&self, paths: &[&str]) -> Vec<Located> {
        let on_disk = |path: &&str| {
            self.new.is_none() || self.unstaged.as_ref().is_some_and(|all| !all.contains(*path))
        };
        let (disk, items): (Vec<&str>, Vec<&str>) = paths.iter().partition(|path| on_disk(path));
        let disk = disk.into_iter().filter(|path| self.may_be_read(path));
        let mut found: Vec<Located> =
            disk.map(|path| located(path, Content::Disk(self.repository.top.join(path)))).collect();
        if let Some(new) = &self.new {
            found.extend(self.of_items(new, &items));
        }
        found
    }

    fn of_items(&self, items: &HashMap<String, Item>, paths: &[&str]) -> Vec<Located> {
        let readable = paths.iter().filter(|path| self.may_be_read(path));
        let own: Vec<&Item> = readable.filter_map(|path| items.get(*path)).collect();
        let wanted: BTreeSet<&str> = own.iter().map(|it| &*it.id).collect();
        let Ok(blobs) = self.repository.blobs(&wanted, LARGEST) else { return Vec::new() };
        // A link is no text, wherever it leads.
        let none = BTreeSet::new();
        own.into_iter().filter_map(|it| Some(located(&it.path, content(it, &blobs, &none)?))).collect()
    }

    fn may_be_read(&self, path: &str) -> bool {
        !self.excluded.matched_path_or_any_parents(path, false).is_ignore()
    }
}

fn located(path: &str, content: Content) -> Located {
    Located { path: path.to_owned(), shown: path.to_owned(), content }
}
