//! A small website on loopback that can be changed between scans, and the real program run against it.

mod dice;
pub mod report;
mod serve;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{Response, StatusCode, header};
use sha2::{Digest as _, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::future::IntoFuture as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio::sync::Notify;

pub use dice::Dice;
pub use serve::{Served, cookie_set_by, login_form};

/// One answer of the site.
#[derive(Clone)]
pub struct Answer {
    pub status: u16,
    pub content_type: &'static str,
    pub body: Vec<u8>,
    pub headers: Vec<(&'static str, String)>,
    pub delay: Duration,
    /// What is answered from the second time on.
    pub then: Option<Box<Answer>>,
    /// What browsers are answered instead.
    pub to_browsers: Option<Box<Answer>>,
}

impl Answer {
    pub fn html(body: impl Into<String>) -> Self {
        Self {
            status: 200,
            content_type: "text/html; charset=utf-8",
            body: body.into().into_bytes(),
            headers: Vec::new(),
            delay: Duration::ZERO,
            then: None,
            to_browsers: None,
        }
    }
    pub fn text(body: &str) -> Self {
        Self {
            content_type: "text/plain",
            ..Self::html(body)
        }
    }
    pub fn status(status: u16) -> Self {
        Self {
            status,
            ..Self::html("")
        }
    }
    pub fn redirect(to: &str) -> Self {
        Self {
            status: 302,
            headers: vec![("location", to.to_owned())],
            ..Self::html("")
        }
    }
    pub fn after(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }
    pub fn but_browsers(mut self, other: Answer) -> Self {
        self.to_browsers = Some(Box::new(other));
        self
    }
    pub fn then(mut self, next: Answer) -> Self {
        self.then = Some(Box::new(next));
        self
    }
}

#[derive(Default)]
struct Inner {
    pages: BTreeMap<String, Answer>,
    log: Vec<(Instant, String, u16)>,
    agents: BTreeSet<String>,
    /// Every path that was ever asked for, whether it was answered yet or not.
    asked: BTreeSet<String>,
}

/// A site whose pages may be changed while it runs.
#[derive(Clone)]
pub struct Site {
    inner: Arc<Mutex<Inner>>,
    pub base: String,
    stop: Arc<Notify>,
}

impl Site {
    pub fn start() -> Self {
        let inner = Arc::new(Mutex::new(Inner::default()));
        let (send, receive) = std::sync::mpsc::channel();
        let shared = Arc::clone(&inner);
        let stop = Arc::new(Notify::new());
        let stopped = Arc::clone(&stop);
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .unwrap();
            runtime.block_on(async move {
                let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
                send.send(listener.local_addr().unwrap()).unwrap();
                let app = Router::new().fallback(answer).with_state(shared);
                tokio::select! {
                    served = axum::serve(listener, app).into_future() => served.unwrap(),
                    () = stopped.notified() => {}
                }
            });
        });
        let at = receive.recv().unwrap();
        let site = Self {
            inner,
            base: format!("http://{at}"),
            stop,
        };
        site.put("/robots.txt", Answer::status(404));
        site
    }

    /// Closes the site; nobody answers at its address any more.
    pub fn stop(&self) {
        self.stop.notify_one();
        let at = self.base.trim_start_matches("http://").to_owned();
        while std::net::TcpStream::connect(&at).is_ok() {
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    pub fn put(&self, path: &str, answer: Answer) {
        self.inner
            .lock()
            .unwrap()
            .pages
            .insert(path.to_owned(), answer);
    }

    pub fn html(&self, path: &str, body: &str) {
        self.put(path, Answer::html(body));
    }

    pub fn remove(&self, path: &str) {
        self.inner.lock().unwrap().pages.remove(path);
    }

    /// Paths asked for since the last call, with the status given.
    pub fn take_log(&self) -> Vec<(Instant, String, u16)> {
        std::mem::take(&mut self.inner.lock().unwrap().log)
    }

    /// Paths asked for since the last call, sorted, each once, robots.txt left out.
    pub fn take_paths(&self) -> Vec<String> {
        let paths = self.take_log().into_iter().map(|(_, path, _)| path);
        let once: BTreeSet<String> = paths.filter(|p| p != "/robots.txt").collect();
        once.into_iter().collect()
    }

    /// Whether anybody asked for this path.
    pub fn asked(&self, path: &str) -> bool {
        self.inner.lock().unwrap().asked.contains(path)
    }

    /// Every `User-Agent` that came by.
    pub fn agents(&self) -> Vec<String> {
        self.inner.lock().unwrap().agents.iter().cloned().collect()
    }
}

async fn answer(State(inner): State<Arc<Mutex<Inner>>>, request: Request) -> Response<Body> {
    let path = request
        .uri()
        .path_and_query()
        .map_or("/", |p| p.as_str())
        .to_owned();
    let agent = request.headers().get(header::USER_AGENT);
    let agent = agent.map_or(String::new(), |a| a.to_str().unwrap().to_owned());
    let found = {
        let mut inner = inner.lock().unwrap();
        let is_browser = agent.contains("Mozilla");
        inner.agents.insert(agent);
        inner.asked.insert(path.clone());
        let found = inner.pages.get(&path).cloned();
        if let Some(next) = found.as_ref().and_then(|f| f.then.clone()) {
            inner.pages.insert(path.clone(), *next);
        }
        let found = found.unwrap_or(Answer::status(404));
        match &found.to_browsers {
            Some(other) if is_browser => (**other).clone(),
            _ => found,
        }
    };
    if !found.delay.is_zero() {
        tokio::time::sleep(found.delay).await;
    }
    let etag = format!(
        "\"{}\"",
        Sha256::digest(&found.body)
            .iter()
            .take(8)
            .map(|b| format!("{b:02x}"))
            .collect::<String>()
    );
    let unchanged = found.status == 200
        && request
            .headers()
            .get(header::IF_NONE_MATCH)
            .is_some_and(|v| v.as_bytes() == etag.as_bytes());
    let status = if unchanged { 304 } else { found.status };
    inner
        .lock()
        .unwrap()
        .log
        .push((Instant::now(), path, status));
    let mut response = Response::builder()
        .status(StatusCode::from_u16(status).unwrap())
        .header(header::CONTENT_TYPE, found.content_type)
        .header(header::ETAG, etag);
    for (name, value) in &found.headers {
        response = response.header(
            *name,
            header::HeaderValue::from_bytes(value.as_bytes()).unwrap(),
        );
    }
    response
        .body(if unchanged {
            Body::empty()
        } else {
            Body::from(found.body)
        })
        .unwrap()
}

/// The real program in a data directory of its own.
pub struct Duwang {
    pub dir: tempfile::TempDir,
}

impl Duwang {
    pub fn new() -> Self {
        Self {
            dir: tempfile::tempdir().unwrap(),
        }
    }

    pub fn data(&self) -> PathBuf {
        self.dir.path().join("data")
    }

    /// Writes a units file with one website channel.
    pub fn units(&self, entry: &str) -> PathBuf {
        self.units_text(&format!(
            "[region]\nname = \"云溪市\"\n[[unit]]\nid = \"qingshi\"\nname = \"青石街道办事处\"\nshort_names = [\"青石街道\"]\nkind = \"街道\"\n[[unit.channel]]\nid = \"site\"\nkind = \"website\"\nentry = [\"{entry}\"]\n"
        ))
    }

    pub fn units_text(&self, text: &str) -> PathBuf {
        let file = self.dir.path().join("units.toml");
        std::fs::write(&file, text).unwrap();
        file
    }

    /// A command in the data directory: loopback allowed, no delay, quick second looks.
    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = self.bare(&["--allow-private", "--rate", "0"]);
        command.args(["--recheck-after", "100ms"]).args(args);
        command
    }

    /// A command in the data directory with nothing else set.
    pub fn bare(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_duwang"));
        command
            .current_dir(self.dir.path())
            .env("NO_COLOR", "1")
            .env_remove("DUWANG_BY")
            .args(["--data-dir"])
            .arg(self.data())
            .args(args);
        command
    }

    pub fn run(&self, args: &[&str]) -> Output {
        self.command(args).output().unwrap()
    }

    /// Runs and wants success; stdout.
    pub fn ok(&self, args: &[&str]) -> String {
        let output = self.run(args);
        assert!(
            output.status.success(),
            "{args:?}: {}\n{}",
            output.status,
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8(output.stdout).unwrap()
    }

    /// Scans and gives the summary object.
    pub fn scan(&self, units: &Path, more: &[&str]) -> serde_json::Value {
        let mut args = vec![
            "scan",
            "--format",
            "json",
            "--units",
            units.to_str().unwrap(),
        ];
        args.extend_from_slice(more);
        summary_of(&self.run(&args))
    }

    /// Writes `duwang.toml` where commands run.
    pub fn config(&self, text: &str) {
        std::fs::write(self.dir.path().join("duwang.toml"), text).unwrap();
    }

    /// Findings as JSON objects.
    pub fn findings(&self, more: &[&str]) -> Vec<serde_json::Value> {
        let mut args = vec!["findings", "--format", "jsonl"];
        args.extend_from_slice(more);
        self.ok(&args)
            .lines()
            .map(|l| serde_json::from_str(l).unwrap())
            .collect()
    }
}

/// The summary object a scan ended with.
pub fn summary_of(scan: &Output) -> serde_json::Value {
    let text = String::from_utf8_lossy(&scan.stdout).into_owned();
    let last = text
        .lines()
        .last()
        .unwrap_or_else(|| panic!("no summary: {}", String::from_utf8_lossy(&scan.stderr)));
    serde_json::from_str(last).unwrap()
}

/// An article page with a body.
pub fn article(title: &str, date: &str, body: &str) -> String {
    format!(
        "<!DOCTYPE html><html><head><title>{title}</title><meta name=\"ArticleTitle\" content=\"{title}\"><meta name=\"PubDate\" content=\"{date} 09:00\"></head><body><div class=\"nav\"><a href=\"/qs/\">首页</a></div><h1>{title}</h1><div class=\"info\">发布时间：{date} 09:00　来源：青石街道办事处</div><div class=\"TRS_Editor\"><p>{body}</p></div><div class=\"footer\">主办：青石街道办事处　电话：0599-6660000</div></body></html>"
    )
}

/// A list page of (href, title, date).
pub fn list(title: &str, items: &[(String, String, String)], pages: usize, page: usize) -> String {
    let rows: String = items
        .iter()
        .map(|(href, title, date)| {
            format!("<li><a href=\"{href}\" title=\"{title}\">{title}</a><span>{date}</span></li>")
        })
        .collect();
    format!(
        "<html><head><title>{title}</title></head><body><h2>{title}</h2><ul class=\"list\">{rows}</ul><script>createPageHTML({pages}, {page}, \"index\", \"htm\");</script></body></html>"
    )
}
