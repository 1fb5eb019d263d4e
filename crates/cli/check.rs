//! The `check` command.

use std::collections::BTreeSet;
use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::time::{Instant, SystemTime};

use anyhow::{Context, Result};
use connlint_check::{Date, Review, Scope, Settings, rules};
use connlint_core::{Finding, HashKey, RuleMeta, Sources};
use connlint_model::Environment;
use connlint_report as report;

use crate::args::{Check, Color, Format};
use crate::config::{Config, fails_from, known_rules};
use crate::discover::{Found, below, discover, git_top, patterns};
use crate::owners::Owners;
use crate::pipeline::{Judged, Surroundings, judge};
use crate::progress::Progress;
use crate::repository::inventory;

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Nothing at or above the severity that fails.
    Clean,
    /// Something at or above it.
    Findings,
    /// Nothing was read.
    NothingRead,
    /// Part of the job could not be done, and has been reported.
    Failed,
}

/// Wrong usage or configuration, as opposed to a job that failed.
#[derive(Debug)]
pub(crate) struct Usage(pub(crate) anyhow::Error);

impl std::fmt::Display for Usage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:#}", self.0)
    }
}

impl std::error::Error for Usage {}

pub(crate) fn check(args: &Check) -> Result<Outcome> {
    let started = Instant::now();
    known_rules(&args.only).map_err(Usage)?;
    let paths = if args.whole_repository { whole(&args.paths) } else { args.paths.clone() };
    let folder = paths.first().filter(|path| path.is_dir()).cloned().unwrap_or_else(|| PathBuf::from("."));
    let top = git_top(&folder);
    let places: Vec<PathBuf> = [Some(folder.clone()), top.clone()].into_iter().flatten().collect();
    let (config, root) = Config::load(args.config.as_deref(), &places).map_err(Usage)?;
    let found = discover(&paths, &root, &config.exclude, args.no_ignore).map_err(Usage)?;
    let mut settings = settings(args, &config)?;
    if wants_jsonl(args) {
        settings.inventory = Some(inventory(args.repository.as_deref(), &paths, &folder, top.as_deref())?);
    }
    // Logical paths start at the folder, if there is only one.
    let base = if paths.len() == 1 { folder.clone() } else { PathBuf::from(".") };
    let around = surroundings(args, &config, &root, &base, top.as_deref())?;
    let progress = Progress::new(found.entries.len());
    let Judged { mut review, sources } = judge(&found, &around, &settings, &progress)?;
    progress.finish();
    if args.whole_repository {
        keep_touched(&mut review, &sources, &args.paths);
    }
    let metas: Vec<&'static RuleMeta> = rules::ALL.iter().map(|rule| rule.meta()).collect();
    let fail_on = fails_from(args.fail_on.map(|it| it.0), &config);
    let context = report::Context {
        review: &review,
        sources: &sources,
        rules: &metas,
        elapsed: Some(started.elapsed()),
        fail_on,
        version: env!("CARGO_PKG_VERSION"),
    };
    write(args, &context)?;
    if context.review.inventory.as_ref().is_some_and(|it| it.key_check.is_none()) {
        crate::say("note: CONNLINT_KEY is not set, so `merge` cannot compare secrets written in the code");
    }
    let outcome = outcome(&review, &found, context.failing());
    // The process ends here; see the same in `pipeline`.
    std::mem::forget((review, sources, found));
    Ok(outcome)
}

fn outcome(review: &Review, found: &Found, failing: usize) -> Outcome {
    if review.files_read == 0 && !found.entries.iter().any(|_| failing > 0) {
        Outcome::NothingRead
    } else if failing > 0 {
        Outcome::Findings
    } else {
        Outcome::Clean
    }
}

/// The repositories that hold the paths; a path outside any repository stands for itself.
fn whole(paths: &[PathBuf]) -> Vec<PathBuf> {
    let here = PathBuf::from(".");
    let tops: BTreeSet<PathBuf> = paths
        .iter()
        .map(|path| {
            let folder = if path.is_dir() {
                path.as_path()
            } else {
                path.parent().filter(|it| !it.as_os_str().is_empty()).unwrap_or(Path::new("."))
            };
            let top = git_top(folder);
            // The usual case reads better as relative paths.
            match (top, here.canonicalize()) {
                (Some(top), Ok(current)) if top == current => here.clone(),
                (Some(top), _) => top,
                (None, _) => here.clone(),
            }
        })
        .collect();
    if tops.is_empty() { vec![here] } else { tops.into_iter().collect() }
}

/// Leaves the findings that have a place in one of the paths.
fn keep_touched(review: &mut Review, sources: &Sources, paths: &[PathBuf]) {
    let absolute = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let given: Vec<PathBuf> = paths.iter().map(|path| absolute(path)).collect();
    // Whatever way a path is written, it means one place.
    let touched = |path: &str| {
        let path = absolute(Path::new(path));
        given.iter().any(|it| path.starts_with(it))
    };
    let concerns = |finding: &Finding| {
        let places = std::iter::once(&finding.primary).chain(finding.related.iter().map(|it| &it.location));
        places
            .flat_map(|at| std::iter::once(at.span).chain(at.via.iter().copied()))
            .any(|span| touched(sources.path(span.file)))
    };
    review.findings.retain(concerns);
    review.unread.retain(|it| touched(&it.path));
}

fn settings(args: &Check, config: &Config) -> Result<Settings> {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).context("the clock is before 1970")?;
    Ok(Settings {
        levels: config.levels(),
        only: args.only.iter().cloned().collect(),
        suppressions: Scope {
            today: Date::from_days(now.as_secs() / 86_400),
            reason: config.suppressions.require_reason,
            until: config.suppressions.require_end_date,
        },
        heed_suppressions: !args.no_suppressions,
        outcomes: args.outcomes,
        inventory: None,
    })
}

fn surroundings(
    args: &Check,
    config: &Config,
    root: &Path,
    base: &Path,
    top: Option<&Path>,
) -> Result<Surroundings> {
    let named = config.environments.iter().filter_map(|(path, name)| Some((path, Environment::named(name)?)));
    let environments = named.map(|(path, it)| Ok((patterns(root, &[path])?, it))).collect::<Result<Vec<_>>>();
    Ok(Surroundings {
        owners: Owners::load(root, base, top.unwrap_or(base), config.owners.iter()).map_err(Usage)?,
        above: below(root, base),
        environments: environments.map_err(Usage)?,
        key: HashKey::from_passphrase(&std::env::var("CONNLINT_KEY").unwrap_or_default()),
        plans: args.plan.clone(),
    })
}

fn write(args: &Check, context: &report::Context<'_>) -> Result<()> {
    for (format, path) in &args.output {
        let text = render(*format, context, plain());
        std::fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))?;
    }
    print(&render(args.format, context, style(args.color)))
}

fn wants_jsonl(args: &Check) -> bool {
    args.format == Format::Jsonl || args.output.iter().any(|(format, _)| *format == Format::Jsonl)
}

/// Writes to standard output.
pub(crate) fn print(text: &str) -> Result<()> {
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        // A reader such as `head` has seen enough.
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        done => done.context("cannot write to standard output"),
    }
}

fn render(format: Format, context: &report::Context<'_>, style: report::Style) -> String {
    match format {
        Format::Text => report::text(context, style),
        Format::Json => report::json(context),
        Format::Sarif => report::sarif(context),
        Format::Github => report::github(context),
        Format::Jsonl => report::jsonl(context),
    }
}

/// For files: as wide as a mail, without colour.
pub(crate) fn plain() -> report::Style {
    report::Style { color: false, unicode: true, links: false, width: 100 }
}

pub(crate) fn style(color: Color) -> report::Style {
    let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let terminal = std::io::stdout().is_terminal();
    let dumb = std::env::var("TERM").is_ok_and(|it| it == "dumb" || it == "linux");
    let color = match color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => (terminal || set("CLICOLOR_FORCE")) && !set("NO_COLOR") && !dumb,
    };
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"]
        .into_iter()
        .find_map(|name| std::env::var(name).ok().filter(|it| !it.is_empty()));
    let unicode = !dumb && (!terminal || locale.is_none_or(|it| it.to_ascii_lowercase().contains("utf")));
    let modern = ["TERM_PROGRAM", "VTE_VERSION", "WT_SESSION", "KITTY_WINDOW_ID", "KONSOLE_VERSION"]
        .into_iter()
        .any(set);
    let columns = std::env::var("COLUMNS").ok().and_then(|it| it.parse().ok());
    let measured = terminal_size::terminal_size().map(|(width, _)| usize::from(width.0)).filter(|_| terminal);
    let width = measured.or(columns).unwrap_or(100).clamp(40, 120);
    report::Style { color, unicode, links: terminal && modern && !dumb, width }
}
