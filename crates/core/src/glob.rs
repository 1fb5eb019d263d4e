//! Patterns with `*` and `?`, as policies and tables of facts write them.

/// Whether `text` fits a pattern in which `*` stands for any text and `?` for one byte; linear in the pattern but for the
/// last star.
pub fn glob(pattern: &str, text: &str) -> bool {
    let (pattern, text) = (pattern.as_bytes(), text.as_bytes());
    let (mut p, mut t) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while t < text.len() {
        match pattern.get(p) {
            Some(b'*') => {
                star = Some((p, t));
                p += 1;
            }
            Some(byte) if *byte == b'?' || text.get(t) == Some(byte) => {
                p += 1;
                t += 1;
            }
            _ => {
                let Some((at, from)) = star else { return false };
                star = Some((at, from + 1));
                p = at + 1;
                t = from + 1;
            }
        }
    }
    pattern.get(p..).is_some_and(|rest| rest.iter().all(|byte| *byte == b'*'))
}

#[cfg(test)]
mod tests {
    use super::glob;

    #[test]
    fn patterns_fit() {
        for (pattern, text) in [
            ("iam:*key*", "iam:createaccesskey"),
            ("a?c", "abc"),
            ("*", ""),
            ("a_*_b", "a_x_y_b"),
            ("a*b*", "axxby"),
        ] {
            assert!(glob(pattern, text), "{pattern} {text}");
        }
        for (pattern, text) in [("a*c", "abd"), ("a", "ab"), ("*_b", "a_c"), ("a_*_b", "a_b")] {
            assert!(!glob(pattern, text), "{pattern} {text}");
        }
    }
}
