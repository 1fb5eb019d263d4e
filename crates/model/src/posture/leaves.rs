//! What a single value says by itself: by a name that means the same wherever it stands, or by its own text.

use connlint_core::Location;
use connlint_resolve::terraform::{Block, BlockKind};
use connlint_resolve::{Kind, Piece, Text, Value};

use super::root::is_sensitive;
use super::settings::{Bearer, judge_value};
use super::table::{Row, Table};
use super::{Aspect, Setting, Status, version};
use crate::part::Part;
use crate::walk::Leaf;

/// A connection string longer than this is data.
const LONGEST: usize = 4_000;

/// Adds what a leaf of a Terraform block says, where no line of the block's own type speaks of it.
pub(crate) fn of_block(part: &mut Part, block: &Block, trial: bool, leaf: &Leaf<'_>) {
    // What Terraform itself reads is no setting of the block.
    const META: &[&str] =
        &["count", "depends_on", "for_each", "lifecycle", "provider", "providers", "source"];
    if !block.exists || leaf.path.first().is_some_and(|first| META.contains(&&**first)) {
        return;
    }
    let bearer =
        || Bearer { address: &block.address, key: &block.key, trial, sensitive: is_sensitive(block) };
    if let Some(row) = row(leaf) {
        let table = Table::shipped();
        let own = match block.kind {
            BlockKind::Provider => table.of(&format!("provider:{}", block.type_name)),
            _ => table.of(&block.type_name),
        };
        let mut steps = own.iter().flat_map(|it| &it.names).filter_map(|(_, path)| path.last());
        let last = leaf.path.last().map_or("", |it| &**it);
        if !steps.any(|it| *it == last) {
            named(part, &bearer(), leaf, row);
        }
    }
    text(part, bearer, leaf);
    version::of_address(part, leaf.value, &block.address, trial);
}

/// Adds what a leaf of a document says.
pub(crate) fn of_document(part: &mut Part, address: &str, trial: bool, leaf: &Leaf<'_>) {
    let bearer = || Bearer { address, key: "", trial, sensitive: false };
    // Other names mean too much in files of any tool.
    let counts =
        |row: &&Row| matches!(row.aspect, Aspect::TlsVersion | Aspect::Transport | Aspect::PeerCheck);
    if let Some(row) = row(leaf).filter(counts) {
        named(part, &bearer(), leaf, row);
    }
    text(part, bearer, leaf);
    version::of_address(part, leaf.value, address, trial);
}

/// The line about the name of the setting, or that of a variable that holds it.
fn row(leaf: &Leaf<'_>) -> Option<&'static Row> {
    let table = Table::shipped();
    let last = leaf.path.last().map_or("", |it| &**it);
    table.generic(last).or_else(|| if last == leaf.name { None } else { table.generic(leaf.name) })
}

fn named(part: &mut Part, bearer: &Bearer<'_>, leaf: &Leaf<'_>, row: &Row) {
    let path = format!("{}/{}", bearer.address, leaf.dotted());
    judge_value(bearer, row, leaf.value, path, &mut part.settings);
}

/// By words that a connection string has, such as `sslmode=disable`.
fn text<'b>(part: &mut Part, bearer: impl Fn() -> Bearer<'b>, leaf: &Leaf<'_>) {
    let Kind::Text(text) = &leaf.value.kind else { return };
    // Most texts are no connection strings; they are told apart before anything is copied.
    let whole = match text {
        Text::Whole(literal) => literal.text.contains('='),
        Text::Pieces(..) => true,
    };
    for piece in text.pieces().into_iter().filter(|_| whole) {
        let Piece::Literal(literal) = piece else { continue };
        if literal.text.len() > LONGEST
            || !literal.text.contains('=')
            || !literal.text.contains(['/', '?', ';', '@', ' '])
        {
            continue;
        }
        for row in Table::shipped().of("text") {
            let Some(at) = literal.text.find(row.name) else { continue };
            let exact = literal.span.len() == literal.text.len();
            let span = if exact {
                let start = literal.span.start as usize + at;
                connlint_core::Span::new(literal.span.file, start, start + row.name.len())
            } else {
                literal.span
            };
            let value = Value { span, ..leaf.value.clone() };
            let bearer = bearer();
            let path = format!("{}/{}", bearer.address, leaf.dotted());
            judge_value(&bearer, row, &value, path, &mut part.settings);
            break;
        }
    }
}

/// Notes a stored secret whose value the code leaves to people.
pub(crate) fn by_hand(part: &mut Part, block: &Block, trial: bool, leaf: &Leaf<'_>) {
    let bearer = Bearer { address: &block.address, key: &block.key, trial, sensitive: is_sensitive(block) };
    let at = Location {
        span: leaf.value.span,
        path: format!("{}/{}", block.address, leaf.dotted()),
        via: leaf.value.steps().collect(),
    };
    let setting = bearer.plain(Aspect::ByHand, Status::Fail, "ignore_changes", at);
    part.settings.push(Setting { note: "changes to the value are ignored", ..setting });
}

/// Notes a credential of a kind that has no end; `value` is what says so.
pub(crate) fn endless(part: &mut Part, address: &str, trial: bool, value: &Value) {
    let bearer = Bearer { address, key: "", trial, sensitive: false };
    let at = Location { span: value.span, path: format!("{address}/type"), via: value.steps().collect() };
    let setting = bearer.plain(Aspect::Expiry, Status::Fail, "type", at);
    part.settings.push(Setting { note: "a token of this kind has no end", ..setting });
}
