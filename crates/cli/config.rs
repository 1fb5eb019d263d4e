//! `connlint.yaml`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use connlint_check::{Level, rules};
use connlint_core::Severity;
use schemars::JsonSchema;
use serde::Deserialize;

/// Configuration of connlint.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub(crate) struct Config {
    /// Files and folders not to read, in the syntax of .gitignore.
    pub(crate) exclude: Vec<String>,
    /// The least severity that fails a run.
    pub(crate) fail_on: Option<FailOn>,
    /// Level of a rule by its id: `off`, or the severity its findings get.
    #[schemars(schema_with = "rule_levels")]
    pub(crate) rules: BTreeMap<String, RuleLevel>,
    /// Owner of files by path, in the syntax of .gitignore; the last match wins, and CODEOWNERS counts after it.
    pub(crate) owners: BTreeMap<String, String>,
    /// Environment of files by path, in the syntax of .gitignore, such as `live/eu/: production`.
    pub(crate) environments: BTreeMap<String, String>,
    /// What suppression comments must say.
    pub(crate) suppressions: Suppressions,
    /// The file that lists known findings [default: connlint.baseline beside this file].
    pub(crate) baseline: Option<PathBuf>,
}

/// What suppression comments must say.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub(crate) struct Suppressions {
    /// Whether a reason (` -- REASON`) is required.
    pub(crate) require_reason: bool,
    /// Whether an end date (`until YYYY-MM-DD`) is required.
    pub(crate) require_end_date: bool,
    /// Whether a change may bring the suppressions for what it brings; else they have to be merged before it.
    pub(crate) accept_in_change: bool,
}

impl Default for Suppressions {
    fn default() -> Self {
        Self { require_reason: true, require_end_date: true, accept_in_change: false }
    }
}

/// A severity, or never.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum FailOn {
    /// No finding fails a run.
    Never,
    /// Everything fails a run.
    Low,
    /// Medium, high and critical findings do.
    Medium,
    /// High and critical findings do.
    High,
    /// Only critical findings do.
    Critical,
}

/// What findings of a rule count as.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum RuleLevel {
    /// The rule does not run.
    Off,
    /// Low severity.
    Low,
    /// Medium severity.
    Medium,
    /// High severity.
    High,
    /// Critical severity.
    Critical,
}

/// Name of the file.
pub(crate) const NAME: &str = "connlint.yaml";

impl Config {
    /// The file given, or the one in the first of these folders that has one; the default without either.
    ///
    /// Its patterns are seen from the second value: the last of the folders (the repository), unless the file lies
    /// in another of them.
    pub(crate) fn load(given: Option<&Path>, folders: &[PathBuf]) -> Result<(Self, PathBuf)> {
        let last = folders.last().cloned().unwrap_or_else(|| PathBuf::from("."));
        let found = folders.iter().find(|folder| folder.join(NAME).is_file());
        let is_link = |path: &Path| std::fs::symlink_metadata(path).is_ok_and(|it| it.is_symlink());
        if let Some(link) = found.map(|folder| folder.join(NAME)).filter(|it| given.is_none() && is_link(it))
        {
            // A mistake in it would be shown, wherever the link leads.
            bail!("{} is a link, which is not followed: give the file with --config", link.display());
        }
        let root = found.filter(|_| given.is_none()).unwrap_or(&last).clone();
        let Some(path) = given.map(Path::to_owned).or(found.map(|folder| folder.join(NAME))) else {
            return Ok((Self::default(), root));
        };
        let text =
            std::fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
        Ok((Self::read(&path, &text)?, root))
    }

    /// Reads the text of a configuration file; `path` is for messages.
    pub(crate) fn read(path: &Path, text: &str) -> Result<Self> {
        Self::parse(text).map_err(|error| anyhow::anyhow!("{}", error.render(path, text)))
    }

    /// Reads the text of a configuration file.
    pub(crate) fn parse(text: &str) -> Result<Self, Mistake> {
        if text.lines().all(|line| line.trim().is_empty() || line.trim_start().starts_with('#')) {
            return Ok(Self::default());
        }
        let config: Self = serde_yaml::from_str(text).map_err(|error| Mistake {
            at: error.location().map(|it| (it.line(), it.column())),
            message: error.to_string().split(" at line ").next().unwrap_or_default().to_owned(),
        })?;
        let known = |id: &str| rules::ALL.iter().any(|rule| rule.meta().id == id);
        if let Some(id) = config.rules.keys().find(|id| !known(id)) {
            return Err(Mistake::at_word(
                text,
                id,
                format!("no rule is called `{id}`; `connlint rules` lists them"),
            ));
        }
        for name in config.environments.values() {
            if connlint_model::Environment::named(name).is_none() {
                let known = "production, staging, development, test or local";
                return Err(Mistake::at_word(
                    text,
                    name,
                    format!("`{name}` is no environment: expected {known}"),
                ));
            }
        }
        Ok(config)
    }

    /// Levels in the form that rules are run with.
    pub(crate) fn levels(&self) -> BTreeMap<String, Level> {
        let level = |it: &RuleLevel| match it {
            RuleLevel::Off => Level::Off,
            RuleLevel::Low => Level::At(Severity::Low),
            RuleLevel::Medium => Level::At(Severity::Medium),
            RuleLevel::High => Level::At(Severity::High),
            RuleLevel::Critical => Level::At(Severity::Critical),
        };
        self.rules.iter().map(|(id, it)| (id.clone(), level(it))).collect()
    }

    /// The severity that fails a run, if the file says so; the inner `None` is never.
    pub(crate) fn fail_on(&self) -> Option<Option<Severity>> {
        Some(match self.fail_on? {
            FailOn::Never => None,
            FailOn::Low => Some(Severity::Low),
            FailOn::Medium => Some(Severity::Medium),
            FailOn::High => Some(Severity::High),
            FailOn::Critical => Some(Severity::Critical),
        })
    }
}

/// The JSON Schema of the file, with the rule ids there are.
pub(crate) fn schema() -> Result<String> {
    let mut schema = schemars::schema_for!(Config);
    schema.insert("title".to_owned(), "connlint.yaml".into());
    Ok(serde_json::to_string_pretty(&schema)? + "\n")
}

fn rule_levels(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
    let level = generator.subschema_for::<RuleLevel>();
    let properties: serde_json::Map<String, serde_json::Value> = rules::ALL
        .iter()
        .map(|rule| {
            (
                rule.meta().id.to_owned(),
                serde_json::json!({ "description": rule.meta().title(), "allOf": [level] }),
            )
        })
        .collect();
    schemars::json_schema!({
        "description": "Level of a rule by its id: `off`, or the severity its findings get.",
        "type": "object",
        "properties": properties,
        "additionalProperties": false
    })
}

/// A mistake in the file.
#[derive(Debug)]
pub(crate) struct Mistake {
    at: Option<(usize, usize)>,
    message: String,
}

impl Mistake {
    fn at_word(text: &str, word: &str, message: String) -> Self {
        let at = text
            .lines()
            .enumerate()
            .find_map(|(line, it)| it.find(word).map(|column| (line + 1, column + 1)));
        Self { at, message }
    }

    /// The mistake as people want to see it: place, line, mark.
    fn render(&self, path: &Path, text: &str) -> String {
        let path = path.display();
        let Some((line, column)) = self.at else { return format!("{path}: {}", self.message) };
        let shown = text.lines().nth(line - 1).unwrap_or_default();
        let gutter = line.to_string().len();
        let mark = " ".repeat(column.saturating_sub(1));
        format!(
            "{path}:{line}:{column}: {}\n{:gutter$} |\n{line} | {shown}\n{:gutter$} | {mark}^",
            self.message, "", ""
        )
    }
}

/// A severity word on the command line wins over the file, the file over the default.
pub(crate) fn fails_from(typed: Option<Option<Severity>>, config: &Config) -> Option<Severity> {
    typed.or(config.fail_on()).unwrap_or(Some(Severity::High))
}

/// Checks that every rule named on the command line exists.
pub(crate) fn known_rules(ids: &[String]) -> Result<()> {
    for id in ids {
        if !rules::ALL.iter().any(|rule| rule.meta().id == id) {
            bail!("no rule is called `{id}`; `connlint rules` lists them");
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mistakes_point_at_their_line() {
        let text = "fail-on: high\nrules:\n  hardcoded-secrets: off\n";
        let mistake = Config::parse(text).unwrap_err();
        let shown = mistake.render(Path::new("connlint.yaml"), text);
        assert!(shown.starts_with("connlint.yaml:3:3: no rule is called `hardcoded-secrets`"), "{shown}");
        let mistake = Config::parse("excludes: [a]\n").unwrap_err();
        assert!(mistake.message.contains("unknown field `excludes`"), "{}", mistake.message);
        assert!(Config::parse("# nothing\n").is_ok() && Config::parse("").is_ok());
    }
}
