//! What an ExternalSecret fetches from a secret store.

use std::collections::BTreeSet;

use connlint_core::Location;
use connlint_resolve::{RefKind, Value};

use super::Manifest;
use crate::facts::Part as Duty;
use crate::find::Place;
use crate::part::{Key, Part, Use};
use crate::secret::is_plain_field;

/// More fields of one template are not told apart.
const MOST: usize = 64;

/// An ExternalSecret takes what it fetches from the store.
pub(super) fn read(part: &mut Part, place: &Place<'_, '_>, manifest: &Manifest<'_>, index: usize) {
    let spec = manifest.value.at(&["spec", "externalSecretSpec"]).or(manifest.value.get("spec"));
    let Some(spec) = spec else { return };
    let store = spec.at(&["secretStoreRef", "name"]).and_then(Value::scalar).unwrap_or("default");
    let kind = spec.at(&["secretStoreRef", "kind"]).and_then(Value::text).unwrap_or("SecretStore");
    // A SecretStore belongs to its namespace, a ClusterSecretStore to the cluster the path names.
    let store = match kind {
        "ClusterSecretStore" => store.to_owned(),
        _ => format!("{}/{store}", manifest.scope),
    };
    let mut add = |remote: &Value, at: &Value, field: &str| {
        let Some(path) = remote.get("key").and_then(Value::scalar) else { return };
        if field != "*" && is_plain_field(field) {
            return;
        }
        let key = Key::Reference(RefKind::SecretStore, format!("eso:{store}:{path}#{field}").into());
        let span = remote.get("key").map_or(at.span, |it| it.span);
        let at = Location { span, ..place.location("remoteRef", at) };
        let setting = format!("{path}#{field}");
        part.uses.push(Use { connector: index, key, role: Duty::Consumer, at, setting });
    };
    let property = |remote: &Value| remote.get("property").and_then(Value::scalar).map(str::to_owned);
    for item in spec.get("data").map(Value::items).unwrap_or_default() {
        if let Some(remote) = item.get("remoteRef") {
            add(remote, item, property(remote).as_deref().unwrap_or("*"));
        }
    }
    let kept = kept(spec);
    let whole = spec.get("dataFrom").map(Value::items).unwrap_or_default();
    let extracts: Vec<(&Value, &Value)> =
        whole.iter().filter_map(|item| Some((item, item.get("extract")?))).collect();
    let words: Vec<String> = extracts.iter().map(|(_, extract)| word(extract)).collect();
    for ((item, extract), own) in extracts.iter().zip(&words) {
        match (property(extract), &kept) {
            (Some(property), _) => add(extract, item, &property),
            // What is renamed on the way is not known by the name that the template has for it.
            (None, Some(fields)) if item.get("rewrite").is_none() => {
                let others = words.iter().filter(|it| *it != own);
                let theirs = |field: &str| others.clone().any(|it| begins(field, it)) && !begins(field, own);
                fields.iter().filter(|it| !theirs(it)).for_each(|field| add(extract, item, field));
            }
            (None, _) => add(extract, item, "*"),
        }
    }
}

/// The name of a secret without the folders it lies in.
fn word(remote: &Value) -> String {
    let path = remote.get("key").and_then(Value::scalar).unwrap_or_default();
    path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase()
}

/// Whether a field is named after a secret: `RADARR_API_KEY` after `radarr`, so it comes from there and not from another.
fn begins(field: &str, secret: &str) -> bool {
    !secret.is_empty() && field.to_ascii_lowercase().starts_with(secret)
}

/// The fetched fields that the template keeps, where it says all that the Secret will hold.
///
/// Source: "Advanced Templating" in the documentation of External Secrets: a template replaces what was fetched,
/// unless its merge policy is `Merge`.
fn kept(spec: &Value) -> Option<BTreeSet<String>> {
    let template = spec.at(&["target", "template"])?;
    let merges = template.get("mergePolicy").and_then(Value::text) == Some("Merge");
    let data = template.get("data").filter(|_| !merges && template.get("templateFrom").is_none())?;
    let mut fields = BTreeSet::new();
    let references = data.references(MOST);
    if references.len() >= MOST {
        return None;
    }
    for reference in references {
        // What is replaced before the manifest is applied is none of the template's.
        let Some(expression) = reference.key.strip_prefix("expr:") else { continue };
        read_fields(expression, &mut fields)?;
    }
    Some(fields)
}

/// Adds the fields that an expression such as `.TOKEN | b64dec` or `index . "TOKEN"` names; nothing if it may mean all.
fn read_fields(expression: &str, fields: &mut BTreeSet<String>) -> Option<()> {
    let mut rest = expression;
    while let Some(at) = rest.find('.') {
        let before = rest.get(..at)?;
        let after = rest.get(at + 1..)?;
        let end = after.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(after.len());
        let name = after.get(..end)?;
        let quoted = || {
            let inner = after.trim_start().strip_prefix('"')?;
            inner.split('"').next()
        };
        match name {
            // A dot within a word or a number is none of the template's.
            _ if before.ends_with(|c: char| c.is_alphanumeric() || c == '"') => {}
            "" if before.trim_end().ends_with("index") => {
                fields.insert(quoted()?.to_owned());
            }
            "" => return None,
            name => {
                fields.insert(name.to_owned());
            }
        }
        rest = after.get(end..)?;
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_of_expressions() {
        for (expression, expected) in [
            (".TOKEN", Some("TOKEN")),
            (".SOPS_KEY | b64dec", Some("SOPS_KEY")),
            ("printf \"%s:%s\" .user .password | b64enc", Some("password user")),
            ("index . \"api-token\"", Some("api-token")),
            (".token | replace \"a.b\" \"\"", Some("token")),
            ("range $key, $value := .", None),
            (". | toJson", None),
            ("end", Some("")),
        ] {
            let mut fields = BTreeSet::new();
            let known = read_fields(expression, &mut fields);
            let told = known.map(|()| fields.into_iter().collect::<Vec<_>>().join(" "));
            assert_eq!(told.as_deref(), expected, "{expression}");
        }
    }
}
