//! Who leans on which credential that the code declares: its user, its role, its key, the secret that is stored.

use std::collections::BTreeSet;

use connlint_core::Location;
use connlint_resolve::Value;
use connlint_resolve::terraform::{Block, BlockKind};

use super::leads::Leads;
use super::principal::acting;
use super::root::Root;
use super::{Aspect, PrincipalKind, Status};
use crate::compared::{Kept, Lean, Seat, identities};
use crate::facts::{self, Part as Duty};
use crate::key::is_secret_reference;
use crate::part::{Key, Part};

/// Where a CI system is given a secret, and the attribute with the name by which jobs take it.
const CI: &[(&str, &str)] = &[
    ("circleci_context_environment_variable", "variable"),
    ("circleci_environment_variable", "name"),
    ("github_actions_environment_secret", "secret_name"),
    ("github_actions_organization_secret", "secret_name"),
    ("github_actions_secret", "secret_name"),
    ("gitlab_group_variable", "key"),
    ("gitlab_instance_variable", "key"),
    ("gitlab_project_variable", "key"),
];

/// Words of types that only tie a right to somebody: they are no use of it.
const TIES: &[&str] = &[
    "_policy",
    "_grant",
    "_iam_",
    "_attachment",
    "_member",
    "_binding",
    "_assignment",
    "_permission",
    "_privilege",
    "_lockout",
    "_access_entry",
];

/// Adds what the blocks of a root declare, and what they lean on; `from` is where the settings of this root begin.
pub(super) fn of_root(part: &mut Part, root: &Root<'_>, leads: &Leads<'_>, from: usize) {
    let mut leans: BTreeSet<Lean> = BTreeSet::new();
    let mut kept: Vec<Kept> = Vec::new();
    // What an issuer is set to is its credential, wherever it comes from.
    for it in &part.uses {
        let Some(connector) = part.connectors.get(it.connector) else { continue };
        let Key::Reference(_, key) = &it.key else { continue };
        let block = root.block(&connector.seat.program);
        match (it.role, block) {
            (Duty::Issuer, Some(block)) if block.exists => {
                kept.push(Kept { keys: vec![block.key.clone(), key.to_string()], ..of_block(block) });
            }
            (Duty::Consumer | Duty::Store, Some(block)) if block.exists => {
                let strong = it.role == Duty::Consumer;
                let seat =
                    Seat { relay: !strong || is_relay(block), ..Seat::of_key(&block.key, &block.address) };
                let at = place(block);
                leans.insert(Lean { seat: seat.clone(), key: key.to_string(), strong, at: at.clone() });
                if let Some(own) = root.block(key) {
                    leans.insert(Lean { seat, key: own.key.clone(), strong, at });
                }
            }
            _ => {}
        }
    }
    let off = part.settings.get(from..).unwrap_or_default().iter();
    let off = off.filter(|it| it.aspect == Aspect::Disabled && it.status == Status::Fail);
    let disabled: BTreeSet<&str> = off.map(|it| &*it.holder).collect();
    for block in root.evaluated.blocks.iter().filter(|it| it.exists && it.kind == BlockKind::Resource) {
        if is_kept(block) && !disabled.contains(&*block.key) {
            kept.push(Kept { keys: keys(block), ..of_block(block) });
        } else if let Some((_, attribute)) = CI.iter().find(|(it, _)| *it == &*block.type_name)
            && let Some(name) = block.body.get(attribute).and_then(Value::text)
        {
            kept.push(Kept { keys: vec![block.key.clone(), format!("ci:{name}")], ..of_block(block) });
        }
        of_consumer(&mut leans, block, leads);
    }
    // A secret that is given out may be used by anybody.
    let outputs = root.evaluated.blocks.iter().filter(|it| it.kind == BlockKind::Output);
    for block in outputs.filter(|it| it.address.starts_with("output.")) {
        let seat = Seat { relay: true, ..Seat::of_key(&block.key, &block.address) };
        let secrets = block.body.references(64).into_iter().filter(|it| is_secret_reference(it));
        let given = secrets.filter_map(|it| root.block(&it.key)).filter(|it| is_kept(it));
        leans.extend(given.map(|it| Lean {
            seat: seat.clone(),
            key: it.key.clone(),
            strong: false,
            at: place(block),
        }));
    }
    if let Some(compared) = &mut part.compared {
        compared.leans.extend(leans);
        compared.kept.extend(kept);
    }
}

/// What a block that uses something refers to.
fn of_consumer(leans: &mut BTreeSet<Lean>, block: &Block, leads: &Leads<'_>) {
    let type_name = &*block.type_name;
    let uses = !matches!(facts::part(type_name), Duty::Bystander | Duty::Issuer)
        && acting(type_name).is_none()
        && !TIES.iter().any(|it| type_name.contains(it));
    if !uses {
        return;
    }
    let seat = Seat { relay: is_relay(block), ..Seat::of_key(&block.key, &block.address) };
    for other in leads.blocks(&block.body).into_iter().filter(|it| is_kept(it)) {
        if other.key != block.key {
            let strong = is_store(other) || is_credential(&other.type_name, type_name);
            leans.insert(Lean { seat: seat.clone(), key: other.key.clone(), strong, at: place(block) });
        }
    }
    let mut named = BTreeSet::new();
    identities(&block.body, &mut named);
    let own = cloud(type_name);
    leans.extend(named.into_iter().map(|key| {
        let strong = !key.starts_with(if own == "google" { "gsa:" } else { own });
        Lean { seat: seat.clone(), key, strong, at: place(block) }
    }));
}

fn place(block: &Block) -> Location {
    Location { span: block.header, path: block.address.clone(), via: Vec::new() }
}

fn of_block(block: &Block) -> Kept {
    let seat = Seat::of_key(&block.key, &block.address);
    Kept { home: seat.home, address: seat.address, keys: Vec::new() }
}

/// Every key by which a declared user, role, key or secret is known.
fn keys(block: &Block) -> Vec<String> {
    let text = |path: &[&str]| block.body.at(path).and_then(Value::text);
    let alias = match &*block.type_name {
        "aws_iam_role" | "aws_iam_user" => text(&["name"]).map(|it| format!("aws:{it}")),
        "google_service_account" => text(&["account_id"]).map(|it| format!("gsa:{it}")),
        it if it.starts_with("kubernetes_secret") => {
            text(&["metadata", "name"]).map(|it| format!("k8s:{it}"))
        }
        _ => None,
    };
    std::iter::once(block.key.clone()).chain(alias).collect()
}

/// Whether a block hands credentials on to others, who are not seen.
fn is_relay(block: &Block) -> bool {
    ["secret", "variable"].iter().any(|it| block.type_name.contains(it)) || is_store(block)
}

/// Whether a block is a user, a role, a key or a stored secret: what lives on when nobody uses it any more.
pub(super) fn is_kept(block: &Block) -> bool {
    let acts = acting(&block.type_name).is_some_and(|it| it.kind != PrincipalKind::Group);
    block.kind == BlockKind::Resource && (acts || is_store(block))
}

/// Whether a block is a secret in a store.
pub(super) fn is_store(block: &Block) -> bool {
    let type_name = &*block.type_name;
    let stores = ["secret", "vault_kv", "vault_generic"].iter().any(|it| type_name.contains(it));
    let parameter = type_name == "aws_ssm_parameter"
        && block.body.get("type").and_then(Value::text) == Some("SecureString");
    facts::part(type_name) == Duty::Store && (stores || parameter)
}

/// Whether a user or role of the one type is a credential to a block of the other one. Within a cloud, whatever runs
/// has an identity.
pub(super) fn is_credential(kept: &str, user: &str) -> bool {
    const CLOUDS: &[&str] = &["aws", "azure", "google", "kubernetes"];
    const MOVERS: &[&str] = &["connect", "destination", "integration", "job", "pipeline", "source", "sync"];
    let own = cloud(user);
    cloud(kept) != own || !CLOUDS.contains(&own) && MOVERS.iter().any(|it| user.contains(it))
}

/// The cloud that a type belongs to, else its provider.
fn cloud(type_name: &str) -> &str {
    let provider = type_name.split('_').next().unwrap_or(type_name);
    match provider {
        "awscc" => "aws",
        "azuread" | "azapi" | "azurerm" => "azure",
        other => other,
    }
}
