//! The names an element goes by, and whose a name is by what stands around it.

use super::matter;
use crate::han::{is_ideograph, is_numeral};
use crate::judge::{Form, Line, Seen};
use crate::kind::Reading;
use crate::load::{At, Expression, expression};
use crate::words::{WORDS, behind_first, ends_with_any};
use duwang_model::Text;

/// The names an element goes by.
#[derive(Debug)]
pub(super) struct Labels {
    /// Folded, longest first.
    pub(super) names: Vec<String>,
    /// Names that mean this element only when they are the whole label (`咨询` of a table, not 咨询 in a sentence).
    pub(super) whole: Vec<String>,
    /// A label with one of these in it is another element's.
    pub(super) others: Vec<String>,
    /// Words of another matter: what its sentence or its heading claims is not this element's (the phone of the complaints office).
    pub(super) not_near: Vec<String>,
    /// Whether other businesses of the office (报名, 过户) are somebody else's matter, wherever in a clause they stand.
    pub(super) other_matters: bool,
    /// Finds the names in the text.
    pub(super) anywhere: Option<Expression>,
}

impl Labels {
    pub(super) fn read(reading: &mut Reading<'_, '_>) -> Self {
        let fields = reading.fields;
        let fold = |label: At<String>| Text::new(label.value).folded().trim().to_owned();
        let mut names: Vec<String> = fields.texts("labels").into_iter().map(fold).collect();
        names.retain(|name| !name.is_empty());
        names.sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
        names.dedup();
        let whole: Vec<String> = fields.texts("whole_labels").into_iter().map(fold).collect();
        let others = fields.texts("not_labels").into_iter().map(fold).collect();
        let mut not_near: Vec<String> = fields.texts("not_near").into_iter().map(fold).collect();
        let other_matters = fields.flag("other_matters").unwrap_or(false);
        if other_matters {
            let told = |other: &&String| !not_near.contains(other);
            let others: Vec<String> = WORDS.matter.other.iter().filter(told).cloned().collect();
            not_near.extend(others);
        }
        let all = || names.iter().chain(&whole);
        let anywhere = (all().next().is_some())
            .then(|| {
                let each: Vec<String> = all().map(|name| regex::escape(name)).collect();
                let source = At {
                    value: each.join("|"),
                    place: fields.place().clone(),
                };
                expression(fields, &source, Form::Folded, reading.watch)
            })
            .flatten();
        Self {
            names,
            whole,
            others,
            not_near,
            other_matters,
            anywhere,
        }
    }

    /// Whether a label is one of the names, alone or with a little beside it: `咨询电话(工作日)`, `(三)办公时间安排`.
    pub(super) fn match_label(&self, label: &str) -> bool {
        if self
            .names
            .iter()
            .chain(&self.whole)
            .any(|name| name == label)
        {
            return true;
        }
        if self.are_others(label) {
            return false;
        }
        let length = label.chars().count();
        self.names.iter().any(|name| {
            let own = name.chars().count();
            length <= own + 8
                && (label.ends_with(name.as_str())
                    || label.starts_with(name.as_str())
                    || (own >= 4 && label.contains(name.as_str())))
        })
    }

    /// Whether a name means this element only as the whole of a label.
    pub(super) fn is_only_whole(&self, name: &str) -> bool {
        !self.names.iter().any(|n| n == name)
    }

    /// Whether what stands before a name makes it somebody else's: 项目地址, 检测报告领取时间 beside 办公地址, 接待时间.
    pub(super) fn is_foreign(&self, seen: &Seen<'_>, label: &str) -> bool {
        // `丙 传真`, `(三)电话`: what stands before is a number.
        let label = strip_note(label);
        let label = label
            .rsplit([' ', '、', '.', ')', ']', '】'])
            .next()
            .unwrap_or(label);
        let mut names = self.names.iter().chain(&self.whole);
        let named = names.find(|name| label.ends_with(name.as_str()));
        let kind = WORDS
            .label
            .contacts
            .iter()
            .find(|kind| label.ends_with(kind.as_str()));
        let Some(kind) = kind else {
            return false;
        };
        let before = &label[..label.len() - named.unwrap_or(kind).len()];
        let before = before
            .trim_end_matches(['(', ')', '"', '“', '”'])
            .trim_start_matches(STEMS);
        let han = |text: &str| text.chars().any(is_ideograph);
        // `第一中学电话`: the office's own name.
        han(before)
            && !ends_with_any(before, &WORDS.label.own)
            && !seen.is_in_own_name(before)
            && !is_nearby(before)
    }

    /// Whether a clause or a value is about another business of the office: `投诉:化肥假劣打12315`.
    pub(super) fn is_about_other_matter(&self, seen: &Seen<'_>, text: &str) -> bool {
        const OPENNESS: [&str; 4] = ["公开", "信息", "申请", "第三方"];
        self.other_matters
            && matter::is_about_other(seen, text)
            && !OPENNESS.iter().any(|word| text.contains(word))
    }

    /// The same of a match in running text: the label before the colon of its clause, or the words right before its number.
    pub(super) fn is_under_foreign(&self, seen: &Seen<'_>, line: &Line<'_>) -> bool {
        let ends = ['。', ';', ',', ' ', '|', ')'];
        let behind = |(at, mark): (usize, &str)| at + mark.len();
        let start = line.before().rmatch_indices(ends).next().map_or(0, behind);
        let clause = &line.text[start..line.end];
        let label = clause.split(':').next().filter(|l| l.len() < clause.len());
        let label = label.or_else(|| {
            let number = clause.find(|c: char| c.is_ascii_digit())?;
            Some(&clause[..number])
        });
        label.is_some_and(|label| self.is_foreign(seen, label.trim_start_matches(is_numbering)))
    }

    /// Whether a label is one of another element that only sounds alike (监督电话 beside 联系电话).
    pub(super) fn are_others(&self, label: &str) -> bool {
        self.others
            .iter()
            .any(|other| label.contains(other.as_str()))
    }
}

/// What items are numbered with: 丙 传真.
const STEMS: [char; 10] = ['甲', '乙', '丙', '丁', '戊', '己', '庚', '辛', '壬', '癸'];

/// `或者打镇妇联` before 电话: whom to call in the same town.
fn is_nearby(before: &str) -> bool {
    const LONGEST: usize = 6;
    let words = &WORDS.label;
    let called = words
        .calls
        .iter()
        .filter_map(|verb| before.rsplit_once(verb.as_str()));
    let called = called.map(|(_, whom)| whom).min_by_key(|whom| whom.len());
    called.is_some_and(|whom| {
        behind_first(&words.nearby, whom).is_some() && whom.chars().nth(LONGEST).is_none()
    })
}

/// A label without what stands in brackets at its end: 办公时间(夏令时).
fn strip_note(label: &str) -> &str {
    match label.rfind('(') {
        Some(open) if open > 0 && label.ends_with(')') => &label[..open],
        _ => label,
    }
}

fn is_numbering(c: char) -> bool {
    c.is_ascii_digit() || is_numeral(c) || "、.()【[ ".contains(c)
}
