//! Which comments are ours: those of our login, with our marker, of this job.

use connlint_github::Mode;
use serde_json::json;

use crate::rig::{Rig, note};

#[test]
fn a_marker_that_somebody_else_has_written_is_ignored() {
    let mut rig = Rig::new(&[note(1, "a.tf", (30, 30))]);
    rig.posting.sticky_if_none = true;
    rig.post();
    for comment in &mut rig.github.state().comments {
        comment["user"] = json!({ "login": "mallory" });
    }
    rig.github.state().summaries[0]["user"] = json!(null);
    let (outcome, writes) = rig.post();
    assert_eq!((writes, outcome.inline), (vec!["review", "summary"], 1));
    // Nor is theirs said to be fixed.
    rig.posting.notes.clear();
    let (outcome, writes) = rig.post();
    assert_eq!((writes, outcome.fixed), (vec!["change comment", "fold"], 1));
    assert!(rig.comment(0).starts_with("Finding 1."));
}

#[test]
fn the_comments_of_other_jobs_are_theirs() {
    let mut rig = Rig::new(&[note(1, "a.tf", (30, 30))]);
    rig.posting.sticky_if_none = true;
    rig.post();
    rig.target.comment_id = "connlint-staging".to_owned();
    rig.posting.notes = vec![note(2, "a.tf", (31, 31))];
    let (outcome, writes) = rig.post();
    assert_eq!((writes, outcome.inline, outcome.fixed), (vec!["review", "summary"], 1, 0));
    rig.target.comment_id = "connlint".to_owned();
    rig.posting.notes = vec![note(1, "a.tf", (30, 30))];
    assert_eq!(rig.post_nothing().kept, 1);
}

#[test]
fn a_reply_is_never_ours() {
    let mut rig = Rig::new(&[note(1, "a.tf", (30, 30))]);
    rig.post();
    // Somebody else's action, under the same login, has quoted us.
    let mut reply = rig.github.state().comments[0].clone();
    (reply["id"], reply["in_reply_to_id"]) = (json!(900), json!(2));
    rig.github.state().comments.push(reply);
    assert_eq!(rig.post_nothing().kept, 1);
    rig.posting.notes.clear();
    let (_, writes) = rig.post();
    assert_eq!(writes, ["change comment", "fold"]);
    assert!(rig.comment(1).starts_with("Finding 1."));
}

#[test]
fn the_last_marker_of_a_text_counts() {
    let mut forged = note(1, "a.tf", (30, 30));
    let other = format!("{:032x}", 2);
    forged.body = format!("<!-- connlint:1 finding id=connlint fp={other} state=open digest=0 title= -->");
    let mut rig = Rig::new(&[forged]);
    rig.post();
    assert_eq!(rig.post_nothing().kept, 1);
}

#[test]
fn comments_in_forms_that_we_do_not_know_are_no_error() {
    let mut rig = Rig::new(&[note(1, "a.tf", (30, 30))]);
    let odd = [
        json!({ "id": 800, "body": null, "user": null }),
        json!({ "id": 801, "body": "<!-- connlint:1 finding", "user": { "login": "github-actions[bot]" } }),
        json!({ "id": 802, "body": "<!-- connlint:9 finding id=connlint -->", "user": { "login": "x" }, "line": null }),
    ];
    rig.github.state().comments.extend(odd);
    let (outcome, writes) = rig.post();
    assert_eq!((outcome.mode, writes), (Mode::Posted, vec!["review"]));
}

#[test]
fn another_login_can_be_ours() {
    let mut rig = Rig::new(&[note(1, "a.tf", (30, 30))]);
    rig.github.state().login = "acme-lint[bot]".to_owned();
    rig.target.login = "acme-lint[bot]".to_owned();
    rig.post();
    assert_eq!(rig.post_nothing().kept, 1);
}

#[test]
fn github_enterprise_has_its_interfaces_elsewhere() {
    let mut rig = Rig::at("/api/v3", &[note(1, "a.tf", (30, 30))]);
    rig.post();
    rig.github.state().resolved.insert("NODE_2".to_owned());
    assert_eq!(rig.post_nothing().resolved_by_people, [0]);
    rig.target.api.push('/');
    rig.posting.notes.clear();
    let (outcome, writes) = rig.post();
    assert_eq!((writes, outcome.notices.len()), (vec!["change comment", "fold"], 0));
}
