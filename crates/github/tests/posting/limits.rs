//! Rate limits, and errors of the server's that leave open whether a write was done.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use connlint_github::{Mode, Outcome};

use crate::github::{Fault, Moment};
use crate::rig::{Rig, fault, note};

fn limited(status: u16, headers: &[(&'static str, &str)]) -> Fault {
    let headers = headers.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
    Fault { headers, ..fault("POST", "/reviews", status) }
}

fn rig() -> Rig {
    let mut rig = Rig::new(&[note(1, "a.tf", (30, 30))]);
    rig.limits.wait = Duration::from_secs(3);
    rig
}

/// Posts, and says how long it took.
#[expect(clippy::disallowed_methods, reason = "a test measures")]
fn timed(rig: &mut Rig) -> (Outcome, Vec<&'static str>, Duration) {
    let began = std::time::Instant::now();
    let (outcome, writes) = rig.post();
    (outcome, writes, began.elapsed())
}

#[test]
fn a_short_limit_is_waited_for() {
    for status in [403, 429] {
        let mut rig = rig();
        rig.fail(limited(status, &[("retry-after", "1")]));
        let (outcome, writes, time) = timed(&mut rig);
        assert_eq!((outcome.mode, outcome.inline), (Mode::Posted, 1));
        assert_eq!(writes, ["review", "review"]);
        assert!(time >= Duration::from_secs(1));
        assert_eq!(rig.github.state().reviews.len(), 1);
    }
}

#[test]
fn a_limit_may_say_when_it_ends() {
    let mut rig = rig();
    #[expect(clippy::disallowed_methods, reason = "the server has a clock")]
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    let end = (now + 2).to_string();
    rig.fail(limited(403, &[("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", &end)]));
    let (outcome, writes, _) = timed(&mut rig);
    assert_eq!((outcome.mode, writes.len()), (Mode::Posted, 2));
}

#[test]
fn a_long_limit_ends_the_run_at_once() {
    let cases: [(u16, &[(&str, &str)]); 4] = [
        (429, &[("retry-after", "900")]),
        (403, &[("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "99999999999")]),
        // Nothing says for how long, so it is a minute.
        (429, &[]),
        (403, &[]),
    ];
    for (status, headers) in cases {
        let mut rig = rig();
        rig.posting.sticky_if_none = true;
        rig.fail(limited(status, headers));
        let (outcome, writes, time) = timed(&mut rig);
        assert_eq!((outcome.mode, outcome.summary_only, writes), (Mode::Limited, vec![0], vec!["review"]));
        assert!(time < Duration::from_secs(2), "{time:?}");
    }
}

#[test]
fn all_waiting_together_is_limited() {
    let mut rig = rig();
    for _ in 0..3 {
        rig.fail(limited(403, &[("retry-after", "0")]));
    }
    rig.fail(limited(403, &[("retry-after", "1")]));
    let (outcome, writes, _) = timed(&mut rig);
    assert_eq!((outcome.mode, writes.len()), (Mode::Limited, 4));
}

#[test]
fn reading_may_be_limited_too() {
    let mut rig = rig();
    rig.fail(Fault {
        headers: vec![("retry-after", "1".to_owned())],
        ..fault("GET", "pulls/7/comments", 429)
    });
    assert_eq!(rig.post().0.mode, Mode::Posted);
    rig.fail(Fault { headers: vec![("retry-after", "99".to_owned())], ..fault("GET", "pulls/7", 429) });
    assert_eq!(rig.post_nothing().mode, Mode::Limited);
}

#[test]
fn a_write_that_was_done_though_the_server_failed_is_not_done_again() {
    let mut rig = Rig::new(&[note(1, "a.tf", (30, 30)), note(2, "a.tf", (1, 1))]);
    rig.posting.sticky_if_none = true;
    rig.github.state().page_size = 1;
    for route in ["/reviews", "pulls/7/comments", "issues/7/comments"] {
        rig.fail(Fault { moment: Moment::After, ..fault("POST", route, 502) });
    }
    let (outcome, writes) = rig.post();
    assert_eq!(writes, ["review", "file comment", "summary"]);
    assert_eq!((outcome.mode, outcome.inline, outcome.file), (Mode::Posted, 1, 1));
    assert_eq!(rig.github.state().comments.len(), 2);
    assert_eq!(rig.github.state().summaries.len(), 1);
    rig.post_nothing();
}

#[test]
fn a_write_that_was_not_done_is_tried_once_more() {
    let mut rig = Rig::new(&[note(1, "a.tf", (30, 30))]);
    rig.posting.sticky_if_none = true;
    rig.fail(fault("POST", "/reviews", 502));
    rig.fail(fault("POST", "issues/7/comments", 503));
    let (outcome, writes) = rig.post();
    assert_eq!(writes, ["review", "review", "summary", "summary"]);
    assert_eq!((outcome.mode, outcome.inline), (Mode::Posted, 1));
    assert_eq!(rig.github.state().reviews.len(), 1);
    assert_eq!(rig.github.state().summaries.len(), 1);
}

#[test]
fn a_server_that_keeps_failing_ends_the_run() {
    let mut rig = Rig::new(&[note(1, "a.tf", (30, 30))]);
    rig.posting.sticky_if_none = true;
    rig.fail(fault("POST", "/reviews", 502));
    rig.fail(fault("POST", "/reviews", 500));
    let (outcome, writes) = rig.post();
    assert_eq!((outcome.mode, writes), (Mode::Failed, vec!["review", "review"]));
    assert_eq!(outcome.summary_only, [0]);
    assert!(!outcome.notices[0].contains("Unicorn"), "{:?}", outcome.notices);
}

#[test]
fn a_later_review_of_the_same_commit_is_another_one() {
    let mut rig = Rig::new(&[note(1, "a.tf", (30, 30))]);
    rig.post();
    rig.posting.notes.push(note(2, "a.tf", (31, 31)));
    rig.fail(fault("POST", "/reviews", 502));
    let (outcome, writes) = rig.post();
    assert_eq!((writes, outcome.inline), (vec!["review", "review"], 1));
    assert_eq!(rig.github.state().reviews.len(), 2);
}

#[test]
fn a_review_that_somebody_else_has_written_is_not_taken_for_ours() {
    let mut rig = Rig::new(&[note(1, "a.tf", (30, 30))]);
    rig.post();
    {
        let mut state = rig.github.state();
        state.comments.clear();
        state.reviews[0]["user"] = serde_json::json!({ "login": "mallory" });
    }
    rig.fail(fault("POST", "/reviews", 502));
    let (outcome, writes) = rig.post();
    assert_eq!((writes, outcome.inline), (vec!["review", "review"], 1));
    assert_eq!(rig.github.state().comments.len(), 1);
}

#[test]
fn changing_a_comment_twice_does_no_harm() {
    for moment in [Moment::Before, Moment::After] {
        let mut rig = Rig::new(&[note(1, "a.tf", (30, 30))]);
        rig.post();
        rig.posting.notes.clear();
        rig.fail(Fault { moment, ..fault("PATCH", "/comments/2", 502) });
        let (outcome, writes) = rig.post();
        assert_eq!((writes, outcome.fixed), (vec!["change comment", "change comment", "fold"], 1));
    }
}

#[test]
fn reading_is_tried_once_more() {
    let mut rig = Rig::new(&[note(1, "a.tf", (30, 30))]);
    rig.fail(fault("GET", "pulls/7", 502));
    assert_eq!(rig.post().0.mode, Mode::Posted);
    rig.fail(fault("GET", "pulls/7", 502));
    rig.fail(fault("GET", "pulls/7", 502));
    assert_eq!(rig.post_nothing().mode, Mode::Failed);
}
