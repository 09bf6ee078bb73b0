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
use tokio::sync::{Notify, mpsc};
use tokio::task::JoinSet;

/// How long a process that connected may take to say what it wants.
const PATIENCE: Duration = Duration::from_secs(5);

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
    /// Who asks, for the audit log.
    #[serde(default)]
    pub by: String,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Answer {
    /// The command was taken; from here on it must not be asked again.
    Taken,
    Chunk(Chunk),
    Exit(u8),
}

/// Where the owner of a data directory listens.
pub fn socket(data_dir: &Path) -> PathBuf {
    data_dir.join("duwang.sock")
}

/// Answers other processes until the returned guard is finished or dropped.
pub fn listen(app: &Arc<App>) -> anyhow::Result<Listening> {
    let path = socket(&app.config.data_dir);
    drop(std::fs::remove_file(&path)); // left by an owner that was killed; we hold the store's lock
    let listener =
        UnixListener::bind(&path).with_context(|| format!("无法在 {} 监听", path.display()))?;
    restrict(&path)?;
    let app = Arc::clone(app);
    let done = Arc::new(Notify::new());
    let task = tokio::spawn(answer_all(app, listener, Arc::clone(&done)));
    Ok(Listening { path, done, task })
}

/// Answers until told that it is done, and then until nobody waits for an answer any more.
async fn answer_all(app: Arc<App>, listener: UnixListener, done: Arc<Notify>) {
    let mut answers = JoinSet::new();
    let mut is_done = false;
    while !(is_done && answers.is_empty()) {
        tokio::select! {
            () = done.notified() => is_done = true,
            Some(_) = answers.join_next() => {}
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => drop(answers.spawn(answer(Arc::clone(&app), stream))),
                Err(error) => {
                    tracing::warn!(%error, "another process could not be heard");
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
            },
        }
    }
}

/// Stops answering when dropped.
pub struct Listening {
    path: PathBuf,
    done: Arc<Notify>,
    task: tokio::task::JoinHandle<()>,
}

impl Listening {
    /// Ends once the commands of others that were taken have been answered.
    pub async fn finish(mut self) {
        self.done.notify_one();
        let ended = (&mut self.task).await;
        drop(ended); // it panicked or not: nobody is answered any more
    }
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
    let mut reader = BufReader::new(reading);
    let question = reader.read_line(&mut line);
    if !matches!(tokio::time::timeout(PATIENCE, question).await, Ok(Ok(_))) {
        return;
    }
    let Ok(asked) = serde_json::from_str::<Asked>(&line) else {
        return;
    };
    let (send, mut chunks) = mpsc::unbounded_channel();
    drop(send.send(Answer::Taken));
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

/// Asks the owner of the data directory to run a command; its exit code. `None`: the owner is not there yet, or not any more, and
/// nothing was begun.
pub async fn ask(data_dir: &Path, asked: &Asked, out: &Out) -> anyhow::Result<Option<u8>> {
    let Ok(stream) = UnixStream::connect(socket(data_dir)).await else {
        return Ok(None);
    };
    let (reading, mut writing) = stream.into_split();
    let question = serde_json::to_string(asked)? + "\n";
    if writing.write_all(question.as_bytes()).await.is_err() {
        return Ok(None);
    }
    let mut lines = BufReader::new(reading).lines();
    let mut is_taken = false;
    while let Ok(Some(line)) = lines.next_line().await {
        match serde_json::from_str(&line)? {
            Answer::Taken => is_taken = true,
            Answer::Chunk(chunk) => out.pass(chunk),
            Answer::Exit(code) => return Ok(Some(code)),
        }
    }
    anyhow::ensure!(
        !is_taken,
        "持有数据目录的 duwang 中途退出，命令没有做完；请再运行一次"
    );
    Ok(None)
}
