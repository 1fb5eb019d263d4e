//! Rules as SARIF describes them.

use std::collections::BTreeMap;

use connlint_core::{Confidence, RuleMeta, Severity};

use super::level;
use super::prose::sentence;
use super::wire;
use crate::Context;

/// Every rule that was asked or that found something, sorted by id.
pub(super) fn of(ctx: &Context) -> Vec<&'static RuleMeta> {
    let found = ctx.review.findings.iter().map(|finding| finding.rule);
    let by_id: BTreeMap<&str, _> =
        ctx.rules.iter().copied().chain(found).map(|rule| (rule.id, rule)).collect();
    by_id.into_values().collect()
}

pub(super) fn descriptor(rule: &RuleMeta) -> wire::Rule<'_> {
    let docs = rule.docs.trim();
    wire::Rule {
        id: rule.id,
        name: pascal(rule.id),
        short_description: wire::Text { text: sentence(title(rule)) },
        full_description: wire::Text { text: sentence(&first_paragraph(rule)) },
        help: wire::Help { text: docs, markdown: docs },
        help_uri: rule.url(),
        default_configuration: wire::Configuration { level: level(rule.severity) },
        properties: wire::RuleProperties {
            tags: tags(rule),
            precision: precision(rule.confidence),
            security_severity: security_severity(rule.severity),
        },
    }
}

/// GitHub asks as much of the description of a notification as of a rule's.
pub(super) fn notification(id: &'static str) -> wire::NotificationKind {
    let what = "A file was not read, or not in whole.";
    let help = "Nothing is known of what was not read. Exclude the file if it need not be checked.";
    wire::NotificationKind {
        id,
        name: pascal(id),
        short_description: wire::Text { text: what.to_owned() },
        full_description: wire::Text { text: what.to_owned() },
        help: wire::Help { text: help, markdown: help },
    }
}

fn title(rule: &RuleMeta) -> &'static str {
    rule.title().trim_start_matches(['#', ' '])
}

/// The first paragraph below the title, or the title where there is none.
fn first_paragraph(rule: &RuleMeta) -> String {
    let lines = rule.docs.trim().lines().skip(1).map(str::trim);
    let paragraph =
        lines.skip_while(|line| line.is_empty() || line.starts_with('#')).take_while(|line| !line.is_empty());
    let words: Vec<&str> = paragraph.collect();
    if words.is_empty() { title(rule).to_owned() } else { words.join(" ") }
}

fn pascal(id: &str) -> String {
    let capitalised = |word: &str| {
        let mut chars = word.chars();
        chars.next().into_iter().flat_map(char::to_uppercase).chain(chars).collect::<String>()
    };
    id.split('-').map(capitalised).collect()
}

/// The tag of a CWE is written as CodeQL writes it, since GitHub filters by that.
fn tags(rule: &RuleMeta) -> Vec<String> {
    let cwe = rule.control.cwe.map(|number| format!("external/cwe/cwe-{number:03}"));
    let nhi = rule.control.owasp_nhi.iter().map(|it| format!("external/owasp-nhi/{}", it.to_lowercase()));
    let control = std::iter::once(format!("control/{}", rule.control.code));
    std::iter::once("security".to_owned()).chain(cwe).chain(nhi).chain(control).collect()
}

fn precision(confidence: Confidence) -> &'static str {
    match confidence {
        Confidence::High => "high",
        Confidence::Medium => "medium",
        Confidence::Low => "low",
    }
}

/// A score in the middle of the band that GitHub maps back to the same word: above 9.0 critical, 7.0 to 8.9 high, 4.0
/// to 6.9 medium, 0.1 to 3.9 low.
fn security_severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "9.5",
        Severity::High => "8.0",
        Severity::Medium => "5.5",
        Severity::Low => "2.0",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::{HARDCODED, SHARED};

    #[test]
    fn descriptors_say_what_the_page_says() {
        let rule = descriptor(&HARDCODED);
        assert_eq!(rule.name, "HardcodedSecret");
        assert_eq!(rule.short_description.text, "A secret is written in the code.");
        assert_eq!(
            rule.full_description.text,
            "Whoever reads the repository, now or later, holds the secret."
        );
        assert_eq!(
            rule.properties.tags,
            ["security", "external/cwe/cwe-798", "external/owasp-nhi/nhi2", "control/CR-01"]
        );
        assert_eq!(first_paragraph(&SHARED), "One credential serves several connectors");
    }
}
