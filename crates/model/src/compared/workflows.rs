//! What the jobs of a workflow say: rights of their token, switches, and versions of the actions they give secrets to.

use connlint_core::Location;
use connlint_resolve::{Kind, RefKind, Value};

use super::manifests::{push, scalar};
use super::{Compared, Right, Seat, Watch};
use crate::posture::{Access, Principal, PrincipalKind};

/// Adds what a job says; `above` are the permissions of the whole workflow.
pub(crate) fn of_job(compared: &mut Compared, job: &Value, above: Option<&Value>, path: &str, name: &str) -> Seat {
    let address = format!("jobs.{name}");
    let off = job.get("if").and_then(scalar).is_some_and(|it| {
        let bare = it.trim().trim_start_matches("${{").trim_end_matches("}}");
        bare.trim() == "false"
    });
    let seat = Seat { off, ..Seat::of_path(path, &address) };
    if let Some(permissions) = job.get("permissions").or(above) {
        rights(compared, permissions, &seat);
    }
    let called = std::iter::once(job).filter(|it| it.get("secrets").is_some());
    let steps = job.get("steps").map(Value::items).unwrap_or_default().iter();
    for step in steps.filter(|it| takes_secret(it)).chain(called) {
        let Some(uses) = step.get("uses") else { continue };
        if let Some((action, version)) = uses.text().and_then(|it| it.rsplit_once('@')) {
            push(compared, &seat, Watch::Program, &format!("uses {action}"), version, uses);
        }
    }
    seat
}

fn takes_secret(step: &Value) -> bool {
    let given = ["with", "env"].into_iter().filter_map(|key| step.get(key));
    given.flat_map(|it| it.references(32)).any(|it| it.kind == RefKind::CiSecret)
}

/// The rights of the job's token.
fn rights(compared: &mut Compared, permissions: &Value, seat: &Seat) {
    let who = Principal {
        key: format!("{}:{}", seat.home, seat.address).into(),
        name: seat.address.clone(),
        title: seat.address.clone(),
        kind: PrincipalKind::Service,
        span: permissions.span,
    };
    let mut add = |family: &str, word: &str, value: &Value| {
        let access = match word {
            "write" => Access::Write,
            "read" => Access::Read,
            _ => return,
        };
        let at = Location { span: value.span, path: seat.address.clone(), via: value.steps().collect() };
        let name = if family.is_empty() { format!("{word}-all") } else { format!("{family}: {word}") };
        let right = Right::new("github", &name, access, "", at);
        compared.rights.push(Right { family: family.to_owned(), ..right.to(vec![who.clone()]) });
    };
    match &permissions.kind {
        Kind::Map(entries) => {
            for entry in entries.iter() {
                add(&entry.key, entry.value.text().unwrap_or_default(), &entry.value);
            }
        }
        _ => {
            let word = permissions.text().unwrap_or_default();
            add("", word.strip_suffix("-all").unwrap_or_default(), permissions);
        }
    }
}
