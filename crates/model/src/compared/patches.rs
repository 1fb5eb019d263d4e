//! What patches of kustomizations say of roles and bindings that stand in other files.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use connlint_core::{Location, Span};
use connlint_resolve::{Kind, Value};

use super::Compared;
use super::cluster::{Binding, Rule, access_of};
use super::kustomize::{Patch, Patched};
use crate::posture::{Access, Principal, PrincipalKind};

/// What a patch adds to a role or binding.
#[derive(Clone, Debug)]
pub(crate) struct Addition {
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

/// What a patch adds by the place that it puts something at.
fn added(patch: &Patch) -> Vec<(Span, Added)> {
    let Some(value) = &patch.value else { return Vec::new() };
    let steps: Vec<&str> = patch.path.iter().map(|it| &**it).collect();
    let index = |step: &str| step.parse::<usize>().ok();
    let items = || value.items().iter();
    match steps.as_slice() {
        ["rules", at, "verbs", ..] => {
            index(at).map(|it| (value.span, Added::Verbs(it, texts(value)))).into_iter().collect()
        }
        ["rules", at, "resources", ..] => {
            index(at).map(|it| (value.span, Added::Resources(it, texts(value)))).into_iter().collect()
        }
        ["rules"] => items().map(|it| (it.span, rule(it))).collect(),
        ["rules", _] => vec![(value.span, rule(value))],
        ["subjects"] => items().map(|it| (it.span, subject(it))).collect(),
        ["subjects", _] => vec![(value.span, subject(value))],
        _ => Vec::new(),
    }
}

/// Notes what a role or binding says, should it be a patch of another one.
pub(crate) fn of_role_object(compared: &mut Compared, manifest: &Value, path: &str) {
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
        let addition = Addition { kind: kind.clone(), name: name.clone(), adds, at };
        compared.additions.push((path.to_owned(), addition));
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

/// Adds what patches say to the roles and bindings that they are for. `objects` are those of files, some of which are
/// patches of others.
pub(super) fn apply(
    rules: &mut Vec<Rule>,
    bindings: &mut [Binding],
    patches: &[Patch],
    (objects, patched): (&[(String, Addition)], &[Patched]),
) {
    let files: BTreeSet<&str> = patched.iter().map(|it| it.file.as_str()).collect();
    let objects = objects.iter().filter(|(file, _)| files.contains(file.as_str())).map(|(_, it)| it.clone());
    let mut all: Vec<Addition> = objects.take(MOST).collect();
    let roles = Roles::of(rules, bindings);
    for patch in patches {
        let about = added(patch);
        if about.is_empty() || all.len() >= MOST {
            continue;
        }
        for (kind, name) in roles.named_by(patch) {
            for (span, adds) in &about {
                let at = Location { span: *span, path: format!("{kind}/{name}"), via: Vec::new() };
                all.push(Addition { kind: kind.clone(), name: name.clone(), adds: adds.clone(), at });
            }
        }
    }
    let mut more: Vec<Rule> = Vec::new();
    let mut who: Vec<(usize, Principal)> = Vec::new();
    for addition in all.iter().take(MOST) {
        let end = format!("{}/{}", addition.kind, addition.name);
        roles.add(&end, addition, &mut more);
        if let Added::Subject(subject) = &addition.adds {
            let own = roles.bindings.get(&end).into_iter().flatten();
            who.extend(own.filter_map(|(at, home)| Some((*at, somebody(subject, home, addition)?))));
        }
    }
    for (at, principal) in who {
        if let Some(binding) = bindings.get_mut(at) {
            binding.who.push(principal);
        }
    }
    rules.extend(more);
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

    /// Kinds and names of the roles and bindings that a patch is for.
    fn named_by(&self, patch: &Patch) -> Vec<(String, String)> {
        let split = |end: &String| end.split_once('/').map(|(kind, name)| (kind.to_owned(), name.to_owned()));
        if let (Some(kind), Some(name)) = (&patch.kind, &patch.name) {
            let end = format!("{kind}/{name}");
            if self.rules.contains_key(&end) || self.bindings.contains_key(&end) {
                return vec![(kind.clone(), name.clone())];
            }
        }
        let ends: BTreeSet<&String> = self.rules.keys().chain(self.bindings.keys()).take(MOST).collect();
        ends.into_iter().filter_map(split).filter(|(kind, name)| patch.fits(kind, name)).collect()
    }

    /// The rules that a patch adds to the roles of this kind and name.
    fn add(&self, end: &str, patch: &Addition, added: &mut Vec<Rule>) {
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
fn somebody([kind, namespace, name]: &[String; 3], home: &str, patch: &Addition) -> Option<Principal> {
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
