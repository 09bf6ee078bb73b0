//! Our own trouble, in words that say what to do.

use std::path::{Path, PathBuf};

/// Why the store could not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Another process owns the store; it can be asked at its socket.
    #[error("数据目录 {dir} 正由另一个 duwang 进程使用{}；请通过该进程操作，或先结束它", owner_words(*pid, socket.as_deref()))]
    Busy {
        /// Directory of the store.
        dir: PathBuf,
        /// Process id of the owner, when it has said so.
        pid: Option<u32>,
        /// Where the owner can be asked, when it has said so.
        socket: Option<PathBuf>,
    },
    /// Written by a newer duwang.
    #[error(
        "数据目录 {dir} 的格式是第 {found} 版，本程序只认得到第 {known} 版；请升级 duwang，或用新版程序 store export 导出后在此导入"
    )]
    Newer {
        /// Directory of the store.
        dir: PathBuf,
        /// Its format.
        found: u32,
        /// The newest format this program reads.
        known: u32,
    },
    /// Too little room to go on safely.
    #[error("{dir} 所在磁盘只剩 {} MB，至少需要 {} MB；请清理磁盘或把数据目录移到更大的磁盘后重新运行，已确认写入的数据不受影响", free / MB, needed.div_ceil(MB))]
    NoSpace {
        /// The directory that fills up.
        dir: PathBuf,
        /// Bytes left.
        free: u64,
        /// Bytes wanted before going on.
        needed: u64,
    },
    /// We may not write there.
    #[error("不能写入 {path}：{source}；请检查该目录的权限，或用 --data-dir 换一个目录")]
    NotWritable {
        /// File or directory.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// The system failed us.
    #[error("读写 {path} 失败：{source}{}", hint(source))]
    Io {
        /// File or directory.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// A row cannot be read; the others can.
    #[error(
        "{row} 已损坏（{detail}）；请运行 duwang store check --repair 把它移到一边，再重新扫描该渠道或导入最近的备份"
    )]
    DamagedRow {
        /// Table and key.
        row: String,
        /// How it shows.
        detail: String,
    },
    /// The engine's files are damaged beyond what opening could repair; they are left as they are.
    #[error(
        "数据目录 {dir} 已损坏，无法自动修复（{detail}）；请把它改名留存，用 duwang store import 导入最近一次 store export 的备份，再重新扫描"
    )]
    Damaged {
        /// Directory of the store.
        dir: PathBuf,
        /// How it shows.
        detail: String,
    },
    /// A body file is not what its name says.
    #[error("网页快照文件 {file} 已损坏（{detail}）；请从备份恢复该文件，或删除它后重新抓取该页")]
    DamagedBody {
        /// The file.
        file: PathBuf,
        /// How it shows.
        detail: String,
    },
    /// An earlier error ended the life of this opened store.
    #[error("数据目录 {dir} 此前出错（{cause}），已停止读写；请重新运行程序")]
    Broken {
        /// Directory of the store.
        dir: PathBuf,
        /// The error that broke it.
        cause: String,
    },
    /// No finding has this id.
    #[error("没有编号为“{0}”的问题；可用 duwang findings 查看编号")]
    UnknownFinding(String),
    /// The shortened id fits several findings.
    #[error("编号“{given}”对应多个问题：{}；请多写几位", candidates.join("、"))]
    Ambiguous {
        /// What was given.
        given: String,
        /// Ids it may mean, at most ten.
        candidates: Vec<String>,
    },
    /// Somebody else wrote a document meanwhile.
    #[error("“{kind}/{key}”刚刚被别人改过；请看过最新内容再改")]
    Stale {
        /// Kind of the document.
        kind: String,
        /// Its key.
        key: String,
    },
    /// An imported log is another one than the log that is there.
    #[error("备份中日志“{log}”的第 {number} 条与本地的日志接不上；请导入到新的数据目录")]
    OtherLog {
        /// Name of the log.
        log: String,
        /// The entry that does not fit.
        number: u64,
    },
    /// A decision without a name.
    #[error("对问题“{0}”的复核没有署名；请用 --by 写明复核人")]
    Unsigned(String),
    /// A scan that has finished cannot begin again.
    #[error("批次“{0}”已经结束，不能重新开始")]
    FinishedScan(String),
    /// A body could not be packed.
    #[error("网页快照没能压缩：{0}；请确认内存够用后重试")]
    Packing(std::io::Error),
    /// A `--store` that is not understood.
    #[error(
        "不认识的存储地址“{0}”；可用 sled:目录（缺省在数据目录内）、postgres://用户@主机/库（多机共享）或 memory:（只供测试）"
    )]
    UnknownUrl(String),
    /// The database cannot be reached or does not do what it was asked.
    #[error(
        "数据库 {at} 不能使用（{detail}）；请检查地址、账号和数据库服务，duwang doctor 可逐项检查"
    )]
    Database {
        /// Its address without the password.
        at: String,
        /// What it said.
        detail: String,
    },
    /// The object store with the bodies cannot be reached or does not do what it was asked.
    #[error(
        "网页快照的对象存储 {at} 不能使用（{detail}）；请检查 bodies 的地址、环境变量 AWS_ACCESS_KEY_ID、AWS_SECRET_ACCESS_KEY、AWS_ENDPOINT 和桶的权限"
    )]
    Bodies {
        /// Its address.
        at: String,
        /// What it said.
        detail: String,
    },
    /// The slice of work was given to another worker; nothing was written.
    #[error("渠道“{0}”已交给另一个工作进程，本进程不再写入")]
    Fenced(String),
    /// An export that cannot be imported; nothing was written.
    #[error("备份文件第 {line} 行不能导入：{detail}")]
    Import {
        /// Line, from 1.
        line: usize,
        /// What is wrong, in Chinese.
        detail: String,
    },
}

const MB: u64 = 1 << 20;

/// What to do about a system error, where that is known.
fn hint(error: &std::io::Error) -> &'static str {
    const ENFILE: i32 = 23;
    const EMFILE: i32 = 24;
    match error.raw_os_error() {
        Some(EMFILE | ENFILE) => "；本机的文件句柄用完了，请提高上限（ulimit -n）后重试",
        _ => "",
    }
}

impl StoreError {
    /// Sorts a system error on a path into what a person can do about it.
    pub(crate) fn io(path: &Path, source: std::io::Error) -> Self {
        use std::io::ErrorKind::{
            PermissionDenied, QuotaExceeded, ReadOnlyFilesystem, StorageFull,
        };
        match source.kind() {
            PermissionDenied | ReadOnlyFilesystem => Self::NotWritable {
                path: path.to_owned(),
                source,
            },
            StorageFull | QuotaExceeded => Self::NoSpace {
                dir: path.to_owned(),
                free: crate::disk::free_bytes(path).unwrap_or(0),
                needed: crate::disk::RESERVE,
            },
            _ => Self::Io {
                path: path.to_owned(),
                source,
            },
        }
    }

    pub(crate) fn damaged_row(row: impl Into<String>, detail: impl Into<String>) -> Self {
        Self::DamagedRow {
            row: row.into(),
            detail: detail.into(),
        }
    }

    pub(crate) fn damaged(dir: &Path, detail: impl Into<String>) -> Self {
        Self::Damaged {
            dir: dir.to_owned(),
            detail: detail.into(),
        }
    }
}

fn owner_words(pid: Option<u32>, socket: Option<&Path>) -> String {
    match (pid, socket) {
        (Some(pid), Some(socket)) => format!("（进程号 {pid}，{}）", socket.display()),
        (Some(pid), None) => format!("（进程号 {pid}）"),
        (None, _) => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::StoreError;
    use std::path::Path;

    #[test]
    fn a_want_of_handles_says_what_to_do() {
        let missing = Path::new("/nowhere/at/all");
        let told = crate::disk::temp_in(missing).err();
        assert_eq!(
            told.and_then(|e| e.raw_os_error()),
            Some(2),
            "the system's own number"
        );
        let spent = std::io::Error::from_raw_os_error(24);
        let words = StoreError::io(missing, spent).to_string();
        assert!(words.contains("ulimit -n"), "{words}");
    }
}
