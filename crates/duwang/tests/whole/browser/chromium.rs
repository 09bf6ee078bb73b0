//! A headless Chromium driven over its own protocol, with what a test needs and no more.

use serde_json::{Value, json};
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Who a browser started by root runs as.
const NOBODY: u32 = 65_534;

pub struct Chromium {
    child: Child,
    socket: TcpStream,
    number: u64,
    /// What happened in the page, as far as it was asked to tell.
    events: Vec<Value>,
    _profile: tempfile::TempDir,
}

impl Drop for Chromium {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

impl Chromium {
    /// A browser with one empty page; `None` where there is no Chromium.
    pub fn start() -> Option<Self> {
        let program = duwang::render::find_program()?;
        let profile = tempfile::Builder::new()
            .prefix("duwang-browser")
            .tempdir()
            .unwrap();
        let mut command = Command::new(program);
        command
            .args(["--headless", "--disable-gpu", "--no-first-run"])
            .args(["--disable-dev-shm-usage", "--hide-scrollbars"])
            .args(["--remote-debugging-port=0", "--lang=zh-CN"])
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .arg("about:blank")
            .env("HOME", profile.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        if rustix::process::geteuid().is_root() {
            std::os::unix::fs::chown(profile.path(), Some(NOBODY), Some(NOBODY)).unwrap();
            command.uid(NOBODY).gid(NOBODY);
        }
        let child = command.spawn().unwrap();
        let port = port(&profile.path().join("DevToolsActivePort"));
        let pages = http(port, "GET", "/json/list");
        let pages: Value = serde_json::from_str(&pages).unwrap();
        let page = pages
            .as_array()
            .unwrap()
            .iter()
            .find(|p| p["type"] == "page")
            .unwrap();
        let address = page["webSocketDebuggerUrl"].as_str().unwrap();
        let path = address.split(&format!(":{port}")).nth(1).unwrap();
        let mut browser = Self {
            child,
            socket: open(port, path),
            number: 0,
            events: Vec::new(),
            _profile: profile,
        };
        browser.ask("Page.enable", json!({}));
        Some(browser)
    }

    /// One command and its result.
    pub fn ask(&mut self, method: &str, params: Value) -> Value {
        self.number += 1;
        let number = self.number;
        let text = json!({"id": number, "method": method, "params": params}).to_string();
        write_frame(&mut self.socket, text.as_bytes());
        loop {
            let message: Value = serde_json::from_slice(&read_message(&mut self.socket)).unwrap();
            if message["id"] == number {
                assert!(message["error"].is_null(), "{method}: {message}");
                return message["result"].clone();
            }
            self.events.push(message);
        }
    }

    /// What happened since the last call; `Network.enable` and the like decide what is told.
    pub fn take_events(&mut self) -> Vec<Value> {
        self.eval("0"); // what happened until now comes before its answer
        std::mem::take(&mut self.events)
    }

    /// Goes to an address and waits until it is there.
    pub fn go(&mut self, url: &str) {
        self.ask("Page.navigate", json!({ "url": url }));
        self.until("document.readyState === 'complete' && location.href !== 'about:blank'");
    }

    /// The value of an expression.
    pub fn eval(&mut self, expression: &str) -> Value {
        let params = json!({"expression": expression, "returnByValue": true, "awaitPromise": true});
        let result = self.ask("Runtime.evaluate", params);
        assert!(
            result["exceptionDetails"].is_null(),
            "{expression}: {result}"
        );
        result["result"]["value"].clone()
    }

    /// Waits for an expression to hold.
    pub fn until(&mut self, expression: &str) {
        let began = Instant::now();
        while self.eval(expression) != Value::Bool(true) {
            assert!(
                began.elapsed() < Duration::from_secs(30),
                "never: {expression}"
            );
            std::thread::sleep(Duration::from_millis(30));
        }
    }

    /// Presses one key as a person would.
    pub fn press(&mut self, key: &str) {
        let mut down = json!({"type": "keyDown", "key": key});
        if key.chars().count() == 1 {
            down["text"] = key.into();
        }
        self.ask("Input.dispatchKeyEvent", down);
        self.ask(
            "Input.dispatchKeyEvent",
            json!({"type": "keyUp", "key": key}),
        );
    }

    /// Presses Enter so that a button takes it for a click.
    pub fn press_enter(&mut self) {
        let mut key = json!({"type": "keyDown", "key": "Enter", "code": "Enter", "text": "\r"});
        key["windowsVirtualKeyCode"] = 13.into();
        self.ask("Input.dispatchKeyEvent", key.clone());
        key["type"] = "keyUp".into();
        self.ask("Input.dispatchKeyEvent", key);
    }

    /// Types into whatever has the focus.
    pub fn write(&mut self, text: &str) {
        self.ask("Input.insertText", json!({ "text": text }));
    }

    /// Sets the size of the window; below 500 as a telephone.
    pub fn size(&mut self, width: u32, height: u32) {
        let params = json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500});
        self.ask("Emulation.setDeviceMetricsOverride", params);
    }

    /// Keeps a picture when a folder for pictures was given (`DUWANG_SHOTS`).
    pub fn picture(&mut self, name: &str) {
        let Some(folder) = std::env::var_os("DUWANG_SHOTS") else {
            return;
        };
        let shot = self.ask("Page.captureScreenshot", json!({"format": "png"}));
        let bytes = decode(shot["data"].as_str().unwrap());
        std::fs::write(Path::new(&folder).join(format!("{name}.png")), bytes).unwrap();
    }
}

fn port(file: &Path) -> u16 {
    let began = Instant::now();
    loop {
        if let Ok(text) = std::fs::read_to_string(file)
            && let Some(port) = text.lines().next().and_then(|l| l.parse().ok())
        {
            return port;
        }
        assert!(
            began.elapsed() < Duration::from_secs(60),
            "Chromium did not start"
        );
        std::thread::sleep(Duration::from_millis(50));
    }
}

fn http(port: u16, method: &str, path: &str) -> String {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    write!(
        stream,
        "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n"
    )
    .unwrap();
    let mut text = String::new();
    let mut byte = [0];
    while !text.ends_with("\r\n\r\n") {
        stream.read_exact(&mut byte).unwrap();
        text.push(char::from(byte[0]));
    }
    let lower = text.to_ascii_lowercase();
    let length = lower.split("content-length:").nth(1).unwrap();
    let length: usize = length.split("\r\n").next().unwrap().trim().parse().unwrap();
    let mut body = vec![0; length];
    stream.read_exact(&mut body).unwrap();
    String::from_utf8(body).unwrap()
}

fn open(port: u16, path: &str) -> TcpStream {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_secs(60)))
        .unwrap();
    write!(
        stream,
        "GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n"
    )
    .unwrap();
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte).unwrap();
        head.push(byte[0]);
    }
    assert!(
        head.starts_with(b"HTTP/1.1 101"),
        "{}",
        String::from_utf8_lossy(&head)
    );
    stream
}

/// A masked text frame; the mask is zero.
fn write_frame(stream: &mut TcpStream, bytes: &[u8]) {
    let mut frame = vec![0x81];
    match bytes.len() {
        0..126 => frame.push(0x80 | bytes.len() as u8),
        126..65_536 => {
            frame.push(0x80 | 126);
            frame.extend((bytes.len() as u16).to_be_bytes());
        }
        _ => {
            frame.push(0x80 | 127);
            frame.extend((bytes.len() as u64).to_be_bytes());
        }
    }
    frame.extend([0; 4]);
    frame.extend(bytes);
    stream.write_all(&frame).unwrap();
}

/// One message, put together from its frames.
fn read_message(stream: &mut TcpStream) -> Vec<u8> {
    let mut message = Vec::new();
    loop {
        let mut head = [0; 2];
        stream.read_exact(&mut head).unwrap();
        let length = match head[1] & 0x7f {
            126 => {
                let mut long = [0; 2];
                stream.read_exact(&mut long).unwrap();
                u64::from(u16::from_be_bytes(long))
            }
            127 => {
                let mut long = [0; 8];
                stream.read_exact(&mut long).unwrap();
                u64::from_be_bytes(long)
            }
            short => u64::from(short),
        };
        let mut part = vec![0; usize::try_from(length).unwrap()];
        stream.read_exact(&mut part).unwrap();
        if head[0] & 0x0f <= 2 {
            message.extend(part);
            if head[0] & 0x80 != 0 {
                return message;
            }
        }
    }
}

fn decode(base64: &str) -> Vec<u8> {
    let value = |c: u8| match c {
        b'A'..=b'Z' => c - b'A',
        b'a'..=b'z' => c - b'a' + 26,
        b'0'..=b'9' => c - b'0' + 52,
        b'+' => 62,
        _ => 63,
    };
    let (mut bytes, mut bits, mut count) = (Vec::new(), 0_u32, 0);
    for c in base64.bytes().filter(|c| *c != b'=') {
        bits = bits << 6 | u32::from(value(c));
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count) as u8);
        }
    }
    bytes
}
