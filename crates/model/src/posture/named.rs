//! Roles that a grant refers to instead of naming them.

use connlint_resolve::Value;

use super::root::Root;

/// The name of a role that is defined or looked up elsewhere: by `name`, `display_name` or its template.
pub(super) fn definition_name(value: &Value, root: &Root<'_>) -> Option<String> {
    let rendered = root.rendered(value);
    // `${data.azurerm_subscription.x.id}/providers/…/roleDefinitions/ID`
    if let Some((_, id)) = rendered.rsplit_once("roleDefinitions/").filter(|(_, id)| !id.contains('{')) {
        return Some(id.to_owned());
    }
    let block = root.blocks(value).into_iter().find(|it| it.type_name.contains("role"))?;
    let keys = ["name", "display_name", "template_id", "role_template_id", "role_id", "slug", "filter"];
    keys.into_iter().find_map(|key| block.body.get(key)?.text()).map(str::to_owned)
}

/// The right by whose name a data source was asked for its id: `data.x.all.permissions["monitors_write"]`.
pub(super) fn looked_up(value: &Value, compares: bool) -> Option<String> {
    let key = compares.then(|| value.references(1).first().map(|it| it.key.to_string()))??;
    let (_, address) = key.split_once(":data.").or_else(|| key.split_once(".data."))?;
    // Type, name and attribute; what is behind them may have dots of its own.
    let name = address.splitn(4, '.').nth(3)?;
    let plain = |c: char| c.is_ascii_alphanumeric() || "_-.:".contains(c);
    (!name.is_empty() && name.chars().all(plain)).then(|| name.to_owned())
}
