//! A PostgreSQL server of a test's own: made by `initdb` in a temporary folder, reached over a socket there, gone when dropped.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stderr,
    reason = "a helper of tests fails by panicking and says what was skipped"
)]

use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// A running (or stopped) server.
pub struct Cluster {
    dir: TempDir,
    bin: PathBuf,
    server: Option<Child>,
    databases: AtomicUsize,
}

impl Cluster {
    /// Starts one. `None` where PostgreSQL is not installed, unless `DUWANG_TEST_TOOLS` says that it must be.
    pub fn start() -> Option<Self> {
        let Some(bin) = bin() else {
            assert!(
                std::env::var_os("DUWANG_TEST_TOOLS").is_none(),
                "PostgreSQL is not installed (Debian package postgresql)"
            );
            eprintln!("skipped: PostgreSQL is not installed");
            return None;
        };
        let dir = tempfile::tempdir().unwrap();
        if let Some((uid, gid)) = servant() {
            std::os::unix::fs::chown(dir.path(), Some(uid), Some(gid)).unwrap();
        }
        let made = command(&bin.join("initdb"), dir.path())
            .args(["-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C"])
            .args(["--no-sync", "-D"])
            .arg(dir.path().join("data"))
            .stdout(Stdio::null())
            .status()
            .unwrap();
        assert!(made.success(), "initdb failed");
        let mut cluster = Self {
            dir,
            bin,
            server: None,
            databases: AtomicUsize::new(0),
        };
        cluster.resume();
        Some(cluster)
    }

    /// The address of a new, empty database.
    pub fn database(&self) -> String {
        let name = format!("d{}", self.databases.fetch_add(1, Ordering::Relaxed));
        let made = self
            .psql("postgres", &format!("CREATE DATABASE {name}"))
            .status
            .success();
        assert!(made, "no database");
        format!(
            "postgres://postgres@localhost/{name}?host={}",
            self.dir.path().display()
        )
    }

    /// Runs SQL in the database of this address; the answer without decoration.
    pub fn sql(&self, url: &str, sql: &str) -> String {
        let name = url.split(['/', '?']).nth(3).unwrap();
        let output = self.psql(name, sql);
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }

    /// Stops the server as an administrator would who does not wait for clients.
    pub fn stop(&mut self) {
        if let Some(mut server) = self.server.take() {
            signal(&server, rustix::process::Signal::INT);
            server.wait().unwrap();
        }
    }

    /// Starts it again on the same data, and waits until it answers.
    pub fn resume(&mut self) {
        let log = std::fs::File::create(self.dir.path().join("log")).unwrap();
        let server = command(&self.bin.join("postgres"), self.dir.path())
            .arg("-D")
            .arg(self.dir.path().join("data"))
            .arg("-k")
            .arg(self.dir.path())
            .args(["-c", "listen_addresses=", "-c", "fsync=off"])
            .args(["-c", "max_connections=200", "-c", "shared_buffers=128MB"])
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .spawn()
            .unwrap();
        self.server = Some(server);
        let patience = Instant::now();
        while !self.psql("postgres", "SELECT 1").status.success() {
            assert!(
                patience.elapsed() < Duration::from_secs(60),
                "{}",
                std::fs::read_to_string(self.dir.path().join("log")).unwrap()
            );
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    fn psql(&self, database: &str, sql: &str) -> std::process::Output {
        Command::new(self.bin.join("psql"))
            .args([
                "-X",
                "-A",
                "-t",
                "-q",
                "-v",
                "ON_ERROR_STOP=1",
                "-U",
                "postgres",
                "-h",
            ])
            .arg(self.dir.path())
            .args(["-d", database, "-c", sql])
            .output()
            .unwrap()
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if let Some(mut server) = self.server.take() {
            signal(&server, rustix::process::Signal::QUIT);
            drop(server.wait());
        }
    }
}

fn signal(server: &Child, signal: rustix::process::Signal) {
    let pid = i32::try_from(server.id()).unwrap();
    let pid = rustix::process::Pid::from_raw(pid).unwrap();
    let _ = rustix::process::kill_process(pid, signal); // it may have ended
}

/// Where Debian puts the newest server.
fn bin() -> Option<PathBuf> {
    let mut found: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path().join("bin"))
        .filter(|bin| bin.join("initdb").exists())
        .collect();
    found.sort();
    found.pop()
}

/// A command that runs as the user `postgres` when we are root: the server refuses root.
fn command(program: &Path, dir: &Path) -> Command {
    let mut command = Command::new(program);
    command.current_dir(dir);
    if let Some((uid, gid)) = servant() {
        command.uid(uid).gid(gid);
    }
    command
}

fn servant() -> Option<(u32, u32)> {
    if !rustix::process::geteuid().is_root() {
        return None;
    }
    let users = std::fs::read_to_string("/etc/passwd").unwrap();
    let line = users.lines().find(|l| l.starts_with("postgres:")).unwrap();
    let mut numbers = line.split(':').skip(2).map(|n| n.parse().unwrap());
    Some((numbers.next().unwrap(), numbers.next().unwrap()))
}
