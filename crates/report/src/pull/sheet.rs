//! The summary: one comment that is kept up to date, and the same for the page of the run.

use connlint_check::ChangeKind;

use crate::escape::uri;
use crate::markdown::{code, link, plain, sentence};
use crate::pull::{Digest, Event, Item, Place};
use crate::summary::counted;

/// More findings are only counted: a table of hundreds is read by nobody.
const ROWS: usize = 50;
/// More changes are only counted.
const EVENTS: usize = 40;
/// More of anything else is only counted.
const LINES: usize = 20;

/// Where a text is read, which decides how it tells places.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Links {
    /// On the page of a run: lines, linked to the files of a commit at this address, such as
    /// `https://github.com/acme/infra/blob/1a2b3c`; empty for no links.
    Lines(String),
    /// In a comment that is kept up to date: by address, since a line or a commit would change it with every push.
    Addresses,
}

/// The summary as Markdown. `notes` are sentences of ours about this run.
pub fn sheet(digest: &Digest, links: &Links, notes: &[String]) -> String {
    let mut out = format!("### connlint: {}\n", heading(digest));
    findings(&mut out, digest, links);
    access(&mut out, &digest.changes, links);
    list(&mut out, "What the change does to its own gate", digest.edits.iter().map(|it| edit(it, links)));
    let unread = digest.unread.iter().map(|(path, why)| format!("{} ({})", code(path), plain(why)));
    list(&mut out, "Not read", unread);
    for note in notes {
        out.push_str(&format!("\n> {}\n", sentence(note)));
    }
    let footer = footer(digest, links);
    if !footer.is_empty() {
        out.push_str(&format!("\n<sub>{}</sub>\n", footer.join(" · ")));
    }
    out
}

fn heading(digest: &Digest) -> String {
    let new = if digest.compared { "new finding" } else { "finding" };
    match (digest.items.len(), digest.failing) {
        (0, _) if !digest.compared => "no findings".to_owned(),
        (0, _) if digest.changes.is_empty() => "nothing new".to_owned(),
        (0, _) => format!("no new findings, {} of access", counted(digest.changes.len(), "change")),
        (n, 0) => format!("{}, none of which fails this check", counted(n, new)),
        (n, failing) if n == failing => format!("{} fail{} this check", counted(n, new), verb(n)),
        (n, failing) => format!("{}, {failing} of which fail{} this check", counted(n, new), verb(failing)),
    }
}

fn verb(n: usize) -> &'static str {
    if n == 1 { "s" } else { "" }
}

fn findings(out: &mut String, digest: &Digest, links: &Links) {
    if digest.items.is_empty() {
        return;
    }
    out.push_str("\n| severity | finding | where |\n| --- | --- | --- |\n");
    for item in digest.items.iter().take(ROWS) {
        out.push_str(&row(item, links));
    }
    if digest.items.len() > ROWS {
        out.push_str(&format!("\nand {} more\n", digest.items.len() - ROWS));
    }
}

fn row(item: &Item, links: &Links) -> String {
    let rule = link(&code(item.rule.id), &item.rule.url());
    format!("| {} | {}<br>{rule} | {} |\n", item.severity, sentence(&item.message), located(&item.at, links))
}

/// Changes of access, those that give most first.
fn access(out: &mut String, changes: &[Event], links: &Links) {
    let lines = ChangeKind::ALL.iter().flat_map(|kind| changes.iter().filter(move |it| it.kind == *kind));
    let lines = lines.map(|it| {
        format!("{}: {} ({})", code(it.kind.as_str()), sentence(&it.message), located(&it.at, links))
    });
    section(out, "What the change does to access", lines, EVENTS);
}

fn list(out: &mut String, title: &str, lines: impl Iterator<Item = String>) {
    section(out, title, lines, LINES);
}

fn section(out: &mut String, title: &str, lines: impl Iterator<Item = String>, most: usize) {
    let lines: Vec<String> = lines.collect();
    if lines.is_empty() {
        return;
    }
    out.push_str(&format!("\n**{title}**\n\n"));
    for line in lines.iter().take(most) {
        out.push_str(&format!("- {line}\n"));
    }
    if lines.len() > most {
        out.push_str(&format!("- and {} more\n", lines.len() - most));
    }
}

fn edit((message, at): &(String, Option<Place>), links: &Links) -> String {
    let at = at.as_ref().map_or_else(String::new, |at| format!(" ({})", located(at, links)));
    format!("{}{at}", sentence(message))
}

fn footer(digest: &Digest, links: &Links) -> Vec<String> {
    let mut facts = Vec::new();
    // How many files there are changes with every push.
    if *links != Links::Addresses {
        facts.push(sentence(&digest.checked));
    }
    if digest.fixed > 0 {
        facts.push(format!("{} fixed by this change", digest.fixed));
    }
    if digest.suppressed > 0 {
        facts.push(format!("{} suppressed", digest.suppressed));
    }
    if digest.old + digest.baselined > 0 {
        facts.push("`connlint check` shows what was there before".to_owned());
    }
    facts
}

/// A place as a link to its lines, or with its address.
pub(crate) fn located(place: &Place, links: &Links) -> String {
    let Links::Lines(files) = links else {
        let told = place.address.is_empty() || place.address == place.path;
        let address = if told { String::new() } else { format!(" {}", code(&place.address)) };
        return format!("{}{address}", code(&place.path));
    };
    let (lines, anchor) = match place.lines {
        Some((first, last)) if first < last => (format!(":{first}"), format!("#L{first}-L{last}")),
        Some((first, _)) => (format!(":{first}"), format!("#L{first}")),
        None => (String::new(), String::new()),
    };
    let text = code(&format!("{}{lines}", place.path));
    if files.is_empty() || place.path.is_empty() {
        return text;
    }
    link(&text, &format!("{files}/{}{anchor}", uri(&place.path)))
}
