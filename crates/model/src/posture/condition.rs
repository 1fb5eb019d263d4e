//! Conditions of the fact tables: what a value has to be.

use connlint_resolve::{Kind, Value};

/// One condition of a list such as `1.0|1.1|<30|~public`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Condition {
    /// Any value at all.
    Any,
    /// An empty text or collection.
    Empty,
    /// Nothing that is good.
    Rest,
    Less(f64),
    More(f64),
    Contains(&'static str),
    Starts(&'static str),
    Is(&'static str),
}

/// What a number of a setting counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unit {
    /// Nothing: a plain number.
    Plain,
    /// So many seconds each.
    Seconds(u64),
    Milliseconds,
    /// A duration that names its own unit.
    Text,
    /// A date.
    Date,
}

const DAY: f64 = 86_400.0;

impl Unit {
    pub(super) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "ms" => Self::Milliseconds,
            "s" => Self::Seconds(1),
            "m" => Self::Seconds(60),
            "h" => Self::Seconds(3_600),
            "d" => Self::Seconds(86_400),
            "mo" => Self::Seconds(30 * 86_400),
            "y" => Self::Seconds(365 * 86_400),
            "t" => Self::Text,
            "date" => Self::Date,
            _ => return None,
        })
    }

    /// A value as the number that thresholds are compared with: days for durations.
    fn number(self, text: &str) -> Option<f64> {
        let plain = || text.trim().parse::<f64>().ok().filter(|it| it.is_finite());
        match self {
            Self::Plain => plain(),
            Self::Milliseconds => plain().map(|it| it / 1000.0 / DAY),
            Self::Seconds(each) => plain().map(|it| it * each as f64 / DAY).or_else(|| duration(text)),
            Self::Text => duration(text),
            Self::Date => None,
        }
    }
}

/// Whether what follows `http://` is the machine itself.
fn is_loopback(address: &str) -> bool {
    ["localhost", "127.", "[::1]", "0.0.0.0"].iter().any(|it| address.starts_with(it))
}

/// `720h`, `7776000s`, `1h30m`, `P90D`, `PT12H`, `30 days` in days.
fn duration(text: &str) -> Option<f64> {
    let text = text.trim();
    // `rate(365 days)`
    let text = text.strip_prefix("rate(").and_then(|it| it.strip_suffix(')')).unwrap_or(text);
    // `30.00:00:00`: days and a time of day.
    if let Some((days, time)) = text.split_once('.')
        && time.len() == 8
        && time.split(':').all(|part| part.len() == 2 && part.parse::<u8>().is_ok())
    {
        return days.parse().ok();
    }
    if let Some(period) = text.strip_prefix('P') {
        let (days, time) = period.split_once('T').unwrap_or((period, ""));
        let calendar = [('Y', 365.0), ('M', 30.0), ('W', 7.0), ('D', 1.0)];
        let clock = [('H', 1.0 / 24.0), ('M', 1.0 / 1440.0), ('S', 1.0 / DAY)];
        return Some(amounts(days, &calendar)? + amounts(time, &clock)?);
    }
    let number = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (amount, unit) = text.split_at_checked(number)?;
    let days = match unit.trim() {
        "" | "s" | "second" | "seconds" => 1.0 / DAY,
        "ms" => 1.0 / DAY / 1000.0,
        "m" | "min" | "minute" | "minutes" => 1.0 / 1440.0,
        "h" | "hour" | "hours" => 1.0 / 24.0,
        "d" | "day" | "days" => 1.0,
        "w" | "week" | "weeks" => 7.0,
        "mo" | "month" | "months" => 30.0,
        "y" | "year" | "years" => 365.0,
        // `1h30m`
        rest => {
            let clock = [('h', 1.0 / 24.0), ('m', 1.0 / 1440.0), ('s', 1.0 / DAY)];
            return rest.chars().any(|c| c.is_ascii_digit()).then(|| amounts(text, &clock)).flatten();
        }
    };
    amount.parse::<f64>().ok().map(|it| it * days)
}

/// The sum of amounts, each followed by its letter.
fn amounts(mut text: &str, letters: &[(char, f64)]) -> Option<f64> {
    let mut sum = 0.0;
    while !text.is_empty() {
        let at = text.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let (number, rest) = text.split_at_checked(at)?;
        let letter = rest.chars().next()?;
        let (_, days) = letters.iter().find(|(own, _)| *own == letter)?;
        sum += number.parse::<f64>().ok()? * days;
        text = rest.get(letter.len_utf8()..)?;
    }
    Some(sum)
}

/// The conditions of a column.
pub(super) fn conditions(column: &'static str) -> Vec<Condition> {
    let read = |text: &'static str| match text {
        "any" => Condition::Any,
        "empty" => Condition::Empty,
        "!" => Condition::Rest,
        _ => {
            let number = |prefix: char| text.strip_prefix(prefix).and_then(|it| it.parse().ok());
            match (number('<'), number('>')) {
                (Some(number), _) => Condition::Less(number),
                (_, Some(number)) => Condition::More(number),
                _ => match (text.strip_prefix('~'), text.strip_prefix('^')) {
                    (Some(part), _) => Condition::Contains(part),
                    (_, Some(start)) => Condition::Starts(start),
                    _ => Condition::Is(text),
                },
            }
        }
    };
    column.split('|').filter(|it| !it.is_empty()).map(read).collect()
}

impl Condition {
    /// Whether a scalar known in full fits; `Rest` never does by itself.
    pub(super) fn fits(self, text: &str, unit: Unit) -> bool {
        let bare = text.trim().trim_matches('"');
        let lower = || bare.to_ascii_lowercase();
        match self {
            Self::Any => true,
            Self::Empty => bare.is_empty(),
            Self::Rest => false,
            Self::Less(limit) => unit.number(bare).is_some_and(|it| it < limit),
            Self::More(limit) => match unit {
                // A date is compared by its year, and with today by the rules.
                Unit::Date => {
                    limit > 1900.0
                        && bare.get(..4).and_then(|it| it.parse::<f64>().ok()).is_some_and(|it| it > limit)
                }
                _ => unit.number(bare).is_some_and(|it| it > limit),
            },
            Self::Contains(part) => lower().contains(&part.to_ascii_lowercase()),
            Self::Starts(start) => {
                let lower = lower();
                // Nobody listens on the way from a machine to itself.
                let rest = lower.strip_prefix(&start.to_ascii_lowercase());
                rest.is_some_and(|rest| !start.ends_with("//") || !is_loopback(rest))
            }
            Self::Is(word) => {
                let same_number = || match (word.parse::<f64>(), bare.parse::<f64>()) {
                    (Ok(a), Ok(b)) => a == b,
                    _ => false,
                };
                bare.eq_ignore_ascii_case(word) || same_number()
            }
        }
    }

    /// The table's own words for what fits, where it has them.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Is(word) => word,
            _ => "",
        }
    }
}

/// What a scalar is known to be.
pub(super) enum Known<'v> {
    /// This, in full.
    Text(&'v str),
    /// Left out, as `null` does.
    Nothing,
    /// A collection without items.
    Empty,
    /// Not known.
    Unknown,
}

/// What is known of a value that is no filled collection.
pub(super) fn known(value: &Value) -> Known<'_> {
    match &value.kind {
        Kind::Null => Known::Nothing,
        Kind::List(items) if items.is_empty() => Known::Empty,
        Kind::Map(entries) if entries.is_empty() => Known::Empty,
        _ => value.scalar().map_or(Known::Unknown, Known::Text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_in_days() {
        for (text, days) in [
            ("720h", 30.0),
            ("7776000s", 90.0),
            ("P90D", 90.0),
            ("PT12H", 0.5),
            ("P1Y", 365.0),
            ("1h30m", 0.0625),
            ("30 days", 30.0),
            ("86400", 1.0),
            ("rate(365 days)", 365.0),
            ("400.00:00:00", 400.0),
        ] {
            assert!(
                duration(text).is_some_and(|it| (it - days).abs() < 1e-9),
                "{text}: {:?}",
                duration(text)
            );
        }
        assert_eq!(duration("forever"), None);
        assert_eq!(duration("P1X"), None);
    }

    #[test]
    fn conditions_fit() {
        let fits = |column: &'static str, text: &str, unit| {
            conditions(column).into_iter().any(|it| it.fits(text, unit))
        };
        assert!(fits("1.0|1.1", "1.1", Unit::Plain) && !fits("1.0|1.1", "1.2", Unit::Plain));
        assert!(fits("tls1_0", "TLS1_0", Unit::Plain));
        assert!(fits("<30", "29", Unit::Seconds(86_400)) && !fits("<30", "30", Unit::Seconds(86_400)));
        assert!(fits(">365", "31536001s", Unit::Text) && !fits(">365", "31536000s", Unit::Text));
        assert!(fits(">2099", "2299-12-31T00:00:00Z", Unit::Date));
        assert!(!fits("^http://", "http://localhost:8200", Unit::Plain));
        assert!(fits("^http://", "HTTP://x", Unit::Plain) && !fits("^http://", "https://x", Unit::Plain));
    }
}
