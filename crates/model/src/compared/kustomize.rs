//! What kustomizations put into other manifests: patches of both kinds, and numbers of replicas.

use std::collections::HashMap;
use std::sync::Arc;

use connlint_core::Span;
use connlint_resolve::{Kind, Value, unwrap};

use super::Compared;
use crate::walk::Written;

/// Patches of one file, and settings of one patch, that are looked at.
const MOST: usize = 2_000;

/// One value that a kustomization puts into another manifest.
#[derive(Clone, Debug)]
pub(crate) struct Patch {
    /// The file that says so.
    pub(crate) home: String,
    /// Kind of what is patched; nothing where any kind is.
    pub(crate) kind: Option<String>,
    /// Its name; nothing where any name is.
    pub(crate) name: Option<String>,
    /// Keys and indexes from the top of the manifest.
    pub(crate) path: Vec<Arc<str>>,
    /// What is put there; nothing where something is taken away. Of maps that are merged, each entry by itself.
    pub(crate) value: Option<Value>,
    /// Where it stands.
    pub(crate) at: Span,
}

/// What a patch is for.
#[derive(Clone, Debug, Default)]
struct Target {
    kind: Option<String>,
    name: Option<String>,
}

/// A file of patches, and what its operations are for.
#[derive(Clone, Debug)]
pub(crate) struct Patched {
    pub(crate) file: String,
    target: Target,
}

/// Adds what a document patches, if it is a kustomization, or operations that one may refer to.
pub(crate) fn of_document(compared: &mut Compared, document: &Value, home: &str, written: Written<'_>) {
    let file = home.rsplit('/').next().unwrap_or(home);
    let kind = document.get("kind").and_then(Value::text).unwrap_or_default();
    let mut reader = Reader { compared, home, written };
    match kind {
        // Flux's own resource of this name takes the same patches, below `spec`.
        "Kustomization" | "Component" => {
            reader.kustomization(document);
            document.get("spec").into_iter().for_each(|it| reader.kustomization(it));
        }
        "Application" | "ApplicationSet" => {
            let paths: [&[&str]; 2] = [&["spec"], &["spec", "template", "spec"]];
            for spec in paths.into_iter().filter_map(|path| document.at(path)) {
                let more = spec.get("sources").map(Value::items).unwrap_or_default();
                for source in spec.get("source").into_iter().chain(more) {
                    source.get("kustomize").into_iter().for_each(|it| reader.kustomization(it));
                }
            }
        }
        "" if file.to_ascii_lowercase().starts_with("kustomization") => reader.kustomization(document),
        "" if is_operations(document) => reader.operations(document, &Target::default()),
        _ => {}
    }
}

/// Gives operations in files of their own to what the kustomizations say they are for.
pub(crate) fn join(compared: &mut Compared) {
    let mut targets: HashMap<&str, Vec<&Target>> = HashMap::new();
    for it in compared.patched.iter().take(MOST) {
        targets.entry(&it.file).or_default().push(&it.target);
    }
    let mut all = Vec::new();
    for patch in std::mem::take(&mut compared.patches) {
        // A patch without a target is one of a file that names none by itself.
        if patch.kind.is_some() || patch.name.is_some() {
            all.push(patch);
            continue;
        }
        for target in targets.get(&*patch.home).into_iter().flatten().take(16) {
            let (kind, name) = (target.kind.clone(), target.name.clone());
            all.push(Patch { kind, name, ..patch.clone() });
        }
    }
    compared.patches = all;
}

/// Whether a document is a list of JSON patch operations.
fn is_operations(document: &Value) -> bool {
    let items = document.items();
    !items.is_empty() && items.iter().all(|it| it.get("op").is_some() && it.get("path").is_some())
}

struct Reader<'r, 'w> {
    compared: &'r mut Compared,
    home: &'r str,
    written: Written<'w>,
}

impl Reader<'_, '_> {
    fn kustomization(&mut self, value: &Value) {
        let list = |key: &str| value.get(key).map(Value::items).unwrap_or_default();
        for item in list("patches").iter().chain(list("patchesJson6902")).take(MOST) {
            let named = |key: &str| item.get("target")?.get(key)?.text().map(str::to_owned);
            let target = Target { kind: named("kind"), name: named("name") };
            if let Some(patch) = item.get("patch") {
                self.text(patch, &target);
            }
            if let Some(file) = item.get("path").and_then(Value::text) {
                self.compared.patched.push(Patched { file: beside(self.home, file), target });
            }
        }
        for item in list("patchesStrategicMerge").iter().take(MOST) {
            if let Some(file) = item.text().filter(|it| !it.contains('\n')) {
                let patched = Patched { file: beside(self.home, file), target: Target::default() };
                self.compared.patched.push(patched);
            }
            self.text(item, &Target::default());
        }
        for item in list("resources").iter().chain(list("bases")).take(MOST) {
            if let Some(file) = item.text().filter(|it| !it.contains("://")) {
                self.compared.listed.insert((beside(self.home, file), self.home.to_owned()));
            }
        }
        for item in list("replicas").iter().take(MOST) {
            if let (Some(name), Some(count)) = (item.get("name").and_then(Value::text), item.get("count")) {
                let target = Target { kind: None, name: Some(name.to_owned()) };
                self.push(&target, vec!["spec".into(), "replicas".into()], Some(count), count.span);
            }
        }
    }

    /// A patch that is written out in a string; it may be written as a map as well.
    fn text(&mut self, patch: &Value, target: &Target) {
        let inner = match patch.is_collection() {
            true => vec![patch.clone()],
            false => unwrap(patch, self.written),
        };
        for document in inner {
            match is_operations(&document) {
                true => self.operations(&document, target),
                false => self.merged(&document, target),
            }
        }
    }

    fn operations(&mut self, document: &Value, target: &Target) {
        for item in document.items().iter().take(MOST) {
            let text = |key: &str| item.get(key).and_then(Value::text);
            let (Some(op), Some(path)) = (text("op"), text("path")) else { continue };
            // `~1` is a slash within a key, `~0` a tilde.
            let steps = path.split('/').skip(1).map(|it| it.replace("~1", "/").replace("~0", "~").into());
            let path: Vec<Arc<str>> = steps.collect();
            let value = item.get("value");
            match op {
                "add" | "replace" => self.push(target, path, value, value.map_or(item.span, |it| it.span)),
                "remove" => self.push(target, path, None, item.span),
                _ => {}
            }
        }
    }

    /// A strategic merge: the manifest that it is for is named by itself, unless a target says otherwise.
    fn merged(&mut self, document: &Value, target: &Target) {
        let own = |path: &[&str]| document.at(path).and_then(Value::text).map(str::to_owned);
        let target = Target {
            kind: target.kind.clone().or_else(|| own(&["kind"])),
            name: target.name.clone().or_else(|| own(&["metadata", "name"])),
        };
        let mut open: Vec<(Vec<Arc<str>>, &Value)> = vec![(Vec::new(), document)];
        let mut budget = MOST;
        while let Some((path, value)) = open.pop() {
            if budget == 0 || path.len() > 32 {
                break;
            }
            budget -= 1;
            match &value.kind {
                Kind::Map(entries) => {
                    for entry in entries.iter().rev().take(MOST) {
                        let mut below = path.clone();
                        below.push(Arc::clone(&entry.key));
                        open.push((below, &entry.value));
                    }
                }
                Kind::Null => self.push(&target, path, None, value.span),
                _ if matches!(path.first().map(|it| &**it), Some("apiVersion" | "kind")) => {}
                _ => self.push(&target, path, Some(value), value.span),
            }
        }
    }

    fn push(&mut self, target: &Target, path: Vec<Arc<str>>, value: Option<&Value>, at: Span) {
        self.compared.patches.push(Patch {
            home: self.home.to_owned(),
            kind: target.kind.clone(),
            name: target.name.clone(),
            path,
            value: value.cloned(),
            at,
        });
    }
}

impl Patch {
    /// Whether it is for a manifest of this kind and name. Kustomize reads both as patterns that fit as a whole; of
    /// these, only alternatives and `.*` at an end are understood here.
    pub(crate) fn fits(&self, kind: &str, name: &str) -> bool {
        let one = |pattern: &Option<String>, text: &str| match pattern {
            None => true,
            Some(pattern) => pattern
                .trim_matches(['^', '$', '(', ')'])
                .split('|')
                .any(|it| it == text || it.strip_suffix(".*").is_some_and(|it| text.starts_with(it))),
        };
        (self.kind.is_some() || self.name.is_some()) && one(&self.kind, kind) && one(&self.name, name)
    }

    /// Whether it is for this place of a manifest.
    pub(crate) fn is_at(&self, path: &[&str]) -> bool {
        self.path.len() == path.len() && self.path.iter().zip(path).all(|(own, step)| **own == **step)
    }
}

/// A path as written in a file, from the top of the repository.
pub(super) fn beside(home: &str, path: &str) -> String {
    let mut steps: Vec<&str> = home.split('/').collect();
    steps.pop();
    for step in path.split('/') {
        match step {
            "" | "." => {}
            ".." => drop(steps.pop()),
            _ => steps.push(step),
        }
    }
    steps.join("/")
}

#[cfg(test)]
mod tests {
    use connlint_core::FileId;
    use connlint_parse::{Format, Syntax, parse};

    use super::*;

    fn patches(files: &[(&str, &str)]) -> Vec<String> {
        let mut compared = Compared::default();
        for (path, text) in files {
            let parsed = parse(FileId(0), text, Format::Yaml);
            let Syntax::Data(tree) = parsed.syntax else { panic!("no data") };
            let written = |span: Span| text.get(span.start as usize..span.end as usize).unwrap_or_default();
            for document in connlint_resolve::data::documents(&tree) {
                of_document(&mut compared, &document, path, &written);
            }
        }
        join(&mut compared);
        let shown = compared.patches.iter().map(|it| {
            let (kind, name) = (it.kind.as_deref().unwrap_or("*"), it.name.as_deref().unwrap_or("*"));
            let value = it.value.as_ref().map(|it| super::super::manifests::scalar(it).unwrap_or_default());
            format!("{kind}/{name} {} {}", it.path.join("."), value.unwrap_or_else(|| "-".to_owned()))
        });
        shown.collect()
    }

    #[test]
    fn patches_of_every_form_are_read() {
        let text = "kind: Kustomization\nreplicas:\n- name: a\n  count: 0\npatches:\n\
                    - target: {kind: CronJob, name: b}\n  patch: |-\n    - op: add\n      path: /spec/suspend\n      value: true\n    - op: remove\n      path: /metadata/annotations/a~1b\n\
                    - patch: |-\n    kind: Deployment\n    metadata:\n      name: c\n    spec:\n      replicas: 0\n";
        let found = patches(&[("k/kustomization.yaml", text)]);
        let expected = [
            "CronJob/b spec.suspend true",
            "CronJob/b metadata.annotations.a/b -",
            "Deployment/c metadata.name c",
            "Deployment/c spec.replicas 0",
            "*/a spec.replicas 0",
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn operations_in_files_go_to_their_targets() {
        let found = patches(&[
            ("k/kustomization.yaml", "patches:\n- target: {kind: CronJob}\n  path: ../p/off.yaml\n"),
            ("p/off.yaml", "- {op: replace, path: /spec/suspend, value: true}\n"),
            ("p/other.yaml", "- {op: replace, path: /spec/suspend, value: true}\n"),
        ]);
        assert_eq!(found, ["CronJob/* spec.suspend true"]);
    }

    #[test]
    fn targets_fit() {
        let found = |kind: &str, name: &str| {
            let patch = Patch {
                home: String::new(),
                kind: Some(kind.to_owned()).filter(|it| !it.is_empty()),
                name: Some(name.to_owned()).filter(|it| !it.is_empty()),
                path: Vec::new(),
                value: None,
                at: Span::default(),
            };
            patch.fits("Deployment", "crm-bridge")
        };
        assert!(
            found("Deployment", "crm-bridge") && found("", "crm-.*") && found("Deployment|StatefulSet", "")
        );
        assert!(!found("CronJob", "crm-bridge") && !found("", "") && !found("", "crm"));
    }
}
