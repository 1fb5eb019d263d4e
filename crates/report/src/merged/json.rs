//! For programs: everything, as one object. Its schema is in [`crate::schema`].

use connlint_check::merge::{Counts, RULE};
use connlint_core::Severity;
use serde::Serialize;

use super::Merged;
use crate::json::to_pretty;

/// Raised whenever a field goes away or changes its meaning; new fields do not raise it.
pub(crate) const SCHEMA_VERSION: u32 = 1;

/// The joined results as JSON. The same results give the same bytes.
pub fn merged_json(merged: &Merged) -> String {
    let repositories = merged.repositories.iter().map(|it| Repository {
        name: &it.name,
        connectors: it.connectors.len(),
        findings: (&it.findings).into(),
        files_not_read: it.not_read,
    });
    let register = merged.repositories.iter().flat_map(|repository| {
        repository.connectors.iter().map(|it| Connector {
            repository: &repository.name,
            id: &it.id,
            system: &it.system,
            environment: it.environment.as_deref(),
            owners: &it.owners,
            credentials: &it.credentials,
            path: &it.path,
            line: it.line,
            findings: (&it.findings).into(),
        })
    });
    to_pretty(&Report {
        schema_version: SCHEMA_VERSION,
        tool: Tool { name: "connlint", version: merged.version },
        summary: Summary {
            repositories: merged.repositories.len(),
            connectors: merged.connectors(),
            shared: (&merged.shared_counts()).into(),
            findings: (&merged.findings()).into(),
            problems: merged.problems.len(),
        },
        shared: merged.shared.iter().map(shared).collect(),
        repositories: repositories.collect(),
        register: register.collect(),
        problems: merged
            .problems
            .iter()
            .map(|it| Problem { file: &it.file, line: it.line, message: &it.message })
            .collect(),
    })
}

fn shared<'a>(it: &'a connlint_check::merge::Shared<'a>) -> Shared<'a> {
    let places = it.places.iter().map(|(repository, it)| Place {
        repository,
        path: &it.path,
        line: it.line,
        address: &it.address,
        setting: &it.setting,
        connector: it.connector.as_deref(),
        system: &it.system,
        environment: it.environment.as_deref(),
        owners: &it.owners,
    });
    Shared {
        rule: RULE,
        severity: it.severity.as_str(),
        confidence: it.confidence.as_str(),
        message: &it.message,
        note: it.note,
        help: &it.help,
        fingerprint: &it.fingerprint,
        credential: it.name,
        realm: it.realm.as_str(),
        environments: &it.environments,
        owners: &it.owners,
        repositories: &it.repositories,
        places: places.collect(),
    }
}

#[derive(Serialize)]
struct Report<'a> {
    schema_version: u32,
    tool: Tool<'a>,
    summary: Summary,
    shared: Vec<Shared<'a>>,
    repositories: Vec<Repository<'a>>,
    register: Vec<Connector<'a>>,
    problems: Vec<Problem<'a>>,
}

#[derive(Serialize)]
struct Tool<'a> {
    name: &'a str,
    version: &'a str,
}

#[derive(Serialize)]
struct Summary {
    repositories: usize,
    connectors: usize,
    shared: BySeverity,
    findings: BySeverity,
    problems: usize,
}

#[derive(Serialize)]
struct BySeverity {
    critical: usize,
    high: usize,
    medium: usize,
    low: usize,
}

impl From<&Counts> for BySeverity {
    fn from(it: &Counts) -> Self {
        let [low, medium, high, critical] =
            [Severity::Low, Severity::Medium, Severity::High, Severity::Critical]
                .map(|severity| it.of(severity));
        Self { critical, high, medium, low }
    }
}

#[derive(Serialize)]
struct Shared<'a> {
    rule: &'a str,
    severity: &'a str,
    confidence: &'a str,
    message: &'a str,
    note: &'a str,
    help: &'a str,
    fingerprint: &'a str,
    credential: &'a str,
    realm: &'a str,
    environments: &'a [&'a str],
    owners: &'a [&'a str],
    repositories: &'a [&'a str],
    places: Vec<Place<'a>>,
}

#[derive(Serialize)]
struct Place<'a> {
    repository: &'a str,
    path: &'a str,
    line: Option<usize>,
    address: &'a str,
    setting: &'a str,
    connector: Option<&'a str>,
    system: &'a str,
    environment: Option<&'a str>,
    owners: &'a [String],
}

#[derive(Serialize)]
struct Repository<'a> {
    name: &'a str,
    connectors: usize,
    findings: BySeverity,
    files_not_read: usize,
}

#[derive(Serialize)]
struct Connector<'a> {
    repository: &'a str,
    id: &'a str,
    system: &'a str,
    environment: Option<&'a str>,
    owners: &'a [String],
    credentials: &'a [String],
    path: &'a str,
    line: Option<usize>,
    findings: BySeverity,
}

#[derive(Serialize)]
struct Problem<'a> {
    file: &'a str,
    line: usize,
    message: &'a str,
}
