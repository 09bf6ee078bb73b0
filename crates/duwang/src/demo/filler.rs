//! Everyday news in any number, from `seeds/demo/filler.toml`: topics with titles and sentences, put together by counting, not by chance,
//! so that every start shows the same city.

use super::data::{self, SiteData};
use serde::Deserialize;

/// The sentence store.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Filler {
    topic: Vec<Topic>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Topic {
    /// Fields of work it fits; `all` fits everybody.
    fields: Vec<String>,
    titles: Vec<String>,
    openings: Vec<String>,
    middles: Vec<String>,
    closings: Vec<String>,
}

/// One article: title and body in [`super::markup`].
pub struct Article {
    /// Title.
    pub title: String,
    /// Body.
    pub body: String,
}

impl Filler {
    /// Reads the store.
    pub fn read() -> anyhow::Result<Self> {
        data::read("filler.toml")
    }

    /// The `serial`-th article of a column of a site. `day` is written into the text as `9月18日`.
    pub fn article(&self, site: &SiteData, column: &str, serial: usize, day: &str) -> Article {
        let topics: Vec<_> = self.topic.iter().filter(|t| t.fits(&site.field)).collect();
        let start = column.bytes().map(usize::from).sum::<usize>()
            + site.host.bytes().map(usize::from).sum::<usize>();
        let turn = serial + start;
        let Some(topic) = topics.get(turn % topics.len().max(1)) else {
            return Article {
                title: String::new(),
                body: String::new(),
            };
        };
        let round = serial / topics.len().max(1);
        let place = pick(&site.places, round + start + turn % topics.len().max(1));
        let fill = |text: &str| {
            text.replace("{unit}", &site.unit)
                .replace("{short}", &site.short)
                .replace("{place}", place)
                .replace("{day}", day)
        };
        let paragraphs = [
            pick(&topic.openings, turn + round),
            pick(&topic.middles, round),
            pick(&topic.middles, round + 1),
            pick(&topic.closings, turn / 2 + round),
        ];
        Article {
            title: fill(pick(&topic.titles, round)),
            body: paragraphs.map(fill).join("\n"),
        }
    }
}

impl Topic {
    fn fits(&self, field: &str) -> bool {
        self.fields.iter().any(|f| f == "all" || f == field)
    }
}

fn pick(from: &[String], turn: usize) -> &str {
    from.get(turn % from.len().max(1))
        .map_or("", String::as_str)
}
