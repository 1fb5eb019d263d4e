//! Terraform blocks that are connectors although no credential is written or handed to them: they are told where it is kept
//! and fetch it by themselves, or act as somebody.

use std::sync::OnceLock;

use connlint_core::{Location, glob};
use connlint_resolve::terraform::{Block, BlockKind, Evaluated};
use connlint_resolve::{RefKind, Reference, Value};

use super::leaves::{Scalar, visit};
use super::named::{Scope, may_be_secret, named};
use super::owners::owned;
use super::pins::{Pin, pin};
use super::services::program;
use super::{Compared, Seat, Site, Taken, Watch};
use crate::facts::{self, Part as Duty, rows};
use crate::key::{canonical, is_parameter, is_stored_credential, secret_word, stored_secret};
use crate::votes::said_owners;
use crate::walk::Written;

/// More secrets of one block are not told apart.
const MOST: usize = 64;

/// Adds the connectors of a root; `owners` are those of all its blocks.
pub(crate) fn of_root<'a>(
    compared: &mut Compared,
    root: &Evaluated,
    owners: &[String],
    written: Written<'a>,
) {
    for block in root.blocks.iter().filter(|it| it.kind == BlockKind::Resource) {
        // What keeps a secret for others is no connector, whoever they are.
        if ["secret", "variable"].iter().any(|it| block.type_name.contains(it)) {
            continue;
        }
        programs(compared, block, written);
        let listed = is_connector(block, written);
        let mut takes = Vec::new();
        if facts::part(&block.type_name) == Duty::Consumer {
            takes = fetched(block, written);
        }
        if listed {
            let scope = Scope { address: &block.address, cluster: "", host: &block.key, written };
            takes.extend(named(&block.body, &scope));
        }
        if takes.is_empty() && !listed {
            continue;
        }
        let maps: Vec<&Value> =
            ["tags", "labels", "annotations"].into_iter().filter_map(|key| block.body.get(key)).collect();
        let own = said_owners(&maps);
        let seat = Seat { off: !block.exists, ..Seat::of_key(&block.key, &block.address) };
        owned(compared, &seat, &maps);
        let at = Location { span: block.header, path: block.address.clone(), via: Vec::new() };
        let owners = if own.is_empty() { owners.to_vec() } else { own };
        compared.sites.push(Site { seat, owners, takes, at });
    }
}

/// The images and layers that a block runs.
fn programs(compared: &mut Compared, block: &Block, written: Written<'_>) {
    let seat = Seat::of_key(&block.key, &block.address);
    visit(&block.body, written, &mut |it| {
        let Some(text) = it.text.filter(|text| !text.is_empty() && text.len() < 300) else { return };
        match it.path.last().map_or("", |key| *key) {
            "image" | "image_uri" | "container_image" | "docker_image" => {
                program(compared, &seat, text, it.value);
            }
            // `arn:aws:lambda:…:layer:NAME:VERSION`
            "layers" => {
                if let Some((name, version)) = text.rsplit_once(':')
                    && let Some((_, name)) = name.rsplit_once(":layer:")
                {
                    let name = format!("layer {name}");
                    pin(compared, &seat, Watch::Program, &name, &Pin::tag(version), it.value);
                }
            }
            _ => {}
        }
    });
}

/// What is a connector by itself, with the attributes that have to be set.
fn table() -> &'static [(&'static str, Vec<&'static str>)] {
    static TABLE: OnceLock<Vec<(&str, Vec<&str>)>> = OnceLock::new();
    TABLE.get_or_init(|| {
        let read = |columns: Vec<&'static str>| match columns[..] {
            [pattern, attributes] => Some((pattern, attributes.split('|').collect())),
            _ => None,
        };
        rows(include_str!("../../facts/connectors.tsv")).filter_map(read).collect()
    })
}

/// Whether manifests of a kind are connectors by themselves.
pub(super) fn is_connector_kind(kind: &str) -> bool {
    table().iter().any(|(pattern, _)| pattern.strip_prefix("kind:") == Some(kind))
}

/// Whether the table knows the block for a connector.
fn is_connector(block: &Block, written: Written<'_>) -> bool {
    let Some((_, attributes)) = table().iter().find(|(pattern, _)| glob(pattern, &block.type_name)) else {
        return false;
    };
    let mut set = attributes.contains(&"@");
    if !set {
        visit(&block.body, written, &mut |it| set |= it.path.iter().any(|key| attributes.contains(key)));
    }
    set
}

/// The secrets that a block is told the place of.
fn fetched(block: &Block, written: Written<'_>) -> Vec<Taken> {
    let mut found: Vec<Taken> = Vec::new();
    visit(&block.body, written, &mut |it| {
        if found.len() >= MOST || !is_place(it) {
            return;
        }
        let named = secret_word(it.name);
        let credential =
            |own: &Reference| !is_parameter(&own.key) || is_stored_credential(&own.key, it.name, named);
        let stored =
            |own: &&Reference| own.kind == RefKind::SecretStore && credential(own) || stored_secret(own);
        let key = match it.value.references(8).into_iter().find(stored) {
            Some(reference) => canonical(reference).to_string(),
            None => match it.text.filter(|text| names_a_secret(it, text)) {
                Some(text) => format!("named:{text}"),
                None => return,
            },
        };
        let at =
            Location { span: it.value.span, path: block.address.clone(), via: it.value.steps().collect() };
        found.push(Taken { key, text: None, setting: it.name.to_owned(), at });
    });
    found
}

/// Maps of what a program finds in its environment.
const VARIABLES: &[&str] =
    &["app_settings", "env", "env_vars", "environment", "environment_variables", "variables"];

/// Whether a setting can say where a secret is kept.
fn is_place(it: &Scalar<'_>) -> bool {
    const OTHERS: &[&str] =
        &["depends_on", "for_each", "lifecycle", "policy", "replace_triggered_by", "triggers"];
    let name = it.name.to_ascii_lowercase();
    let about_else = ["role", "kms", "policy", "principal"].iter().any(|word| name.contains(word));
    if about_else || it.path.iter().any(|key| OTHERS.contains(key) || key.ends_with("policy")) {
        return false;
    }
    let last = it.path.last().map_or("", |key| *key);
    let end =
        ["arn", "arns", "id", "ids", "name", "path", "ref", "uri"].iter().any(|end| name.ends_with(end));
    name.contains("secret") && end
        || matches!(last, "valueFrom" | "value_from" | "key_vault_secret_id")
        || it.path.iter().any(|key| key.ends_with("secret_key_ref") || key.ends_with("secret_ref"))
        || it.path.iter().any(|key| VARIABLES.contains(key))
}

/// Whether a text names a secret of a store: where a block says so, or in a variable of a program.
fn names_a_secret(it: &Scalar<'_>, text: &str) -> bool {
    const ENDS: &[&str] =
        &["SECRET_ARN", "SECRET_ID", "SECRET_NAME", "SECRET_PATH", "SECRETS_ARN", "SECRETS_PATH"];
    // What is no name may be the secret itself, which nobody is to be shown.
    if text.is_empty() || text.len() > 200 || text.contains(char::is_whitespace) || may_be_secret(text) {
        return false;
    }
    let last = it.path.last().map_or("", |key| *key);
    let refers = it.path.iter().any(|key| key.ends_with("secret_key_ref") || key.ends_with("secret_ref"));
    if refers && matches!(last, "secret" | "name" | "secret_name") {
        return true;
    }
    // The secrets of a container, by their addresses.
    let listed = it.path.iter().any(|key| matches!(*key, "secret" | "secrets"));
    if listed && matches!(last, "valueFrom" | "value_from" | "key_vault_secret_id") {
        return true;
    }
    let upper = it.name.to_ascii_uppercase();
    let variable = it.path.iter().any(|key| VARIABLES.contains(key));
    let arn = text.starts_with("arn:aws:secretsmanager:")
        || text.starts_with("arn:aws:ssm:") && secret_word(text.rsplit('/').next().unwrap_or(text));
    variable && (ENDS.iter().any(|end| upper.ends_with(end)) || arn)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_read_and_in_order() {
        let text = include_str!("../../facts/connectors.tsv");
        assert!(text.contains("\n# checked: ") && text.contains("\n# source: "));
        let names: Vec<&str> = rows(text).map(|it| it[0]).collect();
        assert!(names.is_sorted() && rows(text).all(|it| it.len() == 2));
    }
}
