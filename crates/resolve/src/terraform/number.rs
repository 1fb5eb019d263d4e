//! Arithmetic and comparison of numbers that are known, exact for whole numbers.

use std::cmp::Ordering;

use crate::Kind;

/// What an operator makes of two numbers as written; nothing where it is no such operator, an operand is no number, or
/// the result is too large, too small or undefined.
pub(super) fn operation(operator: &str, left: &str, right: &str) -> Option<Kind> {
    let known = match operator {
        "<" => Kind::Bool(order(left, right)?.is_lt()),
        "<=" => Kind::Bool(order(left, right)?.is_le()),
        ">" => Kind::Bool(order(left, right)?.is_gt()),
        ">=" => Kind::Bool(order(left, right)?.is_ge()),
        "+" | "-" | "*" | "/" | "%" => {
            let whole = left.parse().ok().zip(right.parse().ok());
            let exact = whole.and_then(|(left, right)| of_integers(operator, left, right));
            let text = match exact {
                Some(number) => number.to_string(),
                // A quotient of whole numbers need not be whole; any other result that is missing is too large.
                None if whole.is_none() || operator == "/" => {
                    of_decimals(operator, decimal(left)?, decimal(right)?)?
                }
                None => return None,
            };
            Kind::Number(text.into())
        }
        _ => return None,
    };
    Some(known)
}

/// The same number with the other sign, else as written.
pub(super) fn negative(number: &str) -> Option<Kind> {
    is_number(number).then(|| match number.strip_prefix('-') {
        Some(positive) => Kind::Number(positive.into()),
        None => Kind::Number(format!("-{number}").into()),
    })
}

fn of_integers(operator: &str, left: i128, right: i128) -> Option<i128> {
    match operator {
        "+" => left.checked_add(right),
        "-" => left.checked_sub(right),
        "*" => left.checked_mul(right),
        "/" if left.checked_rem(right)? == 0 => left.checked_div(right),
        // The sign is that of the left operand, as in Terraform.
        "%" => left.checked_rem(right),
        _ => None,
    }
}

fn of_decimals(operator: &str, left: f64, right: f64) -> Option<String> {
    let result = match operator {
        "+" => left + right,
        "-" => left - right,
        "*" => left * right,
        "/" => left / right,
        _ => left % right,
    };
    // Terraform calculates with 512 bits: the last of the digits that we have are not among its own.
    let rounded: f64 = format!("{result:.14e}").parse().ok()?;
    // Adding nothing takes the sign from a zero.
    in_range(rounded).then(|| (rounded + 0.0).to_string())
}

fn order(left: &str, right: &str) -> Option<Ordering> {
    match (left.parse::<i128>(), right.parse::<i128>()) {
        (Ok(left), Ok(right)) => Some(left.cmp(&right)),
        _ => decimal(left)?.partial_cmp(&decimal(right)?),
    }
}

fn decimal(text: &str) -> Option<f64> {
    is_number(text).then(|| text.parse().ok()).flatten().filter(|it| in_range(*it))
}

/// Whether a text may be a number: the words for infinity, which Rust reads, are none.
fn is_number(text: &str) -> bool {
    let numeric = |b: u8| b.is_ascii_digit() || matches!(b, b'.' | b'-' | b'+' | b'e' | b'E');
    text.bytes().any(|b| b.is_ascii_digit()) && text.bytes().all(numeric)
}

/// Whether a number is so near that all its digits before the point are known, and it is not lost behind it.
fn in_range(number: f64) -> bool {
    number == 0.0 || (1e-12..1e15).contains(&number.abs())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(left: &str, operator: &str, right: &str, expected: &str) {
        let shown = match operation(operator, left, right) {
            Some(Kind::Number(number)) => number.to_string(),
            Some(Kind::Bool(known)) => known.to_string(),
            _ => "?".to_owned(),
        };
        assert_eq!(shown, expected, "{left} {operator} {right}");
    }

    #[test]
    fn numbers_are_calculated() {
        check("86400", "*", "180", "15552000");
        check("0.1", "+", "0.2", "0.3");
        check("2.5", "*", "2", "5");
        check("1e3", "-", "1", "999");
        check("7", "/", "2", "3.5");
        check("6", "/", "2", "3");
        check("-7", "%", "3", "-1");
        check("0.5", "-", "0.5", "0");
        check("1.10", "<", "1.2", "true");
        check("10", ">=", "9", "true");
        check("3", "<=", "2.5", "false");
        check("9007199254740993", ">", "9007199254740992", "true");
    }

    #[test]
    fn signs_change() {
        let shown = |number| match negative(number) {
            Some(Kind::Number(number)) => number.to_string(),
            _ => "?".to_owned(),
        };
        assert_eq!(
            ["1.50", "-2", "1e400", "true", "", "-"].map(shown),
            ["-1.50", "2", "-1e400", "?", "?", "?"]
        );
    }

    #[test]
    fn what_has_no_result_is_unknown() {
        for (left, operator, right) in [
            ("1", "/", "0"),
            ("1", "%", "0"),
            ("1.5", "/", "0"),
            ("0.0", "/", "0.0"),
            ("170141183460469231731687303715884105727", "+", "1"),
            ("-170141183460469231731687303715884105728", "/", "-1"),
            ("-170141183460469231731687303715884105728", "%", "-1"),
            ("1e308", "*", "10"),
            ("1e-9", "*", "1e-9"),
            ("inf", "+", "1"),
            ("x", "<", "1"),
            ("", "-", "1"),
            ("1", "==", "1"),
        ] {
            check(left, operator, right, "?");
        }
    }
}
