//! Work that costs waits in a line of its own kind: pages with many files hold up no other pages, a scanned document none that has text, and
//! no machine is asked for more at once than it has. Everything a process reads stands in these lines: scans, watched columns, claims.

use crate::config::Heavy;
use crate::meter;
use duwang_page::Format;
use std::sync::{Arc, OnceLock};
use std::time::Instant;
use tokio::sync::{Semaphore, SemaphorePermit};

/// The lines of one process.
#[derive(Debug)]
pub struct Lines {
    /// Web pages: read in this process.
    pub(super) pages: Line,
    /// Files: read by a process of their own.
    pub(super) files: Line,
    /// Pictures and scanned pages: their characters are recognised.
    pub(super) pictures: Line,
    /// Pages that a browser draws.
    pub(super) drawing: Line,
}

#[derive(Debug)]
pub(super) struct Line {
    kind: &'static str,
    turns: Semaphore,
}

/// A turn; the next one has it when this is dropped.
pub(super) struct Turn<'l> {
    line: &'l Line,
    began: Instant,
    _permit: Option<SemaphorePermit<'l>>,
}

impl Lines {
    /// The lines everything in this process stands in; the limits are those of who came first, and a process has one set of settings.
    pub fn of_process(limits: &Heavy) -> Arc<Self> {
        static LINES: OnceLock<Arc<Lines>> = OnceLock::new();
        Arc::clone(LINES.get_or_init(|| Arc::new(Self::new(limits))))
    }

    /// Lines with these limits; pages have as many turns as there are processors.
    fn new(limits: &Heavy) -> Self {
        let processors = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
        Self {
            pages: Line::new("read", processors),
            files: Line::new("extract", limits.extract),
            pictures: Line::new("ocr", limits.ocr),
            drawing: Line::new("render", limits.render),
        }
    }

    /// The line for a file. With `ocr`, a PDF may hold scanned pages.
    pub(super) fn for_file(&self, format: Format, ocr: bool) -> &Line {
        match format {
            Format::Image | Format::Pdf if ocr => &self.pictures,
            _ => &self.files,
        }
    }
}

impl Line {
    fn new(kind: &'static str, turns: usize) -> Self {
        Self {
            kind,
            turns: Semaphore::new(turns.max(1)),
        }
    }

    /// Waits for a turn.
    pub(super) async fn turn(&self) -> Turn<'_> {
        let waiting = Waiting::new(self.kind);
        let permit = self.turns.acquire().await.ok(); // the line is never closed
        drop(waiting);
        Turn {
            line: self,
            began: Instant::now(),
            _permit: permit,
        }
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        meter::heavy_took(self.line.kind, self.began.elapsed());
    }
}

/// Counted while somebody waits, also when the waiting is given up.
struct Waiting(&'static str);

impl Waiting {
    fn new(kind: &'static str) -> Self {
        meter::heavy_waits(kind, 1.0);
        Self(kind)
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        meter::heavy_waits(self.0, -1.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn one_kind_waits_for_no_other() {
        let limits = Heavy {
            extract: 1,
            ocr: 1,
            render: 1,
        };
        let lines = Lines::new(&limits);
        let held = lines.files.turn().await;
        let soon = std::time::Duration::from_millis(20);
        let again = tokio::time::timeout(soon, lines.files.turn()).await;
        assert!(again.is_err(), "one turn at a time");
        assert!(
            tokio::time::timeout(soon, lines.pictures.turn())
                .await
                .is_ok()
        );
        assert!(
            tokio::time::timeout(soon, lines.drawing.turn())
                .await
                .is_ok()
        );
        drop(held);
        assert!(tokio::time::timeout(soon, lines.files.turn()).await.is_ok());
    }

    #[test]
    fn a_pdf_is_a_picture_only_when_characters_are_recognised() {
        let lines = Lines::new(&Heavy::usual());
        assert_eq!(lines.for_file(Format::Pdf, true).kind, "ocr");
        assert_eq!(lines.for_file(Format::Pdf, false).kind, "extract");
        assert_eq!(lines.for_file(Format::Office, true).kind, "extract");
    }
}
