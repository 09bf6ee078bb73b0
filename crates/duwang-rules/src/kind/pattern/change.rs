//! What a page names only to say what stands there now: `由“15个工作日”改为“20个工作日”`, `原“用途”栏取消`.

use crate::judge::Line;
use crate::words::{WORDS, has_any};

/// Characters behind a match in which the change is told; what the old wording goes on with stands between.
const REACH: usize = 24;

/// Whether a match is the wording that was replaced.
pub(in crate::kind) fn is_replaced(line: &Line<'_>) -> bool {
    let words = &WORDS.change;
    let before = sentence_before(line);
    let behind = sentence_behind(line);
    let quoted_end = behind.find(CLOSING).filter(|_| has_open_quote(before));
    let (old, rest) = match quoted_end {
        // Whatever else the quotation says is the old wording, too.
        Some(at) => (before, &behind[at..]),
        None => (before, behind),
    };
    let rest: String = rest.chars().take(REACH).collect();
    let clause = rest.split([',', '，']).next().unwrap_or("");
    let is_begun = words.from.iter().any(|word| old.contains(word.as_str()));
    let is_changed = has_any(clause, &words.into);
    let is_dropped = has_any(clause, &words.dropped) && (quoted_end.is_some() || is_begun);
    (is_changed && (is_begun || quoted_end.is_some())) || is_dropped
}

const CLOSING: [char; 4] = ['”', '’', '」', '"'];
const OPENING: [char; 3] = ['“', '‘', '「'];

fn has_open_quote(before: &str) -> bool {
    let opened = before.rfind(OPENING);
    let closed = before.rfind(['”', '’', '」']);
    opened > closed
}

fn sentence_before<'t>(line: &Line<'t>) -> &'t str {
    let before = line.before();
    before.rsplit(ENDS).next().unwrap_or(before)
}

fn sentence_behind<'t>(line: &Line<'t>) -> &'t str {
    let behind = line.after();
    behind.split(ENDS).next().unwrap_or(behind)
}

const ENDS: [char; 6] = ['。', ';', '；', '!', '！', '\n'];

#[cfg(test)]
mod tests {
    use super::{Line, is_replaced};

    fn replaced(text: &str, fault: &str) -> bool {
        let start = text.find(fault).unwrap_or_else(|| panic!("{fault}"));
        is_replaced(&Line::new(text, start, start + fault.len()))
    }

    #[test]
    fn the_old_wording_is_replaced_and_the_new_one_is_not() {
        for (text, fault) in [
            ("起诉期由“三个月”改为“六个月”。", "三个月"),
            ("原“15个工作日”订正为“20个工作日”", "15个工作日"),
            (
                "投诉对象由“上级、监察机关、主管部门”改为“上一级”",
                "监察机关",
            ),
            ("答复期限由原来的15个工作日调整为20个工作日", "15个工作日"),
            ("原“用途”“费用”两项取消", "用途"),
            ("把“说明用途”一句删去", "说明用途"),
        ] {
            assert!(replaced(text, fault), "{text}");
        }
        for (text, fault) in [
            ("答复由20个工作日调整为15个工作日。", "15个工作日"),
            ("起诉期为三个月,由原来的县法院改为市法院", "三个月"),
            ("在15个工作日内答复;由“收费”改为“免费”", "15个工作日"),
            ("收取工本费", "工本费"),
            ("向监察机关投诉,地址改为县前路", "监察机关"),
        ] {
            assert!(!replaced(text, fault), "{text}");
        }
    }
}
