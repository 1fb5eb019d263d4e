//! Rights that manifests grant in systems outside of their cluster: objects that stand for roles, policies and users.

use std::sync::{Arc, OnceLock};

use connlint_core::{Location, glob};
use connlint_resolve::{Kind, Value};

use super::extents::{settled, texts_of};
use super::{Compared, Right, Seat, capabilities, of_statement, parties, trusts};
use crate::facts::rows;
use crate::posture::{
    Access, Principal, PrincipalKind, access_of_role, family, met_at, named, policies, said_kind, statements,
    whom,
};
use crate::walk::Written;

/// One line of the table.
struct Row {
    group: &'static str,
    kind: &'static str,
    /// A role that is not written.
    fixed: Option<&'static str>,
    role: Vec<Path>,
    principals: Vec<Path>,
    scope: Vec<Path>,
    vocabulary: &'static str,
}

/// A path, and the kind of the object that it names.
struct Path {
    kind: &'static str,
    steps: Vec<&'static str>,
}

fn table() -> &'static [Row] {
    static TABLE: OnceLock<Vec<Row>> = OnceLock::new();
    TABLE.get_or_init(|| {
        rows(include_str!("../../facts/manifest-grants.tsv")).filter_map(|columns| row(&columns)).collect()
    })
}

fn row(columns: &[&'static str]) -> Option<Row> {
    let [of, role, principals, scope, vocabulary] = columns[..] else { return None };
    let (group, kind) = of.rsplit_once('/')?;
    let paths = |column: &'static str| -> Vec<Path> {
        let all = column.split('|').filter(|it| !it.is_empty());
        all.map(|it| {
            let (kind, path) = it.split_once('=').unwrap_or(("", it));
            Path { kind, steps: path.split('.').collect() }
        })
        .collect()
    };
    let fixed = role.strip_prefix('=');
    let role = if fixed.is_some() { Vec::new() } else { paths(role) };
    let (principals, scope) = (paths(principals), paths(scope));
    Some(Row { group, kind, fixed, role, principals, scope, vocabulary })
}

/// A manifest, and what its objects are known by.
struct Object<'m> {
    manifest: &'m Value,
    /// What sets apart clusters.
    cluster: &'m str,
    seat: &'m Seat,
    kind: &'m str,
    name: &'m str,
}

/// Adds the rights that a manifest grants outside of its cluster.
pub(crate) fn of_resource(
    compared: &mut Compared,
    manifest: &Value,
    cluster: &str,
    seat: &Seat,
    written: Written<'_>,
) {
    let text = |keys: &[&str]| manifest.at(keys).and_then(Value::text).unwrap_or_default();
    let (group, kind, name) = (text(&["apiVersion"]), text(&["kind"]), text(&["metadata", "name"]));
    let object = Object { manifest, cluster, seat, kind, name };
    let own = table().iter().filter(|row| group.contains(row.group) && glob(row.kind, kind));
    for (index, row) in own.enumerate() {
        if index == 0 {
            compared.principals.extend(object.node());
        }
        object.read(compared, row, written);
    }
}

impl Object<'_> {
    fn key(&self, kind: &str, name: &str) -> String {
        format!("k8s-subject:{}/{kind}/{name}", self.cluster)
    }

    fn principal(&self, kind: &str, name: &str, at: &Value) -> Principal {
        let said = match kind {
            "Role" => PrincipalKind::Role,
            "User" => PrincipalKind::User,
            "Group" | "Team" => PrincipalKind::Group,
            _ => PrincipalKind::Unknown,
        };
        let key = self.key(kind, name);
        Principal { key: key.into(), ..Principal::named(&format!("{kind}/{name}"), said, at.span) }
    }

    /// The object itself, where it can hold a right.
    fn node(&self) -> Option<Principal> {
        let holds = ["Role", "User", "Group"].contains(&self.kind) && !self.name.is_empty();
        holds.then(|| self.principal(self.kind, self.name, self.manifest))
    }

    fn at(&self, value: &Value) -> Location {
        Location { span: value.span, path: self.seat.address.clone(), via: value.steps().collect() }
    }

    /// The values at the paths below `value`, of which the first steps have been taken already.
    fn values<'v>(&self, value: &'v Value, paths: &[Path], taken: usize) -> Vec<(&'static str, &'v Value)> {
        let mut found = Vec::new();
        for path in paths {
            let steps = path.steps.get(taken..).unwrap_or_default();
            for value in met_at(value, steps, value.span).unwrap_or_default() {
                match value.items() {
                    [] => found.push((path.kind, value)),
                    items => found.extend(items.iter().map(|it| (path.kind, it))),
                }
            }
        }
        found
    }

    /// Those whom the row names, of one element.
    fn whom(&self, value: &Value, row: &Row, taken: usize) -> Vec<Principal> {
        if row.principals.iter().any(|it| it.steps.first() == Some(&"@")) {
            return vec![self.principal(self.kind, self.name, self.manifest)];
        }
        let named = self.values(value, &row.principals, taken).into_iter();
        let named = named.filter_map(|(kind, it)| Some((kind, it, settled(it)?)));
        named
            .map(|(kind, it, text)| match kind {
                "" => {
                    let (said, name) = whom(&text);
                    let said = said.unwrap_or_else(|| said_kind(name));
                    Principal { key: name.into(), ..Principal::named(name, said, it.span) }
                }
                kind => self.principal(kind, &text, it),
            })
            .collect()
    }

    fn read(&self, compared: &mut Compared, row: &Row, written: Written<'_>) {
        let own = self.key(self.kind, self.name);
        match row.vocabulary {
            "edge" => {
                let to = self.whom(self.manifest, row, 0);
                for (kind, from) in self.values(self.manifest, &row.role, 0) {
                    let Some(name) = from.text() else { continue };
                    let edges = to.iter().map(|it| (self.key(kind, name), it.key.to_string(), from.span));
                    compared.edges.extend(edges);
                }
                compared.principals.extend(to);
            }
            "aws-policy" | "aws-resource-policy" | "aws-trust" => {
                for (_, value) in self.values(self.manifest, &row.role, 0) {
                    self.policy(compared, value, row.vocabulary, written);
                }
                for to in self.whom(self.manifest, row, 0).into_iter().filter(|it| *it.key != *own) {
                    compared.edges.push((own.clone(), to.key.to_string(), self.manifest.span));
                    compared.principals.push(to);
                }
            }
            "vault-policy" => {
                for (_, value) in self.values(self.manifest, &row.role, 0) {
                    capabilities(compared, value, &own, &self.seat.address, written);
                }
                compared.principals.push(self.principal(self.kind, self.name, self.manifest));
            }
            _ => self.roles(compared, row),
        }
    }

    /// A policy as a text or a map, or a map of such.
    fn policy(&self, compared: &mut Compared, value: &Value, how: &str, written: Written<'_>) {
        let stated = |it: &Value| it.get("Statement").is_some();
        if matches!(value.kind, Kind::Map(_)) && !stated(value) {
            let inner = value.entries().iter().map(|it| &it.value);
            inner.filter(|it| it.text().is_some() || stated(it)).for_each(|it| {
                self.policy(compared, it, how, written);
            });
            return;
        }
        let key: Arc<str> = self.key(self.kind, self.name).into();
        for policy in policies(value, written) {
            for statement in &statements(&policy) {
                match how {
                    "aws-trust" => {
                        trusts(compared, statement, self.seat);
                        parties(compared, statement, &self.seat.address);
                    }
                    _ => {
                        let named = named(statement);
                        of_statement(compared, statement, &named, &key, &self.seat.address);
                    }
                }
            }
        }
    }

    /// Roles by name; role and principal that stand in one element belong together.
    fn roles(&self, compared: &mut Compared, row: &Row) {
        let first = |paths: &[Path]| paths.first().map(|it| it.steps.clone()).unwrap_or_default();
        let (role, principal) = (first(&row.role), first(&row.principals));
        let shared = role.iter().zip(&principal).take_while(|(a, b)| a == b).count();
        let shared = shared.min(role.len().saturating_sub(1));
        let outer = role.get(..shared).unwrap_or_default();
        for element in met_at(self.manifest, outer, self.manifest.span).unwrap_or_default() {
            let elements =
                if element.items().is_empty() { std::slice::from_ref(element) } else { element.items() };
            for element in elements {
                let people = self.whom(element, row, shared);
                if let Some(word) = row.fixed.filter(|_| !people.is_empty()) {
                    self.right(compared, row, word, element, &people);
                }
                for (_, value) in self.values(element, &row.role, shared) {
                    let Some(text) = super::manifests::scalar(value) else { continue };
                    self.right(compared, row, &text, value, &people);
                }
            }
        }
    }

    fn right(&self, compared: &mut Compared, row: &Row, role: &str, value: &Value, people: &[Principal]) {
        // `/subscriptions/…/roleDefinitions/ID`
        let role = role.rsplit_once("roleDefinitions/").map_or(role, |(_, id)| id);
        let Some(access) = access_of_role(row.vocabulary, role).filter(|it| *it > Access::None) else {
            return;
        };
        let things: Vec<String> = row
            .scope
            .iter()
            .filter_map(|path| {
                let values = met_at(self.manifest, &path.steps, self.manifest.span)?;
                let all: Vec<String> = values.into_iter().flat_map(texts_of).collect();
                (!all.is_empty()).then(|| all.join(","))
            })
            .collect();
        let name = match row.vocabulary.starts_with("flag-") {
            true => format!("{} = {role}", row.role.first().and_then(|it| it.steps.last()).unwrap_or(&"")),
            false => role.to_owned(),
        };
        let system = row.vocabulary.split('-').next().unwrap_or_default();
        let system = match system {
            "flag" | "admin" => row.group.trim_matches('.').split('.').next().unwrap_or_default(),
            system => system,
        };
        let family = match row.vocabulary {
            "aws-managed" if access < Access::Admin || role.ends_with("FullAccess") => role.to_owned(),
            _ => family(role),
        };
        let joined = things.join("/");
        let right = Right::new(system, &name, access, "", self.at(value));
        let things: Vec<String> = if joined.is_empty() { Vec::new() } else { vec![joined] };
        let level = level(&format!("{} {}", self.kind, things.concat()), row.vocabulary);
        compared.rights.push(Right { family, level, ..right.on(things).to(people.to_vec()) });
    }
}

/// How high a thing stands among those that hold others, by the kind of the object that grants it.
fn level(text: &str, vocabulary: &str) -> u8 {
    let words: &[&[&str]] = match vocabulary {
        "gcp" => &[
            &["DatasetIAM", "Dataset/"],
            &["ProjectIAM", "Project/"],
            &["FolderIAM", "Folder/"],
            &["OrganizationIAM", "Organization/"],
        ],
        "azure" => &[&["resourceGroups/", "ResourceGroup/"], &["subscriptions/"], &["managementGroups/"]],
        _ => return 0,
    };
    // A resource of a group has the group in its path as well.
    if vocabulary == "azure" && text.contains("resourceGroups/") {
        return if text.contains("/providers/") { 1 } else { 2 };
    }
    let highest = words.iter().rposition(|all| all.iter().any(|it| text.contains(it)));
    highest.and_then(|it| u8::try_from(it).ok()).map_or(1, |it| it + 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_read_and_in_order() {
        let text = include_str!("../../facts/manifest-grants.tsv");
        assert!(text.contains("\n# checked: ") && text.contains("\n# source: "));
        let mut before = "";
        for columns in rows(text) {
            assert!(columns.len() == 5 && row(&columns).is_some(), "{columns:?}");
            assert!(before <= columns[0], "{} is out of order", columns[0]);
            before = columns[0];
        }
    }

    #[test]
    fn things_stand_in_an_order() {
        for (text, vocabulary, expected) in [
            ("BucketIAMMember x", "gcp", 1),
            ("ProjectIAMMember x", "gcp", 3),
            ("IAMPolicyMember Organization/9", "gcp", 5),
            ("RoleAssignment /subscriptions/s", "azure", 3),
            ("RoleAssignment /subscriptions/s/resourceGroups/g", "azure", 2),
            ("RoleAssignment /subscriptions/s/resourceGroups/g/providers/x", "azure", 1),
        ] {
            assert_eq!(level(text, vocabulary), expected, "{text}");
        }
    }
}
