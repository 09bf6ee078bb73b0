//! What stands behind a label: something, nothing, or something that cannot be it.

use crate::han::is_numeral;
use crate::load::LazyRegex;
use crate::words::{WORDS, has_any};

/// How the values of an element are judged.
#[derive(Debug)]
pub(crate) struct Values {
    /// One of these must be found in a value; empty: anything will do.
    pub(crate) plausible: Vec<LazyRegex>,
    /// `无` is an answer (a body without a fax).
    pub(crate) none_ok: bool,
}

/// What a value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sort {
    Filled,
    Implausible,
    Blank,
    /// It refers to an attachment.
    Elsewhere,
}

impl Values {
    pub(crate) fn sort(&self, value: &str) -> Sort {
        let bare = bare(value);
        if is_none(&bare) {
            return if self.none_ok {
                Sort::Filled
            } else {
                Sort::Blank
            };
        }
        if bare.is_empty()
            || is_filler(&bare)
            || sends_away(&bare)
            || has_stopped(&bare)
            || is_only_numbering(value, &bare)
            || is_template(value)
            || has_gaps(value)
            || breaks_off(value)
        {
            return Sort::Blank;
        }
        if self.are_known() && refers_to_site(&bare) {
            // 见本局网站 is no address because of its 局; where it takes the site to make it one, a site is what is asked for.
            let bare = SITES
                .iter()
                .fold(value.to_owned(), |v, site| v.replace(site, ""));
            let is_asked = self.is_plausible(value) && !self.is_plausible(&bare);
            return match is_asked {
                true => Sort::Filled,
                false => Sort::Implausible,
            };
        }
        if self.is_plausible(value) {
            return Sort::Filled;
        }
        if refers_elsewhere(&bare) {
            return Sort::Elsewhere;
        }
        Sort::Implausible
    }

    /// Whether a text that may hold the value does.
    pub(crate) fn is_plausible(&self, text: &str) -> bool {
        self.plausible.is_empty() || self.plausible.iter().any(|r| r.is_match(text))
    }

    /// Whether the rule says what a value looks like.
    pub(crate) fn are_known(&self) -> bool {
        !self.plausible.is_empty()
    }
}

/// Without blanks and marks.
pub(super) fn bare(value: &str) -> String {
    value.chars().filter(|c| c.is_alphanumeric()).collect()
}

fn is_none(bare: &str) -> bool {
    WORDS.value.none.iter().any(|word| word == bare)
}

/// Signs that somebody meant to fill it in later: `XXX`, `待补充`, a row of noughts.
pub(super) fn is_filler(bare: &str) -> bool {
    WORDS.value.filler.iter().any(|word| word == bare)
        || (!bare.is_empty() && bare.chars().all(|c| matches!(c, 'X' | 'x' | '某' | '0')))
        || promises(bare)
}

/// `空缺，待改革后填写`, `号码待股里核实后填`, `正在申请邮箱，敬请留意`: a few words that only say it is not there yet.
pub(super) fn promises(bare: &str) -> bool {
    is_short(bare)
        && (WORDS.value.begins.iter().any(|word| bare.starts_with(word))
            || says_later(bare)
            || asks_to_fill_in(bare))
}

/// `域名申请中` is a state; `申请中应写明` goes on with what stands in an application.
fn says_later(bare: &str) -> bool {
    const GOES_ON: &str = "应须要请需必写注载附包";
    let goes_on = |rest: &str| rest.starts_with(|c| GOES_ON.contains(c));
    WORDS.value.later.iter().any(|word| {
        let mut places = bare.match_indices(word.as_str());
        places.any(|(at, word)| !(word.ends_with('中') && goes_on(&bare[at + word.len()..])))
    })
}

/// `见墙上`, `详询当地村委`: the reader is sent to look or ask somewhere, and is told nothing here.
fn sends_away(bare: &str) -> bool {
    is_short(bare) && has_any(bare, &WORDS.value.elsewhere)
}

/// `随之停用`, `不固定`.
fn has_stopped(bare: &str) -> bool {
    is_short(bare) && has_any(bare, &WORDS.value.stopped)
}

fn is_short(bare: &str) -> bool {
    const LONGEST: usize = 20;
    bare.chars().nth(LONGEST).is_none() && !bare.contains(|c: char| c.is_ascii_digit())
}

/// `请政工室补`, `号码待核实后填`: a note to whoever should have written it. `请到窗口填写` is none.
fn asks_to_fill_in(bare: &str) -> bool {
    const FILLED_IN: [&str; 10] = [
        "补", "补上", "补充", "补全", "补录", "补齐", "后填", "填上", "填入", "待填",
    ];
    const AWAITED: [&str; 8] = [
        "填写", "核实", "确认", "完善", "更新", "添加", "录入", "提供",
    ];
    let ends = |words: &[&str]| words.iter().any(|word| bare.ends_with(word));
    let is_awaited = bare.starts_with('待')
        || [
            "尚待",
            "有待",
            "号码待",
            "内容待",
            "链接待",
            "网址待",
            "地址待",
        ]
        .iter()
        .any(|word| bare.contains(word));
    let is_asked = is_awaited || bare.starts_with('请') || bare.starts_with("此处");
    (is_asked && ends(&FILLED_IN)) || (is_awaited && ends(&AWAITED))
}

/// `侵犯其合法权益的,可以`: a sentence nobody wrote to its end.
pub(super) fn breaks_off(text: &str) -> bool {
    const OPEN: [&str; 6] = ["可以", "应当", "可以向", "可向", "有权", "有权向"];
    let clause = text
        .trim_end()
        .rsplit([',', '。', ';'])
        .next()
        .unwrap_or("");
    clause.len() < text.trim_end().len() && OPEN.contains(&clause.trim())
}

/// `上午( )至( )`, `___个工作日`: gaps to be filled in, and no number anywhere.
pub(super) fn has_gaps(value: &str) -> bool {
    let is_gap = |inner: &str| inner.chars().all(|c| c == '_' || c.is_whitespace());
    let mut bracketed = value
        .split('(')
        .skip(1)
        .filter_map(|rest| rest.split_once(')'));
    let is_left_out = value.contains("__") || bracketed.any(|(inner, _)| is_gap(inner));
    is_left_out && !value.contains(|c: char| c.is_ascii_digit())
}

/// `;(二)`: what an empty value leaves between its label and the next one.
fn is_only_numbering(value: &str, bare: &str) -> bool {
    bare.chars().count() <= 2
        && value.contains(['(', '、', '.'])
        && bare.chars().all(|c| c.is_ascii_digit() || is_numeral(c))
}

/// `××镇××办公室`, `0599-XXXXXXX`: a template nobody filled in. A masked number (`138****0001`) is none.
fn is_template(value: &str) -> bool {
    let chars: Vec<char> = value.chars().collect();
    let is_blank = |c: char| matches!(c, 'X' | '×' | '✕' | '╳');
    let mut at = 0;
    while at < chars.len() {
        let run = chars[at..].iter().take_while(|c| is_blank(**c)).count();
        if run >= 2 {
            let beside = [
                at.checked_sub(1).map(|i| chars[i]),
                chars.get(at + run).copied(),
            ];
            // XXGK is a name, and 12XX of a code is one too.
            let joined = |c: &char| c.is_ascii_alphanumeric();
            if !beside.iter().flatten().any(joined) {
                return true;
            }
        }
        at += run.max(1);
    }
    false
}

/// What a place of the web is called.
const SITES: [&str; 5] = ["网站", "官网", "门户", "网页", "公众号"];

/// `详见本局网站`: the office is somewhere on the site, and the reader is left to look for it.
fn refers_to_site(bare: &str) -> bool {
    let refers = ["详见", "请见", "参见", "见", "请登录", "登录", "请查看"]
        .iter()
        .any(|word| bare.starts_with(word));
    let is_bare = bare.chars().count() <= 20 && !bare.contains(|c: char| c.is_ascii_digit());
    refers && names_site(bare) && is_bare
}

fn names_site(text: &str) -> bool {
    SITES.iter().any(|word| text.contains(word))
}

fn refers_elsewhere(bare: &str) -> bool {
    ["详见", "见附", "附后", "见下", "见附件", "附件"]
        .iter()
        .any(|word| bare.contains(word))
        && bare.chars().count() <= 24
}

#[cfg(test)]
mod tests {
    use super::{LazyRegex, Sort, Values};

    #[test]
    fn values_are_sorted() {
        let phone = Values {
            plausible: vec![LazyRegex::of(r"\d{3,4}-\d{7,8}")],
            none_ok: false,
        };
        for (value, sort) in [
            ("0599-6660001", Sort::Filled),
            ("0599-666", Sort::Implausible),
            ("", Sort::Blank),
            (" —— ", Sort::Blank),
            ("无", Sort::Blank),
            ("XXXX-XXXXXXX", Sort::Blank),
            ("详见附件", Sort::Elsewhere),
            ("(待开通)", Sort::Blank),
            ("0599-XXXXXXX(待补)", Sort::Blank),
            ("同机关作息", Sort::Blank),
            ("上午( )至( ),下午( )至( )", Sort::Blank),
            ("____-________", Sort::Blank),
            ("(空缺,待改革后填写)", Sort::Blank),
            ("待定,见公告", Sort::Blank),
            ("(号码待股里核实后填)", Sort::Blank),
            ("(请政工室补)", Sort::Blank),
            ("域名申请中", Sort::Blank),
            ("申请中应写明电话", Sort::Implausible),
            ("此处链接待补", Sort::Blank),
            ("正在申请,敬请留意", Sort::Blank),
            ("(略)", Sort::Blank),
            ("—", Sort::Blank),
            ("停", Sort::Blank),
            ("见墙上", Sort::Blank),
            ("详询当地村委", Sort::Blank),
            ("由村里另行通知", Sort::Blank),
            ("旧号作废,新号另行公布", Sort::Blank),
            ("点击展开", Sort::Blank),
            ("0599-6660001(节假日轮流值守)", Sort::Filled),
        ] {
            assert_eq!(phone.sort(value), sort, "{value}");
        }
        let fax = Values {
            plausible: Vec::new(),
            none_ok: true,
        };
        for (value, sort) in [
            ("XX镇××路××号", Sort::Blank),
            ("××镇××办公室", Sort::Blank),
            ("XXGK@qingshi.example", Sort::Filled),
            ("138****0001", Sort::Filled),
            ("见义勇为基金会", Sort::Filled),
            ("申请表见本局网站", Sort::Filled),
            ("请到窗口填写", Sort::Filled),
            ("由接待人员补充提供", Sort::Filled),
            ("公民认为侵犯其合法权益的,可以", Sort::Blank),
            ("可以", Sort::Filled),
        ] {
            assert_eq!(fax.sort(value), sort, "{value}");
        }
        for (known, sort) in [
            ("^.*(?:路|局).*$", Sort::Implausible),
            ("网站|公报", Sort::Filled),
        ] {
            let values = Values {
                plausible: vec![LazyRegex::of(known)],
                none_ok: false,
            };
            assert_eq!(values.sort("详见本局网站"), sort, "{known}");
        }
        assert_eq!(fax.sort("无。"), Sort::Filled);
        assert_eq!(fax.sort("/"), Sort::Blank);
        assert_eq!(fax.sort(";(二)"), Sort::Blank);
    }
}
