//! Which pull request a finished workflow was for.

use connlint_github::{FindError, Origin, find_pull};

use crate::rig::{Rig, TOKEN, fault};

fn origin(rig: &Rig) -> Origin {
    Origin {
        head: rig.target.head.clone(),
        branch: Some("fix/a b&c#1".to_owned()),
        repository: Some("mallory/infra".to_owned()),
    }
}

fn rig() -> Rig {
    let rig = Rig::new(&[]);
    "fix/a b&c#1".clone_into(&mut rig.github.state().branch);
    "mallory/infra".clone_into(&mut rig.github.state().head_repository);
    rig
}

#[test]
fn commit_branch_and_repository_have_to_be_right() {
    let rig = rig();
    let right = origin(&rig);
    let find = |origin: &Origin| find_pull(&rig.target.api, TOKEN, "acme/infra", origin).unwrap();
    assert_eq!(find(&right), Some(7));
    assert_eq!(find(&Origin { head: "b".repeat(40), ..right.clone() }), None);
    assert_eq!(find(&Origin { branch: Some("fix".to_owned()), ..right.clone() }), None);
    assert_eq!(find(&Origin { branch: None, ..right.clone() }), None);
    assert_eq!(find(&Origin { repository: Some("acme/infra".to_owned()), ..right.clone() }), None);
    assert_eq!(find(&Origin { repository: None, ..right.clone() }), None);
    rig.github.state().open = false;
    assert_eq!(find(&right), None);
}

#[test]
fn errors_say_why_and_no_token() {
    let rig = rig();
    let error = find_pull(&rig.target.api, "ghs_other", "acme/infra", &origin(&rig)).unwrap_err();
    assert!(matches!(&error, FindError::Unlisted(why) if why.contains("Bad credentials")), "{error:?}");
    rig.fail(fault("GET", "/pulls", 404));
    let error = find_pull(&rig.target.api, TOKEN, "acme/infra", &origin(&rig)).unwrap_err();
    assert!(!format!("{error:?}{error}").contains(TOKEN));
    let error = find_pull(&rig.target.api, TOKEN, "acme/infra/..", &origin(&rig)).unwrap_err();
    assert!(matches!(error, FindError::Repository));
}
