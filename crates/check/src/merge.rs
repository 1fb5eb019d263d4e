//! Joins the results of many repositories: the credentials that several of them take, and one register of connectors.
//!
//! It is a hash join on join keys, so its cost grows with the number of uses. Nothing here knows a value: what is equal
//! was decided where the repository was checked.

mod judge;
mod short;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use connlint_core::{Confidence, Severity};

use crate::Realm;
use judge::judge;
pub use short::short;
pub(crate) use short::without_roots;

/// The id of the findings.
pub const RULE: &str = "credential-shared-by-repositories";

/// What one repository says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Repository {
    /// Its name.
    pub name: String,
    /// Tells under which key its join keys were made.
    pub key_check: Option<String>,
    /// Its connectors.
    pub connectors: Vec<Entry>,
    /// Its uses of credentials that another repository may know.
    pub uses: Vec<Use>,
    /// Its open findings.
    pub findings: Counts,
    /// Files that were not read, or not in whole.
    pub not_read: usize,
}

/// A connector.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    /// Its id in the repository.
    pub id: String,
    /// What it connects to.
    pub system: String,
    /// Its environment.
    pub environment: Option<String>,
    /// Its owners.
    pub owners: Vec<String>,
    /// Names of its credentials.
    pub credentials: Vec<String>,
    /// Path of the file that declares it.
    pub path: String,
    /// Line, from 1; nothing where it is not known.
    pub line: Option<usize>,
    /// Open findings about it.
    pub findings: Counts,
}

/// Numbers of findings, by severity.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Counts([usize; 4]);

impl Counts {
    /// Counts one finding.
    pub fn add(&mut self, severity: Severity) {
        if let Some(count) = self.0.get_mut(severity as usize) {
            *count += 1;
        }
    }

    /// Adds others.
    pub fn merge(&mut self, other: Self) {
        self.0.iter_mut().zip(other.0).for_each(|(own, other)| *own += other);
    }

    /// How many there are of a severity.
    pub fn of(&self, severity: Severity) -> usize {
        self.0.get(severity as usize).copied().unwrap_or_default()
    }

    /// How many there are.
    pub fn all(&self) -> usize {
        self.0.iter().sum()
    }
}

/// A use of a credential.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Use {
    /// Equal where the secret is the same.
    pub join: u128,
    /// Which field of it; nothing for all of them.
    pub field: Option<u128>,
    /// How far the join key means the same thing.
    pub realm: Realm,
    /// The reference as it is written, or `literal`.
    pub name: String,
    /// Whether it is a secret written in the code.
    pub literal: bool,
    /// What the connector does with it.
    pub role: Role,
    /// The setting that takes it.
    pub setting: String,
    /// Whether the place is for trying things out.
    pub trial: bool,
    /// The connector.
    pub connector: Option<String>,
    /// What it connects to.
    pub system: String,
    /// Its environment.
    pub environment: Option<String>,
    /// Its owners.
    pub owners: Vec<String>,
    /// Path of the file.
    pub path: String,
    /// Line, from 1; nothing where it is not known.
    pub line: Option<usize>,
    /// Logical address.
    pub address: String,
}

/// What a connector does with a credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Takes it to reach a system.
    Consumer,
    /// Sets it on the system it belongs to.
    Issuer,
    /// Anything else: it keeps it, or names it.
    Other,
}

/// A use and the repository it is in.
pub type Taken<'a> = (&'a str, &'a Use);

/// A credential that several repositories take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shared<'a> {
    /// How bad it is if true.
    pub severity: Severity,
    /// How sure it is.
    pub confidence: Confidence,
    /// What is wrong: one sentence, lower case, no full stop.
    pub message: String,
    /// What is assumed, if anything.
    pub note: &'static str,
    /// What to do.
    pub help: String,
    /// Identity across runs.
    pub fingerprint: String,
    /// The reference as it is written at the first place, or `literal`.
    pub name: &'a str,
    /// How far the reference means the same thing.
    pub realm: Realm,
    /// The environments it is used in, sorted.
    pub environments: Vec<&'a str>,
    /// Its owners, sorted.
    pub owners: Vec<&'a str>,
    /// The repositories, sorted.
    pub repositories: Vec<&'a str>,
    /// Every place, sorted: the repository and the use.
    pub places: Vec<Taken<'a>>,
}

/// Every credential that several repositories take: most severe first, then by its first place.
pub fn shared(repositories: &[Repository]) -> Vec<Shared<'_>> {
    let mut groups: HashMap<_, Vec<Taken<'_>>> = HashMap::new();
    for repository in repositories {
        // A name that means nothing elsewhere never joins, whatever its key.
        let uses = repository.uses.iter().filter(|it| it.realm != Realm::Repository);
        for it in uses {
            let key = (repository.key_check.as_deref(), it.literal, it.join);
            groups.entry(key).or_default().push((&repository.name, it));
        }
    }
    let mut found: Vec<Shared<'_>> = groups
        .into_iter()
        .filter_map(|((_, literal, join), uses)| judge(join, literal, members(literal, uses)?))
        .collect();
    found.sort_by(|a, b| {
        let worse = (b.severity, b.confidence).cmp(&(a.severity, a.confidence));
        // Two credentials may share their first place, but not their identity.
        worse.then_with(|| first(a).cmp(&first(b))).then_with(|| a.fingerprint.cmp(&b.fingerprint))
    });
    found
}

fn first<'a>(it: &'a Shared<'_>) -> Option<impl Ord + use<'a>> {
    it.places.first().map(|(repository, it)| order(repository, it))
}

fn order<'a>(repository: &'a str, it: &'a Use) -> impl Ord + use<'a> {
    (repository, &it.path, it.line, &it.address, &it.connector, &it.name)
}

/// Those who share a secret, or a field of it, across repositories: whoever takes all fields takes each of them. A
/// literal is shared wherever it is written; a reference by those who take what it leads to, since one repository may
/// well keep what another one takes.
fn members<'a>(literal: bool, uses: Vec<Taken<'a>>) -> Option<Vec<Taken<'a>>> {
    let several = |uses: &[Taken<'_>]| uses.iter().map(|it| it.0).collect::<BTreeSet<_>>().len() > 1;
    let mut members = if literal {
        uses
    } else {
        let with = |role: Role| uses.iter().filter(move |it| it.1.role == role).copied().collect::<Vec<_>>();
        let (takers, issuers) = (with(Role::Consumer), with(Role::Issuer));
        let of = if several(&takers) { takers } else { issuers };
        let mut fields: BTreeMap<Option<u128>, Vec<Taken<'_>>> = BTreeMap::new();
        for it in of {
            fields.entry(it.1.field).or_default().push(it);
        }
        match fields.remove(&None) {
            Some(whole) => whole.into_iter().chain(fields.into_values().flatten()).collect(),
            None => fields.into_values().filter(|it| several(it)).flatten().collect(),
        }
    };
    members.sort_by(|a, b| order(a.0, a.1).cmp(&order(b.0, b.1)));
    members.dedup();
    several(&members).then_some(members)
}
