//! Places in the names of bodies: what else is called after them is no slip either.

/// What ends the name of a place.
const SEATS: &str = "省市县区旗州盟镇乡村";
const STREET: &str = "街道";
/// What stands between the name and what it is (沅汀经济技术开发区, 松岭社区).
const KINDS: [&str; 9] = [
    "开发", "高新", "经济", "技术", "产业", "工业", "自治", "新", "社",
];
/// Characters of the bare name of a place.
const LONG: std::ops::RangeInclusive<usize> = 2..=4;

/// The bare names of the places in the name of a body: 云埠 of 云埠县公共资源交易中心, both of 晋江市磁灶镇人民政府.
pub(super) fn bare(name: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = name;
    while let Some((place, behind)) = first(rest) {
        let bare = without_kind(place);
        if LONG.contains(&bare.chars().count()) {
            found.push(bare);
        }
        rest = behind;
    }
    found
}

/// The place at the beginning of a title whose body nobody has listed: 青坪 of 青坪县水务局政府信息公开指南, of 关于青坪县水务局招聘的公告.
pub(super) fn of_title(title: &str) -> Option<&str> {
    const LONG: std::ops::RangeInclusive<usize> = 2..=3;
    // 加强市场监管局建设 begins with no place.
    const WORDS: &str = "场域庄村民级内外";
    const BODIES: [&str; 10] = [
        "政府", "局", "委", "办", "院", "中心", "街道", "大队", "所", "站",
    ];
    const NEAR: usize = 12; // characters from the place to the end of the body's name
    let title = title.strip_prefix("关于").unwrap_or(title);
    let (name, behind) = first(title)?;
    let near: String = behind.chars().take(NEAR).collect();
    let is_seat = LONG.contains(&name.chars().count())
        && name.chars().all(|c| c > '\u{4e00}' && c.is_alphabetic())
        && !behind.starts_with(|c| WORDS.contains(c))
        && BODIES.iter().any(|body| near.contains(body));
    is_seat.then_some(name)
}

/// What stands before the first word for a kind of place, and what behind.
fn first(name: &str) -> Option<(&str, &str)> {
    let seat = name.find(|c| SEATS.contains(c));
    let at = [seat, name.find(STREET)].into_iter().flatten().min()?;
    let word = match name[at..].starts_with(STREET) {
        true => STREET.len(),
        false => name[at..].chars().next().map_or(0, char::len_utf8),
    };
    Some((&name[..at], &name[at + word..]))
}

fn without_kind(place: &str) -> &str {
    let shorter = KINDS.iter().find_map(|kind| place.strip_suffix(kind));
    shorter.map_or(place, without_kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_bodies_hold_names_of_places() {
        assert_eq!(bare("云埠县公共资源交易中心"), ["云埠"]);
        assert_eq!(bare("云溪市青石街道办事处"), ["云溪", "青石"]);
        assert_eq!(bare("沅汀经济技术开发区管理委员会"), ["沅汀"]);
        assert_eq!(bare("松岭社区居民委员会"), ["松岭"]);
        assert_eq!(bare("市场监督管理局"), [""; 0]);
        assert_eq!(bare(""), [""; 0]);
    }

    #[test]
    fn a_title_may_begin_with_a_place() {
        assert_eq!(of_title("青坪县水务局政府信息公开指南"), Some("青坪"));
        assert_eq!(of_title("关于青坪县水务局招聘的公告"), Some("青坪"));
        for title in [
            "加墙市场监管局队伍建设",
            "夯实乡村振兴基础，办好实事",
            "青坪县召开防汛会议",
            "关于做好全县防汛工作的通知",
            "全县财政局长会议",
        ] {
            assert_eq!(of_title(title), None, "{title}");
        }
    }
}
