//! From the lines of a printed page back to paragraphs: a line that fills the page goes on in the next one.

use crate::numbered::behind_number;

/// One paragraph put together again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Flowed {
    pub text: String,
    /// Index of the page it begins on.
    pub page: usize,
    /// A page number, printed above or below the text.
    pub is_page_number: bool,
}

/// Puts lines together. A line is joined to the one before when that one is about as wide as the widest of its page and does not end a
/// sentence, and this one does not begin like an item of its own.
pub(super) fn paragraphs(pages: &[Vec<String>]) -> Vec<Flowed> {
    let mut out: Vec<Flowed> = Vec::new();
    let mut goes_on = false;
    for (page, lines) in pages.iter().enumerate() {
        let lines: Vec<&str> = lines
            .iter()
            .map(|l| l.trim())
            .filter(|l| !l.is_empty())
            .collect();
        let full = full_width(&lines);
        let last = lines.len().saturating_sub(1);
        for (n, line) in lines.iter().enumerate() {
            if (n == 0 || n == last) && is_page_number(line) {
                out.push(Flowed {
                    text: (*line).to_owned(),
                    page,
                    is_page_number: true,
                });
                continue; // a sentence may go on over it
            }
            match out.iter_mut().rfind(|f| !f.is_page_number) {
                Some(open) if goes_on && !begins_anew(line) => join(&mut open.text, line),
                _ => out.push(Flowed {
                    text: (*line).to_owned(),
                    page,
                    is_page_number: false,
                }),
            }
            goes_on = full > 0 && width(line) * 100 >= full * 88 && !ends_here(line);
        }
    }
    out
}

/// Narrower pages than this hold lists and tables, nothing that flows.
const MIN_WIDTH: usize = 36;

/// The width of the fullest lines; 0 when nothing flows here.
fn full_width(lines: &[&str]) -> usize {
    let mut widths: Vec<usize> = lines.iter().map(|l| width(l)).collect();
    widths.sort_unstable();
    let widest = widths.last().copied().unwrap_or(0);
    // One title wider than the text must not make all other lines look short.
    let common = widths
        .get((widths.len() * 9 / 10).min(widths.len().saturating_sub(1)))
        .copied()
        .unwrap_or(0);
    let full = if common * 100 >= widest * 80 {
        common
    } else {
        widest
    };
    if full < MIN_WIDTH { 0 } else { full }
}

/// Columns a line takes: two for a Chinese character.
fn width(line: &str) -> usize {
    line.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum()
}

fn ends_here(line: &str) -> bool {
    line.ends_with(['。', '；', '：', '！', '？', '…', ':', ';', '!', '?'])
}

/// A number, a bullet, `附件`: what begins something of its own.
pub(crate) fn begins_anew(line: &str) -> bool {
    behind_number(line).is_some()
        || line.starts_with(['●', '■', '◆', '★', '—', '·'])
        || line.starts_with("附件")
}

fn is_page_number(line: &str) -> bool {
    let bare: String = line
        .chars()
        .filter(|c| {
            !matches!(
                c,
                '-' | '—' | '–' | '－' | '·' | ' ' | '\u{3000}' | '第' | '页' | '/' | '共'
            )
        })
        .collect();
    !bare.is_empty()
        && bare.chars().count() <= 6
        && bare
            .chars()
            .all(|c| c.is_ascii_digit() || ('０'..='９').contains(&c))
}

fn join(text: &mut String, line: &str) {
    let latin = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric() || c == ',');
    if latin(text.chars().last()) && latin(line.chars().next()) {
        let number = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
        if !(number(text.chars().last()) && number(line.chars().next())) {
            text.push(' ');
        }
    }
    text.push_str(line);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(pages: &[&[&str]]) -> Vec<String> {
        let pages: Vec<Vec<String>> = pages
            .iter()
            .map(|p| p.iter().map(|l| (*l).to_owned()).collect())
            .collect();
        paragraphs(&pages)
            .into_iter()
            .filter(|f| !f.is_page_number)
            .map(|f| f.text)
            .collect()
    }

    #[test]
    fn a_sentence_goes_on_over_lines_pages_and_page_numbers() {
        let read = texts(&[
            &[
                "青石街道办事处政府信息公开指南",
                "为了更好地提供政府信息公开服务，方便公民、法人和其他组织依",
                "法获取政府信息，根据《中华人民共和国政府信息公开条例》，编制",
                "- 1 -",
            ],
            &["本指南。", "一、机构职能", "2"],
        ]);
        assert_eq!(
            read,
            [
                "青石街道办事处政府信息公开指南",
                "为了更好地提供政府信息公开服务，方便公民、法人和其他组织依法获取政府信息，根据《中华人民共和国政府信息公开条例》，编制本指南。",
                "一、机构职能",
            ]
        );
    }

    #[test]
    fn items_and_lists_stay_apart() {
        let read = texts(&[&[
            "一、申请人应当填写《政府信息公开申请表》，可以当面提交，也可以邮寄，",
            "（一）当面提交的，到青石街道办事处党政办公室办理，请带好身份证明文",
            "件原件。",
            "第三条 本办法自发布之日起施行",
        ]]);
        assert_eq!(read.len(), 3);
        assert!(read[1].ends_with("身份证明文件原件。"));
        assert_eq!(
            texts(&[&["王某", "李某", "张某"]]),
            ["王某", "李某", "张某"]
        );
    }
}
