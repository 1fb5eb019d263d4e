//! Those from outside who are let in: accounts and mail domains that the code did not speak of before, and guests.

use std::collections::{BTreeMap, BTreeSet};

use connlint_core::Location;
use connlint_model::PrincipalKind;

use super::pairs::{Versions, plain};
use super::{Change, ChangeKind};
use crate::rule::Evidence;

/// Somebody who is let in.
struct Party<'p> {
    of: Option<&'p str>,
    into: &'p str,
    at: &'p Location,
}

fn of<'p>(evidence: &Evidence<'p>) -> BTreeMap<String, Party<'p>> {
    let mut all: BTreeMap<String, Party<'p>> = BTreeMap::new();
    let compared = &evidence.model.compared;
    for it in &compared.parties {
        let party = Party { of: it.of.as_deref(), into: &it.into, at: &it.at };
        all.entry(plain(&it.subject)).or_insert(party);
    }
    for right in compared.rights.iter().filter(|it| it.allows) {
        for holder in right.holders.iter().filter(|it| it.way.is_empty()) {
            let person =
                [PrincipalKind::User, PrincipalKind::Unknown, PrincipalKind::Foreign, PrincipalKind::Group];
            let Some(domain) = holder.principal.mail_domain() else { continue };
            if person.contains(&holder.principal.kind) {
                let party = Party { of: Some(domain), into: "", at: &right.at };
                all.entry(holder.principal.name.clone()).or_insert(party);
            }
        }
    }
    all
}

/// Who is let in from outside, and was not before.
pub(super) fn changes(both: &Versions<'_>) -> Vec<Change> {
    let (old, new) = (of(both.old), of(both.new));
    let known: &BTreeSet<String> = &both.old.model.compared.known;
    let is_account = |it: &str| it.bytes().all(|b| b.is_ascii_digit());
    let accounts = known.iter().any(|it| is_account(it));
    let domains = known.iter().any(|it| !is_account(it));
    let akin = |domain: &str| {
        known.contains(domain)
            || domain
                .match_indices('.')
                .any(|(at, _)| domain.get(at + 1..).is_some_and(|it| it.contains('.') && known.contains(it)))
    };
    let mut found = Vec::new();
    let outside = |party: &Party<'_>| match party.of {
        None => true,
        // Without any of one's own, nobody can be told from a stranger.
        Some(account) if is_account(account) => accounts && !known.contains(account),
        Some(domain) => domains && !akin(domain),
    };
    let come: Vec<(&String, &Party<'_>)> =
        new.iter().filter(|(subject, it)| !old.contains_key(*subject) && outside(it)).collect();
    // Whoever comes in says more than the door that is opened for it.
    let entered: BTreeSet<String> = come.iter().map(|(_, it)| plain(it.into)).collect();
    for (subject, party) in come {
        if party.into.is_empty() && entered.contains(subject) {
            continue;
        }
        let into = match plain(party.into) {
            into if into.is_empty() || into == *subject => String::new(),
            into => format!(" by `{into}`"),
        };
        let message = match party.of {
            Some(of) if !is_account(of) && !subject.contains('@') => {
                format!("`{subject}` is from outside (`{of}`) and is let in{into}")
            }
            _ => format!("`{subject}` is from outside and is let in{into}"),
        };
        let at = party.at.clone();
        found.push(Change { kind: ChangeKind::OutsidePartyAdded, subject: subject.clone(), message, at });
    }
    found
}
