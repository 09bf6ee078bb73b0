//! What reading one file may cost.

use rustix::process::{Resource, Rlimit, setrlimit};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// What reading one file may cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// Address space of each process, bytes.
    pub memory: u64,
    /// Processor time of each process, seconds.
    pub cpu: u64,
    /// Time until the answer.
    pub wall: Duration,
}

impl Limits {
    /// Enough for any honest file; recognising characters takes about a second a page.
    pub fn usual(ocr: bool) -> Self {
        Self {
            memory: 2 << 30,
            cpu: 40,
            wall: Duration::from_secs(if ocr { 300 } else { 90 }),
        }
    }

    /// Puts the limits on this process and on those it starts.
    pub(super) fn impose(self) -> std::io::Result<()> {
        let at_most = |n: u64| Rlimit {
            current: Some(n),
            maximum: Some(n),
        };
        setrlimit(Resource::Data, at_most(self.memory))?;
        setrlimit(Resource::Cpu, at_most(self.cpu))?;
        setrlimit(Resource::Core, at_most(0))?;
        setrlimit(Resource::Fsize, at_most(256 << 20))?;
        setrlimit(Resource::Nofile, at_most(256))?;
        Ok(())
    }
}
