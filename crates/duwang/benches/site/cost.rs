//! What a run of a program costs: time, CPU time and peak memory, as `/proc` tells.

use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// The costs of one run.
#[derive(Clone)]
pub struct Cost {
    /// Seconds.
    pub wall: f64,
    /// Seconds of all processors.
    pub cpu: f64,
    /// Most resident memory, MB.
    pub peak: f64,
    /// What it printed.
    pub said: String,
}

impl Cost {
    /// How many pages it says it read, when it says so (`10000 pages, …`).
    pub fn pages(&self) -> Option<usize> {
        let (number, _) = self.said.trim().split_once(" pages")?;
        number.parse().ok()
    }

    /// The run in the middle by time.
    pub fn median(mut runs: Vec<Self>) -> Option<Self> {
        runs.sort_by(|a, b| a.wall.total_cmp(&b.wall));
        let middle = runs.len() / 2;
        runs.into_iter().nth(middle)
    }
}

/// Runs a command to its end; a failing one measures nothing.
pub fn measure(mut command: Command, may_fail: bool) -> Cost {
    let log = tempfile::NamedTempFile::new().unwrap();
    let started = Instant::now();
    let mut child = command
        .stdin(Stdio::null())
        .stdout(log.reopen().unwrap())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let (mut cpu, mut peak) = (0.0, 0.0);
    let status = loop {
        (cpu, peak) = watch(&child).unwrap_or((cpu, peak));
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        std::thread::sleep(Duration::from_millis(5));
    };
    assert!(may_fail || status.success(), "{command:?}: {status}");
    let wall = started.elapsed().as_secs_f64();
    let said = std::fs::read_to_string(log.path()).unwrap();
    Cost {
        wall,
        cpu,
        peak,
        said,
    }
}

fn watch(child: &Child) -> Option<(f64, f64)> {
    let stat = std::fs::read_to_string(format!("/proc/{}/stat", child.id())).ok()?;
    let fields: Vec<&str> = stat.rsplit(')').next()?.split_whitespace().collect();
    let ticks: f64 = fields.get(11)?.parse::<f64>().ok()? + fields.get(12)?.parse::<f64>().ok()?;
    let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).ok()?;
    let peak = status
        .lines()
        .find_map(|l| l.strip_prefix("VmHWM:"))?
        .trim()
        .trim_end_matches(" kB")
        .parse::<f64>()
        .ok()?;
    Some((ticks / 100.0, peak / 1024.0))
}
