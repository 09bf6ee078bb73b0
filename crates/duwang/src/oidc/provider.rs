//! Asking the provider. The protocol and the checks are `openidconnect`'s, the requests go through the one HTTP client there is.

use super::{Began, Oidc};
use crate::wechat::secret;
use anyhow::{Context as _, anyhow, ensure};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Duration, Utc};
use duwang_crawl::{Office, OfficeTrouble};
use futures::FutureExt as _;
use futures::future::BoxFuture;
use openidconnect::core::{
    CoreAuthenticationFlow, CoreClient, CoreIdToken, CoreJwsSigningAlgorithm as Alg,
    CoreProviderMetadata,
};
use openidconnect::{
    AccessTokenHash, AsyncHttpClient, AuthorizationCode, ClientId, ClientSecret, CsrfToken,
    HttpRequest, HttpResponse, IssuerUrl, Nonce, OAuth2TokenResponse as _, PkceCodeChallenge,
    PkceCodeVerifier, RedirectUrl, Scope, TokenResponse as _,
};
use serde_json::Value;

/// A provider that takes longer cannot be logged in by.
const LONGEST: std::time::Duration = std::time::Duration::from_secs(15);
/// A token is used at once; clocks may differ by a little.
const MINUTES: i64 = 5;

/// The signatures that are believed: of a key pair, never of a shared secret.
const BELIEVED: [Alg; 9] = [
    Alg::RsaSsaPkcs1V15Sha256,
    Alg::RsaSsaPkcs1V15Sha384,
    Alg::RsaSsaPkcs1V15Sha512,
    Alg::RsaSsaPssSha256,
    Alg::RsaSsaPssSha384,
    Alg::RsaSsaPssSha512,
    Alg::EcdsaP256Sha256,
    Alg::EcdsaP384Sha384,
    Alg::EdDsa,
];

/// The provider people log in by.
pub(crate) struct Provider {
    pub(crate) oidc: Oidc,
    secret: Option<ClientSecret>,
    http: Http,
}

/// What asking may end with.
#[derive(Debug, thiserror::Error)]
enum Trouble {
    #[error("{0}")]
    Request(#[from] reqwest::Error),
    #[error("{0}")]
    Asking(#[from] OfficeTrouble),
    #[error("{0}")]
    Answer(#[from] axum::http::Error),
}

impl Provider {
    /// Reads the secret; asks nobody yet.
    pub(crate) fn new(oidc: Oidc) -> anyhow::Result<Self> {
        oidc.check()?;
        let secret = oidc.client_secret.as_deref().map(secret::read).transpose();
        let secret = secret.context("[oidc] client_secret")?;
        Ok(Self {
            oidc,
            secret: secret.map(ClientSecret::new),
            http: Http(Office::new(LONGEST)?),
        })
    }

    /// Where to send somebody who wants to log in, the state they must come back with, and what to remember of it.
    pub(crate) async fn begin(&self, to: String) -> anyhow::Result<(String, String, Began)> {
        let metadata = self.metadata().await?;
        let client = CoreClient::from_provider_metadata(
            metadata,
            ClientId::new(self.oidc.client_id.clone()),
            self.secret.clone(),
        )
        .set_redirect_uri(RedirectUrl::new(self.oidc.redirect.clone())?);
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let (url, state, nonce) = client
            .authorize_url(
                CoreAuthenticationFlow::AuthorizationCode,
                CsrfToken::new_random,
                Nonce::new_random,
            )
            .add_scope(Scope::new("profile".to_owned()))
            .set_pkce_challenge(challenge)
            .url();
        let began = Began {
            nonce: nonce.secret().clone(),
            verifier: verifier.into_secret(),
            to,
        };
        Ok((url.into(), state.into_secret(), began))
    }

    /// The name the provider vouches for, after the code was exchanged and the ID token stood every check.
    pub(crate) async fn who(
        &self,
        code: String,
        began: &Began,
        now: DateTime<Utc>,
    ) -> anyhow::Result<String> {
        let client = CoreClient::from_provider_metadata(
            self.metadata().await?,
            ClientId::new(self.oidc.client_id.clone()),
            self.secret.clone(),
        )
        .set_redirect_uri(RedirectUrl::new(self.oidc.redirect.clone())?);
        let tokens = client
            .exchange_code(AuthorizationCode::new(code))?
            .set_pkce_verifier(PkceCodeVerifier::new(began.verifier.clone()))
            .request_async(&self.http)
            .await
            .map_err(|e| anyhow!("{e}"))
            .context("对方不认这个登录凭据")?;
        let token = tokens.id_token().context("对方没有给出 ID token")?;
        let verifier = client
            .id_token_verifier()
            .set_allowed_algs(BELIEVED)
            .set_time_fn(move || now)
            .set_issue_time_verifier_fn(move |issued| is_fresh(issued, now));
        let nonce = Nonce::new(began.nonce.clone());
        let claims = token
            .claims(&verifier, &nonce)
            .context("ID token 没有通过核验")?;
        if let Some(expected) = claims.access_token_hash() {
            let alg = token.signing_alg()?;
            let key = token.signing_key(&verifier)?;
            let actual = AccessTokenHash::from_token(tokens.access_token(), alg, key)?;
            ensure!(actual == *expected, "ID token 与随它给出的令牌不符");
        }
        self.name(token)
    }

    /// The claim that names the account. The token was verified before.
    fn name(&self, token: &CoreIdToken) -> anyhow::Result<String> {
        let token = token.to_string();
        let claims = token.split('.').nth(1).unwrap_or_default();
        let claims: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims)?)?;
        let claim = self.oidc.claim.as_str();
        // Anybody may call a mailbox their own until the provider has looked.
        let is_sure = claim != "email" || claims["email_verified"] == Value::Bool(true);
        ensure!(is_sure, "对方没有核实过这个邮箱");
        let name = claims[claim].as_str().unwrap_or_default().trim();
        ensure!(!name.is_empty(), "ID token 里没有 {claim}");
        Ok(name.to_owned())
    }

    async fn metadata(&self) -> anyhow::Result<CoreProviderMetadata> {
        let issuer = IssuerUrl::new(self.oidc.issuer.clone())?;
        CoreProviderMetadata::discover_async(issuer, &self.http)
            .await
            .map_err(|e| anyhow!("{e}"))
            .with_context(|| format!("联系不上 {}", self.oidc.issuer))
    }
}

/// The HTTP client as the protocol wants it.
struct Http(Office);

impl<'c> AsyncHttpClient<'c> for Http {
    type Error = Trouble;
    type Future = BoxFuture<'c, Result<HttpResponse, Trouble>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        ask(&self.0, request).boxed()
    }
}

async fn ask(office: &Office, request: HttpRequest) -> Result<HttpResponse, Trouble> {
    let reply = office.ask(reqwest::Request::try_from(request)?).await?;
    let mut response = axum::http::Response::builder().status(reply.status);
    if let Some(headers) = response.headers_mut() {
        *headers = reply.headers;
    }
    Ok(response.body(reply.body)?)
}

fn is_fresh(issued: DateTime<Utc>, now: DateTime<Utc>) -> Result<(), String> {
    if (issued - now).abs() <= Duration::minutes(MINUTES) {
        return Ok(());
    }
    Err("签发时间与本机相差太多".to_owned())
}
