//! Things that go further than before by one of their settings: they read more, or more may use them.

use std::collections::{BTreeMap, BTreeSet};

use connlint_core::Location;
use connlint_model::secret::is_opaque;
use connlint_model::{Extends, Extent};

use super::cover::covers_text;
use super::expressions;
use super::pairs::{Id, Versions};
use super::{Change, ChangeKind, names};
use crate::rule::Evidence;

/// What one setting lets in.
struct Limit<'e> {
    how: Option<Extends>,
    values: BTreeSet<&'e str>,
    at: &'e Location,
}

/// Limits by their scope and name.
type Limits<'e> = BTreeMap<(&'e str, &'e str), Limit<'e>>;

/// What a change of a limit does.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Turn {
    Same,
    Wider,
    Narrower,
    /// Other than before, or not known.
    Other,
}

fn of<'e>(both: &Versions<'_>, evidence: &Evidence<'e>) -> BTreeMap<Id, Limits<'e>> {
    let mut all: BTreeMap<Id, Limits<'e>> = BTreeMap::new();
    let extents: &'e [Extent] = &evidence.model.compared.extents;
    for it in extents.iter().filter(|it| !both.is_library(&it.seat.home)) {
        let own = all.entry(Id::of(&it.seat)).or_default();
        let limit = own.entry((&it.scope, &it.name)).or_insert_with(|| Limit {
            how: it.how,
            values: BTreeSet::new(),
            at: &it.at,
        });
        limit.values.extend(it.values.iter().map(String::as_str));
        limit.how = match (limit.how, it.how) {
            (Some(Extends::Rank(a)), Some(Extends::Rank(b))) => Some(Extends::Rank(a.max(b))),
            (Some(own), Some(_)) => Some(own),
            // What is not known may be anything.
            _ => None,
        };
    }
    all
}

/// Adds what goes further, unless it is told already that its rights do.
pub(super) fn add(both: &Versions<'_>, found: &mut Vec<Change>) {
    let (old, new) = (of(both, both.old), of(both, both.new));
    let pairs = both.pairs(old.keys(), new.keys());
    let nothing = Limits::new();
    let came = new.iter().filter_map(|(id, limits)| match pairs.before(id) {
        Some(before) => Some((id, limits, old.get(before)?)),
        // It was there before, without any limit.
        None => both.existed(id).then_some((id, limits, &nothing)),
    });
    let gone = pairs.gone.iter().filter(|id| both.exists(id));
    let gone = gone.filter_map(|id| Some((id, &nothing, old.get(id)?)));
    let mut wider: Vec<Change> =
        came.chain(gone).filter_map(|(id, now, was)| widened(id, now, was)).collect();
    wider.retain(|it| {
        !found.iter().any(|own| own.kind == ChangeKind::ScopeWidened && own.subject == it.subject)
    });
    found.extend(wider);
}

/// The first setting that lets in more than before.
fn widened(id: &Id, now: &Limits<'_>, was: &Limits<'_>) -> Option<Change> {
    let keys: BTreeSet<&(&str, &str)> = now.keys().chain(was.keys()).collect();
    let mut scopes: BTreeMap<(&str, &str), Vec<&(&str, &str)>> = BTreeMap::new();
    for key in keys {
        // A setting without a scope is one of its own.
        let own = if key.0.is_empty() { key.1 } else { "" };
        scopes.entry((key.0, own)).or_default().push(key);
    }
    for ((scope, _), keys) in scopes {
        // Somebody else who is let in is no limit that goes.
        let known = |all: &Limits<'_>| scope.is_empty() || all.keys().any(|it| it.0 == scope);
        if !known(now) || !known(was) {
            continue;
        }
        let turns: Vec<(Turn, &(&str, &str))> =
            keys.into_iter().map(|key| (turn(now.get(key), was.get(key)), key)).collect();
        let narrowest = |turn: Turn| {
            turns.iter().filter(|it| it.0 == turn).map(|it| expressions::narrowness(it.1.1)).max()
        };
        let kept = match (narrowest(Turn::Wider), narrowest(Turn::Narrower)) {
            (None, _) => true,
            (Some(_), None) => false,
            // A repository in the place of its owner is narrower, an owner in the place of a repository wider.
            (Some(lost), Some(come)) => lost <= come || come == 0,
        };
        if kept || turns.iter().any(|it| it.0 == Turn::Other) {
            continue;
        }
        let first = turns.iter().find(|it| it.0 == Turn::Wider)?;
        return Some(said(id, first.1, now.get(first.1), was.get(first.1)));
    }
    None
}

fn turn(now: Option<&Limit<'_>>, was: Option<&Limit<'_>>) -> Turn {
    let nothing = BTreeSet::new();
    let hows = (now.map(|it| it.how), was.map(|it| it.how));
    let (new, old) = (now.map_or(&nothing, |it| &it.values), was.map_or(&nothing, |it| &it.values));
    let how = match hows {
        (Some(None), _) | (_, Some(None)) | (None, None) => return Turn::Other,
        (Some(Some(Extends::Rank(now))), Some(Some(Extends::Rank(was)))) => {
            return match now.cmp(&was) {
                std::cmp::Ordering::Greater => Turn::Wider,
                std::cmp::Ordering::Less => Turn::Narrower,
                std::cmp::Ordering::Equal => Turn::Same,
            };
        }
        (Some(Some(own)), Some(Some(other))) if own != other => return Turn::Other,
        (Some(Some(how)), _) | (None, Some(Some(how))) => how,
    };
    let flipped = |turn| match turn {
        Turn::Wider => Turn::Narrower,
        Turn::Narrower => Turn::Wider,
        same => same,
    };
    match (how, old.is_empty(), new.is_empty()) {
        _ if old == new => Turn::Same,
        (Extends::Rank(_), ..) => Turn::Same,
        (Extends::OnlyOrAll | Extends::When | Extends::Guard, false, true) => Turn::Wider,
        (Extends::OnlyOrAll | Extends::When | Extends::Guard, true, false) => {
            // Whoever lists everything limits nothing.
            if new.contains("*") { Turn::Same } else { Turn::Narrower }
        }
        (Extends::Guard, ..) => Turn::Same,
        (Extends::Only, true, false) => Turn::Same,
        (Extends::Only | Extends::Grows, false, true) => Turn::Narrower,
        (Extends::When, ..) => match (old.first(), new.first()) {
            (Some(old), Some(new)) if expressions::is_wider(old, new) => Turn::Wider,
            (Some(old), Some(new)) if expressions::is_wider(new, old) => Turn::Narrower,
            _ => Turn::Other,
        },
        (Extends::Except, ..) => flipped(lists(old, new)),
        _ => lists(old, new),
    }
}

/// What a list lets in, beside another one.
fn lists(old: &BTreeSet<&str>, new: &BTreeSet<&str>) -> Turn {
    let lacks = |from: &BTreeSet<&str>, all: &BTreeSet<&str>| {
        from.iter().filter(|it| !all.iter().any(|own| covers_text(own, it))).count()
    };
    let (added, lost) = (lacks(new, old), lacks(old, new));
    // What a variable stood for may be more than what is listed now.
    let unknown = |all: &BTreeSet<&str>| {
        all.iter().any(|it| ["var.", "data.", "module.", "local."].iter().any(|word| it.starts_with(word)))
    };
    match () {
        () if added > 0 && lost > 0 && unknown(old) => Turn::Other,
        // Something instead of something else is no more than before.
        () if added > lost => Turn::Wider,
        () if lost > added => Turn::Narrower,
        () if added == 0 => Turn::Same,
        () => Turn::Narrower,
    }
}

fn said(id: &Id, key: &(&str, &str), now: Option<&Limit<'_>>, was: Option<&Limit<'_>>) -> Change {
    let subject = id.subject();
    // A word that two parties share is as good as a password.
    let agreed = key.1.ends_with("externalid");
    let texts = |all: Option<&Limit<'_>>, without: Option<&Limit<'_>>| -> Vec<String> {
        let values = all.into_iter().filter(|_| !agreed).flat_map(|it| &it.values);
        let fresh = values.filter(|it| !without.is_some_and(|own| own.values.contains(**it)));
        fresh.map(|it| (*it).to_owned()).filter(|it| !is_opaque(it) && !it.is_empty()).collect()
    };
    let (fresh, before) = (texts(now, was), texts(was, None));
    let name = key.1.rsplit(':').next().unwrap_or(key.1);
    let name = if name.contains(' ') { name.to_owned() } else { format!("`{name}`") };
    let message = match (fresh.as_slice(), before.as_slice()) {
        ([], []) => format!("`{subject}` goes further than before ({name})"),
        ([], before) => format!("`{subject}` is no longer limited to {} ({name})", names(before)),
        (fresh, []) => format!("`{subject}` goes further than before: {} ({name})", names(fresh)),
        (fresh, before) => {
            format!(
                "`{subject}` goes further than before: {} ({} before; {name})",
                names(fresh),
                names(before)
            )
        }
    };
    let at = now.or(was).map(|it| it.at.clone()).unwrap_or_default();
    Change { kind: ChangeKind::ScopeWidened, subject, message, at }
}
