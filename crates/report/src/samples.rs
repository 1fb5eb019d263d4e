//! Reviews for the tests of this crate, made of texts and of the words that findings point at.

use std::time::Duration;

use connlint_check::{
    ConnectorSummary, CredentialUse, Inventory, Outcome, Realm, Review, Unread, UnreadReason,
};
use connlint_core::{
    Confidence, Control, FileId, Finding, Fingerprint, HashKey, Label, Location, RuleMeta, Severity, Source,
    Sources, Span, Suppression,
};

use crate::{Context, Style};

pub(crate) static HARDCODED: RuleMeta = RuleMeta {
    id: "hardcoded-secret",
    docs: "A secret is written in the code\n\nWhoever reads the repository, now or later,\nholds the secret.\n\n## What to do\n\nMove it to a secret store.\n",
    severity: Severity::Critical,
    tiers: "",
    confidence: Confidence::High,
    control: Control { code: "CR-01", cwe: Some(798), owasp_nhi: &["NHI2"] },
    since: "0.1.0",
};

pub(crate) static SHARED: RuleMeta = RuleMeta {
    id: "shared-credential",
    docs: "One credential serves several connectors.",
    severity: Severity::High,
    tiers: "",
    confidence: Confidence::Medium,
    control: Control { code: "CR-02", cwe: None, owasp_nhi: &[] },
    since: "0.1.0",
};

pub(crate) static RULES: &[&RuleMeta] = &[&HARDCODED, &SHARED];

/// A secret that no output may hold; it does not look like one, so that only the known span protects it.
pub(crate) const PLANTED: &str = "tr0ub4dor&3";

pub(crate) const PLAIN: Style = Style { color: false, unicode: true, links: false, width: 80 };

/// A run under construction.
#[derive(Debug, Default)]
pub(crate) struct Sample {
    pub(crate) review: Review,
    pub(crate) sources: Sources,
}

impl Sample {
    pub(crate) fn new(files: &[(&str, &str)]) -> Self {
        let sources = Sources::new(files.iter().map(|(path, text)| Source::new(*path, *text)).collect());
        Self { review: Review { files_read: files.len(), ..Review::default() }, sources }
    }

    /// The first place of `words` in the file at `path`.
    pub(crate) fn span(&self, path: &str, words: &str) -> Span {
        let (id, source) =
            self.sources.iter().enumerate().find(|(_, it)| it.path() == path).expect("a known path");
        let start = source.text().find(words).expect("words of the text");
        Span::new(FileId(u32::try_from(id).unwrap()), start, start + words.len())
    }

    pub(crate) fn at(&self, path: &str, words: &str, address: &str) -> Location {
        Location { span: self.span(path, words), path: address.to_owned(), via: Vec::new() }
    }

    pub(crate) fn finding(&self, rule: &'static RuleMeta, primary: Location, message: &str) -> Finding {
        Finding {
            identity: connlint_core::Identity::default(),
            standing: connlint_core::Standing::default(),
            rule,
            severity: rule.severity,
            confidence: rule.confidence,
            message: message.to_owned(),
            fingerprint: Fingerprint::of([rule.id, &primary.path]),
            primary,
            label: "the literal stands here".to_owned(),
            related: Vec::new(),
            help: "move the value to a secret store and pass a reference to it".to_owned(),
            fix: None,
            suppression: None,
        }
    }

    /// Marks every occurrence of `words` as a secret and sorts what a review promises to be sorted.
    pub(crate) fn with_secret(mut self, words: &str) -> Self {
        for (id, source) in self.sources.iter().enumerate() {
            let file = FileId(u32::try_from(id).unwrap());
            let found = source.text().match_indices(words);
            self.review.secrets.extend(found.map(|(at, _)| Span::new(file, at, at + words.len())));
        }
        self.review.secrets.sort();
        self
    }

    pub(crate) fn with(mut self, finding: Finding) -> Self {
        self.review.findings.push(finding);
        self.review.findings.sort_by(|a, b| a.sort_key().cmp(&b.sort_key()));
        self
    }

    pub(crate) fn context(&self) -> Context<'_> {
        Context {
            review: &self.review,
            sources: &self.sources,
            rules: RULES,
            elapsed: Some(Duration::from_millis(123)),
            fail_on: Some(Severity::High),
            version: "0.1.0",
        }
    }
}

pub(crate) fn label(location: Location, message: &str) -> Label {
    Label { location, message: message.to_owned() }
}

const MAIN: &str = r#"module "orders" {
  source   = "./modules/fivetran"
  password = var.orders_password
}

resource "fivetran_connector" "invoices" {
  service = "postgres"
  config {
    user     = "etl"
    password = "tr0ub4dor&3" # rotate me
    url      = "postgres://etl:an0ther@db.example.com/x"
  }
}
"#;

const VARIABLES: &str = r#"variable "orders_password" {
  default = "tr0ub4dor&3"
}
"#;

const MODULE: &str = r#"resource "fivetran_connector" "this" {
  config {
    password = var.password
  }
}
"#;

const KEY: &str = "resource \"snowflake_user\" \"etl\" {\n  rsa_key = <<EOT\n-----BEGIN PRIVATE KEY-----\nMIIfake\nfake==\n-----END PRIVATE KEY-----\nEOT\n}\n";

/// A bit of everything that a report has to show.
pub(crate) fn everything() -> Sample {
    let mut sample = Sample::new(&[
        ("infra/main.tf", MAIN),
        ("infra/modules/fivetran/main.tf", MODULE),
        ("infra/snowflake.tf", KEY),
        ("infra/variables.tf", VARIABLES),
    ])
    .with_secret(PLANTED);
    sample.review.secrets.push(sample.span("infra/snowflake.tf", KEY.split("EOT\n").nth(1).unwrap()));
    sample.review.secrets.sort();

    let literal = |path: &str| sample.at(path, PLANTED, "fivetran_connector.invoices/config.password");
    let mut default = literal("infra/variables.tf");
    default.path = "module.orders.fivetran_connector.this/config.password".to_owned();
    default.via = vec![
        sample.span("infra/modules/fivetran/main.tf", "var.password"),
        sample.span("infra/main.tf", "var.orders_password"),
    ];
    let invoices = literal("infra/main.tf");
    let key = sample.at("infra/snowflake.tf", "-----BEGIN PRIVATE KEY-----", "snowflake_user.etl/rsa_key");

    let mut variable = sample.finding(
        &HARDCODED,
        default.clone(),
        "the password of module.orders.fivetran_connector.this is written in the code, as the default of a variable",
    );
    "the default is a literal".clone_into(&mut variable.label);
    let plain =
        sample.finding(&HARDCODED, invoices.clone(), "the password of invoices is written in the code");
    let mut shared = sample.finding(&SHARED, invoices, "2 connectors share one password");
    "used by fivetran_connector.invoices".clone_into(&mut shared.label);
    shared.related.push(label(default, "and by module.orders.fivetran_connector.this"));
    let mut accepted = sample.finding(&HARDCODED, key.clone(), "accepted");
    accepted.suppression = Some(Suppression {
        reason: "a test key".to_owned(),
        until: Some("2027-03-31".to_owned()),
        span: sample.span("infra/snowflake.tf", "rsa_key"),
    });
    let mut private = sample.finding(&HARDCODED, key, "a private key is written in the code");
    private.severity = Severity::Medium;
    private.confidence = Confidence::Low;

    for (words, passes) in [("config", true), ("var.password", false)] {
        let at = sample.at("infra/modules/fivetran/main.tf", words, "fivetran_connector.this/config");
        sample.review.outcomes.push(Outcome { at, rule: HARDCODED.id, passes });
    }
    sample.review.connectors.push(ConnectorSummary {
        id: "infra/fivetran_connector.invoices".to_owned(),
        system: "fivetran".to_owned(),
        environment: Some("production".to_owned()),
        owners: vec!["@data".to_owned()],
        credentials: vec!["literal".to_owned()],
        at: sample.at("infra/main.tf", "resource", "fivetran_connector.invoices"),
    });
    let unread = |path: &str, reason, detail: &str| Unread {
        path: path.to_owned(),
        reason,
        detail: detail.to_owned(),
        old: false,
    };
    sample.review.unread = vec![
        unread("charts/app/templates/secret.yaml", UnreadReason::Template, "a Helm template"),
        unread(
            "infra/broken.tf",
            UnreadReason::Syntax,
            "line 3: expected a closing brace, found the end of the file",
        ),
    ];
    [variable, plain, shared, accepted, private].into_iter().fold(sample, Sample::with)
}

/// [`everything`], with its credentials.
pub(crate) fn with_inventory() -> Sample {
    let mut sample = everything();
    let key = HashKey::from_passphrase("a key");
    let at = sample.at("infra/main.tf", PLANTED, "fivetran_connector.invoices/config.password");
    let literal = CredentialUse {
        at,
        name: "literal".to_owned(),
        kind: "literal",
        realm: Realm::Global,
        join: key.join_key().literal(PLANTED),
        field: None,
        role: "consumer",
        setting: "config.password".to_owned(),
        trial: false,
        connector: Some("infra/fivetran_connector.invoices".to_owned()),
        system: "fivetran".to_owned(),
        environment: Some("production".to_owned()),
        owners: vec!["@data".to_owned()],
    };
    let reference = CredentialUse {
        name: "vault:secret/etl/warehouse#password".to_owned(),
        kind: "secret-store",
        realm: Realm::Store,
        join: Some(key.join_key().reference(["vault", "secret/etl/warehouse"])),
        field: Some(key.join_key().reference(["password"])),
        connector: None,
        environment: None,
        ..literal.clone()
    };
    sample.review.inventory = Some(Inventory {
        repository: "acme/etl".to_owned(),
        folder: Some(("infra".to_owned(), String::new())),
        key_check: key.check(),
        uses: vec![literal, reference],
    });
    sample
}
