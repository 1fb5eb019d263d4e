//! Posture: how a block is set where security depends on it, and who is granted which right.
//!
//! Settings and grants carry what was found and where; whether that is acceptable is for the rules.

mod access;
mod bindings;
mod condition;
mod definitions;
mod documents;
mod expand;
mod federation;
mod grants;
mod idle;
mod join;
mod kubernetes;
mod leads;
mod leans;
pub(crate) mod leaves;
mod named;
mod policy;
mod principal;
mod roles;
mod root;
mod settings;
mod statement;
mod table;
mod things;
mod verdict;
mod version;
mod when;

use std::sync::Arc;

use connlint_core::{Location, Span};

pub(crate) use access::{action, principal_kind};
pub use federation::{Trust, Trusting};
pub(crate) use grants::family;
pub(crate) use join::{drop_limits, holders, join};
pub(crate) use kubernetes::rbac;
pub(crate) use policy::{documents, named, policies};
pub(crate) use principal::{acting_name, is_machines, said_kind, whom};
pub(crate) use roles::access as access_of_role;
pub(crate) use root::posture;
pub(crate) use settings::{met_at, retention_paths, values_at};
pub(crate) use statement::{Statement, statements};
pub(crate) use version::of_manifest;

/// What a setting is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Aspect {
    /// The oldest TLS version that is accepted.
    TlsVersion,
    /// Whether traffic is encrypted.
    Transport,
    /// Whether the other side has to prove who it is.
    PeerCheck,
    /// Encryption at rest.
    Encryption,
    /// A log of who did what.
    AuditLog,
    /// A copy of that log outside the system it is about.
    LogExport,
    /// Whether the log holds writes, and everybody's.
    WriteLog,
    /// How long logs are kept.
    Retention,
    /// How often a key or secret is replaced.
    Rotation,
    /// When a token, key or grant ends.
    Expiry,
    /// The second factor of people.
    Mfa,
    /// Where people log in.
    Sso,
    /// Whether accounts go when people do.
    Scim,
    /// What a credential is good for.
    Scope,
    /// Whether anybody may write.
    Exposure,
    /// What kind of credential is accepted.
    Credential,
    /// By which method one logs in.
    Login,
    /// Whether a machine acts under a person's name.
    Person,
    /// Whether the thing is switched off.
    Disabled,
    /// Whether removal ends access.
    Offboarding,
    /// Whether people from outside are let in.
    Outside,
    /// Whether a secret is filled in by people.
    ByHand,
    /// Which role or right is granted.
    Role,
}

/// What evidence says of a setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// Set to something good.
    Pass,
    /// The text alone does not decide.
    Unknown,
    /// Set to something bad, or left out where the default is bad.
    Fail,
}

/// One setting of one block.
#[derive(Clone, Debug)]
pub struct Setting {
    /// What it is about.
    pub aspect: Aspect,
    /// What is known of it.
    pub status: Status,
    /// Whether the block leaves it out.
    pub absent: bool,
    /// Its name; `@` where the block itself is the evidence.
    pub name: &'static str,
    /// What it is set to, in words of the fact table.
    pub given: String,
    /// The threshold that it passes, in words; empty where there is none.
    pub limit: String,
    /// The day it ends, `YYYY-MM-DD`, and how many days off that may be.
    pub ends: Option<(String, u32)>,
    /// Whether it takes a list.
    pub list: bool,
    /// What it ought to be; nothing where the table does not say.
    pub wanted: &'static str,
    /// What the table adds.
    pub note: &'static str,
    /// Whether reviewers often accept it.
    pub minor: bool,
    /// Whether the value is only what a module's variable says by default.
    pub default: bool,
    /// The block: its address without the setting.
    pub subject: String,
    /// The block as edges know it.
    pub holder: Arc<str>,
    /// Where the block still uses or has a credential; filled for what is switched off when the model is joined.
    pub keeps: Vec<(Span, String)>,
    /// Where it is set, or the block that leaves it out.
    pub at: Location,
    /// Whether its place is for trying things out.
    pub trial: bool,
    /// Whether names and tags speak of customer, payment or health data.
    pub sensitive: bool,
}

/// What a right lets its holder do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Access {
    /// Nothing that matters.
    None,
    /// See.
    Read,
    /// Change.
    Write,
    /// Everything, or say who else may.
    Admin,
}

impl Access {
    /// The word for people and tables.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Read => "read",
            Self::Write => "write",
            Self::Admin => "admin",
        }
    }
}

/// How a right is named.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Form {
    /// A role, privilege or permission by its name.
    Role,
    /// Every action there is.
    Everything,
    /// Every action of one service.
    Service,
    /// Several actions by a pattern.
    Pattern,
    /// One action.
    Action,
    /// All actions but those that are named.
    AllBut,
}

/// What a right is good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reach {
    /// Only what is named, or what a condition lets through.
    Limited,
    /// Not known.
    Unknown,
    /// Every resource.
    All,
}

/// One right, granted at one place.
#[derive(Clone, Debug)]
pub struct Grant {
    /// What it lets its holder do.
    pub access: Access,
    /// How it is named.
    pub form: Form,
    /// What it is good for.
    pub reach: Reach,
    /// The scope as written; empty where nothing says.
    pub scope: String,
    /// Whether it hands out secrets.
    pub secret: bool,
    /// Whether the action could be limited to resources at all.
    pub limitable: bool,
    /// The right as written: a role, an action.
    pub right: String,
    /// What it is a right in: a provider, a service of a cloud.
    pub system: String,
    /// What separates it from rights over other things: the service of an action or of a role; empty where its name
    /// does not say.
    pub family: String,
    /// Where edges to its holders begin: policies, roles or the holders themselves, one for each instance of the
    /// place that grants it.
    pub from: Vec<Arc<str>>,
    /// The block or document that grants it.
    pub subject: String,
    /// The name of that block, or of the policy it makes.
    pub named: String,
    /// The role or action.
    pub at: Location,
    /// The statement and the policy around it, innermost first.
    pub within: Vec<(Span, String)>,
    /// Those who get it right here.
    pub principals: Vec<Principal>,
    /// Those who get it by way of policies, roles and attachments; filled when the model is joined.
    pub holders: Arc<[Holder]>,
    /// Whether its place is for trying things out.
    pub trial: bool,
    /// Whether names and tags speak of customer, payment or health data.
    pub sensitive: bool,
}

/// Who a right is granted to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Principal {
    /// The same for the same principal; a block's key where it is one of the code.
    pub key: Arc<str>,
    /// Its name as people write it: an address, a member.
    pub name: String,
    /// What it calls itself, where it is a block of the code; else its name.
    pub title: String,
    /// What it is.
    pub kind: PrincipalKind,
    /// Where it is named.
    pub span: Span,
}

/// What a principal is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PrincipalKind {
    /// Not known.
    Unknown,
    /// A machine.
    Service,
    /// A role that others take on.
    Role,
    /// A group of people.
    Group,
    /// A person.
    User,
    /// A key or token that acts for its owner.
    Credential,
    /// Another organisation's account.
    Foreign,
    /// Whoever has a role elsewhere already, or the provider's own agent: nobody gains by the grant.
    Inherited,
    /// Anybody.
    Everyone,
}

/// A principal that holds a right, and the way to it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Holder {
    /// Who.
    pub principal: Principal,
    /// The attachments on the way, each with what it is, in the order from the right to the principal.
    pub way: Vec<(Span, String)>,
    /// The connectors that use one of its credentials, by id.
    pub connectors: Vec<String>,
}

/// A policy, role or group that reaches another one or a principal.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Edge {
    pub(crate) from: Arc<str>,
    pub(crate) to: Arc<str>,
    /// The attachment.
    pub(crate) at: Span,
    /// What it is, for people.
    pub(crate) label: String,
}

/// A version of something that a module or API is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Version {
    /// Nothing says which one.
    Unpinned {
        /// What: a module's source or a provider.
        what: String,
        /// How to pin it.
        help: &'static str,
        /// Folder whose lock file would pin it after all.
        locked: Option<String>,
    },
    /// One whose support has an end.
    Ending {
        /// What, in words of the fact table.
        what: &'static str,
        /// The day it ends, `YYYY-MM-DD`.
        ended: &'static str,
        /// What to use instead.
        replacement: &'static str,
        /// Who says so.
        source: &'static str,
    },
}

/// A version and where it is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Versioned {
    /// Which.
    pub version: Version,
    /// Where.
    pub at: Location,
    /// Whether its place is for trying things out.
    pub trial: bool,
}
