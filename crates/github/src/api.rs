//! Requests to one GitHub: reads that go through all pages, and writes that happen once.

mod fail;
mod graphql;
mod wire;

use std::time::Duration;

use octocrab::{FromResponse, Octocrab, Page};
use serde::Serialize;
use serde::de::DeserializeOwned;

pub(crate) use fail::Fail;
pub(crate) use wire::{Body, Comment, Draft, FileComment, Pull, Review};

/// How long GitHub may take to answer. Its own gateways give up after ten seconds.
const PATIENCE: Duration = Duration::from_secs(30);
/// A pause before asking again after an error of the server's: it may still be at it.
const BREATH: Duration = Duration::from_secs(1);
/// With 100 items each. Who has more comments of ours has another problem.
const MOST_PAGES: usize = 100;

/// A connection to one GitHub.
///
/// octocrab is used without its feature `retry`: with it, a POST that is answered by 502 is sent four times within ten
/// milliseconds, which makes four reviews if the first one had landed.
pub(crate) struct Api {
    rest: Octocrab,
    graphql: Option<Octocrab>,
    wait_left: Duration,
    writes: usize,
}

/// Where a text that may have been written would stand, and how to know it.
pub(crate) struct Trace<'a> {
    /// Route of the list that holds it.
    pub(crate) list: &'a str,
    /// Its marker.
    pub(crate) marker: &'a str,
    /// Who writes it.
    pub(crate) login: &'a str,
}

enum Verb {
    Post,
    Patch,
}

impl Api {
    /// Must be called within a runtime. `wait` is the longest time to wait because of rate limits, in total.
    pub(crate) fn new(api: &str, graphql: &str, token: &str, wait: Duration) -> Result<Self, Fail> {
        // octocrab panics over a token that cannot stand in a header.
        if token.is_empty() || !token.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(Fail::Denied("there is no token".to_owned()));
        }
        let client = |address: &str| -> Result<Octocrab, octocrab::Error> {
            let builder = Octocrab::builder().base_uri(address)?.personal_token(token.to_owned());
            let builder = builder.set_connect_timeout(Some(PATIENCE)).set_read_timeout(Some(PATIENCE));
            builder.set_write_timeout(Some(PATIENCE)).build()
        };
        let rest = client(api).map_err(|_| Fail::Broken(format!("{api} is no address of a GitHub")))?;
        // A client of its own: octocrab would ask GitHub Enterprise at /api/v3/graphql.
        let graphql = graphql.trim_end_matches('/').strip_suffix("/graphql").and_then(|it| client(it).ok());
        Ok(Self { rest, graphql, wait_left: wait, writes: 0 })
    }

    /// Writes that were tried so far.
    pub(crate) fn writes(&self) -> usize {
        self.writes
    }

    /// Reads one thing.
    pub(crate) async fn get<R: FromResponse>(&mut self, route: &str) -> Result<R, Fail> {
        let mut again = true;
        loop {
            match self.rest.get(route, None::<&()>).await.map_err(Fail::from) {
                Err(Fail::Limited(time)) => self.wait(time).await?,
                Err(Fail::Unclear(_)) if again => {
                    again = false;
                    tokio::time::sleep(BREATH).await;
                }
                other => return other,
            }
        }
    }

    /// Reads a list to its end.
    ///
    /// Pages are asked for by number. Following the addresses that the answers give would take the token to wherever
    /// they lead.
    pub(crate) async fn list<T: DeserializeOwned>(&mut self, route: &str) -> Result<Vec<T>, Fail> {
        let mut items = Vec::new();
        let join = if route.contains('?') { '&' } else { '?' };
        for number in 1..=MOST_PAGES {
            let page: Page<T> = self.get(&format!("{route}{join}per_page=100&page={number}")).await?;
            items.extend(page.items);
            if page.next.is_none() {
                return Ok(items);
            }
        }
        Err(Fail::Broken(format!("{route} has more than {MOST_PAGES} pages")))
    }

    /// Reads the diff of a pull request, as git writes it. Of one with more than 300 files GitHub gives none.
    pub(crate) async fn diff(&self, repository: &str, pull: u64) -> Result<String, Fail> {
        let (owner, name) = repository.split_once('/').unwrap_or_default();
        self.rest.pulls(owner, name).get_diff(pull).await.map_err(Fail::from)
    }

    /// Makes something new, once: after an answer that leaves open whether it was made, looks for it first.
    pub(crate) async fn create(
        &mut self,
        route: &str,
        body: &impl Serialize,
        trace: &Trace<'_>,
    ) -> Result<(), Fail> {
        let mut again = true;
        loop {
            match self.write(Verb::Post, route, body).await {
                Err(Fail::Unclear(why)) => {
                    if self.has_landed(trace).await? {
                        return Ok(());
                    }
                    if !again {
                        return Err(Fail::Unclear(why));
                    }
                    again = false;
                }
                other => return other,
            }
        }
    }

    /// Changes the text of a comment. To do that twice does no harm.
    pub(crate) async fn change(&mut self, route: &str, text: &str) -> Result<(), Fail> {
        let body = Body { body: text };
        match self.write(Verb::Patch, route, &body).await {
            Err(Fail::Unclear(_)) => {
                tokio::time::sleep(BREATH).await;
                self.write(Verb::Patch, route, &body).await
            }
            other => other,
        }
    }

    async fn has_landed(&mut self, trace: &Trace<'_>) -> Result<bool, Fail> {
        tokio::time::sleep(BREATH).await;
        let comments: Vec<Comment> = self.list(trace.list).await?;
        Ok(comments.iter().any(|it| it.is_by(trace.login) && it.text().contains(trace.marker)))
    }

    /// Sends a write, and again after each wait for a rate limit: what was limited was not done.
    async fn write(&mut self, verb: Verb, route: &str, body: &impl Serialize) -> Result<(), Fail> {
        loop {
            self.writes += 1;
            let answer = match verb {
                Verb::Post => self.rest._post(route, Some(body)).await,
                Verb::Patch => self.rest._patch(route, Some(body)).await,
            };
            // What stands in a good answer does not matter, and need not be what octocrab expects.
            let answer = match answer {
                Ok(answer) => octocrab::map_github_error(answer).await.map(drop),
                Err(error) => Err(error),
            };
            match answer.map_err(Fail::from) {
                Err(Fail::Limited(time)) => self.wait(time).await?,
                other => return other,
            }
        }
    }

    async fn wait(&mut self, time: Duration) -> Result<(), Fail> {
        self.wait_left = self.wait_left.checked_sub(time).ok_or(Fail::Limited(time))?;
        tokio::time::sleep(time).await;
        Ok(())
    }
}
