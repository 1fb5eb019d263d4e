//! Owner and environment by vote: what is said outright counts more than what a name suggests.

use connlint_resolve::Value;

/// An environment, by its usual name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Environment(&'static str);

/// Usual names, each with the words that mean it.
const WORDS: &[(&str, &[&str])] = &[
    ("production", &["prod", "production", "prd", "produzione", "prod1", "prod2"]),
    (
        "staging",
        &[
            "staging",
            "stage",
            "stg",
            "stag",
            "preprod",
            "preproduction",
            "uat",
            "acceptance",
            "acc",
            "nonprod",
            "nonproduction",
            "nprd",
            "npe",
        ],
    ),
    ("development", &["dev", "develop", "development", "devel", "sandbox", "sbx"]),
    ("test", &["test", "testing", "tst", "qa", "sit", "integration"]),
    ("local", &["local", "localhost"]),
];

impl Environment {
    /// The usual name.
    pub fn name(self) -> &'static str {
        self.0
    }

    /// Whether this is production.
    pub fn is_production(self) -> bool {
        self.0 == "production"
    }

    /// The environment a text names as a whole (`prod`, `Production`, `pre-prod`).
    pub fn named(text: &str) -> Option<Self> {
        let plain: String =
            text.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
        WORDS.iter().find(|(_, words)| words.contains(&plain.as_str())).map(|(name, _)| Self(name))
    }

    /// The only environment whose word is part of a text such as `clusters/prod/eu` or `db-staging`; nothing if
    /// there is none or if there are several.
    pub fn in_text(text: &str) -> Option<Self> {
        // `pre-prod` and `non_prod` would read as production word by word.
        let lower = text.to_ascii_lowercase();
        let joined =
            ["pre-prod", "pre_prod", "non-prod", "non_prod", "not-prod"].iter().any(|it| lower.contains(it));
        if joined {
            return Some(Self("staging"));
        }
        let mut found = None;
        for word in lower.split(|c: char| !c.is_ascii_alphanumeric()) {
            if let Some(environment) = Self::named(word) {
                if found.is_some_and(|other| other != environment) {
                    return None;
                }
                found = Some(environment);
            }
        }
        found
    }
}

/// Keys whose value is the environment, compared by their last words.
const ENVIRONMENT_KEYS: &[&str] = &[
    "environment",
    "environment-name",
    "environment_name",
    "env",
    "stage",
    "env_name",
    "deployment_environment",
];

/// Keys whose value is the owner, compared by their last words.
const OWNER_KEYS: &[&str] = &[
    "owner",
    "team",
    "team-name",
    "team_name",
    "contact",
    "business-unit",
    "business_unit",
    "owned-by",
    "owned_by",
    "squad",
    "maintainer",
];

/// The environment that tags, labels or annotations say outright.
pub(crate) fn said_environment(maps: &[&Value]) -> Option<Environment> {
    for entry in maps.iter().flat_map(|map| map.entries()) {
        if let Some(text) = entry.value.scalar() {
            let key = last_words(&entry.key);
            if ENVIRONMENT_KEYS.contains(&key.as_str()) {
                return Environment::named(text).or_else(|| Environment::in_text(text));
            }
            if key == "is-production" && text == "true" {
                return Environment::named("production");
            }
        }
    }
    None
}

/// The owners that tags, labels or annotations say outright.
pub(crate) fn said_owners(maps: &[&Value]) -> Vec<String> {
    let mut owners = Vec::new();
    for key in OWNER_KEYS {
        for entry in maps.iter().flat_map(|map| map.entries()) {
            if let Some(text) = entry.value.scalar().map(str::trim)
                && last_words(&entry.key) == *key
                && !text.is_empty()
                && !owners.iter().any(|own| own == text)
            {
                owners.push(text.to_owned());
            }
        }
        if !owners.is_empty() {
            break;
        }
    }
    owners
}

/// `cloud-platform.justice.gov.uk/team-name` ends in `team-name`.
fn last_words(key: &str) -> String {
    key.rsplit(['/', ':', '.']).next().unwrap_or(key).to_ascii_lowercase()
}

/// Words that mark a place for trying things out.
const TRIALS: &[&str] = &[
    "example",
    "examples",
    "sample",
    "samples",
    "demo",
    "demos",
    "test",
    "tests",
    "testing",
    "testdata",
    "fixture",
    "fixtures",
    "mock",
    "mocks",
    "tutorial",
    "quickstart",
    "quickstarts",
    "local",
    "localdev",
    "devcontainer",
    "playground",
    "e2e",
    "docs",
    "doc",
    "spec",
    "minikube",
    "kind",
    "tilt",
    "localstack",
];

/// Whether a path is a place for trying things out: examples, tests, a developer's machine.
pub fn is_trial(path: &str) -> bool {
    path.to_ascii_lowercase().split(|c: char| !c.is_ascii_alphanumeric()).any(|word| TRIALS.contains(&word))
}

/// Whether a text speaks of customers, payments, patients or personal data.
pub(crate) fn speaks_of_people(text: &str) -> bool {
    const WORDS: &[&str] = &[
        "pii",
        "pci",
        "phi",
        "gdpr",
        "hipaa",
        "payment",
        "payments",
        "customer",
        "customers",
        "patient",
        "patients",
        "cardholder",
        "payroll",
        "personal",
    ];
    text.to_ascii_lowercase().split(|c: char| !c.is_ascii_alphanumeric()).any(|word| WORDS.contains(&word))
}

/// Part of a path that says which cluster or environment a manifest is for: up to the first part that names an
/// environment or follows `clusters/`; the whole folder where nothing says so.
pub(crate) fn cluster_scope(path: &str) -> &str {
    let mut end = 0;
    let mut after_clusters = false;
    for part in path.split('/') {
        let here = end + part.len();
        if after_clusters || (here < path.len() && Environment::in_text(part).is_some()) {
            return path.get(..here).unwrap_or_default();
        }
        after_clusters = matches!(part, "clusters" | "cluster" | "overlays" | "environments" | "envs");
        end = here + 1;
    }
    ""
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn environments() {
        let found = |text| Environment::in_text(text).map_or("-", Environment::name);
        assert_eq!(found("clusters/prod/eu"), "production");
        assert_eq!(found("db-staging-1"), "staging");
        assert_eq!(found("my-pre-prod"), "staging");
        assert_eq!(found("product/reproduce"), "-");
        assert_eq!(found("dev-and-prod"), "-");
        assert_eq!(cluster_scope("k8s/prod/app/x.yaml"), "k8s/prod");
        assert_eq!(cluster_scope("clusters/eu1/app/x.yaml"), "clusters/eu1");
        assert_eq!(cluster_scope("apps/x.yaml"), "");
    }
}
