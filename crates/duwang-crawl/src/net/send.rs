//! One request and its answer.

use super::body;
use super::crawler::Crawler;
use super::policy::LONGEST;
use super::trouble::Trouble;
use duwang_model::{Outcome, OutcomeKind};
use reqwest::header::{
    ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_TYPE, COOKIE, HeaderMap, HeaderName, HeaderValue,
    IF_MODIFIED_SINCE, IF_NONE_MATCH, LOCATION, RANGE, REFERER,
};
use reqwest::{Method, Response};
use std::time::Duration;
use tokio::time::{Instant, timeout_at};
use url::Url;

/// How to ask.
#[derive(Debug, Clone)]
pub(crate) struct Ask {
    pub(crate) method: Method,
    /// Body of a POST.
    pub(crate) form: Option<String>,
    /// Without compression, and whatever comes is taken as it is.
    pub(crate) is_plain: bool,
    /// Only the first bytes: enough to see that the thing is there.
    pub(crate) is_glimpse: bool,
    /// Asked before and answered 429 or 503 this often.
    pub(crate) setbacks: u32,
    /// Asked before and broken off.
    pub(crate) is_second_try: bool,
    /// Most decoded bytes of a page and of a file.
    pub(crate) cap: Option<Cap>,
    pub(crate) etag: Option<String>,
    pub(crate) last_modified: Option<String>,
    pub(crate) referer: Option<String>,
    pub(crate) cookies: String,
    /// A file was asked for.
    pub(crate) is_file: bool,
}

/// A cap of its own instead of the policy's.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cap(pub(crate) usize);

/// Bytes asked for to see whether something is there.
const GLIMPSE: usize = 1024;
/// Bytes kept of an error page, as evidence.
const EVIDENCE: usize = 512 << 10;

/// What came back from one request.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Option<Vec<u8>>,
    /// The server's certificate, when the policy keeps it.
    pub(crate) certificate: Option<Vec<u8>>,
    /// Set when the body is larger than what we take.
    pub(crate) too_large: Option<Outcome>,
}

impl Ask {
    pub(crate) fn get() -> Self {
        Self {
            method: Method::GET,
            form: None,
            is_plain: false,
            is_glimpse: false,
            setbacks: 0,
            is_second_try: false,
            cap: None,
            etag: None,
            last_modified: None,
            referer: None,
            cookies: String::new(),
            is_file: false,
        }
    }

    pub(crate) fn for_robots() -> Self {
        Self {
            cap: Some(Cap(super::robots::MAX_BYTES)),
            ..Self::get()
        }
    }

    pub(crate) fn is_head(&self) -> bool {
        self.method == Method::HEAD
    }

    fn headers(&self) -> HeaderMap {
        let mut headers = HeaderMap::new();
        let mut set = |name: HeaderName, value: &str| {
            // A remembered value that makes no header any more is left out: it only saves traffic.
            if let Ok(value) = HeaderValue::from_str(value) {
                headers.insert(name, value);
            }
        };
        if self.is_plain {
            set(ACCEPT_ENCODING, "identity");
        }
        if self.is_glimpse && !self.is_head() {
            set(RANGE, &format!("bytes=0-{}", GLIMPSE - 1));
            set(ACCEPT_ENCODING, "identity");
        }
        if let Some(etag) = &self.etag {
            set(IF_NONE_MATCH, etag);
        }
        if let Some(last_modified) = &self.last_modified {
            set(IF_MODIFIED_SINCE, last_modified);
        }
        if let Some(referer) = &self.referer {
            set(REFERER, referer);
        }
        if !self.cookies.is_empty() {
            set(COOKIE, &self.cookies);
        }
        if let Some(form) = &self.form {
            let is_json = form.trim_start().starts_with(['{', '[']);
            let kind = if is_json {
                "application/json; charset=UTF-8"
            } else {
                "application/x-www-form-urlencoded; charset=UTF-8"
            };
            set(CONTENT_TYPE, kind);
        }
        headers
    }
}

impl Answer {
    pub(crate) fn content_type(&self) -> Option<String> {
        self.header(&CONTENT_TYPE)
    }

    pub(crate) fn header(&self, name: &HeaderName) -> Option<String> {
        self.headers.get(name).map(lossy)
    }

    /// All headers as text, names in lower case.
    pub(crate) fn header_list(&self) -> Vec<(String, String)> {
        let text = |(n, v): (&HeaderName, &HeaderValue)| (n.as_str().to_owned(), lossy(v));
        self.headers.iter().map(text).collect()
    }

    /// Where to go instead, when the status says so.
    pub(crate) fn location(&self) -> Option<&[u8]> {
        let is_redirect = matches!(self.status, 301 | 302 | 303 | 307 | 308);
        let location = self.headers.get(LOCATION).filter(|_| is_redirect);
        location.map(HeaderValue::as_bytes)
    }
}

pub(crate) fn lossy(value: &HeaderValue) -> String {
    String::from_utf8_lossy(value.as_bytes()).into_owned()
}

impl Crawler {
    /// Sends one request and reads the answer within the caps. The caller holds the host's turn.
    pub(crate) async fn send(
        &self,
        url: &Url,
        ask: &Ask,
        received: &mut u64,
    ) -> Result<Answer, Trouble> {
        self.count_request();
        let client = if ask.is_plain {
            &self.clients.plain
        } else {
            &self.clients.decoding
        };
        let mut request = client
            .request(ask.method.clone(), url.clone())
            .headers(ask.headers());
        if let Some(form) = &ask.form {
            request = request.body(form.clone());
        }
        let start = Instant::now();
        let limit = self.time_limit(ask.is_file);
        let response = in_time(start, limit, async {
            request.send().await.map_err(|e| Trouble::of(&e))
        });
        let response = response.await?;
        self.check_headers(response.headers())?;
        self.read_answer(response, ask, start, received).await
    }

    async fn read_answer(
        &self,
        mut response: Response,
        ask: &Ask,
        start: Instant,
        received: &mut u64,
    ) -> Result<Answer, Trouble> {
        let mut answer = Answer {
            status: response.status().as_u16(),
            certificate: certificate(&response),
            headers: std::mem::take(response.headers_mut()),
            body: None,
            too_large: None,
        };
        if ask.is_head() || answer.status == 304 {
            return Ok(answer);
        }
        let is_file = ask.is_file || is_file(answer.content_type().as_deref());
        let (cap, may_cut) = self.cap(ask, answer.status, is_file);
        let announced = response.content_length().unwrap_or(0);
        if !may_cut && usize::try_from(announced).is_ok_and(|n| n > cap) {
            answer.too_large = Some(body::too_large(cap));
            return Ok(answer);
        }
        let limit = self.time_limit(is_file);
        let body = in_time(start, limit, body::read(&mut response, cap, received)).await?;
        if is_encoded(&answer) && (!ask.is_plain || is_packed(&body.bytes)) {
            return Err(Trouble::garbled("正文的压缩方式不支持"));
        }
        if body.is_cut && !may_cut {
            answer.too_large = Some(body::too_large(cap));
        }
        answer.body = Some(body.bytes);
        Ok(answer)
    }

    /// The most bytes to take, and whether a longer body may simply be cut.
    fn cap(&self, ask: &Ask, status: u16, is_file: bool) -> (usize, bool) {
        match ask.cap {
            Some(Cap(cap)) => (cap, true),
            None if ask.is_glimpse => (GLIMPSE, true),
            None if !(200..300).contains(&status) => (EVIDENCE, true),
            None if is_file => (self.policy.max_attachment, false),
            None => (self.policy.max_page, false),
        }
    }

    fn time_limit(&self, is_file: bool) -> Duration {
        if is_file {
            self.policy.attachment_timeout
        } else {
            self.policy.total_timeout
        }
    }

    fn check_headers(&self, headers: &HeaderMap) -> Result<(), Trouble> {
        let size = |(n, v): (&HeaderName, &HeaderValue)| n.as_str().len() + v.len() + 4;
        if headers.iter().map(size).sum::<usize>() <= self.policy.max_header {
            return Ok(());
        }
        Err(Trouble::plain(Outcome::new(
            OutcomeKind::Refused,
            "响应头过大",
        )))
    }
}

fn certificate(response: &Response) -> Option<Vec<u8>> {
    let tls = response.extensions().get::<reqwest::tls::TlsInfo>()?;
    tls.peer_certificate().map(<[u8]>::to_vec)
}

async fn in_time<T>(
    start: Instant,
    limit: Duration,
    work: impl Future<Output = Result<T, Trouble>>,
) -> Result<T, Trouble> {
    timeout_at(start + limit.min(LONGEST), work)
        .await
        .unwrap_or_else(|_| Err(Trouble::too_long(limit)))
}

/// Decoding removes the header: what still carries one was not understood.
fn is_encoded(answer: &Answer) -> bool {
    let Some(encoding) = answer.header(&CONTENT_ENCODING) else {
        return false;
    };
    let encoding = encoding.trim().to_ascii_lowercase();
    !matches!(
        encoding.as_str(),
        "" | "identity" | "none" | "utf-8" | "binary" | "8bit"
    )
}

/// Compressed indeed (gzip, zstd), and not only said to be.
fn is_packed(bytes: &[u8]) -> bool {
    bytes.starts_with(b"\x1f\x8b") || bytes.starts_with(b"\x28\xb5\x2f\xfd")
}

/// Whether the content type speaks of a file rather than a page or an interface.
fn is_file(content_type: Option<&str>) -> bool {
    let kind = content_type.unwrap_or("text/html").to_ascii_lowercase();
    !["text/", "html", "xml", "json", "javascript"]
        .iter()
        .any(|page| kind.contains(page))
        || kind.contains("openxmlformats")
}
