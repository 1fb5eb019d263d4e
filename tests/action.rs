//! The GitHub action, its scripts and its page agree with each other and with the program.
#![allow(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test reads files and fails by panicking"
)]

mod support;

use std::collections::BTreeSet;

use serde_yaml::Value;
use support::{connlint, files, none_wrong, read, root, stale};

const COMMAND: &str = "UPDATE=1 cargo test -p connlint --test action";

fn action() -> Value {
    serde_yaml::from_str(&read("action.yml")).unwrap()
}

fn steps(action: &Value) -> &[Value] {
    action["runs"]["steps"].as_sequence().unwrap()
}

/// Words of a text that begin like this.
fn words<'a>(text: &'a str, start: &str) -> BTreeSet<&'a str> {
    text.split(|it: char| !it.is_ascii_alphanumeric() && it != '-' && it != '_')
        .filter(|it| it.starts_with(start) && it.len() > start.len())
        .collect()
}

#[test]
fn scripts_use_options_that_exist() {
    let help = connlint(root(), &["review", "--help"]).out();
    let script = read("action/run.sh");
    let options = words(&script, "--");
    assert!(options.contains("--from") && options.contains("--output"), "{options:?}");
    for option in options {
        assert!(help.contains(&format!("{option} <")), "{option} is no option of review with a value");
    }
}

/// An expression within a script would be given code to run.
#[test]
fn inputs_reach_scripts_as_variables_only() {
    let action = action();
    for step in steps(&action) {
        let run = step["run"].as_str().unwrap();
        assert!(!run.contains("${{"), "{run}");
        let script = run.strip_prefix(r#"bash "$GITHUB_ACTION_PATH/"#).and_then(|it| it.strip_suffix('"'));
        let script = read(script.expect("bash \"$GITHUB_ACTION_PATH/SCRIPT\""));
        let variables: BTreeSet<&str> =
            step["env"].as_mapping().unwrap().keys().map(|it| it.as_str().unwrap()).collect();
        let mut used = words(&script, "CONNLINT_");
        used.remove("CONNLINT_RELEASES");
        let mut given = variables.clone();
        given.remove("GITHUB_TOKEN");
        assert_eq!(given, used, "{run}");
        let token = variables.contains("GITHUB_TOKEN");
        assert_eq!(token, step["id"] == "run", "only the step that posts has the token");
    }
}

#[test]
fn inputs_are_used_and_outputs_are_set() {
    let action = action();
    let text = read("action.yml");
    for (input, _) in action["inputs"].as_mapping().unwrap() {
        let name = input.as_str().unwrap();
        assert!(text.contains(&format!("${{{{ inputs.{name} }}}}")), "nobody uses {name}");
    }
    let sources = read("crates/cli/review.rs") + &read("action/run.sh");
    for (output, what) in action["outputs"].as_mapping().unwrap() {
        let name = output.as_str().unwrap();
        assert_eq!(what["value"], format!("${{{{ steps.run.outputs.{name} }}}}"));
        assert!(
            sources.contains(&format!("\"{name}\"")) || sources.contains(&format!("\"{name}=")),
            "nobody sets {name}"
        );
    }
}

/// A line that is left from an older version would be dead, and one for a newer version a mistake.
#[test]
fn digests_are_those_of_this_version() {
    let version = env!("CARGO_PKG_VERSION");
    let mut wrong = Vec::new();
    let mut seen = BTreeSet::new();
    for line in read("action/checksums.txt").lines().filter(|it| !it.starts_with('#')) {
        let (digest, name) = line.split_once("  ").unwrap_or(("", line));
        if digest.len() != 64 || !digest.bytes().all(|it| it.is_ascii_digit() || (b'a'..=b'f').contains(&it))
        {
            wrong.push(format!("{line}: no SHA-256 digest"));
        }
        let target =
            name.strip_prefix(&format!("connlint-{version}-")).and_then(|it| it.strip_suffix(".tar.gz"));
        match target {
            Some(target) if read("action/install.sh").contains(&format!("echo {target} ")) => {}
            Some(target) => wrong.push(format!("{line}: the installer knows no {target}")),
            None => wrong.push(format!("{line}: not connlint-{version}-TARGET.tar.gz")),
        }
        if !seen.insert(name) {
            wrong.push(format!("{line}: a second line for it"));
        }
    }
    none_wrong(&wrong);
}

/// The first version in the manifest is what the installer takes for the version.
#[test]
fn installer_finds_the_version() {
    let manifest = read("Cargo.toml");
    let first = manifest.lines().find(|it| it.starts_with("version = ")).unwrap();
    assert_eq!(first, format!("version = \"{}\"", env!("CARGO_PKG_VERSION")));
}

/// The page shows workflows as their files have them, and inputs as the action has them. A workflow that it does not show
/// stands in another page.
#[test]
fn page_shows_workflows_and_inputs() {
    let mut page = read("docs/github.md");
    let others: Vec<String> = files(&root().join("docs"))
        .iter()
        .filter(|it| it.ends_with(".md") && *it != "github.md")
        .map(|it| read(format!("docs/{it}")))
        .collect();
    for file in files(&root().join("docs/workflows")) {
        let workflow = read(format!("docs/workflows/{file}"));
        let mark = format!("<!-- docs/workflows/{file} -->\n```yaml\n");
        let Some((before, rest)) = page.split_once(&mark) else {
            assert!(others.iter().any(|it| it.contains(&workflow)), "no page shows {file}");
            continue;
        };
        let (_, after) = rest.split_once("```\n").expect("the block ends");
        page = format!("{before}{mark}{workflow}```\n{after}");
    }
    let mut table = "<!-- inputs -->\n\n| input | default | |\n|---|---|---|\n".to_owned();
    for (name, input) in action()["inputs"].as_mapping().unwrap() {
        let default = match input["default"].as_str().unwrap() {
            "" => String::new(),
            it => format!("`{it}`"),
        };
        let what = input["description"].as_str().unwrap();
        table += &format!("| `{}` | {default} | {what} |\n", name.as_str().unwrap());
    }
    let (before, rest) = page.split_once("<!-- inputs -->\n").expect("<!-- inputs -->");
    let (_, after) = rest.split_once("\nOutputs:").expect("Outputs:");
    page = format!("{before}{table}\nOutputs:{after}");
    none_wrong(&stale("docs/github.md", &page, COMMAND).into_iter().collect::<Vec<_>>());
}

/// Other people's code is pinned by commit, with the version beside it, and jobs ask for what they need only.
#[test]
fn workflows_are_careful() {
    let mut wrong = Vec::new();
    for folder in ["docs/workflows", ".github/workflows"] {
        for file in files(&root().join(folder)) {
            let text = read(format!("{folder}/{file}"));
            let workflow: Value = serde_yaml::from_str(&text).unwrap();
            if workflow["permissions"].as_mapping().is_none_or(|it| !it.is_empty()) {
                wrong.push(format!("{file}: permissions are each job's own, if it needs any"));
            }
            for (name, job) in workflow["jobs"].as_mapping().unwrap() {
                if job["timeout-minutes"].is_null() {
                    wrong.push(format!("{file}: {} has no timeout-minutes", name.as_str().unwrap()));
                }
            }
            for line in text.lines().filter_map(|it| it.trim_start().strip_prefix("- uses: ")) {
                let own = line == "$/" || line == concat!("connlint/connlint@v", env!("CARGO_PKG_VERSION"));
                let pinned = line
                    .split_once('@')
                    .and_then(|(_, it)| it.split_once(" # v"))
                    .is_some_and(|(it, _)| it.len() == 40);
                if !own && !pinned {
                    wrong.push(format!("{file}: {line} is not pinned"));
                }
            }
        }
    }
    none_wrong(&wrong);
}
