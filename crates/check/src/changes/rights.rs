//! Who may do more than before: a higher level than over anything until now.

use std::collections::{BTreeMap, BTreeSet};

use connlint_model::secret::is_opaque;
use connlint_model::{Access, PrincipalKind};

use super::holdings::{self, About, Held, Holding};
use super::pairs::{Id, Pairs, Versions};
use super::{Change, ChangeKind, names, wider};

/// Changes of rights.
pub(super) fn changes(both: &Versions<'_>) -> Vec<Change> {
    let (mut old, mut new) = (holdings::of(both.old), holdings::of(both.new));
    old.retain(|id, _| !both.is_library(&id.home));
    new.retain(|id, _| !both.is_library(&id.home));
    let pairs = both.pairs(old.keys(), new.keys());
    let looked_up = looked_up(&old, &new, &pairs);
    let was = |id: &Id| pairs.before(id).or_else(|| looked_up.get(id).copied()).and_then(|it| old.get(it));
    let mut raised: BTreeMap<&Id, BTreeSet<About<'_>>> = BTreeMap::new();
    for (id, holding) in &new {
        let before = was(id);
        let own: BTreeSet<About<'_>> =
            holding.of.keys().filter(|about| is_raised(holding, before, **about)).copied().collect();
        if !own.is_empty() {
            raised.insert(id, own);
        }
    }
    let mut found = Vec::new();
    for (id, holding) in new.iter().filter(|(_, holding)| !holding.held_by_others) {
        let before = was(id);
        let own: BTreeSet<About<'_>> = raised.get(id).into_iter().flatten().copied().collect();
        let by_itself: Vec<About<'_>> =
            own.iter().filter(|about| !by_way_of_another(id, holding, **about, &raised)).copied().collect();
        found.extend(raise(id, holding, before, &by_itself));
        if own.is_empty()
            && let Some(before) = before
        {
            found.extend(wider::changes(id, holding, before, &new));
        }
    }
    found
}

/// Holders that are looked up under another name than before: the name of a `data` block is nobody's own.
fn looked_up<'i>(
    old: &'i BTreeMap<Id, Holding<'_>>,
    new: &BTreeMap<Id, Holding<'_>>,
    pairs: &'i Pairs,
) -> BTreeMap<Id, &'i Id> {
    let kind = |id: &Id| {
        let plain = id.block();
        let (before, _) = plain.rsplit_once('.')?;
        (before.starts_with("data.") || before.contains(".data."))
            .then(|| (id.home.clone(), before.to_owned()))
    };
    let mut of: BTreeMap<(String, String), Vec<&Id>> = BTreeMap::new();
    for id in old.keys() {
        of.entry(kind(id).unwrap_or_default()).or_default().push(id);
    }
    let open = new.iter().filter(|(id, _)| pairs.before(id).is_none());
    let found = open.filter_map(|(id, holding)| {
        let akin = of.get(&kind(id)?)?.iter().take(MOST);
        let before = akin.into_iter().find(|it| {
            let access = |about: &About<'_>| old.get(**it).map_or(Access::None, |old| old.access(*about));
            holding.of.keys().all(|about| access(about) >= holding.access(*about))
        });
        Some((id.clone(), *before?))
    });
    found.collect()
}

/// More holders of one kind are not compared one by one.
const MOST: usize = 64;

fn is_raised(holding: &Holding<'_>, before: Option<&Holding<'_>>, about: About<'_>) -> bool {
    let (now, was) = (holding.access(about), before.map_or(Access::None, |it| it.access(about)));
    // Whatever everybody may do, somebody may who should not.
    let least = if holding.kind == PrincipalKind::Everyone { Access::Read } else { Access::Write };
    now >= least && now > was
}

/// Whether a role or group hands on the right, and has it newly itself: then that is what changes.
fn by_way_of_another(
    id: &Id,
    holding: &Holding<'_>,
    about: About<'_>,
    raised: &BTreeMap<&Id, BTreeSet<About<'_>>>,
) -> bool {
    let now = holding.access(about);
    let top = holding.held(about).filter(|it| it.right.access == now);
    let mut handed =
        top.map(|it| nearer(id, it).any(|other| raised.get(&other).is_some_and(|it| it.contains(&about))));
    handed.all(|it| it)
}

/// Those who hold a right and are nearer to it.
pub(super) fn nearer<'h>(id: &'h Id, held: &'h Held<'_>) -> impl Iterator<Item = Id> + 'h {
    let own = held.right.holders.iter().filter(|it| it.way.len() < held.far);
    own.map(|it| holdings::id(&it.principal.key, &it.principal.name)).filter(move |it| it != id)
}

fn raise(
    id: &Id,
    holding: &Holding<'_>,
    before: Option<&Holding<'_>>,
    abouts: &[About<'_>],
) -> Option<Change> {
    let now = abouts.iter().map(|it| holding.access(*it)).max()?;
    let top: Vec<About<'_>> = abouts.iter().filter(|it| holding.access(**it) == now).copied().collect();
    let old: BTreeSet<&str> = before.into_iter().flat_map(all).map(|it| it.right.name.as_str()).collect();
    let held = || top.iter().flat_map(|about| holding.of.get(about).into_iter().flatten());
    let mut fresh: Vec<&Held<'_>> =
        held().filter(|it| it.right.access == now && !old.contains(it.right.name.as_str())).collect();
    if fresh.is_empty() {
        fresh = held().filter(|it| it.right.access == now).collect();
    }
    let first = fresh.first()?;
    let mut rights: Vec<String> =
        fresh.iter().map(|it| it.right.name.clone()).filter(|it| !is_opaque(it)).collect();
    rights.sort();
    rights.dedup();
    let was = top.iter().map(|it| before.map_or(Access::None, |old| old.access(*it))).max()?;
    let was = match was {
        Access::None => "",
        Access::Read => " (read before)",
        _ => " (write before)",
    };
    let subject = subject(id, holding);
    let does = verb(now);
    let where_ = place(&top);
    let message = format!("`{subject}` may now {does} {where_}: {}{was}", names(&rights));
    let at = first.right.at.clone();
    Some(Change { kind: ChangeKind::AccessRaised, subject, message, at })
}

fn all<'h>(holding: &'h Holding<'_>) -> impl Iterator<Item = &'h Held<'h>> {
    holding.of.values().flatten()
}

pub(super) fn verb(access: Access) -> &'static str {
    match access {
        Access::None | Access::Read => "read in",
        Access::Write => "write in",
        Access::Admin => "administer",
    }
}

/// What rights are about, in words: a system, or its parts.
pub(super) fn place(abouts: &[About<'_>]) -> String {
    let all: BTreeSet<String> = abouts
        .iter()
        .map(|(system, family)| match *family {
            "" => (*system).to_owned(),
            family if family.contains([':', '/']) => (*system).to_owned(),
            family => family.to_owned(),
        })
        .collect();
    let all: Vec<&str> = all.iter().map(String::as_str).collect();
    crate::build::list(&all, 3)
}

pub(super) fn subject(id: &Id, holding: &Holding<'_>) -> String {
    if Id::of_key(&format!("tf:{}:{}", id.home, id.address)).is_some() && !id.home.is_empty() {
        return id.subject();
    }
    holding.name.to_owned()
}
