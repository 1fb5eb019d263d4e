//! Joins what parts have for a comparison, and rights with those who hold them.

use std::collections::HashMap;
use std::sync::Arc;

use super::{Compared, Seat, Watch, cluster, conditions, everybody, kept, kustomize, links, switches};
use crate::posture::{Edge, Holder, Principal, PrincipalKind, holders};

/// Joins all parts' shares; `edges` and `principals` are those of the whole model.
pub(crate) fn join(all: Vec<Compared>, edges: &[Edge], principals: &[Principal]) -> Compared {
    let mut whole = Compared::default();
    for part in all {
        // Appending would walk through the whole of a map for each part.
        whole.sites.extend(part.sites);
        whole.relays.extend(part.relays);
        whole.owned.extend(part.owned);
        whole.rights.extend(part.rights);
        whole.watched.extend(part.watched);
        whole.extents.extend(part.extents);
        whole.parties.extend(part.parties);
        whole.known.extend(part.known);
        whole.renames.extend(part.renames);
        whole.names.extend(part.names);
        whole.blocks.extend(part.blocks);
        whole.unmade.extend(part.unmade);
        whole.templates.extend(part.templates);
        whole.called.extend(part.called);
        whole.principals.extend(part.principals);
        whole.edges.extend(part.edges);
        whole.files.extend(part.files);
        whole.switches.extend(part.switches);
        whole.kept.extend(part.kept);
        whole.leans.extend(part.leans);
        whole.mentions.extend(part.mentions);
        whole.listed.extend(part.listed);
        whole.scaled.extend(part.scaled);
        whole.conditional.extend(part.conditional);
        whole.values.extend(part.values);
        whole.patches.extend(part.patches);
        whole.patched.extend(part.patched);
        whole.rules.extend(part.rules);
        whole.bindings.extend(part.bindings);
        whole.additions.extend(part.additions);
        whole.offers.extend(part.offers);
    }
    kustomize::join(&mut whole);
    conditions::join(&mut whole);
    switches::join(&mut whole);
    links::join(&mut whole);
    kept::join(&mut whole);
    cluster::rights(&mut whole);
    let own = std::mem::take(&mut whole.edges).into_iter().map(|(from, to, at)| Edge {
        from: from.into(),
        to: to.into(),
        at,
        label: String::new(),
    });
    let edges: Vec<Edge> = edges.iter().cloned().chain(own).collect();
    let principals: Vec<Principal> =
        principals.iter().cloned().chain(std::mem::take(&mut whole.principals)).collect();
    let mut find = holders(&edges, &principals);
    seat(&mut whole);
    everybody::rights(&mut whole);
    for right in &mut whole.rights {
        let mut all: Vec<Holder> = right
            .principals
            .iter()
            .map(|it| Holder { principal: it.clone(), way: Vec::new(), connectors: Vec::new() })
            .collect();
        // Who holds a right by being named hands it on to the members of a group.
        let starts: Vec<Arc<str>> = match right.principals.is_empty() {
            true => vec![Arc::clone(&right.from)],
            false => right.principals.iter().map(|it| Arc::clone(&it.key)).collect(),
        };
        for holder in find(&starts).iter() {
            // What only defines a right does not hold it.
            let defines = right.principals.is_empty() && holder.principal.key == right.from;
            if defines && holder.principal.kind == PrincipalKind::Role {
                right.definer = Some(holder.principal.clone());
            }
            let named = all.iter().any(|it| it.principal.key == holder.principal.key);
            if !defines && !named {
                all.push(holder.clone());
            }
        }
        all.retain(|it| !super::statements::is_nobody(it));
        right.holders = all.into();
    }
    let names = std::mem::take(&mut whole.names);
    for right in &mut whole.rights {
        if right.things.iter().any(|it| it.contains('{')) {
            right.things = right.things.iter().map(|it| named(it, &names)).collect();
        }
    }
    whole
}

/// Attributes that lead from a thing to what it is in.
const AROUND: &[&str] =
    &[".account_id", ".database", ".org_id", ".organization", ".project", ".resource_group_name", ".schema"];

/// A text with the names of blocks in the place of references to them.
fn named(text: &str, names: &std::collections::BTreeMap<String, String>) -> String {
    let mut shown = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        let (inner, behind) = after.split_once('}').unwrap_or((after, ""));
        shown.push_str(before);
        let mut key = inner;
        let name = loop {
            if let Some(name) = names.get(key) {
                break Some(name);
            }
            match key.rfind(['.', '[']).and_then(|at| key.split_at_checked(at)) {
                // What a block says of its surroundings is none of its names.
                Some((_, attribute)) if AROUND.contains(&attribute) => break None,
                Some((shorter, _)) => key = shorter,
                None => break None,
            }
        };
        match name {
            Some(name) => shown.push_str(name),
            // Without the folder, which may move.
            None => shown.push_str(inner.splitn(3, ':').nth(2).unwrap_or(inner)),
        }
        rest = behind;
    }
    shown + rest
}

/// What a file says, said by the block that takes it; what nobody takes is of no one.
fn seat(whole: &mut Compared) {
    let takers: HashMap<&str, &Seat> = whole.files.iter().map(|(path, seat)| (path.as_str(), seat)).collect();
    let taken = |seat: &mut Seat| {
        if seat.address.is_empty() {
            let Some(taker) = takers.get(&*seat.home) else { return false };
            *seat = (*taker).clone();
        }
        true
    };
    let mut alone = Vec::new();
    whole.watched.retain_mut(|it| {
        // How long a tool keeps logs is said by its own file, too.
        if it.what == Watch::Retention && it.seat.address.is_empty() && !takers.contains_key(&*it.seat.home) {
            it.seat = Seat::of_path(&it.seat.home, &it.seat.home);
            alone.push((it.seat.home.clone(), it.seat.address.clone()));
        }
        taken(&mut it.seat)
    });
    whole.blocks.extend(alone);
    whole.extents.retain_mut(|it| taken(&mut it.seat));
    whole.offers.retain_mut(|it| taken(&mut it.seat));
}
