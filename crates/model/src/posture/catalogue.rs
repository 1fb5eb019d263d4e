//! Names of roles that a block does not name itself: they are defined or looked up elsewhere.

use std::sync::OnceLock;

use connlint_resolve::Value;

use super::root::Root;
use crate::facts::Groups;

/// The name of a role that is defined or looked up elsewhere: by `name`, `display_name` or its template.
pub(super) fn definition_name(value: &Value, root: &Root<'_>) -> Option<String> {
    let rendered = root.rendered(value);
    // `${data.azurerm_subscription.x.id}/providers/…/roleDefinitions/ID`
    if let Some((_, id)) = rendered.rsplit_once("roleDefinitions/").filter(|(_, id)| !id.contains('{')) {
        return Some(id.to_owned());
    }
    if let Some(name) = catalogued(value, root) {
        return Some(name);
    }
    let block = root.blocks(value).into_iter().find(|it| it.type_name.contains("role"))?;
    let keys = ["name", "display_name", "template_id", "role_template_id", "role_id", "slug", "filter"];
    keys.into_iter().find_map(|key| block.body.get(key)?.text()).map(str::to_owned)
}

/// The name under which a value is looked up in a data source that lists every role by its name.
fn catalogued(value: &Value, root: &Root<'_>) -> Option<String> {
    static TABLE: OnceLock<Groups<&'static str>> = OnceLock::new();
    let read = |columns: &[&'static str]| columns.get(1).copied().into_iter().collect();
    let table = TABLE.get_or_init(|| Groups::of(include_str!("../../facts/catalogues.tsv"), read));
    let [reference] = value.references(2)[..] else { return None };
    let block = root.block(&reference.key)?;
    let path = reference.key.strip_prefix(&block.key)?;
    let named = table.get(&block.type_name).iter();
    let mut found = named.filter_map(|it| path.strip_prefix('.')?.strip_prefix(it)?.strip_prefix('.'));
    found.next().map(str::to_owned)
}
