//! Repositories for the tests of this crate.

use connlint_check::Realm;
use connlint_check::merge::{Entry, Repository, Role, Shared, Use};
use connlint_core::Severity;

use super::Merged;
use crate::jsonl::Problem;

/// Two repositories that share a stored secret and a literal.
pub(crate) struct Sample {
    pub(crate) repositories: Vec<Repository>,
    problems: Vec<Problem>,
}

impl Sample {
    pub(crate) fn new() -> Self {
        let repositories = ["acme/checkout", "acme/shop"].map(repository).into();
        let problem = Problem { file: "c.jsonl".to_owned(), line: 3, message: "it is torn".to_owned() };
        Self { repositories, problems: vec![problem] }
    }

    pub(crate) fn merged<'a>(&'a self, shared: &'a [Shared<'a>]) -> Merged<'a> {
        Merged {
            repositories: &self.repositories,
            shared,
            problems: &self.problems,
            fail_on: Some(Severity::High),
            version: "0.1.0",
        }
    }
}

fn repository(name: &str) -> Repository {
    let team = if name.ends_with("shop") { "@acme/shop" } else { "@acme/payments" };
    let mut connector = Entry {
        id: "live:provider.stripe".to_owned(),
        system: "stripe".to_owned(),
        environment: Some("production".to_owned()),
        owners: vec![team.to_owned()],
        credentials: vec!["vault:secret/payments/stripe#api_key".to_owned(), "literal".to_owned()],
        path: "live/main.tf".to_owned(),
        line: Some(3),
        ..Entry::default()
    };
    connector.findings.add(Severity::Medium);
    let take = |join, name: &str, literal, realm| Use {
        join,
        field: None,
        realm,
        name: name.to_owned(),
        literal,
        role: Role::Consumer,
        setting: "api_key".to_owned(),
        trial: false,
        connector: Some(connector.id.clone()),
        system: connector.system.clone(),
        environment: connector.environment.clone(),
        owners: connector.owners.clone(),
        path: "live/main.tf".to_owned(),
        line: Some(4),
        address: "provider.stripe/api_key".to_owned(),
    };
    let stored = take(1, "vault:secret/payments/stripe#api_key", false, Realm::Store);
    let literal = take(2, "literal", true, Realm::Global);
    Repository {
        name: name.to_owned(),
        key_check: Some("k".to_owned()),
        findings: connector.findings,
        uses: vec![stored, literal],
        connectors: vec![connector],
        not_read: 1,
    }
}
