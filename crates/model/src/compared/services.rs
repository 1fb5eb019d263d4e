//! What the services of a compose file say: images, switches and identity providers.

use connlint_core::Location;
use connlint_resolve::{Kind, Value};

use super::manifests::{scalar, scalars};
use super::pins::{Pin, pin};
use super::{Compared, Seat, Site, Taken, Watch};

/// Adds what a service says, and where it stands.
pub(crate) fn of_service(compared: &mut Compared, service: &Value, path: &str, name: &str) -> Seat {
    let zero = |keys: &[&str]| service.at(keys).and_then(scalar).is_some_and(|it| it == "0");
    let off = zero(&["deploy", "replicas"]) || zero(&["scale"]) || is_shelved(service);
    let seat = Seat { off, ..Seat::of_path(path, name) };
    compared.blocks.insert((seat.home.clone(), seat.address.clone()));
    mounted(compared, service, &seat);
    if let Some(image) = service.get("image")
        && let Some(text) = image.text()
    {
        program(compared, &seat, text, image);
    }
    for key in ["environment", "command"] {
        let Some(value) = service.get(key) else { continue };
        match &value.kind {
            Kind::Map(entries) => {
                entries.iter().for_each(|it| scalars(compared, &seat, &it.key, &it.value));
            }
            _ => {
                for item in value.items() {
                    if let Some((name, text)) = item.text().and_then(|it| it.split_once('='))
                        && !name.starts_with('-')
                    {
                        super::manifests::setting(compared, &seat, name, text, item);
                    } else {
                        scalars(compared, &seat, "", item);
                    }
                }
            }
        }
    }
    seat
}

/// Whether a service is only started with profiles that say by their names that nobody asks for them.
fn is_shelved(service: &Value) -> bool {
    const WORDS: &[&str] = &[
        "archive",
        "archived",
        "deprecated",
        "disabled",
        "inactive",
        "never",
        "none",
        "off",
        "paused",
        "retired",
        "stopped",
        "unused",
    ];
    let profiles = service.get("profiles").map(Value::items).unwrap_or_default();
    let shelved = |it: &Value| it.text().is_some_and(|it| WORDS.contains(&&*it.to_ascii_lowercase()));
    !profiles.is_empty() && profiles.iter().all(shelved)
}

/// Secrets that a service is given as files.
fn mounted(compared: &mut Compared, service: &Value, seat: &Seat) {
    let folder = seat.home.rsplit_once('/').map_or("", |(folder, _)| folder);
    let named = service.get("secrets").map(Value::items).unwrap_or_default().iter();
    let takes: Vec<Taken> = named
        .filter_map(|it| {
            let name = it.text().or_else(|| it.get("source")?.text())?;
            let at = Location { span: it.span, path: seat.address.clone(), via: it.steps().collect() };
            let key = format!("file:{folder}/secret/{name}");
            Some(Taken { key, text: None, setting: name.to_owned(), at })
        })
        .collect();
    if let Some(first) = takes.first() {
        let (at, seat) = (first.at.clone(), seat.clone());
        compared.sites.push(Site { seat, owners: Vec::new(), takes, at });
    }
}

/// The version of an image: its tag and its digest.
pub(super) fn program(compared: &mut Compared, seat: &Seat, image: &str, at: &Value) {
    let (named, digest) = image.split_once('@').unwrap_or((image, ""));
    let last = named.rfind('/').map_or(0, |at| at + 1);
    let colon = named.get(last..).and_then(|it| it.find(':')).map(|at| last + at);
    let (name, tag) = match colon.and_then(|at| named.split_at_checked(at)) {
        Some((name, tag)) => (name, tag.trim_start_matches(':')),
        None => (named, ""),
    };
    let short = name.rsplit('/').next().unwrap_or(name);
    let tag = if tag.is_empty() && digest.is_empty() { "latest" } else { tag };
    // Another image is another program, whose version is no other version of this one.
    pin(compared, seat, Watch::Program, &format!("image {short}"), &Pin { tag, digest }, at);
    compared.files.push((format!("image:{short}"), seat.clone()));
}
