//! YAML and JSON documents as [`Value`]s.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use connlint_parse::data::{Node, NodeId, NodeKind, Style, Tree};

use crate::{Entry, Kind, Literal, Text, Value, split};

/// Every document of a file, in order.
pub fn documents(tree: &Tree) -> Vec<Value> {
    let targets = tree.nodes.iter().filter_map(|node| match node.kind {
        NodeKind::Alias(target) => target,
        _ => None,
    });
    let mut reader = Reader { tree, anchored: targets.collect(), done: HashMap::new() };
    tree.documents.iter().filter_map(|&root| reader.value(root)).collect()
}

struct Reader<'a> {
    tree: &'a Tree,
    /// Nodes that an alias points at.
    anchored: HashSet<NodeId>,
    /// Their values: an alias shares its target instead of copying it.
    done: HashMap<NodeId, Value>,
}

impl Reader<'_> {
    fn value(&mut self, id: NodeId) -> Option<Value> {
        let node = self.tree.node(id)?;
        let value = match &node.kind {
            NodeKind::Scalar(text, style) => scalar(node, text, *style),
            NodeKind::Seq(items) => {
                let items: Vec<Value> = items.iter().filter_map(|&item| self.value(item)).collect();
                Value::new(Kind::List(items.into()), node.span)
            }
            NodeKind::Map(pairs) => Value::new(Kind::Map(self.entries(pairs).into()), node.span),
            NodeKind::Alias(Some(target)) => {
                // The target stands earlier in the text, so it is done; if it is not, it encloses the alias.
                let shared = self.done.get(target)?.clone();
                return Some(shared.through(node.span));
            }
            NodeKind::Alias(None) => Value::new(Kind::Unknown([].into()), node.span),
        };
        if self.anchored.contains(&id) {
            self.done.insert(id, value.clone());
        }
        Some(value)
    }

    /// The pairs of a map, then what `<<` merges into it and the map itself does not set.
    fn entries(&mut self, pairs: &[(NodeId, NodeId)]) -> Vec<Entry> {
        let mut entries = Vec::with_capacity(pairs.len());
        let mut merged = Vec::new();
        for &(key, value) in pairs {
            let Some(node) = self.tree.node(key) else { continue };
            let name = match &node.kind {
                NodeKind::Scalar(text, Style::Plain) if &**text == "<<" => {
                    merged.extend(self.value(value));
                    continue;
                }
                NodeKind::Scalar(text, _) => Arc::from(&**text),
                _ => Arc::from(""),
            };
            let Some(value) = self.value(value) else { continue };
            entries.push(Entry { key: name, key_span: node.span, value });
        }
        if merged.is_empty() {
            return entries;
        }
        let mut taken: HashSet<Arc<str>> = entries.iter().map(|entry| Arc::clone(&entry.key)).collect();
        for source in merged {
            let through = source.steps().next();
            let maps = if source.items().is_empty() { std::slice::from_ref(&source) } else { source.items() };
            for entry in maps.iter().flat_map(Value::entries) {
                if taken.insert(Arc::clone(&entry.key)) {
                    let mut entry = entry.clone();
                    if let Some(span) = through {
                        entry.value = entry.value.through(span);
                    }
                    entries.push(entry);
                }
            }
        }
        entries
    }
}

fn scalar(node: &Node, text: &str, style: Style) -> Value {
    if style == Style::Plain && node.tag.is_none() {
        match text {
            "" | "~" | "null" | "Null" | "NULL" => return Value::new(Kind::Null, node.span),
            "true" | "True" | "TRUE" => return Value::new(Kind::Bool(true), node.span),
            "false" | "False" | "FALSE" => return Value::new(Kind::Bool(false), node.span),
            _ if is_number(text) => return Value::new(Kind::Number(text.into()), node.span),
            _ => {}
        }
    }
    let tag = node.tag.as_deref().filter(|tag| *tag != "!str").map(Arc::from);
    let literal = Literal { text: text.into(), span: node.span, default: false, tag, within: None };
    Value::new(Kind::Text(Text::of(split(literal))), node.span)
}

/// Decimal numbers only: what YAML 1.1 and 1.2 read differently (`017`, `1_000`, `1:30`) stays text.
fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    digits.starts_with(|c: char| c.is_ascii_digit())
        && (digits.len() == 1 || !digits.starts_with('0') || digits.starts_with("0."))
        && digits.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'e' | b'E' | b'-' | b'+'))
        && digits.parse::<f64>().is_ok()
}
