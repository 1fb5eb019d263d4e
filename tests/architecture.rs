//! Holds the crate table of `ARCHITECTURE.md` against the manifests: the page is the law.
#![allow(clippy::expect_used, reason = "a test fails by panicking")]

mod support;

use std::collections::{BTreeMap, BTreeSet};

use support::{none_wrong, read, root};

#[test]
fn crates_depend_on_what_the_table_allows() {
    let table = table();
    let mut wrong = Vec::new();
    let folders: BTreeSet<String> = support::files(&root().join("crates"))
        .iter()
        .filter_map(|it| Some(it.split_once('/')?.0.to_owned()))
        .collect();
    for name in folders.iter().filter(|it| !table.contains_key(*it)) {
        wrong.push(format!("crates/{name} is missing in the table of ARCHITECTURE.md"));
    }
    for (name, allowed) in &table {
        if !folders.contains(name) {
            wrong.push(format!("the table of ARCHITECTURE.md names {name}, which is no folder of crates/"));
            continue;
        }
        // The command line has no manifest of its own: it is the package at the root.
        let manifest =
            if name == "cli" { "Cargo.toml".to_owned() } else { format!("crates/{name}/Cargo.toml") };
        let actual = dependencies(&read(&manifest));
        for other in actual.difference(allowed) {
            wrong.push(format!("{manifest} depends on {other}, which ARCHITECTURE.md does not allow"));
        }
    }
    none_wrong(&wrong);
}

/// What each crate may depend on: the rows whose first cell is a name in code.
fn table() -> BTreeMap<String, BTreeSet<String>> {
    let page = read("ARCHITECTURE.md");
    let after_head = page.lines().skip_while(|line| !line.contains("| may depend on (ours) |")).skip(2);
    let rows = after_head.take_while(|line| line.starts_with("| `"));
    let mut table: BTreeMap<String, BTreeSet<String>> = rows
        .filter_map(|row| {
            let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
            let name = cells.first()?.trim_matches('`').to_owned();
            let allowed = cells.last()?.split(',').map(|it| it.trim().trim_matches('`').to_owned());
            Some((name, allowed.filter(|it| it != "–").collect()))
        })
        .collect();
    let all: BTreeSet<String> = table.keys().filter(|it| *it != "cli").cloned().collect();
    assert!(all.len() > 3, "ARCHITECTURE.md has no table of crates");
    for allowed in table.values_mut().filter(|it| it.contains("all")) {
        allowed.clone_from(&all);
    }
    table
}

/// Our crates among the dependencies of a manifest.
fn dependencies(manifest: &str) -> BTreeSet<String> {
    let section = manifest.lines().skip_while(|line| *line != "[dependencies]").skip(1);
    let lines = section.take_while(|line| !line.starts_with('['));
    let names = lines
        .filter_map(|line| line.strip_prefix("connlint-")?.split(['.', ' ', '=']).next().map(str::to_owned));
    names.collect()
}
