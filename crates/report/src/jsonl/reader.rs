//! Reads results back, one line after the other. The lines come from strangers: numbers, lengths and characters are
//! bounded here, so that nothing behind this has to care.

use std::borrow::Cow;
use std::collections::HashMap;

use connlint_check::Realm;
use connlint_check::merge::{Entry, Repository, Role, Use};
use connlint_core::Severity;

use super::SCHEMA_VERSION;
use super::wire::{self, Line, Text};
use crate::escape::visible;

/// What is read at most.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Bytes of a line.
    pub line: usize,
    /// Lines of one result.
    pub lines: usize,
}

impl Limits {
    /// Enough for a repository a hundred times as large as any that is known, and no more.
    pub const USUAL: Self = Self { line: 1 << 20, lines: 2_000_000 };
}

/// Characters of a text; nothing that people have to read is longer.
const LONGEST: usize = 500;
/// Texts of a list.
const MOST: usize = 200;

/// Why a result cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// The file.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// What is wrong: lower case, no full stop.
    pub message: String,
}

/// Takes the lines of one file and gives its results, each with the line it starts at.
#[derive(Debug)]
pub struct Reader {
    limits: Limits,
    /// Number of the last line.
    line: usize,
    open: Option<Open>,
    /// Whether lines are passed over, up to the next header.
    lost: bool,
    results: Vec<(usize, Repository)>,
    problems: Vec<(usize, String)>,
}

/// A result whose end has not come yet.
#[derive(Debug, Default)]
struct Open {
    start: usize,
    repository: Repository,
    /// Indexes of connectors by id.
    by_id: HashMap<String, usize>,
    credentials: usize,
    findings: usize,
}

impl Reader {
    /// A reader at the start of a file.
    pub fn new(limits: Limits) -> Self {
        let (results, problems) = (Vec::new(), Vec::new());
        Self { limits, line: 0, open: None, lost: false, results, problems }
    }

    /// Takes the next line, without its line break; nothing for one that is longer than the limit.
    pub fn push(&mut self, line: Option<&[u8]>) {
        self.line += 1;
        let line = match line {
            Some(line) if line.len() <= self.limits.line => line.trim_ascii(),
            _ => return self.lose(format!("the line is longer than {} bytes", self.limits.line)),
        };
        if line.is_empty() {
            return;
        }
        match serde_json::from_slice(line) {
            Ok(Line::Header(header)) => self.begin(&header),
            Ok(_) if self.lost => {}
            Ok(line) => {
                if let Err(message) = self.take(line) {
                    self.lose(message);
                }
            }
            // The message of the parser may quote the line.
            Err(error) => self.lose(format!("no line of a connlint result (column {})", error.column())),
        }
    }

    /// Ends the file.
    pub fn finish(mut self, file: &str) -> (Vec<(usize, Repository)>, Vec<Problem>) {
        let unfinished = self.unfinished();
        self.problems.extend(unfinished);
        if self.results.is_empty() && self.problems.is_empty() {
            self.problems.push((1, "the file holds no result".to_owned()));
        }
        let file = clean(file);
        let problem = |(line, message)| Problem { file: file.clone(), line, message };
        (self.results, self.problems.into_iter().map(problem).collect())
    }

    fn begin(&mut self, header: &wire::Header) {
        let unfinished = self.unfinished();
        self.problems.extend(unfinished);
        self.lost = false;
        if header.schema_version != SCHEMA_VERSION {
            let (own, other) = (SCHEMA_VERSION, header.schema_version);
            return self.lose(format!("schema version {other}; this connlint reads version {own}"));
        }
        if header.repository.trim().is_empty() {
            return self.lose("the repository has no name".to_owned());
        }
        let name = clean(&header.repository);
        let key_check = option(header.key_check.as_ref());
        let repository = Repository { name, key_check, ..Repository::default() };
        self.open = Some(Open { start: self.line, repository, ..Open::default() });
    }

    fn take(&mut self, line: Line<'_>) -> Result<(), String> {
        let open = self.open.as_mut().ok_or("the result does not begin with a header")?;
        if self.line - open.start >= self.limits.lines {
            return Err(format!("the result has more than {} lines", self.limits.lines));
        }
        match line {
            Line::Header(_) => {}
            Line::Connector(it) => {
                let entry = entry(&it);
                open.by_id.entry(entry.id.clone()).or_insert(open.repository.connectors.len());
                open.repository.connectors.push(entry);
            }
            Line::Credential(it) => {
                open.credentials += 1;
                open.repository.uses.extend(credential(&it)?);
            }
            Line::Finding(it) => open.finding(&it)?,
            Line::End(end) => {
                let found = [open.repository.connectors.len(), open.credentials, open.findings];
                if found != [end.connectors, end.credentials, end.findings] {
                    return Err("the result lacks lines: its end counts others".to_owned());
                }
                open.repository.not_read = end.files_not_read;
                self.results.extend(self.open.take().map(|it| (it.start, it.repository)));
            }
        }
        Ok(())
    }

    /// Gives the result up.
    fn lose(&mut self, message: String) {
        if !self.lost {
            self.problems.push((self.line, message));
        }
        (self.open, self.lost) = (None, true);
    }

    fn unfinished(&mut self) -> Option<(usize, String)> {
        let open = self.open.take()?;
        Some((self.line, format!("the result of {} ends without its last line", open.repository.name)))
    }
}

impl Open {
    fn finding(&mut self, it: &wire::Finding) -> Result<(), String> {
        self.findings += 1;
        let severity: Severity = it.severity.parse().map_err(|_| "a severity that is none")?;
        if it.suppressed {
            return Ok(());
        }
        self.repository.findings.add(severity);
        for id in &it.connectors {
            let index = self.by_id.get(&clean(&id.0));
            if let Some(connector) = index.and_then(|index| self.repository.connectors.get_mut(*index)) {
                connector.findings.add(severity);
            }
        }
        Ok(())
    }
}

fn entry(it: &wire::Connector) -> Entry {
    Entry {
        id: clean(&it.id),
        system: clean(&it.system),
        environment: option(it.environment.as_ref()),
        owners: list(&it.owners),
        credentials: list(&it.credentials),
        path: clean(&it.path),
        line: it.line,
        findings: connlint_check::merge::Counts::default(),
    }
}

/// The use, if another repository may know its credential.
fn credential(it: &wire::Credential) -> Result<Option<Use>, String> {
    let number = |text: &Text| {
        let plain = text.0.len() == 32 && text.0.bytes().all(|b| b.is_ascii_hexdigit());
        u128::from_str_radix(&text.0, 16).ok().filter(|_| plain).ok_or("a join key that is none")
    };
    let join = it.join.as_ref().map(number).transpose()?;
    let field = it.field.as_ref().map(number).transpose()?;
    let realm =
        Realm::ALL.into_iter().find(|realm| realm.as_str() == it.realm).ok_or("a realm that is none")?;
    let Some(join) = join.filter(|_| realm != Realm::Repository) else { return Ok(None) };
    Ok(Some(Use {
        join,
        field,
        realm,
        name: clean(&it.name),
        literal: it.kind == "literal",
        role: match &*it.role {
            "consumer" => Role::Consumer,
            "issuer" => Role::Issuer,
            _ => Role::Other,
        },
        setting: clean(&it.setting),
        trial: it.trial,
        connector: option(it.connector.as_ref()),
        system: clean(&it.system),
        environment: option(it.environment.as_ref()),
        owners: list(&it.owners),
        path: clean(&it.path),
        line: it.line,
        address: clean(&it.address),
    }))
}

fn option(text: Option<&Text>) -> Option<String> {
    text.map(|it| clean(&it.0))
}

fn list(texts: &[Text]) -> Vec<String> {
    texts.iter().take(MOST).map(|it| clean(&it.0)).collect()
}

/// The text with its end cut off, where it is too long, and with what drives terminals spelled out.
fn clean(text: &str) -> String {
    let cut = text.char_indices().nth(LONGEST).and_then(|(at, _)| text.get(..at));
    match cut {
        Some(start) => format!("{}…", visible(start)),
        None => Cow::into_owned(visible(text)),
    }
}
