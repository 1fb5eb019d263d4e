//! Every rule, in alphabetical order. Generated from the file names in `rules/`; rewritten by `UPDATE=1 cargo test --test generated`.

mod credential_fan_out;
mod credential_shared_by_connectors;
mod credential_shared_by_environments;
mod credential_shared_by_teams;
mod generic_account;
mod hardcoded_secret;
mod invalid_exception;
mod local_secret_file;
mod secret_in_state;
mod secret_outside_store;
mod unreadable_file;

pub use credential_fan_out::CredentialFanOut;
pub use credential_shared_by_connectors::CredentialSharedByConnectors;
pub use credential_shared_by_environments::CredentialSharedByEnvironments;
pub use credential_shared_by_teams::CredentialSharedByTeams;
pub use generic_account::GenericAccount;
pub use hardcoded_secret::HardcodedSecret;
pub use invalid_exception::InvalidException;
pub use local_secret_file::LocalSecretFile;
pub use secret_in_state::SecretInState;
pub use secret_outside_store::SecretOutsideStore;
pub use unreadable_file::UnreadableFile;

use crate::rule::Rule;

/// Every rule.
pub const ALL: &[&dyn Rule] = &[
    &CredentialFanOut,
    &CredentialSharedByConnectors,
    &CredentialSharedByEnvironments,
    &CredentialSharedByTeams,
    &GenericAccount,
    &HardcodedSecret,
    &InvalidException,
    &LocalSecretFile,
    &SecretInState,
    &SecretOutsideStore,
    &UnreadableFile,
];
