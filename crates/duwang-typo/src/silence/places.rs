//! Names of places and of the bodies that are called after them.

use super::characters;
use crate::alphabet::{DIGITS, NUMERAL, is_han_id, is_mark};
use crate::checker::Parts;
use crate::line::Line;
use std::collections::HashSet;
use std::sync::LazyLock;

/// Names of provinces, cities and counties without 省, 市, 县 ….
static LISTED: LazyLock<HashSet<&str>> =
    LazyLock::new(|| include_str!("../../data/places.txt").lines().collect());
/// Characters of one at most.
const LONGEST_LISTED: usize = 4;

/// In the name of a province, a city or a county (阳曲县, 万源). Words of the same sound may give such a name, too (贵定 for 规定): what is said to
/// be meant is believed where it is sure and no word for a seat of government follows.
pub(super) fn is_listed(
    line: &Line,
    parts: &Parts<'_>,
    from: usize,
    to: usize,
    is_sure: bool,
) -> bool {
    let is_name = |start: usize, end: usize| {
        let name: String = characters(line, parts, start, end).into_iter().collect();
        LISTED.contains(name.as_str())
    };
    let first = (to + 1).saturating_sub(LONGEST_LISTED).max(1);
    (first..=from).any(|start| {
        (start + 2..=start + LONGEST_LISTED)
            .filter(|end| *end >= to && (!is_sure || is_seat_at(line, parts, *end)))
            .any(|end| is_name(start, end))
    })
}

fn is_seat_at(line: &Line, parts: &Parts<'_>, at: usize) -> bool {
    let seat = parts.character(line.id(at));
    seat.is_some_and(|c| SEATS.contains(c))
}

/// Inside the name of a place: two or three characters that begin where a name may begin, and a word for a kind of place.
pub(super) fn is_place(line: &Line, parts: &Parts<'_>, from: usize, to: usize) -> bool {
    let begins = |at: usize| {
        let before = line.id(at.saturating_sub(1));
        is_mark(before)
            || !is_han_id(before)
            || parts
                .character(before)
                .is_some_and(|c| PLACE_BEFORE.contains(c))
    };
    let kind_at = |at: usize| {
        parts
            .character(line.id(at))
            .is_some_and(|c| PLACE.contains(c))
    };
    (from.saturating_sub(2).max(1)..=from)
        .any(|start| (start + 2..=start + 3).any(|end| end >= to && begins(start) && kind_at(end)))
}

/// In the name of a road, which a number follows (乐颐路16号).
pub(super) fn is_road(line: &Line, parts: &Parts<'_>, to: usize) -> bool {
    let is_named = |at: usize| {
        let kind = parts.character(line.id(at));
        kind.is_some_and(|c| ROADS.contains(c)) && matches!(line.id(at + 1), DIGITS | NUMERAL)
    };
    (to..to + 3).any(is_named)
}

/// In the name of a building, whose floor or number follows (恒昱中心15层, 恒昱大厦3号).
pub(super) fn is_building(line: &Line, parts: &Parts<'_>, to: usize) -> bool {
    const BEFORE: usize = 3; // signs between a suspect and the word for a building
    let after: String = characters(line, parts, to, to + BEFORE + 2)
        .into_iter()
        .collect();
    let ends = |kind: &&str| after.find(kind).map(|at| after[..at].chars().count() + 2);
    let mut named = BUILDINGS.iter().filter_map(ends);
    named.any(|end| matches!(line.id(to + end), DIGITS | NUMERAL))
}

/// In the short name of a body, at the beginning of a clause or behind a larger one: 北告派出所, 绿州财政分局, 区经贸投促局、.
pub(super) fn is_body(line: &Line, parts: &Parts<'_>, from: usize, to: usize) -> bool {
    const LONGEST: usize = 4; // signs before the word for a body, or with a short one of these
    let begins = |at: usize| {
        let before = line.id(at - 1);
        let seat = parts.character(before);
        let leads = |c: char| SEATS.contains(c) || PLACE_BEFORE.contains(c);
        is_mark(before) || !is_han_id(before) || seat.is_some_and(leads)
    };
    (from.saturating_sub(LONGEST).max(1)..=from).any(|start| {
        if !begins(start) || (start..to).any(|at| !is_han_id(line.id(at))) {
            return false;
        }
        let name: String = characters(line, parts, to, start + 2 * LONGEST)
            .into_iter()
            .take_while(|c| crate::alphabet::is_han(*c))
            .collect();
        let before = to - start;
        let stands = |word: &str| {
            let at = name.find(word).map(|at| name[..at].chars().count());
            at.is_some_and(|at| before + at <= LONGEST)
        };
        let ends_short = name.chars().count() + before <= LONGEST + 1
            && is_mark(line.id(to + name.chars().count()))
            && name.ends_with(|c| BODY.contains(c));
        BODIES.iter().any(|word| stands(word)) || ends_short
    })
}

/// Inside a word of the dictionary that a word for a seat of government follows (抚州市).
pub(super) fn is_seat(line: &Line, parts: &Parts<'_>, from: usize, to: usize) -> bool {
    let is_word = |start: usize, end: usize| {
        let word = line.ids.get(start..end);
        word.is_some_and(|word| parts.words.commonness(parts.model, word).is_some())
    };
    (from.saturating_sub(2).max(1)..=from).any(|start| {
        (start + 2..=start + 3)
            .any(|end| end >= to && is_seat_at(line, parts, end) && is_word(start, end))
    })
}

/// In the short name of a body at the head of a document number (云交〔2026〕18号), in whatever brackets the year stands (云政办函（2026）18号,
/// 云发改备【2026】18号).
pub(super) fn is_document_number(line: &Line, parts: &Parts<'_>, to: usize) -> bool {
    const LONGEST: usize = 6; // characters behind a suspect, before the year
    let after = characters(line, parts, to, to + 4);
    if after.iter().any(|c| matches!(c, '〔' | '[')) {
        return true;
    }
    let letters = (to..=to + LONGEST).take_while(|at| is_han_id(line.id(*at)));
    let year = to + letters.count() + 1;
    let numbered = [year, year + 2].iter().all(|at| line.id(*at) == DIGITS);
    numbered
        && [year - 1, year + 1].iter().all(|at| is_mark(line.id(*at)))
        && parts.character(line.id(year + 3)) == Some('号')
}

/// In the letters of a case number ((2026)闽0499执12号).
pub(super) fn is_case_number(line: &Line, parts: &Parts<'_>, from: usize, to: usize) -> bool {
    line.id(from - 1) == DIGITS
        && line.id(to) == DIGITS
        && parts.character(line.id(to + 1)) == Some('号')
}

/// Short names of provinces side by side (川渝, 滇黔): which of them stand together is no matter of language.
pub(super) fn are_provinces(line: &Line, parts: &Parts<'_>, from: usize, to: usize) -> bool {
    let is_province = |at: usize| {
        parts
            .character(line.id(at))
            .is_some_and(|c| PROVINCES.contains(c))
    };
    to == from + 1 && is_province(from) && (is_province(from - 1) || is_province(to))
}

/// Short names of provinces that are hardly used otherwise.
const PROVINCES: &str = "京津沪渝闽粤鲁晋冀豫鄂湘赣浙苏皖川黔滇琼陕甘";
/// What ends the name of a small place.
const PLACE: &str = "镇乡村屯寨厝垵埔坂洋坑岭岛湾港溪桥街巷";
/// What ends the name of a road.
const ROADS: &str = "路街道巷弄";
/// What ends the name of a building.
const BUILDINGS: &[&str] = &[
    "中心", "大厦", "广场", "花园", "家园", "小区", "公寓", "山庄", "酒店", "华府",
];
/// What ends the name of a body, whatever follows.
const BODIES: &[&str] = &[
    "社区",
    "街道",
    "派出所",
    "财政所",
    "司法所",
    "税务所",
    "供电所",
    "分局",
    "中队",
    "支队",
    "大队",
    "小学",
    "中学",
    "卫生院",
    "福利院",
    "居委会",
    "村委会",
    "办事处",
    "林场",
    "网格",
    "管委会",
    "法院",
    "法庭",
    "检察院",
    "交警",
    "消防",
    "医院",
    "示范区",
];
/// The same where nothing follows.
const BODY: &str = "局院委办所站";
/// What a unit with a government of its own is called.
const SEATS: &str = "省市县区州盟旗";
/// What stands before one: a larger place, or a word that leads to a place.
const PLACE_BEFORE: &str = "市县区镇乡道村对到在于由经往将和及与、";
