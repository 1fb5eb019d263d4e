//! Trust policies: who may take on a role, and whether the condition that has to name them is there.

use connlint_core::Location;
use connlint_resolve::terraform::BlockKind;
use connlint_resolve::{Kind, Value};

use super::PrincipalKind;
use super::access::principal_kind;
use super::documents::POLICY_DOCUMENT;
use super::grants::each;
use super::policy::policies;
use super::root::Root;
use super::settings::Subject;
use super::statement::{Statement, statements};
use crate::compared::{self, Seat};
use crate::part::Part;
use crate::walk::Written;

/// Who a role trusts without saying enough about them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trust {
    /// How.
    pub how: Trusting,
    /// The role.
    pub subject: String,
    /// The principal, or the statement.
    pub at: Location,
    /// Whether its place is for trying things out.
    pub trial: bool,
}

/// The ways of trusting too many.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Trusting {
    /// Anybody may take on the role.
    Everyone,
    /// Another organisation's account, without a word that only it knows.
    Account,
    /// Any identity of an issuer that serves the whole world.
    Issuer,
}

/// Issuers that give identities to anybody: what their names hold.
const PUBLIC_ISSUERS: &[&str] = &[
    "token.actions.githubusercontent.com",
    "gitlab.com",
    "accounts.google.com",
    "app.terraform.io",
    "oidc.circleci.com",
    "agent.buildkite.com",
    "api.bitbucket.org",
];

/// Adds what the trust policy of a role lets in, whether it is written there or in a policy document.
pub(super) fn of_block(part: &mut Part, subject: &Subject<'_>, root: &Root<'_>, written: Written<'_>) {
    let block = subject.block;
    if block.kind != BlockKind::Resource || &*block.type_name != "aws_iam_role" {
        return;
    }
    each(&block.body, &["assume_role_policy"], subject, &mut |value| {
        for policy in policies(value, written) {
            trusts(part, subject, root, &policy);
        }
        for document in root.blocks(value).into_iter().filter(|it| &*it.type_name == POLICY_DOCUMENT) {
            trusts(part, subject, root, &document.body);
        }
    });
}

fn trusts(part: &mut Part, subject: &Subject<'_>, root: &Root<'_>, policy: &Value) {
    for statement in statements(policy).iter().filter(|it| it.allows) {
        if let Some(compared) = &mut part.compared {
            compared::parties(compared, statement, &subject.block.address);
        }
        let assumes = |value: &&Value| {
            value
                .text()
                .is_some_and(|it| it.to_ascii_lowercase().starts_with("sts:assumerole") || it == "sts:*")
        };
        if !statement.actions.iter().any(assumes) {
            continue;
        }
        if let Some(compared) = &mut part.compared {
            let seat = Seat::of_key(&subject.block.key, &subject.block.address);
            compared::trusts(compared, statement, &seat);
        }
        for (kind, value) in &statement.principals {
            if let Some(how) = judged(statement, kind, value, root) {
                let at = Location {
                    span: value.span,
                    path: format!("{}/assume_role_policy", subject.block.address),
                    via: value.steps().collect(),
                };
                part.trusts.push(Trust {
                    how,
                    subject: subject.block.address.clone(),
                    at,
                    trial: subject.trial,
                });
            }
        }
    }
}

fn judged(statement: &Statement<'_>, kind: &str, value: &Value, root: &Root<'_>) -> Option<Trusting> {
    let text = match &value.kind {
        Kind::Text(_) => value.pieces().iter().fold(String::new(), |text, piece| match piece {
            connlint_resolve::Piece::Literal(literal) => text + &literal.text,
            connlint_resolve::Piece::Hole(reference) => text + &reference.key,
        }),
        _ => value.references(1).first().map(|it| it.key.to_string())?,
    };
    if kind == "Federated" {
        // A provider of this code is known by its address.
        let provider = root.blocks(value).into_iter().find_map(|it| it.body.get("url")?.text());
        let text = provider.map_or(text, str::to_owned);
        let public = PUBLIC_ISSUERS.iter().any(|it| text.contains(it));
        // The subject says which of all the issuer's identities is meant.
        let mut subjects = statement.conditions.iter().filter(|(key, _)| {
            key.is_empty()
                || [":sub", ":job_workflow_ref", ":repository", ":repository_owner", ":aud", ":amr"]
                    .iter()
                    .any(|it| key.ends_with(it))
        });
        let named = subjects.any(|(key, value)| !key.ends_with(":aud") && !is_open(value));
        return (public && !named).then_some(Trusting::Issuer);
    }
    match principal_kind(kind, &text) {
        PrincipalKind::Everyone if statement.conditions.is_empty() => Some(Trusting::Everyone),
        // The account is written out, so it is somebody's in particular.
        PrincipalKind::Foreign if text.ends_with(":root") || text.len() == 12 => {
            statement.conditions.is_empty().then_some(Trusting::Account)
        }
        _ => None,
    }
}

/// Whether a subject lets everybody in: `*`, `repo:*`.
fn is_open(value: &Value) -> bool {
    let open = |value: &Value| {
        value.text().is_some_and(|it| matches!(it, "*" | "repo:*" | "repo:*:*" | "repo:*/*" | "repo:*/*:*"))
    };
    open(value) || value.items().iter().any(open)
}
