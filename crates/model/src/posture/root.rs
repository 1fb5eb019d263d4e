//! One evaluated root, indexed so that references lead from block to block, and everything it says about posture.

use std::collections::{HashMap, HashSet};

use connlint_core::Span;
use connlint_resolve::terraform::{Block, BlockKind, Evaluated};
use connlint_resolve::{Kind, Piece, RefKind, Value};

use super::leads::Leads;
use super::principal::Principals;
use super::settings::{Subject, judge};
use super::table::Table;
use super::{Aspect, Status, bindings, federation, grants, idle, kubernetes, leans, version};
use crate::compared;
use crate::part::Part;
use crate::votes::{is_trial, speaks_of_people};
use crate::walk::Written;

/// A root and the ways between its blocks.
pub(super) struct Root<'r> {
    pub(super) evaluated: &'r Evaluated,
    by_key: HashMap<&'r str, &'r Block>,
    pub(super) principals: Principals<'r>,
    referred: HashMap<(&'static str, &'static str), Referred>,
}

/// What the blocks of one type refer to by one attribute.
#[derive(Default)]
struct Referred {
    keys: HashSet<String>,
    names: HashSet<String>,
    /// Whether one of them refers to something that is not known.
    unknown: bool,
}

/// Adds what one evaluated root says of settings, grants and versions.
pub(crate) fn posture<'a>(
    part: &mut Part,
    evaluated: &Evaluated,
    written: Written<'a>,
    path: &dyn Fn(Span) -> &'a str,
) {
    let root = Root::new(evaluated);
    let table = Table::shipped();
    // What is not made has no posture; whether it holds secrets is judged elsewhere.
    let before = part.settings.len();
    if let Some(compared) = &mut part.compared {
        evaluated.blocks.iter().for_each(|it| compared::exists(compared, it, &evaluated.folder));
    }
    for block in evaluated.blocks.iter().filter(|it| it.exists) {
        if let Some(compared) = &mut part.compared {
            compared::of_block(compared, block, &evaluated.folder);
        }
        let subject = Subject { block, trial: is_trial(path(block.header)), sensitive: is_sensitive(block) };
        match block.kind {
            BlockKind::Resource => {
                for row in table.of(&block.type_name) {
                    judge(&subject, row, &root, &mut part.settings);
                }
                grants::of_block(part, &subject, &root, written);
                bindings::of_block(part, &subject, &root);
                kubernetes::of_block(part, &subject, &root);
            }
            BlockKind::Data => {
                grants::of_block(part, &subject, &root, written);
            }
            BlockKind::Provider => {
                for row in table.of(&format!("provider:{}", block.type_name)) {
                    judge(&subject, row, &root, &mut part.settings);
                }
            }
            BlockKind::Module => version::of_module(part, &subject),
            BlockKind::Other if &*block.type_name == "terraform" => {
                version::of_providers(part, &subject, &evaluated.folder);
            }
            _ => {}
        }
        federation::of_block(part, &subject, &root, written);
        version::of_attributes(part, &subject);
    }
    part.principals.extend(root.principals.nodes());
    rotated(part, &root);
    if part.compared.is_some() {
        let leads = Leads::of(&root);
        idle::of_root(part, &root, &leads, before);
        leans::of_root(part, &root, &leads, before);
    }
}

/// What is filled in by hand but rotated by its store is not left to people.
fn rotated(part: &mut Part, root: &Root<'_>) {
    for setting in part.settings.iter_mut().filter(|it| it.aspect == Aspect::ByHand) {
        let Some(block) = root.block(&setting.holder) else { continue };
        let stores = block.body.get("secret_id").map(|it| root.blocks(it)).unwrap_or_default();
        let mut rotates =
            stores.iter().map(|it| root.referred("aws_secretsmanager_secret_rotation", &["secret_id"], it));
        if rotates.any(|it| it != Some(false)) {
            setting.status = Status::Pass;
        }
    }
}

impl<'r> Root<'r> {
    fn new(evaluated: &'r Evaluated) -> Self {
        let by_key = evaluated.blocks.iter().map(|block| (block.key.as_str(), block)).collect();
        let mut root =
            Self { evaluated, by_key, principals: Principals::default(), referred: HashMap::new() };
        root.principals = Principals::of(&root);
        let wanted = &Table::shipped().referrers;
        for block in evaluated.blocks.iter().filter(|it| it.kind == BlockKind::Resource) {
            for (type_name, attribute) in
                wanted.iter().filter(|(type_name, _)| *type_name == &*block.type_name)
            {
                let referred = match block.body.get(attribute) {
                    Some(value) => root.refers(value),
                    None => continue,
                };
                let all = root.referred.entry((type_name, attribute)).or_default();
                all.keys.extend(referred.keys);
                all.names.extend(referred.names);
                all.unknown |= referred.unknown;
            }
        }
        root
    }

    fn refers(&self, value: &Value) -> Referred {
        let mut referred = Referred::default();
        for reference in value.references(16) {
            match self.block(&reference.key) {
                Some(block) => drop(referred.keys.insert(block.key.clone())),
                None => referred.unknown = true,
            }
        }
        match &value.kind {
            Kind::Text(_) => drop(referred.names.insert(self.rendered(value))),
            Kind::Unknown(references) if references.is_empty() => referred.unknown = true,
            Kind::OneOf(_) => referred.unknown = true,
            _ => {}
        }
        referred
    }

    /// Whether a block of this type refers to `block` by this attribute; nothing where one of them might.
    pub(super) fn referred(&self, type_name: &str, path: &[&str], block: &Block) -> Option<bool> {
        let first = path.first().copied().unwrap_or_default();
        let Some(all) =
            self.referred.iter().find(|((own, attribute), _)| *own == type_name && *attribute == first)
        else {
            return Some(false);
        };
        let named = ["name", "bucket", "id", "identifier"]
            .into_iter()
            .filter_map(|key| block.body.get(key))
            .any(|value| all.1.names.contains(&self.rendered(value)));
        match all.1.keys.contains(&block.key) || named {
            true => Some(true),
            false if all.1.unknown => None,
            false => Some(false),
        }
    }

    /// The block that a reference key leads to: its own or that of one of its attributes.
    pub(super) fn block(&self, key: &str) -> Option<&'r Block> {
        let mut key = key;
        loop {
            if let Some(block) = self.by_key.get(key) {
                return Some(block);
            }
            key = key.get(..key.rfind(['.', '['])?)?;
        }
    }

    /// The text of a value, unknown parts as the keys of what they refer to.
    pub(super) fn rendered(&self, value: &Value) -> String {
        let piece = |piece: Piece| match piece {
            Piece::Literal(literal) => literal.text.to_string(),
            Piece::Hole(reference) => format!("{{{}}}", reference.key),
        };
        value.pieces().into_iter().map(piece).collect()
    }

    /// The blocks that a value refers to, each once.
    pub(super) fn blocks(&self, value: &Value) -> Vec<&'r Block> {
        let mut found: Vec<&Block> = Vec::new();
        for reference in value.references(64) {
            if matches!(reference.kind, RefKind::Resource | RefKind::Generated | RefKind::External)
                && let Some(block) = self.block(&reference.key)
                && !found.iter().any(|own| own.key == block.key)
            {
                found.push(block);
            }
        }
        found
    }
}

/// Whether a block's name or tags speak of customers, payments, patients or personal data.
pub(super) fn is_sensitive(block: &Block) -> bool {
    let tags = ["tags", "labels"].into_iter().filter_map(|key| block.body.get(key));
    let said = |value: &Value| {
        value.entries().iter().any(|entry| {
            let key = entry.key.to_ascii_lowercase();
            (key.contains("class") || key.contains("sensitiv") || key.contains("data"))
                && entry.value.text().is_some_and(|it| {
                    speaks_of_people(it)
                        || ["confidential", "restricted", "sensitive"].contains(&&*it.to_ascii_lowercase())
                })
        })
    };
    speaks_of_people(&block.name) || tags.into_iter().any(said)
}
