//! Plain text that was broken at a fixed width, put back into paragraphs.
//!
//! Such text sets every paragraph in by wide blanks, so a line that is not set in goes on with the one above. Where lines that begin
//! something of their own are not set in either, only what is torn for certain is joined.

use std::borrow::Cow;

/// Wide blanks before the first line of a paragraph; more of them place a signature or a page number.
const INDENT: std::ops::RangeInclusive<usize> = 1..=4;
/// Characters of a label that a line may begin with (`联系电话：`).
const LABEL: std::ops::RangeInclusive<usize> = 2..=8;

/// The text with each broken paragraph in one line.
pub(crate) fn joined(text: &str) -> Cow<'_, str> {
    if !text.contains("\n\u{3000}") && !text.contains("\r\n\u{3000}") {
        return Cow::Borrowed(text);
    }
    let lines: Vec<Line<'_>> = text.split('\n').map(Line::of).collect();
    let Some(first) = lines.iter().position(|l| l.is_set_in) else {
        return Cow::Borrowed(text);
    };
    let is_broken = is_broken_throughout(&lines[first..]);
    let mut out = String::with_capacity(text.len());
    let mut in_paragraph = false;
    for (n, line) in lines.iter().enumerate() {
        let above = n.checked_sub(1).map(|n| &lines[n]);
        let goes_on = above.is_some_and(|above| {
            line.goes_on() && above.is_open() && (in_paragraph && is_broken || above.is_torn(line))
        });
        if n > 0 && !goes_on {
            out.push('\n');
        }
        in_paragraph = line.is_set_in || goes_on && in_paragraph;
        out.push_str(line.text);
    }
    Cow::Owned(out)
}

/// Digits behind a stroke that leave a number unfinished.
const MOST_DIGITS: usize = 5;

struct Line<'t> {
    /// Without the blanks at its end.
    text: &'t str,
    /// It begins a paragraph.
    is_set_in: bool,
}

impl<'t> Line<'t> {
    fn of(text: &'t str) -> Self {
        let text = text.trim_end();
        let blanks = text.chars().take_while(|c| *c == '\u{3000}').count();
        Self {
            text,
            is_set_in: !text.is_empty() && INDENT.contains(&blanks),
        }
    }

    /// It may go on with the line above.
    fn goes_on(&self) -> bool {
        !self.text.is_empty()
            && !self.text.starts_with(char::is_whitespace)
            && !crate::file::begins_anew(self.text)
    }

    /// The next line may go on with it.
    fn is_open(&self) -> bool {
        const ENDS: [char; 10] = ['。', '；', '：', '！', '？', '…', ':', ';', '!', '?'];
        !self.text.is_empty() && !self.text.ends_with(ENDS)
    }

    /// What is open here is closed on the next line, or a name ends there: `《某某办` above `法》`, `联系电` above `话：`.
    fn is_torn(&self, next: &Line<'_>) -> bool {
        let open = |text: &str, open: char, close: char| {
            text.rfind(open) > text.rfind(close) && text.contains(open)
        };
        let closes = |text: &str, open: char, close: char| {
            text.find(close)
                .is_some_and(|at| text.find(open).is_none_or(|o| at < o))
        };
        let is_bracketed = [('《', '》'), ('（', '）')]
            .iter()
            .any(|(o, c)| open(self.text, *o, *c) && closes(next.text, *o, *c));
        is_bracketed
            || self.ends_in_number() && next.text.starts_with(|c: char| c.is_ascii_digit())
            || self.is_set_in && next.begins_with_end_of_name()
    }

    /// `0599-666`: fewer digits than any number has.
    fn ends_in_number(&self) -> bool {
        self.text.rsplit_once('-').is_some_and(|(before, end)| {
            before.ends_with(|c: char| c.is_ascii_digit())
                && end.len() <= MOST_DIGITS
                && end.bytes().all(|b| b.is_ascii_digit())
        })
    }

    fn begins_with_end_of_name(&self) -> bool {
        let mut chars = self.text.chars();
        let is_one = chars.next().is_some_and(|c| c > '\u{4e00}');
        is_one && matches!(chars.next(), Some('：' | ':' | '\u{3000}'))
    }

    fn begins_with_label(&self) -> bool {
        self.text
            .find(['：', ':'])
            .is_some_and(|at| LABEL.contains(&self.text[..at].chars().count()))
    }
}

/// Whether lines are set in exactly where a paragraph begins: none that is not stands below a finished one or begins with a label.
fn is_broken_throughout(lines: &[Line<'_>]) -> bool {
    let mut broken = 0;
    for pair in lines.windows(2) {
        let [above, line] = pair else { continue };
        if !line.goes_on() {
            if !line.text.is_empty() && !line.text.starts_with(char::is_whitespace) {
                return false;
            }
            continue;
        }
        if !above.is_open() || line.begins_with_label() {
            return false;
        }
        broken += 1;
    }
    broken > 0
}

#[cfg(test)]
mod tests {
    use super::joined;

    #[test]
    fn paragraphs_that_are_set_in_are_put_together() {
        let text = "关于《塔川县岗位管理办\n法》意见情况的说明\n\n　　期内收回意见表二十\n一张，梳理出意见三十\n二条。\n　　咨询电\n话：0599-666\n4411\n　　　　　　　　　— 1 —";
        assert_eq!(
            joined(text),
            "关于《塔川县岗位管理办法》意见情况的说明\n\n　　期内收回意见表二十一张，梳理出意见三十二条。\n　　咨询电话：0599-6664411\n　　　　　　　　　— 1 —"
        );
    }

    #[test]
    fn lines_of_their_own_stay_apart() {
        for text in [
            "　　电话：0599-6660001\n0599-6660002",
            "　　一、办公地址\n青石路1号\n联系电话：0599-6660001",
            "　　为方便群众，现将有关事项公布\n一、地址\n二、电话",
            "关于停水的通知\n　各位居民：\n定于2026年9月18日停水",
            "甲\n乙\n丙",
        ] {
            assert_eq!(joined(text), text);
        }
    }
}
