//! Which lines a pull request's diff shows: GitHub takes a comment on these and on no others.

use std::collections::BTreeMap;

/// The files of a diff under their new names, and the lines of the head that its hunks show, context included.
///
/// A file that is renamed or changes its mode alone, and a binary one, is a file without lines. A deleted one is none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hunks {
    files: BTreeMap<String, Vec<(u32, u32)>>,
}

impl Hunks {
    /// Reads what `git diff --find-renames -U3 --src-prefix=a/ --dst-prefix=b/` writes. Lines that mean nothing are
    /// passed over, and so are files whose names are not UTF-8, since GitHub's interface could not name them.
    /// Source: "Generating patch text with -p", git-diff(1).
    pub fn parse(diff: impl AsRef<[u8]>) -> Self {
        let mut parser = Parser::default();
        diff.as_ref().split(|byte| *byte == b'\n').for_each(|line| parser.line(line));
        parser.end_of_file();
        parser.hunks
    }

    /// Whether the diff is about a file.
    pub fn has(&self, path: &str) -> bool {
        self.files.contains_key(path)
    }

    /// Whether one hunk shows all lines from `start` to `end`, which count from 1 and are both meant.
    pub fn show(&self, path: &str, (start, end): (u32, u32)) -> bool {
        start <= end && self.ranges(path).iter().any(|(first, last)| *first <= start && end <= *last)
    }

    /// The lines of a file that hunks show, from first to last, in the order of the diff.
    pub fn ranges(&self, path: &str) -> &[(u32, u32)] {
        self.files.get(path).map_or(&[], Vec::as_slice)
    }
}

#[derive(Default)]
struct Parser {
    hunks: Hunks,
    /// The new name of the file at hand, unless it is deleted.
    name: Option<String>,
    ranges: Vec<(u32, u32)>,
    /// Lines of the hunk at hand that are still to come. Only these counts tell a line that was added and begins
    /// with `++` from the head of a file.
    old_left: u32,
    new_left: u32,
}

impl Parser {
    fn line(&mut self, line: &[u8]) {
        if self.old_left > 0 || self.new_left > 0 {
            return self.content(line);
        }
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if let Some(names) = line.strip_prefix(b"diff --") {
            self.end_of_file();
            self.name = names.strip_prefix(b"git ").and_then(name_said_twice);
        } else if let Some(name) = line.strip_prefix(b"+++ ") {
            self.name = after_prefix(name.strip_suffix(b"\t").unwrap_or(name), b"b/");
        } else if let Some(name) = line.strip_prefix(b"rename to ").or(line.strip_prefix(b"copy to ")) {
            self.name = after_prefix(name, b"");
        } else if line.starts_with(b"deleted file mode ") {
            self.name = None;
        } else if let Some(numbers) = line.strip_prefix(b"@@ -") {
            self.hunk(numbers);
        }
    }

    fn content(&mut self, line: &[u8]) {
        match line.first() {
            Some(b'+') => self.new_left = self.new_left.saturating_sub(1),
            Some(b'-') => self.old_left = self.old_left.saturating_sub(1),
            // "\ No newline at end of file" belongs to the line before.
            Some(b'\\') => {}
            // A line of context; some programs take the blank from an empty one.
            _ => {
                self.new_left = self.new_left.saturating_sub(1);
                self.old_left = self.old_left.saturating_sub(1);
            }
        }
    }

    fn hunk(&mut self, numbers: &[u8]) {
        let mut words = numbers.split(|byte| *byte == b' ');
        let old = words.next().and_then(start_and_count);
        let new = words.next().and_then(|it| start_and_count(it.strip_prefix(b"+")?));
        let (Some((_, old)), Some((start, new))) = (old, new) else { return };
        (self.old_left, self.new_left) = (old, new);
        if let Some(further) = new.checked_sub(1) {
            self.ranges.push((start, start.saturating_add(further)));
        }
    }

    fn end_of_file(&mut self) {
        let ranges = std::mem::take(&mut self.ranges);
        if let Some(name) = self.name.take() {
            self.hunks.files.insert(name, ranges);
        }
        (self.old_left, self.new_left) = (0, 0);
    }
}

/// `12,7` or `12`, which means one line.
fn start_and_count(text: &[u8]) -> Option<(u32, u32)> {
    let text = str::from_utf8(text).ok()?;
    let (start, count) = text.split_once(',').unwrap_or((text, "1"));
    Some((start.parse().ok()?, count.parse().ok()?))
}

/// The name in `a/NAME b/NAME`. Where the two differ there is a line `rename to` or `+++` that says the new one.
fn name_said_twice(names: &[u8]) -> Option<String> {
    let half = names.len().checked_sub(1)? / 2;
    let old = after_prefix(names.get(..half)?, b"a/")?;
    let new = after_prefix(names.get(half + 1..)?, b"b/")?;
    (old == new).then_some(new)
}

/// A name as git writes it, in quotes if need be, without the prefix that it must have.
fn after_prefix(written: &[u8], prefix: &[u8]) -> Option<String> {
    let inner = written.strip_prefix(b"\"").and_then(|it| it.strip_suffix(b"\""));
    let name = inner.map_or_else(|| Some(written.to_vec()), unescaped)?;
    String::from_utf8(name.strip_prefix(prefix)?.to_vec()).ok()
}

/// Undoes the quoting of unusual names: `core.quotePath`, git-config(1).
fn unescaped(text: &[u8]) -> Option<Vec<u8>> {
    let mut name = Vec::with_capacity(text.len());
    let mut bytes = text.iter().copied();
    while let Some(byte) = bytes.next() {
        name.push(match byte {
            b'\\' => match bytes.next()? {
                b'a' => 0x07,
                b'b' => 0x08,
                b't' => b'\t',
                b'n' => b'\n',
                b'v' => 0x0b,
                b'f' => 0x0c,
                b'r' => b'\r',
                first @ b'0'..=b'3' => {
                    let digits = [first, bytes.next()?, bytes.next()?];
                    u8::from_str_radix(str::from_utf8(&digits).ok()?, 8).ok()?
                }
                other => other,
            },
            other => other,
        });
    }
    Some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(diff: &str) -> Vec<(String, Vec<(u32, u32)>)> {
        Hunks::parse(diff).files.into_iter().collect()
    }

    fn file(name: &str, ranges: &[(u32, u32)]) -> (String, Vec<(u32, u32)>) {
        (name.to_owned(), ranges.to_vec())
    }

    #[test]
    fn lines_of_content_are_no_heads() {
        let diff = "diff --git a/a.sql b/a.sql\n--- a/a.sql\n+++ b/a.sql\n@@ -1,2 +1,3 @@ x\n--- b/old.sql\n+++ b/new.sql\n\
                    +@@ -1 +1 @@\n c\n\\ No newline at end of file\n@@ -9,0 +10 @@\n+x\n";
        assert_eq!(files(diff), [file("a.sql", &[(1, 3), (10, 10)])]);
    }

    #[test]
    fn files_without_hunks_are_files() {
        let diff = "diff --git a/run me b/run me\nold mode 100644\nnew mode 100755\n\
                    diff --git a/x.png b/x.png\nindex 1..2 100644\nBinary files a/x.png and b/x.png differ\n\
                    diff --git a/old b/new name\nsimilarity index 100%\nrename from old\nrename to new name\n\
                    diff --git a/gone b/gone\ndeleted file mode 100644\nindex 1..0\n--- a/gone\n+++ /dev/null\n@@ -1 +0,0 @@\n-x\n\
                    diff --git a/gone.png b/gone.png\ndeleted file mode 100644\nBinary files a/gone.png and /dev/null differ\n";
        assert_eq!(files(diff), [file("new name", &[]), file("run me", &[]), file("x.png", &[])]);
    }

    #[test]
    fn names_are_unquoted() {
        let diff = "diff --git \"a/\\303\\274 \\\"\\t.tf\" \"b/\\303\\274 \\\"\\t.tf\"\n--- \"a/\\303\\274 \\\"\\t.tf\"\t\n\
                    +++ \"b/\\303\\274 \\\"\\t.tf\"\t\n@@ -0,0 +1,2 @@\n+a\n+b\n\
                    diff --git \"a/\\377\" \"b/\\377\"\nnew file mode 100644\n";
        assert_eq!(files(diff), [file("ü \"\t.tf", &[(1, 2)])]);
    }

    #[test]
    fn lines_may_end_as_on_windows() {
        let diff = "diff --git a/a b/a\r\n--- a/a\r\n+++ b/a\r\n@@ -1 +1,2 @@\r\n a\r\n+b\r\n";
        assert_eq!(files(diff), [file("a", &[(1, 2)])]);
    }

    #[test]
    fn nonsense_yields_nothing() {
        for text in [
            "",
            "@@",
            "@@ -1 +1 @@",
            "diff --git ",
            "diff --git a/",
            "diff --git \"",
            "+++ ",
            "diff --cc a\n@@@ -1 -1 +1 @@@",
        ] {
            assert_eq!(files(text), [], "{text}");
        }
        let huge = "diff --git a/a b/a\n@@ -1,4294967295 +4294967295,4294967295 @@\n";
        assert_eq!(files(huge), [file("a", &[(u32::MAX, u32::MAX)])]);
    }

    #[test]
    fn a_range_lies_in_one_hunk() {
        let hunks =
            Hunks::parse("diff --git a/a b/a\n@@ -1,3 +1,3 @@\n a\n b\n c\n@@ -9,2 +9,2 @@\n i\n j\n");
        assert!(hunks.has("a") && !hunks.has("b"));
        let cases = [
            ((1, 3), true),
            ((10, 10), true),
            ((3, 9), false),
            ((4, 4), false),
            ((3, 1), false),
            ((0, 1), false),
        ];
        for (lines, expected) in cases {
            assert_eq!(hunks.show("a", lines), expected, "{lines:?}");
        }
        assert!(!hunks.show("b", (1, 1)));
    }
}
