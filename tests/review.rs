//! `connlint review` as a job runs it, against a GitHub that only pretends: see `crates/github/tests/mock`.
#![allow(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test reads files and fails by panicking"
)]

#[path = "../crates/github/tests/mock/github.rs"]
mod github;
mod support;

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;

use connlint_github::Hunks;
use github::{GitHub, State};
use serde_json::json;
use support::{git, scratch, write};

const SECRET: &str = "vK7qTn2xRb9wLs4e";
const DATABASE: &str = "resource \"aws_db_instance\" \"a\" {\n  storage_encrypted = false\n  password          = \"vK7qTn2xRb9wLs4e\"\n}\n";

/// A repository with a pull request, and a GitHub that knows it.
struct Pull {
    folder: PathBuf,
    github: GitHub,
}

/// What a job left.
struct Job {
    code: i32,
    log: String,
    summary: String,
    outputs: String,
}

impl Pull {
    /// One whose branch `change` has added a database to a file of the base.
    fn new(name: &str) -> Self {
        let folder = scratch(&format!("review-{name}"));
        git(&folder, &["init", "-q", "-b", "main"]);
        let filler: String = (1..=30).map(|n| format!("# line {n}\n")).collect();
        write(&folder, "main.tf", &filler);
        write(
            &folder,
            "old.tf",
            "provider \"datadog\" {\n  api_key = \"hZ3pWm8yQc5dFj6rhZ3pWm8yQc5dFj6r\"\n}\n",
        );
        let it = Self { folder, github: start(State::new("", Hunks::default())) };
        it.commit("base");
        git(&it.folder, &["checkout", "-q", "-b", "change"]);
        write(&it.folder, "main.tf", format!("{filler}{DATABASE}"));
        it.commit("change");
        it.pushed();
        it
    }

    fn commit(&self, message: &str) {
        git(&self.folder, &["add", "-A"]);
        git(&self.folder, &["commit", "-q", "-m", message]);
    }

    fn sha(&self, revision: &str) -> String {
        text(&self.folder, &["rev-parse", revision])
    }

    /// GitHub learns of the branch as it is.
    fn pushed(&self) {
        let diff = text(&self.folder, &["diff", "--find-renames", "-U3", "main...change"]) + "\n";
        let mut state = self.github.state();
        (state.head, state.hunks, state.diff) = (self.sha("change"), Hunks::parse(&diff), diff);
    }

    /// The payload of a pull request's event, from this repository.
    fn payload(&self, from: &str) -> serde_json::Value {
        let repository = |name: &str| json!({ "full_name": name, "default_branch": "main" });
        json!({ "repository": repository("acme/infra"), "pull_request": {
            "number": 7,
            "base": { "sha": self.sha("main"), "repo": repository("acme/infra") },
            "head": { "sha": self.sha("change"), "repo": repository(from) },
        } })
    }

    fn review(&self, event: &str, payload: &serde_json::Value, arguments: &[&str]) -> Job {
        let path = |name: &str| self.folder.join(".git").join(name);
        for name in ["summary", "outputs"] {
            let _ = std::fs::remove_file(path(name));
        }
        std::fs::write(path("event"), payload.to_string()).unwrap();
        let address = self.github.address();
        let output = Command::new(env!("CARGO_BIN_EXE_connlint"))
            .arg("review")
            .args(arguments)
            .current_dir(&self.folder)
            .env_remove("CONNLINT_KEY")
            .env("GITHUB_ACTIONS", "true")
            .env("GITHUB_EVENT_NAME", event)
            .env("GITHUB_EVENT_PATH", path("event"))
            .env("GITHUB_REPOSITORY", "acme/infra")
            .env("GITHUB_API_URL", &address)
            .env("GITHUB_GRAPHQL_URL", format!("{address}/graphql"))
            .env("GITHUB_SERVER_URL", "https://github.example")
            .env("GITHUB_TOKEN", "ghs_canary0123456789")
            .env("GITHUB_STEP_SUMMARY", path("summary"))
            .env("GITHUB_OUTPUT", path("outputs"))
            .output()
            .unwrap();
        let log = [output.stdout, output.stderr].map(|it| String::from_utf8_lossy(&it).into_owned()).concat();
        let read = |name: &str| std::fs::read_to_string(path(name)).unwrap_or_default();
        let job = Job {
            code: output.status.code().unwrap(),
            log,
            summary: read("summary"),
            outputs: read("outputs"),
        };
        let written: String = self.github.state().writes.iter().map(|it| it.body.to_string()).collect();
        for text in [&job.log, &job.summary, &job.outputs, &written] {
            assert!(!text.contains(SECRET) && !text.contains("ghs_canary"), "a secret is shown: {text}");
        }
        assert!(self.github.state().violations.is_empty(), "{:?}", self.github.state().violations);
        job
    }

    /// What was written since the last time somebody asked.
    fn writes(&self) -> Vec<&'static str> {
        self.github.state().writes.drain(..).map(|it| it.what).collect()
    }
}

fn start(state: State) -> GitHub {
    GitHub::start(TcpListener::bind("127.0.0.1:0").unwrap(), state)
}

fn text(folder: &Path, arguments: &[&str]) -> String {
    let output = Command::new("git").args(arguments).current_dir(folder).output().unwrap();
    assert!(output.status.success(), "{arguments:?}");
    String::from_utf8(output.stdout).unwrap().trim_end().to_owned()
}

/// Lines that the runner takes for commands: those outside of where they are stopped.
fn commands(log: &str) -> Vec<&str> {
    let mut word = None;
    let mut found = Vec::new();
    for line in log.lines() {
        match word {
            Some(end) if line == format!("::{end}::") => word = None,
            Some(_) => {}
            None if line.starts_with("::stop-commands::") => word = line.strip_prefix("::stop-commands::"),
            None if line.trim_start().starts_with("::") => found.push(line),
            None => {}
        }
    }
    assert!(word.is_none(), "commands stay stopped");
    found
}

#[test]
fn a_pull_request_is_told_once() {
    let pull = Pull::new("once");
    let payload = pull.payload("acme/infra");
    let job = pull.review("pull_request", &payload, &[]);
    assert_eq!(job.code, 1, "{}", job.log);
    let review = pull.github.state().writes[0].body.clone();
    let comment = &review["comments"][0];
    assert_eq!(
        (&comment["path"], &comment["line"], &comment["side"]),
        (&json!("main.tf"), &json!(33), &json!("RIGHT"))
    );
    assert!(
        comment["body"].as_str().unwrap().starts_with("**high** [`hardcoded-secret`](https://"),
        "{comment}"
    );
    assert_eq!(
        review["comments"].as_array().unwrap().len(),
        1,
        "low findings stand in the summary: {review}"
    );
    assert_eq!(pull.writes(), ["review", "summary"]);
    assert!(commands(&job.log).is_empty(), "{}", job.log);
    assert!(
        job.outputs.contains("verdict=failed\n") && job.outputs.contains("failing=1\n"),
        "{}",
        job.outputs
    );
    assert!(job.summary.contains("/blob/") && job.summary.contains("#L33"), "{}", job.summary);
    assert!(!job.log.contains("old.tf"), "{}", job.log);

    assert_eq!(pull.review("pull_request", &payload, &[]).code, 1);
    assert!(pull.writes().is_empty(), "the same again is written never");

    // Lines move, the commit is another one, and something else is changed.
    let main = std::fs::read_to_string(pull.folder.join("main.tf")).unwrap();
    write(&pull.folder, "main.tf", format!("# one more\n{main}"));
    pull.commit("more");
    pull.pushed();
    assert_eq!(pull.review("pull_request", &pull.payload("acme/infra"), &[]).code, 1);
    assert_eq!(pull.writes(), [""; 0]);

    write(&pull.folder, "main.tf", main.replace(&format!("\"{SECRET}\""), "var.password"));
    write(&pull.folder, "v.tf", "variable \"password\" {\n  sensitive = true\n}\n");
    pull.commit("mended");
    pull.pushed();
    let job = pull.review("pull_request", &pull.payload("acme/infra"), &[]);
    assert_eq!(job.code, 0, "{}", job.log);
    assert_eq!(pull.writes(), ["change comment", "fold", "change summary"]);
}

#[test]
fn suggestions_are_made_where_they_can_be_taken() {
    let pull = Pull::new("suggestion");
    pull.review("pull_request", &pull.payload("acme/infra"), &["--comment-on", "low"]);
    let writes = pull.github.state().writes[0].body["comments"].to_string();
    assert!(writes.contains("```suggestion\\n  storage_encrypted = true\\n```"), "{writes}");
}

#[test]
fn lines_of_a_merge_are_those_of_the_head() {
    let pull = Pull::new("merge");
    git(&pull.folder, &["checkout", "-q", "main"]);
    let event_base = pull.sha("main");
    write(
        &pull.folder,
        "others.tf",
        DATABASE.replace("\"a\"", "\"others\"").replace(SECRET, "mB4tXs9vKe2nGu7w"),
    );
    let main = std::fs::read_to_string(pull.folder.join("main.tf")).unwrap();
    write(&pull.folder, "main.tf", format!("# a\n# b\n# c\n{main}"));
    pull.commit("three lines more");
    git(&pull.folder, &["checkout", "-q", "-b", "merge"]);
    git(&pull.folder, &["merge", "-q", "--no-ff", "change", "-m", "merge"]);
    pull.pushed();
    // The event is older than the merge: what others brought in between is not told.
    let mut payload = pull.payload("acme/infra");
    payload["pull_request"]["base"]["sha"] = json!(event_base);
    let job = pull.review("pull_request", &payload, &[]);
    assert!(job.code == 1 && job.log.contains("main.tf:36:"), "{}", job.log);
    assert!(!job.log.contains("others.tf") && job.outputs.contains("failing=1\n"), "{}", job.log);
    let body = pull.github.state().writes[0].body.clone();
    assert_eq!(body["comments"][0]["line"], 33, "{body}");
    assert_eq!(body["commit_id"], pull.sha("change").as_str());
}

#[test]
fn who_may_not_write_annotates() {
    let pull = Pull::new("fork");
    pull.github.state().read_only = true;
    let job = pull.review("pull_request", &pull.payload("mallory/infra"), &[]);
    assert_eq!((job.code, pull.writes().len()), (1, 1), "{}", job.log);
    let shown = commands(&job.log);
    assert!(shown[0].starts_with("::error file=main.tf,line=33,"), "{shown:?}");
    assert!(job.summary.contains("hardcoded-secret"), "{}", job.summary);
    // The same without a token, without comments, and without a network.
    let job = pull.review("pull_request", &pull.payload("mallory/infra"), &["--comments", "none"]);
    assert_eq!((job.code, pull.writes().len(), commands(&job.log).len()), (1, 0, shown.len()));
}

#[test]
fn without_a_pull_request_nothing_is_posted() {
    let pull = Pull::new("push");
    let repository = json!({ "full_name": "acme/infra", "default_branch": "main" });
    let (base, head) = (pull.sha("main"), pull.sha("change"));
    let zeros = "0".repeat(40);
    let push = |before: &str, after: &str, deleted: bool| json!({ "ref": "refs/heads/change", "before": before, "after": after, "deleted": deleted, "repository": repository });
    let group = json!({ "merge_group": { "base_sha": base, "head_sha": head }, "repository": repository });
    for (event, payload, code, says) in [
        ("push", push(&base, &head, false), 1, "1 new finding is high"),
        ("push", push(&head, &zeros, true), 0, "nothing to judge"),
        ("merge_group", group, 1, "1 new finding is high"),
        ("workflow_dispatch", json!({}), 1, "old.tf"),
        ("schedule", json!({}), 1, "old.tf"),
        // A new branch: compared with the main one, which this clone does not have as a remote's.
        ("push", push(&zeros, &head, false), 1, "old.tf"),
        ("pull_request", json!({}), 2, "pull_request"),
    ] {
        let job = pull.review(event, &payload, &[]);
        assert!(job.code == code && job.log.contains(says), "{event}: {} {}", job.code, job.log);
        assert!(pull.writes().is_empty());
    }
}

#[test]
fn a_report_of_another_job_is_posted_and_not_believed() {
    let pull = Pull::new("from");
    let report = pull.folder.join(".git/result.json");
    let file = format!("json={}", report.display());
    let job = pull.review(
        "pull_request",
        &pull.payload("mallory/infra"),
        &["--comments", "none", "--output", &file],
    );
    assert_eq!(job.code, 1);
    let run = json!({
        "repository": { "full_name": "acme/infra", "default_branch": "main" },
        "workflow_run": { "id": 1, "event": "pull_request", "head_sha": pull.sha("change"), "head_branch": "change",
            "head_repository": { "full_name": "mallory/infra" } },
    });
    pull.github.state().head_repository = "mallory/infra".to_owned();
    let from = ["--from", report.to_str().unwrap()];
    let job = pull.review("workflow_run", &run, &from);
    assert_eq!((job.code, pull.writes()), (0, vec!["review", "summary"]), "{}", job.log);
    assert!(pull.review("workflow_run", &run, &from).code == 0 && pull.writes().is_empty());

    // Whoever ran the fork's code can write what he likes into the report.
    let real = std::fs::read_to_string(&report).unwrap();
    let mut evil: serde_json::Value = serde_json::from_str(&real).unwrap();
    let mut finding =
        evil["findings"].as_array().unwrap().iter().find(|it| it["standing"] == "new").unwrap().clone();
    let forged = |change: &dyn Fn(&mut serde_json::Value)| {
        let mut one = finding.clone();
        change(&mut one);
        one
    };
    let forgeries = vec![
        forged(&|it| {
            it["message"] = json!("<img src=x onerror=alert(1)> @everyone [x](https://evil.example)")
        }),
        forged(&|it| it["rule"] = json!("made-up")),
        forged(&|it| it["fingerprint"] = json!("--><script>")),
        forged(&|it| it["primary"]["path"] = json!("../../etc/passwd")),
        forged(&|it| it["primary"]["path"] = json!("a\n::error::x")),
        forged(&|it| it["primary"]["start"]["line"] = json!(4_000_000_000_u32)),
        forged(&|it| it["severity"] = json!("catastrophic")),
    ];
    finding["help"] = json!("@everyone");
    evil["findings"] = json!(forgeries);
    evil["pull_request"] = json!(1);
    evil["comparison"]["changes"] = json!([
        { "event": "access-raised", "subject": "`</td>@everyone", "message": "x", "at": finding["primary"] },
        { "event": "made-up", "subject": "x", "message": "x", "at": finding["primary"] },
    ]);
    std::fs::write(&report, evil.to_string()).unwrap();
    let job = pull.review("workflow_run", &run, &from);
    assert!(job.code == 0 && job.log.contains("entries of the report are not shown"), "{}", job.log);
    let written: String = pull.github.state().writes.iter().map(|it| it.body.to_string()).collect();
    for bad in ["everyone", "evil.example", "script", "passwd", "onerror", "</td>"] {
        assert!(!written.contains(bad) && !job.summary.contains(bad), "{bad}: {written}");
    }
    assert!(commands(&job.log).is_empty());
    for broken in ["", "{}", "[]", real.split_at(real.len() / 2).0] {
        pull.writes();
        std::fs::write(&report, broken).unwrap();
        let job = pull.review("workflow_run", &run, &from);
        assert!(job.code == 3 && pull.writes().is_empty() && job.log.contains("is not used"), "{}", job.log);
    }
    // A run whose pull request is closed, or was for another commit.
    std::fs::write(&report, &real).unwrap();
    pull.github.state().head = "f".repeat(40);
    let job = pull.review("workflow_run", &run, &from);
    assert!(job.code == 0 && pull.writes().is_empty() && job.log.contains("nothing to post"), "{}", job.log);
}

/// Names and texts of the repository stay what they are, in the log, on the page and in the comments.
#[test]
fn hostile_names_drive_nothing() {
    let pull = Pull::new("hostile");
    let resource = "resource \"aws_db_instance\" \"a\" {\n  password = \"vK7qTn2xRb9wLs4e\"\n}\n";
    for name in [
        "::set-output name=x::y.tf",
        "[x](https://evil.example).tf",
        "a|b.tf",
        "`c`.tf",
        "@everyone.tf",
        "<img src=x>.tf",
    ] {
        write(&pull.folder, name, resource);
    }
    write(
        &pull.folder,
        "n.tf",
        "resource \"x\" \"::error::a @octocat #1\" {\n  password = \"vK7qTn2xRb9wLs4e\"\n}\n",
    );
    pull.commit("hostile");
    pull.pushed();
    let job = pull.review("pull_request", &pull.payload("acme/infra"), &[]);
    assert_eq!(job.code, 1);
    assert!(commands(&job.log).is_empty(), "{:?}", commands(&job.log));
    let bodies: Vec<String> = {
        let state = pull.github.state();
        let of = |it: &serde_json::Value| it["body"].as_str().unwrap_or_default().to_owned();
        let all = state.writes.iter().flat_map(|it| {
            let own = it.body["comments"].as_array().into_iter().flatten().map(of).collect::<Vec<_>>();
            own.into_iter().chain([of(&it.body)])
        });
        all.chain([job.summary.clone()]).collect()
    };
    for body in bodies {
        let outside: String = body.split('`').step_by(2).collect();
        for bad in ["<img", "@everyone", "@octocat", "](https://evil"] {
            assert!(!outside.contains(bad), "{bad}: {body}");
        }
    }
}
