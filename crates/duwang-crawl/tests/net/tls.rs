use crate::server::{page, quick, visit};
use duwang_crawl::{Crawler, Policy};
use duwang_model::OutcomeKind::{Ok, Unreachable};
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, date_time_ymd,
};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

fn authority() -> CertifiedIssuer<'static, KeyPair> {
    let mut params = CertificateParams::new(Vec::<String>::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

async fn serve(chain: Vec<CertificateDer<'static>>, key: &KeyPair) -> SocketAddr {
    let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .unwrap();
    let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Result::Ok((stream, _)) = listener.accept().await {
            let acceptor = acceptor.clone();
            tokio::spawn(async move {
                let Result::Ok(mut stream) = acceptor.accept(stream).await else {
                    return;
                };
                let mut request = [0; 4096];
                let _ = stream.read(&mut request).await;
                let reply = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok";
                let _ = stream.write_all(reply.as_bytes()).await;
                let _ = stream.shutdown().await;
            });
        }
    });
    address
}

async fn fetch(policy: Policy, address: SocketAddr) -> duwang_crawl::Fetched {
    let mut policy = Policy {
        ignore_robots: vec!["www.yunxi-demo.gov.cn".into()],
        ..policy
    };
    policy
        .resolve
        .insert("www.yunxi-demo.gov.cn".into(), address.ip());
    let url = format!("https://www.yunxi-demo.gov.cn:{}/", address.port());
    visit(&Crawler::new(policy).unwrap(), &page(&url)).await
}

fn trusting(authority: &CertifiedIssuer<'_, KeyPair>) -> Policy {
    Policy {
        trusted: vec![authority.pem()],
        ..quick()
    }
}

fn names(name: &str) -> CertificateParams {
    CertificateParams::new(vec![name.to_owned()]).unwrap()
}

#[tokio::test]
async fn a_trusted_certificate_is_fine() {
    let (authority, key) = (authority(), KeyPair::generate().unwrap());
    let certificate = names("www.yunxi-demo.gov.cn")
        .signed_by(&key, &authority)
        .unwrap();
    let address = serve(vec![certificate.der().clone()], &key).await;
    let fetched = fetch(trusting(&authority), address).await;
    assert_eq!(fetched.outcome.kind, Ok, "{:?}", fetched.outcome);
}

#[tokio::test]
async fn an_expired_certificate_says_so() {
    let (authority, key) = (authority(), KeyPair::generate().unwrap());
    let mut params = names("www.yunxi-demo.gov.cn");
    params.not_before = date_time_ymd(2019, 1, 1);
    params.not_after = date_time_ymd(2020, 1, 1);
    let certificate = params.signed_by(&key, &authority).unwrap();
    let address = serve(vec![certificate.der().clone()], &key).await;
    let fetched = fetch(trusting(&authority), address).await;
    assert_eq!(fetched.outcome.kind, Unreachable);
    assert!(
        fetched.outcome.reason.contains("证书过期"),
        "{}",
        fetched.outcome.reason
    );
}

#[tokio::test]
async fn a_certificate_for_another_name_says_so() {
    let (authority, key) = (authority(), KeyPair::generate().unwrap());
    let certificate = names("other-demo.gov.cn")
        .signed_by(&key, &authority)
        .unwrap();
    let address = serve(vec![certificate.der().clone()], &key).await;
    let fetched = fetch(trusting(&authority), address).await;
    assert!(
        fetched.outcome.reason.contains("主机名不符"),
        "{}",
        fetched.outcome.reason
    );
}

#[tokio::test]
async fn a_certificate_nobody_vouches_for_says_so() {
    let key = KeyPair::generate().unwrap();
    let own = names("www.yunxi-demo.gov.cn").self_signed(&key).unwrap();
    let mut params = names("www.yunxi-demo.gov.cn");
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let own_authority = params.self_signed(&key).unwrap();
    let unknown = names("www.yunxi-demo.gov.cn")
        .signed_by(&key, &authority())
        .unwrap();
    for certificate in [own, own_authority, unknown] {
        let address = serve(vec![certificate.der().clone()], &key).await;
        let fetched = fetch(quick(), address).await;
        assert_eq!(fetched.outcome.kind, Unreachable);
        assert!(
            fetched.outcome.reason.contains("自签名或证书链不全"),
            "{}",
            fetched.outcome.reason
        );
    }
}

#[tokio::test]
async fn a_forgotten_intermediate_can_be_trusted_by_name() {
    let (root, key, site_key) = (
        authority(),
        KeyPair::generate().unwrap(),
        KeyPair::generate().unwrap(),
    );
    let mut params = CertificateParams::new(Vec::<String>::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params
        .distinguished_name
        .push(DnType::CommonName, "样例中间证书");
    let intermediate = CertifiedIssuer::signed_by(params, key, &root).unwrap();
    let certificate = names("www.yunxi-demo.gov.cn")
        .signed_by(&site_key, &intermediate)
        .unwrap();
    let address = serve(vec![certificate.der().clone()], &site_key).await;
    let broken = fetch(trusting(&root), address).await;
    assert!(
        broken.outcome.reason.contains("链不全"),
        "{}",
        broken.outcome.reason
    );
    assert_eq!(
        fetch(trusting(&intermediate), address).await.outcome.kind,
        Ok
    );
}

#[tokio::test]
async fn a_port_without_tls_and_one_that_hangs_up() {
    for reply in ["HTTP/1.1 400 Bad Request\r\n\r\n", ""] {
        let server = crate::server::Server::start(|_| crate::server::html("x")).await;
        drop(server);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move {
            while let Result::Ok((mut stream, _)) = listener.accept().await {
                let mut hello = [0; 1024];
                let _ = stream.read(&mut hello).await;
                let _ = stream.write_all(reply.as_bytes()).await;
                let _ = stream.shutdown().await;
            }
        });
        let fetched = fetch(quick(), address).await;
        assert_eq!(fetched.outcome.kind, Unreachable);
        assert!(
            fetched.outcome.reason.contains("HTTPS"),
            "{}",
            fetched.outcome.reason
        );
    }
}

#[test]
fn a_certificate_that_is_none_is_our_own_trouble() {
    let policy = Policy {
        trusted: vec!["-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n".into()],
        ..quick()
    };
    assert!(Crawler::new(policy).is_err());
}
