//! The report as JSON, for programs that know connlint. The format is versioned; its schema is in [`crate::schema`].
//!
//! It holds messages, positions and addresses, and never a piece of a file's text.

mod wire;

use connlint_core::{Finding, Location, Severity, Span, Standing};

use crate::Context;
use crate::extent::extent;

/// Raised whenever a field goes away or changes its meaning; new fields do not raise it.
pub(crate) const SCHEMA_VERSION: u32 = 1;

/// The report as JSON. The same review gives the same bytes, so it says nothing of time.
pub fn json(ctx: &Context) -> String {
    let report = wire::Report {
        schema_version: SCHEMA_VERSION,
        tool: wire::Tool { name: "connlint", version: ctx.version },
        summary: summary(ctx),
        findings: ctx.in_path_order().map(|it| finding(ctx, it)).collect(),
        not_read: ctx.review.unread.iter().map(wire::NotRead::from).collect(),
        connectors: ctx.review.connectors.iter().map(|it| connector(ctx, it)).collect(),
        outcomes: ctx.review.outcomes.iter().map(|it| outcome(ctx, it)).collect(),
        comparison: ctx.review.comparison.as_ref().map(|it| comparison(ctx, it)),
    };
    to_pretty(&report)
}

/// What a change does to access and to its own gate as JSON, as in the report's `comparison`.
pub fn json_changes(ctx: &Context) -> String {
    to_pretty(&ctx.review.comparison.as_ref().map(|it| comparison(ctx, it)))
}

/// Pretty-printed JSON with a line break at its end.
pub(crate) fn to_pretty(value: &impl serde::Serialize) -> String {
    // Serialising fails only for maps without string keys and for failing writers; there are neither.
    let mut json = serde_json::to_string_pretty(value).unwrap_or_default();
    json.push('\n');
    json
}

fn summary(ctx: &Context) -> wire::Summary {
    wire::Summary {
        files_read: ctx.review.files_read,
        files_not_read: ctx.review.unread.len(),
        connectors: ctx.review.connectors.len(),
        findings: wire::Counts {
            critical: ctx.count(Severity::Critical),
            high: ctx.count(Severity::High),
            medium: ctx.count(Severity::Medium),
            low: ctx.count(Severity::Low),
        },
        suppressed: ctx.suppressed(),
        old: ctx.standing(Standing::Old),
        baselined: ctx.standing(Standing::Baselined),
    }
}

fn finding<'a>(ctx: &Context<'a>, finding: &'a Finding) -> wire::Finding<'a> {
    let related = finding.related.iter();
    wire::Finding {
        rule: finding.rule.id,
        severity: finding.severity.as_str(),
        confidence: finding.confidence.as_str(),
        message: &finding.message,
        help: &finding.help,
        url: finding.rule.url(),
        fingerprint: finding.fingerprint.as_str(),
        standing: finding.standing.as_str(),
        primary: place(ctx, &finding.primary),
        label: &finding.label,
        related: related
            .map(|it| wire::Related { place: place(ctx, &it.location), message: &it.message })
            .collect(),
        suppression: finding.suppression.as_ref().map(|it| wire::Suppression {
            reason: &it.reason,
            until: it.until.as_deref(),
            at: range(ctx, it.span),
        }),
    }
}

fn connector<'a>(ctx: &Context<'a>, it: &'a connlint_check::ConnectorSummary) -> wire::Connector<'a> {
    wire::Connector {
        id: &it.id,
        system: &it.system,
        environment: it.environment.as_deref(),
        owners: &it.owners,
        credentials: &it.credentials,
        at: place(ctx, &it.at),
    }
}

fn outcome<'a>(ctx: &Context<'a>, it: &'a connlint_check::Outcome) -> wire::Outcome<'a> {
    wire::Outcome { rule: it.rule, outcome: it.as_str(), at: place(ctx, &it.at) }
}

fn comparison<'a>(ctx: &Context<'a>, it: &'a connlint_check::Comparison) -> wire::Comparison<'a> {
    let change = |it: &'a connlint_check::Change| wire::Change {
        event: it.kind.as_str(),
        subject: &it.subject,
        message: &it.message,
        at: place(ctx, &it.at),
    };
    wire::Comparison {
        base: &it.base,
        fixed: it.fixed,
        changes: it.changes.as_ref().map(|all| all.iter().map(change).collect()),
        gate: it
            .edits
            .iter()
            .map(|it| wire::GateEdit {
                message: &it.message,
                at: it.at.as_ref().map(|at| range(ctx, at.span)),
            })
            .collect(),
    }
}

fn place<'a>(ctx: &Context<'a>, location: &'a Location) -> wire::Place<'a> {
    wire::Place {
        range: range(ctx, location.span),
        address: &location.path,
        via: location.via.iter().map(|span| range(ctx, *span)).collect(),
    }
}

fn range<'a>(ctx: &Context<'a>, span: Span) -> wire::Range<'a> {
    let extent = extent(ctx.sources, span);
    let (start, end) = extent.ends.unzip();
    wire::Range {
        path: extent.path,
        start: start.map(|it| wire::Point { line: it.line, column: it.column, offset: span.start }),
        end: end.map(|it| wire::Point { line: it.line, column: it.column, offset: span.end }),
    }
}
