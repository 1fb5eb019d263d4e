//! What an answer that is no success means to us.

use std::fmt;
use std::time::Duration;

use octocrab::{Error, GitHubError};

/// Why something could not be done. Texts are GitHub's own and may be long.
#[derive(Debug)]
pub(crate) enum Fail {
    /// The token may not do this.
    Denied(String),
    /// It is not there, or the token may not know that it is.
    Missing(String),
    /// The conversation is locked.
    Locked,
    /// There were too many requests; try again after this time.
    Limited(Duration),
    /// GitHub does not want it in this form.
    Refused(String),
    /// It may have been done or not.
    Unclear(String),
    /// Anything else. It was not done, and to try again is no use.
    Broken(String),
}

/// What GitHub asks for where a limited answer does not say how long to wait.
/// Source: "Rate limits for the REST API", GitHub Docs.
const MINUTE: Duration = Duration::from_secs(60);
/// An answer that says to wait for no time at all must not make us ask for ever.
const LEAST: Duration = Duration::from_secs(1);

impl From<Error> for Fail {
    fn from(error: Error) -> Self {
        match error {
            Error::GitHub { source, .. } => of_answer(&source),
            Error::Service { source, .. } => Self::Unclear(format!("no answer from GitHub ({source})")),
            Error::Hyper { .. } => Self::Unclear("no whole answer from GitHub".to_owned()),
            // Their own texts come with places in the source and even backtraces.
            Error::Json { .. } | Error::Serde { .. } => {
                Self::Broken("GitHub's answer is none we know".to_owned())
            }
            _ => Self::Broken("the request could not be made".to_owned()),
        }
    }
}

impl fmt::Display for Fail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Denied(why)
            | Self::Missing(why)
            | Self::Refused(why)
            | Self::Unclear(why)
            | Self::Broken(why) => f.write_str(why),
            Self::Locked => f.write_str("the conversation is locked"),
            Self::Limited(time) => {
                write!(f, "GitHub's rate limit asks to wait for {} s, which is too long", time.as_secs())
            }
        }
    }
}

fn of_answer(answer: &GitHubError) -> Fail {
    let code = answer.status_code.as_u16();
    if let Some(time) = time_to_wait(answer, code) {
        return Fail::Limited(time.max(LEAST));
    }
    let details: Vec<String> = answer
        .errors
        .iter()
        .flatten()
        .map(|it| it.as_str().map_or_else(|| it.to_string(), str::to_owned))
        .collect();
    let text = match details.is_empty() {
        true => format!("{code} {}", answer.message),
        false => format!("{code} {}: {}", answer.message, details.join("; ")),
    };
    match code {
        // "Unable to create comment because issue is locked."
        403 if answer.message.contains("locked") => Fail::Locked,
        401 | 403 => Fail::Denied(text),
        404 | 410 => Fail::Missing(text),
        422 => Fail::Refused(text),
        // The answer of a gateway is a page of HTML.
        500.. => Fail::Unclear(format!("GitHub answered with {}", answer.status_code)),
        _ => Fail::Broken(text),
    }
}

/// A 403 may mean a missing permission or a rate limit. Headers tell, and where there are none, the text:
/// "You have exceeded a secondary rate limit".
fn time_to_wait(answer: &GitHubError, code: u16) -> Option<Duration> {
    if code != 403 && code != 429 {
        return None;
    }
    let header = |name: &str| answer.headers.as_ref()?.get(name)?.to_str().ok()?.trim().parse::<u64>().ok();
    if let Some(seconds) = header("retry-after") {
        return Some(Duration::from_secs(seconds));
    }
    if header("x-ratelimit-remaining") == Some(0) {
        return Some(answer.rate_limit_reset.map_or(MINUTE, until));
    }
    (code == 429 || answer.message.contains("rate limit")).then_some(MINUTE)
}

/// Time from now to a moment in seconds since 1970.
#[expect(clippy::disallowed_methods, reason = "GitHub says when a limit ends by the clock")]
fn until(moment: u64) -> Duration {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    Duration::from_secs(moment).saturating_sub(now)
}
