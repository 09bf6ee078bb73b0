//! An amount in figures beside the same amount in words: 7667元（柒仟陆佰陆拾柒元整）.

use super::figures;

/// Hundredths of a yuan.
const FEN: u64 = 100;

/// Whether the figures of a match say another amount than its words. What cannot be read says nothing.
pub(super) fn differs(matched: &str) -> bool {
    let is_word = |c: char| {
        is_capital(c) || matches!(c, '万' | '亿' | '元' | '圆' | '角' | '分' | '整' | '正')
    };
    let Some(first) = matched.find(is_capital) else {
        return false;
    };
    let words = &matched[first..];
    let words = &words[..words.find(|c| !is_word(c)).unwrap_or(words.len())];
    if !words.contains(['元', '圆']) {
        return false;
    }
    let rest = matched.replacen(words, " ", 1);
    let of = in_figures(&rest).zip(in_words(words));
    of.is_some_and(|(figures, words)| figures != words)
}

/// `1,234.5元`, `12.3万元`, the only number of a text.
fn in_figures(text: &str) -> Option<u64> {
    let mut figures = figures::all(text);
    let figure = figures.next().filter(|_| figures.next().is_none())?;
    let times = match figure.unit.chars().next()? {
        '元' | '圆' => 1,
        '万' => 10_000,
        '亿' => 100_000_000,
        _ => return None,
    };
    let fen = figure.digits.checked_mul(times)?.checked_mul(FEN)?;
    let parts = 10_u64.pow(figure.places);
    fen.is_multiple_of(parts).then(|| fen / parts)
}

/// `壹万捌仟伍佰零肆元整`, `叁元伍角`.
fn in_words(text: &str) -> Option<u64> {
    let text = text.trim_end_matches(['整', '正']);
    let (yuan, rest) = text.split_once(['元', '圆']).unwrap_or((text, ""));
    let (ten_thousands, below) = match yuan.split_once('亿') {
        Some((hundred_millions, below)) => {
            (whole(hundred_millions)?.checked_mul(100_000_000)?, below)
        }
        None => (0, yuan),
    };
    let below = if below.is_empty() { 0 } else { whole(below)? };
    let yuan = ten_thousands.checked_add(below)?;
    yuan.checked_mul(FEN)?.checked_add(coins(rest)?)
}

fn whole(text: &str) -> Option<u64> {
    let text = text.trim_start_matches('零');
    let (value, len) = crate::han::number_at(text)?;
    (len == text.len()).then_some(value.into())
}

/// `伍角贰分`, in hundredths.
fn coins(text: &str) -> Option<u64> {
    let mut fen = 0;
    let mut digit = None;
    for c in text.chars() {
        match (CAPITALS.chars().position(|d| d == c), c) {
            (Some(value), _) => digit = Some(value as u64),
            (None, '角') => fen += digit.take()? * 10,
            (None, '分') => fen += digit.take()?,
            _ => return None,
        }
    }
    digit.is_none_or(|d| d == 0).then_some(fen)
}

const CAPITALS: &str = "零壹贰叁肆伍陆柒捌玖";

fn is_capital(c: char) -> bool {
    CAPITALS.contains(c) || matches!(c, '拾' | '佰' | '仟')
}

#[cfg(test)]
mod tests {
    use super::differs;

    #[test]
    fn figures_and_words_say_the_same() {
        for text in [
            "7667元(柒仟陆佰陆拾柒元整)",
            "18504元(壹万捌仟伍佰零肆元整)",
            "5万元(伍万元整)",
            "1,234.50元(壹仟贰佰叁拾肆元伍角)",
            "3.05元(叁元零伍分)",
            "1.2亿元(壹亿贰仟万元整)",
            "壹万元整(10000元)",
            "100元(壹佰圆整)",
        ] {
            assert!(!differs(text), "{text}");
        }
        for text in [
            "7667元(柒仟陆佰陆拾陆元整)",
            "5万元(伍仟元整)",
            "壹万元整(1000元)",
        ] {
            assert!(differs(text), "{text}");
        }
        // Not read, not judged.
        for text in [
            "罚款(壹万元)",
            "10万(拾万",
            "甲壹号10元",
            "1元、2元(叁元)",
            "",
        ] {
            assert!(!differs(text), "{text}");
        }
    }
}
