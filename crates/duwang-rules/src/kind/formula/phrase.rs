//! A long set phrase, found by its beginning and its end.

use super::Difference;
use super::difference::{distance, marked};

#[derive(Debug)]
pub(crate) struct Phrase {
    whole: String,
    chars: Vec<char>,
    head: String,
    tail: String,
}

/// Where a phrase ends for sure, unless it holds such a mark itself: 不忘初心、牢记使命.
const STOPS: &str = "。；;，,、：:（）()《》“”\"";

/// Most characters that may be too many, too few or wrong.
const MOST_EDITS: usize = 2;

impl Phrase {
    pub(super) fn new(whole: &str) -> Self {
        let chars: Vec<char> = whole.chars().collect();
        let head = chars.len().div_ceil(3).min(chars.len());
        let tail = chars.len().saturating_sub(3.min(chars.len() / 4).max(2));
        Self {
            whole: whole.to_owned(),
            head: chars[..head].iter().collect(),
            tail: chars[tail..].iter().collect(),
            chars,
        }
    }

    pub(super) fn len(&self) -> usize {
        self.chars.len()
    }

    /// The characters it begins with.
    pub(super) fn head(&self) -> &str {
        &self.head
    }

    /// `anchors`: where the beginning stands on the line.
    pub(super) fn differences(&self, line: &str, anchors: &[(usize, usize)]) -> Vec<Difference> {
        anchors
            .iter()
            .filter_map(|&(start, end)| self.difference(line, start, end))
            .collect()
    }

    fn difference(&self, line: &str, start: usize, head_end: usize) -> Option<Difference> {
        if line[start..].starts_with(&self.whole) {
            return None;
        }
        let reach: String = line[head_end..]
            .chars()
            .take_while(|c| !STOPS.contains(*c) || self.chars.contains(c))
            .take(self.chars.len() + MOST_EDITS)
            .collect();
        // The nearest of the ends: what reads best is what was meant.
        let ends = reach
            .match_indices(self.tail.as_str())
            .map(|(at, tail)| head_end + at + tail.len());
        let (end, written) = ends
            .map(|end| (end, line[start..end].chars().collect::<Vec<char>>()))
            .min_by_key(|(_, written)| distance(written, &self.chars))?;
        let edits = distance(&written, &self.chars);
        (1..=MOST_EDITS).contains(&edits).then(|| Difference {
            start,
            end,
            what: format!("应为“{}”", self.whole),
            shown: marked(&written, &self.chars),
            right: self.whole.clone(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Phrase;

    #[test]
    fn a_slip_in_the_middle_is_shown() {
        let phrase = Phrase::new("巩固拓展脱贫攻坚成果同乡村振兴有效衔接");
        let shown = |line: &str| {
            let at = line.find(phrase.head()).unwrap_or(0);
            let anchors = [(at, at + phrase.head().len())];
            let differences = phrase.differences(line, &anchors);
            differences.into_iter().map(|d| d.shown).collect::<Vec<_>>()
        };
        assert!(shown("推进巩固拓展脱贫攻坚成果同乡村振兴有效衔接工作").is_empty());
        assert_eq!(
            shown("推进巩固拓展脱贫攻坚成果与乡村振兴有效衔接工作"),
            ["巩固拓展脱贫攻坚成果〔与→同〕乡村振兴有效衔接"]
        );
        assert_eq!(
            shown("推进巩固拓展脱贫攻坚成果同乡村振兴衔接工作有效衔接"),
            [] as [&str; 0]
        );
    }

    #[test]
    fn a_phrase_with_a_mark_of_its_own_is_compared_beyond_it() {
        let phrase = Phrase::new("以国内大循环为主体、国内国际双循环相互促进");
        let at = phrase.head().len();
        let line = "以国内大循环为主题、国内国际双循环相互促进的格局";
        let found = phrase.differences(line, &[(0, at)]);
        assert_eq!(found.len(), 1);
        assert!(
            phrase
                .differences("以国内大循环为主体，我们", &[(0, at)])
                .is_empty()
        );
    }
}
