//! The hidden line at the end of all we write, by which a later run knows it again.
//!
//! It is an HTML comment, which GitHub stores and does not show. Anyone who may comment can write one, so it is looked
//! at only where our own login wrote the comment, and decides nothing but what is written next.

use std::collections::BTreeMap;

/// A later form gets another number, and is then none of ours.
const BEGIN: &str = "<!-- connlint:1 ";
const END: &str = " -->";

/// Longest title that is kept for the day its finding is fixed, in characters.
const MOST_TITLE: usize = 160;

/// What a text of ours is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Marker {
    /// The comment on one finding.
    Finding(FindingMark),
    /// The comment that sums up; with the digest of its text.
    Summary { digest: String },
    /// A review: for which commit, and the digest of what it is about.
    Review { head: String, digest: String },
}

/// What the comment on a finding knows about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FindingMark {
    pub(crate) fingerprint: String,
    pub(crate) state: State,
    /// Of the text before GitHub had it.
    pub(crate) digest: String,
    /// What to call the finding once it is gone, since nobody else knows by then.
    pub(crate) title: String,
}

/// How the comment on a finding stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    Open,
    Fixed,
    Duplicate,
}

impl State {
    const ALL: [(Self, &'static str); 3] =
        [(Self::Open, "open"), (Self::Fixed, "fixed"), (Self::Duplicate, "duplicate")];

    fn word(self) -> &'static str {
        Self::ALL.iter().find(|(state, _)| *state == self).map_or("", |(_, word)| word)
    }

    fn of(word: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, it)| *it == word).map(|(state, _)| *state)
    }
}

impl Marker {
    /// The line for the comments of `id`.
    pub(crate) fn line(&self, id: &str) -> String {
        let rest = match self {
            Self::Finding(mark) => {
                let title: String = mark.title.chars().take(MOST_TITLE).collect();
                let FindingMark { fingerprint, state, digest, .. } = mark;
                let (state, title) = (state.word(), encoded(&title));
                format!(
                    "finding id={} fp={fingerprint} state={state} digest={digest} title={title}",
                    encoded(id)
                )
            }
            Self::Summary { digest } => format!("summary id={} digest={digest}", encoded(id)),
            Self::Review { head, digest } => format!("review id={} head={head} digest={digest}", encoded(id)),
        };
        format!("{BEGIN}{rest}{END}")
    }

    /// What `text` says it is, if it is one of the comments of `id`. The last marker counts: ours is written last.
    pub(crate) fn find(text: &str, id: &str) -> Option<Self> {
        let (_, rest) = text.rsplit_once(BEGIN)?;
        let (inside, _) = rest.split_once(END)?;
        let mut words = inside.split(' ');
        let kind = words.next()?;
        let fields: BTreeMap<&str, &str> = words.filter_map(|it| it.split_once('=')).collect();
        let field = |name: &str| fields.get(name).map(|it| (*it).to_owned());
        if field("id")? != encoded(id) {
            return None;
        }
        let digest = field("digest")?;
        match kind {
            "finding" => {
                let fingerprint = field("fp").filter(|it| is_hex(it))?;
                let state = State::of(&field("state")?)?;
                let title = decoded(&field("title")?)?;
                Some(Self::Finding(FindingMark { fingerprint, state, digest, title }))
            }
            "summary" => Some(Self::Summary { digest }),
            "review" => Some(Self::Review { head: field("head")?, digest }),
            _ => None,
        }
    }
}

/// Whether a text has the form of a fingerprint or of a commit.
pub(crate) fn is_hex(text: &str) -> bool {
    (8..=64).contains(&text.len()) && text.bytes().all(|it| it.is_ascii_hexdigit())
}

/// Tells texts from one another. GitHub may trim a text or change its line ends, so it is never compared itself.
pub(crate) fn digest<'a>(parts: impl IntoIterator<Item = &'a str>) -> String {
    let mut hasher = blake3::Hasher::new();
    for part in parts {
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part.as_bytes());
    }
    hasher.finalize().to_hex().chars().take(16).collect()
}

/// Letters, digits, `.` and `_` stay, and all else becomes `%` and two digits, as in an address: a `-` might end the
/// comment.
pub(crate) fn encoded(text: &str) -> String {
    let piece = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'.' | b'_' => char::from(byte).to_string(),
        _ => format!("%{byte:02x}"),
    };
    text.bytes().map(piece).collect()
}

fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'%' => {
                let digits = [rest.next()?, rest.next()?];
                u8::from_str_radix(str::from_utf8(&digits).ok()?, 16).ok()?
            }
            other => other,
        });
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mark(title: &str) -> Marker {
        let (fingerprint, digest) = ("0123456789abcdef".to_owned(), digest(["x"]));
        Marker::Finding(FindingMark { fingerprint, state: State::Open, digest, title: title.to_owned() })
    }

    #[test]
    fn what_is_written_is_found_again() {
        let head = "a".repeat(40);
        let all = [
            mark(""),
            mark("`password` is a literal -- ü\n--> <!-- %"),
            Marker::Summary { digest: digest([]) },
            Marker::Review { head, digest: digest(["a", "b"]) },
        ];
        for marker in all {
            for id in ["connlint", "infra--prod -->", "ü", ""] {
                let line = marker.line(id);
                assert_eq!(line.matches("--").count(), 2, "{line}");
                assert_eq!(line.lines().count(), 1);
                let text = format!("text <!-- connlint:1 summary id={id} digest=1 -->\r\n\r\n{line}\r\n");
                assert_eq!(Marker::find(&text, id), Some(marker.clone()));
                assert_eq!(Marker::find(&text, "other"), None);
            }
        }
    }

    #[test]
    fn what_is_no_marker_is_none() {
        let line = mark("t").line("c");
        let wrong = [
            line.replace("connlint:1", "connlint:2"),
            line.replace("fp=0123456789abcdef", "fp=../../etc"),
            line.replace("fp=0123456789abcdef", "fp="),
            line.replace("state=open", "state=shut"),
            line.replace("finding", "thing"),
            line.replace("title=t", "title=%f"),
            line.replace("title=t", "title=%ff"),
            line.replace("-->", ""),
            String::new(),
        ];
        for text in wrong {
            assert_eq!(Marker::find(&text, "c"), None, "{text}");
        }
    }

    #[test]
    fn long_titles_are_cut() {
        let line = mark(&"ü".repeat(500)).line("c");
        assert!(line.len() < 1200, "{}", line.len());
        assert!(
            matches!(Marker::find(&line, "c"), Some(Marker::Finding(it)) if it.title.chars().count() == MOST_TITLE)
        );
    }
}
