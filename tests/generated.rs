//! Generated files are fresh; `UPDATE=1 cargo test -p connlint --test generated` rewrites them. After a new rule, run
//! it twice: the rule has to be compiled before its page can be written.
#![allow(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "a test reads files and fails by panicking"
)]

mod support;

use std::collections::BTreeSet;

use support::{connlint, files, none_wrong, read, root, rule_ids, stale, updating};

const COMMAND: &str = "UPDATE=1 cargo test -p connlint --test generated";

#[test]
fn registry_of_rules() {
    let all = files(&root().join("crates/check/src/rules"));
    let names: Vec<&str> = all.iter().filter_map(|it| it.strip_suffix(".rs")).collect();
    assert!(!names.is_empty());
    let type_of = |name: &&str| -> String {
        let word = |it: &str| it[..1].to_uppercase() + &it[1..];
        name.split('_').map(word).collect()
    };
    let join = |line: &dyn Fn(&&str) -> String| names.iter().map(line).collect::<String>();
    let text = format!(
        "//! Every rule, in alphabetical order. Generated from the file names in `rules/`; rewritten by `UPDATE=1 cargo test --test generated`.\n\n\
         {}\n{}\nuse crate::rule::Rule;\n\n/// Every rule.\npub const ALL: &[&dyn Rule] = &[\n{}];\n",
        join(&|name| format!("mod {name};\n")),
        join(&|name| format!("pub use {name}::{};\n", type_of(name))),
        join(&|name| format!("    &{},\n", type_of(name))),
    );
    none_wrong(&stale("crates/check/src/rules.rs", &text, COMMAND).into_iter().collect::<Vec<_>>());
}

#[test]
fn pages_of_rules() {
    let mut wrong = Vec::new();
    let ids = rule_ids();
    let mut table = "# Rules\n\n| rule | severity | finds |\n|---|---|---|\n".to_owned();
    for line in connlint(root(), &["rules"]).out().lines() {
        let mut words = line.splitn(2, ' ');
        let id = words.next().unwrap();
        let (severity, title) = words.next().unwrap().trim().split_once(' ').unwrap();
        table += &format!("| [{id}]({id}.md) | {severity} | {} |\n", title.trim());
        let page = connlint(root(), &["explain", id]).out();
        for heading in ["## Why it matters", "## What counts", "## How to fix", "## References"] {
            if !page.contains(&format!("\n{heading}\n")) {
                wrong.push(format!("the page of {id} has no {heading:?}"));
            }
        }
        if page.lines().any(|it| it.contains("```") && !it.starts_with("```"))
            || !page.matches("```").count().is_multiple_of(2)
        {
            wrong.push(format!("the page of {id} has a code block that does not end"));
        }
        if !page.contains("<https://") {
            wrong.push(format!("the page of {id} refers to nothing"));
        }
        wrong.extend(stale(
            format!("docs/rules/{id}.md"),
            &format!("{}\n{}", page.trim_end(), example(id)),
            COMMAND,
        ));
    }
    table += "\nThese pages are made of the rules' own texts (`connlint explain RULE`) and of their first bad case.\n";
    wrong.extend(stale("docs/rules/README.md", &table, COMMAND));
    for file in files(&root().join("docs/rules")) {
        let known =
            file == "README.md" || file.strip_suffix(".md").is_some_and(|it| ids.iter().any(|id| id == it));
        if !known && updating() {
            std::fs::remove_file(root().join("docs/rules").join(&file)).unwrap();
        } else if !known {
            wrong.push(format!("docs/rules/{file} belongs to no rule; run `{COMMAND}`"));
        }
    }
    none_wrong(&wrong);
}

/// The first bad case and what connlint says about it.
fn example(id: &str) -> String {
    let bad = root().join("fixtures/rules").join(id).join("bad");
    let all = files(&bad);
    let report = all
        .iter()
        .find(|it| it.ends_with(".txt"))
        .unwrap_or_else(|| panic!("{id} has no bad case with a report"));
    let case = report.strip_suffix(".txt").unwrap();
    let mut text = "\n## Example\n".to_owned();
    for file in all.iter().filter(|it| *it == case || it.starts_with(&format!("{case}/"))) {
        let language = match file.rsplit('.').next() {
            Some("tf") => "hcl",
            Some("yaml" | "yml") => "yaml",
            _ => "text",
        };
        let source = std::fs::read_to_string(bad.join(file)).unwrap();
        text += &format!("\n`{file}`:\n\n```{language}\n{}\n```\n", source.trim_end());
    }
    let report = std::fs::read_to_string(bad.join(report)).unwrap();
    text + &format!("\n`connlint check {case} --only {id}`:\n\n```text\n{}\n```\n", report.trim_end())
}

#[test]
fn schemas() {
    let schema = |of| connlint(root(), &["generate", "schema", of]).out();
    let wrong = [
        stale("docs/connlint.schema.json", &schema("config"), COMMAND),
        stale("docs/json-output.schema.json", &schema("json"), COMMAND),
        stale("docs/jsonl-output.schema.json", &schema("jsonl"), COMMAND),
        stale("docs/merge-output.schema.json", &schema("merge"), COMMAND),
    ];
    none_wrong(&wrong.into_iter().flatten().collect::<Vec<_>>());
}

/// The page about organisations shows the workflow that lies beside it.
#[test]
fn page_of_the_workflow() {
    let page = read("docs/organisation.md");
    let (before, shown) = page.split_once("```yaml\n").expect("a workflow");
    let (_, after) = shown.split_once("\n```\n").expect("its end");
    let workflow = read("docs/workflows/organisation.yml");
    let text = format!("{before}```yaml\n{workflow}```\n{after}");
    none_wrong(&stale("docs/organisation.md", &text, COMMAND).into_iter().collect::<Vec<_>>());
    let workflow: serde_yaml::Value = serde_yaml::from_str(&workflow).expect("YAML");
    assert_eq!(workflow["permissions"], serde_yaml::Value::Mapping(serde_yaml::Mapping::new()));
    let jobs = workflow["jobs"].as_mapping().expect("jobs");
    for step in jobs.values().filter_map(|it| it["steps"].as_sequence()).flatten() {
        let run = step["run"].as_str().unwrap_or_default();
        assert!(!run.contains("${{"), "an expression inside a script: {run}");
        let pinned = |it: &str| it.split_once('@').is_some_and(|(_, at)| at.len() == 40);
        assert!(step["uses"].as_str().is_none_or(pinned), "{step:?} is not pinned");
    }
    let help = connlint(root(), &["check", "--help"]).out() + &connlint(root(), &["merge", "--help"]).out();
    for option in ["--repository", "--fail-on", "--format", "--output"] {
        assert!(help.contains(option) && shown.contains(option), "{option}");
    }
}

/// The hooks must run for every kind of file that is read, and for no other.
#[test]
fn hooks_run_for_every_kind_of_file() {
    let source = read("crates/cli/discover.rs");
    let endings: BTreeSet<&str> = source
        .lines()
        .filter_map(|line| line.trim().strip_prefix("(\".")?.split_once("\", Kind::"))
        .map(|(ending, _)| ending)
        .collect();
    assert!(endings.contains("tf") && endings.contains("yaml"), "{endings:?}");
    let hooks: serde_yaml::Value = serde_yaml::from_str(&read(".pre-commit-hooks.yaml")).unwrap();
    let hooks = hooks.as_sequence().unwrap();
    assert_eq!(hooks.len(), 2);
    for hook in hooks {
        let pattern = hook["files"].as_str().unwrap();
        let (words, rest) =
            pattern.strip_prefix(r"(\.(").and_then(|it| it.split_once(')')).expect("(\\.(a|b)");
        assert_eq!(rest, r"|(^|/)terragrunt\.hcl)$", "the one file that is read for its name");
        let words: BTreeSet<&str> = words.split('|').collect();
        let fits = |ending: &&&str| ending.rsplit('.').next().is_some_and(|last| words.contains(last));
        let missing: Vec<_> = endings.iter().filter(|it| !fits(it)).collect();
        assert!(missing.is_empty(), "{pattern} does not cover {missing:?}");
        let superfluous: Vec<_> = words.iter().filter(|it| !endings.contains(**it)).collect();
        assert!(superfluous.is_empty(), "{pattern} covers {superfluous:?}, which is not read");
    }
}

/// What the action passes on is what the binary takes.
#[test]
fn action_uses_options_that_exist() {
    let action = read("action.yml");
    let help = connlint(root(), &["check", "--help"]).out();
    let options: BTreeSet<&str> = action
        .split(|it: char| !it.is_ascii_alphanumeric() && it != '-')
        .filter(|it| ["--format", "--output", "--fail-on", "--config"].contains(it))
        .collect();
    assert!(options.contains("--format") && options.contains("--output"), "{options:?}");
    for option in options {
        assert!(help.contains(option), "{option}");
    }
    for line in action.lines().filter(|it| it.contains("${{")) {
        let (key, _) = line.trim().split_once(':').unwrap_or_default();
        assert!(key != "run" && !line.trim_start().starts_with('"'), "an expression inside a script: {line}");
    }
}
