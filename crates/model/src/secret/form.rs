//! Keys that documentation prints.

/// The sample secret keys of AWS's own documentation: 40 characters that end in `EXAMPLEKEY`.
pub(super) fn documentation_key(text: &str) -> bool {
    text.len() == 40 && text.ends_with("EXAMPLEKEY") && text.starts_with("wJalrXUtnFEMI")
        || text.starts_with("je7MtGbClwBF/2Zp9Utk/h3yCo8nvb") && text.ends_with("EXAMPLEKEY")
}
