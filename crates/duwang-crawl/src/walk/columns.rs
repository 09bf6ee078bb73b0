//! The tallies of a walk by column, and their names.

use super::memory::hash;
use super::shape::is_more;
use super::tally::Tally;
use super::{ColumnReading, Walk, normalise, normalised, same_page};
use duwang_model::Column;
use url::Url;

impl Walk {
    pub(super) fn tally(&mut self, column: &str) -> &mut Tally {
        let key = column_key(column);
        // Of several spellings the shortest one, whichever came first.
        let url = self
            .urls
            .entry(key.clone())
            .or_insert_with(|| column.to_owned());
        if (column.len(), column) < (url.len(), url.as_str()) {
            column.clone_into(url);
        }
        self.columns.entry(key).or_default()
    }

    pub(super) fn column(&self, key: &str) -> Option<ColumnReading> {
        let pinned = self.pinned(key);
        let nothing = Tally::default();
        let tally = self.columns.get(key).unwrap_or(&nothing);
        let url = pinned
            .map(|c| normalised(&c.url))
            .or_else(|| self.urls.get(key).cloned())?;
        let linked_as = self.linked_as.get(&hash(key)).map(String::as_str);
        tally
            .is_column(pinned.is_some())
            .then(|| tally.sum(&url, pinned, linked_as))
    }

    fn pinned(&self, key: &str) -> Option<&Column> {
        self.channel
            .columns
            .iter()
            .find(|c| column_key(&c.url) == key)
    }

    /// Remembers the shortest words that name a page.
    pub(super) fn call(&mut self, url: &str, words: &str) {
        let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
        if words.is_empty() || words.chars().count() > 20 || is_more(&words) || words == "首页" {
            return;
        }
        let called = self
            .linked_as
            .entry(hash(&column_key(url)))
            .or_insert_with(|| words.clone());
        if (words.len(), words.as_str()) < (called.len(), called.as_str()) {
            *called = words;
        }
    }
}

pub(super) fn column_key(url: &str) -> String {
    match Url::parse(url) {
        // The leaves of a script-driven directory share one page and differ in what follows `#`.
        Ok(parsed) if url.contains("/index#") => format!(
            "{}#{}",
            same_page(&normalise(&parsed)),
            parsed.fragment().unwrap_or("")
        ),
        Ok(parsed) => same_page(&normalise(&parsed)),
        Err(_) => url.to_owned(),
    }
}
