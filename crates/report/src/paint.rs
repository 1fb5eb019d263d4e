//! Colours and links of the terminal, for what connlint prints around miette's frames.

use connlint_core::Severity;

use crate::Style;

/// Select Graphic Rendition codes: <https://en.wikipedia.org/wiki/ANSI_escape_code#SGR>.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ink {
    Bold,
    Dim,
    Good,
    /// A word such as `help` in front of a paragraph.
    Word,
    Severity(Severity),
}

impl Ink {
    fn code(self) -> &'static str {
        match self {
            Self::Bold => "1",
            Self::Dim => "2",
            Self::Good => "1;32",
            Self::Word => "36",
            Self::Severity(Severity::Critical | Severity::High) => "1;31",
            Self::Severity(Severity::Medium) => "1;33",
            Self::Severity(Severity::Low) => "1;36",
        }
    }
}

impl Style {
    /// `text` in this ink, or as it is where colours are off.
    pub(crate) fn paint(self, ink: Ink, text: &str) -> String {
        if self.color && !text.is_empty() {
            format!("\x1b[{}m{text}\x1b[0m", ink.code())
        } else {
            text.to_owned()
        }
    }

    /// `text` as a link, or as it is where links are off: <https://gist.github.com/egmontkob/eb114294efbcd5adb1944c9f3cb5feda>.
    pub(crate) fn link(self, url: &str, text: &str) -> String {
        if self.links { format!("\x1b]8;;{url}\x1b\\{text}\x1b]8;;\x1b\\") } else { text.to_owned() }
    }
}
