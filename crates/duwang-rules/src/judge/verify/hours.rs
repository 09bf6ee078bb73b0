//! Hours of a day that run backwards: 14:30-13:30.

/// Minutes of an hour.
const HOUR: u32 = 60;
/// Later than this somebody may begin who works through the night.
const EVENING: u32 = 17 * HOUR;
/// No shift of a night lasts longer.
const MORNING: u32 = 9 * HOUR;
/// The hour before noon is written by twelve or by twenty-four: 9:00-5:00 may end in the afternoon.
const NOON: u32 = 12 * HOUR;

/// Whether the second of two times of the day is earlier than the first. Where the night may lie between them, nobody knows.
pub(super) fn are_reversed(matched: &str) -> bool {
    let [first, second] = times(matched)[..] else {
        return false;
    };
    let begin = first.minutes();
    let goes_on = first.is_late && second.is_plain && second.written < NOON;
    let end = match goes_on {
        true => second.written + NOON, // 下午2:30-5:30
        false => second.minutes(),
    };
    end < begin && (begin < EVENING && end >= MORNING || end > NOON)
}

#[derive(Debug, Clone, Copy)]
struct Time {
    /// As it stands there.
    written: u32,
    /// 下午, 晚.
    is_late: bool,
    /// Nothing is said of the half of the day.
    is_plain: bool,
}

impl Time {
    /// Since midnight.
    fn minutes(self) -> u32 {
        match self.is_late && self.written < NOON {
            true => self.written + NOON,
            false => self.written,
        }
    }
}

/// The times of a text: 8:30, 14时30分, 下午2点半.
fn times(text: &str) -> Vec<Time> {
    const LATE: [&str; 3] = ["下午", "晚", "傍晚"];
    const EARLY: [&str; 3] = ["上午", "早", "凌晨"];
    let mut times = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find(|c: char| c.is_ascii_digit()) {
        let (before, number) = rest.split_at(at);
        let (hour, behind) = number_of(number);
        rest = behind;
        let Some(behind) = behind.strip_prefix([':', '时', '点']) else {
            continue;
        };
        let says = |words: &[&str]| words.iter().any(|word| before.contains(word));
        let (minute, behind) = match behind.strip_prefix('半') {
            Some(behind) => (HOUR / 2, behind),
            None => number_of(behind),
        };
        times.push(Time {
            written: hour.saturating_mul(HOUR).saturating_add(minute),
            is_late: says(&LATE),
            is_plain: !says(&LATE) && !says(&EARLY),
        });
        rest = behind;
    }
    times
}

/// The number a text begins with, nought where there is none, and what stands behind it.
fn number_of(text: &str) -> (u32, &str) {
    let len = text.bytes().take_while(u8::is_ascii_digit).count();
    (text[..len].parse().unwrap_or(0), &text[len..])
}

#[cfg(test)]
mod tests {
    use super::are_reversed;

    #[test]
    fn hours_of_a_day_go_forwards() {
        for wrong in [
            "14:30-13:30",
            "12:00-9:30",
            "下午5:30-2:30",
            "14时30分至13时30分",
            "17:30-14:30",
        ] {
            assert!(are_reversed(wrong), "{wrong}");
        }
        for right in [
            "8:30-12:00",
            "上午8:30-下午5:30",
            "下午2:30-5:30",
            "下午2点半至5点半",
            "9:00-5:00",
            "17:30-8:30",
            "22:00-10:00",
            "8:30-8:30",
            "8:30",
            "8:30-12:00,14:30-17:30",
            "",
        ] {
            assert!(!are_reversed(right), "{right}");
        }
    }
}
