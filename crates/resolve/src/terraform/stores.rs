//! Data sources and ephemeral resources: which secret of which store they read.

use connlint_core::Span;
use connlint_parse::hcl::{Block, Step};

use super::eval::{Evaluator, Scope, attribute};
use super::traversal::{each_value, every_instance, index_text, steps};
use crate::{Kind, RefKind, Value};

/// Data sources and ephemeral resources that read a secret store: type, name of the store in reference keys, and
/// the arguments that say which secret is read. From each provider's own documentation, checked 2026-11-21.
const STORES: &[(&str, &str, &[&str])] = &[
    ("akeyless_secret", "akeyless", &["path"]),
    ("akeyless_static_secret", "akeyless", &["path"]),
    ("aws_secretsmanager_random_password", "aws-secretsmanager", &[]),
    ("aws_secretsmanager_secret", "aws-secretsmanager", &["name", "arn"]),
    ("aws_secretsmanager_secret_version", "aws-secretsmanager", &["secret_id"]),
    ("aws_secretsmanager_secrets", "aws-secretsmanager", &[]),
    ("aws_ssm_parameter", "aws-ssm", &["name", "arn"]),
    ("aws_ssm_parameters_by_path", "aws-ssm", &["path"]),
    ("azurerm_key_vault_certificate_data", "azure-keyvault", &["key_vault_id", "name"]),
    ("azurerm_key_vault_secret", "azure-keyvault", &["key_vault_id", "name"]),
    ("bitwarden_item_login", "bitwarden", &["id", "search"]),
    ("bitwarden_secret", "bitwarden", &["id", "key"]),
    ("conjur_secret", "conjur", &["name"]),
    ("doppler_secrets", "doppler", &["project", "config"]),
    ("google_secret_manager_secret_version", "gcp-secretmanager", &["project", "secret"]),
    ("google_secret_manager_secret_version_access", "gcp-secretmanager", &["project", "secret"]),
    ("hcp_vault_secrets_app", "hcp-vault", &["app_name"]),
    ("hcp_vault_secrets_secret", "hcp-vault", &["app_name", "secret_name"]),
    ("infisical_secret", "infisical", &["folder_path", "name"]),
    ("infisical_secrets", "infisical", &["workspace_id", "folder_path"]),
    ("kubernetes_secret", "kubernetes-secret", &["metadata"]),
    ("kubernetes_secret_v1", "kubernetes-secret", &["metadata"]),
    ("lastpass_secret", "lastpass", &["id"]),
    ("onepassword_item", "onepassword", &["vault", "title", "uuid"]),
    ("passwordstore_password", "pass", &["path"]),
    ("scaleway_secret_version", "scaleway-secret", &["secret_id", "secret_name"]),
    ("secretsmanager_login", "keeper", &["path"]),
    ("vault_generic_secret", "vault", &["path"]),
    ("vault_kv_secret", "vault", &["path"]),
    ("vault_kv_secret_v2", "vault", &["mount", "name"]),
];

/// Attributes that lead to the secret as a whole rather than to a field of it.
const WHOLE: &[&str] = &[
    "arn",
    "data",
    "data_json",
    "id",
    "name",
    "secret_data",
    "secret_id",
    "secret_string",
    "value",
    "version",
];

/// Data sources that give short-lived identity: nothing to share, nothing to rotate.
const IDENTITIES: &[&str] = &[
    "aws_eks_cluster_auth",
    "google_client_config",
    "google_service_account_access_token",
    "google_service_account_id_token",
];

/// Providers and types whose data is encrypted in the repository.
const ENCRYPTED: &[&str] = &["sops_file", "sops_external", "aws_kms_secrets", "google_kms_secret"];

/// A data source or resource, and the steps taken into it.
pub(super) struct Target<'a> {
    pub(super) kind: &'a str,
    pub(super) block: Option<&'a Block>,
    pub(super) address: String,
    pub(super) steps: &'a [Step],
}

/// A data source or ephemeral resource: the secret store's own name for what it reads, where it reads one.
pub(super) fn stored<'a>(
    evaluator: &mut Evaluator<'a>,
    target: &Target<'a>,
    span: Span,
    scope: &Scope,
) -> Value {
    let found = STORES.binary_search_by_key(&target.kind, |(kind, ..)| kind).ok();
    let Some((_, store, arguments)) = found.and_then(|index| STORES.get(index)) else {
        let kind = match target.kind {
            kind if ENCRYPTED.contains(&kind) => RefKind::Encrypted,
            kind if IDENTITIES.contains(&kind) => RefKind::WorkloadIdentity,
            _ => RefKind::Resource,
        };
        let (mut address, mut path) = (target.address.clone(), target.steps);
        if let Some(Step::Index(index)) = path.first() {
            let index = evaluator.eval(index, scope);
            address.push_str(&index_text(&index));
            path = path.get(1..).unwrap_or_default();
        } else if path.is_empty()
            && let Some(all) = every_instance(evaluator, target.block, (kind, &address), span, scope)
        {
            return all;
        }
        let value = Value::reference(kind, evaluator.key(scope.instance, &address), span);
        return steps(evaluator, value, path, span, scope);
    };
    // With an index, the arguments are those of that instance.
    let mut indexed = scope.clone();
    let mut path_steps = target.steps;
    match path_steps.first() {
        Some(Step::Index(index)) => {
            let index = evaluator.eval(index, scope);
            let value = each_value(evaluator, target.block, &index, scope);
            indexed = Scope {
                instance: scope.instance,
                each: Some((index.clone(), value)),
                count: Some(index),
                ..Scope::default()
            };
            path_steps = path_steps.get(1..).unwrap_or_default();
        }
        Some(Step::Splat) => path_steps = path_steps.get(1..).unwrap_or_default(),
        _ => {}
    }
    let scope = &indexed;
    let mut path = Vec::new();
    if let Some(block) = target.block {
        for argument in *arguments {
            let value = match attribute(block, argument) {
                Some(expr) => evaluator.eval(expr, scope),
                None => match block.body.blocks.iter().find(|it| &*it.kind.text == *argument) {
                    Some(nested) => super::body::body(evaluator, &nested.body, scope),
                    None => continue,
                },
            };
            path.push(address_text(&value));
        }
    }
    let path = path.join("/");
    let key = if path.is_empty() {
        evaluator.key(scope.instance, &target.address)
    } else {
        // `data "aws_secretsmanager_secret"` only names the secret; what is read through it has the same path.
        match path.strip_prefix(&format!("{store}:")) {
            Some(inner) => {
                let inner = inner.split('#').next().unwrap_or(inner);
                format!("{store}:{inner}")
            }
            None => format!("{store}:{path}"),
        }
    };
    // One path of one root names different secrets in the accounts of its variable files.
    let key = match evaluator.scope_key.split_once('#') {
        Some((_, variant)) => format!("{key}@{variant}"),
        None => key,
    };
    let key = match path_steps.first() {
        Some(Step::Attr(field)) if !WHOLE.contains(&&*field.text) => {
            format!("{key}#{}", field.text)
        }
        _ => key,
    };
    let value = Value::reference(RefKind::SecretStore, key, span);
    steps(evaluator, value, path_steps.get(1..).unwrap_or_default(), span, scope)
}

/// The text of an address; its unknown parts are the keys of what they refer to.
pub(super) fn address_text(value: &Value) -> String {
    if let Kind::Map(entries) = &value.kind {
        return entries.iter().map(|entry| address_text(&entry.value)).collect::<Vec<_>>().join("/");
    }
    let pieces = value.pieces();
    let only = pieces.len() == 1;
    pieces
        .into_iter()
        .map(|piece| match piece {
            crate::Piece::Literal(literal) => literal.text.to_string(),
            crate::Piece::Hole(reference) if only => reference.key.to_string(),
            crate::Piece::Hole(reference) => format!("{{{}}}", reference.key),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn stores_are_sorted() {
        assert!(super::STORES.is_sorted_by_key(|(kind, ..)| *kind));
    }
}
