//! What the patches of a kustomization say of roles and bindings that stand in other files.

use std::collections::HashMap;
use std::sync::Arc;

use connlint_core::Location;
use connlint_resolve::{Kind, Value, unwrap};

use super::Compared;
use super::cluster::{Binding, Rule, access_of};
use crate::posture::{Access, Principal, PrincipalKind};
use crate::walk::Written;

/// What a patch adds to a role or binding, found by kind and name.
#[derive(Clone, Debug)]
pub(crate) struct Patch {
    kind: String,
    name: String,
    adds: Added,
    at: Location,
}

/// What is added.
#[derive(Clone, Debug)]
enum Added {
    /// Verbs of the rule with this index.
    Verbs(usize, Vec<String>),
    /// Resources of that rule.
    Resources(usize, Vec<String>),
    /// A rule of its own.
    Rule { things: Vec<String>, verbs: Vec<String> },
    /// Somebody who is bound: kind, namespace and name.
    Subject([String; 3]),
}

/// Patches of one tree that are applied.
const MOST: usize = 2_000;

/// Notes what a kustomization patches: objects that it names, by texts of its own or by other files.
pub(crate) fn of_kustomization(compared: &mut Compared, manifest: &Value, path: &str, written: Written<'_>) {
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let lists = ["patches", "patchesJson6902", "patchesStrategicMerge"];
    let items = lists.iter().filter_map(|key| manifest.get(key)).flat_map(Value::items);
    for item in items.take(MOST) {
        let target = ["kind", "name"].map(|key| item.at(&["target", key]).and_then(Value::text));
        let target = match target {
            [Some(kind), Some(name)] => Some([kind.to_owned(), name.to_owned()]),
            _ => None,
        };
        let file =
            item.get("path").and_then(Value::text).or_else(|| item.text().filter(|it| !it.contains('\n')));
        if let Some(file) = file {
            compared.patched.push((beside(folder, file), target));
            continue;
        }
        let patch = item.get("patch").unwrap_or(item);
        let documents = if patch.is_collection() { vec![patch.clone()] } else { unwrap(patch, written) };
        // A text of its own is a file of its own.
        let own = format!("{path}#{}", compared.patches.len());
        for document in &documents {
            of_operations(compared, document, &own);
            of_object(compared, document, &own);
        }
        compared.patched.push((own, target));
    }
}

/// A path relative to a folder.
fn beside(folder: &str, file: &str) -> String {
    let mut steps: Vec<&str> = folder.split('/').filter(|it| !it.is_empty()).collect();
    for step in file.split('/') {
        match step {
            "." | "" => {}
            ".." => drop(steps.pop()),
            step => steps.push(step),
        }
    }
    steps.join("/")
}

/// Notes what a list of operations does to an object that it does not name: `op`, `path` and `value`.
pub(crate) fn of_operations(compared: &mut Compared, list: &Value, path: &str) {
    for item in list.items().iter().take(MOST) {
        let text = |key: &str| item.get(key).and_then(Value::text).unwrap_or_default();
        let Some(value) = item.get("value").filter(|_| matches!(text("op"), "add" | "replace")) else {
            continue;
        };
        let steps: Vec<&str> = text("path").split('/').skip(1).collect();
        let number = |step: &str| step.parse::<usize>().ok();
        let all = match (steps.as_slice(), value.items()) {
            (["rules", index, "verbs", ..], _) => {
                number(index).map(|it| vec![Added::Verbs(it, texts(value))]).unwrap_or_default()
            }
            (["rules", index, "resources", ..], _) => {
                number(index).map(|it| vec![Added::Resources(it, texts(value))]).unwrap_or_default()
            }
            (["rules"], items) => items.iter().map(rule).collect(),
            (["rules", _], _) => vec![rule(value)],
            (["subjects"], items) => items.iter().map(subject).collect(),
            (["subjects", _], _) => vec![subject(value)],
            _ => Vec::new(),
        };
        for adds in all {
            let at = Location { span: value.span, path: text("path").to_owned(), via: Vec::new() };
            let patch = Patch { kind: String::new(), name: String::new(), adds, at };
            compared.patches.push((path.to_owned(), patch));
        }
    }
}

/// Notes what a role or binding says, should it be a patch of another one.
pub(crate) fn of_object(compared: &mut Compared, manifest: &Value, path: &str) {
    let text = |keys: &[&str]| manifest.at(keys).and_then(Value::text).unwrap_or_default().to_owned();
    let (kind, name) = (text(&["kind"]), text(&["metadata", "name"]));
    let adds: Vec<(&Value, Added)> = match kind.as_str() {
        "Role" | "ClusterRole" => {
            let rules = manifest.get("rules").map(Value::items).unwrap_or_default();
            rules.iter().map(|it| (it, rule(it))).collect()
        }
        "RoleBinding" | "ClusterRoleBinding" => {
            let subjects = manifest.get("subjects").map(Value::items).unwrap_or_default();
            subjects.iter().map(|it| (it, subject(it))).collect()
        }
        _ => return,
    };
    for (value, adds) in adds.into_iter().take(MOST) {
        let at = Location { span: value.span, path: format!("{kind}/{name}"), via: Vec::new() };
        compared.patches.push((path.to_owned(), Patch { kind: kind.clone(), name: name.clone(), adds, at }));
    }
}

fn texts(value: &Value) -> Vec<String> {
    let items = if value.items().is_empty() { std::slice::from_ref(value) } else { value.items() };
    items.iter().filter_map(Value::text).map(str::to_owned).collect()
}

fn rule(rule: &Value) -> Added {
    let all = |key: &str| {
        rule.get(key).filter(|it| matches!(it.kind, Kind::List(_))).map(texts).unwrap_or_default()
    };
    let (groups, resources, verbs) = (all("apiGroups"), all("resources"), all("verbs"));
    let named = |group: &String| if group.is_empty() { "core".to_owned() } else { group.clone() };
    let things = groups.iter().map(named);
    let things = things.flat_map(|group| resources.iter().map(move |it| format!("{group}/{it}"))).take(MOST);
    Added::Rule { things: things.collect(), verbs }
}

fn subject(subject: &Value) -> Added {
    let text = |key: &str| subject.get(key).and_then(Value::text).unwrap_or_default().to_owned();
    Added::Subject([text("kind"), text("namespace"), text("name")])
}

/// Adds what patches say to the roles and bindings that they are for.
pub(super) fn apply(
    rules: &mut Vec<Rule>,
    bindings: &mut [Binding],
    patches: &[(String, Patch)],
    patched: &[(String, Option<[String; 2]>)],
) {
    if patched.is_empty() {
        return;
    }
    let mut files: HashMap<&str, Vec<&Patch>> = HashMap::new();
    for (path, patch) in patches {
        files.entry(path).or_default().push(patch);
    }
    let mut budget = MOST;
    let mut added: Vec<Rule> = Vec::new();
    let roles = Roles::of(rules, bindings);
    let mut who: Vec<(usize, Principal)> = Vec::new();
    for (path, target) in patched {
        for patch in files.get(path.as_str()).into_iter().flatten() {
            let Some(left) = budget.checked_sub(1) else { break };
            budget = left;
            let named = [patch.kind.clone(), patch.name.clone()];
            let [kind, name] = target.clone().unwrap_or(named);
            let end = format!("{kind}/{name}");
            roles.add(&end, patch, &mut added);
            if let Added::Subject(subject) = &patch.adds {
                let own = roles.bindings.get(&end).into_iter().flatten();
                who.extend(own.filter_map(|(at, home)| Some((*at, somebody(subject, home, patch)?))));
            }
        }
    }
    for (at, principal) in who {
        if let Some(binding) = bindings.get_mut(at) {
            binding.who.push(principal);
        }
    }
    rules.extend(added);
}

/// The key of a role that is bound, and its rules.
type Bound = (Arc<str>, Vec<Rule>);

/// Roles that are bound, with their rules, and bindings with their namespaces, by kind and name.
struct Roles {
    rules: HashMap<String, Vec<Bound>>,
    bindings: HashMap<String, Vec<(usize, String)>>,
}

impl Roles {
    fn of(rules: &[Rule], bindings: &[Binding]) -> Self {
        let mut own: HashMap<&Arc<str>, Vec<Rule>> = HashMap::new();
        for rule in rules {
            own.entry(&rule.role).or_default().push(rule.clone());
        }
        let mut all = Self { rules: HashMap::new(), bindings: HashMap::new() };
        for (at, binding) in bindings.iter().enumerate() {
            all.bindings.entry(binding.at.path.clone()).or_default().push((at, binding.namespace.clone()));
            // `k8s-rbac:cluster/namespace/Role/name`
            let mut last = binding.role.rsplitn(3, '/');
            let (Some(name), Some(kind)) = (last.next(), last.next()) else { continue };
            let same = all.rules.entry(format!("{kind}/{name}")).or_default();
            if !same.iter().any(|(role, _)| *role == binding.role) {
                same.push((Arc::clone(&binding.role), own.remove(&binding.role).unwrap_or_default()));
            }
        }
        all
    }

    /// The rules that a patch adds to the roles of this kind and name.
    fn add(&self, end: &str, patch: &Patch, added: &mut Vec<Rule>) {
        for (role, rules) in self.rules.get(end).into_iter().flatten() {
            let mut push = |index, verb: &str, things: Vec<String>| {
                let about = things.iter().any(|it| it.starts_with("rbac.") || it.starts_with('*'));
                let (role, verb, at) = (Arc::clone(role), verb.to_owned(), patch.at.clone());
                let access = access_of(&verb, about);
                if access > Access::None {
                    added.push(Rule { role, index, access, verb, things, at });
                }
            };
            match &patch.adds {
                Added::Verbs(index, verbs) => {
                    let first = rules.iter().find(|it| it.index == *index);
                    let Some(things) = first.map(|it| it.things.clone()) else { continue };
                    verbs.iter().for_each(|it| push(*index, it, things.clone()));
                }
                Added::Resources(index, resources) => {
                    for rule in rules.iter().filter(|it| it.index == *index) {
                        let group = rule.things.first().and_then(|it| it.split('/').next());
                        let group = group.unwrap_or("core");
                        let things = resources.iter().map(|it| format!("{group}/{it}"));
                        push(*index, &rule.verb, things.collect());
                    }
                }
                Added::Rule { things, verbs } => {
                    verbs.iter().for_each(|it| push(usize::MAX, it, things.clone()));
                }
                Added::Subject(_) => {}
            }
        }
    }
}

/// Somebody whom a patch binds; `home` is the namespace of the binding.
fn somebody([kind, namespace, name]: &[String; 3], home: &str, patch: &Patch) -> Option<Principal> {
    let namespace = if namespace.is_empty() { home } else { namespace };
    let said = match kind.as_str() {
        "ServiceAccount" => PrincipalKind::Service,
        "Group" => PrincipalKind::Group,
        "User" => PrincipalKind::User,
        _ => return None,
    };
    let shown = if said == PrincipalKind::Service { format!("ServiceAccount/{name}") } else { name.clone() };
    let key = format!("k8s-subject:/{namespace}/{name}");
    Some(Principal { key: key.into(), ..Principal::named(&shown, said, patch.at.span) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_lead_out_of_folders() {
        assert_eq!(beside("overlays/prod", "../../base/role.yaml"), "base/role.yaml");
        assert_eq!(beside("", "./role.yaml"), "role.yaml");
    }
}
