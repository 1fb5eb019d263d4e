//! Which connectors a finding is about: those at whose address, or below it, one of its places is.

use std::collections::{BTreeSet, HashMap};

use connlint_core::{FileId, Finding, Location};

use crate::result::Review;

/// For every finding of a review, the indexes of the connectors it is about, in order. Linear in places and connectors.
pub fn concerned(review: &Review) -> Vec<Vec<usize>> {
    let index = Index::new(review);
    let of_finding = |finding: &Finding| {
        let related = finding.related.iter().map(|it| &it.location);
        let places = std::iter::once(&finding.primary).chain(related);
        let found: BTreeSet<usize> = places.filter_map(|it| index.connector_at(it)).collect();
        found.into_iter().collect()
    };
    review.findings.iter().map(of_finding).collect()
}

/// Connectors by address, and by address and file.
#[derive(Default)]
struct Index<'a> {
    everywhere: HashMap<&'a str, Vec<usize>>,
    /// Where each begins and its index, sorted.
    in_file: HashMap<(&'a str, FileId), Vec<(u32, usize)>>,
}

impl<'a> Index<'a> {
    fn new(review: &'a Review) -> Self {
        let mut index = Self::default();
        for (at, connector) in review.connectors.iter().enumerate() {
            let (address, span) = (connector.at.path.as_str(), connector.at.span);
            index.everywhere.entry(address).or_default().push(at);
            index.in_file.entry((address, span.file)).or_default().push((span.start, at));
        }
        index.in_file.values_mut().for_each(|all| all.sort_unstable());
        index
    }

    /// The connector whose address is the longest beginning of the place's. Of several roots with blocks of one
    /// address, it is the one in a file that the place or the way to it touches; if that does not tell, it is none.
    fn connector_at(&self, place: &Location) -> Option<usize> {
        let whole = place.path.as_str();
        let starts = whole.rmatch_indices('/').filter_map(|(at, _)| whole.get(..at));
        let (address, found) = std::iter::once(whole)
            .chain(starts)
            .find_map(|address| Some((address, self.everywhere.get(address)?)))?;
        if let [only] = found.as_slice() {
            return Some(*only);
        }
        // Of several in one file, it is the last that begins before the place.
        if let Some(all) = self.in_file.get(&(address, place.span.file)) {
            let before = all.partition_point(|(start, _)| *start <= place.span.start);
            return all.get(before.saturating_sub(1)).map(|(_, at)| *at);
        }
        let passed = place.via.iter().find_map(|it| self.in_file.get(&(address, it.file)));
        passed.and_then(|all| all.last()).map(|(_, at)| *at)
    }
}
