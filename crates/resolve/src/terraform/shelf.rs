//! Files that expressions name: `file("policy.json")`, `templatefile(…)`, `fileset(…)`.
//!
//! Evaluation reads nothing. It says which files it would have needed, and is done again once they are on the shelf.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

use connlint_core::{FileId, glob};
use connlint_parse::hcl::{Part, template};
use connlint_parse::{Format, Syntax, parse};

use super::super::data;
use crate::Value;

/// The files of a tree that expressions may name.
#[derive(Debug, Default)]
pub struct Shelf<'s> {
    /// Those that were read, by path.
    pub files: BTreeMap<String, Arc<File>>,
    /// Paths of every file of the tree.
    pub paths: Option<&'s BTreeSet<String>>,
}

/// A file that an expression names.
#[derive(Debug)]
pub struct File {
    pub(crate) id: FileId,
    pub(crate) text: Arc<str>,
    /// Whether it is read as a document by itself, too.
    pub(crate) by_itself: bool,
    template: OnceLock<Option<Vec<Part>>>,
    json: OnceLock<Option<Value>>,
    yaml: OnceLock<Option<Value>>,
}

/// What evaluation wanted to know of the tree.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// Files whose text it wanted.
    pub files: BTreeSet<String>,
    /// Folders and patterns it looked for, with what it found.
    pub listed: BTreeMap<(String, String), Vec<String>>,
}

/// More files of one folder are not told apart.
const MOST: usize = 4_096;

impl File {
    /// A file with its text. `by_itself` says that it is read as a document by itself, too.
    pub fn new(id: FileId, text: Arc<str>, by_itself: bool) -> Self {
        let (template, json, yaml) = (OnceLock::new(), OnceLock::new(), OnceLock::new());
        Self { id, text, by_itself, template, json, yaml }
    }

    /// Its id.
    pub fn id(&self) -> FileId {
        self.id
    }

    /// The text as a template; nothing where it is none.
    pub(super) fn template(&self) -> Option<&[Part]> {
        self.template.get_or_init(|| template(self.id, &self.text)).as_deref()
    }

    /// The one document that the text is; nothing where it is none, in full.
    pub(super) fn document(&self, format: Format) -> Option<&Value> {
        let known = if format == Format::Json { &self.json } else { &self.yaml };
        let read = || {
            let parsed = parse(self.id, &self.text, format);
            let Syntax::Data(tree) = parsed.syntax else { return None };
            let mut documents = data::documents(&tree).into_iter();
            documents.next().filter(|_| parsed.errors.is_empty() && documents.next().is_none())
        };
        known.get_or_init(read).as_ref()
    }
}

impl Shelf<'_> {
    /// Whether a path is one of the tree.
    pub fn has(&self, path: &str) -> bool {
        self.paths.is_some_and(|paths| paths.contains(path))
    }

    /// Files below a folder whose paths, seen from there, fit a pattern.
    pub fn matching(&self, folder: &str, pattern: &str) -> Vec<String> {
        let prefix = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        let all = self.paths.into_iter().flat_map(|paths| paths.range(prefix.clone()..));
        let below = all.map_while(|path| path.strip_prefix(&prefix)).take(16 * MOST);
        let patterns = braces(pattern);
        let fits = |path: &&str| patterns.iter().any(|it| fits(it, path));
        below.filter(fits).take(MOST).map(str::to_owned).collect()
    }

    /// Whether evaluation would be told the same by another shelf.
    pub fn says_the_same(&self, other: &Self, asked: &Asked) -> bool {
        let id = |shelf: &Self, path: &String| shelf.files.get(path).map(|it| it.id);
        asked.files.iter().all(|path| id(self, path) == id(other, path))
            && asked.listed.iter().all(|((folder, pattern), found)| other.matching(folder, pattern) == *found)
    }
}

/// `*.{yaml,yml}` as its alternatives.
fn braces(pattern: &str) -> Vec<String> {
    let inner = pattern.split_once('{').and_then(|(before, rest)| Some((before, rest.split_once('}')?)));
    match inner {
        Some((before, (choices, after))) => {
            choices.split(',').take(16).map(|it| format!("{before}{it}{after}")).collect()
        }
        None => vec![pattern.to_owned()],
    }
}

/// Whether a path fits a pattern, in which `*` stands within one name and `**` for any folders.
fn fits(pattern: &str, path: &str) -> bool {
    let (mut patterns, mut names) = (pattern.split('/').peekable(), path.split('/').peekable());
    while let Some(own) = patterns.next() {
        if own == "**" {
            let rest = patterns.collect::<Vec<_>>();
            let left: Vec<&str> = names.collect();
            // A second `**` is not looked for.
            let Some(from) = left.len().checked_sub(rest.len()) else { return false };
            return left.iter().skip(from).zip(&rest).all(|(name, own)| glob(own, name));
        }
        if !names.next().is_some_and(|name| glob(own, name)) {
            return false;
        }
    }
    names.peek().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_fit_paths() {
        let paths: BTreeSet<String> =
            ["teams/a.yaml", "teams/b.yml", "teams/old/c.yaml", "x.yaml"].map(str::to_owned).into();
        let shelf = Shelf { paths: Some(&paths), ..Shelf::default() };
        for (folder, pattern, expected) in [
            ("teams", "*.yaml", "a.yaml"),
            ("teams", "**/*.yaml", "a.yaml old/c.yaml"),
            ("teams", "**", "a.yaml b.yml old/c.yaml"),
            ("teams", "*.{yaml,yml}", "a.yaml b.yml"),
            ("", "teams/*", "teams/a.yaml teams/b.yml"),
            ("team", "*", ""),
        ] {
            assert_eq!(shelf.matching(folder, pattern).join(" "), expected, "{folder} {pattern}");
        }
    }
}
