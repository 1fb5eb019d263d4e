//! Passwords inside addresses and connection strings.

/// Byte range of the password in `scheme://user:password@host`, if there is one.
pub(super) fn password_in_uri(text: &str) -> Option<std::ops::Range<usize>> {
    // Most literals end here, before any search for words.
    if !text.contains('@') {
        return None;
    }
    // Go's MySQL driver: `user:password@tcp(host:3306)/db`.
    if let Some(at) = ["@tcp(", "@unix(", "@("].iter().find_map(|mark| text.find(mark))
        && let Some(colon) = text.get(..at)?.find(':').filter(|colon| colon + 1 < at)
        && !text.get(..at)?.contains([' ', '/'])
    {
        return Some(colon + 1..at);
    }
    let mut from = 0;
    while let Some(found) = text.get(from..)?.find("://") {
        let start = from + found + 3;
        let scheme = text
            .get(..from + found)?
            .bytes()
            .rev()
            .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'.' | b'-'))
            .count();
        let rest = text.get(start..)?;
        let end = rest
            .find(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '<' | '>' | '`' | '|'))
            .unwrap_or(rest.len());
        let rest = rest.get(..end)?;
        // The last `@` before the path ends the user info; a password may hold one itself.
        let path = rest.find('/').unwrap_or(rest.len());
        let authority = match rest.get(..path)?.contains('@') {
            true => rest.get(..path)?,
            false => rest.split_once('?').map_or(rest, |(before, _)| before),
        };
        if scheme > 0
            && let Some(at) = authority.rfind('@')
            && let Some(colon) = authority.get(..at)?.find(':')
            && colon + 1 < at
        {
            return Some(start + colon + 1..start + at);
        }
        from = start;
    }
    None
}

/// Keys of connection strings whose value is a secret. Compared without case, spaces or underscores.
const KEYS: &[&str] = &[
    "password",
    "pwd",
    "accountkey",
    "sharedaccesskey",
    "sharedaccesssignature",
    "accesskey",
    "secretkey",
    "clientsecret",
    "apikey",
    "secret",
    "sharedsecret",
    "token",
    "accesstoken",
    "sig",
    "signature",
];

/// Byte range of the secret in `Server=h;User Id=u;Password=p;`, `host=h password=p` or `…?password=p&…`.
pub(super) fn password_in_pairs(text: &str) -> Option<std::ops::Range<usize>> {
    let query = text.contains("://") && text.contains('?');
    if text.len() > 4000 || text.bytes().filter(|b| *b == b'=').count() < if query { 1 } else { 2 } {
        return None;
    }
    let semicolons = text.contains(';');
    let mut at = 0;
    for part in text.split(move |c: char| {
        if semicolons { matches!(c, ';' | '?') } else { matches!(c, '&' | '?' | ' ' | ',' | '\n') }
    }) {
        let length = part.len();
        if let Some((key, value)) = part.split_once('=') {
            let key: String =
                key.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
            let quoted = value.trim_matches(['"', '\'']);
            if KEYS.contains(&key.as_str()) && !quoted.is_empty() {
                let start = at + length - value.len() + value.find(quoted).unwrap_or(0);
                return Some(start..start + quoted.len());
            }
        }
        at += length + 1;
    }
    None
}

#[cfg(test)]
#[expect(clippy::string_slice, reason = "a wrong index fails the test")]
mod tests {
    use super::*;

    #[test]
    fn passwords_are_found_where_they_stand() {
        let uri = |text: &'static str| password_in_uri(text).map(|range| &text[range]);
        assert_eq!(uri("postgres://app:s3cret@db/x"), Some("s3cret"));
        assert_eq!(uri("postgresql+asyncpg://app:p@ss@db:5432/x?a=b"), Some("p@ss"));
        assert_eq!(uri("see https://a.b/c then redis://:hunter2@h"), Some("hunter2"));
        assert_eq!(uri("https://user@host/x:y@z"), None);
        assert_eq!(uri("https://host:443/a"), None);
        assert_eq!(uri("amqp://u:@h"), None);
        let pairs = |text: &'static str| password_in_pairs(text).map(|range| &text[range]);
        assert_eq!(pairs("Server=h;User Id=u;Password=abc;"), Some("abc"));
        assert_eq!(pairs("DefaultEndpointsProtocol=https;AccountName=a;AccountKey=Zm9v=="), Some("Zm9v=="));
        assert_eq!(pairs("jdbc:mysql://h/d?user=u&password=abc&x=1"), Some("abc"));
        assert_eq!(pairs("host=h user=u password='abc d'"), Some("abc"));
        assert_eq!(pairs("a=b"), None);
    }
}
