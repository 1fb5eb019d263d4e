//! Every rule, in alphabetical order. Generated from the file names in `rules/`; rewritten by `UPDATE=1 cargo test --test generated`.

mod admin_grant;
mod admin_outside_idp;
mod admin_without_mfa;
mod audit_log_not_exported;
mod audit_log_off;
mod credential_fan_out;
mod credential_shared_by_connectors;
mod credential_shared_by_environments;
mod credential_shared_by_teams;
mod deprecated_auth;
mod generic_account;
mod hardcoded_secret;
mod insecure_transport;
mod invalid_exception;
mod local_secret_file;
mod login_without_sso;
mod manual_rotation;
mod obsolete_tls;
mod orphaned_access;
mod outside_party_access;
mod roles_not_separated;
mod runs_as_person;
mod scim_missing;
mod secret_in_state;
mod secret_outside_store;
mod shared_login;
mod short_log_retention;
mod too_many_admins;
mod unencrypted_at_rest;
mod unexpiring_credential;
mod unlogged_write;
mod unpinned_version;
mod unreadable_file;
mod unrotated_credential;
mod unscoped_credential;
mod unsupported_api_version;
mod weak_credential_kind;
mod write_for_read_only;
mod write_open_to_all;

pub use admin_grant::AdminGrant;
pub use admin_outside_idp::AdminOutsideIdp;
pub use admin_without_mfa::AdminWithoutMfa;
pub use audit_log_not_exported::AuditLogNotExported;
pub use audit_log_off::AuditLogOff;
pub use credential_fan_out::CredentialFanOut;
pub use credential_shared_by_connectors::CredentialSharedByConnectors;
pub use credential_shared_by_environments::CredentialSharedByEnvironments;
pub use credential_shared_by_teams::CredentialSharedByTeams;
pub use deprecated_auth::DeprecatedAuth;
pub use generic_account::GenericAccount;
pub use hardcoded_secret::HardcodedSecret;
pub use insecure_transport::InsecureTransport;
pub use invalid_exception::InvalidException;
pub use local_secret_file::LocalSecretFile;
pub use login_without_sso::LoginWithoutSso;
pub use manual_rotation::ManualRotation;
pub use obsolete_tls::ObsoleteTls;
pub use orphaned_access::OrphanedAccess;
pub use outside_party_access::OutsidePartyAccess;
pub use roles_not_separated::RolesNotSeparated;
pub use runs_as_person::RunsAsPerson;
pub use scim_missing::ScimMissing;
pub use secret_in_state::SecretInState;
pub use secret_outside_store::SecretOutsideStore;
pub use shared_login::SharedLogin;
pub use short_log_retention::ShortLogRetention;
pub use too_many_admins::TooManyAdmins;
pub use unencrypted_at_rest::UnencryptedAtRest;
pub use unexpiring_credential::UnexpiringCredential;
pub use unlogged_write::UnloggedWrite;
pub use unpinned_version::UnpinnedVersion;
pub use unreadable_file::UnreadableFile;
pub use unrotated_credential::UnrotatedCredential;
pub use unscoped_credential::UnscopedCredential;
pub use unsupported_api_version::UnsupportedApiVersion;
pub use weak_credential_kind::WeakCredentialKind;
pub use write_for_read_only::WriteForReadOnly;
pub use write_open_to_all::WriteOpenToAll;

use crate::rule::Rule;

/// Every rule.
pub const ALL: &[&dyn Rule] = &[
    &AdminGrant,
    &AdminOutsideIdp,
    &AdminWithoutMfa,
    &AuditLogNotExported,
    &AuditLogOff,
    &CredentialFanOut,
    &CredentialSharedByConnectors,
    &CredentialSharedByEnvironments,
    &CredentialSharedByTeams,
    &DeprecatedAuth,
    &GenericAccount,
    &HardcodedSecret,
    &InsecureTransport,
    &InvalidException,
    &LocalSecretFile,
    &LoginWithoutSso,
    &ManualRotation,
    &ObsoleteTls,
    &OrphanedAccess,
    &OutsidePartyAccess,
    &RolesNotSeparated,
    &RunsAsPerson,
    &ScimMissing,
    &SecretInState,
    &SecretOutsideStore,
    &SharedLogin,
    &ShortLogRetention,
    &TooManyAdmins,
    &UnencryptedAtRest,
    &UnexpiringCredential,
    &UnloggedWrite,
    &UnpinnedVersion,
    &UnreadableFile,
    &UnrotatedCredential,
    &UnscopedCredential,
    &UnsupportedApiVersion,
    &WeakCredentialKind,
    &WriteForReadOnly,
    &WriteOpenToAll,
];
