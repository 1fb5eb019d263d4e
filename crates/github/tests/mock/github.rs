//! A GitHub with one pull request, for tests: it keeps what is written, refuses what GitHub refuses, and fails when told.
//!
//! What it refuses is what GitHub's own descriptions of requests say ([`schemas`]) and what they do not say ([`rules`]).
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    dead_code,
    reason = "shared by tests, which fail by panicking, and by a program; neither needs all of it"
)]

mod folding;
mod rules;
mod schemas;
mod state;

use std::net::TcpListener;
use std::sync::{Arc, Mutex, MutexGuard};

use serde_json::{Value, json};
use wiremock::{Mock, MockServer, Request, Respond, ResponseTemplate};

pub(crate) use state::{Fault, Moment, State};

/// A running server. It stops when this is dropped.
pub(crate) struct GitHub {
    server: MockServer,
    state: Arc<Mutex<State>>,
}

struct Answering(Arc<Mutex<State>>);

/// An answer: status and JSON.
pub(crate) type Answer = (u16, Value);

impl GitHub {
    pub(crate) fn start(listener: TcpListener, state: State) -> Self {
        let state = Arc::new(Mutex::new(state));
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let server = runtime.block_on(async {
            let server = MockServer::builder().listener(listener).disable_request_recording().start().await;
            Mock::given(wiremock::matchers::any())
                .respond_with(Answering(state.clone()))
                .mount(&server)
                .await;
            server
        });
        Self { server, state }
    }

    /// Address without a path.
    pub(crate) fn address(&self) -> String {
        self.server.uri()
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("no test has panicked within")
    }
}

impl Respond for Answering {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        let mut state = self.0.lock().expect("no request has panicked within");
        let method = request.method.as_str();
        let body: Value = serde_json::from_slice(&request.body).unwrap_or_default();
        let bearer = request.headers.get("authorization").and_then(|it| it.to_str().ok());
        let token = bearer.and_then(|it| it.strip_prefix("Bearer ")).unwrap_or_default();
        if token.is_empty() || state.token.as_deref().is_some_and(|it| it != token) {
            return template((401, json!({ "message": "Bad credentials" })));
        }
        let path = request.url.path();
        if method == "POST" && path == state.graphql_path() {
            return template(folding::answer(&mut state, &body));
        }
        let Some(route) = path.strip_prefix(state.base).and_then(|it| it.strip_prefix("/repos/")) else {
            state.violations.push(format!("{method} {path} is no business of ours"));
            return template((403, json!({ "message": "Resource not accessible by integration" })));
        };
        // The owner and the name are anyone's.
        let words: Vec<&str> = route.split('/').skip(2).collect();
        let fault = state.take_fault(method, route);
        if let Some(fault) = fault.as_ref().filter(|it| it.moment == Moment::Before) {
            if method != "GET" {
                state.log(method, route, &body, fault.status);
            }
            return failed(fault);
        }
        if method == "GET" {
            return read(&state, &words, request);
        }
        let (status, value) = match schemas::violations(method, &words, &body) {
            Some(wrong) if !wrong.is_empty() => {
                state.violations.extend(wrong.clone());
                (422, json!({ "message": "Invalid request.", "errors": wrong }))
            }
            _ if state.read_only => (403, json!({ "message": "Resource not accessible by integration" })),
            _ => rules::write(&mut state, method, &words, &body),
        };
        state.log(method, route, &body, status);
        fault.as_ref().map_or_else(|| template((status, value)), failed)
    }
}

fn template((status, value): Answer) -> ResponseTemplate {
    ResponseTemplate::new(status).set_body_json(value)
}

fn failed(fault: &Fault) -> ResponseTemplate {
    let answer = match fault.status {
        500.. => ResponseTemplate::new(fault.status).set_body_string("<html>Unicorn!</html>"),
        status => template((status, json!({ "message": fault.message }))),
    };
    fault.headers.iter().fold(answer, |answer, (name, value)| answer.insert_header(*name, value.as_str()))
}

fn read(state: &State, words: &[&str], request: &Request) -> ResponseTemplate {
    if state.unreadable {
        return template((403, json!({ "message": "Resource not accessible by integration" })));
    }
    let pulls = [state.pull()];
    let all: &[Value] = match words {
        ["pulls"] => &pulls,
        ["pulls", _] => return template((200, state.pull())),
        ["pulls", _, "comments"] => &state.comments,
        ["pulls", _, "reviews"] => &state.reviews,
        ["issues", _, "comments"] => &state.summaries,
        _ => return template((404, json!({ "message": "Not Found" }))),
    };
    let number = |name: &str| {
        let (_, value) = request.url.query_pairs().find(|(key, _)| key == name)?;
        value.parse::<usize>().ok()
    };
    let (size, page) = (number("per_page").unwrap_or(30).min(state.page_size), number("page").unwrap_or(1));
    let items: Vec<&Value> = all.iter().skip((page - 1) * size).take(size).collect();
    let answer = ResponseTemplate::new(200).set_body_json(items);
    if all.len() <= page * size {
        return answer;
    }
    // Nobody is to follow it: behind a proxy it may lead anywhere.
    let next = format!("<https://elsewhere.invalid/x?per_page={size}&page={}>; rel=\"next\"", page + 1);
    answer.insert_header("link", next.as_str())
}
