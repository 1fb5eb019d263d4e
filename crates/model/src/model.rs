//! The model of a whole run: every part joined, one credential wherever it is taken.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use connlint_core::{FileId, Location, Span};
use connlint_resolve::RefKind;

use crate::compared::{self, Compared};
use crate::facts::Part as Duty;
use crate::part::{
    Account, Connector, Key, Namespace, Outside, Part, Persisted, SecretFile, SecretLiteral, Use,
};
use crate::posture::{
    self, Aspect, Edge, Grant, Principal, PrincipalKind, Setting, Status, Trust, Versioned,
};
use crate::secret::Strength;
use crate::votes::Environment;

/// Everything a run knows of the code's connectors and credentials.
#[derive(Debug, Default)]
pub struct Model {
    /// Secrets written in the code, one for each place, sorted by place.
    pub literals: Vec<SecretLiteral>,
    /// Where else each of them goes; same index as `literals`.
    pub reaches: Vec<Vec<Location>>,
    /// Every connector, sorted by id.
    pub connectors: Vec<Connector>,
    /// Every credential that more than one connector takes, sets or keeps.
    pub shared: Vec<Credential>,
    /// Reference keys of each connector's credentials; same index as `connectors`.
    pub credentials: Vec<Vec<String>>,
    /// Every use of a credential, where [`Keep::Uses`] asks for them.
    pub uses: Vec<Use>,
    /// Accounts that name nobody, sorted by place.
    pub accounts: Vec<Account>,
    /// Secrets read from files, sorted by place.
    pub files: Vec<SecretFile>,
    /// Secrets that are stored needlessly, sorted by place.
    pub persisted: Vec<Persisted>,
    /// Secrets that come from elsewhere than a store, sorted by place.
    pub outside: Vec<Outside>,
    /// Settings on which security depends, one for each place, sorted by place.
    pub settings: Vec<Setting>,
    /// Rights, each with those who hold it, sorted by place.
    pub grants: Vec<Grant>,
    /// Roles that are trusted to too many, sorted by place.
    pub trusts: Vec<Trust>,
    /// Versions that are not pinned or not supported, sorted by place.
    pub versions: Vec<Versioned>,
    /// What only a comparison with another version asks for.
    pub compared: Compared,
}

/// One credential and those who share it.
#[derive(Clone, Debug)]
pub struct Credential {
    /// Its key, free of any value.
    pub key: String,
    /// What kind of place it is in; nothing for a literal.
    pub kind: Option<RefKind>,
    /// The text of a literal.
    pub text: Option<crate::part::Redacted>,
    /// Those who share it, sorted by place, at least two.
    pub shares: Vec<Share>,
}

/// One who shares a credential.
#[derive(Clone, Debug)]
pub struct Share {
    /// Index of the connector in the model.
    pub connector: usize,
    /// What it does with the credential.
    pub role: Duty,
    /// Where it takes it.
    pub at: Location,
    /// The setting that takes it.
    pub setting: String,
}

/// What a model keeps of the uses of credentials.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keep {
    /// Those of shared credentials, which is all that rules ask for.
    Shared,
    /// Every one.
    Uses,
}

/// What is said of a file from outside it.
pub trait About {
    /// Its owners, as the configuration and `CODEOWNERS` say.
    fn owners(&self, file: FileId) -> Vec<String>;

    /// Its environment, as the configuration says; it counts more than any vote.
    fn environment(&self, file: FileId) -> Option<Environment>;
}

/// Joins the parts of a run.
pub fn assemble(mut parts: Vec<Part>, about: &dyn About, keep: Keep) -> Model {
    let mut model = Model::default();
    let mut uses: Vec<Use> = Vec::new();
    let mut by_identity: HashMap<String, usize> = HashMap::new();
    let mut literals = Vec::new();
    let mut shares = Vec::new();
    let (mut principals, mut edges, mut limits) = (Vec::new(), Vec::new(), BTreeSet::new());
    let namespaces: HashMap<String, Namespace> = parts
        .iter_mut()
        .flat_map(|part| std::mem::take(&mut part.namespaces))
        .map(|it| (it.scope.clone(), it))
        .collect();
    for part in parts {
        let mut index = Vec::with_capacity(part.connectors.len());
        let mut seated = Vec::new();
        for mut connector in part.connectors {
            if let Some(namespace) = connector.group.as_ref().and_then(|group| namespaces.get(group)) {
                connector.environment = connector.environment.or(namespace.environment);
                if connector.owners.is_empty() {
                    connector.owners.clone_from(&namespace.owners);
                }
            }
            if connector.owners.is_empty() {
                connector.owners = about.owners(connector.at.span.file);
            }
            connector.environment = about.environment(connector.at.span.file).or(connector.environment);
            if part.compared.is_some() {
                seated.push(connector.clone());
            }
            let next = model.connectors.len();
            let at = *by_identity.entry(connector.identity.clone()).or_insert(next);
            index.push(at);
            match model.connectors.get_mut(at) {
                Some(known) => {
                    known.environment = known.environment.or(connector.environment);
                    known.certain |= connector.certain;
                }
                None => model.connectors.push(connector),
            }
        }
        if let Some(mut own) = part.compared {
            for site in own.sites.iter_mut().filter(|it| it.owners.is_empty()) {
                site.owners = about.owners(site.at.span.file);
            }
            own.sites.extend(compared::sites(&seated, &part.uses));
            own.relays.extend(compared::relays(&seated, &part.uses));
            shares.push(*own);
        }
        uses.extend(
            part.uses.into_iter().filter_map(|it| Some(Use { connector: *index.get(it.connector)?, ..it })),
        );
        literals.extend(part.literals);
        model.accounts.extend(part.accounts);
        model.files.extend(part.files);
        model.persisted.extend(part.persisted);
        model.outside.extend(part.outside);
        model.settings.extend(part.settings);
        model.grants.extend(part.grants);
        model.trusts.extend(part.trusts);
        model.versions.extend(part.versions);
        principals.extend(part.principals);
        edges.extend(part.edges);
        limits.extend(part.limits);
    }
    one_a_place(&mut model, literals);
    once(&mut model.accounts, |it| it.at.span);
    once(&mut model.files, |it| it.at.span);
    once(&mut model.persisted, |it| it.at.span);
    once(&mut model.outside, |it| it.at.span);
    once(&mut model.trusts, |it| it.at.span);
    once(&mut model.versions, |it| it.at.span);
    one_setting_a_place(&mut model.settings);
    let users = users(&model, &uses);
    posture::drop_limits(&mut model.grants, &edges, &limits);
    keeps(&mut model, &uses, &edges, &principals);
    model.grants.sort_by(|a, b| (a.at.span, &a.right, &a.at.path).cmp(&(b.at.span, &b.right, &b.at.path)));
    one_grant_a_place(&mut model.grants);
    posture::join(&mut model.grants, &edges, &principals, &users);
    model.credentials = credentials(&model, &uses);
    if keep == Keep::Uses {
        model.uses.clone_from(&uses);
    }
    model.shared = crate::sharing::shared(&model, uses);
    model.compared = compared::join(shares, &edges, &principals);
    sort_connectors(&mut model);
    model
}

/// The connectors that take something a block computes, by the block's key.
fn users(model: &Model, uses: &[Use]) -> HashMap<String, BTreeSet<String>> {
    let mut users: HashMap<String, BTreeSet<String>> = HashMap::new();
    for it in uses.iter().filter(|it| it.role == Duty::Consumer) {
        if let (Key::Reference(RefKind::Resource, key), Some(connector)) =
            (&it.key, model.connectors.get(it.connector))
            && let Some((block, _)) = key.rsplit_once('.')
        {
            users.entry(block.to_owned()).or_default().insert(connector.id.clone());
        }
    }
    users
}

/// Of several instances of one block, the one with something to say stands for all, without its index.
fn one_setting_a_place(settings: &mut Vec<Setting>) {
    settings.sort_by(|a, b| {
        let key = |it: &Setting| (it.at.span, it.aspect, it.name, std::cmp::Reverse(it.status));
        key(a).cmp(&key(b)).then_with(|| a.at.path.cmp(&b.at.path))
    });
    settings.dedup_by(|next, kept| {
        let same = (next.at.span, next.aspect, next.name) == (kept.at.span, kept.aspect, kept.name);
        if same && next.subject != kept.subject && next.status == kept.status && kept.subject.ends_with(']') {
            let end = kept.subject.rfind('[').unwrap_or(kept.subject.len());
            kept.subject.truncate(end);
        }
        same
    });
}

/// What is switched off, and the credentials it still uses or has.
fn keeps(model: &mut Model, uses: &[Use], edges: &[Edge], principals: &[Principal]) {
    let off = |it: &Setting| it.aspect == Aspect::Disabled && it.status == Status::Fail;
    if !model.settings.iter().any(off) {
        return;
    }
    let mut places: HashMap<&str, Vec<(Span, String)>> = HashMap::new();
    for it in uses {
        if let Some(connector) = model.connectors.get(it.connector) {
            let place = (it.at.span, format!("`{}` is still set", it.setting));
            places.entry(&connector.identity).or_default().push(place);
        }
    }
    let keys: HashMap<&str, &Principal> = principals
        .iter()
        .filter(|it| it.kind == PrincipalKind::Credential)
        .map(|it| (&*it.key, it))
        .collect();
    for edge in edges {
        if let Some(key) = keys.get(&*edge.to) {
            places
                .entry(&edge.from)
                .or_default()
                .push((key.span, format!("`{}` still acts for it", key.name)));
        }
    }
    for setting in model.settings.iter_mut().filter(|it| off(it)) {
        if let Some(places) = places.get(&*setting.holder) {
            setting.keeps = places.iter().take(8).cloned().collect();
        }
    }
}

/// Grants of one place in several instances of a block become one, of all their policies and principals.
fn one_grant_a_place(grants: &mut Vec<Grant>) {
    const MOST: usize = 64;
    grants.dedup_by(|next, kept| {
        let same = next.at.span == kept.at.span && next.right == kept.right;
        if same {
            let room = MOST.saturating_sub(kept.from.len());
            kept.from.extend(std::mem::take(&mut next.from).into_iter().take(room));
            for principal in std::mem::take(&mut next.principals) {
                let known = kept.principals.iter().any(|it| it.key == principal.key);
                if !known && kept.principals.len() < MOST {
                    kept.principals.push(principal);
                }
            }
            kept.reach = kept.reach.max(next.reach);
        }
        same
    });
}

fn once<T>(items: &mut Vec<T>, place: impl Fn(&T) -> Span) {
    items.sort_by_key(&place);
    items.dedup_by_key(|it| place(it));
}

/// One literal for each place: the best evidence wins, and every other place it was met at is where it goes.
fn one_a_place(model: &mut Model, mut literals: Vec<SecretLiteral>) {
    literals.sort_by(|a, b| {
        let key = |it: &SecretLiteral| (it.at.span.file, it.at.span.start, u32::MAX - it.at.span.end);
        key(a).cmp(&key(b)).then(b.evidence.cmp(&a.evidence)).then(a.at.via.len().cmp(&b.at.via.len()))
    });
    for literal in literals {
        let last = model.literals.last_mut().filter(|last| last.at.span.overlaps(literal.at.span));
        let Some(last) = last else {
            model.reaches.push(Vec::new());
            model.literals.push(literal);
            continue;
        };
        let Some(reaches) = model.reaches.last_mut() else { continue };
        let taken = Location { span: literal.taken, ..literal.at.clone() };
        let new = taken.span != last.at.span
            && taken.path != last.at.path
            && reaches.iter().all(|it| it.span != taken.span);
        if new && reaches.len() < 32 && !literal.at.via.is_empty() {
            reaches.push(taken);
        }
        last.strength = last.strength.max(literal.strength);
        if literal.evidence > last.evidence {
            last.evidence = literal.evidence;
        }
        // The place that holds the literal itself names it best.
        if literal.at.via.len() < last.at.via.len() {
            let spare = std::mem::replace(&mut last.at, literal.at.clone());
            reaches.push(Location { span: last.taken, ..spare });
            last.taken = literal.taken;
            last.name = literal.name;
        }
    }
}

fn credentials(model: &Model, uses: &[Use]) -> Vec<Vec<String>> {
    let mut all = vec![BTreeSet::new(); model.connectors.len()];
    for it in uses {
        if let Some(own) = all.get_mut(it.connector) {
            own.insert(shown(&it.key));
        }
    }
    all.into_iter().map(|own| own.into_iter().collect()).collect()
}

/// A key as people may see it.
pub(crate) fn shown(key: &Key) -> String {
    match key {
        Key::Reference(_, key) => key.to_string(),
        Key::Literal(..) => "literal".to_owned(),
    }
}

/// Sorts the connectors by id, and everything that refers to them by index.
fn sort_connectors(model: &mut Model) {
    let mut order: Vec<usize> = (0..model.connectors.len()).collect();
    let id = |index: &usize| model.connectors.get(*index).map(|it| (it.id.clone(), it.at.span));
    order.sort_by_cached_key(id);
    let place: BTreeMap<usize, usize> = order.iter().enumerate().map(|(new, old)| (*old, new)).collect();
    for share in model.shared.iter_mut().flat_map(|it| &mut it.shares) {
        share.connector = place.get(&share.connector).copied().unwrap_or(share.connector);
    }
    for it in &mut model.uses {
        it.connector = place.get(&it.connector).copied().unwrap_or(it.connector);
    }
    model.connectors = order.iter().filter_map(|old| model.connectors.get(*old).cloned()).collect();
    model.credentials = order.iter().filter_map(|old| model.credentials.get(*old).cloned()).collect();
}

impl SecretLiteral {
    /// Whether the secret protects something by itself.
    pub fn is_strong(&self) -> bool {
        self.strength == Strength::Strong
    }
}
