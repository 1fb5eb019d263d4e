//! For the summary of a job: what is shared, the repositories, and as much of the register as fits.

use connlint_check::merge::{Counts, Entry, Shared};

use super::{Merged, at, by_severity, circumstances, shown, takes};
use crate::markdown::{plain as safe, sentence};
use crate::summary::{and_more, counted};

/// Bytes that the register may fill up to. A step's summary has at most 1 MiB:
/// <https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands#step-isolation-and-limits>.
const ROOM: usize = 900_000;
/// Bytes that findings and repositories may fill up to.
const ROOM_FOR_FINDINGS: usize = 500_000;

/// The joined results as GitHub's Markdown.
pub fn merged_markdown(merged: &Merged) -> String {
    let mut out = format!("# Connectors\n\n{}\n", safe(&merged.said().join(" ")));
    for line in merged.verdict().into_iter().chain(merged.note().map(str::to_owned)) {
        out.push_str(&format!("\n{}\n", safe(&line)));
    }
    problems(&mut out, merged);
    let findings: Vec<String> = merged.shared.iter().map(finding).collect();
    section(&mut out, "\n## Shared credentials\n", &findings, "finding", ROOM_FOR_FINDINGS);
    let rows = merged.repositories.iter().map(|it| {
        format!(
            "| {} | {} | {} | {} |\n",
            safe(&it.name),
            it.connectors.len(),
            cell(&it.findings),
            it.not_read
        )
    });
    let head = "\n## Repositories\n\n| repository | connectors | open findings | files not read |\n|---|---|---|---|\n";
    section(&mut out, head, &rows.collect::<Vec<_>>(), "row", ROOM_FOR_FINDINGS + 100_000);
    let connectors =
        merged.repositories.iter().flat_map(|it| it.connectors.iter().map(|own| row(&it.name, own)));
    let head = "\n## Register\n\n<details><summary>Every connector</summary>\n\n\
                | repository | connector | system | environment | owners | credentials | open findings |\n\
                |---|---|---|---|---|---|---|\n";
    let connectors: Vec<String> = connectors.collect();
    section(&mut out, head, &connectors, "row", ROOM);
    if !connectors.is_empty() {
        out.push_str("\n</details>\n");
    }
    out
}

/// As many of the items as there is room for.
fn section(out: &mut String, head: &str, items: &[String], noun: &str, room: usize) {
    if items.is_empty() {
        return;
    }
    out.push_str(head);
    for (index, item) in items.iter().enumerate() {
        if out.len() + item.len() > room {
            let left = counted(items.len() - index, noun);
            out.push_str(&format!("\n{left} left out for want of room; the JSON output has them all.\n"));
            return;
        }
        out.push_str(item);
    }
}

fn problems(out: &mut String, merged: &Merged) {
    let lines = merged
        .problems
        .iter()
        .map(|it| format!("* {}\n", safe(&format!("{}:{}: {}", it.file, it.line, it.message))));
    section(out, "\n## Not merged\n\n", &lines.collect::<Vec<_>>(), "line", ROOM_FOR_FINDINGS / 2);
}

fn finding(it: &Shared<'_>) -> String {
    let mut out = format!("\n**{}**: {}\n\n", it.severity, sentence(&it.message));
    let places = shown(it);
    for (repository, place) in &places {
        let about = circumstances(place.environment.as_deref(), &place.owners);
        let about = if about.is_empty() { about } else { format!(" ({about})") };
        let line = format!("{repository}:{} {}{about}", at(&place.path, place.line), place.address);
        out.push_str(&format!("* {}\n", safe(&line)));
    }
    if places.len() < it.places.len() {
        out.push_str(&format!("* {}\n", and_more(it.places.len() - places.len())));
    }
    for line in [it.note, &it.help].into_iter().filter(|it| !it.is_empty()) {
        out.push_str(&format!("\n{}\n", safe(line)));
    }
    out
}

fn row(repository: &str, it: &Entry) -> String {
    let texts = [
        repository,
        &it.id,
        &it.system,
        it.environment.as_deref().unwrap_or_default(),
        &it.owners.join(", "),
        &takes(it),
    ];
    let cells: Vec<String> = texts.iter().map(|text| safe(text)).collect();
    format!("| {} | {} |\n", cells.join(" | "), cell(&it.findings))
}

fn cell(counts: &Counts) -> String {
    if counts.all() == 0 { "0".to_owned() } else { by_severity(counts) }
}
