//! Lines of one commit as lines of another: a workflow judges the merge of a pull request, and comments count the lines of
//! its head.

use std::collections::HashMap;

use crate::git::Repository;

/// Finds lines of `from` in `to`.
pub(crate) struct Lines<'a> {
    repository: &'a Repository,
    from: &'a str,
    to: &'a str,
    files: HashMap<String, Vec<Hunk>>,
}

/// Lines that differ: those of the one commit, half-open, and by how much those after them are shifted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Hunk {
    start: i64,
    end: i64,
    shift: i64,
}

impl<'a> Lines<'a> {
    /// Between two commits.
    pub(crate) fn new(repository: &'a Repository, from: &'a str, to: &'a str) -> Self {
        Self { repository, from, to, files: HashMap::new() }
    }

    /// The same lines in the other commit; nothing if it does not have them all.
    pub(crate) fn find(&mut self, path: &str, (first, last): (u32, u32)) -> Option<(u32, u32)> {
        if self.from == self.to {
            return Some((first, last));
        }
        if !self.files.contains_key(path) {
            let diff = self.repository.diff(self.from, self.to, 0, Some(path)).unwrap_or_default();
            self.files.insert(path.to_owned(), hunks(&String::from_utf8_lossy(&diff)));
        }
        let hunks = self.files.get(path)?;
        Some((moved(hunks, first)?, moved(hunks, last)?))
    }
}

/// The hunks of a diff without context: `@@ -43,3 +40,0 @@`.
fn hunks(diff: &str) -> Vec<Hunk> {
    let heads = diff.lines().filter_map(|line| line.strip_prefix("@@ -"));
    let hunk = |head: &str| {
        let mut sides = head.split(" @@").next()?.split(" +").map(|side| {
            let (start, count) = side.split_once(',').unwrap_or((side, "1"));
            Some((start.parse::<i64>().ok()?, count.parse::<i64>().ok()?))
        });
        let ((a, removed), (b, added)) = (sides.next()??, sides.next()??);
        // Of a side without lines, git names the line before.
        let start = if removed == 0 { a + 1 } else { a };
        let there = if added == 0 { b + 1 } else { b };
        Some(Hunk { start, end: start + removed, shift: there + added - (start + removed) })
    };
    heads.filter_map(hunk).collect()
}

fn moved(hunks: &[Hunk], line: u32) -> Option<u32> {
    let line = i64::from(line);
    let before = hunks.iter().take_while(|it| it.start <= line).last();
    let shift = match before {
        Some(hunk) if line < hunk.end => return None,
        Some(hunk) => hunk.shift,
        None => 0,
    };
    u32::try_from(line + shift).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_only_the_merge_has_are_nowhere() {
        // The base added lines 2 to 4 and changed line 10 to two lines.
        let hunks = hunks("@@ -2,3 +1,0 @@ x\n-a\n-b\n-c\n@@ -10,2 +7 @@\n-d\n-e\n+f\n");
        let at = |line| moved(&hunks, line);
        assert_eq!(
            [1, 2, 4, 5, 9, 10, 11, 12].map(at),
            [Some(1), None, None, Some(2), Some(6), None, None, Some(8)]
        );
    }
}
