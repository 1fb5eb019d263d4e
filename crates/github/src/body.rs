//! The texts of comments: no longer than GitHub takes, and with their marker.

use crate::marker::{FindingMark, Marker, State};

/// GitHub refuses more than 65,536 characters ("body is too long (maximum is 65536 characters)").
const MOST: usize = 60_000;
const CUT: &str =
    "… The rest was cut: this is as long as a comment may be. The run's own report has all of it.";
/// More than what follows a text that was cut, apart from its marker.
const ROOM: usize = 200;

/// A text with its marker, cut if need be.
pub(crate) fn marked(text: &str, marker: &Marker, id: &str) -> String {
    let line = marker.line(id);
    let room = MOST.saturating_sub(line.chars().count() + 2);
    format!("{}\n\n{line}", cut(text.trim_end(), room))
}

/// What the comment on a finding says once the finding is gone from `head`.
pub(crate) fn fixed(mark: &FindingMark, head: &str, id: &str) -> String {
    closing(mark, State::Fixed, &format!("✅ Fixed in {head}."), id)
}

/// What a comment says when an older one is about the same finding.
pub(crate) fn duplicate(mark: &FindingMark, id: &str) -> String {
    closing(mark, State::Duplicate, "An older comment is about the same finding.", id)
}

fn closing(mark: &FindingMark, state: State, says: &str, id: &str) -> String {
    let title: String = mark.title.chars().map(|it| if it.is_control() { ' ' } else { it }).collect();
    marked(format!("{title}\n\n{says}").trim(), &Marker::Finding(FindingMark { state, ..mark.clone() }), id)
}

fn cut(text: &str, room: usize) -> String {
    if text.chars().nth(room).is_none() {
        return text.to_owned();
    }
    let kept: String = text.chars().take(room.saturating_sub(ROOM)).collect();
    let fence = open_fence(&kept).map_or_else(String::new, |fence| format!("\n{fence}"));
    format!("{kept}{fence}\n\n{CUT}")
}

/// The fence of a block of code that does not end, which would show our marker as code.
fn open_fence(text: &str) -> Option<String> {
    let mut open: Option<(char, usize)> = None;
    for line in text.lines() {
        let line = line.trim_start();
        let Some(first @ ('`' | '~')) = line.chars().next() else { continue };
        let length = line.chars().take_while(|it| *it == first).count();
        match open {
            None if length >= 3 => open = Some((first, length)),
            Some((fence, least)) if fence == first && length >= least => open = None,
            _ => {}
        }
    }
    // A longer run than there is room for is no fence that a report writes.
    open.map(|(fence, length)| fence.to_string().repeat(length.min(ROOM / 4)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn summary() -> Marker {
        Marker::Summary { digest: "d".to_owned() }
    }

    #[test]
    fn long_texts_are_cut_between_characters() {
        let text = marked(&"é".repeat(70_000), &summary(), "c");
        assert!(text.chars().count() <= MOST && text.chars().count() > MOST - 2 * ROOM);
        assert!(text.contains(CUT) && text.ends_with(&summary().line("c")));
        let text = marked(&"é".repeat(50_000), &summary(), "c");
        assert!(!text.contains(CUT));
    }

    #[test]
    fn a_cut_block_of_code_ends() {
        let long = format!("a\n````sh\n```\n{}", "x\n".repeat(MOST));
        let text = marked(&long, &summary(), "c");
        assert!(text.contains(&format!("\n````\n\n{CUT}")));
        let closed = format!("```\na\n```\n{}", "x\n".repeat(MOST));
        assert_eq!(marked(&closed, &summary(), "c").matches("```").count(), 2);
    }

    #[test]
    fn a_closed_comment_keeps_its_title() {
        let mark = FindingMark {
            fingerprint: "0123456789abcdef".to_owned(),
            state: State::Open,
            digest: "d".to_owned(),
            title: "`a` is\nshared".to_owned(),
        };
        assert!(fixed(&mark, "abc", "c").starts_with("`a` is shared\n\n✅ Fixed in abc.\n\n<!-- "));
        assert!(duplicate(&mark, "c").contains(" state=duplicate "));
        let nameless = FindingMark { title: String::new(), ..mark };
        assert!(fixed(&nameless, "abc", "c").starts_with("✅"));
    }
}
