//! The control pages (`rules/controls.toml`), and a small server on loopback that gives them out as bad servers do.

use crate::demo::{FileData, file_bytes};
use crate::rulebook;
use crate::trouble::FileTrouble;
use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::{Response, StatusCode, Uri, header};
use serde::Deserialize;
use std::collections::HashMap;
use std::io::Write as _;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;
use tokio::task::JoinHandle;

const FILE: &str = "controls.toml";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    page: Vec<Page>,
}

/// One page and what is wrong with it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Page {
    pub(super) path: String,
    /// Where the path redirects to; the page is there.
    moved_to: Option<String>,
    /// `gb18030`; else UTF-8.
    charset: Option<String>,
    /// Whether it is sent compressed.
    #[serde(default)]
    gzip: bool,
    #[serde(default)]
    html: String,
    /// Instead of `html`: a file of this form …
    form: Option<String>,
    /// … with these lines.
    #[serde(default)]
    lines: Vec<String>,
    pub(super) fault: Vec<Fault>,
}

/// One known fault.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Fault {
    /// A rule, or with a `/` at its end a pack: which of its rules speaks does not matter.
    pub(super) rule: String,
    pub(super) quote: String,
}

impl Fault {
    pub(super) fn is_of(&self, rule: &str) -> bool {
        match self.rule.ends_with('/') {
            true => rule.starts_with(&self.rule),
            false => rule == self.rule,
        }
    }

    /// Rules point at more or less of a fault: at the word, or at its wrong character.
    pub(super) fn is_at(&self, quote: &str) -> bool {
        !quote.is_empty() && (quote.contains(&self.quote) || self.quote.contains(quote))
    }
}

impl Page {
    pub(super) fn is_file(&self) -> bool {
        self.form.is_some()
    }

    fn body(&self) -> (Vec<u8>, &'static str) {
        if let Some(form) = &self.form {
            return file_bytes(&FileData {
                form: form.clone(),
                lines: self.lines.clone(),
                ..FileData::default()
            });
        }
        let html = self.html.trim_start();
        match self.charset.as_deref() {
            Some("gb18030") => (
                encoding_rs::GB18030.encode(html).0.into_owned(),
                "text/html",
            ),
            _ => (html.as_bytes().to_vec(), "text/html; charset=utf-8"),
        }
    }
}

/// The pages of the rules folder, else the bundled ones.
pub(super) fn load(rules: Option<&Path>) -> anyhow::Result<Vec<Page>> {
    let (path, text) = rulebook::own_or_bundled(rules, FILE)?;
    let file: File = toml::from_str(&text).map_err(|e| FileTrouble::from_toml(&path, &text, &e))?;
    Ok(file.page)
}

enum Given {
    Page {
        body: Vec<u8>,
        content_type: &'static str,
        gzip: bool,
    },
    Moved(String),
}

/// The pages on loopback until this is dropped.
pub(super) struct Served {
    at: SocketAddr,
    serving: JoinHandle<()>,
}

impl Drop for Served {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

impl Served {
    pub(super) async fn start(pages: &[Page]) -> std::io::Result<Self> {
        let mut given = HashMap::new();
        for page in pages {
            let (body, content_type) = page.body();
            let at = page.moved_to.as_ref().unwrap_or(&page.path);
            let gzip = page.gzip;
            given.insert(
                at.clone(),
                Given::Page {
                    body: if gzip { packed(&body)? } else { body },
                    content_type,
                    gzip,
                },
            );
            if let Some(to) = &page.moved_to {
                given.insert(page.path.clone(), Given::Moved(to.clone()));
            }
        }
        let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let at = listener.local_addr()?;
        let site = Router::new().fallback(answer).with_state(Arc::new(given));
        let serving = tokio::spawn(async move {
            if let Err(error) = axum::serve(listener, site).await {
                tracing::warn!(%error, "the control pages are not served any more");
            }
        });
        Ok(Self { at, serving })
    }

    pub(super) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.at)
    }
}

async fn answer(State(given): State<Arc<HashMap<String, Given>>>, uri: Uri) -> Response<Body> {
    let response = Response::builder();
    let made = match given.get(uri.path()) {
        Some(Given::Page {
            body,
            content_type,
            gzip,
        }) => {
            let response = response.header(header::CONTENT_TYPE, *content_type);
            match gzip {
                true => response.header(header::CONTENT_ENCODING, "gzip"),
                false => response,
            }
            .body(Body::from(body.clone()))
        }
        Some(Given::Moved(to)) => response
            .status(StatusCode::FOUND)
            .header(header::LOCATION, to)
            .body(Body::empty()),
        None => response.status(StatusCode::NOT_FOUND).body(Body::empty()),
    };
    made.unwrap_or_default()
}

fn packed(body: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packer.write_all(body)?;
    packer.finish()
}
