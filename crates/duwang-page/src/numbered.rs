//! The number a line or a sentence begins with: `一、`, `（一）`, `1.`, `1）`, `第一条`.

/// What stands behind the number a line begins with, when it begins with one.
pub(crate) fn behind_number(line: &str) -> Option<&str> {
    let (ends, longest): (&[char], usize) = match line.chars().next()? {
        '（' | '(' => (&['）', ')'], 3),
        '第' => (&['条', '章', '节', '款'], 5),
        _ => (&['、', '.', '．', '）', ')'], 3),
    };
    let number = line.strip_prefix(['（', '(', '第']).unwrap_or(line);
    let end = end_of_numerals(number, longest).filter(|end| *end > 0)?;
    let behind = number[end..].strip_prefix(ends)?;
    (!is_decimal(&number[end..])).then_some(behind)
}

/// The line without the number it begins with.
pub(crate) fn without_number(line: &str) -> &str {
    let line = line.trim_start();
    behind_number(line).map_or(line, str::trim_start)
}

/// Where the numerals at the beginning of a text end, when there are no more than so many.
fn end_of_numerals(text: &str, longest: usize) -> Option<usize> {
    const NUMERALS: &str = "一二三四五六七八九十百零〇0123456789０１２３４５６７８９";
    let mut beginning = text.char_indices().take(longest + 1);
    let end = beginning.find(|(_, c)| !NUMERALS.contains(*c))?;
    Some(end.0)
}

/// `.5万元`, where `.2026年…` is a year behind the number of a point.
fn is_decimal(text: &str) -> bool {
    let Some(behind) = text.strip_prefix(['.', '．']) else {
        return false;
    };
    let is_digit = |c: char| c.is_ascii_digit() || ('０'..='９').contains(&c);
    let digits = behind.chars().take_while(|c| is_digit(*c)).take(5).count();
    let is_year = digits == 4 && behind.trim_start_matches(is_digit).starts_with('年');
    digits > 0 && !is_year
}

#[cfg(test)]
mod tests {
    use super::{behind_number, without_number};

    #[test]
    fn numbers_at_the_beginning() {
        for (line, behind) in [
            ("一、机构职能", Some("机构职能")),
            ("二十一、附则", Some("附则")),
            ("3.办公时间", Some("办公时间")),
            ("12．办公时间", Some("办公时间")),
            ("１、办公时间", Some("办公时间")),
            ("（三）办公时间", Some("办公时间")),
            ("(十一)办公时间", Some("办公时间")),
            ("2）身份证", Some("身份证")),
            (
                "第四条 本办法自发布之日起施行",
                Some(" 本办法自发布之日起施行"),
            ),
            ("第一百二十条助浴点", Some("助浴点")),
            ("第二章 总则", Some(" 总则")),
            ("1.2026年9月18日前办结", Some("2026年9月18日前办结")),
            ("一、", Some("")),
            // Numbers that number nothing.
            ("3.5万元", None),
            ("３．５万元", None),
            ("2026.9.18", None),
            ("2026、2027年", None),
            ("0599-6660001", None),
            ("3条意见", None),
            ("（三楼）", None),
            ("（）", None),
            ("第三方机构", None),
            ("一次性补贴", None),
            ("、", None),
            ("十", None),
            ("", None),
        ] {
            assert_eq!(behind_number(line), behind, "{line}");
        }
        assert_eq!(without_number(" 第二条　助浴点"), "助浴点");
        assert_eq!(without_number("第三方机构"), "第三方机构");
    }
}
