//! Logging in by an identity provider: a real one on loopback, with keys of its own, that can be told to lie.

use super::*;
use crate::oidc::{Oidc, Provider};
use axum::extract::{Form, State};
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use rsa::RsaPrivateKey;
use rsa::pkcs1::{EncodeRsaPrivateKey as _, LineEnding};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use std::collections::HashMap;
use std::sync::Mutex;

/// What a token is signed with.
enum Key {
    Es256(Box<EcdsaKeyPair>),
    Rs256(Box<openidconnect::core::CoreRsaPrivateSigningKey>),
}

impl Key {
    fn es256() -> Self {
        let random = SystemRandom::new();
        let curve = &ECDSA_P256_SHA256_FIXED_SIGNING;
        let pair = EcdsaKeyPair::generate_pkcs8(curve, &random).unwrap();
        let pair = EcdsaKeyPair::from_pkcs8(curve, pair.as_ref(), &random);
        Self::Es256(Box::new(pair.unwrap()))
    }

    fn rs256() -> Self {
        let id = Some(openidconnect::JsonWebKeyId::new("k1".to_owned()));
        let made = RsaPrivateKey::new(&mut rsa::rand_core::OsRng, 2048).unwrap();
        let pem = made.to_pkcs1_pem(LineEnding::LF).unwrap();
        let key = openidconnect::core::CoreRsaPrivateSigningKey::from_pem(&pem, id);
        Self::Rs256(Box::new(key.unwrap()))
    }

    fn name(&self) -> &'static str {
        match self {
            Self::Es256(_) => "ES256",
            Self::Rs256(_) => "RS256",
        }
    }

    fn public(&self) -> Value {
        use openidconnect::PrivateSigningKey as _;
        match self {
            Self::Es256(pair) => {
                let point = pair.public_key().as_ref();
                json!({"kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": "k1",
                    "x": BASE64.encode(&point[1..33]), "y": BASE64.encode(&point[33..65])})
            }
            Self::Rs256(key) => serde_json::to_value(key.as_verification_key()).unwrap(),
        }
    }

    fn sign(&self, message: &[u8]) -> Vec<u8> {
        use openidconnect::PrivateSigningKey as _;
        use openidconnect::core::CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256;
        match self {
            Self::Es256(pair) => pair
                .sign(&SystemRandom::new(), message)
                .unwrap()
                .as_ref()
                .to_vec(),
            Self::Rs256(key) => key.sign(&RsaSsaPkcs1V15Sha256, message).unwrap(),
        }
    }

    /// A signed token with these claims.
    fn token(&self, claims: &Value) -> String {
        let part = |value: &Value| BASE64.encode(value.to_string());
        let head = part(&json!({"alg": self.name(), "kid": "k1", "typ": "JWT"}));
        let text = format!("{head}.{}", part(claims));
        format!("{text}.{}", BASE64.encode(self.sign(text.as_bytes())))
    }
}

/// What the provider holds of a login it agreed to.
struct Grant {
    challenge: String,
    token: String,
}

struct Inner {
    issuer: String,
    key: Key,
    grants: Mutex<HashMap<String, Grant>>,
}

/// The provider; people at it agree to everything.
struct Office {
    inner: Arc<Inner>,
    _runtime: tokio::runtime::Runtime,
}

impl Office {
    fn open(key: Key) -> Self {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let listener = runtime
            .block_on(tokio::net::TcpListener::bind("127.0.0.1:0"))
            .unwrap();
        let inner = Arc::new(Inner {
            issuer: format!("http://{}", listener.local_addr().unwrap()),
            key,
            grants: Mutex::default(),
        });
        let site = Router::new()
            .route("/.well-known/openid-configuration", get(metadata))
            .route("/keys", get(keys))
            .route("/token", post(token))
            .with_state(Arc::clone(&inner));
        runtime.spawn(async move { axum::serve(listener, site).await });
        Self {
            inner,
            _runtime: runtime,
        }
    }

    /// Agrees to the login at this address; `change` may make the token lie. Where the browser is sent back to.
    fn agree(&self, at: &str, code: &str, change: impl Fn(&mut Value)) -> String {
        let url = url::Url::parse(at).unwrap();
        let asked: HashMap<String, String> = url.query_pairs().into_owned().collect();
        assert_eq!(asked["response_type"], "code");
        assert_eq!(asked["code_challenge_method"], "S256");
        let now = sample::now().timestamp();
        let mut claims = json!({"iss": self.inner.issuer, "sub": "7", "aud": "duwang", "iat": now - 5,
            "exp": now + 300, "nonce": asked["nonce"], "preferred_username": "张某"});
        change(&mut claims);
        let grant = Grant {
            challenge: asked["code_challenge"].clone(),
            token: self.inner.key.token(&claims),
        };
        self.inner
            .grants
            .lock()
            .unwrap()
            .insert(code.to_owned(), grant);
        format!("/oidc/back?code={code}&state={}", asked["state"])
    }
}

async fn metadata(State(office): State<Arc<Inner>>) -> Json<Value> {
    let at = |path: &str| format!("{}{path}", office.issuer);
    Json(
        json!({"issuer": office.issuer, "authorization_endpoint": at("/login"), "token_endpoint": at("/token"),
        "jwks_uri": at("/keys"), "response_types_supported": ["code"], "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": [office.key.name()]}),
    )
}

async fn keys(State(office): State<Arc<Inner>>) -> Json<Value> {
    Json(json!({"keys": [office.key.public()]}))
}

/// A code is good once, and only with the verifier its challenge was made of.
async fn token(
    State(office): State<Arc<Inner>>,
    Form(form): Form<HashMap<String, String>>,
) -> Result<Json<Value>, (axum::http::StatusCode, Json<Value>)> {
    let grant = office.grants.lock().unwrap().remove(&form["code"]);
    let challenge = BASE64.encode(Sha256::digest(form["code_verifier"].as_bytes()));
    match grant.filter(|g| g.challenge == challenge) {
        Some(grant) => Ok(Json(
            json!({"access_token": "a", "token_type": "Bearer", "id_token": grant.token}),
        )),
        None => Err((
            axum::http::StatusCode::BAD_REQUEST,
            Json(json!({"error": "invalid_grant"})),
        )),
    }
}

/// A console that knows the office, asked by a stranger.
fn console_of(office: &Office) -> Console {
    let oidc: Oidc = toml::from_str(&format!(
        "name = \"市统一认证\"\nissuer = \"{}\"\nclient_id = \"duwang\"\nredirect = \"http://localhost/oidc/back\"\n",
        office.inner.issuer
    ))
    .unwrap();
    let provider = Arc::new(Provider::new(oidc).unwrap());
    let mut console = console_with(sample::store(), |state| state.oidc = Some(provider));
    console.cookie = String::new();
    console
}

fn header<'r>(reply: &'r Reply, name: &str) -> Option<&'r str> {
    let mut lines = reply.raw_head.lines();
    lines.find_map(|line| {
        let (key, value) = line.split_once(": ")?;
        key.eq_ignore_ascii_case(name).then_some(value)
    })
}

/// Begins a login as a browser does; the address of the provider.
fn begin(console: &mut Console) -> String {
    let away = console.get("/oidc?to=%2Ffindings%3Fstate%3Dall");
    assert_eq!(away.status, 303, "{}", away.body);
    let cookie = header(&away, "set-cookie").unwrap();
    assert!(
        cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"),
        "{cookie}"
    );
    console.cookie = cookie.split(';').next().unwrap().to_owned();
    header(&away, "location").unwrap().to_owned()
}

#[test]
fn a_provider_vouches_for_an_account_that_is_there() {
    for key in [Key::es256(), Key::rs256()] {
        let office = Office::open(key);
        let mut console = console_of(&office);
        assert!(console.get("/login").body.contains("用市统一认证登录"));
        let at = begin(&mut console);
        assert!(
            at.starts_with(&format!("{}/login?", office.inner.issuer)),
            "{at}"
        );
        let back = office.agree(&at, "c1", |_| {});
        let reply = console.get(&back);
        assert_eq!(reply.status, 303, "{}", reply.body);
        assert_eq!(header(&reply, "location"), Some("/findings?state=all"));
        let cookie = header(&reply, "set-cookie").unwrap();
        let replayed = console.get(&back);
        assert_eq!(replayed.status, 401, "the same way back works once");
        console.cookie = cookie.split(';').next().unwrap().to_owned();
        assert!(console.get("/findings").body.contains("张某"));
        let entries = console.store.entries("audit", 1, 10).unwrap();
        assert!(
            entries
                .iter()
                .any(|e| e.text.contains("登录") && e.text.contains("oidc"))
        );
    }
}

#[test]
fn what_does_not_hold_lets_nobody_in() {
    let office = Office::open(Key::es256());
    let mut console = console_of(&office);
    let now = sample::now().timestamp();
    type Lie<'a> = (&'a str, &'a dyn Fn(&mut Value));
    let lies: [Lie<'_>; 8] = [
        ("nonce", &|c| c["nonce"] = "other".into()),
        ("no nonce", &|c| {
            drop(c.as_object_mut().unwrap().remove("nonce"))
        }),
        ("audience", &|c| c["aud"] = "another".into()),
        ("issuer", &|c| c["iss"] = "http://evil.example".into()),
        ("expired", &|c| c["exp"] = (now - 1).into()),
        ("old", &|c| c["iat"] = (now - 3_600).into()),
        ("nobody here", &|c| {
            c["preferred_username"] = "不在某".into()
        }),
        ("no name", &|c| {
            drop(c.as_object_mut().unwrap().remove("preferred_username"))
        }),
    ];
    for (what, lie) in lies {
        let at = begin(&mut console);
        let reply = console.get(&office.agree(&at, "c1", lie));
        assert_eq!(reply.status, 401, "{what}");
        assert!(reply.body.contains("没能登录"), "{what}: {}", reply.body);
        assert!(header(&reply, "set-cookie").is_none(), "{what}");
    }
    // Signed by a key the provider does not know, or by none.
    for forged in [true, false] {
        let at = begin(&mut console);
        let back = office.agree(&at, "c1", |_| {});
        let mut grants = office.inner.grants.lock().unwrap();
        let grant = grants.get_mut("c1").unwrap();
        let mut parts = grant
            .token
            .split('.')
            .map(str::to_owned)
            .collect::<Vec<_>>();
        if forged {
            let text = format!("{}.{}", parts[0], parts[1]);
            parts[2] = BASE64.encode(Key::es256().sign(text.as_bytes()));
        } else {
            parts[0] = BASE64.encode(json!({"alg": "none"}).to_string());
            parts[2] = String::new();
        }
        grant.token = parts.join(".");
        drop(grants);
        assert_eq!(console.get(&back).status, 401, "forged {forged}");
    }
}

#[test]
fn only_the_browser_that_began_comes_back_and_a_code_is_good_once() {
    let office = Office::open(Key::es256());
    let mut console = console_of(&office);
    let back = office.agree(&begin(&mut console), "c1", |_| {});
    let own = std::mem::take(&mut console.cookie);
    assert_eq!(console.get(&back).status, 401, "a link somebody else made");
    console.cookie = own;
    assert_eq!(console.get(&back).status, 401, "and the login is over");
    let back = office.agree(&begin(&mut console), "c1", |_| {});
    let intercepted = office.inner.grants.lock().unwrap().remove("c1").unwrap();
    assert_eq!(
        console.get(&back).status,
        401,
        "the code was used by somebody"
    );
    // Another login's verifier does not open it.
    let back = office.agree(&begin(&mut console), "c2", |_| {});
    office
        .inner
        .grants
        .lock()
        .unwrap()
        .insert("c2".to_owned(), intercepted);
    assert_eq!(console.get(&back).status, 401);
    assert_eq!(console.get("/oidc/back?state=x&code=y").status, 401);
    let refused = begin(&mut console);
    let state = refused
        .split("state=")
        .nth(1)
        .unwrap()
        .split('&')
        .next()
        .unwrap();
    let reply = console.get(&format!("/oidc/back?state={state}&error=access_denied"));
    assert!(reply.body.contains("没有放行"), "{}", reply.body);
}

#[test]
fn a_locked_account_and_a_console_without_a_provider_stay_shut() {
    let office = Office::open(Key::es256());
    let mut console = console_of(&office);
    Accounts(console.store.as_ref()).disable("张某").unwrap();
    let back = office.agree(&begin(&mut console), "c1", |_| {});
    assert_eq!(console.get(&back).status, 401);
    let console = full();
    assert!(!console.get("/login").body.contains("统一"));
    assert_eq!(console.get("/oidc").status, 404);
    assert_eq!(console.get("/oidc/back?state=x").status, 404);
}
