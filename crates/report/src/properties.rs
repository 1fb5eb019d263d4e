//! Random texts and spans: nothing panics, no secret gets out, no control character gets in.

use connlint_core::{FileId, Span};
use proptest::prelude::*;

use crate::samples::{HARDCODED, PLAIN, PLANTED, Sample, label};
use crate::{Style, github, json, sarif, text};

/// Lines of all kinds around a planted secret.
fn files() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        3 => Just(PLANTED.to_owned()),
        2 => Just("\n".to_owned()),
        1 => Just("\r\n".to_owned()),
        1 => Just("\t\u{1b}[1m\u{202e}".to_owned()),
        2 => "[a-z \"=é漢🦀]{0,40}",
        1 => "[a-zA-Z0-9/+]{0,300}",
    ];
    prop::collection::vec(piece, 1..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn nothing_gets_out_and_nothing_panics(
        file in files(),
        places in prop::collection::vec((0_usize..900, 0_usize..200), 1..8),
        joined in prop::option::of((0_usize..900, 1_usize..300)),
        width in 0_usize..130,
        unicode: bool,
    ) {
        let mut sample = Sample::new(&[("a.tf", file.as_str())]).with_secret(PLANTED);
        let span = |(start, len): (usize, usize)| {
            let place = |at: usize| (at..).find(|&it| it >= file.len() || file.is_char_boundary(it)).unwrap_or(0);
            Span::new(FileId(0), place(start), place(start + len))
        };
        let mut finding = sample.finding(&HARDCODED, sample.at("a.tf", "", "a"), "the password is written in the code");
        finding.primary.span = span(places[0]);
        finding.related = places.iter().skip(1).map(|place| {
            let mut location = sample.at("a.tf", "", "b");
            location.span = span(*place);
            label(location, "used here by another connector of the same project")
        }).collect();
        sample.review.findings.push(finding);
        // A secret of many lines, as a private key would be.
        sample.review.secrets.extend(joined.map(span));

        let ctx = sample.context();
        let report = text(&ctx, Style { width, unicode, ..PLAIN });
        prop_assert!(!report.contains(|c: char| (c.is_control() && c != '\n') || c == '\u{202e}'), "{report}");
        for report in [report, json(&ctx), sarif(&ctx), github(&ctx)] {
            prop_assert!(!report.contains(PLANTED), "{report}");
        }
    }
}
