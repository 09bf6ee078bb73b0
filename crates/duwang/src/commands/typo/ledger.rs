//! What each page taught, so that nothing is learned twice and everything can be taken back: `typo/learned.json` beside `learned.bin`.

use crate::typos;
use anyhow::Context as _;
use duwang_model::body_name;
use duwang_typo::Supplement;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// What was learned, and from which pages.
pub(super) struct Learned {
    pub(super) supplement: Supplement,
    pub(super) ledger: Ledger,
    /// There was no ledger: what `learned.bin` held was learned before ledgers were kept.
    pub(super) is_unrecorded: bool,
    folder: PathBuf,
}

/// By page.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Ledger {
    /// The checksum of the `learned.bin` it is about.
    of: String,
    /// Files, by absolute path.
    #[serde(default)]
    pub(super) files: BTreeMap<String, FileTaught>,
    /// Pages of the store, by channel and address.
    #[serde(default)]
    pub(super) pages: BTreeMap<String, PageTaught>,
}

/// What a file taught. The file may be another tomorrow, so its strings are kept.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct FileTaught {
    /// `sha256:…` of the file.
    pub(super) body: String,
    pub(super) strings: Vec<u64>,
}

/// What a page of the store taught: the store keeps its body.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct PageTaught {
    pub(super) url: String,
    pub(super) content_type: Option<String>,
    /// `sha256:…` of the body.
    pub(super) body: String,
    /// `sha256:…` of the text that was read from it.
    pub(super) text: String,
}

impl Learned {
    /// What a rules folder holds so far.
    pub(super) fn open(rules: &Path) -> anyhow::Result<Self> {
        let bin = typos::learned_file(rules);
        let bytes = match bin.exists() {
            true => std::fs::read(&bin).with_context(|| format!("读不了 {}", bin.display()))?,
            false => Vec::new(),
        };
        let supplement = match bytes.is_empty() {
            true => Supplement::default(),
            false => Supplement::from_bytes(&bytes).with_context(|| bin.display().to_string())?,
        };
        let known = ledger_at(rules)?;
        let is_unrecorded = known.is_none();
        let ledger = known.unwrap_or_default();
        anyhow::ensure!(
            is_unrecorded || ledger.of == body_name(&bytes),
            "{} 与 learned.json 对不上（上一次没有写完，或者单独换过其中一个）；请删去这两个文件，再学一遍",
            bin.display()
        );
        Ok(Self {
            supplement,
            ledger,
            is_unrecorded,
            folder: rules.join("typo"),
        })
    }

    /// Nothing learned, as if for the first time, but what files taught.
    pub(super) fn begin_anew(&mut self) {
        self.supplement = Supplement::default();
        for taught in self.ledger.files.values() {
            self.supplement.learn_strings(&taught.strings);
        }
        self.ledger.pages.clear();
    }

    /// Both files are written aside and renamed. The ledger goes first: one that is about another `learned.bin` is told, never believed.
    pub(super) fn save(&mut self) -> anyhow::Result<()> {
        std::fs::create_dir_all(&self.folder)
            .with_context(|| format!("建不了 {}", self.folder.display()))?;
        let bytes = self.supplement.to_bytes();
        self.ledger.of = body_name(&bytes);
        self.put("learned.json", &serde_json::to_vec(&self.ledger)?)?;
        self.put("learned.bin", &bytes)
    }

    fn put(&self, name: &str, bytes: &[u8]) -> anyhow::Result<()> {
        let file = self.folder.join(name);
        crate::private::replace(&file, bytes).with_context(|| format!("写不了 {}", file.display()))
    }
}

fn ledger_at(rules: &Path) -> anyhow::Result<Option<Ledger>> {
    let file = rules.join("typo").join("learned.json");
    if !file.exists() {
        return Ok(None);
    }
    let text =
        std::fs::read_to_string(&file).with_context(|| format!("读不了 {}", file.display()))?;
    let ledger = serde_json::from_str(&text)
        .with_context(|| format!("{} 坏了；请删去它和 learned.bin，再学一遍", file.display()))?;
    Ok(Some(ledger))
}
