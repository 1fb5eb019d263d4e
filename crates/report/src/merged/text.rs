//! For people at a terminal: the register first, since it is long, then what is shared, and one summary.

use connlint_check::merge::{Entry, RULE, Repository, Shared};

use super::{Merged, at, by_severity, circumstances, shown, takes};
use crate::Style;
use crate::paint::Ink;
use crate::summary::{and_more, counted};
use crate::wrap::{columns, wrap, wrap_pieces};

/// Narrower terminals are treated as if they had this many columns.
const MIN_WIDTH: usize = 40;

/// The report for people at a terminal.
pub fn merged_text(merged: &Merged, style: Style) -> String {
    let mut page = Page { out: String::new(), style: Style { width: style.width.max(MIN_WIDTH), ..style } };
    merged.repositories.iter().for_each(|it| page.repository(it));
    merged.shared.iter().for_each(|it| page.shared(it));
    page.problems(merged);
    page.summary(merged);
    page.out
}

struct Page {
    out: String,
    style: Style,
}

impl Page {
    fn repository(&mut self, it: &Repository) {
        let name = self.style.paint(Ink::Bold, &it.name);
        let mut facts = vec![counted(it.connectors.len(), "connector")];
        facts.extend((it.findings.all() > 0).then(|| by_severity(&it.findings)));
        facts.extend((it.not_read > 0).then(|| format!("{} not read", counted(it.not_read, "file"))));
        self.out.push_str(&name);
        self.out.push_str("  ");
        let first = self.style.width.saturating_sub(columns(&it.name) + 2);
        self.paragraph(&facts.join(", "), first, 2, |_, line| line.to_owned());
        it.connectors.iter().for_each(|it| self.connector(it));
        self.out.push('\n');
    }

    fn connector(&mut self, it: &Entry) {
        self.out.push_str("  ");
        self.out.push_str(&it.id);
        self.out.push('\n');
        let mut facts = vec![it.system.clone()];
        facts.extend(it.environment.clone());
        facts.extend((!it.owners.is_empty()).then(|| format!("owned by {}", it.owners.join(", "))));
        let mut facts = facts.join(", ");
        if !it.credentials.is_empty() {
            facts.push_str(&format!("; takes {}", takes(it)));
        }
        if it.findings.all() > 0 {
            facts.push_str(&format!("; {}", by_severity(&it.findings)));
        }
        self.out.push_str("    ");
        self.paragraph(&facts, self.style.width - 4, 4, |style, line| style.paint(Ink::Dim, line));
    }

    fn shared(&mut self, it: &Shared<'_>) {
        let prefix = format!("{}[{RULE}]: ", it.severity);
        self.out.push_str(&self.style.paint(Ink::Severity(it.severity), prefix.trim_end_matches(": ")));
        self.out.push_str(&self.style.paint(Ink::Bold, ": "));
        let first = self.style.width.saturating_sub(prefix.len());
        self.paragraph(&it.message, first, 2, |style, line| style.paint(Ink::Bold, line));
        let places = shown(it);
        for (repository, place) in &places {
            let about = circumstances(place.environment.as_deref(), &place.owners);
            let about = if about.is_empty() { about } else { format!(" ({about})") };
            let line = format!("{repository}:{} {}{about}", at(&place.path, place.line), place.address);
            self.out.push_str("    ");
            self.paragraph(&line, self.style.width - 4, 6, |_, line| line.to_owned());
        }
        let hidden = it.places.len() - places.len();
        if hidden > 0 {
            self.labelled("note", &and_more(hidden));
        }
        if !it.note.is_empty() {
            self.labelled("note", it.note);
        }
        self.labelled("help", &it.help);
        self.out.push('\n');
    }

    fn problems(&mut self, merged: &Merged) {
        if merged.problems.is_empty() {
            return;
        }
        self.out.push_str(&self.style.paint(Ink::Bold, "not merged"));
        self.out.push('\n');
        for it in merged.problems {
            self.out.push_str("  ");
            let line = format!("{}:{}: {}", it.file, it.line, it.message);
            self.paragraph(&line, self.style.width - 2, 4, |_, line| line.to_owned());
        }
        self.out.push('\n');
    }

    fn summary(&mut self, merged: &Merged) {
        let (said, width) = (merged.said(), self.style.width);
        let lines = wrap_pieces(said.iter().map(String::as_str), width, width - 2);
        self.lines(&lines, 2, |_, line| line.to_owned());
        if let Some(note) = merged.note() {
            self.out.push_str("note: ");
            self.paragraph(note, width - 6, 6, |_, line| line.to_owned());
        }
        if let Some(verdict) = merged.verdict() {
            let worst = merged.shared.first().map(|it| it.severity).filter(|_| merged.failing() > 0);
            let ink = worst.map_or(Ink::Good, Ink::Severity);
            self.paragraph(&verdict, width, 2, |style, line| style.paint(ink, line));
        }
    }

    fn labelled(&mut self, word: &str, text: &str) {
        let prefix = format!("  {word}: ");
        self.out.push_str(&self.style.paint(Ink::Word, &prefix));
        self.paragraph(text, self.style.width - prefix.len(), prefix.len(), |_, line| line.to_owned());
    }

    /// Text whose first line has `first` columns, and whose further ones are indented.
    fn paragraph(&mut self, text: &str, first: usize, indent: usize, paint: impl Fn(Style, &str) -> String) {
        let lines = wrap(text, first, self.style.width - indent);
        self.lines(&lines, indent, paint);
    }

    fn lines(&mut self, lines: &[String], indent: usize, paint: impl Fn(Style, &str) -> String) {
        for (i, line) in lines.iter().enumerate() {
            self.out.push_str(&" ".repeat(if i == 0 { 0 } else { indent }));
            self.out.push_str(&paint(self.style, line));
            self.out.push('\n');
        }
    }
}
