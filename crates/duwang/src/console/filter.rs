//! The filter of the list, read from and written to the address.

use crate::register::{Counts, Order, Shelf};
use duwang_model::{Category, Certainty, FindingFilter, Kind, Level, State};
use std::str::FromStr;
use url::form_urlencoded;

/// Which findings a reviewer wants to see. The address holds only what differs from the default.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Filter {
    /// Everything the model's filter can say, except the states.
    pub(super) filter: FindingFilter,
    /// Which states.
    pub(super) states: States,
    /// Only what is past its day and still with the unit.
    pub(super) overdue: bool,
    /// Only what its unit says it has mended, while no re-fetch has answered.
    pub(super) claimed: bool,
    /// Only what came back after having been fixed.
    pub(super) recurring: bool,
    /// Only what was first seen at least so many days ago.
    pub(super) age: Option<i64>,
    /// Every finding by itself, not grouped.
    pub(super) flat: bool,
    /// Only the sample of this probe ([`super::probe`]), whatever became of it, one by one.
    pub(super) probe: Option<String>,
    /// What comes first.
    pub(super) order: Order,
    /// Page of the list, from 1.
    pub(super) page: usize,
}

/// The states of a finding that still wants work ([`duwang_model::Finding::is_live`]).
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
        if read.probe.is_some() {
            read.flat = true;
            read.states = States::All;
        }
        Ok(read)
    }

    /// The sample of a probe.
    pub(super) fn of_probe(id: &str) -> Self {
        Self {
            probe: Some(id.to_owned()),
            flat: true,
            states: States::All,
            page: 1,
            ..Self::default()
        }
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
            "overdue" => self.overdue = value == "1",
            "claimed" => self.claimed = value == "1",
            "recurring" => self.recurring = value == "1",
            "flat" => self.flat = value == "1",
            "probe" => self.probe = Some(value.to_owned()),
            "order" => {
                let order = Order::read(value);
                self.order = order.ok_or_else(|| format!("不认识排列“{value}”。"))?;
            }
            "age" => {
                let days = value
                    .parse()
                    .ok()
                    .filter(|days| (0..=36_500).contains(days));
                self.age = Some(days.ok_or("天数应是 0 起的整数。")?);
            }
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
            States::All if self.probe.is_some() => {}
            States::All => {
                out.append_pair("state", "all");
            }
            States::Some(states) => {
                out.extend_pairs(states.iter().map(|s| ("state", s.word())));
            }
        }
        for (key, value) in [
            ("overdue", self.overdue),
            ("claimed", self.claimed),
            ("recurring", self.recurring),
            ("flat", self.flat && self.probe.is_none()),
        ] {
            if value {
                out.append_pair(key, "1");
            }
        }
        out.extend_pairs(self.age.map(|days| ("age", days.to_string())));
        out.extend_pairs(self.probe.iter().map(|v| ("probe", v)));
        if self.order != Order::default() {
            out.append_pair("order", self.order.word());
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
    /// Names what was counted.
    pub(super) fn of(
        filter: &Filter,
        counts: &Counts,
        shelf: &Shelf,
        names: &crate::view::Names,
    ) -> Self {
        let f = &filter.filter;
        let states = match &filter.states {
            States::Some(states) => states.clone(),
            _ => Vec::new(),
        };
        let live = |state: &State| LIVE.contains(state);
        let count = |state: &State| counts.states.get(*state as usize).copied().unwrap_or(0);
        Self {
            units: named(&counts.units, shelf, &f.units, |id| {
                names.unit(id).to_owned()
            }),
            channels: named(&counts.channels, shelf, &f.channels, |id| {
                format!("{} {}", names.channel(id), id)
            }),
            rules: named(&counts.rules, shelf, &f.rules, |id| {
                names.rule(id).to_owned()
            }),
            categories: closed(&counts.categories, Category::ALL, &f.categories, |v| {
                (v.word(), v.chinese())
            }),
            levels: closed(&counts.levels, Level::ALL, &f.levels, |v| {
                (v.word(), v.chinese())
            })
            .into_iter()
            .rev()
            .collect(),
            certainties: closed(&counts.certainties, Certainty::ALL, &f.certainties, |v| {
                (v.word(), v.chinese())
            })
            .into_iter()
            .rev()
            .collect(),
            kinds: closed(&counts.kinds, Kind::ALL, &f.kinds, |v| {
                (v.word(), v.chinese())
            }),
            states: closed(&counts.states, State::ALL, &states, |v| {
                (v.word(), v.chinese())
            }),
            live: State::ALL.iter().filter(|s| live(s)).map(count).sum(),
            all: State::ALL.iter().map(count).sum(),
        }
    }
}

/// Choices of an open set of ids: those that occur, and those that are chosen.
fn named(
    counts: &[usize],
    shelf: &Shelf,
    chosen: &[String],
    name: impl Fn(&str) -> String,
) -> Vec<Choice> {
    let choice = |value: &str, count: usize| Choice {
        value: value.to_owned(),
        name: name(value),
        count,
        chosen: chosen.iter().any(|c| c == value),
    };
    let occurring = Counts::words(counts, shelf);
    let absent = chosen
        .iter()
        .filter(|c| occurring.iter().all(|o| o.value != c.as_str()));
    let absent: Vec<Choice> = absent.map(|c| choice(c, 0)).collect();
    let mut choices: Vec<Choice> = occurring
        .iter()
        .map(|c| choice(c.value, c.count))
        .chain(absent)
        .collect();
    choices.sort_by(|a, b| a.value.cmp(&b.value));
    choices
}

/// Choices of a closed set of words: those that occur, and those that are chosen. Counts stand in the order of declaration.
fn closed<T: Copy + PartialEq>(
    counts: &[usize],
    all: &[T],
    chosen: &[T],
    words: impl Fn(T) -> (&'static str, &'static str),
) -> Vec<Choice> {
    let choices = all.iter().zip(counts).map(|(value, count)| Choice {
        value: words(*value).0.to_owned(),
        name: words(*value).1.to_owned(),
        count: *count,
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
            "overdue=1&claimed=1&recurring=1&flat=1&age=30",
            "order=gravest&page=2",
            "probe=0a1b2c3d",
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
