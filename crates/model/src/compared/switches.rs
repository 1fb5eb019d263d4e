//! Switches of manifests: their own, those that kustomizations set, and those that scalers leave to themselves.

use std::collections::{BTreeMap, BTreeSet};

use connlint_core::Location;
use connlint_resolve::Value;

use super::switch::{How, Row, switches_of_kind};
use super::{Compared, Seat, Switch, maps};

/// Things that one patch may be for.
const MOST: usize = 200;

/// Kinds that have so many replicas: a number of them that names no kind is for these.
const SCALED: &[&str] = &["Deployment", "ReplicaSet", "ReplicationController", "StatefulSet"];
/// Kinds for which a pause holds up changes and not what runs.
const HELD: &[&str] = &["Deployment", "MachineDeployment", "Rollout"];

/// Adds what a manifest switches in others; gives back whether it is off by itself.
pub(super) fn of_manifest(compared: &mut Compared, manifest: &Value, kind: &str, seat: &Seat) -> bool {
    let named = |target: &Value| {
        let kind = target.get("kind").and_then(Value::text).unwrap_or("Deployment");
        Some(format!("{kind}/{}", target.get("name")?.text()?))
    };
    if kind == "ScaledObject" {
        compared.scaled.extend(manifest.at(&["spec", "scaleTargetRef"]).and_then(named));
    }
    let mut off = false;
    for row in rows(kind) {
        let Some(value) = row.off(manifest, manifest.span) else {
            // A patch that says otherwise counts more than what it is for.
            if let Some(value) = row.set(manifest, manifest.span).filter(|_| row.how == How::Always) {
                let at = Location { span: value.span, path: seat.address.clone(), via: Vec::new() };
                let switch = elsewhere(&seat.home, &seat.address, false, at);
                compared.switches.push(Switch { elsewhere: false, ..switch });
            }
            continue;
        };
        let How::Of(path) = &row.how else {
            off = true;
            let at = Location { span: value.span, path: seat.address.clone(), via: value.steps().collect() };
            let switch = elsewhere(&seat.home, &seat.address, true, at);
            compared.switches.push(Switch { elsewhere: false, holds: maps::held(manifest), ..switch });
            continue;
        };
        let Some(address) = manifest.at(path).and_then(named) else { continue };
        let at = Location { span: value.span, path: seat.address.clone(), via: value.steps().collect() };
        compared.switches.push(elsewhere(&seat.home, &address, true, at));
    }
    off
}

fn rows(kind: &str) -> impl Iterator<Item = &'static Row> {
    let held = HELD.contains(&kind);
    switches_of_kind(kind)
        .filter(move |row| !(held && matches!(row.attribute(), ["spec", "pause" | "paused"])))
}

/// A switch that stands in another file than what it switches.
fn elsewhere(home: &str, address: &str, off: bool, at: Location) -> Switch {
    let seat = Seat::of_path(home, address);
    Switch { seat, called: String::new(), off, elsewhere: true, holds: Vec::new(), at }
}

/// Adds what patches switch, and takes back what scalers decide.
pub(super) fn join(compared: &mut Compared) {
    for site in compared.sites.iter_mut().filter(|it| it.seat.off) {
        site.seat.off = !compared.scaled.contains(&site.seat.address);
    }
    let files: BTreeSet<&str> = compared.patched.iter().map(|it| it.file.as_str()).collect();
    for it in compared.switches.iter_mut().filter(|it| files.contains(&*it.seat.home)) {
        it.elsewhere = true;
    }
    let scaled = &compared.scaled;
    compared.switches.retain(|it| it.elsewhere || !scaled.contains(&it.seat.address));
    let things: BTreeSet<(&str, &str)> = compared
        .sites
        .iter()
        .filter_map(|it| it.seat.address.split_once('/'))
        .filter(|(kind, _)| kind.starts_with(|c: char| c.is_ascii_uppercase()))
        .collect();
    let mut by_name: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (kind, name) in &things {
        by_name.entry(name).or_default().push(kind);
    }
    let mut found = Vec::new();
    for patch in &compared.patches {
        // A patch of a few places only: what is set elsewhere is no switch, whatever it is for.
        let states = |kind: &str| {
            let mut all = rows(kind).filter(|row| matches!(row.how, How::Always));
            all.find_map(|row| row.at(|path| patch.is_at(path), patch.value.as_ref()))
        };
        let Some(_) = states(patch.kind.as_deref().unwrap_or_default()) else { continue };
        let exact = patch.name.as_deref().and_then(|name| Some((name, by_name.get(name)?)));
        let all: Vec<(&str, &str)> = match exact {
            Some((name, kinds)) => kinds.iter().map(|kind| (*kind, name)).collect(),
            None => things.iter().copied().take(MOST).collect(),
        };
        let counts = patch.path.last().is_some_and(|it| &**it == "replicas");
        for (kind, name) in all.into_iter().filter(|(kind, name)| patch.fits(kind, name)) {
            if patch.kind.is_none() && counts && !SCALED.contains(&kind) {
                continue;
            }
            let address = format!("{kind}/{name}");
            if counts && compared.scaled.contains(&address) {
                continue;
            }
            let at = Location { span: patch.at, path: address.clone(), via: Vec::new() };
            if let Some(off) = states(kind) {
                found.push(elsewhere(&patch.home, &address, off, at));
            }
        }
    }
    compared.switches.extend(found);
}
