//! Measuring: how many mistakes are found, how many alarms are false.

use crate::checker::Checker;
use crate::suspect::Verdict;
use std::collections::BTreeMap;

/// A line as it was written, and as it should be; both the same when it is right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// As written.
    pub written: String,
    /// As it should be.
    pub right: String,
}

/// Counts for one set of lines, at one degree of certainty and above.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Tally {
    /// Lines with a mistake.
    pub wrong_lines: usize,
    /// Lines without.
    pub clean_lines: usize,
    /// Characters of the lines without.
    pub clean_chars: usize,
    /// Mistakes.
    pub mistakes: usize,
    /// Places reported.
    pub reported: usize,
    /// Places reported where a mistake is.
    pub found: usize,
    /// Of these, with the right correction first.
    pub mended: usize,
    /// With it among the suggestions.
    pub offered: usize,
    /// Lines with a mistake of which one was found.
    pub found_lines: usize,
    /// Lines with mistakes that the corrections make wholly right.
    pub mended_lines: usize,
    /// Lines without a mistake where something was reported.
    pub alarmed_lines: usize,
    /// Places reported in lines without a mistake.
    pub alarms: usize,
}

impl Tally {
    /// Of the places reported, the part where a mistake is.
    pub fn precision(&self) -> f64 {
        self.found as f64 / self.reported.max(1) as f64
    }

    /// Of the mistakes, the part that was reported.
    pub fn recall(&self) -> f64 {
        self.found as f64 / self.mistakes.max(1) as f64
    }

    /// Of the places reported, the part whose first correction is right.
    pub fn mending_precision(&self) -> f64 {
        self.mended as f64 / self.reported.max(1) as f64
    }

    /// Of the mistakes, the part whose first correction is right.
    pub fn mending_recall(&self) -> f64 {
        self.mended as f64 / self.mistakes.max(1) as f64
    }

    /// Lines reported that have a mistake, of all lines reported.
    pub fn line_precision(&self) -> f64 {
        self.found_lines as f64 / (self.found_lines + self.alarmed_lines).max(1) as f64
    }

    /// Lines with a mistake that were reported, of all of them.
    pub fn line_recall(&self) -> f64 {
        self.found_lines as f64 / self.wrong_lines.max(1) as f64
    }

    /// False alarms for each 10,000 characters without a mistake.
    pub fn alarms_per_10_000(&self) -> f64 {
        self.alarms as f64 * 10_000.0 / self.clean_chars.max(1) as f64
    }
}

/// The degrees that are counted, each with those above it.
pub const DEGREES: [Verdict; 3] = [Verdict::Certain, Verdict::Likely, Verdict::Ask];

/// Checks every case; a tally for each of [`DEGREES`]. `each` is told of every line and what was reported at the last degree.
pub fn score(
    checker: &Checker,
    cases: &[Case],
    each: &mut dyn FnMut(&Case, &[crate::Suspect]),
) -> [Tally; 3] {
    let mut tallies = [Tally::default(); 3];
    for case in cases {
        let suspects = checker.check(&case.written, &[]);
        let mistakes = differences(&case.written, &case.right);
        for (degree, tally) in tallies.iter_mut().enumerate() {
            let reported: Vec<&crate::Suspect> = suspects
                .iter()
                .filter(|s| rank(s.verdict) <= degree)
                .collect();
            tally.add(case, &mistakes, &reported);
        }
        each(case, &suspects);
    }
    tallies
}

fn rank(verdict: Verdict) -> usize {
    match verdict {
        Verdict::Certain => 0,
        Verdict::Likely => 1,
        Verdict::Ask => 2,
        Verdict::Silent(_) => 3,
    }
}

impl Tally {
    fn add(&mut self, case: &Case, mistakes: &[Difference], reported: &[&crate::Suspect]) {
        if mistakes.is_empty() {
            self.clean_lines += 1;
            self.clean_chars += case.written.chars().count();
            self.alarmed_lines += usize::from(!reported.is_empty());
            self.alarms += reported.len();
            self.reported += reported.len();
            return;
        }
        self.wrong_lines += 1;
        self.mistakes += mistakes.len();
        self.reported += reported.len();
        let mut any = false;
        for mistake in mistakes {
            let Some(suspect) = reported.iter().find(|s| mistake.touches(s.start, s.end)) else {
                continue;
            };
            any = true;
            self.found += 1;
            let mended = |fix: &crate::Fix| mends(case, mistake, suspect, &fix.text);
            self.mended += usize::from(suspect.fixes.first().is_some_and(mended));
            self.offered += usize::from(suspect.fixes.iter().any(mended));
        }
        self.found_lines += usize::from(any);
        self.mended_lines += usize::from(all_mended(case, reported));
    }
}

/// Whether a suspect's fix makes its mistake right: the line with it lies nearer to what it should be by the whole mistake.
fn mends(case: &Case, mistake: &Difference, suspect: &crate::Suspect, fix: &str) -> bool {
    let mut line = case.written.clone();
    line.replace_range(suspect.start..suspect.end, fix);
    let mut wanted = case.written.clone();
    wanted.replace_range(mistake.start..mistake.end, &mistake.right);
    line == wanted || line == case.right || {
        // Part of a longer run of mistakes, or a run mended as one.
        let left = differences(&line, &case.right);
        !left.iter().any(|d| {
            d.start < suspect.start + fix.len().max(1) && suspect.start < d.end.max(d.start + 1)
        })
    }
}

fn all_mended(case: &Case, reported: &[&crate::Suspect]) -> bool {
    let mut line = case.written.clone();
    for suspect in reported.iter().rev() {
        if let Some(fix) = suspect.fixes.first() {
            line.replace_range(suspect.start..suspect.end, &fix.text);
        }
    }
    line == case.right
}

/// A stretch of the written line that should be something else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// First byte of the written line.
    pub start: usize,
    /// One past the last; equal to `start` where something is missing.
    pub end: usize,
    /// What should stand there.
    pub right: String,
}

impl Difference {
    /// Whether a reported stretch is about this difference. Where something is missing, the neighbours are near enough; so they are
    /// where something is doubled.
    fn touches(&self, start: usize, end: usize) -> bool {
        let slack = if self.right.chars().count() == self.width() {
            0
        } else {
            3
        };
        start < self.end.max(self.start + 1) + slack && self.start < end + slack
    }

    fn width(&self) -> usize {
        (self.end - self.start) / 3
    }
}

/// Where two lines differ, by the shortest edit; neighbouring changes are one difference.
pub fn differences(written: &str, right: &str) -> Vec<Difference> {
    let a: Vec<(usize, char)> = written.char_indices().collect();
    let b: Vec<char> = right.chars().collect();
    let mut lead = 0;
    while lead < a.len() && lead < b.len() && a[lead].1 == b[lead] {
        lead += 1;
    }
    let mut tail = 0;
    while tail < a.len() - lead
        && tail < b.len() - lead
        && a[a.len() - 1 - tail].1 == b[b.len() - 1 - tail]
    {
        tail += 1;
    }
    let (a_mid, b_mid) = (&a[lead..a.len() - tail], &b[lead..b.len() - tail]);
    let steps = align(a_mid, b_mid);
    let at = |i: usize| a.get(lead + i).map_or(written.len(), |(at, _)| *at);
    let mut out: Vec<Difference> = Vec::new();
    let mut open: Option<(usize, usize, String)> = None;
    let (mut i, mut j) = (0, 0);
    for step in steps {
        match step {
            Step::Same => {
                if let Some((from, to, right)) = open.take() {
                    out.push(Difference {
                        start: at(from),
                        end: at(to),
                        right,
                    });
                }
                i += 1;
                j += 1;
            }
            Step::Change => {
                let run = open.get_or_insert((i, i, String::new()));
                run.1 = i + 1;
                run.2.push(b_mid[j]);
                i += 1;
                j += 1;
            }
            Step::Drop => {
                let run = open.get_or_insert((i, i, String::new()));
                run.1 = i + 1;
                i += 1;
            }
            Step::Add => {
                let run = open.get_or_insert((i, i, String::new()));
                run.2.push(b_mid[j]);
                j += 1;
            }
        }
    }
    if let Some((from, to, right)) = open {
        out.push(Difference {
            start: at(from),
            end: at(to),
            right,
        });
    }
    out
}

enum Step {
    Same,
    Change,
    Drop,
    Add,
}

fn align(a: &[(usize, char)], b: &[char]) -> Vec<Step> {
    let width = b.len() + 1;
    let mut cost = vec![0_u32; (a.len() + 1) * width];
    for i in 0..=a.len() {
        for j in 0..=b.len() {
            cost[i * width + j] = match (i, j) {
                (0, j) => j as u32,
                (i, 0) => i as u32,
                (i, j) => {
                    let change = u32::from(a[i - 1].1 != b[j - 1]);
                    (cost[(i - 1) * width + j - 1] + change)
                        .min(cost[(i - 1) * width + j] + 1)
                        .min(cost[i * width + j - 1] + 1)
                }
            };
        }
    }
    let (mut i, mut j) = (a.len(), b.len());
    let mut steps = Vec::new();
    while i > 0 || j > 0 {
        let here = cost[i * width + j];
        if i > 0 && j > 0 {
            let same = a[i - 1].1 == b[j - 1];
            if here == cost[(i - 1) * width + j - 1] + u32::from(!same) {
                steps.push(if same { Step::Same } else { Step::Change });
                i -= 1;
                j -= 1;
                continue;
            }
        }
        if i > 0 && here == cost[(i - 1) * width + j] + 1 {
            steps.push(Step::Drop);
            i -= 1;
        } else {
            steps.push(Step::Add);
            j -= 1;
        }
    }
    steps.reverse();
    steps
}

/// Cases by genre, in order of name.
pub type Genres = BTreeMap<String, Vec<Case>>;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn differences_are_runs() {
        let found = differences("云溪市人民攻府的的通知", "云溪市人民政府的通知");
        assert_eq!(found.len(), 2);
        assert_eq!(found[0].right, "政");
        assert_eq!(found[1].right, "");
        assert!(differences("一样", "一样").is_empty());
    }
}
