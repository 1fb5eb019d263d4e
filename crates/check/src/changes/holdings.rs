//! Who holds which rights in one version, gathered by holder, and by what the rights are about.

use std::collections::{BTreeMap, BTreeSet};

use connlint_core::{Location, glob};
use connlint_model::{Access, PrincipalKind, Reach, Right};

use super::cover::{conditions_cover, covers_text};
use super::pairs::Id;
use crate::rule::Evidence;

/// What a right is about: a system, and a part of it.
pub(super) type About<'r> = (&'r str, &'r str);

/// One right as somebody holds it.
#[derive(Clone, Copy)]
pub(super) struct Held<'r> {
    pub(super) right: &'r Right,
    /// Steps between the right and its holder.
    pub(super) far: usize,
}

/// Everything that somebody holds.
pub(super) struct Holding<'r> {
    pub(super) kind: PrincipalKind,
    pub(super) name: &'r str,
    pub(super) of: BTreeMap<About<'r>, Vec<Held<'r>>>,
    /// Whether it is a role that others hold, who are told instead.
    pub(super) held_by_others: bool,
}

/// The holders of a version.
pub(super) fn of<'r>(evidence: &Evidence<'r>) -> BTreeMap<Id, Holding<'r>> {
    let mut all: BTreeMap<Id, Holding<'r>> = BTreeMap::new();
    let rights: &'r [Right] = &evidence.model.compared.rights;
    let mut denied: BTreeMap<Id, Vec<&'r Right>> = BTreeMap::new();
    for right in rights {
        let holders = right.holders.iter().map(|it| (&it.principal, it.way.len(), false));
        // A role is somebody where nobody is known to hold it.
        let definer = right.definer.iter().map(|it| (it, 0, !right.holders.is_empty()));
        for (principal, far, held_by_others) in holders.chain(definer) {
            // Whoever meets the conditions is somebody, but nobody knows who.
            if principal.kind == PrincipalKind::Unknown && principal.name == "*" {
                continue;
            }
            let id = id(&principal.key, &principal.name);
            if !right.allows {
                denied.entry(id).or_default().push(right);
                continue;
            }
            let own = all.entry(id).or_insert_with(|| Holding {
                kind: principal.kind,
                name: &principal.name,
                of: BTreeMap::new(),
                held_by_others: false,
            });
            own.held_by_others |= held_by_others;
            let about = (right.system.as_str(), right.family.as_str());
            own.of.entry(about).or_default().push(Held { right, far });
        }
    }
    for (id, denials) in denied {
        if let Some(own) = all.get_mut(&id) {
            own.of.values_mut().for_each(|held| held.retain(|it| !is_denied(it.right, &denials)));
            own.of.retain(|_, held| !held.is_empty());
        }
    }
    all
}

/// What a principal is known by.
pub(super) fn id(key: &str, name: &str) -> Id {
    if let Some(id) = Id::of_key(key) {
        return id;
    }
    let home = key.strip_suffix(name.rsplit('/').next().unwrap_or(name)).unwrap_or_default();
    let home = home.trim_end_matches(['/', ':']);
    let home = if home.contains('/') || home.starts_with("k8s-subject") { home } else { "" };
    let home = home.strip_prefix("k8s-subject:").unwrap_or(home);
    Id { home: home.to_owned(), address: name.to_owned() }
}

/// Whether a right is taken away again, without any condition.
fn is_denied(right: &Right, denials: &[&Right]) -> bool {
    denials.iter().any(|it| {
        let fits =
            it.conditions.is_empty() && glob(&it.name.to_ascii_lowercase(), &right.name.to_ascii_lowercase());
        fits && right.things.iter().all(|thing| it.things.iter().any(|own| covers_text(own, thing)))
    })
}

impl<'r> Holding<'r> {
    /// The most that the holder may do with something, by a right over it or over all of its system.
    pub(super) fn access(&self, about: About<'_>) -> Access {
        let own = self.held(about).map(|it| it.right.access);
        own.max().unwrap_or(Access::None)
    }

    /// The rights over something, those over all of its system included.
    pub(super) fn held<'h>(&'h self, (system, family): About<'h>) -> impl Iterator<Item = &'h Held<'r>> + 'h {
        let own = self.of.get(&(system, family)).into_iter().flatten();
        let whole = self.of.get(&(system, "")).into_iter().flatten().filter(move |_| !family.is_empty());
        own.chain(whole)
    }
}

/// Something that a right is good for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Thing<'r> {
    pub(super) text: &'r str,
    reach: Reach,
    level: u8,
    conditions: &'r BTreeSet<String>,
    pub(super) at: &'r Location,
}

/// The things that rights of at least this level are good for.
pub(super) fn things<'r>(held: impl Iterator<Item = &'r Held<'r>>, least: Access) -> Vec<Thing<'r>> {
    /// More are not told apart.
    const MOST: usize = 400;
    let mut all: Vec<Thing<'r>> = Vec::new();
    let mut seen = BTreeSet::new();
    for it in held.filter(|it| it.right.access >= least) {
        let right = it.right;
        let thing = |text: &'r str| Thing {
            text,
            reach: right.reach,
            level: right.level,
            conditions: &right.conditions,
            at: &right.at,
        };
        let own: Vec<Thing<'r>> = match &*right.things {
            [] => vec![thing("")],
            things => things.iter().map(|it| thing(it)).collect(),
        };
        all.extend(own.into_iter().filter(|it| seen.insert((it.text, it.reach, it.conditions))));
        if all.len() >= MOST {
            break;
        }
    }
    all
}

/// Whether whoever has the one has the other as well. A condition that goes while the thing becomes a smaller one is
/// a limit of another kind.
pub(super) fn covers(one: &Thing<'_>, other: &Thing<'_>) -> bool {
    let unsaid = one.text.is_empty() || other.text.is_empty();
    let by_text = !unsaid && covers_text(one.text, other.text);
    let narrower = by_text && !covers_text(other.text, one.text);
    let by_reach = unsaid && one.reach >= other.reach || one.reach == Reach::All && other.reach < Reach::All;
    // A project holds its buckets, whatever they are called; which project it is, nothing may say.
    let by_level = other.level > 0 && one.level > other.level;
    narrower || (by_text || by_reach || by_level) && conditions_cover(one.conditions, other.conditions)
}
