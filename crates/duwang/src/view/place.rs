//! The words of the page a finding stands on, read again from its snapshot, with the place found in them.

use super::mask_text;
use crate::extract::{self, Manner};
use duwang_model::{Document, Finding, Hit};
use duwang_page::{Format, Hints, Source, sniff};
use duwang_store::Store;
use std::ops::Range;

/// A snapshot read again, offline.
pub struct Reading {
    /// The bytes as received.
    pub bytes: Vec<u8>,
    /// What they are, by content.
    pub format: Format,
    /// The content type the server gave, when it is still known for these bytes.
    pub content_type: Option<String>,
    /// Response headers, when they are still known for these bytes.
    pub headers: Vec<(String, String)>,
    /// What the page means, when it can be read.
    pub document: Option<Box<Document>>,
}

/// A page's plain text cut at a finding's place. Without a place everything is in `before`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PageText {
    /// Text up to the place.
    pub before: String,
    /// The place; empty when it was not found.
    pub quote: String,
    /// Text after the place.
    pub after: String,
}

/// Reads the snapshot of a finding from the store; `None` when there is none.
pub fn read_snapshot(store: &dyn Store, finding: &Finding) -> anyhow::Result<Option<Reading>> {
    if finding.snapshot.hash.is_empty() {
        return Ok(None);
    }
    let Some(bytes) = store.body(&finding.snapshot.hash)? else {
        return Ok(None);
    };
    let headers = headers(store, finding)?;
    let content_type = headers
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case("content-type"))
        .map(|(_, value)| value.clone());
    let source = Source {
        url: finding.url(),
        bytes: &bytes,
        content_type: content_type.as_deref(),
        hints: &Hints::default(),
    };
    // As it was read when it was judged, recognised text included where that can be had.
    let manner = Manner {
        ocr: finding
            .hit
            .locator
            .as_deref()
            .is_some_and(|l| l.contains("文字识别")),
        limits: None,
    };
    let document = match extract::read(&source, manner) {
        duwang_page::Reading::Document(document) => Some(document),
        duwang_page::Reading::Unread(_) => None,
    };
    let format = sniff(&bytes, content_type.as_deref());
    Ok(Some(Reading {
        bytes,
        format,
        content_type,
        headers,
        document,
    }))
}

impl PageText {
    /// The page's text with the finding's place, masked unless `unmask`.
    pub fn new(plain: &str, hit: &Hit, unmask: bool) -> Self {
        let place = locate(plain, hit).unwrap_or(plain.len()..plain.len());
        // Masking keeps the number of characters but not of bytes: full-width digits become `*`.
        let start = plain[..place.start].chars().count();
        let length = plain[place].chars().count();
        let shown = if unmask {
            plain.to_owned()
        } else {
            mask_text(plain)
        };
        let mut chars = shown.chars();
        Self {
            before: chars.by_ref().take(start).collect(),
            quote: chars.by_ref().take(length).collect(),
            after: chars.collect(),
        }
    }

    /// Whether the place was found.
    pub fn has_place(&self) -> bool {
        !self.quote.is_empty()
    }

    /// At most `around` characters and `lines` lines before and after the place, cut at line ends where one is near.
    pub fn excerpt(&self, around: usize, lines: usize) -> Self {
        Self {
            before: last_lines(tail(&self.before, around), lines)
                .trim_start()
                .to_owned(),
            quote: self.quote.clone(),
            after: first_lines(head(&self.after, around), lines)
                .trim_end()
                .to_owned(),
        }
    }

    /// The whole text.
    pub fn whole(&self) -> String {
        [self.before.as_str(), &self.quote, &self.after].concat()
    }
}

/// Where the quote stands in the plain text (bytes): at its span, else at the same words nearest to it; `None` when the
/// fault is an absence or the words are not there.
pub fn locate(plain: &str, hit: &Hit) -> Option<Range<usize>> {
    if hit.quote.is_empty() {
        return None;
    }
    let span = hit.span.map(|s| s.start..s.end);
    if let Some(span) = span
        .clone()
        .filter(|s| plain.get(s.clone()) == Some(hit.quote.as_str()))
    {
        return Some(span);
    }
    let near = span.map_or(0, |s| s.start);
    plain
        .match_indices(hit.quote.as_str())
        .min_by_key(|(at, _)| at.abs_diff(near))
        .map(|(at, quote)| at..at + quote.len())
}

/// The headers of the page's record, when the record still is about these bytes.
fn headers(store: &dyn Store, finding: &Finding) -> anyhow::Result<Vec<(String, String)>> {
    let record = store.page(&finding.channel, finding.url())?;
    Ok(record
        .filter(|r| r.snapshot.as_deref() == Some(finding.snapshot.hash.as_str()))
        .map(|r| r.headers)
        .unwrap_or_default())
}

fn tail(text: &str, chars: usize) -> &str {
    let from = text
        .char_indices()
        .rev()
        .nth(chars.saturating_sub(1))
        .map_or(0, |(at, _)| at);
    let cut = &text[from..];
    let line = if from > 0 {
        cut.find('\n').filter(|at| at * 2 < cut.len())
    } else {
        None
    };
    &cut[line.map_or(0, |at| at + 1)..]
}

fn head(text: &str, chars: usize) -> &str {
    let to = text
        .char_indices()
        .nth(chars)
        .map_or(text.len(), |(at, _)| at);
    let cut = &text[..to];
    let line = if to < text.len() {
        cut.rfind('\n').filter(|at| at * 2 > cut.len())
    } else {
        None
    };
    &cut[..line.unwrap_or(cut.len())]
}

/// The last `lines` line breaks and what follows them: a place in a table has one cell a line.
fn last_lines(text: &str, lines: usize) -> &str {
    let from = text
        .rmatch_indices('\n')
        .nth(lines)
        .map_or(0, |(at, _)| at + 1);
    &text[from..]
}

fn first_lines(text: &str, lines: usize) -> &str {
    let to = text
        .match_indices('\n')
        .nth(lines)
        .map_or(text.len(), |(at, _)| at);
    &text[..to]
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;
    use duwang_model::Span;

    #[test]
    fn the_place_is_found_again_when_the_span_is_off() {
        let plain = "上班时间\n另有上班时间说明";
        let mut hit = sample::finding("guide/office-hours", "上班时间").hit;
        hit.span = Some(Span::new(19, 31));
        assert_eq!(locate(plain, &hit), Some(19..31));
        hit.span = Some(Span::new(20, 32)); // not even a character boundary
        assert_eq!(locate(plain, &hit), Some(19..31));
        hit.span = Some(Span::new(0, usize::MAX));
        assert_eq!(locate(plain, &hit), Some(0..12));
        assert_eq!(locate("别的文字", &hit), None);
    }

    #[test]
    fn masking_full_width_digits_keeps_the_place() {
        let mut hit = sample::finding("guide/office-hours", "上班时间").hit;
        hit.span = None;
        let text = PageText::new(
            "证号３５０４９９１９９００１０１００１８，上班时间。",
            &hit,
            false,
        );
        assert_eq!(text.before, "证号３５０４９９********００１８，");
        assert_eq!(
            (text.quote.as_str(), text.after.as_str()),
            ("上班时间", "。")
        );
    }

    #[test]
    fn an_excerpt_prefers_whole_lines() {
        let text = PageText {
            before: "第一行\n第二行很长很长很长很长".to_owned(),
            quote: "错".to_owned(),
            after: "后面后面后面\n再一行".to_owned(),
        };
        let short = text.excerpt(14, 9);
        assert_eq!(short.before, "第二行很长很长很长很长");
        assert_eq!(text.excerpt(8, 9).after, "后面后面后面");
        assert_eq!(text.excerpt(100, 9), text);
        let few = text.excerpt(100, 0);
        assert_eq!(few.before, "第二行很长很长很长很长");
        assert_eq!(few.after, "后面后面后面");
    }
}
