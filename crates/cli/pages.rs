//! The commands that print what connlint knows: `explain`, `rules` and `generate`.

use std::io::Write;

use anyhow::{Context, Result, anyhow};
use clap::CommandFactory;
use connlint_check::rules as all;
use connlint_core::{RuleMeta, Tier};

use crate::args::{Cli, Generate, SchemaOf};
use crate::check::{Outcome, Usage};
use crate::config;

/// The page of a rule.
pub(crate) fn explain(id: &str) -> Result<Outcome> {
    let meta = all::ALL.iter().map(|rule| rule.meta()).find(|meta| meta.id == id);
    let meta = meta.ok_or_else(|| Usage(anyhow!("no rule is called `{id}`{}", nearest(id))))?;
    print(&page(meta))
}

/// Every rule, a line each.
pub(crate) fn rules() -> Result<Outcome> {
    let width = all::ALL.iter().map(|rule| rule.meta().id.len()).max().unwrap_or(0);
    let line = |meta: &RuleMeta| format!("{:width$}  {:8}  {}\n", meta.id, meta.severity, meta.title());
    print(&all::ALL.iter().map(|rule| line(rule.meta())).collect::<String>())
}

/// Generated files.
pub(crate) fn generate(what: &Generate) -> Result<Outcome> {
    let mut command = Cli::command();
    let mut bytes = Vec::new();
    match what {
        Generate::Man => clap_mangen::Man::new(command).render(&mut bytes)?,
        Generate::Completions { shell } => {
            clap_complete::generate(*shell, &mut command, "connlint", &mut bytes)
        }
        Generate::Schema { of: SchemaOf::Config } => bytes.extend(config::schema()?.into_bytes()),
        Generate::Schema { of: SchemaOf::Jsonl } => {
            bytes.extend(connlint_report::jsonl_schema().into_bytes())
        }
        Generate::Schema { of: SchemaOf::Merge } => {
            bytes.extend(connlint_report::merged_schema().into_bytes())
        }
        Generate::Schema { of: SchemaOf::Json } => bytes.extend(connlint_report::json_schema().into_bytes()),
    }
    print(&String::from_utf8_lossy(&bytes))
}

/// A rule's page in Markdown, as `docs/rules` holds it.
pub(crate) fn page(meta: &RuleMeta) -> String {
    let mut lines = meta.docs.lines().map(|line| line.strip_prefix(' ').unwrap_or(line));
    let title = lines.next().unwrap_or_default();
    let body: Vec<&str> = lines.collect();
    let control = meta.control;
    let mut facts = vec![format!("severity {}", severities(meta)), format!("control {}", control.code)];
    facts.extend(control.cwe.map(|number| format!("CWE-{number}")));
    facts.extend(control.owasp_nhi.iter().map(|id| (*id).to_owned()));
    facts.push(format!("since {}", meta.since));
    format!("# {}\n\n{title}\n\n*{}*\n{}\n", meta.id, facts.join(" · "), body.join("\n").trim_end())
}

/// The severity, by risk tier where that makes a difference.
fn severities(meta: &RuleMeta) -> String {
    if meta.tiers.is_empty() {
        return meta.severity.to_string();
    }
    let tiers = [
        (Tier::Reads, "reading"),
        (Tier::Writes, "writing"),
        (Tier::Regulated, "regulated data"),
        (Tier::ManyAdmins, "many administrators"),
    ];
    let shown = tiers.map(|(tier, name)| match meta.severity_at(tier) {
        Some(severity) => format!("{severity} ({name})"),
        None => format!("not asked ({name})"),
    });
    shown.join(", ")
}

fn nearest(id: &str) -> String {
    let shared = |other: &str| other.split('-').filter(|word| id.split('-').any(|own| own == *word)).count();
    let best = all::ALL.iter().map(|rule| rule.meta().id).max_by_key(|other| shared(other));
    match best.filter(|best| shared(best) > 0) {
        Some(best) => format!("; did you mean `{best}`?"),
        None => "; `connlint rules` lists them".to_owned(),
    }
}

fn print(text: &str) -> Result<Outcome> {
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            Err(error).context("cannot write to standard output")
        }
        _ => Ok(Outcome::Clean),
    }
}
