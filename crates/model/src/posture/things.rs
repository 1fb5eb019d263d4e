//! What a grant is good for: the things that it names, and whether it gives or takes away.

use std::sync::Arc;

use connlint_resolve::Value;

use super::Reach;
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

/// The scope of a role as written.
pub(super) fn scope(paths: &[Vec<&str>], subject: &Subject<'_>, root: &Root<'_>) -> String {
    let mut scope = String::new();
    for path in paths {
        each(&subject.block.body, path, subject, &mut |value| scope.push_str(&root.rendered(value)));
    }
    scope
}

/// What a role is good for, as far as the scope tells.
pub(super) fn reach(paths: &[Vec<&str>], subject: &Subject<'_>, root: &Root<'_>) -> Reach {
    let type_name = &*subject.block.type_name;
    let wide = ["_project_iam", "_folder_iam", "_organization_iam", "_billing_"];
    if type_name.starts_with("google_") {
        return if wide.iter().any(|it| type_name.contains(it)) { Reach::All } else { Reach::Limited };
    }
    let mut found = None;
    for path in paths {
        each(&subject.block.body, path, subject, &mut |value| {
            let text = root.rendered(value).to_ascii_lowercase();
            let wide =
                ["subscription", "management_group", "managementgroup"].iter().any(|it| text.contains(it));
            let narrow = ["resourcegroups/", "resource_group"].iter().any(|it| text.contains(it));
            let reach = match (wide, narrow) {
                _ if text == "/" || text == "*" => Reach::All,
                (true, false) => Reach::All,
                _ if text.contains("var.") || narrow => Reach::Unknown,
                _ => Reach::Limited,
            };
            found = found.max(Some(reach));
        });
    }
    found.unwrap_or(Reach::Unknown)
}
