//! The fact tables: tab-separated, `#` for comments, embedded in the binary and read on first use.

use connlint_core::glob;
use std::collections::HashMap;
use std::sync::OnceLock;

/// The rows of a table.
pub(crate) fn rows(table: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    table
        .lines()
        .filter(|line| !line.starts_with('#') && !line.is_empty())
        .map(|line| line.split('\t').collect())
}

/// A table by its first column, of which only the rows that are asked for are read.
pub(crate) struct Groups<T> {
    lines: HashMap<&'static str, (Vec<&'static str>, OnceLock<Vec<T>>)>,
    read: fn(&[&'static str]) -> Vec<T>,
}

impl<T> Groups<T> {
    /// The table; `read` gives what the columns of a line say.
    pub(crate) fn of(table: &'static str, read: fn(&[&'static str]) -> Vec<T>) -> Self {
        let mut lines: HashMap<&'static str, (Vec<&'static str>, OnceLock<Vec<T>>)> = HashMap::new();
        for line in table.lines().filter(|line| !line.starts_with('#') && !line.is_empty()) {
            let key = line.split('\t').next().unwrap_or(line);
            lines.entry(key).or_default().0.push(line);
        }
        Self { lines, read }
    }

    /// The rows with this first column, in their order.
    pub(crate) fn get(&self, key: &str) -> &[T] {
        let Some((lines, rows)) = self.lines.get(key) else { return &[] };
        rows.get_or_init(|| {
            let columns = lines.iter().map(|line| line.split('\t').collect::<Vec<_>>());
            columns.flat_map(|columns| (self.read)(&columns)).collect()
        })
    }
}

/// What a provider's schema says of an argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Argument {
    /// Declared sensitive, or known to be a credential.
    Secret,
    /// Never stored: a write-only argument.
    WriteOnly,
    /// Declared sensitive but no secret: an id, a user name, a public certificate.
    Context,
    /// A map whose values may be credentials.
    Map,
    /// A script or text that may carry one.
    Script,
}

type Table = HashMap<(&'static str, &'static str), &'static str>;

fn read(table: &'static str) -> Table {
    let lines = table.lines().filter(|line| !line.starts_with('#'));
    lines
        .filter_map(|line| {
            let mut columns = line.splitn(3, '\t');
            Some(((columns.next()?, columns.next()?), columns.next()?))
        })
        .collect()
}

/// Whether the schema of this block is known at all.
pub fn has_arguments(kind: &str, type_name: &str) -> bool {
    arguments().contains_key(&(kind, type_name))
}

fn arguments() -> &'static Table {
    static TABLE: OnceLock<Table> = OnceLock::new();
    TABLE.get_or_init(|| read(include_str!("../facts/terraform-sensitive.tsv")))
}

/// What the schema of `kind` (`resource`, `data`, `provider`, `ephemeral`) `type_name` says of the argument at
/// `path`, dotted and without indexes; the argument itself or one it is nested in.
pub fn argument(kind: &str, type_name: &str, path: &str) -> Option<Argument> {
    let arguments = arguments().get(&(kind, type_name))?;
    arguments.split(' ').find_map(|entry| {
        let mark = entry.bytes().next()?;
        let name = entry.trim_start_matches(['+', '~', '%', '#', '=']);
        let below = path.strip_prefix(name)?;
        (below.is_empty() || below.starts_with('.')).then_some(match mark {
            b'+' => Argument::WriteOnly,
            b'~' => Argument::Context,
            b'%' => Argument::Map,
            b'#' => Argument::Script,
            _ => Argument::Secret,
        })
    })
}

/// The write-only twin of an argument, where the provider has one.
pub fn write_only_twin(kind: &str, type_name: &str, path: &str) -> Option<String> {
    let twin = format!("{path}_wo");
    (argument(kind, type_name, &twin) == Some(Argument::WriteOnly)).then_some(twin)
}

/// Whether `attribute` (its first step) of a resource is a credential that the provider computes.
pub fn is_secret_output(kind: &str, type_name: &str, attribute: &str) -> bool {
    static TABLE: OnceLock<Table> = OnceLock::new();
    let table = TABLE.get_or_init(|| read(include_str!("../facts/terraform-outputs.tsv")));
    table.get(&(kind, type_name)).is_some_and(|names| {
        names.split(' ').any(|name| {
            attribute == name || attribute.strip_prefix(name).is_some_and(|it| it.starts_with('.'))
        })
    })
}

/// What part a Terraform type plays in the life of a credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// Takes the credential to reach a system.
    Consumer,
    /// Sets the credential on the system it belongs to.
    Issuer,
    /// Keeps the credential for others.
    Store,
    /// Names the credential without taking it: a policy, a trigger.
    Bystander,
}

/// The part a type plays, from the table of name patterns; a consumer where no pattern fits.
pub fn part(type_name: &str) -> Part {
    static TABLE: OnceLock<Vec<(&str, Part)>> = OnceLock::new();
    let table = TABLE.get_or_init(|| {
        let parts = [
            ("issuer", Part::Issuer),
            ("store", Part::Store),
            ("consumer", Part::Consumer),
            ("bystander", Part::Bystander),
        ];
        rows(include_str!("../facts/terraform-parts.tsv"))
            .filter_map(|row| {
                let [pattern, part] = row[..] else { return None };
                Some((pattern, parts.iter().find(|(name, _)| *name == part)?.1))
            })
            .collect()
    });
    table.iter().find(|(pattern, _)| glob(pattern, type_name)).map_or(Part::Consumer, |(_, part)| *part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments() {
        assert_eq!(argument("resource", "aws_db_instance", "password"), Some(Argument::Secret));
        assert_eq!(argument("resource", "aws_db_instance", "password_wo"), Some(Argument::WriteOnly));
        assert_eq!(argument("resource", "aws_db_instance", "username"), None);
        assert_eq!(argument("provider", "aws", "access_key"), Some(Argument::Context));
        assert_eq!(argument("resource", "kubernetes_secret", "data.password"), Some(Argument::Secret));
        assert_eq!(
            write_only_twin("resource", "aws_db_instance", "password").as_deref(),
            Some("password_wo")
        );
        assert!(is_secret_output("resource", "aws_iam_access_key", "secret"));
        assert!(!is_secret_output("resource", "aws_iam_access_key", "id"));
    }

    #[test]
    fn tables_are_sorted_and_dated() {
        let tables = [
            include_str!("../facts/terraform-sensitive.tsv"),
            include_str!("../facts/terraform-outputs.tsv"),
            include_str!("../facts/terraform-parts.tsv"),
            include_str!("../facts/tokens.tsv"),
        ];
        for table in tables {
            assert!(table.contains("\n# checked: ") && table.contains("\n# source: "));
        }
        for table in &tables[..2] {
            let keys: Vec<_> = rows(table).map(|row| (row[0], row[1])).collect();
            assert!(keys.is_sorted());
        }
    }
}
