//! Access lists of brokers, as the operators' users have them.

use connlint_core::Location;
use connlint_resolve::Value;

use super::manifests::scalar;
use super::{Compared, Right, Seat};
use crate::posture::{Access, Principal, PrincipalKind, access_of_role};

/// More entries of one user are not looked at.
const MOST: usize = 500;

/// Adds what the access list of a user allows: `spec.authorization.acls`.
pub(super) fn of_user(compared: &mut Compared, manifest: &Value, seat: &Seat) {
    let Some(acls) = manifest.at(&["spec", "authorization", "acls"]) else { return };
    let who = Principal {
        key: format!("k8s-subject:{}/{}", seat.home, seat.address).into(),
        ..Principal::named(&seat.address, PrincipalKind::Service, manifest.span)
    };
    for acl in acls.items().iter().take(MOST) {
        let text = |keys: &[&str]| acl.at(keys).and_then(scalar);
        let allows = text(&["type"]).is_none_or(|it| !it.eq_ignore_ascii_case("deny"));
        let one = [["operation"], ["operations"]].into_iter().filter_map(|key| acl.at(&key));
        let operations =
            one.flat_map(|it| if it.items().is_empty() { std::slice::from_ref(it) } else { it.items() });
        let thing = thing(acl);
        for operation in operations.take(MOST) {
            let Some(name) = operation.text() else { continue };
            let Some(access) = access_of_role("kafka-acl", name).filter(|it| *it > Access::None) else {
                continue;
            };
            let at = Location { span: operation.span, path: seat.address.clone(), via: Vec::new() };
            // Topics are read and written, groups and transactions only serve that; they are told apart.
            let family = format!("kafka:{}", thing.split('/').next().unwrap_or_default());
            let right = Right { allows, family, ..Right::new("kafka", name, access, "", at) };
            compared.rights.push(right.on(vec![thing.clone()]).to(vec![who.clone()]));
        }
    }
}

/// What an entry is about: a name, a beginning of names, or every name.
fn thing(acl: &Value) -> String {
    // The other operator has the parts of a resource beside each other.
    let own = acl.get("resource").filter(|it| it.is_collection()).unwrap_or(acl);
    let text = |keys: &[&str]| keys.iter().find_map(|key| scalar(own.get(key)?));
    let kind = text(&["type", "resourceType"]).unwrap_or_default().to_ascii_lowercase();
    let name = text(&["name", "resourceName"])
        .unwrap_or_else(|| if kind == "cluster" { "cluster" } else { "*" }.to_owned());
    let begins = text(&["patternType", "resourcePatternType"])
        .is_some_and(|it| it.to_ascii_lowercase().starts_with("prefix"));
    format!("{kind}/{name}{}", if begins { "*" } else { "" })
}
