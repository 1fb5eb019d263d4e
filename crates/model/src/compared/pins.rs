//! Versions that a tag and a digest say together: `1.2@sha256:…`, or a commit with its tag in a comment.

use connlint_core::Location;
use connlint_resolve::Value;

use super::watch::shown;
use super::{Compared, Seat, Watch, Watched};

/// A version as it is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Pin<'p> {
    /// What people call it; may be empty.
    pub(super) tag: &'p str,
    /// What it is; may be empty.
    pub(super) digest: &'p str,
}

impl<'p> Pin<'p> {
    /// A version that has no digest.
    pub(super) fn tag(tag: &'p str) -> Self {
        Self { tag: tag.trim(), digest: "" }
    }

    fn text(&self) -> String {
        match (self.tag, self.digest) {
            (tag, "") => tag.to_owned(),
            (tag, digest) => format!("{tag}@{digest}"),
        }
    }
}

/// Adds a version; an empty one is one that nothing says any more.
pub(super) fn pin(compared: &mut Compared, seat: &Seat, what: Watch, name: &str, pin: &Pin<'_>, at: &Value) {
    let text = pin.text();
    compared.watched.push(Watched {
        what,
        seat: seat.clone(),
        name: name.to_owned(),
        values: if text.is_empty() { Vec::new() } else { vec![text] },
        shown: shown(what, if pin.tag.is_empty() { pin.digest } else { pin.tag }),
        at: Location { span: at.span, path: seat.address.clone(), via: at.steps().collect() },
    });
}

/// Whether two texts ask for one version: the same digest, or the same tag where one of them has no digest.
pub fn same_version(one: &str, other: &str) -> bool {
    if one == other {
        return true;
    }
    let split = |text| -> (String, String) {
        let (tag, digest) = str::split_once(text, '@').unwrap_or((text, ""));
        (tag.trim_start_matches('v').to_owned(), digest.to_owned())
    };
    let ((tag, digest), (other_tag, other_digest)) = (split(one), split(other));
    if digest.is_empty() && other_digest.is_empty() {
        return tag == other_tag;
    }
    if !digest.is_empty() && !other_digest.is_empty() {
        return digest == other_digest;
    }
    // `v4` is made sure of by a commit of `v4.1`.
    let begins = |short: &str, long: &str| long.strip_prefix(short).is_some_and(|rest| rest.starts_with('.'));
    let (loose, sure) = if digest.is_empty() { (tag, other_tag) } else { (other_tag, tag) };
    !loose.is_empty() && (loose == sure || begins(&loose, &sure))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_and_its_digest_are_one_version() {
        assert!(same_version("v4.1", "v4.1@abc"));
        assert!(same_version("v4", "v4.1.7@abc"));
        assert!(same_version("@abc", "v4@abc"));
        assert!(same_version("1.2", "v1.2"));
        assert!(!same_version("v4@abc", "v4@abd"));
        assert!(!same_version("v4.1", "v4.2@abc"));
        assert!(!same_version("v4.1", "v4"));
        assert!(!same_version("1.2", "@abc"));
    }
}
