//! Reads and parses one file, and takes from it what needs no other file.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use connlint_check::{Comment, Unread, UnreadReason, Unreadable};
use connlint_core::{FileId, Source, Span};
use connlint_model::{Names, Part, Purpose, text_secrets};
use connlint_parse::hcl::Body;
use connlint_parse::{Format, Syntax, decode, parse};

use crate::discover::{Content, Entry, Kind};
use crate::git::Blob;

/// A larger file is not configuration that people write.
pub(crate) const LARGEST: u64 = 10 << 20;

/// What is wrong with a link.
pub(crate) const LEAVES: &str = "a link that leaves the tree";
/// What is wrong with a link.
pub(crate) const NOWHERE: &str = "a link that leads nowhere";

/// What one file gave.
#[derive(Debug, Default)]
pub(crate) struct Loaded {
    /// Path and text.
    pub(crate) source: Source,
    /// The body of a Terraform file, for evaluation with its module.
    pub(crate) body: Option<Body>,
    /// What the file says by itself.
    pub(crate) part: Part,
    /// Comments that concern us.
    pub(crate) comments: Vec<Comment>,
    /// Set if the file was not read, in whole or in part.
    pub(crate) unread: Option<Unread>,
    /// Why the file is a finding.
    pub(crate) unreadable: Option<Unreadable>,
    /// Whether anything was read.
    pub(crate) read: bool,
}

/// Reads a file. `in_chart` says that it is a template of a Helm chart.
pub(crate) fn load(entry: &Entry, id: FileId, in_chart: bool, purpose: Purpose) -> Loaded {
    // A panic is our bug, but one file must not end the run; the message may hold text of the file and is dropped.
    catch_unwind(AssertUnwindSafe(|| read(entry, id, in_chart, purpose))).unwrap_or_else(|_| {
        let detail = "an internal error of connlint; please report it".to_owned();
        failed(entry, id, UnreadReason::Syntax, detail)
    })
}

fn failed(entry: &Entry, id: FileId, reason: UnreadReason, detail: String) -> Loaded {
    let unread = Unread { path: entry.shown.clone(), reason, detail: detail.clone(), old: false };
    let unreadable = Unreadable { span: Span::new(id, 0, 0), message: detail };
    let source = Source::new(entry.shown.as_str(), "");
    Loaded { source, unread: Some(unread), unreadable: Some(unreadable), ..Loaded::default() }
}

fn read(entry: &Entry, id: FileId, in_chart: bool, purpose: Purpose) -> Loaded {
    let text = match bytes(&entry.logical, &entry.content) {
        Ok(Some(bytes)) => match decode(bytes) {
            Ok(text) => text,
            Err(why) => return failed(entry, id, UnreadReason::NotText, why.to_string()),
        },
        // A link within the tree: its target is read by itself.
        Ok(None) => return Loaded { source: Source::new(entry.shown.as_str(), ""), ..Loaded::default() },
        Err((reason, detail)) => return failed(entry, id, reason, detail),
    };
    let known = || {
        connlint_model::is_known_json(&text)
            || purpose == Purpose::Compare && connlint_model::is_compared_json(&text)
    };
    if entry.kind == Kind::Json && !known() {
        return Loaded { source: Source::new(entry.shown.as_str(), ""), ..Loaded::default() };
    }
    let mut loaded = Loaded::default();
    if in_chart && text.contains("{{") {
        loaded.part.literals = text_secrets(&text, id, &entry.logical, Names::Any);
        loaded.unread = Some(template(entry));
        loaded.source = Source::new(entry.shown.as_str(), text);
        return loaded;
    }
    let parsed = parse(id, &text, entry.kind.format());
    let broken = !parsed.errors.is_empty();
    let templated = broken && is_template(&text, entry.kind);
    if let Some(error) = parsed.errors.first() {
        loaded.unread = Some(if templated {
            template(entry)
        } else {
            loaded.unreadable = Some(Unreadable { span: error.span, message: error.message.clone() });
            Unread {
                path: entry.shown.clone(),
                reason: UnreadReason::Syntax,
                detail: error.message.clone(),
                old: false,
            }
        });
    }
    for span in parsed.comments {
        let comment = text.get(span.range()).unwrap_or_default();
        if comment.contains("connlint:") {
            loaded.comments.push(Comment { span, text: comment.to_owned() });
        }
    }
    match parsed.syntax {
        Syntax::Hcl(body) => loaded.body = Some(body),
        Syntax::Data(tree) => {
            let values = connlint_resolve::data::documents(&tree);
            drop(tree);
            let written = |span: Span| text.get(span.range()).unwrap_or_default();
            loaded.part = connlint_model::documents(&entry.logical, &values, &text, &written, purpose);
        }
    }
    // Formats that tell themselves are found in comments, too; in what was not parsed, names must do.
    let names = match (broken || loaded.part.exhausted.is_some(), entry.kind.format()) {
        (false, _) => Names::Ignored,
        (true, Format::Hcl) => Names::Quoted,
        (true, _) => Names::Any,
    };
    loaded.part.literals.extend(text_secrets(&text, id, &entry.logical, names));
    loaded.read = !templated;
    loaded.source = Source::new(entry.shown.as_str(), text);
    loaded
}

/// Whether a text that does not parse has the marks of a template: Helm, Jinja, ERB, Terraform's `templatefile`.
fn is_template(text: &str, kind: Kind) -> bool {
    let marks: &[&str] = match kind {
        Kind::Yaml => &["{{", "{%", "<%", "%{ ", "%{~"],
        Kind::Json => &["{{", "{%", "<%", "%{", "${"],
        _ => &["{{ ", "{%", "<%"],
    };
    let cloud_config = kind == Kind::Yaml && text.contains("#cloud-config") && text.contains("${");
    cloud_config || marks.iter().any(|mark| text.contains(mark))
}

fn template(entry: &Entry) -> Unread {
    let detail = "only its output could be judged; its lines were searched for secrets".to_owned();
    Unread { path: entry.shown.clone(), reason: UnreadReason::Template, detail, old: false }
}

/// The text of a file that an expression names; nothing where it is none.
pub(crate) fn text(path: &str, content: &Content) -> Option<String> {
    decode(bytes(path, content).ok()??).ok()
}

/// The bytes of a file; nothing for a link to another file of the tree.
fn bytes(path: &str, content: &Content) -> Result<Option<Vec<u8>>, (UnreadReason, String)> {
    let refused = |error: std::io::Error| (UnreadReason::Io, error.kind().to_string());
    let file = match content {
        Content::Disk(file) => file,
        Content::Git(Blob::Bytes(bytes)) => return Ok(Some(bytes.to_vec())),
        Content::Git(Blob::TooLarge(size)) => return Err(too_large(*size)),
        Content::Link(None) => return Ok(None),
        Content::Link(Some(wrong)) => return Err((UnreadReason::Io, (*wrong).to_owned())),
    };
    let data = match std::fs::symlink_metadata(file) {
        // Deleted, and git has not been told.
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        data => data.map_err(refused)?,
    };
    if data.is_symlink() {
        return match std::fs::metadata(file) {
            Ok(target) if target.is_file() => match inside(path, file) {
                true => Ok(None),
                false => Err((UnreadReason::Io, LEAVES.to_owned())),
            },
            Ok(_) => Ok(None),
            Err(_) => Err((UnreadReason::Io, NOWHERE.to_owned())),
        };
    }
    if data.is_dir() {
        // A submodule.
        return Ok(None);
    }
    if !data.is_file() {
        return Err((UnreadReason::Io, "not a regular file".to_owned()));
    }
    if data.len() > LARGEST {
        return Err(too_large(data.len()));
    }
    std::fs::read(file).map(Some).map_err(refused)
}

fn too_large(bytes: u64) -> (UnreadReason, String) {
    let (megabytes, most) = (bytes >> 20, LARGEST >> 20);
    (UnreadReason::TooLarge, format!("{megabytes} MiB, more than the {most} MiB that are read"))
}

/// Whether a link's target lies within the tree that the link was found in.
fn inside(path: &str, file: &Path) -> bool {
    let depth = path.split('/').count();
    let root = file
        .ancestors()
        .nth(depth)
        .map(|root| if root.as_os_str().is_empty() { Path::new(".") } else { root });
    let (Some(root), Ok(target)) = (root.and_then(|it| it.canonicalize().ok()), file.canonicalize()) else {
        return false;
    };
    target.starts_with(root)
}
