//! Connectors that come and go, or change hands.

use std::collections::{BTreeMap, BTreeSet};

use connlint_core::Location;
use connlint_model::{Compared, Site, Taken};

use super::pairs::{Id, Pairs, Versions};
use super::{Change, ChangeKind, names};
use crate::shared::name;

/// One connector: every place at which it takes a credential.
pub(super) struct Connector<'s> {
    owners: BTreeSet<&'s str>,
    /// All that labels say of owners, the first of them included.
    more: BTreeSet<&'s str>,
    pub(super) takes: Vec<&'s Taken>,
    /// Whether every instance of it is switched off.
    pub(super) off: bool,
    /// The program that it is part of.
    pub(super) program: &'s str,
    pub(super) at: &'s Location,
}

/// The connectors that these sites are.
fn of<'s>(both: &Versions<'_>, compared: &'s Compared, sites: &'s [Site]) -> BTreeMap<Id, Connector<'s>> {
    let mut all: BTreeMap<Id, Connector<'s>> = BTreeMap::new();
    for site in sites.iter().filter(|it| !both.is_library(&it.seat.home)) {
        let own = all.entry(Id::of(&site.seat)).or_insert_with(|| Connector {
            owners: BTreeSet::new(),
            more: BTreeSet::new(),
            takes: Vec::new(),
            off: true,
            program: &site.seat.program,
            at: &site.at,
        });
        own.owners.extend(site.owners.iter().map(String::as_str));
        own.takes.extend(&site.takes);
        own.off &= site.seat.off;
    }
    for (home, address, owners) in &compared.owned {
        if let Some(own) = all.get_mut(&Id { home: home.clone(), address: address.clone() }) {
            own.more.extend(owners.iter().map(String::as_str));
        }
    }
    all
}

/// The connectors of both versions, and which of them is which.
pub(super) struct Connectors<'v> {
    pub(super) old: BTreeMap<Id, Connector<'v>>,
    pub(super) new: BTreeMap<Id, Connector<'v>>,
    pub(super) pairs: Pairs,
}

impl<'v> Connectors<'v> {
    pub(super) fn of(both: &Versions<'v>) -> Self {
        let (old, new) = (&both.old.model.compared, &both.new.model.compared);
        let (old, new) = (of(both, old, &old.sites), of(both, new, &new.sites));
        let pairs = both.pairs(old.keys(), new.keys());
        Self { old, new, pairs }
    }

    /// What only fetches credentials for others.
    pub(super) fn relays(both: &Versions<'v>) -> Self {
        let (old, new) = (&both.old.model.compared, &both.new.model.compared);
        let (old, new) = (of(both, old, &old.relays), of(both, new, &new.relays));
        let pairs = both.pairs(old.keys(), new.keys());
        Self { old, new, pairs }
    }
}

/// What becomes of connectors.
pub(super) fn changes(both: &Versions<'_>, connectors: &Connectors<'_>) -> Vec<Change> {
    let Connectors { old, new, pairs } = connectors;
    let mut found = Vec::new();
    for (id, connector) in new {
        if pairs.before(id).is_some_and(|it| old.contains_key(it)) {
            continue;
        }
        // What is not new, and only has a secret written into it, took it from elsewhere before.
        let written = both.existed(id) && connector.takes.iter().all(|it| it.text.is_some());
        if !connector.off && !written {
            let subject = id.subject();
            let begins = if both.existed(id) { "now" } else { "is new and" };
            let message = format!("`{subject}` {begins} {}", taking(connector));
            found.push(Change {
                kind: ChangeKind::ConnectorAdded,
                subject,
                message,
                at: connector.at.clone(),
            });
        }
    }
    found.extend(removed(both, old, pairs));
    found
}

fn removed(both: &Versions<'_>, old: &BTreeMap<Id, Connector<'_>>, pairs: &Pairs) -> Vec<Change> {
    // What only takes no credential any more is still there.
    let gone =
        pairs.gone.iter().filter(|id| !both.exists(id)).filter_map(|id| Some((id.subject(), old.get(id)?)));
    gone.map(|(subject, connector)| Change {
        kind: ChangeKind::ConnectorRemoved,
        message: format!("`{subject}` is gone; it {}", past(&taking(connector))),
        subject,
        at: connector.at.clone(),
    })
    .collect()
}

/// Connectors, and what only speaks of them, that change hands.
pub(super) fn handed_over(connectors: &Connectors<'_>, relays: &Connectors<'_>) -> Vec<Change> {
    let mut found = Vec::new();
    for (Connectors { old, new, pairs }, relayed) in [(connectors, false), (relays, true)] {
        for (id, now) in new {
            let Some(was) = pairs.before(id).and_then(|it| old.get(it)) else { continue };
            // What fetches a credential for others changes hands with them.
            if relayed && !now.takes.is_empty() {
                continue;
            }
            let subject = id.subject();
            let message = if !was.owners.is_empty() && spelled(&was.owners) != spelled(&now.owners) {
                owned(&subject, &was.owners, &now.owners)
            } else if !spelled(&was.more).is_subset(&spelled(&now.more)) {
                owned(&subject, &was.more, &now.more)
            } else {
                continue;
            };
            found.push(Change { kind: ChangeKind::OwnerChanged, subject, message, at: now.at.clone() });
        }
    }
    found
}

/// Names without what two ways of writing one name differ in.
fn spelled(owners: &BTreeSet<&str>) -> BTreeSet<String> {
    owners.iter().map(|it| it.trim_start_matches('@').to_ascii_lowercase()).collect()
}

fn owned(subject: &str, before: &BTreeSet<&str>, after: &BTreeSet<&str>) -> String {
    let shown = |all: &BTreeSet<&str>| names(&all.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>());
    match after.is_empty() {
        true => format!("`{subject}` has no owner any more, after {}", shown(before)),
        false => format!("the owner of `{subject}` is now {} instead of {}", shown(after), shown(before)),
    }
}

/// What a connector that is gone did.
fn past(said: &str) -> String {
    said.replacen("takes", "took", 1).replacen("reaches", "reached", 1)
}

/// The credentials that a connector takes, in words.
pub(super) fn taking(connector: &Connector<'_>) -> String {
    let keys = |identity: bool| -> Vec<String> {
        let own = connector.takes.iter().filter(|it| it.is_identity() == identity);
        own.map(|it| called(it)).filter(|it| !it.is_empty()).collect::<BTreeSet<_>>().into_iter().collect()
    };
    let (secrets, identities) = (keys(false), keys(true));
    if !secrets.is_empty() {
        format!("takes {}", names(&secrets))
    } else if connector.takes.iter().any(|it| it.text.is_some()) {
        "takes a literal".to_owned()
    } else if !identities.is_empty() {
        format!("takes the identity {}", names(&identities))
    } else {
        "reaches another system".to_owned()
    }
}

/// What people call a credential; nothing for a literal.
pub(super) fn called(taken: &Taken) -> String {
    if taken.text.is_some() {
        return String::new();
    }
    called_by(&taken.key)
}

/// What people call a credential by its key.
pub(super) fn called_by(key: &str) -> String {
    let whole = name(key);
    // Where it is kept says less than what it is called.
    let (place, field) = whole.rsplit_once('#').unwrap_or((&whole, ""));
    let last = if place.contains(['{', ' ']) { place } else { place.rsplit('/').next().unwrap_or(place) };
    let field = field.strip_suffix(".value").unwrap_or(field);
    match field {
        "" | "*" => last.to_owned(),
        field if last.ends_with(".each") || last.len() + field.len() > 48 => field.to_owned(),
        field => format!("{last}#{field}"),
    }
}
