//! Which credentials are shared: a join on keys, linear in the number of uses.

use std::collections::{BTreeMap, BTreeSet};

use connlint_core::Location;
use connlint_resolve::RefKind;

use crate::facts::Part as Duty;
use crate::model::{Credential, Model, Share};
use crate::part::{Connector, Key, Redacted, Use};
use crate::secret::Strength;

/// Every credential that more than one connector takes, sets or keeps.
pub(crate) fn shared(model: &Model, uses: Vec<Use>) -> Vec<Credential> {
    let mut groups: BTreeMap<Group, Vec<Use>> = BTreeMap::new();
    let strong: BTreeSet<&Redacted> =
        model.literals.iter().filter(|it| it.strength == Strength::Strong).map(|it| &it.text).collect();
    for it in uses {
        let group = match &it.key {
            Key::Reference(kind, key) => Group::Reference(*kind, key.to_string()),
            // The same simple value in two places is a habit; only a strong one is one credential.
            Key::Literal(_, text) if strong.contains(text) => Group::Text(text.clone()),
            Key::Literal(span, _) => Group::Place(span.file.0, span.start),
        };
        groups.entry(group).or_default().push(it);
    }
    spread_whole_secrets(&mut groups);
    let mut found: Vec<Credential> = Vec::new();
    let mut seen: BTreeSet<Vec<usize>> = BTreeSet::new();
    for (group, uses) in groups {
        let text = uses.iter().find_map(|it| match &it.key {
            Key::Literal(_, text) => Some(text.clone()),
            Key::Reference(..) => None,
        });
        let Some(shares) = shares(model, &group, uses) else { continue };
        // User name and password of one secret are shared together: one credential.
        let mut members: Vec<usize> = shares.iter().map(|share| share.connector).collect();
        members.dedup();
        members.push(usize::MAX - group.family().len());
        if matches!(group, Group::Reference(RefKind::K8sSecret | RefKind::SecretStore, _))
            && !seen.insert(members)
        {
            continue;
        }
        let (key, kind) = match group {
            Group::Reference(kind, key) => (key, Some(kind)),
            Group::Text(_) | Group::Place(..) => ("literal".to_owned(), None),
        };
        found.push(Credential { key, kind, text, shares });
    }
    found.sort_by(|a, b| first(a).cmp(&first(b)).then(a.key.cmp(&b.key)));
    found
}

fn first(credential: &Credential) -> Option<&Location> {
    credential.shares.first().map(|share| &share.at)
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Group {
    Reference(RefKind, String),
    Text(Redacted),
    Place(u32, u32),
}

impl Group {
    /// The secret that a key is a field of.
    fn family(&self) -> &str {
        match self {
            Self::Reference(_, key) => key.split('#').next().unwrap_or(key),
            _ => "",
        }
    }
}

/// Whoever takes all fields of a secret takes each of them.
fn spread_whole_secrets(groups: &mut BTreeMap<Group, Vec<Use>>) {
    let whole: Vec<(Group, Vec<Use>)> = groups
        .iter()
        .filter(|(group, _)| matches!(group, Group::Reference(_, key) if key.ends_with("#*")))
        .map(|(group, uses)| (group.clone(), uses.clone()))
        .collect();
    for (group, uses) in whole {
        let Group::Reference(kind, key) = &group else { continue };
        let family = key.trim_end_matches('*').to_owned();
        let from = Group::Reference(*kind, family.clone());
        let fields: Vec<Group> = groups
            .range(from..)
            .take_while(
                |(it, _)| matches!(it, Group::Reference(own, key) if own == kind && key.starts_with(&family)),
            )
            .map(|(it, _)| it.clone())
            .filter(|it| *it != group)
            .collect();
        for field in fields {
            if let Some(into) = groups.get_mut(&field) {
                into.extend(uses.iter().cloned());
            }
        }
    }
}

/// Those who share a credential, one entry for each; nothing if it is not shared.
fn shares(model: &Model, group: &Group, mut uses: Vec<Use>) -> Option<Vec<Share>> {
    uses.sort_by(|a, b| a.at.cmp(&b.at).then(a.connector.cmp(&b.connector)));
    let mut seen = BTreeSet::new();
    uses.retain(|it| seen.insert((it.connector, it.role)));
    let of = |duty: Duty| uses.iter().filter(move |it| it.role == duty);
    let connectors =
        |duty: Duty| of(duty).filter_map(|it| model.connectors.get(it.connector)).collect::<Vec<_>>();
    let consumers = of(Duty::Consumer).count();
    let issuers = of(Duty::Issuer).count();
    let stores = connectors(Duty::Store);
    let members: Vec<&Use> = if consumers >= 2 {
        of(Duty::Consumer).collect()
    } else if issuers >= 2 {
        of(Duty::Issuer).chain(of(Duty::Consumer)).collect()
    } else if stores.len() >= 2
        && (apart(&stores) || matches!(group, Group::Text(_)) && several_files(&stores))
    {
        of(Duty::Store).collect()
    } else if consumers + stores.len() >= 2
        && matches!(group, Group::Text(_))
        && several_files(&everyone(model, &uses))
    {
        // The same text in a store and, written out again, in a connector elsewhere.
        uses.iter().collect()
    } else {
        return None;
    };
    let share = |it: &Use| Share {
        connector: it.connector,
        role: it.role,
        at: it.at.clone(),
        setting: it.setting.clone(),
    };
    Some(members.into_iter().map(share).collect())
}

fn everyone<'m>(model: &'m Model, uses: &[Use]) -> Vec<&'m Connector> {
    uses.iter().filter_map(|it| model.connectors.get(it.connector)).collect()
}

fn several_files(connectors: &[&Connector]) -> bool {
    connectors.iter().map(|it| it.at.span.file).collect::<BTreeSet<_>>().len() > 1
}

/// Whether environments or owners differ.
fn apart(connectors: &[&Connector]) -> bool {
    let environments: BTreeSet<_> = connectors.iter().filter_map(|it| it.environment).collect();
    let owners: BTreeSet<_> =
        connectors.iter().filter(|it| !it.owners.is_empty()).map(|it| &it.owners).collect();
    environments.len() > 1 || owners.len() > 1
}
