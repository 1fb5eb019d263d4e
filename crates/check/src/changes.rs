//! What a change does to access, by meaning: a block that moved or was written anew in other words does nothing.

use connlint_core::Location;

use crate::moved::Moved;
use crate::rule::Evidence;

/// One thing that a change does to access.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Change {
    /// What kind of thing.
    pub kind: ChangeKind,
    /// Whom or what it is about, as an address.
    pub subject: String,
    /// What happens: lower case, no full stop, free of values.
    pub message: String,
    /// Where, after the change; before it, for what is gone.
    pub at: Location,
}

/// What a change does to access, sorted.
pub fn changes(old: &Evidence<'_>, new: &Evidence<'_>, moved: &Moved) -> Vec<Change> {
    let _ = (old, new, moved);
    Vec::new()
}

/// The kinds of events after which access is looked at again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ChangeKind {
    /// A new connector.
    ConnectorAdded,
    /// A connector is gone.
    ConnectorRemoved,
    /// Somebody may write or administer who could not.
    AccessRaised,
    /// The same right holds for more.
    ScopeWidened,
    /// A credential is taken by one more.
    CredentialShared,
    /// A credential is written in the code.
    CredentialLiteral,
    /// Somebody else is responsible.
    OwnerChanged,
    /// Logs are kept for another time.
    RetentionChanged,
    /// People log in elsewhere.
    IdentityProviderChanged,
    /// Somebody joins or leaves a group, or a group means something else.
    GroupsChanged,
    /// Somebody from outside is let in.
    OutsidePartyAdded,
    /// Another version of a provider, module, plugin or image.
    VersionChanged,
    /// What is switched off keeps its credentials.
    RetiredWithCredentials,
}

impl ChangeKind {
    /// Every kind, in the order of reports.
    pub const ALL: [Self; 13] = [
        Self::ConnectorAdded,
        Self::ConnectorRemoved,
        Self::AccessRaised,
        Self::ScopeWidened,
        Self::CredentialShared,
        Self::CredentialLiteral,
        Self::OwnerChanged,
        Self::RetentionChanged,
        Self::IdentityProviderChanged,
        Self::GroupsChanged,
        Self::OutsidePartyAdded,
        Self::VersionChanged,
        Self::RetiredWithCredentials,
    ];

    /// The word used in every output.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ConnectorAdded => "connector-added",
            Self::ConnectorRemoved => "connector-removed",
            Self::AccessRaised => "access-raised",
            Self::ScopeWidened => "scope-widened",
            Self::CredentialShared => "credential-shared",
            Self::CredentialLiteral => "credential-literal",
            Self::OwnerChanged => "owner-changed",
            Self::RetentionChanged => "retention-changed",
            Self::IdentityProviderChanged => "identity-provider-changed",
            Self::GroupsChanged => "groups-changed",
            Self::OutsidePartyAdded => "outside-party-added",
            Self::VersionChanged => "version-changed",
            Self::RetiredWithCredentials => "retired-with-credentials",
        }
    }
}
