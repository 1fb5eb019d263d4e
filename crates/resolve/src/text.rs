//! Strings as their pieces: literals, each with the place it is written at, and references.

use std::sync::Arc;

use connlint_core::Span;

use crate::Reference;

/// The pieces of a string. The common case of one literal does without a list.
#[derive(Clone, Debug)]
pub enum Text {
    /// A single literal.
    Whole(Literal),
    /// Literals and references in order, and the text they make where all of them are literals that belong to it
    /// for certain.
    Pieces(Arc<[Piece]>, Option<Arc<str>>),
}

/// A stretch of literal text.
#[derive(Clone, Debug)]
pub struct Literal {
    /// The text, with escapes undone.
    pub text: Arc<str>,
    /// The bytes it was written in.
    pub span: Span,
    /// Whether it is only used when nothing else is given: a variable's default, or the tail of `${VAR:-default}`.
    pub default: bool,
    /// The tag before it, such as `vault` in `!vault`.
    pub tag: Option<Arc<str>>,
    /// For a part of a longer literal whose own bytes are not known: that literal's text, and where the part starts
    /// in it. The span is the whole literal's.
    pub within: Option<(Arc<str>, usize)>,
}

/// A piece of a string.
#[derive(Clone, Debug)]
pub enum Piece {
    /// Literal text.
    Literal(Literal),
    /// Something that is not in this text.
    Hole(Reference),
}

impl Text {
    /// A string of these pieces, with neighbouring literals of one line of text left apart: each keeps its span.
    pub fn of(pieces: Vec<Piece>) -> Self {
        Self::known(pieces, Whole::unknown())
    }

    /// The same, with the text that the pieces make.
    pub(crate) fn known(pieces: Vec<Piece>, whole: Whole) -> Self {
        match <[Piece; 1]>::try_from(pieces) {
            Ok([Piece::Literal(literal)]) => Self::Whole(literal),
            Ok(one) => Self::Pieces(one.into(), None),
            Err(many) => Self::Pieces(many.into(), whole.0.map(Arc::from)),
        }
    }

    /// The text, if nothing of it is elsewhere.
    pub fn whole(&self) -> Option<&str> {
        match self {
            Self::Whole(literal) => Some(&literal.text),
            Self::Pieces(_, whole) => whole.as_deref(),
        }
    }

    /// The pieces in order.
    pub fn pieces(&self) -> Vec<Piece> {
        match self {
            Self::Whole(literal) => vec![Piece::Literal(literal.clone())],
            Self::Pieces(pieces, _) => pieces.to_vec(),
        }
    }

    /// The references among the pieces.
    pub fn holes(&self) -> impl Iterator<Item = &Reference> {
        let pieces: &[Piece] = match self {
            Self::Whole(_) => &[],
            Self::Pieces(pieces, _) => pieces,
        };
        pieces.iter().filter_map(|piece| match piece {
            Piece::Hole(reference) => Some(reference),
            Piece::Literal(_) => None,
        })
    }
}

/// The text that is being made of pieces, as long as all of it is known.
#[derive(Clone, Debug)]
pub(crate) struct Whole(Option<String>);

impl Whole {
    /// Longer texts are documents, of which the pieces are read.
    const LONGEST: usize = 1 << 12;

    pub(crate) fn new() -> Self {
        Self(Some(String::new()))
    }

    pub(crate) fn unknown() -> Self {
        Self(None)
    }

    /// Adds what comes next; nothing where it is not known.
    pub(crate) fn push(&mut self, text: Option<&str>) {
        self.0 = self.0.take().zip(text).map(|(whole, text)| whole + text);
        self.0 = self.0.take().filter(|it| it.len() <= Self::LONGEST);
    }
}
