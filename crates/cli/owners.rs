//! Who owns a file: the configuration, then `CODEOWNERS`.

use std::path::Path;

use anyhow::Result;
use ignore::gitignore::Gitignore;

use crate::discover::patterns;

/// Owners by path; the last match wins.
#[derive(Default)]
pub(crate) struct Owners {
    configured: Vec<(Gitignore, String)>,
    lines: Vec<(Gitignore, Vec<String>)>,
}

/// Where GitHub looks for the file, in its order.
/// Source: "About code owners", GitHub Docs.
const PLACES: &[&str] = &[".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"];

impl Owners {
    /// The owners of a tree: `configured` pairs of pattern and owner, and the tree's `CODEOWNERS`.
    pub(crate) fn load<'a>(
        root: &Path,
        configured: impl Iterator<Item = (&'a String, &'a String)>,
    ) -> Result<Self> {
        let mut owners = Self::default();
        for (pattern, owner) in configured {
            owners.configured.push((patterns(root, &[pattern])?, owner.clone()));
        }
        let text = PLACES
            .iter()
            .find_map(|place| std::fs::read_to_string(root.join(place)).ok())
            .unwrap_or_default();
        for line in text.lines() {
            let line = line.split('#').next().unwrap_or_default().trim();
            let mut words = line.split_whitespace();
            let Some(pattern) = words.next().filter(|it| !it.starts_with('[') && !it.starts_with('^')) else {
                continue;
            };
            let names: Vec<String> = words.map(str::to_owned).collect();
            // A line that git's syntax refuses is somebody else's to mend.
            if let Ok(pattern) = patterns(root, &[pattern]) {
                owners.lines.push((pattern, names));
            }
        }
        Ok(owners)
    }

    /// Owners of a path within the tree.
    pub(crate) fn of(&self, path: &str) -> Vec<String> {
        let fits = |it: &Gitignore| it.matched_path_or_any_parents(path, false).is_ignore();
        if let Some((_, owner)) = self.configured.iter().rev().find(|(pattern, _)| fits(pattern)) {
            return vec![owner.clone()];
        }
        self.lines
            .iter()
            .rev()
            .find(|(pattern, _)| fits(pattern))
            .map(|(_, names)| names.clone())
            .unwrap_or_default()
    }
}
