//! The `merge` command: reads the results of many repositories, and judges them together.

use std::collections::HashMap;
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use connlint_check::merge::{Repository, shared};
use connlint_core::Severity;
use connlint_report::{self as report, Limits, Merged, Problem, Reader};

use crate::args::{Merge, MergeFormat};
use crate::check::{Outcome, plain, print, style};
use crate::discover::shown;

/// A result, and where it begins.
struct Found {
    file: String,
    line: usize,
    repository: Repository,
}

pub(crate) fn merge(args: &Merge) -> Result<Outcome> {
    let files = files(&args.files)?;
    let (mut results, mut problems) = (Vec::new(), Vec::new());
    for file in &files {
        let (found, wrong) = read(file);
        results.extend(found);
        problems.extend(wrong);
    }
    one_a_repository(&mut results, &mut problems);
    one_key(&results, &mut problems);
    problems.sort();
    let repositories: Vec<Repository> = results.into_iter().map(|it| it.repository).collect();
    let shared = shared(&repositories);
    let merged = Merged {
        repositories: &repositories,
        shared: &shared,
        problems: &problems,
        fail_on: args.fail_on.map_or(Some(Severity::High), |it| it.0),
        version: env!("CARGO_PKG_VERSION"),
    };
    for (format, path) in &args.output {
        let text = render(*format, &merged, plain());
        std::fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))?;
    }
    print(&render(args.format, &merged, style(args.color)))?;
    for problem in &problems {
        crate::say(&format!("error: {}:{}: {}", problem.file, problem.line, problem.message));
    }
    Ok(match (merged.failing(), problems.len()) {
        (0, 0) => Outcome::Clean,
        (0, _) => Outcome::Failed,
        _ => Outcome::Findings,
    })
}

fn render(format: MergeFormat, merged: &Merged<'_>, style: report::Style) -> String {
    match format {
        MergeFormat::Text => report::merged_text(merged, style),
        MergeFormat::Json => report::merged_json(merged),
        MergeFormat::Markdown => report::merged_markdown(merged),
    }
}

/// The files that are meant: those given, and the `.jsonl` files in folders, each once and sorted.
fn files(given: &[PathBuf]) -> Result<Vec<PathBuf>> {
    let mut files: Vec<PathBuf> = Vec::new();
    for path in given {
        if !path.is_dir() {
            files.push(path.clone());
            continue;
        }
        let walk = walkdir::WalkDir::new(path).into_iter().filter_map(std::result::Result::ok);
        let inside = walk.filter(|it| it.file_type().is_file()).map(walkdir::DirEntry::into_path);
        let before = files.len();
        files.extend(inside.filter(|it| it.extension().is_some_and(|ending| ending == "jsonl")));
        if files.len() == before {
            anyhow::bail!("{} holds no .jsonl file", shown(path));
        }
    }
    files.sort();
    let same = |path: &PathBuf| path.canonicalize().unwrap_or_else(|_| path.clone());
    let mut seen = std::collections::HashSet::new();
    files.retain(|path| seen.insert(same(path)));
    Ok(files)
}

/// The results in one file, and what is wrong with it.
fn read(path: &Path) -> (Vec<Found>, Vec<Problem>) {
    let is_stdin = path == Path::new("-");
    let file = if is_stdin { "standard input".to_owned() } else { shown(path) };
    let opened: std::io::Result<Box<dyn Read>> = match is_stdin {
        true => Ok(Box::new(std::io::stdin().lock())),
        false => File::open(path).map(|it| Box::new(it) as Box<dyn Read>),
    };
    let mut reader = Reader::new(Limits::USUAL);
    let read = opened.and_then(|it| lines(BufReader::with_capacity(1 << 16, it), &mut reader));
    let (results, mut problems) = match read {
        Ok(()) => reader.finish(&file),
        Err(error) => {
            let message = format!("cannot be read: {error}");
            (Vec::new(), vec![Problem { file: file.clone(), line: 1, message }])
        }
    };
    problems.sort();
    let result = |(line, repository)| Found { file: file.clone(), line, repository };
    (results.into_iter().map(result).collect(), problems)
}

/// Hands over every line; of one that is too long no more is kept than it takes to know that.
fn lines(mut from: impl BufRead, reader: &mut Reader) -> std::io::Result<()> {
    let most = Limits::USUAL.line;
    let mut line = Vec::new();
    loop {
        line.clear();
        let taken = from.by_ref().take(most as u64 + 2).read_until(b'\n', &mut line)?;
        if taken == 0 {
            return Ok(());
        }
        if line.ends_with(b"\n") || taken < most + 2 {
            reader.push(Some(&line));
            continue;
        }
        from.skip_until(b'\n')?;
        reader.push(None);
    }
}

/// Leaves one result for each repository, the first in order of files, and sorts by name. Names differ by more than case.
fn one_a_repository(results: &mut Vec<Found>, problems: &mut Vec<Problem>) {
    let mut seen: HashMap<String, (String, usize)> = HashMap::new();
    results.retain(|it| {
        let name = it.repository.name.to_lowercase();
        match seen.get(&name) {
            Some((file, line)) => {
                let message = format!("{} is in {file}:{line}, too", it.repository.name);
                problems.push(Problem { file: it.file.clone(), line: it.line, message });
                false
            }
            None => seen.insert(name, (it.file.clone(), it.line)).is_none(),
        }
    });
    results.sort_by(|a, b| a.repository.name.cmp(&b.repository.name));
}

/// Names the results that were made under another key than most: their credentials cannot be compared with the others'.
fn one_key(results: &[Found], problems: &mut Vec<Problem>) {
    let mut counts: HashMap<Option<&str>, usize> = HashMap::new();
    for it in results {
        *counts.entry(it.repository.key_check.as_deref()).or_default() += 1;
    }
    let most = counts.into_iter().max_by_key(|(key, count)| (*count, *key)).map(|(key, _)| key);
    for it in results.iter().filter(|it| Some(it.repository.key_check.as_deref()) != most) {
        let made = match it.repository.key_check {
            Some(_) => "was made under another CONNLINT_KEY than most",
            None => "was made without CONNLINT_KEY",
        };
        let message = format!("{} {made}: its credentials were not compared with theirs", it.repository.name);
        problems.push(Problem { file: it.file.clone(), line: it.line, message });
    }
}
