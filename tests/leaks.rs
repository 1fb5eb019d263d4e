//! No output of any format may hold a secret of the files it reports on: random secrets are planted in every place a
//! secret can stand, and the bytes of every output are searched for them, in clear and encoded.
//! `LEAK_ROUNDS` sets how many times.
#![allow(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "a test reads files, prints what it found, and fails by panicking"
)]

#[path = "leaks/outputs.rs"]
mod outputs;
mod support;

use std::collections::{BTreeSet, HashMap};

use outputs::{outputs, outputs_of_changes};
use support::{Chance, findings, none_wrong, scratch, write};

const LETTERS: &str = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";

/// Where a secret can stand: name, path of the file, and its text around `@S@` (the secret), `@B@` (its base64) and
/// `@T@` (a second secret).
const ORIGINS: &[(&str, &str, &str)] = &[
    ("attribute", "main.tf", "resource \"aws_db_instance\" \"a\" {\n  password = \"@S@\"\n}\n"),
    (
        "default",
        "main.tf",
        "variable \"db_password\" {\n  default = \"@S@\"\n}\n\nresource \"aws_db_instance\" \"a\" {\n  password = var.db_password\n}\n",
    ),
    ("tfvars", "terraform.tfvars", "db_password = \"@S@\"\napi_tokens = { eu = \"@T@\" }\n"),
    (
        "tfvars json",
        "prod.auto.tfvars.json",
        "{\"db_password\": \"@S@\", \"nested\": {\"api_key\": \"@T@\"}}\n",
    ),
    (
        "local",
        "main.tf",
        "locals {\n  api_token = \"@S@\"\n  all = { password = \"@T@\" }\n}\n\nprovider \"pagerduty\" {\n  token = local.api_token\n}\n\nresource \"aws_db_instance\" \"a\" {\n  password = local.all.password\n}\n",
    ),
    (
        "heredoc",
        "main.tf",
        "resource \"aws_instance\" \"a\" {\n  user_data = <<-EOT\n    #!/bin/sh\n    export DB_PASSWORD=@S@\n    mysql -u app -p@T@ -h db.example\n  EOT\n}\n",
    ),
    (
        "heredoc json",
        "main.tf",
        "resource \"aws_secretsmanager_secret_version\" \"a\" {\n  secret_string = <<EOT\n{\"username\": \"app\", \"password\": \"@S@\"}\nEOT\n}\n",
    ),
    (
        "jsonencode",
        "main.tf",
        "resource \"aws_secretsmanager_secret_version\" \"a\" {\n  secret_string = jsonencode({ user = \"app\", password = \"@S@\", nested = [{ name = \"API_KEY\", value = \"@T@\" }] })\n}\n",
    ),
    (
        "module argument",
        "main.tf",
        "module \"a\" {\n  source   = \"./m\"\n  password = \"@S@\"\n  settings = { api_token = \"@T@\" }\n}\n",
    ),
    (
        "json syntax",
        "main.tf.json",
        "{\"resource\": {\"aws_db_instance\": {\"a\": {\"password\": \"@S@\"}}}, \"variable\": {\"api_token\": {\"default\": \"@T@\"}}}\n",
    ),
    (
        "template",
        "main.tf",
        "resource \"aws_ssm_parameter\" \"a\" {\n  type  = \"SecureString\"\n  value = \"${var.prefix}@S@\"\n}\n\nlocals {\n  dsn = \"postgres://app:@T@@${var.host}/app\"\n}\n",
    ),
    (
        "base64encode",
        "main.tf",
        "resource \"kubernetes_secret\" \"a\" {\n  metadata { name = \"a\" }\n  data = { password = \"@S@\" }\n  binary_data = { token = base64encode(\"@T@\") }\n}\n",
    ),
    (
        "provider header",
        "main.tf",
        "provider \"restapi\" {\n  uri     = \"https://api.example\"\n  headers = { Authorization = \"Bearer @S@\", X-Api-Key = \"@T@\" }\n}\n",
    ),
    (
        "stringData",
        "a.yaml",
        "apiVersion: v1\nkind: Secret\nmetadata:\n  name: a\nstringData:\n  password: @S@\n  config.json: |\n    {\"api_key\": \"@T@\"}\n",
    ),
    ("data", "a.yaml", "apiVersion: v1\nkind: Secret\nmetadata:\n  name: a\ndata:\n  password: @B@\n"),
    (
        "env",
        "a.yaml",
        "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: a\nspec:\n  template:\n    spec:\n      containers:\n        - name: a\n          image: a\n          env:\n            - name: DB_PASSWORD\n              value: @S@\n            - {value: \"@T@\", name: API_TOKEN}\n",
    ),
    (
        "arguments",
        "a.yaml",
        "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: a\nspec:\n  template:\n    spec:\n      containers:\n        - name: a\n          image: a\n          args: [\"--password=@S@\", \"--token\", \"@T@\"]\n",
    ),
    (
        "annotation",
        "a.yaml",
        "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n  annotations:\n    example.com/api-token: @S@\ndata:\n  DB_PASSWORD: @T@\n",
    ),
    (
        "configmap json",
        "a.yaml",
        "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n  app.json: '{\"db\": {\"password\": \"@S@\"}}'\n  app.properties: |\n    db.user=app\n    db.password=@T@\n",
    ),
    (
        "compose map",
        "docker-compose.yml",
        "services:\n  a:\n    image: a\n    environment:\n      DB_PASSWORD: @S@\n      DB_URL: postgres://app:@T@@db.example/app\n",
    ),
    (
        "compose list",
        "docker-compose.yml",
        "services:\n  a:\n    image: a\n    environment:\n      - DB_PASSWORD=@S@\n      - API_TOKEN=${API_TOKEN:-@T@}\n",
    ),
    (
        "compose command",
        "docker-compose.yml",
        "services:\n  a:\n    image: redis\n    command: redis-server --requirepass @S@\n    healthcheck:\n      test: redis-cli -a @T@ ping\n",
    ),
    (
        "workflow",
        ".github/workflows/a.yml",
        "on: push\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    env:\n      NPM_TOKEN: @S@\n    steps:\n      - run: curl -H \"Authorization: Bearer @T@\" https://api.example\n",
    ),
    (
        "helm values",
        "values.yaml",
        "postgresql:\n  auth:\n    username: app\n    password: @S@\nextraEnv:\n  - name: API_KEY\n    value: \"@T@\"\n",
    ),
    (
        "block scalar",
        "a.yaml",
        "app:\n  config: |\n    [db]\n    user = app\n    password = @S@\n  token: >-\n    @T@\n",
    ),
    (
        "anchors",
        "a.yaml",
        "defaults: &defaults\n  password: &p @S@\n  api_token: \"@T@\"\none:\n  <<: *defaults\ntwo:\n  password: *p\n",
    ),
    ("broken yaml", "a.yaml", "app:\n  password: @S@\n   api_token: @T@\n  - nothing\n"),
    (
        "broken hcl",
        "main.tf",
        "resource \"aws_db_instance\" \"a\" {\n  password = \"@S@\"\n\nprovider \"x\" {\n  token = \"@T@\n}\n",
    ),
    ("broken quote", "main.tf", "provider \"x\" {\n  password = \"@S@\n  token = @T@\n"),
    ("broken key", "a.yaml", "\"password\": @S@: @T@\n  password: [\n"),
    (
        "broken json",
        "main.tf.json",
        "{\"resource\": {\"a\": {\"b\": {\"password\": \"@S@\" \"token\": \"@T@\"}}\n",
    ),
    (
        "comment",
        "main.tf",
        "# the old login was password = \"@S@\"\nlocals {\n  region = \"eu\" // API_TOKEN=@T@\n}\nresource \"aws_db_instance\" \"a\" {\n  password = \"x9Kd-22qL-Bw7p\"\n}\n",
    ),
    (
        "map key",
        "main.tf",
        "locals {\n  tokens = { \"@S@\" = \"@S@\" }\n}\n\nresource \"aws_ssm_parameter\" \"a\" {\n  for_each = { (\"@T@\") = \"@T@\" }\n  type     = \"SecureString\"\n  name     = each.key\n  value    = each.value\n}\n",
    ),
    (
        "yaml key",
        "a.yaml",
        "apiVersion: v1\nkind: Secret\nmetadata:\n  name: @S@\nstringData:\n  @T@: @T@\n  password: @S@\n",
    ),
    (
        "name of a block",
        "main.tf",
        "resource \"aws_db_instance\" \"@S@\" {\n  password = \"@S@\"\n}\n\nmodule \"@T@\" {\n  source = \"./m\"\n  api_token = \"@T@\"\n}\n",
    ),
    (
        "account",
        "main.tf",
        "provider \"postgresql\" {\n  username = \"postgres\"\n  password = \"@S@\"\n  database = \"@S@\"\n}\n",
    ),
    (
        "tags",
        "main.tf",
        "resource \"aws_dms_endpoint\" \"a\" {\n  password = \"@S@\"\n  tags = { owner = \"@S@\" }\n}\n\nresource \"aws_dms_endpoint\" \"b\" {\n  password = \"@S@\"\n  tags = { owner = \"b\", api_token = \"@T@\" }\n}\n",
    ),
    (
        "suppression",
        "main.tf",
        "resource \"aws_db_instance\" \"a\" {\n  # connlint: allow hardcoded-secret until 2099-01-01 -- it is @S@ everywhere\n  password = \"@S@\"\n}\n",
    ),
    (
        "wrong suppression",
        "main.tf",
        "resource \"aws_db_instance\" \"a\" {\n  # connlint: allow @S@ until 2020-01-01 -- it is @S@\n  password = \"@S@\"\n}\n",
    ),
    (
        "two on a line",
        "main.tf",
        "locals {\n  all = { password = \"@S@\", api_token = \"@T@\", region = \"eu\" }\n}\n",
    ),
    (
        "minified",
        "main.tf.json",
        "{\"locals\":{\"db\":{\"user\":\"app\",\"password\":\"@S@\"},\"api\":{\"token\":\"@T@\"},\"region\":\"eu\"},\"resource\":{\"aws_db_instance\":{\"a\":{\"password\":\"${local.db.password}\"}}}}",
    ),
    (
        "shared",
        "main.tf",
        "variable \"t\" {\n  default = \"@S@\"\n}\nprovider \"pagerduty\" {\n  token = var.t\n}\nprovider \"datadog\" {\n  api_key = var.t\n}\nprovider \"github\" {\n  token = \"@T@\"\n}\nprovider \"gitlab\" {\n  token = \"@T@\"\n}\n",
    ),
    (
        "next to others",
        "main.tf",
        "provider \"postgresql\" {\n  username = \"admin\" # password = \"@S@\"\n  password = \"@T@\"\n}\n",
    ),
    (
        "state",
        "terraform.tfstate",
        "{\"version\": 4, \"terraform_version\": \"1.9.0\", \"resources\": [{\"mode\": \"managed\", \"type\": \"aws_db_instance\", \"name\": \"a\", \"instances\": [{\"attributes\": {\"password\": \"@S@\"}}]}], \"outputs\": {\"token\": {\"value\": \"@T@\", \"sensitive\": true}}}\n",
    ),
    ("ends without newline", "a.yaml", "a:\n  password: @S@"),
    ("windows lines", "a.yaml", "a:\r\n  password: @S@\r\n  api_token: \"@T@\"\r\n"),
    (
        "wide characters",
        "a.yaml",
        "größe: 1\nдоступ: {пользователь: app, password: \"@S@\", 値: 日本, token: '@T@'}\n",
    ),
    (
        "tabs and escapes",
        "main.tf",
        "locals {\n\tname = \"a\\tb\"\n\tx = { note = \"a\\\"b\\u00e9\", password = \"@S@\",\tapi_token\t=\t\"@T@\" }\n}\n",
    ),
    ("escaped yaml", "a.yaml", "a:\n  password: \"@S@\\n\"\n  note: 'it''s'\n  api_token: '@T@'\n"),
    ("folded over lines", "a.yaml", "a:\n  password: \"@S@\\\n    @T@\"\n"),
];

#[test]
fn no_output_holds_a_planted_secret() {
    let rounds = std::env::var("LEAK_ROUNDS").ok().and_then(|it| it.parse().ok()).unwrap_or(5_u64);
    let mut leaks = BTreeSet::new();
    let mut undetected = BTreeSet::new();
    let mut searched = 0;
    for round in 0..rounds {
        let mut chance = Chance(round.wrapping_mul(7919) + 17);
        let folder = scratch(&format!("leaks-{round}"));
        let mut planted: Vec<Plant> = Vec::new();
        for (at, (origin, path, text)) in ORIGINS.iter().enumerate() {
            let secrets = [secret(&mut chance, round), secret(&mut chance, round)];
            let [first, second] = &secrets;
            let text =
                text.replace("@S@", first).replace("@T@", second).replace("@B@", &base64(first.as_bytes()));
            write(&folder, &format!("{at:02}/{path}"), &text);
            write(
                &folder,
                &format!("{at:02}/m/main.tf"),
                "variable \"password\" {}\nvariable \"settings\" {}\nresource \"aws_db_instance\" \"m\" {\n  password = var.password\n}\n",
            );
            planted.extend(secrets.map(|secret| (*origin, secret)));
        }
        let search = Search::new(&planted);
        let (tree, changes) = (outputs(&folder), outputs_of_changes(&folder));
        for (name, bytes) in tree.into_iter().chain(changes) {
            searched += bytes.len();
            if name == "json" {
                let found = found_in(&bytes);
                let silent = (0..ORIGINS.len()).filter(|at| !found.contains(&format!("{at:02}")));
                undetected.extend(silent.map(|at| format!("{:?}", &planted[2 * at..2 * at + 2])));
            }
            for line in bytes.split(|byte| *byte == b'\n') {
                for (form, (origin, secret)) in search.hits(line) {
                    let line = String::from_utf8_lossy(line);
                    // A report for machines is one long line.
                    let at: String = line.trim().chars().take(200).collect();
                    leaks.insert(format!("{origin}: {name} shows {form:?} of {secret:?}\n    {at}"));
                }
            }
        }
        std::fs::remove_dir_all(folder).expect("the folder goes");
    }
    println!("{} origins, {rounds} rounds, {searched} bytes of output searched", ORIGINS.len());
    none_wrong(&leaks.into_iter().collect::<Vec<_>>());
    // A report without a finding shows nothing of the file, so that its silence would prove nothing.
    assert!(undetected.is_empty(), "origins without a hardcoded-secret finding: {undetected:?}");
}

/// The folders with a finding of a hard-coded secret in a JSON report; SARIF names the rule in any case.
fn found_in(report: &[u8]) -> BTreeSet<String> {
    let report = serde_json::from_slice(report).expect("JSON");
    let found = findings(&report).into_iter().filter(|it| it.rule == "hardcoded-secret");
    found.filter_map(|it| Some(it.primary.path.split_once('/')?.0.to_owned())).collect()
}
/// A random secret: letters and digits, with marks in every other round, in the format of a vendor in some.
fn secret(chance: &mut Chance, round: u64) -> String {
    let length = 18 + chance.below(20);
    match round % 3 {
        0 => chance.word(LETTERS, length),
        1 => format!(
            "{}{}{}",
            chance.word(LETTERS, 9),
            ["-", ".", "_", "+", "~"][chance.below(5)],
            chance.word(LETTERS, 11)
        ),
        _ => format!("ghp_{}", chance.word(LETTERS, 36)),
    }
}

/// An origin and a secret that was planted there.
type Plant<'a> = (&'a str, String);

/// How a planted secret may be written.
type Form<'a> = (String, &'a Plant<'a>);

/// Looks for many secrets at once.
struct Search<'a> {
    /// Forms of secrets by their first eight bytes, which are no accident.
    forms: HashMap<[u8; 8], Vec<Form<'a>>>,
}

impl<'a> Search<'a> {
    fn new(planted: &'a [Plant<'a>]) -> Self {
        let mut by_start: HashMap<[u8; 8], Vec<Form>> = HashMap::new();
        for plant in planted {
            for form in forms(&plant.1) {
                let start = form.as_bytes()[..8].try_into().expect("eight bytes");
                by_start.entry(start).or_default().push((form, plant));
            }
        }
        Self { forms: by_start }
    }

    /// The forms that stand in the text, with their secrets.
    fn hits(&self, text: &[u8]) -> impl Iterator<Item = (&str, &'a Plant<'a>)> {
        text.array_windows::<8>().enumerate().flat_map(move |(at, window)| {
            let forms = self.forms.get(window).map_or(&[][..], |forms| forms);
            let here = forms.iter().filter(move |(form, _)| text[at..].starts_with(form.as_bytes()));
            here.map(|(form, plant)| (form.as_str(), *plant))
        })
    }
}

/// Pieces of the secret, in clear and encoded.
fn forms(secret: &str) -> Vec<String> {
    let pieces = |whole: &str, size: usize| -> Vec<String> {
        let most = whole.len().saturating_sub(size);
        (0..=most).map(|at| whole[at..(at + size).min(whole.len())].to_owned()).collect()
    };
    let hex: String = secret.bytes().map(|it| format!("{it:02x}")).collect();
    let url: String = secret
        .bytes()
        .map(|it| if it.is_ascii_alphanumeric() { char::from(it).to_string() } else { format!("%{it:02X}") })
        .collect();
    let json: String = secret.chars().map(|it| format!("\\u{:04x}", it as u32)).collect();
    let reversed: String = secret.chars().rev().collect();
    let mut forms = pieces(secret, 8);
    forms.extend(pieces(&url, 10));
    forms.extend(pieces(&reversed, 10));
    forms.extend([hex.clone(), hex.to_uppercase(), json]);
    for skipped in 0..3 {
        // The characters that do not depend on what stands before and after.
        let whole = base64(&secret.as_bytes()[skipped..]);
        forms.extend(pieces(&whole.trim_end_matches('=')[..20], 12));
    }
    forms
}

fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let chunk = |it: &[u8]| {
        let all = [0, 1, 2].map(|at| u32::from(it.get(at).copied().unwrap_or(0)));
        let number = (all[0] << 16) | (all[1] << 8) | all[2];
        let digit = |at: usize| {
            if at <= it.len() { char::from(ALPHABET[(number >> (18 - 6 * at)) as usize & 63]) } else { '=' }
        };
        [0, 1, 2, 3].map(digit).iter().collect::<String>()
    };
    bytes.chunks(3).map(chunk).collect()
}
