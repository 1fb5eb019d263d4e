//! GitHub Actions: which job gives which secret to which system.

use connlint_core::Location;
use connlint_resolve::{RefKind, Value};

use super::connector;
use crate::compared;
use crate::facts::Part as Duty;
use crate::find::{Place, find, find_all};
use crate::part::{Channel, Key, Outside, Part, Use};
use crate::secret::{Context, NameClass, Role, classify};
use crate::votes::Environment;
use crate::walk::{Leaf, Walk};

/// Actions that log in somewhere: what they start with, the system, and the inputs that take a long-lived cloud
/// key although the cloud takes the workflow's own identity.
/// Source: the README of each action, checked 2026-11-21.
const LOGINS: &[(&str, &str, &[&str])] = &[
    ("aws-actions/configure-aws-credentials", "aws", &["aws-access-key-id", "aws-secret-access-key"]),
    ("azure/login", "azure", &["creds"]),
    ("Azure/login", "azure", &["creds"]),
    ("google-github-actions/auth", "gcp", &["credentials_json"]),
    ("google-github-actions/setup-gcloud", "gcp", &["service_account_key"]),
    ("docker/login-action", "container registry", &[]),
    ("hashicorp/vault-action", "vault", &[]),
    ("hashicorp/setup-terraform", "terraform", &[]),
    ("actions/checkout", "github", &[]),
    ("peter-evans/", "github", &[]),
    ("slackapi/", "slack", &[]),
    ("8398a7/action-slack", "slack", &[]),
    ("codecov/", "codecov", &[]),
    ("cloudflare/", "cloudflare", &[]),
    ("pypa/gh-action-pypi-publish", "pypi", &[]),
    ("SonarSource/", "sonar", &[]),
];

/// Environment variables that hand a cloud's long-lived key to its own tools.
/// Source: the clouds' documentation of their command-line tools, checked 2026-11-21.
const KEY_VARIABLES: &[(&str, &str)] = &[
    ("ARM_CLIENT_SECRET", "azure"),
    ("AWS_SECRET_ACCESS_KEY", "aws"),
    ("AZURE_CREDENTIALS", "azure"),
    ("GOOGLE_CREDENTIALS", "gcp"),
];

/// Jobs under `.github/workflows`, or the steps of a composite action.
pub(super) fn fits(path: &str, value: &Value) -> bool {
    (path.contains(".github/workflows/") && value.get("jobs").is_some())
        || (value.get("jobs").is_some() && (value.get("on").is_some() || value.get("true").is_some()))
        || value.at(&["runs", "using"]).is_some()
}

pub(super) fn read(part: &mut Part, place: &Place<'_, '_>, path: &str, value: &Value) {
    for entry in value.entries().iter().filter(|entry| &*entry.key != "jobs") {
        find_all(part, place, &entry.value, &[&entry.key], Context::Setting);
    }
    for job in value.get("jobs").map(Value::entries).unwrap_or_default() {
        let environment =
            job.value.get("environment").and_then(|it| it.text().or_else(|| it.get("name")?.text()));
        let environment =
            environment.and_then(|name| Environment::named(name).or_else(|| Environment::in_text(name)));
        let environment = environment.or_else(|| Environment::in_text(&job.key));
        let address = format!("jobs.{}", job.key);
        let place = Place { address: &address, ..*place };
        let (from, literals) = (part.connectors.len(), part.literals.len());
        let above = value.get("permissions");
        let seat = part.compared.as_mut().map(|it| compared::of_job(it, &job.value, above, path, &job.key));
        for entry in job.value.entries() {
            if &*entry.key == "steps" {
                for step in entry.value.items() {
                    let uses = step.get("uses").and_then(Value::text).unwrap_or_default();
                    secrets(part, &place, step, uses, environment);
                }
            } else {
                let called = job.value.get("uses").and_then(Value::text).unwrap_or_default();
                let named = Value::new(connlint_resolve::Kind::Map([entry.clone()].into()), entry.key_span);
                secrets(part, &place, &named, called, environment);
            }
        }
        if let Some(seat) = seat {
            part.connectors.iter_mut().skip(from).for_each(|it| it.seat.clone_from(&seat));
            let own = part.literals.get(literals..).unwrap_or_default();
            if let Some(compared) = &mut part.compared {
                let at = Location { span: job.key_span, path: address.clone(), via: Vec::new() };
                compared::written(compared, own, &seat, &at);
            }
        }
    }
}

/// The secrets that a step, or a setting of a job, hands over.
fn secrets(
    part: &mut Part,
    place: &Place<'_, '_>,
    value: &Value,
    uses: &str,
    environment: Option<Environment>,
) {
    let login = LOGINS.iter().find(|(action, ..)| uses.starts_with(action));
    let visit = |leaf: &Leaf<'_>| {
        let context = if matches!(leaf.path.first().map(|it| &**it), Some("env" | "with")) {
            Context::Literal
        } else {
            Context::Setting
        };
        find(part, place, leaf, Role::Unknown, context);
        for reference in leaf.value.references(32) {
            if reference.kind != RefKind::CiSecret || &*reference.key == "ci:GITHUB_TOKEN" {
                continue;
            }
            let secret = reference.key.trim_start_matches("ci:");
            if classify(secret) == NameClass::Plain && classify(leaf.name) == NameClass::Plain {
                continue;
            }
            let (system, told) = match login {
                Some((_, system, _)) => ((*system).to_owned(), true),
                None => system(secret, leaf),
            };
            let stage = environment.map_or("", Environment::name);
            let mut at = place.location(&leaf.dotted(), leaf.value);
            at.span = reference.span;
            let header = Location { span: reference.span, ..at.clone() };
            let index = connector(
                part,
                format!("actions:{system}:{stage}"),
                format!("{}:{system}", place.address),
                &system,
                header,
            );
            if let Some(connector) = part.connectors.get_mut(index) {
                connector.environment = environment;
                connector.certain = told;
            }
            let by_action =
                login.filter(|(_, _, keys)| keys.contains(&leaf.name) && !leaf.name.ends_with("-id"));
            let cloud = by_action.map(|(_, system, _)| *system).or_else(|| {
                KEY_VARIABLES.iter().find(|(variable, _)| *variable == leaf.name).map(|(_, cloud)| *cloud)
            });
            if let Some(cloud) = cloud {
                let how = Channel::StaticCloudKey { secret: secret.to_owned(), cloud: cloud.to_owned() };
                part.outside.push(Outside { how, at: at.clone(), setting: leaf.name.to_owned() });
            }
            let key = Key::Reference(RefKind::CiSecret, reference.key.clone());
            part.uses.push(Use {
                connector: index,
                key,
                role: Duty::Consumer,
                at,
                setting: leaf.name.to_owned(),
            });
        }
    };
    Walk::new(place.written, place.budget, Context::Setting, visit).value(value);
}

/// The system a secret is for, and whether the setting that takes it tells: else it is what the secret's own name says,
/// which is the same wherever it is taken.
fn system(secret: &str, leaf: &Leaf<'_>) -> (String, bool) {
    let own = words(secret);
    let taken = words(leaf.name);
    if taken.iter().any(|word| word == "github") {
        return ("github".to_owned(), true);
    }
    if leaf.path.first().is_none_or(|key| &**key != "env") {
        return (own.join(" "), false);
    }
    let joined = taken.concat();
    let same = |word: &String| taken.contains(word) || (word.len() > 3 && joined.contains(word.as_str()));
    if taken.is_empty() || own.iter().any(same) { (own.join(" "), true) } else { (taken.join(" "), true) }
}

/// The words of a name before those of the trade: `SLACK_BOT_TOKEN` is for `slack bot`.
fn words(name: &str) -> Vec<String> {
    const TRADE: &[&str] = &[
        "token",
        "key",
        "secret",
        "password",
        "pass",
        "pat",
        "api",
        "access",
        "credentials",
        "creds",
        "private",
        "id",
        "webhook",
        "url",
        "ssh",
        "deploy",
        "auth",
        "client",
        "app",
        "service",
        "account",
        "user",
        "username",
    ];
    /// Names of one system.
    const SAME: &[(&str, &str)] = &[
        ("gh", "github"),
        ("node", "npm"),
        ("twine", "pypi"),
        ("tf", "terraform"),
        ("gcp", "google"),
        ("az", "azure"),
        ("arm", "azure"),
        ("cf", "cloudflare"),
        ("dockerhub", "docker"),
    ];
    let lower = name.trim_start_matches("TF_VAR_").trim_start_matches("INPUT_").to_ascii_lowercase();
    let own: Vec<String> =
        lower.split(['_', '-']).take_while(|word| !TRADE.contains(word)).map(str::to_owned).collect();
    let same = |word: String| {
        SAME.iter().find(|(other, _)| *other == word).map_or(word, |(_, name)| (*name).to_owned())
    };
    let own: Vec<String> = own.into_iter().map(same).collect();
    if own.is_empty() && !lower.is_empty() { vec![lower] } else { own }
}
