//! Who may take on a role, and what has to be true of them.

use connlint_core::Location;
use connlint_resolve::Value;

use super::texts::{UNKNOWN, plain, texts};
use super::{Compared, Extends, Extent};
use crate::compared::Seat;
use crate::posture::Statement;

/// Adds the conditions under which a statement lets each of its principals take on a role.
pub(crate) fn trusts(compared: &mut Compared, statement: &Statement<'_>, seat: &Seat) {
    /// More of one statement are not told apart.
    const MOST: usize = 100;
    for (kind, value) in statement.principals.iter().take(MOST) {
        let scope = format!("{kind} {}", plain(value));
        let mut push = |name: &str, how, values: Vec<String>, value: &Value| {
            let known = !values.iter().any(|it| it.contains(UNKNOWN)) && !scope.contains(UNKNOWN);
            compared.extents.push(Extent {
                seat: seat.clone(),
                scope: scope.clone(),
                name: name.to_owned(),
                how: Some(how).filter(|_| known),
                values: values.into_iter().collect(),
                at: Location { span: value.span, path: seat.address.clone(), via: value.steps().collect() },
            });
        };
        push("", Extends::OnlyOrAll, Vec::new(), value);
        let negated = statement.negated.iter().copied().chain(std::iter::repeat(false));
        for ((key, value), negated) in statement.conditions.iter().take(MOST).zip(negated) {
            let how = if negated { Extends::Except } else { Extends::OnlyOrAll };
            push(key, how, texts(value, &[]), value);
        }
    }
}

/// The pool, the attribute and its value of `principalSet://…/workloadIdentityPools/POOL/attribute.NAME/VALUE`;
/// a whole pool has no attribute.
pub(super) fn principal_set(member: &str) -> Option<(String, String, String)> {
    let (_, rest) = member.split_once("principalSet://").or(member.split_once("principal://"))?;
    let cut =
        ["/attribute.", "/group/", "/subject/", "/*"].into_iter().filter_map(|it| rest.find(it)).min()?;
    let (pool, rest) = rest.split_at_checked(cut)?;
    let rest = rest.trim_start_matches('/');
    let (name, value) = rest.split_once('/').unwrap_or((rest, "*"));
    (!pool.contains(' ') && !name.contains(' ')).then(|| (pool.to_owned(), name.to_owned(), value.to_owned()))
}
