//! The `bad`, `good` and `not_yet` examples of a rule.

use super::fields::{Fields, day_of};
use super::sources::Sources;
use crate::error::Place;
use crate::examples::{Example, ExampleKind, ExamplePage, ExampleSubject};
use duwang_model::{ChannelFacts, ChannelKind, Kind, Residue};
use serde::Deserialize;
use toml::Value;
use toml::de::{DeTable, DeValue};

#[derive(Default)]
pub(crate) struct Examples {
    pub(crate) bad: Vec<Example>,
    pub(crate) good: Vec<Example>,
    pub(crate) not_yet: Vec<Example>,
}

/// Reads all examples; a rule without a bad and a good one does not load.
pub(crate) fn read(
    rule: &str,
    fields: &Fields<'_>,
    sources: &Sources<'_>,
    about_channel: bool,
    kind: Kind,
) -> Examples {
    let reader = Reader {
        rule,
        fields,
        sources,
        about_channel,
        kind,
    };
    Examples {
        bad: reader.list("bad", ExampleKind::Bad, true),
        good: reader.list("good", ExampleKind::Good, true),
        not_yet: reader.list("not_yet", ExampleKind::NotYet, false),
    }
}

struct Reader<'r, 'a> {
    rule: &'r str,
    fields: &'r Fields<'a>,
    sources: &'r Sources<'r>,
    about_channel: bool,
    kind: Kind,
}

impl<'a> Reader<'_, 'a> {
    fn list(&self, key: &'static str, sort: ExampleKind, required: bool) -> Vec<Example> {
        let raw = self.fields.raw(key);
        let items: Vec<(Place, &DeValue<'a>)> = match &raw {
            None => Vec::new(),
            Some(raw) => match raw.value {
                DeValue::Array(items) => items
                    .iter()
                    .map(|i| (Place::new(raw.place.file, i.span()), i.get_ref()))
                    .collect(),
                one => vec![(raw.place.clone(), one)],
            },
        };
        if items.is_empty() && required {
            self.fields.troubles().report_with(
                raw.as_ref().map_or(self.fields.place(), |r| &r.place),
                format!("缺少例子“{key}”"),
                "",
                Some(match sort {
                    ExampleKind::Bad => "写上 bad = [\"应当命中的文字\"]".to_owned(),
                    _ => "写上 good = [\"不应命中的文字\"]，最好是容易误报的".to_owned(),
                }),
            );
        }
        items
            .into_iter()
            .filter_map(|(place, value)| {
                Some(Example {
                    kind: sort,
                    subject: self.subject(&place, value)?,
                })
            })
            .collect()
    }

    fn subject(&self, place: &Place, value: &'a DeValue<'a>) -> Option<ExampleSubject> {
        match value {
            DeValue::Table(table) if self.about_channel => self.channel(place, table),
            DeValue::String(text) if !self.about_channel => Some(ExampleSubject::Page(Box::new(
                self.page_of_text(text.to_string()),
            ))),
            DeValue::Table(table) => self.page(place, table),
            _ => {
                let wanted = if self.about_channel {
                    "这类规则看整个渠道，例子要写成表（columns、pages 等）"
                } else {
                    "例子要写成文字，或 { text = \"…\", kind = \"guide\" } 这样的表"
                };
                self.fields.troubles().report(place, wanted);
                None
            }
        }
    }

    fn page_of_text(&self, text: String) -> ExamplePage {
        ExamplePage {
            is_html: text.trim_start().starts_with('<'),
            text,
            kind: self.kind,
            url: String::new(),
            title: None,
            published: None,
            unit: None,
            others: Vec::new(),
            channel: ChannelKind::Website,
            file: None,
            residue: Vec::new(),
        }
    }

    fn page(&self, place: &Place, table: &'a DeTable<'a>) -> Option<ExampleSubject> {
        let fields = Fields::new(self.fields.troubles(), place.clone(), table);
        let text = fields.text("text");
        let file = fields.text("file");
        let content = match (&text, &file) {
            (Some(text), None) => Some(text.value.clone()),
            (None, Some(file)) => self
                .sources
                .page_of(self.rule, file, fields.troubles())
                .map(str::to_owned),
            _ => {
                fields
                    .troubles()
                    .report(place, "例子要写“text”或“file”，二者择一");
                None
            }
        };
        let page = ExamplePage {
            kind: fields.word("kind").unwrap_or(self.kind),
            url: fields.text_or_default("url"),
            title: fields.text("title").map(|t| t.value),
            published: fields.day("published"),
            unit: fields.text("unit").map(|u| u.value),
            others: fields
                .texts("others")
                .into_iter()
                .map(|o| o.value)
                .collect(),
            channel: fields.word("channel").unwrap_or(ChannelKind::Website),
            file: file.map(|f| f.value),
            residue: residue(&fields),
            ..self.page_of_text(content.clone().unwrap_or_default())
        };
        fields.finish();
        content.map(|_| ExampleSubject::Page(Box::new(page)))
    }

    fn channel(&self, place: &Place, table: &DeTable<'_>) -> Option<ExampleSubject> {
        match ChannelFacts::deserialize(value_of_table(table)) {
            Ok(facts) => Some(ExampleSubject::Channel(Box::new(facts))),
            Err(error) => {
                self.fields.troubles().report_with(
                    place,
                    format!("例子不像一个渠道：{}", error.message()),
                    "这里",
                    Some(
                        "可用：now（必填）、entry、complete、columns、pages、dead_links".to_owned(),
                    ),
                );
                None
            }
        }
    }
}

/// What an office file would carry besides its text.
fn residue(fields: &Fields<'_>) -> Vec<Residue> {
    let mut found = Vec::new();
    for table in fields.tables("residue") {
        if let Some(kind) = table.required_word("kind") {
            found.push(Residue {
                kind,
                text: table.text_or_default("text"),
                span: None,
                author: table.text_or_default("author"),
                place: table.text_or_default("place"),
            });
        }
        table.finish();
    }
    found
}

/// A plain value: dates become the texts that the facts are read from, and a moment may be written as a day.
fn value_of_table(table: &DeTable<'_>) -> Value {
    let entries = table.iter().map(|(key, value)| {
        let key = key.get_ref().to_string();
        let value = match value_of(value.get_ref()) {
            Value::String(day) if key == "now" && day.len() == 10 => {
                Value::String(format!("{day}T00:00:00Z"))
            }
            other => other,
        };
        (key, value)
    });
    Value::Table(entries.collect())
}

fn value_of(value: &DeValue<'_>) -> Value {
    match value {
        DeValue::String(text) => Value::String(text.to_string()),
        DeValue::Integer(number) => {
            let digits = number.as_str().replace('_', "");
            Value::Integer(i64::from_str_radix(&digits, number.radix()).unwrap_or(0))
        }
        DeValue::Float(number) => Value::Float(number.as_str().parse().unwrap_or(0.0)),
        DeValue::Boolean(flag) => Value::Boolean(*flag),
        DeValue::Datetime(at) => {
            let whole_day = at.time.is_none().then(|| day_of(value)).flatten();
            Value::String(whole_day.map_or_else(|| at.to_string(), |day| day.to_string()))
        }
        DeValue::Array(items) => {
            Value::Array(items.iter().map(|i| value_of(i.get_ref())).collect())
        }
        DeValue::Table(table) => value_of_table(table),
    }
}
