//! What a scan of the city must find: `seeds/demo/expected.jsonl`, one line a planted fault or a near miss.

use serde::Deserialize;

/// One planted fault, or a place that looks like one and is none.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expected {
    /// Unit id.
    pub unit: String,
    /// Channel id.
    pub channel: String,
    /// The page, column or entry, with the placeholder of its host.
    pub url: String,
    /// Rule id.
    pub rule: String,
    /// The faulty text exactly as published (a finding's quote contains it or lies within it); empty where something is absent.
    #[serde(default)]
    pub quote: String,
    /// Why it is there.
    #[serde(default)]
    pub note: String,
    /// The rule must stay silent at this URL (about this quote, when one is given).
    #[serde(default)]
    pub near_miss: bool,
    /// A consequence of another planted fault: fair to report, no loss if not.
    #[serde(default)]
    pub optional: bool,
}

/// Reads the lines; a line that does not parse is a mistake in the seeds and is caught by the tests below.
pub fn read(text: &str) -> Vec<Expected> {
    lines(text)
        .filter_map(|line| serde_json::from_str(line).ok())
        .collect()
}

fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter(|l| !l.trim().is_empty())
}

#[cfg(test)]
mod tests {
    #![allow(
        clippy::unwrap_used,
        clippy::expect_used,
        reason = "tests fail by panicking"
    )]
    use super::*;
    use crate::demo::data;

    #[test]
    fn every_line_reads() {
        let text = data::text("expected.jsonl").unwrap();
        for line in lines(&text) {
            serde_json::from_str::<Expected>(line).unwrap_or_else(|e| panic!("{e}: {line}"));
        }
    }
}
