//! Roles and bindings of Kubernetes, as manifests and as Terraform resources.

use std::sync::Arc;

use connlint_core::{Location, Span};
use connlint_resolve::{Kind, Value};

use super::root::Root;
use super::settings::Subject;
use super::{Access, Edge, Form, Grant, Principal, PrincipalKind, Reach, roles, version};
use crate::compared;
use crate::part::Part;
use crate::votes::speaks_of_people;

/// One role or binding, and where it stands.
struct Object<'v> {
    address: &'v str,
    /// Cluster part of the path; sets apart objects of one name.
    scope: &'v str,
    header: Span,
    trial: bool,
    name: &'v str,
    namespace: &'v str,
}

/// Adds the rules of a `(Cluster)Role`, or the edges of a `(Cluster)RoleBinding`. `scope` tells clusters apart.
pub(crate) fn rbac(part: &mut Part, manifest: &Value, scope: &str, address: &str, trial: bool) {
    let text = |keys: &[&str]| manifest.at(keys).and_then(Value::text).unwrap_or_default();
    let header = manifest.entries().first().map_or(manifest.span, |entry| entry.key_span);
    let object = Object {
        address,
        scope,
        header: manifest.at(&["metadata", "name"]).map_or(header, |it| it.span),
        trial,
        name: text(&["metadata", "name"]),
        namespace: text(&["metadata", "namespace"]),
    };
    match text(&["kind"]) {
        kind @ ("ClusterRole" | "Role") => {
            // Another role's rules are gathered into it; the rest is what others say.
            let rules = manifest.get("rules").map(Value::items).unwrap_or_default();
            rules
                .iter()
                .for_each(|rule| of_rule(part, &object, kind, rule, ["apiGroups", "resources", "verbs"]));
        }
        kind @ ("ClusterRoleBinding" | "RoleBinding") => {
            if let Some(role) = manifest.get("roleRef") {
                let subjects = manifest.get("subjects").map(Value::items).unwrap_or_default();
                of_binding(part, &object, kind, role, None, &subjects.iter().collect::<Vec<_>>());
            }
        }
        _ => {}
    }
}

/// The same as Terraform resources, and manifests inside of them.
pub(super) fn of_block(part: &mut Part, subject: &Subject<'_>, root: &Root<'_>) {
    let block = subject.block;
    let body = &block.body;
    let text = |keys: &[&str]| body.at(keys).and_then(Value::text).unwrap_or_default();
    let object = Object {
        address: &block.address,
        scope: block.key.split(':').nth(1).unwrap_or_default(),
        header: block.header,
        trial: subject.trial,
        name: text(&["metadata", "name"]),
        namespace: text(&["metadata", "namespace"]),
    };
    let nested = |name: &str| {
        body.entries().iter().filter(|it| &*it.key == name).map(|it| &it.value).collect::<Vec<_>>()
    };
    match block.type_name.strip_prefix("kubernetes_").map(|it| it.trim_end_matches("_v1")) {
        Some(kind @ ("cluster_role" | "role")) => {
            let kind = if kind == "role" { "Role" } else { "ClusterRole" };
            nested("rule")
                .into_iter()
                .for_each(|rule| of_rule(part, &object, kind, rule, ["api_groups", "resources", "verbs"]));
        }
        Some(kind @ ("cluster_role_binding" | "role_binding")) => {
            let kind = if kind == "role_binding" { "RoleBinding" } else { "ClusterRoleBinding" };
            if let Some(role) = body.get("role_ref") {
                // The role's name may be taken from the role.
                let named = role.get("name").filter(|it| it.text().is_none());
                let block = named.and_then(|it| root.blocks(it).into_iter().next());
                let name = block.and_then(|it| it.body.at(&["metadata", "name"])?.text());
                of_binding(part, &object, kind, role, name, &nested("subject"));
            }
        }
        Some("manifest") => {
            if let Some(manifest) = body.get("manifest") {
                rbac(part, manifest, object.scope, &block.address, subject.trial);
                version::of_manifest(part, manifest, &block.address, subject.trial);
            }
        }
        _ => {}
    }
}

impl Object<'_> {
    fn key(&self, kind: &str, name: &str) -> Arc<str> {
        let namespace = if kind == "Role" { self.namespace } else { "" };
        format!("k8s-rbac:{}/{namespace}/{kind}/{name}", self.scope).into()
    }

    fn grant(&self, kind: &str, value: &Value, right: String, access: Access, form: Form) -> Grant {
        Grant {
            access,
            form,
            reach: if kind.starts_with("Cluster") { Reach::All } else { Reach::Limited },
            scope: String::new(),
            family: String::new(),
            secret: false,
            limitable: true,
            right,
            system: "kubernetes".to_owned(),
            from: vec![self.key(kind, self.name)],
            subject: self.address.to_owned(),
            named: self.name.to_owned(),
            at: Location { span: value.span, path: self.address.to_owned(), via: value.steps().collect() },
            within: vec![(self.header, format!("of `{}`", self.address))],
            principals: Vec::new(),
            holders: Arc::new([]),
            trial: self.trial,
            sensitive: speaks_of_people(self.address),
        }
    }
}

/// What one rule of a role allows.
fn of_rule(part: &mut Part, object: &Object<'_>, kind: &str, rule: &Value, names: [&str; 3]) {
    let [groups, resources, verbs] = names.map(|name| rule.get(name).map(Value::items).unwrap_or_default());
    if let Some(compared) = &mut part.compared {
        let objects = if rule.get("resource_names").is_some() { "resource_names" } else { "resourceNames" };
        let [groups, resources, verbs] = names;
        let key = object.key(kind, object.name);
        compared::rule(compared, &key, rule, [groups, resources, verbs, objects], object.address);
    }
    let has = |items: &[Value], word: &str| items.iter().any(|it| it.text() == Some(word));
    // Named objects only, or paths of the server.
    if rule.get("resourceNames").or(rule.get("resource_names")).is_some_and(|it| !it.items().is_empty())
        || resources.is_empty()
    {
        return;
    }
    let everything = has(resources, "*") && (has(groups, "*") || has(groups, ""));
    let star = verbs.iter().find(|it| it.text() == Some("*"));
    if let (Some(verb), true) = (star, everything) {
        let right = "every verb on every resource".to_owned();
        part.grants.push(object.grant(kind, verb, right, Access::Admin, Form::Everything));
        return;
    }
    let rbac = has(groups, "*") || has(groups, "rbac.authorization.k8s.io");
    let access_objects = ["roles", "clusterroles", "rolebindings", "clusterrolebindings", "*"];
    let about_access = rbac && access_objects.iter().any(|it| has(resources, it));
    for verb in verbs {
        let Some(text) = verb.text() else { continue };
        let escalates = match text {
            "escalate" | "bind" => about_access || everything,
            "impersonate" => true,
            "*" => about_access,
            _ => false,
        };
        if escalates {
            let form = if text == "*" { Form::Service } else { Form::Action };
            let what =
                if text == "*" { "every verb on roles and bindings".to_owned() } else { text.to_owned() };
            part.grants.push(object.grant(kind, verb, what, Access::Admin, form));
            return;
        }
    }
    let secrets = kind == "ClusterRole" && (has(groups, "") || has(groups, "*")) && has(resources, "secrets");
    let writes = |it: &&Value| {
        matches!(it.text(), Some("*" | "create" | "update" | "patch" | "delete" | "deletecollection"))
    };
    if let Some(verb) = verbs.iter().find(writes) {
        let text = verb.text().unwrap_or_default();
        let does = if text == "*" { "do anything with" } else { text };
        let what =
            if secrets { "secrets" } else { resources.iter().find_map(Value::text).unwrap_or("objects") };
        let form = if text == "*" && secrets { Form::Service } else { Form::Action };
        let grant = object.grant(kind, verb, format!("{does} {what}"), Access::Write, form);
        // Only secrets are worth a limit of their own: whoever writes them everywhere can become anybody.
        part.grants.push(Grant { secret: secrets, limitable: secrets, ..grant });
    }
}

fn of_binding(
    part: &mut Part,
    object: &Object<'_>,
    kind: &str,
    role: &Value,
    taken: Option<&str>,
    subjects: &[&Value],
) {
    let name = role.get("name").and_then(Value::text).or(taken).unwrap_or_default();
    let role_kind = role.get("kind").and_then(Value::text).unwrap_or("ClusterRole");
    let people: Vec<Principal> = subjects.iter().filter_map(|it| principal(object, it)).collect();
    let from = object.key(role_kind, name);
    if let Some(compared) = &mut part.compared {
        let namespace = if kind == "RoleBinding" { object.namespace } else { "*" };
        let value = role.get("name").unwrap_or(role);
        let at = Location { span: value.span, path: object.address.to_owned(), via: value.steps().collect() };
        let built_in = (role_kind == "ClusterRole").then_some(name);
        compared::binding(compared, (&from, built_in), namespace, &people, at);
    }
    for person in &people {
        part.edges.push(Edge {
            from: Arc::clone(&from),
            to: Arc::clone(&person.key),
            at: person.span,
            label: format!("`{}` is bound to it here", person.name),
        });
    }
    part.principals.extend(people.iter().cloned());
    // A role that comes with the cluster is written nowhere else.
    let access = match roles::access("kubernetes", name) {
        // The role `admin` ends at its namespace where it is bound there: it is how a team gets one of its own.
        Some(Access::Admin) if kind == "RoleBinding" && name == "admin" => Some(Access::Write),
        access => access,
    };
    if let Some(access) = access.filter(|it| *it > Access::Read && role_kind == "ClusterRole") {
        let Some(value) = role.get("name") else { return };
        let mut grant = object.grant(kind, value, name.to_owned(), access, Form::Role);
        grant.from = vec![format!("{from}@{}", object.address).into()];
        grant.principals = people;
        part.grants.push(grant);
    }
}

fn principal(object: &Object<'_>, subject: &Value) -> Option<Principal> {
    let text = |key: &str| subject.get(key).and_then(Value::text);
    let value = subject.get("name")?;
    let name = match &value.kind {
        Kind::Text(_) => value.text().unwrap_or("?"),
        _ => "?",
    };
    let kind = match (text("kind"), name) {
        (_, "system:anonymous" | "system:unauthenticated" | "system:authenticated") => {
            PrincipalKind::Everyone
        }
        (Some("ServiceAccount"), _) => PrincipalKind::Service,
        (Some("Group"), _) => PrincipalKind::Group,
        (Some("User"), _) if !name.starts_with("system:") => PrincipalKind::User,
        _ => PrincipalKind::Unknown,
    };
    let namespace = text("namespace").unwrap_or(object.namespace);
    let key = format!("k8s-subject:{}/{namespace}/{name}", object.scope);
    Some(Principal::named(name, kind, value.span).keyed(&key))
}
