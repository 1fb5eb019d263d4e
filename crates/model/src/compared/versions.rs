//! Versions that documents ask for: charts, sources, plugins, packages, included files and actions.

use connlint_resolve::{Kind, RefKind, Value};

use super::entries::is_circle;
use super::leaves::visit;
use super::manifests::{push, scalar};
use super::pins::{Pin, pin};
use super::services::program;
use super::{Compared, Seat, Watch};
use crate::walk::Written;

/// Entries of one list that are looked at.
const MOST: usize = 1_000;

/// Adds the versions of a document; `whole` is the text of its file, for what comments say of a commit.
pub(crate) fn versions(compared: &mut Compared, path: &str, document: &Value, whole: &str) {
    let text = |key: &str| document.get(key).and_then(Value::text);
    let file = path.rsplit('/').next().unwrap_or(path);
    if let (Some(_), Some(kind)) = (text("apiVersion"), text("kind")) {
        let name = document.at(&["metadata", "name"]).and_then(Value::text).unwrap_or_default();
        let seat = Seat::of_path(path, &format!("{kind}/{name}"));
        return super::releases::of_manifest(compared, &seat, kind, document);
    }
    if path.contains(".github/workflows/") {
        return actions(compared, path, document, whole);
    }
    match file {
        "Chart.yaml" | "requirements.yaml" => {
            return listed(compared, path, document.get("dependencies"), &["name"], &["version"]);
        }
        "packages.yml" | "packages.yaml" | "dependencies.yml" => {
            let packages = document.get("packages");
            return listed(compared, path, packages, &["package", "git"], &["version", "revision"]);
        }
        "requirements.yml" | "galaxy.yml" => {
            let lists = [document.get("roles"), document.get("collections"), Some(document)];
            return lists.into_iter().for_each(|it| {
                listed(compared, path, it, &["name", "src", "source"], &["version"]);
            });
        }
        _ => {}
    }
    if file.contains("helmfile") {
        listed(compared, path, document.get("releases"), &["name"], &["version"]);
    }
    if file.contains("meltano") {
        plugins(compared, path, document);
    }
    if file.contains("gitlab-ci") || path.contains(".gitlab/") {
        included(compared, path, document);
    }
    if is_circle(path) {
        for orb in document.get("orbs").map(Value::entries).unwrap_or_default().iter().take(MOST) {
            if let Some((_, version)) = orb.value.text().and_then(|it| it.rsplit_once('@')) {
                let seat = Seat::of_path(path, &format!("orbs.{}", orb.key));
                pin(compared, &seat, Watch::Version, "version", &Pin::tag(version), &orb.value);
            }
        }
    }
    if let Some(repositories) = document.at(&["resources", "repositories"]) {
        listed(compared, path, Some(repositories), &["repository"], &["ref"]);
    }
}

/// A list whose every item has a name and a version.
fn listed(compared: &mut Compared, path: &str, list: Option<&Value>, names: &[&str], keys: &[&str]) {
    for item in list.map(Value::items).unwrap_or_default().iter().take(MOST) {
        let Some(name) = names.iter().find_map(|key| item.get(key)?.text()) else { continue };
        let short = name.trim_end_matches(".git");
        let short = if short.contains("://") { short.rsplit('/').next().unwrap_or(short) } else { short };
        let seat = Seat::of_path(path, short);
        let version = keys.iter().find_map(|key| item.get(key));
        let wanted = version.map(|it| it.items().iter().filter_map(scalar).collect::<Vec<_>>().join(","));
        let wanted = wanted.filter(|it| !it.is_empty()).or_else(|| version.and_then(scalar));
        compared.blocks.insert((seat.home.clone(), seat.address.clone()));
        let pinned = Pin::tag(wanted.as_deref().unwrap_or_default());
        pin(compared, &seat, Watch::Version, "version", &pinned, version.unwrap_or(item));
    }
}

/// The packages that plugins of Meltano are installed from.
fn plugins(compared: &mut Compared, path: &str, document: &Value) {
    let kinds = document.get("plugins").map(Value::entries).unwrap_or_default();
    for item in kinds.iter().flat_map(|it| it.value.items()).take(MOST) {
        let (Some(name), Some(value)) = (item.get("name").and_then(Value::text), item.get("pip_url")) else {
            continue;
        };
        let Some(text) = value.text() else { continue };
        let seat = Seat::of_path(path, name);
        for package in text.split_whitespace().filter(|it| !it.starts_with('-')) {
            let (own, version) = package_version(package);
            // Its address may hold a token.
            let own = own.rsplit('/').next().unwrap_or(own);
            pin(compared, &seat, Watch::Version, &format!("package {own}"), &Pin::tag(version), value);
        }
    }
}

/// `name==1.2`, `name~=1.2`, `git+https://host/x.git@v1.2`.
fn package_version(package: &str) -> (&str, &str) {
    let package = package.split('#').next().unwrap_or(package);
    if package.contains("://") {
        let after = package.find("://").map_or(0, |at| at + 3);
        let at = package.get(after..).and_then(|it| it.rfind('@')).map(|at| after + at);
        // A user before the host is no version.
        let at = at
            .filter(|at| package.get(*at..).is_some_and(|it| !it.contains('/')) || package.contains(".git@"));
        return match at.and_then(|at| package.split_at_checked(at)) {
            Some((own, version)) => (own, version.trim_start_matches('@')),
            None => (package, ""),
        };
    }
    let end = package.find(['=', '~', '<', '>', '!']).unwrap_or(package.len());
    package.split_at_checked(end).unwrap_or((package, ""))
}

/// Files and components of other projects that a pipeline includes.
fn included(compared: &mut Compared, path: &str, document: &Value) {
    let Some(include) = document.get("include") else { return };
    let one = std::slice::from_ref(include);
    let items = if include.items().is_empty() { one } else { include.items() };
    for item in items.iter().take(MOST) {
        let text = |key: &str| item.get(key).and_then(Value::text);
        if let Some(project) = text("project") {
            let seat = Seat::of_path(path, &format!("include.{project}"));
            let version = item.get("ref");
            let wanted = version.and_then(scalar).unwrap_or_default();
            pin(compared, &seat, Watch::Version, "ref", &Pin::tag(&wanted), version.unwrap_or(item));
        } else if let Some((component, version)) = text("component").and_then(|it| it.rsplit_once('@')) {
            let short = component.rsplit('/').next().unwrap_or(component);
            let seat = Seat::of_path(path, &format!("include.{short}"));
            pin(compared, &seat, Watch::Version, "version", &Pin::tag(version), item);
        }
    }
}

/// The actions and workflows that a job with access runs. All steps of a job run beside each other, with all it has.
fn actions(compared: &mut Compared, path: &str, document: &Value, whole: &str) {
    let above = document.get("permissions");
    for job in document.get("jobs").map(Value::entries).unwrap_or_default().iter().take(MOST) {
        if !has_access(&job.value, above) {
            continue;
        }
        let seat = Seat::of_path(path, &format!("jobs.{}", job.key));
        let steps = job.value.get("steps").map(Value::items).unwrap_or_default();
        let container = job.value.get("container");
        if let Some(image) = container.and_then(|it| it.get("image").or(Some(it)))
            && let Some(text) = image.text()
        {
            program(compared, &seat, text, image);
        }
        for step in std::iter::once(&job.value).chain(steps).take(MOST) {
            let Some(uses) = step.get("uses") else { continue };
            let Some((action, version)) = uses.text().and_then(|it| it.rsplit_once('@')) else { continue };
            let pinned = match is_digest(version) {
                true => Pin { tag: comment(whole, uses.span.end), digest: version },
                false => Pin::tag(version),
            };
            pin(compared, &seat, Watch::Version, &format!("uses {action}"), &pinned, uses);
        }
    }
}

/// Whether a job may change something, act as somebody, or is given a secret.
fn has_access(job: &Value, above: Option<&Value>) -> bool {
    let permissions = job.get("permissions").or(above);
    let writes = |it: &Value| it.text().is_some_and(|it| it == "write" || it == "write-all");
    permissions.is_some_and(|it| writes(it) || it.entries().iter().any(|it| writes(&it.value)))
        || job.get("secrets").is_some()
        || job
            .references(500)
            .into_iter()
            .any(|it| it.kind == RefKind::CiSecret && &*it.key != "ci:GITHUB_TOKEN")
}

fn is_digest(text: &str) -> bool {
    text.len() >= 40 && text.bytes().all(|b| b.is_ascii_hexdigit())
}

/// The version in the comment behind a value: `# v4.1`, `# tag=v4.1`.
fn comment(whole: &str, end: u32) -> &str {
    let rest = whole.get(end as usize..).unwrap_or_default();
    let line = rest.lines().next().unwrap_or_default();
    let said = line.trim_start_matches(['"', '\'']).trim_start().strip_prefix('#').unwrap_or_default();
    let mut words = said.split(|c: char| c.is_whitespace() || matches!(c, '=' | '@' | ','));
    let version = words.find(|it| {
        let bare = it.strip_prefix('v').unwrap_or(it);
        bare.starts_with(|c: char| c.is_ascii_digit()) && bare.len() < 30
    });
    version.unwrap_or_default()
}

/// Adds the tags of images that are set apart from their names, as values of charts are.
pub(super) fn tags(compared: &mut Compared, seat: &Seat, value: &Value, written: Written<'_>) {
    let mut found = Vec::new();
    visit(value, written, &mut |it| {
        let Some(text) = it.text.filter(|text| !text.is_empty() && text.len() < 130) else { return };
        let above = it.path.len().checked_sub(2).and_then(|at| it.path.get(at)).map_or("", |key| *key);
        let nested = it.path.last() == Some(&"tag") && above.to_ascii_lowercase().contains("image");
        if nested || it.name.ends_with("image.tag") {
            found.push((format!("tag of {}", it.path.join(".")), text.to_owned(), it.value.clone()));
        }
    });
    for (name, tag, at) in found {
        pin(compared, seat, Watch::Program, &name, &Pin::tag(&tag), &at);
    }
}

/// Adds an image that only a version is said of, for whoever runs it.
pub(super) fn of_image(compared: &mut Compared, path: &str, name: &str, pinned: &Pin<'_>, at: &Value) {
    let short = name.rsplit('/').next().unwrap_or(name);
    let seat = Seat { home: format!("image:{short}"), ..Seat::default() };
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    pin(compared, &seat, Watch::Program, &format!("image {short} of {folder}"), pinned, at);
}

/// Adds a version that a field gives as it is.
pub(super) fn given(compared: &mut Compared, seat: &Seat, what: Watch, name: &str, value: Option<&Value>) {
    if let Some(value) = value.filter(|it| !matches!(it.kind, Kind::Map(_) | Kind::List(_)))
        && let Some(text) = scalar(value)
    {
        push(compared, seat, what, name, &text, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packages_have_versions() {
        for (package, version) in [
            ("tap==1.2", "==1.2"),
            ("git+https://github.com/a/tap.git@v1.3", "v1.3"),
            ("git+https://user@host/a/tap.git", ""),
            ("git+ssh://git@host/a/tap.git@main#egg=tap", "main"),
            ("tap", ""),
        ] {
            assert_eq!(package_version(package).1, version, "{package}");
        }
        assert_eq!(comment("x@abc # v4.1\n", 5), "v4.1");
        assert_eq!(comment("x@abc  # tag=v4\n", 5), "v4");
        assert_eq!(comment("x@abc # see below\n", 5), "");
    }
}
