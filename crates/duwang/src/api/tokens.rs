//! Tokens by which the systems of a unit call: only their hashes are kept, in a file of the data directory for its owner alone.

use anyhow::{Context as _, ensure};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::path::{Path, PathBuf};

/// Calls a minute when nothing else was said.
pub(crate) const PER_MINUTE: u32 = 60;

/// A token as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Token {
    /// For people; unique.
    pub(crate) name: String,
    /// Whose it is.
    pub(crate) unit: String,
    /// SHA-256 of the token, hex.
    pub(crate) hash: String,
    /// Most calls a minute.
    pub(crate) per_minute: u32,
    /// RFC 3339.
    pub(crate) made: String,
}

/// All tokens of a data directory; none when none was made.
pub(crate) fn all(data_dir: &Path) -> anyhow::Result<Vec<Token>> {
    let file = file(data_dir);
    match std::fs::read_to_string(&file) {
        Ok(text) => {
            serde_json::from_str(&text).with_context(|| format!("{} 读不懂", file.display()))
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(error).with_context(|| format!("读不了 {}", file.display())),
    }
}

/// The token whose secret this is. Hashes are compared, so that the time taken tells nothing.
pub(super) fn of_secret(data_dir: &Path, secret: &str) -> anyhow::Result<Option<Token>> {
    let hash = hash(secret);
    Ok(all(data_dir)?.into_iter().find(|t| t.hash == hash))
}

/// Makes a token; its secret is only ever returned here.
pub(crate) fn add(
    data_dir: &Path,
    name: &str,
    unit: &str,
    per_minute: u32,
    made: String,
) -> anyhow::Result<String> {
    ensure!(per_minute > 0, "每分钟次数至少为 1");
    let mut tokens = all(data_dir)?;
    ensure!(
        tokens.iter().all(|t| t.name != name),
        "已有名为“{name}”的口令，请换个名称或先作废"
    );
    let secret = format!("duwang_{}", random_hex(20)?);
    tokens.push(Token {
        name: name.to_owned(),
        unit: unit.to_owned(),
        hash: hash(&secret),
        per_minute,
        made,
    });
    save(data_dir, &tokens)?;
    Ok(secret)
}

/// Withdraws a token at once; whether there was one.
pub(crate) fn revoke(data_dir: &Path, name: &str) -> anyhow::Result<bool> {
    let mut tokens = all(data_dir)?;
    let before = tokens.len();
    tokens.retain(|t| t.name != name);
    save(data_dir, &tokens)?;
    Ok(tokens.len() < before)
}

/// Random bytes of the system, hex.
pub(crate) fn random_hex(bytes: usize) -> anyhow::Result<String> {
    let mut raw = vec![0; bytes];
    getrandom::fill(&mut raw).context("系统没有给出随机数")?;
    Ok(raw.iter().map(|b| format!("{b:02x}")).collect())
}

fn save(data_dir: &Path, tokens: &[Token]) -> anyhow::Result<()> {
    crate::private::folder(data_dir)?;
    let text = serde_json::to_vec_pretty(tokens)?;
    Ok(crate::private::replace(&file(data_dir), &text)?)
}

fn file(data_dir: &Path) -> PathBuf {
    data_dir.join("tokens.json")
}

pub(crate) fn hash(secret: &str) -> String {
    Sha256::digest(secret)
        .iter()
        .map(|b| format!("{b:02x}"))
        .collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests fail by panicking")]
    use super::*;

    #[test]
    fn only_the_hash_is_kept() {
        let dir = tempfile::tempdir().unwrap();
        let secret = add(dir.path(), "cms", "qingshi", 60, String::new()).unwrap();
        let kept = std::fs::read_to_string(file(dir.path())).unwrap();
        assert!(!kept.contains(&secret) && kept.contains("qingshi"));
        assert_eq!(
            of_secret(dir.path(), &secret).unwrap().unwrap().unit,
            "qingshi"
        );
        assert!(of_secret(dir.path(), "duwang_x").unwrap().is_none());
        assert!(add(dir.path(), "cms", "qingshi", 60, String::new()).is_err());
        assert!(revoke(dir.path(), "cms").unwrap());
        assert!(of_secret(dir.path(), &secret).unwrap().is_none());
    }
}
