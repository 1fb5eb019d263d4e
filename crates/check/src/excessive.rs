//! Which grants give everything, and which give more than they name: told once, so that no right is reported twice.

use std::collections::BTreeMap;

use connlint_core::Span;
use connlint_model::{Access, Form, Grant, Principal, PrincipalKind, Reach};

use crate::posture::{of_resource, open_to_all};

/// In what way a grant is excessive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Excess {
    /// It writes, or hands out secrets, on every resource although it could be limited.
    Unlimited,
    /// It is for everything of a service in which nobody's rights are managed.
    Slight,
    /// It is for everything in one place, or for managing access on every resource.
    Partial,
    /// It is for everything.
    Admin,
}

/// How a grant is excessive, if it is.
pub(crate) fn excess(grant: &Grant) -> Option<Excess> {
    // A resource's own policy, and rights of anybody, are judged by who gets in.
    if of_resource(grant) || open_to_all(grant) {
        return None;
    }
    let inherited = |it: &Principal| it.kind == PrincipalKind::Inherited;
    if !grant.principals.is_empty() && grant.principals.iter().all(inherited) {
        return None;
    }
    let admin = grant.access == Access::Admin;
    match (grant.form, grant.reach) {
        (Form::Role, Reach::Limited) => admin.then_some(Excess::Partial),
        (Form::Role, _) => admin.then_some(Excess::Admin),
        (Form::Everything | Form::AllBut, Reach::Limited) => Some(Excess::Partial),
        (Form::Everything | Form::AllBut, _) => Some(Excess::Admin),
        (Form::Service, Reach::All) => Some(if admin { Excess::Admin } else { Excess::Slight }),
        (Form::Service, _) => Some(if admin { Excess::Partial } else { Excess::Slight }),
        (Form::Pattern | Form::Action, Reach::All) if admin => grant.limitable.then_some(Excess::Partial),
        (Form::Pattern | Form::Action, Reach::All) => grant.limitable.then_some(Excess::Unlimited),
        (Form::Pattern | Form::Action, _) => None,
    }
}

/// The excessive grants, those of one statement together, the worst first.
pub(crate) fn statements(grants: &[Grant]) -> Vec<Vec<(&Grant, Excess)>> {
    let mut groups: BTreeMap<(Span, Span), Vec<(&Grant, Excess)>> = BTreeMap::new();
    for grant in grants {
        if let Some(excess) = excess(grant) {
            let statement = grant.within.first().map_or(grant.at.span, |it| it.0);
            let key = if grant.form == Form::Role {
                (grant.at.span, grant.at.span)
            } else {
                (statement, statement)
            };
            groups.entry(key).or_default().push((grant, excess));
        }
    }
    let mut groups: Vec<_> = groups.into_values().collect();
    for group in &mut groups {
        group.sort_by_key(|(grant, excess)| {
            (std::cmp::Reverse((*excess, grant.access, grant.form == Form::Everything)), grant.at.span)
        });
    }
    groups
}
