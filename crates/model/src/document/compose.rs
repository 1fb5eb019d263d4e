//! docker-compose files: services, their environment and the credentials they share.

use connlint_core::Location;
use connlint_resolve::{Kind, Piece, Value};

use super::{connector, path_environment, take};
use crate::account;
use crate::compared::{self, Seat};
use crate::facts::Part as Duty;
use crate::find::{Place, find};
use crate::key::secret_word;
use crate::part::Part;
use crate::secret::{Context, Role};
use crate::votes::{Environment, said_environment, said_owners};
use crate::walk::{Leaf, Walk};

/// Images of systems that a credential is set on, rather than used from.
const SYSTEMS: &[&str] = &[
    "postgres",
    "postgresql",
    "postgis",
    "timescaledb",
    "mysql",
    "mariadb",
    "mongo",
    "mongodb",
    "redis",
    "valkey",
    "rabbitmq",
    "minio",
    "elasticsearch",
    "opensearch",
    "cassandra",
    "neo4j",
    "influxdb",
    "clickhouse-server",
    "couchdb",
    "mssql",
    "server",
    "vault",
    "keycloak",
    "pgbouncer",
    "activemq",
    "nats",
    "memcached",
    "cockroach",
    "redis-stack",
    "mongo-express",
    "percona",
    "pgvector",
];

/// A `services` map whose entries have an image or are built.
pub(super) fn fits(value: &Value) -> bool {
    let services = value.get("services").map(Value::entries).unwrap_or_default();
    services.iter().any(|it| {
        ["image", "build", "extends", "environment", "ports", "volumes", "command", "depends_on"]
            .iter()
            .any(|key| it.value.get(key).is_some())
    })
}

pub(super) fn read(part: &mut Part, place: &Place<'_, '_>, path: &str, value: &Value) {
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let file = path.rsplit('/').next().unwrap_or(path);
    for entry in value.entries() {
        if &*entry.key != "services" {
            crate::find::find_all(part, place, &entry.value, &[&entry.key], Context::Setting);
        }
    }
    for service in value.get("services").map(Value::entries).unwrap_or_default() {
        let address = format!("services.{}", service.key);
        let place = Place { address: &address, ..*place };
        let image = image(&service.value);
        // Services of one image are one program in several processes.
        let program = if image.is_empty() { service.key.to_string() } else { image.clone() };
        let environment = path_environment(file).or_else(|| path_environment(folder));
        let apart = environment.map_or("", Environment::name);
        let at = Location { span: service.key_span, path: address.clone(), via: Vec::new() };
        let short = image.rsplit('/').next().unwrap_or(&image).split(':').next().unwrap_or(&image);
        let system = if short.is_empty() { &*service.key } else { short };
        let index = connector(
            part,
            format!("compose:{folder}:{apart}:{program}"),
            format!("{path}:{}", service.key),
            system,
            at,
        );
        let labels: Vec<&Value> = service.value.get("labels").into_iter().collect();
        if let Some(connector) = part.connectors.get_mut(index) {
            connector.group = Some(format!("compose:{path}"));
            connector.environment =
                said_environment(&labels).or(environment).or_else(|| Environment::in_text(&service.key));
            connector.owners = said_owners(&labels);
            if connector.owners.is_empty() {
                let extensions: Vec<&Value> = std::iter::once(&service.value).collect();
                connector.owners = extension_owner(&extensions);
            }
        }
        if let Some(compared) = &mut part.compared {
            let seat = compared::of_service(compared, &service.value, path, &service.key);
            if let Some(connector) = part.connectors.get_mut(index) {
                let seat = Seat { program: connector.identity.clone(), ..seat };
                connector.seat = seat.clone();
                let said = (seat, connector.owners.clone(), connector.at.clone());
                compared::of_object(compared, &service.value, "", said, place.written);
            }
        }
        let duty = if SYSTEMS.contains(&short) { Duty::Issuer } else { Duty::Consumer };
        let before = part.uses.len();
        let visit = |leaf: &Leaf<'_>| {
            if matches!(
                leaf.path.first().map(|it| &**it),
                Some("image" | "volumes" | "ports" | "container_name" | "healthcheck" | "depends_on")
            ) {
                return;
            }
            let in_environment =
                leaf.path.first().is_some_and(|it| matches!(&**it, "environment" | "args" | "command"));
            let context = if in_environment { Context::Literal } else { leaf.context };
            let found = find(part, &place, leaf, Role::Unknown, context);
            account::in_address(part, &place, leaf.value, &leaf.dotted());
            crate::posture::leaves::of_document(part, place.address, place.trial, leaf);
            if found || secret_word(leaf.name) {
                take(part, &place, index, duty, folder, leaf, true);
            } else if let Some(password) = password_of(leaf.value) {
                take(part, &place, index, duty, folder, &Leaf { value: &password, ..*leaf }, true);
            }
        };
        Walk::new(place.written, place.budget, Context::Setting, visit).value(&service.value);
        if part.uses.len() == before {
            part.connectors.truncate(index);
        }
    }
}

/// Owner in `x-owner`, `x-team` and the like: the only free-form keys of a service.
fn extension_owner(maps: &[&Value]) -> Vec<String> {
    let owners = maps.iter().flat_map(|map| map.entries()).filter_map(|entry| {
        let key = entry.key.strip_prefix("x-")?;
        matches!(key, "owner" | "team").then(|| entry.value.scalar().map(str::to_owned))?
    });
    owners.collect()
}

/// The image without its tag, or the folder it is built from.
fn image(service: &Value) -> String {
    let known = |value: &Value| -> String {
        let pieces = value.pieces().into_iter().map(|piece| match piece {
            Piece::Literal(literal) => literal.text.to_string(),
            Piece::Hole(reference) => format!("{{{}}}", reference.key),
        });
        pieces.collect()
    };
    match service.get("image").or(service.get("build")) {
        Some(build) if matches!(build.kind, Kind::Map(_)) => {
            let file = build.get("dockerfile").map(known).unwrap_or_default();
            build.get("context").map(|context| format!("build:{}/{file}", known(context))).unwrap_or_default()
        }
        Some(image) => {
            let image = known(image);
            let name = image.rfind('/').map_or(0, |at| at + 1);
            let tag =
                image.get(name..).and_then(|it| it.find([':', '@'])).map_or(image.len(), |at| name + at);
            // A registry's variable keeps its colon: `{env:REGISTRY@}/api:{env:TAG@}`.
            image
                .get(..tag)
                .filter(|it| it.matches('{').count() == it.matches('}').count())
                .unwrap_or(&image)
                .to_owned()
        }
        None => String::new(),
    }
}

/// The reference in the place of the password of `scheme://user:${PASSWORD}@host`.
fn password_of(value: &Value) -> Option<Value> {
    let pieces = value.pieces();
    pieces.windows(3).find_map(|three| match three {
        [Piece::Literal(before), Piece::Hole(password), Piece::Literal(after)]
            if before.text.ends_with(':') && before.text.contains("://") && after.text.starts_with('@') =>
        {
            Some(Value::reference(password.kind, password.key.clone(), password.span))
        }
        [Piece::Hole(_), Piece::Literal(colon), Piece::Hole(password)] if &*colon.text == ":" => {
            Some(Value::reference(password.kind, password.key.clone(), password.span))
        }
        _ => None,
    })
}
