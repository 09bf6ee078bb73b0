//! The console behind the office's own certificate.

use crate::common::{Duwang, login_form};
use std::io::{Read as _, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::time::Duration;

/// A certificate for this machine and its key, written where commands run, named in `duwang.toml`; the certificate.
fn certified(duwang: &Duwang) -> String {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    write(duwang, "cert.pem", &made.cert.pem());
    write(duwang, "key.pem", &made.signing_key.serialize_pem());
    duwang.config("tls_cert = \"cert.pem\"\ntls_key = \"key.pem\"\n");
    made.cert.pem()
}

fn write(duwang: &Duwang, name: &str, text: &str) {
    let file = duwang.dir.path().join(name);
    std::fs::write(&file, text).unwrap();
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).unwrap();
}

/// A browser that knows the certificate.
fn browser(pem: &str, at: std::net::SocketAddr) -> reqwest::Client {
    drop(rustls::crypto::ring::default_provider().install_default());
    let certificate = reqwest::Certificate::from_pem(pem.as_bytes()).unwrap();
    reqwest::Client::builder()
        .no_proxy()
        .tls_certs_only([certificate])
        .resolve("localhost", at)
        .redirect(reqwest::redirect::Policy::none())
        .timeout(Duration::from_secs(30))
        .build()
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_console_speaks_tls_with_the_offices_certificate() {
    let duwang = Duwang::new();
    let pem = certified(&duwang);
    duwang.account("王某", "supervisor");
    let served = duwang.serve();
    let at: std::net::SocketAddr = served.at.parse().unwrap();
    // Somebody who says nothing holds up nobody.
    let mute = std::net::TcpStream::connect(at).unwrap();
    let browser = browser(&pem, at);
    let console = format!("https://localhost:{}", at.port());
    let page = browser
        .get(format!("{console}/login"))
        .send()
        .await
        .unwrap();
    assert_eq!(page.status(), 200);
    assert_eq!(
        page.headers()["strict-transport-security"],
        "max-age=31536000"
    );
    let form = browser
        .post(format!("{console}/login"))
        .header("origin", &console)
        .header("content-type", "application/x-www-form-urlencoded")
        .body(login_form("王某"));
    let entered = form.send().await.unwrap();
    assert_eq!(entered.status(), 303);
    let cookie = entered.headers()["set-cookie"].to_str().unwrap().to_owned();
    assert!(cookie.ends_with("; Secure"), "{cookie}");
    let own = cookie.split(';').next().unwrap();
    let front = browser
        .get(&console)
        .header("cookie", own)
        .send()
        .await
        .unwrap();
    assert_eq!(front.status(), 200);
    drop(mute);
    // Without TLS nothing is told.
    let mut plain = std::net::TcpStream::connect(at).unwrap();
    plain
        .set_read_timeout(Some(Duration::from_secs(20)))
        .unwrap();
    // In one piece, and perhaps refused before it is out: the server hangs up at the first byte that is not TLS.
    let request = format!("GET /login HTTP/1.1\r\nHost: {at}\r\nConnection: close\r\n\r\n");
    drop(plain.write_all(request.as_bytes()));
    let mut answer = Vec::new();
    drop(plain.read_to_end(&mut answer));
    let told = String::from_utf8_lossy(&answer);
    assert!(
        !told.contains("HTTP/1.1 200") && !told.contains("读网"),
        "{told}"
    );
}

#[test]
fn a_key_of_another_certificate_does_not_start() {
    let duwang = Duwang::new();
    certified(&duwang);
    let other = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    write(&duwang, "key.pem", &other.signing_key.serialize_pem());
    let refused = duwang.run(&["serve", "--listen", "127.0.0.1:0"]);
    assert_eq!(refused.status.code(), Some(2));
    let told = String::from_utf8_lossy(&refused.stderr);
    assert!(
        told.contains("合不到一起") && told.contains("key.pem"),
        "{told}"
    );
    duwang.config("tls_cert = \"cert.pem\"\n");
    let refused = duwang.run(&["serve", "--listen", "127.0.0.1:0"]);
    assert!(String::from_utf8_lossy(&refused.stderr).contains("tls_key"));
}
