//! The baseline: findings that were there when somebody began to look, one a line.

use std::collections::BTreeSet;

use connlint_core::{Finding, Sources};

/// What the file begins with.
const HEAD: &str = "# Findings that `connlint check` does not fail for. Written by `connlint baseline`; lines may be deleted.\n";

/// Fingerprints of findings that are known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Baseline {
    fingerprints: BTreeSet<String>,
}

impl Baseline {
    /// Reads the text of a baseline file.
    ///
    /// # Errors
    ///
    /// The number of the first line that is none.
    pub fn parse(text: &str) -> Result<Self, usize> {
        let mut fingerprints = BTreeSet::new();
        for (index, line) in text.lines().enumerate() {
            let line = line.trim_end();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let last = line.rsplit(' ').next().filter(|it| is_fingerprint(it));
            fingerprints.insert(last.ok_or(index + 1)?.to_owned());
        }
        Ok(Self { fingerprints })
    }

    /// The file for these findings: sorted by path, so that those who change different files change different lines.
    pub fn write<'a>(findings: impl Iterator<Item = &'a Finding>, sources: &Sources) -> String {
        let one_line = |text: &str| {
            text.chars()
                .map(|c| if c.is_whitespace() || c.is_control() { '_' } else { c })
                .collect::<String>()
        };
        let line = |it: &Finding| {
            let path = one_line(sources.path(it.primary.span.file));
            let address = one_line(&it.primary.path);
            let address = if address.is_empty() { "-" } else { &address };
            format!("{path} {} {address} {}\n", it.rule.id, it.fingerprint)
        };
        let lines: BTreeSet<String> = findings.map(line).collect();
        std::iter::once(HEAD.to_owned()).chain(lines).collect()
    }

    /// Whether it lists a finding.
    pub fn lists(&self, finding: &Finding) -> bool {
        self.fingerprints.contains(finding.fingerprint.as_str())
    }

    /// How many findings it lists that another one does not.
    pub fn beyond(&self, other: &Self) -> usize {
        self.fingerprints.difference(&other.fingerprints).count()
    }
}

fn is_fingerprint(word: &str) -> bool {
    word.len() == 32 && word.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_read_by_their_last_word() {
        let text = "# head\n\na.tf hardcoded-secret x 0123456789abcdef0123456789abcdef\r\n";
        let baseline = Baseline::parse(text).unwrap();
        assert_eq!(baseline.beyond(&Baseline::default()), 1);
        assert_eq!(Baseline::parse("# head\n<<<<<<< HEAD\n"), Err(2));
    }
}
