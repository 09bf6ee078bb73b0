//! From what a kind found to the hit a person reads: message, quote, surroundings, place.

use super::{Cells, Line};
use crate::rule::Rule;
use duwang_model::{Certainty, Document, Hit, Level, Part, Span, Subject, mask_personal};
use std::cell::OnceCell;

/// Most characters of a context.
const CONTEXT_CHARS: usize = 120;

/// What a kind found; everything that can be derived is derived in [`finish`].
#[derive(Debug, Clone)]
pub(crate) struct Draft {
    /// Index of the rule.
    pub(crate) rule: u32,
    pub(crate) span: Option<Span>,
    /// The column or channel it is about; `None`: the document.
    pub(crate) subject: Option<Subject>,
    /// Message template in place of the rule's title.
    pub(crate) message: Option<String>,
    /// Suggestion template in place of the rule's `fix`.
    pub(crate) fix: Option<String>,
    pub(crate) slots: Slots,
    pub(crate) key: String,
    /// Added before the derived locator.
    pub(crate) locator: Option<String>,
    pub(crate) level: Option<Level>,
    /// At most this sure; the rule's own certainty is a ceiling besides.
    pub(crate) certainty: Certainty,
    /// Added to the score.
    pub(crate) bonus: f32,
    /// The quote, when no span holds it.
    pub(crate) quote: Option<String>,
    /// Nothing should stand in the quote's place.
    pub(crate) is_surplus: bool,
    /// What this very finding rests on, told before the rule's basis; may be empty.
    pub(crate) source: String,
}

/// What the placeholders of messages stand for.
#[derive(Debug, Clone, Default)]
pub(crate) struct Slots {
    pub(crate) quote: String,
    pub(crate) suggestion: String,
    pub(crate) days: String,
    pub(crate) limit: String,
    pub(crate) label: String,
    pub(crate) value: String,
    pub(crate) target: String,
}

impl Slots {
    /// The names of the placeholders.
    pub(crate) const NAMES: &'static [&'static str] = &[
        "quote",
        "suggestion",
        "days",
        "limit",
        "label",
        "value",
        "target",
    ];

    fn get(&self, name: &str) -> Option<&str> {
        Some(match name {
            "quote" => &self.quote,
            "suggestion" => &self.suggestion,
            "days" => &self.days,
            "limit" => &self.limit,
            "label" => &self.label,
            "value" => &self.value,
            "target" => &self.target,
            _ => return None,
        })
    }
}

impl Draft {
    /// A finding of a rule with everything else at its default.
    pub(crate) fn of(rule: u32, certainty: Certainty) -> Self {
        Self {
            rule,
            span: None,
            subject: None,
            message: None,
            fix: None,
            slots: Slots::default(),
            key: String::new(),
            locator: None,
            level: None,
            certainty,
            bonus: 0.0,
            quote: None,
            is_surplus: false,
            source: String::new(),
        }
    }

    pub(crate) fn at(mut self, span: Span) -> Self {
        self.span = Some(span);
        self
    }

    pub(crate) fn keyed(mut self, key: impl Into<String>) -> Self {
        self.key = key.into();
        self
    }

    pub(crate) fn about(mut self, subject: Subject) -> Self {
        self.subject = Some(subject);
        self
    }

    pub(crate) fn saying(mut self, message: &Option<String>) -> Self {
        self.message.clone_from(message);
        self
    }

    pub(crate) fn with(mut self, slots: Slots) -> Self {
        self.slots = slots;
        self
    }
}

/// Turns drafts into hits, sorted by position, then rule, then key; what has no position comes last.
pub(crate) fn finish(rules: &[Rule], document: Option<&Document>, drafts: Vec<Draft>) -> Vec<Hit> {
    let mut drafts = drafts;
    drafts.sort_by(|a, b| order(rules, a).cmp(&order(rules, b)));
    let left_out = document.map_or_else(Vec::new, |_| shorten(rules.len(), &mut drafts));
    let spans: Vec<Span> = drafts.iter().filter_map(|d| d.span).collect();
    let chars = document.map(|d| CharOffsets::new(d.text.plain(), &spans));
    let map = Map::default();
    let mut hits: Vec<Hit> = drafts
        .into_iter()
        .filter_map(|draft| {
            let rule = rules.get(draft.rule as usize)?;
            let offsets = chars.as_ref().zip(draft.span).map(|(c, s)| c.of(s));
            Some(hit(rule, document, draft, offsets, &map))
        })
        .collect();
    for (rule, count) in left_out {
        let of_rule = rules.get(rule as usize).map(|rule| rule.id.as_str());
        let mut told = hits
            .iter_mut()
            .filter(|hit| Some(hit.rule.as_str()) == of_rule);
        if let Some(last) = told.next_back() {
            let more = format!("（这一页同样的还有 {count} 处，没有列出）");
            last.message.push_str(&more);
        }
    }
    hits
}

/// What one rule says of one page at most: nobody reads more of it, and a page made of nothing else would fill the ledger.
const MOST_OF_RULE: usize = 500;

/// Leaves out what a rule says beyond that; how much of which rules, by their index.
fn shorten(rules: usize, drafts: &mut Vec<Draft>) -> Vec<(u32, usize)> {
    if drafts.len() <= MOST_OF_RULE {
        return Vec::new();
    }
    let mut counts = vec![0_usize; rules];
    drafts.retain(|draft| {
        let Some(count) = counts.get_mut(draft.rule as usize) else {
            return true;
        };
        *count += 1;
        *count <= MOST_OF_RULE
    });
    let beyond = counts.iter().enumerate();
    let beyond = beyond.filter(|(_, count)| **count > MOST_OF_RULE);
    beyond
        .filter_map(|(rule, count)| Some((u32::try_from(rule).ok()?, count - MOST_OF_RULE)))
        .collect()
}

fn order<'r>(rules: &'r [Rule], draft: &'r Draft) -> (usize, &'r str, usize, &'r str, &'r str) {
    let (start, end) = draft
        .span
        .map_or((usize::MAX, usize::MAX), |s| (s.start, s.end));
    let id = rules.get(draft.rule as usize).map_or("", |r| r.id.as_str());
    let url = draft.subject.as_ref().map_or("", Subject::url);
    (start, id, end, url, &draft.key)
}

fn hit(
    rule: &Rule,
    document: Option<&Document>,
    draft: Draft,
    chars: Option<(usize, usize)>,
    map: &Map,
) -> Hit {
    let quote = match (document, draft.span) {
        (Some(document), Some(span)) => document.text.slice(span).to_owned(),
        _ => draft.quote.clone().unwrap_or_default(),
    };
    let mut slots = draft.slots;
    if slots.quote.is_empty() {
        slots.quote = one_line(&quote);
    }
    let message = fill(draft.message.as_deref().unwrap_or(&rule.title), &slots);
    let suggestion = fill(draft.fix.as_deref().unwrap_or(&rule.fix), &slots);
    let certainty = draft
        .certainty
        .min(rule.certainty)
        .min(surest(document, draft.span));
    let place = document.zip(draft.span).and_then(|(d, s)| place(d, s, map));
    Hit {
        rule: rule.id.clone(),
        pack: rule.pack.clone(),
        category: rule.category,
        level: draft.level.unwrap_or(rule.level),
        certainty,
        message: masked(message),
        subject: draft
            .subject
            .unwrap_or_else(|| Subject::Page(document.map(|d| d.url.clone()).unwrap_or_default())),
        context: match (document, draft.span) {
            (Some(document), Some(span)) => context(document, span),
            // What is absent is absent from this page.
            (Some(document), None) => document.title.chars().take(CONTEXT_CHARS).collect(),
            (None, _) => String::new(),
        },
        quote,
        span: draft.span,
        chars,
        locator: joined(draft.locator, place),
        key: draft.key,
        suggestion: masked(suggestion),
        replacement: replacement(&slots).or_else(|| draft.is_surplus.then(String::new)),
        basis: basis(&draft.source, rule),
        score: score(certainty, draft.bonus),
    }
}

fn basis(source: &str, rule: &Rule) -> String {
    match source.is_empty() {
        true => rule.basis_line(),
        false => format!("{source}；{}", rule.basis_line()),
    }
}

/// What was read by character recognition is never certain.
fn surest(document: Option<&Document>, span: Option<Span>) -> Certainty {
    let confidence = document
        .zip(span)
        .and_then(|(document, span)| document.place_at(span.start))
        .and_then(|place| place.confidence);
    match confidence {
        None => Certainty::Certain,
        Some(sure) if sure >= SURE_CHARACTERS => Certainty::Likely,
        Some(_) => Certainty::Ask,
    }
}

/// Below this, percent, a recognised line has wrong characters too often to be more than a question.
const SURE_CHARACTERS: u8 = 85;

/// What a word list says to write; the same words again would replace nothing.
fn replacement(slots: &Slots) -> Option<String> {
    let known = !slots.suggestion.is_empty() && slots.suggestion != slots.quote;
    known.then(|| slots.suggestion.clone())
}

/// 0–1; the certainty decides, the bonus orders within it.
fn score(certainty: Certainty, bonus: f32) -> f32 {
    let base = match certainty {
        Certainty::Certain => 0.9,
        Certainty::Likely => 0.7,
        Certainty::Ask => 0.4,
    };
    (base + bonus.clamp(-0.09, 0.09)).clamp(0.0, 1.0)
}

/// Puts the values into a template; what is not a placeholder stays as written.
pub(crate) fn fill(template: &str, slots: &Slots) -> String {
    let mut out = String::with_capacity(template.len() + 32);
    let mut rest = template;
    while let Some(open) = rest.find('{') {
        out.push_str(&rest[..open]);
        let tail = &rest[open + 1..];
        match tail
            .find('}')
            .and_then(|close| slots.get(&tail[..close]).map(|value| (close, value)))
        {
            Some((close, value)) => {
                out.push_str(value);
                rest = &tail[close + 1..];
            }
            None => {
                out.push('{');
                rest = tail;
            }
        }
    }
    out.push_str(rest);
    out
}

/// Messages travel further than quotes: personal numbers in them are masked at once.
fn masked(text: String) -> String {
    let digits = text
        .chars()
        .filter(|c| c.is_ascii_digit() || ('０'..='９').contains(c))
        .count();
    if digits < 11 {
        return text;
    }
    mask_personal(&text).text
}

fn one_line(text: &str) -> String {
    text.replace(['\n', '\r'], " ")
}

fn joined(first: Option<String>, second: Option<String>) -> Option<String> {
    match (first, second) {
        (Some(a), Some(b)) => Some(format!("{a}；{b}")),
        (a, b) => a.or(b),
    }
}

/// The quote with its surroundings on its own line, at most [`CONTEXT_CHARS`] characters.
fn context(document: &Document, span: Span) -> String {
    let line = Line::around(document.text.plain(), span.start, span.end);
    let quote: String = one_line(document.text.slice(span))
        .chars()
        .take(CONTEXT_CHARS - 20)
        .collect();
    let room = (CONTEXT_CHARS - 2).saturating_sub(quote.chars().count());
    let (before, after) = (line.before(), line.after());
    let after_count = after.chars().take(room).count();
    let before_room = room - after_count.min(room / 2);
    let kept: Vec<char> = before.chars().rev().take(before_room).collect();
    let after_room = room - kept.len();
    let mut out = String::new();
    if kept.iter().map(|c| c.len_utf8()).sum::<usize>() < before.len() {
        out.push('…');
    }
    out.extend(kept.into_iter().rev());
    out.push_str(&quote);
    let tail: String = after.chars().take(after_room).collect();
    out.push_str(&tail);
    if tail.len() < after.len() {
        out.push('…');
    }
    out.trim().to_owned()
}

/// Where a person finds it: the place in a file, else the cell, the label, or the paragraph.
fn place(document: &Document, span: Span, map: &Map) -> Option<String> {
    if let Some(place) = document.place_at(span.start).filter(|p| !p.name.is_empty()) {
        return Some(match place.confidence {
            None => place.name.clone(),
            Some(sure) => format!("{}（图片文字识别，置信度 {sure}%）", place.name),
        });
    }
    if let Some(cell) = map.cells.get_or_init(|| Cells::of(document)).at(span) {
        return Some(format!(
            "表{} 第{}行第{}列",
            cell.table, cell.row, cell.column
        ));
    }
    let next = document
        .pairs
        .partition_point(|p| p.label_span.start <= span.start);
    let near = next.saturating_sub(2)..(next + 1).min(document.pairs.len());
    if let Some(pair) = document.pairs.get(near).and_then(|pairs| {
        pairs
            .iter()
            .find(|p| p.value_span.overlaps(span) || p.label_span.overlaps(span))
    }) {
        return Some(format!("“{}”一栏", pair.label));
    }
    if document.title_span.is_some_and(|t| t.overlaps(span)) {
        return Some("标题".to_owned());
    }
    let next = document
        .blocks
        .partition_point(|b| b.span.start <= span.start);
    let nth = map
        .ordinals
        .get_or_init(|| ordinals(document))
        .get(next.checked_sub(1)?)?;
    let block = document.block_at(span.start)?;
    Some(format!("{}第{nth}段", block.part.chinese()))
}

/// What is needed to say where things are; made for documents with hits only.
#[derive(Default)]
struct Map {
    cells: OnceCell<Cells>,
    /// By block: its number within its part, from 1.
    ordinals: OnceCell<Vec<usize>>,
}

fn ordinals(document: &Document) -> Vec<usize> {
    let mut counts = [0; Part::ALL.len()];
    let number = |part: Part| {
        let count = &mut counts[part as usize];
        *count += 1;
        *count
    };
    document.blocks.iter().map(|b| b.part).map(number).collect()
}

/// Character offsets of many spans, counted in one pass.
struct CharOffsets {
    /// Byte offset and its character offset, ascending.
    known: Vec<(usize, usize)>,
}

impl CharOffsets {
    fn new(text: &str, spans: &[Span]) -> Self {
        let mut bytes: Vec<usize> = spans.iter().flat_map(|s| [s.start, s.end]).collect();
        bytes.sort_unstable();
        bytes.dedup();
        let (mut at, mut count) = (0, 0);
        let known = bytes
            .into_iter()
            .map(|byte| {
                count += text.get(at..byte).map_or(0, |s| s.chars().count());
                at = byte;
                (byte, count)
            })
            .collect();
        Self { known }
    }

    fn of(&self, span: Span) -> (usize, usize) {
        (self.at(span.start), self.at(span.end))
    }

    fn at(&self, byte: usize) -> usize {
        self.known
            .binary_search_by_key(&byte, |(b, _)| *b)
            .ok()
            .and_then(|i| self.known.get(i))
            .map_or(0, |(_, count)| *count)
    }
}

#[cfg(test)]
mod tests {
    use super::{CharOffsets, Slots, context, fill};
    use duwang_model::{Document, Span, Text};

    #[test]
    fn placeholders_are_filled_and_other_braces_stay() {
        let slots = Slots {
            quote: "攻府".to_owned(),
            suggestion: "政府".to_owned(),
            ..Slots::default()
        };
        assert_eq!(
            fill("“{quote}”应为“{suggestion}”{x}{", &slots),
            "“攻府”应为“政府”{x}{"
        );
    }

    #[test]
    fn contexts_are_one_short_line_around_the_quote() {
        let mut document = Document::new("");
        document.text = Text::new(format!(
            "上行\n{}错字{}\n下行",
            "前".repeat(100),
            "后".repeat(100)
        ));
        let start = document.text.plain().find("错字").unwrap_or(0);
        let shown = context(&document, Span::new(start, start + 6));
        assert!(shown.chars().count() <= 120, "{shown}");
        assert!(shown.starts_with("…前") && shown.ends_with("后…") && shown.contains("错字"));
        assert!(!shown.contains('行'));
    }

    #[test]
    fn offsets_are_those_of_the_model() {
        let text = Text::new("一a二\n三b".to_owned());
        let spans = [Span::new(3, 7), Span::new(8, 11), Span::new(0, 3)];
        let offsets = CharOffsets::new(text.plain(), &spans);
        for span in spans {
            assert_eq!(offsets.of(span), text.char_offsets(span));
        }
    }
}
