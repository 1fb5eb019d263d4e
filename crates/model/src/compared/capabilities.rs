//! Rights by paths and capabilities of a policy: `path "…" { capabilities = […] }`.

use connlint_core::Location;
use connlint_resolve::{Kind, Piece, Text, Value};

use super::{Compared, Right};
use crate::find::span_within;
use crate::posture::Access;
use crate::walk::Written;

/// Adds what each path of a policy allows.
pub(crate) fn capabilities(
    compared: &mut Compared,
    value: &Value,
    from: &str,
    subject: &str,
    written: Written<'_>,
) {
    let at = Location { span: value.span, path: subject.to_owned(), via: value.steps().collect() };
    let piece = |piece: Piece| match piece {
        Piece::Literal(literal) => literal.text.to_string(),
        Piece::Hole(reference) => format!("{{{}}}", reference.key),
    };
    let text: String = value.pieces().into_iter().map(piece).collect();
    let code = without_comments(&text);
    let starts: Vec<usize> = code.match_indices("path ").map(|(at, _)| at).collect();
    for (index, start) in starts.iter().enumerate() {
        let end = starts.get(index + 1).copied().unwrap_or(code.len());
        let Some(stanza) = code.get(*start..end) else { continue };
        let mut words = stanza.split('"');
        let (Some(_), Some(path)) = (words.next(), words.next()) else { continue };
        let Some((before, rest)) = stanza.split_once("capabilities") else { continue };
        let list = rest.split(']').next().unwrap_or_default();
        let can = |word: &str| list.contains(&format!("\"{word}\""));
        let Some(access) = access(can) else { continue };
        let mut at = at.clone();
        if let Kind::Text(Text::Whole(literal)) = &value.kind {
            let start = start + before.len();
            at.span = span_within(literal, &(start..start + "capabilities".len()), written);
        }
        let right = Right::new("vault", path, access, from, at);
        compared.rights.push(right.on(vec![path.to_owned()]));
    }
}

/// Adds what one path allows, with its capabilities as a list.
pub(crate) fn capable(compared: &mut Compared, path: &str, list: &Value, from: &str, subject: &str) {
    let can = |word: &str| list.items().iter().any(|it| it.text() == Some(word));
    // What is not known may be anything.
    let known = !path.is_empty() && list.items().iter().all(|it| it.text().is_some());
    let Some(access) = access(can).filter(|_| known && !list.items().is_empty()) else { return };
    let at = Location { span: list.span, path: subject.to_owned(), via: list.steps().collect() };
    compared.rights.push(Right::new("vault", path, access, from, at).on(vec![path.to_owned()]));
}

/// What capabilities let somebody do; nothing where they only keep off.
fn access(can: impl Fn(&str) -> bool) -> Option<Access> {
    if can("deny") {
        return None;
    }
    Some(match () {
        () if can("sudo") => Access::Admin,
        () if ["create", "update", "delete", "patch"].into_iter().any(can) => Access::Write,
        () => Access::Read,
    })
}

/// The text with blanks in place of comments, so that all the rest stays where it is.
fn without_comments(text: &str) -> String {
    let mut code = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let own = line.split('#').next().unwrap_or_default();
        code.push_str(own);
        if own.len() < line.len() {
            let ending = usize::from(line.ends_with('\n'));
            code.extend(std::iter::repeat_n(' ', line.len() - own.len() - ending));
            code.push_str(if ending == 1 { "\n" } else { "" });
        }
    }
    code
}
