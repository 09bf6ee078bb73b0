//! A server that answers byte for byte what it is told to: one loopback address for every misbehaviour, one thread for every connection.

use super::{Misbehaviour, Plays};
use crate::common::{article, list};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::pki_types::PrivateKeyDer;
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use socket2::SockRef;
use std::collections::HashMap;
use std::io::{Read, Result, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// Whoever reads more slowly than this is given up.
const PATIENCE: Duration = Duration::from_secs(60);

/// Both directions of a connection, with or without TLS.
pub trait Wire: Read + Write + Send {}
impl<T: Read + Write + Send> Wire for T {}

/// Where one misbehaviour stands.
pub struct Place {
    /// `http://127.61.0.7:8123`
    pub base: String,
}

/// All places of a hostile web, and who vouches for those that speak TLS.
pub struct Web {
    pub places: Vec<Place>,
    /// PEM of the authority.
    pub authority: String,
}

impl Web {
    /// Opens one place for each misbehaviour, on the addresses 127.61.x.y.
    pub fn start(all: &[&'static Misbehaviour]) -> Self {
        let authority = Authority::new();
        let listeners: Vec<TcpListener> = (0..all.len())
            .map(|n| {
                let (high, low) = (n / 200, n % 200 + 1);
                let at = [127, 61, high as u8, low as u8];
                TcpListener::bind((Ipv4Addr::from(at), 0)).unwrap()
            })
            .collect();
        let bases: Arc<Vec<String>> = Arc::new(
            listeners
                .iter()
                .zip(all)
                .map(|(l, m)| format!("{}://{}", m.plays.scheme(), l.local_addr().unwrap()))
                .collect(),
        );
        for (n, (listener, misbehaviour)) in listeners.into_iter().zip(all).enumerate() {
            let host = Arc::new(Host {
                misbehaviour,
                tls: authority.vouch(&listener, &misbehaviour.plays),
                here: bases[n].clone(),
                elsewhere: bases[(n + 1) % bases.len()].clone(),
                asked: Mutex::default(),
            });
            std::thread::spawn(move || {
                for stream in listener.incoming().flatten() {
                    let host = Arc::clone(&host);
                    // What a client that went away makes of an answer is no matter.
                    std::thread::spawn(move || drop(host.serve(stream)));
                }
            });
        }
        Self {
            places: bases
                .iter()
                .map(|base| Place { base: base.clone() })
                .collect(),
            authority: authority.issuer.pem(),
        }
    }
}

struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
}

impl Authority {
    fn new() -> Self {
        let mut params = CertificateParams::new(Vec::<String>::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
        Self { issuer }
    }

    /// TLS for the listener's own address.
    fn vouch(&self, listener: &TcpListener, plays: &Plays) -> Option<Arc<ServerConfig>> {
        let protocol: &[u8] = match plays {
            Plays::Tls(_) => b"http/1.1",
            Plays::Http2(_) => b"h2",
            _ => return None,
        };
        let address = listener.local_addr().unwrap().ip().to_string();
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new(vec![address]).unwrap();
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(
                vec![certificate.der().clone()],
                PrivateKeyDer::try_from(key.serialize_der()).unwrap(),
            )
            .unwrap();
        config.alpn_protocols = vec![protocol.to_vec()];
        Some(Arc::new(config))
    }
}

struct Host {
    misbehaviour: &'static Misbehaviour,
    tls: Option<Arc<ServerConfig>>,
    here: String,
    elsewhere: String,
    /// How often each path was asked for.
    asked: Mutex<HashMap<String, usize>>,
}

impl Host {
    fn serve(&self, stream: TcpStream) -> Result<()> {
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_write_timeout(Some(PATIENCE))?;
        let bare = stream.try_clone()?;
        let mut wire: Box<dyn Wire> = match &self.tls {
            Some(config) => {
                let session = ServerConnection::new(Arc::clone(config));
                let session = session.map_err(std::io::Error::other)?;
                Box::new(StreamOwned::new(session, stream))
            }
            None => Box::new(stream),
        };
        match self.misbehaviour.plays {
            Plays::Bare(play) => play(&mut &bare),
            Plays::Http2(play) => play(&mut *wire),
            Plays::It(play) | Plays::File(_, play) => {
                let mut talk = self.hear(wire, bare)?;
                match talk.is_it() {
                    true => play(&mut talk),
                    false => talk.ordinary(),
                }
            }
            Plays::Site(play) | Plays::Feed(play) | Plays::Tls(play) => {
                play(&mut self.hear(wire, bare)?)
            }
        }
    }

    /// Reads the head of a request.
    fn hear(&self, mut wire: Box<dyn Wire>, bare: TcpStream) -> Result<Talk<'_>> {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") && head.len() < 100_000 {
            let mut byte = [0];
            wire.read_exact(&mut byte)?;
            head.push(byte[0]);
        }
        let head = String::from_utf8_lossy(&head).into_owned();
        let path = head.split(' ').nth(1).unwrap_or("/").to_owned();
        let mut asked = self.asked.lock().unwrap();
        let count = asked.entry(path.clone()).or_default();
        *count += 1;
        Ok(Talk {
            nth: *count,
            path,
            it: self.misbehaviour.plays.path(),
            here: &self.here,
            elsewhere: &self.elsewhere,
            wire,
            bare,
        })
    }
}

/// One request, and the connection to answer on.
pub struct Talk<'h> {
    /// Path and query.
    pub path: String,
    /// How often it was asked for, this time included.
    pub nth: usize,
    /// The path that misbehaves.
    it: &'static str,
    /// This host.
    pub here: &'h str,
    /// Another host of the hostile web.
    pub elsewhere: &'h str,
    wire: Box<dyn Wire>,
    bare: TcpStream,
}

impl Talk<'_> {
    pub fn is_it(&self) -> bool {
        self.path == self.it
    }

    /// What every site here has besides its misbehaviour: no robots.txt, a list, and an ordinary page.
    pub fn ordinary(&mut self) -> Result<()> {
        match self.path.as_str() {
            "/" => {
                let item = |path: &str, title: &str| {
                    (path.to_owned(), title.to_owned(), "2026-09-01".to_owned())
                };
                let items = [
                    item(self.it, "街道召开防汛会议"),
                    item(GOOD, "街道召开会议"),
                ];
                self.html(list("通知公告", &items, 1, 0))
            }
            GOOD => self.html(story()),
            path if path.starts_with("/web/") => {
                self.redirect(&format!("{}{path}x", self.elsewhere))
            }
            _ => self.respond("404 Not Found", "", ""),
        }
    }

    /// Bytes as they are.
    pub fn say(&mut self, bytes: impl AsRef<[u8]>) -> Result<()> {
        self.wire.write_all(bytes.as_ref())?;
        self.wire.flush()
    }

    /// The same bytes again and again, until nobody listens any more.
    pub fn say_for_ever(&mut self, bytes: impl AsRef<[u8]>, every: Duration) -> Result<()> {
        loop {
            self.say(&bytes)?;
            std::thread::sleep(every);
        }
    }

    /// An answer with a true length; header lines end in `\r\n`.
    pub fn respond(&mut self, status: &str, headers: &str, body: impl AsRef<[u8]>) -> Result<()> {
        let body = body.as_ref();
        let length = body.len();
        self.say(format!(
            "HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: {length}\r\n{headers}\r\n"
        ))?;
        self.say(body)
    }

    pub fn html(&mut self, body: impl AsRef<[u8]>) -> Result<()> {
        self.respond("200 OK", HTML, body)
    }

    pub fn file(&mut self, bytes: &[u8]) -> Result<()> {
        self.respond(
            "200 OK",
            "Content-Type: application/octet-stream\r\n",
            bytes,
        )
    }

    pub fn redirect(&mut self, to: &str) -> Result<()> {
        self.respond("302 Found", &format!("Location: {to}\r\n"), "")
    }

    /// The connection is reset, not closed.
    pub fn reset(&mut self) -> Result<()> {
        self.wire.flush()?;
        // What was said must be on its way before.
        std::thread::sleep(Duration::from_millis(50));
        SockRef::from(&self.bare).set_linger(Some(Duration::ZERO))
    }
}

/// The ordinary page's path.
pub const GOOD: &str = "/t20260901_1.htm";
pub const HTML: &str = "Content-Type: text/html; charset=utf-8\r\n";
const TITLE: &str = "街道召开防汛会议";
const BODY: &str = "青石街道办事处召开会议，布署防汛各项任务，要求各社区落实责任，备足物资，加强巡查，确保群众安全。";

/// An article with one fault in it: 布署.
pub fn story() -> String {
    story_with("")
}

/// The same with more in its text.
pub fn story_with(more: &str) -> String {
    article(TITLE, "2026-09-01", &format!("{BODY}{more}")).replace("href=\"/qs/\"", "href=\"/\"")
}
