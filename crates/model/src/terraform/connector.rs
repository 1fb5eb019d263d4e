//! What a Terraform block is as a connector: its identity, system, environment and owners.

use connlint_core::Location;
use connlint_resolve::Value;

use super::Reader;
use crate::compared::Seat;
use crate::key;
use crate::part::Connector;
use crate::votes::{Environment, said_environment, said_owners};

impl Reader<'_, '_> {
    pub(super) fn connector(&self, kind: &str) -> Connector {
        let block = self.block;
        let text = |key: &str| block.body.get(key).and_then(Value::text);
        let tags: Vec<&Value> =
            ["tags", "labels", "annotations"].into_iter().filter_map(|key| block.body.get(key)).collect();
        let mut owners = said_owners(&tags);
        if owners.is_empty() {
            owners = self.owners.to_vec();
        }
        let type_name = &*block.type_name;
        let provider = type_name.split('_').next().unwrap_or(type_name);
        // Several provider blocks of one kind are one runner at one system, unless they are for different environments;
        // Helm and kubectl talk to the same cluster as Kubernetes does.
        if kind == "provider" {
            let system = if matches!(type_name, "helm" | "kubectl") { "kubernetes" } else { type_name };
            let scope =
                block.key.strip_prefix("tf:").and_then(|key| key.split(':').next()).unwrap_or_default();
            let environment = self.environment(&tags);
            let stage = environment.map_or("", Environment::name);
            let id = self.id();
            let identity = format!("provider:{scope}:{system}:{stage}");
            let at = Location { span: block.header, path: block.address.clone(), via: Vec::new() };
            return Connector {
                identity,
                id,
                system: system.to_owned(),
                group: None,
                environment,
                owners,
                at,
                certain: true,
                seat: self.seat(),
            };
        }
        let (identity, system) = match text("repository") {
            _ if !type_name.starts_with("github_actions") && !type_name.starts_with("github_dependabot") => {
                (block.key.clone(), provider.to_owned())
            }
            repository => {
                let named = repository.map_or_else(|| key::of(block.body.get("repository")), str::to_owned);
                let environment = self.environment(&tags).map_or("", Environment::name);
                (format!("github-repository:{named}:{environment}"), format!("github:{named}"))
            }
        };
        Connector {
            identity,
            id: self.id(),
            system,
            group: None,
            environment: self.environment(&tags),
            owners,
            at: Location { span: block.header, path: block.address.clone(), via: Vec::new() },
            certain: kind == "provider" || kind == "resource",
            seat: self.seat(),
        }
    }

    fn seat(&self) -> Seat {
        let block = self.block;
        // What keeps a secret for others is no connector, whoever they are.
        let relay = ["secret", "variable"].iter().any(|it| block.type_name.contains(it));
        Seat { off: !block.exists, relay, ..Seat::of_key(&block.key, &block.address) }
    }

    /// Folder, address and variable file: what people call the block.
    fn id(&self) -> String {
        let address = &self.block.address;
        let id = match &*self.root.folder {
            "" => address.clone(),
            folder => format!("{folder}:{address}"),
        };
        if self.root.variant.is_empty() { id } else { format!("{id} ({})", self.root.variant) }
    }

    fn environment(&self, tags: &[&Value]) -> Option<Environment> {
        let block = self.block;
        let argument = ["environment", "environment_name", "env"]
            .into_iter()
            .find_map(|key| block.body.get(key)?.text());
        said_environment(tags)
            .or_else(|| argument.and_then(Environment::named))
            .or_else(|| Environment::in_text(&block.address))
            .or_else(|| block.environment.as_deref().and_then(Environment::in_text))
            .or_else(|| Environment::in_text(file_name(&self.root.variant)))
            .or_else(|| Environment::in_text(&self.root.variant))
            .or_else(|| Environment::in_text(&self.root.folder))
            .or_else(|| Environment::in_text(self.file))
            .or_else(|| block.body.get("name").and_then(Value::text).and_then(Environment::in_text))
    }
}

fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}
