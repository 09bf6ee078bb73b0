//! The day that stands in an address.

use super::{day_of, eight_digits};
use chrono::NaiveDate;

/// The day in an address: `/202609/t20260918_1.htm`, `/2026/9/18/art_1_2.html`, `/2026-09/18/content_1.htm`, `/20260918/`.
pub(crate) fn date_in_url(url: &str) -> Option<NaiveDate> {
    let path = url.split(['?', '#']).next().unwrap_or("");
    let path = path.split_once("://").map_or(path, |(_, rest)| rest);
    let parts: Vec<&str> = path.split('/').skip(1).collect();
    let in_a_name = parts.iter().rev().find_map(|part| day_in_name(part));
    in_a_name.or_else(|| parts.windows(3).find_map(day_in_folders))
}

/// `t20260918_123.htm`, `20260918`, `20260918090500`; not the number of an attachment (`P020260918325712345678.docx`).
fn day_in_name(part: &str) -> Option<NaiveDate> {
    let digits = part.strip_prefix(['t', 'P', 'W']).unwrap_or(part);
    let run = digits.bytes().take_while(u8::is_ascii_digit).count();
    let whole_name =
        !part.starts_with(['P', 'W']) && (run == 8 || (run == 14 && digits.len() == 14));
    let ends_there =
        part.starts_with('t') || run == digits.len() || digits.as_bytes().get(run) == Some(&b'_');
    if !whole_name || !ends_there {
        return None;
    }
    eight_digits(digits)
}

/// `2026/9/18`, `2026-09/18`.
fn day_in_folders(three: &[&str]) -> Option<NaiveDate> {
    let [first, second, third] = three else {
        return None;
    };
    let (year, month, day) = match first.split_once('-') {
        Some((year, month)) => (year, month, second),
        None => (*first, *second, third),
    };
    if year.len() != 4 || month.len() > 2 || day.len() > 2 {
        return None;
    }
    day_of(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
}

#[cfg(test)]
mod tests {
    use super::date_in_url;

    #[test]
    fn days_in_addresses() {
        let day = |url| date_in_url(url).map(|d| d.to_string());
        assert_eq!(
            day("http://a.example/x/202609/t20260918_123.htm").as_deref(),
            Some("2026-09-18")
        );
        assert_eq!(
            day("http://a.example/art/2026/9/18/art_1_2.html").as_deref(),
            Some("2026-09-18")
        );
        assert_eq!(
            day("http://a.example/zc/content/2026-09/18/content_5.htm").as_deref(),
            Some("2026-09-18")
        );
        assert_eq!(
            day("http://a.example/x/20260918/abc.html").as_deref(),
            Some("2026-09-18")
        );
        assert_eq!(day("http://a.example/info/1041/2345.htm"), None);
        assert_eq!(day("http://a.example/P020260918325712345678.docx"), None);
    }
}
