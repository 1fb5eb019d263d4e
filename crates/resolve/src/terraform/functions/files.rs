//! Functions that read files, and those that read the documents in them.
//!
//! What a file holds is a reference to it: a secret read from a file is not written in the code. Its text is carried
//! along for those who take it for a document.

use std::sync::Arc;

use connlint_core::Span;
use connlint_parse::Format;

use super::fallback;
use crate::terraform::derive::derived;
use crate::terraform::eval::{Evaluator, Scope};
use crate::terraform::module::join;
use crate::terraform::shelf::File;
use crate::terraform::template::template;
use crate::value::Content;
use crate::{Kind, Literal, Piece, RefKind, Text, Value, unwrap};

/// The result of a call that is about a file.
pub(super) fn call(
    evaluator: &mut Evaluator<'_>,
    name: &str,
    arguments: &[Value],
    span: Span,
    scope: &Scope,
) -> Value {
    let Some(first) = arguments.first() else { return derived(arguments, span) };
    match name {
        "jsondecode" => decoded(first, Format::Json, span),
        "yamldecode" => decoded(first, Format::Yaml, span),
        _ => {
            let folder = evaluator.instances.get(scope.instance).map_or("", |it| it.folder);
            let Some(path) = path_text(first, folder) else { return derived(arguments, span) };
            match name {
                "fileset" => listed(evaluator, &path, arguments.get(1), span),
                _ => content(evaluator, name, &path, arguments, span, scope),
            }
        }
    }
}

/// The content of a file is a reference to it; a template also depends on what is put into it.
fn content(
    evaluator: &mut Evaluator<'_>,
    name: &str,
    path: &str,
    arguments: &[Value],
    span: Span,
    scope: &Scope,
) -> Value {
    let content = Value::reference(RefKind::File, format!("file:{path}"), span);
    let file = if name == "filebase64" { None } else { evaluator.file(path) };
    match arguments.get(1).filter(|_| name == "templatefile") {
        Some(inputs) => {
            let text = file.and_then(|file| rendered(evaluator, file, inputs, scope));
            let inputs: Vec<Value> = inputs.entries().iter().map(|entry| entry.value.clone()).collect();
            let value = Value::new(Kind::List([vec![content], inputs].concat().into()), span);
            Value { content: text, ..value }
        }
        None => Value { content: file.map(plain), ..content },
    }
}

/// The text of a file as it stands there.
fn plain(file: &Arc<File>) -> Arc<Content> {
    let span = Span::new(file.id, 0, file.text.len());
    let literal = Literal { text: Arc::clone(&file.text), span, default: false, tag: None, within: None };
    let text = Value::new(Kind::Text(Text::Whole(literal)), span);
    Arc::new(Content { text, file: Arc::clone(file), plain: true })
}

/// The text that a template makes.
fn rendered<'a>(
    evaluator: &mut Evaluator<'a>,
    file: &'a Arc<File>,
    inputs: &Value,
    scope: &Scope,
) -> Option<Arc<Content>> {
    let parts = file.template()?;
    evaluator.spend(parts.len());
    // A template that puts itself in has no end.
    let open = (file.id.0 as usize, "template", "");
    if !evaluator.open.insert(open) {
        return None;
    }
    let named = inputs.entries().iter().map(|entry| (Arc::clone(&entry.key), entry.value.clone()));
    // A template sees nothing but what it is given.
    let scope = Scope { instance: scope.instance, variables: named.collect(), ..Scope::default() };
    let text = template(evaluator, parts, Span::new(file.id, 0, file.text.len()), &scope);
    evaluator.open.remove(&open);
    matches!(text.kind, Kind::Text(_))
        .then(|| Arc::new(Content { text, file: Arc::clone(file), plain: false }))
}

/// The document that a text is. An encoder's argument is what it encodes.
fn decoded(value: &Value, format: Format, span: Span) -> Value {
    let Some(content) = &value.content else { return fallback("jsondecode", vec![value.clone()], span) };
    let document = match content.plain {
        true => content.file.document(format).cloned(),
        false => {
            let written = |at: Span| {
                let own = Some(at).filter(|it| it.file == content.file.id);
                own.and_then(|it| content.file.text.get(it.range())).unwrap_or_default()
            };
            let mut documents = unwrap(&content.text, written).into_iter();
            documents.next().filter(|_| documents.next().is_none())
        }
    };
    match document {
        Some(document) => value.steps().collect::<Vec<_>>().into_iter().rev().fold(document, Value::through),
        None => Value { content: None, ..value.clone() },
    }
    .through(span)
}

/// The files of a folder as a set of paths; one that finds none may be about files that are made later.
fn listed(evaluator: &mut Evaluator<'_>, folder: &str, pattern: Option<&Value>, span: Span) -> Value {
    let pattern = pattern.and_then(Value::text).filter(|_| !folder.contains("{}"));
    let found = pattern.map(|pattern| evaluator.files(folder, pattern)).filter(|it| !it.is_empty());
    let Some(found) = found else { return Value::new(Kind::Unknown([].into()), span) };
    let paths: Vec<Value> = found.into_iter().map(|it| Value::literal(it, span)).collect();
    Value::new(Kind::List(paths.into()), span)
}

/// A path within the tree; one that is only partly known ends in its known part.
fn path_text(path: &Value, folder: &str) -> Option<String> {
    let mut text = String::new();
    for piece in path.pieces() {
        match piece {
            Piece::Literal(literal) => text.push_str(&literal.text),
            Piece::Hole(_) => text.push_str("{}"),
        }
    }
    // One of several texts is none of them for certain.
    if let Kind::OneOf(_) = path.kind {
        text.push_str("{}");
    }
    let within =
        |text: &str| text == folder || text.strip_prefix(folder).is_some_and(|it| it.starts_with('/'));
    match text.as_str() {
        "" => None,
        absolute if absolute.starts_with(['/', '~']) => Some(text),
        // `${path.module}/x` already starts with the folder.
        inside if !folder.is_empty() && within(inside) => join("", inside),
        relative => join(folder, relative),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_seen_from_the_module() {
        let key = |path: &str| path_text(&Value::literal(path, Span::default()), "modules/a").unwrap();
        assert_eq!(key("../keys/x.pem"), "modules/keys/x.pem");
        assert_eq!(key("modules/a/x.pem"), "modules/a/x.pem");
        assert_eq!(key("modules/ab/x.pem"), "modules/a/modules/ab/x.pem");
        assert_eq!(key("~/.ssh/id_rsa"), "~/.ssh/id_rsa");
    }
}
