//! What one file or one Terraform root contributes to the model.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use connlint_core::{Location, Span};
use connlint_resolve::RefKind;

use crate::compared::{Compared, Purpose, Seat};
use crate::facts::Part as Role;
use crate::posture::{Edge, Grant, Principal, Setting, Trust, Versioned};
use crate::secret::{Evidence, Strength};
use crate::votes::Environment;

/// The findings-to-be of one file or root.
#[derive(Clone, Debug, Default)]
pub struct Part {
    /// Secrets written in the code.
    pub literals: Vec<SecretLiteral>,
    /// Connectors and everything else that holds a credential.
    pub connectors: Vec<Connector>,
    /// Which of them takes which credential, where.
    pub uses: Vec<Use>,
    /// Accounts that name nobody.
    pub accounts: Vec<Account>,
    /// Secrets read from files beside the code.
    pub files: Vec<SecretFile>,
    /// Secrets that end in Terraform's state or outputs although they need not.
    pub persisted: Vec<Persisted>,
    /// Secrets that reach a connector by a way other than a store.
    pub outside: Vec<Outside>,
    /// Kubernetes namespaces, which say who owns what is in them.
    pub namespaces: Vec<Namespace>,
    /// Settings on which security depends.
    pub settings: Vec<Setting>,
    /// Rights, each at the place that grants it.
    pub grants: Vec<Grant>,
    /// Roles that are trusted to too many.
    pub trusts: Vec<Trust>,
    /// Versions that are not pinned or not supported.
    pub versions: Vec<Versioned>,
    /// Where it begins, if it would take more steps than are tried to say all that is in it.
    pub exhausted: Option<Span>,
    /// Everyone who may hold a right.
    pub(crate) principals: Vec<Principal>,
    /// Who gets what through whom.
    pub(crate) edges: Vec<Edge>,
    /// Policies that limit what others grant, and so grant nothing.
    pub(crate) limits: BTreeSet<Arc<str>>,
    /// What only a comparison asks for.
    pub(crate) compared: Option<Box<Compared>>,
}

impl Part {
    /// An empty part, made for this.
    pub(crate) fn new(purpose: Purpose) -> Self {
        let compared = (purpose == Purpose::Compare).then(Box::default);
        Self { compared, ..Self::default() }
    }
}

/// A Kubernetes namespace.
#[derive(Clone, Debug)]
pub struct Namespace {
    /// Cluster part of the path and name: the group of the connectors in it.
    pub scope: String,
    /// Its owners.
    pub owners: Vec<String>,
    /// Its environment.
    pub environment: Option<Environment>,
}

/// Text that must not be shown; it compares, and that is all.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Redacted(Arc<str>);

impl Redacted {
    /// Takes a secret's text.
    pub fn new(text: &str) -> Self {
        Self(text.into())
    }

    /// The text, for hashing under the owner's key.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Redacted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// A secret written in the code.
#[derive(Clone, Debug)]
pub struct SecretLiteral {
    /// Its text.
    pub text: Redacted,
    /// Where it is written, and the setting that takes it.
    pub at: Location,
    /// The setting's own bytes: the expression that takes the literal, which may be in another file.
    pub taken: Span,
    /// Name of the setting.
    pub name: String,
    /// Why it is a secret.
    pub evidence: Evidence,
    /// How much it protects.
    pub strength: Strength,
    /// Whether it is only used when nothing else is given.
    pub default: bool,
    /// Whether its place is for trying things out: an example, a test, a developer's machine.
    pub trial: bool,
}

/// Something that takes, sets or keeps a credential.
#[derive(Clone, Debug)]
pub struct Connector {
    /// Two blocks of one connector have one identity.
    pub identity: String,
    /// Address as people write it, prefixed by the folder or file.
    pub id: String,
    /// What it connects to.
    pub system: String,
    /// What it is deployed as a part of, such as a namespace; nothing where it stands alone.
    pub group: Option<String>,
    /// What the votes say.
    pub environment: Option<Environment>,
    /// Owners declared at the connector; owners of the file come in when the model is assembled.
    pub owners: Vec<String>,
    /// Where it is declared.
    pub at: Location,
    /// Whether it is a connector for sure, rather than any block that holds a secret.
    pub certain: bool,
    /// Where it stands, for comparing it with itself in another version.
    pub seat: Seat,
}

/// One credential taken at one place.
#[derive(Clone, Debug)]
pub struct Use {
    /// Index of the connector in its part.
    pub connector: usize,
    /// Which credential.
    pub key: Key,
    /// What the connector does with it.
    pub role: Role,
    /// The place: the expression that takes it, and the chain by which it came.
    pub at: Location,
    /// Name of the setting that takes it.
    pub setting: String,
}

/// What makes two credentials the same.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Key {
    /// The same thing elsewhere.
    Reference(RefKind, Arc<str>),
    /// A literal written at one place.
    Literal(Span, Redacted),
}

/// A user name that names nobody, used with a password.
#[derive(Clone, Debug)]
pub struct Account {
    /// The user name; it is in the table of generic names, so it tells nothing.
    pub name: &'static str,
    /// Where it stands.
    pub at: Location,
    /// What it connects to.
    pub system: String,
    /// Whether its place is for trying things out.
    pub trial: bool,
}

/// A secret read from a file.
#[derive(Clone, Debug)]
pub struct SecretFile {
    /// Path of the file: within the tree, or absolute.
    pub path: String,
    /// Where it is read.
    pub at: Location,
    /// The setting that takes it.
    pub setting: String,
}

/// A secret that is stored although it need not be.
#[derive(Clone, Debug)]
pub struct Persisted {
    /// How.
    pub how: Persistence,
    /// Where.
    pub at: Location,
}

/// The ways a secret is stored needlessly.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Persistence {
    /// An argument that is kept in state although it has this write-only twin.
    Argument {
        /// The argument.
        name: String,
        /// Its twin.
        twin: String,
    },
    /// An output that is not marked sensitive.
    Output,
    /// A state file in the repository.
    StateFile,
}

/// A secret that comes from somewhere other than a store.
#[derive(Clone, Debug)]
pub struct Outside {
    /// How it comes.
    pub how: Channel,
    /// Where it is taken.
    pub at: Location,
    /// The setting that takes it.
    pub setting: String,
}

/// The ways a secret comes that are not a store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Channel {
    /// A Terraform variable that is not marked sensitive.
    PlainVariable(String),
    /// A cloud's long-lived key, kept as a CI secret, where the cloud takes short-lived identity.
    StaticCloudKey {
        /// Name of the CI secret.
        secret: String,
        /// The cloud.
        cloud: String,
    },
}
