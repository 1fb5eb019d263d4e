//! Terraform blocks: which arguments take a credential, and from where.

use std::borrow::Cow;
use std::collections::HashMap;

use connlint_core::{Location, Span};
use connlint_resolve::terraform::{Block, BlockKind, Evaluated};
use connlint_resolve::{Kind, Piece, RefKind, Reference, Value};

use crate::compared::{self, Purpose};
use crate::facts::{self, Argument, Part as Duty};
use crate::find::{Place, find, find_all};
use crate::key::{canonical, is_secret_reference, literal_keys, secret_word};
use crate::part::{Channel, Key, Outside, Part, Persisted, Persistence, SecretFile, Use};
use crate::secret::{Context, NameClass, Role, classify, is_plain_field};
use crate::votes::{is_trial, said_owners};
use crate::walk::{Leaf, Walk, Written};
use crate::{account, key, posture};

mod connector;

/// Most nodes met in one block.
const BUDGET: usize = 400_000;

/// Everything one evaluated root says. `path` gives the path of a span's file.
pub fn terraform<'a>(
    root: &Evaluated,
    written: Written<'a>,
    path: &dyn Fn(Span) -> &'a str,
    purpose: Purpose,
) -> Part {
    let exhausted = root.blocks.first().filter(|_| root.exhausted).map(|it| it.header);
    let mut part = Part { exhausted, ..Part::new(purpose) };
    let owners = default_owners(root);
    let variables =
        root.blocks.iter().filter(|it| it.kind == BlockKind::Variable && it.address.starts_with("var."));
    let variables: HashMap<&str, &Block> = variables.map(|block| (&*block.name, block)).collect();
    for block in &root.blocks {
        let file = path(block.header);
        let place = Place { address: &block.address, trial: is_trial(file), written, budget: BUDGET };
        let reader = Reader { root, block, place, file, owners: &owners, variables: &variables };
        reader.read(&mut part);
    }
    posture::posture(&mut part, root, written, path);
    if let Some(compared) = &mut part.compared {
        compared::of_root(compared, root, &owners, written);
        compared::of_blocks(compared, root, written);
    }
    part
}

/// Owners in the `default_tags` or `default_labels` of the root's providers.
fn default_owners(root: &Evaluated) -> Vec<String> {
    let providers = root.blocks.iter().filter(|block| block.kind == BlockKind::Provider);
    let maps: Vec<&Value> = providers
        .filter_map(|block| block.body.at(&["default_tags", "tags"]).or(block.body.get("default_labels")))
        .collect();
    said_owners(&maps)
}

struct Reader<'r, 'a> {
    root: &'r Evaluated,
    block: &'r Block,
    place: Place<'r, 'a>,
    file: &'r str,
    owners: &'r [String],
    /// The root's own variables by name.
    variables: &'r HashMap<&'r str, &'r Block>,
}

impl Reader<'_, '_> {
    fn read(&self, part: &mut Part) {
        let block = self.block;
        match block.kind {
            BlockKind::Resource => self.provider_block("resource", part),
            BlockKind::Data => self.provider_block("data", part),
            BlockKind::Ephemeral => self.provider_block("ephemeral", part),
            BlockKind::Provider => self.provider_block("provider", part),
            BlockKind::Variable => {
                if let Some(default) = block.body.get("default") {
                    find_all(part, &self.place, default, &[&block.name], Context::Setting);
                }
            }
            BlockKind::Output => self.output(part),
            BlockKind::Inputs => {
                find_all(part, &self.place, &block.body, &[], Context::Setting);
                self.inputs(part);
            }
            BlockKind::Other if &*block.type_name == "moved" => {}
            BlockKind::Module | BlockKind::Locals | BlockKind::Other => {
                find_all(part, &self.place, &block.body, &[], Context::Setting);
            }
        }
    }

    /// A block whose arguments a provider's schema describes.
    fn provider_block(&self, kind: &'static str, part: &mut Part) {
        let block = self.block;
        let type_name = &*block.type_name;
        let role = if kind == "provider" { Duty::Consumer } else { facts::part(type_name) };
        // Most blocks take no credential, so the connector is made when one is found.
        let connector = part.connectors.len();
        let mut secrets = 0;
        let known = facts::has_arguments(kind, type_name);
        let visit = |leaf: &Leaf<'_>| {
            posture::leaves::of_block(part, block, self.place.trial, leaf);
            let argument = if known { facts::argument(kind, type_name, &leaf.dotted()) } else { None };
            let name = self.effective_name(leaf);
            let (leaf_role, context) = self.role(argument, leaf, &name);
            let named = Leaf { name: &name, ..*leaf };
            let literal = !self.is_out_of_band(leaf) && find(part, &self.place, &named, leaf_role, context);
            let takes = self.takes_credential(leaf, argument, &name, literal);
            if takes && role == Duty::Store && kind == "resource" && self.is_out_of_band(leaf) {
                posture::leaves::by_hand(part, block, self.place.trial, leaf);
            }
            if !takes && leaf_role != Role::Secret {
                return;
            }
            let dotted = leaf.dotted();
            if takes && argument != Some(Argument::WriteOnly) {
                self.note_persistence(kind, leaf, &dotted, literal, part);
            }
            if takes && kind != "data" {
                secrets += usize::from(self.uses(part, connector, role, leaf, &dotted));
            }
            self.files(leaf, &dotted, part);
        };
        Walk::new(self.place.written, self.place.budget, Context::Setting, visit).value(&block.body);
        if kind == "provider" || role == Duty::Consumer {
            account::in_map(part, &self.place, &block.body, type_name);
        }
        if secrets > 0 || kind == "provider" {
            part.connectors.push(self.connector(kind));
        }
    }

    fn role(&self, argument: Option<Argument>, leaf: &Leaf<'_>, name: &str) -> (Role, Context) {
        // A `name`/`value` pair inside an argument: the name tells.
        let nested = leaf.path.len() > 1 && leaf.path.last().is_some_and(|key| **key != *leaf.name);
        match argument {
            Some(Argument::Context) => (Role::Context, Context::Setting),
            Some(_) if leaf.path.first().is_some_and(|key| key.contains("encrypted")) => {
                (Role::Context, Context::Setting)
            }
            Some(_) if nested => (Role::Unknown, Context::Literal),
            Some(Argument::Map | Argument::Script) => (Role::Unknown, Context::Literal),
            Some(Argument::Secret | Argument::WriteOnly) => {
                let inside = leaf.path.len() > 1 && matches!(facts::part(&self.block.type_name), Duty::Store);
                // Below a map that holds everything of a connection, the key tells.
                let beneath = leaf.path.len() > 1 && classify(name) == NameClass::Plain;
                if self.is_plain_parameter() {
                    (Role::Unknown, Context::Setting)
                } else if beneath && !inside {
                    (Role::Unknown, Context::Literal)
                } else if inside || (name != leaf.name && classify(name) == NameClass::Plain) {
                    (Role::Unknown, Context::SecretEntry)
                } else {
                    (Role::Secret, Context::Literal)
                }
            }
            // What a provider takes is used to log in, even where its schema is not known.
            None if self.block.kind == BlockKind::Provider && classify(name) >= NameClass::Secret => {
                (Role::Secret, Context::Literal)
            }
            None => (Role::Unknown, leaf.context),
        }
    }

    /// A store's entry that is declared to be no secret.
    fn is_plain_parameter(&self) -> bool {
        &*self.block.type_name == "aws_ssm_parameter"
            && self.block.body.get("type").and_then(Value::text).is_some_and(|it| it != "SecureString")
    }

    /// The name that tells what a value is: for arguments such as `value`, the name given beside it.
    fn effective_name<'l>(&self, leaf: &Leaf<'l>) -> Cow<'l, str> {
        const VALUES: &[&str] = &[
            "value",
            "plaintext_value",
            "string_value",
            "secret_data",
            "secret_value",
            "value_wo",
            "content",
        ];
        let alone = leaf.path.len() == 1 && VALUES.contains(&leaf.name);
        let beside = ["secret_name", "name", "key", "variable_name", "secret_id", "parameter_name", "title"];
        let named = |key: &str| self.block.body.get(key).map(known_text).filter(|text| !text.is_empty());
        let last = |name: &str| name.trim_end_matches('/').rsplit('/').next().unwrap_or(name).to_owned();
        match alone.then(|| beside.into_iter().find_map(named)).flatten() {
            Some(name) => Cow::Owned(last(&name)),
            None => Cow::Borrowed(leaf.name),
        }
    }

    /// A literal that Terraform only writes once, and that is replaced outside.
    fn is_out_of_band(&self, leaf: &Leaf<'_>) -> bool {
        let Some(first) = leaf.path.first() else { return false };
        self.block.ignore_changes.iter().any(|name| name == "all" || name.split('.').next() == Some(&**first))
    }

    /// Whether the argument takes a credential at all.
    fn takes_credential(
        &self,
        leaf: &Leaf<'_>,
        argument: Option<Argument>,
        name: &str,
        literal: bool,
    ) -> bool {
        let class = classify(name);
        let named = matches!(class, NameClass::Secret | NameClass::Password);
        let by_schema = match argument {
            Some(Argument::Secret | Argument::WriteOnly) => {
                let renamed = name != leaf.name && class == NameClass::Plain;
                (leaf.path.len() == 1 && !renamed && !self.is_plain_parameter())
                    || named
                    || literal
                    || class != NameClass::Plain
            }
            Some(Argument::Context) => false,
            _ => named,
        };
        let secret_value = || {
            let mut references = leaf.value.references(8).into_iter();
            references.any(|it| {
                is_secret_reference(it)
                    || (it.kind == RefKind::SecretStore
                        && key::is_stored_credential(&it.key, name, class > NameClass::Plain))
            })
        };
        literal || by_schema || (argument != Some(Argument::Context) && secret_value())
    }

    /// Records which credentials the leaf takes; tells whether there was one.
    fn uses(&self, part: &mut Part, connector: usize, role: Duty, leaf: &Leaf<'_>, dotted: &str) -> bool {
        let mut keys: Vec<(Key, Span)> = Vec::new();
        if matches!(leaf.value.kind, Kind::OneOf(_)) {
            return false;
        }
        let name = self.effective_name(leaf);
        let argument = facts::argument("resource", &self.block.type_name, dotted);
        // A name given beside the value tells more than the argument: `secret_name = "AWS_REGION"`.
        let by_name = match name != leaf.name {
            true => secret_word(&name) && !is_plain_field(&name),
            false if leaf.path.len() > 1 => {
                secret_word(leaf.name) || matches!(argument, Some(Argument::Script))
            }
            false => {
                secret_word(leaf.name)
                    || matches!(argument, Some(Argument::Secret | Argument::Map | Argument::Script))
            }
        };
        if role == Duty::Bystander || is_plain_field(leaf.name) && !by_name {
            return false;
        }
        // Which instances there are is no setting of one of them.
        if leaf.path.first().is_some_and(|first| &**first == "for_each") {
            return false;
        }
        let named = secret_word(&name) || matches!(argument, Some(Argument::Secret | Argument::WriteOnly));
        for reference in leaf.value.references(16) {
            let takes = match reference.kind {
                RefKind::Encrypted | RefKind::WorkloadIdentity | RefKind::Unresolved => false,
                // An address written out, as in a policy, is not yet read.
                RefKind::SecretStore if reference.key.starts_with("store:") => by_name,
                RefKind::SecretStore => key::is_stored_credential(&reference.key, &name, named),
                RefKind::CiSecret | RefKind::K8sSecret => !key::names_plain_field(&reference.key),
                RefKind::Resource | RefKind::Generated => {
                    is_secret_reference(reference) || key::stored_secret(reference)
                }
                // `credentials = var.role_arn` takes a role.
                RefKind::Variable | RefKind::External => by_name && !key::names_plain_value(&reference.key),
                RefKind::Env | RefKind::ConfigProvider | RefKind::File => by_name,
            };
            if takes {
                keys.push((Key::Reference(reference.kind, canonical(reference)), reference.span));
                if reference.kind == RefKind::Variable {
                    self.plain_variable(reference, leaf, dotted, part);
                }
            }
        }
        keys.extend(literal_keys(part, leaf.value));
        let found = !keys.is_empty();
        for (key, _) in keys {
            let at = self.place.taken(dotted, leaf.value);
            part.uses.push(Use { connector, key, role, at, setting: dotted.to_owned() });
        }
        found
    }

    /// A secret that comes from a variable which plans and logs may show.
    fn plain_variable(&self, reference: &Reference, leaf: &Leaf<'_>, dotted: &str, part: &mut Part) {
        let Some(name) = reference.key.rsplit("var.").next().and_then(|it| it.split(['.', '[']).next())
        else {
            return;
        };
        let Some(declared) = self.variables.get(name) else { return };
        if declared.body.get("sensitive").and_then(Value::bool) == Some(true) {
            return;
        }
        let taken = self.place.location(dotted, leaf.value);
        // One finding for the variable, however many take it.
        let at = Location { span: declared.header, path: declared.address.clone(), via: vec![taken.span] };
        part.outside.push(Outside {
            how: Channel::PlainVariable(name.to_owned()),
            at,
            setting: leaf.name.to_owned(),
        });
    }

    fn note_persistence(&self, kind: &str, leaf: &Leaf<'_>, dotted: &str, literal: bool, part: &mut Part) {
        if literal || kind != "resource" || matches!(leaf.value.kind, Kind::Null) {
            return;
        }
        // What a resource computes is in state already; a write-only argument would not take it out.
        let computed = |reference: &Reference| {
            matches!(reference.kind, RefKind::Generated | RefKind::Resource | RefKind::File)
        };
        let references = leaf.value.references(8);
        if references.is_empty() || references.into_iter().any(computed) || self.is_out_of_band(leaf) {
            return;
        }
        if let Some(twin) = facts::write_only_twin(kind, &self.block.type_name, dotted) {
            let at = self.place.location(dotted, leaf.value);
            part.persisted
                .push(Persisted { how: Persistence::Argument { name: dotted.to_owned(), twin }, at });
        }
    }

    fn files(&self, leaf: &Leaf<'_>, dotted: &str, part: &mut Part) {
        for reference in leaf.value.references(8) {
            if let (RefKind::File, Some(path)) = (reference.kind, reference.key.strip_prefix("file:")) {
                let at = Location { span: reference.span, ..self.place.location(dotted, leaf.value) };
                part.files.push(SecretFile { path: path.to_owned(), at, setting: dotted.to_owned() });
            }
        }
    }

    fn output(&self, part: &mut Part) {
        let body = &self.block.body;
        let Some(value) = body.get("value") else { return };
        let hidden =
            ["sensitive", "ephemeral"].iter().any(|key| body.get(key).and_then(Value::bool) == Some(true));
        let secret = value
            .references(16)
            .into_iter()
            .any(|reference| is_secret_reference(reference) && !key::names_plain_field(&reference.key));
        // Terraform itself refuses an output of a value that the provider declares sensitive; what gets through
        // is a value it cannot see to be one.
        if secret
            && !hidden
            && self.block.address.starts_with("output.")
            && !matches!(value.kind, Kind::Map(_))
        {
            part.persisted
                .push(Persisted { how: Persistence::Output, at: self.place.location("value", value) });
        }
    }

    /// Inputs of a Terragrunt unit or a variable file: taken by the module that they are for.
    fn inputs(&self, part: &mut Part) {
        let Some(inputs) = self.block.body.get("inputs") else { return };
        let connector = part.connectors.len();
        part.connectors.push(self.connector("inputs"));
        let visit = |leaf: &Leaf<'_>| {
            if secret_word(leaf.name) {
                self.uses(part, connector, Duty::Consumer, leaf, &leaf.dotted());
            }
        };
        Walk::new(self.place.written, self.place.budget, Context::Setting, visit)
            .below(&["inputs"])
            .value(inputs);
    }
}

/// The literal parts of a text.
fn known_text(value: &Value) -> String {
    let pieces = value.pieces().into_iter().filter_map(|piece| match piece {
        Piece::Literal(literal) => Some(literal.text),
        Piece::Hole(_) => None,
    });
    pieces.map(|text| text.to_string()).collect()
}
