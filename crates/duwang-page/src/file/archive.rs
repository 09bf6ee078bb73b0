//! Zip archives behind caps: names in any charset, entries inflated only up to a limit, whatever their headers claim.

use std::io::{Cursor, Read};
use zip::ZipArchive;

/// Most bytes one entry may inflate to.
pub(crate) const MAX_ENTRY: u64 = 64 << 20;
/// Most bytes all entries of one archive may inflate to.
const MAX_TOTAL: u64 = 256 << 20;
/// Most entries looked at.
const MAX_ENTRIES: usize = 20_000;

/// Why an entry or an archive could not be read, for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Trouble(pub String);

impl Trouble {
    fn new(reason: impl Into<String>) -> Self {
        Self(reason.into())
    }
}

/// An open archive.
pub(crate) struct Archive<'b> {
    zip: ZipArchive<Cursor<&'b [u8]>>,
    entries: Vec<Entry>,
    /// Bytes that may still be inflated.
    left: u64,
    /// Entries beyond the cap.
    pub(crate) more: usize,
}

/// One entry as the directory of the archive names it.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub name: String,
    pub encrypted: bool,
    pub is_dir: bool,
    index: usize,
}

impl<'b> Archive<'b> {
    pub(crate) fn open(bytes: &'b [u8]) -> Result<Self, Trouble> {
        let mut zip =
            ZipArchive::new(Cursor::new(bytes)).map_err(|_| Trouble::new("压缩包损坏，打不开"))?;
        let mut entries = Vec::new();
        for index in 0..zip.len().min(MAX_ENTRIES) {
            let Ok(file) = zip.by_index_raw(index) else {
                continue;
            };
            entries.push(Entry {
                name: name_of(file.name_raw()),
                encrypted: file.encrypted(),
                is_dir: file.is_dir(),
                index,
            });
        }
        let more = zip.len().saturating_sub(MAX_ENTRIES);
        Ok(Self {
            zip,
            entries,
            left: MAX_TOTAL,
            more,
        })
    }

    pub(crate) fn entries(&self) -> &[Entry] {
        &self.entries
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.find(name).is_some()
    }

    /// The entry of a name; another case of letters will do when the exact one is missing.
    fn find(&self, name: &str) -> Option<usize> {
        let name = name.trim_start_matches('/');
        let exact = self.entries.iter().find(|e| e.name == name);
        exact
            .or_else(|| {
                self.entries
                    .iter()
                    .find(|e| e.name.eq_ignore_ascii_case(name))
            })
            .map(|e| e.index)
    }

    /// The bytes of a named entry.
    pub(crate) fn read(&mut self, name: &str) -> Result<Vec<u8>, Trouble> {
        let index = self
            .find(name)
            .ok_or_else(|| Trouble::new(format!("缺少部件 {name}")))?;
        self.read_index(index)
    }

    /// The bytes of an entry of [`Archive::entries`].
    pub(crate) fn read_entry(&mut self, entry: &Entry) -> Result<Vec<u8>, Trouble> {
        if entry.encrypted {
            return Err(Trouble::new("已加密，需要密码才能读"));
        }
        self.read_index(entry.index)
    }

    fn read_index(&mut self, index: usize) -> Result<Vec<u8>, Trouble> {
        let limit = MAX_ENTRY.min(self.left);
        if limit == 0 {
            return Err(Trouble::new("解压后总量过大，未读"));
        }
        let file = self
            .zip
            .by_index(index)
            .map_err(|e| Trouble::new(reason(&e)))?;
        let mut bytes = Vec::new(); // grows with what really comes, not with what the header claims
        let read = file.take(limit + 1).read_to_end(&mut bytes);
        self.left = self.left.saturating_sub(bytes.len() as u64);
        match read {
            _ if bytes.len() as u64 > limit => {
                Err(Trouble::new(format!("解压后超过 {} MB，未读", limit >> 20)))
            }
            Ok(_) => Ok(bytes),
            Err(_) => Err(Trouble::new("压缩数据损坏")),
        }
    }

    /// The text of an XML part; `None` when it is absent.
    pub(crate) fn xml(&mut self, name: &str) -> Result<Option<String>, Trouble> {
        if !self.has(name) {
            return Ok(None);
        }
        self.read(name).map(|bytes| Some(super::xml::text(bytes)))
    }
}

fn reason(error: &zip::result::ZipError) -> &'static str {
    use zip::result::ZipError;
    match error {
        ZipError::UnsupportedArchive(what) if *what == ZipError::PASSWORD_REQUIRED => {
            "已加密，需要密码才能读"
        }
        ZipError::CompressionMethodNotSupported(_) | ZipError::UnsupportedArchive(_) => {
            "压缩方法不支持"
        }
        _ => "压缩数据损坏",
    }
}

/// Chinese Windows writes GBK names without saying so.
fn name_of(raw: &[u8]) -> String {
    let name = match std::str::from_utf8(raw) {
        Ok(name) => name.to_owned(),
        Err(_) => encoding_rs::GB18030
            .decode_without_bom_handling(raw)
            .0
            .into_owned(),
    };
    name.replace('\\', "/")
}
