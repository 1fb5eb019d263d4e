//! Passwords on command lines, by what the commands of the trade take them as.

use std::ops::Range;

/// How a command takes its password.
enum Take {
    /// The word behind a flag: `-p VALUE`.
    Flag(&'static str),
    /// The rest of a flag: `-pVALUE`.
    Glued(&'static str),
    /// Behind the first separator of the word behind a flag: `-u user:VALUE`.
    Pair(&'static str),
    /// The word at this distance behind the command, flags left out.
    Word(usize),
}

/// Commands, and how each takes its password. Source: the manual pages of these commands, checked 2026-11-21.
const COMMANDS: &[(&str, Take)] = &[
    ("az login", Take::Flag("-p")),
    ("bcp", Take::Flag("-P")),
    ("bundle config set", Take::Word(1)),
    ("curl", Take::Pair("-u")),
    ("curl", Take::Pair("--user")),
    ("docker login", Take::Flag("-p")),
    ("htpasswd", Take::Word(2)),
    ("ldapsearch", Take::Flag("-w")),
    ("lftp", Take::Pair("-u")),
    ("mariadb", Take::Glued("-p")),
    ("mc alias set", Take::Word(3)),
    ("mc config host add", Take::Word(3)),
    ("mongo", Take::Flag("-p")),
    ("mongosh", Take::Flag("-p")),
    ("mosquitto_passwd", Take::Word(2)),
    ("mysql", Take::Glued("-p")),
    ("mysqladmin", Take::Glued("-p")),
    ("mysqldump", Take::Glued("-p")),
    ("net user", Take::Word(1)),
    ("rabbitmqctl add_user", Take::Word(1)),
    ("rabbitmqctl change_password", Take::Word(1)),
    ("redis-cli", Take::Flag("-a")),
    ("schtasks", Take::Flag("/rp")),
    ("sqlcmd", Take::Flag("-P")),
    ("sshpass", Take::Flag("-p")),
    ("sshpass", Take::Glued("-p")),
    ("wget", Take::Flag("--password")),
];

/// The passwords of a line's commands. `words` are the line's words with their offsets.
pub(super) fn passwords(line: &str, words: &[(usize, &str)]) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    for (command, take) in
        COMMANDS.iter().filter(|(command, _)| line.contains(command.split(' ').next().unwrap_or(command)))
    {
        let Some(behind) = behind(words, command) else { continue };
        let end = behind
            .iter()
            .position(|(_, word)| matches!(*word, "|" | "&&" | "||" | ";"))
            .unwrap_or(behind.len());
        let behind = behind.get(..end).unwrap_or_default();
        let value = match take {
            Take::Flag(flag) => behind.windows(2).find_map(|pair| match pair {
                [(_, word), value] if word == flag => Some(*value),
                _ => None,
            }),
            Take::Glued(flag) => behind.iter().find_map(|(at, word)| {
                let word = bare(word);
                let value =
                    word.1.strip_prefix(flag).filter(|value| !value.is_empty() && !value.starts_with('='))?;
                Some((at + word.0 + flag.len(), value))
            }),
            Take::Pair(flag) => behind.windows(2).find_map(|pair| match pair {
                [(_, word), (at, value)] if word == flag => {
                    let separator = value.find([':', ','])?;
                    Some((at + separator + 1, value.get(separator + 1..)?))
                }
                _ => None,
            }),
            Take::Word(distance) => {
                let plain: Vec<_> = behind.iter().filter(|(_, word)| !word.starts_with('-')).collect();
                plain.get(*distance).map(|(at, word)| match (command, word.split_once(':')) {
                    (&"bundle config set", Some((user, rest))) => (at + user.len() + 1, rest),
                    _ => (*at, *word),
                })
            }
        };
        if let Some((at, value)) = value {
            let (skip, value) = bare(value);
            if !value.is_empty() && !value.starts_with(['$', '-', '/']) {
                found.push(at + skip..at + skip + value.len());
            }
        }
    }
    found
}

/// The words behind a command of one or more words.
fn behind<'w, 'l>(words: &'w [(usize, &'l str)], command: &str) -> Option<&'w [(usize, &'l str)]> {
    let parts: Vec<&str> = command.split(' ').collect();
    let same = |window: &[(usize, &str)]| {
        window
            .iter()
            .zip(&parts)
            .all(|((_, word), part)| bare(word).1.rsplit(['/', '=', '"', '\'']).next() == Some(part))
    };
    let at = words.windows(parts.len()).position(same)?;
    words.get(at + parts.len()..)
}

/// A word without the quotes and punctuation around it, and how much is gone at its start.
fn bare(word: &str) -> (usize, &str) {
    let marks: &[char] = &['"', '\'', '\\', ',', ';', ')', ']', '[', '(', '`'];
    let start = word.len() - word.trim_start_matches(marks).len();
    (start, word.trim_matches(marks))
}

#[cfg(test)]
#[expect(clippy::string_slice, reason = "a wrong index fails the test")]
mod tests {
    use super::*;

    #[test]
    fn commands_give_their_passwords() {
        let found = |line: &'static str| {
            let mut at = 0;
            let words: Vec<(usize, &str)> = line
                .split(' ')
                .map(|word| {
                    let start = at;
                    at += word.len() + 1;
                    (start, word)
                })
                .collect();
            passwords(line, &words).into_iter().map(|range| &line[range]).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(found("mysql -u root -p'r00t' -e x"), "r00t");
        assert_eq!(found("curl -sS -u \"ci:hunter\" https://x"), "hunter");
        assert_eq!(found("htpasswd -bc /etc/x admin pw1 && reload"), "pw1");
        assert_eq!(found("mc alias set lake http://minio:9000 user pw2;"), "pw2");
        assert_eq!(found("rabbitmqctl add_user app pw3"), "pw3");
        assert_eq!(found("mysql -p$PW -u root"), "");
        assert_eq!(found("mkdir -p /x"), "");
    }
}
