//! Words the engine knows by itself, as data: what several kinds of rules look for whatever their files say.

use serde::Deserialize;
use std::sync::LazyLock;

#[allow(
    clippy::expect_used,
    reason = "the file is part of the program, and a test reads it"
)]
pub(crate) static WORDS: LazyLock<Words> =
    LazyLock::new(|| toml::from_str(include_str!("words.toml")).expect("words.toml can be read"));

/// What the file says; it tells what each list is for.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Words {
    pub(crate) nothing: Vec<String>,
    pub(crate) bare_links: Vec<String>,
    pub(crate) label: Label,
    pub(crate) sign_off: SignOff,
    pub(crate) period: Period,
    pub(crate) change: Change,
    pub(crate) value: Value,
    pub(crate) matter: Matter,
    pub(crate) person: Person,
    pub(crate) byline: Byline,
    pub(crate) numbering: Numbering,
    pub(crate) told: Told,
    pub(crate) cited: Cited,
    pub(crate) past: Past,
    pub(crate) name: Name,
    pub(crate) rate: Rate,
    pub(crate) parts: Wholes,
    pub(crate) count: Count,
    pub(crate) identity: Identity,
}

/// Names of offices in running text.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Identity {
    pub(crate) leads: Vec<String>,
    pub(crate) governments: Vec<String>,
    pub(crate) guides: Vec<String>,
    pub(crate) matters: Vec<String>,
    pub(crate) houses: Vec<String>,
    pub(crate) rooms: Vec<String>,
}

/// Things named beside their number.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Count {
    pub(crate) shares: Vec<String>,
    pub(crate) leads: Vec<String>,
    pub(crate) joins: Vec<String>,
    pub(crate) open: Vec<String>,
    pub(crate) ahead: Vec<String>,
}

/// A whole beside its parts.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Wholes {
    pub(crate) sums: Vec<String>,
    pub(crate) rest: Vec<String>,
    pub(crate) some: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Rate {
    pub(crate) up: String,
    pub(crate) down: String,
    pub(crate) of_plan: Vec<String>,
    pub(crate) of_whole: Vec<String>,
    pub(crate) into: Vec<String>,
    pub(crate) days: String,
    pub(crate) no: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Person {
    pub(crate) no_names: String,
    pub(crate) tells: Vec<String>,
    pub(crate) no_speakers: Vec<String>,
    pub(crate) bodies: Vec<String>,
    pub(crate) posts: Vec<String>,
    pub(crate) goes_on: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Byline {
    pub(crate) writers: Vec<String>,
    pub(crate) works: String,
    pub(crate) papers: Vec<String>,
    pub(crate) mastheads: Vec<String>,
    pub(crate) places: Vec<String>,
    pub(crate) parties: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Numbering {
    pub(crate) items: Vec<String>,
    pub(crate) units: String,
    pub(crate) no_units: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Matter {
    pub(crate) addresses: Vec<String>,
    pub(crate) roads: Vec<String>,
    pub(crate) floors: Vec<String>,
    pub(crate) seats: Vec<String>,
    pub(crate) other: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Change {
    pub(crate) from: Vec<String>,
    pub(crate) into: Vec<String>,
    pub(crate) dropped: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Value {
    pub(crate) goes_on: Vec<String>,
    pub(crate) none: Vec<String>,
    pub(crate) filler: Vec<String>,
    pub(crate) begins: Vec<String>,
    pub(crate) later: Vec<String>,
    pub(crate) stopped: Vec<String>,
    pub(crate) ceased: Vec<String>,
    pub(crate) elsewhere: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Label {
    pub(crate) endings: Vec<String>,
    pub(crate) contacts: Vec<String>,
    pub(crate) times: Vec<String>,
    pub(crate) verbs: Vec<String>,
    pub(crate) own: Vec<String>,
    pub(crate) calls: Vec<String>,
    pub(crate) nearby: Vec<String>,
    pub(crate) furniture: Vec<String>,
    pub(crate) columns: Vec<String>,
}

/// What stands at the end of a text.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SignOff {
    pub(crate) attachments: Vec<String>,
    pub(crate) bodies: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Period {
    pub(crate) subjects: Vec<String>,
    pub(crate) joins: Vec<String>,
    pub(crate) until: Vec<String>,
    pub(crate) until_right_before: Vec<String>,
    pub(crate) until_not: String,
    pub(crate) until_behind: Vec<String>,
    pub(crate) leads: Vec<String>,
    pub(crate) bare_leads: Vec<String>,
    pub(crate) workdays: Vec<String>,
    pub(crate) days: Vec<String>,
    pub(crate) weeks: Vec<String>,
    pub(crate) least: Vec<String>,
    pub(crate) later: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Told {
    pub(crate) names: Vec<String>,
    pub(crate) old: Vec<String>,
    pub(crate) present: Vec<String>,
    pub(crate) changed: Vec<String>,
    pub(crate) titles: Vec<String>,
    pub(crate) written: Vec<String>,
    pub(crate) mended: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Cited {
    pub(crate) issued: String,
    pub(crate) notice: String,
    pub(crate) leads: Vec<String>,
    pub(crate) rules: Vec<String>,
    pub(crate) of_others: Vec<String>,
    pub(crate) in_force: Vec<String>,
    pub(crate) from_issue: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Past {
    pub(crate) itself: Vec<String>,
    pub(crate) sanctions: Vec<String>,
    pub(crate) former: Vec<String>,
    pub(crate) no_former: Vec<String>,
    pub(crate) doings: String,
    pub(crate) chronicles: Vec<String>,
    pub(crate) today: Vec<String>,
    pub(crate) issued: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Name {
    pub(crate) firms: Vec<String>,
    pub(crate) place_ends: String,
    pub(crate) places: Vec<String>,
    pub(crate) before_person: Vec<String>,
    pub(crate) behind_person: Vec<String>,
}

/// What stands behind the first of the words a text begins with.
pub(crate) fn behind_first<'t>(words: &[String], text: &'t str) -> Option<&'t str> {
    words
        .iter()
        .find_map(|word| text.strip_prefix(word.as_str()))
}

/// Whether a text ends with one of the words.
pub(crate) fn ends_with_any(text: &str, words: &[String]) -> bool {
    words.iter().any(|word| text.ends_with(word.as_str()))
}

/// Whether a text holds one of the words.
pub(crate) fn has_any(text: &str, words: &[String]) -> bool {
    words.iter().any(|word| text.contains(word.as_str()))
}

#[cfg(test)]
#[allow(clippy::expect_used, reason = "tests fail by panicking")]
mod tests {
    use super::{Words, behind_first};

    #[test]
    fn the_file_can_be_read_and_longer_words_come_first() {
        let words = toml::from_str::<Words>(include_str!("words.toml"));
        let words = words.map_err(|e| e.to_string()).expect("words.toml");
        let period = words.period;
        assert_eq!(behind_first(&period.joins, "截止到9月"), Some("9月"));
        let lists = [
            period.joins,
            period.leads,
            period.workdays,
            period.days,
            period.weeks,
            period.least,
        ];
        for list in lists {
            for (n, word) in list.iter().enumerate() {
                let hides = |earlier: &&String| word.starts_with(earlier.as_str());
                assert_eq!(
                    list[..n].iter().find(hides),
                    None,
                    "{word} is never reached"
                );
            }
        }
    }
}
