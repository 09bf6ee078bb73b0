//! Values of flags.

use chrono::NaiveDate;
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

pub(super) fn word<T>(text: &str) -> Result<T, duwang_model::UnknownWord>
where
    T: std::str::FromStr<Err = duwang_model::UnknownWord>,
{
    text.parse()
}
