//! Findings that stay, move, change, go and come back.

use connlint_github::Mode;
use serde_json::json;

use crate::rig::{Rig, note};

#[test]
fn a_first_run_writes_one_review_one_comment_a_file_and_a_summary() {
    let notes = [
        note(1, "a.tf", (30, 30)),
        note(2, "b.yaml", (1, 2)),
        note(3, "a.tf", (1, 1)),
        note(4, "moved.tf", (5, 5)),
        note(5, "untouched.tf", (1, 1)),
    ];
    let mut rig = Rig::new(&notes);
    rig.posting.sticky_if_none = true;
    let (outcome, writes) = rig.post();
    assert_eq!(writes, ["review", "file comment", "file comment", "summary"]);
    assert_eq!((outcome.mode, outcome.inline, outcome.file), (Mode::Posted, 2, 2));
    assert_eq!(outcome.summary_only, [4]);
    assert_eq!(outcome.notices, [""; 0]);

    let review = rig.sent("review");
    assert_eq!((&review["event"], &review["commit_id"]), (&json!("COMMENT"), &json!(rig.target.head)));
    let (one, two) = (&review["comments"][0], &review["comments"][1]);
    assert_eq!((&one["line"], one.get("start_line"), one.get("start_side")), (&json!(30), None, None));
    assert_eq!((&two["line"], &two["start_line"]), (&json!(2), &json!(1)));
    assert!(one["body"].as_str().unwrap().starts_with("Finding 1.\n\n<!-- "));
    assert!(rig.comment(2).starts_with("Finding 3, line 1."));
}

#[test]
fn the_same_again_writes_nothing() {
    let mut rig = Rig::new(&[note(1, "a.tf", (30, 30)), note(2, "a.tf", (1, 1))]);
    rig.posting.sticky_if_none = true;
    rig.post();
    assert_eq!(rig.post_nothing().kept, 2);
    // A force-push or a rebase: another commit, the same findings.
    rig.push("b");
    assert_eq!(rig.post_nothing().kept, 2);
    // Texts may come back with other line ends.
    for comment in &mut rig.github.state().comments {
        comment["body"] = json!(comment["body"].as_str().unwrap().replace('\n', "\r\n"));
    }
    assert_eq!(rig.post_nothing().kept, 2);
}

#[test]
fn a_moved_line_writes_nothing() {
    let mut rig = Rig::new(&[note(1, "a.tf", (30, 30)), note(2, "a.tf", (1, 1))]);
    rig.post();
    rig.posting.notes = vec![note(1, "a.tf", (32, 32)), note(2, "a.tf", (9, 9))];
    assert_eq!(rig.post_nothing().kept, 2);
    // Not even out of the diff, or into another file.
    rig.posting.notes = vec![note(1, "a.tf", (1, 1)), note(2, "b.yaml", (1, 1))];
    assert_eq!(rig.post_nothing().kept, 2);
}

#[test]
fn an_outdated_comment_is_kept() {
    let mut rig = Rig::new(&[note(1, "a.tf", (30, 30))]);
    rig.post();
    rig.github.state().comments[0]["line"] = json!(null);
    assert_eq!(rig.post_nothing().kept, 1);
}

#[test]
fn a_changed_text_is_one_write() {
    let mut rig = Rig::new(&[note(1, "a.tf", (30, 30)), note(2, "a.tf", (1, 1))]);
    rig.post();
    for note in &mut rig.posting.notes {
        note.body = format!("Worse: {}", note.body);
        note.file_body = format!("Worse: {}", note.file_body);
    }
    let (outcome, writes) = rig.post();
    assert_eq!(writes, ["change comment", "change comment"]);
    assert_eq!((outcome.updated, outcome.kept, outcome.summary_only), (2, 0, vec![]));
    assert!(rig.comment(0).starts_with("Worse: Finding 1."));
    assert!(rig.comment(1).starts_with("Worse: Finding 2, line 1."), "the comment on a file names the line");
    assert_eq!(rig.post_nothing().kept, 2);
}

#[test]
fn a_fixed_finding_is_said_to_be_and_folded() {
    let mut rig = Rig::new(&[note(1, "a.tf", (30, 30)), note(2, "a.tf", (1, 1))]);
    rig.post();
    rig.push("b");
    rig.posting.notes.remove(0);
    let (outcome, writes) = rig.post();
    assert_eq!(writes, ["change comment", "fold"]);
    assert_eq!((outcome.fixed, outcome.kept), (1, 1));
    assert!(rig.comment(0).starts_with(&format!("title of 1\n\n✅ Fixed in {}.", "b".repeat(40))));
    assert_eq!(rig.github.state().folded.values().collect::<Vec<_>>(), ["RESOLVED"]);
    assert_eq!(rig.post_nothing().fixed, 0);
}

#[test]
fn a_finding_that_asks_for_no_comment_any_more_is_not_fixed() {
    let mut rig = Rig::new(&[note(1, "a.tf", (30, 30)), note(2, "a.tf", (31, 31))]);
    rig.post();
    let milder = rig.posting.notes.remove(0);
    rig.posting.uncommented.insert(milder.fingerprint);
    assert_eq!((rig.post_nothing().fixed, rig.post_nothing().kept), (0, 1));
    // Gone is gone.
    rig.posting.uncommented.clear();
    assert_eq!(rig.post().0.fixed, 1);
}

#[test]
fn a_fixed_finding_that_people_talk_about_is_not_deleted() {
    let mut rig = Rig::new(&[note(1, "a.tf", (30, 30))]);
    rig.post();
    let reply = json!({ "id": 900, "node_id": "R", "body": "Is it?", "user": { "login": "alice" }, "line": 30,
        "in_reply_to_id": rig.github.state().comments[0]["id"] });
    rig.github.state().comments.push(reply);
    rig.posting.notes.clear();
    let (outcome, writes) = rig.post();
    assert_eq!((writes, outcome.fixed), (vec!["change comment", "fold"], 1));
    assert_eq!(rig.github.state().comments.len(), 2);
}

#[test]
fn a_finding_that_is_back_opens_its_comment() {
    let notes = [note(1, "a.tf", (30, 30)), note(2, "a.tf", (1, 1))];
    let mut rig = Rig::new(&notes);
    rig.post();
    rig.posting.notes.clear();
    rig.post();
    rig.posting.notes = notes.to_vec();
    let (outcome, writes) = rig.post();
    assert_eq!(writes, ["change comment", "unfold", "change comment", "unfold"]);
    assert_eq!((outcome.reopened, outcome.inline, outcome.summary_only), (2, 0, vec![]));
    assert!(rig.comment(0).starts_with("Finding 1.") && rig.comment(1).starts_with("Finding 2, line 1."));
    assert!(rig.github.state().folded.is_empty());
    assert_eq!(rig.post_nothing().kept, 2);
}

#[test]
fn a_finding_that_is_back_gets_a_new_comment_where_nobody_would_see_the_old_one() {
    for outdated in [true, false] {
        let notes = [note(1, "a.tf", (30, 30))];
        let mut rig = Rig::new(&notes);
        rig.post();
        rig.posting.notes.clear();
        rig.post();
        if outdated {
            rig.github.state().comments[0]["line"] = json!(null);
        } else {
            rig.github.state().resolved.insert("NODE_2".to_owned());
        }
        rig.posting.notes = notes.to_vec();
        let (outcome, writes) = rig.post();
        assert_eq!((writes, outcome.inline, outcome.reopened), (vec!["review"], 1, 0), "{outdated}");
        assert_eq!(rig.post_nothing().kept, 1);
    }
}

#[test]
fn what_a_person_has_resolved_is_left_alone() {
    let mut rig = Rig::new(&[note(1, "a.tf", (30, 30)), note(2, "a.tf", (31, 31))]);
    rig.post();
    rig.github.state().resolved.insert("NODE_2".to_owned());
    rig.github.state().page_size = 1;
    let outcome = rig.post_nothing();
    assert_eq!((outcome.resolved_by_people, outcome.kept, outcome.summary_only), (vec![0], 1, vec![]));
    // Even when it reads differently now.
    rig.posting.notes[0].body.push_str(" And worse.");
    assert_eq!(rig.post_nothing().resolved_by_people, [0]);
    // But it is said once it is fixed.
    rig.posting.notes.remove(0);
    let (outcome, writes) = rig.post();
    assert_eq!((writes, outcome.fixed), (vec!["change comment", "fold"], 1));
}

#[test]
fn of_several_comments_on_a_finding_the_oldest_stays() {
    let mut rig = Rig::new(&[note(1, "a.tf", (30, 30))]);
    rig.post();
    for id in [50, 51] {
        let mut twin = rig.github.state().comments[0].clone();
        (twin["id"], twin["node_id"]) = (json!(id), json!(format!("NODE_{id}")));
        rig.github.state().comments.insert(0, twin);
    }
    let (outcome, writes) = rig.post();
    assert_eq!(writes, ["change comment", "fold", "change comment", "fold"]);
    assert_eq!((outcome.kept, outcome.fixed), (1, 0));
    assert_eq!(rig.github.state().folded.values().collect::<Vec<_>>(), ["DUPLICATE", "DUPLICATE"]);
    assert!(rig.comment(2).starts_with("Finding 1."), "the oldest has the lowest number, wherever it stands");
    assert_eq!(rig.post_nothing().kept, 1);
}

#[test]
fn without_graphql_there_is_one_notice_and_nothing_else_is_missing() {
    let mut rig = Rig::new(&[note(1, "a.tf", (30, 30)), note(2, "a.tf", (31, 31))]);
    rig.post();
    rig.github.state().graphql_fails = true;
    rig.posting.notes.clear();
    let (outcome, writes) = rig.post();
    assert_eq!(writes, ["change comment", "change comment"]);
    assert_eq!((outcome.mode, outcome.fixed, outcome.notices.len()), (Mode::Posted, 2, 1));
    rig.target.graphql.clear();
    rig.posting.notes = vec![note(1, "a.tf", (30, 30))];
    let (outcome, writes) = rig.post();
    assert_eq!((writes, outcome.reopened, outcome.notices.len()), (vec!["change comment"], 1, 0));
}

#[test]
fn nothing_found_and_nothing_there_writes_nothing() {
    assert_eq!(Rig::new(&[]).post_nothing().mode, Mode::Posted);
}
