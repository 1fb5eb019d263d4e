//! What a grant is good for: the things that it names, and whether it gives or takes away.

use std::collections::BTreeSet;
use std::sync::Arc;

use connlint_resolve::Value;

use super::Reach;
use super::expand::scalars;
use super::grants::each;
use super::root::Root;
use super::settings::Subject;
use crate::compared::Granting;

impl Granting {
    /// What a block says beside its roles, the things aside.
    pub(super) fn of(subject: &Subject<'_>, root: &Root<'_>, scope: &[Vec<&str>]) -> Self {
        let body = &subject.block.body;
        Self {
            things: Arc::new([]),
            scopes: false,
            managed: false,
            part: "",
            conditions: conditions(body, root),
            level: level(scope, subject, root),
        }
    }

    /// The same for one binding of a policy.
    pub(super) fn of_binding(binding: &Value, subject: &Subject<'_>, root: &Root<'_>) -> Self {
        Self { conditions: conditions(binding, root), ..Self::of(subject, root, &[]) }
    }
}

/// The other rights that blocks of a type give.
#[derive(Default)]
pub(super) struct Beside {
    /// Whether some are about things, and others about the whole.
    things: bool,
    /// Whether scopes of a token stand beside a role.
    scopes: bool,
    roles: bool,
}

impl Beside {
    /// By the paths of their roles, and whether they name no things.
    pub(super) fn of<'p>(rows: impl Iterator<Item = (&'p [&'static str], bool)>) -> Self {
        let mut all = Self::default();
        for (role, whole) in rows {
            all.things |= !whole;
            let scopes = role.last().is_some_and(|it| *it == "scopes");
            all.scopes |= scopes;
            all.roles |= !scopes;
        }
        all
    }

    /// What sets a right apart from the others of its block: it is a switch, it is about the whole beside rights over
    /// things, or it is a role beside scopes, of which neither says what the other does.
    pub(super) fn part(&self, role: &[&'static str], whole: bool, switch: bool) -> &'static str {
        let apart = switch || whole && self.things || self.scopes && self.roles;
        role.first().copied().filter(|_| apart).unwrap_or_default()
    }
}

/// What has to be true for a role to hold.
fn conditions(body: &Value, root: &Root<'_>) -> BTreeSet<String> {
    let all = body.entries().iter().filter(|it| &*it.key == "condition");
    let texts = all.filter_map(|it| match it.value.get("expression") {
        Some(expression) => Some(root.rendered(expression)),
        None if it.value.is_collection() => None,
        None => Some(root.rendered(&it.value)),
    });
    texts
        .filter(|it| !it.is_empty())
        .map(|it| format!("condition={}", it.replace(char::is_whitespace, "")))
        .collect()
}

/// How high what a role is good for stands among the things that hold others; 0 where nothing says.
fn level(paths: &[Vec<&str>], subject: &Subject<'_>, root: &Root<'_>) -> u8 {
    let type_name = &*subject.block.type_name;
    if type_name.starts_with("google_") && type_name.contains("_iam_") {
        let levels = ["_dataset_iam", "_project_iam", "_folder_iam", "_organization_iam"];
        let above = levels.iter().position(|it| type_name.contains(it));
        return above.and_then(|it| u8::try_from(it).ok()).map_or(1, |it| it + 2);
    }
    if !type_name.starts_with("azurerm_") {
        // A permission names the workspace or the organisation that it is about.
        let named = |word: &str| {
            let own = paths.iter().filter(|it| it.last().is_some_and(|it| it.starts_with(word)));
            own.into_iter().any(|it| !scope(std::slice::from_ref(it), subject, root).is_empty())
        };
        return match () {
            () if named("organization") => 4,
            () if named("workspace_id") || named("project_id") => 2,
            () => 0,
        };
    }
    let text = scope(paths, subject, root).to_ascii_lowercase();
    let has = |words: &[&str]| words.iter().any(|it| text.contains(it));
    match text.as_str() {
        "" => 0,
        _ if has(&["management_group", "managementgroups/"]) => 4,
        _ if text.contains("/providers/")
            || text.contains(":azurerm_") && !has(&["_resource_group", "subscription"]) =>
        {
            1
        }
        _ if has(&["resource_group", "resourcegroups/"]) => 2,
        _ if has(&["subscription"]) => 3,
        _ => 0,
    }
}

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
    if begins(&subject.block.body) {
        all.iter_mut().for_each(|it| it.push('*'));
    }
    all.into()
}

/// Whether a name is only the beginning of the names that are meant.
fn begins(body: &Value) -> bool {
    let keys = ["pattern_type", "resource_pattern_type", "resource_pattern_type_filter"];
    let mut said = keys.iter().filter_map(|key| body.get(key)?.text());
    said.any(|it| it.eq_ignore_ascii_case("prefixed"))
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
