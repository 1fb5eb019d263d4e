//! Jobs of GitLab's pipelines: the variables that they take credentials from, and whether they ever run.

use std::collections::BTreeSet;

use connlint_core::Location;
use connlint_resolve::{Kind, Value};

use super::kept::shell_names;
use super::{Compared, Lean, Seat, Switch};
use crate::key::secret_word;

/// Nodes of one job that are looked at.
const MOST: usize = 2_000;

/// Keys at the top that are no jobs.
const RESERVED: &[&str] = &["default", "include", "spec", "stages", "variables", "workflow"];

/// Adds the jobs of a pipeline.
pub(super) fn of_document(compared: &mut Compared, document: &Value, home: &str) {
    let file = home.rsplit('/').next().unwrap_or(home);
    if !(file.ends_with("gitlab-ci.yml") || file.ends_with("gitlab-ci.yaml")) {
        return;
    }
    let jobs = document.entries().iter().filter(|it| !RESERVED.contains(&&*it.key));
    let jobs = jobs.filter(|it| it.value.get("script").or(it.value.get("trigger")).is_some());
    let extended: BTreeSet<&str> = document
        .entries()
        .iter()
        .filter_map(|it| it.value.get("extends"))
        .flat_map(|it| it.items().iter().chain([it]).filter_map(Value::text))
        .collect();
    for job in jobs {
        // What becomes a template is not gone by itself: others may be made of it.
        if let Some(name) = job.key.strip_prefix('.') {
            compared.templates.insert((home.to_owned(), format!("jobs.{name}")));
        }
        let mut holds = BTreeSet::new();
        variables(&job.value, &mut holds);
        if holds.is_empty() {
            continue;
        }
        // What begins with a dot is never run by itself; others may be made of it.
        let hidden = job.key.starts_with('.') && !extended.contains(&*job.key);
        let never = job.value.get("when").and_then(Value::text) == Some("never") || is_never(&job.value);
        let address = format!("jobs.{}", job.key.trim_start_matches('.'));
        let seat = Seat::of_path(home, &address);
        let at = Location { span: job.key_span, path: address.clone(), via: Vec::new() };
        compared.leans.extend(holds.iter().map(|key: &String| Lean {
            seat: seat.clone(),
            key: key.clone(),
            strong: true,
            at: at.clone(),
        }));
        compared.switches.push(Switch {
            called: String::new(),
            off: hidden || never,
            elsewhere: false,
            holds: holds.into_iter().collect(),
            at,
            seat,
        });
    }
}

/// Whether the first rule that can apply always does, and says never.
fn is_never(job: &Value) -> bool {
    let rules = job.get("rules").map(Value::items).unwrap_or_default();
    let never = |it: &&Value| it.get("when").and_then(Value::text) == Some("never");
    let always = |it: &Value| ["if", "changes", "exists"].iter().all(|key| it.get(key).is_none());
    let before = rules.iter().position(always).unwrap_or(rules.len());
    !rules.is_empty() && rules.iter().take(before + 1).all(|it| never(&it))
}

/// Names of variables that credentials are taken from, and of secrets that are fetched.
fn variables(job: &Value, found: &mut BTreeSet<String>) {
    let fetched = job.get("secrets").map(Value::entries).unwrap_or_default();
    found.extend(fetched.iter().map(|it| format!("ci:{}", it.key)));
    let mut open = vec![job];
    let mut budget = MOST;
    while let Some(value) = open.pop() {
        if budget == 0 {
            break;
        }
        budget -= 1;
        match &value.kind {
            Kind::Map(entries) => open.extend(entries.iter().map(|it| &it.value)),
            Kind::List(items) => open.extend(items.iter()),
            _ => {
                let names = value.references(32).into_iter().map(|it| it.key.to_string());
                let names = names.filter_map(|it| it.strip_prefix("env:").map(str::to_owned));
                let text = value.text().unwrap_or_default();
                let all = names.chain(shell_names(text).map(str::to_owned));
                found.extend(all.filter(|it| secret_word(it)).map(|it| format!("ci:{it}")));
            }
        }
    }
    // What the server itself hands to every job is no credential of this one.
    found.retain(|it| !it.starts_with("ci:CI_"));
}
