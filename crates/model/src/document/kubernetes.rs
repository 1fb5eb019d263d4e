//! Kubernetes manifests: Secrets, the workloads that read them, and the resources that fetch them from a store.

use connlint_core::Location;
use connlint_resolve::{Kind, RefKind, Value};

use super::{connector, head, path_environment, take};
use crate::account;
use crate::compared::{self, Seat};
use crate::facts::Part as Duty;
use crate::find::{Place, find};
use crate::key::secret_word;
use crate::part::{Key, Namespace, Part, Use};
use crate::posture;
use crate::secret::{Context, NameClass, Role, classify, is_plain_field};
use crate::votes::{Environment, cluster_scope, said_environment, said_owners};
use crate::walk::{Leaf, Walk, Written};

mod external;
mod secret;

/// `apiVersion` and `kind`.
pub(super) fn fits(value: &Value) -> bool {
    let text = |key: &str| value.get(key).and_then(Value::text);
    text("apiVersion").is_some()
        && text("kind").is_some_and(|kind| kind.starts_with(|c: char| c.is_ascii_uppercase()))
}

/// A manifest and where it applies.
struct Manifest<'v> {
    value: &'v Value,
    kind: &'v str,
    /// Name, or nothing.
    name: &'v str,
    /// Cluster part of the path and namespace: what sets apart objects of one name.
    scope: String,
    path: &'v str,
}

pub(super) fn read(part: &mut Part, place: &Place<'_, '_>, path: &str, value: &Value) {
    let text = |keys: &[&str]| value.at(keys).and_then(Value::text);
    let kind = text(&["kind"]).unwrap_or_default();
    if kind == "List" || value.get("items").is_some_and(|items| items.items().iter().any(fits)) {
        let items = value.get("items").map(Value::items).unwrap_or_default();
        items.iter().filter(|item| fits(item)).for_each(|item| read(part, place, path, item));
        return;
    }
    let name = text(&["metadata", "name"]).or(text(&["metadata", "generateName"])).unwrap_or_default();
    let namespace = text(&["metadata", "namespace"]);
    let cluster = cluster_scope(path);
    let scope = match namespace {
        Some(namespace) => format!("{cluster}/{namespace}"),
        // Without a namespace it is set from outside, as a rule one for all manifests of a folder.
        None => format!("{}/?", path.rsplit_once('/').map_or("", |(folder, _)| folder)),
    };
    let manifest = Manifest { value, kind, name, scope, path };
    let address = format!("{kind}/{name}");
    let place = Place { address: &address, ..*place };
    posture::of_manifest(part, value, &address, place.trial);
    let seat = part.compared.as_mut().map(|it| compared::of_manifest(it, value, path, &address));
    if let (Some(compared), Some(seat)) = (&mut part.compared, &seat) {
        compared::of_resource(compared, value, cluster, seat, place.written);
        compared::of_role_object(compared, value, path);
    }
    let from = part.connectors.len();
    if kind.ends_with("Role") || kind.ends_with("RoleBinding") {
        posture::rbac(part, value, cluster, &address, place.trial);
    }
    if kind == "Namespace" {
        let maps: Vec<&Value> =
            ["labels", "annotations"].into_iter().filter_map(|key| value.at(&["metadata", key])).collect();
        let environment = said_environment(&maps).or_else(|| Environment::in_text(name));
        part.namespaces.push(Namespace {
            scope: format!("{cluster}/{name}"),
            owners: said_owners(&maps),
            environment,
        });
    } else if kind == "Secret" {
        if text(&["type"]) == Some("kubernetes.io/service-account-token")
            && let Some(value) = value.get("type")
        {
            posture::leaves::endless(part, &address, place.trial, value);
        }
        secret::read(part, &place, &manifest);
    } else {
        workload(part, &place, &manifest);
    }
    if let Some(seat) = seat {
        for connector in part.connectors.iter_mut().skip(from) {
            connector.seat = Seat { program: connector.identity.clone(), ..seat.clone() };
        }
        manifest.compare(part, seat, place.written);
    }
}

impl Manifest<'_> {
    /// What the object takes by name, for a comparison.
    fn compare(&self, part: &mut Part, seat: Seat, written: Written<'_>) {
        let index = self.connector(part);
        let Some(connector) = part.connectors.pop().filter(|_| index == part.connectors.len()) else {
            return;
        };
        let seat = Seat { program: connector.identity, ..seat };
        if let Some(compared) = &mut part.compared {
            compared::of_object(
                compared,
                self.value,
                &self.scope,
                (seat, connector.owners, connector.at),
                written,
            );
        }
    }

    /// The connector of this manifest: the app it belongs to, as its labels say.
    fn connector(&self, part: &mut Part) -> usize {
        let labels = [
            "app.kubernetes.io/part-of",
            "app.kubernetes.io/instance",
            "app.kubernetes.io/name",
            "app",
            "k8s-app",
        ];
        let said = |key: &str| self.value.at(&["metadata", "labels", key]).and_then(Value::text);
        let folder = self.path.rsplit_once('/').map_or("", |(folder, _)| folder);
        // What fetches secrets belongs to the app whose folder it is in, unless it says otherwise.
        let own = match self.kind {
            "ExternalSecret" | "PushSecret" if self.namespace().is_none() && !folder.is_empty() => folder,
            // Staging and production of an issuer are endpoints of the certificate authority, not environments.
            "Issuer" | "ClusterIssuer" => folder,
            _ => self.name,
        };
        let app = labels.into_iter().find_map(said).unwrap_or(own);
        let identity = format!("k8s:{}/{app}", self.scope);
        let id = format!("{}:{}/{}", self.path, self.kind, self.name);
        let at = Location {
            span: head(self.value),
            path: format!("{}/{}", self.kind, self.name),
            via: Vec::new(),
        };
        let index = connector(part, identity, id, "kubernetes", at);
        let maps: Vec<&Value> = ["labels", "annotations"]
            .into_iter()
            .filter_map(|key| self.value.at(&["metadata", key]))
            .collect();
        let folders = self.path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let path = if self.kind.ends_with("Issuer") { folders } else { self.path };
        let environment = said_environment(&maps)
            .or_else(|| self.namespace().and_then(Environment::in_text))
            .or_else(|| path_environment(path))
            .or_else(|| Environment::in_text(self.name).filter(|_| !self.kind.ends_with("Issuer")));
        if let Some(connector) = part.connectors.get_mut(index) {
            connector.group = Some(self.scope.clone());
            connector.environment = environment;
            connector.owners = said_owners(&maps);
        }
        index
    }

    fn namespace(&self) -> Option<&str> {
        self.value.at(&["metadata", "namespace"]).and_then(Value::text)
    }

    fn secret_key(&self, secret: &str, field: &str) -> Key {
        Key::Reference(RefKind::K8sSecret, format!("k8s:{}/{secret}#{field}", self.scope).into())
    }
}

/// Any manifest that may read secrets: what it reads, and what is written into it.
fn workload(part: &mut Part, place: &Place<'_, '_>, manifest: &Manifest<'_>) {
    let index = manifest.connector(part);
    let before = (part.uses.len(), part.literals.len());
    if !matches!(manifest.kind, "SealedSecret" | "CustomResourceDefinition") {
        let visit = |leaf: &Leaf<'_>| {
            let named = secret_word(leaf.name);
            find(part, place, leaf, Role::Unknown, leaf.context);
            account::in_address(part, place, leaf.value, &leaf.dotted());
            posture::leaves::of_document(part, place.address, place.trial, leaf);
            take(part, place, index, Duty::Consumer, &manifest.scope, leaf, named);
        };
        Walk::new(place.written, place.budget, Context::Setting, visit).value(manifest.value);
        references(part, place, manifest, index);
        if matches!(manifest.kind, "ExternalSecret" | "ClusterExternalSecret" | "PushSecret") {
            external::read(part, place, manifest, index);
        }
    }
    if (part.uses.len(), part.literals.len()) == before {
        part.connectors.pop();
    }
}

/// `secretKeyRef`, `secretRef`, `…SecretRef` and secret volumes, wherever they stand.
fn references(part: &mut Part, place: &Place<'_, '_>, manifest: &Manifest<'_>, index: usize) {
    let mut open: Vec<(&Value, &str, &str)> = vec![(manifest.value, "", "")];
    let mut budget = 100_000;
    while let Some((value, key, name)) = open.pop() {
        if budget == 0 {
            break;
        }
        budget -= 1;
        match &value.kind {
            Kind::List(items) => open.extend(items.iter().rev().map(|item| (item, key, name))),
            Kind::Map(entries) => {
                let own = value.get("name").and_then(Value::text);
                if let Some((secret, field)) = secret_reference(value, key) {
                    let harmless = is_certificate(secret)
                        || is_certificate(field)
                        || (field != "*"
                            && is_plain_field(field)
                            && classify(name) <= NameClass::Vague
                            && classify(field) <= NameClass::Vague);
                    if !harmless {
                        let at = place.location(key, value);
                        let at = Location {
                            span: value.get("name").or(value.get("secretName")).map_or(at.span, |it| it.span),
                            ..at
                        };
                        let setting = if name.is_empty() { key } else { name };
                        part.uses.push(Use {
                            connector: index,
                            key: manifest.secret_key(secret, field),
                            role: Duty::Consumer,
                            at,
                            setting: setting.to_owned(),
                        });
                    }
                    continue;
                }
                for entry in entries.iter().rev() {
                    if matches!(&*entry.key, "imagePullSecrets" | "tls" | "remoteRef" | "target") {
                        continue;
                    }
                    // The variable's name stands two levels above its reference: `- name: X, valueFrom: {secretKeyRef: …}`.
                    let name = if &*entry.key == "valueFrom" { own.unwrap_or(name) } else { name };
                    open.push((&entry.value, &entry.key, name));
                }
            }
            _ => {}
        }
    }
}

/// Secret and field a map refers to; `*` for all of its fields.
fn secret_reference<'v>(value: &'v Value, key: &str) -> Option<(&'v str, &'v str)> {
    let text = |key: &str| value.get(key).and_then(Value::text);
    let lower = key.to_ascii_lowercase();
    if key == "secret" || key == "secrets" {
        let secret = text("secretName")?;
        // A volume that mounts some items only still takes the secret.
        return Some((secret, "*"));
    }
    let refers = lower.ends_with("secretkeyref")
        || lower.ends_with("secretref")
        || lower.ends_with("keysecretref")
        || lower.ends_with("secretkeyselector");
    if !refers {
        return None;
    }
    let secret = text("name").or_else(|| text("secretName"))?;
    Some((secret, text("key").or_else(|| text("secretKey")).unwrap_or("*")))
}

/// Certificates are meant to be handed round.
fn is_certificate(name: &str) -> bool {
    name.split(|c: char| !c.is_ascii_alphanumeric())
        .any(|word| matches!(word, "tls" | "cert" | "certs" | "ca" | "crt" | "certificate" | "certificates"))
}
