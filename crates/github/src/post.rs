//! Compares what was found with what is there, has the difference written, and tells what came of it.

mod write;

use crate::api::{Api, Comment, Fail, Pull};
use crate::hunks::Hunks;
use crate::notice;
use crate::plan::{Own, Plan, plan};
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
