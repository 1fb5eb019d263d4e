//! The judgement that the four rules about shared credentials have in common: which of them a credential breaks,
//! and how to tell people. One credential makes one finding, of the most severe rule that applies.

use std::collections::{BTreeMap, BTreeSet};

use connlint_core::{Confidence, Finding, Label, Location, RuleMeta, Severity, Span};
use connlint_model::{Connector, Credential, Duty, RefKind, Share, is_trial};

use crate::build::{finding, list, lower};
use crate::merge::without_roots;
use crate::rule::Evidence;

/// Which way a credential is shared, most severe first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sharing {
    Environments,
    Teams,
    FanOut,
    Connectors,
}

/// More distinct systems than this behind one credential are a fan-out.
pub(crate) const MOST_SYSTEMS: usize = 3;

/// Findings for every credential that is shared in this way.
pub(crate) fn findings(evidence: &Evidence<'_>, meta: &'static RuleMeta, way: Sharing) -> Vec<Finding> {
    let shared = evidence.model.shared.iter();
    shared
        .filter(|credential| sharing(evidence, credential) == Some(way))
        .map(|it| describe(evidence, meta, way, it))
        .collect()
}

fn connector<'a>(evidence: &'a Evidence<'_>, share: &Share) -> Option<&'a Connector> {
    evidence.model.connectors.get(share.connector)
}

fn sharing(evidence: &Evidence<'_>, credential: &Credential) -> Option<Sharing> {
    let all: Vec<&Connector> =
        credential.shares.iter().filter_map(|share| connector(evidence, share)).collect();
    let environments: BTreeSet<_> = all.iter().filter_map(|it| it.environment).collect();
    if environments.len() > 1 && environments.iter().any(|it| it.is_production()) {
        return Some(Sharing::Environments);
    }
    let owned: BTreeSet<_> = all.iter().filter(|it| !it.owners.is_empty()).map(|it| &it.owners).collect();
    if owned.len() > 1 && all.iter().all(|it| !it.owners.is_empty()) {
        return Some(Sharing::Teams);
    }
    let systems: BTreeSet<_> = all.iter().map(|it| &it.system).collect();
    if systems.len() > MOST_SYSTEMS {
        return Some(Sharing::FanOut);
    }
    // A document that names no connectors is one only by courtesy; two of them prove nothing unless the secret
    // itself is written in both.
    let certain = all.iter().filter(|it| it.certain).count();
    (certain >= 2 || credential.kind.is_none()).then_some(Sharing::Connectors)
}

fn describe(
    evidence: &Evidence<'_>,
    meta: &'static RuleMeta,
    way: Sharing,
    credential: &Credential,
) -> Finding {
    let all: Vec<&Connector> =
        credential.shares.iter().filter_map(|share| connector(evidence, share)).collect();
    let what = subject(credential);
    let distinct =
        |texts: Vec<String>| texts.into_iter().collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>();
    let environments =
        distinct(all.iter().filter_map(|it| it.environment).map(|it| it.name().to_owned()).collect());
    let owners = distinct(all.iter().flat_map(|it| it.owners.clone()).collect());
    let systems = distinct(all.iter().map(|it| name_of_system(&it.system)).collect());
    let ids = distinct(all.iter().map(|it| it.id.clone()).collect());
    fn shown(texts: &[String]) -> String {
        list(&texts.iter().map(String::as_str).collect::<Vec<_>>(), 4)
    }
    let message = match way {
        Sharing::Environments => format!("{what} is shared by {}", shown(&environments)),
        Sharing::Teams => format!("{what} is shared by the teams {}", shown(&owners)),
        Sharing::FanOut => format!("{what} reaches {} systems: {}", systems.len(), shown(&systems)),
        Sharing::Connectors => format!("{what} is shared by {} connectors", ids.len()),
    };
    let mut places = labels(evidence, credential);
    let first = if places.is_empty() { Label::default() } else { places.remove(0) };
    // Secrets of a workflow may be defined once for each of its environments, which the code does not show.
    let unsure = credential.kind == Some(RefKind::CiSecret) && way == Sharing::Environments;
    let simple = way == Sharing::Connectors && is_one_group(&all);
    let ci = credential.kind == Some(RefKind::CiSecret);
    let severity =
        if unsure || simple || (ci && way == Sharing::Connectors) { Severity::Medium } else { meta.severity };
    // Values written for trying out are no credential of anything, as long as nobody else takes them.
    let tried = |it: &Share| is_trial(evidence.sources.path(it.at.span.file));
    let severity = match credential.kind {
        None if credential.shares.iter().all(tried) => lower(severity),
        _ => severity,
    };
    let confidence = match (unsure, ci) {
        (true, _) => Confidence::Low,
        // What a CI secret is for is told by names.
        (_, true) => Confidence::Medium,
        _ => meta.confidence,
    };
    let built = finding(meta, first.location, message, first.message)
        .related(places)
        .severity(severity)
        .confidence(confidence)
        .help(help(way, credential, unsure))
        .known_by_key("credential-shared")
        .members(ids);
    match &credential.text {
        Some(text) => built.of_value(text.reveal()).build(evidence, &credential.key),
        None => built.build(evidence, &credential.key),
    }
}

/// A system as people know it: `kind:{tf:…:data.kind_repository.admin.name}` is `kind:admin`.
pub fn name_of_system(system: &str) -> String {
    let Some((kind, inner)) = system.split_once(":{") else { return system.to_owned() };
    let mut parts = inner.trim_end_matches('}').rsplit('.');
    let last = parts.next().unwrap_or(inner);
    format!("{kind}:{}", parts.next().unwrap_or(last))
}

/// Several parts of one thing, run by the same people for the same purpose.
fn is_one_group(all: &[&Connector]) -> bool {
    let groups: BTreeSet<Option<&String>> = all.iter().map(|it| it.group.as_ref()).collect();
    groups.len() == 1 && !groups.contains(&None)
}

fn subject(credential: &Credential) -> String {
    let setting = credential
        .shares
        .first()
        .map_or("secret", |share| share.setting.rsplit(['.', '/']).next().unwrap_or("secret"));
    match credential.kind {
        None => format!("the literal behind `{setting}`"),
        Some(kind) => format!("{} `{}`", noun(kind), name(&credential.key)),
    }
}

fn noun(kind: RefKind) -> &'static str {
    match kind {
        RefKind::Env => "the environment variable",
        RefKind::CiSecret => "the CI secret",
        RefKind::K8sSecret => "the Kubernetes Secret",
        RefKind::SecretStore => "the stored secret",
        RefKind::Variable => "the variable",
        RefKind::Generated => "the generated secret",
        RefKind::File => "the file",
        _ => "the credential",
    }
}

/// The part of a key that people recognise: addresses without the folder they are in, paths without their store.
pub(crate) fn name(key: &str) -> String {
    let key = key.split_once('@').map_or(key, |(name, _)| name).trim_end_matches("#*");
    let shown = without_roots(key);
    if key.starts_with("tf:") {
        return shown;
    }
    shown.split_once(':').map_or(shown.clone(), |(_, rest)| rest.to_owned())
}

/// Every place that takes the credential; connectors that take it at one place, such as instances of one block, are
/// named together.
fn labels(evidence: &Evidence<'_>, credential: &Credential) -> Vec<Label> {
    let mut places: BTreeMap<Span, (usize, Location, Vec<&Share>)> = BTreeMap::new();
    for (order, share) in credential.shares.iter().enumerate() {
        let entry = places.entry(share.at.span);
        let (_, at, shares) = entry.or_insert_with(|| (order, share.at.clone(), Vec::new()));
        if !shares.is_empty() && shares.len() < MOST_NAMED {
            let new: Vec<Span> = share.at.via.iter().filter(|step| !at.via.contains(step)).copied().collect();
            at.via.extend(new);
        }
        shares.push(share);
    }
    let mut places: Vec<_> = places.into_values().collect();
    places.sort_by_key(|(order, ..)| *order);
    places
        .into_iter()
        .map(|(_, location, shares)| Label { location, message: taken(evidence, &shares) })
        .collect()
}

/// Most connectors named at one place.
const MOST_NAMED: usize = 3;

fn taken(evidence: &Evidence<'_>, shares: &[&Share]) -> String {
    let named = |share: &&Share| Some(described(connector(evidence, share)?, &id(evidence, share)?));
    let named: Vec<String> = shares.iter().filter_map(named).collect();
    let named: Vec<&str> = named.iter().map(String::as_str).collect();
    let several = named.len() > 1;
    let verb = match (shares.first().map(|share| share.role), several) {
        (Some(Duty::Issuer), false) => "is protected by it",
        (Some(Duty::Issuer), true) => "are protected by it",
        (Some(Duty::Store | Duty::Bystander), false) => "keeps it",
        (Some(Duty::Store | Duty::Bystander), true) => "keep it",
        (_, false) => "takes it",
        (_, true) => "take it",
    };
    format!("{} {verb} here", list(&named, MOST_NAMED))
}

/// What takes it. Several objects of one app are one connector that is called by the first; the place tells which it is.
fn id(evidence: &Evidence<'_>, share: &Share) -> Option<String> {
    let connector = connector(evidence, share)?;
    let object: Vec<&str> = share.at.path.split('/').take(2).collect();
    let [kind, name] = object[..] else { return Some(connector.id.clone()) };
    let is_object = connector.system == "kubernetes" && kind.starts_with(|c: char| c.is_ascii_uppercase());
    let Some((first, _)) = connector.id.split_once(':').filter(|_| is_object) else {
        return Some(connector.id.clone());
    };
    // Ids may leave out the folders that all files are in.
    let folders = evidence.sources.path(connector.at.span.file).strip_suffix(first).unwrap_or_default();
    let path = evidence.sources.path(share.at.span.file);
    Some(format!("{}:{kind}/{name}", path.strip_prefix(folders).unwrap_or(path)))
}

/// A connector with its environment and owner.
fn described(connector: &Connector, id: &str) -> String {
    let mut notes: Vec<String> = connector.environment.map(|it| it.name().to_owned()).into_iter().collect();
    notes.extend(connector.owners.first().cloned());
    if notes.is_empty() { id.to_owned() } else { format!("{id} ({})", notes.join(", ")) }
}

fn help(way: Sharing, credential: &Credential, unsure: bool) -> String {
    let mint = match credential.kind {
        None => "refer to the secret store, with a separate secret in it for each",
        Some(RefKind::Generated) => "with `for_each` or a second resource, generate one for each",
        Some(RefKind::Resource | RefKind::External) => {
            "with `for_each` or a second resource, create one for each"
        }
        Some(RefKind::Variable) => "declare a variable for each",
        Some(RefKind::K8sSecret | RefKind::SecretStore) => "store a separate secret for each",
        _ => "create a separate secret for each",
    };
    let whom = match way {
        Sharing::Environments => "environment, and take production's out of the others",
        Sharing::Teams => "team, and hand over its ownership",
        Sharing::FanOut | Sharing::Connectors => "connector",
    };
    let sure = if unsure {
        "; if each environment defines its own secret of this name, suppress this finding with that reason"
    } else {
        ""
    };
    format!("{mint} {whom}; then rotate the shared one{sure}")
}
