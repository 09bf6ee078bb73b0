//! The embedded store has one owner. Whoever comes second asks the owner to run the command, over a socket in the data directory.

use crate::cli::Command;
use crate::commands::{self, App};
use crate::out::{Chunk, Out};
use anyhow::Context as _;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::mpsc;

/// A command and the settings of the one who asks.
#[derive(Debug, Serialize, Deserialize)]
pub struct Asked {
    /// What to run; paths in it are absolute.
    pub command: Command,
    /// Flags that override the owner's settings for this command.
    pub allow_private: bool,
    /// As above.
    pub rate: Option<f64>,
    /// As above.
    pub recheck_after: Option<Duration>,
    /// As above.
    pub rules: Option<PathBuf>,
    /// As above.
    pub units: Option<PathBuf>,
    /// As above.
    pub now: Option<chrono::DateTime<chrono::Utc>>,
    /// Quiet to talkative.
    pub talk: i8,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Answer {
    Chunk(Chunk),
    Exit(u8),
}

/// Where the owner of a data directory listens.
pub fn socket(data_dir: &Path) -> PathBuf {
    data_dir.join("duwang.sock")
}

/// Answers other processes until the returned guard is dropped.
pub fn listen(app: &Arc<App>) -> anyhow::Result<Listening> {
    let path = socket(&app.config.data_dir);
    drop(std::fs::remove_file(&path)); // left by an owner that was killed; we hold the store's lock
    let listener =
        UnixListener::bind(&path).with_context(|| format!("无法在 {} 监听", path.display()))?;
    restrict(&path)?;
    let app = Arc::clone(app);
    let task = tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(answer(Arc::clone(&app), stream));
        }
    });
    Ok(Listening { path, task })
}

/// Stops answering when dropped.
pub struct Listening {
    path: PathBuf,
    task: tokio::task::JoinHandle<()>,
}

impl Drop for Listening {
    fn drop(&mut self) {
        self.task.abort();
        drop(std::fs::remove_file(&self.path));
    }
}

fn restrict(path: &Path) -> anyhow::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    Ok(std::fs::set_permissions(
        path,
        std::fs::Permissions::from_mode(0o600),
    )?)
}

async fn answer(app: Arc<App>, stream: UnixStream) {
    let (reading, mut writing) = stream.into_split();
    let mut line = String::new();
    if BufReader::new(reading).read_line(&mut line).await.is_err() {
        return;
    }
    let Ok(asked) = serde_json::from_str::<Asked>(&line) else {
        return;
    };
    let (send, mut chunks) = mpsc::unbounded_channel();
    let sending = send.clone();
    let out = Out::to(asked.talk, move |chunk| {
        drop(sending.send(Answer::Chunk(chunk)))
    });
    tokio::spawn(async move {
        let exit = commands::run_or_tell(&app.for_asker(&asked), asked.command, &out).await;
        drop(send.send(Answer::Exit(exit)));
    });
    while let Some(answer) = chunks.recv().await {
        let Ok(mut line) = serde_json::to_string(&answer) else {
            return;
        };
        line.push('\n');
        if writing.write_all(line.as_bytes()).await.is_err() || matches!(answer, Answer::Exit(_)) {
            return;
        }
    }
}

/// Asks the owner of the data directory to run a command; its exit code.
pub async fn ask(data_dir: &Path, asked: &Asked, out: &Out) -> anyhow::Result<u8> {
    let path = socket(data_dir);
    let stream = UnixStream::connect(&path).await.with_context(|| {
        format!(
            "数据目录 {} 正被另一个 duwang 使用，且它没有应答。请等它结束，或用 --data-dir 换一个目录",
            data_dir.display()
        )
    })?;
    let (reading, mut writing) = stream.into_split();
    writing
        .write_all((serde_json::to_string(asked)? + "\n").as_bytes())
        .await?;
    let mut lines = BufReader::new(reading).lines();
    while let Some(line) = lines.next_line().await? {
        match serde_json::from_str(&line)? {
            Answer::Chunk(chunk) => out.pass(chunk),
            Answer::Exit(code) => return Ok(code),
        }
    }
    anyhow::bail!("持有数据目录的 duwang 中途退出，命令没有做完；请再运行一次")
}
