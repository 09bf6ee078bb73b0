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
}
