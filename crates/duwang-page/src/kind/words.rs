//! The fixed names by which kinds are known, as data.

use serde::Deserialize;
use std::sync::LazyLock;

/// Words of which the first that is there counts.
type List = Vec<String>;

#[allow(
    clippy::expect_used,
    reason = "the file is part of the program, and a test reads it"
)]
pub(super) static WORDS: LazyLock<Words> =
    LazyLock::new(|| toml::from_str(include_str!("words.toml")).expect("words.toml can be read"));

/// What the file says, group by group; the file tells what each list is for.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Words {
    pub(super) news_verbs: List,
    pub(super) annual_report: AnnualReport,
    pub(super) results: Results,
    pub(super) solicitation: Solicitation,
    pub(super) service_guide: ServiceGuide,
    pub(super) guide: Guide,
    pub(super) interpretation: Interpretation,
    pub(super) policy: Policy,
    pub(super) plain: Plain,
    pub(super) guide_text: GuideText,
    pub(super) order: Order,
    pub(super) asking: Asking,
    pub(super) opening: Opening,
    pub(super) column: Column,
    pub(super) wechat: Wechat,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AnnualReport {
    pub(super) open: List,
    pub(super) names: List,
    pub(super) about: List,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Results {
    pub(super) asked: List,
    pub(super) names: List,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Solicitation {
    pub(super) names: List,
    pub(super) drafts: List,
    pub(super) draft_forms: List,
    pub(super) wishes: List,
    pub(super) forwarded: List,
    pub(super) news: List,
    pub(super) forms: List,
    pub(super) things: List,
    pub(super) purchases: List,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ServiceGuide {
    pub(super) names: List,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Guide {
    pub(super) names: List,
    pub(super) others: List,
    pub(super) done: List,
    pub(super) work: List,
    pub(super) carriers: List,
    pub(super) whose: List,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Interpretation {
    pub(super) names: List,
    pub(super) news: List,
    pub(super) lists: List,
    pub(super) figures: List,
    pub(super) calls: List,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Policy {
    pub(super) none: List,
    pub(super) never: List,
    pub(super) lays_down: List,
    pub(super) notices: List,
    pub(super) forms: List,
    pub(super) news: List,
    pub(super) names: List,
    pub(super) ends: List,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Plain {
    pub(super) notice: List,
    pub(super) news: List,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct GuideText {
    pub(super) bodies: String,
    pub(super) tells_how: List,
    pub(super) elements: List,
    pub(super) others: List,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Order {
    pub(super) titles: List,
    pub(super) forbids: List,
    pub(super) itself: List,
    pub(super) in_force: List,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Asking {
    pub(super) titles: List,
    pub(super) drafts: List,
    pub(super) until: List,
    pub(super) ways: List,
    pub(super) phrases: List,
    pub(super) past: List,
    pub(super) told: List,
    pub(super) answers: List,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Opening {
    pub(super) asks: List,
    pub(super) answers: List,
    pub(super) titles: List,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Column {
    pub(super) collecting: String,
    pub(super) no_guide: List,
    pub(super) no_service: List,
    pub(super) reports: List,
    pub(super) pages: List,
    pub(super) service: Vec<List>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Wechat {
    pub(super) matters: Vec<List>,
    pub(super) readings: List,
    pub(super) documents: List,
    pub(super) report_parts: List,
    pub(super) gist: List,
}

/// Whether a text holds one of the words.
pub(super) fn any_in(words: &[String], text: &str) -> bool {
    words.iter().any(|word| text.contains(word.as_str()))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    #[test]
    fn lists_have_words_and_each_once() {
        let told: toml::Table = include_str!("words.toml").parse().unwrap_or_default();
        assert!(toml::from_str::<super::Words>(include_str!("words.toml")).is_ok());
        let groups = told.values().filter_map(toml::Value::as_table);
        let lists = groups.flat_map(toml::Table::values).chain(told.values());
        for list in lists.filter_map(toml::Value::as_array) {
            let words: HashSet<_> = list.iter().map(toml::Value::to_string).collect();
            assert!(!words.is_empty() && words.len() == list.len(), "{list:?}");
        }
    }
}
