//! What the pull request holds, and what the server is told to do wrong.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fs::File;
use std::io::Write as _;

use connlint_github::Hunks;
use serde_json::{Value, json};

/// The pull request and the server around it.
pub(crate) struct State {
    /// Path of the REST interface: empty, or `/api/v3` as on GitHub Enterprise.
    pub(crate) base: &'static str,
    /// The only token that is known; none if any will do.
    pub(crate) token: Option<String>,
    /// Who the token writes as.
    pub(crate) login: String,
    pub(crate) head: String,
    pub(crate) head_repository: String,
    pub(crate) branch: String,
    pub(crate) open: bool,
    pub(crate) locked: bool,
    pub(crate) hunks: Hunks,
    pub(crate) comments: Vec<Value>,
    pub(crate) reviews: Vec<Value>,
    pub(crate) summaries: Vec<Value>,
    /// Node ids of the first comments of resolved threads.
    pub(crate) resolved: BTreeSet<String>,
    /// Node ids of folded comments, and why they are.
    pub(crate) folded: BTreeMap<String, String>,
    /// Most items on a page, whatever is asked for.
    pub(crate) page_size: usize,
    /// The token may not write.
    pub(crate) read_only: bool,
    /// The token may not even read.
    pub(crate) unreadable: bool,
    pub(crate) graphql_fails: bool,
    pub(crate) faults: VecDeque<Fault>,
    /// Every request to change something, whether it was followed or not.
    pub(crate) writes: Vec<Write>,
    /// Requests that nobody should ever send.
    pub(crate) violations: Vec<String>,
    /// Writes also go here, one JSON document a line.
    pub(crate) log_file: Option<File>,
    next_id: u64,
}

/// A request to change something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Write {
    pub(crate) what: &'static str,
    pub(crate) body: Value,
}

/// A failure that happens once.
pub(crate) struct Fault {
    /// Method of the request that fails.
    pub(crate) method: &'static str,
    /// How its route ends.
    pub(crate) route: &'static str,
    pub(crate) status: u16,
    pub(crate) message: &'static str,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) moment: Moment,
}

/// Whether what was asked for has been done when the failure happens.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Moment {
    Before,
    After,
}

impl State {
    pub(crate) fn new(head: &str, hunks: Hunks) -> Self {
        Self {
            base: "",
            token: None,
            login: "github-actions[bot]".to_owned(),
            head: head.to_owned(),
            head_repository: "acme/infra".to_owned(),
            branch: "change".to_owned(),
            open: true,
            locked: false,
            hunks,
            comments: Vec::new(),
            reviews: Vec::new(),
            summaries: Vec::new(),
            resolved: BTreeSet::new(),
            folded: BTreeMap::new(),
            page_size: 100,
            read_only: false,
            unreadable: false,
            graphql_fails: false,
            faults: VecDeque::new(),
            writes: Vec::new(),
            violations: Vec::new(),
            log_file: None,
            next_id: 0,
        }
    }

    pub(crate) fn graphql_path(&self) -> &'static str {
        if self.base.is_empty() { "/graphql" } else { "/api/graphql" }
    }

    pub(crate) fn pull(&self) -> Value {
        let head =
            json!({ "sha": self.head, "ref": self.branch, "repo": { "full_name": self.head_repository } });
        let state = if self.open { "open" } else { "closed" };
        json!({ "number": 7, "state": state, "locked": self.locked, "head": head })
    }

    pub(crate) fn new_id(&mut self) -> u64 {
        self.next_id += 1;
        self.next_id
    }

    pub(crate) fn take_fault(&mut self, method: &str, route: &str) -> Option<Fault> {
        let index = self.faults.iter().position(|it| it.method == method && route.ends_with(it.route))?;
        self.faults.remove(index)
    }

    pub(crate) fn log(&mut self, method: &str, route: &str, body: &Value, status: u16) {
        let words: Vec<&str> = route.split('/').skip(2).collect();
        let what = match (method, words.as_slice()) {
            ("POST", ["pulls", _, "reviews"]) => "review",
            ("POST", ["pulls", _, "comments"]) => "file comment",
            ("PATCH", ["pulls", "comments", _]) => "change comment",
            ("POST", ["issues", _, "comments"]) => "summary",
            ("PATCH", ["issues", "comments", _]) => "change summary",
            ("POST", []) if route == "unfold" => "unfold",
            ("POST", []) if route == "fold" => "fold",
            _ => "unknown",
        };
        self.writes.push(Write { what, body: body.clone() });
        if let Some(file) = &mut self.log_file {
            let line =
                json!({ "what": what, "method": method, "route": route, "status": status, "body": body });
            writeln!(file, "{line}").expect("the log takes a line");
        }
    }
}
