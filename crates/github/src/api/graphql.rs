//! What only GraphQL can do: tell which threads are resolved, and fold comments.
//!
//! Nothing here is necessary, so nothing here waits or is tried again. Threads are not resolved by us, since that needs
//! the permission `contents: write`, which nobody should give to a linter.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::{Value, json};

use super::{Api, Fail, MOST_PAGES};

const THREADS: &str = include_str!("../threads.graphql");
const MINIMIZE: &str = include_str!("../minimize.graphql");
const UNMINIMIZE: &str = include_str!("../unminimize.graphql");

#[derive(Deserialize)]
struct Answer {
    #[serde(default)]
    data: Value,
    /// There may be errors beside data.
    #[serde(default)]
    errors: Vec<Problem>,
}

#[derive(Deserialize)]
struct Problem {
    message: String,
}

impl Api {
    /// The first comments of all threads that are resolved, by node id.
    pub(crate) async fn resolved(&mut self, repository: &str, pull: u64) -> Result<BTreeSet<String>, Fail> {
        let (owner, name) = repository.split_once('/').unwrap_or_default();
        let mut resolved = BTreeSet::new();
        let mut after = Value::Null;
        for _ in 0..MOST_PAGES {
            let variables = json!({ "owner": owner, "name": name, "pull": pull, "after": after });
            let data = self.ask(THREADS, &variables).await?;
            let threads = data.pointer("/repository/pullRequest/reviewThreads").unwrap_or(&Value::Null);
            let nodes = threads.get("nodes").and_then(Value::as_array).into_iter().flatten();
            let nodes = nodes.filter(|it| it.get("isResolved") == Some(&Value::Bool(true)));
            let comments = nodes.filter_map(|it| it.pointer("/comments/nodes/0/id")?.as_str());
            resolved.extend(comments.map(str::to_owned));
            if threads.pointer("/pageInfo/hasNextPage") != Some(&Value::Bool(true)) {
                break;
            }
            after = threads.pointer("/pageInfo/endCursor").cloned().unwrap_or_default();
        }
        Ok(resolved)
    }

    /// Folds a comment, by node id; `because` is one of GitHub's `ReportedContentClassifiers`.
    pub(crate) async fn fold(&mut self, comment: &str, because: &str) -> Result<(), Fail> {
        self.writes += 1;
        self.ask(MINIMIZE, &json!({ "comment": comment, "because": because })).await.map(drop)
    }

    /// Unfolds a comment.
    pub(crate) async fn unfold(&mut self, comment: &str) -> Result<(), Fail> {
        self.writes += 1;
        self.ask(UNMINIMIZE, &json!({ "comment": comment })).await.map(drop)
    }

    async fn ask(&self, document: &str, variables: &Value) -> Result<Value, Fail> {
        let Some(graphql) = &self.graphql else {
            return Err(Fail::Broken("no address of GraphQL is known".to_owned()));
        };
        let body = json!({ "query": document, "variables": variables });
        let answer: Answer = graphql.post("/graphql", Some(&body)).await?;
        match answer.errors.first() {
            Some(problem) => Err(Fail::Broken(problem.message.clone())),
            None => Ok(answer.data),
        }
    }
}
