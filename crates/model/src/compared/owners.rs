//! Who owns connectors, in words that a check does not ask for: every owner that labels and tags name, and entries of catalogs.

use connlint_core::Location;
use connlint_resolve::{Kind, Value};

use super::entries::speaks_of_connectors;
use super::manifests::scalar;
use super::{Compared, Seat, Site};

/// Ends of keys whose value is an owner.
const ENDS: &[&str] = &[
    "businessunit",
    "contact",
    "maintainer",
    "maintainers",
    "ownedby",
    "owner",
    "owners",
    "squad",
    "steward",
    "team",
    "teamname",
];

/// Adds the owners that maps of labels or tags name, to those of whatever stands there.
pub(super) fn owned(compared: &mut Compared, seat: &Seat, maps: &[&Value]) {
    let owners: Vec<String> = maps.iter().flat_map(|it| said(it)).collect();
    if !owners.is_empty() {
        compared.owned.push((seat.home.clone(), seat.address.clone(), owners));
    }
}

/// Every owner in a map, or in a list of `key=value`.
fn said(map: &Value) -> Vec<String> {
    let entries = map.entries().iter().filter(|it| names_an_owner(&it.key));
    let mut all: Vec<String> = entries
        .flat_map(|it| match &it.value.kind {
            Kind::List(items) => items.iter().take(32).filter_map(scalar).collect(),
            _ => scalar(&it.value).into_iter().collect::<Vec<_>>(),
        })
        .collect();
    let pairs = map.items().iter().filter_map(|it| it.text()?.split_once(['=', ':']));
    all.extend(pairs.filter(|(key, _)| names_an_owner(key)).map(|(_, it)| it.trim().to_owned()));
    all.retain(|it| !it.is_empty());
    all
}

fn names_an_owner(key: &str) -> bool {
    let last = key.rsplit(['/', ':', '.']).next().unwrap_or(key);
    let plain: String =
        last.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
    ENDS.iter().any(|end| plain.ends_with(end))
}

/// Entries of catalogs that speak of a connector: Backstage, Datadog's service catalog, sources and exposures of dbt.
pub(crate) fn catalog(compared: &mut Compared, path: &str, document: &Value) {
    let text = |keys: &[&str]| document.at(keys).and_then(Value::text);
    let mut add = |address: String, owner: Option<&Value>| {
        let Some(owner) = owner else { return };
        let names = ["name", "email"].into_iter().filter_map(|key| owner.get(key)).filter_map(scalar);
        let owners: Vec<String> = scalar(owner).into_iter().chain(names).collect();
        let seat = Seat::of_path(path, &address);
        let at = Location { span: owner.span, path: address, via: owner.steps().collect() };
        compared.relays.push(Site { seat, owners, takes: Vec::new(), at });
    };
    let about =
        |texts: &[&str]| texts.iter().any(|it| speaks_of_connectors(it)) || speaks_of_connectors(path);
    if text(&["apiVersion"]).is_some_and(|it| it.starts_with("backstage.io/")) {
        let (kind, name) =
            (text(&["kind"]).unwrap_or_default(), text(&["metadata", "name"]).unwrap_or_default());
        let description = text(&["metadata", "description"]).unwrap_or_default();
        if about(&[name, description, text(&["spec", "type"]).unwrap_or_default()]) {
            add(format!("{kind}/{name}"), document.at(&["spec", "owner"]));
        }
    } else if let Some(name) = text(&["dd-service"]).filter(|it| about(&[it])) {
        add(name.to_owned(), document.get("team"));
    }
    for list in ["sources", "exposures"] {
        for item in document.get(list).map(Value::items).unwrap_or_default().iter().take(500) {
            let Some(name) = item.get("name").and_then(Value::text) else { continue };
            let meta = item.get("meta").or_else(|| item.at(&["config", "meta"]));
            let owner = item.get("owner").or_else(|| meta?.get("owner"));
            add(format!("{list}.{name}"), owner);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_name_owners() {
        for key in ["Owner", "norrby.net/owning-team", "data_owner", "com.norrby.squad"] {
            assert!(names_an_owner(key), "{key}");
        }
        for key in ["app.kubernetes.io/managed-by", "ownership-model", "name"] {
            assert!(!names_an_owner(key), "{key}");
        }
    }
}
