//! Running a program with bytes in, bytes out and a clock: whatever it does, this returns.

use super::Limits;
use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process_group, waitid};
use std::io::{Read, Write};
use std::os::unix::process::{CommandExt as _, ExitStatusExt as _};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

/// How a program is run.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Run {
    /// Time until it is killed.
    pub wall: Duration,
    /// Most bytes kept of its output; one more says that there were more.
    pub most: u64,
    /// Whether it and all it starts are a group of their own, killed together.
    pub own_group: bool,
}

/// How it ended.
pub(crate) struct Ended {
    pub out: Vec<u8>,
    pub status: Option<ExitStatus>,
    pub was_late: bool,
}

impl Run {
    /// Starts the program, feeds it, collects its output. No process is left behind.
    pub(crate) fn run(self, mut command: Command, input: &[&[u8]]) -> std::io::Result<Ended> {
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        if self.own_group {
            command.process_group(0);
        }
        let mut child = command.spawn()?;
        let (stdin, stdout) = (child.stdin.take(), child.stdout.take());
        let (done, ended) = mpsc::channel();
        std::thread::scope(|scope| {
            scope.spawn(move || {
                if let Some(mut stdin) = stdin {
                    // A program that ends early does not want the rest.
                    let _ = input.iter().try_for_each(|part| stdin.write_all(part));
                }
            });
            scope.spawn(move || {
                let mut out = Vec::new();
                if let Some(stdout) = stdout {
                    // What came before a failure is what came.
                    let _ = stdout.take(self.most + 1).read_to_end(&mut out);
                }
                let _ = done.send(out); // whoever waits may have given up
            });
            let answer = ended.recv_timeout(self.wall);
            let was_late = answer.is_err();
            if !was_late {
                linger(&child);
            }
            self.end(&mut child);
            let status = child.wait().ok();
            let out = match answer {
                Ok(out) => out,
                Err(_) => ended.recv().unwrap_or_default(),
            };
            Ok(Ended {
                out,
                status,
                was_late,
            })
        })
    }

    /// Kills what is left. The child is not reaped yet, so its number is still its own.
    fn end(self, child: &mut Child) {
        match pid(child).filter(|_| self.own_group) {
            Some(group) => {
                let _ = kill_process_group(group, Signal::KILL); // none may be left
            }
            None => {
                let _ = child.kill(); // it may have ended
            }
        }
    }
}

/// Lets a program that has said everything end by itself, so that its status says how.
fn linger(child: &Child) {
    let until = Instant::now() + Duration::from_secs(2);
    let options = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT | WaitIdOptions::NOHANG;
    while let Some(pid) = pid(child)
        && Instant::now() < until
        && matches!(waitid(WaitId::Pid(pid), options), Ok(None))
    {
        std::thread::sleep(Duration::from_millis(2));
    }
}

fn pid(child: &Child) -> Option<Pid> {
    Pid::from_raw(i32::try_from(child.id()).ok()?)
}

impl Ended {
    /// Why there is no answer, for people.
    pub(super) fn why(&self, limits: Limits) -> String {
        const XCPU: i32 = 24;
        const ABORT: i32 = 6;
        let signal = self.status.and_then(|s| s.signal());
        match signal {
            _ if self.was_late => {
                format!("读取超过 {} 秒，已中止，未读", limits.wall.as_secs())
            }
            Some(XCPU) => format!("读取耗用处理器超过 {} 秒，已中止，未读", limits.cpu),
            Some(9) if limits.cpu > 0 => {
                format!("读取耗用处理器超过 {} 秒，已中止，未读", limits.cpu)
            }
            Some(ABORT) => format!(
                "读取所需内存超过 {} MB 或读取程序崩溃，未读",
                limits.memory >> 20
            ),
            _ => "读取程序崩溃，未读".to_owned(),
        }
    }

    pub(super) fn succeeded(&self) -> bool {
        !self.was_late && self.status.is_some_and(|s| s.success())
    }
}
