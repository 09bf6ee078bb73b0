//! Logging in by an office's own identity provider (OpenID Connect): authorization code with PKCE, state and nonce, the ID token checked
//! against the provider's keys. It only says who somebody is; what they may do stands in the local account of that name, which must be there.
//!
//! ```text
//! mod.rs       [oidc] of duwang.toml
//! provider.rs  asking the provider: where to log in, and who did
//! pending.rs   logins that began and have not come back
//! ```

mod pending;
mod provider;

pub(crate) use pending::{Began, Pending};
pub(crate) use provider::Provider;

use anyhow::{Context as _, ensure};
use serde::Deserialize;
use url::{Host, Url};

/// `[oidc]` of `duwang.toml`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Oidc {
    /// What the button says, `统一身份认证`.
    #[serde(default = "usual_name")]
    pub name: String,
    /// The provider, as it names itself; `https` unless it is on this machine.
    pub issuer: String,
    /// What the provider calls this console.
    pub client_id: String,
    /// Reference to the secret the provider gave, `env:…` or `file:…`; absent for a public client.
    pub client_secret: Option<String>,
    /// Where the provider sends people back: this console's address and `/oidc/back`, as registered there.
    pub redirect: String,
    /// The claim that holds the name of the local account.
    #[serde(default = "usual_claim")]
    pub claim: String,
}

fn usual_name() -> String {
    "统一身份认证".to_owned()
}

fn usual_claim() -> String {
    "preferred_username".to_owned()
}

impl Oidc {
    /// Whether it can be kept to; the error says what to write instead.
    pub fn check(&self) -> anyhow::Result<()> {
        let issuer = address("issuer", &self.issuer)?;
        ensure!(
            issuer.scheme() == "https" || is_here(&issuer),
            "[oidc] issuer 要用 https：{issuer}"
        );
        let redirect = address("redirect", &self.redirect)?;
        ensure!(
            redirect.scheme() == "https" || is_here(&redirect),
            "[oidc] redirect 要用 https：{redirect}"
        );
        ensure!(
            redirect.path() == "/oidc/back",
            "[oidc] redirect 应是控制台地址加 /oidc/back，例如 https://duwang.example/oidc/back"
        );
        ensure!(!self.client_id.is_empty(), "[oidc] client_id 是空的");
        ensure!(!self.claim.is_empty(), "[oidc] claim 是空的");
        Ok(())
    }
}

fn address(key: &str, text: &str) -> anyhow::Result<Url> {
    Url::parse(text).with_context(|| format!("[oidc] {key} = \"{text}\" 不是网址"))
}

fn is_here(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(four)) => four.is_loopback(),
        Some(Host::Ipv6(six)) => six.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests fail by panicking")]
    use super::*;

    #[test]
    fn what_cannot_be_kept_to_is_refused() {
        let told = |issuer: &str, redirect: &str| {
            let oidc: Oidc = toml::from_str(&format!(
                "issuer = \"{issuer}\"\nclient_id = \"duwang\"\nredirect = \"{redirect}\"\n"
            ))
            .unwrap();
            oidc.check()
                .err()
                .map(|e| e.to_string())
                .unwrap_or_default()
        };
        let back = "https://duwang.example/oidc/back";
        assert_eq!(told("https://id.example", back), "");
        assert_eq!(
            told("http://127.0.0.1:9", "http://localhost:8710/oidc/back"),
            ""
        );
        assert!(told("http://id.example", back).contains("https"));
        assert!(told("id.example", back).contains("不是网址"));
        assert!(told("https://id.example", "https://duwang.example/").contains("/oidc/back"));
    }
}
