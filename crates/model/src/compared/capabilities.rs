//! Rights by paths and capabilities of a policy: `path "…" { capabilities = […] }`.

use connlint_core::Location;
use connlint_resolve::{Piece, Value};

use super::{Compared, Right};
use crate::posture::Access;

/// Adds what each path of a policy allows.
pub(crate) fn capabilities(compared: &mut Compared, value: &Value, from: &str, subject: &str) {
    let at = Location { span: value.span, path: subject.to_owned(), via: value.steps().collect() };
    let piece = |piece: Piece| match piece {
        Piece::Literal(literal) => literal.text.to_string(),
        Piece::Hole(reference) => format!("{{{}}}", reference.key),
    };
    let text: String = value.pieces().into_iter().map(piece).collect();
    let code: String =
        text.lines().map(|line| line.split('#').next().unwrap_or_default()).collect::<Vec<_>>().join("\n");
    for stanza in code.split("path ").skip(1) {
        let mut words = stanza.split('"');
        let (Some(_), Some(path)) = (words.next(), words.next()) else { continue };
        let Some((_, rest)) = stanza.split_once("capabilities") else { continue };
        let list = rest.split(']').next().unwrap_or_default();
        let can = |word: &str| list.contains(&format!("\"{word}\""));
        if can("deny") {
            continue;
        }
        let access = if can("sudo") {
            Access::Admin
        } else if ["create", "update", "delete", "patch"].into_iter().any(can) {
            Access::Write
        } else {
            Access::Read
        };
        let right = Right::new("vault", path, access, from, at.clone());
        compared.rights.push(right.on(vec![path.to_owned()]));
    }
}
