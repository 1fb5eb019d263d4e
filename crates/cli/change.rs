//! Judging a change: which two versions are compared, and by whose rules.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use connlint_check::{Baseline, Date, GateEdit};
use connlint_core::HashKey;
use connlint_model::Purpose;

use connlint_report as report;

use crate::args::{Diff, DiffFormat};
use crate::baseline;
use crate::check::{Outcome, Usage, context, environments, metas, print, settings, style};
use crate::config::{Config, NAME};
use crate::discover::own_text;
use crate::git::{Repository, Version};
use crate::owners::Owners;
use crate::pipeline::{Judged, Surroundings, judge_change};
use crate::progress::Progress;
use crate::versions::Versions;

/// The versions that somebody asked to compare.
#[derive(Clone, Debug)]
pub(crate) struct Ask<'a> {
    /// A folder of the repository.
    pub(crate) folder: &'a Path,
    /// What the change is compared with: it counts from where the two parted.
    pub(crate) base: &'a str,
    /// What is judged.
    pub(crate) head: Version,
    /// Configuration file, if it is not the usual one.
    pub(crate) config: Option<&'a Path>,
    /// The only rules to run.
    pub(crate) only: BTreeSet<String>,
    /// Whether suppressions hold at all.
    pub(crate) heed_suppressions: bool,
    /// Whether to list what passes, too.
    pub(crate) outcomes: bool,
    /// Whether to tell what the change does to access.
    pub(crate) access: bool,
}

/// A judged change.
pub(crate) struct Changed {
    /// Findings, each with its standing, and the comparison.
    pub(crate) judged: Judged,
    /// Configuration of the base.
    pub(crate) config: Config,
    /// The repository.
    pub(crate) repository: Repository,
    /// The commit that the change starts from.
    #[cfg(feature = "github")]
    pub(crate) start: String,
}

/// Judges a change by the configuration, suppressions and baseline of its base.
pub(crate) fn judge(ask: Ask<'_>) -> Result<Changed> {
    let repository = Repository::of(ask.folder)
        .with_context(|| {
            format!("{} is in no git repository, so there is nothing to compare", ask.folder.display())
        })
        .map_err(Usage)?;
    let head = match &ask.head {
        Version::Commit(id) => Version::Commit(repository.commit(id).map_err(Usage)?),
        other => other.clone(),
    };
    let tip = match ask.base {
        "HEAD" => repository.head()?,
        other => repository.commit(other).map_err(Usage)?,
    };
    let current = match &head {
        Version::Commit(id) => id.clone(),
        _ => repository.head()?,
    };
    // What others merged since the two parted is not this change's doing. The rules are those of today.
    let start = repository.merge_base(&current, &tip).unwrap_or_else(|| tip.clone());
    let rules = Rules { repository: &repository, given: ask.config, tip: &tip, head: &head };
    let config = rules.config()?;
    let (baseline, mut edits) = rules.baseline(&config)?;
    edits.extend(rules.config_edits()?);
    let settings = settings(&config, ask.only, ask.heed_suppressions, ask.outcomes)?;
    let versions = Versions::list(&repository, &start, &head, &config.exclude)?;
    let new = rules.surroundings(&config, |path| rules.text(path))?;
    let old = rules.surroundings(&config, |path| repository.text(&start, path))?;
    let progress = Progress::new(versions.found.entries.len());
    let consent = config.suppressions.accept_in_change;
    let purpose = if ask.access { Purpose::Compare } else { Purpose::Check };
    let mut judged =
        judge_change((&versions, purpose), [&new, &old], &settings, &baseline, consent, &progress);
    progress.finish();
    if let Some(comparison) = &mut judged.review.comparison {
        let short = repository.short(&start);
        let parted = if start == tip { "" } else { "where it parted from " };
        comparison.base = match ask.base {
            base if start.starts_with(base) => short,
            base => format!("{parted}{base} ({short})"),
        };
        comparison.edits.extend(edits);
        comparison.edits.sort();
    }
    std::mem::forget(versions);
    Ok(Changed {
        judged,
        config,
        repository,
        #[cfg(feature = "github")]
        start,
    })
}

/// The `diff` command.
pub(crate) fn diff(args: &Diff) -> Result<Outcome> {
    let head = args.head.clone().map_or(Version::Worktree, Version::Commit);
    let ask = Ask {
        folder: Path::new("."),
        base: &args.base,
        head,
        config: args.config.as_deref(),
        only: BTreeSet::new(),
        heed_suppressions: true,
        outcomes: false,
        access: true,
    };
    let Judged { review, sources } = judge(ask)?.judged;
    let metas = metas();
    let context = context(&review, &sources, &metas);
    print(&match args.format {
        DiffFormat::Text => report::changes(&context, style(args.color)),
        DiffFormat::Json => report::json_changes(&context),
    })?;
    std::mem::forget((review, sources));
    Ok(Outcome::Clean)
}

/// The rules of the gate, which are the base's.
struct Rules<'a> {
    repository: &'a Repository,
    given: Option<&'a Path>,
    tip: &'a str,
    head: &'a Version,
}

impl Rules<'_> {
    /// Path of the configuration within the repository; nothing if it lies elsewhere, out of reach of the change.
    fn path(&self) -> Option<String> {
        let Some(given) = self.given else { return Some(NAME.to_owned()) };
        let top = self.repository.top.canonicalize().ok()?;
        let folder = given.parent().filter(|it| !it.as_os_str().is_empty()).unwrap_or(Path::new("."));
        // The file itself may be one that the change deletes.
        let file = folder.canonicalize().ok()?.join(given.file_name()?);
        Some(file.strip_prefix(top).ok()?.to_string_lossy().replace('\\', "/"))
    }

    fn config(&self) -> Result<Config> {
        let Some(path) = self.path() else {
            return Ok(Config::load(self.given, std::slice::from_ref(&self.repository.top))
                .map_err(Usage)?
                .0);
        };
        let text = self.repository.text(self.tip, &path);
        if text.is_none() && self.given.is_some() && self.text(&path).is_none() {
            return Err(Usage(anyhow::anyhow!("cannot read {path}")).into());
        }
        let named = PathBuf::from(format!("{}:{path}", self.repository.short(self.tip)));
        Ok(Config::read(&named, &text.unwrap_or_default()).map_err(Usage)?)
    }

    /// The text of a file of the version that is judged.
    fn text(&self, path: &str) -> Option<String> {
        match self.head {
            Version::Worktree => own_text(&self.repository.top.join(path)),
            Version::Index => self.repository.staged_text(path),
            Version::Commit(id) => self.repository.text(id, path),
        }
    }

    /// The base's baseline, and what the change does to it.
    fn baseline(&self, config: &Config) -> Result<(Baseline, Vec<GateEdit>)> {
        let path = config
            .baseline
            .as_ref()
            .map_or_else(|| baseline::NAME.to_owned(), |it| crate::discover::shown(it));
        let read = |text: Option<String>| baseline::parse(&path, &text.unwrap_or_default()).map_err(Usage);
        let old = read(self.repository.text(self.tip, &path))?;
        let new = read(self.text(&path))?;
        let count = |n: usize| if n == 1 { "1 finding".to_owned() } else { format!("{n} findings") };
        let mut edits = Vec::new();
        if new.beyond(&old) > 0 {
            edits.push(format!(
                "adds {} to {path}, which is not in force in this change",
                count(new.beyond(&old))
            ));
        }
        if old.beyond(&new) > 0 {
            edits.push(format!("takes {} off {path}", count(old.beyond(&new))));
        }
        Ok((old, edits.into_iter().map(|message| GateEdit { message, at: None }).collect()))
    }

    /// What the change does to the configuration. One that cannot be read would stop every later run.
    fn config_edits(&self) -> Result<Vec<GateEdit>> {
        let Some(path) = self.path() else { return Ok(Vec::new()) };
        let (old, new) = (self.repository.text(self.tip, &path), self.text(&path));
        if old == new {
            return Ok(Vec::new());
        }
        Config::read(Path::new(&path), new.as_deref().unwrap_or_default()).map_err(Usage)?;
        let keys = changed_keys(old.as_deref().unwrap_or_default(), new.as_deref().unwrap_or_default());
        let message = match (old, new) {
            (None, _) => format!("adds {path}, which is in force once it is merged"),
            (_, None) => format!("deletes {path}, which is in force until this is merged"),
            _ if keys.is_empty() => return Ok(Vec::new()),
            _ => format!("changes {} in {path}, which is in force once it is merged", keys.join(", ")),
        };
        Ok(vec![GateEdit { message, at: None }])
    }

    fn surroundings(&self, config: &Config, read: impl Fn(&str) -> Option<String>) -> Result<Surroundings> {
        let top = &self.repository.top;
        Ok(Surroundings {
            owners: Owners::read(top, config.owners.iter(), read).map_err(Usage)?,
            above: String::new(),
            environments: environments(config, top)?,
            key: HashKey::from_passphrase(&std::env::var("CONNLINT_KEY").unwrap_or_default()),
        })
    }
}

/// Keys at the top of a configuration whose values differ, and below `rules` the rules.
fn changed_keys(old: &str, new: &str) -> Vec<String> {
    let read = |text: &str| serde_yaml::from_str::<serde_json::Value>(text).unwrap_or_default();
    let (old, new) = (read(old), read(new));
    let differing = |old: &serde_json::Value, new: &serde_json::Value| -> Vec<String> {
        let keys = [old, new].into_iter().filter_map(|it| it.as_object()).flat_map(|it| it.keys());
        let keys: BTreeSet<&String> = keys.filter(|key| old.get(key) != new.get(key)).collect();
        keys.into_iter().cloned().collect()
    };
    let mut keys: Vec<String> = differing(&old, &new).into_iter().filter(|key| key != "rules").collect();
    let rules = |it: &serde_json::Value| it.get("rules").cloned().unwrap_or_default();
    keys.extend(differing(&rules(&old), &rules(&new)).into_iter().map(|rule| format!("rules.{rule}")));
    keys.iter().map(|key| format!("`{key}`")).collect()
}

/// Today, by the clock of this machine.
pub(crate) fn today() -> Result<Date> {
    let now = std::time::SystemTime::now().duration_since(std::time::SystemTime::UNIX_EPOCH);
    Ok(Date::from_days(now.context("the clock is before 1970")?.as_secs() / 86_400))
}
