//! What a change does to access, by meaning: a block that moved or was written anew in other words does nothing.

use connlint_core::Location;

use crate::build::list;
use crate::moved::Moved;
use crate::rule::Evidence;
use crate::run::Mask;

mod cover;
mod credentials;
mod expressions;
mod extents;
mod holdings;
mod instances;
mod pairs;
mod parties;
mod retired;
mod rights;
mod sites;
mod watched;
mod wider;

use pairs::Versions;
use sites::Connectors;

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

/// More events of one kind about one thing are one.
const LONGEST: usize = 160;

/// What a change does to access, sorted.
pub fn changes(old: &Evidence<'_>, new: &Evidence<'_>, moved: &Moved) -> Vec<Change> {
    let both = Versions::new(old, new, moved);
    let connectors = Connectors::of(&both);
    let mut found = sites::changes(&both, &connectors);
    found.extend(credentials::shared(&both, &connectors));
    let relays = Connectors::relays(&both);
    found.extend(credentials::shared(&both, &relays));
    found.extend(sites::handed_over(&connectors, &relays));
    found.extend(credentials::literal(&both, &connectors));
    found.extend(rights::changes(&both));
    extents::add(&both, &mut found);
    found.extend(watched::changes(&both, &connectors));
    found.extend(parties::changes(&both));
    found.extend(retired::changes(&both, &connectors));
    instances::fold(&mut found, &both);
    let mask = Mask::of(&[old.model, new.model]);
    for change in &mut found {
        if let Some(mask) = &mask {
            mask.clean(&mut change.subject);
            mask.clean(&mut change.message);
            mask.clean(&mut change.at.path);
        }
        change.at.via.clear();
    }
    once(found)
}

/// What is said of several variants or copies of one thing is said once.
fn once(mut found: Vec<Change>) -> Vec<Change> {
    found.sort();
    let mut kept: Vec<(Change, usize)> = Vec::new();
    for change in found {
        match kept.last_mut() {
            Some((last, count))
                if (last.kind, &last.subject, &last.message)
                    == (change.kind, &change.subject, &change.message) =>
            {
                *count += 1;
            }
            _ => kept.push((change, 1)),
        }
    }
    let said = kept.into_iter().map(|(change, count)| {
        let places = if count > 1 { format!(" (in {count} places)") } else { String::new() };
        let message = cut(&change.message, LONGEST) + &places;
        Change { message, ..change }
    });
    said.collect()
}

/// A text that is not too long.
fn cut(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((end, _)) => {
            let kept = text.get(..end).unwrap_or(text);
            // A name that is cut stays in its marks.
            let open = if kept.matches('`').count() % 2 == 1 { "`" } else { "" };
            format!("{kept}…{open}")
        }
        None => text.to_owned(),
    }
}

/// Bytes of a message that names may take.
const ROOM: usize = 60;

/// Names in code font, the first few of them.
fn names(all: &[String]) -> String {
    let shown: Vec<String> = all.iter().map(|it| format!("`{}`", cut(it, 44))).collect();
    // As many as have room, and at least one.
    let mut room = ROOM;
    let fitting = shown.iter().take(3).take_while(|it| {
        let fits = room == ROOM || it.len() <= room;
        room = room.saturating_sub(it.len());
        fits
    });
    let most = fitting.count().max(1);
    list(&shown.iter().map(String::as_str).collect::<Vec<_>>(), most)
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
