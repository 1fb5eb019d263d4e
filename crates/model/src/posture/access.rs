//! What the actions of a cloud's policies let their holder do, wildcards expanded against the table of actions.

use std::sync::OnceLock;

use connlint_core::glob;

use super::{Access, Form, PrincipalKind};
use crate::facts::Groups;

/// What is known of an action or a pattern of actions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Action {
    pub(crate) access: Access,
    pub(super) form: Form,
    /// Whether it hands out secrets or credentials.
    pub(super) secret: bool,
    /// Whether it can be limited to resources.
    pub(super) limitable: bool,
}

/// What an action does, by the table's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Level {
    Read,
    Secret,
    Write,
    Permissions,
}

/// The actions of one service.
struct Service {
    /// Names and `Verb*` patterns in lower case, each with its level.
    levels: Vec<(String, Level)>,
    unscopable: Vec<String>,
}

/// What the table says of a service; nothing where it does not know it. Each of its lines is one of the parts.
fn service(name: &str) -> Option<&'static [Service]> {
    static TABLE: OnceLock<Groups<Service>> = OnceLock::new();
    let read = |columns: &[&'static str]| {
        let [_, level, actions] = columns else { return Vec::new() };
        let actions = actions.split(' ').filter(|it| !it.is_empty()).map(str::to_ascii_lowercase);
        let level = match *level {
            "read" => Level::Read,
            "secret" => Level::Secret,
            "write" => Level::Write,
            "permissions" => Level::Permissions,
            // `unscopable`, and `upkeep`: what services do on every resource without touching data.
            _ => return vec![Service { levels: Vec::new(), unscopable: actions.collect() }],
        };
        vec![Service { levels: actions.map(|action| (action, level)).collect(), unscopable: Vec::new() }]
    };
    let table = TABLE.get_or_init(|| Groups::of(include_str!("../../facts/aws-actions.tsv"), read));
    Some(table.get(name)).filter(|it| !it.is_empty())
}

fn levels(service: Option<&'static [Service]>) -> impl Iterator<Item = &'static (String, Level)> {
    service.into_iter().flatten().flat_map(|it| &it.levels)
}

fn unscopable(service: Option<&'static [Service]>) -> impl Iterator<Item = &'static String> {
    service.into_iter().flatten().flat_map(|it| &it.unscopable)
}

/// What an action of a policy, such as `s3:Put*`, lets its holder do; nothing for what is no action.
pub(crate) fn action(text: &str) -> Option<Action> {
    let text = text.trim().to_ascii_lowercase();
    if matches!(&*text, "*" | "*:*") {
        return Some(Action { access: Access::Admin, form: Form::Everything, secret: true, limitable: true });
    }
    let (service, name) = text.split_once(':')?;
    let known = self::service(service);
    let of = |level: Level, form| Action {
        access: match level {
            Level::Read | Level::Secret => Access::Read,
            Level::Write => Access::Write,
            Level::Permissions => Access::Admin,
        },
        form,
        secret: level == Level::Secret,
        limitable: true,
    };
    if name.chars().all(|c| c == '*') {
        // What services need everywhere and what touches no data is no wildcard to speak of.
        if unscopable(known).any(|own| own == "*") {
            return Some(Action { limitable: false, ..of(Level::Write, Form::Pattern) });
        }
        let grants =
            levels(known).next().is_none() || levels(known).any(|(_, level)| *level == Level::Permissions);
        return Some(of(if grants { Level::Permissions } else { Level::Write }, Form::Service));
    }
    let defaults = self::service("*");
    if name.contains(['*', '?']) {
        return Some(pattern(known, defaults, name, &of));
    }
    let level = exact(known, name).or_else(|| exact(defaults, name)).unwrap_or(Level::Write);
    let limitable = !unscopable(known).any(|own| covers(own, name));
    Some(Action { limitable, ..of(level, Form::Action) })
}

/// The highest level that a pattern reaches.
fn pattern(
    known: Option<&'static [Service]>,
    defaults: Option<&'static [Service]>,
    name: &str,
    of: &dyn Fn(Level, Form) -> Action,
) -> Action {
    let mut highest = None;
    for (own, level) in levels(known) {
        let plain = own.trim_end_matches('*');
        if glob(name, plain) || (own.ends_with('*') && overlaps(name, plain)) {
            highest = highest.max(Some(*level));
        }
    }
    // What the table lists last is what writes: a pattern writes unless all it can mean reads.
    let start = name.split(['*', '?']).next().unwrap_or_default();
    let reads = |service| {
        levels(service).any(|(own, level)| {
            *level <= Level::Secret && own.strip_suffix('*').is_some_and(|verb| start.starts_with(verb))
        })
    };
    let level = match highest {
        Some(level @ (Level::Permissions | Level::Write)) => level,
        _ if !reads(known) && !reads(defaults) => Level::Write,
        found => found.unwrap_or(Level::Read),
    };
    let limitable =
        !unscopable(known).any(|own| own.strip_suffix('*').is_some_and(|verb| start.starts_with(verb)));
    Action { limitable, ..of(level, Form::Pattern) }
}

/// The level of an exact name: its own line, else the longest `Verb*`.
fn exact(service: Option<&'static [Service]>, name: &str) -> Option<Level> {
    let fitting = levels(service).filter(|(own, _)| covers(own, name));
    fitting.max_by_key(|(own, _)| (!own.ends_with('*'), own.len())).map(|(_, level)| *level)
}

/// Whether an entry of the table, a name or `Verb*`, is about this action.
fn covers(entry: &str, name: &str) -> bool {
    entry.strip_suffix('*').map_or(entry == name, |verb| name.starts_with(verb))
}

/// Whether a pattern with `*` and `?` can begin as `start` does.
fn overlaps(pattern: &str, start: &str) -> bool {
    let fixed = pattern.split(['*', '?']).next().unwrap_or_default();
    fixed.starts_with(start)
}

/// What a principal of a policy is: `*`, a service, an account of somebody.
pub(crate) fn principal_kind(kind: &str, text: &str) -> PrincipalKind {
    match kind {
        _ if text == "*" => PrincipalKind::Everyone,
        "Service" | "Federated" => PrincipalKind::Service,
        _ if text.chars().all(|c| c.is_ascii_digit()) && text.len() == 12 => PrincipalKind::Foreign,
        _ if text.contains(":role/") => PrincipalKind::Role,
        _ if text.starts_with("arn:") && is_account(text) => PrincipalKind::Foreign,
        _ => PrincipalKind::Unknown,
    }
}

/// `arn:aws:iam::123456789012:root`, with the account written out.
fn is_account(arn: &str) -> bool {
    arn.split(':').nth(4).is_some_and(|it| it.len() == 12 && it.bytes().all(|b| b.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn actions_are_told_apart() {
        let check = |text: &str, access, form| {
            let found = action(text).unwrap_or_else(|| panic!("{text}"));
            assert_eq!((found.access, found.form), (access, form), "{text}");
        };
        check("*", Access::Admin, Form::Everything);
        check("s3:*", Access::Admin, Form::Service);
        check("s3:GetObject", Access::Read, Form::Action);
        check("s3:Get*", Access::Read, Form::Pattern);
        check("s3:List*", Access::Read, Form::Pattern);
        check("s3:PutObject", Access::Write, Form::Action);
        check("s3:PutBucketPolicy", Access::Admin, Form::Action);
        check("s3:Put*", Access::Admin, Form::Pattern);
        check("s3:PutObject*", Access::Admin, Form::Pattern);
        check("iam:PassRole", Access::Admin, Form::Action);
        check("iam:*AccessKey*", Access::Admin, Form::Pattern);
        check("ec2:Describe*", Access::Read, Form::Pattern);
        check("dynamodb:UpdateItem", Access::Write, Form::Action);
        assert!(action("secretsmanager:GetSecretValue").is_some_and(|it| it.secret));
        assert!(action("ec2:DescribeInstances").is_some_and(|it| !it.limitable));
        assert!(action("s3:PutObject").is_some_and(|it| it.limitable));
        assert!(action("ssmmessages:*").is_some_and(|it| it.access == Access::Write && !it.limitable));
        assert_eq!(action("no action"), None);
    }
}
