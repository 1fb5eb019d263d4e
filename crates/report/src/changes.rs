//! What a change does to access and to its own gate, for people at a terminal.

use connlint_check::{Comparison, GateEdit};

use crate::alike::{Alike, alike};
use crate::escape::visible;
use crate::extent::extent;
use crate::paint::Ink;
use crate::text::write_lines;
use crate::wrap::{columns, wrap};
use crate::{Context, Style};

/// More changes of a review are only counted; `connlint diff` shows all.
const LISTED: usize = 20;

/// What a change does to access, all of it; for `connlint diff`.
pub fn changes(ctx: &Context, style: Style) -> String {
    let mut out = String::new();
    let Some(comparison) = &ctx.review.comparison else { return out };
    write_access(&mut out, ctx, comparison, usize::MAX, style);
    write_gate(&mut out, ctx, comparison, style);
    let n = comparison.changes.as_ref().map_or(0, Vec::len);
    let said = match n {
        0 => "access does not change".to_owned(),
        1 => "1 change of access".to_owned(),
        _ => format!("{n} changes of access"),
    };
    let line = format!("{said} since {}", visible(&comparison.base));
    write_lines(&mut out, &wrap(&line, style.width, style.width - 2), "  ", str::to_owned);
    out
}

/// The sections of a report about a change.
pub(crate) fn write(out: &mut String, ctx: &Context, style: Style) {
    let Some(comparison) = &ctx.review.comparison else { return };
    write_access(out, ctx, comparison, LISTED, style);
    write_gate(out, ctx, comparison, style);
}

fn write_access(out: &mut String, ctx: &Context, comparison: &Comparison, most: usize, style: Style) {
    let Some(changes) = comparison.changes.as_ref().filter(|it| !it.is_empty()) else { return };
    out.push_str(&style.paint(Ink::Bold, "what the change does to access"));
    out.push('\n');
    let told = alike(changes);
    for change in told.iter().take(most) {
        write_change(out, ctx, change, style);
    }
    let rest: usize = told.iter().skip(most).map(Alike::count).sum();
    if rest > 0 {
        let base = visible(&comparison.base);
        out.push_str(&format!("  and {rest} more: connlint diff shows all since {base}\n"));
    }
    out.push('\n');
}

/// `  access-raised  user.ci may now write …`, with the place below it.
fn write_change(out: &mut String, ctx: &Context, change: &Alike<'_>, style: Style) {
    let word = change.first.kind.as_str();
    let prefix = format!("  {word}: ");
    out.push_str(&style.paint(Ink::Word, &prefix));
    let at = place(ctx, change.first.at.span);
    let text = format!("{} ({at})", visible(&change.message()));
    let first = style.width.saturating_sub(columns(&prefix));
    write_lines(out, &wrap(&text, first, style.width - 4), "    ", str::to_owned);
}

fn write_gate(out: &mut String, ctx: &Context, comparison: &Comparison, style: Style) {
    if comparison.edits.is_empty() {
        return;
    }
    out.push_str(&style.paint(Ink::Bold, "what the change does to its own gate"));
    out.push('\n');
    for edit in &comparison.edits {
        let text = edit_text(ctx, edit);
        out.push_str("  ");
        write_lines(out, &wrap(&text, style.width - 2, style.width - 4), "    ", str::to_owned);
    }
    out.push('\n');
}

/// An edit and its place in one line.
fn edit_text(ctx: &Context, edit: &GateEdit) -> String {
    let at = edit.at.as_ref().map_or_else(String::new, |at| format!(" ({})", place(ctx, at.span)));
    format!("{}{at}", visible(&edit.message))
}

/// `path:line`.
fn place(ctx: &Context, span: connlint_core::Span) -> String {
    let extent = extent(ctx.sources, span);
    let line = extent.ends.map_or_else(String::new, |(start, _)| format!(":{}", start.line));
    format!("{}{line}", visible(extent.path))
}
