//! Grants of one block: roles by the vocabularies of the table.

use std::sync::{Arc, OnceLock};

use connlint_core::Location;
use connlint_resolve::Value;
use connlint_resolve::terraform::BlockKind;

use super::condition::{Known, known};
use super::expand::{Met, at, scalars};
use super::named::{definition_name, looked_up};
use super::policy::{Holder, policies};
use super::principal::{node, principals};
use super::root::Root;
use super::settings::Subject;
use super::things::{Beside, denies, reach, scope, things_of};
use super::{Access, Aspect, Form, Grant, Principal, Reach, Setting, Status, definitions, documents, roles};
use crate::compared::{self, Granting};
use crate::facts::Groups;
use crate::part::Part;
use crate::walk::Written;

/// One line of the table.
pub(super) struct Row {
    pub(super) role: Vec<&'static str>,
    pub(super) principals: Vec<Vec<&'static str>>,
    scope: Vec<Vec<&'static str>>,
    pub(super) vocabulary: &'static str,
    /// Whether it matters only beside another version.
    compared: bool,
}

fn table(type_name: &str) -> &'static [Row] {
    static TABLE: OnceLock<Groups<Row>> = OnceLock::new();
    fn paths(column: &'static str) -> Vec<Vec<&'static str>> {
        column.split('|').filter(|it| !it.is_empty()).map(|it| it.split('.').collect()).collect()
    }
    let read = |columns: &[&'static str]| match columns {
        [_, role, principals, scope, vocabulary, _] => vec![Row {
            role: role.split('.').collect(),
            principals: paths(principals),
            scope: paths(scope),
            vocabulary: vocabulary.trim_start_matches('+'),
            compared: vocabulary.starts_with('+'),
        }],
        _ => Vec::new(),
    };
    TABLE.get_or_init(|| Groups::of(include_str!("../../facts/grants.tsv"), read)).get(type_name)
}

/// Adds the grants that a block makes.
pub(super) fn of_block(part: &mut Part, subject: &Subject<'_>, root: &Root<'_>, written: Written<'_>) {
    let block = subject.block;
    if block.kind == BlockKind::Data {
        documents::of_data(part, subject, root);
        return;
    }
    let compares = part.compared.is_some();
    for row in table(&block.type_name).iter().filter(|it| compares || !it.compared) {
        match row.vocabulary {
            "aws-policy" | "aws-resource-policy" => documents::document(part, subject, row, root, written),
            "gcp-policy" => each(&block.body, &row.role, subject, &mut |value| {
                for policy in policies(value, written) {
                    documents::bindings(part, subject, root, &policy);
                }
            }),
            "azure-definition" => definitions::operations(part, subject, root),
            "vault-policy" => each(&block.body, &row.role, subject, &mut |value| {
                definitions::paths(part, subject, root, value, written);
            }),
            // What only limits others grants nothing.
            "limit" => each(&block.body, &row.role, subject, &mut |value| {
                part.limits.extend(root.blocks(value).into_iter().map(|it| Arc::from(it.key.as_str())));
                part.limits.insert(block.key.as_str().into());
            }),
            // Read elsewhere.
            "aws-trust" | "kubernetes-rules" => {}
            _ if row.compared && part.compared.is_none() => {}
            _ => {
                let (grants, settings) = (part.grants.len(), part.settings.len());
                roles_of(part, subject, row, root);
                if row.compared {
                    part.grants.truncate(grants);
                    part.settings.truncate(settings);
                }
            }
        }
    }
}

/// Every value at a path.
pub(super) fn each<'v>(
    body: &'v Value,
    path: &[&str],
    subject: &Subject<'_>,
    visit: &mut impl FnMut(&'v Value),
) {
    let mut met = Vec::new();
    at(body, path, subject.block.header, &mut met);
    for it in met {
        if let Met::Value(value, _) = it {
            visit(value);
        }
    }
}

impl Subject<'_> {
    /// What the block's policies belong to.
    pub(super) fn holder(&self, root: &Root<'_>, of_resource: bool) -> Holder {
        let block = self.block;
        let named = ["name", "title", "description"].into_iter().find_map(|key| block.body.get(key));
        let named = named.map(|it| root.rendered(it)).unwrap_or_default();
        Holder {
            key: Arc::from(block.key.as_str()),
            subject: block.address.clone(),
            named: format!("{named} {}", block.name),
            header: block.header,
            trial: self.trial,
            sensitive: self.sensitive,
            of_resource,
        }
    }

    /// A role that is judged without being reported.
    fn role(&self, value: &Value, path: &str, status: Status) -> Setting {
        let at = Location {
            span: value.steps().next().unwrap_or(value.span),
            path: format!("{}/{path}", self.block.address),
            via: Vec::new(),
        };
        self.bearer().plain(Aspect::Role, status, "role", at)
    }

    /// A right that this block grants, on nothing known and to nobody known.
    pub(super) fn grant(
        &self,
        root: &Root<'_>,
        right: &str,
        access: Access,
        value: &Value,
        path: &str,
    ) -> Grant {
        let holder = self.holder(root, false);
        Grant {
            access,
            form: Form::Role,
            reach: Reach::Unknown,
            scope: String::new(),
            family: String::new(),
            secret: false,
            limitable: true,
            right: right.to_owned(),
            system: self.block.type_name.split('_').next().unwrap_or_default().to_owned(),
            from: vec![holder.key],
            subject: holder.subject,
            named: holder.named,
            at: Location {
                span: value.span,
                path: format!("{}/{path}", self.block.address),
                via: value.steps().collect(),
            },
            within: Vec::new(),
            principals: Vec::new(),
            holders: Arc::new([]),
            trial: self.trial,
            sensitive: self.sensitive,
        }
    }
}

/// Roles by name.
fn roles_of(part: &mut Part, subject: &Subject<'_>, row: &Row, root: &Root<'_>) {
    let block = subject.block;
    if row.role.first() == Some(&"=") || row.role.first().is_some_and(|it| it.starts_with('=')) {
        let word = row.role.concat();
        let right = word.trim_start_matches('=');
        if let Some(access) = roles::access(row.vocabulary, right).filter(|it| *it > Access::None) {
            let value = Value::new(connlint_resolve::Kind::Null, block.header);
            let mut grant = subject.grant(root, right, access, &value, "@");
            grant.principals = who(&block.body, &row.principals, subject, root);
            if !grant.principals.is_empty() {
                if let Some(compared) = &mut part.compared {
                    let things = things_of(&row.scope, subject, root);
                    let granting = Granting { things, ..Granting::of(subject, root, &row.scope) };
                    compared::of_role(compared, &grant, &granting);
                }
                part.grants.push(grant);
            }
        }
        return;
    }
    // Role and principal that stand in one nested block belong together.
    let shared = row
        .principals
        .first()
        .map_or(0, |principal| row.role.iter().zip(principal).take_while(|(a, b)| a == b).count())
        .min(row.role.len().saturating_sub(1));
    let (outer, inner) = row.role.split_at_checked(shared).unwrap_or((&row.role, &[]));
    let below: Vec<Vec<&str>> =
        row.principals.iter().map(|path| path.get(shared..).unwrap_or_default().to_vec()).collect();
    let reach = reach(&row.scope, subject, root);
    let scope = scope(&row.scope, subject, root);
    let path = row.role.join(".");
    let mut things: Option<Arc<[String]>> = None;
    each(&block.body, outer, subject, &mut |element| {
        let elements: Vec<&Value> = match element.items() {
            [] => vec![element],
            items if !inner.is_empty() => items.iter().collect(),
            _ => vec![element],
        };
        for element in elements {
            let mut people: Option<Vec<Principal>> = None;
            each(element, inner, subject, &mut |value| {
                scalars(value, &mut |role| {
                    // Whether it counts only beside another version.
                    let mut aside = row.compared;
                    let text = match known(role) {
                        Known::Text(text) => text.to_owned(),
                        _ => match definition_name(role, root) {
                            Some(name) => name,
                            None => {
                                if !aside {
                                    part.settings.push(subject.role(role, &path, Status::Unknown));
                                }
                                aside = true;
                                match looked_up(role, part.compared.is_some()) {
                                    Some(name) => name,
                                    None => return,
                                }
                            }
                        },
                    };
                    // `OWNER:user-jane@example.com`
                    let own = text
                        .split_once(':')
                        .filter(|(role, _)| row.vocabulary == "gcp-acl" && !role.is_empty());
                    let right = own.map_or(text.as_str(), |(role, _)| role);
                    let Some((access, secret)) = roles::right(row.vocabulary, right) else {
                        return match aside {
                            true => {}
                            false => part.settings.push(subject.role(role, &path, Status::Unknown)),
                        };
                    };
                    if access < Access::Admin && !aside {
                        part.settings.push(subject.role(role, &path, Status::Pass));
                    }
                    if access == Access::None {
                        return;
                    }
                    // A switch is known by its name.
                    let flag = format!("{} = {right}", inner.last().copied().unwrap_or_default());
                    let right = if row.vocabulary.starts_with("flag-") { &flag } else { right };
                    let people = people.get_or_insert_with(|| who(element, &below, subject, root));
                    let mut grant = subject.grant(root, right, access, role, &path);
                    grant.principals.clone_from(people);
                    grant.reach = reach;
                    grant.scope.clone_from(&scope);
                    grant.secret = secret;
                    grant.family = family(right);
                    // `AmazonSQSFullAccess`: everything, but of one service.
                    if right.ends_with("FullAccess") && !right.ends_with("/IAMFullAccess") {
                        grant.form = Form::Service;
                        grant.reach = Reach::Limited;
                    }
                    if let Some(compared) = part.compared.as_mut().filter(|_| !denies(&block.body)) {
                        let things = things.get_or_insert_with(|| things_of(&row.scope, subject, root));
                        let granting = Granting {
                            things: Arc::clone(things),
                            scopes: row.role.last().is_some_and(|it| it.contains("scope")),
                            managed: row.vocabulary == "aws-managed",
                            part: Beside::of(
                                table(&block.type_name)
                                    .iter()
                                    .map(|it| (it.role.as_slice(), it.scope.is_empty())),
                            )
                            .part(
                                &row.role,
                                row.scope.is_empty(),
                                row.vocabulary.starts_with("flag-") && access < Access::Admin,
                            ),
                            ..Granting::of(subject, root, &row.scope)
                        };
                        compared::of_role(compared, &grant, &granting);
                    }
                    if !aside {
                        part.grants.push(grant);
                    }
                });
            });
        }
    });
}

/// The service of a role such as `roles/cloudkms.admin`.
pub(crate) fn family(role: &str) -> String {
    let service = role.strip_prefix("roles/").and_then(|it| it.rsplit_once('.'));
    service.map_or_else(String::new, |(service, _)| service.to_ascii_lowercase())
}

/// Those that the block names as principals.
pub(super) fn who(
    element: &Value,
    paths: &[Vec<&str>],
    subject: &Subject<'_>,
    root: &Root<'_>,
) -> Vec<Principal> {
    let mut found = Vec::new();
    for path in paths {
        if path.first() == Some(&"@") {
            found.push(node(subject.block));
            continue;
        }
        each(element, path, subject, &mut |value| found.extend(principals(value, root)));
    }
    found
}
