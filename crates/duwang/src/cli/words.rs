//! Values of flags.

use chrono::NaiveDate;
use duwang_model::{Category, Kind, Level, State, UnknownWord};
use std::time::Duration;

pub(super) fn duration(text: &str) -> Result<Duration, String> {
    if text == "0" {
        return Ok(Duration::ZERO);
    }
    humantime::parse_duration(text).map_err(|_| format!("“{text}”不是时长，可写 90s、2m、1h"))
}

pub(super) fn day(text: &str) -> Result<NaiveDate, String> {
    text.parse()
        .map_err(|_| "写成 2026-09-18 的样子".to_owned())
}

/// A closed set of words with names for people.
pub(super) trait Named: std::str::FromStr<Err = UnknownWord> {
    fn chinese(&self) -> &'static str;
}

macro_rules! named {
    ($($name:ty),+) => {$(impl Named for $name {
        fn chinese(&self) -> &'static str {
            <$name>::chinese(*self)
        }
    })+};
}
named!(Category, Kind, Level, State);

/// The word or its Chinese name; whoever writes another one is told both.
pub(super) fn word<T: Named>(text: &str) -> Result<T, String> {
    let named = |word: &&str| {
        let name = word.parse().map_or("", |one: T| one.chinese());
        format!("{name}（{word}）")
    };
    text.parse().map_err(|unknown: UnknownWord| {
        let known: Vec<String> = unknown.known.iter().map(named).collect();
        format!("没有这个词，可用：{}", known.join("、"))
    })
}
