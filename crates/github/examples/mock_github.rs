//! The GitHub that only pretends, as a process of its own: for tests of whole programs.
//!
//! ```text
//! mock_github PORT HEAD DIFF LOG [read-only] [enterprise]
//! ```
//!
//! It has one pull request, under any number in any repository (a list says 7), whose last commit is HEAD and whose diff
//! stands in the file DIFF. Requests to change something go to the file LOG, one JSON document a line. Any token will do.
//!
//! Runs until it is killed; with the port 0 it takes a free one. Its first line of output has the two addresses of its
//! interfaces, REST and GraphQL, as `GITHUB_API_URL` and `GITHUB_GRAPHQL_URL` would.
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a program for tests fails by panicking"
)]

#[path = "../tests/mock/github.rs"]
mod github;

use std::io::Write;
use std::net::TcpListener;

use connlint_github::Hunks;
use github::{GitHub, State};

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [port, head, diff, log, rest @ ..] = arguments.as_slice() else {
        panic!("usage: mock_github PORT HEAD DIFF LOG [read-only] [enterprise]");
    };
    let diff = std::fs::read(diff).expect("the diff can be read");
    let mut state = State::new(head, Hunks::parse(diff));
    state.log_file = Some(std::fs::File::create(log).expect("the log can be written"));
    for word in rest {
        match word.as_str() {
            "read-only" => state.read_only = true,
            "enterprise" => state.base = "/api/v3",
            other => panic!("{other} is none of read-only, enterprise"),
        }
    }
    let port = port.parse().expect("the port is a number");
    let listener = TcpListener::bind(("127.0.0.1", port)).expect("the port is free");
    let (api, graphql) = (state.base, state.graphql_path());
    let github = GitHub::start(listener, state);
    let address = github.address();
    writeln!(std::io::stdout(), "{address}{api} {address}{graphql}").expect("somebody reads");
    loop {
        std::thread::park();
    }
}
