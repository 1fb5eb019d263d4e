//! What the integration tests share: running the real binary, scratch folders, expected files, seeded chance.
#![allow(
    dead_code,
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "every test takes its part of this, touches files, and fails by panicking"
)]

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

/// The repository.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// How a run of the binary ended.
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) stdout: Vec<u8>,
    pub(crate) stderr: Vec<u8>,
}

impl Run {
    pub(crate) fn out(&self) -> String {
        String::from_utf8_lossy(&self.stdout).into_owned()
    }

    pub(crate) fn err(&self) -> String {
        String::from_utf8_lossy(&self.stderr).into_owned()
    }

    /// Standard output as JSON.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.stdout)
            .unwrap_or_else(|error| panic!("no JSON ({error}), exit code {}: {}", self.code, self.err()))
    }
}

/// Runs `connlint` with these arguments in a folder, with an environment that does not depend on the machine.
pub(crate) fn connlint<S: AsRef<OsStr>>(folder: &Path, arguments: &[S]) -> Run {
    let output = Command::new(env!("CARGO_BIN_EXE_connlint"))
        .args(arguments)
        .current_dir(folder)
        .env_remove("CONNLINT_KEY")
        .env_remove("GITHUB_REPOSITORY")
        .env_remove("GITHUB_WORKSPACE")
        .env_remove("CLICOLOR_FORCE")
        .env("NO_COLOR", "1")
        .env("COLUMNS", "100")
        .stdin(Stdio::null())
        .output()
        .expect("the binary starts");
    let code = output.status.code().unwrap_or_else(|| panic!("killed: {:?}", output.status));
    Run { code, stdout: output.stdout, stderr: output.stderr }
}

/// A finding as the JSON report gives it, reduced to what scores need.
pub(crate) struct Found {
    pub(crate) rule: String,
    pub(crate) primary: Lines,
    /// Every place: the primary one, the related ones, and the ways to them.
    pub(crate) places: Vec<Lines>,
}

/// Lines of a file, from 1, both ends included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Lines {
    pub(crate) path: String,
    pub(crate) first: usize,
    pub(crate) last: usize,
}

/// The findings of a JSON report.
pub(crate) fn findings(report: &Value) -> Vec<Found> {
    let list = report["findings"].as_array().expect("findings");
    list.iter()
        .map(|finding| {
            let primary = &finding["primary"];
            let related = finding["related"].as_array().expect("related");
            let mut places = Vec::new();
            for place in std::iter::once(primary).chain(related) {
                places.push(lines(place));
                places.extend(place["via"].as_array().expect("via").iter().map(lines));
            }
            Found {
                rule: finding["rule"].as_str().expect("rule").to_owned(),
                primary: lines(primary),
                places,
            }
        })
        .collect()
}

fn lines(range: &Value) -> Lines {
    let line = |end: &str| range[end]["line"].as_u64().unwrap_or(0) as usize;
    let (first, mut last) = (line("start"), line("end"));
    // A range that ends before a line's first character does not touch that line.
    if last > first && range["end"]["column"] == 1 {
        last -= 1;
    }
    Lines { path: range["path"].as_str().expect("path").to_owned(), first, last }
}

/// An empty folder of this name for the tests of one run.
pub(crate) fn scratch(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    if folder.exists() {
        fs::remove_dir_all(&folder).expect("the old folder goes");
    }
    fs::create_dir_all(&folder).expect("a folder");
    folder
}

/// Writes a file, and the folders it lies in.
pub(crate) fn write(folder: &Path, path: &str, bytes: impl AsRef<[u8]>) {
    let file = folder.join(path);
    fs::create_dir_all(file.parent().expect("a parent")).expect("folders");
    fs::write(&file, bytes).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
}

/// Text of a file of the repository.
pub(crate) fn read(path: impl AsRef<Path>) -> String {
    let path = root().join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Runs git, silently; the identity is that of nobody.
pub(crate) fn git(folder: &Path, arguments: &[&str]) {
    let done = Command::new("git")
        .args(["-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "init.defaultBranch=main"])
        .args(arguments)
        .current_dir(folder)
        .output()
        .expect("git starts");
    assert!(done.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&done.stderr));
}

/// Whether expected files are to be rewritten.
pub(crate) fn updating() -> bool {
    std::env::var_os("UPDATE").is_some_and(|it| it == "1")
}

/// Compares a file of the repository with what it ought to hold, or rewrites it with `UPDATE=1`. Gives back what is
/// wrong.
pub(crate) fn stale(path: impl AsRef<Path>, expected: &str, command: &str) -> Option<String> {
    let full = root().join(path.as_ref());
    let actual = fs::read_to_string(&full).unwrap_or_default();
    if actual == expected {
        return None;
    }
    if updating() {
        fs::create_dir_all(full.parent().expect("a parent")).expect("folders");
        fs::write(&full, expected).expect("writable");
        return None;
    }
    let line = actual.lines().zip(expected.lines()).position(|(a, b)| a != b);
    let line = line.unwrap_or_else(|| actual.lines().count().min(expected.lines().count()));
    let show = |text: &str| text.lines().nth(line).unwrap_or("(end of file)").to_owned();
    Some(format!(
        "{}:{} is stale; run `{command}`\n  is:        {}\n  should be: {}",
        path.as_ref().display(),
        line + 1,
        show(&actual),
        show(expected)
    ))
}

/// Fails with everything that is wrong.
pub(crate) fn none_wrong(wrong: &[String]) {
    assert!(wrong.is_empty(), "\n{}\n({} wrong)", wrong.join("\n"), wrong.len());
}

/// Every file below a folder, sorted, as paths relative to it with `/`.
pub(crate) fn files(folder: &Path) -> Vec<String> {
    let walk = walkdir::WalkDir::new(folder).sort_by_file_name().into_iter().filter_map(Result::ok);
    let files = walk.filter(|it| it.file_type().is_file());
    files.map(|it| it.path().strip_prefix(folder).unwrap().to_str().unwrap().replace('\\', "/")).collect()
}

/// The ids of all rules, as the binary lists them.
pub(crate) fn rule_ids() -> Vec<String> {
    let list = connlint(root(), &["rules"]).out();
    list.lines().filter_map(|line| Some(line.split_whitespace().next()?.to_owned())).collect()
}

/// Chance that repeats: splitmix64.
pub(crate) struct Chance(pub(crate) u64);

impl Chance {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `limit`.
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit.max(1) as u64) as usize
    }

    /// A word of these characters.
    pub(crate) fn word(&mut self, alphabet: &str, length: usize) -> String {
        let all: Vec<char> = alphabet.chars().collect();
        (0..length).map(|_| all[self.below(all.len())]).collect()
    }
}
