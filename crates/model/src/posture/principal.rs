//! The principals of a root: blocks that act, and what a member, user or role attribute says of them.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use connlint_core::Span;
use connlint_resolve::terraform::{Block, BlockKind};
use connlint_resolve::{Kind, Piece, RefKind, Value};

use super::root::Root;
use super::{Principal, PrincipalKind};
use crate::facts::rows;

/// What the table says of a type that acts.
pub(super) struct Acting {
    pub(super) kind: PrincipalKind,
    /// The attribute with its name; for a credential, the attributes that refer to its owner.
    pub(super) name: &'static str,
}

/// What the table says of a type, where it acts at all.
pub(super) fn acting(type_name: &str) -> Option<&'static Acting> {
    static TABLE: OnceLock<HashMap<&str, Acting>> = OnceLock::new();
    let table = TABLE.get_or_init(|| {
        let read = |columns: Vec<&'static str>| {
            let [type_name, kind, name] = columns[..] else { return None };
            Some((type_name, Acting { kind: kind_of(kind)?, name }))
        };
        rows(include_str!("../../facts/principals.tsv")).filter_map(read).collect()
    });
    table.get(type_name)
}

/// The attribute by which a block that is a person or a machine is known.
pub(crate) fn acting_name(type_name: &str) -> Option<&'static str> {
    let person = [PrincipalKind::User, PrincipalKind::Unknown];
    acting(type_name).filter(|it| person.contains(&it.kind)).map(|it| it.name)
}

fn kind_of(word: &str) -> Option<PrincipalKind> {
    Some(match word {
        "unknown" => PrincipalKind::Unknown,
        "service" => PrincipalKind::Service,
        "role" => PrincipalKind::Role,
        "group" => PrincipalKind::Group,
        "user" => PrincipalKind::User,
        "credential" => PrincipalKind::Credential,
        _ => return None,
    })
}

/// The acting blocks of a root, by their names.
#[derive(Default)]
pub(super) struct Principals<'r> {
    by_name: HashMap<String, &'r Block>,
    blocks: Vec<&'r Block>,
}

impl<'r> Principals<'r> {
    pub(super) fn of(root: &Root<'r>) -> Self {
        let mut all = Self::default();
        let blocks = &root.evaluated.blocks;
        for block in blocks.iter().filter(|it| matches!(it.kind, BlockKind::Resource | BlockKind::Data)) {
            let Some(acting) = acting(&block.type_name) else { continue };
            all.blocks.push(block);
            let named = acting.kind != PrincipalKind::Credential && !acting.name.is_empty();
            if let Some(value) = block.body.get(acting.name).filter(|_| named) {
                let name = root.rendered(value);
                if name.len() > 1 {
                    all.by_name.entry(name).or_insert(block);
                }
            }
        }
        all
    }

    /// Every acting block as a principal.
    pub(super) fn nodes(&self) -> impl Iterator<Item = Principal> {
        self.blocks.iter().map(|block| node(block))
    }

    /// The acting block with this name.
    pub(super) fn named(&self, name: &str) -> Option<&'r Block> {
        self.by_name.get(name).copied()
    }
}

/// An acting block as a principal.
pub(super) fn node(block: &Block) -> Principal {
    let acting = acting(&block.type_name);
    let named = acting.filter(|it| it.kind != PrincipalKind::Credential).map_or("name", |it| it.name);
    let title = block.body.get(named).map(written).filter(|it| !it.is_empty());
    Principal {
        key: Arc::from(block.key.as_str()),
        name: block.address.clone(),
        title: title.unwrap_or_else(|| block.name.to_string()),
        kind: acting.map_or(PrincipalKind::Unknown, |it| it.kind),
        span: block.header,
    }
}

/// The literal parts of a text, whatever stands between them.
fn written(value: &Value) -> String {
    let piece = |piece| match piece {
        Piece::Literal(literal) => literal.text.to_string(),
        Piece::Hole(_) => "…".to_owned(),
    };
    value.pieces().into_iter().map(piece).collect()
}

/// Everyone a value names: a user, a list of members, a reference to an acting block.
pub(super) fn principals(value: &Value, root: &Root<'_>) -> Vec<Principal> {
    let mut found = Vec::new();
    collect(value, root, &mut found);
    found.dedup_by(|a, b| a.key == b.key);
    found
}

fn collect(value: &Value, root: &Root<'_>, found: &mut Vec<Principal>) {
    /// More members of one grant are not told apart.
    const MOST: usize = 500;
    if found.len() >= MOST {
        return;
    }
    match &value.kind {
        Kind::List(items) | Kind::OneOf(items) => items.iter().for_each(|item| collect(item, root, found)),
        Kind::Map(entries) => entries.iter().for_each(|entry| collect(&entry.value, root, found)),
        Kind::Null => {}
        _ => found.extend(one(value, root)),
    }
}

/// The principal that a scalar names.
fn one(value: &Value, root: &Root<'_>) -> Option<Principal> {
    let text = root.rendered(value);
    let (said, bare) = whom(&text);
    let acts = |block: &&Block| acting(&block.type_name).is_some();
    let known = || root.principals.named(bare).or_else(|| root.principals.named(account(bare)?));
    let block = root.blocks(value).into_iter().find(acts).or_else(known);
    if let Some(block) = block {
        let node = node(block);
        return Some(Principal { kind: said.unwrap_or(node.kind), ..node });
    }
    if text.is_empty() {
        return None;
    }
    // One of a list that is not known.
    if value.references(4).iter().any(|it| it.kind == RefKind::Unresolved || it.key.ends_with(".each")) {
        return Some(Principal::named("?", said.unwrap_or(PrincipalKind::Unknown), value.span));
    }
    let mail =
        bare.split_once('@').filter(|(_, domain)| domain.contains('.') && !bare.contains([' ', '/', '{']));
    let kind = match (said, mail) {
        (Some(PrincipalKind::User) | None, Some((_, domain))) if is_personal(domain) => {
            PrincipalKind::Foreign
        }
        (Some(kind), _) => kind,
        (None, _) if text == "*" => PrincipalKind::Everyone,
        (None, Some((_, domain))) if !is_machines(domain) => PrincipalKind::User,
        (None, _) => PrincipalKind::Unknown,
    };
    let name = if bare.contains('{') { last_word(bare) } else { bare.to_owned() };
    Some(Principal { key: text.as_str().into(), title: name.clone(), name, kind, span: value.span })
}

/// Whether an account is one by which a cloud's own service works for the project.
fn is_agent(mail: &str) -> bool {
    mail.split_once('@').is_some_and(|(_, domain)| {
        domain.starts_with("gcp-sa-") || domain.ends_with("cloudservices.gserviceaccount.com")
    })
}

/// The account in `loader@project.iam.gserviceaccount.com`.
fn account(mail: &str) -> Option<&str> {
    let (account, domain) = mail.split_once('@')?;
    domain.ends_with(".iam.gserviceaccount.com").then_some(account)
}

/// Whether a mail domain is one whose accounts are machines.
pub(crate) fn is_machines(domain: &str) -> bool {
    domain.ends_with("gserviceaccount.com")
}

impl Principal {
    /// The mail domain of somebody who is called by an address; nothing for a machine.
    pub fn mail_domain(&self) -> Option<&str> {
        let (_, domain) = self.name.rsplit_once('@')?;
        let named = domain.contains('.') && !domain.contains(['/', ' ', '{']);
        (named && !is_machines(domain)).then_some(domain)
    }
}

/// Whether a mail domain is one that anybody can have an address of.
fn is_personal(domain: &str) -> bool {
    const DOMAINS: &[&str] = &[
        "aol.com",
        "gmail.com",
        "gmx.de",
        "gmx.net",
        "googlemail.com",
        "hotmail.com",
        "icloud.com",
        "live.com",
        "mail.ru",
        "me.com",
        "msn.com",
        "outlook.com",
        "proton.me",
        "protonmail.com",
        "qq.com",
        "web.de",
        "yahoo.com",
        "ymail.com",
        "163.com",
    ];
    DOMAINS.iter().any(|it| it.eq_ignore_ascii_case(domain))
}

/// `{tf:folder:aws_iam_user.ci.name}` is `aws_iam_user.ci.name`.
pub(super) fn last_word(rendered: &str) -> String {
    let mut shown = String::new();
    let mut rest = rendered;
    while let Some((before, after)) = rest.split_once('{') {
        let (inner, behind) = after.split_once('}').unwrap_or((after, ""));
        shown.push_str(before);
        shown.push_str(inner.rsplit(':').next().unwrap_or(inner));
        rest = behind;
    }
    shown + rest
}

/// What somebody is who is called by a mail address; whatever else, nothing says.
pub(crate) fn said_kind(name: &str) -> PrincipalKind {
    match name.split_once('@') {
        Some((_, domain)) if is_machines(domain) => PrincipalKind::Service,
        Some((_, domain)) if domain.contains('.') => PrincipalKind::User,
        _ => PrincipalKind::Unknown,
    }
}

/// `group:ops@example.com`: the kind that a prefix says, and what is behind it.
pub(crate) fn whom(text: &str) -> (Option<PrincipalKind>, &str) {
    if matches!(text, "allUsers" | "allAuthenticatedUsers") {
        return (Some(PrincipalKind::Everyone), text);
    }
    let members = ["projectOwners", "projectEditors", "projectWriters", "projectReaders"];
    if members.contains(&text) || is_agent(text) {
        return (Some(PrincipalKind::Inherited), text);
    }
    let Some((word, rest)) = text.split_once(':') else { return (None, text) };
    let kind = match word {
        "projectOwner" | "projectEditor" | "projectViewer" => PrincipalKind::Inherited,
        "user" => PrincipalKind::User,
        "group" | "domain" => PrincipalKind::Group,
        "serviceAccount" | "principal" | "principalSet" => PrincipalKind::Service,
        "User" | "ServiceAccount" => PrincipalKind::Unknown,
        _ => return (None, text),
    };
    (Some(kind), rest)
}

impl Principal {
    /// The same under a key that tells it from others of its name.
    pub(crate) fn keyed(self, key: &str) -> Self {
        Self { key: key.into(), ..self }
    }

    /// Someone known by name alone.
    pub(crate) fn named(name: &str, kind: PrincipalKind, span: Span) -> Self {
        Self { key: name.into(), name: name.to_owned(), title: name.to_owned(), kind, span }
    }
}
