//! How two short texts differ.

/// Whether a text may be meant for another: at most two edits (one for short ones), and something in common.
pub(super) fn is_like(written: &str, wanted: &str) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (written.chars().collect(), wanted.chars().collect());
    let common = a.iter().any(|c| b.contains(c));
    let most = if b.len() <= 4 { 1 } else { 2 };
    common && distance(&a, &b) <= most
}

/// Fewest insertions, deletions and substitutions.
pub(super) fn distance(a: &[char], b: &[char]) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let cost = diagonal + usize::from(x != y);
            diagonal = row[j + 1];
            row[j + 1] = cost.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}

/// `习近平〔缺：新〕时代…`, from the longest common beginning and end.
pub(super) fn marked(written: &[char], wanted: &[char]) -> String {
    let head = written
        .iter()
        .zip(wanted)
        .take_while(|(a, b)| a == b)
        .count();
    let most = written.len().min(wanted.len()) - head;
    let tail = written
        .iter()
        .rev()
        .zip(wanted.iter().rev())
        .take(most)
        .take_while(|(a, b)| a == b)
        .count();
    let text = |chars: &[char]| chars.iter().collect::<String>();
    let (got, want) = (
        text(&written[head..written.len() - tail]),
        text(&wanted[head..wanted.len() - tail]),
    );
    let change = match (got.is_empty(), want.is_empty()) {
        (true, _) => format!("〔缺：{want}〕"),
        (_, true) => format!("〔多：{got}〕"),
        _ => format!("〔{got}→{want}〕"),
    };
    format!(
        "{}{change}{}",
        text(&wanted[..head]),
        text(&wanted[wanted.len() - tail..])
    )
}

#[cfg(test)]
mod tests {
    use super::{distance, is_like, marked};

    fn chars(text: &str) -> Vec<char> {
        text.chars().collect()
    }

    #[test]
    fn differences_are_counted_and_shown() {
        assert_eq!(distance(&chars("法制"), &chars("法治")), 1);
        assert!(is_like("诚实", "诚信"));
        assert!(!is_like("美丽", "和谐"));
        assert_eq!(
            marked(&chars("甲丙丁"), &chars("甲乙丙丁")),
            "甲〔缺：乙〕丙丁"
        );
        assert_eq!(
            marked(&chars("甲乙乙丙"), &chars("甲乙丙")),
            "甲乙〔多：乙〕丙"
        );
        assert_eq!(marked(&chars("甲戊丙"), &chars("甲乙丙")), "甲〔戊→乙〕丙");
    }
}
