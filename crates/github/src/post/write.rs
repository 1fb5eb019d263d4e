//! The writes, in the order in which they are made: comments on lines, comments on files, changes, the summary.

use super::Run;
use crate::api::{Api, Body, Comment, Draft, Fail, FileComment, Review, Trace};
use crate::body;
use crate::marker::{Marker, digest};
use crate::plan::{Change, Why, marker, text};

impl Run<'_> {
    /// Posts the new comments on lines. Gives back those that GitHub did not take: it refuses all for the sake of
    /// one, and does not say which.
    pub(super) async fn review(&mut self, api: &mut Api, notes: &[usize]) -> Result<Vec<usize>, Fail> {
        let (id, head) = (&self.target.comment_id, &self.target.head);
        let all = || notes.iter().filter_map(|index| self.posting.notes.get(*index));
        let comments: Vec<Draft<'_>> =
            all().filter_map(|it| Some(Draft::new(&it.path, it.lines?, text(it, false, id)))).collect();
        if comments.is_empty() {
            return Ok(Vec::new());
        }
        // A second review for the same commit is another one if it is about other findings.
        let digest = digest(all().map(|it| it.fingerprint.as_str()));
        let marker = Marker::Review { head: head.clone(), digest };
        let body = body::marked(&self.posting.review, &marker, id);
        let review = Review { commit_id: head, event: "COMMENT", body, comments };
        let route = self.route("pulls", "/reviews");
        let trace = Trace { list: &route, marker: &marker.line(id), login: &self.target.login };
        match api.create(&route, &review, &trace).await {
            Ok(()) => {
                notes.iter().for_each(|index| self.show(*index));
                self.outcome.inline = notes.len();
                Ok(Vec::new())
            }
            Err(Fail::Refused(why)) => {
                self.notice(&format!(
                    "GitHub did not take the comments on lines, so they go to files ({why})."
                ));
                Ok(notes.to_vec())
            }
            Err(fail) => Err(fail),
        }
    }

    pub(super) async fn comment_files(
        &mut self,
        api: &mut Api,
        notes: impl Iterator<Item = &usize>,
    ) -> Result<(), Fail> {
        let (id, head) = (&self.target.comment_id, &self.target.head);
        let route = self.route("pulls", "/comments");
        let mut refused = Vec::new();
        for index in notes {
            let Some(note) = self.posting.notes.get(*index) else { continue };
            let body = text(note, true, id);
            let comment = FileComment { commit_id: head, path: &note.path, subject_type: "file", body };
            let line = marker(note).line(id);
            let trace = Trace { list: &route, marker: &line, login: &self.target.login };
            match api.create(&route, &comment, &trace).await {
                Ok(()) => {
                    self.show(*index);
                    self.outcome.file += 1;
                }
                Err(Fail::Refused(why)) => refused.push(why),
                Err(fail) => return Err(fail),
            }
        }
        if let Some(why) = refused.first() {
            let count = refused.len();
            self.notice(&format!(
                "GitHub did not take {count} comments on files: only the summary has them ({why})."
            ));
        }
        Ok(())
    }

    pub(super) async fn change(&mut self, api: &mut Api, change: &Change) -> Result<(), Fail> {
        let changed = api.change(&self.near("pulls", change.comment), &change.text).await;
        if let (Why::Updated(index), false) = (change.why, matches!(changed, Err(Fail::Missing(_)))) {
            // Whatever became of the new text, the comment is there.
            self.show(index);
        }
        match changed {
            Ok(()) => {}
            // Somebody has deleted it in the meantime; if need be, the next run makes a new one.
            Err(Fail::Missing(_)) => return Ok(()),
            Err(Fail::Refused(why)) => {
                self.notice(&format!("GitHub did not take the new text of a comment ({why})."));
                return Ok(());
            }
            Err(fail) => return Err(fail),
        }
        let folding = match change.why {
            Why::Updated(_) => {
                self.outcome.updated += 1;
                return Ok(());
            }
            Why::Reopened(index) => {
                self.show(index);
                self.outcome.reopened += 1;
                None
            }
            Why::Fixed => {
                self.outcome.fixed += 1;
                Some("RESOLVED")
            }
            Why::Duplicate => Some("DUPLICATE"),
        };
        if self.graphql && !change.node.is_empty() {
            let folded = match folding {
                Some(because) => api.fold(&change.node, because).await,
                None => api.unfold(&change.node).await,
            };
            folded.unwrap_or_else(|fail| self.go_without_graphql(&fail));
        }
        Ok(())
    }

    /// Makes or changes the comment that sums up.
    pub(super) async fn sum_up(&mut self, api: &mut Api) -> Result<(), Fail> {
        let (id, login) = (&self.target.comment_id, &self.target.login);
        let route = self.route("issues", "/comments");
        let wanted = digest([self.posting.sticky.as_str()]);
        let marker = Marker::Summary { digest: wanted.clone() };
        let text = body::marked(&self.posting.sticky, &marker, id);
        let comments: Vec<Comment> = api.list(&route).await?;
        let mine = |it: &Comment| match Marker::find(it.text(), id) {
            Some(Marker::Summary { digest }) if it.is_by(login) => Some((it.id, digest)),
            _ => None,
        };
        let written = match comments.iter().filter_map(mine).min() {
            Some((_, digest)) if digest == wanted => return Ok(()),
            Some((comment, _)) => api.change(&self.near("issues", comment), &text).await,
            None if !self.posting.sticky_if_none => return Ok(()),
            None => {
                let trace = Trace { list: &route, marker: &marker.line(id), login };
                api.create(&route, &Body { body: &text }, &trace).await
            }
        };
        match written {
            Err(Fail::Refused(why)) => {
                self.notice(&format!("GitHub did not take the summary ({why})."));
                Ok(())
            }
            other => other,
        }
    }
}
