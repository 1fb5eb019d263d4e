//! The lines, as they are written and read. Each is an object with one key, which says what kind of line it is.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

/// One line.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Line<'a> {
    #[serde(borrow)]
    Header(Header<'a>),
    #[serde(borrow)]
    Connector(Connector<'a>),
    #[serde(borrow)]
    Credential(Credential<'a>),
    #[serde(borrow)]
    Finding(Finding<'a>),
    End(End),
}

#[derive(Debug, Deserialize, Serialize)]
pub(super) struct Header<'a> {
    pub(super) schema_version: u32,
    #[serde(borrow)]
    pub(super) version: Cow<'a, str>,
    #[serde(borrow)]
    pub(super) repository: Cow<'a, str>,
    pub(super) key_check: Option<Text<'a>>,
}

#[derive(Debug, Deserialize, Serialize)]
pub(super) struct Connector<'a> {
    #[serde(borrow)]
    pub(super) id: Cow<'a, str>,
    #[serde(borrow)]
    pub(super) system: Cow<'a, str>,
    pub(super) environment: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) owners: Vec<Text<'a>>,
    #[serde(borrow)]
    pub(super) credentials: Vec<Text<'a>>,
    #[serde(borrow)]
    pub(super) path: Cow<'a, str>,
    pub(super) line: Option<usize>,
}

#[derive(Debug, Deserialize, Serialize)]
pub(super) struct Credential<'a> {
    #[serde(borrow)]
    pub(super) name: Cow<'a, str>,
    #[serde(borrow)]
    pub(super) kind: Cow<'a, str>,
    #[serde(borrow)]
    pub(super) realm: Cow<'a, str>,
    pub(super) join: Option<Text<'a>>,
    pub(super) field: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) role: Cow<'a, str>,
    #[serde(borrow)]
    pub(super) setting: Cow<'a, str>,
    pub(super) trial: bool,
    pub(super) connector: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) system: Cow<'a, str>,
    pub(super) environment: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) owners: Vec<Text<'a>>,
    #[serde(borrow)]
    pub(super) path: Cow<'a, str>,
    pub(super) line: Option<usize>,
    #[serde(borrow)]
    pub(super) address: Cow<'a, str>,
}

#[derive(Debug, Deserialize, Serialize)]
pub(super) struct Finding<'a> {
    #[serde(borrow)]
    pub(super) rule: Cow<'a, str>,
    #[serde(borrow)]
    pub(super) severity: Cow<'a, str>,
    #[serde(borrow)]
    pub(super) confidence: Cow<'a, str>,
    #[serde(borrow)]
    pub(super) message: Cow<'a, str>,
    #[serde(borrow)]
    pub(super) fingerprint: Cow<'a, str>,
    pub(super) suppressed: bool,
    #[serde(borrow)]
    pub(super) connectors: Vec<Text<'a>>,
    #[serde(borrow)]
    pub(super) path: Cow<'a, str>,
    pub(super) line: Option<usize>,
    #[serde(borrow)]
    pub(super) address: Cow<'a, str>,
}

#[derive(Debug, Deserialize, Serialize)]
pub(super) struct End {
    pub(super) connectors: usize,
    pub(super) credentials: usize,
    pub(super) findings: usize,
    pub(super) files_read: usize,
    pub(super) files_not_read: usize,
}

/// A text that is borrowed from its line even within a list or an option, where serde would copy a plain [`Cow`].
#[derive(Debug, Deserialize, Serialize)]
#[serde(transparent)]
pub(super) struct Text<'a>(#[serde(borrow)] pub(super) Cow<'a, str>);

impl<'a> From<&'a str> for Text<'a> {
    fn from(text: &'a str) -> Self {
        Self(text.into())
    }
}

impl From<String> for Text<'_> {
    fn from(text: String) -> Self {
        Self(text.into())
    }
}

pub(super) fn texts(all: &[String]) -> Vec<Text<'_>> {
    all.iter().map(|it| it.as_str().into()).collect()
}
