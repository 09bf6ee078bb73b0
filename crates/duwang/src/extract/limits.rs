//! What reading one file may cost.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
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
        at_most(Resource::Data, self.memory)?;
        at_most(Resource::Cpu, self.cpu)?;
        at_most(Resource::Core, 0)?;
        at_most(Resource::Fsize, 256 << 20)?;
        at_most(Resource::Nofile, 256)
    }
}

/// A tighter limit than ours was set by whoever started us, and stays: nobody may loosen one.
fn at_most(resource: Resource, most: u64) -> std::io::Result<()> {
    let given = getrlimit(resource).maximum.unwrap_or(most);
    let limit = Some(most.min(given));
    setrlimit(
        resource,
        Rlimit {
            current: limit,
            maximum: limit,
        },
    )?;
    Ok(())
}
