//! A pull request to post to, and what is to be posted.

use std::collections::BTreeSet;
use std::net::TcpListener;

use connlint_github::{Hunks, Limits, Note, Outcome, Posting, Target, post};
use serde_json::Value;

use crate::github::{Fault, GitHub, Moment, State};

pub(crate) const TOKEN: &str = "ghs_canary0123456789";

/// The diff shows lines 27 to 33 and 60 to 66 of `a.tf`, and all of the new file `b.yaml`. `moved.tf` has a new name and
/// nothing else.
const DIFF: &str = "diff --git a/a.tf b/a.tf\n--- a/a.tf\n+++ b/a.tf\n@@ -27,7 +27,7 @@\n 1\n 2\n 3\n-4\n+4\n 5\n 6\n 7\n\
@@ -60,7 +60,7 @@\n 1\n 2\n 3\n-4\n+4\n 5\n 6\n 7\n\
diff --git a/b.yaml b/b.yaml\nnew file mode 100644\n--- /dev/null\n+++ b/b.yaml\n@@ -0,0 +1,2 @@\n+a: 1\n+b: 2\n\
diff --git a/old.tf b/moved.tf\nsimilarity index 100%\nrename from old.tf\nrename to moved.tf\n";

pub(crate) struct Rig {
    pub(crate) github: GitHub,
    pub(crate) target: Target,
    pub(crate) posting: Posting,
    /// What we believe that the diff shows.
    pub(crate) hunks: Hunks,
    pub(crate) limits: Limits,
    read: usize,
}

impl Rig {
    /// Nothing is posted yet; no summary is wanted, so that writes are those about findings.
    pub(crate) fn new(notes: &[Note]) -> Self {
        Self::at("", notes)
    }

    /// With the REST interface below a path.
    pub(crate) fn at(base: &'static str, notes: &[Note]) -> Self {
        let (head, hunks) = ("a".repeat(40), Hunks::parse(DIFF));
        let mut state = State::new(&head, hunks.clone());
        state.diff = DIFF.to_owned();
        (state.base, state.token) = (base, Some(TOKEN.to_owned()));
        let github = GitHub::start(TcpListener::bind("127.0.0.1:0").expect("a port"), state);
        let target = Target {
            api: format!("{}{base}", github.address()),
            graphql: format!("{}{}", github.address(), github.state().graphql_path()),
            token: TOKEN.to_owned(),
            repository: "acme/infra".to_owned(),
            pull: 7,
            head,
            login: "github-actions[bot]".to_owned(),
            comment_id: "connlint".to_owned(),
            fork: false,
        };
        let posting = Posting {
            notes: notes.to_vec(),
            uncommented: BTreeSet::new(),
            review: "New findings.".to_owned(),
            sticky: "There are findings.".to_owned(),
            sticky_if_none: false,
        };
        Self { github, target, posting, hunks, limits: Limits::default(), read: 0 }
    }

    /// Posts, and says what was written meanwhile.
    pub(crate) fn post(&mut self) -> (Outcome, Vec<&'static str>) {
        let outcome = post(&self.target, &self.posting, &self.hunks, &self.limits);
        let state = self.github.state();
        assert_eq!(state.violations, [""; 0]);
        let writes: Vec<&str> = state.writes.iter().skip(self.read).map(|it| it.what).collect();
        self.read = state.writes.len();
        assert_eq!(outcome.writes, writes.len(), "{writes:?}");
        assert!(!format!("{outcome:?}{:?}", self.target).contains(TOKEN));
        (outcome, writes)
    }

    /// Posts, and expects that nothing is written.
    pub(crate) fn post_nothing(&mut self) -> Outcome {
        let (outcome, writes) = self.post();
        assert_eq!(writes, [""; 0], "{outcome:?}");
        outcome
    }

    /// A newer commit on the same pull request.
    pub(crate) fn push(&mut self, digit: &str) {
        self.target.head = digit.repeat(40);
        self.github.state().head = self.target.head.clone();
    }

    pub(crate) fn fail(&self, fault: Fault) {
        self.github.state().faults.push_back(fault);
    }

    /// The text of a comment on the pull request's files, in the order in which they were made.
    pub(crate) fn comment(&self, index: usize) -> String {
        self.github.state().comments[index]["body"].as_str().expect("a text").to_owned()
    }

    /// What was sent by the last write of a kind.
    pub(crate) fn sent(&self, what: &str) -> Value {
        let state = self.github.state();
        state.writes.iter().rfind(|it| it.what == what).expect("such a write").body.clone()
    }
}

/// A finding about these lines of a file, known by a number.
pub(crate) fn note(number: u64, path: &str, lines: (u32, u32)) -> Note {
    Note {
        fingerprint: format!("{number:032x}"),
        path: path.to_owned(),
        lines: Some(lines),
        body: format!("Finding {number}."),
        file_body: format!("Finding {number}, line {}.", lines.0),
        title: format!("title of {number}"),
    }
}

/// An answer that fails, once, before anything is done.
pub(crate) fn fault(method: &'static str, route: &'static str, status: u16) -> Fault {
    let message = "You have exceeded a secondary rate limit";
    Fault { method, route, status, message, headers: Vec::new(), moment: Moment::Before }
}
