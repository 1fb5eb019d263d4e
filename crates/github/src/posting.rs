//! What is put on a pull request, and what came of it.

use std::collections::BTreeSet;

/// A finished result in the words that people read.
///
/// A text counts as changed when it differs at all, and a change is written. Texts that say a commit, a time or a line
/// would be written with each run; [`Note::file_body`] alone may.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Posting {
    /// The findings, those first that matter most: there is not room for all.
    pub notes: Vec<Note>,
    /// Fingerprints of what is found but asks for no comment: one that is there from when it did stays as it is.
    pub uncommented: BTreeSet<String>,
    /// Body of the review that holds the new comments.
    pub review: String,
    /// Text of the comment that sums up.
    pub sticky: String,
    /// Whether to make that comment if there is none. One that exists is kept up to date either way.
    pub sticky_if_none: bool,
}

/// One finding as it should appear: Markdown, in which all that comes from the repository is escaped.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Note {
    /// Identity across runs, in hexadecimal digits.
    pub fingerprint: String,
    /// File under its new name, from the root of the repository, with `/`.
    pub path: String,
    /// First and last line in the head, from 1; none if the head does not have the place.
    pub lines: Option<(u32, u32)>,
    /// Comment on these lines. It names no line, so that it stays what it is when the lines move.
    pub body: String,
    /// Comment on the file as a whole, for lines that the diff does not show; it has to name them.
    pub file_body: String,
    /// What to call the finding, on one line, once it is fixed.
    pub title: String,
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// How it ended.
    pub mode: Mode,
    /// New comments on lines.
    pub inline: usize,
    /// New comments on files.
    pub file: usize,
    /// Comments that are right as they are.
    pub kept: usize,
    /// Comments whose text has changed.
    pub updated: usize,
    /// Comments that now say that their finding is fixed.
    pub fixed: usize,
    /// Comments that said so, and whose finding is back.
    pub reopened: usize,
    /// Which notes have no comment of their own, as indexes into [`Posting::notes`], in ascending order.
    pub summary_only: Vec<usize>,
    /// Which notes a person has resolved though they are still found, likewise. Their comments are left alone.
    pub resolved_by_people: Vec<usize>,
    /// Requests that were meant to change something, whether they did or not.
    pub writes: usize,
    /// What people should know, one line each.
    pub notices: Vec<String>,
}

/// How posting ended. Whatever it is, what was found is the same, and so should be the exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// All is said that there is room for.
    Posted,
    /// The token may not read or not write.
    Denied,
    /// GitHub wants us to wait for longer than we may.
    Limited,
    /// The pull request is closed, or its conversation locked.
    Closed,
    /// There is a newer commit, whose own run will post.
    Superseded,
    /// GitHub is out of order or cannot be reached, or what it should do makes no sense.
    Failed,
}
