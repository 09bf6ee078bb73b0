//! The network of duwang: which pages to visit (walk, platforms) and how to visit them politely.

mod error;
mod request;

pub use error::CrawlError;
pub use request::{Purpose, Request};
