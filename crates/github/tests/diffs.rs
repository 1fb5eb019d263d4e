//! Reads diffs that the real git writes.
#![allow(clippy::expect_used, clippy::disallowed_methods, reason = "a test fails by panicking and runs git")]

use std::path::{Path, PathBuf};
use std::process::Command;

use connlint_github::Hunks;

struct Repository(PathBuf);

impl Repository {
    /// An empty one, without the settings of whoever runs the tests.
    fn new(name: &str) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        if folder.exists() {
            std::fs::remove_dir_all(&folder).expect("the folder of an earlier run goes");
        }
        std::fs::create_dir_all(&folder).expect("a folder");
        let repository = Self(folder);
        repository.git(&["init", "--quiet"]);
        repository
    }

    fn git(&self, arguments: &[&str]) -> Vec<u8> {
        let mut command = Command::new("git");
        command.current_dir(&self.0).env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1");
        command.args(["-c", "user.name=n", "-c", "user.email=n@example.com", "-c", "core.autocrlf=false"]);
        let output = command.args(arguments).output().expect("git is installed");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        output.stdout
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.0.join(name), text).expect("a file");
    }

    fn commit(&self) {
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--message", "m"]);
    }

    /// The hunks between the last two commits.
    fn hunks(&self, quote_path: &str) -> Hunks {
        let quote_path = format!("core.quotePath={quote_path}");
        let diff = ["diff", "--find-renames", "-U3", "--no-ext-diff", "--no-color"];
        let prefixes = ["--src-prefix=a/", "--dst-prefix=b/", "HEAD~", "HEAD"];
        Hunks::parse(self.git(&[&["-c", &quote_path], &diff[..], &prefixes].concat()))
    }
}

fn lines(change: &[(usize, &str)], end: &str) -> String {
    let line = |number: usize| change.iter().find(|(it, _)| *it == number).map_or("line", |(_, text)| text);
    (1..=60).map(|number| format!("{number} {}{end}", line(number))).collect()
}

#[test]
fn every_kind_of_change() {
    let repository = Repository::new("kinds");
    for name in ["a.tf", "old.tf", "gone.tf", "run", "windows.tf", "same.tf"] {
        let text =
            if name == "windows.tf" { lines(&[], "\r\n") } else { format!("{name}\n{}", lines(&[], "\n")) };
        repository.write(name, &text);
    }
    repository.write("image", "\0\u{1}");
    repository.write("end", "a\nb");
    repository.commit();
    repository.write("a.tf", &format!("a.tf\n{}", lines(&[(4, "-- x\n++ b/fake.tf"), (40, "x")], "\n")));
    repository.git(&["mv", "old.tf", "new.tf"]);
    repository.write("new.tf", &format!("old.tf\n{}", lines(&[(30, "x")], "\n")));
    repository.git(&["mv", "same.tf", "still the same.tf"]);
    repository.git(&["rm", "--quiet", "gone.tf"]);
    repository.git(&["update-index", "--chmod=+x", "run"]);
    repository.git(&["config", "core.fileMode", "false"]);
    repository.write("windows.tf", &lines(&[(1, "x")], "\r\n"));
    repository.write("image", "\0\u{2}");
    repository.write("end", "a\nc");
    repository.write("empty.tf", "");
    repository.write("ü \"q\".yaml", "a: 1\n");
    repository.commit();
    for quote_path in ["true", "false"] {
        let hunks = repository.hunks(quote_path);
        let expected: [(&str, &[(u32, u32)]); 9] = [
            ("a.tf", &[(2, 9), (39, 45)]),
            ("new.tf", &[(28, 34)]),
            ("still the same.tf", &[]),
            ("run", &[]),
            ("windows.tf", &[(1, 4)]),
            ("image", &[]),
            ("end", &[(1, 2)]),
            ("empty.tf", &[]),
            ("ü \"q\".yaml", &[(1, 1)]),
        ];
        for (name, ranges) in expected {
            assert!(hunks.has(name), "{name}");
            assert_eq!(hunks.ranges(name), ranges, "{name}");
        }
        for name in ["old.tf", "same.tf", "gone.tf", "fake.tf"] {
            assert!(!hunks.has(name), "{name}");
        }
    }
}
