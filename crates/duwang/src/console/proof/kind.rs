//! What a file is, by its bytes. What is not one of these is not taken: nothing that runs, and no web page.

use serde::{Deserialize, Serialize};

/// The kinds of files a unit may bring.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(in crate::console) enum Kind {
    Pdf,
    Ofd,
    Docx,
    Xlsx,
    Png,
    Jpeg,
}

impl Kind {
    /// `None` for everything else.
    pub(super) fn of(bytes: &[u8]) -> Option<Self> {
        let begins = |magic: &[u8]| bytes.starts_with(magic);
        Some(match () {
            () if begins(b"%PDF-") => Self::Pdf,
            () if begins(b"\x89PNG\r\n\x1a\n") => Self::Png,
            () if begins(b"\xff\xd8\xff") => Self::Jpeg,
            () if begins(b"PK\x03\x04") => Self::of_archive(bytes)?,
            () => return None,
        })
    }

    /// By the part without which the format is none. The directory of the archive is read, nothing is unpacked.
    fn of_archive(bytes: &[u8]) -> Option<Self> {
        let archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).ok()?;
        let has = |part: &str| archive.index_for_name(part).is_some();
        // A document that carries a program is refused whatever its name says, and so is a name that cannot be read.
        let is_harmless = |name: &str| !name.ends_with("vbaProject.bin");
        let mut names = archive.file_names();
        match () {
            () if !names.all(|name| name.is_ok_and(|name| is_harmless(&name))) => None,
            () if has("word/document.xml") => Some(Self::Docx),
            () if has("xl/workbook.xml") => Some(Self::Xlsx),
            () if has("OFD.xml") => Some(Self::Ofd),
            () => None,
        }
    }

    pub(in crate::console) fn ending(self) -> &'static str {
        match self {
            Self::Pdf => "pdf",
            Self::Ofd => "ofd",
            Self::Docx => "docx",
            Self::Xlsx => "xlsx",
            Self::Png => "png",
            Self::Jpeg => "jpg",
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests fail by panicking")]
    use super::*;
    use std::io::Write as _;

    fn archive(parts: &[&str]) -> Vec<u8> {
        let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        for part in parts {
            let plain = zip::write::SimpleFileOptions::default();
            zip.start_file(*part, plain).unwrap();
            zip.write_all(b"<x/>").unwrap();
        }
        zip.finish().unwrap().into_inner()
    }

    #[test]
    fn a_file_is_what_its_bytes_say() {
        assert_eq!(Kind::of(b"%PDF-1.7\n"), Some(Kind::Pdf));
        assert_eq!(Kind::of(b"\x89PNG\r\n\x1a\nrest"), Some(Kind::Png));
        assert_eq!(Kind::of(b"\xff\xd8\xff\xe0"), Some(Kind::Jpeg));
        assert_eq!(Kind::of(&archive(&["word/document.xml"])), Some(Kind::Docx));
        assert_eq!(Kind::of(&archive(&["xl/workbook.xml"])), Some(Kind::Xlsx));
        assert_eq!(Kind::of(&archive(&["OFD.xml"])), Some(Kind::Ofd));
        let with_program = archive(&["word/document.xml", "word/vbaProject.bin"]);
        for other in [
            &b"<html><script>alert(1)</script>"[..],
            b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>",
            b"MZ\x90",
            b"\x7fELF",
            b"GIF89a",
            b"",
            b"PK\x03\x04 broken",
            &archive(&["evil.exe"]),
            &with_program,
        ] {
            assert_eq!(Kind::of(other), None);
        }
    }
}
