//! How far a reference means the same thing: in this repository alone, or in every one of an organisation.
//!
//! A variable, an attribute, an environment variable, a CI secret or a Kubernetes Secret is a name that another
//! repository may give to something else. An address in a secret store is not, if it says which store it means.

use connlint_resolve::RefKind;

/// How far a reference means the same thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Realm {
    /// In this repository only.
    Repository,
    /// In one account of a cloud, which the reference does not name.
    Account,
    /// In one store, of which an organisation mostly has one.
    Store,
    /// Everywhere: the reference names its account, project or vault.
    Global,
}

impl Realm {
    /// Every value, nearest first.
    pub const ALL: [Self; 4] = [Self::Repository, Self::Account, Self::Store, Self::Global];

    /// The word used in every output.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Repository => "repository",
            Self::Account => "account",
            Self::Store => "store",
            Self::Global => "global",
        }
    }
}

/// What a reference names, in words that do not depend on how it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// How far it means the same thing.
    pub realm: Realm,
    /// The secret.
    pub secret: String,
    /// The field of it; nothing for all of them.
    pub field: Option<String>,
}

/// What the reference of this kind and key names.
pub fn identity(kind: RefKind, key: &str) -> Identity {
    let local = || Identity { realm: Realm::Repository, secret: key.to_owned(), field: None };
    if kind != RefKind::SecretStore {
        return local();
    }
    address(key).filter(|it| is_specific(&it.secret)).unwrap_or_else(local)
}

/// What stands between the dialects' own marks, if all of it is known.
fn address(key: &str) -> Option<Identity> {
    let key = key.strip_prefix("store:").unwrap_or(key);
    let key = match key.strip_prefix("{{resolve:") {
        Some(inner) => inner.strip_suffix("}}")?,
        None => key,
    };
    if let Some(inner) = key.strip_prefix("@Microsoft.KeyVault(") {
        return key_vault_reference(inner.strip_suffix(')')?);
    }
    if let Some(inner) = key.strip_prefix("<path:") {
        return path("path", Realm::Account, known(inner.strip_suffix('>')?)?);
    }
    let key = known(key)?;
    if key.starts_with("arn:") {
        return arn(key);
    }
    let (scheme, rest) = key.split_once(':')?;
    // What a data source is told to read may be an address itself.
    let rest = rest.strip_prefix("store:").unwrap_or(rest);
    match scheme {
        "aws-secretsmanager" | "secretsmanager" if rest.starts_with("arn:") => arn(rest),
        "aws-ssm" | "ssm" | "ssm-secure" if rest.starts_with("arn:") => arn(rest),
        "aws-secretsmanager" | "secretsmanager" => path("secretsmanager", Realm::Account, rest),
        // What AWS itself publishes is no secret.
        "aws-ssm" | "ssm" | "ssm-secure" if rest.trim_start_matches('/').starts_with("aws/") => None,
        "aws-ssm" | "ssm" | "ssm-secure" => path("ssm", Realm::Account, rest),
        "gcp-secretmanager" => google(rest),
        "azure-keyvault" => azure(rest),
        "keyvaultref" => key_vault_url(rest.split(',').next().unwrap_or(rest)),
        "vault" => vault(rest),
        "op" => one_password(rest.strip_prefix("//")?),
        "onepassword" => one_password(&rest.replacen('#', "/", 1)),
        "conjur" | "akeyless" | "doppler" | "hcp-vault" => path(scheme, Realm::Store, rest),
        "infisical" | "bitwarden" | "scaleway-secret" if names_unique_id(rest) => {
            path(scheme, Realm::Global, &format!("{scheme}/{rest}"))
        }
        _ => None,
    }
}

/// The text, unless a part of it is not known or stands for many.
fn known(text: &str) -> Option<&str> {
    const REFERENCES: &[&str] =
        &["tf:", "var:", "var.", "env:", "expr:", "ci:", "k8s:", "config:", "file:", "local.", "***"];
    let open = |c: char| c.is_whitespace() || c.is_control() || "{}$*?…<>()[]|\"'`\\@%".contains(c);
    (!text.contains(open) && !REFERENCES.iter().any(|it| text.contains(it))).then_some(text)
}

/// A path of at least two parts; of one part it would be a word that anybody may choose.
fn path(store: &str, realm: Realm, text: &str) -> Option<Identity> {
    let (path, field) = text.split_once('#').map_or((text, None), |(path, field)| (path, Some(field)));
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    if parts.len() < 2 {
        return None;
    }
    // A version behind the field says when, not what.
    let field = field.and_then(|it| it.split('#').next()).filter(|it| !it.is_empty() && *it != "*");
    let secret = format!("{store}:{}", parts.join("/"));
    Some(Identity { realm, secret, field: field.map(str::to_owned) })
}

/// An ARN of a secret or a parameter. Behind a secret's name, ECS writes the field, stage and version:
/// <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-secrets-manager.html>.
fn arn(text: &str) -> Option<Identity> {
    let (text, read) = text.split_once('#').map_or((text, None), |(text, field)| (text, Some(field)));
    let parts: Vec<&str> = text.split(':').collect();
    let [_, _, service, region, account, rest @ ..] = parts.as_slice() else { return None };
    let real = account.len() == 12
        && account.bytes().all(|it| it.is_ascii_digit())
        && *account != "123456789012"
        && account.bytes().any(|it| Some(&it) != account.as_bytes().first());
    if !real || region.is_empty() {
        return None;
    }
    let (name, field) = match (*service, rest) {
        ("secretsmanager", ["secret", name, rest @ ..]) => (*name, rest.first().copied()),
        ("ssm", [name]) => (name.strip_prefix("parameter")?.trim_start_matches('/'), None),
        _ => return None,
    };
    let field = read.or(field).filter(|it| !it.is_empty() && *it != "*").map(str::to_owned);
    let secret = format!("{service}:{region}:{account}:{name}");
    (!name.is_empty()).then_some(Identity { realm: Realm::Global, secret, field })
}

/// `PROJECT/SECRET`, or the full name with the words `projects` and `secrets`.
fn google(text: &str) -> Option<Identity> {
    let (text, field) = text.split_once('#').map_or((text, None), |(text, field)| (text, Some(field)));
    let parts: Vec<&str> = text.split('/').filter(|it| !it.is_empty()).collect();
    let (project, secret) = match parts.as_slice() {
        ["projects", project, "secrets", secret, ..] => (project, secret),
        [_, "projects", project, "secrets", secret, ..] => (project, secret),
        [project, secret] => (project, secret),
        _ => return None,
    };
    let secret = format!("google:{project}/{secret}");
    Some(Identity { realm: Realm::Global, secret, field: field.map(str::to_owned) })
}

/// The id of a vault and the name of a secret in it. Names of vaults are unique in all of Azure.
fn azure(text: &str) -> Option<Identity> {
    let (_, rest) = text.split_once("/vaults/")?;
    let (vault, secret) = rest.split_once('/')?;
    in_key_vault(vault, secret.split('#').next().unwrap_or(secret))
}

fn in_key_vault(vault: &str, secret: &str) -> Option<Identity> {
    let name = |it: &str| !it.is_empty() && it.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    let secret = secret.split('/').next().unwrap_or(secret);
    let full = format!("azure:{vault}/{secret}").to_ascii_lowercase();
    (name(vault) && name(secret)).then_some(Identity { realm: Realm::Global, secret: full, field: None })
}

fn key_vault_url(text: &str) -> Option<Identity> {
    let (vault, rest) = text.strip_prefix("https://")?.split_once(".vault.azure.net/secrets/")?;
    in_key_vault(vault, rest)
}

/// `SecretUri=…` or `VaultName=…;SecretName=…`, as in
/// <https://learn.microsoft.com/azure/app-service/app-service-key-vault-references>.
fn key_vault_reference(text: &str) -> Option<Identity> {
    let setting = |name: &str| text.split(';').find_map(|it| it.trim().strip_prefix(name)?.strip_prefix('='));
    match setting("SecretUri") {
        Some(url) => key_vault_url(url),
        None => in_key_vault(setting("VaultName")?, setting("SecretName")?),
    }
}

/// The API of the second version of Vault's key-value store puts `data` behind the mount; its users leave it out.
fn vault(text: &str) -> Option<Identity> {
    // `vault://host/…` is an address of another kind.
    let text = (!text.starts_with("//")).then(|| text.trim_start_matches('/'))?;
    let plain = match text.split_once('/') {
        Some((mount, rest)) => format!("{mount}/{}", rest.strip_prefix("data/").unwrap_or(rest)),
        None => return None,
    };
    path("vault", Realm::Store, &plain)
}

/// Vault, item and field; everybody has a vault of his own beside those of the organisation.
fn one_password(text: &str) -> Option<Identity> {
    let mut parts = text.splitn(3, '/');
    let (vault, item) = (parts.next()?, parts.next().filter(|it| !it.is_empty())?);
    if matches!(vault.to_ascii_lowercase().as_str(), "" | "private" | "personal" | "employee") {
        return None;
    }
    let field = parts.next().map(str::to_owned);
    Some(Identity { realm: Realm::Store, secret: format!("1password:{vault}/{item}"), field })
}

/// Whether a text holds a UUID.
fn names_unique_id(text: &str) -> bool {
    let is_uuid = |it: &str| {
        let lengths: Vec<usize> = it.split('-').map(str::len).collect();
        lengths == [8, 4, 4, 4, 12] && it.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-')
    };
    text.split(['/', '#']).any(is_uuid)
}

/// Whether no word of an address says that somebody has to fill it in.
fn is_specific(text: &str) -> bool {
    const FILLERS: &[&str] = &[
        "bar",
        "changeme",
        "dummy",
        "example",
        "examples",
        "foo",
        "my",
        "placeholder",
        "sample",
        "todo",
        "xxx",
        "xxxx",
        "xxxxx",
        "your",
    ];
    let mut words = text.split(|c: char| !c.is_alphanumeric());
    !words.any(|word| FILLERS.contains(&word.to_ascii_lowercase().as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(kind: RefKind, key: &str) -> String {
        let it = identity(kind, key);
        if it.realm == Realm::Repository {
            return it.realm.as_str().to_owned();
        }
        format!("{} {} {}", it.realm.as_str(), it.secret, it.field.as_deref().unwrap_or("-"))
    }

    #[test]
    fn addresses_are_told_from_names() {
        for (key, expected) in [
            ("vault:secret/data/pay/stripe#key", "store vault:secret/pay/stripe key"),
            ("store:vault:secret/data/pay/stripe#key#3", "store vault:secret/pay/stripe key"),
            ("vault:secret/pay/stripe", "store vault:secret/pay/stripe -"),
            ("vault:stripe", "repository"),
            ("vault://vault.acme.io/a/b", "repository"),
            ("vault:secret/{tf:root:var.team}/stripe", "repository"),
            ("vault:secret/pay/stripe@prod", "repository"),
            ("vault:secret/your/app#password", "repository"),
            ("aws-secretsmanager:prod/db#password", "account secretsmanager:prod/db password"),
            ("store:{{resolve:ssm-secure:/prod/db/password}}", "account ssm:prod/db/password -"),
            ("aws-ssm:/aws/service/ami/x", "repository"),
            ("aws-secretsmanager:db", "repository"),
            ("aws-secretsmanager:tf:root:aws_secretsmanager_secret.db", "repository"),
            (
                "store:arn:aws:secretsmanager:eu-west-1:210987654321:secret:prod/db-AbCdEf:password::",
                "global secretsmanager:eu-west-1:210987654321:prod/db-AbCdEf password",
            ),
            (
                "aws-secretsmanager:store:arn:aws:secretsmanager:eu-west-1:210987654321:secret:prod/db-AbCdEf#password",
                "global secretsmanager:eu-west-1:210987654321:prod/db-AbCdEf password",
            ),
            ("store:arn:aws:ssm:eu-west-1:210987654321:parameter/a", "global ssm:eu-west-1:210987654321:a -"),
            ("store:arn:aws:secretsmanager:eu-west-1:123456789012:secret:db", "repository"),
            ("store:arn:aws:secretsmanager:eu-west-1:111111111111:secret:db", "repository"),
            ("store:arn:aws:secretsmanager:*:210987654321:secret:db", "repository"),
            ("gcp-secretmanager:acme-prod/db-password", "global google:acme-prod/db-password -"),
            ("gcp-secretmanager:db-password", "repository"),
            (
                "azure-keyvault:/subscriptions/1/resourceGroups/a/providers/Microsoft.KeyVault/vaults/Acme/db",
                "global azure:acme/db -",
            ),
            ("azure-keyvault:tf:root:azurerm_key_vault.a.id/db", "repository"),
            (
                "store:@Microsoft.KeyVault(SecretUri=https://acme.vault.azure.net/secrets/db/1)",
                "global azure:acme/db -",
            ),
            ("store:@Microsoft.KeyVault(VaultName=acme;SecretName=db)", "global azure:acme/db -"),
            ("store:op://platform/datadog/api key", "repository"),
            ("store:op://platform/datadog/key", "store 1password:platform/datadog key"),
            ("onepassword:platform/datadog#key", "store 1password:platform/datadog key"),
            ("store:op://Private/datadog/key", "repository"),
            ("store:<path:secret/data/app#password>", "account path:secret/data/app password"),
            ("eso:vault:secret/app#password", "repository"),
            ("kubernetes-secret:a/b", "repository"),
            (
                "infisical:0f8fad5b-d9cb-469f-a165-70867728950e/prod",
                "global infisical:infisical/0f8fad5b-d9cb-469f-a165-70867728950e/prod -",
            ),
        ] {
            assert_eq!(shown(RefKind::SecretStore, key), expected, "{key}");
        }
    }

    #[test]
    fn names_mean_nothing_elsewhere() {
        for (kind, key) in [
            (RefKind::Env, "env:VAULT_TOKEN@live"),
            (RefKind::CiSecret, "ci:NPM_TOKEN"),
            (RefKind::K8sSecret, "k8s:prod/app/db#password"),
            (RefKind::ConfigProvider, "config:file:/opt/x:password"),
            (RefKind::Resource, "tf::aws_iam_access_key.ci.secret"),
            (RefKind::Generated, "tf::random_password.db.result"),
            (RefKind::File, "file:keys/id"),
            (RefKind::Encrypted, "store:vault:v1:abc/def"),
            (RefKind::Variable, "tf::var.password"),
            (RefKind::WorkloadIdentity, "tf::data.aws_eks_cluster_auth.a.token"),
            (RefKind::External, "tf::data.terraform_remote_state.a.outputs.password"),
            (RefKind::Unresolved, "expr:a/b"),
        ] {
            assert_eq!(shown(kind, key), "repository", "{key}");
        }
    }
}
