//! The report as GitHub workflow commands, which become annotations on the lines of a pull request:
//! <https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands#setting-an-error-message>.

use connlint_core::{Finding, Severity};

use crate::Context;
use crate::escape::{command_message, command_property, visible};
use crate::extent::extent;
use crate::summary::{and_more, is_open};

/// Related places that a message names; the rest is counted.
const NAMED: usize = 3;

/// The report as workflow commands, one for every open finding.
///
/// The worst come first: GitHub shows only the first ten errors and the first ten warnings of a step
/// (<https://github.com/orgs/community/discussions/26680>).
pub fn github(ctx: &Context) -> String {
    let mut findings: Vec<&Finding> = ctx.in_path_order().filter(|it| is_open(it)).collect();
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    findings.into_iter().map(|finding| command(ctx, finding) + "\n").collect()
}

/// A failure of the run itself as a workflow command.
pub fn github_error(message: &str) -> String {
    let lines: Vec<_> = message.lines().map(visible).collect();
    format!("::error title=connlint::{}\n", command_message(&lines.join("\n")))
}

fn command(ctx: &Context, finding: &Finding) -> String {
    let word = match finding.severity {
        Severity::Critical | Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low => "notice",
    };
    let place = extent(ctx.sources, finding.primary.span);
    let mut properties = vec![("file", visible(place.path).into_owned())];
    if let Some((start, end)) = place.ends {
        properties.extend([("line", start.line.to_string()), ("endLine", end.line.to_string())]);
        // Columns of an annotation that spans lines are refused:
        // <https://docs.github.com/en/rest/checks/runs#create-a-check-run>.
        if start.line == end.line {
            properties.extend([("col", start.column.to_string()), ("endColumn", end.column.to_string())]);
        }
    }
    properties.push(("title", format!("{} ({})", finding.rule.id, finding.severity)));
    let properties: Vec<String> =
        properties.iter().map(|(name, it)| format!("{name}={}", command_property(it))).collect();
    format!("::{word} {}::{}", properties.join(","), command_message(&message(ctx, finding)))
}

fn message(ctx: &Context, finding: &Finding) -> String {
    let mut lines = vec![visible(&finding.message).into_owned()];
    for label in finding.related.iter().take(NAMED) {
        let place = extent(ctx.sources, label.location.span);
        let line = place.ends.map_or_else(String::new, |(start, _)| format!(":{}", start.line));
        lines.push(format!("{}{line}: {}", visible(place.path), visible(&label.message)));
    }
    if finding.related.len() > NAMED {
        lines.push(and_more(finding.related.len() - NAMED));
    }
    if !finding.help.is_empty() {
        lines.push(format!("help: {}", visible(&finding.help)));
    }
    lines.push(finding.rule.url());
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::{HARDCODED, Sample, everything};

    #[test]
    fn the_worst_come_first() {
        let commands = github(&everything().context());
        let words: Vec<&str> = commands.lines().filter_map(|it| it.split(' ').next()).collect();
        assert_eq!(words, ["::error", "::error", "::error", "::warning"]);
        assert!(
            commands.contains("::error file=infra/main.tf,line=10,endLine=10,col=17,endColumn=28,title=")
        );
        assert!(
            commands.contains("%0Ainfra/variables.tf:2: and by module.orders.fivetran_connector.this%0A")
        );
    }

    #[test]
    fn hostile_paths_and_messages_stay_inside_their_command() {
        let path = "a,b:c%\n::error::x.tf";
        let sample = Sample::new(&[(path, "é = 1\n2")]);
        let mut finding =
            sample.finding(&HARDCODED, sample.at(path, "1\n2", "a"), "100%\r\n::warning::\x1b[2J");
        finding.help.clear();
        let commands = github(&sample.with(finding).context());
        assert_eq!(
            commands,
            "::error file=a%2Cb%3Ac%25\\u{a}%3A%3Aerror%3A%3Ax.tf,line=1,endLine=2,title=hardcoded-secret (critical)\
             ::100%25\\u{d}\\u{a}::warning::\\u{1b}[2J%0A\
             https://github.com/connlint/connlint/blob/main/docs/rules/hardcoded-secret.md\n"
        );
    }
}
