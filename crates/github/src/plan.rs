//! What to write: findings against the comments that are there already. Nothing here talks to anybody.

use std::collections::{BTreeMap, BTreeSet};

use crate::api::Comment;
use crate::body;
use crate::hunks::Hunks;
use crate::marker::{FindingMark, Marker, State, digest, is_hex};
use crate::posting::{Note, Posting};
use crate::target::{Limits, Target};

/// A comment on a finding, by us.
pub(crate) struct Own {
    pub(crate) id: u64,
    pub(crate) node: String,
    pub(crate) mark: FindingMark,
    /// Whether it is about a file as a whole.
    pub(crate) on_file: bool,
    /// Whether its line is no longer in the diff. GitHub folds such a comment.
    pub(crate) outdated: bool,
    /// Whether its thread is resolved. We resolve none, so a person did.
    pub(crate) resolved: bool,
}

impl Own {
    /// The comment as one of ours. A reply is none, whoever wrote it.
    pub(crate) fn of(comment: &Comment, target: &Target) -> Option<Self> {
        if comment.in_reply_to_id.is_some() || !comment.is_by(&target.login) {
            return None;
        }
        let Some(Marker::Finding(mark)) = Marker::find(comment.text(), &target.comment_id) else {
            return None;
        };
        let on_file = comment.subject_type.as_deref() == Some("file");
        let outdated = comment.line.is_none() && !on_file;
        let (id, node) = (comment.id, comment.node_id.clone());
        Some(Self { id, node, mark, on_file, outdated, resolved: false })
    }
}

/// What to write, in indexes of notes.
#[derive(Default)]
pub(crate) struct Plan {
    /// Comments that stay as they are.
    pub(crate) kept: Vec<usize>,
    /// Comments that stay because a person has resolved them.
    pub(crate) resolved: Vec<usize>,
    /// New comments on lines.
    pub(crate) inline: Vec<usize>,
    /// New comments on files.
    pub(crate) file: Vec<usize>,
    /// Comments that change, the oldest first.
    pub(crate) changes: Vec<Change>,
    /// Notes that no comment could be told to be about.
    pub(crate) nameless: usize,
}

/// What the comment on a finding knows of it.
pub(crate) fn marker(note: &Note) -> Marker {
    let (fingerprint, title) = (note.fingerprint.clone(), note.title.clone());
    // The text for a file names lines, and lines that move are no reason to write.
    let digest = digest([note.body.as_str()]);
    Marker::Finding(FindingMark { fingerprint, state: State::Open, digest, title })
}

/// The comment on a finding.
pub(crate) fn text(note: &Note, on_file: bool, id: &str) -> String {
    body::marked(if on_file { &note.file_body } else { &note.body }, &marker(note), id)
}

/// A comment that changes.
pub(crate) struct Change {
    pub(crate) comment: u64,
    pub(crate) node: String,
    pub(crate) text: String,
    pub(crate) why: Why,
}

/// Why a comment changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Why {
    /// Its finding reads differently.
    Updated(usize),
    /// Its finding is back.
    Reopened(usize),
    /// Its finding is gone.
    Fixed,
    /// Another comment is about the same finding; two runs at once make such.
    Duplicate,
}

/// Decides what to write. A finding is known by its fingerprint alone, so lines may move and texts change.
pub(crate) fn plan(target: &Target, posting: &Posting, hunks: &Hunks, limits: &Limits, own: &[Own]) -> Plan {
    let mut plan = Plan::default();
    let mut by_fingerprint: BTreeMap<&str, Vec<&Own>> = BTreeMap::new();
    for comment in own {
        by_fingerprint.entry(&comment.mark.fingerprint).or_default().push(comment);
    }
    by_fingerprint.values_mut().for_each(|it| it.sort_by_key(|comment| comment.id));
    let mut seen = BTreeSet::new();
    for (index, note) in posting.notes.iter().enumerate() {
        if !is_hex(&note.fingerprint) || !seen.insert(note.fingerprint.as_str()) {
            plan.nameless += 1;
            continue;
        }
        let history = by_fingerprint.remove(note.fingerprint.as_str()).unwrap_or_default();
        if !plan.follow_up(index, note, &history, &target.comment_id) {
            plan.place(index, note, hunks, limits);
        }
    }
    by_fingerprint.retain(|fingerprint, _| !posting.uncommented.contains(*fingerprint));
    for comment in by_fingerprint.into_values().flatten().filter(|it| it.mark.state == State::Open) {
        let text = body::fixed(&comment.mark, &target.head, &target.comment_id);
        plan.change(comment, text, Why::Fixed);
    }
    plan.changes.sort_by_key(|it| it.comment);
    plan
}

impl Plan {
    /// Goes on with a comment that exists, if one does. `history` has the oldest first.
    fn follow_up(&mut self, index: usize, note: &Note, history: &[&Own], id: &str) -> bool {
        let mut open = history.iter().filter(|it| it.mark.state == State::Open);
        if let Some(comment) = open.next() {
            if comment.resolved {
                self.resolved.push(index);
            } else if comment.mark.digest == digest([note.body.as_str()]) {
                self.kept.push(index);
            } else {
                self.change(comment, text(note, comment.on_file, id), Why::Updated(index));
            }
            for comment in open {
                self.change(comment, body::duplicate(&comment.mark, id), Why::Duplicate);
            }
            return true;
        }
        // Nobody would see what is written to a comment that GitHub folds, or into a thread that is resolved.
        let visible = |it: &&&Own| it.mark.state == State::Fixed && !it.outdated && !it.resolved;
        let Some(comment) = history.iter().rev().find(visible) else { return false };
        self.change(comment, text(note, comment.on_file, id), Why::Reopened(index));
        true
    }

    /// Finds a place for a new comment; without one, only the summary tells.
    fn place(&mut self, index: usize, note: &Note, hunks: &Hunks, limits: &Limits) {
        if note.lines.is_some_and(|lines| hunks.show(&note.path, lines)) && self.inline.len() < limits.inline
        {
            self.inline.push(index);
        } else if hunks.has(&note.path) && self.file.len() < limits.file {
            self.file.push(index);
        }
    }

    fn change(&mut self, comment: &Own, text: String, why: Why) {
        self.changes.push(Change { comment: comment.id, node: comment.node.clone(), text, why });
    }
}
