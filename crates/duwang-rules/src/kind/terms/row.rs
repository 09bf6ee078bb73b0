//! One row of a word list.

use super::exceptions::Exceptions;
use crate::error::Place;
use crate::judge::Form;
use crate::kind::Reading;
use crate::load::{At, Expression, Fields, expression};
use chrono::NaiveDate;
use duwang_model::{Certainty, Level, Text};
use std::sync::Arc;

/// A compiled row. There are tens of thousands: what most rows have not takes no room.
#[derive(Debug)]
pub(crate) struct Row {
    /// Number of its rule.
    pub(crate) rule: u32,
    /// `TYPO-0004`; empty for words written in the rule itself.
    pub(crate) id: Box<str>,
    /// The word as listed.
    pub(crate) wrong: Box<str>,
    pub(crate) right: Right,
    pub(crate) level: Level,
    pub(crate) certainty: Certainty,
    pub(crate) form: Form,
    pub(crate) matcher: Matcher,
    pub(crate) exceptions: Option<Box<Exceptions>>,
    /// Not wrong in texts older than this.
    pub(crate) since: Option<NaiveDate>,
    /// Where it is written that it is wrong; empty when nobody has looked it up.
    pub(crate) source: Arc<str>,
}

/// How a row is found.
#[derive(Debug)]
pub(crate) enum Matcher {
    /// As it stands (folded, when the list runs on folded text): the scanner knows it.
    Literal,
    Regex(Box<Expression>),
}

/// What is right: the text to write, and what is said about it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Right {
    /// The replacement; empty when there is none to give.
    pub(crate) text: Box<str>,
    /// Condition or explanation; the whole instruction when there is no replacement.
    pub(crate) note: Box<str>,
}

/// A row as read, before it is compiled.
#[derive(Debug)]
pub(crate) struct RowDraft {
    pub(crate) id: String,
    pub(crate) wrong: At<String>,
    pub(crate) right: String,
    pub(crate) severity: Level,
    pub(crate) is_regex: bool,
    pub(crate) exceptions: Vec<At<String>>,
    pub(crate) since: Option<NaiveDate>,
    /// Whether the list itself is not sure of the row.
    pub(crate) unsure: bool,
    pub(crate) source: String,
    /// Switched off by an overlay.
    pub(crate) off: bool,
}

/// Compiles a row into the common table.
pub(crate) fn compile(draft: RowDraft, form: Form, reading: &mut Reading<'_, '_>) {
    if draft.off {
        return;
    }
    let fields = reading.fields;
    let Some(exceptions) = Exceptions::read(&draft.exceptions, form, fields.troubles()) else {
        return;
    };
    let matcher = if draft.is_regex {
        match expression(fields, &draft.wrong, form, reading.watch) {
            Some(expression) => Matcher::Regex(Box::new(expression)),
            None => return,
        }
    } else {
        let word = in_form(&draft.wrong.value, form);
        if word.trim().is_empty() || word.contains('\n') {
            fields
                .troubles()
                .report(&draft.wrong.place, "错词不能为空，也不能跨行");
            return;
        }
        if let Some(own) = exceptions.swallows(&word) {
            fields.troubles().report_with(
                &draft.wrong.place,
                format!("例外“{own}”就是错词本身或其中一段，这一行永远不会命中"),
                "错词",
                Some("删去这个例外，或写得更长".to_owned()),
            );
        }
        reading.watch.term(form, &word, reading.rows.len() as u32);
        Matcher::Literal
    };
    let by_row = if draft.severity == Level::Hint || draft.unsure {
        Certainty::Ask
    } else {
        Certainty::Certain
    };
    let source = match draft.unsure {
        true => "",
        false => &draft.source,
    };
    let source = shared(source, reading.rows.last());
    reading.rows.push(Row {
        rule: reading.rule,
        id: draft.id.into(),
        wrong: draft.wrong.value.into(),
        right: Right::parse(&draft.right, draft.is_regex),
        level: draft.severity,
        certainty: by_row.min(reading.certainty),
        form,
        matcher,
        exceptions: (!exceptions.is_empty()).then(|| Box::new(exceptions)),
        since: draft.since,
        source,
    });
}

/// A source as the row before has it: rows of one source stand together.
fn shared(source: &str, before: Option<&Row>) -> Arc<str> {
    match before {
        Some(before) if *before.source == *source => Arc::clone(&before.source),
        _ => source.into(),
    }
}

/// A word as it looks in the text of a form.
pub(crate) fn in_form(word: &str, form: Form) -> String {
    match form {
        Form::Folded if !Text::is_folded(word) => Text::new(word.to_owned()).folded().to_owned(),
        _ => word.to_owned(),
    }
}

/// Applies an overlay's changes of single rows: `[…rows."ORG-0012"] since = 2019-03-01`.
pub(crate) fn change(drafts: &mut [RowDraft], changes: &Fields<'_>) {
    let ids: Vec<String> = drafts.iter().map(|d| d.id.clone()).collect();
    let keys: Vec<(String, Place)> = changes
        .keys()
        .map(|(key, place)| (key.to_owned(), place.clone()))
        .collect();
    for (id, place) in keys {
        let Some(draft) = drafts.iter_mut().find(|d| d.id == id) else {
            let near = crate::error::nearest(&id, ids.iter().map(String::as_str));
            changes.troubles().report_with(
                &place,
                format!("词表里没有“{id}”这一行"),
                "这里",
                near.map(|near| format!("是不是“{near}”？")),
            );
            continue;
        };
        let Some(change) = changes.table_named(&id) else {
            continue;
        };
        if let Some(day) = change.day("since") {
            draft.since = Some(day);
        }
        if let Some(right) = change.text("right") {
            draft.right = right.value;
        }
        if let Some(severity) = change.text("severity").and_then(|s| severity(&s, &change)) {
            draft.severity = severity;
        }
        draft.exceptions.extend(change.texts("except"));
        draft.off = change.flag("off").unwrap_or(draft.off);
        change.finish();
    }
}

/// 严重, 一般 or 提示.
pub(crate) fn severity(word: &At<String>, fields: &Fields<'_>) -> Option<Level> {
    let known = level_of(&word.value);
    if known.is_none() {
        fields.troubles().report_with(
            &word.place,
            format!("不认识的级别“{}”", word.value),
            "这里",
            Some("可用：严重、一般、提示".to_owned()),
        );
    }
    known
}

pub(crate) fn level_of(word: &str) -> Option<Level> {
    match word {
        "严重" | "serious" => Some(Level::Serious),
        "一般" | "general" => Some(Level::General),
        "提示" | "hint" => Some(Level::Hint),
        _ => None,
    }
}

impl Right {
    /// `《民法典》(婚姻家庭编)` gives a text and a note; `(删去)`, `删去重复字` and texts with gaps (`…`, `××`) only a note.
    pub(crate) fn parse(right: &str, is_regex: bool) -> Self {
        let right = right.trim();
        let open = right.find(['(', '（']);
        let (text, note) = match open {
            Some(at) if right.ends_with([')', '）']) => {
                let open_len = right[at..].chars().next().map_or(1, char::len_utf8);
                let close_len = right.chars().next_back().map_or(1, char::len_utf8);
                (
                    right[..at].trim(),
                    right[at + open_len..right.len() - close_len].trim(),
                )
            }
            _ => (right, ""),
        };
        if text.is_empty() {
            return Self {
                text: Box::default(),
                note: note.into(),
            };
        }
        if is_instruction(text, is_regex) {
            return Self {
                text: Box::default(),
                note: right.into(),
            };
        }
        Self {
            text: text.into(),
            note: note.into(),
        }
    }
}

/// A sentence about what to do rather than a text to put in place. A word that is found as it stands is answered with a word; what is
/// found by expression may be answered with advice.
fn is_instruction(text: &str, is_regex: bool) -> bool {
    const ADVICE: [&str; 16] = [
        "应",
        "不用",
        "重复",
        "用“",
        "择一",
        "矛盾",
        "检查",
        "慎用",
        "只可",
        "不出现",
        "不超过",
        "不标",
        "加引号",
        "不合",
        "不称",
        "直接写",
    ];
    let has_gap = text.contains('×') || (text.contains('…') && text != "……");
    has_gap
        || text.starts_with('删')
        || (is_regex
            && (text.contains([',', ';']) || ADVICE.iter().any(|word| text.contains(word))))
}

impl Row {
    /// The message template: the rule's own when it speaks of the quote, else the rule's title with wrong and right.
    pub(crate) fn message(&self, title: &str) -> String {
        let fits = title.contains("{quote}")
            && (!title.contains("{suggestion}") || !self.right.text.is_empty());
        if fits {
            return title.to_owned();
        }
        let title = match title.find('{') {
            Some(_) => "用词不规范",
            None => title,
        };
        match (self.right.text.is_empty(), self.right.note.is_empty()) {
            (false, true) => format!("{title}：“{{quote}}”应为“{{suggestion}}”"),
            (false, false) => format!("{title}：“{{quote}}”应为“{{suggestion}}”（{{value}}）"),
            (true, false) => format!("{title}：“{{quote}}”（{{value}}）"),
            (true, true) => format!("{title}：“{{quote}}”"),
        }
    }

    /// The suggestion template.
    pub(crate) fn suggestion(&self, fix: &str) -> String {
        if fix.contains("{suggestion}") && !self.right.text.is_empty() {
            return fix.to_owned();
        }
        match (self.right.text.is_empty(), self.right.note.is_empty()) {
            (false, true) => "改为“{suggestion}”".to_owned(),
            (false, false) => "改为“{suggestion}”（{value}）".to_owned(),
            (true, false) => "{value}".to_owned(),
            (true, true) => fix.replace("{suggestion}", ""),
        }
    }

    /// Longer and graver words are surer; a word of two characters may straddle two others.
    pub(crate) fn bonus(&self, chars: usize) -> f32 {
        let by_length = match chars {
            0..=2 => -0.05,
            3 => 0.0,
            4 => 0.02,
            _ => 0.04,
        };
        let by_level = match self.level {
            Level::Serious => 0.04,
            Level::General => 0.02,
            Level::Hint => -0.02,
        };
        by_length + by_level
    }
}

#[cfg(test)]
mod tests {
    use super::Right;

    fn parsed(right: &str) -> (String, String) {
        let right = Right::parse(right, true);
        (right.text.into(), right.note.into())
    }

    #[test]
    fn replacements_are_told_from_instructions() {
        let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
        assert_eq!(parsed("政府"), pair("政府", ""));
        assert_eq!(
            parsed("《民法典》(婚姻家庭编)"),
            pair("《民法典》", "婚姻家庭编")
        );
        assert_eq!(parsed("(删去)"), pair("", "删去"));
        assert_eq!(parsed("删去重复字"), pair("", "删去重复字"));
        assert_eq!(parsed("刷新…纪录"), pair("", "刷新…纪录"));
        assert_eq!(parsed("……(省略号)"), pair("……", "省略号"));
        assert_eq!(parsed("点号连用,择一"), pair("", "点号连用,择一"));
        assert_eq!(&*Right::parse("必应", false).text, "必应");
    }
}
