//! Bodies in an object store, one object each (`ab/cdef….zst`), by the protocol of S3 or in a folder. Several machines share one.
//!
//! Credentials, endpoint and region come from the environment (`AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_ENDPOINT`, `AWS_REGION`;
//! `AWS_ALLOW_HTTP=true` for one in the own network without TLS), never from the address.

use super::{BodyCount, checked, path_of, unpack};
use crate::{Result, StoreError};
use duwang_model::Body;
use futures::{StreamExt as _, TryStreamExt as _};
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt as _};
use std::collections::{BTreeMap, HashSet};
use std::sync::{Mutex, PoisonError};
use tokio::runtime::Runtime;
use url::Url;

/// Objects written or asked for at once.
const AT_ONCE: usize = 16;
/// Counting more would take minutes.
const MOST_COUNTED: usize = 100_000;
/// Names known to be there, so that they are not asked for again.
const MOST_KNOWN: usize = 1_000_000;

#[derive(Debug)]
pub(crate) struct Bucket {
    store: Box<dyn ObjectStore>,
    /// What stands before every object's path.
    prefix: Path,
    /// The address, for messages.
    shown: String,
    known: Mutex<HashSet<String>>,
    /// `None` only while being dropped.
    runtime: Option<Runtime>,
}

/// A folder by the same interface; synced, because what was acknowledged must survive a lost power supply.
fn folder(url: &Url, wrong: &dyn Fn(String) -> StoreError) -> Result<Box<dyn ObjectStore>> {
    let root = url
        .to_file_path()
        .map_err(|()| wrong("路径要写成 file:///路径".into()))?;
    crate::disk::make_dir(&root)?;
    let folder = LocalFileSystem::new_with_prefix(root).map_err(|e| wrong(e.to_string()))?;
    Ok(Box::new(folder.with_fsync(true)))
}

impl Drop for Bucket {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background(); // it may be dropped inside another runtime, where waiting is forbidden
        }
    }
}

impl Bucket {
    pub(super) fn open(address: &str) -> Result<Self> {
        let wrong = |detail: String| StoreError::Bodies {
            at: address.to_owned(),
            detail,
        };
        let url = Url::parse(address).map_err(|e| wrong(e.to_string()))?;
        let (store, prefix) = match url.scheme() {
            "file" => (folder(&url, &wrong)?, Path::default()),
            "s3" => {
                let told = std::env::vars().filter(|(name, _)| name.starts_with("AWS_"));
                object_store::parse_url_opts(&url, told).map_err(|e| wrong(e.to_string()))?
            }
            _ => return Err(wrong("只认 s3://桶/前缀 和 file:///路径".into())),
        };
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .thread_name("duwang-bodies")
            .enable_all()
            .build()
            .map_err(|e| wrong(e.to_string()))?;
        Ok(Self {
            store,
            prefix,
            shown: address.to_owned(),
            known: Mutex::default(),
            runtime: Some(runtime),
        })
    }

    pub(super) fn keep<'b>(&self, bodies: &[&'b Body]) -> Result<()> {
        let with_path = |body: &&'b Body| Some((path_of(body.name())?, body.packed()));
        let mut objects: BTreeMap<String, &[u8]> = bodies.iter().filter_map(with_path).collect();
        objects.retain(|path, _| !self.is_known(path));
        let writing: Vec<_> = objects
            .iter()
            .map(|(path, packed)| self.write(path, packed))
            .collect();
        self.wait(
            futures::stream::iter(writing)
                .buffer_unordered(AT_ONCE)
                .try_collect::<()>(),
        )
    }

    pub(super) fn read(&self, name: &str) -> Result<Option<Vec<u8>>> {
        let Some(path) = path_of(name) else {
            return Ok(None);
        };
        let at = self.at(&path);
        let got = self.wait(async { self.store.get(&at).await?.bytes().await });
        match got {
            Ok(packed) => {
                let bytes = unpack(packed.as_ref()).and_then(|bytes| checked(name, bytes));
                bytes.map(Some).map_err(|detail| StoreError::DamagedBody {
                    file: format!("{}/{path}", self.shown).into(),
                    detail,
                })
            }
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(self.error(&error)),
        }
    }

    pub(super) fn has(&self, name: &str) -> bool {
        let Some(path) = path_of(name) else {
            return false;
        };
        self.is_known(&path) || self.wait(self.is_there(&path)).unwrap_or(false)
    }

    pub(super) fn count(&self) -> BodyCount {
        let mut count = BodyCount::default();
        self.wait(async {
            let mut listed = self.store.list(Some(&self.prefix));
            while let Some(next) = listed.next().await {
                let object = match next {
                    Ok(object) => object,
                    Err(error) => {
                        count.trouble = Some(self.error(&error).to_string());
                        return;
                    }
                };
                if count.files == MOST_COUNTED {
                    count.is_cut = true;
                    return;
                }
                count.files += 1;
                count.bytes += object.size;
            }
        });
        count
    }

    async fn write(&self, path: &str, packed: &[u8]) -> Result<()> {
        if self.is_there(path).await? {
            return Ok(());
        }
        let put = self.store.put(&self.at(path), packed.to_vec().into()).await;
        put.map_err(|e| self.error(&e))?;
        self.remember(path);
        Ok(())
    }

    async fn is_there(&self, path: &str) -> Result<bool> {
        match self.store.head(&self.at(path)).await {
            Ok(_) => {
                self.remember(path);
                Ok(true)
            }
            Err(object_store::Error::NotFound { .. }) => Ok(false),
            Err(error) => Err(self.error(&error)),
        }
    }

    fn at(&self, path: &str) -> Path {
        path.split('/')
            .fold(self.prefix.clone(), |at, part| at.join(part))
    }

    fn is_known(&self, path: &str) -> bool {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.contains(path)
    }

    fn remember(&self, path: &str) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MOST_KNOWN {
            known.clear();
        }
        known.insert(path.to_owned());
    }

    fn wait<F: Future>(&self, call: F) -> F::Output {
        match &self.runtime {
            Some(runtime) => tokio::task::block_in_place(|| runtime.block_on(call)),
            None => unreachable!("the runtime lives as long as the bucket"),
        }
    }

    fn error(&self, error: &object_store::Error) -> StoreError {
        StoreError::Bodies {
            at: self.shown.clone(),
            detail: error.to_string(),
        }
    }
}
