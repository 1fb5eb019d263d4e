//! Settings that say how far a thing goes: what it reads, who may use it, from where, and on which condition.

use std::collections::BTreeSet;

use connlint_core::{Location, Span};
use connlint_resolve::terraform::{Block, BlockKind};
use connlint_resolve::{Kind, Value};

use super::manifests::scalar;
use super::{Compared, Seat};
use crate::posture::met_at;

mod table;
mod texts;
mod trust;

use table::{How, Path, Row};
pub(super) use texts::settled;
use texts::{UNKNOWN, regular, texts};
pub(crate) use trust::trusts;

/// How far something goes, by one of its settings.
#[derive(Clone, Debug)]
pub struct Extent {
    /// What it belongs to.
    pub seat: Seat,
    /// Settings of one scope limit the same: what one of them loses another may keep. Empty for one by itself.
    pub scope: String,
    /// The setting.
    pub name: String,
    /// How its values are meant; nothing where they are not known.
    pub how: Option<Extends>,
    /// Its values.
    pub values: BTreeSet<String>,
    /// Where it is set.
    pub at: Location,
}

/// How the values of a setting are meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extends {
    /// They are let in; without any, nothing is, and the first of them is a right of its own.
    Only,
    /// They are let in, and the first of them is more than before.
    Grows,
    /// They are let in; without any, everything is.
    OnlyOrAll,
    /// They are left out.
    Except,
    /// A condition.
    When,
    /// What stands before it, whatever that is.
    Guard,
    /// A step of a ladder.
    Rank(usize),
}

/// The texts of a value, whatever it is.
pub(super) fn texts_of(value: &Value) -> Vec<String> {
    texts(value, &[])
}

/// Adds what a Terraform block says.
pub(crate) fn of_block(compared: &mut Compared, block: &Block) {
    if block.kind != BlockKind::Resource || refuses(&block.body) {
        return;
    }
    let seat = || Seat::of_key(&block.key, &block.address);
    if matches!(&*block.type_name, "kubernetes_manifest" | "kubectl_manifest") {
        if let Some(manifest) = block.body.get("manifest") {
            of_manifest(compared, manifest, &seat());
        }
        return;
    }
    let at = |span: Span| Location { span, path: block.address.clone(), via: Vec::new() };
    for row in table::of_type(&block.type_name) {
        of_row(compared, row, &block.body, &seat(), &at(block.header));
    }
    for entry in block.body.entries() {
        for row in table::of_attribute(&entry.key) {
            of_row(compared, row, &block.body, &seat(), &at(entry.key_span));
        }
        // The settings of a connector, under the names that its own files have.
        const MAPS: &[&str] = &[
            "config",
            "config_nonsensitive",
            "config_properties",
            "connector_configuration",
            "additional_properties",
        ];
        if MAPS.contains(&&*entry.key) {
            of_settings(compared, &entry.value, &seat());
            of_topics(compared, entry.value.get("topics"), &seat());
        }
    }
}

/// Whether what a block lists is kept out, or is where others may go.
fn refuses(body: &Value) -> bool {
    let keys = ["access", "action", "direction", "effect", "list_type", "mode", "type"];
    let mut said = keys.iter().filter_map(|key| body.get(key)?.text());
    let word =
        |it: &str| matches!(&*it.to_ascii_lowercase(), "block" | "deny" | "drop" | "egress" | "reject");
    said.any(word) || body.get("deny").is_some()
}

/// Adds what a manifest says by its kind.
pub(crate) fn of_manifest(compared: &mut Compared, manifest: &Value, seat: &Seat) {
    let Some(kind) = manifest.get("kind").and_then(Value::text) else { return };
    let span = manifest.at(&["metadata", "name"]).map_or(manifest.span, |it| it.span);
    let at = Location { span, path: seat.address.clone(), via: Vec::new() };
    for row in table::of_kind(kind) {
        of_row(compared, row, manifest, seat, &at);
    }
    if kind == "KafkaConnector" {
        of_topics(compared, manifest.at(&["spec", "config", "topics"]), seat);
    }
}

/// Adds what a sink reads. The name says this only where a connector has it.
fn of_topics(compared: &mut Compared, topics: Option<&Value>, seat: &Seat) {
    if let Some(value) = topics
        && let Some(text) = scalar(value)
    {
        of_setting(compared, seat, "topics.regex", &text, value);
    }
}

/// Adds what the settings of a connector say by their names.
pub(crate) fn of_settings(compared: &mut Compared, settings: &Value, seat: &Seat) {
    /// More of one connector are not looked at.
    const MOST: usize = 2_000;
    if settings.get("connector.class").is_some() {
        of_topics(compared, settings.get("topics"), seat);
    } else if let Some(config) = settings.get("config").filter(|it| it.get("connector.class").is_some()) {
        of_topics(compared, config.get("topics"), seat);
    }
    let mut open = vec![("", settings)];
    let mut budget = MOST;
    while let Some((name, value)) = open.pop().filter(|_| budget > 0) {
        budget -= 1;
        match &value.kind {
            Kind::Map(entries) => {
                open.extend(entries.iter().rev().map(|it| (&*it.key, &it.value)));
            }
            Kind::List(items) => open.extend(items.iter().rev().map(|it| (name, it))),
            _ => {
                let text = scalar(value).unwrap_or_else(|| texts::plain(value));
                of_setting(compared, seat, name, &text, value);
            }
        }
    }
}

/// Adds what one setting says by its name, wherever it stands: a list in one text, with commas.
pub(super) fn of_setting(compared: &mut Compared, seat: &Seat, name: &str, text: &str, at: &Value) {
    let Some(row) = table::named(name) else { return };
    let Some(how) = row.how.plain() else { return };
    let values = match row.regular {
        true => regular(text),
        false => {
            text.split([',', ' ']).map(str::trim).filter(|it| !it.is_empty()).map(str::to_owned).collect()
        }
    };
    let how = Some(how).filter(|_| !text.contains(UNKNOWN) && !text.is_empty());
    compared.extents.push(Extent {
        seat: seat.clone(),
        scope: String::new(),
        // What one list names by its table another names by its schema.
        name: if row.scope.is_empty() { name.to_owned() } else { row.scope.to_owned() },
        how,
        values,
        at: Location { span: at.span, path: seat.address.clone(), via: at.steps().collect() },
    });
}

/// Adds what one row says of a body. A setting that is left out is one without values.
fn of_row(compared: &mut Compared, row: &Row, body: &Value, seat: &Seat, head: &Location) {
    let mut found: Vec<(String, Value)> = Vec::new();
    let mut known = true;
    let mut at = None;
    let mut add = |name: &str, value: &Value, texts: Vec<String>| {
        at.get_or_insert_with(|| (value.span, value.steps().collect::<Vec<_>>()));
        let value = |text: String| Value::literal(text, value.span);
        found.extend(texts.into_iter().map(|it| (name.to_owned(), value(it))));
    };
    for Path { steps, joined } in &row.paths {
        let Some(values) = met_at(body, steps, head.span) else {
            known = false;
            continue;
        };
        let name = steps.last().copied().unwrap_or_default();
        for value in values {
            match (&value.kind, &row.how) {
                (Kind::Map(entries), How::Claims) => {
                    for entry in entries.iter() {
                        add(&entry.key, &entry.value, texts(&entry.value, &[]));
                    }
                }
                (_, How::PrincipalSet) => {
                    for text in texts(value, &[]) {
                        if let Some((pool, name, text)) = trust::principal_set(&text) {
                            add(&format!("{pool} {name}"), value, vec![text]);
                        }
                    }
                }
                _ => add(name, value, texts(value, joined)),
            }
        }
    }
    known &= !found.iter().any(|(_, it)| it.text() == Some(UNKNOWN));
    let at = at.map_or_else(|| head.clone(), |(span, via)| Location { span, via, ..head.clone() });
    let mut push = |scope: &str, name: &str, how: Option<Extends>, values: BTreeSet<String>| {
        let how = how.filter(|_| known);
        let (scope, name, at) = (scope.to_owned(), name.to_owned(), at.clone());
        compared.extents.push(Extent { seat: seat.clone(), scope, name, how, values, at });
    };
    let all = |found: &[(String, Value)]| -> BTreeSet<String> {
        found.iter().filter_map(|(_, it)| it.text().map(str::to_owned)).collect()
    };
    let name = row.name();
    match &row.how {
        How::Claims | How::PrincipalSet => {
            push(row.scope(), "", Some(Extends::OnlyOrAll), BTreeSet::new());
            let names: BTreeSet<&String> = found.iter().map(|(name, _)| name).collect();
            for name in names {
                let own = found.iter().filter(|(it, _)| it == name);
                let own = own.filter_map(|(_, it)| it.text().map(str::to_owned)).collect();
                let (scope, name) = match (&row.how, name.split_once(' ')) {
                    (How::PrincipalSet, Some((pool, name))) => (pool, name),
                    _ => (row.scope(), name.as_str()),
                };
                push(scope, name, Some(Extends::OnlyOrAll), own);
            }
        }
        How::Ladder(words, default) => {
            let words: Vec<Option<usize>> = match found.as_slice() {
                [] => vec![*default],
                all => all.iter().map(|(_, it)| words.rank(it.text().unwrap_or_default())).collect(),
            };
            // One word that is not known may be any.
            let rank = words.into_iter().try_fold(0, |most, it| Some(most.max(it?)));
            push(row.scope, &name, rank.map(Extends::Rank), all(&found));
        }
        how => push(row.scope, &name, how.plain(), all(&found)),
    }
}
