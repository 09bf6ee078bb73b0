//! Whole walks over made-up sites: every entry found, every shortfall noticed. No network: a site is a map of pages.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "tests fail by panicking"
)]

mod discover;
mod generic;
mod gkmlpt;
mod interfaces;
mod jcms;
mod lists;
mod resume;
mod roles;
mod site;
mod trs;
mod vsb;
mod wechat;
