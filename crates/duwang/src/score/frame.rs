//! A page around the text of a document: `frames/<name>.html`. Its first line says how a line of text is set, the rest is the page, with
//! `{title}`, `{heading}` (the title with its labels), `{date}`, `{source}`, `{ct}` (the date as WeChat writes it) and `{body}`.

use super::marks::Marked;
use anyhow::Context as _;
use chrono::{NaiveDate, NaiveTime};

/// What a document's head says of the page around it.
#[derive(Debug, Default)]
pub(super) struct Frame {
    pub(super) name: String,
    title: String,
    date: String,
    source: String,
}

impl Frame {
    /// Takes a line of the head, when it is one about the frame.
    pub(super) fn take(&mut self, key: &str, value: &str) -> bool {
        let place = match key {
            "frame" => &mut self.name,
            "title" => &mut self.title,
            "date" => &mut self.date,
            "source" => &mut self.source,
            _ => return false,
        };
        value.clone_into(place);
        true
    }

    /// The page with the document's text in it: a line a paragraph, lines of HTML as they are.
    pub(super) fn set(&self, page: &str, text: &str) -> anyhow::Result<String> {
        let (line, page) = page
            .split_once('\n')
            .context("版式的第一行要写一行文字的样子")?;
        let date: NaiveDate = self
            .date
            .parse()
            .context("有版式的文档要写 date: 2026-11-02")?;
        let body: Vec<String> = text
            .lines()
            .filter(|l| !l.trim().is_empty())
            .map(|l| match l.starts_with('<') {
                true => l.to_owned(),
                false => line.replace("{line}", l),
            })
            .collect();
        // WeChat counts seconds; 18:00 in Shanghai is 10:00 UTC.
        let sent = NaiveTime::from_hms_opt(10, 0, 0).map(|at| date.and_time(at).and_utc());
        Ok(page
            .replace("{title}", &Marked::read(&self.title)?.clean)
            .replace("{heading}", &self.title)
            .replace("{date}", &self.date)
            .replace("{source}", &self.source)
            .replace("{ct}", &sent.map_or(0, |s| s.timestamp()).to_string())
            .replace("{key}", "demo000000000000000001")
            .replace("{body}", &body.join("\n")))
    }
}
