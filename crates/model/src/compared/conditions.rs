//! Charts: the conditions under which their parts are installed, and values that are written into other manifests.

use std::collections::{BTreeSet, HashMap};

use connlint_resolve::{Kind, Value, unwrap};

use super::manifests::scalar;
use super::{Compared, maps};
use crate::walk::Written;

/// Nodes of one file of values that are looked at, and how deep they may lie.
const MOST: usize = 5_000;
const DEEPEST: usize = 8;

/// A part of a chart that is installed only if a value is not false.
#[derive(Clone, Debug)]
pub(crate) struct Conditional {
    folder: String,
    name: String,
    /// Paths of the value; the first that is given counts.
    paths: Vec<String>,
}

/// Adds what a chart, its values, or a manifest that installs one says.
pub(super) fn of_document(compared: &mut Compared, document: &Value, home: &str, written: Written<'_>) {
    let (folder, file) = home.rsplit_once('/').unwrap_or(("", home));
    if matches!(file, "Chart.yaml" | "requirements.yaml") {
        for part in document.get("dependencies").map(Value::items).unwrap_or_default() {
            let text = |key: &str| part.get(key).and_then(Value::text);
            let (Some(name), Some(paths)) = (text("alias").or(text("name")), text("condition")) else {
                continue;
            };
            let paths = paths.split(',').map(|it| it.trim().to_owned()).collect();
            compared.conditional.push(Conditional {
                folder: folder.to_owned(),
                name: name.to_owned(),
                paths,
            });
        }
    } else if file.contains("values") && document.get("apiVersion").is_none() {
        let mut paths = Vec::new();
        switches(document, "", &mut paths, 0);
        compared.values.extend(paths.into_iter().map(|(path, on)| (home.to_owned(), path, on)));
    }
    installed(compared, document, home, written);
}

/// Every truth value, by its path.
fn switches(value: &Value, path: &str, found: &mut Vec<(String, bool)>, depth: usize) {
    if found.len() >= MOST || depth > DEEPEST {
        return;
    }
    for entry in value.entries().iter().take(MOST) {
        let below = if path.is_empty() { entry.key.to_string() } else { format!("{path}.{}", entry.key) };
        match &entry.value.kind {
            Kind::Map(_) => switches(&entry.value, &below, found, depth + 1),
            _ => match scalar(&entry.value).as_deref() {
                Some("true") => found.push((below, true)),
                Some("false") => found.push((below, false)),
                _ => {}
            },
        }
    }
}

/// Values that a manifest installs a chart with.
fn installed(compared: &mut Compared, document: &Value, home: &str, written: Written<'_>) {
    let text = |path: &[&str]| document.at(path).and_then(Value::text).unwrap_or_default();
    let name = [text(&["metadata", "name"])];
    match text(&["kind"]) {
        "HelmRelease" => {
            if let Some(values) = document.at(&["spec", "values"]) {
                maps::of_map(compared, values, home, &name);
            }
        }
        "Application" => {
            let Some(spec) = document.get("spec") else { return };
            let more = spec.get("sources").map(Value::items).unwrap_or_default();
            for helm in spec.get("source").into_iter().chain(more).filter_map(|it| it.get("helm")) {
                if let Some(values) = helm.get("valuesObject") {
                    maps::of_map(compared, values, home, &name);
                }
                for values in helm.get("values").map(|it| unwrap(it, written)).unwrap_or_default() {
                    maps::of_map(compared, &values, home, &name);
                }
            }
        }
        _ => {}
    }
}

/// Switches off the parts of charts whose condition does not hold.
pub(super) fn join(compared: &mut Compared) {
    let mut values: HashMap<(&str, &str), bool> = HashMap::new();
    let mut files: HashMap<&str, BTreeSet<&str>> = HashMap::new();
    for (home, path, on) in &compared.values {
        values.insert((home, path), *on);
        files.entry(home.rsplit_once('/').map_or("", |(folder, _)| folder)).or_default().insert(home);
    }
    let mut off: BTreeSet<(String, String)> = BTreeSet::new();
    for it in &compared.conditional {
        for file in files.get(&*it.folder).into_iter().flatten() {
            let first = it.paths.iter().find_map(|path| values.get(&(file, path.as_str())));
            if first == Some(&false) {
                off.insert(((*file).to_owned(), it.name.clone()));
            }
        }
    }
    for switch in &mut compared.switches {
        switch.off |= off.contains(&(switch.seat.home.clone(), switch.seat.address.clone()));
    }
}
