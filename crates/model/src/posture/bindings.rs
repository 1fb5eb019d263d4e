//! Attachments: types that only connect a policy, role or group with a principal.

use std::sync::{Arc, OnceLock};

use connlint_resolve::Value;

use super::grants::each;
use super::principal::{acting, node, principals};
use super::root::Root;
use super::settings::Subject;
use super::{Edge, Principal, PrincipalKind};
use crate::facts::Groups;
use crate::part::Part;

type Row = (Vec<&'static str>, Vec<&'static str>);

fn table(type_name: &str) -> &'static [Row] {
    static TABLE: OnceLock<Groups<Row>> = OnceLock::new();
    let read = |columns: &[&'static str]| match columns {
        [_, from, to] => {
            let pairs = from.split('|').flat_map(|from| to.split('|').map(move |to| (from, to)));
            pairs.map(|(from, to)| (from.split('.').collect(), to.split('.').collect())).collect()
        }
        _ => Vec::new(),
    };
    TABLE.get_or_init(|| Groups::of(include_str!("../../facts/bindings.tsv"), read)).get(type_name)
}

/// Adds the edges that a block makes: of an attachment, and from an owner to its credential.
pub(super) fn of_block(part: &mut Part, subject: &Subject<'_>, root: &Root<'_>) {
    let block = subject.block;
    for (from, to) in table(&block.type_name) {
        let mut targets: Vec<Principal> = Vec::new();
        if to.first() == Some(&"@") {
            targets.push(node(block));
        } else {
            each(&block.body, to, subject, &mut |value| targets.extend(principals(value, root)));
        }
        each(&block.body, from, subject, &mut |value| {
            for source in sources(value, root) {
                for target in &targets {
                    if *source == *target.key {
                        continue;
                    }
                    part.edges.push(Edge {
                        from: Arc::clone(&source),
                        to: Arc::clone(&target.key),
                        at: value.steps().next().unwrap_or(value.span),
                        label: format!("`{}` gets it here", target.name),
                    });
                }
            }
        });
        part.principals.extend(targets);
    }
    if let Some(acting) = acting(&block.type_name).filter(|it| it.kind == PrincipalKind::Credential) {
        for name in acting.name.split('|').filter(|it| !it.is_empty()) {
            let path: Vec<&str> = name.split('.').collect();
            each(&block.body, &path, subject, &mut |value| {
                for owner in principals(value, root) {
                    let (from, to) = (owner.key, Arc::from(block.key.as_str()));
                    let label = format!("`{}` acts for it", block.address);
                    part.edges.push(Edge { from, to, at: block.header, label });
                }
            });
        }
    }
}

/// What a value refers to as the source of a right: blocks of the root, else its text.
fn sources(value: &Value, root: &Root<'_>) -> Vec<Arc<str>> {
    let mut found: Vec<Arc<str>> = Vec::new();
    let items = if value.items().is_empty() { std::slice::from_ref(value) } else { value.items() };
    for item in items {
        let blocks = root.blocks(item);
        if let Some(block) = root.principals.named(&root.rendered(item)).filter(|_| blocks.is_empty()) {
            found.push(block.key.as_str().into());
        }
        found.extend(blocks.into_iter().map(|block| Arc::from(block.key.as_str())));
    }
    found
}
