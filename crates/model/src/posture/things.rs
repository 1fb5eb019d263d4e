//! What a grant is good for: the things that it names, and whether it gives or takes away.

use std::sync::Arc;

use connlint_resolve::Value;

use super::expand::scalars;
use super::grants::each;
use super::root::Root;
use super::settings::Subject;

/// Whether a block takes a right away.
pub(super) fn denies(body: &Value) -> bool {
    let words = ["permission", "permission_type", "acl_permission_type", "effect"];
    words
        .iter()
        .any(|key| body.get(key).and_then(Value::text).is_some_and(|it| it.eq_ignore_ascii_case("deny")))
}

/// The things that a role is good for: what its scopes name, the parts of one joined by `/`.
pub(super) fn things_of(scope: &[Vec<&str>], subject: &Subject<'_>, root: &Root<'_>) -> Arc<[String]> {
    /// More things of one grant are not told apart.
    const MOST: usize = 64;
    let mut all = vec![String::new()];
    for path in scope {
        let mut own = Vec::new();
        each(&subject.block.body, path, subject, &mut |value| {
            scalars(value, &mut |it| own.push(root.rendered(it).replace('"', "")));
        });
        if own.is_empty() {
            continue;
        }
        let joined = all.iter().flat_map(|before| {
            own.iter().map(move |it| if before.is_empty() { it.clone() } else { format!("{before}/{it}") })
        });
        all = joined.take(MOST).collect();
    }
    all.retain(|it| !it.is_empty());
    all.into()
}
