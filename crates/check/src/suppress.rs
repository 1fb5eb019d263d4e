//! Suppressions: `# connlint: allow <rule> until 2027-03-31 -- reason`, on the line or the line above.

use std::fmt;
use std::str::FromStr;

use connlint_core::{Finding, Location, Sources, Span, Suppression};

use crate::run::Comment;

/// A day of the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Date {
    year: u16,
    month: u8,
    day: u8,
}

impl FromStr for Date {
    type Err = ();

    /// Reads `YYYY-MM-DD`.
    fn from_str(text: &str) -> Result<Self, ()> {
        let mut parts = text.split('-');
        let mut next = |width: usize| {
            let part =
                parts.next().filter(|part| part.len() == width && part.bytes().all(|b| b.is_ascii_digit()));
            part.and_then(|part| part.parse::<u16>().ok()).ok_or(())
        };
        let (year, month, day) = (next(4)?, next(2)?, next(2)?);
        let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        let days = match month {
            2 if leap => 29,
            2 => 28,
            4 | 6 | 9 | 11 => 30,
            1..=12 => 31,
            _ => return Err(()),
        };
        if parts.next().is_some() || !(1..=days).contains(&day) {
            return Err(());
        }
        Ok(Self { year, month: month as u8, day: day as u8 })
    }
}

impl Date {
    /// The day that many days later.
    pub(crate) fn plus(self, days: u32) -> Self {
        let later = u64::from(self.days_since_epoch()) + u64::from(days);
        Self::from_days(later)
    }

    /// Days since 1970-01-01 (H. Hinnant, "chrono-Compatible Low-Level Date Algorithms", days_from_civil).
    fn days_since_epoch(self) -> u32 {
        let (month, day) = (u32::from(self.month), u32::from(self.day));
        let year = u32::from(self.year) - u32::from(month <= 2);
        let (era, of_era) = (year / 400, year % 400);
        let shifted = if month > 2 { month - 3 } else { month + 9 };
        let of_year = (153 * shifted + 2) / 5 + day - 1;
        let days = of_era * 365 + of_era / 4 - of_era / 100 + of_year;
        (era * 146_097 + days).saturating_sub(719_468)
    }

    /// The day that many days after 1970-01-01.
    pub fn from_days(days: u64) -> Self {
        // Counts from 0000-03-01, so that the leap day ends a year (H. Hinnant, "chrono-Compatible Low-Level Date
        // Algorithms", civil_from_days).
        let days = days + 719_468;
        let era = days / 146_097;
        let of_era = days % 146_097;
        let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
        let day_of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * month + 2) / 5 + 1;
        let month = if month < 10 { month + 3 } else { month - 9 };
        let year = year_of_era + era * 400 + u64::from(month <= 2);
        Self { year: year as u16, month: month as u8, day: day as u8 }
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

/// What a suppression must say.
#[derive(Clone, Copy, Debug)]
pub struct Scope {
    /// Today.
    pub today: Date,
    /// Whether a reason is required.
    pub reason: bool,
    /// Whether an end date is required.
    pub until: bool,
}

/// A suppression comment as read.
#[derive(Clone, Debug)]
pub(crate) struct Allowance {
    pub(crate) span: Span,
    pub(crate) rule: String,
    /// Whether the rule exists; any other word may be anything.
    pub(crate) known: bool,
    pub(crate) until: Option<Date>,
    pub(crate) reason: String,
    /// Why it does not hold, if it does not.
    pub(crate) problem: Option<String>,
    pub(crate) used: bool,
}

const MARK: &str = "connlint: allow ";

/// The suppression a comment holds, if it holds one.
pub(crate) fn allowance(comment: &Comment, rules: &[&str], scope: &Scope) -> Option<Allowance> {
    let text = comment.text.split_once(MARK)?.1.trim().trim_end_matches("*/").trim_end();
    let (head, reason) =
        text.split_once("--").map_or((text, ""), |(head, reason)| (head.trim(), reason.trim()));
    let mut words = head.split_whitespace();
    let rule = words.next().unwrap_or_default().to_owned();
    let (until, rest) = match (words.next(), words.next()) {
        (None, _) => (None, None),
        (Some("until"), Some(date)) => (Some(date), words.next()),
        (Some(word), _) => (None, Some(word)),
    };
    let date = until.map(Date::from_str);
    let problem = if !rules.contains(&rule.as_str()) {
        Some("it names no rule of connlint".to_owned())
    } else if rest.is_some() {
        Some("it must read `connlint: allow RULE until YYYY-MM-DD -- REASON`".to_owned())
    } else if date == Some(Err(())) {
        Some("its end date is no day of the calendar".to_owned())
    } else if scope.until && date.is_none() {
        Some("it has no end date: add `until YYYY-MM-DD`".to_owned())
    } else if scope.reason && reason.is_empty() {
        Some("it gives no reason: add ` -- REASON`".to_owned())
    } else {
        date.and_then(Result::ok).filter(|it| *it < scope.today).map(|it| format!("it ended on {it}"))
    };
    let until = date.and_then(Result::ok);
    let known = rules.contains(&rule.as_str());
    Some(Allowance {
        span: comment.span,
        rule,
        known,
        until,
        reason: reason.to_owned(),
        problem,
        used: false,
    })
}

/// Marks the findings that a suppression accepts. A suppression holds for findings that have a place on its own
/// line or, where it stands alone, on the next line that is no comment.
pub(crate) fn apply(findings: &mut [Finding], allowances: &mut [Allowance], sources: &Sources) {
    let mut lines: std::collections::BTreeMap<(u32, usize), Vec<usize>> = std::collections::BTreeMap::new();
    for (index, allowance) in allowances.iter().enumerate() {
        let Some(line) = line_meant(allowance.span, sources) else { continue };
        lines.entry((allowance.span.file.0, line)).or_default().push(index);
    }
    for finding in findings {
        let places = std::iter::once(&finding.primary).chain(finding.related.iter().map(|it| &it.location));
        let at = places.filter_map(|place| Some((place.span.file.0, start_line(place, sources)?)));
        let mut indexes = at.filter_map(|key| lines.get(&key)).flatten().copied();
        let accepted = indexes.find(|index| {
            allowances.get(*index).is_some_and(|it| it.problem.is_none() && it.rule == finding.rule.id)
        });
        if let Some(allowance) = accepted.and_then(|index| allowances.get_mut(index)) {
            allowance.used = true;
            finding.suppression = Some(Suppression {
                reason: allowance.reason.clone(),
                until: allowance.until.map(|date| date.to_string()),
                span: allowance.span,
            });
        }
    }
}

fn start_line(place: &Location, sources: &Sources) -> Option<usize> {
    Some(sources.get(place.span.file)?.line_index(place.span.start))
}

/// The line a comment speaks of.
fn line_meant(comment: Span, sources: &Sources) -> Option<usize> {
    let source = sources.get(comment.file)?;
    let own = source.line_index(comment.start);
    let before = source.text().get(source.line_range(own).start..comment.start as usize)?;
    if !before.trim().is_empty() {
        return Some(own);
    }
    let last = source.line_index(comment.end.saturating_sub(1).max(comment.start));
    (last + 1..last + 20).find(|line| {
        let text = source.text().get(source.line_range(*line)).unwrap_or_default().trim();
        !text.is_empty() && !text.starts_with(['#', '/'])
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates() {
        assert_eq!("2028-02-29".parse::<Date>().map(|it| it.to_string()), Ok("2028-02-29".to_owned()));
        for wrong in ["2027-02-29", "2027-13-01", "2027-1-01", "2027-01-01x", "never"] {
            assert!(wrong.parse::<Date>().is_err(), "{wrong}");
        }
        assert_eq!(Date::from_days(0).to_string(), "1970-01-01");
        assert_eq!(Date::from_days(20_778).to_string(), "2026-11-21");
    }

    #[test]
    fn suppressions_say_what_is_wrong_with_them() {
        let scope = Scope { today: Date { year: 2026, month: 11, day: 21 }, reason: true, until: true };
        let problem = |text: &str| {
            let comment = Comment { span: Span::default(), text: text.to_owned() };
            allowance(&comment, &["hardcoded-secret"], &scope).map(|it| it.problem.unwrap_or_default())
        };
        assert_eq!(
            problem("# connlint: allow hardcoded-secret until 2027-03-31 -- rotates in March"),
            Some(String::new())
        );
        assert_eq!(problem("# something else"), None);
        for (text, expected) in [
            ("# connlint: allow other until 2027-03-31 -- x", "names no rule"),
            ("# connlint: allow hardcoded-secret -- x", "no end date"),
            ("# connlint: allow hardcoded-secret until 2027-03-31", "no reason"),
            ("# connlint: allow hardcoded-secret until 2025-25-11 -- x", "no day"),
            ("# connlint: allow hardcoded-secret until 2026-11-20 -- x", "ended on 2026-11-20"),
        ] {
            assert!(problem(text).is_some_and(|it| it.contains(expected)), "{text}");
        }
    }
}
