//! `sets.toml` beside the packs: characters and words that many expressions need (family names), each written once. An expression names one
//! as `{{surname}}`, which no regular expression could mean otherwise. A city's own stand in `sets-….toml`, which is read after it.

use super::fields::At;
use super::sources;
use crate::error::{Place, Troubles, nearest};
use crate::rules::RuleFile;
use std::collections::BTreeMap;
use toml::de::DeValue;

/// Where the bundled ones stand.
const FILE: &str = "sets.toml";
/// What the name of a file with more of them begins with.
const MORE: &str = "sets-";
const OPEN: &str = "{{";
const CLOSE: &str = "}}";

/// What each name stands for, as it goes into an expression.
#[derive(Debug, Default)]
pub(crate) struct Sets(BTreeMap<String, String>);

impl Sets {
    pub(crate) fn read(files: &[RuleFile], troubles: &Troubles<'_>) -> Self {
        let mut sets = Self::default();
        let (first, more): (Vec<_>, Vec<_>) = files
            .iter()
            .enumerate()
            .filter(|(_, file)| is_sets(&file.path))
            .partition(|(_, file)| file.path == FILE);
        for (number, file) in first.into_iter().chain(more) {
            sets.add(number, file, troubles);
        }
        sets
    }

    /// Adds those of a file, in place of others of the same names.
    fn add(&mut self, number: usize, file: &RuleFile, troubles: &Troubles<'_>) {
        let parsed = sources::parse(number, file, troubles);
        for (name, value) in parsed.table.get_ref() {
            match text_of(value.get_ref()) {
                Ok(text) => {
                    self.0.insert(name.get_ref().to_string(), text);
                }
                Err(fault) => troubles.report(&Place::new(number, value.span()), fault),
            }
        }
    }

    /// An expression with what its sets stand for in their places; `None` when it names one wrongly, which is reported.
    pub(crate) fn filled(
        &self,
        source: &At<String>,
        troubles: &Troubles<'_>,
    ) -> Option<At<String>> {
        let place = source.place.clone();
        let mut value = String::with_capacity(source.value.len());
        let mut rest = source.value.as_str();
        while let Some((before, named)) = rest.split_once(OPEN) {
            let Some((name, after)) = named.split_once(CLOSE) else {
                let help = format!("字词组写作 {OPEN}名字{CLOSE}；要找花括号本身，写 \\{{");
                troubles.report_with(
                    &place,
                    format!("“{OPEN}”后面没有“{CLOSE}”"),
                    "这里",
                    Some(help),
                );
                return None;
            };
            let Some(text) = self.0.get(name) else {
                self.tell_unknown(name, &place, troubles);
                return None;
            };
            value.push_str(before);
            value.push_str(text);
            rest = after;
        }
        value.push_str(rest);
        Some(At { value, place })
    }

    fn tell_unknown(&self, name: &str, place: &Place, troubles: &Troubles<'_>) {
        let known = self.0.keys().map(String::as_str);
        let help = match nearest(name, known.clone()) {
            Some(near) => format!("是不是“{near}”？"),
            None => format!("{FILE} 里有：{}", known.collect::<Vec<_>>().join("、")),
        };
        troubles.report_with(
            place,
            format!("{FILE} 里没有“{name}”这一组"),
            "这里",
            Some(help),
        );
    }
}

/// Whether a file of a rules folder holds sets.
pub fn is_sets(path: &str) -> bool {
    path == FILE || path.starts_with(MORE) && path.ends_with(".toml") && !path.contains('/')
}

/// A text as it is; of a list one of its members.
fn text_of(value: &DeValue<'_>) -> Result<String, String> {
    let text = match value {
        DeValue::String(text) => text.to_string(),
        DeValue::Array(items) => {
            let each = items.iter().map(|item| match item.get_ref() {
                DeValue::String(text) => Ok(text.as_ref()),
                _ => Err("一组里只能是文字".to_owned()),
            });
            each.collect::<Result<Vec<_>, _>>()?.join("|")
        }
        _ => return Err("一组要写成文字，或者几段文字".to_owned()),
    };
    match text.is_empty() || text.contains(OPEN) {
        true => Err("一组不能是空的，里面也不能再写 {{…}}".to_owned()),
        false => Ok(text),
    }
}
