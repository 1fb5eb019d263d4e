//! What the token may not do, what GitHub does not take, and pull requests that are not to be written to.

use connlint_github::{Hunks, Mode};

use crate::github::Moment;
use crate::rig::{Rig, fault, note};

/// Lines of `a.tf` that the server does not show: the diff is of another moment.
fn too_many_lines() -> Hunks {
    Hunks::parse(
        "diff --git a/a.tf b/a.tf\n+++ b/a.tf\n@@ -0,0 +1,90 @@\ndiff --git a/b.yaml b/b.yaml\n"
            .replace("@@\ndiff", &format!("@@\n{}diff", "+\n".repeat(90))),
    )
}

#[test]
fn a_review_that_is_refused_goes_to_files() {
    let mut rig = Rig::new(&[note(1, "a.tf", (50, 50)), note(2, "a.tf", (30, 30))]);
    rig.hunks = too_many_lines();
    let (outcome, writes) = rig.post();
    assert_eq!(writes, ["review", "file comment", "file comment"]);
    assert_eq!((outcome.mode, outcome.inline, outcome.file), (Mode::Posted, 0, 2));
    assert_eq!(outcome.notices.len(), 1);
    assert!(outcome.notices[0].contains("must be part of the diff"), "{:?}", outcome.notices);
    assert_eq!(rig.post_nothing().kept, 2);
}

#[test]
fn a_refused_review_leaves_the_room_for_files_as_it_is() {
    let notes: Vec<_> = (0..12).map(|it| note(it, "a.tf", (50, 50))).collect();
    let mut rig = Rig::new(&notes);
    rig.hunks = too_many_lines();
    let (outcome, writes) = rig.post();
    assert_eq!((writes.len(), outcome.file, outcome.summary_only), (11, 10, vec![10, 11]));
}

#[test]
fn a_file_comment_that_is_refused_goes_to_the_summary() {
    let mut rig = Rig::new(&[note(1, "a.tf", (1, 1)), note(2, "c.tf", (1, 1))]);
    rig.hunks = Hunks::parse("diff --git a/a.tf b/a.tf\ndiff --git a/c.tf b/c.tf\n");
    let (outcome, writes) = rig.post();
    assert_eq!(writes, ["file comment", "file comment"]);
    assert_eq!((outcome.mode, outcome.file, outcome.summary_only), (Mode::Posted, 1, vec![1]));
    assert_eq!(outcome.notices.len(), 1);
}

#[test]
fn the_merge_that_was_checked_out_is_no_commit_of_the_pull_request() {
    let mut rig = Rig::new(&[note(1, "a.tf", (30, 30))]);
    rig.target.head = "c".repeat(40);
    let outcome = rig.post_nothing();
    assert_eq!((outcome.mode, outcome.summary_only), (Mode::Superseded, vec![0]));
}

#[test]
fn a_token_that_may_not_write_is_tried_once() {
    for fork in [true, false] {
        let mut rig = Rig::new(&[note(1, "a.tf", (30, 30)), note(2, "a.tf", (1, 1))]);
        rig.posting.sticky_if_none = true;
        rig.target.fork = fork;
        rig.github.state().read_only = true;
        let (outcome, writes) = rig.post();
        assert_eq!(writes, ["review"]);
        assert_eq!((outcome.mode, outcome.summary_only), (Mode::Denied, vec![0, 1]));
        assert_eq!(outcome.notices[0].contains("fork"), fork, "{:?}", outcome.notices);
        assert_ne!(outcome.notices[0].contains("pull-requests: write"), fork);
    }
}

#[test]
fn a_token_that_may_not_read_writes_nothing() {
    let mut rig = Rig::new(&[note(1, "a.tf", (30, 30))]);
    rig.github.state().unreadable = true;
    assert_eq!(rig.post_nothing().mode, Mode::Denied);
}

#[test]
fn a_token_that_is_none_writes_nothing() {
    for token in ["", "ghs_other", "with a blank", "with\nline", "ü"] {
        let mut rig = Rig::new(&[note(1, "a.tf", (30, 30))]);
        rig.target.token = token.to_owned();
        let outcome = rig.post_nothing();
        assert_eq!((outcome.mode, outcome.summary_only), (Mode::Denied, vec![0]), "{token}");
        assert_eq!(outcome.notices.len(), 1);
    }
}

#[test]
fn a_closed_or_locked_pull_request_is_left_alone() {
    for closed in [true, false] {
        let mut rig = Rig::new(&[note(1, "a.tf", (30, 30))]);
        rig.github.state().open = !closed;
        rig.github.state().locked = !closed;
        assert_eq!(rig.post_nothing().mode, Mode::Closed);
    }
}

#[test]
fn a_conversation_may_be_locked_while_we_write() {
    let mut rig = Rig::new(&[note(1, "a.tf", (30, 30))]);
    let mut locked = fault("POST", "/reviews", 403);
    locked.message = "Unable to create comment because issue is locked.";
    rig.fail(locked);
    let (outcome, writes) = rig.post();
    assert_eq!((outcome.mode, writes), (Mode::Closed, vec!["review"]));
}

#[test]
fn a_comment_that_was_deleted_meanwhile_is_no_matter() {
    let mut rig = Rig::new(&[note(1, "a.tf", (30, 30)), note(2, "a.tf", (31, 31))]);
    rig.post();
    let mut gone = fault("PATCH", "/comments/2", 404);
    gone.message = "Not Found";
    rig.fail(gone);
    rig.posting.notes.clear();
    let (outcome, writes) = rig.post();
    assert_eq!(writes, ["change comment", "change comment", "fold"]);
    assert_eq!((outcome.mode, outcome.fixed), (Mode::Posted, 1));
}

#[test]
fn a_new_text_that_is_not_taken_leaves_the_old_one() {
    for (status, mode, missing) in
        [(422, Mode::Posted, 0), (404, Mode::Posted, 1), (403, Mode::Denied, 0), (401, Mode::Denied, 0)]
    {
        let mut rig = Rig::new(&[note(1, "a.tf", (30, 30))]);
        rig.post();
        let mut refused = fault("PATCH", "/comments/2", status);
        refused.message = "No.";
        rig.fail(refused);
        rig.posting.notes[0].body.push('!');
        let (outcome, writes) = rig.post();
        assert_eq!((writes, outcome.updated), (vec!["change comment"], 0));
        assert_eq!((outcome.mode, outcome.summary_only.len()), (mode, missing), "{status}");
    }
}

#[test]
fn nonsense_is_not_sent() {
    let mut rig = Rig::new(&[note(1, "a.tf", (30, 30))]);
    rig.target.repository = "acme/infra/../../user".to_owned();
    assert_eq!(rig.post_nothing().mode, Mode::Failed);
    let mut rig = Rig::new(&[note(1, "a.tf", (30, 30))]);
    rig.target.head = "HEAD".to_owned();
    assert_eq!(rig.post_nothing().mode, Mode::Failed);
    for api in ["", "not an address", "http://127.0.0.1:1"] {
        let mut rig = Rig::new(&[note(1, "a.tf", (30, 30))]);
        rig.target.api = api.to_owned();
        let outcome = rig.post_nothing();
        assert_eq!((outcome.mode, outcome.notices.len()), (Mode::Failed, 1), "{api}");
    }
}

#[test]
fn a_refusal_after_the_write_counts_as_one() {
    let mut rig = Rig::new(&[note(1, "a.tf", (30, 30))]);
    let mut late = fault("POST", "/reviews", 422);
    late.moment = Moment::After;
    rig.fail(late);
    // Such an answer is a lie; the comment on the file is too much, and the next run says so.
    let (_, writes) = rig.post();
    assert_eq!(writes, ["review", "file comment"]);
    let (outcome, writes) = rig.post();
    assert_eq!((writes, outcome.kept), (vec!["change comment", "fold"], 1));
}
