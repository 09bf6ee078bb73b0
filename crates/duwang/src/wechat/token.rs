//! The interface's token between two runs: a file only its owner can read, named by a hash of the account's id.

use chrono::{DateTime, Utc};
use duwang_crawl::Token;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::path::{Path, PathBuf};

#[derive(Serialize, Deserialize)]
struct Kept {
    value: String,
    until: DateTime<Utc>,
}

/// The token kept for an account; whoever uses it looks at its end.
pub(super) fn kept(data_dir: &Path, appid: &str) -> Option<Token> {
    let text = std::fs::read_to_string(file(data_dir, appid)).ok()?;
    let kept: Kept = serde_json::from_str(&text).ok()?;
    Some(Token {
        value: kept.value,
        until: kept.until,
    })
}

pub(super) fn keep(data_dir: &Path, appid: &str, token: &Token) -> anyhow::Result<()> {
    let kept = Kept {
        value: token.value.clone(),
        until: token.until,
    };
    let folder = super::folder(data_dir);
    crate::private::folder(&folder)?;
    let text = serde_json::to_vec(&kept)?;
    Ok(crate::private::replace(&file(data_dir, appid), &text)?)
}

fn file(data_dir: &Path, appid: &str) -> PathBuf {
    let digest = Sha256::digest(appid);
    let name: String = digest.iter().take(8).map(|b| format!("{b:02x}")).collect();
    super::folder(data_dir).join(format!("{name}.token"))
}
