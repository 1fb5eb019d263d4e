//! Policies as documents: written into a block, or made by a data source, and the ways from there to others.

use std::sync::Arc;

use connlint_resolve::terraform::BlockKind;
use connlint_resolve::{RefKind, Value};

use super::grants::{Row, each, family, who};
use super::policy::{self, policies};
use super::principal::principals;
use super::root::Root;
use super::settings::Subject;
use super::things::reach;
use super::{Access, Edge, Reach, roles};
use crate::compared::{self, Granting};
use crate::part::Part;
use crate::walk::Written;

/// The data source whose blocks are a policy.
pub(super) const POLICY_DOCUMENT: &str = "aws_iam_policy_document";

/// Adds the grants of a data source that makes a policy.
pub(super) fn of_data(part: &mut Part, subject: &Subject<'_>, root: &Root<'_>) {
    match &*subject.block.type_name {
        POLICY_DOCUMENT => policy_document(part, subject, root),
        "google_iam_policy" => bindings(part, subject, root, &subject.block.body),
        _ => {}
    }
}

/// A policy document, and the documents it takes over.
fn policy_document(part: &mut Part, subject: &Subject<'_>, root: &Root<'_>) {
    let block = subject.block;
    policy::grants(&block.body, &subject.holder(root, false), part);
    for name in ["source_policy_documents", "override_policy_documents", "source_json", "override_json"] {
        if let Some(value) = block.body.get(name) {
            reach_out(part, subject, root, value, "becomes part of this policy");
        }
    }
}

/// Edges from the policies that a value refers to, to the block that takes them.
fn reach_out(part: &mut Part, subject: &Subject<'_>, root: &Root<'_>, value: &Value, label: &str) {
    let to: Arc<str> = subject.block.key.as_str().into();
    for block in root.blocks(value) {
        let (from, label) = (Arc::from(block.key.as_str()), label.to_owned());
        part.edges.push(Edge {
            from,
            to: Arc::clone(&to),
            at: value.steps().next().unwrap_or(value.span),
            label,
        });
    }
    for reference in value.references(8).into_iter().filter(|it| it.kind == RefKind::File) {
        let from = Arc::clone(&reference.key);
        part.edges.push(Edge { from, to: Arc::clone(&to), at: reference.span, label: label.to_owned() });
    }
}

/// A policy written into a block or referred to by it.
pub(super) fn document(
    part: &mut Part,
    subject: &Subject<'_>,
    row: &Row,
    root: &Root<'_>,
    written: Written<'_>,
) {
    let block = subject.block;
    let holder = subject.holder(root, row.vocabulary == "aws-resource-policy");
    each(&block.body, &row.role, subject, &mut |value| {
        reach_out(part, subject, root, value, "becomes this policy");
        // Its grants are those of the file, and lead here.
        if value.stands_alone() {
            return;
        }
        for policy in policies(value, written) {
            policy::grants(&policy, &holder, part);
        }
    });
    held_by(part, subject, row, root);
}

/// Edges from the block to those who hold it.
fn held_by(part: &mut Part, subject: &Subject<'_>, row: &Row, root: &Root<'_>) {
    let from: Arc<str> = subject.block.key.as_str().into();
    for path in row.principals.iter().filter(|path| path.first() != Some(&"@")) {
        each(&subject.block.body, path, subject, &mut |value| {
            for principal in principals(value, root) {
                let label = format!("`{}` gets it here", principal.name);
                let at = value.steps().next().unwrap_or(value.span);
                part.edges.push(Edge { from: Arc::clone(&from), to: Arc::clone(&principal.key), at, label });
                part.principals.push(principal);
            }
        });
    }
}

/// Bindings of a role to members, as a policy of the cloud or its data source lists them.
pub(super) fn bindings(part: &mut Part, subject: &Subject<'_>, root: &Root<'_>, policy: &Value) {
    let block_is_data = subject.block.kind == BlockKind::Data;
    let members = [vec!["members"]];
    for name in ["binding", "bindings"] {
        each(policy, &[name], subject, &mut |value| {
            let items = if value.items().is_empty() { std::slice::from_ref(value) } else { value.items() };
            for item in items {
                let Some(role) = item.get("role") else { continue };
                let Some((access, secret)) = role.text().and_then(|it| roles::right("gcp", it)) else {
                    continue;
                };
                let mut grant =
                    subject.grant(root, role.text().unwrap_or_default(), access, role, "binding.role");
                grant.principals = who(item, &members, subject, root);
                grant.secret = secret;
                grant.family = family(&grant.right);
                grant.reach = if block_is_data { Reach::Unknown } else { reach(&[], subject, root) };
                if let Some(compared) = part.compared.as_mut().filter(|_| access > Access::None) {
                    compared::of_role(compared, &grant, &Granting::of_binding(item, subject, root));
                }
                if access > Access::None {
                    part.grants.push(grant);
                }
            }
        });
    }
}
