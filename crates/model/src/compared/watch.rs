//! Watched values of Terraform blocks.

use connlint_core::{Location, Span};
use connlint_resolve::terraform::{Block, BlockKind};
use connlint_resolve::{Kind, RefKind, Value};

use super::extents;
use super::known::domains;
use super::retention::speaks_of_logs;
use super::statements::rendered;
use super::tables::{self, Says};
use super::{Compared, Party, Seat, Watch, Watched};
use crate::posture::{acting_name, retention_paths, values_at};
use crate::secret::is_opaque;

/// Texts of one block that are looked at.
const MOST: usize = 500;

/// What Terraform itself reads is no setting of the block.
const META: &[&str] = &["count", "depends_on", "for_each", "lifecycle", "provider", "providers", "timeouts"];

/// Adds what a block says.
pub(crate) fn of_block(compared: &mut Compared, block: &Block, folder: &str) {
    match block.kind {
        BlockKind::Module => return module(compared, block),
        BlockKind::Other if &*block.type_name == "terraform" => return providers(compared, block, folder),
        BlockKind::Other if &*block.type_name == "moved" => return moved(compared, block),
        BlockKind::Resource | BlockKind::Data => name(compared, block),
        _ => return,
    }
    if block.kind == BlockKind::Data {
        return;
    }
    extents::of_block(compared, block);
    for row in tables::of(&block.type_name) {
        match row.says {
            // What else expires is no log.
            Says::Watch(Watch::Retention) if !is_log(block) => {}
            Says::Watch(what) => watched(compared, block, what, &row.paths),
            Says::Outside => outside(compared, block, &row.paths),
        }
    }
    let paths: Vec<Vec<&str>> = retention_paths(&block.type_name);
    // A setting by name and value may be any other one.
    let other = paths.iter().any(|it| it.last() == Some(&"value"))
        && !block.body.get("name").map(rendered).unwrap_or_default().contains("retention");
    if !paths.is_empty() && !other {
        watched(compared, block, Watch::Retention, &paths);
    }
    person(compared, block);
    for reference in block.body.references(MOST).into_iter().filter(|it| it.kind == RefKind::File) {
        let path = reference.key.strip_prefix("file:").unwrap_or(&reference.key);
        compared.files.push((path.to_owned(), Seat::of_key(&block.key, &block.address)));
    }
}

/// Notes that a block is there, whatever it is.
pub(crate) fn exists(compared: &mut Compared, block: &Block, folder: &str) {
    if *block.folder != *folder {
        compared.called.insert(block.folder.to_string());
    }
    if matches!(block.kind, BlockKind::Resource | BlockKind::Data | BlockKind::Provider) {
        let seat = Seat::of_key(&block.key, &block.address);
        if !block.exists {
            compared.unmade.insert((seat.home.clone(), seat.address.clone()));
        }
        compared.blocks.insert((seat.home, seat.address));
    }
}

/// Whether the names of a block speak of logs.
fn is_log(block: &Block) -> bool {
    const NAMES: &[&str] = &["bucket", "bucket_name", "dataset_id", "name", "storage_account_id"];
    let named = NAMES.iter().filter_map(|key| block.body.get(key));
    // A bucket may keep logs beside other things, each by a rule of its own.
    const RULES: &[&[&str]] = &[&["rule", "id"], &["rule", "filter", "prefix"], &["rule", "prefix"]];
    let rules = RULES.iter().flat_map(|path| values_at(&block.body, path, block.header));
    speaks_of_logs(&block.address) || named.chain(rules).map(rendered).any(|it| speaks_of_logs(&it))
}

/// Adds the values at these paths as one; a block without them has an empty one.
fn watched(compared: &mut Compared, block: &Block, what: Watch, paths: &[Vec<&str>]) {
    let mut values = Vec::new();
    let mut first: Option<(Span, Vec<Span>)> = None;
    for path in paths {
        let met = if path.first() == Some(&"*") {
            vec![&block.body]
        } else {
            values_at(&block.body, path, block.header)
        };
        for value in met {
            let before = values.len();
            let name = path.last().copied().unwrap_or_default();
            texts(value, if name == "*" { "" } else { name }, &mut values);
            if values.len() > before && first.is_none() && name != "*" {
                first = Some((value.span, value.steps().collect()));
            }
        }
    }
    let name = paths.first().map(|it| it.join(".")).unwrap_or_default();
    if what == Watch::Group {
        for (mail, value) in values.iter().filter_map(|(text, value)| Some((mail(text)?, value))) {
            compared.parties.push(party(mail, &block.address, location(block, value)));
        }
    }
    let shown = match values.as_slice() {
        [(text, _)] => shown(what, text.split_once('=').map_or(text, |(_, it)| it)),
        [(text, _), ..] if what == Watch::IdentityProvider => {
            shown(what, text.split_once('=').map_or(text, |(_, it)| it))
        }
        _ => String::new(),
    };
    let (span, via) = first.unwrap_or((block.header, Vec::new()));
    let mut values: Vec<String> = values.into_iter().map(|(text, _)| text).collect();
    values.sort();
    values.dedup();
    compared.watched.push(Watched {
        what,
        seat: Seat::of_key(&block.key, &block.address),
        at: Location { span, path: format!("{}/{name}", block.address), via },
        name,
        values,
        shown,
    });
}

fn location(block: &Block, value: &Value) -> Location {
    Location { span: value.span, path: block.address.clone(), via: value.steps().collect() }
}

/// Every scalar below a value, each with the name it stands under.
fn texts<'v>(value: &'v Value, name: &str, found: &mut Vec<(String, &'v Value)>) {
    if found.len() >= MOST {
        return;
    }
    match &value.kind {
        Kind::List(items) | Kind::OneOf(items) => items.iter().for_each(|it| texts(it, name, found)),
        Kind::Map(entries) => {
            let own = entries.iter().filter(|it| !META.contains(&&*it.key));
            own.for_each(|it| texts(&it.value, &it.key, found));
        }
        Kind::Null => {}
        _ => found.push((format!("{name}={}", plain(value)), value)),
    }
}

/// A value without what only its place says: references by their addresses.
pub(super) fn plain(value: &Value) -> String {
    if let Kind::Unknown(references) = &value.kind {
        let all = references.iter().map(|it| short(it.kind, &it.key));
        return all.collect::<Vec<_>>().join(",");
    }
    if let Kind::Bool(it) = value.kind {
        return it.to_string();
    }
    let text = rendered(value);
    let mut shown = String::new();
    let mut rest = text.as_str();
    while let Some((before, after)) = rest.split_once("{tf:") {
        shown.push_str(before);
        let (inner, behind) = after.split_once('}').unwrap_or((after, ""));
        shown.push_str(inner.split_once(':').map_or(inner, |(_, address)| address));
        rest = behind;
    }
    shown + rest
}

fn short(kind: RefKind, key: &str) -> String {
    match kind {
        RefKind::File => key.to_owned(),
        _ => key.splitn(3, ':').nth(2).unwrap_or(key).to_owned(),
    }
}

/// What of a value may be shown: versions, times, and the host of an address.
pub(super) fn shown(what: Watch, text: &str) -> String {
    let harmless = |it: &str| {
        let fits = |c: char| c.is_ascii_alphanumeric() || " ._-+~<>=!,:".contains(c);
        !it.is_empty() && it.len() <= 40 && it.chars().all(fits) && !is_opaque(it)
    };
    match what {
        Watch::IdentityProvider | Watch::Issuer => {
            let host = text.split_once("://").map_or("", |(_, rest)| rest);
            let host = host.split(['/', ':', '?', '#']).next().unwrap_or_default();
            if harmless(host) && host.contains('.') && !host.contains('@') {
                host.to_owned()
            } else {
                String::new()
            }
        }
        Watch::Group => String::new(),
        // A commit is known by its beginning.
        Watch::Version | Watch::Program if is_commit(text) => text.get(..7).unwrap_or(text).to_owned(),
        Watch::Retention | Watch::Version | Watch::Program if harmless(text) => text.to_owned(),
        _ => String::new(),
    }
}

fn is_commit(text: &str) -> bool {
    text.len() == 40 && text.bytes().all(|b| b.is_ascii_hexdigit())
}

/// Everyone who is named at these paths, or the block itself.
fn outside(compared: &mut Compared, block: &Block, paths: &[Vec<&str>]) {
    for path in paths {
        if path.first() == Some(&"@") {
            let at = Location { span: block.header, path: block.address.clone(), via: Vec::new() };
            let (subject, into) = (block.address.clone(), String::new());
            compared.parties.push(Party { subject, of: None, into, at });
            continue;
        }
        for value in values_at(&block.body, path, block.header) {
            let mut all = Vec::new();
            texts(value, "", &mut all);
            for (text, value) in all {
                let subject = text.trim_start_matches('=').to_owned();
                // Numbers are accounts, which are told from one's own by where else they are named.
                let of = super::known::accounts(&subject).next().map(str::to_owned);
                if !subject.is_empty() && value.scalar().is_some() {
                    let into = block.address.clone();
                    compared.parties.push(Party { subject, of, into, at: location(block, value) });
                }
            }
        }
    }
}

/// Somebody whom the code itself makes, by the mail address.
fn person(compared: &mut Compared, block: &Block) {
    let Some(name) = acting_name(&block.type_name) else { return };
    let keys = [name, "email", "login", "user_name", "user_principal_name"];
    let mail = keys.into_iter().find_map(|key| {
        let value = block.body.get(key)?;
        Some((domains(value.text()?).next()?.to_owned(), value))
    });
    if let Some((domain, value)) = mail {
        let (subject, at) = (block.address.clone(), location(block, value));
        compared.parties.push(Party { subject, of: Some(domain), into: String::new(), at });
    }
}

/// A mail address in `name=address`.
fn mail(text: &str) -> Option<&str> {
    let text = text.split_once('=').map_or(text, |(_, it)| it);
    let bare = text.rsplit(':').next().unwrap_or(text);
    (domains(bare).next().is_some() && !bare.contains([' ', '/', '{', ','])).then_some(bare)
}

/// Somebody by a mail address.
pub(super) fn party(mail: &str, into: &str, at: Location) -> Party {
    let of = domains(mail).next().map(str::to_owned);
    Party { subject: mail.to_owned(), of, into: into.to_owned(), at }
}

/// What the block calls itself, for those who refer to it.
fn name(compared: &mut Compared, block: &Block) {
    const KEYS: &[&str] =
        &["bucket", "name", "function_name", "repository_id", "account_id", "cluster_id", "display_name"];
    if let Some(text) = KEYS.iter().find_map(|key| block.body.get(key)?.text()) {
        compared.names.insert(block.key.clone(), text.to_owned());
    }
}

/// The version of a module from elsewhere.
fn module(compared: &mut Compared, block: &Block) {
    let Some(source) = block.body.get("source") else { return };
    let Some(text) = source.text().filter(|it| !it.starts_with(['.', '/'])) else { return };
    let reference = text.split(['?', '&']).find_map(|it| it.strip_prefix("ref="));
    let version = block.body.get("version");
    let value = version.and_then(Value::text).or(reference);
    let at = version.unwrap_or(source);
    version_of(compared, Seat::of_key(&block.key, &block.address), value, at, &block.address);
}

/// The constraints of a root's providers.
fn providers(compared: &mut Compared, block: &Block, folder: &str) {
    // Whoever calls a module decides for it.
    if *block.folder != *folder || block.address.starts_with("module.") {
        return;
    }
    // What Terragrunt takes a unit's module from.
    if let Some(source) = block.body.get("source")
        && let Some((_, version)) = source.text().and_then(|it| it.split_once("ref="))
    {
        let version = version.split('&').next().unwrap_or(version);
        let seat = Seat::of_key(&block.key, &block.address);
        version_of(compared, seat, Some(version), source, &block.address);
    }
    let Some(required) = block.body.get("required_providers") else { return };
    for entry in required.entries() {
        let constraint = match &entry.value.kind {
            Kind::Map(_) => entry.value.get("version"),
            _ => Some(&entry.value),
        };
        let address = format!("provider.{}", entry.key);
        let seat = Seat { address: address.clone(), ..Seat::of_key(&block.key, &block.address) };
        let at = constraint.unwrap_or(&entry.value);
        let span = if constraint.is_some() { at.span } else { entry.key_span };
        let at = Value { span, ..at.clone() };
        version_of(compared, seat, constraint.and_then(Value::text), &at, &address);
    }
}

fn version_of(compared: &mut Compared, seat: Seat, text: Option<&str>, at: &Value, path: &str) {
    // `>=1,<2` is `< 2, >= 1`.
    let mut terms: Vec<String> = text
        .unwrap_or_default()
        .split(',')
        .map(|it| it.split_whitespace().collect::<String>())
        .filter(|it| !it.is_empty())
        .collect();
    terms.sort();
    compared.watched.push(Watched {
        what: Watch::Version,
        seat,
        name: "version".to_owned(),
        values: terms,
        shown: text.map(|it| shown(Watch::Version, it)).unwrap_or_default(),
        at: Location { span: at.span, path: path.to_owned(), via: at.steps().collect() },
    });
}

/// What the code says of a block that has another address now.
fn moved(compared: &mut Compared, block: &Block) {
    let text = |key: &str| block.body.get(key).and_then(Value::text);
    if let (Some(from), Some(to)) = (text("from"), text("to")) {
        let home = block.key.strip_suffix(&block.address).unwrap_or_default();
        let inside = block.address.strip_suffix("moved").unwrap_or_default();
        compared.renames.push((format!("{home}{inside}{from}"), format!("{home}{inside}{to}")));
    }
}
