//! Every credential that a repository takes, and where, in words that another repository understands.

use std::borrow::Cow;
use std::collections::BTreeSet;

use connlint_core::{Digest, HashKey, Location};
use connlint_model::secret::Evidence::Format;
use connlint_model::{Connector, Duty, Identity, Key, Realm, Redacted, RefKind, SecretLiteral, identity};

use crate::rule::Evidence;
use crate::shared::name_of_system;

/// What a repository tells others of its credentials.
#[derive(Clone, Debug, Default)]
pub struct Inventory {
    /// The repository, such as `acme/checkout`.
    pub repository: String,
    /// The folder that paths are shown to lie in, and where that folder is in the repository.
    pub folder: Option<(String, String)>,
    /// Tells whether two inventories were made under one key; nothing without a key.
    pub key_check: Option<Digest>,
    /// Every use of a credential, sorted by place.
    pub uses: Vec<CredentialUse>,
}

impl Inventory {
    /// A path as the repository knows it, wherever it is checked out.
    pub fn within<'a>(&self, path: &'a str) -> Cow<'a, str> {
        let Some((folder, above)) = &self.folder else { return path.into() };
        let inner = path.strip_prefix(folder.as_str()).and_then(|it| it.strip_prefix('/'));
        let inner = inner.unwrap_or(path);
        if above.is_empty() { inner.into() } else { format!("{above}/{inner}").into() }
    }
}

/// One credential, taken or written at one place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CredentialUse {
    /// Where.
    pub at: Location,
    /// The reference as it is written, or `literal`.
    pub name: String,
    /// What kind of place the credential is in.
    pub kind: &'static str,
    /// How far the join key means the same thing.
    pub realm: Realm,
    /// Equal where the secret is the same; nothing for a literal that is simple or has no key to be hashed under.
    pub join: Option<Digest>,
    /// Which field of the secret; nothing for all of them.
    pub field: Option<Digest>,
    /// What the connector does with the credential.
    pub role: &'static str,
    /// The setting that takes it.
    pub setting: String,
    /// Whether the place is for trying things out.
    pub trial: bool,
    /// The connector that takes it, where there is one.
    pub connector: Option<String>,
    /// What that connects to.
    pub system: String,
    /// Its environment.
    pub environment: Option<String>,
    /// Its owners.
    pub owners: Vec<String>,
}

/// The inventory of a model, for the repository that an empty one names. Its references have no join keys until
/// [`join`] gives them.
pub(crate) fn inventory(evidence: &Evidence<'_>, empty: &Inventory) -> Inventory {
    let model = evidence.model;
    let strong: BTreeSet<&Redacted> =
        model.literals.iter().filter(|it| it.is_strong()).map(|it| &it.text).collect();
    let joining = evidence.key.join_key();
    let literal = |text: &Redacted| joining.literal(text.reveal()).filter(|_| strong.contains(text));
    let mut uses: Vec<CredentialUse> = Vec::with_capacity(model.uses.len());
    let mut taken = BTreeSet::new();
    for it in &model.uses {
        let path = empty.within(evidence.path(&it.at));
        let own = described(model.connectors.get(it.connector), &it.at, &path, &it.setting);
        let own = CredentialUse { role: role(it.role), ..own };
        uses.push(match &it.key {
            Key::Reference(kind, key) => CredentialUse { name: key.to_string(), kind: word(*kind), ..own },
            Key::Literal(span, text) => {
                taken.insert(*span);
                written(literal(text), own)
            }
        });
    }
    // The id of a key is no credential by itself.
    let id = |it: &SecretLiteral| matches!(it.evidence, Format(what) if what.ends_with("key id"));
    let lone = |it: &&SecretLiteral| !taken.contains(&it.at.span) && !id(it);
    for it in model.literals.iter().filter(lone) {
        let path = empty.within(evidence.path(&it.at));
        let own = described(None, &it.at, &path, &it.name);
        uses.push(written(literal(&it.text), own));
    }
    Inventory { key_check: evidence.key.check(), uses, ..empty.clone() }
}

/// Gives references their join keys, and sorts. By now nothing in them is the text of a secret.
pub(crate) fn join(inventory: &mut Inventory, key: &HashKey, path: impl Fn(&Location) -> String) {
    let joining = key.join_key();
    for it in inventory.uses.iter_mut().filter(|it| it.kind != LITERAL) {
        let kind =
            if it.kind == word(RefKind::SecretStore) { RefKind::SecretStore } else { RefKind::Unresolved };
        let Identity { realm, secret, field } = identity(kind, &it.name);
        it.realm = realm;
        it.field = field.map(|field| joining.reference(["field", &secret, &field]));
        it.join = Some(match realm {
            // Whoever has a name that means nothing elsewhere, nobody else has this one.
            Realm::Repository => joining.reference(["in", &inventory.repository, it.kind, &it.name]),
            _ => joining.reference(["anywhere", realm.as_str(), &secret]),
        });
    }
    inventory.uses.sort_by_cached_key(|it| {
        (path(&it.at), it.at.clone(), it.name.clone(), it.connector.clone(), it.setting.clone())
    });
    inventory.uses.dedup();
}

/// The kind of a secret that is written in the code.
pub(crate) const LITERAL: &str = "literal";

fn written(join: Option<Digest>, own: CredentialUse) -> CredentialUse {
    let realm = if join.is_some() { Realm::Global } else { Realm::Repository };
    CredentialUse { name: LITERAL.to_owned(), kind: LITERAL, realm, join, ..own }
}

fn described(connector: Option<&Connector>, at: &Location, path: &str, setting: &str) -> CredentialUse {
    CredentialUse {
        at: Location { via: Vec::new(), ..at.clone() },
        name: String::new(),
        kind: LITERAL,
        realm: Realm::Repository,
        join: None,
        field: None,
        role: "none",
        setting: setting.to_owned(),
        trial: connlint_model::is_trial(path),
        connector: connector.map(|it| it.id.clone()),
        system: connector.map_or_else(String::new, |it| name_of_system(&it.system)),
        environment: connector.and_then(|it| it.environment).map(|it| it.name().to_owned()),
        owners: connector.map_or_else(Vec::new, |it| it.owners.clone()),
    }
}

fn role(duty: Duty) -> &'static str {
    match duty {
        Duty::Consumer => "consumer",
        Duty::Issuer => "issuer",
        Duty::Store => "store",
        Duty::Bystander => "bystander",
    }
}

fn word(kind: RefKind) -> &'static str {
    match kind {
        RefKind::Env => "environment-variable",
        RefKind::CiSecret => "ci-secret",
        RefKind::K8sSecret => "kubernetes-secret",
        RefKind::SecretStore => "secret-store",
        RefKind::ConfigProvider => "config-provider",
        RefKind::Resource => "resource",
        RefKind::Generated => "generated",
        RefKind::File => "file",
        RefKind::Encrypted => "encrypted",
        RefKind::Variable => "variable",
        RefKind::WorkloadIdentity => "workload-identity",
        RefKind::External => "external",
        RefKind::Unresolved => "unresolved",
    }
}
