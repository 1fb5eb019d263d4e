//! Meets every scalar of a value under its name, with the way to it: what only a comparison asks of documents and blocks.

use connlint_resolve::{Kind, Value, unwrap};

use super::manifests::scalar;
use crate::walk::Written;

/// Nodes that are met in one value.
const MOST: usize = 20_000;

/// Values deeper than this are data.
const DEEPEST: usize = 48;

/// A longer text is no list of settings.
const LONGEST: usize = 20_000;

/// A scalar, and what it is the value of.
pub(super) struct Scalar<'v> {
    /// Keys from the top, without indexes; the last one is that of the value itself.
    pub(super) path: &'v [&'v str],
    /// The name that matters: the last key, or what stands beside the value or in the text.
    pub(super) name: &'v str,
    /// Its text, where nothing of it is unknown: without the name where that stands in the text.
    pub(super) text: Option<&'v str>,
    /// The value that holds it.
    pub(super) value: &'v Value,
}

/// Calls `visit` for every scalar.
pub(super) fn visit<'a>(value: &Value, written: Written<'a>, visit: &mut dyn FnMut(&Scalar<'_>)) {
    let mut reader = Reader { written, visit, budget: MOST };
    reader.value(value, &mut Vec::new(), "", 0);
}

struct Reader<'a, 'f> {
    written: Written<'a>,
    visit: &'f mut dyn FnMut(&Scalar<'_>),
    budget: usize,
}

impl Reader<'_, '_> {
    fn value<'v>(&mut self, value: &'v Value, path: &mut Vec<&'v str>, name: &'v str, depth: usize) {
        let Some(budget) = self.budget.checked_sub(1) else { return };
        self.budget = budget;
        if depth > DEEPEST {
            return;
        }
        match &value.kind {
            Kind::Map(entries) => {
                // `- name: X, value: …`
                let beside = ["name", "key"].into_iter().find_map(|key| value.get(key)?.text());
                for entry in entries.iter() {
                    let own = match &*entry.key {
                        "value" | "valueFrom" | "value_from" => beside.unwrap_or(&entry.key),
                        key => key,
                    };
                    path.push(&entry.key);
                    self.value(&entry.value, path, own, depth + 1);
                    path.pop();
                }
            }
            Kind::List(items) => {
                let mut flag: Option<&str> = None;
                for item in items.iter() {
                    let text = item.text();
                    match (flag.take(), text) {
                        // `--flag`, `value`
                        (Some(flag), Some(given)) if !given.starts_with('-') => {
                            self.scalar(path, flag, Some(given), item);
                        }
                        _ => self.value(item, path, name, depth + 1),
                    }
                    flag = text
                        .filter(|it| it.starts_with('-') && !it.contains(['=', ' ']))
                        .map(|it| it.trim_start_matches('-'));
                }
            }
            Kind::OneOf(values) => values.iter().for_each(|it| self.value(it, path, name, depth + 1)),
            Kind::Text(_) => self.text(value, path, name, depth),
            _ => {
                let text = scalar(value);
                self.scalar(path, name, text.as_deref(), value);
            }
        }
    }

    fn text(&mut self, value: &Value, path: &mut Vec<&str>, name: &str, depth: usize) {
        let pieces = value.pieces();
        let first = pieces.iter().find_map(|it| match it {
            connlint_resolve::Piece::Literal(literal) => Some(&*literal.text),
            connlint_resolve::Piece::Hole(_) => None,
        });
        let packed = first.is_some_and(|it| it.contains('\n') || it.trim_start().starts_with(['{', '[']));
        if packed {
            let written = self.written;
            let inner = unwrap(value, |span| written(span));
            if !inner.is_empty() {
                let within: Vec<String> = path.iter().map(|it| (*it).to_owned()).collect();
                for document in &inner {
                    let mut path: Vec<&str> = within.iter().map(String::as_str).collect();
                    self.value(document, &mut path, name, depth + 8);
                }
                return;
            }
        }
        let Some(text) = value.text().filter(|it| it.len() <= LONGEST) else {
            self.scalar(path, name, None, value);
            return;
        };
        if text.contains('\n') {
            for line in text.lines().filter(|it| !it.trim_start().starts_with(['#', ';'])) {
                if let Some((key, given)) = line.split_once(['=', ':']) {
                    let given = given.trim().trim_matches(['"', '\'']);
                    self.scalar(path, key.trim().trim_start_matches("- "), Some(given), value);
                }
            }
            return;
        }
        let command = text.starts_with('-') || text.contains(" -");
        if command {
            for (flag, given) in flags(text) {
                self.scalar(path, flag, Some(given), value);
            }
        }
        match text.split_once('=').filter(|(own, _)| !command && is_name(own)) {
            // `NAME=value`
            Some((own, given)) => self.scalar(path, own, Some(given), value),
            None => self.scalar(path, name, Some(text), value),
        }
    }

    fn scalar(&mut self, path: &[&str], name: &str, text: Option<&str>, value: &Value) {
        (self.visit)(&Scalar { path, name, text, value });
    }
}

/// `--flag=value`, `--flag value` and `-flag=value` of a command line.
fn flags(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut words = text.split_whitespace().peekable();
    std::iter::from_fn(move || {
        loop {
            let word = words.next()?;
            let Some(flag) = word.strip_prefix('-').map(|it| it.trim_start_matches('-')) else { continue };
            if let Some((name, given)) = flag.split_once('=') {
                return Some((name, given));
            }
            if let Some(given) = words.peek().filter(|it| !it.starts_with('-')) {
                return Some((flag, given));
            }
        }
    })
}

fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && text.len() < 100
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'.' || b == b'-')
}

#[cfg(test)]
mod tests {
    use connlint_core::Span;

    use super::*;

    #[test]
    fn command_lines_are_read() {
        let found: Vec<_> = flags("prometheus --config=/a --keep 15d --web.on -x=1").collect();
        assert_eq!(found, [("config", "/a"), ("keep", "15d"), ("x", "1")]);
        let mut met = Vec::new();
        let text = Value::literal("RETENTION=30d", Span::default());
        visit(&text, &|_| "", &mut |it| met.push((it.name.to_owned(), it.text.map(str::to_owned))));
        assert_eq!(met, [("RETENTION".to_owned(), Some("30d".to_owned()))]);
    }
}
