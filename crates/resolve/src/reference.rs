//! The reference syntaxes that live inside strings: `${VAR:-default}`, `{{ env_var('X') }}`, `op://…` and their kin.

use std::sync::Arc;

use connlint_core::Span;

use crate::{Literal, Piece, RefKind, Reference};

/// Texts that are, as a whole, a reference to a value elsewhere or a ciphertext: what they start with.
const WHOLE: &[(&str, RefKind)] = &[
    ("ENC[", RefKind::Encrypted),
    ("$ANSIBLE_VAULT;", RefKind::Encrypted),
    ("-----BEGIN PGP MESSAGE-----", RefKind::Encrypted),
    ("-----BEGIN AGE ENCRYPTED FILE-----", RefKind::Encrypted),
    ("vault:v1:", RefKind::Encrypted),
    ("vault:", RefKind::SecretStore),
    ("vault+", RefKind::SecretStore),
    ("{cipher}", RefKind::Encrypted),
    ("kms:", RefKind::Encrypted),
    ("op://", RefKind::SecretStore),
    ("ref+", RefKind::SecretStore),
    ("sm://", RefKind::SecretStore),
    ("<path:", RefKind::SecretStore),
    ("SECRET[", RefKind::SecretStore),
    ("@Microsoft.KeyVault(", RefKind::SecretStore),
    ("{{resolve:secretsmanager:", RefKind::SecretStore),
    ("{{resolve:ssm", RefKind::SecretStore),
    ("{vault://", RefKind::SecretStore),
    ("arn:aws:secretsmanager:", RefKind::SecretStore),
    ("arn:aws:ssm:", RefKind::SecretStore),
    ("@appsetting(", RefKind::Env),
    ("@parameters(", RefKind::Variable),
    ("@secret:", RefKind::SecretStore),
    ("secretRef:", RefKind::SecretStore),
    ("keyvaultref:", RefKind::SecretStore),
    ("keychain:", RefKind::SecretStore),
];

/// Tags that make the scalar behind them a reference.
const TAGS: &[(&str, RefKind)] = &[
    ("vault", RefKind::Encrypted),
    ("vault-encrypted", RefKind::Encrypted),
    ("encrypted", RefKind::Encrypted),
    ("env_var", RefKind::Env),
    ("Env", RefKind::Env),
    ("ENV", RefKind::Env),
    ("env", RefKind::Env),
    ("secret", RefKind::SecretStore),
    ("File", RefKind::File),
    ("Ref", RefKind::Variable),
    ("GetAtt", RefKind::Resource),
    ("ImportValue", RefKind::External),
    ("Context", RefKind::Variable),
    ("Find", RefKind::Unresolved),
    ("KeyOf", RefKind::Unresolved),
    ("reference", RefKind::Unresolved),
];

/// Splits a literal into its literal text and the references inside it.
pub fn split(literal: Literal) -> Vec<Piece> {
    if let Some(tag) = literal.tag.as_deref()
        && let Some((_, kind)) = TAGS.iter().find(|(name, _)| *name == tag)
    {
        let name = literal.text.split([',', ' ', ']', '[']).find(|part| !part.is_empty()).unwrap_or_default();
        return vec![hole(*kind, name, literal.span)];
    }
    let text = &*literal.text;
    let marked = text.bytes().any(|b| matches!(b, b'$' | b'{' | b'`'));
    if !marked && !text.contains([':', '[', '+', '/']) {
        return vec![Piece::Literal(literal)];
    }
    let trimmed = text.trim();
    if let Some((prefix, kind)) = WHOLE.iter().find(|(prefix, _)| trimmed.starts_with(prefix)) {
        // A URL such as `vault://host` or a sentence is not a path in the store.
        if !(is_action(trimmed) || trimmed.contains(' ') && prefix.ends_with(':')) {
            return vec![hole(*kind, trimmed, literal.span)];
        }
    }
    if !marked {
        return vec![Piece::Literal(literal)];
    }
    if trimmed.len() > 2 && trimmed.starts_with('`') && trimmed.ends_with('`') {
        return vec![hole(RefKind::Unresolved, trimmed, literal.span)];
    }
    Splitter { literal: &literal, text, done: 0, pieces: Vec::new() }.run()
}

/// Whether a text is an action or a condition key of AWS KMS, such as `kms:Decrypt` or `kms:*`: one short word, where
/// a ciphertext is long.
fn is_action(text: &str) -> bool {
    text.strip_prefix("kms:").is_some_and(|name| {
        name.len() < 60
            && name.starts_with(|c: char| c.is_ascii_uppercase() || c == '*')
            && name.bytes().all(|b| b.is_ascii_alphabetic() || matches!(b, b'*' | b'?'))
    })
}

fn hole(kind: RefKind, name: &str, span: Span) -> Piece {
    // Ciphertexts and commands are long and never joined on: their first bytes would only bloat the key.
    let name = match kind {
        RefKind::Encrypted | RefKind::Unresolved if name.len() > 80 => "…",
        _ => name,
    };
    let prefix = match kind {
        RefKind::Env => "env:",
        RefKind::CiSecret => "ci:",
        RefKind::K8sSecret => "k8s:",
        RefKind::ConfigProvider => "config:",
        RefKind::File => "file:",
        RefKind::SecretStore | RefKind::Encrypted => "store:",
        RefKind::Variable => "var:",
        _ => "expr:",
    };
    Piece::Hole(Reference { kind, key: format!("{prefix}{name}").into(), span })
}

struct Splitter<'a> {
    literal: &'a Literal,
    text: &'a str,
    /// Everything before this offset is in `pieces`.
    done: usize,
    pieces: Vec<Piece>,
}

impl Splitter<'_> {
    fn run(mut self) -> Vec<Piece> {
        let mut at = 0;
        while let Some(next) = self.text.get(at..).and_then(|rest| rest.find(['$', '{'])) {
            let start = at + next;
            at = match self.reference(start) {
                Some(end) => end,
                None => start + 1,
            };
        }
        self.literal_until(self.text.len());
        if self.pieces.is_empty() {
            self.pieces.push(Piece::Literal(self.literal.clone()));
        }
        self.pieces
    }

    /// Takes the reference that starts at `start`, if there is one; gives its end.
    fn reference(&mut self, start: usize) -> Option<usize> {
        let rest = self.text.get(start..)?;
        // `$$` is an escaped dollar in every dialect that has one.
        if rest.starts_with("$$") {
            return Some(start + 2);
        }
        let (open, close) =
            [("${{", "}}"), ("{{", "}}"), ("$(", ")"), ("$__file{", "}"), ("$__env{", "}"), ("${", "}")]
                .into_iter()
                .find(|(open, _)| rest.starts_with(open))
                .unwrap_or_default();
        if open.is_empty() {
            return self.bare_variable(start);
        }
        let length = closing(rest, open, close)?;
        let inner = rest.get(open.len()..length - close.len())?.trim();
        let end = start + length;
        self.literal_until(start);
        let span = self.span(start, end);
        match open {
            "${{" => {
                self.pieces.push(workflow_expression(inner, span));
                // `secrets.X || 'default'`
                let default = inner.rsplit_once("||").map_or("", |(_, default)| default.trim());
                let quoted = default.strip_prefix('\'').and_then(|it| it.strip_suffix('\''));
                self.default(quoted.unwrap_or_default(), span);
            }
            "{{" => self.template_expression(inner, span),
            "$(" => self.pieces.push(hole(RefKind::Unresolved, inner, span)),
            "$__file{" => self.pieces.push(hole(RefKind::File, inner, span)),
            "$__env{" => self.pieces.push(hole(RefKind::Env, inner, span)),
            _ => self.shell_expression(inner, span),
        }
        self.done = end;
        Some(end)
    }

    /// `$NAME`, upper case only: lower-case ones are too often part of a password or a regular expression.
    fn bare_variable(&mut self, start: usize) -> Option<usize> {
        let name = self.text.get(start..)?.strip_prefix('$')?;
        let length =
            name.bytes().take_while(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || *b == b'_').count();
        let name = name.get(..length)?;
        let next = self.text.as_bytes().get(start + 1 + length);
        if length < 3
            || name.starts_with(|c: char| c.is_ascii_digit())
            || next.is_some_and(u8::is_ascii_alphanumeric)
        {
            return None;
        }
        self.literal_until(start);
        let end = start + 1 + length;
        let span = self.span(start, end);
        self.pieces.push(hole(RefKind::Env, name, span));
        self.done = end;
        Some(end)
    }

    /// What stands in `${…}`.
    fn shell_expression(&mut self, inner: &str, span: Span) {
        let name_length = inner.bytes().take_while(|b| b.is_ascii_alphanumeric() || *b == b'_').count();
        let (name, tail) = inner.split_at_checked(name_length).unwrap_or((inner, ""));
        let provider = match name {
            "env" | "ENV" if tail.starts_with(':') => {
                let (variable, default) = tail
                    .get(1..)
                    .unwrap_or_default()
                    .split_once(',')
                    .unwrap_or((tail.get(1..).unwrap_or_default(), ""));
                self.pieces.push(hole(RefKind::Env, variable.trim(), span));
                self.default(default.trim().trim_matches(['\'', '"']), span);
                return;
            }
            "file" | "dir" | "strings" => Some(RefKind::ConfigProvider),
            "secrets" | "secretsManager" | "secretsmanager" | "vault" | "ssm" | "azurekeyvault"
            | "keeper" | "sops" => Some(RefKind::SecretStore),
            "self" | "cf" | "opt" | "sls" | "param" | "s3" => Some(RefKind::Unresolved),
            _ => None,
        };
        if let Some(kind) = provider.filter(|_| tail.starts_with([':', '('])) {
            self.pieces.push(hole(kind, inner, span));
            return;
        }
        // Terraform expressions that stand in a string of another language, and anything we do not know.
        if name.is_empty() || tail.starts_with(['.', '[', '(']) {
            self.pieces.push(hole(RefKind::Unresolved, inner, span));
            return;
        }
        self.pieces.push(hole(RefKind::Env, name, span));
        let default =
            [":-", ":=", "-", "="].into_iter().find_map(|mark| tail.strip_prefix(mark)).or_else(|| {
                // `${VAR:default}` of Spring and Benthos, but neither `${VAR:?message}` nor `${VAR:+other}`.
                tail.strip_prefix(':').filter(|rest| !rest.starts_with(['?', '+']))
            });
        self.default(default.unwrap_or_default(), span);
    }

    /// What stands in `{{ … }}`: dbt's `env_var('NAME', 'default')`, or a template of any engine.
    fn template_expression(&mut self, inner: &str, span: Span) {
        let arguments = ["env_var(", "env.Getenv ", "lookup('env',", "lookup(\"env\","]
            .into_iter()
            .find_map(|call| inner.find(call).and_then(|at| inner.get(at + call.len()..)));
        let Some(arguments) = arguments else {
            self.pieces.push(hole(RefKind::Unresolved, inner, span));
            // Ansible's `{{ 'literal' | filter }}`.
            let literal = inner
                .strip_prefix('\'')
                .and_then(|rest| rest.split_once('\''))
                .filter(|(_, rest)| rest.trim_start().starts_with('|'));
            self.default(literal.map_or("", |(text, _)| text), span);
            return;
        };
        let mut quoted = arguments.split(['\'', '"']).skip(1).step_by(2);
        self.pieces.push(hole(RefKind::Env, quoted.next().unwrap_or(arguments), span));
        self.default(quoted.next().unwrap_or_default(), span);
    }

    fn default(&mut self, text: &str, span: Span) {
        if !text.is_empty() && !text.starts_with('$') {
            self.pieces.push(Piece::Literal(Literal {
                text: text.into(),
                span,
                default: true,
                tag: None,
                within: None,
            }));
        }
    }

    fn literal_until(&mut self, end: usize) {
        if self.done < end
            && let Some(text) = self.text.get(self.done..end)
        {
            let span = self.span(self.done, end);
            let tag = self.literal.tag.as_ref().map(Arc::clone);
            let default = self.literal.default;
            let exact = span != self.literal.span;
            let within = (!exact).then(|| (Arc::clone(&self.literal.text), self.done));
            self.pieces.push(Piece::Literal(Literal { text: text.into(), span, default, tag, within }));
        }
        self.done = self.done.max(end);
    }

    /// Bytes of a part of the text: exact where the text is written as it reads, else the whole literal.
    fn span(&self, start: usize, end: usize) -> Span {
        let whole = self.literal.span;
        if whole.len() == self.text.len() {
            Span::new(whole.file, whole.start as usize + start, whole.start as usize + end)
        } else {
            whole
        }
    }
}

/// Length of `text` up to and including the `close` that belongs to the `open` it starts with.
fn closing(text: &str, open: &str, close: &str) -> Option<usize> {
    // `${A:-${B}}` nests; a reference longer than this is no reference.
    const LONGEST: usize = 1000;
    let mut depth = 0usize;
    let bytes = text.as_bytes();
    let mut at = open.len();
    while at < bytes.len().min(LONGEST) {
        let rest = bytes.get(at..)?;
        if rest.starts_with(close.as_bytes()) {
            if depth == 0 {
                return Some(at + close.len());
            }
            depth -= 1;
            at += close.len();
        } else if rest.starts_with(open.as_bytes()) {
            depth += 1;
            at += open.len();
        } else {
            at += 1;
        }
    }
    None
}

/// GitHub Actions: `secrets.NAME` is a secret, the run's own token is one too, the rest is context.
fn workflow_expression(inner: &str, span: Span) -> Piece {
    let word = |prefix: &str| {
        // `steps.load-secrets.outputs.x` is no secret.
        let whole = |at: &usize| {
            !inner.get(..*at).is_some_and(|it| {
                it.ends_with(|c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.'))
            })
        };
        let at = inner.match_indices(prefix).map(|(at, _)| at).find(whole)?;
        let rest = inner.get(at + prefix.len()..)?;
        let end =
            rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != '-').unwrap_or(rest.len());
        rest.get(..end).filter(|name| !name.is_empty())
    };
    if let Some(name) = word("secrets.") {
        hole(RefKind::CiSecret, name, span)
    } else if inner.contains("github.token") {
        hole(RefKind::CiSecret, "GITHUB_TOKEN", span)
    } else if let Some(name) = word("vars.").or_else(|| word("env.")) {
        hole(RefKind::Env, name, span)
    } else {
        hole(RefKind::Unresolved, inner, span)
    }
}

#[cfg(test)]
mod tests {
    use connlint_core::FileId;

    use super::*;

    fn check(text: &str, expected: &str) {
        let span = Span::new(FileId(0), 0, text.len());
        let literal = Literal { text: text.into(), span, default: false, tag: None, within: None };
        let shown: Vec<String> = split(literal)
            .into_iter()
            .map(|piece| match piece {
                Piece::Literal(it) if it.default => format!("?{}", it.text),
                Piece::Literal(it) => format!("'{}'", it.text),
                Piece::Hole(it) => format!("<{}>", it.key),
            })
            .collect();
        assert_eq!(shown.join(" "), expected, "{text}");
    }

    #[test]
    fn references_are_told_from_text() {
        check("plain", "'plain'");
        check("pa$$w0rd", "'pa$$w0rd'");
        check("pa$sw0rd$", "'pa$sw0rd$'");
        check("${PASS}", "<env:PASS>");
        check("$PASSWORD", "<env:PASSWORD>");
        check("${PASS:-hunter2}", "<env:PASS> ?hunter2");
        check("${PASS:?must be set}", "<env:PASS>");
        check("${env:PASS, 'x1'}", "<env:PASS> ?x1");
        check("${A:-${B}}", "<env:A>");
        check("postgres://u:${P}@h/d", "'postgres://u:' <env:P> '@h/d'");
        check("${{ secrets.TOKEN }}", "<ci:TOKEN>");
        check("Bearer ${{secrets.TOKEN}}", "'Bearer ' <ci:TOKEN>");
        check("{{ env_var('P', 'd') }}", "<env:P> ?d");
        check("{{ .Values.x }}", "<expr:.Values.x>");
        check("ENC[AES256_GCM,data:xx]", "<store:ENC[AES256_GCM,data:xx]>");
        for action in ["kms:Decrypt", "kms:*", "kms:Generate*", "kms:ViaService"] {
            check(action, &format!("'{action}'"));
        }
        check("kms:AQICAHh9x/7w==", "<store:kms:AQICAHh9x/7w==>");
        check("op://vault/item/field", "<store:op://vault/item/field>");
        check("${file:/opt/x.properties:password}", "<config:file:/opt/x.properties:password>");
        check("${var.password}", "<expr:var.password>");
        check("$(cat /run/secret)", "<expr:cat /run/secret>");
        check("{\"a\": {\"b\": 1}}", "'{\"a\": {\"b\": 1}}'");
        check("${unclosed", "'${unclosed'");
        check("`pass show x`", "<expr:`pass show x`>");
    }
}
