//! Whether a text looks chosen by a machine.

/// Pairs of letters that make up 97.5 % of those in 14,000 distinct English and technical words (counted over
/// documentation of open-source packages): bit `j` of row `i` is the pair of the letters `i` and `j`.
const USUAL: [u32; 26] = [
    0x1febd6e, 0x11e4b17, 0x11e5d9d, 0x13ef97b, 0x1fffdff, 0x11e4931, 0x01679d1, 0x11e5911, 0x2aefc7f,
    0x0104011, 0x0042911, 0x13ce93d, 0x11cd91b, 0x13efd7f, 0x0fefd6f, 0x11ec99d, 0x0100000, 0x17efd7f,
    0x15efdfd, 0x17ef9bf, 0x00ef97f, 0x0004111, 0x0066191, 0x0088115, 0x00cb914, 0x0004111,
];

/// Whether the text reads like random characters rather than words.
pub(super) fn is_random(text: &str) -> bool {
    let bytes = text.as_bytes();
    if bytes.len() < 8 {
        return false;
    }
    let digits = bytes.iter().filter(|b| b.is_ascii_digit()).count();
    let letters = bytes.iter().filter(|b| b.is_ascii_alphabetic()).count();
    let changes = borders(bytes);
    // Hexadecimal and base-32 runs: digits and letters mixed throughout.
    if digits >= 2 && letters >= 2 && changes >= 3 && distinct(bytes) >= 6 && !is_wordy(text) {
        return true;
    }
    let (odd, all) = odd_pairs(text);
    all >= 6 && odd * 100 >= all * 34 && (distinct(bytes) >= 6)
}

/// Whether the text is one run of characters, of both cases, that no name, host, path or version looks like, whatever
/// marks it is broken by.
pub fn is_opaque(text: &str) -> bool {
    let bytes = text.as_bytes();
    let mark = |b: &u8| {
        matches!(b, b'.' | b'~' | b'-' | b'_' | b'+' | b'!' | b'^' | b'*' | b'#' | b'%' | b'|' | b'?')
    };
    let has = |test: fn(&u8) -> bool| bytes.iter().any(test);
    let rising = bytes
        .windows(2)
        .filter(|pair| matches!(pair, [a, b] if a.is_ascii_lowercase() && b.is_ascii_uppercase()))
        .count();
    bytes.len() >= 12
        && bytes.iter().all(|b| b.is_ascii_alphanumeric() || mark(b))
        && has(u8::is_ascii_lowercase)
        && has(u8::is_ascii_uppercase)
        && (has(u8::is_ascii_digit) || bytes.len() >= 16 && rising * 6 >= bytes.len())
        && is_random(text)
        && !is_wordy(text)
        && text.split(|c: char| !c.is_ascii_alphanumeric()).any(|part| part.len() >= 8 && !is_wordy(part))
}

/// Whether a good part of the text is words of three letters or more, joined by separators or digits.
pub(super) fn is_wordy(text: &str) -> bool {
    let mut words = 0;
    let mut worded = 0;
    for run in text.split(|c: char| !c.is_ascii_alphabetic()) {
        for word in camel(run).filter(|word| word.len() >= 3) {
            let (odd, all) = odd_pairs(word);
            if odd * 100 < all * 34 && word.bytes().any(|b| b"aeiouyAEIOUY".contains(&b)) {
                words += 1;
                worded += word.len();
            }
        }
    }
    words > 0 && worded * 100 >= text.len() * 55
}

fn camel(run: &str) -> impl Iterator<Item = &str> {
    let mut starts: Vec<usize> = vec![0];
    let bytes = run.as_bytes();
    for (at, pair) in bytes.windows(2).enumerate() {
        if let [a, b] = pair
            && a.is_ascii_lowercase()
            && b.is_ascii_uppercase()
        {
            starts.push(at + 1);
        }
    }
    starts.push(run.len());
    let ends: Vec<usize> = starts.iter().skip(1).copied().collect();
    starts
        .into_iter()
        .zip(ends)
        .filter_map(|(start, end)| run.get(start..end))
        .collect::<Vec<_>>()
        .into_iter()
}

/// Unusual pairs of letters, and all pairs of letters.
fn odd_pairs(text: &str) -> (usize, usize) {
    let index = |b: u8| b.is_ascii_alphabetic().then(|| (b.to_ascii_lowercase() - b'a') as usize);
    let mut odd = 0;
    let mut all = 0;
    for pair in text.as_bytes().windows(2) {
        if let [a, b] = pair
            && let (Some(a), Some(b)) = (index(*a), index(*b))
        {
            all += 1;
            odd += usize::from(USUAL.get(a).is_some_and(|row| row & (1 << b) == 0));
        }
    }
    (odd, all)
}

/// Changes between letters and digits; separators between words are no sign of chance.
fn borders(bytes: &[u8]) -> usize {
    let mixed = |a: u8, b: u8| {
        a.is_ascii_digit() && b.is_ascii_alphabetic() || a.is_ascii_alphabetic() && b.is_ascii_digit()
    };
    bytes.windows(2).filter(|pair| matches!(pair, [a, b] if mixed(*a, *b))).count()
}

pub(super) fn distinct(bytes: &[u8]) -> usize {
    let mut seen = [false; 256];
    bytes.iter().for_each(|b| {
        if let Some(slot) = seen.get_mut(*b as usize) {
            *slot = true;
        }
    });
    seen.iter().filter(|seen| **seen).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn machines_and_people() {
        for text in ["qzjxkvbwpfnm", "9f8b2c71d04e", "Xk29fLq0PzB7", "mnyhwvlgirbxdlzr", "a8Kd92!xPq"] {
            assert!(is_random(text), "{text}");
        }
        for text in [
            "postgres-credentials",
            "my-app-secret",
            "kubernetes",
            "us-east-1",
            "x_region1",
            "production",
            "MyPassword1",
            "t3.micro",
            "grafana-admin-password",
            "db2-prod-eu-west-1-primary",
        ] {
            assert!(!is_random(text), "{text}");
        }
    }

    #[test]
    fn marks_do_not_hide_chance() {
        for text in ["pDmqbNn89.7QekeN9dhuP", "BJTz2wdnL~tyEbtRgH26S", "qZkRtWvbXnPfGhJd"] {
            assert!(is_opaque(text), "{text}");
        }
        for text in [
            "aws_db_instance.ordersDB2",
            "AmazonSSMManagedInstanceCore",
            "AmazonEC2ContainerRegistryReadOnly",
            "roles/bigquery.dataEditor",
            "AB12345.eu-central-1",
            "PostgreSQL-15.4-R2",
            ".cluster-c9akciq32rgd.eu-west-1.rds.amazonaws.com",
            "iam:PassRole",
            "Standard_D4ds_v5",
        ] {
            assert!(!is_opaque(text), "{text}");
        }
    }
}
