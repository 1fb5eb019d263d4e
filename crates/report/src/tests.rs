//! What holds for every format: no secret gets out, strangers cannot draw, the same review gives the same bytes, and
//! large reviews are quick.

use std::time::Instant;

use connlint_core::{FileId, Span};

use crate::samples::{HARDCODED, PLAIN, PLANTED, Sample, everything, label};
use crate::{Style, github, json, sarif, text};

/// The sample in every format, the terminal at several widths and with all it can do.
fn all(sample: &Sample) -> Vec<String> {
    let ctx = sample.context();
    let styles = [40, 60, 80, 120].map(|width| Style { width, ..PLAIN });
    let rich = Style { color: true, links: true, ..PLAIN };
    let mut reports: Vec<String> = styles.into_iter().chain([rich]).map(|style| text(&ctx, style)).collect();
    reports.extend([json(&ctx), sarif(&ctx), github(&ctx)]);
    reports
}

/// The lines of the terminal that show `words` of a file whose secret is [`PLANTED`].
fn shown(file: &str, words: &str) -> String {
    let sample = Sample::new(&[("a.tf", file)]);
    let finding = sample.finding(&HARDCODED, sample.at("a.tf", words, "a/b"), "found");
    let sample = sample.with(finding).with_secret(PLANTED);
    for report in all(&sample) {
        assert!(!report.contains(PLANTED), "{report}");
    }
    let report = text(&sample.context(), PLAIN);
    report.lines().skip(1).take_while(|it| !it.contains('╰')).map(|it| format!("{it}\n")).collect()
}

#[test]
fn secrets_are_masked_wherever_they_stand() {
    let cases = [
        ("p = \"tr0ub4dor&3\"", "tr0ub4dor&3", "p = \"***\"\n   ·      ─┬─\n", 6),
        ("p = \"tr0ub4dor&3\"", "\"tr0ub4dor&3\"", "p = \"***\"\n   ·     ──┬──\n", 5),
        ("p = \"tr0ub4dor&3\"", "b4do", "p = \"***\"\n   ·      ─┬─\n", 8 + 2),
        ("é漢 = \"tr0ub4dor&3\"\r\nx", "tr0ub4dor&3", "é漢 = \"***\"\n   ·        ─┬─\n", 7),
        ("\tp = 'tr0ub4dor&3'\r\n", "tr0ub4dor&3", "    p = '***'\n   ·          ─┬─\n", 7),
        ("tr0ub4dor&3 = p # tr0ub4dor&3", "= p", "*** = p # ***\n   ·     ─┬─\n", 13),
        ("# \"tr0ub4dor&3", "tr0ub4dor&3", "# \"***\n   ·    ─┬─\n", 4),
    ];
    for (file, words, expected, column) in cases {
        let expected = format!("   ╭─[a.tf:1:{column}]\n 1 │ {expected}");
        assert_eq!(shown(file, words), expected, "{file:?}");
    }
}

#[test]
fn neighbours_that_look_like_secrets_are_masked() {
    let line = "{ user = me, password = x, key = \"AKIAFAKE0123456789AB\", url = \"http://a:hunter2@b\" }";
    let expected = "   ╭─[a.tf:1:14]\n 1 │ { user = me, password = x, key = \"***\", url = \"http://a:***@b\" }\n   ·              ──────┬─────\n";
    assert_eq!(shown(line, "password = x"), expected);
}

#[test]
fn a_secret_known_from_one_file_is_masked_in_others() {
    let sample = Sample::new(&[("a.tf", "p = \"tr0ub4dor&3\""), ("b.tf", "p = x # was tr0ub4dor&3")]);
    let mut finding = sample.finding(&HARDCODED, sample.at("a.tf", PLANTED, "a"), "found");
    finding.related.push(label(sample.at("b.tf", "x", "b"), "and here"));
    let mut sample = sample.with(finding);
    sample.review.secrets.push(sample.span("a.tf", PLANTED));
    let report = text(&sample.context(), PLAIN);
    assert!(report.contains("p = x # was ***\n"), "{report}");
}

#[test]
fn secrets_of_many_lines_become_one() {
    let file = "a = <<EOT\n-----BEGIN\nMIIfake\n-----END\nEOT\nb = 1\n";
    let sample = Sample::new(&[("a.tf", file)]);
    let body = sample.span("a.tf", "-----BEGIN\nMIIfake\n-----END\n");
    let inner = sample.at("a.tf", "MIIfake", "a");
    let mut finding = sample.finding(&HARDCODED, inner, "a key");
    finding.related =
        vec![label(sample.at("a.tf", "EOT\nb", "a"), "ends"), label(sample.at("a.tf", "a =", "a"), "starts")];
    let mut sample = sample.with(finding);
    sample.review.secrets.push(body);
    let report = text(&sample.context(), PLAIN);
    let rows: Vec<&str> = report.lines().filter(|it| it.contains('│') || it.contains('[')).skip(1).collect();
    let expected = ["   ╭─[a.tf:3:1]", " 1 │ a = <<EOT", " 2 │ ***", "   ├─[a.tf:5:1]", " 5 │ EOT"];
    assert_eq!(rows, expected, "{report}");
}

#[test]
fn long_lines_are_clipped_around_their_labels() {
    let file = format!("[{}\"tr0ub4dor&3\", {}user]", "\"filler\", ".repeat(500), "\"filler\", ".repeat(500));
    let expected = "   ╭─[a.tf:1:5003]\n 1 │ …r\", \"filler\", \"***\", \"filler\", \"filler\", \"filler\", \"filler\", \"filler\", \"f…\n   ·                 ─┬─\n";
    assert_eq!(shown(&file, "tr0ub4dor&3"), expected);

    let sample = Sample::new(&[("a.tf", &file)]);
    let mut finding = sample.finding(&HARDCODED, sample.at("a.tf", PLANTED, "a"), "found");
    finding.related.push(label(sample.at("a.tf", "user", "b"), "by this user"));
    let report = text(&sample.with(finding).context(), PLAIN);
    assert_eq!(report.matches(" 1 │ ").count(), 2, "each label gets its own part of the line: {report}");
    assert!(
        report.contains("by this user")
            && report.lines().all(|it| it.chars().count() <= 80 || it.contains("://"))
    );
}

#[test]
fn strangers_cannot_drive_the_terminal() {
    let evil = "a\x1b[2J\u{202e}b\u{200b}c\u{9b}\x07";
    let path = format!("{evil}.tf");
    let file = format!("x = 1 # {evil}");
    let sample = Sample::new(&[(&path, &file)]);
    let mut finding = sample.finding(&HARDCODED, sample.at(&path, "1", evil), evil);
    (finding.label, finding.help) = (evil.to_owned(), evil.to_owned());
    finding.related.push(label(sample.at(&path, "x", evil), evil));
    let mut sample = sample.with(finding);
    sample.review.unread.push(connlint_check::Unread {
        path: evil.to_owned(),
        reason: connlint_check::UnreadReason::Io,
        detail: evil.to_owned(),
        old: false,
    });
    for report in [text(&sample.context(), PLAIN), github(&sample.context())] {
        let bad =
            report.contains(|c: char| (c.is_control() && c != '\n') || matches!(c, '\u{202e}' | '\u{200b}'));
        assert!(!bad, "{report:?}");
    }
}

#[test]
fn spans_that_do_not_fit_are_survived() {
    let sample = Sample::new(&[("a.tf", "é")]);
    for (file, start, end) in [(0, 1, 2), (0, 0, 9), (0, 5, 9), (7, 0, 1), (0, 2, 2)] {
        let mut finding = sample.finding(&HARDCODED, sample.at("a.tf", "é", "a"), "found");
        finding.primary.span = Span::new(FileId(file), start, end);
        finding.primary.via.push(finding.primary.span);
        let mut sample = Sample::new(&[("a.tf", "é")]).with(finding);
        sample.review.secrets.push(Span::new(FileId(file), start, end));
        all(&sample);
    }
}

#[test]
fn the_same_review_gives_the_same_bytes() {
    assert_eq!(all(&everything()), all(&everything()));
}

#[test]
fn ten_thousand_findings_are_quick() {
    let line = "password = \"tr0ub4dor&3\"\n";
    let sample = Sample::new(&[("a.tf", &line.repeat(10_000))]);
    let first =
        sample.finding(&HARDCODED, sample.at("a.tf", PLANTED, "a"), "the password is written in the code");
    let step = u32::try_from(line.len()).unwrap();
    let mut sample = sample.with_secret(PLANTED);
    sample.review.findings = vec![first; 10_000];
    for (i, finding) in (0..).zip(&mut sample.review.findings) {
        finding.primary.span.start += i * step;
        finding.primary.span.end += i * step;
    }
    #[expect(clippy::disallowed_methods, reason = "a test measures")]
    let start = Instant::now();
    let reports = all(&sample);
    // Eight reports without optimisation on a busy machine; quadratic time would take minutes.
    assert!(start.elapsed().as_secs() < 30, "{:?}", start.elapsed());
    assert!(reports.iter().all(|it| !it.contains(PLANTED)));
}
