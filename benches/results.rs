//! Results of a made-up organisation's repositories: connectors, the credentials they take, findings. The same seed
//! gives the same bytes.

use std::fmt::Write;
use std::path::Path;

/// Writes one file for each of so many repositories.
pub(crate) fn write(folder: &Path, repositories: usize, connectors: usize, seed: u64) -> std::io::Result<()> {
    std::fs::create_dir_all(folder)?;
    let mut chance = Chance(seed);
    for repository in 0..repositories {
        std::fs::write(
            folder.join(format!("r{repository:04}.jsonl")),
            result(&mut chance, repository, connectors),
        )?;
    }
    Ok(())
}

const SYSTEMS: &[&str] = &["stripe", "datadog", "snowflake", "postgres", "github", "salesforce", "sftp"];
const ENVIRONMENTS: &[&str] = &["\"production\"", "\"staging\"", "\"development\"", "null"];

fn result(chance: &mut Chance, repository: usize, connectors: usize) -> String {
    let mut out = format!(
        "{{\"header\":{{\"schema_version\":1,\"version\":\"0.1.0\",\"repository\":\"acme/repository-{repository:04}\",\"key_check\":\"914b67ac02d26136f4687e851fe1e182\"}}}}\n"
    );
    let (mut credentials, mut findings) = (String::new(), String::new());
    let (mut uses, mut found) = (0, 0);
    for index in 0..connectors {
        let system = SYSTEMS.get(chance.below(SYSTEMS.len())).unwrap_or(&"sftp");
        let environment = ENVIRONMENTS.get(chance.below(ENVIRONMENTS.len())).unwrap_or(&"null");
        let owner = format!("@acme/team-{}", chance.below(40));
        let path = format!("live/area-{}/connectors.tf", index % 9);
        let id = format!(
            "live/area-{}:module.part{}.{system}_connection.this[\\\"{index}\\\"]",
            index % 9,
            index % 4
        );
        let mut names = Vec::new();
        for field in 0..1 + chance.below(4) {
            // One in forty credentials is known to the whole organisation; of the others a third has an address.
            let place = chance.below(120);
            let (secret, kind, realm) = match place {
                0..3 => {
                    (format!("vault:secret/common/{system}-{}", chance.below(200)), "secret-store", "store")
                }
                3..40 => (format!("vault:secret/r{repository}/{system}-{index}"), "secret-store", "store"),
                _ => (format!("tf:live/area-{}:var.{system}_{index}", index % 9), "variable", "repository"),
            };
            let join =
                digest(&if realm == "repository" { format!("{repository}{secret}") } else { secret.clone() });
            let field_join = if realm == "repository" {
                "null".to_owned()
            } else {
                format!("\"{}\"", digest(&format!("f{field}")))
            };
            let _ = writeln!(
                credentials,
                "{{\"credential\":{{\"name\":\"{secret}#f{field}\",\"kind\":\"{kind}\",\"realm\":\"{realm}\",\"join\":\"{join}\",\"field\":{field_join},\"role\":\"consumer\",\"setting\":\"config.password{field}\",\"trial\":false,\"connector\":\"{id}\",\"system\":\"{system}\",\"environment\":{environment},\"owners\":[\"{owner}\"],\"path\":\"{path}\",\"line\":{},\"address\":\"module.part{}.{system}_connection.this/config.password{field}\"}}}}",
                10 + index * 7 + field,
                index % 4,
            );
            uses += 1;
            names.push(format!("\"{secret}#f{field}\""));
        }
        if chance.below(2) == 0 {
            let _ = writeln!(
                findings,
                "{{\"finding\":{{\"rule\":\"unrotated-credential\",\"severity\":\"medium\",\"confidence\":\"high\",\"message\":\"nothing rotates the credential of `{system}_connection.this`\",\"fingerprint\":\"{}\",\"suppressed\":false,\"connectors\":[\"{id}\"],\"path\":\"{path}\",\"line\":{},\"address\":\"module.part{}.{system}_connection.this\"}}}}",
                digest(&id),
                9 + index * 7,
                index % 4,
            );
            found += 1;
        }
        let _ = writeln!(
            out,
            "{{\"connector\":{{\"id\":\"{id}\",\"system\":\"{system}\",\"environment\":{environment},\"owners\":[\"{owner}\"],\"credentials\":[{}],\"path\":\"{path}\",\"line\":{}}}}}",
            names.join(","),
            8 + index * 7,
        );
    }
    out.push_str(&credentials);
    out.push_str(&findings);
    let _ = writeln!(
        out,
        "{{\"end\":{{\"connectors\":{connectors},\"credentials\":{uses},\"findings\":{found},\"files_read\":90,\"files_not_read\":2}}}}"
    );
    out
}

/// Something that looks like a digest and is the same for the same text.
fn digest(text: &str) -> String {
    let mut chance =
        Chance(text.bytes().fold(7, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3)));
    format!("{:016x}{:016x}", chance.next(), chance.next())
}

/// splitmix64
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit as u64) as usize
    }
}
