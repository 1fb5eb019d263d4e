//! Conditions as text: whether one lets in more than another, as far as their form alone tells.

use std::collections::BTreeSet;

/// Longer conditions are not taken apart.
const LONGEST: usize = 4_000;

/// Whether the new condition holds wherever the old one does, and more often.
pub(super) fn is_wider(old: &str, new: &str) -> bool {
    if old.len() > LONGEST || new.len() > LONGEST {
        return false;
    }
    let (was, is) = (terms(old, AND), terms(new, AND));
    if is.len() < was.len() {
        return is.is_subset(&was);
    }
    let (lost, come): (Vec<&String>, Vec<&String>) =
        (was.difference(&is).collect(), is.difference(&was).collect());
    let ([lost], [come]) = (lost.as_slice(), come.as_slice()) else { return false };
    let (one_of, now_of) = (terms(lost, OR), terms(come, OR));
    if one_of.len() < now_of.len() && one_of.is_subset(&now_of) {
        return true;
    }
    let ((frame, was), (same, is)) = (literals(lost), literals(come));
    if frame == same {
        return was.len() < is.len() && was.is_subset(&is);
    }
    // `repository == 'a/b'` becomes `repository.startsWith('a/')`, or `repository_owner == 'a'`.
    let begins =
        come.to_ascii_lowercase().contains("startswith") && !lost.to_ascii_lowercase().contains("startswith");
    let prefix = is.iter().all(|now| was.iter().any(|it| it.starts_with(now.as_str())));
    begins && prefix || prefix && claim(come) < claim(lost) && claim(come) > 0
}

const AND: &[&str] = &["&&", " and ", " AND "];
const OR: &[&str] = &["||", " or ", " OR "];

/// The terms of a condition that one of these words joins, outside of brackets and quotes, without spaces.
fn terms(text: &str, words: &[&str]) -> BTreeSet<String> {
    let mut text = text.trim();
    while let Some(inner) = text.strip_prefix('(').and_then(|it| it.strip_suffix(')')) {
        if closes_early(inner) {
            break;
        }
        text = inner.trim();
    }
    let mut found = BTreeSet::new();
    let (mut depth, mut quote, mut start) = (0_usize, None, 0);
    let mut skip = 0;
    for (at, c) in text.char_indices() {
        if at < skip {
            continue;
        }
        match (quote, c) {
            (Some(own), _) if own == c => quote = None,
            (Some(_), _) => {}
            (None, '\'' | '"') => quote = Some(c),
            (None, '(' | '[') => depth += 1,
            (None, ')' | ']') => depth = depth.saturating_sub(1),
            _ if depth == 0 => {
                let rest = text.get(at..).unwrap_or_default();
                if let Some(word) = words.iter().find(|it| rest.starts_with(**it)) {
                    found.extend(text.get(start..at).map(squeezed));
                    start = at + word.len();
                    skip = start;
                }
            }
            _ => {}
        }
    }
    found.extend(text.get(start..).map(squeezed));
    found.retain(|it| !it.is_empty());
    found
}

/// Whether a bracket closes that was opened before this text.
fn closes_early(text: &str) -> bool {
    let mut depth = 0_usize;
    for byte in text.bytes() {
        match byte {
            b'(' => depth += 1,
            b')' if depth == 0 => return true,
            b')' => depth -= 1,
            _ => {}
        }
    }
    false
}

/// A term with single spaces.
fn squeezed(text: &str) -> String {
    let all: Vec<&str> = text.split_whitespace().collect();
    let joined = all.join(" ");
    let whole = joined.strip_prefix('(').and_then(|it| it.strip_suffix(')')).filter(|it| !closes_early(it));
    whole.map_or(joined.clone(), |it| it.trim().to_owned())
}

/// A condition without its literals, and those.
fn literals(text: &str) -> (String, BTreeSet<String>) {
    let (mut frame, mut found) = (String::new(), BTreeSet::new());
    for (index, part) in text.split(['\'', '"']).enumerate() {
        if index % 2 == 1 {
            found.insert(part.to_owned());
        } else {
            frame.extend(part.chars().filter(|c| !c.is_whitespace() && *c != ','));
        }
    }
    (frame, found)
}

/// How narrow the claims are that a condition is about.
fn claim(text: &str) -> u8 {
    let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
    words.map(narrowness).max().unwrap_or(0)
}

/// How little a claim of a token lets in: an organisation is more than a repository, which is more than a branch.
/// Source: the pages of GitHub, GitLab and Kubernetes on the claims of their tokens.
pub(super) fn narrowness(key: &str) -> u8 {
    let name = key.rsplit([':', '.', '/']).next().unwrap_or(key);
    match name {
        "sub"
        | "subject"
        | "ref"
        | "environment"
        | "job_workflow_ref"
        | "workflow_ref"
        | "bound_subject"
        | "bound_service_account_names"
        | "user_email"
        | "google_subject" => 3,
        "repository" | "repository_id" | "project_path" | "project_id" | "bound_projects" => 2,
        "repository_owner"
        | "repository_owner_id"
        | "namespace_path"
        | "namespace_id"
        | "organization"
        | "organization_id"
        | "bound_service_account_namespaces" => 1,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_are_compared_by_form() {
        for (old, new, expected) in [
            ("a == 'x' && b == 'y'", "a == 'x'", true),
            ("a == 'x'", "a == 'x' && b == 'y'", false),
            ("a == 'x'", "a == 'x' || a == 'y'", true),
            ("a == 'x'", "a == 'y'", false),
            ("b == 1 && (a == 'x')", "b == 1 && (a == 'x' || a == 'y')", true),
            ("a in ['x']", "a in ['x', 'y']", true),
            ("a in ['x', 'y']", "a in ['x']", false),
            ("c.repository == 'o/r'", "c.repository.startsWith('o/')", true),
            ("c.repository == 'o/r'", "c.repository_owner == 'o'", true),
            ("c.repository_owner == 'o'", "c.repository == 'o/r'", false),
            ("a  ==  'x'", "a == 'x'", false),
        ] {
            assert_eq!(is_wider(old, new), expected, "{old} | {new}");
        }
    }
}
