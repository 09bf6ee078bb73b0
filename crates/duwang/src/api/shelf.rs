//! Results and batches kept for those who asked for it: files named by random ids, each with the unit it belongs to.

use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::path::{Path, PathBuf};

/// Days after which what was kept is removed.
const DAYS: i64 = 30;

/// The two folders.
pub(super) struct Shelf {
    data_dir: PathBuf,
}

/// What is kept.
#[derive(Debug, Clone, Copy)]
pub(super) enum Sort {
    Results,
    Batches,
}

impl Shelf {
    pub(super) fn new(data_dir: &Path) -> Self {
        Self {
            data_dir: data_dir.to_path_buf(),
        }
    }

    pub(super) fn put(&self, sort: Sort, id: &str, thing: &impl Serialize) -> anyhow::Result<()> {
        let folder = self.folder(sort);
        crate::private::folder(&folder)?;
        let file = folder.join(format!("{id}.json"));
        Ok(crate::private::replace(&file, &serde_json::to_vec(thing)?)?)
    }

    /// `None`: nothing of that id, or it is no id.
    pub(super) fn get<T: DeserializeOwned>(&self, sort: Sort, id: &str) -> Option<T> {
        let is_id = !id.is_empty() && id.bytes().all(|b| b.is_ascii_hexdigit());
        let file = is_id.then(|| self.folder(sort).join(format!("{id}.json")))?;
        serde_json::from_slice(&std::fs::read(file).ok()?).ok()
    }

    /// The ids of everything of a sort.
    pub(super) fn ids(&self, sort: Sort) -> Vec<String> {
        let files = std::fs::read_dir(self.folder(sort));
        let names = files.into_iter().flatten().flatten().map(|e| e.file_name());
        names
            .filter_map(|n| {
                n.to_str()
                    .and_then(|n| n.strip_suffix(".json"))
                    .map(str::to_owned)
            })
            .collect()
    }

    /// Removes what is older than thirty days.
    pub(super) fn prune(&self, now: DateTime<Utc>) {
        for sort in [Sort::Results, Sort::Batches] {
            let files = std::fs::read_dir(self.folder(sort));
            for entry in files.into_iter().flatten().flatten() {
                let written = entry
                    .metadata()
                    .and_then(|m| m.modified())
                    .map(DateTime::<Utc>::from);
                if written.is_ok_and(|at| now - at > TimeDelta::days(DAYS)) {
                    drop(std::fs::remove_file(entry.path())); // tried again at the next start
                }
            }
        }
    }

    fn folder(&self, sort: Sort) -> PathBuf {
        self.data_dir.join(match sort {
            Sort::Results => "results",
            Sort::Batches => "batches",
        })
    }
}
