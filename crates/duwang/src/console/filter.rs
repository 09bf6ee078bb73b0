//! The filter of the list, read from and written to the address.

use duwang_model::{Category, Certainty, Finding, FindingFilter, Kind, Level, State};
use std::str::FromStr;
use url::form_urlencoded;

/// Which findings a reviewer wants to see. The address holds only what differs from the default.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Filter {
    /// Everything the model's filter can say, except the states.
    pub(super) filter: FindingFilter,
    /// Which states.
    pub(super) states: States,
    /// Page of the list, from 1.
    pub(super) page: usize,
}

/// The states of a finding that still wants work ([`Finding::is_live`]).
const LIVE: &[State] = &[
    State::Open,
    State::Confirmed,
    State::Assigned,
    State::Appealed,
    State::Reopened,
];

/// Which states a reviewer wants to see.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) enum States {
    /// Those that want work: the default.
    #[default]
    Live,
    /// All of them.
    All,
    /// These.
    Some(Vec<State>),
}

impl Filter {
    /// Reads the query of an address; empty values and unknown keys do not restrict, unknown words are explained.
    pub(super) fn read(query: &str) -> Result<Self, String> {
        let mut read = Self {
            page: 1,
            ..Self::default()
        };
        for (key, value) in form_urlencoded::parse(query.as_bytes()) {
            let value = value.trim();
            if !value.is_empty() {
                read.take(&key, value)?;
            }
        }
        Ok(read)
    }

    fn take(&mut self, key: &str, value: &str) -> Result<(), String> {
        let filter = &mut self.filter;
        match key {
            "unit" => filter.units.push(value.to_owned()),
            "channel" => filter.channels.push(value.to_owned()),
            "rule" => filter.rules.push(value.to_owned()),
            "scan" => filter.scan = Some(value.to_owned()),
            "text" => filter.text = Some(value.to_owned()),
            "category" => filter.categories.push(word("类别", value)?),
            "level" => filter.levels.push(word("级别", value)?),
            "certainty" => filter.certainties.push(word("把握", value)?),
            "kind" => filter.kinds.push(word("页面类型", value)?),
            "state" => self.take_state(value)?,
            "page" => {
                self.page = value
                    .parse()
                    .ok()
                    .filter(|p| *p > 0)
                    .ok_or("页码应是从 1 起的整数。")?
            }
            _ => {}
        }
        Ok(())
    }

    fn take_state(&mut self, value: &str) -> Result<(), String> {
        match (value, &mut self.states) {
            ("live", _) => self.states = States::Live,
            ("all", _) => self.states = States::All,
            (_, States::Some(states)) => states.push(word("状态", value)?),
            _ => self.states = States::Some(vec![word("状态", value)?]),
        }
        Ok(())
    }

    /// Everything as one filter of the model.
    pub(super) fn with_states(&self) -> FindingFilter {
        let states = match &self.states {
            States::Live => LIVE.to_vec(),
            States::All => Vec::new(),
            States::Some(states) => states.clone(),
        };
        FindingFilter {
            states,
            ..self.filter.clone()
        }
    }

    /// The query that reads back as this filter, without a leading `?`; the page only when it is not the first.
    pub(super) fn query(&self) -> String {
        let mut out = form_urlencoded::Serializer::new(String::new());
        let f = &self.filter;
        out.extend_pairs(f.units.iter().map(|v| ("unit", v)));
        out.extend_pairs(f.channels.iter().map(|v| ("channel", v)));
        out.extend_pairs(f.rules.iter().map(|v| ("rule", v)));
        out.extend_pairs(f.categories.iter().map(|v| ("category", v.word())));
        out.extend_pairs(f.levels.iter().map(|v| ("level", v.word())));
        out.extend_pairs(f.certainties.iter().map(|v| ("certainty", v.word())));
        out.extend_pairs(f.kinds.iter().map(|v| ("kind", v.word())));
        out.extend_pairs(f.scan.iter().map(|v| ("scan", v)));
        out.extend_pairs(f.text.iter().map(|v| ("text", v)));
        match &self.states {
            States::Live => {}
            States::All => {
                out.append_pair("state", "all");
            }
            States::Some(states) => {
                out.extend_pairs(states.iter().map(|s| ("state", s.word())));
            }
        }
        if self.page > 1 {
            out.append_pair("page", &self.page.to_string());
        }
        out.finish()
    }

    /// The same filter on another page of the list.
    pub(super) fn on_page(&self, page: usize) -> Self {
        Self {
            page,
            ..self.clone()
        }
    }

    /// Whether anything restricts the list.
    pub(super) fn is_default(&self) -> bool {
        self.on_page(1)
            == Self {
                page: 1,
                ..Self::default()
            }
    }
}

fn word<T: FromStr<Err = duwang_model::UnknownWord>>(what: &str, value: &str) -> Result<T, String> {
    value
        .parse()
        .map_err(|unknown| format!("{what}：{unknown}"))
}

/// One choice of a filter field, with how many findings it would leave.
pub(super) struct Choice {
    pub(super) value: String,
    pub(super) name: String,
    pub(super) count: usize,
    pub(super) chosen: bool,
}

/// The choices of every field, counted under the other fields.
pub(super) struct Choices {
    pub(super) units: Vec<Choice>,
    pub(super) channels: Vec<Choice>,
    pub(super) rules: Vec<Choice>,
    pub(super) categories: Vec<Choice>,
    pub(super) levels: Vec<Choice>,
    pub(super) certainties: Vec<Choice>,
    pub(super) kinds: Vec<Choice>,
    pub(super) states: Vec<Choice>,
    pub(super) live: usize,
    pub(super) all: usize,
}

impl Choices {
    /// Counts the choices in `findings`.
    pub(super) fn of(filter: &Filter, findings: &[Finding], names: &crate::view::Names) -> Self {
        let f = &filter.filter;
        let without = |change: &dyn Fn(&mut Filter)| {
            let mut other = filter.clone();
            change(&mut other);
            let other = other.with_states();
            findings
                .iter()
                .filter(move |finding| other.admits(finding))
                .collect::<Vec<_>>()
        };
        let any_state = without(&|o| o.states = States::All);
        let states = match &filter.states {
            States::Some(states) => states.clone(),
            _ => Vec::new(),
        };
        Self {
            units: named(
                &without(&|o| o.filter.units.clear()),
                |x| Some(x.unit.as_str()),
                &f.units,
                |id| names.unit(id).to_owned(),
            ),
            channels: named(
                &without(&|o| o.filter.channels.clear()),
                |x| Some(x.channel.as_str()),
                &f.channels,
                |id| format!("{} {}", names.channel(id), id),
            ),
            rules: named(
                &without(&|o| o.filter.rules.clear()),
                |x| Some(x.hit.rule.as_str()),
                &f.rules,
                str::to_owned,
            ),
            categories: closed(
                &without(&|o| o.filter.categories.clear()),
                Category::ALL,
                |x| Some(x.hit.category),
                &f.categories,
                Category::word,
                Category::chinese,
            ),
            levels: closed(
                &without(&|o| o.filter.levels.clear()),
                &[Level::Serious, Level::General, Level::Hint],
                |x| Some(x.hit.level),
                &f.levels,
                Level::word,
                Level::chinese,
            ),
            certainties: closed(
                &without(&|o| o.filter.certainties.clear()),
                &[Certainty::Certain, Certainty::Likely, Certainty::Ask],
                |x| Some(x.hit.certainty),
                &f.certainties,
                Certainty::word,
                Certainty::chinese,
            ),
            kinds: closed(
                &without(&|o| o.filter.kinds.clear()),
                Kind::ALL,
                |x| x.kind,
                &f.kinds,
                Kind::word,
                Kind::chinese,
            ),
            states: closed(
                &any_state,
                State::ALL,
                |x| Some(x.state),
                &states,
                State::word,
                State::chinese,
            ),
            live: any_state.iter().filter(|x| x.is_live()).count(),
            all: any_state.len(),
        }
    }
}

/// Choices of an open set of ids: those that occur, and those that are chosen.
fn named(
    findings: &[&Finding],
    of: impl Fn(&Finding) -> Option<&str>,
    chosen: &[String],
    name: impl Fn(&str) -> String,
) -> Vec<Choice> {
    let mut counts: std::collections::BTreeMap<&str, usize> =
        chosen.iter().map(|c| (c.as_str(), 0)).collect();
    for value in findings.iter().filter_map(|f| of(f)) {
        *counts.entry(value).or_default() += 1;
    }
    counts
        .into_iter()
        .map(|(value, count)| Choice {
            value: value.to_owned(),
            name: name(value),
            count,
            chosen: chosen.iter().any(|c| c == value),
        })
        .collect()
}

/// Choices of a closed set of words: those that occur, and those that are chosen.
fn closed<T: Copy + PartialEq>(
    findings: &[&Finding],
    all: &[T],
    of: impl Fn(&Finding) -> Option<T>,
    chosen: &[T],
    word: impl Fn(T) -> &'static str,
    chinese: impl Fn(T) -> &'static str,
) -> Vec<Choice> {
    let choices = all.iter().map(|value| Choice {
        value: word(*value).to_owned(),
        name: chinese(*value).to_owned(),
        count: findings.iter().filter(|f| of(f) == Some(*value)).count(),
        chosen: chosen.contains(value),
    });
    choices.filter(|c| c.count > 0 || c.chosen).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_reads_back_from_its_query() {
        for query in [
            "",
            "unit=qingshi&level=serious&state=all",
            "state=open&state=reopened&page=3",
            "rule=guide%2Foffice-hours&text=%E5%8A%9E%E5%85%AC+%26&kind=guide&certainty=ask&scan=s1",
        ] {
            let filter = Filter::read(query).unwrap_or_default();
            assert_eq!(Filter::read(&filter.query()), Ok(filter.clone()), "{query}");
        }
        assert_eq!(
            Filter::read("unit=&text=+&other=1").map(|f| f.is_default()),
            Ok(true)
        );
    }

    #[test]
    fn the_live_states_are_those_of_the_model() {
        let mut finding = crate::view::sample::finding("guide/office-hours", "x");
        for state in State::ALL {
            finding.state = *state;
            assert_eq!(finding.is_live(), LIVE.contains(state), "{state}");
        }
    }

    #[test]
    fn unknown_words_are_explained() {
        let Err(words) = Filter::read("level=grave") else {
            panic!("accepted")
        };
        assert!(words.contains("级别") && words.contains("grave") && words.contains("serious"));
        assert!(Filter::read("page=0").is_err());
        assert!(Filter::read("page=x").is_err());
    }
}
