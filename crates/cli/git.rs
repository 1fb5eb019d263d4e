//! Asks git about revisions and reads what they hold, without a checkout.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;

use anyhow::{Context, Result, bail};

/// A file of a revision or of the index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Item {
    /// Path from the top of the repository.
    pub(crate) path: String,
    /// What it is.
    pub(crate) kind: ItemKind,
    /// Name of its content.
    pub(crate) id: String,
}

/// What an item of a tree is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ItemKind {
    /// A file.
    File,
    /// A symbolic link; its content is the target.
    Link,
    /// A commit of another repository.
    Submodule,
}

/// The content of an item.
#[derive(Clone, Debug)]
pub(crate) enum Blob {
    /// Its bytes.
    Bytes(Arc<[u8]>),
    /// Its size, where that is beyond what is read.
    TooLarge(u64),
}

/// How two versions differ.
#[derive(Debug, Default)]
pub(crate) struct Delta {
    /// Paths whose content differs, or that only one of them has.
    pub(crate) changed: BTreeSet<String>,
    /// Files that moved, new path by old one.
    pub(crate) renamed: BTreeMap<String, String>,
}

/// The version that is judged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Version {
    /// What is on disk.
    Worktree,
    /// What would be committed.
    Index,
    /// A commit.
    Commit(String),
}

/// A repository with a work tree.
#[derive(Debug)]
pub(crate) struct Repository {
    /// The top of its work tree.
    pub(crate) top: PathBuf,
}

impl Repository {
    /// The repository that holds a folder.
    pub(crate) fn of(folder: &Path) -> Option<Self> {
        let text = text(run(folder, &["rev-parse", "--show-toplevel"])?)?;
        Some(Self { top: PathBuf::from(text) })
    }

    fn git(&self, arguments: &[&str]) -> Option<Vec<u8>> {
        run(&self.top, arguments)
    }

    /// The commit that somebody means; the error says what to do in a clone that lacks it.
    pub(crate) fn commit(&self, revision: &str) -> Result<String> {
        let asked = format!("{revision}^{{commit}}");
        if let Some(id) =
            self.git(&["rev-parse", "--verify", "--quiet", "--end-of-options", &asked]).and_then(text)
        {
            return Ok(id);
        }
        if self.is_shallow() {
            bail!(
                "no commit is called `{revision}` in this shallow clone: fetch more of the history, in GitHub Actions \
                 with `fetch-depth: 0` of actions/checkout"
            );
        }
        bail!("no commit is called `{revision}`");
    }

    /// The last commit, or the tree without files before the first one.
    pub(crate) fn head(&self) -> Result<String> {
        // Standard input is empty, and so is the tree that git makes of it; git knows that one without being given it.
        let empty = || self.git(&["hash-object", "-t", "tree", "--stdin"]).and_then(text);
        self.commit("HEAD").ok().or_else(empty).context("git cannot tell what is committed")
    }

    /// The commit where two parted; nothing if this clone does not hold it.
    pub(crate) fn merge_base(&self, one: &str, other: &str) -> Option<String> {
        self.git(&["merge-base", one, other]).and_then(text)
    }

    /// Whether the history of this clone is cut off.
    pub(crate) fn is_shallow(&self) -> bool {
        self.git(&["rev-parse", "--is-shallow-repository"]).and_then(text).is_some_and(|it| it == "true")
    }

    /// Address of the repository that this one was cloned from; it may hold a token.
    pub(crate) fn origin(&self) -> Option<String> {
        self.git(&["config", "--get", "remote.origin.url"]).and_then(text)
    }

    /// Short name of a commit.
    pub(crate) fn short(&self, commit: &str) -> String {
        self.git(&["rev-parse", "--short", commit]).and_then(text).unwrap_or_else(|| commit.to_owned())
    }

    /// Every item of a commit, by path.
    pub(crate) fn items(&self, commit: &str) -> Result<Vec<Item>> {
        let listed = ask(&self.top, &["ls-tree", "-r", "-z", "--full-tree", commit]);
        let listed = listed.with_context(|| format!("git could not list the files of {commit}"))?;
        Ok(records(&listed).filter_map(|it| item(&it, 2)).collect())
    }

    /// Every item of the index, by path; of one with conflicts, the version that is ours.
    pub(crate) fn staged(&self) -> Result<Vec<Item>> {
        let listed =
            ask(&self.top, &["ls-files", "-z", "--stage"]).context("git could not list the index")?;
        let mut items: Vec<Item> = records(&listed).filter_map(|it| item(&it, 1)).collect();
        items.dedup_by(|next, kept| next.path == kept.path);
        Ok(items)
    }

    /// Paths whose content on disk is not what is staged.
    pub(crate) fn unstaged(&self) -> Result<BTreeSet<String>> {
        let arguments =
            ["diff", "--name-only", "-z", "--no-ext-diff", "--no-renames", "--ignore-submodules=all"];
        let listed = ask(&self.top, &arguments).context("git could not compare what is staged")?;
        Ok(records(&listed).collect())
    }

    /// How a version differs from a commit.
    pub(crate) fn delta(&self, base: &str, head: &Version) -> Result<Delta> {
        let mut arguments = vec![
            "diff",
            "--raw",
            "-z",
            "--find-renames",
            "--no-ext-diff",
            "--no-textconv",
            "--ignore-submodules=all",
            "--no-color",
        ];
        match head {
            Version::Worktree => arguments.push(base),
            Version::Index => arguments.extend(["--cached", base]),
            Version::Commit(id) => arguments.extend([base, id]),
        }
        arguments.push("--");
        let listed = ask(&self.top, &arguments).context("git could not compare the two versions")?;
        let mut delta = Delta::default();
        let mut records = records(&listed);
        while let Some(head) = records.next() {
            let Some(path) = records.next() else { break };
            delta.changed.insert(path.clone());
            // `:100644 100644 1234 5678 R086`, then the old path and the new one.
            if head.rsplit(' ').next().is_some_and(|status| status.starts_with(['R', 'C']))
                && let Some(new) = records.next()
            {
                delta.changed.insert(new.clone());
                delta.renamed.insert(path, new);
            }
        }
        Ok(delta)
    }

    /// The hunks by which a version differs from a commit, three lines of context each, as `git diff` writes them.
    #[cfg(feature = "github")]
    pub(crate) fn diff(&self, base: &str, head: &str, context: u8, path: Option<&str>) -> Option<Vec<u8>> {
        let context = format!("-U{context}");
        let mut arguments = vec![
            "diff",
            "--find-renames",
            &context,
            "--no-ext-diff",
            "--no-textconv",
            "--no-color",
            "--src-prefix=a/",
            "--dst-prefix=b/",
            "--inter-hunk-context=0",
            base,
            head,
            "--",
        ];
        arguments.extend(path);
        self.git(&arguments)
    }

    /// The text of a file in a commit; nothing if there is none.
    pub(crate) fn text(&self, commit: &str, path: &str) -> Option<String> {
        let id = text(self.git(&["rev-parse", "--verify", "--quiet", &format!("{commit}:{path}")])?)?;
        String::from_utf8(self.git(&["cat-file", "blob", &id])?).ok()
    }

    /// Names of the contents of the index by path, for a few paths.
    pub(crate) fn staged_text(&self, path: &str) -> Option<String> {
        let id = text(self.git(&["rev-parse", "--verify", "--quiet", &format!(":{path}")])?)?;
        String::from_utf8(self.git(&["cat-file", "blob", &id])?).ok()
    }

    /// The contents of these names, in one conversation with git; larger ones than `most` bytes are not kept.
    pub(crate) fn blobs(&self, ids: &BTreeSet<&str>, most: u64) -> Result<HashMap<String, Blob>> {
        let mut found = HashMap::with_capacity(ids.len());
        if ids.is_empty() {
            return Ok(found);
        }
        let mut child = command(&self.top)
            .args(["cat-file", "--batch", "--buffer"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .context("cannot start git")?;
        let (Some(mut input), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
            bail!("cannot talk to git")
        };
        let asked: String = ids.iter().flat_map(|id| [*id, "\n"]).collect();
        // git may block on its output before it has read every name.
        let writer = std::thread::spawn(move || input.write_all(asked.as_bytes()));
        let mut output = BufReader::with_capacity(1 << 16, output);
        for id in ids {
            let mut head = String::new();
            output.read_line(&mut head).context("git stopped answering")?;
            let size = head.trim_end().rsplit(' ').next().and_then(|it| it.parse::<u64>().ok());
            // In a clone that was filtered, objects are fetched when they are asked for, which we do not do.
            let size = size.with_context(|| {
                format!("git does not have the object {id}: fetch it, or clone without `--filter`")
            })?;
            let blob = if size > most {
                std::io::copy(&mut output.by_ref().take(size), &mut std::io::sink())?;
                Blob::TooLarge(size)
            } else {
                let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or_default());
                output.by_ref().take(size).read_to_end(&mut bytes)?;
                Blob::Bytes(bytes.into())
            };
            output.read_line(&mut String::new())?;
            found.insert((*id).to_owned(), blob);
        }
        let _ = writer.join();
        let _ = child.wait();
        Ok(found)
    }
}

/// Tracked files of a folder, and untracked ones that are not ignored, seen from the folder.
pub(crate) fn files_of(folder: &Path) -> Result<Vec<String>> {
    let listed =
        ask(folder, &["ls-files", "-z", "--cached", "--others", "--exclude-standard", "--deduplicate"]);
    Ok(records(&listed.context("git could not list the files of this work tree")?).collect())
}

/// git, without anything that a hostile repository's configuration could start.
fn command(folder: &Path) -> Command {
    let mut command = Command::new("git");
    command
        .current_dir(folder)
        .args(["-c", "core.fsmonitor=false", "-c", "core.quotePath=false", "-c", "core.untrackedCache=false"])
        .env("GIT_OPTIONAL_LOCKS", "0")
        .env("GIT_NO_REPLACE_OBJECTS", "1")
        .env("GIT_NO_LAZY_FETCH", "1")
        .env("LC_ALL", "C");
    command
}

fn run(folder: &Path, arguments: &[&str]) -> Option<Vec<u8>> {
    ask(folder, arguments).ok()
}

/// What git prints; the error is its own last word.
fn ask(folder: &Path, arguments: &[&str]) -> Result<Vec<u8>> {
    let output = command(folder).args(arguments).stdin(Stdio::null()).output().context("cannot start git")?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let last = said.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or("it does not say why");
    let reason = last.trim_start_matches("fatal: ").trim_start_matches("error: ");
    // It may name files, and files may be named by strangers.
    bail!("git says: {}", reason.replace(char::is_control, "?"))
}

fn text(output: Vec<u8>) -> Option<String> {
    let text = String::from_utf8(output).ok()?;
    Some(text.trim_end_matches(['\r', '\n']).to_owned())
}

fn records(output: &[u8]) -> impl Iterator<Item = String> {
    let parts = output.split(|byte| *byte == 0).filter(|it| !it.is_empty());
    parts.map(|it| String::from_utf8_lossy(it).into_owned())
}

/// `MODE … ID …<TAB>PATH`, where the id is the word at `id`.
fn item(record: &str, id: usize) -> Option<Item> {
    let (head, path) = record.split_once('\t')?;
    let mut words = head.split(' ');
    let kind = match words.next()? {
        "120000" => ItemKind::Link,
        "160000" => ItemKind::Submodule,
        _ => ItemKind::File,
    };
    Some(Item { path: path.to_owned(), kind, id: words.nth(id - 1)?.to_owned() })
}
