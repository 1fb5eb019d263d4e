//! The last words of a report: how much was checked, what came of it, and whether that fails.

use std::collections::BTreeMap;

use connlint_check::UnreadReason;
use connlint_core::{Finding, Severity, Standing};

use crate::Context;

impl Context<'_> {
    /// The findings that nobody has accepted and that a change, where one is judged, brings.
    pub(crate) fn open(&self) -> impl Iterator<Item = &Finding> {
        self.review.findings.iter().filter(|it| is_open(it))
    }

    /// The number of findings of this standing that nobody has accepted.
    pub(crate) fn standing(&self, standing: Standing) -> usize {
        let all = self.review.findings.iter();
        all.filter(|it| it.suppression.is_none() && it.standing == standing).count()
    }

    /// The number of open findings of this severity.
    pub(crate) fn count(&self, severity: Severity) -> usize {
        self.open().filter(|finding| finding.severity == severity).count()
    }

    /// The number of accepted findings.
    pub(crate) fn suppressed(&self) -> usize {
        self.review.findings.iter().filter(|it| it.suppression.is_some()).count()
    }

    /// The number of open findings that fail the run.
    pub fn failing(&self) -> usize {
        self.fail_on.map_or(0, |least| self.open().filter(|finding| finding.severity >= least).count())
    }
}

/// What was checked and found, such as `checked 2 files in 0.12 s:`, `1 not read (1 template),`,
/// `4 connectors,` and `2 high`.
pub(crate) fn checked(ctx: &Context) -> Vec<String> {
    let files = counted(ctx.review.files_read, "file");
    let elapsed = ctx.elapsed.map_or_else(String::new, |it| format!(" in {:.2} s", it.as_secs_f64()));
    let mut facts = Vec::new();
    if !ctx.review.unread.is_empty() {
        facts.push(format!("{} not read ({})", ctx.review.unread.len(), reasons(ctx)));
    }
    facts.push(counted(ctx.review.connectors.len(), "connector"));
    let found =
        Severity::ALL.iter().rev().map(|severity| (ctx.count(*severity), severity)).filter(|(n, _)| *n > 0);
    let found: Vec<String> = found.map(|(n, severity)| format!("{n} {severity}")).collect();
    let none = if ctx.review.comparison.is_some() { "no new findings" } else { "no findings" };
    facts.extend(if found.is_empty() { vec![none.to_owned()] } else { found });
    for (standing, word) in [(Standing::Old, "older"), (Standing::Baselined, "in the baseline")] {
        let n = ctx.standing(standing);
        facts.extend((n > 0).then(|| format!("{n} {word}")));
    }
    if ctx.suppressed() > 0 {
        facts.push(format!("{} suppressed", ctx.suppressed()));
    }
    let last = facts.len() - 1;
    facts.iter_mut().take(last).for_each(|fact| fact.push(','));
    facts.insert(0, format!("checked {files}{elapsed}:"));
    facts
}

/// Whether a finding is one to show and to count.
pub(crate) fn is_open(finding: &Finding) -> bool {
    finding.suppression.is_none() && finding.standing == Standing::New
}

/// Whether the run fails and why; nothing where there is no finding to speak of.
pub(crate) fn verdict(ctx: &Context) -> Option<String> {
    ctx.open().next()?;
    let new = if ctx.review.comparison.is_some() { "new " } else { "" };
    Some(match (ctx.fail_on, ctx.failing()) {
        (None, _) => "passed: no severity fails this run".to_owned(),
        (Some(least), 0) => format!("passed: nothing {new}is {}", at_least(least)),
        (Some(least), 1) => format!("failed: 1 {new}finding is {}", at_least(least)),
        (Some(least), n) => format!("failed: {n} {new}findings are {}", at_least(least)),
    })
}

pub(crate) fn at_least(least: Severity) -> String {
    if least == Severity::Critical { least.to_string() } else { format!("{least} or worse") }
}

fn reasons(ctx: &Context) -> String {
    let mut counts: BTreeMap<UnreadReason, usize> = BTreeMap::new();
    for unread in &ctx.review.unread {
        *counts.entry(unread.reason).or_default() += 1;
    }
    let words: Vec<String> = counts.into_iter().map(|(reason, n)| reason_counted(reason, n)).collect();
    words.join(", ")
}

fn reason_counted(reason: UnreadReason, n: usize) -> String {
    match reason {
        UnreadReason::Template | UnreadReason::Syntax => counted(n, reason.as_str()),
        UnreadReason::TooLarge | UnreadReason::NotText | UnreadReason::Io => {
            format!("{n} {}", reason.as_str())
        }
    }
}

/// `1 file`, `2 files`.
pub(crate) fn counted(n: usize, noun: &str) -> String {
    format!("{n} {noun}{}", if n == 1 { "" } else { "s" })
}

/// What is said of places that are not shown.
pub(crate) fn and_more(places: usize) -> String {
    format!("and {places} more place{}", if places == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use connlint_core::Location;

    use super::*;
    use crate::samples::{HARDCODED, Sample, everything};

    #[test]
    fn facts_are_counted_in_words() {
        let sample = everything();
        let two = "checked 4 files in 0.12 s: 2 not read (1 template, 1 syntax error), 1 connector, 2 critical, \
                   1 high, 1 medium, 1 suppressed";
        assert_eq!(checked(&sample.context()).join(" "), two);

        let none = Sample::default();
        let ctx = Context { elapsed: None, ..none.context() };
        assert_eq!(checked(&ctx).join(" "), "checked 0 files: 0 connectors, no findings");
        let ctx = Context { elapsed: Some(Duration::from_secs(75)), ..none.context() };
        assert_eq!(checked(&ctx).join(" "), "checked 0 files in 75.00 s: 0 connectors, no findings");
    }

    #[test]
    fn the_verdict_says_why() {
        let sample = everything();
        let said = |fail_on| verdict(&Context { fail_on, ..sample.context() }).unwrap();
        assert_eq!(said(None), "passed: no severity fails this run");
        assert_eq!(said(Some(Severity::Low)), "failed: 4 findings are low or worse");
        assert_eq!(said(Some(Severity::Critical)), "failed: 2 findings are critical");
        assert_eq!(verdict(&Sample::default().context()), None);

        let sample = Sample::new(&[("a.tf", "x")]);
        let mut finding = sample.finding(&HARDCODED, Location::default(), "x");
        finding.severity = Severity::Medium;
        let sample = sample.with(finding);
        let said = |least| verdict(&Context { fail_on: Some(least), ..sample.context() }).unwrap();
        assert_eq!(said(Severity::High), "passed: nothing is high or worse");
        assert_eq!(said(Severity::Medium), "failed: 1 finding is medium or worse");
    }
}
