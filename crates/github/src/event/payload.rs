//! The fields that we read of GitHub's payloads; they have hundreds.

use serde::Deserialize;

#[derive(Deserialize)]
pub(super) struct PullRequestPayload {
    pub(super) pull_request: PullRequest,
    pub(super) repository: Repository,
}

#[derive(Deserialize)]
pub(super) struct PullRequest {
    pub(super) number: u64,
    pub(super) base: Side,
    pub(super) head: Side,
}

#[derive(Deserialize)]
pub(super) struct Side {
    pub(super) sha: String,
    pub(super) repo: Option<Repository>,
}

#[derive(Deserialize)]
pub(super) struct Repository {
    pub(super) full_name: String,
    pub(super) default_branch: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct MergeGroupPayload {
    pub(super) merge_group: MergeGroup,
}

#[derive(Deserialize)]
pub(super) struct MergeGroup {
    pub(super) base_sha: String,
    pub(super) head_sha: String,
}

#[derive(Deserialize)]
pub(super) struct PushPayload {
    pub(super) before: String,
    pub(super) after: String,
    #[serde(default)]
    pub(super) deleted: bool,
    pub(super) repository: Repository,
}

#[derive(Deserialize)]
pub(super) struct WorkflowRunPayload {
    pub(super) workflow_run: WorkflowRun,
    pub(super) repository: Repository,
}

#[derive(Deserialize)]
pub(super) struct WorkflowRun {
    pub(super) id: u64,
    pub(super) event: String,
    pub(super) head_sha: String,
    pub(super) head_branch: Option<String>,
    pub(super) head_repository: Option<Repository>,
}
