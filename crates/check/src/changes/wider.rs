//! Who may do on more things what it could do on some: they are new to it, or it could do less with them.

use connlint_core::glob;
use std::collections::{BTreeMap, BTreeSet};

use connlint_model::Access;
use connlint_model::secret::is_opaque;

use super::holdings::{About, Held, Holding, Thing, covers, things};
use super::pairs::Id;
use super::rights::{nearer, place, subject, verb};
use super::{Change, ChangeKind, names};

/// Rights of one name, and names of rights, that are told apart.
const MOST: usize = 64;

/// What a holder had before and has now.
struct Both<'h> {
    id: &'h Id,
    now: &'h Holding<'h>,
    was: &'h Holding<'h>,
    new: &'h BTreeMap<Id, Holding<'h>>,
}

/// One right over more things, or a higher one over something.
pub(super) fn changes(
    id: &Id,
    now: &Holding<'_>,
    was: &Holding<'_>,
    new: &BTreeMap<Id, Holding<'_>>,
) -> Vec<Change> {
    let both = Both { id, now, was, new };
    for about in now.of.keys().copied() {
        for level in [Access::Admin, Access::Write, Access::Read] {
            let found = both.at_level(about, level);
            if !found.is_empty() {
                return found;
            }
        }
    }
    now.of.keys().find_map(|about| both.by_name(*about)).into_iter().collect()
}

impl Both<'_> {
    fn at_level(&self, about: About<'_>, level: Access) -> Vec<Change> {
        let now = things(self.now.held(about), level);
        let was = things(self.was.held(about), level);
        if now.is_empty() || was.is_empty() {
            return Vec::new();
        }
        let added: Vec<&Thing<'_>> = added(&now, &was);
        if added.is_empty() || self.is_handed(about, &added) {
            return Vec::new();
        }
        // What it could do less with is raised, whatever it can do elsewhere; a thing that grows is none of those.
        let below: BTreeSet<&str> = things(self.was.held(about), Access::Read)
            .iter()
            .map(|it| it.text)
            .filter(|it| !it.is_empty())
            .collect();
        let risen = |it: &Thing<'_>| below.contains(it.text) && !was.iter().any(|old| covers(it, old));
        let (risen, more): (Vec<&Thing<'_>>, Vec<&Thing<'_>>) =
            added.into_iter().partition(|it| level > Access::Read && risen(it));
        // Something instead of something else is no more than before.
        let lost = added_count(&was, &now);
        let mut found = Vec::new();
        if !risen.is_empty() {
            found.push(self.raised(about, level, &risen));
        }
        if more.len() > lost {
            found.push(self.widened(about, level, &more, &was));
        }
        found
    }

    /// The same right over more, where another one of its level hides that: a role to start queries in a project says
    /// nothing of whose data they read.
    fn by_name(&self, about: About<'_>) -> Option<Change> {
        let mut names: BTreeMap<&str, Access> = BTreeMap::new();
        for it in self.now.held(about) {
            names.insert(&it.right.name, it.right.access);
        }
        for (name, level) in names.into_iter().take(MOST) {
            let own = |it: &&Held<'_>| it.right.name == name;
            let same = things(self.was.held(about).filter(own), level);
            let now = things(self.now.held(about).filter(own), level);
            if same.is_empty() || now.is_empty() || same.len() > MOST || now.len() > MOST {
                continue;
            }
            let lower = name.to_ascii_lowercase();
            let other = |it: &&Held<'_>| !own(it) && it.right.access >= level;
            // Whoever had the same by a pattern, by a higher right or by one over the whole system had it already.
            let implies = |it: &Held<'_>| {
                let right = it.right;
                right.access > level
                    || right.family != about.1
                    || glob(&right.name.to_ascii_lowercase(), &lower)
            };
            let others: Vec<&Held<'_>> = self.was.held(about).filter(other).collect();
            let mut added = added(&now, &same);
            if added.is_empty() || others.len() > MOST {
                continue;
            }
            added.retain(|thing| {
                others.iter().all(|it| {
                    let one = things(std::iter::once(*it), level);
                    let covered = one.len() > MOST || one.iter().any(|own| covers(own, thing));
                    !covered || !implies(it) && self.still(about, it, thing)
                })
            });
            if added.len() > added_count(&same, &now) && !self.is_handed(about, &added) {
                return Some(self.widened(about, level, &added, &same));
            }
        }
        None
    }

    /// Whether another right over a thing is still there: else it may be that this one takes its place.
    fn still(&self, about: About<'_>, other: &Held<'_>, thing: &Thing<'_>) -> bool {
        let mut same = self.now.held(about).filter(|it| it.right.name == other.right.name);
        same.any(|it| {
            let own = things(std::iter::once(it), Access::Read);
            own.len() <= MOST && own.iter().any(|it| covers(it, thing))
        })
    }

    /// Whether all of it comes by a role or group, which is told of instead.
    fn is_handed(&self, about: About<'_>, added: &[&Thing<'_>]) -> bool {
        let Some(first) = added.first() else { return false };
        let mut fresh = self.now.held(about).filter(|it| it.right.at == *first.at).peekable();
        let handed = |held: &Held<'_>| nearer(self.id, held).any(|it| self.new.contains_key(&it));
        fresh.peek().is_some() && fresh.all(handed)
    }

    fn raised(&self, about: About<'_>, level: Access, risen: &[&Thing<'_>]) -> Change {
        let subject = subject(self.id, self.now);
        let before = if level == Access::Admin { "less" } else { "read" };
        let on = match texts(risen).as_slice() {
            [] => String::new(),
            all => format!(" on {}", names(all)),
        };
        let message =
            format!("`{subject}` may now {} {}{on} ({before} before)", verb(level), place(&[about]));
        let at = risen.first().map(|it| it.at.clone()).unwrap_or_default();
        Change { kind: ChangeKind::AccessRaised, subject, message, at }
    }

    fn widened(&self, about: About<'_>, level: Access, added: &[&Thing<'_>], was: &[Thing<'_>]) -> Change {
        let (now, old) = (texts(added), texts(&was.iter().collect::<Vec<_>>()));
        let subject = subject(self.id, self.now);
        let does = format!("{} {}", verb(level), place(&[about]));
        let message = match (now.as_slice(), old.as_slice()) {
            ([], _) => format!("`{subject}` may now {does} beyond what it could before"),
            (now, old) if old.is_empty() || now == old => {
                format!("`{subject}` may now {does} on {} without the condition it had", names(now))
            }
            (now, old) => format!("`{subject}` may now {does} on {} ({} before)", names(now), names(old)),
        };
        let at = added.first().map(|it| it.at.clone()).unwrap_or_default();
        Change { kind: ChangeKind::ScopeWidened, subject, message, at }
    }
}

/// The things that none of the others covers.
fn added<'t, 'r>(now: &'t [Thing<'r>], was: &[Thing<'r>]) -> Vec<&'t Thing<'r>> {
    now.iter().filter(|it| !was.iter().any(|old| covers(old, it))).collect()
}

fn added_count(now: &[Thing<'_>], was: &[Thing<'_>]) -> usize {
    added(now, was).len()
}

fn texts(all: &[&Thing<'_>]) -> Vec<String> {
    let mut all: Vec<String> = all.iter().map(|it| it.text.to_owned()).collect();
    all.retain(|it| !it.is_empty() && !is_opaque(it));
    all.sort();
    all.dedup();
    all
}
