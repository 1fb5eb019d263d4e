//! Joins grants with those who hold them, by policies, roles, groups and attachments.

use std::collections::{BTreeSet, HashMap, HashSet, VecDeque};
use std::sync::Arc;

use connlint_core::Span;

use super::{Access, Edge, Grant, Holder, Principal, PrincipalKind};

/// Attachments between a right and a principal.
const DEEPEST: usize = 6;
/// More holders of one right are not told apart.
const MOST: usize = 64;

/// Drops the grants of policies that only limit: those from which no edge leads to anything but limits.
pub(crate) fn drop_limits(grants: &mut Vec<Grant>, edges: &[Edge], limits: &BTreeSet<Arc<str>>) {
    if limits.is_empty() {
        return;
    }
    let onward: HashSet<&str> = edges.iter().map(|edge| &*edge.from).collect();
    let mut back: HashMap<&str, Vec<&str>> = HashMap::new();
    for edge in edges {
        back.entry(&*edge.to).or_default().push(&*edge.from);
    }
    // From every end that is no limit, back to all that leads there.
    let ends = edges.iter().map(|edge| &*edge.to);
    let mut open: Vec<&str> = ends.filter(|it| !onward.contains(it) && !limits.contains(*it)).collect();
    let mut granting: HashSet<&str> = HashSet::new();
    while let Some(key) = open.pop() {
        if granting.insert(key) {
            open.extend(back.get(key).into_iter().flatten());
        }
    }
    let grants_nothing =
        |key: &Arc<str>| !granting.contains(&**key) && (limits.contains(key) || onward.contains(&**key));
    grants.retain(|grant| !grant.from.iter().all(grants_nothing));
}

/// Steps of one search, so that many policies with one crowd behind them stay linear.
const MOST_SEEN: usize = 4_000;

/// Fills in the holders of every grant. `users` gives the connectors that use a credential, by the credential's key.
pub(crate) fn join(
    grants: &mut [Grant],
    edges: &[Edge],
    principals: &[Principal],
    users: &HashMap<String, BTreeSet<String>>,
) {
    let nodes: HashMap<&str, &Principal> = principals.iter().map(|it| (&*it.key, it)).collect();
    let mut ways: HashMap<&str, Vec<&Edge>> = HashMap::new();
    for edge in edges {
        ways.entry(&*edge.from).or_default().push(edge);
    }
    let search = Search { nodes: &nodes, ways: &ways, users };
    // The statements of one policy have the same holders.
    let mut known: HashMap<Vec<Arc<str>>, Arc<[Holder]>> = HashMap::new();
    for grant in grants.iter_mut().filter(|it| it.access > Access::None) {
        let holders = match known.get(&grant.from) {
            Some(holders) => Arc::clone(holders),
            None => {
                let holders: Arc<[Holder]> = search.from(&grant.from).into();
                known.insert(grant.from.clone(), Arc::clone(&holders));
                holders
            }
        };
        grant.holders = if grant.principals.is_empty() {
            holders
        } else {
            let named = grant.principals.iter().map(|principal| Holder {
                principal: principal.clone(),
                way: Vec::new(),
                connectors: search.connectors(&principal.key),
            });
            holders.iter().cloned().chain(named).collect()
        };
    }
}

/// Finds everyone who can be reached from some policies, roles or principals.
pub(crate) fn holders<'s>(
    edges: &'s [Edge],
    principals: &'s [Principal],
) -> impl FnMut(&[Arc<str>]) -> Arc<[Holder]> + 's {
    let nodes: HashMap<&str, &Principal> = principals.iter().map(|it| (&*it.key, it)).collect();
    let mut ways: HashMap<&str, Vec<&Edge>> = HashMap::new();
    for edge in edges {
        ways.entry(&*edge.from).or_default().push(edge);
    }
    let users = HashMap::new();
    let mut known: HashMap<Vec<Arc<str>>, Arc<[Holder]>> = HashMap::new();
    move |starts| {
        if let Some(found) = known.get(starts) {
            return Arc::clone(found);
        }
        let found: Arc<[Holder]> = Search { nodes: &nodes, ways: &ways, users: &users }.from(starts).into();
        known.insert(starts.to_vec(), Arc::clone(&found));
        found
    }
}

struct Search<'s> {
    nodes: &'s HashMap<&'s str, &'s Principal>,
    ways: &'s HashMap<&'s str, Vec<&'s Edge>>,
    users: &'s HashMap<String, BTreeSet<String>>,
}

impl Search<'_> {
    /// Every principal that can be reached from these policies and roles, nearest first.
    fn from(&self, starts: &[Arc<str>]) -> Vec<Holder> {
        let mut holders = Vec::new();
        let mut seen: HashSet<&str> = starts.iter().map(|it| &**it).collect();
        let mut open: VecDeque<(&str, Vec<(Span, String)>)> =
            starts.iter().map(|it| (&**it, Vec::new())).collect();
        while let Some((key, way)) = open.pop_front() {
            if holders.len() >= MOST || seen.len() >= MOST_SEEN {
                break;
            }
            if let Some(node) = self.nodes.get(key)
                && node.kind != PrincipalKind::Credential
            {
                let connectors = self.connectors(key);
                holders.push(Holder { principal: (*node).clone(), way: way.clone(), connectors });
            }
            if way.len() >= DEEPEST {
                continue;
            }
            for edge in self.ways.get(key).into_iter().flatten() {
                if seen.insert(&edge.to) {
                    let mut way = way.clone();
                    way.push((edge.at, edge.label.clone()));
                    open.push_back((&edge.to, way));
                }
            }
        }
        holders
    }

    /// The connectors that use a credential of this principal.
    fn connectors(&self, principal: &str) -> Vec<String> {
        let own = self.users.get(principal).into_iter().flatten();
        let credentials =
            self.ways.get(principal).into_iter().flatten().filter(|edge| {
                self.nodes.get(&*edge.to).is_some_and(|it| it.kind == PrincipalKind::Credential)
            });
        let theirs = credentials.filter_map(|edge| self.users.get(&*edge.to)).flatten();
        own.chain(theirs).cloned().collect::<BTreeSet<_>>().into_iter().collect()
    }
}
