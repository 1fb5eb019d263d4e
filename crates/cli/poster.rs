//! Posts the report of another job: the second stage for pull requests from forks, whose own jobs may not write.

use std::path::Path;

use anyhow::{Context, Result, anyhow, bail};
use connlint_github::{Event, Hunks, PullRequest, find_pull};
use connlint_report::pull::{Digest, Links, Stranger, sheet};

use crate::actions::Job;
use crate::args::Review;
use crate::check::{Outcome, Usage, metas, print};
use crate::config::{Config, fails_from};
use crate::review::{limits, posted, posting, target};

/// A report that is larger than this was not written by connlint for people to read.
const LARGEST: u64 = 32 << 20;

/// Posts a JSON report, which may be a stranger's: see [`Digest::of_stranger`]. Which pull request it is for is GitHub's
/// to say, not the report's.
pub(crate) fn post_report(args: &Review, job: &Job, file: &Path) -> Result<Outcome> {
    let event = Event::parse(&job.event, &job.payload).map_err(|error| Usage(error.into()))?;
    let size = std::fs::metadata(file).with_context(|| format!("cannot read {}", file.display()))?.len();
    if size > LARGEST {
        bail!("{} is larger than a report of connlint ever is", file.display());
    }
    let text = std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    let (config, _) = Config::load(args.config.as_deref(), &[".".into()]).map_err(Usage)?;
    let least = fails_from(args.fail_on.map(|it| it.0), &config);
    let Stranger { mut digest, dropped } = Digest::of_stranger(&text, &metas(), least)
        .map_err(|why| anyhow!("{} is not used: {why}", file.display()))?;
    let Some(pull) = pull(job, event)? else {
        print("no open pull request is for this run any more: nothing to post\n")?;
        return Ok(Outcome::Clean);
    };
    let target = target(args, job, &pull);
    let mut notes = Vec::new();
    let hunks = connlint_github::fetch_hunks(&target).unwrap_or_else(|why| {
        notes.push(format!("the diff could not be read, so that comments are not put on lines: {why}"));
        Hunks::default()
    });
    if dropped > 0 {
        notes.push(format!(
            "{dropped} entries of the report are not shown, as they are none that connlint writes"
        ));
    }
    // A report names the lines of the merge; where the base has moved on, they may be none of the diff.
    digest.relocate(&mut |place| place.lines.filter(|it| hunks.show(&place.path, *it)));
    let outcome = connlint_github::post(&target, &posting(&digest, args), &hunks, &limits(args));
    let said = posted(&outcome);
    notes.extend(outcome.notices);
    for note in &notes {
        print(&job.inert(&format!("note: {note}\n")))?;
    }
    print(&said)?;
    job.summarise(&sheet(&digest, &Links::Addresses, &notes))?;
    Ok(Outcome::Clean)
}

/// The pull request that the event is about.
fn pull(job: &Job, event: Event) -> Result<Option<PullRequest>> {
    match event {
        Event::PullRequest(it) => Ok(Some(it)),
        Event::WorkflowRun(run) => {
            let number = find_pull(&job.api, &job.token, &run.repository, &run.origin)?;
            Ok(number.map(|number| PullRequest {
                number,
                base: String::new(),
                fork: run.origin.repository.as_ref() != Some(&run.repository),
                head: run.origin.head,
                repository: run.repository,
            }))
        }
        _ => Err(Usage(anyhow!("--from needs a workflow_run or pull_request event")).into()),
    }
}
