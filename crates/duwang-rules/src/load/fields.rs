//! Typed reading of a TOML table. Every reading says by which key it asked, so that the keys nobody asked for are the unknown ones:
//! there is no second list of keys to keep in step.

use super::lazy::Pool;
use super::prepared::Prepared;
use crate::error::{Place, Troubles, nearest};
use chrono::NaiveDate;
use duwang_model::UnknownWord;
use std::cell::RefCell;
use std::str::FromStr;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A value with its place in a file.
#[derive(Debug, Clone)]
pub(crate) struct At<T> {
    pub(crate) value: T,
    pub(crate) place: Place,
}

/// A table being read, possibly with layers of overlays above it: later layers win key by key.
pub(crate) struct Fields<'a> {
    troubles: &'a Troubles<'a>,
    place: Place,
    entries: Vec<Entry<'a>>,
    asked: RefCell<Vec<&'static str>>,
}

/// A text, or a table that says more.
pub(crate) enum Item<'a> {
    Text(At<String>),
    Table(Fields<'a>),
}

struct Entry<'a> {
    key: &'a str,
    key_place: Place,
    layers: Vec<At<&'a DeValue<'a>>>,
}

impl<'a> Fields<'a> {
    pub(crate) fn new(troubles: &'a Troubles<'a>, place: Place, table: &'a DeTable<'a>) -> Self {
        let mut fields = Self {
            troubles,
            place,
            entries: Vec::new(),
            asked: RefCell::default(),
        };
        fields.lay_over(fields.place.file, table);
        fields
    }

    /// Lays another table over this one.
    pub(crate) fn lay_over(&mut self, file: usize, table: &'a DeTable<'a>) {
        for (key, value) in table.iter() {
            let layer = At {
                value: value.get_ref(),
                place: Place::new(file, value.span()),
            };
            match self.entries.iter_mut().find(|e| e.key == key.get_ref()) {
                Some(entry) => {
                    entry.key_place = Place::new(file, key.span());
                    entry.layers.push(layer);
                }
                None => self.entries.push(Entry {
                    key: key.get_ref(),
                    key_place: Place::new(file, key.span()),
                    layers: vec![layer],
                }),
            }
        }
    }

    pub(crate) fn troubles(&self) -> &'a Troubles<'a> {
        self.troubles
    }

    /// What is known of expressions beforehand.
    pub(crate) fn prepared(&self) -> &'a Prepared {
        self.troubles.prepared
    }

    /// The expressions of the load.
    pub(crate) fn pool(&self) -> &'a Pool {
        &self.troubles.pool
    }

    /// An expression with what its sets stand for.
    pub(crate) fn filled(&self, source: &At<String>) -> Option<At<String>> {
        self.troubles.sets.filled(source, self.troubles)
    }

    /// The place of the table as a whole: where something missing is reported.
    pub(crate) fn place(&self) -> &Place {
        &self.place
    }

    /// Every key with its place, for tables whose keys are names.
    pub(crate) fn keys(&self) -> impl Iterator<Item = (&'a str, &Place)> {
        self.entries.iter().map(|e| (e.key, &e.key_place))
    }

    /// Tells of every key nobody asked for.
    pub(crate) fn finish(&self) {
        let asked = self.asked.borrow();
        for entry in &self.entries {
            if asked.contains(&entry.key) {
                continue;
            }
            let near = nearest(entry.key, asked.iter().copied());
            let mut known = asked.clone();
            known.sort_unstable();
            self.troubles.report_with(
                &entry.key_place,
                format!("不认识的键“{}”", entry.key),
                "这里",
                Some(match near {
                    Some(near) => format!("是不是“{near}”？可用的键：{}", known.join("、")),
                    None => format!("可用的键：{}", known.join("、")),
                }),
            );
        }
    }

    pub(crate) fn has(&self, key: &'static str) -> bool {
        self.raw(key).is_some()
    }

    pub(crate) fn is_table(&self, key: &'static str) -> bool {
        self.raw(key)
            .is_some_and(|raw| matches!(raw.value, DeValue::Table(_)))
    }

    /// The winning value under a key, untyped.
    pub(crate) fn raw(&self, key: &'static str) -> Option<At<&'a DeValue<'a>>> {
        self.ask(key)?.layers.last().cloned()
    }

    pub(crate) fn text(&self, key: &'static str) -> Option<At<String>> {
        let raw = self.raw(key)?;
        match raw.value {
            DeValue::String(text) => Some(At {
                value: text.to_string(),
                place: raw.place,
            }),
            other => self.mismatch(key, &raw.place, "文字", other),
        }
    }

    pub(crate) fn text_or_default(&self, key: &'static str) -> String {
        self.text(key).map(|t| t.value).unwrap_or_default()
    }

    /// A text that must be there and not be blank.
    pub(crate) fn required_text(&self, key: &'static str) -> Option<At<String>> {
        if !self.has(key) {
            self.missing(key);
            return None;
        }
        let text = self.text(key)?;
        if text.value.trim().is_empty() {
            self.troubles
                .report(&text.place, format!("“{key}”不能为空"));
            return None;
        }
        Some(text)
    }

    /// One text or a list of texts.
    pub(crate) fn texts(&self, key: &'static str) -> Vec<At<String>> {
        let Some(raw) = self.raw(key) else {
            return Vec::new();
        };
        match raw.value {
            DeValue::String(text) => vec![At {
                value: text.to_string(),
                place: raw.place,
            }],
            DeValue::Array(items) => items
                .iter()
                .filter_map(|item| {
                    let place = Place::new(raw.place.file, item.span());
                    match item.get_ref() {
                        DeValue::String(text) => Some(At {
                            value: text.to_string(),
                            place,
                        }),
                        other => self.mismatch(key, &place, "文字", other),
                    }
                })
                .collect(),
            other => {
                self.mismatch::<()>(key, &raw.place, "一串文字", other);
                Vec::new()
            }
        }
    }

    /// One or a list of texts and tables.
    pub(crate) fn items(&self, key: &'static str) -> Vec<Item<'a>> {
        let Some(raw) = self.raw(key) else {
            return Vec::new();
        };
        let item = |value: &'a DeValue<'a>, place: Place| match value {
            DeValue::String(text) => Some(Item::Text(At {
                value: text.to_string(),
                place,
            })),
            DeValue::Table(table) => Some(Item::Table(Fields::new(self.troubles, place, table))),
            other => self.mismatch(key, &place, "文字，或者 { all = […] }", other),
        };
        match raw.value {
            DeValue::Array(items) => items
                .iter()
                .filter_map(|one| item(one.get_ref(), Place::new(raw.place.file, one.span())))
                .collect(),
            one => item(one, raw.place).into_iter().collect(),
        }
    }

    /// A word of a closed set.
    pub(crate) fn word<T: FromStr<Err = UnknownWord>>(&self, key: &'static str) -> Option<T> {
        let text = self.text(key)?;
        self.parse_word(&text)
    }

    pub(crate) fn required_word<T: FromStr<Err = UnknownWord>>(
        &self,
        key: &'static str,
    ) -> Option<T> {
        if !self.has(key) {
            self.missing(key);
        }
        self.word(key)
    }

    /// Words of a closed set.
    pub(crate) fn words<T: FromStr<Err = UnknownWord>>(&self, key: &'static str) -> Vec<T> {
        self.texts(key)
            .iter()
            .filter_map(|text| self.parse_word(text))
            .collect()
    }

    pub(crate) fn parse_word<T: FromStr<Err = UnknownWord>>(&self, text: &At<String>) -> Option<T> {
        match text.value.parse::<T>() {
            Ok(word) => Some(word),
            Err(unknown) => {
                self.troubles.report_with(
                    &text.place,
                    format!("不认识“{}”", unknown.given),
                    "这里",
                    Some(known_words(&unknown.given, unknown.known)),
                );
                None
            }
        }
    }

    pub(crate) fn flag(&self, key: &'static str) -> Option<bool> {
        let raw = self.raw(key)?;
        match raw.value {
            DeValue::Boolean(flag) => Some(*flag),
            other => self.mismatch(key, &raw.place, "true 或 false", other),
        }
    }

    pub(crate) fn number(&self, key: &'static str) -> Option<At<u32>> {
        let raw = self.raw(key)?;
        if let DeValue::Integer(number) = raw.value {
            let digits = number.as_str().replace('_', "");
            if let Ok(value) = u32::from_str_radix(&digits, number.radix()) {
                return Some(At {
                    value,
                    place: raw.place,
                });
            }
        }
        self.mismatch(key, &raw.place, "不小于 0 的整数", raw.value)
    }

    pub(crate) fn required_number(&self, key: &'static str) -> Option<At<u32>> {
        if !self.has(key) {
            self.missing(key);
        }
        self.number(key)
    }

    pub(crate) fn ratio(&self, key: &'static str) -> Option<f64> {
        let raw = self.raw(key)?;
        let number = match raw.value {
            DeValue::Float(number) => number.as_str().parse::<f64>().ok(),
            DeValue::Integer(number) => number.as_str().parse::<f64>().ok(),
            _ => None,
        };
        match number.filter(|n| (0.0..=1.0).contains(n)) {
            Some(number) => Some(number),
            None => self.mismatch(key, &raw.place, "0 到 1 之间的数", raw.value),
        }
    }

    /// A day: a TOML date, or a text such as `"2024-01-01"`.
    pub(crate) fn day(&self, key: &'static str) -> Option<NaiveDate> {
        let raw = self.raw(key)?;
        match day_of(raw.value) {
            Some(day) => Some(day),
            None => self.mismatch(key, &raw.place, "日期，如 2024-01-01", raw.value),
        }
    }

    /// A table under a key, with the layers laid over it.
    pub(crate) fn table(&self, key: &'static str) -> Option<Fields<'a>> {
        let entry = self.ask(key)?;
        let mut fields: Option<Fields<'a>> = None;
        for layer in &entry.layers {
            match (layer.value, &mut fields) {
                (DeValue::Table(table), Some(fields)) => fields.lay_over(layer.place.file, table),
                (DeValue::Table(table), None) => {
                    fields = Some(Fields::new(self.troubles, layer.place.clone(), table));
                }
                // A table laid over a plain value takes its place; the other way round is a fault.
                _ => fields = None,
            }
        }
        match (fields, entry.layers.last()) {
            (None, Some(last)) => self.mismatch(key, &last.place, "表", last.value),
            (fields, _) => fields,
        }
    }

    /// A table under any key, for tables whose keys are names.
    pub(crate) fn table_named(&self, key: &str) -> Option<Fields<'a>> {
        let entry = self.entries.iter().find(|e| e.key == key)?;
        let layer = entry.layers.last()?;
        match layer.value {
            DeValue::Table(table) => Some(Fields::new(self.troubles, layer.place.clone(), table)),
            other => self.mismatch("表", &layer.place, "表", other),
        }
    }

    /// A list of tables.
    pub(crate) fn tables(&self, key: &'static str) -> Vec<Fields<'a>> {
        let Some(raw) = self.raw(key) else {
            return Vec::new();
        };
        let DeValue::Array(items) = raw.value else {
            self.mismatch::<()>(key, &raw.place, "一串表（[[…]] 或 [{ … }]）", raw.value);
            return Vec::new();
        };
        items
            .iter()
            .filter_map(|item| self.item_table(key, raw.place.file, item))
            .collect()
    }

    fn item_table(
        &self,
        key: &'static str,
        file: usize,
        item: &'a Spanned<DeValue<'a>>,
    ) -> Option<Fields<'a>> {
        let place = Place::new(file, item.span());
        match item.get_ref() {
            DeValue::Table(table) => Some(Fields::new(self.troubles, place, table)),
            other => self.mismatch(key, &place, "表", other),
        }
    }

    /// Tells that a required key is not there.
    pub(crate) fn missing(&self, key: &'static str) {
        self.troubles.report_with(
            &self.place,
            format!("缺少“{key}”"),
            "",
            Some(format!("在这里写上 {key} = …")),
        );
    }

    fn ask(&self, key: &'static str) -> Option<&Entry<'a>> {
        let mut asked = self.asked.borrow_mut();
        if !asked.contains(&key) {
            asked.push(key);
        }
        self.entries.iter().find(|e| e.key == key)
    }

    fn mismatch<T>(&self, key: &str, place: &Place, wanted: &str, got: &DeValue<'_>) -> Option<T> {
        self.troubles.report_with(
            place,
            format!("“{key}”要写成{wanted}，这里是{}", sort_of(got)),
            "这里",
            None,
        );
        None
    }
}

/// Help for a word that is not in a closed set.
pub(crate) fn known_words(given: &str, known: &[&str]) -> String {
    match nearest(given, known.iter().copied()) {
        Some(near) => format!("是不是“{near}”？可用：{}", known.join("、")),
        None => format!("可用：{}", known.join("、")),
    }
}

pub(crate) fn day_of(value: &DeValue<'_>) -> Option<NaiveDate> {
    match value {
        DeValue::String(text) => text.parse().ok(),
        DeValue::Datetime(at) => {
            let date = at.date?;
            NaiveDate::from_ymd_opt(date.year.into(), date.month.into(), date.day.into())
        }
        _ => None,
    }
}

fn sort_of(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "文字",
        DeValue::Integer(_) => "整数",
        DeValue::Float(_) => "小数",
        DeValue::Boolean(_) => "true/false",
        DeValue::Datetime(_) => "日期",
        DeValue::Array(_) => "一串值",
        DeValue::Table(_) => "表",
    }
}
