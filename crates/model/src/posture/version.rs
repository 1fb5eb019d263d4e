//! Versions: modules and providers that are not pinned, and interfaces whose support ends.

use std::collections::HashMap;
use std::sync::OnceLock;

use connlint_core::{Location, glob};
use connlint_resolve::{Kind, Piece, Text, Value};

use super::settings::Subject;
use super::{Version, Versioned};
use crate::facts::rows;
use crate::part::Part;

/// A version whose support ends.
struct Support {
    pattern: &'static str,
    ended: &'static str,
    replacement: &'static str,
    source: &'static str,
}

/// The rows of one kind of place: `url`, `kubernetes`, `attribute`, `provider`.
fn supports(place: &str) -> &'static [Support] {
    static TABLE: OnceLock<[Vec<Support>; 4]> = OnceLock::new();
    const PLACES: [&str; 4] = ["attribute", "kubernetes", "provider", "url"];
    let table = TABLE.get_or_init(|| {
        PLACES.map(|place| {
            let read = |columns: Vec<&'static str>| {
                let [own, pattern, ended, replacement, source] = columns[..] else { return None };
                (own == place).then_some(Support { pattern, ended, replacement, source })
            };
            rows(include_str!("../../facts/support.tsv")).filter_map(read).collect()
        })
    });
    let index = PLACES.iter().position(|own| *own == place);
    index.and_then(|index| table.get(index)).map_or(&[], Vec::as_slice)
}

fn push(part: &mut Part, subject: &Subject<'_>, path: &str, value: &Value, version: Version) {
    let at = Location {
        span: value.span,
        path: format!("{}/{path}", subject.block.address),
        via: value.steps().collect(),
    };
    part.versions.push(Versioned { version, at, trial: subject.trial });
}

/// A module from elsewhere without a version.
pub(super) fn of_module(part: &mut Part, subject: &Subject<'_>) {
    let body = &subject.block.body;
    let Some(value) = body.get("source") else { return };
    let Some(source) = value.text() else { return };
    let git =
        ["git::", "git@", "github.com/", "bitbucket.org/", "hg::"].iter().any(|it| source.starts_with(it))
            || source.split('?').next().is_some_and(|it| it.ends_with(".git"));
    let pinned = if git {
        // A branch moves; everything else is taken for a tag or a commit.
        let reference = source.split(['?', '&']).find_map(|it| it.strip_prefix("ref="));
        reference.is_some_and(|it| !is_branch(it))
    } else {
        let registry = source.split('/').count() >= 3
            && !source.starts_with(['.', '/'])
            && !source.contains("://")
            && !source.contains("::");
        !registry || body.get("version").is_some_and(|it| !matches!(it.kind, Kind::Null))
    };
    if !pinned {
        let help = if git {
            "add `?ref=` with a tag or a commit to the source"
        } else {
            "add `version` with a constraint"
        };
        let what = format!("the module `{}`", subject.block.name);
        push(part, subject, "source", value, Version::Unpinned { what, help, locked: None });
    }
}

/// Whether a reference names a branch: one of the usual names, or words parted by `/` that end in no version.
fn is_branch(reference: &str) -> bool {
    const USUAL: &[&str] = &[
        "",
        "HEAD",
        "dev",
        "develop",
        "development",
        "latest",
        "main",
        "master",
        "next",
        "stable",
        "staging",
        "trunk",
    ];
    let last = reference.rsplit('/').next().unwrap_or(reference);
    let version = last.trim_start_matches('v').starts_with(|c: char| c.is_ascii_digit());
    USUAL.contains(&reference)
        || reference.starts_with("refs/heads/")
        || (reference.contains('/') && !reference.starts_with("refs/tags/") && !version)
}

/// Providers without a version, and those nobody maintains.
pub(super) fn of_providers(part: &mut Part, subject: &Subject<'_>, root: &str) {
    let block = subject.block;
    let Some(required) = block.body.get("required_providers") else { return };
    for entry in required.entries() {
        let source = entry.value.get("source").and_then(Value::text).unwrap_or_default();
        let source = source.strip_prefix("registry.terraform.io/").unwrap_or(source);
        if let Some(support) = supports("provider").iter().find(|it| it.pattern == source)
            && let Some(value) = entry.value.get("source")
        {
            push(part, subject, &entry.key, value, support.version());
        }
        let constraint = match &entry.value.kind {
            Kind::Map(_) => entry.value.get("version"),
            _ => Some(&entry.value),
        };
        // Whoever calls a module pins its providers.
        let root_module = *block.folder == *root;
        let aliases_only = entry.value.get("configuration_aliases").is_some();
        let open = constraint.is_none_or(|it| {
            it.text().is_some_and(|it| it.trim_start().starts_with(['>', '!']) && !it.contains(['<', '~']))
        });
        if open && root_module && !aliases_only {
            let what = format!("the provider `{}`", entry.key);
            let help = "add a `~>` constraint, or commit `.terraform.lock.hcl`";
            let value = constraint.unwrap_or(&entry.value);
            let span = if constraint.is_some() { value.span } else { entry.key_span };
            let value = Value { span, ..value.clone() };
            push(
                part,
                subject,
                &entry.key,
                &value,
                Version::Unpinned { what, help, locked: Some(root.to_owned()) },
            );
        }
    }
}

/// Attributes and addresses that name a version whose support ends.
pub(super) fn of_attributes(part: &mut Part, subject: &Subject<'_>) {
    let block = subject.block;
    for (attribute, pattern, support) in by_type(&block.type_name) {
        let path: Vec<&str> = attribute.split('.').collect();
        if let Some(value) = block.body.at(&path)
            && value.text().is_some_and(|text| glob(pattern, text))
        {
            push(part, subject, attribute, value, support.version());
        }
    }
}

/// Attributes of a type that name a version, each with the pattern it is compared with.
fn by_type(type_name: &str) -> &'static [(&'static str, &'static str, &'static Support)] {
    type Table = HashMap<&'static str, Vec<(&'static str, &'static str, &'static Support)>>;
    static TABLE: OnceLock<Table> = OnceLock::new();
    let table = TABLE.get_or_init(|| {
        let mut table = Table::new();
        for it in supports("attribute") {
            if let Some((name, value)) = it.pattern.split_once('=')
                && let Some((type_name, attribute)) = name.split_once('.')
            {
                table.entry(type_name).or_default().push((attribute, value, it));
            }
        }
        table
    });
    table.get(type_name).map_or(&[], Vec::as_slice)
}

/// Adds what an address says of the version it asks for.
pub(crate) fn of_address(part: &mut Part, value: &Value, path: &str, trial: bool) {
    // The beginning tells the version, whatever is filled in behind it.
    let first = match &value.kind {
        Kind::Text(Text::Whole(literal)) => literal,
        Kind::Text(Text::Pieces(pieces, _)) => match pieces.first() {
            Some(Piece::Literal(literal)) => literal,
            _ => return,
        },
        _ => return,
    };
    let Some((scheme, address)) = first.text.split_once("://") else { return };
    if !matches!(scheme, "http" | "https") {
        return;
    }
    if let Some(support) = supports("url").iter().find(|it| glob(it.pattern, address)) {
        let at = Location { span: value.span, path: path.to_owned(), via: value.steps().collect() };
        part.versions.push(Versioned { version: support.version(), at, trial });
    }
}

/// Adds what the version of a manifest says.
pub(crate) fn of_manifest(part: &mut Part, manifest: &Value, address: &str, trial: bool) {
    let Some(value) = manifest.get("apiVersion") else { return };
    let (Some(version), Some(kind)) = (value.text(), manifest.get("kind").and_then(Value::text)) else {
        return;
    };
    let named = format!("{version}/{kind}");
    if let Some(support) = supports("kubernetes").iter().find(|it| glob(it.pattern, &named)) {
        let at = Location {
            span: value.span,
            path: format!("{address}/apiVersion"),
            via: value.steps().collect(),
        };
        part.versions.push(Versioned { version: support.version(), at, trial });
    }
}

impl Support {
    fn version(&self) -> Version {
        Version::Ending {
            what: self.pattern,
            ended: self.ended,
            replacement: self.replacement,
            source: self.source,
        }
    }
}
