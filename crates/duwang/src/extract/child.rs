//! The other side: the process that reads one file and ends.

use super::engines::Engines;
use super::{Job, Limits};
use duwang_model::{Outcome, OutcomeKind};
use duwang_page::{Reading, Source};
use std::io::{BufRead, Read, Write};
use std::process::ExitCode;

/// Room for readers that go deep.
const STACK: usize = 256 << 20;

/// A quarter of the memory this process may have, when that is less.
fn stack() -> usize {
    let given = rustix::process::getrlimit(rustix::process::Resource::Data).current;
    let quarter = given.and_then(|n| usize::try_from(n / 4).ok());
    quarter.map_or(STACK, |n| n.min(STACK))
}

/// Reads a job and its bytes from standard input and writes what became of it to standard output.
pub fn main() -> ExitCode {
    // When the one who asked is gone, nobody waits for the answer.
    let _ = rustix::process::set_parent_process_death_signal(Some(rustix::process::Signal::KILL));
    let reader = std::thread::Builder::new()
        .stack_size(stack())
        .spawn(answer);
    match reader.map(std::thread::JoinHandle::join) {
        Ok(Ok(Ok(()))) => ExitCode::SUCCESS,
        _ => ExitCode::from(2),
    }
}

fn answer() -> std::io::Result<()> {
    let mut stdin = std::io::stdin().lock();
    let mut line = Vec::new();
    stdin.by_ref().take(1 << 20).read_until(b'\n', &mut line)?;
    let job: Job = serde_json::from_slice(&line)?;
    job.limits.impose()?;
    let mut bytes = Vec::new();
    let reading = match stdin.read_to_end(&mut bytes) {
        Ok(_) => guarded(&job, &bytes),
        Err(error) if error.kind() == std::io::ErrorKind::OutOfMemory => {
            let most = job.limits.memory >> 20;
            let reason = format!("读取所需内存超过 {most} MB，未读");
            Reading::Unread(Outcome::new(OutcomeKind::Unread, reason))
        }
        Err(error) => return Err(error),
    };
    let mut stdout = std::io::stdout().lock();
    serde_json::to_writer(&mut stdout, &reading)?;
    stdout.flush()
}

/// A reader that panics says so like any other trouble with the file.
fn guarded(job: &Job, bytes: &[u8]) -> Reading {
    std::panic::set_hook(Box::new(|_| {}));
    let read = std::panic::AssertUnwindSafe(|| read(job, bytes, job.limits));
    std::panic::catch_unwind(read).unwrap_or_else(|_| {
        let reason = "文件不合规范，读取程序出错，未读";
        Reading::Unread(Outcome::new(OutcomeKind::Unread, reason))
    })
}

fn read(job: &Job, bytes: &[u8], limits: Limits) -> Reading {
    let source = Source {
        url: &job.url,
        bytes,
        content_type: job.content_type.as_deref(),
        hints: &job.hints,
    };
    let aids = Engines {
        ocr: job.ocr,
        wall: limits.wall,
    };
    duwang_page::read_file(&source, &aids)
}
