//! Files that expressions name, read once one does: `file("policy.json")` says what no ending does.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use connlint_resolve::terraform::{File, Shelf};

use crate::discover::Located;
use crate::files::{Files, id};
use crate::load::text;
use crate::pipeline::Side;

/// Where the files of one version are.
pub(crate) struct Tree<'t> {
    /// Which version.
    pub(crate) side: Side,
    /// Every path of it.
    pub(crate) paths: &'t BTreeSet<String>,
    /// Where those of some paths are that may be read.
    pub(crate) locate: &'t dyn Fn(&[&str]) -> Vec<Located>,
    /// Whether a path holds the same in both versions.
    pub(crate) is_same: &'t dyn Fn(&str) -> bool,
}

/// More files of one version are not read because expressions name them.
const MOST: usize = 10_000;

/// The files that were read, by where they belong and path.
#[derive(Debug, Default)]
pub(crate) struct Named {
    read: BTreeMap<(Side, String), Option<Arc<File>>>,
}

impl Named {
    /// Puts files of a version on a shelf. `entry` gives the place of one that is read by itself, too.
    pub(crate) fn put(
        &mut self,
        wanted: &BTreeSet<String>,
        shelf: &mut Shelf<'_>,
        (tree, files): (&Tree<'_>, &mut Files),
        entry: impl Fn(&str) -> Option<usize>,
    ) {
        let key = |path: &str| {
            let side = if (tree.is_same)(path) { Side::Both } else { tree.side };
            (side, path.to_owned())
        };
        let here = wanted.iter().filter(|path| tree.paths.contains(*path));
        let wanted: Vec<&str> = here.take(MOST).map(String::as_str).collect();
        let mut unread: Vec<&str> = Vec::new();
        for path in &wanted {
            if self.read.contains_key(&key(path)) {
                continue;
            }
            match entry(path).and_then(|index| files.text(index).map(|text| (index, text))) {
                Some((index, text)) => {
                    let file = Arc::new(File::new(id(index), text, true));
                    self.read.insert(key(path), Some(file));
                }
                None => unread.push(path),
            }
        }
        let located = if unread.is_empty() { Vec::new() } else { (tree.locate)(&unread) };
        for at in located {
            let Some(text) = text(&at.path, &at.content) else { continue };
            let key = key(&at.path);
            let index = files.add(&at, text, entry(&at.path), key.0);
            let text = files.text(index).unwrap_or_default();
            self.read.insert(key, Some(Arc::new(File::new(id(index), text, false))));
        }
        for path in wanted {
            if let Some(file) = self.read.entry(key(path)).or_default() {
                shelf.files.insert(path.to_owned(), Arc::clone(file));
            }
        }
    }
}
