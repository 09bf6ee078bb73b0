//! Expressions that must all stand in one sentence, in whatever order: `{ all = ['不公开', '投诉|举报', '上级|主管部门'] }`. People
//! say the same in any order; one expression for each of the orders would be as many as there are, and the next page has another.

use super::lazy::LazyRegex;
use crate::judge::Line;
use std::ops::Range;

/// Places of one part looked at in a piece; what is said more often is a list and no statement.
const MOST_PLACES: usize = 12;
/// Bytes of a piece looked at: a longer one is no sentence, and to look at it again for each find would take time in the square.
const LONGEST: usize = 10_000;

/// One expression and the groups that mark its faulty part; the first that took part counts.
#[derive(Debug, Clone)]
pub(crate) struct Single {
    pub(crate) regex: LazyRegex,
    pub(crate) fault: Vec<usize>,
}

/// Where an expression matches: all of it, and the part that is at fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Match {
    pub(crate) whole: (usize, usize),
    pub(crate) fault: (usize, usize),
}

impl Single {
    pub(crate) fn find(&self, text: &str, from: usize) -> Option<Match> {
        let range = |found: Range<usize>| (found.start, found.end);
        if self.fault.is_empty() {
            let whole = range(self.regex.find_at(text, from)?);
            return Some(Match {
                whole,
                fault: whole,
            });
        }
        let groups = self.regex.captures_at(text, from)?;
        let whole = range(groups.get(0)?);
        let fault = self.fault.iter().find_map(|&group| groups.get(group));
        Some(Match {
            whole,
            fault: fault.filter(|f| !f.is_empty()).map_or(whole, range),
        })
    }
}

/// How far apart the parts may stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Within {
    Clause,
    Sentence,
    Line,
}

impl Within {
    /// The words of rule files.
    pub(crate) const WORDS: &'static [&'static str] = &["clause", "sentence", "line"];

    pub(crate) fn of(word: &str) -> Option<Self> {
        match word {
            "clause" => Some(Self::Clause),
            "sentence" => Some(Self::Sentence),
            "line" => Some(Self::Line),
            _ => None,
        }
    }

    /// The first piece of a line that ends behind a place.
    fn piece(self, line: &str, from: usize) -> Option<(usize, usize)> {
        if from >= line.len() {
            return None;
        }
        let mut at = from;
        while !line.is_char_boundary(at) {
            at -= 1;
        }
        let here = Line::new(line, at, at + line[at..].chars().next()?.len_utf8());
        let piece = match self {
            Self::Clause => here.clause(),
            Self::Sentence => here.sentence(),
            Self::Line => line,
        };
        let start = piece.as_ptr() as usize - line.as_ptr() as usize;
        Some((start, start + piece.len()))
    }
}

/// All the parts in one piece of a line.
#[derive(Debug, Clone)]
pub(crate) struct Together {
    pub(crate) parts: Vec<Single>,
    /// Which of them is what is at fault; `None`: all, from the first to the last.
    pub(crate) at_fault: Option<usize>,
    pub(crate) within: Within,
    /// Most characters from the first to the last.
    pub(crate) most: usize,
    /// What must not stand in the same piece.
    pub(crate) without: Vec<Single>,
    /// What must not stand between two of them.
    pub(crate) not_between: Vec<Single>,
}

/// A part standing in a piece.
type Place = (usize, usize, usize);

impl Together {
    pub(crate) fn find(&self, line: &str, from: usize) -> Option<Match> {
        let mut at = from;
        while let Some((start, end)) = self.within.piece(line, at) {
            let piece = &line[start..end];
            let is_short = piece.len() <= LONGEST;
            if is_short && let Some(found) = self.in_piece(piece, from.saturating_sub(start)) {
                let moved = |(a, b): (usize, usize)| (start + a, start + b);
                return Some(Match {
                    whole: moved(found.whole),
                    fault: moved(found.fault),
                });
            }
            at = end.max(at + 1);
        }
        None
    }

    /// The shortest stretch of a piece that holds all parts, each beside the others.
    fn in_piece(&self, piece: &str, from: usize) -> Option<Match> {
        let says = |of: &[Single], text: &str| of.iter().any(|one| one.regex.is_match(text));
        let mut places: Vec<Place> = Vec::new();
        for (part, single) in self.parts.iter().enumerate() {
            let before = places.len();
            let mut at = from;
            while places.len() < before + MOST_PLACES
                && let Some(found) = single.find(piece, at)
            {
                places.push((found.fault.0, found.fault.1, part));
                at = found.whole.1;
            }
            if places.len() == before {
                return None;
            }
        }
        if says(&self.without, piece) {
            return None;
        }
        places.sort_unstable();
        let parted = |stretch: &Stretch| {
            let gaps = stretch.windows(2).map(|two| (two[0].1, two[1].0));
            gaps.into_iter()
                .any(|(from, to)| says(&self.not_between, &piece[from..to]))
        };
        let length = |stretch: &Stretch| whole(stretch).1 - whole(stretch).0;
        let stretch = (0..places.len())
            .filter_map(|first| self.stretch(&places[first..]))
            .filter(|stretch| !parted(stretch))
            .min_by_key(length)?;
        let range = whole(&stretch);
        let fault = stretch.iter().find(|place| Some(place.2) == self.at_fault);
        let is_near = piece[range.0..range.1].chars().nth(self.most).is_none();
        is_near.then_some(Match {
            whole: range,
            fault: fault.map_or(range, |place| (place.0, place.1)),
        })
    }

    /// From the first of these places on, until each part was met, none overlapping the one before.
    fn stretch(&self, places: &[Place]) -> Option<Stretch> {
        let mut stretch: Stretch = Vec::new();
        for &place in places {
            let is_met = stretch.iter().any(|met| met.2 == place.2);
            let is_beside = stretch.last().is_none_or(|last| last.1 <= place.0);
            if is_met || !is_beside {
                continue;
            }
            stretch.push(place);
            if stretch.len() == self.parts.len() {
                return Some(stretch);
            }
        }
        None
    }
}

/// Each part once, in text order.
type Stretch = Vec<Place>;

fn whole(stretch: &[Place]) -> (usize, usize) {
    let first = stretch.first().map_or(0, |place| place.0);
    (first, stretch.last().map_or(first, |place| place.1))
}

#[cfg(test)]
mod tests {
    use super::{LazyRegex, Single, Together, Within};

    fn single(source: &str) -> Single {
        Single {
            regex: LazyRegex::of(source),
            fault: Vec::new(),
        }
    }

    fn together(parts: &[&str], within: Within, most: usize) -> Together {
        Together {
            parts: parts.iter().map(|p| single(p)).collect(),
            at_fault: None,
            within,
            most,
            without: vec![single("复议")],
            not_between: vec![single("法院")],
        }
    }

    fn found<'t>(what: &Together, text: &'t str) -> Option<&'t str> {
        what.find(text, 0).map(|m| &text[m.fault.0..m.fault.1])
    }

    #[test]
    fn parts_stand_in_any_order() {
        let what = together(&["不公开", "找|告", "上级"], Within::Sentence, 30);
        for text in [
            "镇里不公开的,找上级",
            "找上级去,若是镇里不公开",
            "上级那里可以告,凡不公开者",
        ] {
            assert!(found(&what, text).is_some(), "{text}");
        }
        for text in [
            "镇里不公开的。找上级",
            "不公开的找镇长",
            "不公开的找上级复议",
        ] {
            assert_eq!(found(&what, text), None, "{text}");
        }
    }

    #[test]
    fn the_shortest_stretch_is_told_and_may_not_be_long() {
        let what = together(&["甲", "乙"], Within::Clause, 4);
        assert_eq!(found(&what, "甲一二三四甲一乙"), Some("甲一乙"));
        assert_eq!(found(&what, "甲一二三四乙"), None);
        assert_eq!(found(&what, "甲一,乙甲"), Some("乙甲"));
        assert_eq!(found(&what, "甲,乙"), None);
        let line = together(&["甲", "乙"], Within::Line, 9);
        assert_eq!(found(&line, "甲。乙"), Some("甲。乙"));
    }

    #[test]
    fn one_part_may_be_the_fault_and_no_character_is_two_parts() {
        let mut what = together(&["投诉", "监察局"], Within::Sentence, 40);
        what.at_fault = Some(1);
        assert_eq!(found(&what, "向县监察局投诉。"), Some("监察局"));
        let same = together(&["不公开", "公开办"], Within::Sentence, 40);
        assert_eq!(found(&same, "不公开办"), None);
        assert_eq!(found(&same, "不公开的找公开办"), Some("不公开的找公开办"));
    }

    #[test]
    fn what_is_too_long_is_no_sentence() {
        let what = together(&["甲", "乙"], Within::Sentence, 40);
        let long = "甲乙".repeat(super::LONGEST);
        assert_eq!(found(&what, &long), None);
        assert_eq!(found(&what, &format!("{long}。甲乙")), Some("甲乙"));
    }

    #[test]
    fn further_places_are_found_behind_the_first() {
        let what = together(&["甲", "乙"], Within::Sentence, 40);
        let text = "甲乙;乙甲;丙";
        let first = what.find(text, 0).map(|m| m.fault);
        let second = first.and_then(|(_, end)| what.find(text, end));
        assert_eq!(second.map(|m| &text[m.fault.0..m.fault.1]), Some("乙甲"));
        let third = second.and_then(|m| what.find(text, m.fault.1));
        assert_eq!(third, None);
    }
}
