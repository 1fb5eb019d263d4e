//! A result as it stands on a pull request: what each comment and the summary are made of.
//!
//! It is made from a report of this very process, or from a JSON report that another job has left. The latter may come
//! from a stranger, so nothing of it is taken over but ids, places and numbers: see [`Digest::of_stranger`].

mod comment;
mod sheet;
mod stranger;

use connlint_check::{ChangeKind, Comparison};
use connlint_core::{Finding, Location, RuleMeta, Severity, Standing};

use crate::Context;
use crate::alike::{Alike, alike};
use crate::extent::extent;
use crate::summary::{checked, is_open, verdict};

pub use comment::{Comment, comment};
pub use sheet::{Links, sheet};
pub use stranger::Stranger;

/// All that a pull request is told.
#[derive(Clone, Debug, Default)]
pub struct Digest {
    /// Whether a change was judged, rather than a whole tree.
    pub compared: bool,
    /// New findings that nobody accepted, the worst first.
    pub items: Vec<Item>,
    /// How many of them fail the run.
    pub failing: usize,
    /// Findings that the base has, too.
    pub old: usize,
    /// Findings that the baseline lists.
    pub baselined: usize,
    /// Findings that suppressions accept.
    pub suppressed: usize,
    /// Findings of the base that are gone.
    pub fixed: usize,
    /// What the change does to access.
    pub changes: Vec<Event>,
    /// What the change does to its own gate.
    pub edits: Vec<(String, Option<Place>)>,
    /// Files that the change touches and that were not read, each with the reason.
    pub unread: Vec<(String, String)>,
    /// What was checked, in a sentence.
    pub checked: String,
    /// What that means, in a sentence.
    pub verdict: String,
}

/// One finding.
#[derive(Clone, Debug)]
pub struct Item {
    /// The rule.
    pub rule: &'static RuleMeta,
    /// How bad it is.
    pub severity: Severity,
    /// Identity across runs.
    pub fingerprint: String,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: String,
    /// Where.
    pub at: Place,
    /// Every other place, and what it has to do with it.
    pub related: Vec<(Place, String)>,
    /// The lines of the place as they ought to be; only where no secret stands on them.
    pub suggestion: Option<String>,
}

/// Lines of a file of the judged tree.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// Path from the top of the repository.
    pub path: String,
    /// First and last line, from 1; nothing where the text was not kept.
    pub lines: Option<(u32, u32)>,
    /// Logical address; it stays when lines move.
    pub address: String,
}

/// One thing that the change does to access.
#[derive(Clone, Debug)]
pub struct Event {
    /// What kind of thing.
    pub kind: ChangeKind,
    /// What happens.
    pub message: String,
    /// Where.
    pub at: Place,
}

impl Digest {
    /// Moves every place to where `line` says it is: to other lines of its file, or to none.
    pub fn relocate(&mut self, line: &mut dyn FnMut(&Place) -> Option<(u32, u32)>) {
        let related = self
            .items
            .iter_mut()
            .flat_map(|it| std::iter::once(&mut it.at).chain(it.related.iter_mut().map(|(place, _)| place)));
        for place in related.chain(self.changes.iter_mut().map(|it| &mut it.at)) {
            place.lines = line(place);
        }
    }

    /// Of a result of this process.
    pub fn of(ctx: &Context) -> Self {
        let mut findings: Vec<&Finding> = ctx.in_path_order().filter(|it| is_open(it)).collect();
        findings.sort_by_key(|it| std::cmp::Reverse(it.severity));
        let comparison = ctx.review.comparison.as_ref();
        let unread = ctx.review.unread.iter().filter(|it| !it.old);
        Self {
            compared: comparison.is_some(),
            items: findings.into_iter().map(|it| item(ctx, it)).collect(),
            failing: ctx.failing(),
            old: ctx.standing(Standing::Old),
            baselined: ctx.standing(Standing::Baselined),
            suppressed: ctx.suppressed(),
            fixed: comparison.map_or(0, |it| it.fixed),
            changes: comparison.map(|it| events(ctx, it)).unwrap_or_default(),
            edits: comparison.map(|it| edits(ctx, it)).unwrap_or_default(),
            unread: unread.map(|it| (it.path.clone(), it.reason.as_str().to_owned())).collect(),
            checked: checked(&Context { elapsed: None, ..*ctx }).join(" "),
            verdict: verdict(ctx).unwrap_or_default(),
        }
    }
}

fn item(ctx: &Context, it: &Finding) -> Item {
    let related = it.related.iter().map(|it| (place(ctx, &it.location), it.message.clone()));
    Item {
        rule: it.rule,
        severity: it.severity,
        fingerprint: it.fingerprint.as_str().to_owned(),
        message: it.message.clone(),
        help: it.help.clone(),
        at: place(ctx, &it.primary),
        related: related.collect(),
        suggestion: suggestion(ctx, it),
    }
}

fn events(ctx: &Context, comparison: &Comparison) -> Vec<Event> {
    let told = alike(comparison.changes.as_deref().unwrap_or_default());
    let event =
        |it: &Alike<'_>| Event { kind: it.first.kind, message: it.message(), at: place(ctx, &it.first.at) };
    told.iter().map(event).collect()
}

fn edits(ctx: &Context, comparison: &Comparison) -> Vec<(String, Option<Place>)> {
    let all = comparison.edits.iter();
    all.map(|it| (it.message.clone(), it.at.as_ref().map(|at| place(ctx, at)))).collect()
}

fn place(ctx: &Context, at: &Location) -> Place {
    let extent = extent(ctx.sources, at.span);
    let line = |line: usize| u32::try_from(line).unwrap_or(u32::MAX);
    Place {
        path: extent.path.to_owned(),
        lines: extent.ends.map(|(start, end)| (line(start.line), line(end.line))),
        address: at.path.clone(),
    }
}

/// The line of a finding with its fix in place.
fn suggestion(ctx: &Context, finding: &Finding) -> Option<String> {
    let fix = finding.fix.as_ref().filter(|it| it.span == finding.primary.span)?;
    let source = ctx.sources.get(fix.span.file)?;
    let range = source.line_range(source.line_index(fix.span.start));
    let line = connlint_core::Span::new(fix.span.file, range.start, range.end);
    let secret = ctx.review.secrets.iter().any(|it| it.overlaps(line));
    if secret || !line.contains(fix.span) {
        return None;
    }
    let before = source.text().get(range.start..fix.span.start as usize)?;
    let after = source.text().get(fix.span.end as usize..range.end)?;
    Some(format!("{before}{}{after}", fix.text))
}
