//! The HTTP client: TLS by rustls with the public roots, no proxies, no automatic redirects, guarded DNS.

use super::guard::{Guard, GuardedDns};
use super::policy::Policy;
use crate::CrawlError;
use reqwest::header::{ACCEPT, ACCEPT_LANGUAGE, HeaderMap, HeaderValue};
use rustls::pki_types::{CertificateDer, pem::PemObject};
use std::sync::Arc;
use std::time::Duration;

/// Two clients with one policy: the second one hands bodies over as they come, for servers that lie about compression.
pub(crate) struct Clients {
    pub(crate) decoding: reqwest::Client,
    pub(crate) plain: reqwest::Client,
}

impl Clients {
    pub(crate) fn new(policy: &Policy, guard: &Guard) -> Result<Self, CrawlError> {
        let tls = tls(policy)?;
        let build = |builder: reqwest::ClientBuilder| {
            builder
                .build()
                .map_err(|e| CrawlError::Client(e.to_string()))
        };
        Ok(Self {
            decoding: build(common(policy, guard, tls.clone())?)?,
            plain: build(
                common(policy, guard, tls)?
                    .no_gzip()
                    .no_brotli()
                    .no_deflate()
                    .no_zstd(),
            )?,
        })
    }
}

fn common(
    policy: &Policy,
    guard: &Guard,
    tls: rustls::ClientConfig,
) -> Result<reqwest::ClientBuilder, CrawlError> {
    let agent = HeaderValue::from_str(&policy.user_agent())
        .map_err(|_| CrawlError::Policy("User-Agent 或联系方式里有不能用的字符".to_owned()))?;
    let fixed = policy.resolve.clone();
    let dns = GuardedDns {
        guard: guard.clone(),
        pinned: Arc::new(move |name| fixed.get(name).copied()),
    };
    Ok(reqwest::Client::builder()
        .user_agent(agent)
        .default_headers(usual_headers())
        .tls_backend_preconfigured(tls)
        .tls_info(policy.keeps_certificate)
        .dns_resolver(dns)
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .referer(false)
        .connect_timeout(policy.connect_timeout)
        .read_timeout(policy.read_timeout)
        .pool_idle_timeout(Duration::from_secs(30))
        .pool_max_idle_per_host(policy.concurrency)
        .http2_max_header_list_size(u32::try_from(policy.max_header).unwrap_or(u32::MAX))
        .http1_max_headers(256)
        // Old servers write headers with stray blanks and broken lines; browsers forgive them.
        .http1_allow_obsolete_multiline_headers_in_responses(true)
        .http1_allow_spaces_after_header_name_in_responses(true)
        .http1_ignore_invalid_headers_in_responses(true))
}

fn usual_headers() -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(
        ACCEPT,
        HeaderValue::from_static(
            "text/html,application/xhtml+xml,application/xml;q=0.9,application/json;q=0.9,*/*;q=0.8",
        ),
    );
    headers.insert(
        ACCEPT_LANGUAGE,
        HeaderValue::from_static("zh-CN,zh;q=0.9,en;q=0.5"),
    );
    headers
}

fn tls(policy: &Policy) -> Result<rustls::ClientConfig, CrawlError> {
    let mut roots = rustls::RootCertStore {
        roots: webpki_roots::TLS_SERVER_ROOTS.to_vec(),
    };
    for pem in &policy.trusted {
        for certificate in CertificateDer::pem_slice_iter(pem.as_bytes()) {
            let wrong = |e: String| CrawlError::Policy(format!("信任的证书无法读取：{e}"));
            let certificate = certificate.map_err(|e| wrong(e.to_string()))?;
            roots.add(certificate).map_err(|e| wrong(e.to_string()))?;
        }
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|e| CrawlError::Client(e.to_string()))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(config)
}
