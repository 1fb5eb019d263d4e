//! What no longer works for anybody while its credentials live on: switched off, or gone.

use std::collections::{BTreeMap, BTreeSet};

use connlint_core::Location;
use connlint_model::{Compared, Kept, Lean, Switch};

use super::pairs::{Id, Versions, plain};
use super::sites::{Connector, Connectors, called_by, taking};
use super::{Change, ChangeKind, names};

/// All that is retired.
pub(super) fn changes(both: &Versions<'_>, connectors: &Connectors<'_>) -> Vec<Change> {
    // What has several instances, or several ways to be switched off, is told once.
    let mut found: BTreeMap<(String, String), Change> = BTreeMap::new();
    let dead = Dead::of(both);
    let mut add = |id: &Id, subject: String, message: String, at: &Location| {
        let kind = ChangeKind::RetiredWithCredentials;
        let change = Change { kind, subject: subject.clone(), message, at: at.clone() };
        found.entry((id.home.clone(), subject)).or_insert(change);
    };
    let mut off: BTreeSet<&str> = BTreeSet::new();
    let stays_on = patched(&both.new.model.compared, false);
    for (id, connector) in connectors.new.iter().filter(|(_, it)| it.off) {
        let before = connectors.pairs.before(id).and_then(|it| connectors.old.get(it));
        let switched = before.is_some_and(|it| !it.off) && !stays_on.contains(&*id.address);
        if switched && !dead.takes_only_dead(connector) {
            let subject = id.subject();
            off.insert(&id.address);
            let message = format!("`{subject}` is switched off, and still {}", taking(connector));
            add(id, subject, message, connector.at);
        }
    }
    for (id, connector) in unlisted(both, connectors) {
        if !dead.takes_only_dead(connector) {
            let subject = id.subject();
            let message =
                format!("no kustomization takes `{subject}` any more, and it still {}", taking(connector));
            add(id, subject, message, connector.at);
        }
    }
    for switch in switched(both, connectors) {
        let id = Id::of(&switch.seat);
        let subject = if switch.called.is_empty() { id.subject() } else { switch.called.clone() };
        let address = switch.seat.address.as_str();
        let told = if switch.elsewhere { off.contains(address) } else { stays_on.contains(address) };
        if told || switch.holds.iter().all(|it| dead.is(it)) {
            continue;
        }
        let message = format!("`{subject}` is switched off, and {} on", lives(&switch.holds));
        add(&id, subject, message, &switch.at);
    }
    for (id, at, kept) in abandoned(both, connectors) {
        let subject = id.subject();
        let all: BTreeSet<String> = kept.iter().map(|it| plain(&it.address)).collect();
        let all: Vec<String> = all.into_iter().collect();
        let live = if all.len() == 1 { "lives" } else { "live" };
        let message =
            format!("`{subject}` is gone, and {} {live} on with nobody left to use it", names(&all));
        add(&id, subject, message, at);
    }
    found.into_values().collect()
}

/// Manifests that are still there, and that a kustomization which is still there no longer takes.
fn unlisted<'c, 'v>(both: &Versions<'v>, connectors: &'c Connectors<'v>) -> Vec<(&'c Id, &'c Connector<'v>)> {
    let (old, new) = (&both.old.model.compared.listed, &both.new.model.compared.listed);
    let now: BTreeSet<&str> = new.iter().map(|(file, _)| file.as_str()).collect();
    let dropped: BTreeSet<&str> = old
        .iter()
        .filter(|(file, by)| !now.contains(file.as_str()) && both.new.paths.contains(by))
        .map(|(file, _)| file.as_str())
        .collect();
    let taken = connectors.new.iter().filter(|(id, it)| !it.off && dropped.contains(&*id.home));
    taken.filter(|(id, _)| connectors.pairs.before(id).is_some_and(|it| it.home == id.home)).collect()
}

/// Credentials in words, with their verb.
fn lives(holds: &[String]) -> String {
    let all: BTreeSet<String> = holds.iter().filter(|it| !it.is_empty()).map(|it| called_by(it)).collect();
    match all.len() {
        0 => "a literal lives".to_owned(),
        1 => format!("{} lives", names(&all.into_iter().collect::<Vec<_>>())),
        _ => format!("{} live", names(&all.into_iter().collect::<Vec<_>>())),
    }
}

/// Addresses of manifests that another file switches this way.
fn patched(compared: &Compared, off: bool) -> BTreeSet<&str> {
    let all = compared.switches.iter().filter(|it| it.elsewhere && it.off == off);
    all.map(|it| it.seat.address.as_str()).collect()
}

/// Switches that are off and were not, of things that were there.
fn switched<'v>(both: &Versions<'v>, connectors: &Connectors<'_>) -> Vec<&'v Switch> {
    let mut new: Vec<&'v Switch> = both.new.model.compared.switches.iter().collect();
    new.retain(|it| it.off && !it.holds.is_empty() && !both.is_library(&it.seat.home));
    if new.is_empty() {
        return new;
    }
    let old = &both.old.model.compared;
    let (mut off, mut on): (BTreeSet<Id>, BTreeSet<Id>) = (BTreeSet::new(), BTreeSet::new());
    for it in &old.switches {
        let all = if it.off { &mut off } else { &mut on };
        all.insert(both.renamed(&Id::of(&it.seat)));
    }
    let id = |(home, address): &(String, String)| Id { home: home.clone(), address: address.clone() };
    let blocks: BTreeSet<Id> = old.blocks.iter().map(|it| both.renamed(&id(it))).collect();
    let addresses: BTreeSet<&str> = old.sites.iter().map(|it| it.seat.address.as_str()).collect();
    let ids: Vec<Id> = new.iter().map(|it| Id::of(&it.seat)).collect();
    // Under another address it was there before only where nothing else is there under that address now.
    let pairs = both.pairs(off.iter().chain(&on).collect::<BTreeSet<_>>().into_iter(), ids.iter());
    let was_off = |it: &Switch| {
        let mut sites = connectors.old.iter().filter(|(id, _)| id.address == it.seat.address).peekable();
        it.elsewhere && sites.peek().is_some() && sites.all(|(_, it)| it.off)
    };
    let fresh = new.into_iter().zip(&ids).filter(|(switch, id)| {
        if off.contains(id) || switch.elsewhere && was_off(switch) {
            return false;
        }
        let there = on.contains(id) || blocks.contains(id) || connectors.pairs.before(id).is_some();
        let moved = pairs.before(id);
        match (there, moved) {
            (true, _) if !switch.elsewhere => true,
            (_, Some(before)) => on.contains(before),
            _ => switch.elsewhere && addresses.contains(&*id.address),
        }
    });
    fresh.map(|(switch, _)| switch).collect()
}

/// Credentials that go with whatever takes them.
struct Dead<'v> {
    /// Keys that the code declared before and does not declare any more.
    keys: BTreeSet<&'v str>,
    /// Blocks that are written in the code and not made.
    unmade: BTreeSet<(&'v str, String)>,
}

impl<'v> Dead<'v> {
    fn of(both: &Versions<'v>) -> Self {
        let keys = |compared: &'v Compared| -> BTreeSet<&'v str> {
            compared.kept.iter().flat_map(|it| &it.keys).map(String::as_str).collect()
        };
        let now = keys(&both.new.model.compared);
        let mut gone = keys(&both.old.model.compared);
        gone.retain(|it| !now.contains(it) && !now.contains(&*both.moved.key(it)));
        let (blocks, none) = (&both.new.model.compared.blocks, &both.new.model.compared.unmade);
        let as_one = |(home, address): &'v (String, String)| (home.as_str(), plain(address));
        let mut unmade: BTreeSet<(&str, String)> = none.iter().map(as_one).collect();
        if !unmade.is_empty() {
            // An instance that is made stands for its block.
            blocks.difference(none).map(as_one).for_each(|it| _ = unmade.remove(&it));
        }
        Self { keys: gone, unmade }
    }

    /// Whether a credential is no longer there.
    fn is(&self, key: &str) -> bool {
        if self.keys.contains(key) || self.keys.contains(&*secret(key)) {
            return true;
        }
        let Some(Id { home, address }) = Id::of_key(key) else { return false };
        let mut address = plain(&address);
        loop {
            if self.unmade.contains(&(home.as_str(), address.clone())) {
                return true;
            }
            match address.rfind('.') {
                Some(at) => address.truncate(at),
                None => return false,
            }
        }
    }

    fn takes_only_dead(&self, connector: &Connector<'_>) -> bool {
        connector.takes.iter().all(|it| it.text.is_none() && self.is(&it.key))
    }
}

/// The Secret in a key such as `k8s:cluster/namespace/name#field`, as it is declared.
fn secret(key: &str) -> String {
    let place = key.strip_prefix("k8s:").and_then(|it| it.split('#').next());
    place.map_or_else(String::new, |it| format!("k8s:{}", it.rsplit('/').next().unwrap_or(it)))
}

/// Who is gone, with what was declared for it and is used by nobody else.
fn abandoned<'v>(both: &Versions<'v>, connectors: &Connectors<'v>) -> Vec<(Id, &'v Location, Vec<&'v Kept>)> {
    let (old, new) = (&both.old.model.compared, &both.new.model.compared);
    let users = |all: &'v [Lean]| -> BTreeSet<Id> { all.iter().map(|it| Id::of(&it.seat)).collect() };
    let (before, after) = (users(&old.leans), users(&new.leans));
    let pairs = both.pairs(before.iter(), after.iter());
    let gone = |id: &Id| {
        let of = if connectors.old.contains_key(id) { &connectors.pairs.gone } else { &pairs.gone };
        of.contains(id) && !both.exists(id)
    };
    let mut lost: BTreeMap<Id, (BTreeSet<String>, &'v Location)> = BTreeMap::new();
    for lean in old.leans.iter().filter(|it| !it.seat.relay && !both.is_library(&it.seat.home)) {
        let id = Id::of(&lean.seat);
        if (lean.strong || connectors.old.contains_key(&id)) && gone(&id) {
            let own = lost.entry(id).or_insert_with(|| (BTreeSet::new(), &lean.at));
            own.0.insert(now(both, &lean.key));
        }
    }
    if lost.is_empty() {
        return Vec::new();
    }
    let taken: BTreeSet<&str> =
        new.leans.iter().map(|it| it.key.as_str()).chain(new.mentions.iter().map(String::as_str)).collect();
    // What comes with the change was not left behind by it.
    let stood: BTreeSet<String> = old.kept.iter().flat_map(|it| &it.keys).map(|it| now(both, it)).collect();
    let mut kept: BTreeMap<&str, Vec<&'v Kept>> = BTreeMap::new();
    let left = |it: &&Kept| it.keys.iter().all(|key| stood.contains(key) && !taken.contains(&**key));
    for it in new.kept.iter().filter(left) {
        for key in &it.keys {
            kept.entry(key).or_default().push(it);
        }
    }
    let found = lost.into_iter().filter_map(|(id, (keys, at))| {
        let left: Vec<&Kept> =
            keys.iter().filter_map(|it| kept.get(it.as_str())).flatten().copied().collect();
        (!left.is_empty()).then_some((id, at, left))
    });
    found.collect()
}

/// The key that a credential has after the change.
fn now(both: &Versions<'_>, key: &str) -> String {
    match Id::of_key(key) {
        Some(id) => {
            let Id { home, address } = both.renamed(&id);
            format!("tf:{home}:{address}")
        }
        None => both.moved.key(key),
    }
}
