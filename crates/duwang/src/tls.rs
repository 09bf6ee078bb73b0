//! TLS by the office's own certificate, for consoles without a proxy in front.

use anyhow::{Context as _, ensure};
use axum::serve::Listener;
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use std::net::SocketAddr;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

/// Whoever has not ended the handshake by then is let go.
const PATIENCE: Duration = Duration::from_secs(10);
/// Connections whose handshake has ended and that wait to be taken.
const WAITING: usize = 64;

/// `tls_cert` and `tls_key` of `duwang.toml`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Files {
    /// The certificate and those that lead from it to a known authority, PEM.
    pub cert: PathBuf,
    /// Its private key, PEM.
    pub key: PathBuf,
}

impl Files {
    /// Both or none.
    pub fn of(cert: Option<PathBuf>, key: Option<PathBuf>) -> anyhow::Result<Option<Self>> {
        match (cert, key) {
            (Some(cert), Some(key)) => Ok(Some(Self { cert, key })),
            (None, None) => Ok(None),
            (Some(_), None) => anyhow::bail!("配置了 tls_cert，还要写 tls_key（证书的私钥文件）"),
            (None, Some(_)) => anyhow::bail!("配置了 tls_key，还要写 tls_cert（证书文件）"),
        }
    }

    /// What the console speaks with. Errors name the file and what is wrong with it.
    pub(crate) fn load(&self) -> anyhow::Result<TlsAcceptor> {
        let certs = self.certs()?;
        let key = self.key()?;
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_single_cert(certs, key)
            .with_context(|| {
                format!(
                    "证书 {} 和私钥 {} 合不到一起：请确认是同一次签发的一对",
                    self.cert.display(),
                    self.key.display()
                )
            })?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(TlsAcceptor::from(Arc::new(config)))
    }

    fn certs(&self) -> anyhow::Result<Vec<CertificateDer<'static>>> {
        let path = self.cert.display();
        let pem = std::fs::read(&self.cert).with_context(|| format!("读不了证书文件 {path}"))?;
        let certs: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&pem).collect();
        let certs = certs.with_context(|| format!("证书文件 {path} 不是完整的 PEM"))?;
        ensure!(
            !certs.is_empty(),
            "证书文件 {path} 里没有证书（应有 -----BEGIN CERTIFICATE-----）"
        );
        Ok(certs)
    }

    fn key(&self) -> anyhow::Result<PrivateKeyDer<'static>> {
        let path = self.key.display();
        ensure_private(&self.key)?;
        let pem = std::fs::read(&self.key).with_context(|| format!("读不了私钥文件 {path}"))?;
        PrivateKeyDer::from_pem_slice(&pem).with_context(|| {
            format!(
                "私钥文件 {path} 里没有可用的私钥（应有 -----BEGIN PRIVATE KEY-----，且没有口令）"
            )
        })
    }
}

/// A group may read it, as the group of a machine's certificates does; the rest of the world may not.
fn ensure_private(key: &Path) -> anyhow::Result<()> {
    let path = key.display();
    let meta = std::fs::metadata(key).with_context(|| format!("读不了私钥文件 {path}"))?;
    ensure!(
        meta.mode() & 0o007 == 0,
        "私钥文件 {path} 谁都能读，请先执行 chmod 600 {path}"
    );
    Ok(())
}

/// Accepts connections and speaks TLS with them, each on a task of its own: somebody slow holds up nobody.
pub(crate) struct TlsListener {
    address: SocketAddr,
    ready: mpsc::Receiver<(TlsStream<TcpStream>, SocketAddr)>,
    accepting: tokio::task::JoinHandle<()>,
}

impl TlsListener {
    pub(crate) fn new(plain: TcpListener, acceptor: TlsAcceptor) -> anyhow::Result<Self> {
        let address = plain.local_addr()?;
        let (send, ready) = mpsc::channel(WAITING);
        Ok(Self {
            address,
            ready,
            accepting: tokio::spawn(accept(plain, acceptor, send)),
        })
    }
}

impl Drop for TlsListener {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn accept(
    mut plain: TcpListener,
    acceptor: TlsAcceptor,
    send: mpsc::Sender<(TlsStream<TcpStream>, SocketAddr)>,
) {
    loop {
        let (stream, peer) = Listener::accept(&mut plain).await;
        let (acceptor, send) = (acceptor.clone(), send.clone());
        tokio::spawn(async move {
            let shaken = tokio::time::timeout(PATIENCE, acceptor.accept(stream)).await;
            if let Ok(Ok(stream)) = shaken {
                // Nobody takes it any more: the console is ending.
                drop(send.send((stream, peer)).await);
            }
        });
    }
}

impl Listener for TlsListener {
    type Io = TlsStream<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        match self.ready.recv().await {
            Some(accepted) => accepted,
            None => std::future::pending().await, // the task that accepts ends only with this
        }
    }

    fn local_addr(&self) -> std::io::Result<SocketAddr> {
        Ok(self.address)
    }
}

#[cfg(test)]
mod tests {
    #![allow(
        clippy::unwrap_used,
        clippy::expect_used,
        reason = "tests fail by panicking"
    )]
    use super::*;
    use std::os::unix::fs::PermissionsExt as _;

    fn write(dir: &Path, name: &str, text: &str) -> PathBuf {
        let file = dir.join(name);
        std::fs::write(&file, text).unwrap();
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).unwrap();
        file
    }

    fn pair() -> (String, String) {
        let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        (made.cert.pem(), made.signing_key.serialize_pem())
    }

    #[test]
    fn what_is_wrong_with_the_files_is_said() {
        let dir = tempfile::tempdir().unwrap();
        let ((cert, key), (_, other)) = (pair(), pair());
        let cert = write(dir.path(), "cert.pem", &cert);
        let key_file = write(dir.path(), "key.pem", &key);
        let told = |cert: &Path, key: &Path| {
            let files = Files {
                cert: cert.to_owned(),
                key: key.to_owned(),
            };
            files
                .load()
                .err()
                .map(|e| format!("{e:#}"))
                .unwrap_or_default()
        };
        assert_eq!(told(&cert, &key_file), "");
        let mismatched = write(dir.path(), "other.pem", &other);
        assert!(told(&cert, &mismatched).contains("合不到一起"));
        assert!(told(&dir.path().join("none"), &key_file).contains("读不了证书文件"));
        assert!(told(&cert, &dir.path().join("none")).contains("读不了私钥文件"));
        assert!(told(&key_file, &key_file).contains("没有证书"));
        assert!(told(&cert, &cert).contains("没有可用的私钥"));
        let open = write(dir.path(), "open.pem", &key);
        std::fs::set_permissions(&open, std::fs::Permissions::from_mode(0o644)).unwrap();
        assert!(told(&cert, &open).contains("chmod 600"));
        assert!(
            Files::of(Some(cert), None)
                .unwrap_err()
                .to_string()
                .contains("tls_key")
        );
    }
}
