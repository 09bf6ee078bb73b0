//! Asking the services an office named in its own settings: its identity provider, its groups' robots. They may well stand in the inside
//! network; what is never asked (link-local addresses, cloud metadata …) is not asked here either, and nobody redirects elsewhere.

use super::guard::{Guard, GuardedDns, NoAddress};
use super::policy::Policy;
use crate::CrawlError;
use reqwest::header::HeaderMap;
use reqwest::{Request, StatusCode};
use std::error::Error as _;
use std::sync::Arc;
use std::time::Duration;

/// The longest answer that is read, bytes.
const LARGEST: usize = 1 << 20;

/// A client for services of the office.
pub struct Office {
    guard: Guard,
    client: reqwest::Client,
}

/// What a service answered.
#[derive(Debug)]
pub struct OfficeReply {
    /// Status.
    pub status: StatusCode,
    /// Headers.
    pub headers: HeaderMap,
    /// Body, at most a megabyte.
    pub body: Vec<u8>,
}

/// Why there is no answer. Tells no address: that of a robot is a secret.
#[derive(Debug, thiserror::Error)]
pub enum OfficeTrouble {
    /// The guard refuses the address; with its reason, in Chinese.
    #[error("{0}")]
    Refused(String),
    /// It could not be reached, or broke off.
    #[error("{0}")]
    Asking(#[source] reqwest::Error),
    /// More than is read.
    #[error("应答太长")]
    TooLong,
}

impl Office {
    /// A client that gives up after `longest`, from the connection to the last byte.
    ///
    /// # Errors
    /// The system gives no TLS.
    pub fn new(longest: Duration) -> Result<Self, CrawlError> {
        let inside = Policy {
            allow_private: true,
            ..Policy::default()
        };
        let guard = Guard::new(&inside);
        let dns = GuardedDns {
            guard: guard.clone(),
            pinned: Arc::new(|_: &str| None),
        };
        // Somebody else may have chosen one already.
        drop(rustls::crypto::ring::default_provider().install_default());
        let client = reqwest::Client::builder()
            .dns_resolver(dns)
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            .timeout(longest)
            .build()
            .map_err(|e| CrawlError::Client(e.to_string()))?;
        Ok(Self { guard, client })
    }

    /// Sends one request and reads its answer.
    ///
    /// # Errors
    /// See [`OfficeTrouble`].
    pub async fn ask(&self, request: Request) -> Result<OfficeReply, OfficeTrouble> {
        let allowed = self.guard.check(request.url());
        allowed.map_err(|refusal| OfficeTrouble::Refused(refusal.reason))?;
        let mut answer = self.client.execute(request).await.map_err(trouble)?;
        let (status, headers) = (answer.status(), std::mem::take(answer.headers_mut()));
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(trouble)? {
            body.extend_from_slice(&chunk);
            if body.len() > LARGEST {
                return Err(OfficeTrouble::TooLong);
            }
        }
        Ok(OfficeReply {
            status,
            headers,
            body,
        })
    }
}

/// What the guard said while a name was looked up, when it said something; else what went wrong.
fn trouble(error: reqwest::Error) -> OfficeTrouble {
    let mut cause = error.source();
    while let Some(inner) = cause {
        if let Some(NoAddress(outcome)) = inner.downcast_ref() {
            return OfficeTrouble::Refused(outcome.reason.clone());
        }
        cause = inner.source();
    }
    OfficeTrouble::Asking(error.without_url())
}
