//! Who owns a file: the configuration, then `CODEOWNERS`.

use std::path::Path;

use anyhow::Result;
use ignore::gitignore::Gitignore;

use crate::discover::{below, join, own_text, patterns};

/// Owners by path; the last match wins.
#[derive(Default)]
pub(crate) struct Owners {
    configured: Vec<(Gitignore, String)>,
    lines: Vec<(Gitignore, Vec<String>)>,
    /// Where the judged folder lies below the configuration's, and below the repository's top.
    above: (String, String),
}

/// Where GitHub looks for the file, in its order.
/// Source: "About code owners", GitHub Docs.
const PLACES: &[&str] = &[".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"];

impl Owners {
    /// The owners of the folder `base`: `configured` pairs of pattern, seen from `root`, and owner; then the
    /// `CODEOWNERS` of the repository at `top`.
    pub(crate) fn load<'a>(
        root: &Path,
        base: &Path,
        top: &Path,
        configured: impl Iterator<Item = (&'a String, &'a String)>,
    ) -> Result<Self> {
        // A folder with owners of its own is a repository in all but name.
        let has_own = PLACES.iter().any(|place| base.join(place).is_file());
        let top = if has_own { base } else { top };
        let read = |place: &str| own_text(&top.join(place));
        let owners = Self::read(root, configured, read)?;
        Ok(Self { above: (below(root, base), below(top, base)), ..owners })
    }

    /// The owners of a repository at `root`, whose files `read` reads.
    pub(crate) fn read<'a>(
        root: &Path,
        configured: impl Iterator<Item = (&'a String, &'a String)>,
        read: impl Fn(&str) -> Option<String>,
    ) -> Result<Self> {
        let mut owners = Self::default();
        for (pattern, owner) in configured {
            owners.configured.push((patterns(root, &[pattern])?, owner.clone()));
        }
        let text = PLACES.iter().find_map(|place| read(place)).unwrap_or_default();
        for line in text.lines() {
            let line = line.split('#').next().unwrap_or_default().trim();
            let mut words = line.split_whitespace();
            let Some(pattern) = words.next().filter(|it| !it.starts_with('[') && !it.starts_with('^')) else {
                continue;
            };
            let names: Vec<String> = words.map(str::to_owned).collect();
            // A line that git's syntax refuses is somebody else's to mend.
            if let Ok(pattern) = patterns(Path::new(""), &[pattern]) {
                owners.lines.push((pattern, names));
            }
        }
        Ok(owners)
    }

    /// Owners of a path within the judged folder.
    pub(crate) fn of(&self, path: &str) -> Vec<String> {
        let (configured, path) = (join(&self.above.0, path), join(&self.above.1, path));
        let fits = |it: &Gitignore, path: &str| it.matched_path_or_any_parents(path, false).is_ignore();
        if let Some((_, owner)) = self.configured.iter().rev().find(|(pattern, _)| fits(pattern, &configured))
        {
            return vec![owner.clone()];
        }
        self.lines
            .iter()
            .rev()
            .find(|(pattern, _)| fits(pattern, &path))
            .map(|(_, names)| names.clone())
            .unwrap_or_default()
    }
}
