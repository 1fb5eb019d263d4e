//! What matters only when two versions are compared: rights of every level, and values whose change is an event.
//!
//! None of it is collected by a plain check.

mod blocks;
mod capabilities;
mod cluster;
mod conditions;
mod entries;
mod everybody;
mod extents;
mod groups;
mod images;
mod join;
mod kafka;
mod kept;
mod known;
mod kustomize;
mod leaves;
mod links;
mod manifests;
mod maps;
mod named;
mod owners;
mod patches;
mod pins;
mod pipelines;
mod projects;
mod releases;
mod resources;
mod retention;
mod rights;
mod scopes;
mod services;
mod sites;
mod statements;
mod switch;
mod switches;
mod tables;
mod versions;
mod watch;
mod workflows;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use connlint_core::{Location, Span};
use connlint_resolve::Value;

use crate::part::Redacted;
use crate::posture::{Access, Holder, Principal, Reach};
use crate::walk::Written;

pub(crate) use blocks::of_root;
pub(crate) use capabilities::{capabilities, capable};
pub(crate) use cluster::{Binding, Rule, binding, rule};
pub(crate) use conditions::Conditional;
pub(crate) use entries::of_entries;
pub(crate) use everybody::Offer;
pub use extents::{Extends, Extent};
pub(crate) use extents::{of_settings, trusts};
pub(crate) use join::join;
pub(crate) use kept::identities;
pub use kept::{Kept, Lean};
pub(crate) use known::meet;
pub(crate) use kustomize::{Patch, Patched};
use manifests::is_relay;
pub(crate) use manifests::{of_file, of_manifest};
pub(crate) use maps::of_map;
pub(crate) use named::of_object;
pub(crate) use owners::catalog;
pub(crate) use patches::{Addition, of_role_object};
pub use pins::same_version;
pub(crate) use resources::of_resource;
pub(crate) use retention::{of_blocks, retention};
pub(crate) use rights::{Granting, of_role};
pub(crate) use services::of_service;
pub use sites::Seat;
pub(crate) use sites::{relays, sites};
pub(crate) use statements::{of_statement, operation, parties};
pub use switch::Switch;
pub(crate) use switch::{How, switched, switches_of};
pub(crate) use versions::versions;
pub(crate) use watch::{exists, of_block};
pub(crate) use workflows::{of_job, written};

/// What a model is made for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// To be judged by itself.
    Check,
    /// To be compared with another version, too.
    Compare,
}

/// What one part, or the whole model, has for a comparison.
#[derive(Clone, Debug, Default)]
pub struct Compared {
    /// Blocks that take credentials, one for each instance.
    pub sites: Vec<Site>,
    /// What only fetches credentials for others.
    pub relays: Vec<Site>,
    /// More owners of what stands at a home and an address.
    pub owned: Vec<(String, String, Vec<String>)>,
    /// Rights of every level, with those who hold them.
    pub rights: Vec<Right>,
    /// Values whose change is an event.
    pub watched: Vec<Watched>,
    /// Files that kustomizations take manifests from, and the kustomizations.
    pub listed: BTreeSet<(String, String)>,
    /// What can be switched off.
    pub switches: Vec<Switch>,
    /// Users, roles, keys and secrets that the code declares.
    pub kept: Vec<Kept>,
    /// Who takes or acts as which of them.
    pub leans: Vec<Lean>,
    /// Keys of credentials that are spoken of by somebody who is not known.
    pub mentions: BTreeSet<String>,
    /// How far things go, by their settings.
    pub extents: Vec<Extent>,
    /// Those who are let in.
    pub parties: Vec<Party>,
    /// Accounts and mail domains that the code speaks of, whatever for.
    pub known: BTreeSet<String>,
    /// Everything there is, whether it takes credentials or not: where it stands, and its address.
    pub blocks: BTreeSet<(String, String)>,
    /// Those of them that are written in the code and not made.
    pub unmade: BTreeSet<(String, String)>,
    /// What is only there for others to be made of, by the home and the address of what it would make.
    pub templates: BTreeSet<(String, String)>,
    /// Folders of modules that others call: what they hold belongs to the callers.
    pub called: BTreeSet<String>,
    /// Old and new keys of blocks that the code says have moved.
    pub renames: Vec<(String, String)>,
    /// Names of blocks by their keys.
    pub(crate) names: BTreeMap<String, String>,
    /// Those who may hold a right, and ways to them, where only a comparison asks.
    pub(crate) principals: Vec<Principal>,
    pub(crate) edges: Vec<(String, String, Span)>,
    /// Blocks that take what a file holds.
    pub(crate) files: Vec<(String, Seat)>,
    /// What kustomizations put into other manifests.
    pub(crate) patches: Vec<Patch>,
    pub(crate) patched: Vec<Patched>,
    /// Parts of charts, and the truth values that they hang on.
    pub(crate) conditional: Vec<Conditional>,
    pub(crate) values: Vec<(String, String, bool)>,
    /// Addresses of manifests whose number of replicas others decide.
    pub(crate) scaled: BTreeSet<String>,
    pub(crate) rules: Vec<Rule>,
    pub(crate) bindings: Vec<Binding>,
    /// What files say of roles and bindings, should they be patches of others.
    pub(crate) additions: Vec<(String, Addition)>,
    /// Roles that a setting gives to everybody, and switches that are off.
    pub(crate) offers: Vec<Offer>,
}

/// Adds what a document says, whatever it is.
pub(crate) fn of_document(compared: &mut Compared, document: &Value, path: &str, written: Written<'_>) {
    kustomize::of_document(compared, document, path, written);
    conditions::of_document(compared, document, path, written);
    kept::of_document(compared, document, path);
    pipelines::of_document(compared, document, path);
    groups::of_document(compared, document, path);
    links::of_document(compared, document, path);
    scopes::of_document(compared, document, path);
}

/// A block that takes credentials to reach a system.
#[derive(Clone, Debug)]
pub struct Site {
    /// Where it stands, and what people call it.
    pub seat: Seat,
    /// Its owners.
    pub owners: Vec<String>,
    /// The credentials it takes.
    pub takes: Vec<Taken>,
    /// Where it is declared.
    pub at: Location,
}

/// A credential as one block takes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    /// The same for the same credential; nothing for a literal.
    pub key: String,
    /// The text of a literal.
    pub text: Option<Redacted>,
    /// The setting that takes it.
    pub setting: String,
    /// Where it is taken.
    pub at: Location,
}

impl Taken {
    /// Whether it is somebody to act as, rather than a secret.
    pub fn is_identity(&self) -> bool {
        self.key.starts_with(named::IDENTITY)
    }
}

/// One right of any level.
#[derive(Clone, Debug)]
pub struct Right {
    /// Whether it gives the right; else it takes it away.
    pub allows: bool,
    /// What it is a right in.
    pub system: String,
    /// What sets it apart from rights over other things of the system; empty where it is about all of it.
    pub family: String,
    /// As written: an action, a role, a privilege.
    pub name: String,
    /// What it lets its holder do.
    pub access: Access,
    /// The things it is good for, as written; none where nothing says.
    pub things: Arc<[String]>,
    /// How far it goes, where the things do not say.
    pub reach: Reach,
    /// How high the things stand among those that hold others; 0 where nothing says.
    pub level: u8,
    /// What has to be true for it to hold.
    pub conditions: Arc<BTreeSet<String>>,
    /// Where edges to its holders begin.
    pub(crate) from: Arc<str>,
    /// Those who are named beside it.
    pub(crate) principals: Arc<[Principal]>,
    /// Those who hold it; the nearest first.
    pub holders: Arc<[Holder]>,
    /// The role that it makes up, which others may hold.
    pub definer: Option<Principal>,
    /// Where it is granted.
    pub at: Location,
}

/// What a watched value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Watch {
    /// Where people or machines log in.
    IdentityProvider,
    /// Where a program sends people to log in: a setting of something that does more than that.
    Issuer,
    /// Who is in a group, or what a group means.
    Group,
    /// How long logs are kept.
    Retention,
    /// A version that is asked for by itself.
    Version,
    /// A version of what a connector runs: it matters only where there is one.
    Program,
}

/// A value whose change is an event.
#[derive(Clone, Debug)]
pub struct Watched {
    /// What it is.
    pub what: Watch,
    /// What it belongs to.
    pub seat: Seat,
    /// The setting.
    pub name: String,
    /// Its values, sorted; they are compared and not shown.
    pub values: Vec<String>,
    /// The part of it that may be shown; empty where nothing may.
    pub shown: String,
    /// Where it is set.
    pub at: Location,
}

/// Somebody who is let in.
#[derive(Clone, Debug)]
pub struct Party {
    /// What people call it.
    pub subject: String,
    /// The account or mail domain it is of; nothing where the place itself says that it is from outside.
    pub of: Option<String>,
    /// What it is let into.
    pub into: String,
    /// Where it is named.
    pub at: Location,
}
