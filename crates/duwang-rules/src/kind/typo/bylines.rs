//! Names that stand where a paper names its people and itself: 本网讯 通讯员林小禾 陈大水 9月21日， （文/图 王小满 李阿三）, 青石报讯.

use crate::han::is_ideograph;
use crate::judge::Line;
use crate::words::{WORDS, ends_with_any};
use duwang_typo::is_surname;

/// Characters of a byline at most.
const LONGEST: usize = 40;
/// Characters of a name at most, and those before a suspect that may still be in it.
const NAME: usize = 4;
/// Characters from the beginning of a line to the end of the name of its paper.
const MASTHEAD: usize = 16;

/// Whether a suspect lies in a byline, or in the name of the paper at the head of its line. The line is as published: names are parted by blanks.
pub(super) fn is_byline(line: &Line<'_>) -> bool {
    is_in_brackets(line) || is_behind_writer(line) || is_in_masthead(line)
}

/// Brackets that hold nothing but names: two at least, or one behind 记者, 通讯员 and the like.
fn is_in_brackets(line: &Line<'_>) -> bool {
    let inside = [('(', ')'), ('（', '）')]
        .into_iter()
        .find_map(|(open, close)| line.enclosed_by(open, close));
    let Some(inside) = inside.filter(|inside| !is_longer(inside, LONGEST)) else {
        return false;
    };
    let mut inside = inside.to_owned();
    let mut is_labelled = false;
    for writer in &WORDS.byline.writers {
        is_labelled |= inside.contains(writer.as_str());
        inside = inside.replace(writer.as_str(), " ");
    }
    let mut names = 0;
    for item in inside.split(is_gap).filter(|item| !item.is_empty()) {
        match item.strip_suffix('摄').unwrap_or(item) {
            word if word.is_empty() || WORDS.byline.works.contains(word) => is_labelled = true,
            paper if ends_with_any(paper, &WORDS.byline.papers) => is_labelled = true,
            name if is_name(name) => names += 1,
            _ => return false,
        }
    }
    names > 1 || is_labelled && names > 0
}

/// Names one after the other behind 记者, 通讯员 and the like, no mark between but blanks.
fn is_behind_writer(line: &Line<'_>) -> bool {
    let before = line.before();
    let ends = |writer: &String| before.rfind(writer.as_str()).map(|at| at + writer.len());
    let Some(behind) = WORDS.byline.writers.iter().filter_map(ends).max() else {
        return false;
    };
    let names = &before[behind..];
    let is_plain = |c: char| is_ideograph(c) || is_gap(c) && !matches!(c, ',' | '，');
    if !names.chars().all(is_plain) || is_longer(names, LONGEST) {
        return false;
    }
    let mut items = names.split(is_gap).rev();
    let own = items.next().unwrap_or_default();
    let begins_name = line.text[line.start - own.len()..].starts_with(is_surname);
    begins_name && !is_longer(own, NAME - 1) && items.all(|item| item.is_empty() || is_name(item))
}

/// 青报网讯，为促进…: what stands before 网讯 is the name of a paper.
fn is_in_masthead(line: &Line<'_>) -> bool {
    let end = line.text.char_indices().nth(MASTHEAD);
    let head = &line.text[..end.map_or(line.text.len(), |(at, _)| at)];
    let ends = |word: &String| head.find(word.as_str());
    let mut heads = WORDS.byline.mastheads.iter().filter_map(ends);
    heads.any(|at| line.start < at && !head[..at].contains([',', '，', '。']))
}

fn is_name(text: &str) -> bool {
    (2..=NAME).contains(&text.chars().count())
        && text.starts_with(is_surname)
        && text.chars().all(is_ideograph)
}

fn is_gap(c: char) -> bool {
    c.is_whitespace() || matches!(c, '、' | ',' | '，' | '/' | '|' | '｜' | ':' | '：' | '·')
}

fn is_longer(text: &str, most: usize) -> bool {
    text.chars().nth(most).is_some()
}

#[cfg(test)]
mod tests {
    use super::is_byline;
    use crate::judge::Line;

    fn byline(line: &str, word: &str) -> bool {
        line.find(word)
            .is_some_and(|at| is_byline(&Line::new(line, at, at + word.len())))
    }

    #[test]
    fn names_of_those_who_wrote_it() {
        for (line, word) in [
            ("工作稳步提高。（李润禾 蔡雪莲）", "润"),
            ("会议召开。（记者曹满、范禾通讯员丁惠莲）", "惠"),
            ("(县融媒体中心 林小禾)", "禾"),
            ("本网讯 通讯员林小禾 陈大水 9月21日，", "大水"),
            ("青石新闻网讯 为促进就业", "石"),
        ] {
            assert!(byline(line, word), "{line}");
        }
        for (line, word) in [
            ("各镇(街道)要认真落实", "道"),
            ("本办法(试形)自印发之日起施行", "形"),
            ("记者从县人社局获悉,就业形式稳定", "式"),
            ("(一)加强领导,(二)落识责任", "识"),
            ("近日,青石镇召开会议,本报讯", "召"),
            ("手机摄影,购图、布光、修图", "购"),
            ("手机摄影 购图 布光", "购"),
        ] {
            assert!(!byline(line, word), "{line}");
        }
    }
}
