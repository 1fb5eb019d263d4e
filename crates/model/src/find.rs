//! Finds the secrets in one value, whichever way it is written.

use connlint_core::{FileId, Location, Span};
use connlint_resolve::{Kind, Literal, Piece, Value};

use crate::compared;
use crate::part::{Part, Redacted, SecretLiteral};
use crate::secret::{
    Context, Judgement, NameClass, Role, assignments, classify, is_opaque, is_plain_field, judge, tokens,
};
use crate::votes::is_trial;
use crate::walk::{Leaf, Walk, Written};

/// What is known about the place of a value.
#[derive(Clone, Copy)]
pub(crate) struct Place<'p, 'a> {
    /// Address of what the value belongs to.
    pub(crate) address: &'p str,
    /// Whether it is for trying things out.
    pub(crate) trial: bool,
    /// Gives the written bytes of a span.
    pub(crate) written: Written<'a>,
    /// Most nodes met in a walk: aliases may make a small file a large tree.
    pub(crate) budget: usize,
}

impl Place<'_, '_> {
    /// Where a value is taken rather than written; the chain ends where it is written.
    pub(crate) fn taken(&self, path: &str, value: &Value) -> Location {
        let written = self.location(path, value);
        let mut chain = written.via.into_iter().chain([value.span]);
        let span = chain.next().unwrap_or(value.span);
        Location { span, path: written.path, via: chain.collect() }
    }

    pub(crate) fn location(&self, path: &str, value: &Value) -> Location {
        let path = if path.is_empty() { self.address.to_owned() } else { format!("{}/{path}", self.address) };
        Location { span: value.span, path, via: value.steps().collect() }
    }
}

/// Adds the secrets of a leaf to the part; tells whether there was one.
pub(crate) fn find(part: &mut Part, place: &Place, leaf: &Leaf<'_>, role: Role, context: Context) -> bool {
    let before = part.literals.len();
    let value = leaf.value;
    if let Some(compared) = &mut part.compared {
        compared::meet(compared, value);
    }
    match &value.kind {
        Kind::Text(text) => {
            let pieces = text.pieces();
            let alone = pieces.len() == 1;
            // Whoever writes a secret in parts writes it all the same.
            if let Some(whole) = joined(&pieces, value)
                && judge(leaf.name, &whole.text, role, context).is_some()
            {
                literal_secret(part, place, leaf, &whole, leaf.name, role, context);
                return part.literals.len() > before;
            }
            for piece in &pieces {
                let Piece::Literal(literal) = piece else { continue };
                // Part of a longer text: its name says nothing of it, unless it is the default of the rest, or is
                // of no use but as the rest of a secret.
                let named = alone || literal.default || is_opaque(&literal.text);
                let (name, role) = if named { (leaf.name, role) } else { ("", Role::Unknown) };
                literal_secret(part, place, leaf, literal, name, role, context);
            }
        }
        Kind::Number(text) => {
            let literal =
                Literal { text: text.clone(), span: value.span, default: false, tag: None, within: None };
            literal_secret(part, place, leaf, &literal, leaf.name, role, context);
        }
        _ => {}
    }
    part.literals.len() > before
}

/// Several literals as the one text they make, on one line; nothing if anything else is part of it.
fn joined(pieces: &[Piece], value: &Value) -> Option<Literal> {
    let literals: Option<Vec<&Literal>> = pieces
        .iter()
        .map(|piece| match piece {
            Piece::Literal(literal) => Some(literal),
            Piece::Hole(_) => None,
        })
        .collect();
    let literals = literals.filter(|all| all.len() > 1)?;
    let text: String = literals.iter().map(|it| &*it.text).collect();
    let default = literals.iter().any(|it| it.default);
    let whole = Literal { text: text.into(), span: value.span, default, tag: None, within: None };
    (!whole.text.contains('\n')).then_some(whole)
}

fn literal_secret(
    part: &mut Part,
    place: &Place,
    leaf: &Leaf<'_>,
    literal: &Literal,
    name: &str,
    role: Role,
    context: Context,
) {
    let text = &*literal.text;
    let several_lines = text.trim_end().contains('\n');
    if !several_lines {
        if let Some(judgement) = judge(name, text, role, context) {
            push(part, place, leaf, literal, name, &judgement);
            return;
        }
        // `api_tokens: { partner: … }`: the map tells what its values are.
        if let Some(parent) = named_by_parent(leaf, name)
            && let Some(judgement) = judge(&format!("{parent}_{name}"), text, role, context)
        {
            push(part, place, leaf, literal, name, &judgement);
            return;
        }
        // A command line: `--password=…`, `-e NAME=…`.
        if text.contains([' ', '=']) || leaf.path.iter().any(|key| &**key == "chpasswd") {
            in_lines(part, place, leaf, literal);
        }
        return;
    }
    // A key in PEM, or any text whose formats tell themselves, is one secret; else look at its lines.
    let hits = tokens(text);
    for hit in &hits {
        let judgement = Judgement {
            range: hit.range.clone(),
            evidence: crate::secret::Evidence::Format(hit.what),
            strength: if hit.sample {
                crate::secret::Strength::Sample
            } else {
                crate::secret::Strength::Strong
            },
        };
        push(part, place, leaf, literal, name, &judgement);
    }
    in_lines(part, place, leaf, literal);
}

/// The key of the map that holds the leaf, if it says that its values are secrets and the leaf's own name says nothing.
fn named_by_parent<'l>(leaf: &'l Leaf<'_>, name: &str) -> Option<&'l str> {
    // Part of a longer text, of which no name speaks.
    if name.is_empty() {
        return None;
    }
    let parent = leaf.path.len().checked_sub(2).and_then(|at| leaf.path.get(at))?;
    let plural = parent.ends_with('s') && classify(parent) >= NameClass::Secret;
    (plural && classify(name) == NameClass::Plain && !is_plain_field(name)).then_some(parent)
}

fn in_lines(part: &mut Part, place: &Place, leaf: &Leaf<'_>, literal: &Literal) {
    // cloud-init's list of `user:password` lines.
    if leaf.path.iter().any(|key| &**key == "chpasswd") {
        let mut at = 0;
        for line in literal.text.split_inclusive('\n') {
            let (user, password) = line.trim_end().split_once(':').unwrap_or_default();
            if let Some(judgement) = judge("password", password, Role::Unknown, Context::Literal) {
                let start = at + user.len() + 1 + judgement.range.start;
                let range = start..start + judgement.range.len();
                push(part, place, leaf, literal, "password", &Judgement { range, ..judgement });
            }
            at += line.len();
        }
    }
    for it in assignments(&literal.text) {
        let Some(judgement) = judge(it.name, it.value, Role::Unknown, Context::Literal) else { continue };
        let start = it.range.start + judgement.range.start;
        let range = start..start + judgement.range.len();
        push(part, place, leaf, literal, it.name, &Judgement { range, ..judgement });
    }
}

fn push(
    part: &mut Part,
    place: &Place,
    leaf: &Leaf<'_>,
    literal: &Literal,
    name: &str,
    judgement: &Judgement,
) {
    let text = literal.text.get(judgement.range.clone()).unwrap_or_default();
    let span = span_within(literal, &judgement.range, place.written);
    let overlapping = |own: &SecretLiteral| own.at.span.overlaps(span);
    if part.literals.iter().rev().take(8).any(overlapping) {
        return;
    }
    let mut at = place.location(&leaf.dotted(), leaf.value);
    at.span = span;
    part.literals.push(SecretLiteral {
        text: Redacted::new(text),
        at,
        taken: leaf.value.steps().next().unwrap_or(span),
        name: if name.is_empty() { leaf.name.to_owned() } else { name.to_owned() },
        evidence: judgement.evidence,
        strength: judgement.strength,
        default: literal.default,
        trial: place.trial,
    });
}

/// Bytes of a range of a literal: exact where it is written as it reads; else the lines that hold it.
pub(crate) fn span_within(literal: &Literal, range: &std::ops::Range<usize>, written: Written) -> Span {
    let whole = literal.span;
    let start = whole.start as usize;
    if whole.len() == literal.text.len() {
        return Span::new(whole.file, start + range.start, start + range.end);
    }
    let start = start + connlint_resolve::written_offset(literal, written(whole), range.start);
    let bytes = written(Span::new(whole.file, start, whole.end as usize));
    let wanted = literal.text.get(range.clone()).unwrap_or_default();
    let first = wanted.lines().next().unwrap_or_default();
    match bytes.find(first) {
        Some(at) if !first.is_empty() && wanted.lines().count() <= 1 => {
            Span::new(whole.file, start + at, start + at + first.len())
        }
        Some(at) if !first.is_empty() => {
            let last = wanted.trim_end().lines().last().unwrap_or(first);
            let end = bytes
                .get(at..)
                .and_then(|rest| rest.find(last))
                .map_or(bytes.len(), |end| at + end + last.len());
            Span::new(whole.file, start + at, start + end)
        }
        _ => whole,
    }
}

/// Finds the secrets of a whole value by names alone.
pub(crate) fn find_all(part: &mut Part, place: &Place, value: &Value, path: &[&str], context: Context) {
    let visit = |leaf: &Leaf<'_>| {
        find(part, place, leaf, Role::Unknown, leaf.context);
    };
    Walk::new(place.written, place.budget, context, visit).below(path).value(value);
}

/// Which assignments count in text that is read line by line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Names {
    /// None: what they assign is read elsewhere.
    Ignored,
    /// Those of quoted values: in a language where anything else is an expression.
    Quoted,
    /// Every one.
    Any,
}

/// Secrets in text that is read line by line: those that tell themselves by their format and
/// those that an assignment names. `path` is the file's path within the tree.
pub fn text_secrets(text: &str, file: FileId, path: &str, names: Names) -> Vec<SecretLiteral> {
    let trial = is_trial(path);
    let mut found: Vec<SecretLiteral> = Vec::new();
    let mut add = |range: std::ops::Range<usize>, name: &str, evidence, strength| {
        let span = Span::new(file, range.start, range.end);
        if found.iter().rev().take(64).any(|own| own.at.span.overlaps(span)) {
            return;
        }
        let secret = text.get(range).unwrap_or_default();
        found.push(SecretLiteral {
            text: Redacted::new(secret),
            at: Location { span, path: format!("{path}/{name}"), via: Vec::new() },
            taken: span,
            name: name.to_owned(),
            evidence,
            strength,
            default: false,
            trial,
        });
    };
    for hit in tokens(text) {
        let strength =
            if hit.sample { crate::secret::Strength::Sample } else { crate::secret::Strength::Strong };
        add(hit.range, "text", crate::secret::Evidence::Format(hit.what), strength);
    }
    if names != Names::Ignored {
        for it in assignments(text).filter(|it| it.quoted || names == Names::Any) {
            if let Some(judgement) = judge(it.name, it.value, Role::Unknown, Context::Setting) {
                let start = it.range.start + judgement.range.start;
                add(start..start + judgement.range.len(), it.name, judgement.evidence, judgement.strength);
            }
        }
    }
    found.sort_by_key(|it| it.at.span);
    found
}
