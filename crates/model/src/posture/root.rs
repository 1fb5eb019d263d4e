//! One evaluated root, indexed so that references lead from block to block, and everything it says about posture.

use std::collections::{HashMap, HashSet};

use connlint_core::{Location, Span};
use connlint_resolve::terraform::{Block, BlockKind, Evaluated};
use connlint_resolve::{Kind, Piece, RefKind, Value};

use super::principal::Principals;
use super::settings::{Subject, judge, judge_value};
use super::table::Table;
use super::{Aspect, Setting, Status, bindings, federation, grants, kubernetes, version};
use crate::part::Part;
use crate::votes::{is_trial, speaks_of_people};
use crate::walk::{Leaf, Written};

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
    for block in &evaluated.blocks {
        let subject = Subject { block, trial: is_trial(path(block.header)), sensitive: is_sensitive(block) };
        match block.kind {
            BlockKind::Resource => {
                for row in table.of(&block.type_name) {
                    judge(&subject, row, &root, &mut part.settings);
                }
                grants::of_block(part, &subject, &root, written);
                bindings::of_block(part, &subject, &root);
                kubernetes::of_block(part, &subject, written);
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
}

/// Adds what a leaf of any block says by its name alone, where no line of the block's own type speaks of it.
pub(crate) fn generic(part: &mut Part, block: &Block, trial: bool, leaf: &Leaf<'_>) {
    let table = Table::shipped();
    let Some(name) = leaf.path.last() else { return };
    let Some(row) = table.generic(name) else { return };
    let own = match block.kind {
        BlockKind::Provider => table.of(&format!("provider:{}", block.type_name)),
        _ => table.of(&block.type_name),
    };
    if own.iter().flat_map(|it| &it.names).any(|path| path.last() == Some(&&**name)) {
        return;
    }
    let subject = Subject { block, trial, sensitive: is_sensitive(block) };
    let dotted = leaf.dotted();
    let at = Location { path: format!("{}/{dotted}", block.address), ..Location::default() };
    judge_value(&subject, row, leaf.value, at, &mut part.settings);
}

/// Notes a stored secret whose value the code leaves to people.
pub(crate) fn by_hand(part: &mut Part, block: &Block, trial: bool, leaf: &Leaf<'_>) {
    part.settings.push(Setting {
        aspect: Aspect::ByHand,
        status: Status::Fail,
        absent: false,
        name: "ignore_changes",
        given: String::new(),
        wanted: "",
        note: "changes to the value are ignored",
        minor: false,
        default: false,
        subject: block.address.clone(),
        holder: block.key.as_str().into(),
        at: Location {
            span: leaf.value.span,
            path: format!("{}/{}", block.address, leaf.dotted()),
            via: leaf.value.steps().collect(),
        },
        trial,
        sensitive: is_sensitive(block),
    });
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
fn is_sensitive(block: &Block) -> bool {
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
    speaks_of_people(&block.address) || tags.into_iter().any(said)
}
