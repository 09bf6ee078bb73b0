//! Files: office documents, spreadsheets, PDF, OFD, mail, archives, pictures.
//!
//! ```text
//! bytes ─ sniff ─ what::of ─▶ docx │ pptx │ sheet │ legacy │ ofd │ pdf │ mail │ markdown │ picture │ bundle
//!   each tells an Outline its lines, tables, residue and where they stand ─▶ Document with places
//! ```
//! Start with [`read_file`]. Nothing here does IO; what needs another program (a better PDF reader, character recognition) is asked of
//! [`Aids`]. Hostile files are bounded by the caps in `archive` and by the process the caller reads them in.

mod archive;
mod bundle;
mod docx;
mod flow;
mod legacy;
mod mail;
mod markdown;
mod ofd;
mod outline;
mod pdf;
mod picture;
mod pptx;
mod properties;
mod sheet;
mod sheet_xls;
mod sheet_xlsx;
mod what;
mod xml;

pub use bundle::with_pictures;
pub(crate) use flow::begins_anew;
pub(crate) use mail::is_mail;
pub use pdf::PdfText;
pub use picture::{MIN_PICTURE, Recognised, RecognisedLine};

use crate::{Format, Reading, Source, not_read, sniff};
use what::What;

/// Help that the reader cannot give itself because it does no IO. Every answer may be `None`: then the reader does without and says so.
pub trait Aids {
    /// The text of a PDF by a reader better than the built-in one, page by page.
    fn pdf_text(&self, pdf: &[u8]) -> Option<PdfText> {
        let _ = pdf;
        None
    }

    /// Whether characters in pictures are to be recognised.
    fn recognises(&self) -> bool {
        false
    }

    /// The text in a picture; `None` when it could not be looked at.
    fn recognise(&self, picture: &[u8]) -> Option<Recognised> {
        let _ = picture;
        None
    }

    /// A picture of a PDF page, numbered from 1.
    fn pdf_page(&self, pdf: &[u8], page: usize) -> Option<Vec<u8>> {
        let _ = (pdf, page);
        None
    }
}

/// No help at all.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoAids;

impl Aids for NoAids {}

/// Most archives inside one another.
pub(crate) const MAX_NESTING: usize = 3;

/// Reads a file of any format; a format that cannot be read is `Unread` with the reason.
pub fn read_file(source: &Source<'_>, aids: &dyn Aids) -> Reading {
    read_nested(source, aids, 0)
}

/// Whether a body is a file in the sense of this module: read by [`read_file`], best in a process of its own.
pub fn is_file(source: &Source<'_>) -> bool {
    match sniff(source.bytes, source.content_type) {
        Format::Html | Format::Text | Format::Json | Format::Xml | Format::Other => false,
        Format::Pdf | Format::Office | Format::Zip | Format::Image | Format::Mail => true,
    }
}

pub(crate) fn read_nested(source: &Source<'_>, aids: &dyn Aids, depth: usize) -> Reading {
    match what::of(source) {
        What::Page => crate::read_page(source),
        What::Text => crate::read_plain(source),
        What::Markdown => markdown::read(source),
        What::Docx => docx::read(source, aids),
        What::Pptx => pptx::read(source, aids),
        What::Sheet => sheet::read(source),
        What::Legacy => legacy::read(source),
        What::Ofd => ofd::read(source, aids, depth),
        What::Pdf => pdf::read(source, aids),
        What::Mail => mail::read(source, aids, depth),
        What::Picture => picture::read(source, aids),
        What::Archive => bundle::read(source, aids, depth),
        What::Encrypted => not_read("文件已加密，需要密码才能读".to_owned()),
        What::Unsupported(name) => not_read(format!("暂不能读{name}")),
    }
}
