//! A running `duwang serve`, and the people who may log in to it.

use super::Duwang;
use std::io::{BufRead as _, BufReader, Lines};
use std::process::{Child, ChildStderr, Command, Stdio};

/// Everybody's password in the tests.
const PASSWORD: &str = "correct horse";

/// Ended with the test.
pub struct Served {
    child: Child,
    /// Host and port.
    pub at: String,
}

impl Served {
    /// The process, to be stopped by a test.
    pub fn child(&mut self) -> &mut Child {
        &mut self.child
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

impl Duwang {
    pub fn serve(&self) -> Served {
        self.serve_and_listen().0
    }

    /// The same, with what it tells after its address.
    pub fn serve_and_listen(&self) -> (Served, Lines<BufReader<ChildStderr>>) {
        Self::served(self.command(&[]))
    }

    /// A console whose process asks no host more than `rate` times a second.
    pub fn serve_at(&self, rate: &str) -> Served {
        Self::served(self.bare(&["--allow-private", "--rate", rate])).0
    }

    /// A console as this command starts it, once it is open.
    pub fn served(mut command: Command) -> (Served, Lines<BufReader<ChildStderr>>) {
        let mut child = command
            .args(["serve", "--listen", "127.0.0.1:0"])
            .stderr(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let mut told = BufReader::new(child.stderr.take().unwrap()).lines();
        let first = told.next().unwrap().unwrap();
        let at = first.split("://").nth(1);
        let at = at.unwrap_or_else(|| panic!("{first}"));
        let at = at.split('/').next().unwrap().to_owned();
        (Served { child, at }, told)
    }

    /// The demo's console, once it is open, and everybody's password.
    pub fn demo(&self) -> (Served, String) {
        let mut demo = self.bare(&["demo"]);
        demo.stdout(Stdio::null()).stderr(Stdio::piped());
        let mut served = Served {
            child: demo.spawn().unwrap(),
            at: String::new(),
        };
        let mut secret = String::new();
        for line in BufReader::new(served.child.stderr.take().unwrap()).lines() {
            let line = line.unwrap();
            if let Some((_, told)) = line.split_once("口令都是 ") {
                told.clone_into(&mut secret);
            }
            if let Some((_, at)) = line.split_once("控制台：http://") {
                at.split('/').next().unwrap().clone_into(&mut served.at);
                return (served, secret);
            }
        }
        panic!("the demo did not open its console")
    }

    /// An account; an editor's is for the unit `qingshi`.
    pub fn account(&self, name: &str, role: &str) {
        let mut command = self.command(&["people", "add", name, "--role", role]);
        if role == "editor" {
            command.args(["--unit", "qingshi"]);
        }
        let made = command.env("DUWANG_PASSWORD", PASSWORD).output().unwrap();
        assert!(made.status.success(), "{made:?}");
    }
}

/// The login form as it is sent.
pub fn login_form(name: &str) -> String {
    url::form_urlencoded::Serializer::new(String::new())
        .append_pair("name", name)
        .append_pair("password", PASSWORD)
        .finish()
}

/// The cookie an answer sets, as it is sent back.
pub fn cookie_set_by(head: &str) -> Option<String> {
    head.lines().find_map(|line| {
        let (name, value) = line.split_once(": ")?;
        let is_set = name.eq_ignore_ascii_case("set-cookie");
        is_set.then(|| value.split(';').next().unwrap_or_default().to_owned())
    })
}
