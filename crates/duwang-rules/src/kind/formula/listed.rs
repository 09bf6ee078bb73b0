//! A list of fixed items in a fixed order.

use super::Difference;
use super::difference::is_like;
use crate::han::is_ideograph;

#[derive(Debug)]
pub(crate) struct Listed {
    items: Vec<String>,
    /// Names of the formulation: where one stands in the sentence, a short list is a list with something missing.
    lead: Vec<String>,
}

/// One piece of a list as it stands in a text.
#[derive(Debug, Clone, Copy)]
struct Piece {
    start: usize,
    end: usize,
    /// Which item; `None`: something else between two items.
    item: Option<usize>,
}

/// Characters that may stand between two items.
const BETWEEN: &[char] = &['、', ',', '，', ' ', '和', '与', '及', '的'];
/// Characters between items that are no word of their own.
const MARKS: &[char] = &['、', ',', '，', ' '];

impl Listed {
    pub(super) fn new(items: Vec<String>, lead: Vec<String>) -> Self {
        Self { items, lead }
    }

    pub(super) fn len(&self) -> usize {
        self.items.len()
    }

    /// Any of the items, the longest first.
    pub(super) fn expression(&self) -> String {
        let mut items: Vec<&String> = self.items.iter().collect();
        items.sort_by_key(|i| std::cmp::Reverse(i.len()));
        let escaped: Vec<String> = items.into_iter().map(|i| regex::escape(i)).collect();
        format!("(?:{})", escaped.join("|"))
    }

    /// `anchors`: where items stand on the line.
    pub(super) fn differences(&self, line: &str, anchors: &[(usize, usize)]) -> Vec<Difference> {
        self.runs(line, anchors)
            .into_iter()
            .filter_map(|run| self.difference(line, &run))
            .collect()
    }

    /// Items with nothing between them but marks, or one strange piece between two marks.
    fn runs(&self, line: &str, anchors: &[(usize, usize)]) -> Vec<Vec<Piece>> {
        let mut runs: Vec<Vec<Piece>> = Vec::new();
        for &(start, end) in anchors {
            let item = self.items.iter().position(|i| *i == line[start..end]);
            let piece = Piece { start, end, item };
            let Some(run) = runs.last_mut() else {
                runs.push(vec![piece]);
                continue;
            };
            let from = run.last().map_or(0, |p| p.end);
            let gap = line.get(from..start).unwrap_or_default();
            if gap.chars().all(|c| BETWEEN.contains(&c)) && gap.chars().count() <= 2 {
                run.push(piece);
            } else if let Some((a, b)) = strange(gap, self.longest()) {
                run.push(Piece {
                    start: from + a,
                    end: from + b,
                    item: None,
                });
                run.push(piece);
            } else {
                runs.push(vec![piece]);
            }
        }
        for run in &mut runs {
            self.reach_out(line, run);
        }
        runs
    }

    fn longest(&self) -> usize {
        let longest = self.items.iter().map(|i| i.chars().count()).max();
        longest.unwrap_or(0) + 1
    }

    /// A last item that is misspelt stands right behind a run, after a mark.
    fn reach_out(&self, line: &str, run: &mut Vec<Piece>) {
        let Some(last) = run.last().copied() else {
            return;
        };
        let rest = &line[last.end..];
        let Some(mark) = rest.chars().next().filter(|c| MARKS.contains(c)) else {
            return;
        };
        let from = last.end + mark.len_utf8();
        let Some(wanted) = self.items.last() else {
            return;
        };
        let len = wanted.chars().count();
        let word: String = line[from..].chars().take(len).collect();
        if word.chars().count() == len && !self.items.contains(&word) && is_like(&word, wanted) {
            run.push(Piece {
                start: from,
                end: from + word.len(),
                item: None,
            });
        }
    }

    fn difference(&self, line: &str, run: &[Piece]) -> Option<Difference> {
        let known: Vec<usize> = run.iter().filter_map(|p| p.item).collect();
        let strange = run.len() - known.len();
        let mut sorted = known.clone();
        sorted.sort_unstable();
        sorted.dedup();
        let twice = sorted.len() < known.len();
        let in_order = known.windows(2).all(|w| w[0] < w[1]);
        let all = self.items.len();
        let what = if strange == 1 && !twice && in_order && known.len() + 1 == all {
            self.altered(line, run)?
        } else if strange > 0 || twice {
            return None;
        } else if known.len() == all {
            if in_order {
                return None;
            }
            format!("次序有误，应为“{}”", self.items.join("、"))
        } else if in_order && self.is_missing_some(line, run, &known) {
            let missing: Vec<String> = (0..all)
                .filter(|n| !known.contains(n))
                .map(|n| format!("“{}”", self.items[n]))
                .collect();
            format!("缺{}", missing.join("、"))
        } else {
            return None;
        };
        let (start, end) = (run.first()?.start, run.last()?.end);
        Some(Difference {
            start,
            end,
            what,
            shown: self.shown(line, run),
            right: self.right(line, run),
        })
    }

    /// `“法制”应为“法治”`, when the strange piece stands where an item is missing and looks like it.
    fn altered(&self, line: &str, run: &[Piece]) -> Option<String> {
        let at = run.iter().position(|p| p.item.is_none())?;
        let written = &line[run[at].start..run[at].end];
        let wanted = self.items.get(at)?;
        let others_fit = run
            .iter()
            .enumerate()
            .all(|(n, p)| p.item.is_none_or(|item| item == n));
        (others_fit && is_like(written, wanted)).then(|| format!("“{written}”应为“{wanted}”"))
    }

    /// A list that begins and ends as it should and lacks one item (two of a long one) is no other list; a list that stops before its
    /// end is one only where the formulation is named.
    fn is_missing_some(&self, line: &str, run: &[Piece], known: &[usize]) -> bool {
        let all = self.items.len();
        let missing = all - known.len();
        let most = if all >= 8 { 2 } else { 1 };
        let (Some(first), Some(last)) = (run.first(), run.last()) else {
            return false;
        };
        if missing > most || known.len() < 3 {
            return false;
        }
        let both_ends = first.item == Some(0) && last.item == Some(all - 1);
        let goes_on = line[last.end..].starts_with(MARKS) || line[..first.start].ends_with('、');
        (both_ends && all >= 5) || (!goes_on && self.is_named(line, first.start, last.end))
    }

    /// Whether the formulation's name stands in the same sentence.
    fn is_named(&self, line: &str, start: usize, end: usize) -> bool {
        let here = crate::judge::Line::around(line, start, end);
        let sentence = here.sentence();
        self.lead
            .iter()
            .any(|lead| sentence.contains(lead.as_str()))
    }

    /// The list as written, with what is missing or strange marked.
    fn shown(&self, line: &str, run: &[Piece]) -> String {
        let complete = run.len() == self.items.len();
        let mut pieces = Vec::new();
        let mut next = 0;
        for (n, piece) in run.iter().enumerate() {
            let word = &line[piece.start..piece.end];
            match piece.item {
                Some(item) if !complete => {
                    pieces.extend((next..item).map(|lost| format!("〔缺：{}〕", self.items[lost])));
                    next = item + 1;
                    pieces.push(word.to_owned());
                }
                Some(item) if item == n => pieces.push(word.to_owned()),
                _ => {
                    let right = self.items.get(n).map_or("", String::as_str);
                    pieces.push(format!("〔{word}→{right}〕"));
                }
            }
        }
        if !complete {
            let lost = next..self.items.len();
            pieces.extend(lost.map(|lost| format!("〔缺：{}〕", self.items[lost])));
        }
        pieces.join("、")
    }

    /// The canonical list with the marks of the text.
    fn right(&self, line: &str, run: &[Piece]) -> String {
        let first_gap = run
            .windows(2)
            .find_map(|w| line.get(w[0].end..w[1].start))
            .unwrap_or("、");
        let mark = match first_gap {
            "" => "",
            _ => "、",
        };
        self.items.join(mark)
    }
}

/// One word between two marks: its byte range in the gap.
fn strange(gap: &str, longest: usize) -> Option<(usize, usize)> {
    let inner = gap.strip_prefix(MARKS)?.strip_suffix(MARKS)?;
    let start = gap.chars().next()?.len_utf8();
    let is_word =
        !inner.is_empty() && inner.chars().count() <= longest && inner.chars().all(is_ideograph);
    is_word.then_some((start, start + inner.len()))
}

#[cfg(test)]
mod tests {
    use super::Listed;

    fn found(line: &str) -> Vec<(String, String)> {
        let items = [
            "富强", "民主", "文明", "和谐", "自由", "平等", "公正", "法治", "爱国", "敬业", "诚信",
            "友善",
        ];
        let listed = Listed::new(
            items.map(str::to_owned).to_vec(),
            vec!["社会主义核心价值观".to_owned()],
        );
        let anchors: Vec<(usize, usize)> = regex::Regex::new(&listed.expression())
            .unwrap_or_else(|e| panic!("{e}"))
            .find_iter(line)
            .map(|m| (m.start(), m.end()))
            .collect();
        let differences = listed.differences(line, &anchors);
        differences.into_iter().map(|d| (d.what, d.shown)).collect()
    }

    #[test]
    fn missing_swapped_and_altered_items_are_told() {
        let whole = "富强、民主、文明、和谐、自由、平等、公正、法治、爱国、敬业、诚信、友善";
        assert!(found(whole).is_empty());
        let lacking = found(&whole.replace("平等、", ""));
        assert_eq!(lacking[0].0, "缺“平等”");
        assert!(
            lacking[0].1.contains("自由、〔缺：平等〕、公正"),
            "{}",
            lacking[0].1
        );
        let altered = found(&whole.replace("法治", "法制"));
        assert_eq!(altered[0].0, "“法制”应为“法治”");
        let at_end = found(&whole.replace("友善", "友爱"));
        assert_eq!(at_end[0].0, "“友爱”应为“友善”");
        let swapped = found(&whole.replace("公正、法治", "法治、公正"));
        assert!(swapped[0].0.starts_with("次序有误"), "{}", swapped[0].0);
    }

    #[test]
    fn other_lists_are_left_alone() {
        for line in [
            "富强、民主、文明、和谐",
            "建设富强民主文明和谐美丽的社会主义现代化强国",
            "营造公正、法治、文明的环境",
            "爱国、敬业、诚信、友善的公民",
            "自由、平等、公正、法治是社会层面的价值取向",
        ] {
            assert!(found(line).is_empty(), "{line}");
        }
    }
}
