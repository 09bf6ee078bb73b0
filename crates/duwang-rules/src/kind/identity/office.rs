//! Whose page it is by its title, where no list of units says so: `青石镇人民政府政府信息公开指南`.

use super::stranger;
use crate::han::is_ideograph;
use crate::words::WORDS;

/// Characters of the shortest and the longest name of a town.
const TOWN: std::ops::RangeInclusive<usize> = 3..=8;

/// The office a title names, when the whole of what stands before its matter is such a name.
pub(super) fn of_title(title: &str) -> Option<&str> {
    if title.starts_with("关于") || title.starts_with("转发") {
        return None; // what somebody says of it
    }
    let matters = WORDS.identity.matters.iter();
    let at = matters
        .filter_map(|matter| title.find(matter.as_str()))
        .min();
    let name = without_year(&title[..at?]);
    let name = ["政府", "政务"]
        .iter()
        .filter(|_| !name.ends_with("人民政府"))
        .find_map(|word| name.strip_suffix(word))
        .unwrap_or(name);
    let name = without_year(name);
    // 青石镇人民政府政府信息公开指南
    let name = match name.strip_suffix("人民政府政府") {
        Some(place) => &title[..place.len() + "人民政府".len()],
        None => name,
    };
    (stranger::is_name(name) || is_town(name)).then_some(name)
}

/// What such an office is called in full: 青石街道 is 青石街道办事处.
pub(super) fn names(office: &str) -> Vec<String> {
    let ends: &[&str] = match is_town(office) {
        true => &["", "人民政府", "办事处"],
        false => &[""],
    };
    ends.iter().map(|end| format!("{office}{end}")).collect()
}

fn without_year(name: &str) -> &str {
    let year = name.strip_suffix("年度").or(name.strip_suffix('年'));
    year.map_or(name, |name| {
        name.trim_end_matches(|c: char| c.is_ascii_digit())
    })
}

fn is_town(name: &str) -> bool {
    let ends = ["镇", "乡", "街道"];
    ends.iter().any(|end| name.ends_with(end))
        && TOWN.contains(&name.chars().count())
        && name.chars().all(is_ideograph)
}

#[cfg(test)]
mod tests {
    use super::of_title;

    #[test]
    fn titles_name_offices() {
        for (title, office) in [
            ("云溪县水利局政府信息公开指南", Some("云溪县水利局")),
            ("青石镇人民政府政府信息公开指南", Some("青石镇人民政府")),
            ("青石镇人民政府信息公开指南", Some("青石镇人民政府")),
            ("东岭镇2025年政府信息公开工作年度报告", Some("东岭镇")),
            ("东岭乡依申请公开说明", Some("东岭乡")),
            ("云溪县政府信息公开指南", None),
            ("政府信息公开指南", None),
            ("关于公布云溪县水利局政府信息公开指南的公告", None),
            ("云溪县水利局公告", None),
        ] {
            assert_eq!(of_title(title), office, "{title}");
        }
    }
}
