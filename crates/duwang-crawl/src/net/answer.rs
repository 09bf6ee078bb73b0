//! What came back from one visit.

use duwang_model::Outcome;
use std::sync::Arc;
use std::time::Duration;

/// What came back from one visit, redirects and retries included. Always an answer: trouble is in `outcome`.
#[derive(Debug, Clone)]
pub struct Fetched {
    /// The URL that was asked for.
    pub url: String,
    /// The URL that answered last.
    pub final_url: String,
    /// The redirects on the way, in order: evidence of how one URL led to the other.
    pub hops: Vec<Hop>,
    /// Status of the last answer; 0 when there was none.
    pub status: u16,
    /// Headers of the last answer, names in lower case, undecodable bytes replaced.
    pub headers: Vec<(String, String)>,
    /// `Content-Type` of the last answer.
    pub content_type: Option<String>,
    /// `ETag` of the last answer; of the request when nothing changed and the answer does not say.
    pub etag: Option<String>,
    /// `Last-Modified`, likewise.
    pub last_modified: Option<String>,
    /// The server's own certificate (DER) of the last answer, when the policy keeps it and the answer came by HTTPS.
    pub certificate: Option<Vec<u8>>,
    /// The decoded body. Also kept (cut short) for answers that are not `ok`, as evidence; `None` for HEAD and 304.
    pub body: Option<Arc<[u8]>>,
    /// What became of the visit as far as status, headers and transport tell; [`crate::judge`] decides by content.
    pub outcome: Outcome,
    /// Requests sent for it (robots.txt not counted).
    pub requests: u32,
    /// Decoded body bytes received, thrown-away ones included.
    pub bytes: u64,
    /// Time spent asking and reading; waiting for a turn not included.
    pub elapsed: Duration,
}

/// One redirect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hop {
    /// The URL that redirected.
    pub url: String,
    /// Its status.
    pub status: u16,
    /// Where it pointed, made absolute; as written when it makes no URL.
    pub location: String,
}

impl Fetched {
    /// A visit that got no answer: no permit, or nothing sent yet.
    pub fn without_answer(url: impl Into<String>, outcome: Outcome) -> Self {
        let url = url.into();
        Self {
            final_url: url.clone(),
            url,
            hops: Vec::new(),
            status: 0,
            headers: Vec::new(),
            content_type: None,
            etag: None,
            last_modified: None,
            certificate: None,
            body: None,
            outcome,
            requests: 0,
            bytes: 0,
            elapsed: Duration::ZERO,
        }
    }

    /// The first header of that lower-case name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(n, _)| n == name)
            .map(|(_, v)| v.as_str())
    }
}
