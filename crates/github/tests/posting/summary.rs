//! The comment that sums up: there is at most one of a job, and it is always up to date.

use connlint_github::Mode;
use serde_json::json;

use crate::rig::{Rig, fault, note};

#[test]
fn it_is_made_once_and_changed_when_it_reads_differently() {
    let mut rig = Rig::new(&[]);
    assert_eq!(rig.post_nothing().mode, Mode::Posted);
    rig.posting.sticky_if_none = true;
    assert_eq!(rig.post().1, ["summary"]);
    rig.post_nothing();
    // Once it is there it is kept up to date, wanted or not.
    rig.posting.sticky_if_none = false;
    rig.posting.sticky = "All is well.".to_owned();
    assert_eq!(rig.post().1, ["change summary"]);
    assert!(rig.sent("change summary")["body"].as_str().unwrap().starts_with("All is well.\n\n<!-- "));
    rig.post_nothing();
}

#[test]
fn it_is_found_among_the_conversation() {
    let mut rig = Rig::new(&[]);
    rig.posting.sticky_if_none = true;
    rig.github.state().page_size = 7;
    let talk = (0..20).map(|it| json!({ "id": 500 + it, "body": "talk", "user": { "login": "alice" } }));
    rig.github.state().summaries.extend(talk);
    assert_eq!(rig.post().1, ["summary"]);
    rig.post_nothing();
}

#[test]
fn it_comes_last_and_is_not_written_where_findings_were_not() {
    let mut rig = Rig::new(&[note(1, "a.tf", (30, 30)), note(2, "a.tf", (1, 1))]);
    rig.posting.sticky_if_none = true;
    rig.post();
    rig.posting.sticky.push('!');
    rig.posting.notes = vec![note(3, "a.tf", (30, 30)), note(4, "a.tf", (1, 1))];
    let expected =
        ["review", "file comment", "change comment", "fold", "change comment", "fold", "change summary"];
    assert_eq!(rig.post().1, expected);
}

#[test]
fn a_summary_that_is_refused_is_a_notice() {
    let mut rig = Rig::new(&[]);
    rig.posting.sticky_if_none = true;
    rig.fail(fault("POST", "issues/7/comments", 422));
    let (outcome, writes) = rig.post();
    assert_eq!((outcome.mode, outcome.notices.len(), writes.len()), (Mode::Posted, 1, 1));
}
