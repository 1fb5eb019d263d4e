//! How bad a finding is if it is true, and how sure we are that it is.

use std::fmt;
use std::str::FromStr;

macro_rules! ordered_words {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$vdoc])* $variant),+ }

        impl $name {
            /// Every value, lowest first.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word used in configuration and in every output.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl FromStr for $name {
            type Err = UnknownWord;
            fn from_str(word: &str) -> Result<Self, UnknownWord> {
                Self::ALL.iter().copied().find(|it| it.as_str() == word).ok_or(UnknownWord)
            }
        }
    };
}

/// The word is none of the values of the type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownWord;

impl fmt::Display for UnknownWord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("unknown word")
    }
}

impl std::error::Error for UnknownWord {}

ordered_words! {
    /// How bad a finding is if it is true.
    Severity {
        /// Worth knowing; nothing has to happen now.
        Low = "low",
        /// To be fixed with the next change to the connector.
        Medium = "medium",
        /// To be fixed before the connector goes live.
        High = "high",
        /// Access is open now.
        Critical = "critical",
    }
}

ordered_words! {
    /// How sure we are that a finding is true.
    Confidence {
        /// Deduced from names alone.
        Low = "low",
        /// Deduced from names and the shape of the value.
        Medium = "medium",
        /// Known from a schema, a token format or a resolved reference.
        High = "high",
    }
}
