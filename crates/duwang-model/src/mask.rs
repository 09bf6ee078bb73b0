//! Masking of personal data wherever a finding is shown or exported: first six and last four of an ID number, first three and
//! last four of a mobile number, last four of a card (个人信息保护法第五十一条: de-identification).

/// A text with its personal numbers masked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Masked {
    /// The text to show; same number of characters as the input.
    pub text: String,
    /// How many numbers were masked.
    pub count: usize,
}

/// Masks every run of digits (blanks and hyphens between digits allowed) that looks like an ID number (15, 18), a mobile number (11,
/// starting with 1) or a bank card (16–19). Lengths stay the same, so that offsets stay right. Fixed phones and short numbers pass.
pub fn mask_personal(text: &str) -> Masked {
    let chars: Vec<char> = text.chars().collect();
    let mut out = chars.clone();
    let mut count = 0;
    let mut at = 0;
    while at < chars.len() {
        if digit(chars[at]).is_none() {
            at += 1;
            continue;
        }
        let run = digits_from(&chars, at);
        if let Some((head, tail)) = shown(&chars, &run) {
            for &i in &run[head..run.len() - tail] {
                out[i] = '*';
            }
            count += 1;
        }
        at = run.last().map_or(at + 1, |last| last + 1);
    }
    Masked {
        text: out.into_iter().collect(),
        count,
    }
}

/// ASCII or full-width digit.
fn digit(c: char) -> Option<char> {
    match c {
        '0'..='9' => Some(c),
        '０'..='９' => char::from_u32(c as u32 - '０' as u32 + '0' as u32),
        _ => None,
    }
}

/// Positions of the digits (and a closing X) of the run that starts at `at`; single blanks or hyphens between digits are skipped.
fn digits_from(chars: &[char], at: usize) -> Vec<usize> {
    let mut run = vec![at];
    let mut i = at + 1;
    while i < chars.len() {
        let joins = matches!(chars[i], ' ' | '-' | '\u{a0}' | '\u{3000}' | '\u{200b}')
            && chars.get(i + 1).is_some_and(|c| digit(*c).is_some());
        if digit(chars[i]).is_some() {
            run.push(i);
        } else if matches!(chars[i], 'x' | 'X' | 'Ｘ' | 'ｘ') && matches!(run.len(), 17) {
            run.push(i);
            break;
        } else if !joins {
            break;
        }
        i += 1;
    }
    run
}

/// How many digits stay shown at both ends, when the run is personal.
fn shown(chars: &[char], run: &[usize]) -> Option<(usize, usize)> {
    let first = digit(chars[run[0]])?;
    if first == '0' {
        return None; // an area code, a serial number: no ID, mobile or card number begins with 0
    }
    match run.len() {
        18 => Some((6, 4)),
        15 => Some((6, 4)),
        16 | 17 | 19 => Some((0, 4)),
        11 if first == '1' => Some((3, 4)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::mask_personal;

    #[test]
    fn numbers_are_masked_and_length_stays() {
        for (given, shown) in [
            ("身份证35049919900101031X。", "身份证350499********031X。"),
            ("电话13800138001", "电话138****8001"),
            ("电话138 0013 8001", "电话138 **** 8001"),
            ("0599-6660001", "0599-6660001"),
            ("0599-6660001-8001", "0599-6660001-8001"),
            ("P020260918325712345678.docx", "P020260918325712345678.docx"),
            ("6222000000000000005", "***************0005"),
        ] {
            let masked = mask_personal(given);
            assert_eq!(masked.text, shown);
            assert_eq!(masked.text.chars().count(), given.chars().count());
        }
    }
}
