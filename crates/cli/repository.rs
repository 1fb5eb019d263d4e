//! What a repository is called, and where its files are in it.

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};
use connlint_check::Inventory;

use crate::check::Usage;
use crate::discover::{below, shown};
use crate::git::Repository;

/// An empty inventory of the repository that is read.
pub(crate) fn inventory(
    given: Option<&str>,
    paths: &[PathBuf],
    folder: &Path,
    top: Option<&Path>,
) -> Result<Inventory> {
    let above = top.map_or_else(String::new, |top| below(top, folder));
    let folder_of_all = (paths.len() == 1).then(|| (shown(folder), above));
    Ok(Inventory {
        repository: repository(given, folder, top)?,
        folder: folder_of_all,
        ..Inventory::default()
    })
}

/// The name that was given, or that of the folder `folder`, in the work tree at `top`: as GitHub Actions says of its own
/// checkout, as the origin's address says, or as the folder is called.
fn repository(given: Option<&str>, folder: &Path, top: Option<&Path>) -> Result<String> {
    let absolute = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let home = absolute(top.unwrap_or(folder));
    if let Some(name) = given {
        if !is_name(name) {
            bail!(Usage(anyhow::anyhow!("`{}` is no name of a repository", name.escape_debug())));
        }
        return Ok(name.to_owned());
    }
    let set = |name: &str| std::env::var(name).ok().filter(|it| !it.is_empty());
    // A workflow may check out other repositories than its own, below its workspace.
    let own = set("GITHUB_WORKSPACE").is_none_or(|it| absolute(&PathBuf::from(it)) == home);
    let of_workflow = || set("GITHUB_REPOSITORY").filter(|_| own);
    let of_origin = || name_in_url(&Repository { top: top?.to_owned() }.origin()?).map(str::to_owned);
    let of_folder = || Some(home.file_name()?.to_string_lossy().into_owned());
    let name = of_workflow().filter(|it| is_name(it)).or_else(of_origin).or_else(of_folder);
    Ok(name.unwrap_or_else(|| "repository".to_owned()))
}

fn is_name(text: &str) -> bool {
    let plain = |c: char| c.is_alphanumeric() || "-_./+~".contains(c);
    !text.is_empty() && text.len() <= 200 && text.chars().all(plain)
}

/// `owner/name` of `https://user:token@host/owner/name.git` or `git@host:owner/name.git`. What stands before the path,
/// which may be a token, is not looked at.
fn name_in_url(url: &str) -> Option<&str> {
    let path = match url.split_once("://") {
        Some((_, rest)) => rest.split_once('/')?.1,
        None => url.split_once(':')?.1,
    };
    let name = path.trim_matches('/').trim_end_matches(".git");
    (is_name(name) && name.contains('/')).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_hold_names() {
        for (url, expected) in [
            ("https://github.com/acme/shop.git", Some("acme/shop")),
            ("https://x:ghp_abc@github.com/acme/shop", Some("acme/shop")),
            ("git@github.com:acme/shop.git", Some("acme/shop")),
            ("ssh://git@gitlab.acme.io:22/group/sub/shop.git", Some("group/sub/shop")),
            ("/srv/git/shop.git", None),
            ("../shop", None),
            ("https://github.com/", None),
            ("https://github.com/acme/sh op", None),
        ] {
            assert_eq!(name_in_url(url), expected, "{url}");
        }
    }
}
