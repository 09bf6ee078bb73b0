//! Whose phone it is: a place under "四、投诉举报", or behind it in a sentence, belongs to that matter and not to the office.

use crate::judge::{Form, Seen};
use crate::words::{WORDS, behind_first, ends_with_any, has_any};
use duwang_model::BlockKind;

/// A word that keeps a place with the office even where complaints are named beside it: 咨询投诉电话. The phone of another counter for
/// its own questions (婚姻登记窗口咨询电话) stays that counter's.
const SHARED: &str = "咨询";
/// What people may ask about and complain about at one phone.
const COMPLAINTS: [&str; 3] = ["投诉", "举报", "监督"];
/// Lines looked at above a place for its heading.
const LINES_ABOVE: usize = 6;
/// Cells looked at upwards for the beginning of their table.
const MOST_CELLS: usize = 200;
/// Characters of a line that may be a heading.
const LONGEST_HEADING: usize = 24;
/// Characters of a line that is the title of the page with a little beside it.
const LONGEST_TITLE: usize = 40;

/// Whether a match belongs to another matter by its sentence or by the heading above it.
pub(super) fn is_claimed(
    words: &[String],
    seen: &Seen<'_>,
    form: Form,
    start: usize,
    end: usize,
) -> bool {
    if words.is_empty() {
        return false;
    }
    let text = seen.text(form);
    let line = seen.line_around(form, start.min(text.len()));
    let end = end.clamp(start, line.1.max(start));
    let matters = Matters {
        words,
        is_own: &|word| is_of_own_name(seen, word),
    };
    matters.claim(&text[line.0..start], &text[start..end])
        || matters.reach_into(&text[line.0..end], start - line.0)
        || heading_above(seen, form, line).is_some_and(|heading| matters.name(heading))
        || above_table(seen, form, line)
            .and_then(|first| heading_above(seen, form, first))
            .is_some_and(|heading| matters.name(heading))
}

/// Whether a text is about one of the usual other businesses of offices.
pub(super) fn is_about_other(seen: &Seen<'_>, text: &str) -> bool {
    let mut others = WORDS.matter.other.iter();
    others.any(|word| text.contains(word.as_str()) && !is_of_own_name(seen, word))
}

/// Whether a word tells no other matter because the office is called by it; complaints are another matter everywhere.
fn is_of_own_name(seen: &Seen<'_>, word: &str) -> bool {
    !COMPLAINTS.iter().any(|complaint| word.contains(complaint)) && seen.is_in_own_name(word)
}

/// Words that tell other matters, and which of them do not on this page.
struct Matters<'w> {
    words: &'w [String],
    is_own: &'w dyn Fn(&str) -> bool,
}

/// The first line of the table a line stands in: what is above it claims its cells.
fn above_table(seen: &Seen<'_>, form: Form, line: (usize, usize)) -> Option<(usize, usize)> {
    let is_cell = |line| {
        seen.block_of(form, line)
            .is_some_and(|b| b.kind == BlockKind::Cell)
    };
    let mut first = line;
    for _ in 0..MOST_CELLS {
        if !is_cell(first) {
            break;
        }
        let above = seen.line_around(form, first.0.checked_sub(1)?);
        if !is_cell(above) && above.0 < above.1 {
            return Some(first).filter(|first| *first != line);
        }
        first = above;
    }
    None
}

/// What begins like a matter and is the name of a body: 市场监督管理局 has an office phone as any other.
const BODIES: [&str; 7] = [
    "监督管理",
    "监督局",
    "监督所",
    "监督站",
    "监督检验",
    "监督支队",
    "监督大队",
];

/// The last place where a word stands that is no part of a body's name or of a document's (《举报奖励办法》).
fn last_of(word: &str, text: &str) -> Option<usize> {
    text.rmatch_indices(word).map(|(at, _)| at).find(|at| {
        !BODIES.iter().any(|body| text[*at..].starts_with(body))
            && !is_in_title(text, *at)
            && !is_one_of_many(text, word, *at)
            && !is_in_place(text, word, *at)
    })
}

/// Whether a word stands in an address or in the name of a place: 公园路12号 has nothing to do with parks, nor 石营区 with camps.
fn is_in_place(text: &str, word: &str, at: usize) -> bool {
    const NEAR: usize = 5; // characters from the name of a house to its floor, from a larger place to a smaller one
    let places = &WORDS.matter;
    let (before, behind) = (&text[..at], &text[at + word.len()..]);
    let ends = |c: char| matches!(c, ',' | ';' | '。' | ' ');
    let item = before.rsplit(ends).next().unwrap_or(before);
    let is_number = |c: char| c.is_ascii_digit() || crate::han::is_numeral(c);
    let is_in_address = || has_any(item, &places.addresses);
    let is_followed = || {
        let near: String = behind.chars().take(NEAR).collect();
        let number = near.trim_start_matches(|c: char| !is_number(c));
        let floor = number.trim_start_matches(is_number);
        let is_numbered = floor.len() < number.len();
        behind_first(&places.roads, behind).is_some()
            || is_numbered && behind_first(&places.floors, floor).is_some()
    };
    let is_end_of_name = || {
        let larger: String = before.chars().rev().take(NEAR).skip(1).collect();
        ends_with_any(word, &places.seats) && larger.contains(['省', '市', '县'])
    };
    is_in_address() || is_followed() || is_end_of_name()
}

/// Whether a word is an item of a list that only says what there is (`财政资金、惠农补贴、救助、应急七类`): it is what the sentence counts, not
/// what it is about. Complaints are another matter wherever they are named.
fn is_one_of_many(text: &str, word: &str, at: usize) -> bool {
    const ENDS: [char; 8] = [',', ';', ':', '。', '!', '?', '(', ')'];
    if COMPLAINTS.iter().any(|complaint| word.contains(complaint)) {
        return false;
    }
    let (before, behind) = (&text[..at], &text[at + word.len()..]);
    let before = before.rsplit(ENDS).next().unwrap_or(before);
    let behind = behind.split(ENDS).next().unwrap_or(behind);
    let last = behind.rsplit('、').next().unwrap_or(behind);
    let is_item = before.contains('、') || behind.contains('、');
    // `对批地、低保等处理不服`: the sentence is about them.
    let is_concerned = before.contains(['对', '就', '因']);
    is_item && !is_concerned && is_summed_up(last)
}

/// `应急七类`, `救助等信息`: the end of a list that is no whole.
fn is_summed_up(last: &str) -> bool {
    let counted =
        |at: usize| last[..at].ends_with(|c: char| c.is_ascii_digit() || crate::han::is_numeral(c));
    let mut kinds = ["类", "项", "种"]
        .iter()
        .flat_map(|kind| last.match_indices(kind));
    last.contains('等') || kinds.any(|(at, _)| counted(at))
}

/// Characters of a document's name on either side of a word in it: what is not closed within so many is no name.
const LONGEST_NAME: usize = 60;

/// Whether a place stands between 《 and 》.
fn is_in_title(text: &str, at: usize) -> bool {
    let is_mark = |c: &char| matches!(c, '《' | '》');
    let before = text[..at].chars().rev().take(LONGEST_NAME).find(is_mark);
    let behind = text[at..].chars().take(LONGEST_NAME).find(is_mark);
    before == Some('《') && behind == Some('》')
}

impl Matters<'_> {
    /// Whether the sentence before a match, or what the match itself says before its number, speaks of another matter that has no such
    /// thing yet.
    fn claim(&self, before: &str, found: &str) -> bool {
        let named = found
            .find(|c: char| c.is_ascii_digit())
            .map_or("", |number| &found[..number]);
        if self.name(named) {
            return true;
        }
        let sentence = before.rsplit(['。', ';', '!', '?']).next().unwrap_or("");
        let words = self.words.iter();
        let places = words.filter_map(|word| Some((last_of(word, sentence)?, word)));
        let places = places.filter(|(_, word)| !(self.is_own)(word));
        let Some((at, word)) = places.max_by_key(|(at, _)| *at) else {
            return false;
        };
        let ends = |c: char| matches!(c, ',' | ':' | ' ' | '(' | ')');
        let first = sentence[..at].rfind(ends).map_or(0, |i| i + 1);
        let segment_end = sentence[at..].find(ends).map_or(sentence.len(), |i| at + i);
        let segment = &sentence[first..segment_end];
        if is_shared(segment, word, at - first) || is_openness_of(word, segment) {
            return false;
        }
        if has_its_own_subject(&sentence[segment_end..], found) {
            return false;
        }
        // "投诉电话:…,电话:…": the other matter has its own phone, so the second one is free again.
        let has_its_own = KINDS_OF_CONTACT.iter().any(|kind| {
            segment.contains(kind) && found.contains(kind) && segment_end < sentence.len()
        });
        !has_its_own
    }

    /// Whether a word begins before a match and ends in it: `监督投诉` before `投诉电话:0599-…`.
    fn reach_into(&self, text: &str, start: usize) -> bool {
        let reaches = |word: &String| {
            let near = text[..start]
                .char_indices()
                .rev()
                .nth(word.chars().count())
                .map_or(0, |(at, _)| at);
            let mut places = text[near..]
                .match_indices(word.as_str())
                .map(|(at, _)| near + at);
            places.any(|at| at < start && start < at + word.len()) && !(self.is_own)(word)
        };
        self.words.iter().any(reaches)
    }

    /// Whether a heading names another matter.
    fn name(&self, heading: &str) -> bool {
        let is_told = |word: &String| {
            last_of(word, heading).is_some_and(|at| !is_shared(heading, word, at))
                && !(self.is_own)(word)
        };
        self.words.iter().any(is_told)
    }
}

/// Whether it is about making another business known: `种子信息不公开的,投诉找…`.
fn is_openness_of(word: &str, segment: &str) -> bool {
    segment.contains("公开") && WORDS.matter.other.iter().any(|other| other == word)
}

/// Whether a later clause says itself what it is about: `设综合、监督两个股,申请归综合股`.
fn has_its_own_subject(behind: &str, found: &str) -> bool {
    let Some((_, clause)) = behind.rsplit_once(',') else {
        return false;
    };
    SUBJECTS
        .iter()
        .any(|subject| clause.contains(subject) || found.starts_with(subject))
}

/// What a guide is about.
const SUBJECTS: [&str; 4] = ["申请公开", "信息公开", "公开申请", "申请归"];

/// What a contact may be.
const KINDS_OF_CONTACT: [&str; 6] = ["电话", "地址", "时间", "邮箱", "传真", "网址"];

/// Whether a text that names another matter at a place also names the office's own.
fn is_shared(text: &str, word: &str, at: usize) -> bool {
    text.find(SHARED).is_some_and(|shared| {
        shared < at || COMPLAINTS.iter().any(|complaint| word.contains(complaint))
    })
}

/// The nearest line above that can be a heading.
fn heading_above<'a>(seen: &Seen<'a>, form: Form, line: (usize, usize)) -> Option<&'a str> {
    let text = seen.text(form);
    let mut at = line.0;
    for _ in 0..LINES_ABOVE {
        let above = seen.line_around(form, at.checked_sub(1)?);
        at = above.0;
        let heading = text[above.0..above.1].trim();
        if is_title(seen, heading) {
            return None; // the whole page is about it, and no part of it in particular
        }
        let is_heading = || {
            seen.block_of(form, above)
                .is_some_and(|b| b.kind == BlockKind::Heading)
        };
        if is_short(heading) && (!heading.contains([':', '。', ',', ';']) || heading.ends_with(':'))
            || is_heading()
        {
            return Some(heading);
        }
    }
    None
}

fn is_title(seen: &Seen<'_>, line: &str) -> bool {
    let written = |text: &str| {
        text.chars()
            .filter(|c| !c.is_whitespace())
            .collect::<String>()
    };
    let (line, title) = (written(line), written(&seen.document.title));
    let holds = |name: &str| !name.is_empty() && line.contains(name);
    // `…信息公开指南(2026年版)`: with an edition or so behind it.
    let is_longer =
        line.chars().count() <= LONGEST_TITLE && (holds(&title) || holds("信息公开指南"));
    !line.is_empty() && line == title || is_longer && !line.contains('。')
}

fn is_short(line: &str) -> bool {
    !line.is_empty() && line.chars().count() <= LONGEST_HEADING
}

#[cfg(test)]
mod tests {
    use super::Matters;

    #[test]
    fn a_sentence_claims_what_follows_in_it() {
        let words = ["投诉".to_owned(), "举报".to_owned()];
        let claims = |words: &[String], before: &str, found: &str| {
            let is_own = &|word: &str| word == "法律援助";
            Matters { words, is_own }.claim(before, found)
        };
        let claimed = |before: &str, found: &str| claims(&words, before, found);
        assert!(claimed("投诉举报:市政府办,", "电话"));
        assert!(claimed("可以向市政府办投诉、举报(", "电话:0599"));
        assert!(claimed("投诉举报:市政府办,电话0599-6660099,", "地址"));
        assert!(!claimed("可以投诉、举报。", "电话"));
        assert!(claimed("依法办理。投诉找市政府办,", "电话"));
        assert!(!claimed("投诉电话:0599-6660099,", "联系电话"));
        assert!(!claimed("咨询投诉:党政办,", "电话"));
        assert!(!claimed("", "联系电话"));
        assert!(claimed("", "电话(投诉举报)0599-6660099"));
        assert!(!claimed("", "电话0599-6660001,投诉0599-6660099"));
        let counters = ["投诉".to_owned(), "婚姻登记".to_owned()];
        assert!(claims(&counters, "婚姻登记窗口咨询", "电话"));
        assert!(!claims(&counters, "咨询婚姻登记", "电话"));
        let kinds = ["补贴".to_owned(), "投诉".to_owned()];
        let list = "财政资金、惠农补贴、救助、应急七类,每条注明来源,";
        assert!(!claims(&kinds, list, "20个工作日内公开"));
        assert!(!claims(&kinds, "公开补贴、救助等信息,", "20个工作日内公开"));
        assert!(claims(
            &kinds,
            "对补贴、救助等不服的,",
            "20个工作日内申请复议"
        ));
        assert!(claims(&kinds, "惠农补贴,", "20个工作日内发放"));
        assert!(claims(&kinds, "受理投诉、举报等事项,", "电话:0599"));
        let reach = |words: &[String], text: &str, start: &str| {
            let is_own = &|_: &str| false;
            let at = text.find(start).unwrap_or(0);
            Matters { words, is_own }.reach_into(text, at)
        };
        let both = ["效能投诉".to_owned()];
        assert!(reach(&both, "效能投诉电话:0599", "投诉电话"));
        assert!(!reach(&both, "效能投诉、电话:0599", "电话"));
        let words = ["监督".to_owned()];
        assert!(!claims(&words, "设综合、监督两个股,公开申请", "归综合股"));
        assert!(claims(&words, "设综合、监督两个股,两个", "归综合股"));
        assert!(!claims(&words, "云溪市市场监督管理局办公室,", "电话:0599"));
        assert!(claims(&words, "市监督管理局监督科,", "电话:0599"));
        // In an address.
        let words = ["公园".to_owned(), "营区".to_owned(), "图书馆".to_owned()];
        assert!(!claims(
            &words,
            "受理机构:局办公室,地址:云溪县公园路12号,",
            "办公时间:8:30"
        ));
        assert!(!claims(&words, "云溪市石营区农业农村局,", "电话:0599"));
        assert!(!claims(&words, "本局在图书馆三楼,", "电话:0599"));
        assert!(claims(&words, "公园、图书馆开放:", "时间:8:30"));
        // The office is called by the word.
        let words = ["法律援助".to_owned()];
        assert!(!claims(&words, "法律援助中心办公室,", "电话:0599"));
        let words = ["举报".to_owned()];
        assert!(!claims(
            &words,
            "《安全生产举报奖励办法》起草组,",
            "电话:0599"
        ));
        assert!(claims(&words, "《办法》举报,", "电话:0599"));
    }
}
