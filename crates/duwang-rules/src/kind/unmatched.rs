//! `unmatched`: a bracket or quotation mark without its other half.

use super::numbering::is_item_before;
use super::{Out, Reading};
use crate::judge::{Form, Seen, Slots};
use duwang_model::{BlockKind, Part, Span};

#[derive(Debug)]
pub(crate) struct Unmatched {
    /// Opening and closing marks.
    pairs: Vec<(char, char)>,
    /// At most so many in one document.
    max: usize,
}

pub(crate) fn read(reading: &mut Reading<'_, '_>) -> Option<Unmatched> {
    let fields = reading.fields;
    let given = fields.texts("pairs");
    if given.is_empty() {
        fields.missing("pairs");
    }
    let pairs = given
        .iter()
        .filter_map(|pair| {
            let mut chars = pair.value.chars();
            match (chars.next(), chars.next(), chars.next()) {
                (Some(open), Some(close), None) if open != close => Some((open, close)),
                _ => {
                    fields.troubles().report_with(
                        &pair.place,
                        format!("“{}”不是一对符号", pair.value),
                        "这里",
                        Some("写左右两个不同的符号，如 \"（）\"".to_owned()),
                    );
                    None
                }
            }
        })
        .collect();
    Some(Unmatched {
        pairs,
        max: fields.number("max").map_or(5, |n| n.value as usize),
    })
}

/// A mark without its other half.
struct Lonely {
    /// What is missing.
    other: char,
    span: Span,
}

impl Unmatched {
    pub(crate) fn judge(&self, seen: &Seen<'_>, out: &mut Out<'_>) {
        let text = seen.text(Form::Plain);
        // A quotation may run over several paragraphs, each opened anew and closed once: what a document balances, no line is
        // blamed for.
        let mut reported = 0;
        for &(open, close) in &self.pairs {
            // As many of one as of the other: all are pairs, or a quotation runs over lines, which is not blamed either.
            if count(text, open) == count(text, close) {
                continue;
            }
            let lonely = self.lonely(seen, text, open, close);
            let opened = lonely.iter().filter(|l| l.other == close).count();
            if opened > 0 && opened < lonely.len() {
                continue;
            }
            for one in lonely {
                if reported == self.max {
                    return;
                }
                reported += 1;
                let draft = out.draft().at(one.span).with(Slots {
                    label: if one.other == close { "右" } else { "左" }.to_owned(),
                    suggestion: one.other.to_string(),
                    ..Slots::default()
                });
                out.push(draft);
            }
        }
    }

    fn lonely(&self, seen: &Seen<'_>, text: &str, open: char, close: char) -> Vec<Lonely> {
        let mut all = Vec::new();
        for &line in seen.lines(Form::Plain) {
            let words = &text[line.0..line.1];
            let typed_plainly = matches!(open, '“' | '‘') && words.contains(['"', '\'']);
            if !words.contains([open, close]) || typed_plainly {
                continue;
            }
            let block = seen.block_of(Form::Plain, line);
            if let Some(block) = block.filter(|b| b.part == Part::Main) {
                let is_whole_cell = block.kind == BlockKind::Cell
                    && (block.span.start, block.span.end) == line
                    && open != '“';
                let around = Around {
                    above: text[..line.0].trim_end(),
                    is_whole_cell,
                    is_item: open != '“' && is_item_before(words, line_below(text, line.1)),
                };
                let mut of_line = lonely_of_line(words, open, close, around);
                let left_open = [
                    left_open(words, &text[line.1..], open, close),
                    opened_again(words, open, close),
                ];
                for at in left_open.into_iter().flatten() {
                    if of_line.iter().all(|one| one.0 != at) {
                        of_line.push((at, open, close));
                    }
                }
                all.extend(of_line.into_iter().map(|(start, mark, other)| Lonely {
                    other,
                    span: Span::new(line.0 + start, line.0 + start + mark.len_utf8()),
                }));
            }
        }
        all
    }
}

/// The line below a place, empty ones left out.
fn line_below(text: &str, at: usize) -> &str {
    text[at..].trim_start().lines().next().unwrap_or_default()
}

/// How often a mark stands in a text, in either width.
fn count(text: &str, mark: char) -> usize {
    let mut buffer = [0; 4];
    let wide = memchr::memmem::find_iter(text.as_bytes(), mark.encode_utf8(&mut buffer).as_bytes())
        .count();
    let plain = narrow(mark).and_then(|c| u8::try_from(c).ok());
    wide + plain.map_or(0, |byte| memchr::memchr_iter(byte, text.as_bytes()).count())
}

/// Where a quotation begins that a paragraph does not end, and that goes on in none below: a quotation of several paragraphs is opened anew in
/// each, one of a broken line is closed before another opens.
fn left_open(line: &str, below: &str, open: char, close: char) -> Option<usize> {
    const ENDS: [char; 6] = ['。', '！', '？', '，', '；', '…'];
    let at = line
        .rfind(open)
        .filter(|at| open == '“' && !line[*at..].contains(close))?;
    let goes_on = below.trim_start().starts_with(open)
        || below.chars().find(|c| [open, close].contains(c)) == Some(close);
    (line.trim_end().ends_with(ENDS) && !goes_on).then_some(at)
}

/// Where a quotation begins inside of which the next one does: `“反诈宣传月”、“禁毒宣传月、“宪法宣传周”`. One that opens its line or follows a colon
/// may go on below, and a long one may quote in its turn.
fn opened_again(line: &str, open: char, close: char) -> Option<usize> {
    const SHORTEST: usize = 2; // a mark typed twice is told by the rule on marks
    const LONGEST: usize = 16;
    if open != '“' {
        return None;
    }
    let mut last: Option<usize> = None;
    for (at, c) in line.char_indices() {
        let is_short = |from: &usize| {
            let quoted = || line[*from..at].chars().skip(1);
            quoted().nth(SHORTEST - 1).is_some() && quoted().nth(LONGEST).is_none()
        };
        let goes_on = |from: &usize| {
            let before = line[..*from].trim_end();
            before.is_empty() || before.ends_with(['：', ':'])
        };
        if c == close {
            last = None;
        } else if c == open {
            if let Some(from) = last.filter(|from| is_short(from) && !goes_on(from)) {
                return Some(from);
            }
            last = Some(at);
        }
    }
    None
}

/// What surrounds a line.
#[derive(Clone, Copy, Default)]
struct Around<'t> {
    /// The text above it.
    above: &'t str,
    /// It is all that a cell of a table holds: nothing goes on above or below.
    is_whole_cell: bool,
    /// It is an item of a list, and the next one stands right below: nothing goes on there either.
    is_item: bool,
}

/// Marks of a line without their other half: where, which, and what is missing. A mark whose other half may stand on the line above
/// or below (a line that was broken where the paper ended) is not blamed.
fn lonely_of_line(
    line: &str,
    open: char,
    close: char,
    around: Around<'_>,
) -> Vec<(usize, char, char)> {
    const ENDS: [char; 8] = ['。', '；', '！', '？', '，', '：', ';', ','];
    const FULL_STOPS: [char; 4] = ['。', '；', '！', '？'];
    let is = |c: char, mark: char| c == mark || narrow(mark) == Some(c);
    let mut stack = Vec::new();
    let mut lonely = Vec::new();
    for (at, c) in line.char_indices() {
        if is(c, open) {
            stack.push(at);
        } else if is(c, close) {
            // `…；4）`: the number of a point closes nothing, however many brackets are open.
            if !is_point(line, at) && stack.pop().is_none() && !is_enumeration(line, at) {
                lonely.push((at, c, open));
            }
        }
    }
    let (first_end, last_stop) = (line.find(ENDS), line.rfind(FULL_STOPS));
    let trails_off = ["……", "..."]
        .iter()
        .any(|dots| line.trim_end().ends_with(dots));
    let last_stop = last_stop.max(trails_off.then_some(line.len()));
    // Nothing is broken where this line and the one above both end a sentence.
    let ends = |text: &str| text.trim_end().ends_with(['。', '；', '：', ':']);
    let is_whole = around.is_whole_cell || (ends(line) && ends(around.above));
    // One that closes a line was opened in the lines above.
    let ends_quotation =
        |at: usize| open == '“' && line[at + close.len_utf8()..].trim_start().is_empty();
    // A mark typed twice is told by the rule on marks.
    let is_doubled = |at: usize| line[..at].ends_with(close);
    lonely.retain(|(at, _, _)| {
        let is_behind = first_end.is_some_and(|end| end < *at);
        (is_behind || (is_whole && !is_doubled(*at))) && !ends_quotation(*at)
    });
    // A quotation that opens a line or follows a colon goes on in the lines below.
    let runs_on = |at: usize| {
        let before = line[..at].trim_end();
        open == '“' && (before.is_empty() || before.ends_with(['：', ':']))
    };
    // `依照《地名管理办法的规定，现公告如下：`: a whole clause, after which no title goes on.
    let leads_in = open == '《' && line.trim_end().ends_with(['：', ':']);
    let opened = stack.into_iter().filter(|at| {
        let is_behind = last_stop.is_some_and(|stop| stop > *at);
        let is_closed = around.is_whole_cell || around.is_item;
        (is_behind || leads_in || is_closed) && !runs_on(*at)
    });
    lonely.extend(opened.filter_map(|at| Some((at, line[at..].chars().next()?, close))));
    lonely.sort_unstable();
    lonely
}

/// The half-width form in which a mark is often typed: `（…)` is a pair, if an ugly one.
fn narrow(mark: char) -> Option<char> {
    match mark {
        '（' => Some('('),
        '）' => Some(')'),
        '【' => Some('['),
        '】' => Some(']'),
        _ => None,
    }
}

const NUMERALS: &str = "0123456789０１２３４５６７８９一二三四五六七八九十①②③④⑤⑥⑦⑧⑨abcdefABCDEF";

/// A number right behind the end of a sentence and before words: `。1）申请表；2）身份证`.
fn is_point(line: &str, at: usize) -> bool {
    let begins = before_short_number(&line[..at])
        .is_some_and(|before| before.is_empty() || before.ends_with(['。', '；', ';']));
    let mut behind = line[at..].chars().skip(1);
    let words = behind
        .next()
        .is_some_and(|c| c.is_alphabetic() || "《“".contains(c));
    begins && words
}

/// `1）` and `一）` number a paragraph.
fn is_enumeration(line: &str, at: usize) -> bool {
    before_short_number(&line[..at]).is_some()
}

/// What stands before the number a text ends with, when that has one digit or two. A longer one is not read to its beginning: a line may be
/// nothing but digits and brackets.
fn before_short_number(text: &str) -> Option<&str> {
    let is_numeral = |c: char| NUMERALS.contains(c);
    let but_one = text.strip_suffix(is_numeral)?;
    let before = but_one.strip_suffix(is_numeral).unwrap_or(but_one);
    (!before.ends_with(is_numeral)).then_some(before)
}

#[cfg(test)]
mod tests {
    use super::{Around, left_open, lonely_of_line, opened_again};

    #[test]
    fn a_quotation_goes_on_below_or_is_left_open() {
        let is_left = |line: &str, below: &str| left_open(line, below, '“', '”').is_some();
        let line = "鞋厂老板说：“只要手脚勤快，不会的我们教，";
        assert!(is_left(line, "\n村里人都去报了名。"));
        assert!(is_left(line, "\n村里人说“好”。"));
        // Of several paragraphs, and of a broken line.
        assert!(!is_left(line, "\n“计件五千起。”"));
        assert!(!is_left(line, "\n计件五千起。”他说。"));
        assert!(!is_left("他说：“好。”", ""));
        assert!(!is_left("“智汇", "\n珠江"));
    }

    #[test]
    fn a_quotation_opened_inside_another_was_not_closed() {
        fn again(line: &str) -> Option<&str> {
            opened_again(line, '“', '”').map(|at| &line[at..])
        }
        let line = "“反诈宣传月”、“禁毒宣传月、“宪法宣传周”等";
        assert_eq!(again(line), Some("“禁毒宣传月、“宪法宣传周”等"));
        for right in [
            "“反诈宣传月”、“禁毒宣传月”",
            "“说到“林小禾”，大家都夸",
            "叫““林小禾””",
            "他说：“听过“反诈”吗”",
            "叫“我们要把各项工作都做到群众的心坎里去，做到“应办尽办””",
        ] {
            assert_eq!(again(right), None, "{right}");
        }
    }

    #[test]
    fn halves_are_told_from_numbering() {
        let count = |line: &str| lonely_of_line(line, '（', '）', Around::default()).len();
        assert_eq!(count("云溪市（以下简称本市负责辖区工作。"), 1);
        assert_eq!(count("云溪市（以下简称本市）负责。"), 0);
        assert_eq!(count("云溪市（以下简称本市)负责。"), 0);
        assert_eq!(count("1）申请表；2）身份证"), 0);
        assert_eq!(count("1）申请表（含附表；2）身份证。"), 1);
        assert_eq!(count("如图（见图1，2）所示（表1；2）。"), 0);
        assert_eq!(count("按照规定，青石街道）应当通知。"), 1);
        let titles = |line: &str| lonely_of_line(line, '《', '》', Around::default()).len();
        assert_eq!(titles("依照《地名管理办法的规定，现公告如下："), 1);
        assert_eq!(titles("依照《地名管理办法》的规定，现公告如下："), 0);
        // Broken lines.
        assert_eq!(count("常务委员会第三十次会议通过）"), 0);
        assert_eq!(count("从事网箱（坑塘、围堰）养殖、围堰（坑"), 0);
        assert_eq!(count("（一（二）三）"), 0);
        assert_eq!(count("项目（拔河、夹球跑等，玩得不亦乐乎......"), 1);
    }

    #[test]
    fn where_nothing_is_broken_a_half_is_one() {
        let cell = Around {
            is_whole_cell: true,
            ..Around::default()
        };
        let of = |line: &str, around| lonely_of_line(line, '（', '）', around).len();
        assert_eq!(of("购房合同（已备案、首付款发票", cell), 1);
        assert_eq!(of("子女上学）", cell), 1);
        assert_eq!(of("1）", cell), 0);
        assert_eq!(of("金额（元）", cell), 0);
        let below = |above| Around {
            above,
            ..Around::default()
        };
        let streets = "工业路、阳光花园一期）、北门市场及周边。";
        assert_eq!(of(streets, below("请提前储水：")), 1);
        assert_eq!(of(streets, below("停水范围（城北路、")), 0);
        assert_eq!(of("阳光花园一期）", below("请提前储水：")), 0);
    }
}
