//! Versions that manifests of a cluster ask for: charts and sources of Argo CD and Flux, plugins of Kafka Connect, packages of
//! Crossplane and of the Operator Lifecycle Manager, and what Kustomize sets.

use connlint_resolve::Value;

use super::pins::{Pin, pin};
use super::versions::{given, of_image};
use super::{Compared, Seat, Watch};

/// Entries of one list that are looked at.
const MOST: usize = 500;

/// Adds the versions of a manifest.
pub(super) fn of_manifest(compared: &mut Compared, seat: &Seat, kind: &str, manifest: &Value) {
    let Some(spec) = manifest.get("spec") else {
        return kustomized(compared, seat, kind, manifest);
    };
    let text = |keys: &[&str]| spec.at(keys).and_then(Value::text);
    match kind {
        "HelmRelease" => {
            // Another chart is another program, whose version is no other version of this one.
            let name = text(&["chart", "spec", "chart"]).or(text(&["chart", "name"])).unwrap_or("chart");
            let version = spec.at(&["chart", "spec", "version"]).or(spec.at(&["chart", "version"]));
            chart(compared, seat, name, version, spec);
        }
        "HelmChart" => {
            // Flux and the Helm controller of K3s have the same fields.
            let name = text(&["chart"]).unwrap_or("chart");
            chart(compared, seat, name, spec.get("version"), spec);
        }
        "Application" => sources(compared, seat, spec),
        "ApplicationSet" => {
            if let Some(template) = spec.at(&["template", "spec"]) {
                sources(compared, seat, template);
            }
        }
        "OCIRepository" | "GitRepository" => {
            for key in ["tag", "semver", "branch", "name"] {
                given(compared, seat, Watch::Version, "ref", spec.at(&["ref", key]));
            }
            for key in ["commit", "digest"] {
                given(compared, seat, Watch::Version, key, spec.at(&["ref", key]));
            }
        }
        "KafkaConnect" | "KafkaConnectS2I" => {
            given(compared, seat, Watch::Version, "version", spec.get("version"));
            built(compared, seat, spec);
        }
        "Kafka" => given(compared, seat, Watch::Version, "version", spec.at(&["kafka", "version"])),
        "Provider" | "Function" | "Configuration" => {
            if let Some((name, version)) = text(&["package"]).and_then(|it| it.rsplit_once(':'))
                && let Some(at) = spec.get("package")
            {
                pin(compared, seat, Watch::Version, &format!("package {name}"), &Pin::tag(version), at);
            }
        }
        "Subscription" => {
            for key in ["channel", "startingCSV"] {
                given(compared, seat, Watch::Version, key, spec.get(key));
            }
        }
        "KafkaMirrorMaker2" | "KafkaBridge" => {
            given(compared, seat, Watch::Version, "version", spec.get("version"));
        }
        // Operators run what they are told the version of.
        _ => given(compared, seat, Watch::Program, "version", spec.get("version")),
    }
}

fn chart(compared: &mut Compared, seat: &Seat, name: &str, version: Option<&Value>, at: &Value) {
    let wanted = version.and_then(super::manifests::scalar).unwrap_or_default();
    let name = format!("chart {name}");
    pin(compared, seat, Watch::Version, &name, &Pin::tag(&wanted), version.unwrap_or(at));
}

/// What an application of Argo CD is made of, each by its chart or repository.
fn sources(compared: &mut Compared, seat: &Seat, spec: &Value) {
    let many = spec.get("sources").map(Value::items).unwrap_or_default();
    for source in spec.get("source").into_iter().chain(many).take(MOST) {
        let text = |key: &str| source.get(key).and_then(Value::text);
        let repository = text("repoURL").unwrap_or_default();
        let name = text("chart").unwrap_or_else(|| repository.rsplit('/').next().unwrap_or(repository));
        given(compared, seat, Watch::Version, &format!("chart {name}"), source.get("targetRevision"));
    }
}

/// The plugins that an image of Kafka Connect is built with.
fn built(compared: &mut Compared, seat: &Seat, spec: &Value) {
    let plugins = spec.at(&["build", "plugins"]).map(Value::items).unwrap_or_default();
    for plugin in plugins.iter().take(MOST) {
        let own = plugin.get("name").and_then(Value::text).unwrap_or_default();
        for artifact in plugin.get("artifacts").map(Value::items).unwrap_or_default().iter().take(MOST) {
            let text = |key: &str| artifact.get(key).and_then(Value::text).unwrap_or_default();
            if let Some(url) = artifact.get("url")
                && let Some(address) = url.text()
            {
                let (name, version) = versioned(address);
                let name = format!("plugin {own} {name}");
                pin(compared, seat, Watch::Version, &name, &Pin::tag(version), url);
            } else {
                let name = format!("plugin {own} {}:{}", text("group"), text("artifact"));
                given(compared, seat, Watch::Version, &name, artifact.get("version"));
            }
        }
    }
}

/// A file's name before its version, and all that follows: `x-sink-2.5.zip`.
fn versioned(address: &str) -> (&str, &str) {
    let file = address.rsplit('/').next().unwrap_or(address);
    let digit = file.char_indices().find(|(at, c)| {
        let before = at.checked_sub(1).and_then(|it| file.as_bytes().get(it));
        c.is_ascii_digit() && before.is_none_or(|it| matches!(it, b'-' | b'_' | b'v' | b'.'))
    });
    match digit.and_then(|(at, _)| file.split_at_checked(at)) {
        // A version may be a folder: `…/download/v2.5/plugin.zip`.
        Some((name, version)) => (name, version),
        None => (file, address),
    }
}

/// Images, charts and remote bases of a kustomization, which has no `spec`.
fn kustomized(compared: &mut Compared, seat: &Seat, kind: &str, manifest: &Value) {
    if !matches!(kind, "Kustomization" | "Component") {
        return;
    }
    let list = |key: &str| manifest.get(key).map(Value::items).unwrap_or_default().iter().take(MOST);
    for image in list("images") {
        let text = |key: &str| image.get(key).and_then(super::manifests::scalar);
        let (tag, digest) = (text("newTag").unwrap_or_default(), text("digest").unwrap_or_default());
        let Some(name) = text("newName").or_else(|| text("name")) else { continue };
        if !(tag.is_empty() && digest.is_empty()) {
            let at = image.get("newTag").or(image.get("digest")).unwrap_or(image);
            of_image(compared, &seat.home, &name, &Pin { tag: &tag, digest: &digest }, at);
        }
    }
    for own in list("helmCharts") {
        let name = own.get("name").and_then(Value::text).unwrap_or("chart");
        let seat = Seat::of_path(&seat.home, own.get("releaseName").and_then(Value::text).unwrap_or(name));
        chart(compared, &seat, name, own.get("version"), own);
    }
    for base in ["resources", "bases", "components"].into_iter().flat_map(list) {
        let Some((address, query)) = base.text().and_then(|it| it.split_once('?')) else { continue };
        let Some(reference) = query.split('&').find_map(|it| it.strip_prefix("ref=")) else { continue };
        let name = address.trim_end_matches('/').rsplit('/').next().unwrap_or(address);
        let seat = Seat::of_path(&seat.home, name);
        pin(compared, &seat, Watch::Version, "ref", &Pin::tag(reference), base);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_have_versions() {
        assert_eq!(versioned("https://h/2.5/x-sink-2.5.1.zip"), ("x-sink-", "2.5.1.zip"));
        assert_eq!(versioned("https://h/v2.5/sink.jar").0, "sink.jar");
        assert_eq!(versioned("https://h/s3-sink-1.0.jar").0, "s3-sink-");
    }
}
