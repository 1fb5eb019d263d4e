//! Accounts and mail domains that the code speaks of: whoever is of one of them is no stranger.

use connlint_resolve::{Kind, Piece, Value};

use super::Compared;
use crate::posture::is_machines;

/// Longer texts are no settings.
const LONGEST: usize = 20_000;

/// Notes the accounts and domains of a value.
pub(crate) fn meet(compared: &mut Compared, value: &Value) {
    let mut note = |text: &str| {
        if text.len() <= LONGEST {
            accounts(text).chain(domains(text)).for_each(|it| {
                if !compared.known.contains(it) {
                    compared.known.insert(it.to_owned());
                }
            });
        }
    };
    match &value.kind {
        Kind::Text(_) => {
            for piece in value.pieces() {
                if let Piece::Literal(literal) = piece {
                    note(&literal.text);
                }
            }
        }
        Kind::Number(text) => note(text),
        _ => {}
    }
}

/// Runs of twelve digits: alone, or as the account of an `arn:`.
pub(super) fn accounts(text: &str) -> impl Iterator<Item = &str> {
    let split = text.split(|c: char| !c.is_ascii_alphanumeric());
    split.filter(|it| it.len() == 12 && it.bytes().all(|b| b.is_ascii_digit()))
}

/// The domains of mail addresses.
pub(super) fn domains(text: &str) -> impl Iterator<Item = &str> {
    text.match_indices('@').filter_map(|(at, _)| {
        let before = text.get(..at)?.bytes().next_back()?;
        let rest = text.get(at + 1..)?;
        let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '-')));
        let domain = rest.get(..end.unwrap_or(rest.len()))?.trim_end_matches('.');
        let named = domain.contains('.') && !is_machines(domain);
        (before.is_ascii_alphanumeric() && named && !domain.bytes().any(|b| b.is_ascii_uppercase()))
            .then_some(domain)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accounts_and_domains_are_met() {
        let found = |text| accounts(text).collect::<Vec<_>>();
        assert_eq!(found("arn:aws:iam::204417736690:role/a"), ["204417736690"]);
        assert_eq!(found("20441773669012"), [""; 0]);
        let found = |text| domains(text).collect::<Vec<_>>();
        assert_eq!(found("user:a.b@example.com, c@d"), ["example.com"]);
        assert_eq!(found("git@github.com:a/b"), ["github.com"]);
        assert_eq!(found("app@sha256:ab, x@p.iam.gserviceaccount.com"), [""; 0]);
    }
}
