//! Kubernetes Secrets: entries in clear (`stringData`) and in base64 (`data`).

use std::sync::Arc;

use connlint_core::Location;
use connlint_resolve::{Kind, Literal, Text, Value};

use super::Manifest;
use crate::facts::Part as Duty;
use crate::find::{Place, find};
use crate::key::literal_keys;
use crate::part::{Part, Redacted, SecretLiteral, Use};
use crate::secret::{Context, Evidence, NameClass, Role, Strength, classify};
use crate::walk::{Leaf, Walk};

pub(super) fn read(part: &mut Part, place: &Place<'_, '_>, manifest: &Manifest<'_>) {
    let index = manifest.connector(part);
    let before = part.literals.len();
    for (section, encoded) in [("stringData", false), ("data", true)] {
        let entries = manifest.value.get(section).map(Value::entries).unwrap_or_default();
        for entry in entries {
            let start = part.literals.len();
            match &entry.value.kind {
                Kind::Text(Text::Whole(literal)) if encoded => {
                    decoded(part, place, &entry.key, literal, &entry.value)
                }
                _ => {
                    let visit = |leaf: &Leaf<'_>| {
                        find(part, place, leaf, Role::Unknown, Context::SecretEntry);
                    };
                    Walk::new(place.written, place.budget, Context::SecretEntry, visit)
                        .below(&[section, &entry.key])
                        .value(&entry.value);
                }
            }
            keep(part, place, index, start, section, &entry.key, &entry.value);
        }
    }
    if part.literals.len() == before {
        part.connectors.pop();
    }
}

/// The Secret keeps what was found in an entry.
fn keep(
    part: &mut Part,
    place: &Place<'_, '_>,
    index: usize,
    start: usize,
    section: &str,
    key: &str,
    value: &Value,
) {
    if part.literals.len() == start {
        return;
    }
    for (key_found, _) in literal_keys(part, value) {
        let at = place.location(&format!("{section}.{key}"), value);
        let setting = key.to_owned();
        part.uses.push(Use { connector: index, key: key_found, role: Duty::Store, at, setting });
    }
}

/// An entry in base64: judged by what it decodes to, shown where it stands.
fn decoded(part: &mut Part, place: &Place<'_, '_>, key: &str, literal: &Literal, value: &Value) {
    let packed: String = literal.text.split_whitespace().collect();
    let Ok(bytes) = data_encoding::BASE64.decode(packed.as_bytes()) else {
        // Not base64: a placeholder, or a value put where only base64 works.
        return;
    };
    let location = place.location(&format!("data.{key}"), value);
    let found = match std::str::from_utf8(&bytes) {
        Ok(text) => {
            let whole = Literal {
                text: Arc::from(text),
                span: literal.span,
                default: false,
                tag: None,
                within: None,
            };
            let inner = Value { kind: Kind::Text(Text::Whole(whole)), ..value.clone() };
            let mut scratch = Part::default();
            let visit = |leaf: &Leaf<'_>| {
                find(&mut scratch, place, leaf, Role::Unknown, Context::SecretEntry);
            };
            // What is decoded has no bytes of its own in the file.
            Walk::new(&|_| "", place.budget, Context::SecretEntry, visit).below(&["data", key]).value(&inner);
            scratch.literals.into_iter().max_by_key(|it| (it.strength, it.evidence))
        }
        Err(_) if (8..=4096).contains(&bytes.len()) && classify(key) >= NameClass::Vague => {
            Some(binary(&packed, key, location.clone()))
        }
        Err(_) => None,
    };
    if let Some(found) = found {
        let at = Location { span: literal.span, ..location };
        part.literals.push(SecretLiteral { at, taken: literal.span, ..found });
    }
}

fn binary(packed: &str, key: &str, at: Location) -> SecretLiteral {
    SecretLiteral {
        text: Redacted::new(packed),
        taken: at.span,
        at,
        name: key.to_owned(),
        evidence: Evidence::Place,
        strength: Strength::Strong,
        default: false,
        trial: false,
    }
}
