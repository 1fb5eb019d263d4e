//! Reference keys: which of them name a credential, and when two of them name the same one.

use std::sync::Arc;

use connlint_core::Span;
use connlint_resolve::{Piece, RefKind, Reference, Value};

use crate::facts;
use crate::part::{Key, Part};
use crate::secret::{
    Evidence, NameClass, Strength, classify, is_plain_collection, is_plain_field, takes_no_secret,
};

/// Kind, type, and attribute of a Terraform address such as `module.a.aws_iam_access_key.ci["x"].secret`.
fn address(key: &str) -> Option<(&'static str, String, String)> {
    let address = key.strip_prefix("tf:")?.split_once(':')?.1;
    let mut plain = String::with_capacity(address.len());
    let mut depth = 0usize;
    for c in address.chars() {
        match c {
            '[' => depth += 1,
            ']' => depth = depth.saturating_sub(1),
            _ if depth == 0 => plain.push(c),
            _ => {}
        }
    }
    let mut parts = plain.split('.').peekable();
    while parts.next_if_eq(&"module").is_some() {
        parts.next();
    }
    let kind = match parts.peek() {
        Some(&"data") => "data",
        Some(&"ephemeral") => "ephemeral",
        _ => "resource",
    };
    if kind != "resource" {
        parts.next();
    }
    let type_name = parts.next()?.to_owned();
    parts.next()?;
    Some((kind, type_name, parts.collect::<Vec<_>>().join(".")))
}

/// Whether a reference reads a value that is a credential, whoever reads it.
pub(crate) fn is_secret_reference(reference: &Reference) -> bool {
    match reference.kind {
        RefKind::Resource | RefKind::Generated => {
            address(&reference.key).is_some_and(|(kind, type_name, attribute)| {
                facts::is_secret_output(kind, &type_name, &attribute)
                    && !attribute.contains("public")
                    && attribute != "bcrypt_hash"
            })
        }
        _ => false,
    }
}

/// Whether a reference names a secret in a store by its resource: `aws_secretsmanager_secret.db.arn`.
pub(crate) fn stored_secret(reference: &Reference) -> bool {
    address(&reference.key).is_some_and(|(kind, type_name, _)| kind == "resource" && is_stored(&type_name))
}

fn is_stored(type_name: &str) -> bool {
    matches!(
        type_name,
        "aws_secretsmanager_secret"
            | "aws_secretsmanager_secret_version"
            | "aws_ssm_parameter"
            | "azurerm_key_vault_secret"
            | "google_secret_manager_secret"
            | "google_secret_manager_secret_version"
            | "kubernetes_secret"
            | "kubernetes_secret_v1"
    )
}

/// The key under which a reference meets others to the same credential.
pub(crate) fn canonical(reference: &Reference) -> Arc<str> {
    let key = &*reference.key;
    if !stored_secret(reference) {
        return Arc::clone(&reference.key);
    }
    // Whatever attribute of a stored secret is read, it leads to the same secret.
    let ends = [
        ".arn",
        ".id",
        ".name",
        ".secret_id",
        ".secret_string",
        ".value",
        ".version_id",
        ".resource_id",
        ".versionless_id",
        ".secret",
    ];
    let cut = ends.iter().filter_map(|end| key.rfind(end).filter(|at| at + end.len() == key.len())).min();
    cut.and_then(|at| key.get(..at)).map_or_else(|| Arc::clone(&reference.key), Arc::from)
}

/// Whether a value that is read from a store is a credential; `named` tells that the setting which takes it says so.
pub(crate) fn is_stored_credential(key: &str, setting: &str, named: bool) -> bool {
    if names_plain_field(key) {
        return false;
    }
    named || secret_word(last(key)) || !(is_parameter(key) || takes_no_secret(setting))
}

/// Whether a key leads to a parameter store, which holds settings, too: images, networks, names.
pub(crate) fn is_parameter(key: &str) -> bool {
    key.starts_with("aws-ssm:")
}

/// Whether the name of a variable or output says that it is no secret, and no word of it says otherwise.
pub(crate) fn names_plain_value(key: &str) -> bool {
    let name = last(key);
    is_plain_field(name) && !secret_word(name)
}

/// Whether a key leads to a field that is no secret: `…#username`, `….host`, `…#account_ids.production`.
pub(crate) fn names_plain_field(key: &str) -> bool {
    let field = last(key);
    let fields = key.split_once('#').map_or("", |(_, fields)| fields).split('.');
    is_plain_field(field) || (!secret_word(field) && fields.into_iter().any(is_plain_collection))
}

/// The last part of a key, where it is not a store's own word for its value.
fn last(key: &str) -> &str {
    let own = [".value", ".secret_string", ".secret_value"];
    let key = own.iter().find_map(|end| key.strip_suffix(end)).unwrap_or(key);
    key.rsplit(['#', '.', '/']).next().unwrap_or(key)
}

/// Whether a setting's name says that it takes a credential.
pub(crate) fn secret_word(name: &str) -> bool {
    classify(name) > NameClass::Plain
}

/// Keys for the secrets just found in a value: strong literals that the part lists for its spans.
pub(crate) fn literal_keys(part: &Part, value: &Value) -> Vec<(Key, Span)> {
    let spans: Vec<Span> = value
        .pieces()
        .iter()
        .filter_map(|piece| match piece {
            Piece::Literal(literal) => Some(literal.span),
            Piece::Hole(_) => None,
        })
        .collect();
    part.literals
        .iter()
        .rev()
        .take(64)
        // The id of a key is no credential by itself.
        .filter(|it| !matches!(it.evidence, Evidence::Format(what) if what.ends_with("key id")))
        .filter(|it| it.strength >= Strength::Weak && spans.iter().any(|span| span.contains(it.at.span)))
        .map(|it| (Key::Literal(it.at.span, it.text.clone()), it.at.span))
        .collect()
}

/// A value as a key: its text, or the keys of what it refers to.
pub(crate) fn of(value: Option<&Value>) -> String {
    let Some(value) = value else { return String::new() };
    value
        .pieces()
        .iter()
        .map(|piece| match piece {
            Piece::Literal(literal) => literal.text.to_string(),
            Piece::Hole(reference) => format!("{{{}}}", reference.key),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reference(kind: RefKind, key: &str) -> Reference {
        Reference { kind, key: key.into(), span: Span::default() }
    }

    #[test]
    fn keys() {
        let secret = reference(RefKind::Resource, "tf:a/b:module.x.aws_iam_access_key.ci[\"a.b\"].secret");
        assert!(is_secret_reference(&secret));
        assert!(is_secret_reference(&reference(RefKind::Generated, "tf::random_password.db.result")));
        assert!(!is_secret_reference(&reference(RefKind::Resource, "tf::aws_iam_access_key.ci.id")));
        let stored = reference(RefKind::Resource, "tf::aws_secretsmanager_secret.db.arn");
        assert_eq!(&*canonical(&stored), "tf::aws_secretsmanager_secret.db");
        for (plain, key) in [
            (true, "vault:secret/app#username"),
            (false, "vault:secret/app#password"),
            (true, "vault:secret/app#account_ids.production"),
            (true, "vault:secret/app#bucket_arns[\"logs\"]"),
            (false, "vault:secret/app#urls.password"),
            (false, "vault:secret/app#production.main"),
        ] {
            assert_eq!(names_plain_field(key), plain, "{key}");
        }
    }

    #[test]
    fn plain_values() {
        for (plain, key) in [
            (true, "tf::var.api_role_arn"),
            (false, "tf::var.vault_secret_id"),
            (false, "tf::var.db_password"),
            (false, "tf::module.keys.ingest"),
        ] {
            assert_eq!(names_plain_value(key), plain, "{key}");
        }
    }

    #[test]
    fn stored_values() {
        for (credential, key, setting, named) in [
            (true, "vault:secret/app#main", "value", false),
            (true, "vault:secret/app#main", "api_token", true),
            (false, "vault:secret/app", "cidr_blocks", false),
            (true, "vault:secret/app#token", "user_data", false),
            (false, "aws-ssm:/app/image", "image", false),
            (true, "aws-ssm:/app/datadog", "api_key", true),
            (true, "aws-ssm:/app/api_key.value", "value", false),
        ] {
            assert_eq!(is_stored_credential(key, setting, named), credential, "{key} in {setting}");
        }
    }
}
