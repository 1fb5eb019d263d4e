//! References as people call them.

/// A reference without what only tells it from others of its repository: the folder of its root, the path of its
/// cluster, the file it is used in.
pub fn short(key: &str) -> String {
    let key = key.strip_suffix("#*").unwrap_or(key);
    if key.starts_with("env:") || key.starts_with("config:") {
        return key.split('@').next().unwrap_or(key).to_owned();
    }
    if let Some(path) = key.strip_prefix("k8s:") {
        let (path, field) = path.split_at(path.find('#').unwrap_or(path.len()));
        let mut parts = path.rsplit('/');
        let secret = parts.next().unwrap_or(path);
        let namespace = parts.next().filter(|it| *it != "?").map(|it| format!("{it}/"));
        return format!("k8s:{}{secret}{field}", namespace.unwrap_or_default());
    }
    if let Some((store, path)) = key.strip_prefix("eso:").and_then(|it| it.split_once(':')) {
        return format!("eso:{}:{path}", store.rsplit('/').next().unwrap_or(store));
    }
    without_roots(key)
}

/// A key without the folders of the roots that its addresses are in: `tf:live/eu:var.a` is `var.a`.
pub(crate) fn without_roots(key: &str) -> String {
    let mut shown = String::new();
    let mut rest = key;
    while let Some((before, after)) = rest.split_once("tf:") {
        shown.push_str(before);
        rest = after.split_once(':').map_or(after, |(_, address)| address);
    }
    shown.push_str(rest);
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_shortened() {
        for (key, expected) in [
            ("tf:live/eu#live/eu/a.tfvars:module.a.var.token", "module.a.var.token"),
            ("env:TOKEN@deploy/app", "env:TOKEN"),
            ("k8s:clusters/prod/shop/db#password", "k8s:shop/db#password"),
            ("k8s:apps/?/db#*", "k8s:db"),
            ("eso:clusters/prod/shop/vault:shop/db#*", "eso:vault:shop/db"),
            ("eso:vault:shop/db#password", "eso:vault:shop/db#password"),
            ("vault:secret/shop#key", "vault:secret/shop#key"),
            ("aws-ssm:/{tf:live:var.env}/db", "aws-ssm:/{var.env}/db"),
            ("ci:NPM_TOKEN", "ci:NPM_TOKEN"),
            ("literal", "literal"),
        ] {
            assert_eq!(short(key), expected, "{key}");
        }
    }
}
