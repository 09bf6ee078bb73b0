//! Pages that are nothing until their scripts have run, drawn by a headless Chromium of the machine when that is switched on.
//!
//! The browser reaches the network through [`proxy`] only, which asks the same guard as the crawler; it has a profile of its own that is
//! thrown away, no privileges, and a clock: when that runs out, it and all it started are killed.

mod proxy;

use crate::config::Config;
use crate::extract::Run;
use crate::scan::policy;
use duwang_crawl::Policy;
use proxy::Proxy;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

/// Names Chromium goes by.
const PROGRAMS: [&str; 3] = ["chromium", "chromium-browser", "google-chrome"];
/// Time for one page.
const WALL: Duration = Duration::from_secs(40);
/// Most bytes of a drawn page.
const MOST: u64 = 8 << 20;
/// Who a browser started by root runs as: nobody. It refuses to run as root, and rightly.
const NOBODY: u32 = 65_534;

/// A browser that can be asked.
#[derive(Clone)]
pub struct Renderer {
    program: PathBuf,
    policy: Policy,
}

impl Renderer {
    /// The browser of this machine; `None` when it is not wanted.
    ///
    /// # Errors
    /// It is wanted and not there.
    pub fn new(config: &Config) -> anyhow::Result<Option<Self>> {
        if !config.render {
            return Ok(None);
        }
        let program = find_program().ok_or_else(|| {
            anyhow::anyhow!(
                "配置要求用浏览器渲染页面，但没有找到 chromium；请安装，或去掉 [render] enabled"
            )
        })?;
        Ok(Some(Self {
            program,
            policy: policy(config),
        }))
    }

    /// The page as it stands after its scripts ran; `Err` is the reason for people.
    pub async fn render(&self, url: &str) -> Result<String, String> {
        let failed = |error: std::io::Error| format!("浏览器没能启动（{error}）");
        let proxy = Proxy::start(&self.policy).await.map_err(failed)?;
        let profile = profile().map_err(failed)?;
        let command = self.command(url, proxy.address(), profile.path());
        let run = Run {
            wall: WALL,
            most: MOST,
            own_group: true,
        };
        let drawn = tokio::task::spawn_blocking(move || run.run(command, &[]))
            .await
            .map_err(|_| "渲染程序出错".to_owned())?
            .map_err(failed)?;
        drop(profile);
        drop(proxy);
        if drawn.was_late {
            return Err(format!("渲染超过 {} 秒，已中止", WALL.as_secs()));
        }
        let html = String::from_utf8_lossy(&drawn.out).into_owned();
        match html.trim().is_empty() {
            true => Err("浏览器没有画出页面".to_owned()),
            false => Ok(html),
        }
    }

    fn command(&self, url: &str, proxy: std::net::SocketAddr, profile: &Path) -> Command {
        let mut command = Command::new(&self.program);
        command
            .args([
                "--headless",
                "--disable-gpu",
                "--no-first-run",
                "--incognito",
            ])
            .args([
                "--disable-background-networking",
                "--disable-component-update",
            ])
            .args(["--disable-sync", "--disable-extensions", "--disable-quic"])
            .args([
                "--disable-dev-shm-usage",
                "--blink-settings=imagesEnabled=false",
            ])
            // Neither loopback nor anything else goes past the proxy.
            .arg("--proxy-bypass-list=<-loopback>")
            .arg("--force-webrtc-ip-handling-policy=disable_non_proxied_udp")
            .arg(format!("--proxy-server=http://{proxy}"))
            .arg(format!("--user-data-dir={}", profile.display()))
            .arg(format!("--user-agent={}", self.policy.agent))
            .args([
                "--virtual-time-budget=10000",
                "--timeout=20000",
                "--dump-dom",
            ])
            .arg(url)
            .env_clear()
            .env("HOME", profile)
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .stderr(Stdio::null());
        if rustix::process::geteuid().is_root() {
            command.uid(NOBODY).gid(NOBODY);
        }
        command
    }
}

/// Where Chromium is, if it is.
pub fn find_program() -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .flat_map(|folder| PROGRAMS.map(|name| folder.join(name)))
        .find(|program| program.is_file())
}

/// A folder for one page, thrown away after it.
fn profile() -> std::io::Result<tempfile::TempDir> {
    let folder = tempfile::Builder::new().prefix("duwang-render").tempdir()?;
    if rustix::process::geteuid().is_root() {
        std::os::unix::fs::chown(folder.path(), Some(NOBODY), Some(NOBODY))?;
    }
    Ok(folder)
}
