//! Groups and their rights as manifests keep them in tables and lists of their own.

use connlint_core::Location;
use connlint_resolve::Value;

use super::{Compared, Right, Seat, Watch, Watched};
use crate::posture::{Access, Principal, PrincipalKind, access_of_role};

/// Members, roles and lines of one manifest that are looked at.
const MOST: usize = 500;

/// Adds the members of a group, the roles of a project, and who may act in the cluster by another account.
pub(super) fn of_manifest(compared: &mut Compared, manifest: &Value, kind: &str, seat: &Seat) {
    match kind {
        "Group" => members(compared, manifest, seat),
        "AppProject" => roles(compared, manifest, seat),
        "ConfigMap" if manifest.at(&["metadata", "name"]).and_then(Value::text) == Some("aws-auth") => {
            mapped(compared, manifest);
        }
        _ => {}
    }
}

/// `users` of a group.
fn members(compared: &mut Compared, manifest: &Value, seat: &Seat) {
    let Some(users) = manifest.get("users") else { return };
    let mut values: Vec<String> =
        users.items().iter().take(MOST).filter_map(Value::text).map(str::to_owned).collect();
    values.sort();
    compared.watched.push(Watched {
        what: Watch::Group,
        seat: seat.clone(),
        name: "users".to_owned(),
        values,
        shown: String::new(),
        at: Location { span: users.span, path: seat.address.clone(), via: Vec::new() },
    });
}

/// Those of a cloud who may do everything in the cluster: lines of `rolearn:` and `userarn:`, and their groups.
fn mapped(compared: &mut Compared, manifest: &Value) {
    for key in ["mapRoles", "mapUsers"] {
        let Some(value) = manifest.at(&["data", key]) else { continue };
        let mut who = "";
        for line in value.text().unwrap_or_default().lines().take(MOST * 10) {
            let line = line.trim().trim_start_matches("- ");
            if let Some((_, arn)) = line.split_once("arn:").filter(|(key, _)| ["role", "user"].contains(key))
            {
                who = arn.trim().trim_matches(['"', '\'']);
            }
            if line.contains("system:masters") && !who.is_empty() {
                let principal = Principal::named(who, PrincipalKind::Role, value.span);
                let at = Location { span: value.span, path: key.to_owned(), via: Vec::new() };
                let right = Right::new("kubernetes", "system:masters", Access::Admin, "", at);
                compared.rights.push(right.to(vec![principal]));
            }
        }
    }
}

/// `spec.roles` with their groups and lines of policy.
fn roles(compared: &mut Compared, manifest: &Value, seat: &Seat) {
    let project = manifest.at(&["metadata", "name"]).and_then(Value::text).unwrap_or_default();
    for role in manifest.at(&["spec", "roles"]).map(Value::items).unwrap_or_default().iter().take(MOST) {
        let name = role.get("name").and_then(Value::text).unwrap_or_default();
        let full = format!("proj:{project}:{name}");
        let texts = |key: &str| role.get(key).map(Value::items).unwrap_or_default();
        let groups = texts("groups").iter().filter_map(Value::text);
        let lines = texts("policies").iter().filter_map(Value::text).map(str::to_owned);
        let all: Vec<String> = lines.chain(groups.map(|it| format!("g, {it}, {full}"))).take(MOST).collect();
        // A role of a project is somebody, too: tokens are made for it.
        let at = format!("role:{}/{name}", seat.home);
        let who =
            Principal { key: at.as_str().into(), ..Principal::named(&full, PrincipalKind::Role, role.span) };
        compared.principals.push(who);
        self::groups(compared, &all.join("\n"), role, seat);
    }
}

/// Lines such as `g, team, role:admin` and `p, role:x, applications, sync, */*, allow`.
pub(super) fn groups(compared: &mut Compared, text: &str, policy: &Value, seat: &Seat) {
    let at = Location { span: policy.span, path: seat.address.clone(), via: policy.steps().collect() };
    let mut values = Vec::new();
    for line in text.lines() {
        let line = line.split('#').next().unwrap_or_default();
        let cells: Vec<&str> = line.split(',').map(str::trim).collect();
        match cells.as_slice() {
            ["g", who, role] => {
                values.push(format!("{who} {role}"));
                let word = role.rsplit(':').next().unwrap_or(role);
                let name = who.trim_matches('"');
                let principal = Principal {
                    key: format!("{}/{name}", seat.address).into(),
                    name: name.to_owned(),
                    title: name.to_owned(),
                    kind: PrincipalKind::Group,
                    span: policy.span,
                };
                compared.principals.push(principal.clone());
                compared.edges.push((
                    format!("role:{}/{word}", seat.home),
                    principal.key.to_string(),
                    policy.span,
                ));
                if let Some(access) =
                    access_of_role("access-word", word).or(access_of_role("admin-word", word))
                {
                    let right = Right::new("argocd", role, access, &seat.home, at.clone());
                    compared.rights.push(right.to(vec![principal]));
                }
            }
            ["p", role, resource, action, object, effect] if *effect == "allow" => {
                let word = role.rsplit(':').next().unwrap_or(role);
                let access = match *action {
                    "get" => Access::Read,
                    "*" if *resource == "*" => Access::Admin,
                    _ => Access::Write,
                };
                let name = format!("{action} {resource}");
                let from = format!("role:{}/{word}", seat.home);
                let right = Right::new("argocd", &name, access, &from, at.clone());
                compared.rights.push(right.on(vec![format!("{resource}:{object}")]));
            }
            _ => {}
        }
    }
    values.sort();
    compared.watched.push(Watched {
        what: Watch::Group,
        seat: seat.clone(),
        name: "policy.csv".to_owned(),
        values,
        shown: String::new(),
        at,
    });
}
