//! Where comments may stand, and how many.

use connlint_github::{Mode, Note};

use crate::rig::{Rig, note};

#[test]
fn a_line_outside_the_diff_goes_to_its_file_and_a_file_outside_to_the_summary() {
    let cases: [(Note, &[&str]); 8] = [
        (note(1, "a.tf", (27, 33)), &["review"]),
        (note(1, "a.tf", (66, 66)), &["review"]),
        (note(1, "a.tf", (26, 27)), &["file comment"]),
        (note(1, "a.tf", (33, 60)), &["file comment"]),
        (note(1, "moved.tf", (1, 1)), &["file comment"]),
        (note(1, "old.tf", (1, 1)), &[]),
        (Note { lines: None, ..note(1, "a.tf", (1, 1)) }, &["file comment"]),
        (Note { lines: None, ..note(1, "gone.tf", (1, 1)) }, &[]),
    ];
    for (note, expected) in cases {
        let mut rig = Rig::new(std::slice::from_ref(&note));
        let (outcome, writes) = rig.post();
        assert_eq!(writes, expected, "{note:?}");
        assert_eq!(outcome.summary_only.len(), usize::from(expected.is_empty()), "{note:?}");
        rig.post_nothing();
    }
}

#[test]
fn what_there_is_no_room_for_goes_to_files_and_then_to_the_summary() {
    let notes: Vec<Note> = (0..45).map(|it| note(it, "a.tf", (27 + it as u32 % 7, 33))).collect();
    let mut rig = Rig::new(&notes);
    let (outcome, writes) = rig.post();
    assert_eq!((writes.len(), writes[0]), (11, "review"));
    assert_eq!((outcome.inline, outcome.file), (30, 10));
    assert_eq!(outcome.summary_only, (40..45).collect::<Vec<_>>());
    // The next run has room for what is left, whatever the size of GitHub's pages.
    rig.github.state().page_size = 7;
    let (outcome, writes) = rig.post();
    assert_eq!((writes, outcome.inline, outcome.kept), (vec!["review"], 5, 40));
    assert_eq!(rig.post_nothing().kept, 45);
}

#[test]
fn without_room_nothing_is_written() {
    let mut rig = Rig::new(&[note(1, "a.tf", (30, 30))]);
    (rig.limits.inline, rig.limits.file) = (0, 0);
    assert_eq!(rig.post_nothing().summary_only, [0]);
}

#[test]
fn findings_that_could_not_be_known_again_get_no_comment() {
    let mut nameless = note(3, "a.tf", (30, 30));
    nameless.fingerprint = "--> <b>".to_owned();
    let mut rig = Rig::new(&[note(1, "a.tf", (30, 30)), note(1, "a.tf", (31, 31)), nameless]);
    let (outcome, writes) = rig.post();
    assert_eq!((writes, outcome.summary_only), (vec!["review"], vec![1, 2]));
    assert_eq!(outcome.notices, ["2 findings have no fingerprint of their own."]);
}

#[test]
fn texts_are_cut_to_what_github_takes() {
    let mut long = note(1, "a.tf", (30, 30));
    long.body = "é".repeat(70_000);
    let mut rig = Rig::new(&[long]);
    (rig.posting.sticky, rig.posting.sticky_if_none) = ("ü\n".repeat(70_000), true);
    let (outcome, writes) = rig.post();
    assert_eq!((writes, outcome.mode), (vec!["review", "summary"], Mode::Posted));
    assert!(rig.comment(0).contains("The rest was cut"));
    rig.post_nothing();
}
