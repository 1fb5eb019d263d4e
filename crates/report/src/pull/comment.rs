//! The comment on one finding.

use crate::markdown::{code, link, sentence};
use crate::pull::Item;
use crate::pull::sheet::{Links, located};

/// More other places are only counted.
const PLACES: usize = 6;

/// A comment in its two forms, as Markdown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comment {
    /// For the lines of the finding.
    pub inline: String,
    /// For the file, where the diff does not show the lines.
    pub file: String,
    /// One line that says what it was about, for when it is mended.
    pub title: String,
}

/// The comment on a finding. `suggest` says whether its lines can take a suggestion.
pub fn comment(item: &Item, links: &Links, suggest: bool) -> Comment {
    let rule = link(&code(item.rule.id), &item.rule.url());
    let title = format!("**{}** {rule}: {}", item.severity, sentence(&item.message));
    let mut body = title.clone();
    if !item.related.is_empty() {
        body.push_str("\n\n");
    }
    for (place, message) in item.related.iter().take(PLACES) {
        body.push_str(&format!("- {}: {}\n", located(place, links), sentence(message)));
    }
    if item.related.len() > PLACES {
        body.push_str(&format!("- and {} more\n", item.related.len() - PLACES));
    }
    let mut help = String::new();
    if !item.help.is_empty() {
        help = format!("\n\n{}", sentence(&capitalised(&item.help)));
        help.push('.');
    }
    let suggestion = item.suggestion.as_ref().filter(|_| suggest).map(|it| suggested(it)).unwrap_or_default();
    // The one text that may name lines: it is not compared with what comes later.
    let place = located(&item.at, &Links::Lines(String::new()));
    let inline = format!("{}{help}{suggestion}\n", body.trim_end());
    let file = format!("{place}\n\n{}{help}\n", body.trim_end());
    Comment { inline, file, title }
}

/// A block that GitHub offers to apply; its fence is longer than any in the text.
fn suggested(text: &str) -> String {
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or_default();
    let fence = "`".repeat(longest.max(2) + 1);
    format!("\n\n{fence}suggestion\n{text}\n{fence}")
}

fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}
