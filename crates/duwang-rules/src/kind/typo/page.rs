//! What a page as a whole makes of its suspects: one alone on a long page is doubtful, where many stand more are to be expected.

use super::{Found, Typo, lowered, with_neighbours};
use crate::judge::{Form, Seen};
use duwang_model::{Certainty, Span};
use duwang_typo::{Suspect, Verdict};
use std::collections::HashMap;

/// What lists of misspellings found on the page, the first of it: each suspect is compared with each.
pub(super) struct Listed<'s>(&'s [(Span, Certainty)]);

impl<'s> Listed<'s> {
    pub(super) fn of(seen: &'s Seen<'_>) -> Self {
        let listed = seen.listed();
        Self(&listed[..listed.len().min(MOST)])
    }

    fn sure(&self) -> impl Iterator<Item = Span> {
        let sure = self.0.iter().filter(|(_, c)| *c >= Certainty::Likely);
        sure.map(|(span, _)| *span)
    }

    pub(super) fn has_sure(&self) -> bool {
        self.sure().next().is_some()
    }

    fn confirms(&self, span: Span) -> bool {
        self.0.iter().any(|(listed, _)| listed.overlaps(span))
    }

    /// The sure slips of a page: those of the lists and those of the model, what both found once.
    fn sure_with<'f>(&self, seen: &Seen<'_>, found: impl Iterator<Item = &'f Found>) -> usize {
        let of_lists: Vec<Span> = self.sure().collect();
        let is_new = |span: Span| !of_lists.iter().any(|listed| listed.overlaps(span));
        let of_model = found.filter(|one| one.is_sure());
        of_lists.len() + of_model.filter(|one| is_new(one.span(seen))).count()
    }
}

/// How full of slips a page is.
pub(super) struct Density {
    sure: usize,
    chars: usize,
}

impl Density {
    pub(super) fn of<'f>(
        seen: &Seen<'_>,
        listed: &Listed<'_>,
        found: impl IntoIterator<Item = &'f Found>,
    ) -> Self {
        Self {
            sure: listed.sure_with(seen, found.into_iter()),
            chars: seen.text(Form::Folded).chars().count(),
        }
    }

    fn has_fewer_than_one_in(&self, chars: usize) -> bool {
        self.chars > self.sure * chars
    }
}

impl Typo {
    /// What a page writes again and again is its manner.
    pub(super) fn ask_about_manners(&self, found: &mut [Found]) {
        let mut times: HashMap<String, usize> = HashMap::new();
        for pair in found.iter().flat_map(Found::pairs) {
            *times.entry(pair.to_owned()).or_default() += 1;
        }
        for one in found {
            let is_often = |pair: &str| times.get(pair).is_some_and(|n| *n >= self.often);
            let is_manner = one.pairs().into_iter().any(is_often);
            one.only_asks |= is_manner;
        }
    }

    /// A page with several sure slips has more: what is only doubted there is worth a question. One with thousands of suspects is no text.
    pub(super) fn is_careless(&self, density: &Density, suspects: usize) -> bool {
        const PER_CHARS: usize = 1000;
        suspects <= MOST
            && self.asks_from.is_some_and(|from| {
                density.sure >= from && !density.has_fewer_than_one_in(PER_CHARS)
            })
    }

    /// A short page with several plain suspects, none of them sure: together they are, and each is worth a question.
    pub(super) fn is_doubted(&self, density: &Density, found: &[Found]) -> bool {
        let doubted = found.iter().filter(|one| one.is_plainly_doubted());
        let expected: f32 = doubted.map(|one| one.suspect.probability).sum();
        self.asks_from.is_some()
            && expected >= EXPECTED
            && density.chars as f32 <= expected * PER_EXPECTED
    }

    /// What is left out, put in, set in another order or is a word as it stands is mostly a manner of writing, unless the page is short or has
    /// plain slips besides.
    pub(super) fn ask_about_all_but_plain(
        &self,
        found: &mut [Found],
        seen: &Seen<'_>,
        listed: &Listed<'_>,
    ) {
        for one in found.iter_mut().filter(|one| self.is_style(one)) {
            one.is_always_told |= one.is_sure();
            one.only_asks = true;
        }
        let is_doubtful = |one: &Found| one.is_mannered() && !listed.confirms(one.span(seen));
        let plain: Vec<&Found> = found.iter().filter(|one| !is_doubtful(one)).collect();
        let density = Density::of(seen, listed, plain.iter().copied());
        let is_long = self
            .plain_chars
            .is_some_and(|chars| density.chars > (density.sure + 1) * chars);
        if !is_long {
            return;
        }
        for one in found.iter_mut().filter(|one| is_doubtful(one)) {
            one.is_always_told = false;
            one.only_asks = true;
        }
    }

    /// A character that may as well be left out is called surplus (在执行…时).
    fn is_style(&self, one: &Found) -> bool {
        one.fix().is_empty() && !one.is_doubled() && self.asks_surplus.contains(one.text())
    }

    /// On a long page where little is wrong the model alone only asks; where it is not certain, on a shorter one already, and soon it says
    /// nothing: on published pages a slip is so rare that most of what is likely in a text with slips is none.
    pub(super) fn ask_about_lone(
        &self,
        found: &mut [Found],
        density: &Density,
        seen: &Seen<'_>,
        listed: &Listed<'_>,
    ) {
        let is_lone =
            |chars: Option<usize>| chars.is_some_and(|lone| density.has_fewer_than_one_in(lone));
        let (lone, lone_likely) = (is_lone(self.lone_chars), is_lone(self.lone_likely_chars));
        for one in found {
            let is_likely = one.certainty() == Some(Certainty::Likely);
            let is_doubtful = lone || lone_likely && is_likely;
            if is_doubtful && one.is_sure() && !listed.confirms(one.span(seen)) {
                one.only_asks = true;
                one.is_always_told = !(is_likely && self.is_silent(density));
            }
        }
    }

    /// Whether so little is wrong on a page that nothing is said of what is not certain.
    pub(super) fn is_silent(&self, density: &Density) -> bool {
        self.silent_chars
            .is_some_and(|chars| density.has_fewer_than_one_in(chars))
    }

    /// Adds what a closer look at a page full of slips found.
    pub(super) fn add_closer(found: &mut Vec<Found>, closer: Vec<Found>) {
        for one in closer {
            let is_told = |other: &Found| {
                !matches!(other.suspect.verdict, Verdict::Silent(_)) && other.meets(&one)
            };
            if found.iter().any(is_told) {
                continue;
            }
            found.retain(|other| !other.meets(&one));
            let at = found.partition_point(|other| other.start < one.start);
            found.insert(at, one);
        }
    }

    /// A heading leaves out words, but on a page full of slips a plain one in it is no abbreviation.
    pub(super) fn read_headings(found: &mut [Found]) {
        let is_believed =
            |one: &&mut Found| one.suspect.is_plain && one.suspect.probability >= RATHER_BELIEVED;
        for one in found.iter_mut().filter(is_believed) {
            one.is_heading &= one.suspect.verdict != Verdict::Ask;
        }
    }

    /// Whether a question is worth asking on a page with sure slips: a plain one always, one that puts a character for another or has one
    /// twice where there are several. What is hardly believed is not.
    pub(super) fn is_worth_asking(one: &Found, density: &Density) -> bool {
        let is_usual = one.is_replacement() || one.is_doubled();
        one.suspect.probability >= HALF_BELIEVED
            && (one.suspect.is_plain || density.sure >= SEVERAL && is_usual)
    }
}

/// Finds of a page that are compared with each other.
const MOST: usize = 1000;

/// A page of which so many slips are to be expected, one in so many characters, has some: found on the open part of the labelled corpus and on real pages.
const EXPECTED: f32 = 0.9;
const PER_EXPECTED: f32 = 500.0;
/// The least probability of a suspect that counts there.
const RATHER_BELIEVED: f32 = 0.7;

/// The least probability of a question on a page full of slips: below it two in three are none (documents nobody had mended by).
const HALF_BELIEVED: f32 = 0.5;
/// The probability of what is beyond doubt, and bits that it brings.
const UNDOUBTED: f32 = 0.98;
const STRIKING_GAIN: f32 = 25.0;

/// So many sure slips are no accident.
const SEVERAL: usize = 2;

impl Found {
    /// A suspect of a line that begins at `from`.
    pub(super) fn of(line: &str, from: usize, is_heading: bool, suspect: Suspect) -> Self {
        let last = line[..suspect.start].chars().next_back();
        Self {
            start: from + suspect.start,
            end: from + suspect.end,
            before: last.map_or(0, char::len_utf8),
            written: with_neighbours(line, suspect.start, suspect.end),
            is_heading,
            only_asks: is_said_again_in_label(line, &suspect),
            is_always_told: false,
            suspect,
        }
    }

    /// Whether it is one of those that say of a page that it has slips where several are: a plain one that is rather believed.
    pub(super) fn is_plainly_doubted(&self) -> bool {
        self.suspect.is_plain
            && !self.only_asks
            && self.suspect.probability >= RATHER_BELIEVED
            && self.certainty() == Some(Certainty::Ask)
    }

    pub(super) fn certainty(&self) -> Option<Certainty> {
        let certainty = lowered(self.suspect.verdict, self.is_heading)?;
        Some(match self.only_asks {
            true => Certainty::Ask,
            false => certainty,
        })
    }

    /// What is suspected.
    fn text(&self) -> &str {
        &self.written[self.before..self.before + (self.end - self.start)]
    }

    /// What is suspected with the character before it, and with the one behind.
    fn pairs(&self) -> [&str; 2] {
        let end = self.before + (self.end - self.start);
        [&self.written[..end], &self.written[self.before..]]
    }

    fn fix(&self) -> &str {
        self.suspect.fixes.first().map_or("", |fix| &fix.text)
    }

    /// Whether it is one character for another.
    fn is_replacement(&self) -> bool {
        self.text().chars().count() == 1 && self.fix().chars().count() == 1
    }

    /// Whether it may well be a manner of writing: no plain slip, no character for another and no word said again of which the model is certain, and
    /// nothing that it has no doubt about and that makes the text so much more usual (练习方式 → 联系方式).
    fn is_mannered(&self) -> bool {
        let is_certain = self.certainty() == Some(Certainty::Certain);
        let gain = self.suspect.fixes.first().map_or(0.0, |fix| fix.gain);
        let is_undoubted = self.suspect.probability >= UNDOUBTED && gain >= STRIKING_GAIN;
        let is_said_again = self.fix().is_empty() && self.text().chars().count() > 1;
        let is_none = is_certain && (self.is_replacement() || is_said_again);
        !(self.suspect.is_plain || is_none || is_undoubted)
    }

    /// Whether what is surplus stands beside its like.
    fn is_doubled(&self) -> bool {
        self.fix().is_empty() && self.written.matches(self.text()).count() > 1
    }

    fn is_sure(&self) -> bool {
        self.certainty().is_some_and(|c| c >= Certainty::Likely)
    }

    fn meets(&self, other: &Self) -> bool {
        self.start < other.end && other.start < self.end
    }

    pub(super) fn span(&self, seen: &Seen<'_>) -> Span {
        seen.span(Form::Folded, self.start, self.end)
    }
}

/// Whether what is said twice ends a heading and begins its first label: `线下登记登记时间：3月1日`.
fn is_said_again_in_label(line: &str, suspect: &Suspect) -> bool {
    const LONGEST: usize = 8;
    let is_surplus = suspect.fixes.first().is_some_and(|fix| fix.text.is_empty());
    let mut behind = line[suspect.end..].chars().take(LONGEST);
    let mark = behind.find(|c| !c.is_alphanumeric());
    is_surplus && mark == Some(':')
}

#[cfg(test)]
mod tests {
    use super::*;
    use duwang_typo::Fix;

    fn found(line: &str, suspected: &str, fix: &str, is_plain: bool, verdict: Verdict) -> Found {
        let start = line.find(suspected).unwrap_or_default();
        let suspect = Suspect {
            start,
            end: start + suspected.len(),
            fixes: vec![Fix {
                text: fix.to_owned(),
                gain: 12.0,
            }],
            probability: 0.5,
            strangeness: 6.0,
            is_plain,
            verdict,
        };
        Found::of(line, 0, false, suspect)
    }

    #[test]
    fn a_page_with_one_sure_slip_is_asked_about_plain_ones_only() {
        let plain = found("谨防诈编", "编", "骗", true, Verdict::Ask);
        let word = found("近日下雨", "近", "今", false, Verdict::Ask);
        let surplus = found("立了案", "了", "", false, Verdict::Ask);
        let doubled = found("居居民", "居", "", false, Verdict::Ask);
        let asks = |one: &Found, sure| {
            let density = Density { sure, chars: 200 };
            Typo::is_worth_asking(one, &density)
        };
        assert!(asks(&plain, 1));
        assert!(!asks(&word, 1) && asks(&word, 2));
        assert!(!asks(&surplus, 5));
        assert!(!asks(&doubled, 1) && asks(&doubled, 2));
    }

    #[test]
    fn a_closer_look_takes_nothing_back() {
        let told = found("谨防诈编", "编", "骗", true, Verdict::Likely);
        let mut all = vec![told];
        let again = found("谨防诈编", "编", "骗", true, Verdict::Ask);
        let earlier = found("谨防诈编", "防", "访", true, Verdict::Ask);
        Typo::add_closer(&mut all, vec![again, earlier]);
        let verdicts: Vec<Verdict> = all.iter().map(|one| one.suspect.verdict).collect();
        assert_eq!(verdicts, [Verdict::Ask, Verdict::Likely]);
    }
}
