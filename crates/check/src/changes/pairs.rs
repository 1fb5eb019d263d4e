//! Finds what something was before: under its own name, or under another one where it moved.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use connlint_model::Seat;

use crate::moved::Moved;
use crate::rule::Evidence;

/// Both versions.
pub(super) struct Versions<'v> {
    pub(super) old: &'v Evidence<'v>,
    pub(super) new: &'v Evidence<'v>,
    pub(super) moved: &'v Moved,
    /// Old addresses by which the new version says that something has moved, and the new ones.
    renames: Vec<(Id, Id)>,
    /// Modules that somebody calls in one of the versions: by themselves they are nothing.
    called: BTreeSet<&'v str>,
}

/// What something is known by: where it stands, and its address there.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Id {
    pub(super) home: String,
    pub(super) address: String,
}

impl Id {
    pub(super) fn of(seat: &Seat) -> Self {
        Self { home: seat.home.clone(), address: seat.address.clone() }
    }

    /// The id in a key such as `tf:folder:address`.
    pub(super) fn of_key(key: &str) -> Option<Self> {
        let (home, address) = key.strip_prefix("tf:")?.split_once(':')?;
        Some(Self { home: home.to_owned(), address: address.to_owned() })
    }

    /// What people call it, each instance of a block by its own name.
    pub(super) fn subject(&self) -> String {
        self.address.clone()
    }

    /// What people call the block that it is an instance of.
    pub(super) fn block(&self) -> String {
        plain(&self.address)
    }

    /// All instances of a block as one.
    pub(super) fn whole(&self) -> Self {
        Self { home: self.home.clone(), address: plain(&self.address) }
    }

    /// The same without the variable file of its root.
    fn root(&self) -> Self {
        let home = self.home.split_once('#').map_or(&*self.home, |(home, _)| home);
        Self { home: home.to_owned(), address: self.address.clone() }
    }
}

/// An address without the indexes of instances.
pub(super) fn plain(address: &str) -> String {
    let mut shown = String::new();
    let mut rest = address;
    while let Some((before, after)) = rest.split_once('[') {
        shown.push_str(before);
        let end = if after.starts_with('"') {
            after.find("\"]").map(|it| it + 2)
        } else {
            after.find(']').map(|it| it + 1)
        };
        rest = end.and_then(|end| after.get(end..)).unwrap_or_default();
    }
    shown + rest
}

impl<'v> Versions<'v> {
    pub(super) fn new(old: &'v Evidence<'v>, new: &'v Evidence<'v>, moved: &'v Moved) -> Self {
        let renames = new.model.compared.renames.iter();
        let renames = renames.filter_map(|(from, to)| Some((Id::of_key(from)?, Id::of_key(to)?)));
        let called = [old, new].into_iter().flat_map(|it| &it.model.compared.called);
        Self { old, new, moved, renames: renames.collect(), called: called.map(String::as_str).collect() }
    }

    /// Whether something is part of a module that is called, met as if nobody called it.
    pub(super) fn is_library(&self, home: &str) -> bool {
        self.called.contains(home)
    }

    /// Whether something is still there, whatever it holds.
    pub(super) fn exists(&self, id: &Id) -> bool {
        let Id { home, address } = self.renamed(id);
        let (old, new) = (&self.old.model.compared, &self.new.model.compared);
        let seat = (home, address);
        // A template that was there before is something else.
        let became_template = || {
            !old.templates.contains(&(id.home.clone(), id.address.clone())) && new.templates.contains(&seat)
        };
        new.blocks.contains(&seat) || became_template()
    }

    /// Whether something was there, whatever it held.
    pub(super) fn existed(&self, id: &Id) -> bool {
        self.old.model.compared.blocks.contains(&(id.home.clone(), id.address.clone()))
    }

    /// An old id under the name that it has after the change.
    pub(super) fn renamed(&self, id: &Id) -> Id {
        let home = self.moved.key(&id.home);
        let begins = |rest: &str| rest.is_empty() || rest.starts_with(['.', '[']);
        let rename = self.renames.iter().find_map(|(from, to)| {
            let rest = id.address.strip_prefix(&*from.address).filter(|it| begins(it))?;
            (from.home == home).then(|| format!("{}{rest}", to.address))
        });
        Id { home, address: rename.unwrap_or_else(|| id.address.clone()) }
    }

    /// Pairs what there was with what there is.
    pub(super) fn pairs<'i>(
        &self,
        old: impl Iterator<Item = &'i Id>,
        new: impl Iterator<Item = &'i Id>,
    ) -> Pairs {
        let old: BTreeMap<Id, Id> = old.map(|it| (self.renamed(it), it.clone())).collect();
        let new: BTreeSet<Id> = new.cloned().collect();
        let roots: HashMap<Id, &Id> = old.iter().map(|(renamed, own)| (renamed.root(), own)).collect();
        let mut pairs = Pairs { before: HashMap::new(), gone: BTreeSet::new() };
        let mut taken: BTreeSet<Id> = BTreeSet::new();
        let mut open: Vec<Id> = Vec::new();
        for id in new {
            match old.get(&id) {
                Some(own) => {
                    taken.insert(own.clone());
                    pairs.before.insert(id, own.clone());
                }
                None => open.push(id),
            }
        }
        let mut left: Vec<(Id, Id)> = old
            .iter()
            .filter(|(_, own)| !taken.contains(*own))
            .map(|(a, b)| (a.clone(), b.clone()))
            .collect();
        // Each way of knowing it is weaker than the one before, and takes only what is left.
        let ways: [fn(&Id) -> Id; 4] = [
            Id::root,
            |it| it.root().whole(),
            |it| Id { home: String::new(), address: it.address.clone() },
            |it| Id { home: String::new(), address: plain(&it.address) },
        ];
        for way in ways {
            let mut by: HashMap<Id, Vec<usize>> = HashMap::new();
            for (index, (renamed, _)) in left.iter().enumerate().rev() {
                by.entry(way(renamed)).or_default().push(index);
            }
            let mut used = BTreeSet::new();
            open.retain(|id| {
                let Some(index) = by.get_mut(&way(id)).and_then(Vec::pop) else { return true };
                let Some((_, own)) = left.get(index) else { return true };
                used.insert(index);
                pairs.before.insert(id.clone(), own.clone());
                false
            });
            let mut index = 0;
            left.retain(|_| {
                index += 1;
                !used.contains(&(index - 1))
            });
        }
        // A new variable file of a root makes nothing that the root did not have.
        for id in open {
            if let Some(own) = roots.get(&id.root()).filter(|_| id.home.contains('#')) {
                pairs.before.insert(id, (*own).clone());
            }
        }
        let kept: BTreeSet<&Id> = pairs.before.values().collect();
        // Nor does one that goes take anything away that others still have.
        let roots: BTreeSet<Id> = pairs.before.keys().map(Id::root).collect();
        let gone = left.into_iter().filter(|(renamed, own)| {
            let others_have = renamed.home.contains('#') && roots.contains(&renamed.root());
            !kept.contains(own) && !others_have
        });
        pairs.gone = gone.map(|(_, own)| own).collect();
        pairs
    }
}

/// What belongs together in two versions.
pub(super) struct Pairs {
    before: HashMap<Id, Id>,
    /// Old ids of what is gone.
    pub(super) gone: BTreeSet<Id>,
}

impl Pairs {
    /// What a new id was before.
    pub(super) fn before(&self, new: &Id) -> Option<&Id> {
        self.before.get(new)
    }
}

#[cfg(test)]
mod tests {
    use connlint_core::{HashKey, Sources};
    use connlint_model::Model;

    use super::*;
    use crate::suppress::Date;

    fn ids(all: &[(&str, &str)]) -> Vec<Id> {
        all.iter()
            .map(|(home, address)| Id { home: (*home).to_owned(), address: (*address).to_owned() })
            .collect()
    }

    #[test]
    fn indexes_are_left_out() {
        assert_eq!(plain(r#"module.a["x.y"].b.c[0]"#), "module.a.b.c");
        assert_eq!(plain(r#"a.b["x]y"]"#), "a.b");
    }

    #[test]
    fn what_moved_is_found_again() {
        let (old_model, mut new_model) = (Model::default(), Model::default());
        new_model.compared.renames = vec![("tf:live:a.old".to_owned(), "tf:live:a.new".to_owned())];
        let (sources, paths, key) = (Sources::default(), BTreeSet::new(), HashKey::of_nobody());
        let evidence = |model| Evidence {
            model,
            sources: &sources,
            unreadable: &[],
            paths: &paths,
            today: Date::from_days(0),
            key: &key,
        };
        let (old, new, moved) = (evidence(&old_model), evidence(&new_model), Moved::default());
        let both = Versions::new(&old, &new, &moved);
        for (old, new, gone, fresh) in [
            // By a `moved` block; by its file's new name; by a count that it did not have.
            (("live", "a.old"), ("live", "a.new"), 0, 0),
            (("all.yaml", "Deployment/x"), ("x.yaml", "Deployment/x"), 0, 0),
            (("live", "a.b"), ("live", "a.b[0]"), 0, 0),
            (("live", "a.b"), ("live#prod.tfvars", "a.b"), 0, 0),
            (("live", "a.b"), ("live", "a.c"), 1, 1),
        ] {
            let (old, new) = (ids(&[old]), ids(&[new]));
            let pairs = both.pairs(old.iter(), new.iter());
            let unpaired = new.iter().filter(|it| pairs.before(it).is_none()).count();
            assert_eq!((pairs.gone.len(), unpaired), (gone, fresh), "{old:?} {new:?}");
        }
        // A variable file more makes nothing new, and one less takes nothing away.
        let one = ids(&[("live#a", "x.y")]);
        let two = ids(&[("live#a", "x.y"), ("live#b", "x.y")]);
        let more = both.pairs(one.iter(), two.iter());
        assert!(two.iter().all(|it| more.before(it).is_some()) && more.gone.is_empty());
        assert!(both.pairs(two.iter(), one.iter()).gone.is_empty());
    }
}
