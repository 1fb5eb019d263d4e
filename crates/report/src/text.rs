//! The report for people at a terminal: findings by path, what could not be read, and one summary.

use connlint_check::UnreadReason;
use connlint_core::{Confidence, Finding, Severity, Standing};

use crate::escape::visible;
use crate::extent::extent;
use crate::frame::frame;
use crate::mask::Secrets;
use crate::paint::Ink;
use crate::places::places;
use crate::summary::{and_more, checked, counted, is_open, verdict};
use crate::wrap::{columns, wrap, wrap_pieces};
use crate::{Context, Style, changes};

/// Narrower terminals are treated as if they had this many columns.
const MIN_WIDTH: usize = 40;

/// Templates are listed one by one only up to this many; they are known to be unreadable, and often many.
const LISTED_TEMPLATES: usize = 5;

/// The report for people at a terminal.
pub fn text(ctx: &Context, style: Style) -> String {
    let style = Style { width: style.width.max(MIN_WIDTH), ..style };
    let secrets = Secrets::new(&ctx.review.secrets);
    let mut out = String::new();
    for finding in ctx.in_path_order().filter(|it| is_open(it)) {
        write_finding(&mut out, ctx, &secrets, finding, style);
        out.push('\n');
    }
    changes::write(&mut out, ctx, style);
    write_outcomes(&mut out, ctx, style);
    write_unread(&mut out, ctx, style);
    write_summary(&mut out, ctx, style);
    out
}

fn write_finding(out: &mut String, ctx: &Context, secrets: &Secrets, finding: &Finding, style: Style) {
    write_headline(out, finding, style);
    let places = places(finding, ctx.sources, secrets, style);
    out.push_str(&frame(places.snippets, style));
    for (path, message) in &places.elsewhere {
        write_note(out, "at", &format!("{path}: {message}"), style);
    }
    if places.hidden > 0 {
        write_note(out, "note", &and_more(places.hidden), style);
    }
    if finding.confidence == Confidence::Low {
        write_note(out, "note", "confidence is low: this was deduced from names alone", style);
    }
    if !finding.help.is_empty() {
        write_note(out, "help", &visible(&finding.help), style);
    }
    if !style.links {
        write_note(out, "docs", &finding.rule.url(), style);
    }
}

/// `critical[hardcoded-secret]: the message`, the id being a link to the rule's page.
fn write_headline(out: &mut String, finding: &Finding, style: Style) {
    let (severity, id) = (finding.severity, finding.rule.id);
    let ink = Ink::Severity(severity);
    let prefix = format!("{severity}[{id}]: ");
    let linked = style.link(&finding.rule.url(), &style.paint(ink, id));
    out.push_str(&style.paint(ink, &format!("{severity}[")));
    out.push_str(&linked);
    out.push_str(&style.paint(ink, "]"));
    out.push_str(&style.paint(Ink::Bold, ": "));
    let lines =
        wrap(&visible(&finding.message), style.width.saturating_sub(columns(&prefix)), style.width - 2);
    write_lines(out, &lines, "  ", |line| style.paint(Ink::Bold, line));
}

/// A labelled paragraph below a finding, or below the list of unread files.
fn write_note(out: &mut String, word: &str, text: &str, style: Style) {
    let prefix = format!("  {word}: ");
    out.push_str(&style.paint(Ink::Word, &prefix));
    let width = style.width - prefix.len();
    write_lines(out, &wrap(text, width, width), &" ".repeat(prefix.len()), str::to_owned);
}

pub(crate) fn write_lines(out: &mut String, lines: &[String], indent: &str, paint: impl Fn(&str) -> String) {
    for (i, line) in lines.iter().enumerate() {
        out.push_str(if i == 0 { "" } else { indent });
        out.push_str(&paint(line));
        out.push('\n');
    }
}

/// What is unknown, each place on a line, and how much passes.
fn write_outcomes(out: &mut String, ctx: &Context, style: Style) {
    let outcomes = &ctx.review.outcomes;
    if outcomes.is_empty() {
        return;
    }
    let passed = outcomes.iter().filter(|it| it.passes).count();
    out.push_str(&style.paint(Ink::Bold, "not reported"));
    out.push('\n');
    for it in outcomes.iter().filter(|it| !it.passes) {
        let extent = extent(ctx.sources, it.at.span);
        let line = extent.ends.map_or_else(String::new, |(start, _)| format!(":{}", start.line));
        let place = format!("unknown[{}]: {}{line}: {}", it.rule, visible(extent.path), visible(&it.at.path));
        out.push_str("  ");
        write_lines(out, &wrap(&place, style.width - 2, style.width - 4), "    ", str::to_owned);
    }
    out.push_str(&format!("  {} passed, {} unknown\n\n", passed, outcomes.len() - passed));
}

fn write_unread(out: &mut String, ctx: &Context, style: Style) {
    let unread: Vec<_> = ctx.review.unread.iter().filter(|it| !it.old).collect();
    if unread.is_empty() {
        return;
    }
    let templates = unread.iter().filter(|it| it.reason == UnreadReason::Template).count();
    let is_listed = |reason| reason != UnreadReason::Template || templates <= LISTED_TEMPLATES;
    out.push_str(&style.paint(Ink::Bold, "not read"));
    out.push('\n');
    for it in unread.iter().filter(|it| is_listed(it.reason)) {
        let colon = if it.detail.is_empty() { "" } else { ": " };
        let why = format!("{}{colon}{}", it.reason.as_str(), visible(&it.detail));
        out.push_str("  ");
        let path = visible(&it.path);
        out.push_str(&path);
        out.push_str("  ");
        let first = style.width.saturating_sub(columns(&path) + 4);
        write_lines(out, &wrap(&why, first, style.width - 4), "    ", |line| style.paint(Ink::Dim, line));
    }
    if !is_listed(UnreadReason::Template) {
        out.push_str(&format!("  {}\n", counted(templates, UnreadReason::Template.as_str())));
    }
    out.push('\n');
}

fn write_summary(out: &mut String, ctx: &Context, style: Style) {
    let checked = checked(ctx);
    let width = style.width - 2;
    // A fact stays in one piece unless it is longer than a line.
    let pieces = checked.iter().flat_map(|fact| match columns(fact) > width {
        true => fact.split(' ').collect(),
        false => vec![fact.as_str()],
    });
    write_lines(out, &wrap_pieces(pieces, style.width, width), "  ", str::to_owned);
    if let Some(verdict) = verdict(ctx) {
        let ink = if ctx.failing() > 0 { Ink::Severity(Severity::High) } else { Ink::Good };
        write_lines(out, &wrap(&verdict, style.width, style.width - 2), "  ", |line| style.paint(ink, line));
    }
    if ctx.standing(Standing::Old) > 0 {
        let line = "findings that were there before are not shown: connlint check shows them";
        let dim = |line: &str| style.paint(Ink::Dim, line);
        write_lines(out, &wrap(line, style.width, style.width - 2), "  ", dim);
    }
}

#[cfg(test)]
mod tests {
    use connlint_core::Location;

    use super::*;
    use crate::samples::{HARDCODED, PLAIN, Sample, everything, label};

    #[test]
    fn a_finding_names_all_its_places() {
        let expected = "\
high[shared-credential]: 2 connectors share one password
    ╭─[infra/main.tf:10:17]
 10 │     password = \"***\" # rotate me
    ·                 ─┬─
    ·                  ╰── used by fivetran_connector.invoices
    ├─[infra/main.tf:3:14]
  3 │   password = var.orders_password
    ·              ─────────┬─────────
    ·                       ╰── passed here
    ├─[infra/variables.tf:2:14]
  2 │   default = \"***\"
    ·              ─┬─
    ·               ╰── and by module.orders.fivetran_connector.this
    ├─[infra/modules/fivetran/main.tf:3:16]
  3 │     password = var.password
    ·                ──────┬─────
    ·                      ╰── passed here
    ╰────
  help: move the value to a secret store and pass a reference to it
  docs: https://github.com/connlint/connlint/blob/main/docs/rules/shared-credential.md
";
        let report = text(&everything().context(), PLAIN);
        assert!(report.contains(expected), "{report}");
        assert!(!report.contains("accepted"), "suppressed findings are only counted");
    }

    #[test]
    fn a_clean_run_is_one_line() {
        let report = text(&Sample::new(&[("a.tf", "")]).context(), PLAIN);
        assert_eq!(report, "checked 1 file in 0.12 s: 0 connectors, no findings\n");
    }

    #[test]
    fn lines_keep_to_the_width() {
        for width in [60, 80, 120] {
            let report = text(&everything().context(), Style { width, ..PLAIN });
            // Words are never broken, so a frame's title and a line of one word may be longer.
            let words =
                |line: &str| line.split(' ').filter(|it| it.chars().any(char::is_alphanumeric)).count();
            let wide = report.lines().filter(|it| columns(it) > width && !it.contains("─[") && words(it) > 1);
            let wide = wide.filter(|it| !it.contains("docs: "));
            assert_eq!(wide.collect::<Vec<_>>(), [""; 0], "at {width}");
        }
    }

    #[test]
    fn ascii_terminals_get_ascii() {
        let style = Style { unicode: false, ..PLAIN };
        assert!(text(&everything().context(), style).is_ascii());
    }

    #[test]
    fn colours_and_links_only_add_escapes() {
        let sample = everything();
        let coloured = text(&sample.context(), Style { color: true, ..PLAIN });
        let escapes = coloured.split('\x1b').skip(1).map(|it| it.split_once('m').expect("a code").1);
        let plain: String = coloured.split('\x1b').take(1).chain(escapes).collect();
        assert_eq!(plain, text(&sample.context(), PLAIN));
        assert!(
            text(&sample.context(), Style { links: true, ..PLAIN }).contains("\x1b]8;;https://github.com/")
        );
    }

    #[test]
    fn of_many_places_some_are_counted() {
        let names: Vec<String> = (0..9).map(|n| format!("user{n}")).collect();
        let sample = Sample::new(&[("a.yaml", &names.join("\n\n"))]);
        for (related, counted) in [(8, None), (9, Some("  note: and 3 more places\n"))] {
            let mut finding = sample.finding(&HARDCODED, sample.at("a.yaml", "user0", "a"), "shared");
            let places = names.iter().cycle().skip(1).take(related);
            finding.related = places.map(|name| label(sample.at("a.yaml", name, "b"), "here too")).collect();
            let mut sample = Sample::new(&[("a.yaml", &names.join("\n\n"))]).with(finding);
            sample.review.files_read = 1;
            let report = text(&sample.context(), PLAIN);
            let shown = report.contains("and 3 more places").then_some("  note: and 3 more places\n");
            assert_eq!(shown, counted, "{report}");
        }
    }

    #[test]
    fn files_without_text_are_named() {
        let sample = Sample::new(&[("gone.tf", "")]);
        let finding = sample.finding(&HARDCODED, Location::default(), "it is written in the code");
        let report = text(&sample.with(finding).context(), PLAIN);
        assert!(report.contains("  at: gone.tf: the literal stands here\n"), "{report}");
    }

    #[test]
    fn unread_templates_are_listed_up_to_a_number() {
        let unread = |n: usize| connlint_check::Unread {
            path: format!("t{n}.yaml"),
            reason: UnreadReason::Template,
            detail: String::new(),
            old: false,
        };
        for (count, listed) in [(5, true), (6, false)] {
            let mut sample = Sample::default();
            sample.review.unread = (0..count).map(unread).collect();
            let report = text(&sample.context(), PLAIN);
            assert_eq!(report.contains("  t0.yaml  template\n"), listed, "{report}");
            assert_eq!(report.contains("\n  6 templates\n"), !listed, "{report}");
        }
    }
}
