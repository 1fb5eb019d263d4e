//! Whether one text lets in all that another does: patterns, paths, networks, and the values of conditions.

use connlint_core::glob;
use std::collections::BTreeSet;
use std::net::IpAddr;

/// Whether conditions hold wherever others do: each of them is there, with no fewer values.
pub(super) fn conditions_cover(one: &BTreeSet<String>, other: &BTreeSet<String>) -> bool {
    one.iter().all(|own| {
        other.contains(own)
            || own.split_once('=').is_some_and(|(key, values)| {
                other.iter().any(|it| {
                    it.split_once('=')
                        .is_some_and(|(theirs, given)| theirs == key && values_cover(key, values, given))
                })
            })
    })
}

/// Whether the values of a condition let in those of another; what must not be lets in more by naming less.
fn values_cover(key: &str, one: &str, other: &str) -> bool {
    let (outer, inner) = if key.starts_with('!') { (other, one) } else { (one, other) };
    inner.split(',').all(|it| outer.split(',').any(|own| covers_text(own, it)))
}

/// Whether whoever has the one has the other as well.
pub(super) fn covers_text(one: &str, other: &str) -> bool {
    let (one, other) = (bare(one), bare(other));
    let inside = |outer: &str, inner: &str, marks: &[char]| {
        inner.strip_prefix(outer).is_some_and(|rest| rest.starts_with(marks))
    };
    one == other
        || network_covers(one, other)
        || glob(one, other)
        || parts_cover(one, other)
        || !one.is_empty() && inside(one, other, &['/', '.', ':'])
        // A name of its own, and the same behind its kind: `stock` is `table/stock`.
        || is_kind_before(one, other)
        || is_kind_before(other, one)
}

/// Whether a path fits one in which `+` stands for any one part: `kv/+/config`, `kv/+/team/*`.
fn parts_cover(one: &str, other: &str) -> bool {
    if !one.split('/').any(|it| it == "+") {
        return false;
    }
    let (mut outer, mut inner) = (one.split('/').peekable(), other.split('/'));
    while let Some(own) = outer.next() {
        let Some(its) = inner.next() else { return false };
        let fits = own == its || own == "+" && !its.contains('*');
        match own.strip_suffix('*') {
            Some(begin) if outer.peek().is_none() => return its.starts_with(begin),
            _ if !fits => return false,
            _ => {}
        }
    }
    inner.next().is_none()
}

/// Whether a text is a kind, a slash and the name.
fn is_kind_before(text: &str, name: &str) -> bool {
    let kind = text.strip_suffix(name).and_then(|rest| rest.strip_suffix('/'));
    !name.is_empty() && !name.starts_with('*') && kind.is_some_and(|kind| !kind.contains('/'))
}

/// The last part of an `arn:`: a reference to the thing does not say the others.
fn bare(text: &str) -> &str {
    if text.starts_with("arn:") { text.splitn(6, ':').nth(5).unwrap_or(text) } else { text }
}

/// Whether an address or network lies in a network.
fn network_covers(one: &str, other: &str) -> bool {
    let network = |text: &str| -> Option<(u128, u32, u32)> {
        let (address, bits) = text.split_once('/').map_or((text, None), |(it, bits)| (it, Some(bits)));
        let (number, most) = match address.parse().ok()? {
            IpAddr::V4(it) => (u128::from(u32::from(it)), 32),
            IpAddr::V6(it) => (u128::from(it), 128),
        };
        let bits = bits.map_or(Some(most), |it| it.parse().ok()).filter(|it| *it <= most)?;
        Some((number, bits, most))
    };
    let (Some((outer, wide, kind)), Some((inner, narrow, other))) = (network(one), network(other)) else {
        return false;
    };
    let shift = kind.saturating_sub(wide);
    let cut = |it: u128| it.checked_shr(shift).unwrap_or(0);
    kind == other && wide <= narrow && cut(outer) == cut(inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn things_cover_things() {
        for (one, other, expected) in [
            ("*", "arn:aws:s3:::a/*", true),
            ("arn:aws:s3:::a/*", "*", false),
            ("arn:aws:s3:::a/*", "arn:aws:s3:::a/b/*", true),
            ("arn:aws:s3:::a/b/*", "arn:aws:s3:::a/*", false),
            ("a/*", "arn:aws:s3:::a/*", true),
            ("stock", "arn:aws:dynamodb:eu-north-1:310774529816:table/stock", true),
            ("LAKE", "LAKE.WEATHER", true),
            ("LAKE.WEATHER", "LAKE", false),
            ("TOPIC/orders", "TOPIC/*", false),
            ("kv/data/*", "kv/data/retail/*", true),
            ("kv/data/retail/*", "kv/data/*", false),
            ("kv/+/retail/*", "kv/data/retail/db", true),
            ("kv/+/retail", "kv/data/retail", true),
            ("kv/+/retail", "kv/*", false),
            ("kv/data/retail", "kv/+/retail", false),
            ("0.0.0.0/0", "10.1.2.3", true),
            ("10.0.0.0/8", "10.1.0.0/16", true),
            ("10.1.0.0/16", "10.0.0.0/8", false),
            ("::/0", "2001:db8::/32", true),
        ] {
            assert_eq!(covers_text(one, other), expected, "{one} {other}");
        }
    }

    #[test]
    fn conditions_cover_conditions() {
        let set = |all: &[&str]| all.iter().map(|it| (*it).to_owned()).collect::<BTreeSet<_>>();
        for (one, other, expected) in [
            (&[][..], &["k=a"][..], true),
            (&["k=a"], &[], false),
            (&["k=a,b"], &["k=a"], true),
            (&["k=a"], &["k=a,b"], false),
            (&["k=*"], &["k=a,b"], true),
            (&["!k=a"], &["!k=a,b"], true),
            (&["!k=a,b"], &["!k=a"], false),
        ] {
            assert_eq!(conditions_cover(&set(one), &set(other)), expected, "{one:?} {other:?}");
        }
    }
}
