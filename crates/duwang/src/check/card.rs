//! The card of a check: what text was judged, by which rules, when, and with what verdict — so that a later scan can say whether a
//! page passed before it was published, and whether it was changed since.
//!
//! A draft and the page made of it differ in everything but their sentences. So a card keeps a short hash of each sentence, blanks
//! and line breaks left out, and nothing of the text itself.

use anyhow::Context as _;
use duwang_model::{CheckedBefore, Document, Finding, Kind, Level, Part, Span};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

/// Characters from which a sentence tells something: shorter ones (labels, dates, buttons) stand on every page.
const TELLING: usize = 8;
/// Of all telling sentences of a card, the share that must be on a page for the card to be about it.
const SAME_TEXT: f64 = 0.6;
/// Most sentences kept.
const MOST: usize = 20_000;

/// What a check said of one text.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Card {
    /// Short name, made from everything below.
    pub(crate) id: String,
    /// `sha256:…` of the sentences in order.
    pub(crate) text: String,
    /// Title, personal numbers masked.
    pub(crate) title: String,
    pub(crate) kind: Kind,
    /// Unit id, when it was given.
    pub(crate) unit: Option<String>,
    /// RFC 3339.
    pub(crate) checked: String,
    /// Version of all rules.
    pub(crate) rules: String,
    pub(crate) verdict: Verdict,
    pub(crate) serious: usize,
    pub(crate) general: usize,
    pub(crate) hint: usize,
    /// Short hashes of the telling sentences.
    pub(crate) sentences: Vec<String>,
}

/// Pass or not, by the level the check was asked to fail on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Verdict {
    Pass,
    Fail,
}

impl Verdict {
    pub(crate) fn chinese(self) -> &'static str {
        match self {
            Self::Pass => "通过",
            Self::Fail => "未通过",
        }
    }
}

/// What a card is made of besides the document.
pub(crate) struct Judged<'a> {
    pub(crate) findings: &'a [Finding],
    pub(crate) fails: bool,
    pub(crate) unit: Option<&'a str>,
    pub(crate) rules: &'a str,
    pub(crate) now: chrono::DateTime<chrono::Utc>,
}

impl Card {
    pub(crate) fn of(document: &Document, judged: &Judged<'_>) -> Self {
        let count = |level| {
            judged
                .findings
                .iter()
                .filter(|f| f.hit.level == level)
                .count()
        };
        let mut card = Self {
            id: String::new(),
            text: text_hash(document),
            title: crate::view::mask_text(&document.title),
            kind: document.kind,
            unit: judged.unit.map(str::to_owned),
            checked: crate::view::rfc3339(judged.now),
            rules: judged.rules.to_owned(),
            verdict: if judged.fails {
                Verdict::Fail
            } else {
                Verdict::Pass
            },
            serious: count(Level::Serious),
            general: count(Level::General),
            hint: count(Level::Hint),
            sentences: telling(document, |_| true).take(MOST).collect(),
        };
        card.id = card.fingerprint();
        card
    }

    /// The verdict for people: what passed may still have faults.
    pub(crate) fn outcome(&self) -> String {
        let counts = [("严重", self.serious), ("一般", self.general)];
        let faults: Vec<String> = counts
            .iter()
            .filter(|(_, count)| *count > 0)
            .map(|(level, count)| format!("{level}问题 {count} 处"))
            .collect();
        match faults.as_slice() {
            [] => self.verdict.chinese().to_owned(),
            faults => format!("{}，有{}", self.verdict.chinese(), faults.join("、")),
        }
    }

    /// Whether nobody changed the card since it was made.
    pub(crate) fn is_genuine(&self) -> bool {
        self.id == self.fingerprint()
    }

    /// Whether it is about exactly this text.
    pub(crate) fn is_about(&self, document: &Document) -> bool {
        self.text == text_hash(document)
    }

    fn fingerprint(&self) -> String {
        let unnamed = Self {
            id: String::new(),
            ..self.clone()
        };
        // Strings and numbers only: cannot fail.
        let json = serde_json::to_string(&unnamed).unwrap_or_default();
        hex(&Sha256::digest(json), 10)
    }
}

/// The cards kept in a data directory.
pub(crate) fn folder(data_dir: &Path) -> PathBuf {
    data_dir.join("cards")
}

pub(crate) fn save(data_dir: &Path, card: &Card) -> anyhow::Result<()> {
    let folder = folder(data_dir);
    crate::private::folder(&folder).with_context(|| format!("建不了目录 {}", folder.display()))?;
    let file = folder.join(format!("{}.json", card.id));
    let text = serde_json::to_string(card)?;
    crate::private::replace(&file, text.as_bytes())
        .with_context(|| format!("写不了 {}", file.display()))
}

/// A card by its name; `None` when there is none of that name, or it was changed.
pub(crate) fn find(data_dir: &Path, id: &str) -> Option<Card> {
    let is_name = !id.is_empty() && id.bytes().all(|b| b.is_ascii_hexdigit());
    let file = is_name.then(|| folder(data_dir).join(format!("{id}.json")))?;
    read(&file)
}

fn read(file: &Path) -> Option<Card> {
    let text = std::fs::read_to_string(file).ok()?;
    serde_json::from_str(&text).ok().filter(Card::is_genuine)
}

/// All cards, ready to be asked about pages.
#[derive(Debug, Default)]
pub(crate) struct Cards {
    cards: Vec<Card>,
    /// Cards by the sentences they hold.
    by_sentence: HashMap<String, Vec<usize>>,
}

impl Cards {
    /// Reads the cards of a data directory; what is no genuine card is left out.
    pub(crate) fn load(data_dir: &Path) -> Self {
        let mut files: Vec<PathBuf> = std::fs::read_dir(folder(data_dir))
            .map(|entries| entries.flatten().map(|e| e.path()).collect())
            .unwrap_or_default();
        files.sort();
        Self::new(files.iter().filter_map(|f| read(f)).collect())
    }

    fn new(cards: Vec<Card>) -> Self {
        let mut by_sentence: HashMap<String, Vec<usize>> = HashMap::new();
        for (index, card) in cards.iter().enumerate() {
            let once: HashSet<&String> = card.sentences.iter().collect();
            for sentence in once {
                by_sentence.entry(sentence.clone()).or_default().push(index);
            }
        }
        Self { cards, by_sentence }
    }

    /// What is known of a published page from before; `None` when no card was ever made: then nothing is said of anybody.
    pub(crate) fn judge(&self, document: &Document, rules: &str) -> Option<CheckedBefore> {
        if self.cards.is_empty() || document.kind == Kind::List {
            return None;
        }
        let everything: HashSet<String> = telling(document, |_| true).collect();
        let mut votes: HashMap<usize, usize> = HashMap::new();
        for sentence in &everything {
            for card in self.by_sentence.get(sentence).into_iter().flatten() {
                *votes.entry(*card).or_default() += 1;
            }
        }
        // Of several cards of one text the one that fits best counts, of equals the latest.
        let best = votes
            .into_iter()
            .filter_map(|(index, shared)| Some((self.cards.get(index)?, shared)))
            .filter(|(card, shared)| *shared as f64 >= SAME_TEXT * distinct(card) as f64)
            .max_by(|(a, x), (b, y)| (x, &a.checked, &a.id).cmp(&(y, &b.checked, &b.id)));
        let Some((card, shared)) = best else {
            return Some(CheckedBefore::Never);
        };
        let known: HashSet<&String> = card.sentences.iter().collect();
        let added = telling(document, |part| part == Part::Main).any(|s| !known.contains(&s));
        Some(if card.verdict == Verdict::Fail {
            CheckedBefore::Failed
        } else if added || shared < distinct(card) {
            CheckedBefore::Changed
        } else if card.rules != rules {
            CheckedBefore::RulesNewer
        } else {
            CheckedBefore::Passed
        })
    }
}

fn distinct(card: &Card) -> usize {
    card.sentences.iter().collect::<HashSet<_>>().len()
}

fn text_hash(document: &Document) -> String {
    let mut hash = Sha256::new();
    for sentence in sentences(document, |_| true) {
        hash.update(&sentence);
        hash.update("\n");
    }
    format!("sha256:{}", hex(&hash.finalize(), 32))
}

fn telling(document: &Document, wanted: impl Fn(Part) -> bool) -> impl Iterator<Item = String> {
    sentences(document, wanted)
        .filter(|s| s.chars().count() >= TELLING)
        .map(|s| hex(&Sha256::digest(&s), 8))
}

/// The visible sentences without their blanks; a sentence ends at a line end, too.
fn sentences(document: &Document, wanted: impl Fn(Part) -> bool) -> impl Iterator<Item = String> {
    document
        .blocks
        .iter()
        .filter(move |b| b.part != Part::Hidden && wanted(b.part))
        .flat_map(|b| split(document, b.span))
}

fn split(document: &Document, span: Span) -> Vec<String> {
    let (from, to) = document.text.to_folded(span);
    let line = document.text.folded().get(from..to).unwrap_or_default();
    line.split(['。', '!', '?', ';', '！', '？', '；'])
        .map(|s| s.chars().filter(|c| !c.is_whitespace()).collect::<String>())
        .filter(|s| !s.is_empty())
        .collect()
}

fn hex(bytes: &[u8], count: usize) -> String {
    bytes
        .iter()
        .take(count)
        .map(|b| format!("{b:02x}"))
        .collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests fail by panicking")]
    use super::*;
    use duwang_page::Hints;

    const DRAFT: &str = "关于做好防汛工作的通知\n各社区要备足防汛物资。各网格员要加强巡查；发现险情立即上报。\n青石街道办事处\n2026年9月18日";

    fn document(text: &str) -> Document {
        duwang_page::read_text("", text, &Hints::default())
    }

    fn page(body: &str) -> Document {
        let html = format!(
            "<html><body><div class=nav><a href=/>首页</a></div><h1>关于做好防汛工作的通知</h1><div class=info>发布时间：2026-09-18 来源：青石街道办事处</div><div class=TRS_Editor>{body}</div><div class=footer>主办：青石街道办事处　网站标识码：3504990001　联系电话：0599-6660000</div></body></html>"
        );
        let tree = duwang_html::parse(&html, duwang_html::Limits::default());
        duwang_page::read_html(
            "http://www.qingshi-demo.gov.cn/1.html",
            &html,
            &tree,
            "utf-8",
            &Hints::default(),
        )
    }

    fn card(text: &str, fails: bool) -> Card {
        let judged = Judged {
            findings: &[],
            fails,
            unit: Some("qingshi"),
            rules: "r1",
            now: chrono::DateTime::UNIX_EPOCH,
        };
        Card::of(&document(text), &judged)
    }

    const SAME: &str = "<p>各社区要备足防汛物资。</p><p>各网格员要加强巡查；<br>发现险情立即上报。</p><p>青石街道办事处</p><p>2026年9月18日</p>";

    #[test]
    fn a_page_made_of_a_draft_is_known_again() {
        let cards = Cards::new(vec![card(DRAFT, false)]);
        let judge = |body: &str, rules| cards.judge(&page(body), rules).unwrap();
        assert_eq!(judge(SAME, "r1"), CheckedBefore::Passed);
        assert_eq!(judge(SAME, "r2"), CheckedBefore::RulesNewer);
        let added = format!("{SAME}<p>另外请各单位报送今年的工作总结材料。</p>");
        assert_eq!(judge(&added, "r1"), CheckedBefore::Changed);
        assert_eq!(
            judge(&SAME.replace("备足防汛物资", "准备好防汛的物资"), "r1"),
            CheckedBefore::Changed
        );
        assert_eq!(
            judge(
                "<p>今天上午召开了安全生产工作会议，部署了下一步的工作。</p>",
                "r1"
            ),
            CheckedBefore::Never
        );
        assert_eq!(
            Cards::new(vec![card(DRAFT, true)])
                .judge(&page(SAME), "r1")
                .unwrap(),
            CheckedBefore::Failed
        );
    }

    #[test]
    fn without_cards_nothing_is_said() {
        assert_eq!(Cards::default().judge(&page(SAME), "r1"), None);
    }

    #[test]
    fn a_changed_card_is_no_card() {
        let dir = tempfile::tempdir().unwrap();
        let good = card(DRAFT, true);
        save(dir.path(), &good).unwrap();
        assert_eq!(find(dir.path(), &good.id), Some(good.clone()));
        assert!(good.is_about(&document(DRAFT)) && !good.is_about(&document("别的")));
        let forged = Card {
            verdict: Verdict::Pass,
            ..good.clone()
        };
        let file = folder(dir.path()).join(format!("{}.json", good.id));
        std::fs::write(file, serde_json::to_string(&forged).unwrap()).unwrap();
        assert_eq!(find(dir.path(), &good.id), None);
        assert_eq!(find(dir.path(), "../../etc/passwd"), None);
    }
}
