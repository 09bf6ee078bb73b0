//! The network of duwang: which pages to visit (walk, platforms) and how to visit them politely.

mod request;

pub use request::{Purpose, Request};
