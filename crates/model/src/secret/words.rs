//! The table of words, read once.

use std::collections::HashSet;
use std::sync::OnceLock;

use crate::facts;

/// One list of the table.
#[derive(Debug, Default)]
pub(super) struct List {
    /// In the table's order.
    pub(super) entries: Vec<&'static str>,
    set: HashSet<&'static str>,
}

impl List {
    /// Whether the word is one of the list.
    pub(super) fn has(&self, word: &str) -> bool {
        self.set.contains(word)
    }

    /// Whether an entry satisfies the test.
    pub(super) fn any(&self, test: impl Fn(&str) -> bool) -> bool {
        self.entries.iter().any(|entry| test(entry))
    }
}

macro_rules! lists {
    ($($field:ident = $name:literal),+ $(,)?) => {
        /// Every list; the table says what each is for.
        #[derive(Debug, Default)]
        pub(super) struct Words { $(pub(super) $field: List),+ }

        impl Words {
            fn list(&mut self, name: &str) -> Option<&mut List> {
                match name { $($name => Some(&mut self.$field),)+ _ => None }
            }
        }
    };
}

lists! {
    password = "password", secret = "secret", pair = "pair", vague = "vague", tail = "tail", head = "head",
    neutral = "neutral", root = "root", public_key = "public-key", switch = "switch", known = "known",
    blank = "blank", sample = "sample", elsewhere = "elsewhere", hash = "hash", ending = "ending",
    field = "field", field_end = "field-end", many = "many", place = "place",
}

/// The table.
pub(super) fn words() -> &'static Words {
    static WORDS: OnceLock<Words> = OnceLock::new();
    WORDS.get_or_init(|| {
        let mut words = Words::default();
        for row in facts::rows(include_str!("../../facts/words.tsv")) {
            let [name, entries] = row[..] else { continue };
            if let Some(list) = words.list(name) {
                list.entries = entries.split('|').collect();
                list.set = list.entries.iter().copied().collect();
            }
        }
        words
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_a_list_and_every_list_is_sorted() {
        for row in facts::rows(include_str!("../../facts/words.tsv")) {
            let mut words = Words::default();
            assert!(words.list(row[0]).is_some(), "{}", row[0]);
            let entries: Vec<&str> = row[1].split('|').collect();
            assert!(entries.is_sorted(), "{}", row[0]);
        }
        assert!(
            words().password.has("passwd")
                && words().pair.has("api key")
                && !words().ending.entries.is_empty()
        );
    }
}
