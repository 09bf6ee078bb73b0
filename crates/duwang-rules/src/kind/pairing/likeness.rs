//! Which documents belong together: by number, then by the title between 《》, then by likeness within a month.

use duwang_model::{PageFacts, Text};
use std::collections::HashSet;

/// Titles at least this alike belong together when they came within [`NEAR_DAYS`].
const ALIKE: f64 = 0.7;
const NEAR_DAYS: i64 = 30;
/// Shorter names say too little to be looked for inside others.
const SHORTEST_NAME: usize = 6;

/// What a page goes by.
pub(crate) struct Names {
    number: Option<String>,
    /// What its number begins with: `松财规`.
    issuer: Option<String>,
    /// Its title and the names inside it, bare.
    titles: Vec<String>,
    /// What it cites, bare.
    cites: Vec<String>,
    /// Its title says in 《》 which document it is about: likeness to others then means nothing.
    explicit: bool,
}

impl Names {
    pub(crate) fn of(page: &PageFacts) -> Self {
        Self {
            number: page.ties.number.as_deref().map(number),
            issuer: page.ties.number.as_deref().and_then(issuer),
            titles: titles(&page.title),
            cites: page.ties.cites.iter().map(|c| bare(c)).collect(),
            explicit: page.title.contains('《') && page.title.contains('》'),
        }
    }
}

/// Whether something binds a page to another one, given its names and facts.
type Tie<'t> = dyn Fn(&Names, &PageFacts) -> bool + 't;

/// The partners of a page among others, by the strongest tie that binds any of them.
pub(crate) fn partners<'p>(
    own: &Names,
    page: &PageFacts,
    others: &[(Names, &'p PageFacts)],
) -> Vec<&'p PageFacts> {
    let ties: [&Tie<'_>; 3] = [
        &|names, _| share_number(own, names),
        &|names, _| !are_two(own, names) && share_title(own, names),
        &|names, other| near(page, other) && !are_two(own, names) && alike(own, names),
    ];
    for tie in ties {
        let found: Vec<&PageFacts> = others
            .iter()
            .filter(|(names, other)| other.url != page.url && tie(names, other))
            .map(|(_, other)| *other)
            .collect();
        if !found.is_empty() {
            return found;
        }
    }
    Vec::new()
}

/// The page that comes next after this one in a series: the same title but for its numbers, such as the reports of the years.
pub(crate) fn next_of_series<'p>(
    page: &PageFacts,
    others: &[(Names, &'p PageFacts)],
) -> Vec<&'p PageFacts> {
    let Some(own) = page.published else {
        return Vec::new();
    };
    let series = without_numbers(&page.title);
    others
        .iter()
        .map(|(_, other)| *other)
        .filter(|other| other.url != page.url && without_numbers(&other.title) == series)
        .filter_map(|other| {
            other
                .published
                .filter(|day| *day > own)
                .map(|day| (day, other))
        })
        .min_by(|a, b| a.0.cmp(&b.0).then_with(|| a.1.url.cmp(&b.1.url)))
        .map(|(_, other)| other)
        .into_iter()
        .collect()
}

fn without_numbers(title: &str) -> String {
    let mut bare = bare(title);
    bare.retain(|c| !(c.is_numeric() || "一二三四五六七八九".contains(c)));
    bare
}

fn share_number(a: &Names, b: &Names) -> bool {
    let cites = |of: &Names, other: &Names| {
        of.number.as_ref().is_some_and(|number| {
            other.cites.iter().any(|cite| cite == number) || other.number.as_ref() == Some(number)
        })
    };
    cites(a, b) || cites(b, a)
}

/// Whether one office gave them two numbers: then they are two versions, whatever they are called.
fn are_two(a: &Names, b: &Names) -> bool {
    a.issuer.is_some() && a.issuer == b.issuer && a.number != b.number
}

fn share_title(a: &Names, b: &Names) -> bool {
    let long = |name: &&String| name.chars().count() >= SHORTEST_NAME;
    let named_in = |names: &Names, other: &Names| {
        names.titles.iter().filter(long).any(|title| {
            other.titles.iter().any(|t| t.contains(title.as_str()))
                || other.cites.iter().any(|c| c == title)
        })
    };
    named_in(a, b) || named_in(b, a)
}

fn near(a: &PageFacts, b: &PageFacts) -> bool {
    a.published
        .zip(b.published)
        .is_some_and(|(a, b)| (a - b).num_days().abs() <= NEAR_DAYS)
}

fn alike(a: &Names, b: &Names) -> bool {
    if a.explicit || b.explicit {
        return false;
    }
    a.titles
        .iter()
        .any(|x| b.titles.iter().any(|y| dice(x, y) >= ALIKE))
}

/// Whether two titles are one, marks, blanks and what only says the genre aside.
pub(crate) fn is_same_title(a: &str, b: &str) -> bool {
    let of = |title: &str| bare(without_genre(Text::new(title.to_owned()).folded()));
    let (a, b) = (of(a), of(b));
    let long = a.chars().count().min(b.chars().count()) >= SHORTEST_NAME;
    a == b || (long && (a.contains(&b) || b.contains(&a) || dice(&a, &b) >= 0.85))
}

/// How much two titles have in common, from 0 to 1, marks and blanks aside.
pub(crate) fn share(a: &str, b: &str) -> f64 {
    dice(&bare(a), &bare(b))
}

/// The share of neighbouring character pairs two texts have in common.
fn dice(a: &str, b: &str) -> f64 {
    let pairs =
        |text: &str| -> HashSet<(char, char)> { text.chars().zip(text.chars().skip(1)).collect() };
    let (a, b) = (pairs(a), pairs(b));
    if a.is_empty() || b.is_empty() {
        return 0.0;
    }
    2.0 * a.intersection(&b).count() as f64 / (a.len() + b.len()) as f64
}

/// What is done with a document by the title of the page that holds it.
const PUBLISHING: [&str; 4] = ["公布", "发布", "颁布", "实施"];

/// A title, and the names of documents inside it.
fn titles(title: &str) -> Vec<String> {
    let folded = Text::new(title.to_owned()).folded().to_owned();
    let mut names: Vec<String> = between(&folded, '《', '》').map(bare).collect();
    let whole = without_genre(&folded);
    if let Some(inner) = whole
        .split_once("关于印发")
        .or_else(|| whole.split_once("关于"))
        .map(|(_, rest)| rest.trim_end_matches("通知").trim_end_matches('的'))
    {
        names.push(bare(inner));
        // `关于公布征地区片综合地价的通知`: what is published has a name of its own.
        names.extend(
            PUBLISHING
                .iter()
                .find_map(|verb| inner.strip_prefix(verb))
                .map(bare),
        );
    }
    names.push(bare(whole));
    names.retain(|name| !name.is_empty());
    names.sort();
    names.dedup();
    names
}

/// Without the words that say what a page does with a document (解读 of …, results of …).
fn without_genre(title: &str) -> &str {
    const HEADS: [&str; 6] = [
        "一图读懂",
        "一图看懂",
        "图解",
        "政策解读",
        "解读",
        "视频解读",
    ];
    const TAILS: [&str; 20] = [
        "政策解读",
        "的解读",
        "解读",
        "图解",
        "起草说明",
        "征求意见稿",
        "草案",
        "公开征求意见",
        "征求意见",
        "的公告",
        "公告",
        "的通告",
        "结果反馈",
        "反馈",
        "情况说明",
        "采纳情况",
        "意见",
        "情况",
        "的结果",
        "结果",
    ];
    let marks = [' ', ':', '|', '(', ')', '·', '-', '—', '一'];
    let mut title = title.trim();
    loop {
        let before = title;
        for head in HEADS {
            title = title.strip_prefix(head).unwrap_or(title);
        }
        for tail in TAILS {
            title = title.strip_suffix(tail).unwrap_or(title);
        }
        title = title
            .trim_start_matches([' ', ':', '|', ')', '·', '-', '—'])
            .trim_end_matches(marks);
        if title == before {
            return title;
        }
    }
}

fn between(text: &str, open: char, close: char) -> impl Iterator<Item = &str> {
    text.split(open)
        .skip(1)
        .filter_map(move |part| part.split(close).next())
}

/// Letters and digits only.
fn bare(text: &str) -> String {
    Text::new(text.to_owned())
        .folded()
        .chars()
        .filter(|c| c.is_alphanumeric())
        .collect()
}

fn number(number: &str) -> String {
    bare(number)
}

/// What stands before the year in a number.
fn issuer(number: &str) -> Option<String> {
    let (issuer, _) = number.split_once(['〔', '[', '［', '【', '(', '（'])?;
    Some(bare(issuer)).filter(|issuer| !issuer.is_empty())
}

#[cfg(test)]
mod tests {
    use super::{dice, titles};

    #[test]
    fn titles_lose_what_only_says_the_genre() {
        for title in [
            "《云溪市停车管理办法》政策解读",
            "一图读懂《云溪市停车管理办法》",
            "云溪市人民政府关于印发云溪市停车管理办法的通知",
            "图解：云溪市停车管理办法",
        ] {
            assert!(
                titles(title).contains(&"云溪市停车管理办法".to_owned()),
                "{title}: {:?}",
                titles(title)
            );
        }
    }

    #[test]
    fn what_is_published_has_a_name_of_its_own() {
        let names = titles("云溪市人民政府关于公布征地区片综合地价的通知");
        assert!(names.contains(&"征地区片综合地价".to_owned()), "{names:?}");
    }

    #[test]
    fn likeness_is_between_nothing_and_all() {
        assert!(dice("云溪市停车管理办法", "云溪市停车管理办法") > 0.99);
        assert!(dice("云溪市停车管理办法", "白沙镇防汛预案") < 0.1);
    }
}
