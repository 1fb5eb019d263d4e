//! What makes a finding of one version of a tree the same as one of another version.

use std::collections::BTreeSet;
use std::fmt;

/// What two versions of a tree compare their findings by.
///
/// Unlike a fingerprint it takes in digests of literals whether or not there is a key, so that a secret put in place
/// of another is a new one. For that reason it never leaves the process, and says nothing when printed.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Identity {
    /// Id of the rule, or what several rules judge together: the more severe of them then replaces the other.
    pub family: &'static str,
    /// Logical address; empty where the key says it all.
    pub address: String,
    /// What the finding is about where the address alone does not say so.
    pub key: String,
    /// Those whom it concerns, such as all who share a credential: one more of them makes it new.
    pub members: BTreeSet<String>,
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Identity(***)")
    }
}

/// How a finding stands to the version that a change starts from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Standing {
    /// The change brings it; every finding is new where nothing is compared.
    #[default]
    New,
    /// It was there before.
    Old,
    /// The baseline lists it.
    Baselined,
}

impl Standing {
    /// The word used in every output.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Old => "old",
            Self::Baselined => "baselined",
        }
    }
}
