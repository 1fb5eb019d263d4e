//! Writes the difference between what was found and what is there, and tells what came of it.

use crate::api::{Api, Comment, Draft, Fail, FileComment, Pull, Review, Trace};
use crate::body;
use crate::hunks::Hunks;
use crate::marker::{Marker, digest};
use crate::notice;
use crate::plan::{Change, Own, Plan, Why, marker, plan, text};
use crate::posting::{Mode, Outcome, Posting};
use crate::target::{Limits, Target};

/// Puts a result on a pull request. `hunks` are those of the diff from the merge base to the head.
///
/// Blocks until it is done, which may take as long as `limits` allow to wait and a little more. Must not be called from
/// within an asynchronous runtime.
pub fn post(target: &Target, posting: &Posting, hunks: &Hunks, limits: &Limits) -> Outcome {
    let mut run = Run::new(target, posting);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let mode = match (target.problem(), runtime) {
        (Some(problem), _) => run.give_up(&Fail::Broken(problem.to_owned())),
        (None, Err(error)) => run.give_up(&Fail::Broken(format!("no runtime: {error}"))),
        (None, Ok(runtime)) => runtime.block_on(async {
            match Api::new(&target.api, &target.graphql, &target.token, limits.wait) {
                Ok(mut api) => {
                    let ended = run.all(&mut api, hunks, limits).await;
                    run.outcome.writes = api.writes();
                    ended.unwrap_or_else(|fail| run.give_up(&fail))
                }
                Err(fail) => run.give_up(&fail),
            }
        }),
    };
    run.end(mode)
}

struct Run<'a> {
    target: &'a Target,
    posting: &'a Posting,
    outcome: Outcome,
    /// Which notes have a comment.
    shown: Vec<bool>,
    /// Whether GraphQL has worked so far.
    graphql: bool,
}

impl<'a> Run<'a> {
    fn new(target: &'a Target, posting: &'a Posting) -> Self {
        let outcome = Outcome {
            mode: Mode::Failed,
            inline: 0,
            file: 0,
            kept: 0,
            updated: 0,
            fixed: 0,
            reopened: 0,
            summary_only: Vec::new(),
            resolved_by_people: Vec::new(),
            writes: 0,
            notices: Vec::new(),
        };
        let graphql = !target.graphql.is_empty();
        Self { target, posting, outcome, shown: vec![false; posting.notes.len()], graphql }
    }

    async fn all(&mut self, api: &mut Api, hunks: &Hunks, limits: &Limits) -> Result<Mode, Fail> {
        let pull: Pull = api.get(&self.route("pulls", "")).await?;
        if pull.state != "open" || pull.locked {
            self.notice("The pull request is closed or locked: nothing is posted.");
            return Ok(Mode::Closed);
        }
        if pull.head.sha != self.target.head {
            self.notice("The pull request has a newer commit, whose own run posts: this one does not.");
            return Ok(Mode::Superseded);
        }
        let own = self.own(api).await?;
        let plan = plan(self.target, self.posting, hunks, limits, &own);
        self.take_over(&plan);
        let demoted = self.review(api, &plan.inline).await?;
        self.comment_files(api, demoted.iter().chain(&plan.file).take(limits.file)).await?;
        for change in &plan.changes {
            self.change(api, change).await?;
        }
        self.sum_up(api).await?;
        Ok(Mode::Posted)
    }

    /// The comments of earlier runs.
    async fn own(&mut self, api: &mut Api) -> Result<Vec<Own>, Fail> {
        let comments: Vec<Comment> = api.list(&self.route("pulls", "/comments")).await?;
        let mut own: Vec<Own> = comments.iter().filter_map(|it| Own::of(it, self.target)).collect();
        if self.graphql && !own.is_empty() {
            match api.resolved(&self.target.repository, self.target.pull).await {
                Ok(resolved) => own.iter_mut().for_each(|it| it.resolved = resolved.contains(&it.node)),
                Err(fail) => self.go_without_graphql(&fail),
            }
        }
        Ok(own)
    }

    fn take_over(&mut self, plan: &Plan) {
        for index in plan.kept.iter().chain(&plan.resolved) {
            self.show(*index);
        }
        self.outcome.kept = plan.kept.len();
        self.outcome.resolved_by_people.clone_from(&plan.resolved);
        if plan.nameless > 0 {
            self.notice(&format!("{} findings have no fingerprint of their own.", plan.nameless));
        }
    }

    /// Posts the new comments on lines. Gives back those that GitHub did not take: it refuses all for the sake of
    /// one, and does not say which.
    async fn review(&mut self, api: &mut Api, notes: &[usize]) -> Result<Vec<usize>, Fail> {
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

    async fn comment_files(
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

    async fn change(&mut self, api: &mut Api, change: &Change) -> Result<(), Fail> {
        if let Why::Updated(index) = change.why {
            self.show(index);
        }
        match api.change(&self.near("pulls", change.comment), &change.text).await {
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
    async fn sum_up(&mut self, api: &mut Api) -> Result<(), Fail> {
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
                api.create(&route, &crate::api::Body { body: &text }, &trace).await
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

    /// The route of the pull request, or of something of it.
    fn route(&self, of: &str, rest: &str) -> String {
        format!("/repos/{}/{of}/{}{rest}", self.target.repository, self.target.pull)
    }

    /// The route of one comment.
    fn near(&self, of: &str, comment: u64) -> String {
        format!("/repos/{}/{of}/comments/{comment}", self.target.repository)
    }

    /// Says why nothing more is written.
    fn give_up(&mut self, fail: &Fail) -> Mode {
        let (mode, text) = match fail {
            Fail::Denied(_) | Fail::Missing(_) if self.target.fork => {
                (Mode::Denied, "The changes come from a fork, whose runs may not write comments.".to_owned())
            }
            Fail::Denied(_) | Fail::Missing(_) => {
                (Mode::Denied, format!("No comments without the permission `pull-requests: write` ({fail})."))
            }
            Fail::Locked => (Mode::Closed, format!("Nothing is posted: {fail}.")),
            Fail::Limited(_) => (Mode::Limited, format!("Not all is posted: {fail}.")),
            Fail::Refused(_) | Fail::Unclear(_) | Fail::Broken(_) => {
                (Mode::Failed, format!("Not all is posted: {fail}."))
            }
        };
        self.notice(&text);
        mode
    }

    fn go_without_graphql(&mut self, fail: &Fail) {
        self.graphql = false;
        self.notice(&format!("Comments are not folded, and nobody looks which are resolved ({fail})."));
    }

    fn notice(&mut self, text: &str) {
        self.outcome.notices.push(notice::line(text, &self.target.token));
    }

    fn show(&mut self, index: usize) {
        if let Some(shown) = self.shown.get_mut(index) {
            *shown = true;
        }
    }

    fn end(mut self, mode: Mode) -> Outcome {
        let hidden = self.shown.iter().enumerate().filter(|(_, shown)| !**shown);
        self.outcome.summary_only = hidden.map(|(index, _)| index).collect();
        self.outcome.mode = mode;
        self.outcome
    }
}
