//! The `baseline` command, and the file it writes.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow};
use connlint_check::Baseline;

use crate::check::{Outcome, Tree, print, settings};
use crate::config::Config;
use crate::discover::shown;
use crate::git::Repository;
use crate::pipeline::{Judged, judge};
use crate::progress::Progress;

/// Name of the file.
pub(crate) const NAME: &str = "connlint.baseline";

/// The `baseline` command: judges the repository as it is and writes what it finds.
pub(crate) fn write(output: Option<&Path>, config: Option<&Path>) -> Result<Outcome> {
    let here = std::env::current_dir().context("this folder is gone")?;
    // Paths of a baseline are seen from the top, whoever writes it.
    if let Some(repository) = Repository::of(Path::new(".")) {
        std::env::set_current_dir(repository.top).context("cannot enter the repository's top folder")?;
    }
    let (output, config) = (output.map(|it| here.join(it)), config.map(|it| here.join(it)));
    let tree = Tree::load(&[PathBuf::from(".")], config.as_deref(), false)?;
    let settings = settings(&tree.config, BTreeSet::new(), true, false)?;
    let progress = Progress::new(tree.found.entries.len());
    let Judged { review, sources } = judge(&tree.found, &tree.around, &[], &settings, &progress)?;
    progress.finish();
    if review.files_read == 0 {
        return Ok(Outcome::NothingRead);
    }
    let open = || review.findings.iter().filter(|it| it.suppression.is_none());
    let file = output.unwrap_or_else(|| path(&tree.config, &tree.root));
    let text = Baseline::write(open(), &sources);
    std::fs::write(&file, text).with_context(|| format!("cannot write {}", file.display()))?;
    let (n, name) = (open().count(), shown(file.strip_prefix(&here).unwrap_or(&file)));
    print(&format!("{name} lists {n} finding{}; commit it\n", if n == 1 { "" } else { "s" }))?;
    Ok(Outcome::Clean)
}

/// Reads the text of a baseline; `path` is for messages.
pub(crate) fn parse(path: &str, text: &str) -> Result<Baseline> {
    Baseline::parse(text).map_err(|line| {
        anyhow!("{path}:{line}: this line names no finding: restore it, or write the file anew with `connlint baseline`")
    })
}

/// The baseline of a tree, where it has one.
pub(crate) fn load(config: &Config, root: &Path) -> Result<Baseline> {
    let path = path(config, root);
    match std::fs::read_to_string(&path) {
        Ok(text) => parse(&path.display().to_string(), &text),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Baseline::default()),
        Err(error) => Err(error).with_context(|| format!("cannot read {}", path.display())),
    }
}

/// Where the baseline of a tree is.
pub(crate) fn path(config: &Config, root: &Path) -> PathBuf {
    root.join(config.baseline.as_deref().unwrap_or(Path::new(NAME)))
}
