//! Blocks that are switched off, and the credentials that are there for them, some references away.

use std::collections::{BTreeSet, HashMap, HashSet};

use connlint_core::Location;
use connlint_resolve::terraform::{Block, BlockKind};

use super::leads::Leads;
use super::leans::{is_credential, is_kept, is_store};
use super::principal::acting;
use super::root::Root;
use super::{Aspect, PrincipalKind, Status};
use crate::compared::{How, Seat, Switch, switched, switches_of};
use crate::facts::{self, Part as Duty};
use crate::key::secret_word;
use crate::part::{Key, Part};
use connlint_resolve::Value;

/// References from a switched block to its credentials: a service, its task definition, a secret.
const FARTHEST: usize = 4;
/// Blocks that are looked at for one that is switched off, and credentials that are told of it.
const MOST: usize = 200;
const SHOWN: usize = 8;

/// What Terraform itself reads leads to nothing that a block uses.
const META: &[&str] = &["depends_on", "lifecycle", "provider", "providers", "triggers"];

/// Adds every block that is off; `from` is where the settings of this root begin.
pub(super) fn of_root(part: &mut Part, root: &Root<'_>, leads: &Leads<'_>, from: usize) {
    let found: Vec<Switch> = {
        let ways = Ways::of(part, root, leads, from);
        let made = root.evaluated.blocks.iter().filter(|it| it.exists && it.kind == BlockKind::Resource);
        let called = root.evaluated.blocks.iter().filter(|it| it.exists && it.kind == BlockKind::Module);
        made.filter_map(|it| ways.switch(it)).chain(called.filter_map(of_module)).collect()
    };
    if let Some(compared) = &mut part.compared {
        compared.switches.extend(found);
    }
}

/// A module from elsewhere that is given a credential: what it makes of its switch is not seen.
fn of_module(block: &Block) -> Option<Switch> {
    let source = block.body.get("source").and_then(Value::text)?;
    if source.starts_with(['.', '/']) {
        return None;
    }
    let given = block.body.entries().iter().filter(|it| secret_word(&it.key));
    let holds: BTreeSet<String> =
        given.flat_map(|it| it.value.references(8)).map(|it| it.key.to_string()).collect();
    let off = block.body.entries().iter().find(|it| switched(&it.key, &it.value) == Some(true));
    (!holds.is_empty()).then(|| Switch {
        seat: Seat::of_key(&block.key, &block.address),
        called: String::new(),
        off: off.is_some(),
        elsewhere: false,
        holds: holds.into_iter().take(SHOWN).collect(),
        at: Location {
            span: off.map_or(block.header, |it| it.value.span),
            path: block.address.clone(),
            via: off.map(|it| it.value.steps().collect()).unwrap_or_default(),
        },
    })
}

/// How blocks of one root lead to credentials.
struct Ways<'r> {
    root: &'r Root<'r>,
    leads: &'r Leads<'r>,
    /// Keys of the credentials that a block takes by itself.
    takes: HashMap<&'r str, Vec<String>>,
    /// The same of blocks that issue credentials, where they are part of something.
    sets: HashMap<&'r str, Vec<String>>,
    /// Blocks whose secrets others take.
    given: HashSet<&'r str>,
    /// Users and accounts that have a key of their own, which works without what uses it here.
    keyed: HashSet<&'r str>,
    /// Who is part of what.
    parts: HashMap<&'r str, Vec<&'r Block>>,
    /// What blocks of a type decide for: keys of blocks, and ends of names.
    decided: HashMap<&'static str, HashSet<String>>,
    /// Users, keys and accounts that are switched off, too.
    disabled: BTreeSet<&'r str>,
}

impl<'r> Ways<'r> {
    fn of(part: &'r Part, root: &'r Root<'r>, leads: &'r Leads<'r>, from: usize) -> Self {
        let mut takes: HashMap<&str, Vec<String>> = HashMap::new();
        let mut sets: HashMap<&str, Vec<String>> = HashMap::new();
        let mut given = HashSet::new();
        for it in part.uses.iter().filter(|it| matches!(it.role, Duty::Consumer | Duty::Issuer)) {
            let Some(connector) = part.connectors.get(it.connector) else { continue };
            let key = match &it.key {
                Key::Reference(_, key) => key.to_string(),
                Key::Literal(..) => String::new(),
            };
            if it.role == Duty::Issuer {
                sets.entry(&connector.seat.program).or_default().push(key);
                continue;
            }
            if let Some(block) = root.block(&key) {
                given.insert(&*block.key);
            }
            takes.entry(&connector.seat.program).or_default().push(key);
        }
        let off = part.settings.get(from..).unwrap_or_default().iter();
        let off = off.filter(|it| it.aspect == Aspect::Disabled && it.status == Status::Fail);
        let kept = |it: &&str| root.block(it).is_some_and(is_kept);
        let disabled = off.map(|it| &*it.holder).filter(kept).collect();
        let mut ways = Self {
            root,
            leads,
            takes,
            sets,
            given,
            keyed: keyed(root, leads),
            parts: HashMap::new(),
            decided: HashMap::new(),
            disabled,
        };
        for block in root.evaluated.blocks.iter().filter(|it| it.kind == BlockKind::Resource && it.exists) {
            for row in switches_of(&block.type_name) {
                match row.how {
                    How::Hangs => {
                        let whole = block.body.at(row.attribute()).map(|it| leads.blocks(it));
                        for it in whole.unwrap_or_default() {
                            ways.parts.entry(&it.key).or_default().push(block);
                        }
                    }
                    How::Unless(type_name) => drop(ways.decided.entry(type_name).or_default()),
                    _ => {}
                }
            }
        }
        for block in root.evaluated.blocks.iter().filter(|it| it.exists) {
            if let Some(own) = ways.decided.get_mut(&*block.type_name) {
                own.extend(leads.blocks(&block.body).into_iter().map(|it| it.key.clone()));
                let named = block.body.entries().iter().map(|it| root.rendered(&it.value));
                own.extend(named.filter_map(|it| Some(it.rsplit_once('/')?.1.to_owned())));
            }
        }
        ways
    }

    /// The switch of a block that is off, with all that hangs on it.
    fn switch(&self, block: &'r Block) -> Option<Switch> {
        let acts = acting(&block.type_name).is_some_and(|it| it.kind != PrincipalKind::Service);
        let takes = facts::part(&block.type_name) != Duty::Store && !acts && !is_store(block);
        let (row, value) = switches_of(&block.type_name)
            .filter(|row| row.how != How::Own || takes && self.takes.contains_key(&*block.key))
            .find_map(|row| Some((row, row.off(&block.body, block.header)?)))?;
        let of = match &row.how {
            How::Of(path) => block.body.at(path).and_then(|it| self.leads.blocks(it).into_iter().next()),
            How::Unless(type_name) if self.is_decided(block, type_name) => return None,
            _ => None,
        };
        let thing = of.unwrap_or(block);
        let holds = self.credentials(thing, block);
        Some(Switch {
            seat: Seat::of_key(&thing.key, &thing.address),
            called: String::new(),
            off: true,
            elsewhere: false,
            holds: holds.into_iter().take(SHOWN).collect(),
            at: Location {
                span: value.span,
                path: format!("{}/{}", block.address, row.attribute().join(".")),
                via: value.steps().collect(),
            },
        })
    }

    /// Whether a block of this type refers to the other one, or names it.
    fn is_decided(&self, block: &Block, type_name: &str) -> bool {
        let name = block.body.get("name").map(|it| self.root.rendered(it)).unwrap_or_default();
        let all = self.decided.get(type_name);
        all.is_some_and(|it| it.contains(&block.key) || !name.is_empty() && it.contains(&name))
    }

    /// Keys of the credentials that can be reached; none where those who have them are switched off as well.
    fn credentials(&self, thing: &'r Block, switched: &'r Block) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        let mut seen: HashSet<&str> = [&*thing.key, &*switched.key].into();
        let mut open: Vec<(&'r Block, usize)> = vec![(thing, 0)];
        if thing.key != switched.key {
            open.push((switched, 0));
        }
        if self.given.contains(&*thing.key) {
            found.insert(thing.key.clone());
        }
        let mut next = 0;
        while let Some((block, far)) = open.get(next).copied() {
            next += 1;
            found.extend(self.takes.get(&*block.key).into_iter().flatten().cloned());
            if far >= FARTHEST || open.len() >= MOST {
                continue;
            }
            let parts = self.parts.get(&*block.key).into_iter().flatten().copied();
            for part in parts.clone() {
                found.extend(self.sets.get(&*part.key).into_iter().flatten().cloned());
            }
            let other = |it: &&'r Block| it.exists && it.key != block.key;
            for other in self.referred(block).into_iter().chain(parts).filter(other) {
                if self.disabled.contains(&*other.key) {
                    return BTreeSet::new();
                }
                if !seen.insert(&other.key) {
                    continue;
                }
                let apart = is_credential(&other.type_name, &thing.type_name);
                let identity = is_kept(other) && (apart || self.keyed.contains(&*other.key));
                if is_store(other) || identity {
                    found.insert(other.key.clone());
                } else if acting(&other.type_name).is_none() && open.len() < MOST {
                    open.push((other, far + 1));
                }
            }
        }
        found
    }

    fn referred(&self, block: &'r Block) -> Vec<&'r Block> {
        let mut found = Vec::new();
        for entry in block.body.entries().iter().filter(|it| !META.contains(&&*it.key)) {
            found.extend(self.leads.blocks(&entry.value));
        }
        found
    }
}

/// Blocks for which the code makes a key or password.
fn keyed<'r>(root: &'r Root<'r>, leads: &Leads<'r>) -> HashSet<&'r str> {
    let mut found = HashSet::new();
    let made = root.evaluated.blocks.iter().filter(|it| it.exists && it.kind == BlockKind::Resource);
    for block in made {
        let Some(of) = acting(&block.type_name).filter(|it| it.kind == PrincipalKind::Credential) else {
            continue;
        };
        // Whom it trusts from elsewhere is no key.
        if block.type_name.contains("federat") {
            continue;
        }
        let whose = of.name.split('|').filter_map(|it| block.body.get(it));
        found.extend(whose.flat_map(|it| leads.blocks(it)).map(|it| &*it.key));
    }
    found
}
