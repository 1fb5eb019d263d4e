//! Credentials that one more connector takes, and those that are written into the code.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use connlint_model::{Redacted, Taken};

use super::pairs::{Id, Pairs, Versions, plain};
use super::sites::{Connector, Connectors, called};
use super::{Change, ChangeKind};
use crate::rule::Evidence;
use crate::shared::name;

/// More of those who took a credential together before are not looked for.
const MOST: usize = 8;

/// One credential within a version.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Credential {
    Reference(String),
    Text(Redacted),
    /// A literal that is no secret by itself: only the place where it is written makes it one and the same.
    Place(u32, u32),
}

/// A credential that two take together in both versions is no news.
pub(super) fn shared(both: &Versions<'_>, connectors: &Connectors<'_>) -> Vec<Change> {
    let Connectors { old, new, pairs } = connectors;
    let before = members(both.old, old, |key| both.moved.key(key));
    let family = |credential: &Credential| match credential {
        Credential::Reference(key) => Some(Credential::Reference(format!("{}#*", key.rsplit_once('#')?.0))),
        Credential::Text(_) | Credential::Place(..) => None,
    };
    let after = members(both.new, new, str::to_owned);
    let took = took(&before);
    let mut found: BTreeMap<Id, Change> = BTreeMap::new();
    for (credential, own) in &after {
        // Whoever took all of a secret took each of its fields, whether or not anybody named them.
        let known: BTreeSet<&Id> =
            [before.get(credential), family(credential).and_then(|it| before.get(&it))]
                .into_iter()
                .flatten()
                .flat_map(|it| it.keys().copied())
                .collect();
        let knew = |id: &Id| pairs.before(id).is_some_and(|it| known.contains(it));
        // Parts of one program have one credential as a matter of course.
        let programs: BTreeSet<String> =
            own.keys().filter_map(|id| Some(plain(new.get(*id)?.program))).collect();
        if own.len() < 2 || programs.len() < 2 {
            continue;
        }
        let first = own.keys().find(|id| knew(id)).or_else(|| own.keys().next());
        for (id, taken) in own {
            let program = new.get(*id).map(|it| plain(it.program));
            let other = first.filter(|it| *it != id && new.get(**it).map(|it| plain(it.program)) != program);
            let Some(other) = other.filter(|_| !knew(id)) else { continue };
            let mates = own.keys().take(MOST).chain([other]).filter(|it| *it != id);
            if mates.into_iter().any(|it| took_together(pairs, &took, (id, it), credential)) {
                continue;
            }
            let what = match called(taken) {
                it if it.is_empty() => format!("the literal behind `{}`", taken.setting),
                it => format!("`{it}`"),
            };
            let message = format!("`{}` takes {what}, which {} takes, too", id.subject(), another(id, other));
            found.entry((*id).clone()).or_insert_with(|| Change {
                kind: ChangeKind::CredentialShared,
                subject: id.subject(),
                message,
                at: taken.at.clone(),
            });
        }
    }
    found.into_values().collect()
}

/// The other one, by a name that tells it from this one.
fn another(id: &Id, other: &Id) -> String {
    let (own, name) = (id.block(), other.block());
    if own == name { format!("that of `{}`", other.home) } else { format!("`{name}`") }
}

type Members<'m> = BTreeMap<Credential, BTreeMap<&'m Id, &'m Taken>>;

/// Who takes which credential.
fn members<'m>(
    evidence: &Evidence<'m>,
    connectors: &'m BTreeMap<Id, Connector<'m>>,
    renamed: impl Fn(&str) -> String,
) -> Members<'m> {
    let strong: BTreeSet<&Redacted> =
        evidence.model.literals.iter().filter(|it| it.is_strong()).map(|it| &it.text).collect();
    let mut all: Members<'m> = BTreeMap::new();
    let mut whole: Vec<(String, &Id, &Taken)> = Vec::new();
    for (id, connector) in connectors {
        for taken in connector.takes.iter().filter(|it| !it.is_identity()) {
            let written = taken.at.via.last().unwrap_or(&taken.at.span);
            let credential = match &taken.text {
                None => Credential::Reference(renamed(&taken.key)),
                Some(text) if strong.contains(text) => Credential::Text(text.clone()),
                Some(_) => Credential::Place(written.file.0, written.start),
            };
            if let Credential::Reference(key) = &credential
                && let Some(family) = key.strip_suffix('*').filter(|it| it.ends_with('#'))
            {
                whole.push((family.to_owned(), id, taken));
            }
            all.entry(credential).or_default().entry(id).or_insert(taken);
        }
    }
    // Whoever takes all fields of a secret takes each of them.
    for (family, id, taken) in whole {
        let from = Credential::Reference(family.clone());
        let fields = all
            .range_mut(from..)
            .take_while(|(it, _)| matches!(it, Credential::Reference(key) if key.starts_with(&family)));
        for (_, members) in fields {
            members.entry(id).or_insert(taken);
        }
    }
    all
}

/// What each took, and whether it was a literal.
fn took<'m>(members: &Members<'m>) -> HashMap<&'m Id, BTreeSet<(String, usize)>> {
    let mut took: HashMap<&Id, BTreeSet<(String, usize)>> = HashMap::new();
    for (index, (credential, own)) in members.iter().enumerate() {
        let called = match credential {
            Credential::Reference(key) => name(key),
            Credential::Text(_) | Credential::Place(..) => String::new(),
        };
        for id in own.keys() {
            took.entry(id).or_default().insert((called.clone(), index));
        }
    }
    took
}

/// Whether two took a credential of this name together before, wherever it was kept.
fn took_together(
    pairs: &Pairs,
    took: &HashMap<&Id, BTreeSet<(String, usize)>>,
    (one, other): (&Id, &Id),
    credential: &Credential,
) -> bool {
    let of = |id| pairs.before(id).and_then(|it| took.get(it));
    let (Some(one), Some(other)) = (of(one), of(other)) else { return false };
    let called = match credential {
        Credential::Reference(key) => name(key),
        Credential::Text(_) | Credential::Place(..) => String::new(),
    };
    one.intersection(other).any(|(it, _)| *it == called)
}

/// Credentials that the code did not hold before.
pub(super) fn literal(both: &Versions<'_>, connectors: &Connectors<'_>) -> Vec<Change> {
    let Connectors { old, new, pairs } = connectors;
    let known: BTreeSet<&Redacted> = both.old.model.literals.iter().map(|it| &it.text).collect();
    let mut found = Vec::new();
    let mut told: BTreeSet<&Redacted> = BTreeSet::new();
    for (id, connector) in new {
        let before = pairs.before(id).and_then(|it| old.get(it));
        let own: Option<BTreeSet<&Redacted>> =
            before.map(|it| it.takes.iter().filter_map(|it| it.text.as_ref()).collect());
        let texts = connector.takes.iter().filter_map(|it| Some((*it, it.text.as_ref()?)));
        let fresh: Vec<(&Taken, &Redacted)> = texts
            .inspect(|(_, text)| _ = told.insert(text))
            .filter(|(_, text)| own.as_ref().map_or(!known.contains(text), |own| !own.contains(text)))
            .collect();
        let Some((taken, _)) = fresh.first() else { continue };
        let (subject, setting) = (id.subject(), &taken.setting);
        let replaced =
            before.is_some_and(|it| it.takes.iter().any(|it| it.text.is_some() && it.setting == *setting));
        let message = match replaced {
            true => format!("another literal is written for `{setting}` of `{subject}`"),
            false => format!("`{setting}` of `{subject}` is a literal now"),
        };
        let at = taken.at.clone();
        found.push(Change { kind: ChangeKind::CredentialLiteral, subject, message, at });
    }
    let mut others: BTreeSet<(&str, String)> = BTreeSet::new();
    for literal in &both.new.model.literals {
        let text = &literal.text;
        if known.contains(text) || told.contains(text) || !literal.is_strong() || literal.trial {
            continue;
        }
        let address = literal.at.path.split('/').next().unwrap_or_default();
        let path = both.new.path(&literal.at);
        let subject = if address.is_empty() || literal.at.path.starts_with(path) {
            path.rsplit('/').next().unwrap_or(path).to_owned()
        } else {
            plain(address)
        };
        if others.insert((path, subject.clone())) {
            let message = format!("a literal is written into `{subject}`");
            let at = literal.at.clone();
            found.push(Change { kind: ChangeKind::CredentialLiteral, subject, message, at });
        }
    }
    found
}
