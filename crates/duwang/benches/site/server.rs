//! The site on loopback: nginx over files where it is installed, as sites are; else a small server of our own.

use crate::pages;
use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{Response, StatusCode, header};
use std::io::{BufRead as _, BufReader};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

/// A running server; gone when dropped.
pub struct Server {
    child: Child,
    /// The address of the first list.
    pub entry: String,
    /// Who serves.
    pub name: &'static str,
    _files: Option<tempfile::TempDir>,
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

impl Server {
    /// Starts one; nginx where it is.
    pub fn start(pages: usize) -> Self {
        match Command::new("nginx").arg("-v").output() {
            Ok(_) => Self::nginx(pages),
            Err(_) => Self::own(),
        }
    }

    fn nginx(pages: usize) -> Self {
        let dir = tempfile::tempdir().unwrap();
        write_site(&dir.path().join("site"), pages);
        let port = TcpListener::bind("127.0.0.1:0")
            .and_then(|l| l.local_addr())
            .unwrap()
            .port();
        std::fs::write(dir.path().join("nginx.conf"), conf(port)).unwrap();
        let child = Command::new("nginx")
            .arg("-p")
            .arg(dir.path())
            .args(["-c", "nginx.conf", "-e", "error.log"])
            .spawn()
            .unwrap();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            std::thread::sleep(Duration::from_millis(20));
        }
        Self {
            child,
            entry: format!("http://127.0.0.1:{port}/gk/"),
            name: "nginx",
            _files: Some(dir),
        }
    }

    fn own() -> Self {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .env("DUWANG_BENCH_SERVE", "1")
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut entry = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut entry)
            .unwrap();
        Self {
            child,
            entry: entry.trim().to_owned(),
            name: "a server of our own",
            _files: None,
        }
    }
}

/// One worker in the foreground, so that killing it ends it.
fn conf(port: u16) -> String {
    format!(
        "daemon off;\nmaster_process off;\npid nginx.pid;\nevents {{ worker_connections 1024; }}\n\
         http {{\n  access_log off;\n  types {{ text/html htm; }}\n  charset utf-8;\n  etag on;\n  keepalive_requests 100000;\n  \
         client_body_temp_path t1; proxy_temp_path t2; fastcgi_temp_path t3; uwsgi_temp_path t4; scgi_temp_path t5;\n  \
         server {{ listen 127.0.0.1:{port} backlog=1024; root site; index index.htm; }}\n}}\n"
    )
}

fn write_site(root: &Path, pages: usize) {
    std::fs::create_dir_all(root.join("gk/202609")).unwrap();
    for path in pages::paths(pages) {
        let page = pages::page(&path, pages).unwrap();
        std::fs::write(root.join(path.trim_start_matches('/')), page).unwrap();
    }
}

/// What the process of our own server does.
pub fn serve(pages: usize) {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async move {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        println!("http://{}/gk/", listener.local_addr().unwrap());
        let app = Router::new().fallback(answer).with_state(Arc::new(pages));
        axum::serve(listener, app).await.unwrap();
    });
}

async fn answer(State(pages): State<Arc<usize>>, request: Request) -> Response<Body> {
    let path = request.uri().path();
    let etag = format!("\"{path}-1\"");
    let response = Response::builder()
        .header(header::CONTENT_TYPE, "text/html; charset=utf-8")
        .header(header::ETAG, &etag);
    if request
        .headers()
        .get(header::IF_NONE_MATCH)
        .is_some_and(|v| v.as_bytes() == etag.as_bytes())
    {
        return response
            .status(StatusCode::NOT_MODIFIED)
            .body(Body::empty())
            .unwrap();
    }
    match pages::page(path, *pages) {
        Some(body) => response.body(Body::from(body)).unwrap(),
        None => Response::builder()
            .status(StatusCode::NOT_FOUND)
            .body(Body::empty())
            .unwrap(),
    }
}
