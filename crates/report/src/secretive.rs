//! Runs of text that look like secrets although no rule said so.
//!
//! This is the second line of defence of the terminal: a line is shown because of one value, and the value beside it
//! may be a secret that no rule knows. Masking too much costs a reader little here, as nothing is judged by it.

use std::ops::Range;

/// Shorter runs are masked only where a rule found them.
const MIN_LEN: usize = 16;

/// Fewer different characters are a placeholder such as `0000000000000000x`.
const MIN_VARIETY: usize = 8;

/// The ranges of `text` that may be secrets, in no order; they may overlap.
pub(crate) fn ranges(text: &str) -> impl Iterator<Item = Range<usize>> {
    random_runs(text).chain(passwords_of_urls(text))
}

fn random_runs(text: &str) -> impl Iterator<Item = Range<usize>> {
    let mut rest = 0;
    let runs = text.split(|c: char| !is_run(c)).map(move |run| {
        let start = rest;
        // The character that ends the run may be longer than a byte.
        let separator =
            text.get(start + run.len()..).and_then(|it| it.chars().next()).map_or(0, char::len_utf8);
        rest += run.len() + separator;
        (start, run)
    });
    runs.filter(|(start, run)| is_random(run) && !is_name(text, *start, run))
        .map(|(start, run)| start..start + run.len())
}

fn is_run(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '_' | '=' | '-' | '~')
}

fn is_random(run: &str) -> bool {
    let bytes = run.as_bytes();
    if bytes.len() < MIN_LEN {
        return false;
    }
    let seen = bytes.iter().fold(0_u128, |seen, byte| seen | 1 << (byte & 127));
    seen.count_ones() as usize >= MIN_VARIETY
        && bytes.iter().any(u8::is_ascii_digit)
        && bytes.iter().any(u8::is_ascii_alphabetic)
}

/// Whether the run is made of words and stands where names stand: in a dotted reference, in a path, or before the
/// `=` or `:` of a key.
fn is_name(text: &str, start: usize, run: &str) -> bool {
    let before = text.get(..start).unwrap_or_default();
    let after = text.get(start + run.len()..).unwrap_or_default();
    let in_place = before.ends_with('.')
        || after.starts_with('.')
        || run.contains('/')
        || after.trim_start_matches(['"', ' ']).starts_with([':', '=', '{']);
    in_place && run.split(|c: char| !c.is_ascii_alphanumeric()).all(is_word)
}

/// Letters, then at most four digits, as in `orders` or `v2`; or a number as long as that of an account.
fn is_word(part: &str) -> bool {
    let letters = part.trim_end_matches(|c: char| c.is_ascii_digit());
    let digits = part.len() - letters.len();
    letters.len() <= 20
        && digits <= if letters.is_empty() { 12 } else { 4 }
        && letters.bytes().all(|b| b.is_ascii_alphabetic())
}

/// The password of `scheme://user:password@host`, unless all of it is one interpolated reference.
fn passwords_of_urls(text: &str) -> impl Iterator<Item = Range<usize>> {
    text.match_indices("://").filter_map(move |(at, separator)| {
        let start = at + separator.len();
        let rest = text.get(start..)?;
        let stop = |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '`' | '<' | '>');
        let authority = rest.get(..rest.find(stop).unwrap_or(rest.len()))?;
        // A raw password may hold `/`, `?` or `#`; the last `@` is the safe choice.
        let user_info = authority.get(..authority.rfind('@')?)?;
        let password = start + user_info.find(':')? + 1;
        let range = password..start + user_info.len();
        let password = text.get(range.clone())?;
        (!password.is_empty() && !is_reference(password) && !is_port(password)).then_some(range)
    })
}

/// Whether this is no password but a port and the start of a path with an `@` in it.
fn is_port(password: &str) -> bool {
    password
        .split_once('/')
        .is_some_and(|(port, _)| !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit()))
}

fn is_reference(password: &str) -> bool {
    let Some(inner) = password.strip_prefix("${").and_then(|it| it.strip_suffix('}')) else { return false };
    inner.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The text with what looks like a secret replaced.
    fn masked(text: &str) -> String {
        let mut all: Vec<_> = ranges(text).collect();
        all.sort_by_key(|range| std::cmp::Reverse(range.start));
        all.into_iter().fold(text.to_owned(), |mut text, range| {
            text.replace_range(range, "***");
            text
        })
    }

    #[test]
    fn random_runs_and_passwords_are_found() {
        let cases = [
            (r#"key = "AKIAFAKE0123456789AB""#, r#"key = "***""#),
            ("é: Zm9vYmFyYmF6cXV4MTIz==, x", "é: ***, x"),
            (r#""BJTz2wdnL~tyEbtRgH26S""#, r#""***""#),
            ("pass: correct-horse-battery-2024", "pass: ***"),
            ("'postgres://app:hunter2@db/x'", "'postgres://app:***@db/x'"),
            ("https://u:a/b@c@host:80/p", "https://u:***@host:80/p"),
            ("https://u:${var.a}x@host", "https://u:***@host"),
            ("2f1b3c4d-5e6f-7a8b-9c0d-1e2f3a4b5c6d", "***"),
        ];
        for (text, expected) in cases {
            assert_eq!(masked(text), expected);
        }
    }

    #[test]
    fn names_paths_and_placeholders_are_not() {
        let cases = [
            "snowflake_password_2024 = var.snowflake_password_2024",
            r#""aws_secret_rotation_v2": x"#,
            r#"source = "../modules/orders/v2/fivetran""#,
            "https://${var.user}:${var.password}@host",
            "https://example.com:8080/a@b",
            "ssh://git@github.com/org/terraform-modules-2024.git",
            "0000000000000000000x",
            "averylongwordwithoutanydigit",
        ];
        for text in cases {
            assert_eq!(masked(text), text);
        }
    }
}
