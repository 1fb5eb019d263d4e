//! The report as SARIF 2.1.0, the way GitHub code scanning and the OASIS validator like it:
//! <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html> and
//! <https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning>.
//!
//! It holds messages, positions and addresses, and never a snippet of a file.

mod prose;
mod rules;
mod wire;

use std::collections::BTreeMap;

use connlint_check::{Outcome, Unread};
use connlint_core::{Finding, Location, RuleMeta, Severity, Span, Standing};

use self::prose::sentence;
use crate::Context;
use crate::escape::uri;
use crate::extent::extent;
use crate::json::to_pretty;

/// The name that stands for the root of the checkout; GitHub resolves paths against it.
const ROOT: &str = "%SRCROOT%";

/// The kind of notification that says that a file was not read.
const NOT_READ: &str = "file-not-read";

/// The report as SARIF 2.1.0.
pub fn sarif(ctx: &Context) -> String {
    let rules = rules::of(ctx);
    let index = |id| rules.binary_search_by_key(&id, |rule| rule.id).ok();
    let run = wire::Run {
        tool: wire::Tool {
            driver: wire::Driver {
                name: "connlint",
                semantic_version: ctx.version,
                information_uri: env!("CARGO_PKG_REPOSITORY"),
                rules: rules.iter().map(|rule| rules::descriptor(rule)).collect(),
                notifications: vec![rules::notification(NOT_READ)],
            },
        },
        invocations: vec![wire::Invocation {
            execution_successful: true,
            tool_execution_notifications: ctx.review.unread.iter().map(notification).collect(),
        }],
        original_uri_base_ids: BTreeMap::from([(
            ROOT,
            wire::BaseId { description: wire::Text { text: "The root of the checkout.".to_owned() } },
        )]),
        automation_details: wire::AutomationDetails { id: "connlint/" },
        column_kind: "unicodeCodePoints",
        results: ctx
            .in_path_order()
            .map(|it| result(ctx, it, index(it.rule.id)))
            .chain(ctx.review.outcomes.iter().map(|it| outcome(ctx, it, index(it.rule))))
            .collect(),
    };
    to_pretty(&wire::Log {
        schema: "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        version: "2.1.0",
        runs: [run],
    })
}

/// GitHub knows three levels; what separates critical from high is in `security-severity`.
fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical | Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low => "note",
    }
}

fn result<'a>(ctx: &Context<'a>, finding: &'a Finding, rule_index: Option<usize>) -> wire::FindingResult<'a> {
    let RuleMeta { id, .. } = finding.rule;
    wire::FindingResult {
        rule_id: id,
        rule_index,
        kind: "fail",
        level: level(finding.severity),
        message: wire::Text { text: sentence(&finding.message) },
        locations: vec![place(ctx, &finding.primary, None, &finding.label)],
        related_locations: related(ctx, finding),
        partial_fingerprints: BTreeMap::from([("connlint/v1", finding.fingerprint.as_str())]),
        baseline_state: ctx.review.comparison.as_ref().map(|_| match finding.standing {
            Standing::New => "new",
            Standing::Old | Standing::Baselined => "unchanged",
        }),
        suppressions: suppressions(ctx, finding),
        properties: Some(wire::ResultProperties {
            severity: finding.severity.as_str(),
            confidence: finding.confidence.as_str(),
        }),
    }
}

/// A setting that is not reported: SARIF calls what passes `pass`, and what is not decided `open`.
fn outcome<'a>(ctx: &Context<'a>, it: &'a Outcome, rule_index: Option<usize>) -> wire::FindingResult<'a> {
    let (kind, text) = match it.passes {
        true => ("pass", "This setting passes."),
        false => ("open", "The code does not decide this setting."),
    };
    wire::FindingResult {
        rule_id: it.rule,
        rule_index,
        kind,
        level: "none",
        message: wire::Text { text: text.to_owned() },
        locations: vec![place(ctx, &it.at, None, "")],
        related_locations: Vec::new(),
        partial_fingerprints: BTreeMap::new(),
        baseline_state: None,
        suppressions: Vec::new(),
        properties: None,
    }
}

/// Every further place, each followed by the steps that lead there; those of the primary place come first.
fn related<'a>(ctx: &Context<'a>, finding: &'a Finding) -> Vec<wire::Location<'a>> {
    let mut locations = Vec::new();
    let steps = |location: &'a Location| location.via.iter().map(|span| (*span, "passed here", ""));
    let labels = finding.related.iter().flat_map(|it| {
        let own = (it.location.span, it.message.as_str(), it.location.path.as_str());
        std::iter::once(own).chain(steps(&it.location))
    });
    for (id, (span, message, address)) in steps(&finding.primary).chain(labels).enumerate() {
        locations.push(location(ctx, span, address, Some(id), message));
    }
    locations
}

fn place<'a>(ctx: &Context<'a>, it: &'a Location, id: Option<usize>, message: &str) -> wire::Location<'a> {
    location(ctx, it.span, &it.path, id, message)
}

fn location<'a>(
    ctx: &Context<'a>,
    span: Span,
    address: &'a str,
    id: Option<usize>,
    message: &str,
) -> wire::Location<'a> {
    let logical = (!address.is_empty()).then_some(wire::LogicalLocation { fully_qualified_name: address });
    wire::Location {
        id,
        physical_location: physical(ctx, span),
        logical_locations: logical.into_iter().collect(),
        message: (!message.is_empty()).then(|| wire::Text { text: sentence(message) }),
    }
}

fn physical(ctx: &Context, span: Span) -> wire::PhysicalLocation {
    let extent = extent(ctx.sources, span);
    wire::PhysicalLocation {
        artifact_location: artifact(extent.path),
        region: extent.ends.map(|(start, end)| wire::Region {
            start_line: start.line,
            start_column: start.column,
            end_line: end.line,
            end_column: end.column,
        }),
    }
}

fn artifact(path: &str) -> wire::ArtifactLocation {
    wire::ArtifactLocation { uri: uri(path), uri_base_id: ROOT }
}

fn suppressions<'a>(ctx: &Context<'a>, finding: &'a Finding) -> Vec<wire::Suppression<'a>> {
    let own = finding.suppression.iter().map(|it| suppression(ctx, it));
    let listed = (finding.standing == Standing::Baselined).then(|| wire::Suppression {
        kind: "external",
        status: "accepted",
        justification: "Listed in the baseline.".to_owned(),
        location: None,
    });
    own.chain(listed).collect()
}

fn suppression<'a>(ctx: &Context<'a>, it: &'a connlint_core::Suppression) -> wire::Suppression<'a> {
    let until = it.until.as_ref().map_or_else(String::new, |day| format!(" (until {day})"));
    wire::Suppression {
        kind: "inSource",
        status: "accepted",
        justification: format!("{}{until}", it.reason),
        location: Some(location(ctx, it.span, "", None, "")),
    }
}

fn notification(it: &Unread) -> wire::Notification {
    let colon = if it.detail.is_empty() { "" } else { ": " };
    let text = sentence(&format!("not read, or not in whole: {}{colon}{}", it.reason.as_str(), it.detail));
    let physical_location = wire::PhysicalLocation { artifact_location: artifact(&it.path), region: None };
    wire::Notification {
        descriptor: wire::Reference { id: NOT_READ, index: 0 },
        level: "warning",
        message: wire::Text { text },
        locations: vec![wire::Location {
            id: None,
            physical_location,
            logical_locations: Vec::new(),
            message: None,
        }],
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::samples::everything;

    #[test]
    fn results_are_complete() {
        let sample = everything();
        let log: Value = serde_json::from_str(&sarif(&sample.context())).unwrap();
        let results = log["runs"][0]["results"].as_array().unwrap();
        let rules = log["runs"][0]["tool"]["driver"]["rules"].as_array().unwrap();
        assert_eq!(results.len(), sample.review.findings.len() + sample.review.outcomes.len());
        let (reported, others): (Vec<_>, Vec<_>) = results.iter().partition(|it| it["kind"] == "fail");
        let others: Vec<_> = others.iter().map(|it| (&it["kind"], &it["level"])).collect();
        assert_eq!(others, [(&"pass".into(), &"none".into()), (&"open".into(), &"none".into())]);
        for result in reported {
            let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
            assert_eq!(rules[index]["id"], result["ruleId"]);
            assert_eq!(result["partialFingerprints"]["connlint/v1"].as_str().map(str::len), Some(32));
        }
        let shared = results.iter().find(|it| it["ruleId"] == "shared-credential").unwrap();
        let related = shared["relatedLocations"].as_array().unwrap();
        let ids: Vec<_> = related.iter().map(|it| it["id"].as_u64().unwrap()).collect();
        assert_eq!(ids, [0, 1, 2]);
        let region = &shared["locations"][0]["physicalLocation"]["region"];
        assert_eq!([&region["startLine"], &region["startColumn"], &region["endColumn"]], [10, 17, 28]);
        let accepted = results.iter().find(|it| !it["suppressions"].is_null()).unwrap();
        assert_eq!(accepted["suppressions"][0]["justification"], "a test key (until 2027-03-31)");
    }

    #[test]
    fn nothing_is_quoted() {
        let log = sarif(&everything().context());
        for property in ["snippet", "contextRegion", "contents"] {
            assert!(!log.contains(property), "{property}");
        }
    }
}
