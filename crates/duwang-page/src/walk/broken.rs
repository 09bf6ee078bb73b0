//! Lines that a `<br>` broke in the middle of a sentence, as old editors do to make a text as wide as its window.

use crate::numbered::behind_number;
use std::sync::LazyLock;

/// Characters of a line that may have been broken because it was full.
const FULL_LINE: usize = 20;
/// From so many on, what follows need have no mark of its own.
const WIDE_LINE: usize = 30;
/// A shorter line may be a signature, and so may one that ends like the name of a body or a day.
const SHORTEST: usize = 6;
const BODIES: [char; 11] = [
    '局', '府', '会', '室', '日', '厅', '院', '处', '所', '站', '委',
];
/// Characters at the beginning of a line in which a label ends.
const LABEL: usize = 12;
const MARKS: [char; 9] = ['，', '。', '；', '、', '：', ',', ';', '！', '？'];

/// Words no line ends within, each at every place where it may be broken.
static BROKEN_WORDS: LazyLock<Vec<(&'static str, &'static str)>> = LazyLock::new(|| {
    let words = include_str!("unbroken.txt").lines();
    let broken = |word: &'static str| {
        let places = word.char_indices().skip(1);
        places.map(move |(at, _)| word.split_at(at))
    };
    words.flat_map(broken).collect()
});

/// How a line goes on behind a break.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Joint {
    /// It does not: the next line is one of its own.
    Apart,
    /// Directly.
    Close,
    /// Behind a blank: an area code and its number.
    Spaced,
}

/// How the text before a break and the one behind it belong together.
pub(super) fn joint(before: &str, behind: &str) -> Joint {
    let before = end_of(before).trim_end();
    let behind = behind.trim_start_matches(|c: char| c.is_ascii_whitespace());
    if begins_anew(behind) {
        return Joint::Apart;
    }
    if ends_with_area_code(before) && begins_with_number(behind, 7..=8, "") {
        return Joint::Spaced;
    }
    let road = before.ends_with(['路', '街', '巷']) && begins_with_number(behind, 1..=4, "号");
    let unit = before.ends_with(|c: char| c.is_ascii_digit())
        && ["个工作日", "个月", "个小时", "日内", "日前", "日起", "元"]
            .iter()
            .any(|unit| behind.starts_with(unit));
    let goes_on = behind.starts_with(['，', '。', '；', '、', '：', '）', '》', '”'])
        || before.ends_with(['，', '、', '（', '《', '“'])
        || splits_word(before, behind)
        || is_full(before, behind);
    if road || unit || goes_on {
        Joint::Close
    } else {
        Joint::Apart
    }
}

/// As much of a line as is looked at: one that was put together of thousands is not read anew at each break.
fn end_of(line: &str) -> &str {
    const BYTES: usize = 2000;
    let start = line.ceil_char_boundary(line.len().saturating_sub(BYTES));
    &line[start..]
}

/// Indentation, a number, a bullet, a label: a line of its own.
fn begins_anew(line: &str) -> bool {
    let Some(first) = line.chars().next() else {
        return true;
    };
    let is_bullet = !first.is_alphanumeric() && !"，。；、：）》”《“（".contains(first);
    is_bullet || behind_number(line).is_some() || is_labelled(line)
}

/// `电话：`, `电话　0599-6660001`, `问 …`.
fn is_labelled(line: &str) -> bool {
    line.chars()
        .take(LABEL)
        .take_while(|c| !matches!(c, '，' | '。' | '；' | '、'))
        .any(|c| matches!(c, '：' | ':' | '\u{3000}' | '\u{a0}' | '】'))
}

fn ends_with_area_code(line: &str) -> bool {
    let start = line.trim_end_matches(|c: char| c.is_ascii_digit()).len();
    let digits = &line[start..];
    (3..=4).contains(&digits.len()) && digits.starts_with('0')
}

/// Whether a line begins with so many digits, and then with `unit`.
fn begins_with_number(line: &str, digits: std::ops::RangeInclusive<usize>, unit: &str) -> bool {
    let rest = line.trim_start_matches(|c: char| c.is_ascii_digit());
    digits.contains(&(line.len() - rest.len())) && rest.trim_start().starts_with(unit)
}

fn splits_word(before: &str, behind: &str) -> bool {
    let splits = |(left, right): &(&str, &str)| before.ends_with(left) && behind.starts_with(right);
    BROKEN_WORDS.iter().any(splits)
}

/// A line of running text without an end, and a next one that is no wider and no signature.
fn is_full(before: &str, behind: &str) -> bool {
    let is_han = |c: char| ('\u{4e00}'..='\u{9fff}').contains(&c);
    let width = before.chars().count();
    let may_be_signature = width < WIDE_LINE
        || behind.chars().nth(SHORTEST).is_none()
        || behind.trim_end().ends_with(BODIES);
    width >= FULL_LINE
        && before.ends_with(is_han)
        && behind.starts_with(is_han)
        && before.contains(MARKS)
        && (behind.contains(MARKS) || !may_be_signature)
        && behind.chars().nth(width + 2).is_none()
}

#[cfg(test)]
mod tests {
    use super::{Joint, joint};

    #[test]
    fn broken_sentences_go_on() {
        for (before, behind) in [
            ("二、十五个工", "作日内答复；"),
            ("三、向监察", "机关、上级机关举报；"),
            ("因生产", "生活、科研等特殊需要可以申请；"),
            ("认为行政机关不履行义务的，", "可以向上一级行政机关投诉"),
            ("地址在文明路", "15号"),
            ("自收到申请之日起15", "个工作日内予以答复；"),
            (
                "因信息资料处理等客观原因不能按期答复的，经负责人同意延长答复，延长的期",
                "限最长不超过15个工",
            ),
            (
                "申请人描述所需信息的文件名称、文号，或者便于本机关查询的其他特征性",
                "描述，本机关据此查找。",
            ),
        ] {
            assert_eq!(joint(before, behind), Joint::Close, "{before}/{behind}");
        }
        assert_eq!(joint("电：0599", "6660941"), Joint::Spaced);
    }

    #[test]
    fn lines_of_their_own_stay_apart() {
        for (before, behind) in [
            ("四、监督", "公民认为本机关不依法公开的，可以向上级举报。"),
            (
                "办公地址：云溪市青石街道青石路18号便民服务中心，一楼窗口",
                "联系电话：0599-6660001",
            ),
            ("受理机构：党政办，", "电话：0599-6660001"),
            ("公民，", "（二）法人"),
            ("不予公开的，", "\u{3000}\u{3000}应当说明理由。"),
            ("0599-6660001", "0599-6660002"),
            ("上午8:30—12:00", "下午14:00—17:00"),
            ("云溪市人民政府办公室", "2026年5月1日"),
            (
                "请有关单位认真学习，结合实际抓好落实，有什么问题及时与我局办公室联系",
                "云溪市生态环境局",
            ),
            ("一、工作", "二、日常"),
        ] {
            assert_eq!(joint(before, behind), Joint::Apart, "{before}/{behind}");
        }
    }

    /// A line may be put together of a hundred thousand others, each of which is joined to all before it.
    #[test]
    fn only_the_end_of_what_stands_before_is_read() {
        let behind = "字".repeat(40);
        let joint_behind = |chars: usize| joint(&format!("，{}", "字".repeat(chars)), &behind);
        assert_eq!(joint_behind(600), Joint::Close);
        assert_eq!(joint_behind(700), Joint::Apart, "its comma is too far away");
    }
}
