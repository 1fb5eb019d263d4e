//! The one type that every definition resolves to.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::Arc;

use connlint_core::Span;

use crate::terraform::File;
use crate::text::{Literal, Piece, Text, Whole};

/// A resolved value.
#[derive(Clone, Debug)]
pub struct Value {
    /// What it is.
    pub kind: Kind,
    /// Where it is written: the literal or the expression itself, not the places it passed through.
    pub span: Span,
    /// The places it passed through, nearest to the reader first.
    pub via: Via,
    /// The text of the file that it is the content of, where that was read.
    pub content: Option<Arc<Content>>,
}

/// The text of a file, as an expression takes it.
#[derive(Debug)]
pub struct Content {
    pub(crate) text: Value,
    pub(crate) file: Arc<File>,
    /// Whether it is the text as it stands there, and no template with things put into it.
    pub(crate) plain: bool,
}

/// The kinds of value. Collections are shared, so that an alias or a local costs nothing to pass on.
#[derive(Clone, Debug)]
pub enum Kind {
    /// `null`, or nothing.
    Null,
    /// A boolean.
    Bool(bool),
    /// A number, as written.
    Number(Arc<str>),
    /// A string: literals and references side by side.
    Text(Text),
    /// A list.
    List(Arc<[Value]>),
    /// A map in source order. Keys repeat where blocks repeat.
    Map(Arc<[Entry]>),
    /// A value of unknown shape that depends on these references.
    Unknown(Arc<[Reference]>),
    /// One of these values, which one is unknown: the branches of a condition that could not be decided.
    OneOf(Arc<[Value]>),
}

/// One entry of a map.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The key.
    pub key: Arc<str>,
    /// The key's bytes.
    pub key_span: Span,
    /// The value.
    pub value: Value,
}

/// Something named, whose value is elsewhere.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Reference {
    /// What kind of place the value is in.
    pub kind: RefKind,
    /// Normalised name, unique among references to different things: `env:SNOWFLAKE_PASSWORD`, `vault:path#field`.
    pub key: Arc<str>,
    /// The bytes of the expression.
    pub span: Span,
}

/// The kinds of place a value can come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RefKind {
    /// An environment variable.
    Env,
    /// A secret of the CI system.
    CiSecret,
    /// A key of a Kubernetes Secret.
    K8sSecret,
    /// A field of a secret store: Vault, AWS Secrets Manager, 1Password and their like.
    SecretStore,
    /// A configuration provider inside the system, such as Kafka's `${file:…}`.
    ConfigProvider,
    /// An attribute that the provider computes: the value exists only in state.
    Resource,
    /// A random or derived value made by Terraform itself, such as `random_password`.
    Generated,
    /// A file beside the code.
    File,
    /// Encrypted in place: SOPS, Ansible Vault, KMS.
    Encrypted,
    /// An input of the run without a value in the code.
    Variable,
    /// Short-lived identity: OIDC tokens, workload identity.
    WorkloadIdentity,
    /// Another module or state that is not in this repository.
    External,
    /// Anything else that could not be resolved: unknown functions, templates, commands.
    Unresolved,
}

/// A chain of places, nearest first.
pub type Via = Option<Arc<Link>>;

/// One step of a [`Via`] chain.
#[derive(Debug)]
pub enum Link {
    /// The value passed through an expression.
    Step {
        /// The expression's bytes.
        span: Span,
        /// The step before.
        next: Via,
    },
    /// The value is the default of a variable, or part of one. It stands at the end of a chain, where it makes no
    /// value larger and stays with a value wherever that goes.
    Default,
}

impl Link {
    fn span(&self) -> Option<Span> {
        match self {
            Self::Step { span, .. } => Some(*span),
            Self::Default => None,
        }
    }
}

fn links(via: &Via) -> impl Iterator<Item = &Link> {
    std::iter::successors(via.as_deref(), |link| match link {
        Link::Step { next, .. } => next.as_deref(),
        Link::Default => None,
    })
}

fn ends_in_default(via: &Via) -> bool {
    matches!(links(via).last(), Some(Link::Default))
}

/// Pieces of one text. Templates that double a text in each of many steps would fill the memory.
const MOST_PIECES: usize = 1_000;

impl Value {
    /// The text these pieces make. One of too many pieces is unknown, but not independent of what it is made of.
    /// `whole` is that text, where nothing of it is elsewhere.
    pub(crate) fn of_pieces(mut pieces: Vec<Piece>, whole: Whole, span: Span) -> Self {
        if pieces.len() <= MOST_PIECES {
            return Self::new(Kind::Text(Text::known(pieces, whole)), span);
        }
        pieces.truncate(MOST_PIECES);
        let holes = pieces.into_iter().filter_map(|piece| match piece {
            Piece::Hole(reference) => Some(reference),
            Piece::Literal(_) => None,
        });
        let references: BTreeSet<Reference> = holes.collect();
        Self::new(Kind::Unknown(references.into_iter().take(16).collect()), span)
    }

    /// A value written at `span` and passed through nothing.
    pub fn new(kind: Kind, span: Span) -> Self {
        Self { kind, span, via: None, content: None }
    }

    /// A string of one literal.
    pub fn literal(text: impl Into<Arc<str>>, span: Span) -> Self {
        let literal = Literal { text: text.into(), span, default: false, tag: None, within: None };
        Self::new(Kind::Text(Text::Whole(literal)), span)
    }

    /// A value that is elsewhere.
    pub fn reference(kind: RefKind, key: impl Into<Arc<str>>, span: Span) -> Self {
        Self::new(Kind::Unknown([Reference { kind, key: key.into(), span }].into()), span)
    }

    /// The same value, having passed through the expression at `span`.
    pub fn through(mut self, span: Span) -> Self {
        // A chain longer than this tells a reader nothing more, and must not grow with hostile input.
        const LONGEST: usize = 32;
        if self.steps().count() < LONGEST {
            self.via = Some(Arc::new(Link::Step { span, next: self.via }));
        }
        self
    }

    /// The places passed through, nearest first.
    pub fn steps(&self) -> impl Iterator<Item = Span> + '_ {
        links(&self.via).filter_map(Link::span)
    }

    /// Whether this is what the default of a variable says, in full or in part, and nothing else: whoever sets the
    /// variable replaces it. An operator's constants do not count. A collection that is written elsewhere is none,
    /// though its members may be; nor is what a default does not have.
    pub fn is_default(&self) -> bool {
        match &self.kind {
            Kind::Unknown(_) => false,
            Kind::Text(Text::Whole(literal)) if literal.default => true,
            _ => ends_in_default(&self.via),
        }
    }

    /// The same value as a part of one that came by `whole`; the chain of a part that has its own stays.
    pub(crate) fn part_of(mut self, whole: &Via) -> Self {
        match self.via.as_deref() {
            None => self.via.clone_from(whole),
            Some(Link::Default) if ends_in_default(whole) => self.via.clone_from(whole),
            // The steps of the whole come before the mark.
            Some(Link::Default) => {
                let steps: Vec<Span> = links(whole).filter_map(Link::span).collect();
                self = steps.into_iter().rev().fold(self, Self::through);
            }
            Some(Link::Step { .. }) => {}
        }
        self
    }

    /// The value for those who take it for a document: the content of a file is the text of that file.
    pub fn document(&self) -> Cow<'_, Self> {
        let Some(content) = &self.content else { return Cow::Borrowed(self) };
        let chain: Vec<Span> = self.steps().chain([self.span]).collect();
        Cow::Owned(chain.into_iter().rev().fold(content.text.clone(), Self::through))
    }

    /// Whether it is the content of a file that is judged as a document by itself, too.
    pub fn stands_alone(&self) -> bool {
        self.content.as_ref().is_some_and(|it| it.file.by_itself)
    }

    /// The entry with this key; the last one where a key repeats.
    pub fn get(&self, key: &str) -> Option<&Self> {
        self.entries().iter().rev().find(|entry| &*entry.key == key).map(|entry| &entry.value)
    }

    /// The value at the end of a path of keys; a list on the way stands for its first item.
    pub fn at(&self, path: &[&str]) -> Option<&Self> {
        path.iter().try_fold(self, |value, key| match &value.kind {
            Kind::List(items) => items.first()?.get(key),
            _ => value.get(key),
        })
    }

    /// The entries of a map; nothing for any other kind.
    pub fn entries(&self) -> &[Entry] {
        match &self.kind {
            Kind::Map(entries) => entries,
            _ => &[],
        }
    }

    /// The items of a list; nothing for any other kind.
    pub fn items(&self) -> &[Self] {
        match &self.kind {
            Kind::List(items) => items,
            _ => &[],
        }
    }

    /// The text of a string known in full; nothing if any part of it is elsewhere.
    pub fn text(&self) -> Option<&str> {
        match &self.kind {
            Kind::Text(text) => text.whole(),
            _ => None,
        }
    }

    /// The text of a scalar known in full, numbers and booleans included.
    pub fn scalar(&self) -> Option<&str> {
        match &self.kind {
            Kind::Number(text) => Some(text),
            Kind::Bool(true) => Some("true"),
            Kind::Bool(false) => Some("false"),
            _ => self.text(),
        }
    }

    /// A boolean known for sure.
    pub fn bool(&self) -> Option<bool> {
        match self.kind {
            Kind::Bool(value) => Some(value),
            _ => None,
        }
    }

    /// Whether this is a map, a list or a map-valued unknown.
    pub fn is_collection(&self) -> bool {
        matches!(self.kind, Kind::List(_) | Kind::Map(_))
    }

    /// The pieces of a scalar as a string would show them; nothing for collections and null.
    pub fn pieces(&self) -> Vec<Piece> {
        match &self.kind {
            Kind::Text(text) => text.pieces(),
            Kind::Unknown(references) => references.iter().cloned().map(Piece::Hole).collect(),
            Kind::Number(_) | Kind::Bool(_) => {
                let text: Arc<str> = self.scalar().unwrap_or_default().into();
                vec![Piece::Literal(Literal {
                    text,
                    span: self.span,
                    default: false,
                    tag: None,
                    within: None,
                })]
            }
            Kind::OneOf(values) => {
                let mut pieces: Vec<Piece> = values.iter().flat_map(Self::pieces).collect();
                for piece in &mut pieces {
                    if let Piece::Literal(literal) = piece {
                        literal.default = true;
                    }
                }
                pieces
            }
            Kind::Null | Kind::List(_) | Kind::Map(_) => Vec::new(),
        }
    }

    /// Every reference in the value, collections included, at most `limit` of them.
    pub fn references(&self, limit: usize) -> Vec<&Reference> {
        let mut found = Vec::new();
        let mut open = vec![self];
        let mut budget = limit.saturating_mul(8);
        while let Some(value) = open.pop() {
            if found.len() >= limit || budget == 0 {
                break;
            }
            budget -= 1;
            match &value.kind {
                Kind::Unknown(references) => found.extend(references.iter()),
                Kind::Text(text) => found.extend(text.holes()),
                Kind::List(items) | Kind::OneOf(items) => open.extend(items.iter().rev()),
                Kind::Map(entries) => open.extend(entries.iter().rev().map(|entry| &entry.value)),
                Kind::Null | Kind::Bool(_) | Kind::Number(_) => {}
            }
        }
        found
    }
}
