//! What stands around a match on its line: sentence, quotation marks, book-title marks, code.

/// One line of a text with the byte range of a match on it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Line<'a> {
    /// The whole line.
    pub(crate) text: &'a str,
    /// The match, as byte range of the line.
    pub(crate) start: usize,
    pub(crate) end: usize,
}

/// Bytes looked at on either side of a match: more than any sentence, so that a line without end costs no more than another.
const REACH: usize = 900;
/// Characters of an address or code on either side of a match.
const LONGEST_CODE: usize = 300;

impl<'a> Line<'a> {
    /// The surroundings of a match in a text: its line, as far as a reader would look.
    pub(crate) fn around(text: &'a str, start: usize, end: usize) -> Self {
        let from = floor(text, start.saturating_sub(REACH));
        let to = ceil(text, (end + REACH).min(text.len()));
        let from =
            memchr::memrchr(b'\n', &text.as_bytes()[from..start]).map_or(from, |i| from + i + 1);
        let to = memchr::memchr(b'\n', &text.as_bytes()[end..to]).map_or(to, |i| end + i);
        Self::new(&text[from..to], start - from, end - from)
    }

    pub(crate) fn new(text: &'a str, start: usize, end: usize) -> Self {
        Self { text, start, end }
    }

    pub(crate) fn before(&self) -> &'a str {
        &self.text[..self.start]
    }

    pub(crate) fn after(&self) -> &'a str {
        &self.text[self.end..]
    }

    /// The sentence that holds the match.
    pub(crate) fn sentence(&self) -> &'a str {
        self.between(|text, _, c| ends_sentence(c) || parts_steps(text, c))
    }

    /// The part of the sentence that holds the match, from comma to comma.
    pub(crate) fn clause(&self) -> &'a str {
        self.between(|text, at, c| {
            (ends_sentence(c) || parts_steps(text, c) || matches!(c, ',' | '，'))
                && !is_in_number(text, at, c)
        })
    }

    /// From the end mark before the match to the one behind it, with that one.
    fn between(&self, ends: impl Fn(&str, usize, char) -> bool) -> &'a str {
        let chars = |text: &'a str| text.char_indices();
        let from = chars(self.before())
            .rev()
            .find(|(at, c)| ends(self.text, *at, *c))
            .map_or(0, |(at, c)| at + c.len_utf8());
        let to = chars(self.after())
            .map(|(at, c)| (self.end + at, c))
            .find(|(at, c)| ends(self.text, *at, *c))
            .map_or(self.text.len(), |(at, c)| at + c.len_utf8());
        &self.text[from..to]
    }

    /// The last `n` characters before the match.
    pub(crate) fn last_before(&self, n: usize) -> &'a str {
        let before = self.before();
        let from = before
            .char_indices()
            .rev()
            .nth(n.saturating_sub(1))
            .map_or(0, |(i, _)| i);
        &before[from..]
    }

    /// The first `n` characters after the match.
    pub(crate) fn first_after(&self, n: usize) -> &'a str {
        let after = self.after();
        let to = after.char_indices().nth(n).map_or(after.len(), |(i, _)| i);
        &after[..to]
    }

    /// Whether the match overlaps an occurrence of `word`.
    pub(crate) fn overlaps(&self, word: &str) -> bool {
        if word.is_empty() {
            return false;
        }
        let from = floor(self.text, self.start.saturating_sub(word.len()));
        let to = ceil(self.text, (self.end + word.len()).min(self.text.len()));
        let window = &self.text[from..to];
        let mut at = 0;
        while let Some(found) = window[at..].find(word) {
            let start = from + at + found;
            if start < self.end && self.start < start + word.len() {
                return true;
            }
            at += found + char_len_at(window, at + found);
        }
        false
    }

    /// Whether the match is part of an occurrence of `name`, and not all of it.
    pub(crate) fn lies_within(&self, name: &str) -> bool {
        if name.len() <= self.end - self.start {
            return false;
        }
        let from = floor(self.text, self.start.saturating_sub(name.len()));
        let to = ceil(self.text, (self.end + name.len()).min(self.text.len()));
        let mut at = from;
        while let Some(found) = self.text[at..to].find(name) {
            let start = at + found;
            if start <= self.start && self.end <= start + name.len() {
                return true;
            }
            at = start + char_len_at(self.text, start);
        }
        false
    }

    /// The text between the marks that enclose the match, when such marks do.
    pub(crate) fn enclosed_by(&self, open: char, close: char) -> Option<&'a str> {
        let from = if open == close {
            if self.before().matches(open).count().is_multiple_of(2) {
                return None;
            }
            self.before().rfind(open)?
        } else {
            let mut depth = 0usize;
            self.before().char_indices().rev().find_map(|(i, c)| {
                if c == close {
                    depth += 1;
                } else if c == open {
                    if depth == 0 {
                        return Some(i);
                    }
                    depth -= 1;
                }
                None
            })?
        };
        let to = self.after().find(close)?;
        Some(&self.text[from + open.len_utf8()..self.end + to])
    }

    pub(crate) fn in_book_title(&self) -> bool {
        // The match may itself begin with 《: then it names the document rather than standing inside another name.
        self.enclosed_by('《', '》').is_some() || self.enclosed_by('〈', '〉').is_some()
    }

    /// The quoted text that holds the match.
    pub(crate) fn in_quotes(&self) -> Option<&'a str> {
        [
            ('“', '”'),
            ('‘', '’'),
            ('「', '」'),
            ('『', '』'),
            ('"', '"'),
            ('＂', '＂'),
        ]
        .into_iter()
        .find_map(|(open, close)| self.enclosed_by(open, close))
    }

    /// Whether the ASCII run that touches the match is an address, a file name or code.
    pub(crate) fn in_code(&self) -> bool {
        let printable = |c: char| c.is_ascii_graphic();
        let from = self
            .before()
            .char_indices()
            .rev()
            .take(LONGEST_CODE)
            .take_while(|(_, c)| printable(*c))
            .last()
            .map_or(self.start, |(i, _)| i);
        let to = self
            .after()
            .char_indices()
            .take(LONGEST_CODE)
            .take_while(|(_, c)| printable(*c))
            .last()
            .map_or(self.end, |(i, _)| self.end + i + 1);
        is_code(&self.text[from..to])
    }
}

fn ends_sentence(c: char) -> bool {
    matches!(c, '。' | '！' | '？' | '；' | '!' | '?' | ';')
}

/// The arrow between two steps of a flow chart. A single one says what became of what: `15个工作日→20个工作日`.
fn parts_steps(text: &str, c: char) -> bool {
    matches!(c, '→' | '⇒' | '➜' | '➔') && text.matches(c).nth(1).is_some()
}

/// The comma of `1,200`.
fn is_in_number(text: &str, at: usize, c: char) -> bool {
    let digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
    let after = text[at + c.len_utf8()..].chars();
    let group = after.take_while(char::is_ascii_digit).count() == 3;
    c == ',' && group && digit(text[..at].chars().next_back())
}

/// An address, a file name, a path or an assignment.
fn is_code(run: &str) -> bool {
    if run.contains("://") || run.contains("www.") || run.contains('\\') {
        return true;
    }
    let bytes = run.as_bytes();
    let word = |i: usize| bytes.get(i).is_some_and(u8::is_ascii_alphanumeric);
    (1..bytes.len()).any(|i| match bytes[i] {
        b'@' | b'_' | b'=' | b'/' => word(i - 1) && word(i + 1) && letters(run),
        b'.' => {
            word(i - 1)
                && bytes[i + 1..]
                    .iter()
                    .take_while(|b| b.is_ascii_alphabetic())
                    .count()
                    >= 2
        }
        _ => false,
    })
}

fn letters(run: &str) -> bool {
    run.bytes().filter(u8::is_ascii_alphabetic).count() >= 3
}

fn char_len_at(text: &str, at: usize) -> usize {
    text[at..].chars().next().map_or(1, char::len_utf8)
}

fn floor(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

fn ceil(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at += 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::Line;

    fn line<'a>(text: &'a str, word: &str) -> Line<'a> {
        let start = text.find(word).unwrap_or_else(|| panic!("{word}"));
        Line::new(text, start, start + word.len())
    }

    #[test]
    fn exceptions_overlap_from_either_side() {
        assert!(line("为群众提供和服务。", "和服").overlaps("和服务"));
        assert!(line("涉嫌犯罪", "嫌犯").overlaps("涉嫌犯罪"));
        assert!(line("毕竟争取", "竟争").overlaps("毕竟"));
        assert!(!line("穿和服，和服务", "和服").overlaps("和服务"));
        assert!(line("服服务务", "服务").overlaps("服服务"));
    }

    #[test]
    fn marks_enclose_only_what_is_between_them() {
        assert!(line("《关于卫计局的通知》", "卫计局").in_book_title());
        assert!(!line("《通知》由卫计局印发《办法》", "卫计局").in_book_title());
        assert!(line("所谓“台独”势力", "台独").in_quotes().is_some());
        assert!(line("称\"台独\"势力", "台独").in_quotes().is_some());
        assert!(line("称\"甲\"台独势力", "台独").in_quotes().is_none());
    }

    #[test]
    fn sentences_end_at_full_stops() {
        assert_eq!(line("甲乙。丙丁，戊；己", "丁").sentence(), "丙丁，戊；");
        assert_eq!(line("只有一句", "有").sentence(), "只有一句");
        assert_eq!(line("受理→答复→归档", "答").sentence(), "答复→");
        assert_eq!(line("15日→20日", "15").sentence(), "15日→20日");
        assert_eq!(line("甲。乙，丙丁、戊，己；", "丁").clause(), "丙丁、戊，");
        assert_eq!(
            line("收1,200元,另议", "200").clause(),
            "收1,200元,",
            "a comma inside a number ends nothing"
        );
    }

    #[test]
    fn addresses_and_file_names_are_code() {
        assert!(line("见http://www.qingshi-demo.gov.cn/a?b=1页", "a?b").in_code());
        assert!(line("文件 表1.docx 下载", "1.d").in_code());
        assert!(!line("办公室,电话", ",").in_code());
        assert!(!line("长3/4米", "3/4").in_code());
    }
}
