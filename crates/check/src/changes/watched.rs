//! Values whose change is an event: where people log in, who is in a group, how long logs are kept, which version runs.

use std::collections::{BTreeMap, BTreeSet};

use connlint_core::Location;
use connlint_model::{Watch, Watched, same_version};

use super::pairs::{Id, Pairs, Versions};
use super::sites::Connectors;
use super::{Change, ChangeKind};
use crate::rule::Evidence;

/// One setting of one thing, all its values together.
struct Setting<'w> {
    values: BTreeSet<&'w str>,
    shown: BTreeSet<&'w str>,
    at: &'w Location,
}

/// Settings by the thing that has them, and by name.
type Settings<'w> = BTreeMap<Id, BTreeMap<&'w str, Setting<'w>>>;

fn of<'w>(both: &Versions<'_>, evidence: &Evidence<'w>, what: Watch) -> Settings<'w> {
    let mut all = Settings::new();
    let watched: &'w [Watched] = &evidence.model.compared.watched;
    for it in watched.iter().filter(|it| it.what == what && !both.is_library(&it.seat.home)) {
        // Whoever is in a group may stand in one instance or in another.
        let id = if what == Watch::Group { Id::of(&it.seat).whole() } else { Id::of(&it.seat) };
        let own = all.entry(id).or_default().entry(&*it.name).or_insert_with(|| Setting {
            values: BTreeSet::new(),
            shown: BTreeSet::new(),
            at: &it.at,
        });
        own.values.extend(it.values.iter().map(String::as_str));
        own.shown.extend(Some(it.shown.as_str()).filter(|it| !it.is_empty()));
    }
    all
}

/// All changes of watched values.
pub(super) fn changes(both: &Versions<'_>, connectors: &Connectors<'_>) -> Vec<Change> {
    let mut found = Vec::new();
    for what in [
        Watch::IdentityProvider,
        Watch::Issuer,
        Watch::Group,
        Watch::Retention,
        Watch::Version,
        Watch::Program,
    ] {
        let (old, new) = (of(both, both.old, what), of(both, both.new, what));
        let pairs = both.pairs(old.keys(), new.keys());
        found.extend(altered(both, connectors, what, &old, &new, &pairs));
        if what == Watch::Retention {
            found.extend(said_anew(both, &old, &new, &pairs));
        }
        if matches!(what, Watch::Group | Watch::IdentityProvider) {
            found.extend(come_and_gone(what, &old, &new, &pairs));
        }
    }
    found
}

fn altered(
    both: &Versions<'_>,
    connectors: &Connectors<'_>,
    what: Watch,
    old: &Settings<'_>,
    new: &Settings<'_>,
    pairs: &Pairs,
) -> Vec<Change> {
    let mut found = Vec::new();
    for (id, settings) in new {
        let Some(before) = pairs.before(id).and_then(|it| old.get(it)) else { continue };
        // What runs by itself is of interest only where it is a connector.
        if what == Watch::Program && !connectors.new.contains_key(id) {
            continue;
        }
        let edited = |values: &BTreeSet<&str>| {
            values.iter().any(|it| {
                let path = it.split_once("file:").map(|(_, path)| path);
                path.is_some_and(|path| both.moved.is_edited(path))
            })
        };
        let differs = |(name, after): &(&&str, &Setting<'_>)| {
            before.get(**name).is_some_and(|it| {
                !alike(what, &it.values, &after.values)
                    || what == Watch::IdentityProvider && edited(&after.values)
            })
        };
        let differing: Vec<(&&str, &Setting<'_>)> = settings.iter().filter(differs).collect();
        let Some((name, after)) = differing.first() else { continue };
        let Some(was) = before.get(**name) else { continue };
        let more = match differing.len() {
            1 => String::new(),
            n => format!(" and {} more", n - 1),
        };
        let subject = id.subject();
        let message = said(what, &subject, name, (was, after)) + &more;
        found.push(Change { kind: kind(what), subject, message, at: after.at.clone() });
    }
    found
}

/// What begins or ends to say how long it keeps logs, and is there in both versions.
fn said_anew(both: &Versions<'_>, old: &Settings<'_>, new: &Settings<'_>, pairs: &Pairs) -> Vec<Change> {
    let none = BTreeMap::new();
    let mut found = Vec::new();
    let mut compare = |id: &Id, before: &BTreeMap<&str, Setting<'_>>, after: &BTreeMap<&str, Setting<'_>>| {
        let (gone, came) = (only(before, after), only(after, before));
        let subject = id.subject();
        let (message, at) = match (gone, came) {
            // The same time under another name is the same.
            (Some((_, was, _)), Some((_, now, _))) if was == now => return,
            (_, Some((name, _, at))) => {
                (format!("`{subject}` now says how long logs are kept (`{name}`)"), at)
            }
            (Some((name, _, at)), None) => {
                (format!("`{subject}` no longer says how long logs are kept (`{name}`)"), at)
            }
            (None, None) => return,
        };
        found.push(Change { kind: ChangeKind::RetentionChanged, subject, message, at });
    };
    for (id, settings) in new {
        match pairs.before(id).and_then(|it| old.get(it)) {
            Some(before) => compare(id, before, settings),
            None if both.existed(id) => compare(id, &none, settings),
            None => {}
        }
    }
    for (id, settings) in pairs.gone.iter().filter_map(|id| old.get_key_value(id)) {
        if both.exists(id) {
            compare(id, settings, &none);
        }
    }
    found
}

/// The first setting that only the one has: its name, its values and where it is.
fn only(
    one: &BTreeMap<&str, Setting<'_>>,
    other: &BTreeMap<&str, Setting<'_>>,
) -> Option<(String, BTreeSet<String>, Location)> {
    let (name, it) = one.iter().find(|(name, it)| !other.contains_key(*name) && !it.values.is_empty())?;
    Some(((*name).to_owned(), it.values.iter().map(|it| (*it).to_owned()).collect(), it.at.clone()))
}

/// Whether two versions say the same: a tag and the digest that it stands for are one version.
fn alike(what: Watch, before: &BTreeSet<&str>, after: &BTreeSet<&str>) -> bool {
    /// More versions of one thing are compared as they are written.
    const MOST: usize = 32;
    let versions = matches!(what, Watch::Version | Watch::Program) && before.len().max(after.len()) <= MOST;
    let within = |one: &BTreeSet<&str>, other: &BTreeSet<&str>| {
        one.iter().all(|it| other.iter().any(|known| same_version(it, known)))
    };
    before == after || versions && within(before, after) && within(after, before)
}

fn kind(what: Watch) -> ChangeKind {
    match what {
        Watch::IdentityProvider | Watch::Issuer => ChangeKind::IdentityProviderChanged,
        Watch::Group => ChangeKind::GroupsChanged,
        Watch::Retention => ChangeKind::RetentionChanged,
        Watch::Version | Watch::Program => ChangeKind::VersionChanged,
    }
}

fn said(what: Watch, subject: &str, name: &str, (was, now): (&Setting<'_>, &Setting<'_>)) -> String {
    let shown = |it: &Setting<'_>| {
        let all: Vec<String> = it.shown.iter().map(|it| format!("`{it}`")).collect();
        crate::build::list(&all.iter().map(String::as_str).collect::<Vec<_>>(), 3)
    };
    let (before, after) = (shown(was), shown(now));
    let told = !after.is_empty() && !before.is_empty() && before != after;
    match what {
        Watch::IdentityProvider | Watch::Issuer if told => {
            format!("`{subject}` trusts {after} instead of {before}")
        }
        Watch::IdentityProvider | Watch::Issuer => {
            format!("`{subject}` trusts another identity provider: `{name}`")
        }
        Watch::Group => {
            let (more, less) =
                (now.values.difference(&was.values).count(), was.values.difference(&now.values).count());
            let how = match (more, less) {
                (0, _) => "fewer entries",
                (_, 0) => "more entries",
                _ => "other entries",
            };
            format!("`{subject}` has {how}: who is in the group, or what it means, changes")
        }
        Watch::Retention if told => {
            format!("`{subject}` keeps logs for {after} instead of {before} (`{name}`)")
        }
        Watch::Retention if now.values.is_empty() => {
            format!("`{subject}` no longer says how long logs are kept ({before} before)")
        }
        Watch::Retention if was.values.is_empty() => format!("`{subject}` now keeps logs for {after}"),
        Watch::Retention => format!("`{subject}` keeps logs for another time (`{name}`)"),
        Watch::Version if now.values.is_empty() => {
            format!("`{subject}` asks for no version any more ({before} before)")
        }
        Watch::Version if was.values.is_empty() => format!("`{subject}` now asks for version {after}"),
        // Of one of the things that it runs: `uses actions/checkout`, `chart loki`.
        Watch::Version if told && name.contains(' ') => {
            format!("`{subject}` has {after} instead of {before} (`{name}`)")
        }
        Watch::Version if told => format!("`{subject}` asks for version {after} instead of {before}"),
        Watch::Program if told => format!("`{subject}` has {after} instead of {before} (`{name}`)"),
        _ => format!("`{subject}` asks for another version (`{name}`)"),
    }
}

/// Group entries and identity providers that are new or gone as a whole.
fn come_and_gone(what: Watch, old: &Settings<'_>, new: &Settings<'_>, pairs: &Pairs) -> Vec<Change> {
    let values = |it: &BTreeMap<&str, Setting<'_>>| -> BTreeSet<String> {
        it.values().flat_map(|it| &it.values).map(|it| (*it).to_owned()).collect()
    };
    let type_of = |id: &Id| {
        let subject = id.block();
        let mut steps = subject.rsplit('.').skip(1);
        steps.next().map(str::to_owned)
    };
    let came: Vec<(&Id, _)> = new.iter().filter(|(id, _)| pairs.before(id).is_none()).collect();
    let gone: Vec<(&Id, _)> = pairs.gone.iter().filter_map(|id| old.get_key_value(id)).collect();
    // The same under another name is the same.
    let known = |id: &Id, it, others: &[(&Id, &BTreeMap<&str, Setting<'_>>)]| {
        others.iter().any(|(other, own)| type_of(other) == type_of(id) && values(own) == values(it))
    };
    let mut found = Vec::new();
    let mut add = |id: &Id, settings: &BTreeMap<&str, Setting<'_>>, does: [&str; 2]| {
        let Some(first) = settings.values().next().filter(|it| !it.values.is_empty()) else { return };
        let subject = id.subject();
        let does = does.get(usize::from(what == Watch::Group)).copied().unwrap_or_default();
        let message = format!("`{subject}` {does}");
        found.push(Change { kind: kind(what), subject, message, at: first.at.clone() });
    };
    for (id, settings) in came.iter().filter(|(id, it)| !known(id, *it, &gone)) {
        add(
            id,
            settings,
            ["is a new way to log in", "is new: somebody joins a group, or a group means more"],
        );
    }
    for (id, settings) in gone.iter().filter(|(id, it)| !known(id, *it, &came)) {
        add(
            id,
            settings,
            ["is gone: nobody logs in by it any more", "is gone: somebody leaves a group, or it means less"],
        );
    }
    found
}
