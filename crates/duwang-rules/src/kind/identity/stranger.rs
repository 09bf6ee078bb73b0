//! Names of bodies that no list knows, read by how names are built: a place and what kind of body it is.

use crate::load::LazyRegex;
use crate::words::{WORDS, ends_with_any, has_any};
use regex::Regex;
use std::sync::LazyLock;

/// `南浦区科学技术局`, with whatever words stand before it.
#[allow(
    clippy::expect_used,
    reason = "the expression is part of the program, and a test uses it"
)]
static NAME: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(concat!(
        r"[\p{Han}]{2,6}(?:市|县|区|旗|镇|乡|街道)[\p{Han}]{0,12}?",
        r"(?:人民政府|办事处|管理委员会|管委会|委员会|联合会|管理局|局|红十字会)"
    ))
    .expect("the expression is right")
});

/// `XX乡人民政府`, `(××)县教育局`: signs where the name of the place should be.
#[allow(
    clippy::expect_used,
    reason = "the expression is part of the program, and a test uses it"
)]
static TEMPLATE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"\(?(?:XX+|xx+|××+|○○+)\)?(?:镇|乡|街道|县|区|旗|市)[\p{Han}]{0,12}(?:政府|办事处|局|委员会|中心)")
        .expect("the expression is right")
});

/// Where a line names a body that cannot be the own one, and what follows speaks as the unit does, or what stands before
/// it (and may run on into the name) points to it.
pub(super) fn speaker(
    line: &str,
    own: &[String],
    speaking: &[LazyRegex],
    pointing: &[LazyRegex],
) -> Option<(usize, usize)> {
    NAME.find_iter(line)
        .map(|found| (after_leads(line, found.start(), found.end()), found.end()))
        .find(|(start, end)| {
            let speaks = |r: &LazyRegex| r.is_match(&line[*end..]);
            let points = |r: &LazyRegex| r.is_match(&line[..*start]);
            is_stranger(&line[*start..*end], own)
                && (speaking.iter().any(speaks) || pointing.iter().any(points))
        })
}

/// A name that was to be filled in: `(XX)乡人民政府`.
pub(super) fn template(line: &str) -> Option<(usize, usize)> {
    let found = TEMPLATE.find(line)?;
    Some((found.start(), found.end()))
}

/// The body a guide's title names, when it cannot be the own one: `江畔区残疾人联合会政府信息公开指南`.
pub(super) fn titled<'t>(title: &'t str, own: &[String]) -> Option<&'t str> {
    let (before, _) = title.split_once("信息公开指南")?;
    let name = ["政府", "政务"]
        .iter()
        .find_map(|word| before.strip_suffix(word))
        .unwrap_or(before);
    (is_name(name) && is_stranger(name, own)).then_some(name)
}

/// Whether the whole of a text is the name of a body.
pub(super) fn is_name(text: &str) -> bool {
    let found = NAME.find(text);
    found.is_some_and(|m| m.start() == 0 && m.end() == text.len())
}

/// Whether a name is that of a government in the page of one of its offices, and nothing behind it takes that for the own guide: its site and
/// its forms serve all of them.
pub(super) fn is_government_above(
    line: &str,
    (start, end): (usize, usize),
    own: &[String],
) -> bool {
    const NEAR: usize = 12; // characters
    let words = &WORDS.identity;
    let is_government = |name: &str| ends_with_any(name, &words.governments);
    let behind: String = line[end..].chars().take(NEAR).collect();
    is_government(&line[start..end])
        && !own.iter().any(|own| is_government(own))
        && !has_any(&behind, &words.guides)
}

/// The body a value begins with, when it cannot be the own one.
pub(super) fn first<'v>(value: &'v str, own: &[String]) -> Option<&'v str> {
    let name = NAME.find(value).filter(|m| m.start() == 0)?.as_str();
    is_stranger(name, own).then_some(name)
}

/// Where a name begins behind the words that lead to it: 需要获得|云溪县教育局.
fn after_leads(line: &str, start: usize, end: usize) -> usize {
    const LEVELS: [char; 7] = ['市', '县', '区', '旗', '镇', '乡', '街'];
    let name = &line[start..end];
    let place = &name[..name.find(LEVELS).unwrap_or(0)];
    let leads = WORDS.identity.leads.iter();
    let ends = leads.filter_map(|lead| place.rfind(lead.as_str()).map(|at| at + lead.len()));
    // 经 of 经济区 leads to no 济区.
    let is_place = |end: &usize| place[*end..].chars().count() != 1;
    start + ends.filter(is_place).max().unwrap_or(0)
}

/// Whether a name is neither the own one nor short or long for it: 市科技局 may be 云溪市科学技术局, 县教育局 may not.
fn is_stranger(name: &str, own: &[String]) -> bool {
    !own.is_empty()
        && own
            .iter()
            .all(|own| !is_within(name, own) && !is_within(own, name))
}

/// Whether the characters of one stand in the other in the same order.
fn is_within(short: &str, long: &str) -> bool {
    let mut long = long.chars();
    short.chars().all(|c| long.any(|l| l == c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strangers_are_told_from_short_names() {
        let own = ["汉昌区科学技术局".to_owned()];
        let speaking = [LazyRegex::of("^(?:负责)?(?:受理|办理)")];
        let found =
            |line: &str| speaker(line, &own, &speaking, &[]).map(|(a, b)| line[a..b].to_owned());
        assert_eq!(
            found("由南浦区科技局负责受理申请").as_deref(),
            Some("南浦区科技局")
        );
        assert_eq!(found("由汉昌区科技局负责受理申请"), None);
        assert_eq!(found("可以向南浦区科技局反映"), None);
        assert_eq!(found("需要获得区科技局受理"), None, "the own one");
        assert_eq!(
            found("由南浦经济区管理委员会受理").as_deref(),
            Some("南浦经济区管理委员会")
        );
        assert_eq!(
            found("现公布南浦区科技局受理").as_deref(),
            Some("南浦区科技局")
        );
        let pointing = [LazyRegex::of("指\\p{Han}{0,6}$")];
        let pointed =
            |line: &str| speaker(line, &own, &[], &pointing).map(|(_, end)| line[..end].to_owned());
        assert!(pointed("本指南所称本机关,指临海高新技术产业园区管理委员会。").is_some());
        assert_eq!(pointed("所称本机关,指汉昌区科学技术局。"), None);
        assert_eq!(template("监督:对(XX)乡人民政府不满意的"), Some((10, 29)));
        assert_eq!(
            titled("南浦区科技局政府信息公开指南", &own),
            Some("南浦区科技局")
        );
        assert_eq!(titled("区科技局政府信息公开指南", &own), None);
        assert_eq!(titled("汉昌区科学技术局机关政府信息公开指南", &own), None);
        assert_eq!(titled("政府信息公开指南", &own), None);
    }
}
