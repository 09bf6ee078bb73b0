//! What is strange about a site is told after a second look, once, and is over when it is gone.

use crate::common::{Answer, Duwang, Site};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::pki_types::PrivateKeyDer;
use std::sync::Arc;
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};

fn home(title: &str, keywords: &str) -> String {
    let lines: String = (1..30)
        .map(|n| format!("<p>云溪市第{n}项惠民工程开工，群众办事更加方便</p>"))
        .collect();
    format!(
        "<html><head><title>{title}</title><meta name=\"keywords\" content=\"{keywords}\"></head><body>{lines}</body></html>"
    )
}

fn look(duwang: &Duwang, more: &[&str]) -> (String, Option<i32>) {
    let output = duwang.run(&[more, &["watch", "now"]].concat());
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    (
        String::from_utf8(output.stdout).unwrap() + &told,
        output.status.code(),
    )
}

fn watched() -> (Duwang, Site) {
    let (duwang, site) = (Duwang::new(), Site::start());
    duwang.units(&site.url("/qs/"));
    duwang.config("units = \"units.toml\"\n[watch]\n");
    site.html("/qs/", &home("青石街道办事处", "青石街道,政务公开"));
    (duwang, site)
}

#[test]
fn another_title_is_told_and_over_when_it_is_back() {
    let (duwang, site) = watched();
    assert_eq!(look(&duwang, &[]).1, Some(0), "the first look is believed");
    let well = Answer::html(home("青石街道办事处", "青石街道,政务公开"));
    let strange = Answer::html(home("青石娱乐城", "彩票,博彩"));
    site.put("/qs/", strange.clone().then(well.clone()));
    let (told, code) = look(&duwang, &[]);
    assert!(
        code == Some(0) && !told.contains("标题"),
        "seen only once: {told}"
    );
    site.put("/qs/", strange);
    let (told, code) = look(&duwang, &[]);
    assert_eq!(code, Some(1), "{told}");
    assert!(
        told.contains("原来“青石街道办事处”，现在“青石娱乐城”"),
        "{told}"
    );
    assert!(told.contains("关键词变了"), "{told}");
    assert!(duwang.ok(&["watch", "report"]).contains("标题变了"));
    site.put("/qs/", well);
    let (told, code) = look(&duwang, &[]);
    assert!(code == Some(0) && !told.contains("标题变了"), "{told}");
}

#[test]
fn a_new_face_may_be_accepted() {
    let (duwang, site) = watched();
    look(&duwang, &[]);
    site.html("/qs/", &home("云溪市青石街道", "青石街道,政务公开"));
    assert_eq!(look(&duwang, &[]).1, Some(1));
    duwang.ok(&["watch", "accept", "site"]);
    assert_eq!(look(&duwang, &[]).1, Some(0));
    let unknown = duwang.run(&["watch", "accept", "nowhere"]);
    assert_eq!(unknown.status.code(), Some(2));
}

#[test]
fn another_host_is_told() {
    let (duwang, site) = watched();
    look(&duwang, &[]);
    let other = Site::start();
    other.html("/", &home("青石街道办事处", "青石街道,政务公开"));
    site.put("/qs/", Answer::redirect(&other.url("/")));
    let (told, code) = look(&duwang, &[]);
    assert_eq!(code, Some(1), "{told}");
    assert!(told.contains(&format!("现在 {}", other.base)), "{told}");
}

#[test]
fn what_only_browsers_are_shown_is_told() {
    let (duwang, site) = watched();
    let well = Answer::html(home("青石街道办事处", "青石街道,政务公开"));
    let bets = "<html><title>在线投注</title><body>".to_owned()
        + &"<p>注册送彩金，投注返水高，欢迎光临</p>".repeat(20);
    site.put("/qs/", well.clone().but_browsers(Answer::html(bets)));
    let (told, code) = look(&duwang, &[]);
    assert_eq!(code, Some(1), "{told}");
    assert!(told.contains("不是同一页"), "{told}");
    // The next day everybody is shown the same again.
    site.put("/qs/", well);
    let (told, code) = look(&duwang, &["--now", "2030-01-01T10:00:00+08:00"]);
    assert_eq!(code, Some(0), "{told}");
}

#[test]
fn a_page_that_changes_at_every_look_is_not_called_cloaked() {
    let (duwang, site) = watched();
    let page = |word: &str| {
        Answer::html(format!(
            "<p>{}</p>",
            format!("{word}甲乙丙丁</p><p>").repeat(30)
        ))
    };
    let mut chain = page("辛");
    for word in ["庚", "己", "戊", "丁", "丙", "乙"] {
        chain = page(word).then(chain);
    }
    site.put("/qs/", chain);
    let (told, code) = look(&duwang, &[]);
    assert_eq!(code, Some(0), "{told}");
}

#[test]
fn nobody_pretends_to_be_a_browser_when_that_is_switched_off() {
    let (duwang, site) = watched();
    duwang.config("units = \"units.toml\"\n[watch]\ncloaking = false\n");
    look(&duwang, &[]);
    assert!(site.agents().iter().all(|a| a.starts_with("duwang/")));
}

/// Speaks TLS in front of a site, by a certificate that is good until the end of 2029.
fn secured(site: &Site) -> (u16, String) {
    let mut authority = CertificateParams::new(Vec::<String>::new()).unwrap();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = CertifiedIssuer::self_signed(authority, KeyPair::generate().unwrap()).unwrap();
    let key = KeyPair::generate().unwrap();
    let mut own = CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap();
    own.not_after = rcgen::date_time_ymd(2029, 12, 31);
    let certificate = own.signed_by(&key, &authority).unwrap();
    let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], key)
        .unwrap();
    let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(config));
    let to = site.base.trim_start_matches("http://").to_owned();
    let (send, receive) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(async move {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            send.send(listener.local_addr().unwrap().port()).unwrap();
            while let Ok((stream, _)) = listener.accept().await {
                let (acceptor, to) = (acceptor.clone(), to.clone());
                tokio::spawn(async move {
                    let mut secure = acceptor.accept(stream).await.ok()?;
                    let mut plain = TcpStream::connect(to).await.ok()?;
                    copy_bidirectional(&mut secure, &mut plain).await.ok()
                });
            }
        });
    });
    (receive.recv().unwrap(), authority.pem())
}

#[test]
fn a_certificate_that_runs_out_is_told_in_time() {
    let (duwang, site) = watched();
    let (port, authority) = secured(&site);
    std::fs::write(duwang.dir.path().join("ca.pem"), authority).unwrap();
    duwang.units(&format!("https://127.0.0.1:{port}/qs/"));
    duwang.config("units = \"units.toml\"\ntrusted = [\"ca.pem\"]\n[watch]\n");
    let on = |day: &str| look(&duwang, &["--now", &format!("{day}T10:00:00+08:00")]);
    let (told, code) = on("2029-11-20");
    assert!(code == Some(0) && told.contains("打得开"), "{told}");
    let (told, code) = on("2029-12-05");
    assert!(
        code == Some(1) && told.contains("证书还有 25 天到期"),
        "{told}"
    );
    assert!(on("2029-12-20").0.contains("证书还有 10 天到期"));
    assert!(on("2029-12-29").0.contains("证书还有 1 天到期"));
    assert!(on("2030-01-02").0.contains("已于 2029-12-31"));
}
