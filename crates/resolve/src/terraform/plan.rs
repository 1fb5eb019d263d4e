//! Plan JSON (`terraform show -json PLAN`): what Terraform itself resolved.

use crate::terraform::{Block, BlockKind};
use crate::{Entry, Kind, Value};

/// The resources a plan wants, values resolved by Terraform. Format: the "JSON Output Format" page of Terraform's
/// documentation, `planned_values` and `configuration.provider_config`.
pub fn plan(path: &str, document: &Value) -> Vec<Block> {
    let mut blocks = Vec::new();
    if let Some(root) = document.at(&["planned_values", "root_module"]) {
        let mut open = vec![root];
        while let Some(module) = open.pop() {
            let resources = module.get("resources").map(Value::items).unwrap_or_default();
            blocks.extend(resources.iter().filter_map(|resource| planned(path, resource)));
            open.extend(module.get("child_modules").map(Value::items).unwrap_or_default());
        }
    }
    let providers = document.at(&["configuration", "provider_config"]);
    for entry in providers.map(Value::entries).unwrap_or_default() {
        let Some(name) = entry.value.get("name").and_then(Value::text) else { continue };
        let arguments = entry.value.get("expressions").map(Value::entries).unwrap_or_default();
        let constants: Vec<Entry> = arguments
            .iter()
            .filter_map(|it| Some(Entry { value: it.value.get("constant_value")?.clone(), ..it.clone() }))
            .collect();
        let address = format!("provider.{}", entry.key);
        let body = Value::new(Kind::Map(constants.into()), entry.value.span);
        blocks.push(block(path, BlockKind::Provider, name, "", address, body, &entry.value));
    }
    blocks.sort_by(|a, b| a.address.cmp(&b.address));
    blocks
}

fn planned(path: &str, resource: &Value) -> Option<Block> {
    let text = |key: &str| resource.get(key).and_then(Value::text);
    let kind = if text("mode") == Some("data") { BlockKind::Data } else { BlockKind::Resource };
    let body = resource.get("values")?.clone();
    Some(block(path, kind, text("type")?, text("name")?, text("address")?.to_owned(), body, resource))
}

fn block(
    path: &str,
    kind: BlockKind,
    type_name: &str,
    name: &str,
    address: String,
    body: Value,
    at: &Value,
) -> Block {
    Block {
        kind,
        type_name: type_name.into(),
        name: name.into(),
        folder: super::module::folder(path).into(),
        key: format!("tf:{path}:{address}"),
        address,
        body,
        header: at.span,
        environment: None,
        exists: true,
        ignore_changes: Vec::new(),
    }
}
