//! Rights in a cluster: rules of roles, and the bindings that say who has them and where.

use std::collections::HashMap;
use std::sync::Arc;

use connlint_core::Location;
use connlint_resolve::Value;

use super::{Compared, Right, patches};
use crate::posture::{Access, Principal, PrincipalKind, access_of_role};

/// One rule of a role.
#[derive(Clone, Debug)]
pub(crate) struct Rule {
    pub(super) role: Arc<str>,
    /// Which of the role's rules it is.
    pub(super) index: usize,
    pub(super) access: Access,
    pub(super) verb: String,
    pub(super) things: Vec<String>,
    pub(super) at: Location,
}

/// Who has a role.
#[derive(Clone, Debug)]
pub(crate) struct Binding {
    pub(super) role: Arc<str>,
    /// Name of the role, if it may be one that comes with the cluster.
    pub(super) built_in: Option<String>,
    /// Where it holds; `*` for the whole cluster.
    pub(super) namespace: String,
    pub(super) who: Vec<Principal>,
    pub(super) at: Location,
}

/// Notes a rule of the role with this key.
pub(crate) fn rule(compared: &mut Compared, role: &Arc<str>, rule: &Value, names: [&str; 4], subject: &str) {
    // The rules of one role are met in their order, each with all of its verbs.
    let last = compared.rules.last().filter(|it| it.role == *role);
    let index = last.map_or(0, |it| it.index + 1);
    let [groups, resources, verbs, objects] =
        names.map(|name| rule.get(name).map(Value::items).unwrap_or_default());
    let texts = |items: &[Value]| {
        let all = items.iter().map(|it| it.text().unwrap_or("?").to_owned());
        all.collect::<Vec<_>>()
    };
    let (groups, resources, objects) = (texts(groups), texts(resources), texts(objects));
    let about_access = groups.iter().any(|it| matches!(&**it, "*" | "rbac.authorization.k8s.io"))
        && resources.iter().any(|it| it == "*" || it.contains("role"));
    let mut things = Vec::new();
    for group in &groups {
        for resource in &resources {
            let group = if group.is_empty() { "core" } else { group };
            if objects.is_empty() {
                things.push(format!("{group}/{resource}"));
            }
            things.extend(objects.iter().map(|it| format!("{group}/{resource}/{it}")));
        }
    }
    for verb in verbs {
        let Some(text) = verb.text() else { continue };
        let access = access_of(text, about_access);
        let at = Location { span: verb.span, path: subject.to_owned(), via: verb.steps().collect() };
        let verb = text.to_owned();
        let role = Arc::clone(role);
        compared.rules.push(Rule { role, index, access, verb, things: things.clone(), at });
    }
}

/// What a verb lets one do; nothing for what is no access to the thing itself.
pub(super) fn access_of(verb: &str, about_access: bool) -> Access {
    match verb {
        "get" | "list" | "watch" => Access::Read,
        "escalate" | "bind" | "impersonate" => Access::Admin,
        "use" => Access::None,
        _ if about_access => Access::Admin,
        _ => Access::Write,
    }
}

/// Notes who is bound to the role with this key.
pub(crate) fn binding(
    compared: &mut Compared,
    role: (&Arc<str>, Option<&str>),
    namespace: &str,
    who: &[Principal],
    at: Location,
) {
    let who = who.iter().map(|it| {
        let kind = match it.kind {
            PrincipalKind::Service => "ServiceAccount/",
            _ => "",
        };
        Principal { name: format!("{kind}{}", it.name), ..it.clone() }
    });
    compared.bindings.push(Binding {
        role: Arc::clone(role.0),
        built_in: role.1.map(str::to_owned),
        namespace: namespace.to_owned(),
        who: who.collect(),
        at,
    });
}

/// The rights that bindings give.
pub(super) fn rights(compared: &mut Compared) {
    let (mut rules, mut bindings) =
        (std::mem::take(&mut compared.rules), std::mem::take(&mut compared.bindings));
    let objects = (&*compared.additions, &*compared.patched);
    patches::apply(&mut rules, &mut bindings, &compared.patches, objects);
    rules.retain(|it| it.access > Access::None);
    let mut of: HashMap<Arc<str>, Vec<&Rule>> = HashMap::new();
    for rule in &rules {
        of.entry(Arc::clone(&rule.role)).or_default().push(rule);
    }
    for it in &bindings {
        let own = of.get(&it.role).map(Vec::as_slice).unwrap_or_default();
        for rule in own {
            let within = |thing: &String| format!("{}:{thing}", it.namespace);
            let what: Vec<&str> = rule.things.iter().map(|it| it.rsplit('/').next().unwrap_or(it)).collect();
            let name = format!("{} {}", rule.verb, what.first().copied().unwrap_or_default());
            let right = Right::new("kubernetes", &name, rule.access, "", rule.at.clone());
            let things = rule.things.iter().map(within).collect();
            compared.rights.push(right.on(things).to(it.who.clone()));
        }
        // A role that comes with the cluster is written nowhere.
        if let Some(name) = it.built_in.as_deref().filter(|_| own.is_empty())
            && let Some(access) = access_of_role("kubernetes", name)
        {
            // The role `admin` ends at its namespace where it is bound there.
            let ends = name == "admin" && it.namespace != "*";
            let access = if ends { Access::Write } else { access };
            let right = Right::new("kubernetes", name, access, "", it.at.clone());
            compared.rights.push(right.on(vec![format!("{}:*", it.namespace)]).to(it.who.clone()));
        }
    }
}
