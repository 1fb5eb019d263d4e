//! How bad it is that repositories share a credential, and how to tell people.

use std::collections::BTreeSet;

use connlint_core::{Confidence, Fingerprint, Severity};
use connlint_model::Environment;

use super::{RULE, Shared, Taken};
use crate::Realm;
use crate::build::{list, lower};
use crate::shared::{MOST_SYSTEMS, Sharing, name};

/// The finding about the members of one credential, at least two repositories' worth of them and sorted.
pub(super) fn judge<'a>(join: u128, literal: bool, places: Vec<Taken<'a>>) -> Option<Shared<'a>> {
    let (_, first) = *places.first()?;
    // The reference that claims least decides.
    let realm = places.iter().map(|(_, it)| it.realm).min().unwrap_or(Realm::Repository);
    let distinct = |texts: &mut dyn Iterator<Item = &'a str>| -> Vec<&'a str> {
        texts.collect::<BTreeSet<_>>().into_iter().collect()
    };
    let repositories = distinct(&mut places.iter().map(|(repository, _)| *repository));
    let environments = distinct(&mut places.iter().filter_map(|(_, it)| it.environment.as_deref()));
    let owners = distinct(&mut places.iter().flat_map(|(_, it)| it.owners.iter().map(String::as_str)));
    let systems = distinct(&mut places.iter().map(|(_, it)| it.system.as_str()).filter(|it| !it.is_empty()));
    let way = if environments.len() > 1 && environments.contains(&"production") {
        Sharing::Environments
    } else if several_teams(&places) {
        Sharing::Teams
    } else if systems.len() > MOST_SYSTEMS {
        Sharing::FanOut
    } else {
        Sharing::Connectors
    };
    let (severity, confidence) = weighed(way, realm, literal, &first.name);
    let what = if literal {
        format!("one literal, behind `{}`,", first.setting.rsplit(['.', '/']).next().unwrap_or("secret"))
    } else {
        format!("the stored secret `{}`", name(&first.name).trim_start_matches("store:"))
    };
    let by = format!("by {} repositories", repositories.len());
    let message = match way {
        Sharing::Environments => format!("{what} is shared by {}, {by}", list(&environments, 4)),
        Sharing::Teams => format!("{what} is shared by the teams {}, {by}", list(&owners, 4)),
        Sharing::FanOut => format!("{what} reaches {} systems, {by}", systems.len()),
        Sharing::Connectors => format!("{what} is shared by the repositories {}", list(&repositories, 4)),
    };
    let join = format!("{join:032x}");
    Some(Shared {
        severity: if is_trial(&places) { lower(severity) } else { severity },
        confidence,
        message,
        note: note(realm),
        help: help(way, literal),
        fingerprint: Fingerprint::of([RULE, &join]).as_str().to_owned(),
        name: &first.name,
        realm,
        environments,
        owners,
        repositories,
        places,
    })
}

/// Whether owners are named that have nobody in common.
fn several_teams(places: &[Taken<'_>]) -> bool {
    let mut owned = places.iter().map(|(_, it)| &it.owners).filter(|it| !it.is_empty());
    let Some(first) = owned.next() else { return false };
    let mut common: BTreeSet<&String> = first.iter().collect();
    owned.for_each(|owners| common.retain(|it| owners.contains(it)));
    common.is_empty()
}

/// Whether it matters to one repository at most: the others only try things out.
fn is_trial(places: &[Taken<'_>]) -> bool {
    let earnest: BTreeSet<&str> = places.iter().filter(|(_, it)| !it.trial).map(|it| it.0).collect();
    earnest.len() < 2
}

/// A path tells less than an address that names its account: in another environment or account it may lead to another
/// secret, unless it says itself that it leads to production.
fn weighed(way: Sharing, realm: Realm, literal: bool, name: &str) -> (Severity, Confidence) {
    let of_production = || Environment::in_text(name).is_some_and(Environment::is_production);
    match (realm, way) {
        (Realm::Global, Sharing::Connectors) if !literal => (Severity::Medium, Confidence::High),
        (Realm::Global, _) => (Severity::High, Confidence::High),
        (Realm::Store, Sharing::Environments) if of_production() => (Severity::High, Confidence::Medium),
        (Realm::Store, Sharing::Environments) => (Severity::Medium, Confidence::Low),
        (Realm::Store, Sharing::Teams | Sharing::FanOut) => (Severity::High, Confidence::Medium),
        (Realm::Store, Sharing::Connectors) => (Severity::Medium, Confidence::Medium),
        (Realm::Account | Realm::Repository, _) => (Severity::Medium, Confidence::Low),
    }
}

fn note(realm: Realm) -> &'static str {
    match realm {
        Realm::Global => "",
        Realm::Store => "the code does not name the store; this holds if the repositories use one",
        Realm::Account | Realm::Repository => {
            "the code does not name the account; this holds if the repositories use one"
        }
    }
}

fn help(way: Sharing, literal: bool) -> String {
    let whom = match way {
        Sharing::Environments => "environment, and take production's out of the others",
        Sharing::Teams => "team, and hand over its ownership",
        Sharing::FanOut | Sharing::Connectors => "repository",
    };
    let store =
        if literal { "take it out of the code: store a separate secret" } else { "store a separate secret" };
    format!("{store} for each {whom}; then rotate the shared one")
}
