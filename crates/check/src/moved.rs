//! Files that a change moves: what was said of them under their old names holds under the new ones.

use std::collections::{BTreeMap, BTreeSet};

/// New names by old ones, of files and of folders that moved as a whole.
#[derive(Clone, Debug, Default)]
pub struct Moved {
    names: BTreeMap<String, String>,
    edited: BTreeSet<String>,
}

impl Moved {
    /// From the files that moved, and every path there is afterwards.
    pub fn new(files: &BTreeMap<String, String>, paths: &BTreeSet<String>) -> Self {
        let mut names = files.clone();
        for (old, new) in files {
            let (Some((from, _)), Some((to, _))) = (old.rsplit_once('/'), new.rsplit_once('/')) else {
                continue;
            };
            let inside = format!("{from}/");
            let left = paths.range(inside.clone()..).next().is_some_and(|path| path.starts_with(&inside));
            if from != to && !left {
                names.insert(from.to_owned(), to.to_owned());
            }
        }
        Self { names, edited: BTreeSet::new() }
    }

    /// The same, with the paths of files whose bytes differ.
    pub fn with_edited(self, edited: BTreeSet<String>) -> Self {
        Self { edited, ..self }
    }

    /// Whether the change edits this file, read or not.
    pub fn is_edited(&self, path: &str) -> bool {
        self.edited.contains(path)
    }

    /// Whether something has moved to this path.
    pub fn is_new_name(&self, path: &str) -> bool {
        self.names.values().any(|it| it == path)
    }

    /// The name under which an old path goes on.
    pub fn path<'a>(&'a self, old: &'a str) -> &'a str {
        self.names.get(old).map_or(old, String::as_str)
    }

    /// An id or key that begins with a path, such as `tf:live/eu:var.token`, under the path's new name.
    pub fn key(&self, old: &str) -> String {
        if self.names.is_empty() {
            return old.to_owned();
        }
        let scheme = old.find(':').map_or(0, |at| if is_scheme(old, at) { at + 1 } else { 0 });
        let rest = old.get(scheme..).unwrap_or_default();
        let ends = rest.match_indices([':', '#', '/']).map(|(at, _)| at).chain([rest.len()]);
        // Of several folders that moved, the innermost.
        let known = ends.filter_map(|end| Some((end, self.names.get(rest.get(..end)?)?))).next_back();
        match known {
            Some((end, new)) => {
                let (before, after) = (old.get(..scheme), rest.get(end..));
                [before.unwrap_or_default(), new, after.unwrap_or_default()].concat()
            }
            None => old.to_owned(),
        }
    }
}

/// Whether the word before the first colon is the kind of a key and no path.
fn is_scheme(text: &str, at: usize) -> bool {
    matches!(text.get(..at), Some("tf" | "k8s" | "eso" | "env" | "file" | "provider"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_follow_their_files() {
        let files = BTreeMap::from([
            ("apps/old.yaml".to_owned(), "apps/new.yaml".to_owned()),
            ("live/eu/main.tf".to_owned(), "envs/eu/main.tf".to_owned()),
        ]);
        let paths = ["apps/new.yaml", "apps/other.yaml", "envs/eu/main.tf"].map(str::to_owned);
        let moved = Moved::new(&files, &paths.into_iter().collect());
        for (old, new) in [
            ("apps/old.yaml:Deployment/web", "apps/new.yaml:Deployment/web"),
            ("apps/other.yaml:Deployment/web", "apps/other.yaml:Deployment/web"),
            ("tf:live/eu:var.token", "tf:envs/eu:var.token"),
            ("k8s:live/eu/shop/db#password", "k8s:envs/eu/shop/db#password"),
            ("tf:live/eu2:var.token", "tf:live/eu2:var.token"),
        ] {
            assert_eq!(moved.key(old), new);
        }
        assert_eq!(moved.path("live/eu/main.tf"), "envs/eu/main.tf");
    }
}
