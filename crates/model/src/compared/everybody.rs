//! Settings of a program that give a role to everybody: to whoever is not logged in, or to whoever is new.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, OnceLock};

use connlint_core::Location;
use connlint_resolve::Value;

use super::{Compared, Right, Seat};
use crate::facts::rows;
use crate::posture::{Access, Principal, PrincipalKind, access_of_role};

/// A role that a setting offers, or a switch that is off.
#[derive(Clone, Debug)]
pub(crate) struct Offer {
    pub(super) seat: Seat,
    /// The setting that switches it on; empty where nothing does.
    switch: &'static str,
    /// What is offered; nothing for a switch that is off.
    right: Option<(&'static str, String, Access)>,
    at: Location,
}

/// What the table says of a setting.
enum Says {
    /// Its value is a role of this vocabulary, which holds while the switch is on.
    Role(&'static str, &'static str),
    /// It is such a switch.
    Switch(&'static str),
}

fn table() -> &'static HashMap<&'static str, Says> {
    static TABLE: OnceLock<HashMap<&str, Says>> = OnceLock::new();
    TABLE.get_or_init(|| {
        let read = |columns: Vec<&'static str>| {
            let [name, vocabulary, switch] = columns[..] else { return None };
            let says =
                if vocabulary == "switch" { Says::Switch(name) } else { Says::Role(vocabulary, switch) };
            Some((name, says))
        };
        rows(include_str!("../../facts/everybody.tsv")).filter_map(read).collect()
    })
}

/// Adds what one setting says by its name.
pub(super) fn of_setting(compared: &mut Compared, seat: &Seat, name: &str, text: &str, at: &Value) {
    if !(5..60).contains(&name.len()) {
        return;
    }
    let plain: String =
        name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
    let Some(says) = table().get(plain.as_str()) else { return };
    let at = Location { span: at.span, path: seat.address.clone(), via: at.steps().collect() };
    let offer = match says {
        Says::Role(vocabulary, switch) => {
            let role = otherwise(text);
            // Words of other programs are no roles of this one.
            let Some(access) = access_of_role(vocabulary, role).filter(|it| *it > Access::None) else {
                return;
            };
            let system = vocabulary.split('-').next().unwrap_or_default();
            Offer {
                seat: seat.clone(),
                switch,
                right: Some((system, format!("{name} = {role}"), access)),
                at,
            }
        }
        Says::Switch(switch) if matches!(text, "false" | "0" | "no" | "off") => {
            Offer { seat: seat.clone(), switch, right: None, at }
        }
        Says::Switch(_) => return,
    };
    compared.offers.push(offer);
}

/// The role of whoever fits nothing else: the last word of `contains(groups[*], 'x') && 'Admin' || 'Viewer'`.
fn otherwise(text: &str) -> &str {
    let last = text.rsplit("||").next().unwrap_or(text).trim();
    if last.contains("&&") { "" } else { last.trim_matches(['\'', '"', '`', ';']) }
}

/// The rights that are offered and not switched off, held by whatever offers them.
pub(super) fn rights(compared: &mut Compared) {
    let offers = std::mem::take(&mut compared.offers);
    let off: BTreeSet<(Seat, &str)> =
        offers.iter().filter(|it| it.right.is_none()).map(|it| (it.seat.clone(), it.switch)).collect();
    for offer in offers {
        let Some((system, name, access)) = offer.right else { continue };
        if off.contains(&(offer.seat.clone(), offer.switch)) {
            continue;
        }
        let Seat { home, address, .. } = &offer.seat;
        let who = Principal {
            key: Arc::from(match home.contains('#') || offer.seat.program.starts_with("tf:") {
                true => format!("tf:{home}:{address}"),
                false => format!("k8s-subject:{home}/{address}"),
            }),
            ..Principal::named(address, PrincipalKind::Unknown, offer.at.span)
        };
        let right = Right::new(system, &name, access, "", offer.at);
        compared.rights.push(right.to(vec![who]));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_read_and_in_order() {
        let text = include_str!("../../facts/everybody.tsv");
        assert!(text.contains("\n# checked: ") && text.contains("\n# source: "));
        let all: Vec<Vec<&str>> = rows(text).collect();
        assert!(all.iter().all(|it| it.len() == 3) && all.is_sorted());
        assert_eq!(all.len(), table().len());
    }

    #[test]
    fn the_last_word_is_for_everybody() {
        assert_eq!(otherwise("contains(groups[*], 'a') && 'Admin' || 'Viewer'"), "Viewer");
        assert_eq!(otherwise("'Editor'"), "Editor");
        assert_eq!(otherwise("contains(groups[*], 'a') && 'Admin'"), "");
    }
}
