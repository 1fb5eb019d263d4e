//! What the rules about posture have in common: how a setting or a grant becomes a finding.

use connlint_core::{Confidence, Finding, Label, Location, RuleMeta, Severity, Tier};
use connlint_model::{Access, Aspect, Grant, Holder, PrincipalKind, Setting, Status};

use crate::build::{finding, lower};
use crate::rule::Evidence;

/// The words of a rule about settings.
pub(crate) struct Words {
    /// What a block does whose setting is bad: `accepts TLS below 1.2`.
    pub(crate) bad: &'static str,
    /// What it does where it leaves the setting out.
    pub(crate) absent: &'static str,
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
    let failing = evidence.model.settings.iter();
    let failing = failing.filter(|it| it.aspect == aspect && it.status == Status::Fail);
    failing.filter_map(|it| setting(evidence, meta, it, words)).collect()
}

/// A finding for one setting, unless its tier does not ask for the control.
pub(crate) fn setting(
    evidence: &Evidence<'_>,
    meta: &'static RuleMeta,
    it: &Setting,
    words: &Words,
) -> Option<Finding> {
    let severity =
        meta.severity_at(tier(it.sensitive, matches!(it.aspect, Aspect::Scim | Aspect::WriteLog)))?;
    let severity = if it.minor { Severity::Low } else { severity };
    let severity = if it.trial { lower(severity) } else { severity };
    let itself = it.name == "@";
    let does = if it.absent && !itself { words.absent } else { words.bad };
    let message = format!("`{}` {does}", it.subject);
    let noted = |label: String| if it.note.is_empty() { label } else { format!("{label}: {}", it.note) };
    let label = match (itself, it.absent, &*it.given) {
        (true, ..) if it.note.is_empty() => "nothing here says so".to_owned(),
        (true, ..) => it.note.to_owned(),
        (false, true, _) => noted(format!("`{}` is not set", it.name)),
        (false, false, "") => noted("set here".to_owned()),
        (false, false, given) => noted(format!("set to `{given}`")),
    };
    let help = match it.wanted {
        "" => words.help.to_owned(),
        wanted if itself => format!("add {wanted}"),
        wanted => format!("set `{}` to `{wanted}`", it.name),
    };
    // What a variable says by default is decided by whoever calls the module.
    let confidence = if it.default { Confidence::Medium } else { meta.confidence };
    let built = finding(meta, it.at.clone(), message, label).severity(severity).confidence(confidence);
    Some(built.help(help).build(evidence, it.name))
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

/// Holders that are more than an unnamed somebody.
fn acting(grant: &Grant) -> impl Iterator<Item = &Holder> {
    grant.holders.iter().filter(|it| it.principal.name != "?" && *it.principal.key != *grant.holder)
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
