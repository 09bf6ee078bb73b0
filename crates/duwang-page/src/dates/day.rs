//! The day of a date: `2026-09-18`, `2026年9月18日`, `二〇二六年九月十八日`.

use super::cursor::{Cursor, digit};
use super::day_of;
use chrono::NaiveDate;

impl Cursor<'_> {
    /// `2026-09-18`, `2026年9月18日`.
    pub(super) fn day(&mut self) -> Option<NaiveDate> {
        let year = self.number(4, 4)? as i32;
        self.blanks();
        if self.take("年") {
            let (month, day) = self.month_and_day(|here| here.number(1, 2))?;
            return day_of(year, month, day);
        }
        self.day_behind_mark(year)
    }

    /// The rest of `2026-09-18`; one mark stands in both places, and nothing goes on behind.
    fn day_behind_mark(&mut self, year: i32) -> Option<NaiveDate> {
        let mark = ["-", "/", ".", "－", "／", "．", "–", "—"]
            .into_iter()
            .find(|m| self.take(m))?;
        self.blanks();
        let month = self.number(1, 2)?;
        self.blanks();
        self.take(mark).then_some(())?;
        self.blanks();
        let day = self.number(1, 2)?;
        let goes_on = digit(self.bytes, self.at).is_some()
            || (self.bytes[self.at..].starts_with(mark.as_bytes())
                && digit(self.bytes, self.at + mark.len()).is_some());
        (!goes_on).then(|| day_of(year, month, day)).flatten()
    }

    /// `二〇二六年九月十八日`; the zero is written 〇, ○, ◯, 零, O or 0.
    pub(super) fn chinese_day(&mut self) -> Option<NaiveDate> {
        let start = self.at;
        let day = self.chinese_day_here();
        if day.is_none() {
            self.at = start;
        }
        day
    }

    fn chinese_day_here(&mut self) -> Option<NaiveDate> {
        let mut year = 0;
        for place in 0..4 {
            let value = self.numeral()?;
            if value > 9 || (place == 0 && !(1..=2).contains(&value)) {
                return None;
            }
            year = year * 10 + value as i32;
        }
        self.blanks();
        self.take("年").then_some(())?;
        let (month, day) = self.month_and_day(Self::small_number)?;
        day_of(year, month, day)
    }

    /// `9月18日` behind 年, in the numbers that are read there.
    fn month_and_day(&mut self, number: impl Fn(&mut Self) -> Option<u32>) -> Option<(u32, u32)> {
        self.blanks();
        let month = number(self)?;
        self.blanks();
        self.take("月").then_some(())?;
        self.blanks();
        let day = number(self)?;
        self.blanks();
        (self.take("日") || self.take("号")).then_some((month, day))
    }

    /// `九`, `十`, `十八`, `二十`, `三十一`, `9`, `18`.
    fn small_number(&mut self) -> Option<u32> {
        if digit(self.bytes, self.at).is_some() {
            return self.number(1, 2);
        }
        let mut value = 0;
        let mut seen = false;
        while let Some(next) = self.numeral() {
            seen = true;
            value = match next {
                10 => value.max(1) * 10,
                _ => value + next,
            };
            if value > 31 {
                return None;
            }
        }
        seen.then_some(value)
    }

    fn numeral(&mut self) -> Option<u32> {
        const NUMERALS: [(&str, u32); 19] = [
            ("〇", 0),
            ("○", 0),
            ("◯", 0),
            ("零", 0),
            ("O", 0),
            ("Ｏ", 0),
            ("o", 0),
            ("一", 1),
            ("二", 2),
            ("三", 3),
            ("四", 4),
            ("五", 5),
            ("六", 6),
            ("七", 7),
            ("八", 8),
            ("九", 9),
            ("十", 10),
            ("０", 0),
            ("0", 0),
        ];
        NUMERALS
            .into_iter()
            .find(|(word, _)| self.take(word))
            .map(|(_, value)| value)
    }
}
