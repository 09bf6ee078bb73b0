//! What a unit brings: by whom, of what kind, and before whose eyes.

use super::*;
use duwang_model::{Decision, Verdict};

const PNG: &str = "\u{0}PNG";

/// A console whose editor's finding is assigned; the finding and one of another unit.
fn assigned() -> (Console, String, String) {
    let console = full();
    let own = console.id_of("guide/office-hours");
    let other = console.id_of("privacy/id-number");
    for id in [&own, &other] {
        let decision = Decision {
            finding: id.clone(),
            verdict: Verdict::Assign { due: None },
            by: "张某".into(),
            at: sample::now(),
            reason: String::new(),
        };
        console.store.decide(&[decision]).unwrap();
    }
    (console, own, other)
}

impl Console {
    fn by(&mut self, name: &str, role: Role) {
        let unit = (role == Role::Editor).then_some("qingshi");
        self.cookie = entered(self.store.as_ref(), name, role, unit);
    }

    /// Brings a file as the form does. `PNG` stands for the first bytes of a picture.
    fn bring(&self, id: &str, name: &str, content: &str) -> Reply {
        let mut body = format!(
            "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\nContent-Type: text/html\r\n\r\n"
        )
        .into_bytes();
        match content.strip_prefix(PNG) {
            Some(rest) => {
                body.extend(b"\x89PNG\r\n\x1a\n");
                body.extend(rest.as_bytes());
            }
            None => body.extend(content.as_bytes()),
        }
        body.extend(b"\r\n--b--\r\n");
        let mut stream = TcpStream::connect(self.address).unwrap();
        write!(
            stream,
            "POST /findings/{id}/proofs HTTP/1.1\r\nHost: {}\r\nCookie: {}\r\nOrigin: http://{}\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
            self.address,
            self.cookie,
            self.address,
            body.len()
        )
        .unwrap();
        // A server that has heard enough may close before all is sent.
        drop(stream.write_all(&body));
        let mut bytes = Vec::new();
        drop(stream.read_to_end(&mut bytes));
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
        Reply {
            status: head.split(' ').nth(1).unwrap().parse().unwrap(),
            raw_head: head.to_owned(),
            head: head.to_ascii_lowercase(),
            body: body.to_owned(),
        }
    }

    /// Where the proof of a finding is taken out.
    fn proof(&self, id: &str) -> String {
        let page = self.get(&format!("/findings/{id}")).body;
        let start = format!("/findings/{id}/proofs/sha256:");
        let at = page.find(&start).unwrap_or_else(|| panic!("{page}"));
        page[at..].split('"').next().unwrap().to_owned()
    }
}

#[test]
fn a_proof_is_for_the_unit_and_those_who_decide() {
    let (mut console, own, other) = assigned();
    console.by("编辑某", Role::Editor);
    let brought = console.bring(&own, "<b>截图</b> 13800138001.png", &format!("{PNG}pixels"));
    assert_eq!(brought.status, 303, "{}", brought.body);
    let page = console.get(&format!("/findings/{own}")).body;
    assert!(
        page.contains("附佐证") && page.contains("138****8001"),
        "{page}"
    );
    assert!(!page.contains("<b>截图") && !page.contains("13800138001"));
    let proof = console.proof(&own);
    let hash = proof.rsplit('/').next().unwrap().to_owned();
    let elsewhere = [
        format!("/findings/{other}/proofs/{hash}"),
        format!("/findings/{own}/proofs/sha256:{}", "0".repeat(64)),
        format!("/findings/{own}/proofs/..%2F..%2Fregion.json"),
    ];
    for path in &elsewhere {
        assert_eq!(console.get(path).status, 404, "{path}");
    }
    assert_eq!(console.bring(&other, "a.png", PNG).status, 404);
    console.by("复核某", Role::Reviewer);
    let taken = console.get(&proof);
    assert_eq!(taken.status, 200);
    for header in [
        "content-type: application/octet-stream\r\n",
        "content-disposition: attachment; filename=\"proof-",
        "x-content-type-options: nosniff",
        "content-security-policy: default-src 'none'; sandbox",
    ] {
        assert!(taken.head.contains(header), "{}", taken.head);
    }
    assert_eq!(console.get(&elsewhere[0]).status, 404, "of another finding");
    assert_eq!(console.bring(&own, "a.png", PNG).status, 403);
    for (name, role) in [("查看某", Role::Viewer), ("管理某", Role::Admin)] {
        console.by(name, role);
        assert_eq!(console.get(&proof).status, 403, "{role:?}");
        let page = console.get(&format!("/findings/{own}")).body;
        assert!(
            !page.contains("proofs") && !page.contains("附佐证"),
            "{role:?}"
        );
    }
    let entries = console.store.entries("audit", 1, 100).unwrap();
    let told = |what: &str| {
        let lines = entries.iter().filter(|e| e.text.contains(what));
        lines.filter(|e| e.text.contains(&hash)).count()
    };
    assert_eq!((told("附佐证"), told("取出佐证")), (1, 1));
}

#[test]
fn only_harmless_files_of_a_fair_size_are_taken() {
    let (mut console, own, _) = assigned();
    console.by("编辑某", Role::Editor);
    for (name, content) in [
        ("a.png", "<html><script>alert(1)</script>"),
        ("a.pdf", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>"),
        ("a.png", ""),
    ] {
        let reply = console.bring(&own, name, content);
        assert_eq!(reply.status, 422, "{name} {content}: {}", reply.body);
    }
    let large = format!("{PNG}{}", "x".repeat((10 << 20) + 1));
    assert!([413, 422].contains(&console.bring(&own, "a.png", &large).status));
    for n in 0..12 {
        let status = if n < 10 { 303 } else { 422 };
        let reply = console.bring(&own, "a.png", &format!("{PNG}{n}"));
        assert_eq!(reply.status, status, "{n}");
    }
    let again = console.bring(&own, "b.png", &format!("{PNG}0"));
    assert_eq!(again.status, 303, "what is there already needs no room");
    let open = console.id_of("wording/renamed-bodies");
    let reply = console.bring(&open, "a.png", PNG);
    assert_eq!(
        reply.status, 422,
        "nothing was asked of the unit: {}",
        reply.body
    );
}
