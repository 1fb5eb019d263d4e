//! Which files there are, and how each is to be read.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use connlint_parse::Format;
use ignore::gitignore::{Gitignore, GitignoreBuilder};

use crate::git::{Blob, Repository, files_of};

/// A file to read.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    /// Path as shown to people.
    pub(crate) shown: String,
    /// Path within the tree that is judged: what folders say about environment and purpose.
    pub(crate) logical: String,
    /// Where its bytes are.
    pub(crate) content: Content,
    /// How to read it.
    pub(crate) kind: Kind,
}

/// Where the bytes of a file are.
#[derive(Clone, Debug)]
pub(crate) enum Content {
    /// On disk.
    Disk(PathBuf),
    /// In git.
    Git(Blob),
    /// In git: a link, and what is wrong with it.
    Link(Option<&'static str>),
}

/// How a file is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    /// Terraform or OpenTofu configuration.
    Hcl,
    /// The same in JSON.
    HclJson,
    /// Variable values.
    Tfvars,
    /// The same in JSON.
    TfvarsJson,
    /// A Terragrunt unit.
    Terragrunt,
    /// YAML.
    Yaml,
    /// JSON, read only if it is of a kind that holds connectors.
    Json,
}

impl Kind {
    pub(crate) fn of(name: &str) -> Option<Self> {
        const ENDS: &[(&str, Kind)] = &[
            (".tf", Kind::Hcl),
            (".tofu", Kind::Hcl),
            (".tf.json", Kind::HclJson),
            (".tofu.json", Kind::HclJson),
            (".tfvars", Kind::Tfvars),
            (".tfvars.json", Kind::TfvarsJson),
            (".yaml", Kind::Yaml),
            (".yml", Kind::Yaml),
            (".json", Kind::Json),
            (".tfstate", Kind::Json),
        ];
        if name == "terragrunt.hcl" {
            return Some(Self::Terragrunt);
        }
        let fits = ENDS.iter().filter(|(end, _)| name.len() > end.len() && name.ends_with(end));
        fits.max_by_key(|(end, _)| end.len()).map(|(_, kind)| *kind)
    }

    /// The syntax.
    pub(crate) fn format(self) -> Format {
        match self {
            Self::Hcl | Self::Tfvars | Self::Terragrunt => Format::Hcl,
            Self::HclJson | Self::TfvarsJson => Format::HclJson,
            Self::Yaml => Format::Yaml,
            Self::Json => Format::Json,
        }
    }
}

/// What a search for files found.
#[derive(Debug, Default)]
pub(crate) struct Found {
    /// Files to read, sorted by path.
    pub(crate) entries: Vec<Entry>,
    /// Logical paths of every file of the tree, of any kind.
    pub(crate) paths: BTreeSet<String>,
    /// The folders that were searched.
    pub(crate) folders: Vec<Folder>,
}

/// A folder that was searched.
#[derive(Debug)]
pub(crate) struct Folder {
    /// What logical paths of its files begin with.
    prefix: String,
    /// What shown paths begin with.
    shown: String,
    /// Where it is.
    at: PathBuf,
    /// Where it lies below the folder of the configuration.
    above: String,
    /// What may not be read of it.
    excluded: Option<Gitignore>,
}

/// A file of the tree, of any kind.
#[derive(Debug)]
pub(crate) struct Located {
    /// Path within the tree.
    pub(crate) path: String,
    /// Path as shown to people.
    pub(crate) shown: String,
    /// Where its bytes are.
    pub(crate) content: Content,
}

impl Found {
    /// Where the file of a path is, if it is one of the tree that may be read.
    pub(crate) fn locate(&self, path: &str) -> Option<Located> {
        self.folders.iter().filter(|_| self.paths.contains(path)).find_map(|folder| {
            let relative = path.strip_prefix(&folder.prefix)?;
            let excluded = folder.excluded.as_ref().is_some_and(|it| {
                it.matched_path_or_any_parents(join(&folder.above, relative), false).is_ignore()
            });
            (!excluded).then(|| Located {
                path: path.to_owned(),
                shown: format!("{}{relative}", folder.shown),
                content: Content::Disk(folder.at.join(relative)),
            })
        })
    }
}

/// Finds the files of some paths. `exclude` holds patterns in the syntax of `.gitignore`, seen from `root`; a folder
/// that they exclude is read all the same when it is named.
pub(crate) fn discover(paths: &[PathBuf], root: &Path, exclude: &[String], no_ignore: bool) -> Result<Found> {
    let mut found = Found::default();
    let only = paths.len() == 1;
    for path in paths {
        let data = std::fs::metadata(path).with_context(|| format!("cannot read {}", path.display()))?;
        let shown = shown(path);
        if data.is_file() {
            let name = shown.rsplit('/').next().unwrap_or(&shown);
            let kind =
                Kind::of(name).with_context(|| format!("{shown} is of no kind that connlint reads"))?;
            found.paths.insert(shown.clone());
            found.entries.push(Entry {
                logical: shown.clone(),
                shown,
                content: Content::Disk(path.clone()),
                kind,
            });
            continue;
        }
        let top = Repository::of(path).map(|it| it.top);
        let mut listed = match (&top, no_ignore) {
            (Some(_), false) => files_of(path)?,
            _ => walked_files(path, no_ignore, true),
        };
        if listed.is_empty() {
            // Somebody who names an ignored folder means it.
            listed = walked_files(path, no_ignore, false);
        }
        let above = below(root, path);
        let excluded = patterns(root, exclude)?;
        let named = !above.is_empty() && excluded.matched_path_or_any_parents(&above, true).is_ignore();
        let excludes = |relative: &str| {
            !named && excluded.matched_path_or_any_parents(join(&above, relative), false).is_ignore()
        };
        for relative in listed {
            let joined = if shown == "." {
                relative.clone()
            } else {
                format!("{}/{relative}", shown.trim_end_matches('/'))
            };
            let logical = if only { relative.clone() } else { joined.clone() };
            found.paths.insert(logical.clone());
            let name = relative.rsplit('/').next().unwrap_or(&relative);
            if let Some(kind) = Kind::of(name)
                && !excludes(&relative)
            {
                found.entries.push(Entry {
                    shown: joined,
                    logical,
                    content: Content::Disk(path.join(&relative)),
                    kind,
                });
            }
        }
        let shown = if shown == "." { String::new() } else { format!("{}/", shown.trim_end_matches('/')) };
        let prefix = if only { String::new() } else { shown.clone() };
        let excluded = (!named).then_some(excluded);
        found.folders.push(Folder { prefix, shown, at: path.clone(), above, excluded });
    }
    found.entries.sort_by(|a, b| a.shown.cmp(&b.shown));
    found.entries.dedup_by(|a, b| a.shown == b.shown);
    Ok(found)
}

/// The text of a file that says something of the tree it is in. A link is none: where it leads, others may not look, and
/// messages about the text would show it.
pub(crate) fn own_text(path: &Path) -> Option<String> {
    let plain = std::fs::symlink_metadata(path).is_ok_and(|it| it.is_file());
    plain.then(|| std::fs::read_to_string(path).ok()).flatten()
}

/// Path of `folder` within `root`; empty if it is the same or lies elsewhere.
pub(crate) fn below(root: &Path, folder: &Path) -> String {
    let (Ok(root), Ok(folder)) = (root.canonicalize(), folder.canonicalize()) else { return String::new() };
    folder.strip_prefix(root).map(|path| path.to_string_lossy().replace('\\', "/")).unwrap_or_default()
}

/// Two paths as one.
pub(crate) fn join(above: &str, relative: &str) -> String {
    if above.is_empty() { relative.to_owned() } else { format!("{above}/{relative}") }
}

/// A path with `/` between its parts and without `./`.
pub(crate) fn shown(path: &Path) -> String {
    let text = path.to_string_lossy().replace('\\', "/");
    let text = text.trim_end_matches('/');
    match text.strip_prefix("./").unwrap_or(text) {
        "" if text.is_empty() => "/".to_owned(),
        "" => ".".to_owned(),
        rest => rest.to_owned(),
    }
}

/// Patterns as of a `.gitignore` in `root`.
pub(crate) fn patterns<S: AsRef<str>>(root: &Path, lines: &[S]) -> Result<Gitignore> {
    let mut builder = GitignoreBuilder::new(root);
    for line in lines {
        builder.add_line(None, line.as_ref()).with_context(|| format!("bad pattern {:?}", line.as_ref()))?;
    }
    Ok(builder.build()?)
}

/// Files below a folder that ignore files leave, those above the folder only if they are to count; or all of them.
fn walked_files(folder: &Path, no_ignore: bool, above: bool) -> Vec<String> {
    let relative = |path: &Path| Some(path.strip_prefix(folder).ok()?.to_string_lossy().replace('\\', "/"));
    let mut names: Vec<String> = if no_ignore {
        let walk = walkdir::WalkDir::new(folder).follow_links(false).into_iter();
        let entries = walk.filter_entry(|it| it.file_name() != ".git").filter_map(Result::ok);
        entries.filter(|it| !it.file_type().is_dir()).filter_map(|it| relative(it.path())).collect()
    } else {
        let walk = ignore::WalkBuilder::new(folder)
            .hidden(false)
            .require_git(false)
            .parents(above)
            .filter_entry(|it| it.file_name() != ".git")
            .build();
        let entries = walk.filter_map(Result::ok);
        entries
            .filter(|it| it.file_type().is_some_and(|kind| !kind.is_dir()))
            .filter_map(|it| relative(it.path()))
            .collect()
    };
    names.sort();
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds() {
        for (name, kind) in [
            ("main.tf", Some(Kind::Hcl)),
            ("a.tf.json", Some(Kind::HclJson)),
            ("prod.auto.tfvars.json", Some(Kind::TfvarsJson)),
            ("terragrunt.hcl", Some(Kind::Terragrunt)),
            ("policy.hcl", None),
            ("x.yml", Some(Kind::Yaml)),
            ("package.json", Some(Kind::Json)),
            (".tf", None),
            ("terraform.tfstate", Some(Kind::Json)),
            ("terraform.tfstate.backup", None),
        ] {
            assert_eq!(Kind::of(name), kind, "{name}");
        }
    }
}
