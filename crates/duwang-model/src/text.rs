//! A document's plain text, its folded twin for matching, and the map between them.

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

/// A range of **byte** offsets into [`Text::plain`], always on character boundaries.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, Default,
)]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

impl Span {
    /// A span from `start` up to `end`.
    pub fn new(start: usize, end: usize) -> Self {
        Self { start, end }
    }
    /// Length in bytes.
    pub fn len(self) -> usize {
        self.end - self.start
    }
    /// Whether nothing is inside.
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }
    /// Whether `other` lies wholly inside.
    pub fn contains(self, other: Self) -> bool {
        self.start <= other.start && other.end <= self.end
    }
    /// Whether the two share at least one byte.
    pub fn overlaps(self, other: Self) -> bool {
        self.start < other.end && other.start < self.end
    }
}

/// Plain text exactly as published (zero-width and full-width characters kept, lines are blocks), and the same text folded
/// for matching. Rules match on the folded text and report spans of the plain text.
///
/// Folding: NFKC for full-width and compatibility forms (`１５（天）` → `15(天)`), zero-width and soft-hyphen characters
/// dropped, runs of blanks made one space, and blanks next to a Han character or CJK punctuation dropped
/// (`联 系 电 话` → `联系电话`, `15 个` → `15个`). Line breaks stay: they separate blocks, and words never join across them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct Text {
    plain: String,
    folded: String,
    /// Break points of the folded→plain map: from `folded` on, plain offset = `plain` + (offset − `folded`).
    /// Sorted by `folded`; the first is (0, 0).
    steps: Vec<MapStep>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct MapStep {
    folded: usize,
    plain: usize,
    /// Plain length of one folded-to-plain run when the lengths differ (a rewritten character); 0 for verbatim runs.
    rewritten: usize,
}

impl From<Text> for String {
    fn from(text: Text) -> Self {
        text.plain
    }
}

impl Text {
    /// Folds `plain`. Linear time; memory about twice the input.
    pub fn new(plain: String) -> Self {
        let (folded, steps) = fold(&plain);
        Self {
            plain,
            folded,
            steps,
        }
    }

    /// Whether folding would leave a text as it is, for sure: most words of a list are such.
    pub fn is_folded(text: &str) -> bool {
        text.chars().all(|c| matches!(fold_of(c), Fold::Keep))
    }

    /// The text as published.
    pub fn plain(&self) -> &str {
        &self.plain
    }

    /// The text rules match on.
    pub fn folded(&self) -> &str {
        &self.folded
    }

    /// The published place of a folded byte range (both ends on character boundaries of the folded text).
    /// Dropped blanks at the edges are left out, dropped characters inside are included.
    pub fn to_plain(&self, start: usize, end: usize) -> Span {
        if start >= end {
            let at = self.plain_start(start);
            return Span::new(at, at);
        }
        Span::new(self.plain_start(start), self.plain_end(end))
    }

    /// The folded range that covers a plain span (used to look at the folded text of a block).
    pub fn to_folded(&self, span: Span) -> (usize, usize) {
        (self.folded_at(span.start), self.folded_at(span.end))
    }

    /// The published text of a span.
    pub fn slice(&self, span: Span) -> &str {
        self.plain.get(span.start..span.end).unwrap_or("")
    }

    /// Character offsets of a span, as the JSON contract wants them.
    pub fn char_offsets(&self, span: Span) -> (usize, usize) {
        let before = self
            .plain
            .get(..span.start)
            .map_or(0, |s| s.chars().count());
        (before, before + self.slice(span).chars().count())
    }

    fn step_at(&self, folded: usize) -> MapStep {
        let next = self.steps.partition_point(|s| s.folded <= folded);
        self.steps
            .get(next.saturating_sub(1))
            .copied()
            .unwrap_or(MapStep {
                folded: 0,
                plain: 0,
                rewritten: 0,
            })
    }

    fn plain_start(&self, folded: usize) -> usize {
        let step = self.step_at(folded);
        if step.rewritten > 0 {
            step.plain
        } else {
            (step.plain + folded - step.folded).min(self.plain.len())
        }
    }

    fn plain_end(&self, folded: usize) -> usize {
        let step = self.step_at(folded - 1);
        if step.rewritten > 0 {
            step.plain + step.rewritten
        } else {
            (step.plain + folded - step.folded).min(self.plain.len())
        }
    }

    fn folded_at(&self, plain: usize) -> usize {
        let next = self.steps.partition_point(|s| s.plain <= plain);
        let Some(step) = self.steps.get(next.saturating_sub(1)) else {
            return 0;
        };
        let limit = self.steps.get(next).map_or(self.folded.len(), |s| s.folded);
        (step.folded + (plain - step.plain)).min(limit)
    }
}

/// Number of characters that are no blanks (`char::is_whitespace`), hardly decoding any.
pub fn visible_chars(text: &str) -> usize {
    // Preparing the searches below costs more than reading a short text.
    const SHORT: usize = 64;
    if text.len() < SHORT {
        return text.chars().filter(|c| !c.is_whitespace()).count();
    }
    let bytes = text.as_bytes();
    let blank_at = |at: &usize| {
        let c = text.get(*at..).and_then(|rest| rest.chars().next());
        c.is_some_and(char::is_whitespace)
    };
    // The first bytes of all blanks there are: U+0085, U+00A0 · U+2000… · U+3000 · U+1680.
    let wide = memchr::memchr3_iter(0xc2, 0xe2, 0xe3, bytes).filter(blank_at);
    let ogham = memchr::memmem::find_iter(bytes, "\u{1680}");
    let usual = memchr::memchr3_iter(b' ', b'\n', b'\t', bytes);
    let unusual = memchr::memchr3_iter(b'\r', b'\x0b', b'\x0c', bytes);
    bytecount::num_chars(bytes) - (wide.count() + ogham.count() + usual.count() + unusual.count())
}

impl From<String> for Text {
    fn from(plain: String) -> Self {
        Self::new(plain)
    }
}

/// What folding does with one character.
enum Fold {
    Keep,
    Drop,
    Blank,
    Rewrite,
}

fn fold_of(c: char) -> Fold {
    match c {
        '\n' => Fold::Keep,
        ' '
        | '\t'
        | '\r'
        | '\u{a0}'
        | '\u{3000}'
        | '\u{2000}'..='\u{200a}'
        | '\u{202f}'
        | '\u{205f}' => Fold::Blank,
        '\u{ad}'
        | '\u{200b}'..='\u{200f}'
        | '\u{2060}'..='\u{2064}'
        | '\u{feff}'
        | '\u{202a}'..='\u{202e}' => Fold::Drop,
        '\u{0}'..='\u{7f}'
        | '\u{4e00}'..='\u{9fff}'
        | '\u{3001}'..='\u{301b}'
        | '“'
        | '”'
        | '‘'
        | '’'
        | '—'
        | '·' => Fold::Keep,
        // An ellipsis stays one character; ○ and ◯ stay apart from 〇; ① stays itself, so that quotes read as published.
        '…' | '\u{2460}'..='\u{24ff}' | '\u{25a0}'..='\u{25ff}' => Fold::Keep,
        _ => Fold::Rewrite,
    }
}

/// What NFKC makes of the full-width ASCII forms, which are a tenth of any Chinese text. The sign of ratio is typed for a colon.
fn narrow(c: char) -> Option<char> {
    if c == '\u{2236}' {
        return Some(':');
    }
    matches!(c, '\u{ff01}'..='\u{ff5e}')
        .then(|| char::from_u32(u32::from(c) - 0xfee0))
        .flatten()
}

/// Whether blanks beside this character are layout, not word separation. A full-width digit, letter or point is what it folds to: two numbers
/// of a table typed that wide are no less two numbers.
fn is_cjk(c: char) -> bool {
    if narrow(c).is_some_and(|n| n.is_ascii_alphanumeric() || n == '.') {
        return false;
    }
    matches!(c, '\u{4e00}'..='\u{9fff}' | '\u{3400}'..='\u{4dbf}' | '\u{3001}'..='\u{301f}' | '\u{ff00}'..='\u{ffef}'
        | '\u{20000}'..='\u{3ffff}' | '“' | '”' | '‘' | '’' | '—' | '…' | '\u{f900}'..='\u{faff}')
}

fn fold(plain: &str) -> (String, Vec<MapStep>) {
    let mut folded = String::with_capacity(plain.len());
    // Full-width marks, all of which begin with this byte, make most of the steps: each is one, and so is what follows it.
    let marks = bytecount::count(plain.as_bytes(), 0xef);
    let mut steps = Vec::with_capacity(2 * marks + 8);
    steps.push(MapStep {
        folded: 0,
        plain: 0,
        rewritten: 0,
    });
    let mut last: Option<char> = None; // the last kept character
    let mut blank_at: Option<usize> = None; // where a pending run of blanks starts
    let mut verbatim_from = 0; // plain offset the current verbatim run continues at
    let mut copied = 0; // up to here the verbatim run is in `folded`: most text is long runs, copied as one
    let mut next = 0;
    while let Some(c) = plain.get(next..).and_then(|rest| rest.chars().next()) {
        let at = next;
        if at == verbatim_from && blank_at.is_none() {
            let run = kept_run(&plain.as_bytes()[at..]);
            if run > 0 {
                next = at + run;
                verbatim_from = next;
                last = plain[..next].chars().next_back();
                continue;
            }
        }
        next = at + c.len_utf8();
        let fold = fold_of(c);
        if matches!(fold, Fold::Keep) && at == verbatim_from && blank_at.is_none() {
            last = Some(c);
            verbatim_from = next;
            continue;
        }
        if copied < verbatim_from && verbatim_from != usize::MAX {
            folded.push_str(&plain[copied..verbatim_from]);
            copied = verbatim_from;
        }
        match fold {
            Fold::Drop => continue,
            Fold::Blank => {
                blank_at.get_or_insert(at);
                continue;
            }
            Fold::Keep | Fold::Rewrite => {}
        }
        if let Some(blank) = blank_at.take() {
            let separates =
                c != '\n' && last.is_some_and(|l| l != '\n' && !is_cjk(l)) && !is_cjk(c);
            if separates {
                mark(&mut steps, &folded, blank, at - blank, &mut verbatim_from);
                folded.push(' ');
            }
        }
        last = Some(c);
        if let Some(narrow) = narrow(c) {
            mark(&mut steps, &folded, at, c.len_utf8(), &mut verbatim_from);
            folded.push(narrow);
            continue;
        }
        let same = matches!(fold, Fold::Keep) || {
            let mut n = c.nfkc();
            n.next() == Some(c) && n.next().is_none()
        };
        if same {
            mark(&mut steps, &folded, at, 0, &mut verbatim_from);
            copied = at; // a run begins
            verbatim_from = at + c.len_utf8();
            continue;
        }
        let before = folded.len();
        mark(&mut steps, &folded, at, c.len_utf8(), &mut verbatim_from);
        folded.extend(c.nfkc().filter(|n| !matches!(fold_of(*n), Fold::Drop)));
        if folded.len() == before {
            steps.pop();
            verbatim_from = usize::MAX;
        }
    }
    if verbatim_from != usize::MAX {
        folded.push_str(&plain[copied.min(verbatim_from)..verbatim_from]);
    }
    (folded, steps)
}

/// Bytes of the run of Han characters and printing ASCII at the start of a text: most of any text, told without decoding it.
fn kept_run(bytes: &[u8]) -> usize {
    let mut at = 0;
    loop {
        at += match bytes.get(at) {
            Some(b'\n' | b'!'..=b'~') => 1,
            Some(0xe5..=0xe9) => 3,
            Some(0xe4) if bytes.get(at + 1).is_some_and(|b| *b >= 0xb8) => 3, // from U+4E00 on
            _ => return at,
        };
    }
}

/// Starts a new map step unless the verbatim run simply goes on. `rewritten` > 0 marks a character whose folded form differs.
fn mark(
    steps: &mut Vec<MapStep>,
    folded: &str,
    at: usize,
    rewritten: usize,
    verbatim_from: &mut usize,
) {
    if rewritten > 0 {
        steps.push(MapStep {
            folded: folded.len(),
            plain: at,
            rewritten,
        });
        *verbatim_from = usize::MAX; // the next verbatim character must start its own step
    } else if at != *verbatim_from {
        steps.push(MapStep {
            folded: folded.len(),
            plain: at,
            rewritten: 0,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn quote<'a>(text: &'a Text, needle: &str) -> &'a str {
        let at = text
            .folded()
            .find(needle)
            .unwrap_or_else(|| panic!("{needle} not in {}", text.folded()));
        text.slice(text.to_plain(at, at + needle.len()))
    }

    #[test]
    fn full_width_blanks_and_zero_width_fold_and_map_back() {
        let text = Text::new("自收到　申请之日起 １５ 个工作\u{200b}日内：答复".to_owned());
        assert_eq!(text.folded(), "自收到申请之日起15个工作日内:答复");
        assert_eq!(quote(&text, "15个工作日"), "１５ 个工作\u{200b}日");
        assert_eq!(quote(&text, ":答"), "：答");
    }

    #[test]
    fn latin_words_and_digit_groups_stay_apart() {
        let text = Text::new("call  138 0013 8000 now\u{3000}张三".to_owned());
        assert_eq!(text.folded(), "call 138 0013 8000 now张三");
        assert_eq!(quote(&text, "call 138"), "call  138");
    }

    #[test]
    fn full_width_numbers_stay_apart() {
        let text = Text::new(
            "１．滕某　３５０４９９１９６２０８２９２２８６　３工　３６０元　１． ２".to_owned(),
        );
        assert_eq!(text.folded(), "1.滕某350499196208292286 3工360元1. 2");
        assert_eq!(quote(&text, "3工"), "３工");
    }

    #[test]
    fn lines_never_join() {
        assert_eq!(Text::new("和 \n 服务".to_owned()).folded(), "和\n服务");
    }

    proptest! {
        #[test]
        fn visible_characters_are_those_that_are_no_blanks(text in "[a \t\n\u{3000}\u{2003}\u{a0}\u{85}\u{1680}，、。“公é]{0,24}") {
            let slowly = text.chars().filter(|c| !c.is_whitespace()).count();
            prop_assert_eq!(visible_chars(&text), slowly);
        }
    }

    /// Folding one character at a time.
    fn folded_slowly(plain: &str) -> String {
        let mut out = String::new();
        let mut last: Option<char> = None;
        let mut has_blank = false;
        for c in plain.chars() {
            match fold_of(c) {
                Fold::Drop => continue,
                Fold::Blank => {
                    has_blank = true;
                    continue;
                }
                Fold::Keep | Fold::Rewrite => {}
            }
            let separates = has_blank && c != '\n' && !is_cjk(c);
            if separates && last.is_some_and(|l| l != '\n' && !is_cjk(l)) {
                out.push(' ');
            }
            (has_blank, last) = (false, Some(c));
            match fold_of(c) {
                Fold::Keep => out.push(c),
                _ => out.extend(c.nfkc().filter(|n| !matches!(fold_of(*n), Fold::Drop))),
            }
        }
        out
    }

    proptest! {
        #[test]
        fn runs_copied_as_one_are_what_single_characters_make(plain in "[a-z １２：（和服务é㐀㈠㎡\u{200b}\u{feff} \n\u{3000}0-9ﬁ①…\u{fdfa}]{0,60}") {
            let text = Text::new(plain.clone());
            prop_assert_eq!(text.folded(), folded_slowly(&plain));
            prop_assert!(!Text::is_folded(&plain) || text.folded() == plain);
        }

        #[test]
        fn every_folded_range_maps_inside_the_plain_text(plain in "[a-z １２３：（）和服务㈠㎡\u{200b}\u{feff} \n\u{3000}0-9ﬁ①…]{0,60}") {
            let text = Text::new(plain);
            let cuts: Vec<usize> = text.folded().char_indices().map(|(i, _)| i).chain([text.folded().len()]).collect();
            for (i, &start) in cuts.iter().enumerate() {
                for &end in &cuts[i..] {
                    let span = text.to_plain(start, end);
                    prop_assert!(span.start <= span.end && span.end <= text.plain().len());
                    prop_assert!(text.plain().is_char_boundary(span.start) && text.plain().is_char_boundary(span.end));
                    // Folding what was quoted gives what was matched, but for a rewritten character cut in two.
                    if text.folded()[start..end].chars().all(|c| !"():1234567890fi一m2 ".contains(c)) && !span.is_empty() {
                        prop_assert_eq!(Text::new(text.slice(span).to_owned()).folded().to_owned(), text.folded()[start..end].to_owned());
                    }
                }
            }
        }
    }
}
