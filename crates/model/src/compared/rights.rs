//! Rights by the names of roles, privileges and scopes, as the tables of grants have them.

use std::collections::BTreeSet;
use std::sync::Arc;

use connlint_core::Location;

use super::{Compared, Right};
use crate::posture::{Access, Grant, Principal, Reach};

/// What a block says beside a role.
pub(crate) struct Granting {
    /// The things that the role is good for.
    pub(crate) things: Arc<[String]>,
    /// Whether roles of this kind are themselves the things: scopes of a token.
    pub(crate) scopes: bool,
    /// What sets it apart from other rights of the block; empty where nothing does.
    pub(crate) part: &'static str,
    /// What has to be true for it to hold.
    pub(crate) conditions: BTreeSet<String>,
    /// How high the things stand among those that hold others.
    pub(crate) level: u8,
    /// Whether the role is one of the cloud's own policies, each of which is about something of its own.
    pub(crate) managed: bool,
}

/// The right that a grant by name gives.
pub(crate) fn of_role(compared: &mut Compared, grant: &Grant, granting: &Granting) {
    let family = match granting.managed {
        true if grant.access < Access::Admin || grant.reach == Reach::Limited => grant.right.clone(),
        _ => grant.family.clone(),
    };
    let family = match granting.part {
        _ if opens_the_way(&grant.right) => format!("{}:way", grant.system),
        "" => family,
        part => format!("{}:{part}", grant.system),
    };
    let things: Arc<[String]> = match granting.scopes {
        true => [grant.right.clone()].into(),
        // A role may say by its own name that it is about every database.
        false if grant.right.ends_with("AnyDatabase") => ["*".to_owned()].into(),
        false => Arc::clone(&granting.things),
    };
    let conditions = Arc::new(granting.conditions.clone());
    for from in &grant.from {
        compared.rights.push(Right {
            allows: true,
            system: grant.system.clone(),
            family: family.clone(),
            name: grant.right.clone(),
            access: grant.access,
            things: Arc::clone(&things),
            reach: grant.reach,
            level: granting.level,
            conditions: Arc::clone(&conditions),
            from: Arc::clone(from),
            principals: grant.principals.clone().into(),
            holders: Arc::new([]),
            definer: None,
            at: grant.at.clone(),
        });
    }
}

/// Whether a privilege only opens the way to things for which others are needed: whoever has it on a database can
/// read none of its tables.
fn opens_the_way(privilege: &str) -> bool {
    matches!(
        &*privilege.to_ascii_uppercase().replace(' ', "_"),
        "USAGE" | "CONNECT" | "USE_CATALOG" | "USE_SCHEMA" | "BROWSE" | "REFERENCE_USAGE"
    )
}

impl Right {
    /// A right on nothing known, to nobody known.
    pub(super) fn new(system: &str, name: &str, access: Access, from: &str, at: Location) -> Self {
        Self {
            allows: true,
            system: system.to_owned(),
            family: String::new(),
            name: name.to_owned(),
            access,
            things: Arc::new([]),
            reach: Reach::Unknown,
            level: 0,
            conditions: Arc::new(BTreeSet::new()),
            from: from.into(),
            principals: Arc::new([]),
            holders: Arc::new([]),
            definer: None,
            at,
        }
    }

    /// The same, to somebody.
    pub(super) fn to(self, principals: Vec<Principal>) -> Self {
        Self { principals: principals.into(), ..self }
    }

    /// The same, on some things.
    pub(super) fn on(self, things: Vec<String>) -> Self {
        Self { things: things.into(), ..self }
    }
}
