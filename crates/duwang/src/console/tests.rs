#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stderr,
    reason = "tests fail by panicking"
)]
//! The console over a real socket on loopback, with made-up findings.

use super::{ConsoleState, router};
use crate::people::{Accounts, Role, Sessions};
use crate::view::sample;
use duwang_model::{FindingFilter, State, Visit};
use duwang_store::Store;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;

mod deliveries;
mod door;
mod list;
mod oidc;
mod probe;
mod proof;
mod review;
mod routes;
mod views;

struct Console {
    address: SocketAddr,
    cookie: String,
    store: Arc<dyn Store>,
    _runtime: tokio::runtime::Runtime,
}

struct Reply {
    status: u16,
    /// As it came, and in small letters.
    raw_head: String,
    head: String,
    body: String,
}

fn console(store: Box<dyn Store>) -> Console {
    console_with(store, |_| {})
}

fn console_with(store: Box<dyn Store>, set: impl FnOnce(&mut ConsoleState)) -> Console {
    let store: Arc<dyn Store> = Arc::from(store);
    let cookie = entered(store.as_ref(), "张某", Role::Supervisor, None);
    let mut state = ConsoleState::new(
        Arc::clone(&store),
        std::path::PathBuf::new(),
        Arc::new(sample::now),
    );
    state.region = Arc::new(sample::region);
    state.hosts = Arc::from(["duwang.example".to_owned()]);
    state.calendar = Arc::new(crate::rulebook::calendar(None).unwrap());
    set(&mut state);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let listener = runtime
        .block_on(tokio::net::TcpListener::bind("127.0.0.1:0"))
        .unwrap();
    let address = listener.local_addr().unwrap();
    let site = router(state).into_make_service_with_connect_info::<SocketAddr>();
    runtime.spawn(async move { axum::serve(listener, site).await });
    Console {
        address,
        cookie,
        store,
        _runtime: runtime,
    }
}

/// The cookie of a person who has logged in.
fn entered(store: &dyn Store, name: &str, role: Role, unit: Option<&str>) -> String {
    let accounts = Accounts(store);
    let unit = unit.map(str::to_owned);
    accounts
        .add(name, role, unit, "correct horse", false)
        .unwrap();
    let account = accounts.get(name).unwrap().unwrap();
    let secret = Sessions(store).begin(&account, sample::now()).unwrap();
    format!("duwang-session={secret}")
}

fn full() -> Console {
    console(sample::store())
}

impl Console {
    fn get(&self, path: &str) -> Reply {
        self.send(&format!("GET {path} HTTP/1.1\r\n"), "")
    }

    /// As a browser sends a form of our own pages.
    fn post(&self, path: &str, form: &str) -> Reply {
        let origin = format!(
            "Origin: http://{}\r\nSec-Fetch-Site: same-origin\r\n",
            self.address
        );
        self.post_from(path, form, &origin)
    }

    fn post_from(&self, path: &str, form: &str, extra: &str) -> Reply {
        let head = format!(
            "POST {path} HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n{extra}",
            form.len()
        );
        self.send(&head, form)
    }

    fn send(&self, head: &str, body: &str) -> Reply {
        let mut stream = TcpStream::connect(self.address).unwrap();
        write!(
            stream,
            "{head}Host: {}\r\nCookie: {}\r\nConnection: close\r\n\r\n{body}",
            self.address, self.cookie
        )
        .unwrap();
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).unwrap();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        Reply {
            status: head.split(' ').nth(1).unwrap().parse().unwrap(),
            raw_head: head.to_owned(),
            head: head.to_ascii_lowercase(),
            body: body.to_owned(),
        }
    }

    fn id_of(&self, rule: &str) -> String {
        let filter = FindingFilter {
            rules: vec![rule.to_owned()],
            ..FindingFilter::default()
        };
        self.store.findings(&filter).unwrap()[0].id.clone()
    }

    fn state_of(&self, id: &str) -> State {
        self.store.finding(id).unwrap().unwrap().state
    }
}

const PAGES: &[&str] = &[
    "/",
    "/coverage",
    "/findings?state=all",
    "/report",
    "/report?open=1",
];
