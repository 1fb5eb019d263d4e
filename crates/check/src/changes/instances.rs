//! Instances of one block: what happens to all of them happens to the block, what happens to some is said of those.

use std::collections::{BTreeMap, BTreeSet};

use super::pairs::{Versions, plain};
use super::{Change, ChangeKind};

/// More instances are not named one by one.
const MOST: usize = 4;

/// Says once of a block what happens to all its instances, or to many.
pub(super) fn fold(found: &mut [Change], both: &Versions<'_>) {
    let mut changed: BTreeMap<(ChangeKind, String), BTreeSet<String>> = BTreeMap::new();
    for change in found.iter().filter(|it| it.subject.contains('[')) {
        let subjects = changed.entry((change.kind, plain(&change.subject))).or_default();
        subjects.insert(change.subject.clone());
    }
    if changed.is_empty() {
        return;
    }
    let blocks: BTreeSet<&str> = changed.keys().map(|(_, block)| block.as_str()).collect();
    let [old, new] = [both.old, both.new].map(|it| {
        let mut counts: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
        for (_, address) in it.model.compared.blocks.iter().filter(|(_, it)| it.contains('[')) {
            let block = plain(address);
            if blocks.contains(block.as_str()) {
                counts.entry(block).or_default().insert(address);
            }
        }
        counts
    });
    let mut said: BTreeMap<(ChangeKind, String), String> = BTreeMap::new();
    for change in found.iter_mut().filter(|it| it.subject.contains('[')) {
        let block = plain(&change.subject);
        let all = if change.kind == ChangeKind::ConnectorRemoved { &old } else { &new };
        let own = changed.get(&(change.kind, block.clone())).map_or(0, BTreeSet::len);
        if own > MOST || all.get(&block).is_some_and(|it| it.len() <= own) {
            let (named, whole) = (format!("`{}`", change.subject), format!("`{block}`"));
            change.message = change.message.replace(&named, &whole);
            // Which credentials each instance takes says less than that all of them are new.
            if matches!(
                change.kind,
                ChangeKind::ConnectorAdded
                    | ChangeKind::ConnectorRemoved
                    | ChangeKind::RetiredWithCredentials
            ) {
                let first = said.entry((change.kind, block.clone()));
                change.message.clone_from(first.or_insert_with(|| change.message.clone()));
            }
            change.subject = block;
        }
    }
}
