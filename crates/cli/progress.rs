//! A progress bar for long work, on a terminal only.

use std::io::IsTerminal;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Fewer files are done before a bar would be seen.
const FEWEST: usize = 2_000;

/// Counts files.
pub(crate) struct Progress(Option<ProgressBar>);

impl Progress {
    /// A bar for this many files, if anybody is looking.
    pub(crate) fn new(files: usize) -> Self {
        if files < FEWEST || !std::io::stderr().is_terminal() {
            return Self(None);
        }
        let bar = ProgressBar::with_draw_target(Some(files as u64), ProgressDrawTarget::stderr_with_hz(10));
        let style = ProgressStyle::with_template("reading {bar:30} {pos}/{len} files");
        Self(Some(bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))))
    }

    /// One file is done.
    pub(crate) fn step(&self) {
        if let Some(bar) = &self.0 {
            bar.inc(1);
        }
    }

    /// Everything is done.
    pub(crate) fn finish(&self) {
        if let Some(bar) = &self.0 {
            bar.finish_and_clear();
        }
    }
}
