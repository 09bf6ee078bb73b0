//! In which form values are compared: two ways of writing the same phone, address or hours are the same.

use crate::setting::setting;
setting! {
    /// What is compared.
    pub(super) enum Compared {
        /// Digits without the area code.
        Phone = "phone",
        /// Road and number; an address without them is not compared.
        Address = "address",
        /// Times of day.
        Hours = "hours",
        /// A person's name.
        Name = "name",
        /// Letters and digits.
        Text = "text",
    }
}

impl Compared {
    /// What a value says, in the form that is compared; empty when nothing comparable stands there.
    pub(super) fn read(self, value: &str) -> Vec<String> {
        match self {
            Self::Phone => phones(value),
            Self::Address => address(value).into_iter().collect(),
            Self::Hours => hours(value),
            Self::Name => name(value).into_iter().collect(),
            Self::Text if value.contains('@') => mails(value),
            Self::Text => Some(bare(value))
                .filter(|b| !b.is_empty())
                .into_iter()
                .collect(),
        }
    }

    /// Whether two pages can both be right.
    pub(super) fn agree(self, a: &[String], b: &[String]) -> bool {
        let within = |few: &[String], many: &[String]| few.iter().all(|v| many.contains(v));
        match self {
            // One page may leave out the summer hours.
            Self::Hours => within(a, b) || within(b, a),
            Self::Address => a.iter().any(|x| b.iter().any(|y| same_place(x, y))),
            _ => a.iter().any(|v| b.contains(v)),
        }
    }
}

/// Letters and digits, small: addresses of mail are the same in capitals.
fn bare(value: &str) -> String {
    value
        .chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

/// Each address by itself: `a@x.example（原邮箱 b@x.example 停用）`.
fn mails(value: &str) -> Vec<String> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '@' | '.' | '_' | '-' | '+');
    let closed: String = value.replace(" @", "@").replace("@ ", "@");
    closed
        .split(|c| !is_part(c))
        .filter(|part| part.contains('@'))
        .map(bare)
        .collect()
}

/// Seven or eight digits each, the area code left out.
fn phones(value: &str) -> Vec<String> {
    let joined: String = value
        .chars()
        .map(|c| {
            if matches!(c, '—' | '–' | '－') {
                '-'
            } else {
                c
            }
        })
        .collect();
    let mut found = Vec::new();
    for run in joined.split(|c: char| !(c.is_ascii_digit() || matches!(c, '-' | ' '))) {
        let mut groups: Vec<&str> = run.split(['-', ' ']).filter(|g| !g.is_empty()).collect();
        if groups
            .first()
            .is_some_and(|g| g.len() <= 4 && g.starts_with('0'))
        {
            groups.remove(0);
        }
        for group in groups {
            // With the area code written together, its length is not known: three or four digits.
            let own: &[usize] = match (group.len(), group.starts_with('0')) {
                (7, _) => &[7],
                (8, _) => &[8],
                (10, true) => &[7],
                (11, true) => &[7, 8],
                (12, true) => &[8],
                _ => &[],
            };
            found.extend(own.iter().map(|n| group[group.len() - n..].to_owned()));
        }
    }
    found
}

const ROADS: [char; 5] = ['路', '街', '道', '巷', '弄'];

/// `青石路18号`.
fn address(value: &str) -> Option<String> {
    let chars: Vec<char> = value.chars().filter(|c| !c.is_whitespace()).collect();
    let number = chars.iter().position(|c| *c == '号')?;
    let digits = chars[..number]
        .iter()
        .rev()
        .take_while(|c| c.is_ascii_digit() || **c == '-')
        .count();
    let road = number - digits;
    if digits == 0 || !chars[..road].last().is_some_and(|c| ROADS.contains(c)) {
        return None;
    }
    let start = road.saturating_sub(3);
    Some(chars[start..=number].iter().collect())
}

/// Whether one of two addresses with the same number only leaves out what stands before the road's name.
fn same_place(a: &str, b: &str) -> bool {
    a.ends_with(b) || b.ends_with(a)
}

/// `8:30`, `17:30`; 上午8时至12时 counts alike.
fn hours(value: &str) -> Vec<String> {
    let marked: String = value
        .replace("点半", ":30")
        .replace("时半", ":30")
        .chars()
        .map(|c| {
            if matches!(c, '时' | '点' | '.') {
                ':'
            } else {
                c
            }
        })
        .collect();
    let mut found = Vec::new();
    let bytes = marked.as_bytes();
    for (at, _) in marked.match_indices(':') {
        let before = marked[..at]
            .bytes()
            .rev()
            .take_while(u8::is_ascii_digit)
            .count();
        let after = bytes[at + 1..]
            .iter()
            .take_while(|b| b.is_ascii_digit())
            .count();
        if !(1..=2).contains(&before) || !matches!(after, 0 | 2) {
            continue;
        }
        let hour: u32 = marked[at - before..at].parse().unwrap_or(99);
        let minute: u32 = marked[at + 1..at + 1 + after].parse().unwrap_or(0);
        if hour > 24 || minute > 59 {
            continue;
        }
        // 下午2:30 is 14:30.
        let afternoon = marked[..at - before].rfind("下午");
        let morning = marked[..at - before].rfind("上午");
        let later = afternoon.is_some() && afternoon > morning && hour < 12;
        found.push(format!(
            "{}:{minute:02}",
            if later { hour + 12 } else { hour }
        ));
    }
    found
}

/// Two to four Han letters, a title before or behind left out.
fn name(value: &str) -> Option<String> {
    let bare: String = value.chars().filter(|c| !c.is_whitespace()).collect();
    let is_han = |c: char| ('\u{4e00}'..='\u{9fff}').contains(&c) || c == '·';
    let first: String = bare.chars().take_while(|c| is_han(*c)).collect();
    (2..=4).contains(&first.chars().count()).then_some(first)
}

#[cfg(test)]
mod tests {
    use super::Compared;

    fn agree(how: Compared, a: &str, b: &str) -> bool {
        how.agree(&how.read(a), &how.read(b))
    }

    #[test]
    fn phones_are_the_same_with_and_without_area_code() {
        for value in [
            "0599-6660011",
            "(0599)6660011",
            "6660011",
            "05996660011",
            "0599—6660011",
        ] {
            assert!(agree(Compared::Phone, value, "0599-6660011"), "{value}");
        }
        assert!(agree(Compared::Phone, "6660011、6660012", "0599-6660012"));
        assert!(!agree(Compared::Phone, "0599-6660011", "0599-6660013"));
        assert_eq!(Compared::Phone.read("12345"), Vec::<String>::new());
    }

    #[test]
    fn addresses_are_compared_by_road_and_number() {
        assert!(agree(
            Compared::Address,
            "云溪市青石路18号3楼",
            "青石路18号"
        ));
        assert!(!agree(
            Compared::Address,
            "云溪市青石路18号",
            "云溪市青石路81号"
        ));
        assert_eq!(
            Compared::Address.read("青石街道便民服务中心"),
            Vec::<String>::new()
        );
    }

    #[test]
    fn hours_may_leave_out_a_season() {
        let whole = "夏季8:00-12:00,15:00-18:00;冬季8:00-12:00,14:30-17:30";
        assert!(agree(
            Compared::Hours,
            whole,
            "上午8:00-12:00,下午2:30-5:30"
        ));
        assert!(agree(Compared::Hours, "8时至12时", "8:00—12:00"));
        assert!(!agree(Compared::Hours, "8:30-12:00", "8:00-12:00"));
    }

    #[test]
    fn mail_is_the_same_in_capitals() {
        assert!(agree(
            Compared::Text,
            "HT_SLJ@hetang.example",
            "ht_slj@hetang.example"
        ));
        assert!(agree(
            Compared::Text,
            "lyj@cang.example(原邮箱cxp@mail.example停用)",
            "lyj@cang.example"
        ));
        assert!(!agree(
            Compared::Text,
            "gk@qingshi.example",
            "qs@qingshi.example"
        ));
    }

    #[test]
    fn names_stand_alone() {
        assert_eq!(Compared::Name.read("陈 某"), ["陈某"]);
        assert_eq!(
            Compared::Name.read("党工委副书记、办事处主任陈某某"),
            Vec::<String>::new()
        );
    }
}
