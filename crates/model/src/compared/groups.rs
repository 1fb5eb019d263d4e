//! Groups and teams that documents keep, with those who are in them, whatever tool they are for.

mod names;
mod people;

use std::collections::BTreeMap;

use connlint_core::Location;
use connlint_resolve::Value;

use names::is;
use people::{called, mail, people};

use super::watch::party;
use super::{Compared, Party, Seat, Watch, Watched};
use crate::posture::is_machines;

/// Nodes of one document that are looked at, and how deep they may lie.
const MOST: usize = 20_000;
const DEEPEST: usize = 16;
/// Members of one group that are told apart.
const MEMBERS: usize = 2_000;

/// Adds the groups of a document.
pub(super) fn of_document(compared: &mut Compared, document: &Value, home: &str) {
    let kind = document.get("kind").and_then(Value::text).unwrap_or_default();
    // What describes the form of documents has no members.
    if kind == "CustomResourceDefinition" || document.get("openapi").is_some() {
        return;
    }
    let mut finder = Finder { found: BTreeMap::new(), parties: Vec::new(), budget: MOST };
    if is(&format!("kind:{kind}"), "groups")
        && let Some(name) = document.at(&["metadata", "name"]).and_then(Value::text)
    {
        let bodies: [&[&str]; 3] = [&[], &["spec"], &["spec", "forProvider"]];
        for body in bodies.into_iter().filter_map(|it| document.at(it)) {
            finder.group(&format!("{kind}/{name}"), body);
        }
    } else {
        // OpenSearch says beside the groups what they are.
        if document.at(&["_meta", "type"]).and_then(Value::text) == Some("rolesmapping") {
            finder.groups("", document);
        }
        finder.models(document);
        finder.walk("", document, 0);
    }
    let Finder { found, parties, .. } = finder;
    compared.parties.extend(parties);
    for (address, Group { mut values, at }) in found {
        values.sort();
        values.dedup();
        compared.watched.push(Watched {
            what: Watch::Group,
            seat: Seat::of_path(home, &address),
            name: "members".to_owned(),
            values,
            shown: String::new(),
            at,
        });
    }
}

/// A group as it is found.
struct Group {
    values: Vec<String>,
    at: Location,
}

struct Finder {
    found: BTreeMap<String, Group>,
    parties: Vec<Party>,
    budget: usize,
}

impl Finder {
    fn walk(&mut self, path: &str, value: &Value, depth: usize) {
        if depth > DEEPEST {
            return;
        }
        for entry in value.entries() {
            let Some(budget) = self.budget.checked_sub(1) else { return };
            self.budget = budget;
            let below = step(path, &entry.key);
            if is(&entry.key, "groups") {
                self.groups(&below, &entry.value);
            }
            if is(&entry.key, "people") {
                self.people(path, &entry.value);
            }
            self.walk(&below, &entry.value, depth + 1);
        }
        for item in value.items().iter().filter(|it| it.is_collection()) {
            let Some(budget) = self.budget.checked_sub(1) else { return };
            self.budget = budget;
            let below = called(item).map(|name| step(path, name));
            self.walk(below.as_deref().unwrap_or(path), item, depth + 1);
        }
    }

    /// Every item of a list or a map.
    fn groups(&mut self, path: &str, value: &Value) {
        let own = |item: &Value, key: Option<&str>| match called(item).filter(|it| mail(it).is_some()) {
            // An address is known by itself.
            Some(mail) => Some(mail.to_owned()),
            None => key.or_else(|| called(item)).map(|name| step(path, name)),
        };
        for entry in value.entries() {
            let Some(address) = own(&entry.value, Some(&entry.key)) else { continue };
            let items = entry.value.items();
            // What a list alone says is known only of mail addresses.
            if !items.is_empty() && items.iter().all(|it| it.text().and_then(mail).is_some()) {
                self.members(&address, "members", &entry.value);
            }
            self.group(&address, &entry.value);
        }
        for item in value.items() {
            if let Some(address) = own(item, None) {
                self.group(&address, item);
            }
        }
    }

    /// One group.
    fn group(&mut self, address: &str, body: &Value) {
        for entry in body.entries() {
            if is(&entry.key, "members") {
                self.members(address, &entry.key, &entry.value);
            } else if is(&entry.key, "meaning") {
                self.meaning(address, &entry.key, &entry.value);
            }
        }
        for settings in [Some(body), body.get("settings")].into_iter().flatten() {
            for entry in settings.entries().iter().filter(|it| is(&it.key, "outside")) {
                let text = entry.value.scalar().unwrap_or_default().to_ascii_lowercase();
                if matches!(text.as_str(), "true" | "yes" | "anyone_can_join") {
                    let at = Location { span: entry.value.span, path: address.to_owned(), via: Vec::new() };
                    let (subject, into) = (address.to_owned(), String::new());
                    self.parties.push(Party { subject, of: None, into, at });
                }
            }
        }
    }

    fn members(&mut self, address: &str, key: &str, value: &Value) {
        let mut found = Vec::new();
        if !people(value, 0, &mut found) {
            return;
        }
        let letters = key.to_ascii_lowercase();
        // Whether they are called users or members says nothing of what they are.
        let key = if matches!(letters.as_str(), "member" | "users") { "members" } else { &letters };
        let group = self.at(address, value);
        for (who, _) in found.iter().take(MEMBERS) {
            group.values.push(format!("{key}={}", who.to_lowercase()));
        }
        for (who, value) in found.iter().take(MEMBERS) {
            self.outsider(who, address, value);
        }
    }

    fn meaning(&mut self, address: &str, key: &str, value: &Value) {
        let mut all = Vec::new();
        for item in value.items() {
            all.extend(item.scalar().map(str::to_owned));
        }
        for entry in value.entries() {
            all.extend(entry.value.items().iter().filter_map(Value::scalar).map(|it| step(&entry.key, it)));
        }
        let group = self.at(address, value);
        group.values.extend(all.into_iter().take(MEMBERS).map(|it| format!("{key}={it}")));
    }

    /// Somebody who is named by a mail address.
    fn outsider(&mut self, who: &str, address: &str, value: &Value) {
        let bare = who.split('=').next().unwrap_or(who);
        let bare = bare.rsplit(':').next().unwrap_or(bare);
        if let Some(domain) = mail(bare).filter(|it| !is_machines(it)) {
            let at = Location { span: value.span, path: address.to_owned(), via: value.steps().collect() };
            let of = Some(domain.to_ascii_lowercase());
            self.parties.push(Party { of, ..party(bare, address, at) });
        }
    }

    /// Those who say themselves which groups they are in.
    fn people(&mut self, above: &str, value: &Value) {
        let maps = value.entries().iter().map(|it| (Some(&*it.key), &it.value));
        let items = value.items().iter().map(|it| (called(it), it));
        for (name, person) in maps.chain(items) {
            let Some(name) = name else { continue };
            for entry in person.entries().iter().filter(|it| is(&it.key, "memberships")) {
                for group in entry.value.items().iter().take(MEMBERS) {
                    let Some(own) = group.text().or_else(|| called(group)) else { continue };
                    let address = step(&step(above, "groups"), own.trim_start_matches('/'));
                    self.at(&address, group).values.push(format!("members={}", name.to_lowercase()));
                    self.outsider(called(person).unwrap_or(name), &address, group);
                }
            }
        }
    }

    /// Groups of blueprints: `model: authentik_core.group`, with a name in `identifiers` and settings in `attrs`.
    fn models(&mut self, document: &Value) {
        for entry in document.get("entries").map(Value::items).unwrap_or_default().iter().take(MEMBERS) {
            let model = entry.get("model").and_then(Value::text).unwrap_or_default();
            let maps = || ["identifiers", "attrs"].into_iter().filter_map(|key| entry.get(key));
            let name = maps().find_map(|it| it.get("name").or_else(|| it.get("username"))?.text());
            let (Some(name), Some(attrs)) = (name, entry.get("attrs")) else { continue };
            if model.ends_with(".group") {
                self.group(&step("groups", name), attrs);
            }
        }
    }

    fn at(&mut self, address: &str, value: &Value) -> &mut Group {
        self.found.entry(address.to_owned()).or_insert_with(|| Group {
            values: Vec::new(),
            at: Location { span: value.span, path: address.to_owned(), via: value.steps().collect() },
        })
    }
}

fn step(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}
