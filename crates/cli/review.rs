//! The `review` command: judges what an event of GitHub brings, and tells the pull request.
//!
//! The exit code is the gate's. Whatever goes wrong with the telling is told elsewhere and changes nothing about it.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow};
use connlint_github::{Event, Hunks, Limits, Mode, Note, Posting, PullRequest, Target};
use connlint_report as report;
use connlint_report::pull::{Digest, Item, Links, comment, sheet};

use crate::actions::Job;
use crate::args::{Check, Comments, Review};
use crate::change::{self, Ask, Changed};
use crate::check::{Outcome, Usage, check_tree, context, judge_tree, metas, outcome, print, write_outputs};
use crate::config::fails_from;
use crate::git::{Repository, Version};
use crate::lines::Lines;
use crate::pipeline::Judged;

/// The command. In a job, an error is an annotation, too.
pub(crate) fn review(args: &Review) -> Result<Outcome> {
    let job = Job::of_this_process()?;
    let result = match &args.from {
        Some(file) => crate::poster::post_report(args, &job, file),
        None => judge(args, &job),
    };
    if let Err(error) = &result
        && job.is_job
    {
        print(&report::github_error(&format!("{error:#}")))?;
    }
    result
}

/// What is judged.
enum Work {
    /// A change since a revision, and the pull request it is for.
    Change(String, Option<PullRequest>),
    /// The whole tree.
    Tree,
    /// Nothing: a branch was deleted.
    Nothing,
}

fn judge(args: &Review, job: &Job) -> Result<Outcome> {
    let started = Instant::now();
    let folder = Path::new(".");
    match work(args, job)? {
        Work::Nothing => {
            print("nothing to judge: the branch was deleted\n")?;
            Ok(Outcome::Clean)
        }
        Work::Tree => match Repository::of(folder).filter(|it| it.commit("HEAD").is_ok()) {
            None => check_tree(&as_check(args, job), started),
            Some(repository) => {
                let (judged, config) = judge_tree(&as_check(args, job))?;
                let start = repository.commit("HEAD")?;
                told(args, job, Changed { judged, config, repository, start }, None, started)
            }
        },
        Work::Change(base, pull) => {
            let ask = Ask {
                folder,
                base: &base,
                head: Version::Commit("HEAD".to_owned()),
                config: args.config.as_deref(),
                only: Default::default(),
                heed_suppressions: true,
                outcomes: false,
                access: true,
            };
            told(args, job, change::judge(ask)?, pull.as_ref(), started)
        }
    }
}

fn work(args: &Review, job: &Job) -> Result<Work> {
    let event = Event::parse(&job.event, &job.payload).map_err(|error| Usage(error.into()))?;
    let pull = match &event {
        Event::PullRequest(it) => Some(it.clone()),
        _ => None,
    };
    if let Some(base) = &args.base {
        return Ok(Work::Change(base.clone(), pull));
    }
    Ok(match event {
        Event::PullRequest(it) => Work::Change(base_of(&it), Some(it)),
        Event::MergeGroup { base, .. } => Work::Change(base, None),
        Event::Push(push) if push.after.is_none() => Work::Nothing,
        Event::Push(push) => {
            let repository = Repository::of(Path::new(".")).context("this is no git repository")?;
            let known = |it: &String| repository.commit(it).is_ok();
            // A branch is new, or its history was written anew: then it is compared with the main one.
            let main = push.default_branch.map(|it| format!("origin/{it}")).filter(known);
            match push.before.filter(known).or(main) {
                Some(base) => Work::Change(base, None),
                None => Work::Tree,
            }
        }
        Event::WorkflowRun(_) => {
            let how = "a workflow_run has no change of its own: give the other run's report with --from";
            return Err(Usage(anyhow!(how)).into());
        }
        Event::Other => Work::Tree,
    })
}

/// What a pull request is compared with: where the base was when GitHub made the merge that is checked out, which may be
/// later than the event. What others merged in between is not this change's doing.
fn base_of(pull: &PullRequest) -> String {
    let merged = || {
        let repository = Repository::of(Path::new("."))?;
        let parent = |which: &str| repository.commit(which).ok();
        let (first, second) = (parent("HEAD^1")?, parent("HEAD^2")?);
        let later = second == pull.head && repository.merge_base(&first, &pull.base)? == pull.base;
        later.then_some(first)
    };
    merged().unwrap_or_else(|| pull.base.clone())
}

/// The same as arguments of `check`, for when there is nothing to compare.
fn as_check(args: &Review, job: &Job) -> Check {
    Check {
        paths: vec![PathBuf::from(".")],
        base: None,
        staged: false,
        whole_repository: false,
        format: if job.is_job { crate::args::Format::Github } else { crate::args::Format::Text },
        output: args.output.clone(),
        fail_on: args.fail_on,
        only: Vec::new(),
        plan: Vec::new(),
        config: args.config.clone(),
        no_suppressions: false,
        outcomes: false,
        no_ignore: false,
        repository: None,
        color: crate::args::Color::Auto,
    }
}

/// Tells of a judged change or tree: files, the log, the pull request, the page of the run, the outputs of the step.
fn told(
    args: &Review,
    job: &Job,
    changed: Changed,
    pull: Option<&PullRequest>,
    started: Instant,
) -> Result<Outcome> {
    let Changed { judged, config, repository, start } = changed;
    let Judged { review, sources } = judged;
    let metas = metas();
    let context = report::Context {
        elapsed: Some(started.elapsed()),
        fail_on: fails_from(args.fail_on.map(|it| it.0), &config),
        ..context(&review, &sources, &metas)
    };
    write_outputs(&args.output, &context)?;
    print(&job.inert(&report::text(&context, crate::check::plain())))?;
    let mut digest = Digest::of(&context);
    let current = repository.commit("HEAD")?;
    let head = pull.map_or(&current, |it| &it.head);
    let has_head = repository.commit(head).is_ok();
    let mut notes = Vec::new();
    if !has_head {
        notes.push(
            "this clone is shallow, so that comments cannot be put on lines: fetch with `fetch-depth: 0`"
                .to_owned(),
        );
    }
    let mut lines = Lines::new(&repository, &current, head);
    digest.relocate(&mut |place| place.lines.filter(|_| has_head).and_then(|it| lines.find(&place.path, it)));
    let mut shown: Vec<usize> = (0..digest.items.len()).collect();
    if let Some(pull) = pull
        && args.comments == Comments::Review
    {
        let hunks = repository.diff(&parted(&repository, pull, &start), head, 3, None).unwrap_or_default();
        let target = target(args, job, pull);
        let outcome =
            connlint_github::post(&target, &posting(&digest, args), &Hunks::parse(hunks), &limits(args));
        notes.extend(outcome.notices.iter().cloned());
        print(&posted(&outcome))?;
        if outcome.mode == Mode::Posted {
            shown = outcome.summary_only;
            let n = outcome.resolved_by_people.len();
            if n > 0 {
                notes.push(format!("{n} of the findings are resolved on the pull request and still there"));
            }
        }
    }
    let commands = report::github(&context);
    let worst = commands.lines().enumerate().filter(|(index, _)| shown.contains(index));
    if job.is_job {
        print(&worst.map(|(_, line)| format!("{line}\n")).collect::<String>())?;
    }
    for note in &notes {
        print(&job.inert(&format!("note: {note}\n")))?;
    }
    let files = format!("{}/{}/blob/{head}", job.server, job.repository);
    let files = if job.repository.is_empty() { String::new() } else { files };
    job.summarise(&sheet(&digest, &Links::Lines(files), &notes))?;
    let failing = context.failing();
    job.output(&[
        ("verdict", if failing > 0 { "failed" } else { "passed" }.to_owned()),
        ("findings", digest.items.len().to_string()),
        ("failing", failing.to_string()),
        ("older", digest.old.to_string()),
    ])?;
    Ok(outcome(&review, failing))
}

/// What became of the comments, in a line.
pub(crate) fn posted(outcome: &connlint_github::Outcome) -> String {
    let (new, kept, fixed) = (outcome.inline + outcome.file, outcome.kept + outcome.updated, outcome.fixed);
    format!("comments on the pull request: {new} new, {kept} kept, {fixed} marked as fixed\n")
}

/// Where a pull request's diff begins, as GitHub shows it.
fn parted(repository: &Repository, pull: &PullRequest, start: &str) -> String {
    repository.merge_base(&pull.base, &pull.head).unwrap_or_else(|| start.to_owned())
}

/// Where to post.
pub(crate) fn target(args: &Review, job: &Job, pull: &PullRequest) -> Target {
    Target {
        api: job.api.clone(),
        graphql: job.graphql.clone(),
        token: job.token.clone(),
        repository: pull.repository.clone(),
        pull: pull.number,
        head: pull.head.clone(),
        login: args.login.clone(),
        comment_id: args.comment_id.clone(),
        fork: pull.fork,
    }
}

/// How much to post.
pub(crate) fn limits(args: &Review) -> Limits {
    Limits { inline: args.max_comments, wait: Duration::from_secs(args.max_wait), ..Limits::default() }
}

/// The findings that get a comment, which are the first of all.
fn worth_a_comment<'d>(digest: &'d Digest, args: &Review) -> impl Iterator<Item = &'d Item> {
    let least = args.comment_on.0;
    digest.items.iter().take_while(move |it| least.is_some_and(|least| it.severity >= least))
}

/// What to post.
pub(crate) fn posting(digest: &Digest, args: &Review) -> Posting {
    let notes = worth_a_comment(digest, args).map(|item| {
        let comment = comment(item, &Links::Addresses, true);
        Note {
            fingerprint: item.fingerprint.clone(),
            path: item.at.path.clone(),
            lines: item.at.lines,
            body: comment.inline,
            file_body: comment.file,
            title: comment.title,
        }
    });
    let notes: Vec<Note> = notes.collect();
    let rest = digest.items.iter().skip(notes.len());
    Posting {
        uncommented: rest.map(|it| it.fingerprint.clone()).collect(),
        notes,
        review: "connlint has something to say about this change.".to_owned(),
        sticky: sheet(digest, &Links::Addresses, &[]),
        sticky_if_none: !(digest.items.is_empty() && digest.changes.is_empty() && digest.edits.is_empty()),
    }
}
