//! Documents that take no credential themselves and name the files of those that do, as connections name their two ends:
//! switched off, they leave the credentials of both behind.

use std::collections::{BTreeMap, BTreeSet};

use connlint_core::Location;
use connlint_resolve::{Kind, Value};

use super::switch::switched;
use super::{Compared, Seat, Switch};

/// Marks a credential that is yet to be found in the file that is named.
const LINK: &str = "link:";
/// Files that one document names, and credentials that are told of it.
const MOST: usize = 16;

/// Adds a document that has a switch and names files.
pub(super) fn of_document(compared: &mut Compared, document: &Value, home: &str) {
    // Whatever else names files is known by its own form.
    if document.get("kind").is_some() || document.get("services").is_some() {
        return;
    }
    let named = document.entries().iter().filter_map(|it| file(&it.key, &it.value)).take(MOST);
    let holds: Vec<String> = named.map(|it| format!("{LINK}{it}")).collect();
    if holds.is_empty() {
        return;
    }
    let settings = ["configuration", "config", "settings"].into_iter().filter_map(|key| document.get(key));
    let entries = std::iter::once(document).chain(settings).flat_map(Value::entries);
    let Some((off, at)) = entries.into_iter().find_map(|it| Some((switched(&it.key, &it.value)?, &it.value)))
    else {
        return;
    };
    let name = ["resource_name", "name", "id"].into_iter().find_map(|key| document.get(key)?.text());
    let file = home.rsplit('/').next().unwrap_or(home);
    let address = name.unwrap_or(file.split('.').next().unwrap_or(file));
    compared.switches.push(Switch {
        seat: Seat::of_path(home, address),
        called: String::new(),
        off,
        elsewhere: false,
        holds,
        at: Location { span: at.span, path: address.to_owned(), via: at.steps().collect() },
    });
}

/// The file that a setting names.
fn file<'v>(key: &str, value: &'v Value) -> Option<&'v str> {
    let named = ["path", "file", "ref"].iter().any(|end| key.to_ascii_lowercase().ends_with(end));
    let text = match &value.kind {
        Kind::Text(_) if named => value.text()?,
        _ => return None,
    };
    let text = text.trim_start_matches("./");
    let document = [".yaml", ".yml", ".json"].iter().any(|end| text.ends_with(end));
    (document && text.len() < 300 && !text.contains("..")).then_some(text)
}

/// Puts the credentials of the files in the place of their names.
pub(super) fn join(compared: &mut Compared) {
    let is_link = |it: &&mut Switch| it.holds.iter().any(|it| it.starts_with(LINK));
    let mut open = compared.switches.iter_mut().filter(is_link).peekable();
    if open.peek().is_none() {
        return;
    }
    let mut keys: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for site in &compared.sites {
        let own = keys.entry(&site.seat.home).or_default();
        own.extend(site.takes.iter().filter(|it| !it.is_identity()).map(|it| it.key.as_str()));
    }
    for switch in open {
        let links = switch.holds.iter().filter_map(|it| it.strip_prefix(LINK));
        // A file is named from the folder above, wherever that is.
        let found = links.filter_map(|link| {
            let mut above = ancestors(&switch.seat.home).map(|it| format!("{it}{link}"));
            above.find_map(|path| keys.get(path.as_str()))
        });
        let found: BTreeSet<String> = found.flatten().map(|it| (*it).to_owned()).collect();
        switch.holds = found.into_iter().take(MOST).collect();
    }
}

/// The folders that a file stands in, the nearest first, each with its `/`; the last one is the root.
fn ancestors(path: &str) -> impl Iterator<Item = &str> {
    let ends = path.match_indices('/').map(|(at, _)| at + 1).collect::<Vec<_>>();
    ends.into_iter().rev().chain([0]).filter_map(|end| path.get(..end))
}

#[cfg(test)]
mod tests {
    use connlint_core::Span;

    use super::*;

    #[test]
    fn files_are_named() {
        let named = |key: &str, text: &str| {
            let value = Value::literal(text, Span::default());
            file(key, &value).map(str::to_owned)
        };
        assert_eq!(named("source_configuration_path", "./a/b.yaml").as_deref(), Some("a/b.yaml"));
        assert_eq!(named("description", "a/b.yaml"), None);
        assert_eq!(named("path", "../b.yaml"), None);
        assert_eq!(ancestors("x/y/z.yaml").collect::<Vec<_>>(), ["x/y/", "x/", ""]);
    }
}
