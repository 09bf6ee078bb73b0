//! Where a command writes: results to stdout, progress and words to stderr — of this process, or of the one that asked.

use serde::{Deserialize, Serialize};
use std::io::{IsTerminal as _, Write as _};
use std::sync::Arc;

/// One thing written.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Chunk {
    /// Results.
    Out(String),
    /// A line for people.
    Say(String),
    /// A line that the next progress line may replace.
    Progress(String),
}

/// The two streams of a command.
#[derive(Clone)]
pub struct Out {
    sink: Arc<dyn Fn(Chunk) + Send + Sync>,
    talk: i8,
}

impl Out {
    /// The streams of this process.
    pub fn process(talk: i8) -> Self {
        let live = std::io::stderr().is_terminal();
        Self {
            sink: Arc::new(move |chunk| write_here(chunk, live)),
            talk,
        }
    }

    /// Streams that go elsewhere.
    pub fn to(talk: i8, sink: impl Fn(Chunk) + Send + Sync + 'static) -> Self {
        Self {
            sink: Arc::new(sink),
            talk,
        }
    }

    /// Writes results, exactly as given.
    pub fn print(&self, text: impl Into<String>) {
        (self.sink)(Chunk::Out(text.into()));
    }

    /// Writes one line for people; silent with `-q`.
    pub fn say(&self, line: impl Into<String>) {
        if self.talk >= 0 {
            (self.sink)(Chunk::Say(line.into()));
        }
    }

    /// Writes one line for people, always.
    pub fn warn(&self, line: impl Into<String>) {
        (self.sink)(Chunk::Say(line.into()));
    }

    /// Shows progress; silent with `-q`.
    pub fn progress(&self, line: impl Into<String>) {
        if self.talk >= 0 {
            (self.sink)(Chunk::Progress(line.into()));
        }
    }

    /// Passes on what another process wrote.
    pub fn pass(&self, chunk: Chunk) {
        (self.sink)(chunk);
    }
}

/// A closed pipe (`duwang findings | head`) is no trouble: what cannot be written any more is dropped.
fn write_here(chunk: Chunk, live: bool) {
    let written = match chunk {
        Chunk::Out(text) => std::io::stdout().lock().write_all(text.as_bytes()),
        Chunk::Say(line) if live => writeln!(std::io::stderr().lock(), "\r\u{1b}[2K{line}"),
        Chunk::Say(line) => writeln!(std::io::stderr().lock(), "{line}"),
        Chunk::Progress(line) if live => write!(std::io::stderr().lock(), "\r\u{1b}[2K{line}"),
        Chunk::Progress(_) => Ok(()),
    };
    drop(written);
}
