//! The files of a run once they are read, and what each of them gives.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result};
use connlint_check::{Comment, Unread, UnreadReason, Unreadable};
use connlint_core::{FileId, Source, Sources, Span};
use connlint_model::{Names, Part, Purpose, SecretLiteral, text_secrets};
use connlint_parse::hcl::Body;
use connlint_parse::{Format, Syntax, parse};
use connlint_resolve::terraform::{Asked, Evaluated, plan};
use rayon::prelude::*;

use crate::discover::{Entry, Found, Located};
use crate::load::{Loaded, load};
use crate::pipeline::Side;
use crate::progress::Progress;

/// The files' yields, apart; all by the index of the file.
pub(crate) struct Files {
    /// Their texts.
    pub(crate) sources: Sources,
    /// Their paths within the judged tree.
    pub(crate) logical: Vec<String>,
    /// Whether they are Terraform.
    terraform: Vec<bool>,
    pub(crate) comments: Vec<(usize, Comment)>,
    pub(crate) unread: Vec<(usize, Unread)>,
    pub(crate) unreadable: Vec<(usize, Unreadable)>,
    pub(crate) read: Vec<bool>,
    sides: Vec<Side>,
    purpose: Purpose,
}

impl Files {
    /// Reads files; also gives what each of them says by itself.
    pub(crate) fn load(
        found: &Found,
        sides: &[Side],
        charted: impl Fn(&Entry, Side) -> bool + Sync,
        purpose: Purpose,
        progress: &Progress,
    ) -> (Self, Vec<Part>, Vec<Option<Body>>) {
        let numbered: Vec<_> = found.entries.iter().zip(sides).enumerate().collect();
        let loaded: Vec<Loaded> = numbered
            .into_par_iter()
            .map(|(index, (entry, side))| {
                let file = load(entry, id(index), charted(entry, *side), purpose);
                progress.step();
                file
            })
            .collect();
        let mut files = Self {
            sources: Sources::default(),
            logical: found.entries.iter().map(|entry| entry.logical.clone()).collect(),
            terraform: Vec::new(),
            comments: Vec::new(),
            unread: Vec::new(),
            unreadable: Vec::new(),
            read: Vec::new(),
            sides: sides.to_vec(),
            purpose,
        };
        let (mut sources, mut parts, mut bodies) = (Vec::new(), Vec::new(), Vec::new());
        for (index, file) in loaded.into_iter().enumerate() {
            sources.push(file.source);
            parts.push(file.part);
            files.terraform.push(file.body.is_some());
            bodies.push(file.body);
            files.read.push(file.read);
            files.comments.extend(file.comments.into_iter().map(|it| (index, it)));
            files.unread.extend(file.unread.map(|it| (index, it)));
            files.unreadable.extend(file.unreadable.map(|it| (index, it)));
        }
        files.sources = Sources::new(sources);
        (files, parts, bodies)
    }

    pub(crate) fn add_plan(&mut self, path: &Path) -> Result<Evaluated> {
        let (source, evaluated) = read_plan(path, id(self.logical.len()))?;
        self.logical.push(source.path().to_owned());
        self.sources.push(source);
        Ok(evaluated)
    }

    /// The text of a file; nothing for one that was not read.
    pub(crate) fn text(&self, index: usize) -> Option<Arc<str>> {
        self.sources.get(id(index)).map(Source::shared).filter(|it| !it.is_empty())
    }

    /// Adds the text of a file that an expression names, and gives its index: a new one, unless it has a place.
    pub(crate) fn add(&mut self, at: &Located, text: String, place: Option<usize>, side: Side) -> usize {
        match place.and_then(|index| self.sources.get_mut(id(index)).map(|source| (index, source))) {
            Some((index, source)) => {
                *source = Source::new(source.path(), text);
                index
            }
            None => {
                let index = self.logical.len();
                // Whatever its syntax is, what is said to us is said in comments.
                let mut start = 0;
                for line in text.split_inclusive('\n') {
                    if line.contains("connlint:") {
                        let span = Span::new(id(index), start, start + line.trim_end().len());
                        self.comments.push((index, Comment { span, text: line.trim_end().to_owned() }));
                    }
                    start += line.len();
                }
                self.sources.push(Source::new(at.shown.as_str(), text));
                self.logical.push(at.path.clone());
                self.sides.resize(index, Side::Both);
                self.sides.push(side);
                index
            }
        }
    }

    /// What an evaluated root holds.
    pub(crate) fn model(&self, evaluated: &Evaluated) -> Part {
        let written = |span: Span| self.sources.get(span.file).map_or("", |source| source.slice(span));
        let path = |span: Span| self.logical.get(span.file.0 as usize).map_or("", String::as_str);
        let mut part = connlint_model::terraform(evaluated, &written, &path, self.purpose);
        if part.exhausted.is_some() {
            part.literals.extend(self.quoted_secrets(&evaluated.folder));
        }
        part
    }

    /// Secrets in the files of a folder, read line by line.
    fn quoted_secrets(&self, folder: &str) -> impl Iterator<Item = SecretLiteral> {
        let own = self.logical.iter().enumerate().filter(move |(index, path)| {
            let here = path.rsplit_once('/').map_or("", |(folder, _)| folder);
            here == folder && self.terraform.get(*index) == Some(&true)
        });
        own.flat_map(|(index, path)| {
            let text = self.sources.get(id(index)).map_or("", Source::text);
            text_secrets(text, id(index), path, Names::Quoted)
        })
    }

    /// What is true of the files of one version.
    pub(crate) fn of<'f, T: Clone>(&'f self, all: &'f [(usize, T)], version: Side) -> Vec<T> {
        let own = all.iter().filter(|(index, _)| self.side(*index).is_in(version));
        own.map(|(_, it)| it.clone()).collect()
    }

    pub(crate) fn side(&self, index: usize) -> Side {
        self.sides.get(index).copied().unwrap_or(Side::Both)
    }

    /// Files that could be read before the change, and that it makes templates, of which only lines are read.
    pub(crate) fn newly_templates<'f>(
        &'f self,
        sides: &[Side],
        moved: impl Fn(&'f str) -> &'f str,
    ) -> Vec<Unreadable> {
        let old = self.logical.iter().zip(sides).zip(&self.read);
        let read: BTreeMap<&str, bool> = old
            .filter(|((_, side), _)| **side == Side::Old)
            .map(|((path, _), read)| (moved(path), *read))
            .collect();
        let templates = self.unread.iter().filter(|(_, it)| it.reason == UnreadReason::Template);
        let new = templates.filter(|(index, it)| {
            self.side(*index) == Side::New && read.get(&*it.path).copied().unwrap_or_default()
        });
        new.map(|(index, _)| Unreadable {
            span: Span::new(id(*index), 0, 0),
            message: "this change makes it a template, so that what it held can no longer be judged"
                .to_owned(),
        })
        .collect()
    }
}

fn read_plan(path: &Path, file: FileId) -> Result<(Source, Evaluated)> {
    let shown = crate::discover::shown(path);
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read the plan {shown}"))?;
    let parsed = parse(file, &text, Format::Json);
    if let Some(error) = parsed.errors.first() {
        anyhow::bail!("the plan {shown} is no JSON: {}", error.message);
    }
    let Syntax::Data(tree) = parsed.syntax else { anyhow::bail!("the plan {shown} is no JSON") };
    let documents = connlint_resolve::data::documents(&tree);
    let document = documents.first().filter(|it| it.get("planned_values").is_some());
    let document =
        document.with_context(|| format!("{shown} is no plan: write it with `terraform show -json PLAN`"))?;
    let blocks = plan(&shown, document);
    let evaluated = Evaluated {
        folder: String::new(),
        variant: String::new(),
        blocks,
        exhausted: false,
        asked: Asked::default(),
    };
    Ok((Source::new(shown, text), evaluated))
}

pub(crate) fn id(index: usize) -> FileId {
    FileId(u32::try_from(index).unwrap_or(u32::MAX))
}
