//! The `check` command.

use std::collections::BTreeSet;
use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, Result};
use connlint_check::{Baseline, Review, Scope, Settings, rules};
use connlint_core::{Finding, HashKey, RuleMeta, Sources, Standing};
use connlint_model::Environment;
use connlint_report as report;
use ignore::gitignore::Gitignore;

use crate::args::{Check, Color, Format};
use crate::baseline;
use crate::change::{self, Ask, Changed};
use crate::config::{Config, fails_from, known_rules};
use crate::discover::{Found, below, discover, patterns};
use crate::git::{Repository, Version};
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
    let change = change_meant(args)?;
    if change.is_some() && wants_jsonl(args) {
        let why = "jsonl tells other repositories of the whole tree: leave out what compares versions";
        return Err(Usage(anyhow::anyhow!(why)).into());
    }
    match change {
        Some((base, head)) => check_change(args, &base, head, started),
        None => check_tree(args, started),
    }
}

/// The two versions that somebody wants compared, if that is what they want.
fn change_meant(args: &Check) -> Result<Option<(String, Version)>> {
    if let Some(base) = &args.base {
        return Ok(Some((base.clone(), if args.staged { Version::Index } else { Version::Worktree })));
    }
    if !args.staged {
        return Ok(None);
    }
    // What pre-commit sets for `--from-ref` and `--to-ref`: https://pre-commit.com/#environment-variables.
    let set = |name: &str| std::env::var(name).ok().filter(|it| !it.is_empty());
    if let (Some(from), Some(to)) = (set("PRE_COMMIT_FROM_REF"), set("PRE_COMMIT_TO_REF")) {
        return Ok(Some((from, Version::Commit(to))));
    }
    let repository = Repository::of(folder_of(&args.paths));
    let repository = repository.context("--staged needs a git repository").map_err(Usage)?;
    // Nothing is staged when a hook is run on all files: then all findings are asked for.
    let delta = repository.delta(&repository.head()?, &Version::Index)?;
    Ok((!delta.changed.is_empty()).then(|| ("HEAD".to_owned(), Version::Index)))
}

fn folder_of(paths: &[PathBuf]) -> &Path {
    let first = paths.first().map_or(Path::new("."), PathBuf::as_path);
    if first.is_dir() { first } else { first.parent().filter(|it| it.is_dir()).unwrap_or(Path::new(".")) }
}

/// Judges a change.
fn check_change(args: &Check, base: &str, head: Version, started: Instant) -> Result<Outcome> {
    if wants_jsonl(args) {
        return Err(Usage(anyhow::anyhow!("jsonl is of a whole repository, not of a change")).into());
    }
    let ask = Ask {
        folder: folder_of(&args.paths),
        base,
        head,
        config: args.config.as_deref(),
        only: args.only.iter().cloned().collect(),
        heed_suppressions: !args.no_suppressions,
        outcomes: args.outcomes,
        // Whoever commits wants to know of findings, and soon.
        access: false,
    };
    let Changed { judged, config, repository, .. } = change::judge(ask)?;
    let Judged { mut review, sources } = judged;
    if args.paths != [PathBuf::from(".")] {
        keep_touched(&mut review, &sources, &repository.top, &args.paths);
    }
    let failing = report(args, &review, &sources, &config, started)?;
    let outcome = outcome(&review, failing);
    std::mem::forget((review, sources));
    Ok(outcome)
}

/// Judges a tree as it is, and reports.
pub(crate) fn check_tree(args: &Check, started: Instant) -> Result<Outcome> {
    let (Judged { review, sources }, config) = judge_tree(args)?;
    let failing = report(args, &review, &sources, &config, started)?;
    if review.inventory.as_ref().is_some_and(|it| it.key_check.is_none()) {
        crate::say("note: CONNLINT_KEY is not set, so `merge` cannot compare secrets written in the code");
    }
    let outcome = outcome(&review, failing);
    // The process ends here; see the same in `pipeline`.
    std::mem::forget((review, sources));
    Ok(outcome)
}

/// Judges a tree as it is.
pub(crate) fn judge_tree(args: &Check) -> Result<(Judged, Config)> {
    let paths = if args.whole_repository || args.staged { whole(&args.paths) } else { args.paths.clone() };
    let tree = Tree::load(&paths, args.config.as_deref(), args.no_ignore)?;
    let only = args.only.iter().cloned().collect();
    let mut settings = settings(&tree.config, only, !args.no_suppressions, args.outcomes)?;
    if wants_jsonl(args) {
        let folder = folder_of(&paths);
        let top = Repository::of(folder).map(|it| it.top);
        settings.inventory = Some(inventory(args.repository.as_deref(), &paths, folder, top.as_deref())?);
    }
    let progress = Progress::new(tree.found.entries.len());
    let Judged { mut review, sources } = judge(&tree.found, &tree.around, &args.plan, &settings, &progress)?;
    progress.finish();
    mark_baselined(&mut review, &baseline::load(&tree.config, &tree.root).map_err(Usage)?);
    if args.whole_repository {
        keep_touched(&mut review, &sources, Path::new(""), &args.paths);
    }
    std::mem::forget(tree.found);
    Ok((Judged { review, sources }, tree.config))
}

/// A tree as it is, and what is said of it.
pub(crate) struct Tree {
    /// Its files.
    pub(crate) found: Found,
    /// Its configuration.
    pub(crate) config: Config,
    /// Where the configuration's patterns are seen from.
    pub(crate) root: PathBuf,
    /// What the files alone do not say.
    pub(crate) around: Surroundings,
}

impl Tree {
    /// The tree of some paths.
    pub(crate) fn load(paths: &[PathBuf], config: Option<&Path>, no_ignore: bool) -> Result<Self> {
        let folder =
            paths.first().filter(|path| path.is_dir()).cloned().unwrap_or_else(|| PathBuf::from("."));
        let top = Repository::of(&folder).map(|it| it.top);
        let places: Vec<PathBuf> = [Some(folder.clone()), top.clone()].into_iter().flatten().collect();
        let (config, root) = Config::load(config, &places).map_err(Usage)?;
        let found = discover(paths, &root, &config.exclude, no_ignore).map_err(Usage)?;
        // Logical paths start at the folder, if there is only one.
        let base = if paths.len() == 1 { folder.clone() } else { PathBuf::from(".") };
        let around = surroundings(&config, &root, &base, top.as_deref())?;
        Ok(Self { found, config, root, around })
    }
}

/// Marks what the baseline lists.
fn mark_baselined(review: &mut Review, baseline: &Baseline) {
    for finding in review.findings.iter_mut().filter(|it| baseline.lists(it)) {
        finding.standing = Standing::Baselined;
    }
}

/// What every rule says of itself.
pub(crate) fn metas() -> Vec<&'static RuleMeta> {
    rules::ALL.iter().map(|rule| rule.meta()).collect()
}

/// What a report is made of, but for time and threshold.
pub(crate) fn context<'a>(
    review: &'a Review,
    sources: &'a Sources,
    rules: &'a [&'static RuleMeta],
) -> report::Context<'a> {
    let version = env!("CARGO_PKG_VERSION");
    report::Context { review, sources, rules, elapsed: None, fail_on: None, version }
}

/// Writes every report; gives how many findings fail the run.
fn report(
    args: &Check,
    review: &Review,
    sources: &Sources,
    config: &Config,
    started: Instant,
) -> Result<usize> {
    let metas = metas();
    let context = report::Context {
        elapsed: Some(started.elapsed()),
        fail_on: fails_from(args.fail_on.map(|it| it.0), config),
        ..context(review, sources, &metas)
    };
    write(args, &context)?;
    Ok(context.failing())
}

pub(crate) fn outcome(review: &Review, failing: usize) -> Outcome {
    if review.files_read == 0 && failing == 0 {
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
            let top = Repository::of(folder).map(|it| it.top);
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

/// Leaves the findings that have a place in one of the paths; the paths of the findings are seen from `top`.
fn keep_touched(review: &mut Review, sources: &Sources, top: &Path, paths: &[PathBuf]) {
    let absolute = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let given: Vec<PathBuf> = paths.iter().map(|path| absolute(path)).collect();
    // Whatever way a path is written, it means one place.
    let touched = |path: &str| {
        let path = absolute(&top.join(path));
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

/// How the rules are run.
pub(crate) fn settings(
    config: &Config,
    only: BTreeSet<String>,
    heed_suppressions: bool,
    outcomes: bool,
) -> Result<Settings> {
    let suppressions = Scope {
        today: change::today()?,
        reason: config.suppressions.require_reason,
        until: config.suppressions.require_end_date,
    };
    Ok(Settings { levels: config.levels(), only, suppressions, heed_suppressions, outcomes, inventory: None })
}

fn surroundings(config: &Config, root: &Path, base: &Path, top: Option<&Path>) -> Result<Surroundings> {
    Ok(Surroundings {
        owners: Owners::load(root, base, top.unwrap_or(base), config.owners.iter()).map_err(Usage)?,
        above: below(root, base),
        environments: environments(config, root)?,
        key: HashKey::from_passphrase(&std::env::var("CONNLINT_KEY").unwrap_or_default()),
    })
}

/// The environments of paths that the configuration names.
pub(crate) fn environments(config: &Config, root: &Path) -> Result<Vec<(Gitignore, Environment)>> {
    let named = config.environments.iter().filter_map(|(path, name)| Some((path, Environment::named(name)?)));
    let read = named.map(|(path, it)| Ok((patterns(root, &[path])?, it))).collect::<Result<Vec<_>>>();
    Ok(read.map_err(Usage)?)
}

fn write(args: &Check, context: &report::Context<'_>) -> Result<()> {
    write_outputs(&args.output, context)?;
    print(&render(args.format, context, style(args.color)))
}

/// Writes reports to files.
pub(crate) fn write_outputs(outputs: &[(Format, PathBuf)], context: &report::Context<'_>) -> Result<()> {
    for (format, path) in outputs {
        let text = render(*format, context, plain());
        std::fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))?;
    }
    Ok(())
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
