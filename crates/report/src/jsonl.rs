//! A result as JSON Lines, free of any value, for `connlint merge` to join with those of other repositories.
//!
//! The first line says whose result it is, the last one how many lines there were, so that half a file is noticed.

mod reader;
mod wire;

use std::borrow::Cow;

use connlint_check::{ConnectorSummary, CredentialUse, concerned};
use connlint_core::{Finding, Location};

pub use reader::{Limits, Problem, Reader};

use crate::Context;
use crate::extent::extent;
use wire::Line;

/// Raised whenever a field goes away or changes its meaning; new fields do not raise it.
pub(crate) const SCHEMA_VERSION: u32 = 1;

/// The result as JSON Lines; nothing for a review without an inventory. The same review gives the same bytes.
pub fn jsonl(ctx: &Context) -> String {
    let Some(inventory) = &ctx.review.inventory else { return String::new() };
    let mut out = String::new();
    push(
        &mut out,
        &Line::Header(wire::Header {
            schema_version: SCHEMA_VERSION,
            version: ctx.version.into(),
            repository: (&*inventory.repository).into(),
            key_check: inventory.key_check.map(|it| it.to_string().into()),
        }),
    );
    let mut connectors: Vec<&ConnectorSummary> = ctx.review.connectors.iter().collect();
    connectors.sort_by_key(|it| (&it.id, ctx.sources.path(it.at.span.file), it.at.span));
    connectors.iter().for_each(|it| push(&mut out, &Line::Connector(connector(ctx, it))));
    inventory.uses.iter().for_each(|it| push(&mut out, &Line::Credential(credential(ctx, it))));
    let concerned = concerned(ctx.review);
    let mut findings: Vec<(&Finding, &Vec<usize>)> = ctx.review.findings.iter().zip(&concerned).collect();
    findings.sort_by_cached_key(|(it, _)| (ctx.sources.path(it.primary.span.file), it.sort_key()));
    findings.iter().for_each(|(it, about)| push(&mut out, &Line::Finding(finding(ctx, it, about))));
    push(
        &mut out,
        &Line::End(wire::End {
            connectors: connectors.len(),
            credentials: inventory.uses.len(),
            findings: findings.len(),
            files_read: ctx.review.files_read,
            files_not_read: ctx.review.unread.len(),
        }),
    );
    out
}

fn push(out: &mut String, line: &Line) {
    // Serialising fails only for maps without string keys and for failing writers; there are neither.
    out.push_str(&serde_json::to_string(line).unwrap_or_default());
    out.push('\n');
}

fn connector<'a>(ctx: &Context<'a>, it: &'a ConnectorSummary) -> wire::Connector<'a> {
    let (path, line) = place(ctx, &it.at);
    wire::Connector {
        id: (&*it.id).into(),
        system: connlint_check::name_of_system(&it.system).into(),
        environment: it.environment.as_deref().map(Into::into),
        owners: wire::texts(&it.owners),
        credentials: wire::texts(&it.credentials),
        path,
        line,
    }
}

fn credential<'a>(ctx: &Context<'a>, it: &'a CredentialUse) -> wire::Credential<'a> {
    let (path, line) = place(ctx, &it.at);
    wire::Credential {
        name: (&*it.name).into(),
        kind: it.kind.into(),
        realm: it.realm.as_str().into(),
        join: it.join.map(|it| it.to_string().into()),
        field: it.field.map(|it| it.to_string().into()),
        role: it.role.into(),
        setting: (&*it.setting).into(),
        trial: it.trial,
        connector: it.connector.as_deref().map(Into::into),
        system: (&*it.system).into(),
        environment: it.environment.as_deref().map(Into::into),
        owners: wire::texts(&it.owners),
        path,
        line,
        address: (&*it.at.path).into(),
    }
}

fn finding<'a>(ctx: &Context<'a>, it: &'a Finding, about: &[usize]) -> wire::Finding<'a> {
    let (path, line) = place(ctx, &it.primary);
    let about = about.iter().filter_map(|index| ctx.review.connectors.get(*index));
    wire::Finding {
        rule: it.rule.id.into(),
        severity: it.severity.as_str().into(),
        confidence: it.confidence.as_str().into(),
        message: (&*it.message).into(),
        fingerprint: it.fingerprint.as_str().into(),
        suppressed: it.suppression.is_some(),
        connectors: about.map(|it| (&*it.id).into()).collect(),
        path,
        line,
        address: (&*it.primary.path).into(),
    }
}

/// The path, and the line where the text of the file is at hand.
fn place<'a>(ctx: &Context<'a>, at: &Location) -> (Cow<'a, str>, Option<usize>) {
    let extent = extent(ctx.sources, at.span);
    let inventory = ctx.review.inventory.as_ref();
    let path = inventory.map_or(extent.path.into(), |it| it.within(extent.path));
    (path, extent.ends.map(|(start, _)| start.line))
}
