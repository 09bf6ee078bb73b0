//! Our own trouble. Trouble with a page is an `Outcome`, never one of these.

use std::path::PathBuf;

/// Why the crawler cannot work as asked.
#[derive(Debug, thiserror::Error)]
pub enum CrawlError {
    /// A policy that contradicts itself.
    #[error("采集设置有误：{0}")]
    Policy(String),
    /// The HTTP client or its certificate store could not be built.
    #[error("无法建立网络客户端：{0}")]
    Client(String),
    /// A local file named by the user cannot be read.
    #[error("读不了 {}：{reason}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why, in Chinese.
        reason: String,
    },
}
