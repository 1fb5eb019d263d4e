//! Many repositories: what each writes for the others, and what is found when the results are joined.
#![allow(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "a test reads files and fails by panicking"
)]

mod support;

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;
use support::{Run, connlint, git, scratch, write};

const KEY: &str = "a key of one organisation, long enough";
const STRONG: &str = "vK7qTn2xRb9wLs4eQm1z";

/// A provider that takes a credential, which an expression gives.
fn provider(team: &str, environment: &str, expression: &str) -> String {
    format!(
        "data \"vault_generic_secret\" \"s\" {{\n  path = \"secret/payments/stripe\"\n}}\n\n\
         resource \"aws_dms_endpoint\" \"a\" {{\n  endpoint_id = \"a\"\n  engine_name = \"postgres\"\n  password = {expression}\n\n\
         tags = {{\n    owner = \"{team}\"\n    environment = \"{environment}\"\n  }}\n}}\n"
    )
}

const STORED: &str = "data.vault_generic_secret.s.data[\"password\"]";

/// Runs the binary with a key.
fn keyed<S: AsRef<OsStr>>(folder: &Path, key: &str, arguments: &[S]) -> Run {
    let mut command = Command::new(env!("CARGO_BIN_EXE_connlint"));
    command.args(arguments).current_dir(folder).env_remove("CONNLINT_KEY");
    command.env_remove("GITHUB_REPOSITORY").env_remove("GITHUB_WORKSPACE");
    // The scratch folders may lie in the work tree of connlint itself.
    command.env("GIT_CEILING_DIRECTORIES", env!("CARGO_TARGET_TMPDIR"));
    command.env("NO_COLOR", "1").env("COLUMNS", "100").stdin(Stdio::null());
    if !key.is_empty() {
        command.env("CONNLINT_KEY", key);
    }
    let output = command.output().expect("the binary starts");
    let code = output.status.code().expect("it ends by itself");
    Run { code, stdout: output.stdout, stderr: output.stderr }
}

/// Checks repositories, given as name and the text of `main.tf`, and leaves their results in a folder. That they are
/// checked out below a folder of tests does not make them tests.
fn results(name: &str, key: &str, repositories: &[(&str, &str)]) -> PathBuf {
    let folder = scratch(&format!("merge-{name}"));
    for (repository, text) in repositories {
        let file = repository.replace('/', "-");
        write(&folder, &format!("tests/{file}/main.tf"), text);
        let arguments = ["check", &format!("tests/{file}"), "--format", "jsonl", "--repository", repository];
        let run = keyed(&folder, key, &[&arguments[..], &["--fail-on", "never"]].concat());
        assert_eq!(run.code, 0, "{}", run.err());
        write(&folder, &format!("in/{file}.jsonl"), run.stdout);
    }
    folder
}

fn merged(folder: &Path) -> Value {
    connlint(folder, &["merge", "in", "--format", "json"]).json()
}

/// Severities and messages of what is shared.
fn shared(report: &Value) -> Vec<String> {
    let all = report["shared"].as_array().expect("shared").iter();
    all.map(|it| format!("{} {}", it["severity"].as_str().unwrap(), it["message"].as_str().unwrap()))
        .collect()
}

#[test]
fn credentials_shared_by_repositories_are_found() {
    let literal = format!("\"{STRONG}\"");
    let arn = "data.aws_secretsmanager_secret_version.s.secret_string";
    let with_arn = |team: &str| {
        provider(team, "production", arn)
            + "data \"aws_secretsmanager_secret_version\" \"s\" {\n  secret_id = \"arn:aws:secretsmanager:eu-west-1:210987654321:secret:pay-AbCdEf\"\n}\n"
    };
    for (name, one, other, expected) in [
        (
            "path-teams",
            provider("payments", "production", STORED),
            provider("shop", "production", STORED),
            "high the stored secret `secret/payments/stripe#password` is shared by the teams payments and shop, by 2 repositories",
        ),
        (
            "path",
            provider("payments", "production", STORED),
            provider("payments", "production", STORED),
            "medium the stored secret `secret/payments/stripe#password` is shared by the repositories acme/one and acme/two",
        ),
        (
            "literal-environments",
            provider("payments", "production", &literal),
            provider("payments", "staging", &literal),
            "high one literal, behind `password`, is shared by production and staging, by 2 repositories",
        ),
        (
            "literal",
            provider("payments", "production", &literal),
            provider("payments", "production", &literal),
            "high one literal, behind `password`, is shared by the repositories acme/one and acme/two",
        ),
        (
            "arn",
            with_arn("payments"),
            with_arn("shop"),
            "high the stored secret `arn:aws:secretsmanager:eu-west-1:210987654321:secret:pay-AbCdEf` is shared by the teams payments and shop, by 2 repositories",
        ),
    ] {
        let folder = results(name, KEY, &[("acme/one", &one), ("acme/two", &other)]);
        let report = merged(&folder);
        assert_eq!(shared(&report), [expected], "{name}");
        let places = report["shared"][0]["places"].as_array().unwrap();
        let shown: Vec<String> = places
            .iter()
            .map(|it| {
                format!(
                    "{}:{}:{}",
                    it["repository"].as_str().unwrap(),
                    it["path"].as_str().unwrap(),
                    it["line"]
                )
            })
            .collect();
        assert_eq!(shown, ["acme/one:main.tf:8", "acme/two:main.tf:8"], "{name}");
        let run = connlint(&folder, &["merge", "in"]);
        assert_eq!(run.code, i32::from(expected.starts_with("high")), "{name}: {}", run.out());
        assert_eq!(connlint(&folder, &["merge", "in", "--fail-on", "never"]).code, 0);
        assert_eq!(connlint(&folder, &["merge", "in", "--fail-on", "medium"]).code, 1);
    }
}

#[test]
fn nothing_else_is_found() {
    let literal = |text: &str| provider("payments", "production", &format!("\"{text}\""));
    let local = |expression: &str| {
        provider("payments", "production", expression)
            + "variable \"password\" {\n  sensitive = true\n}\n\nresource \"random_password\" \"p\" {\n  length = 20\n}\n\ndata \"aws_ssm_parameter\" \"p\" {\n  name = \"db-password\"\n}\n"
    };
    let twice = format!(
        "{}{}",
        literal(STRONG),
        literal(STRONG)
            .replace("\"a\"", "\"b\"")
            .replace("data \"vault_generic_secret\" \"s\"", "data \"vault_generic_secret\" \"t\"")
    );
    for (name, key, one, other) in [
        ("different literal", KEY, literal(STRONG), literal("hW3pZc8yUd5nKf6gTa2r")),
        ("weak literal", KEY, literal("postgres"), literal("postgres")),
        ("sample literal", KEY, literal("changeme"), literal("changeme")),
        ("no key", "", literal(STRONG), literal(STRONG)),
        ("variable", KEY, local("var.password"), local("var.password")),
        ("generated", KEY, local("random_password.p.result"), local("random_password.p.result")),
        (
            "name of one word",
            KEY,
            local("data.aws_ssm_parameter.p.value"),
            local("data.aws_ssm_parameter.p.value"),
        ),
        ("same repository", KEY, twice, String::from("locals {}\n")),
    ] {
        let folder = results(&name.replace(' ', "-"), key, &[("acme/one", &one), ("acme/two", &other)]);
        let report = merged(&folder);
        assert_eq!(shared(&report), [""; 0], "{name}");
        assert_eq!(report["problems"].as_array().map(Vec::len), Some(0), "{name}: {report}");
    }
}

#[test]
fn names_of_one_cluster_or_pipeline_do_not_join() {
    let folder = scratch("merge-local");
    for name in ["one", "two"] {
        let manifest = "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: app\n  namespace: shop\nspec:\n  template:\n    spec:\n      containers:\n        - name: app\n          env:\n            - name: DB_PASSWORD\n              valueFrom:\n                secretKeyRef: {name: db, key: password}\n";
        let eso = "apiVersion: external-secrets.io/v1\nkind: ExternalSecret\nmetadata:\n  name: db\n  namespace: shop\nspec:\n  secretStoreRef: {name: vault, kind: ClusterSecretStore}\n  data:\n    - secretKey: password\n      remoteRef: {key: shop/db, property: password}\n";
        let workflow = "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: make\n        env:\n          NPM_TOKEN: ${{ secrets.NPM_TOKEN }}\n";
        let compose = "services:\n  app:\n    image: r.example/app:1\n    environment:\n      API_TOKEN: ${API_TOKEN}\n";
        write(&folder, &format!("src/{name}/k8s/app.yaml"), manifest);
        write(&folder, &format!("src/{name}/k8s/db.yaml"), eso);
        write(&folder, &format!("src/{name}/.github/workflows/a.yml"), workflow);
        write(&folder, &format!("src/{name}/compose.yaml"), compose);
        let run = keyed(&folder, KEY, &["check", &format!("src/{name}"), "--format", "jsonl"]);
        for kind in ["kubernetes-secret", "secret-store", "ci-secret", "environment-variable"] {
            assert!(run.out().contains(&format!("\"kind\":\"{kind}\"")), "{kind}: {}", run.out());
        }
        write(&folder, &format!("in/{name}.jsonl"), run.stdout);
    }
    let report = merged(&folder);
    assert_eq!((shared(&report).len(), report["summary"]["repositories"].as_u64()), (0, Some(2)), "{report}");
}

/// One result, whole.
fn whole(name: &str) -> (PathBuf, String) {
    let folder = results(name, KEY, &[("acme/one", &provider("payments", "production", STORED))]);
    let text = std::fs::read_to_string(folder.join("in/acme-one.jsonl")).unwrap();
    (folder, text)
}

#[test]
fn broken_results_are_named_and_the_rest_is_merged() {
    let (folder, text) = whole("broken");
    let lines: Vec<&str> = text.lines().collect();
    let without =
        |at: usize| lines.iter().enumerate().filter(move |(i, _)| *i != at).map(|(_, it)| format!("{it}\n"));
    let long = format!("{{\"header\":\"{}\"}}\n{}", "x".repeat(2 << 20), lines[1]);
    let cases: [(&str, Vec<u8>, &str); 11] = [
        ("cut", lines[..lines.len() - 1].join("\n").into(), "ends without its last line"),
        ("torn", text[..text.len() - 20].into(), "no line of a connlint result"),
        ("headless", without(0).collect::<String>().into(), ":1: the result does not begin with a header"),
        ("gap", without(1).collect::<String>().into(), "the result lacks lines"),
        ("future", text.replace("\"schema_version\":1", "\"schema_version\":2").into(), "schema version 2"),
        ("other", "{\"schema_version\": 1}\n".into(), ":1: no line of a connlint result"),
        ("empty", Vec::new(), "holds no result"),
        ("bytes", vec![0, 159, 146, 150, 10], ":1: no line of a connlint result"),
        ("deep", "[".repeat(100_000).into(), ":1: no line of a connlint result"),
        ("long", long.into(), ":1: the line is longer than 1048576 bytes"),
        ("twin", text.replace("acme/one", "ACME/One").into(), "ACME/One is in in/acme-one.jsonl:1, too"),
    ];
    for (name, bytes, says) in cases {
        write(&folder, &format!("in/x-{name}.jsonl"), bytes);
        let run = connlint(&folder, &["merge", "in", "--format", "json"]);
        assert!(
            run.err().contains(says) && run.err().contains(&format!("in/x-{name}.jsonl:")),
            "{name}: {}",
            run.err()
        );
        assert_eq!(
            (run.code, run.json()["summary"]["problems"].as_u64()),
            (3, Some(1)),
            "{name}: {}",
            run.err()
        );
        assert_eq!(run.json()["repositories"][0]["name"], "acme/one", "{name}");
        std::fs::remove_file(folder.join(format!("in/x-{name}.jsonl"))).unwrap();
    }
    for (arguments, code) in [
        (&["merge"][..], 2),
        (&["merge", "none.jsonl"], 3),
        (&["merge", "tests"], 3),
        (&["merge", "in", "-f", "xml"], 2),
    ] {
        assert_eq!(connlint(&folder, arguments).code, code, "{arguments:?}");
    }
}

#[test]
fn a_result_of_another_key_is_named_and_not_compared() {
    let text = provider("payments", "production", STORED);
    let folder = results("keys", KEY, &[("acme/one", &text), ("acme/two", &text)]);
    for (key, says) in
        [("another key", "was made under another CONNLINT_KEY"), ("", "was made without CONNLINT_KEY")]
    {
        write(&folder, "src/three/main.tf", &text);
        let run =
            keyed(&folder, key, &["check", "src/three", "--format", "jsonl", "--repository", "acme/three"]);
        assert_eq!(run.err().contains("CONNLINT_KEY is not set"), key.is_empty(), "{}", run.err());
        assert_eq!(run.err().lines().count(), usize::from(key.is_empty()));
        write(&folder, "in/three.jsonl", run.stdout);
        let run = connlint(&folder, &["merge", "in", "--format", "json"]);
        let expected = format!("error: in/three.jsonl:1: acme/three {says}");
        assert!(run.code == 3 && run.err().contains(&expected), "{} {}", run.code, run.err());
        assert_eq!(run.json()["shared"][0]["repositories"], serde_json::json!(["acme/one", "acme/two"]));
        assert_eq!(run.json()["summary"]["connectors"], 3);
    }
}

#[test]
fn the_order_of_files_does_not_matter() {
    let text = |team: &str| provider(team, "production", STORED);
    let folder =
        results("order", KEY, &[("acme/b", &text("b")), ("acme/a", &text("a")), ("acme/c", &text("c"))]);
    let files = ["in/acme-a.jsonl", "in/acme-b.jsonl", "in/acme-c.jsonl"];
    for format in ["text", "json", "markdown"] {
        let run = |files: &[&str]| connlint(&folder, &[&["merge", "--format", format], files].concat()).out();
        let expected = run(&files);
        assert!(expected.contains("acme/a"), "{expected}");
        assert_eq!(run(&[files[2], files[0], files[1]]), expected);
        assert_eq!(run(&["in"]), expected);
        assert_eq!(run(&["in", files[1], "./in/acme-a.jsonl"]), expected);
        // Results may follow each other in one file.
        let all: String = files.iter().map(|it| std::fs::read_to_string(folder.join(it)).unwrap()).collect();
        write(&folder, "all/all.jsonl", all);
        assert_eq!(run(&["all"]), expected);
        let stdin = Command::new(env!("CARGO_BIN_EXE_connlint"))
            .args(["merge", "-", "--format", format])
            .env("NO_COLOR", "1")
            .env("COLUMNS", "100")
            .stdin(std::fs::File::open(folder.join("all/all.jsonl")).unwrap())
            .output()
            .unwrap();
        assert_eq!(String::from_utf8(stdin.stdout).unwrap(), expected);
    }
}

#[test]
fn strangers_cannot_write_on_the_terminal_or_the_page() {
    let (folder, text) = whole("hostile");
    let evil =
        "\u{1b}[2J\u{202e}<img src=x onerror=y> | [a](https://evil.example) `b` @all\\u0007\\n::error::";
    let long = "x".repeat(100_000);
    let changed = |from: &str, to: &str| {
        let changed = text.replace(from, to);
        assert_ne!(changed, text, "{from}");
        changed
    };
    let escaped = evil.replace('\u{1b}', "\\u001b");
    write(&folder, "in/acme-one.jsonl", changed("acme/one", &format!("acme/{escaped}")));
    let two = changed("acme/one", "acme/two").replace("\"payments\"", &format!("\"{escaped}\",\"{long}\""));
    write(&folder, "in/two.jsonl", two.replace("main.tf", &escaped));
    for format in ["text", "json", "markdown"] {
        let run = connlint(&folder, &["merge", "in", "--format", format]);
        let out = run.out();
        assert!(run.code <= 1, "{format}: {}", run.err());
        let bad = |c: char| c.is_control() && c != '\n' || c == '\u{202e}';
        assert!(!out.contains(bad), "{format}: {out}");
        assert!(
            out.contains("\\u{1b}") || format == "markdown" || out.contains("\\\\u{1b}"),
            "{format}: {out}"
        );
        assert!(out.len() < 60_000, "{format}: {}", out.len());
        if format == "markdown" {
            let tags = ["<details>", "</details>", "<summary>", "</summary>"];
            let out = tags.iter().fold(out, |it, tag| it.replace(tag, ""));
            assert!(!out.lines().any(|it| it.trim_start().starts_with("::")), "{out}");
            // Within code nothing has a meaning.
            let text: String = out.lines().flat_map(|it| it.split('`').step_by(2)).collect();
            for bad in ["<", "[a", "](", "://", "| [", "@all"] {
                assert!(!text.contains(bad), "{bad}: {out}");
            }
        }
    }
}

#[test]
fn a_result_says_whose_it_is() {
    let folder = scratch("merge-names");
    write(&folder, "shop/live/main.tf", provider("payments", "production", STORED));
    let header = |arguments: &[&str]| {
        let run = keyed(&folder, "", &[&["check", "shop", "--format", "jsonl"], arguments].concat());
        serde_json::from_str::<Value>(run.out().lines().next().unwrap_or("null")).unwrap()["header"].clone()
    };
    assert_eq!(header(&[])["repository"], "shop");
    assert_eq!(header(&["--repository", "acme/x"])["repository"], "acme/x");
    assert_eq!(header(&[])["key_check"], Value::Null);
    assert_eq!(keyed(&folder, "", &["check", "shop", "-f", "jsonl", "--repository", "a b"]).code, 2);
    let shop = folder.join("shop");
    git(&shop, &["init", "-q"]);
    git(&shop, &["remote", "add", "origin", "https://user:ghp_token@github.com/acme/shop.git"]);
    assert_eq!(header(&[])["repository"], "acme/shop");
    assert_eq!(keyed(&shop, "", &["check", "--base", "HEAD", "--format", "jsonl"]).code, 2);
    // Paths are those of the repository, wherever it lies and whatever part of it is checked.
    for (at, path) in [(&*folder, "shop"), (&*folder, "shop/live"), (&*shop, "."), (&*shop, "live")] {
        let run = keyed(at, "", &["check", path, "--format", "jsonl"]);
        assert!(run.out().contains("\"path\":\"live/main.tf\""), "{path}: {}", run.out());
        assert!(!run.out().contains("ghp_token"));
    }
}
