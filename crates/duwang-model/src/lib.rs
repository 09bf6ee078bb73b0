//! The nouns of duwang and their laws. This crate does no IO, reads no clock and knows no other crate.
//!
//! ```text
//! Unit ─ Channel ─ Column          who publishes where
//! Page ─ Outcome ─ Snapshot        what was fetched, and what became of it
//! Document (Text, Block, Pair, …)  what a page means
//! Hit → reconcile → Finding        what a rule said, and what is remembered of it
//! Decision                         what a person decided; appended, never overwritten
//! Scan ─ Coverage                  one run, and what it could not see
//! ```
//! Start with [`Document`] to read pages, with [`Finding`] to follow a fault through its life.

mod body;
mod bulk;
mod calendar;
mod controls;
mod course;
mod coverage;
mod day;
mod decision;
mod document;
mod facts;
mod finding;
mod hit;
mod mask;
mod outcome;
mod page;
mod pages;
mod probe;
mod reconcile;
mod scan;
mod search;
mod sketch;
mod text;
mod trust;
mod unit;
mod words;

pub use body::{Body, body_name};
pub use bulk::{Bulk, Packed};
pub use calendar::{Calendar, UnknownYear};
pub use controls::Controls;
pub use course::Refused;
pub use coverage::{ChannelCoverage, NotSeen};
pub use day::{shanghai, shanghai_day};
pub use decision::{Decision, Verdict};
pub use document::{
    Block, BlockKind, Cell, DateSource, Dated, Document, FilePlace, Image, Kind, Link, LinkRole,
    Media, Pair, Part, Residue, ResidueKind, Table, WechatArticle,
};
pub use facts::{
    ChannelFacts, ColumnFacts, Contact, DeadLink, GonePage, ListItem, NamedLink, PageFacts,
    PageFault, Tags, TieFields, Ties,
};
pub use finding::{Finding, FindingFilter, Snapshot, State};
pub use hit::{Category, Certainty, Hit, Level, Subject};
pub use mask::{Masked, mask_personal};
pub use outcome::{Outcome, OutcomeKind};
pub use page::{CheckedBefore, LinkRef, ListReading, PageRecord};
pub use pages::Pages;
pub use probe::{Probe, Standing};
pub use reconcile::{Change, Changes, PageReading, fingerprint, reconcile};
pub use scan::{FindingCounts, FrontierEntry, Mode, Scan, ScanSummary, Step, Visit};
pub use search::{
    Finder, Found, Groups, LeanRegex, LeanSet, Looked, Required, Sought, telling_words,
};
pub use sketch::{PageSketch, names_document};
pub use text::{Span, Text, visible_chars};
pub use trust::{Record, Trust, TrustBuilder};
pub use unit::{
    Channel, ChannelKind, Column, ColumnClass, ManualCheck, Region, Unit, UnitKind, WechatApi,
};
pub use words::UnknownWord;
