//! What the rules about posture have in common: how a setting or a grant becomes a finding.

use connlint_core::{Confidence, Edit, Finding, Label, Location, RuleMeta, Severity, Tier};
use connlint_model::{Access, Aspect, Grant, Holder, PrincipalKind, Setting, Status};

use crate::build::{finding, lower};
use crate::rule::Evidence;
use crate::suppress::Date;

/// The words of a rule about settings.
pub(crate) struct Words {
    /// What a block does whose setting is bad: `accepts TLS below 1.2`.
    pub(crate) bad: &'static str,
    /// What it does where a number passes a threshold; empty where that is the same.
    pub(crate) beyond: &'static str,
    /// What it does where reviewers often accept it; empty where that is the same.
    pub(crate) minor: &'static str,
    /// What to do where the facts do not name a good value.
    pub(crate) help: &'static str,
}

/// A finding for every setting of this aspect that fails.
pub(crate) fn settings(
    evidence: &Evidence<'_>,
    meta: &'static RuleMeta,
    aspect: Aspect,
    words: &Words,
) -> Vec<Finding> {
    let own = evidence.model.settings.iter().filter(|it| it.aspect == aspect);
    let failing = own.filter(|it| status(it, evidence.today) == Status::Fail);
    failing.filter_map(|it| setting(evidence, meta, it, words)).collect()
}

/// What is known of a setting today: an end too far off fails.
pub(crate) fn status(setting: &Setting, today: Date) -> Status {
    let Some((day, limit)) = &setting.ends else { return setting.status };
    match day.parse::<Date>() {
        Ok(end) if end > today.plus(*limit) => Status::Fail,
        _ => setting.status,
    }
}

/// A finding for one setting, unless its tier does not ask for the control.
fn setting(evidence: &Evidence<'_>, meta: &'static RuleMeta, it: &Setting, words: &Words) -> Option<Finding> {
    let writes = matches!(it.aspect, Aspect::Exposure | Aspect::Scim | Aspect::WriteLog);
    let severity = meta.severity_at(tier(it.sensitive, writes))?;
    let severity = if it.minor { Severity::Low } else { severity };
    let severity = if it.trial { lower(severity) } else { severity };
    let beyond = !it.limit.is_empty() || it.ends.is_some();
    let does = match (it.minor, beyond) {
        (_, true) if !words.beyond.is_empty() => words.beyond,
        (true, _) if !words.minor.is_empty() => words.minor,
        _ => words.bad,
    };
    let itself = it.name == "@";
    // Whoever leaves a setting out should read that this is what is wrong.
    let left_out = if it.absent && !itself { ", as it does not say otherwise" } else { "" };
    let message = format!("`{}` {does}{left_out}", it.subject);
    // What a variable says by default is decided by whoever calls the module.
    let confidence = if it.default { Confidence::Medium } else { meta.confidence };
    let built = finding(meta, it.at.clone(), message, label(it)).severity(severity).confidence(confidence);
    let help = match it.wanted {
        "" => words.help.to_owned(),
        wanted if itself => format!("add {wanted}"),
        wanted if it.list => format!("have `{wanted}` in `{}`", it.name),
        wanted => format!("set `{}` to `{wanted}`", it.name),
    };
    Some(built.help(help).fix(fix(evidence, it)).build(evidence, it.name))
}

/// The value it ought to have in place of the one it has, where that is written out right here.
fn fix(evidence: &Evidence<'_>, it: &Setting) -> Option<Edit> {
    let plain = |text: &str| {
        !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b))
    };
    let written = evidence.sources.get(it.at.span.file)?.slice(it.at.span);
    let own = !it.absent && !it.list && it.at.via.is_empty() && it.name != "@";
    let right = own && plain(it.wanted) && plain(written) && written == it.given;
    right.then(|| Edit { span: it.at.span, text: it.wanted.to_owned() })
}

/// What to say at the place itself.
fn label(it: &Setting) -> String {
    let noted = |label: String| if it.note.is_empty() { label } else { format!("{label}: {}", it.note) };
    if it.name == "@" {
        return if it.note.is_empty() { "nothing here says so".to_owned() } else { it.note.to_owned() };
    }
    if it.absent {
        return noted(format!("`{}` is not set", it.name));
    }
    if let Some((day, limit)) = &it.ends {
        return format!("ends on {day}, more than {limit} days from today");
    }
    match (&*it.given, &*it.limit) {
        ("", "") => noted("set here".to_owned()),
        ("", limit) => noted(limit.to_owned()),
        (given, "") if given.ends_with('…') => {
            noted(format!("begins with `{}`", given.trim_end_matches('…')))
        }
        (given, "") => noted(format!("set to `{given}`")),
        (given, limit) => noted(format!("`{given}` is {limit}")),
    }
}

/// How much there is to lose.
pub(crate) fn tier(sensitive: bool, writes: bool) -> Tier {
    match (sensitive, writes) {
        (true, _) => Tier::Regulated,
        (false, true) => Tier::Writes,
        (false, false) => Tier::Reads,
    }
}

/// Severity of a finding on a grant; nothing where its tier does not ask for the control.
pub(crate) fn severity(meta: &RuleMeta, grant: &Grant) -> Option<Severity> {
    let severity = meta.severity_at(tier(grant.sensitive, grant.access >= Access::Write))?;
    Some(if grant.trial { lower(severity) } else { severity })
}

/// More holders of one grant are only counted.
const MOST_HOLDERS: usize = 3;

/// The way from the holders of a grant to the right: principal, attachments, policy, statement.
pub(crate) fn chain(grant: &Grant) -> Vec<Label> {
    let mut labels: Vec<Label> = Vec::new();
    let mut add = |span, message: String| {
        let location = Location { span, path: grant.at.path.clone(), via: Vec::new() };
        if labels.iter().all(|it| it.location.span != span) && span != grant.at.span {
            labels.push(Label { location, message });
        }
    };
    for (span, message) in &grant.within {
        add(*span, message.clone());
    }
    for holder in acting(grant).take(MOST_HOLDERS) {
        for (span, message) in &holder.way {
            add(*span, message.clone());
        }
        add(holder.principal.span, reached(holder));
    }
    labels
}

fn reached(holder: &Holder) -> String {
    match holder.connectors.as_slice() {
        [] => format!("`{}` holds it", holder.principal.name),
        [only] => format!("`{}` holds it, and {only} uses its key", holder.principal.name),
        [first, rest @ ..] => {
            format!("`{}` holds it; {first} and {} more use its key", holder.principal.name, rest.len())
        }
    }
}

/// Who gets a grant, as keys.
pub(crate) fn holders(grant: &Grant) -> impl Iterator<Item = String> {
    acting(grant).map(|it| it.principal.key.to_string())
}

/// Holders that are more than an unnamed somebody.
fn acting(grant: &Grant) -> impl Iterator<Item = &Holder> {
    grant.holders.iter().filter(|it| {
        let gains = it.principal.name != "?" && it.principal.kind != PrincipalKind::Inherited;
        gains && !grant.from.contains(&it.principal.key)
    })
}

/// Who holds a grant, for a sentence: a name, or how many.
pub(crate) fn whom(grant: &Grant) -> String {
    let holders: Vec<&Holder> = acting(grant).collect();
    match holders.as_slice() {
        [] => format!("`{}`", grant.subject),
        [only] => format!("`{}`", only.principal.name),
        [first, rest @ ..] => format!("`{}` and {} more", first.principal.name, rest.len()),
    }
}

/// Whether the grant is part of a resource's own policy, which names those it lets in.
pub(crate) fn of_resource(grant: &Grant) -> bool {
    !grant.principals.is_empty() && !grant.within.is_empty() && grant.form != connlint_model::Form::Role
}

/// Whether anybody at all gets the right.
pub(crate) fn open_to_all(grant: &Grant) -> bool {
    grant.holders.iter().any(|it| it.principal.kind == PrincipalKind::Everyone)
}
