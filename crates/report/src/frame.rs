//! Frames around source lines, drawn by miette. Only this module and [`crate::snippet`] know of it.

use std::fmt;

use miette::{Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, SourceCode};

use crate::Style;
use crate::snippet::Snippet;

/// Draws the snippets as one frame with a compartment for each.
pub(crate) fn frame(snippets: Vec<Snippet>, style: Style) -> String {
    let number_columns = snippets.iter().map(Snippet::number_columns).max().unwrap_or(0);
    let last = snippets.len().saturating_sub(1);
    let mut frame = String::new();
    for (i, snippet) in snippets.into_iter().enumerate() {
        let indent = " ".repeat(number_columns - snippet.number_columns());
        let drawn = draw(snippet, i > 0, style);
        // The last line closes the frame, which only the last compartment may do.
        let lines = drawn.trim_start_matches('\n').lines();
        let kept = if i == last { usize::MAX } else { lines.clone().count().saturating_sub(1) };
        for line in lines.take(kept) {
            frame.push_str(&indent);
            frame.push_str(line.trim_end());
            frame.push('\n');
        }
    }
    frame
}

fn draw(snippet: Snippet, is_continued: bool, style: Style) -> String {
    let mut theme = match (style.unicode, style.color) {
        (true, true) => GraphicalTheme::unicode(),
        (true, false) => GraphicalTheme::unicode_nocolor(),
        (false, true) => GraphicalTheme::ascii(),
        (false, false) => GraphicalTheme::none(),
    };
    if is_continued {
        theme.characters.ltop = theme.characters.lcross;
    }
    // miette gives its colours out by the order of offsets; here they tell the first place from the others.
    let ink = |label: &LabeledSpan| if label.primary() { theme.styles.error } else { theme.styles.advice };
    theme.styles.highlights = snippet.labels().iter().map(ink).collect();

    let handler = GraphicalReportHandler::new_themed(theme)
        .with_width(style.width)
        .with_links(false)
        .without_cause_chain()
        .without_syntax_highlighting()
        // Messages arrive broken into lines.
        .with_wrap_lines(false);
    let mut drawn = String::new();
    // miette fails only when a source contradicts itself, and then what is missing is a picture.
    let _ = handler.render_report(&mut drawn, &Picture { snippet });
    drawn
}

/// A diagnostic without a message: the headline is not miette's.
#[derive(Debug)]
struct Picture {
    snippet: Snippet,
}

impl fmt::Display for Picture {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        Ok(())
    }
}

impl std::error::Error for Picture {}

impl Diagnostic for Picture {
    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.snippet)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.snippet.labels().iter().cloned()))
    }
}
