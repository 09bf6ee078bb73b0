//! The part of a text that stands below a heading: what must be told there is not told by words that stand elsewhere.

use super::pattern::heading::{is_marked, is_numbered_heading, lines_above};
use crate::han::number_at;
use crate::judge::{Form, Seen};
use crate::load::LazyRegex;

/// Characters of the name of a section.
const LONGEST_NAME: usize = 16;
/// Headings of one name that are looked at: the table of contents and the section itself. A page may hold thousands, each to be followed to its end.
const MOST_SECTIONS: usize = 8;

/// What a heading is numbered by; headings of one rank are numbered alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Rank {
    /// `第一部分`
    Part,
    /// `一、`
    Han,
    /// `(一)`
    Bracketed,
    /// `1.`
    Digit,
    /// Marked by the page alone.
    Plain,
}

/// The range of the folded text below the heading that is called like this, up to the next of its rank. A table of contents names the same
/// headings with nothing below them, so the longest one counts. `None` when there is no such heading.
pub(super) fn below(names: &[LazyRegex], seen: &Seen<'_>) -> Option<(usize, usize)> {
    let lines = seen.lines(Form::Folded);
    let sections = lines.iter().enumerate().filter_map(|(n, line)| {
        let (rank, number, start) = opens(names, seen, *line)?;
        let next = lines[n + 1..].iter();
        let mut next = next.filter(|line| ends(seen, **line, rank, number));
        let end = next.next().map_or(seen.text(Form::Folded).len(), |l| l.0);
        Some((start, end))
    });
    sections
        .take(MOST_SECTIONS)
        .max_by_key(|(start, end)| end - start)
}

/// Rank and number of the heading that opens the section, and where its name ends.
fn opens(names: &[LazyRegex], seen: &Seen<'_>, line: (usize, usize)) -> Option<(Rank, u32, usize)> {
    let text = &seen.text(Form::Folded)[line.0..line.1];
    let (rank, number, name) = match numbered(text) {
        Some((rank, number, len)) => (rank, number, len),
        None if is_marked(seen, Form::Folded, line) => (Rank::Plain, 0, 0),
        None => return None,
    };
    let rest = &text[name..];
    let end = rest.find([':', '。', ',', ';', ' ']).unwrap_or(rest.len());
    let is_name = rest[..end].chars().count() <= LONGEST_NAME;
    let is_it = is_name && names.iter().any(|r| r.is_match(&rest[..end]));
    is_it.then_some((rank, number, line.0 + name + end))
}

/// Whether a line begins what stands behind a section.
fn ends(seen: &Seen<'_>, line: (usize, usize), rank: Rank, number: u32) -> bool {
    let text = &seen.text(Form::Folded)[line.0..line.1];
    match (rank, numbered(text)) {
        (Rank::Plain, None) => is_marked(seen, Form::Folded, line),
        (rank, Some((other, n, _))) => other == rank && n > number,
        _ => false,
    }
}

/// Rank and number of a numbered line, and the bytes of its number.
fn numbered(line: &str) -> Option<(Rank, u32, usize)> {
    let text = line.trim_start();
    let lead = line.len() - text.len();
    let (rank, number, len) = part(text).or_else(|| han(text)).or_else(|| digit(text))?;
    let blank = text[len..].len() - text[len..].trim_start().len();
    Some((rank, number, lead + len + blank))
}

fn part(text: &str) -> Option<(Rank, u32, usize)> {
    let inner = text.strip_prefix('第')?;
    let (number, len) = number_at(inner)?;
    let tail = inner[len..].strip_prefix("部分")?;
    let tail = tail.trim_start_matches([':', '、', ' ']);
    Some((Rank::Part, number, text.len() - tail.len()))
}

fn han(text: &str) -> Option<(Rank, u32, usize)> {
    let inner = text.strip_prefix('(').unwrap_or(text);
    let is_bracketed = inner.len() < text.len();
    let (number, len) = number_at(inner)?;
    let is_han = !inner.starts_with(|c: char| c.is_ascii_digit());
    let mark: &[char] = if is_bracketed { &[')'] } else { &['、', '.'] };
    let tail = inner[len..].strip_prefix(mark).filter(|_| is_han)?;
    let tail = tail.trim_start_matches('、');
    let rank = if is_bracketed {
        Rank::Bracketed
    } else {
        Rank::Han
    };
    Some((rank, number, text.len() - tail.len()))
}

fn digit(text: &str) -> Option<(Rank, u32, usize)> {
    let len = text.bytes().take_while(u8::is_ascii_digit).count();
    let number = text[..len].parse().ok().filter(|n| *n < 100)?;
    let tail = text[len..].strip_prefix(['.', '、'])?;
    let is_heading = !tail.starts_with(|c: char| c.is_ascii_digit());
    is_heading.then_some((Rank::Digit, number, text.len() - tail.len()))
}

/// Whether one of the headings a line stands under says something: the nearest above, and above it the nearest of each other rank. What a
/// line itself begins with (`起草过程:2025年8月…`) is such a heading, too.
pub(super) fn is_under(names: &[LazyRegex], seen: &Seen<'_>, line: (usize, usize)) -> bool {
    let text = seen.text(Form::Folded);
    let says = |heading: &str| names.iter().any(|r| r.is_match(heading));
    let own = &text[line.0..line.1];
    let label = own.split([':', '。']).next().unwrap_or(own);
    let name = numbered(label).map_or(label, |(_, _, len)| &label[len..]);
    if label.len() < own.len() && name.chars().count() <= LONGEST_NAME && says(name) {
        return true;
    }
    let mut ranks = vec![numbered(own).map_or(Rank::Plain, |(rank, ..)| rank)];
    for above in lines_above(seen, Form::Folded, line) {
        let heading = &text[above.0..above.1];
        let is_title = seen.document.title_span.is_some_and(|title| {
            let span = seen.span(Form::Folded, above.0, above.1);
            title.overlaps(span)
        });
        let is_marked = is_marked(seen, Form::Folded, above);
        if is_title || !(is_marked || is_numbered_heading(heading)) {
            continue;
        }
        let rank = numbered(heading).map_or(Rank::Plain, |(rank, ..)| rank);
        let is_first = rank == Rank::Plain || !ranks.contains(&rank);
        if is_first && says(heading) {
            return true;
        }
        if rank == Rank::Plain {
            return false; // a marked heading without a number ends what earlier ones began
        }
        ranks.push(rank);
    }
    false
}
