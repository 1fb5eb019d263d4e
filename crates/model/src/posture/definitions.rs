//! Roles that the code defines itself: by the operations they allow, or by paths and capabilities.

use connlint_core::Location;
use connlint_resolve::{Kind, Piece, Value};

use super::expand::scalars;
use super::grants::each;
use super::root::Root;
use super::settings::Subject;
use super::{Access, Form, Grant, Reach};
use crate::compared;
use crate::find::span_within;
use crate::part::Part;
use crate::walk::Written;

/// A role defined by the operations it allows.
pub(super) fn operations(part: &mut Part, subject: &Subject<'_>, root: &Root<'_>) {
    for (name, data) in [("actions", false), ("data_actions", true)] {
        each(&subject.block.body, &["permissions", name], subject, &mut |value| {
            scalars(value, &mut |action| {
                let Some(text) = action.text() else { return };
                let block = subject.block;
                if let Some(compared) = &mut part.compared {
                    compared::operation(compared, text, &block.key, action, &block.address);
                }
                let lower = text.to_ascii_lowercase();
                let (access, form) = match &*lower {
                    "*" => (Access::Admin, Form::Everything),
                    "*/read" => return,
                    _ if data && lower.ends_with("/*") => (Access::Write, Form::Pattern),
                    _ if lower.starts_with("microsoft.authorization/") && !lower.ends_with("/read") => {
                        (Access::Admin, if lower.ends_with('*') { Form::Pattern } else { Form::Action })
                    }
                    "*/write" | "*/delete" | "*/action" => (Access::Admin, Form::Pattern),
                    // `Microsoft.Storage/*`: every operation of one service.
                    _ if lower.ends_with("/*") && lower.matches('/').count() == 1 => {
                        (Access::Admin, Form::Service)
                    }
                    _ => return,
                };
                let mut grant = subject.grant(root, text, access, action, &format!("permissions.{name}"));
                grant.form = form;
                // What it is assignable to is what it is good for.
                grant.reach = Reach::All;
                part.grants.push(grant);
            });
        });
    }
}

/// Paths and capabilities of a policy in Vault's own language, line by line: `path "…" { capabilities = […] }`.
pub(super) fn paths(
    part: &mut Part,
    subject: &Subject<'_>,
    root: &Root<'_>,
    value: &Value,
    written: Written<'_>,
) {
    rules(part, subject, root, value);
    let value = &*value.document();
    let Kind::Text(_) = &value.kind else { return };
    if let Some(compared) = &mut part.compared {
        compared::capabilities(compared, value, &subject.block.key, &subject.block.address, written);
    }
    for piece in value.pieces() {
        let Piece::Literal(literal) = piece else { continue };
        let mut path = "";
        let mut offset = 0;
        for line in literal.text.split_inclusive('\n') {
            let here = offset;
            offset += line.len();
            let code = line.split('#').next().unwrap_or_default();
            if let Some((_, rest)) = code.split_once("path ") {
                path = rest.trim().trim_start_matches('"').split('"').next().unwrap_or_default();
            }
            let Some((_, capabilities)) = code.split_once("capabilities") else { continue };
            let can = |word: &str| capabilities.contains(&format!("\"{word}\""));
            let everywhere = matches!(path, "*" | "+/*" | "/*");
            let writes = ["create", "update", "delete", "patch"].into_iter().any(can);
            if !(can("sudo") || everywhere && writes) {
                continue;
            }
            let start = here + (line.len() - line.trim_start().len());
            let span = span_within(&literal, &(start..start + line.trim().len()), written);
            let right = if everywhere { "every path".to_owned() } else { format!("sudo on {path}") };
            let grant = subject.grant(root, &right, Access::Admin, value, "policy");
            part.grants.push(Grant {
                form: if everywhere { Form::Everything } else { Form::Action },
                reach: if everywhere { Reach::All } else { Reach::Limited },
                at: Location { span, ..grant.at.clone() },
                ..grant
            });
        }
    }
}

/// The same of the data sources that a policy is made by: only another version tells whether they are more.
fn rules(part: &mut Part, subject: &Subject<'_>, root: &Root<'_>, value: &Value) {
    let Some(compared) = &mut part.compared else { return };
    let own = subject.block;
    for block in root.blocks(value).into_iter().filter(|it| &*it.type_name == "vault_policy_document") {
        each(&block.body, &["rule"], subject, &mut |rule| {
            let rules = if rule.items().is_empty() { std::slice::from_ref(rule) } else { rule.items() };
            for rule in rules {
                let (Some(path), Some(can)) = (rule.get("path"), rule.get("capabilities")) else { continue };
                compared::capable(compared, &root.rendered(path), can, &own.key, &own.address);
            }
        });
    }
}
