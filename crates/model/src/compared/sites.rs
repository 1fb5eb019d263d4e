//! Blocks that take credentials, each by itself: joined as a model they would be one where they are one program.

use crate::compared::{Site, Taken};
use crate::facts::Part as Duty;
use crate::part::{Connector, Key, Use};

/// Where a block stands, and what people call it.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Seat {
    /// The folder of a Terraform root, with its variable file behind `#`; else the file.
    pub home: String,
    /// What people call it: an address without the home.
    pub address: String,
    /// The program that it is part of: parts of one share their credentials as a matter of course.
    pub program: String,
    /// Whether it is switched off.
    pub off: bool,
    /// Whether it only fetches credentials for others.
    pub relay: bool,
}

impl Seat {
    /// The seat of a Terraform block.
    pub(crate) fn of_key(key: &str, address: &str) -> Self {
        let home = key
            .strip_prefix("tf:")
            .and_then(|it| it.strip_suffix(address))
            .map_or("", |it| it.trim_end_matches(':'));
        Self {
            home: home.to_owned(),
            address: address.to_owned(),
            program: key.to_owned(),
            ..Self::default()
        }
    }

    /// The seat of something in a document.
    pub(crate) fn of_path(path: &str, address: &str) -> Self {
        Self {
            home: path.to_owned(),
            address: address.to_owned(),
            program: format!("{path}:{address}"),
            ..Self::default()
        }
    }
}

/// The sites of one part. Only what takes a credential for itself is one.
pub(crate) fn sites(connectors: &[Connector], uses: &[Use]) -> Vec<Site> {
    taking(connectors, uses, |it| !it.seat.relay)
}

/// What fetches credentials for others: no connectors, though they share what they fetch.
pub(crate) fn relays(connectors: &[Connector], uses: &[Use]) -> Vec<Site> {
    taking(connectors, uses, |it| it.seat.relay)
}

fn taking(connectors: &[Connector], uses: &[Use], counts: impl Fn(&Connector) -> bool) -> Vec<Site> {
    let mut all: Vec<Vec<Taken>> = vec![Vec::new(); connectors.len()];
    for it in uses.iter().filter(|it| it.role == Duty::Consumer) {
        let Some(own) = all.get_mut(it.connector) else { continue };
        let (key, text) = match &it.key {
            Key::Reference(_, key) => (key.to_string(), None),
            Key::Literal(_, text) => (String::new(), Some(text.clone())),
        };
        own.push(Taken { key, text, setting: it.setting.clone(), at: it.at.clone() });
    }
    let own = connectors.iter().zip(all).filter(|(connector, takes)| {
        connector.certain && counts(connector) && !connector.seat.address.is_empty() && !takes.is_empty()
    });
    own.map(|(connector, takes)| Site {
        seat: connector.seat.clone(),
        owners: connector.owners.clone(),
        takes,
        at: connector.at.clone(),
    })
    .collect()
}
