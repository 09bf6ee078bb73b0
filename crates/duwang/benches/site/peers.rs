//! What a user would pick instead, and that only fetches: measured on the same site in the same run.

use std::path::Path;
use std::process::Command;

/// Another program.
pub struct Peer {
    /// Its name and what it does.
    pub name: &'static str,
    /// Too slow to be asked more than once.
    pub is_slow: bool,
    make: fn(&Ask<'_>) -> Command,
}

/// What it is asked to fetch.
pub struct Ask<'a> {
    /// The address of the first list.
    pub entry: &'a str,
    /// Requests at a time.
    pub connections: usize,
    /// An empty folder, or that of the first time.
    pub dir: &'a Path,
    /// Whether it has been there before.
    pub again: bool,
}

impl Peer {
    /// Those that are on this machine, each by its command: `DUWANG_BENCH_SPIDER` names the built `tests/bench/spider`.
    pub fn present() -> Vec<Self> {
        let all = [
            (
                "spider (crate, streaming, nothing kept)",
                false,
                "spider",
                spider as fn(&Ask<'_>) -> Command,
            ),
            ("wget2 (mirroring to files)", false, "wget2", wget2),
            ("lychee (checks links)", false, "lychee", lychee),
            ("Scrapy (crawl, nothing kept)", true, "scrapy", scrapy),
        ];
        all.into_iter()
            .filter(|(.., program, _)| is_there(program))
            .map(|(name, is_slow, _, make)| Self {
                name,
                is_slow,
                make,
            })
            .collect()
    }

    /// The command that does it.
    pub fn command(&self, ask: &Ask<'_>) -> Command {
        (self.make)(ask)
    }

    /// Whether it can be sent a second time and then asks for changes only.
    pub fn asks_again(&self) -> bool {
        self.name.starts_with("wget2")
    }
}

fn is_there(program: &str) -> bool {
    match program {
        "spider" => std::env::var_os("DUWANG_BENCH_SPIDER").is_some(),
        _ => Command::new(program).arg("--version").output().is_ok(),
    }
}

fn spider(ask: &Ask<'_>) -> Command {
    let mut command = Command::new(std::env::var_os("DUWANG_BENCH_SPIDER").unwrap_or_default());
    command.arg(ask.connections.to_string()).arg(ask.entry);
    command
}

fn wget2(ask: &Ask<'_>) -> Command {
    let mut command = Command::new("wget2");
    command
        .current_dir(ask.dir)
        .args([
            "--recursive",
            "--level=inf",
            "--no-parent",
            "--no-robots",
            "--quiet",
            "--no-verbose",
        ])
        .arg(format!("--max-threads={}", ask.connections));
    if ask.again {
        command.arg("--timestamping");
    }
    command.arg(ask.entry);
    command
}

fn lychee(ask: &Ask<'_>) -> Command {
    let mut command = Command::new("lychee");
    command
        .args([
            "--no-progress",
            "--quiet",
            "--recursive",
            "--max-concurrency",
        ])
        .arg(ask.connections.to_string())
        .arg(ask.entry);
    command
}

/// A spider of a dozen lines, as its manual begins.
fn scrapy(ask: &Ask<'_>) -> Command {
    let script = ask.dir.join("peer.py");
    std::fs::write(&script, include_str!("peer.py")).unwrap();
    let mut command = Command::new("scrapy");
    command
        .args(["runspider", "--nolog", "-s", "ROBOTSTXT_OBEY=False", "-s"])
        .arg(format!("CONCURRENT_REQUESTS={}", ask.connections))
        .arg("-s")
        .arg(format!(
            "CONCURRENT_REQUESTS_PER_DOMAIN={}",
            ask.connections
        ))
        .arg("-a")
        .arg(format!("entry={}", ask.entry))
        .arg(script);
    command
}
