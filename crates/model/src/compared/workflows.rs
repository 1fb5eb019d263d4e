//! What the jobs of a workflow say: rights of their token, switches, and whom they log in as.

use connlint_core::Location;
use connlint_resolve::{Kind, RefKind, Value};

use super::manifests::scalar;
use super::named::IDENTITY;
use super::statements::rendered;
use super::{Compared, Right, Seat, Site, Taken};
use crate::part::SecretLiteral;
use crate::posture::{Access, Principal, PrincipalKind};

/// Adds what a job says; `above` are the permissions of the whole workflow.
pub(crate) fn of_job(
    compared: &mut Compared,
    job: &Value,
    above: Option<&Value>,
    path: &str,
    name: &str,
) -> Seat {
    let address = format!("jobs.{name}");
    let given: Vec<&Value> =
        job.get("steps").map(Value::items).unwrap_or_default().iter().filter(|it| takes_secret(it)).collect();
    let idle = !given.is_empty() && !takes_secret(job) && given.iter().all(|it| is_never(it));
    let off = is_never(job) || idle;
    let seat = Seat { off, ..Seat::of_path(path, &address) };
    compared.blocks.insert((seat.home.clone(), seat.address.clone()));
    if let Some(permissions) = job.get("permissions").or(above) {
        rights(compared, permissions, &seat);
    }
    logins(compared, job, &seat);
    seat
}

/// Whether a job or a step has a condition that never holds.
fn is_never(job: &Value) -> bool {
    job.get("if").is_some_and(|it| {
        let text = scalar(it).unwrap_or_else(|| rendered(it));
        // An expression is kept as `{expr:false}`.
        let bare = text.trim_matches(|c: char| "${} ".contains(c));
        let rest =
            bare.strip_prefix("{expr:").or_else(|| bare.strip_prefix("expr:")).unwrap_or(bare).trim_start();
        rest.starts_with("false &&")
            || bare.rsplit([':', '@', ' ']).next() == Some("false") && bare.len() < 16
    })
}

fn takes_secret(step: &Value) -> bool {
    let given = ["with", "env"].into_iter().filter_map(|key| step.get(key));
    given.flat_map(|it| it.references(32)).any(|it| it.kind == RefKind::CiSecret)
}

/// Steps that log in as somebody, without a secret.
/// Source: the pages of these actions on the inputs for OpenID Connect.
fn logins(compared: &mut Compared, job: &Value, seat: &Seat) {
    let steps = job.get("steps").map(Value::items).unwrap_or_default().iter().take(1_000);
    let takes: Vec<Taken> = steps
        .filter_map(|step| {
            let uses = step.get("uses")?.text()?.to_ascii_lowercase();
            let with = step.get("with")?;
            let by = |key: &str| with.get(key).map(|it| (key.to_owned(), it));
            let jwt = with.get("method").and_then(Value::text) == Some("jwt");
            let (setting, value) = by("role-to-assume")
                .or_else(|| by("workload_identity_provider"))
                .or_else(|| by("client-id").filter(|_| uses.starts_with("azure/login@")))
                .or_else(|| by("role").filter(|_| jwt))?;
            let at = Location { span: value.span, path: seat.address.clone(), via: value.steps().collect() };
            Some(Taken { key: format!("{IDENTITY}{}", rendered(value)), text: None, setting, at })
        })
        .collect();
    if let Some(first) = takes.first() {
        let at = first.at.clone();
        compared.sites.push(Site { seat: seat.clone(), owners: Vec::new(), takes, at });
    }
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

/// Secrets that are written into a job: it takes them as it would take any other.
pub(crate) fn written(compared: &mut Compared, literals: &[SecretLiteral], seat: &Seat, at: &Location) {
    let takes: Vec<Taken> = literals
        .iter()
        .map(|it| Taken {
            key: String::new(),
            text: Some(it.text.clone()),
            setting: it.name.clone(),
            at: it.at.clone(),
        })
        .collect();
    if !takes.is_empty() {
        compared.sites.push(Site { seat: seat.clone(), owners: Vec::new(), takes, at: at.clone() });
    }
}
