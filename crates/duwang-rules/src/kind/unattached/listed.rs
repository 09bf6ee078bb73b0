//! `附件：1. 活动安排表  2. 报名表`: a list of attachments of which some are links and one is none.

use crate::judge::{Form, Seen};
use duwang_model::{LinkRole, Part, Span};

/// Lines a list of attachments goes on for.
const MOST_LINES: usize = 20;
/// Characters of the name of an attachment.
const LONGEST_NAME: usize = 60;

/// The first entry that is no link, in a list where another is a file. A file by another name may be it, so as many files as there are
/// entries say nothing.
pub(super) fn left_out(seen: &Seen<'_>) -> Option<Span> {
    let document = seen.document;
    let files = document.links.iter();
    let files: Vec<_> = files.filter(|l| l.role == LinkRole::Attachment).collect();
    if files.is_empty() || document.images.iter().any(|i| i.part == Part::Main) {
        return None;
    }
    let entries = entries(seen);
    if entries.len() <= files.len() {
        return None;
    }
    let span = |entry: &(usize, usize)| seen.span(Form::Folded, entry.0, entry.1);
    let is_file = |entry: &&(usize, usize)| files.iter().any(|l| l.span.overlaps(span(entry)));
    let is_link = |entry: &(usize, usize)| {
        let mut links = document.links.iter();
        links.any(|l| l.span.overlaps(span(entry)) || is_named(seen, *entry, &l.text))
    };
    let linked = entries.iter().filter(is_file).count();
    let mut others = entries.iter().filter(|entry| !is_link(entry));
    let other = others
        .next()
        .filter(|entry| linked > 0 && !follows(seen, **entry))?;
    Some(span(other))
}

/// The first `附件2` that the text speaks of, where its list of attachments ends before and nothing else on the page is called so. An attachment
/// of another document (《…办法》附件2) is not this page's.
pub(super) fn beyond(seen: &Seen<'_>) -> Option<Span> {
    let text = seen.text(Form::Folded);
    let listed = entries(seen).len();
    if listed == 0 {
        return None;
    }
    let mut mentions = text.match_indices(ATTACHMENT).filter_map(|(at, word)| {
        let end = at + word.len();
        let number = text[end..].chars().next()?.to_digit(10)? as usize;
        let is_one_digit = !text[end + 1..].starts_with(|c: char| c.is_ascii_digit());
        let is_others = text[..at].ends_with(['》', '号', '的', ')']);
        (number > listed && is_one_digit && !is_others).then_some((at, end + 1))
    });
    let (start, end) = mentions.next()?;
    let name = &text[start..end];
    let begins_so = |&(from, _): &(usize, usize)| text[from..].trim_start().starts_with(name);
    let is_there = seen.lines(Form::Folded).iter().any(begins_so)
        || seen.document.links.iter().any(|l| l.text.contains(name));
    let line = seen.line_around(Form::Folded, start);
    let block = seen.block_of(Form::Folded, line);
    let is_content = block.is_some_and(|b| b.part == Part::Main);
    (is_content && !is_there).then(|| seen.span(Form::Folded, start, end))
}

const ATTACHMENT: &str = "附件";

fn is_named(seen: &Seen<'_>, entry: (usize, usize), link: &str) -> bool {
    let name = name(&seen.text(Form::Folded)[entry.0..entry.1]);
    !name.is_empty() && link.contains(name)
}

/// Whether the text of the attachment stands below its name.
fn follows(seen: &Seen<'_>, entry: (usize, usize)) -> bool {
    let text = seen.text(Form::Folded);
    let name = name(&text[entry.0..entry.1]);
    text[entry.1..].contains(name)
}

/// `2. 报名办法及报名表` without its number.
fn name(entry: &str) -> &str {
    entry
        .trim_start_matches(|c: char| c.is_ascii_digit() || ".、 ".contains(c))
        .trim()
}

/// The numbered names behind `附件:`, on that line and the ones below it.
fn entries(seen: &Seen<'_>) -> Vec<(usize, usize)> {
    let text = seen.text(Form::Folded);
    let lines = seen.lines(Form::Folded);
    let begins = |&(start, end): &(usize, usize)| {
        let line = text[start..end].trim_start();
        line.starts_with("附件:") && numbered(line["附件:".len()..].trim_start()).is_some()
    };
    let Some(first) = lines.iter().position(begins) else {
        return Vec::new();
    };
    let mut entries = Vec::new();
    for &(start, end) in lines[first..].iter().take(MOST_LINES) {
        let line = &text[start..end];
        let head = line.find("附件:").map_or(0, |at| at + "附件:".len());
        let lead = head + line[head..].len() - line[head..].trim_start().len();
        let is_next = numbered(&line[lead..]) == Some(entries.len() as u32 + 1)
            && line.chars().count() <= LONGEST_NAME;
        if !is_next {
            break;
        }
        entries.push((start + lead, end));
    }
    entries
}

fn numbered(text: &str) -> Option<u32> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    text[digits..]
        .starts_with(['.', '、'])
        .then(|| text[..digits].parse().ok())?
}
