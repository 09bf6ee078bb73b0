//! The network of duwang: which pages to visit (walk, platforms) and how to visit them politely.

mod error;
mod net;
mod packed;
mod platform;
mod request;
mod walk;
mod wechat_api;
mod wechat_links;

pub use error::CrawlError;
pub use net::{
    Baseline, Clock, Crawler, Fetched, Ground, Guard, Hop, Hours, Office, OfficeReply,
    OfficeTrouble, Permit, Policy, Turnstile, forward, ground_of, is_shell, judge, judge_against,
    robots_allow,
};
pub use packed::PackedQueue;
pub use platform::{read_interface, read_list};
pub use request::{Purpose, Request};
pub use walk::{
    ColumnCandidate, ColumnReading, KnownUnit, Seen, UnitCandidate, Walk, WalkLimits, draft_units,
    find_columns, find_units, normalise, normalised, same_article, same_page,
};
pub use wechat_api::{Account, ApiArticle, ApiItem, Refusal, Token};
pub use wechat_links::{wechat_canonical, wechat_links};
