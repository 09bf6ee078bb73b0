//! What judging costs: all packs over the pages of the generated site, beside reading them; over 100 MB of Chinese text; and with ten
//! times more terms.
//!
//! `cargo bench -p duwang --bench rules` (10,000 pages and 100 MB; `DUWANG_BENCH_PAGES` and `DUWANG_BENCH_MB` change it). One thread.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a bench prints figures and fails by panicking"
)]

mod pages;

use chrono::{TimeZone as _, Utc};
use duwang_model::{Block, BlockKind, ChannelKind, Document, Kind, Part, Span, Text};
use duwang_page::{Hints, Reading, Source};
use duwang_rules::{Context, RuleFile, Rules};
use std::collections::BTreeSet;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

fn main() {
    let rules = duwang::rulebook::load(None, &[]).unwrap();
    beside_reading(&rules, number("DUWANG_BENCH_PAGES", 10_000));
    over_text(&rules, number("DUWANG_BENCH_MB", 100));
    with_more_terms();
}

/// Reading a page and judging it, over the whole site.
fn beside_reading(rules: &Rules, count: usize) {
    let hints = Hints::default();
    let (mut reading, mut judging, mut bytes, mut hits) = (Duration::ZERO, Duration::ZERO, 0, 0);
    for path in pages::paths(count).filter(|path| path.contains("/t2026")) {
        let page = pages::page(&path, count).unwrap();
        let url = format!("http://www.qingshi-demo.gov.cn{path}");
        let source = Source {
            url: &url,
            bytes: page.as_bytes(),
            content_type: Some("text/html; charset=utf-8"),
            hints: &hints,
        };
        let began = Instant::now();
        let Reading::Document(document) = duwang_page::read(&source) else {
            panic!("{path} was not read");
        };
        let read_at = Instant::now();
        hits += rules.check(&document, &context()).hits.len();
        reading += read_at - began;
        judging += read_at.elapsed();
        bytes += page.len();
    }
    let each = |took: Duration| took.as_secs_f64() * 1000.0 / count as f64;
    println!(
        "- {count} pages, {} MB: reading {:.3} ms a page, judging with all packs {:.3} ms a page ({:.2} times reading), {hits} hits.",
        bytes >> 20,
        each(reading),
        each(judging),
        each(judging) / each(reading)
    );
}

/// Pages of text alone, no two alike, so that no line is known from before.
fn over_text(rules: &Rules, megabytes: usize) {
    let (mut bytes, mut took, mut n) = (0, Duration::ZERO, 0);
    while bytes < megabytes << 20 {
        let page = document(&prose(&mut Dice(n + 1), 20_000));
        let began = Instant::now();
        rules.check(&page, &context());
        took += began.elapsed();
        bytes += page.text.plain().len();
        n += 1;
    }
    println!(
        "- {} MB of text in {n} pages, no two lines alike: {:.1} s, {:.1} MB/s with all packs, language model included.",
        bytes >> 20,
        took.as_secs_f64(),
        bytes as f64 / 1e6 / took.as_secs_f64()
    );
}

/// The same text against so many terms and ten times as many. Each page is new to both, and they take it in turns: a line that was looked at
/// is remembered, and the machine is a third slower from one minute to the next.
fn with_more_terms() {
    let text: Vec<Document> = (0..200)
        .map(|n| document(&prose(&mut Dice(n + 1), 20_000)))
        .collect();
    let whole: String = text.iter().map(|page| page.text.plain()).collect();
    let load = |count: usize| Rules::load(&terms(&words(&whole, count)), &[]).unwrap();
    let time = |rules: &Rules, page: &Document| {
        let began = Instant::now();
        assert!(rules.check(page, &context()).hits.is_empty());
        began.elapsed().as_secs_f64()
    };
    let (of_few, of_many) = (load(6_000), load(60_000));
    let (mut few, mut many) = (0.0, 0.0);
    for page in &text {
        few += time(&of_few, page);
        many += time(&of_many, page);
    }
    let bytes: usize = text.iter().map(|page| page.text.plain().len()).sum();
    let speed = |seconds: f64| bytes as f64 / 1e6 / seconds;
    println!(
        "- Words alone: 6,000 terms {:.0} MB/s, 60,000 terms {:.0} MB/s: {:.2} times the time for ten times the terms.",
        speed(few),
        speed(many),
        many / few
    );
    if let Some(peer) = ripgrep(&whole, 60_000) {
        println!(
            "- ripgrep with the same 60,000 terms on the same text: {:.0} MB/s.",
            speed(peer)
        );
    }
}

/// Seconds `rg` takes for the same text and words, where it is installed.
fn ripgrep(text: &str, count: usize) -> Option<f64> {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("text"), text).unwrap();
    std::fs::write(dir.path().join("terms"), words(text, count).join("\n")).unwrap();
    let best = (0..3).map(|_| {
        let began = Instant::now();
        Command::new("rg")
            .current_dir(dir.path())
            .args([
                "--fixed-strings",
                "--only-matching",
                "--threads=1",
                "--file=terms",
                "text",
            ])
            .stdout(Stdio::null())
            .status()
            .ok()?;
        Some(began.elapsed())
    });
    best.min().flatten().map(|took| took.as_secs_f64())
}

/// Words of usual characters that stand nowhere in the text, as faults do not.
fn words(text: &str, count: usize) -> Vec<String> {
    let pairs: BTreeSet<(char, char)> = text.chars().zip(text.chars().skip(1)).collect();
    let mut dice = Dice(7);
    let mut known = BTreeSet::new();
    while known.len() < count {
        let mut word: String = (0..1 + dice.roll(4)).map(|_| dice.of(COMMON)).collect();
        word.push(char::from_u32(0x5c00 + dice.roll(12_000) as u32).unwrap());
        let mut of_word = word.chars().zip(word.chars().skip(1));
        if of_word.any(|pair| !pairs.contains(&pair)) {
            known.insert(word);
        }
    }
    known.into_iter().collect()
}

/// A pack of one list of such words.
fn terms(words: &[String]) -> Vec<RuleFile> {
    let rows: String = words
        .iter()
        .enumerate()
        .map(|(n, word)| format!("W-{n:06}\t错别字\t{word}\t正{n}词\t一般\tliteral\t\t试验\t\n"))
        .collect();
    let head = "id\tcategory\twrong\tright\tseverity\tmatch\texceptions\tsource\tnote\n";
    let rule = "kind = \"terms\"\ntitle = \"错词\"\ncategory = \"typo\"\ncertainty = \"certain\"\nlist = \"words.tsv\"\n\
                basis = [{ document = \"试验\" }]\nbad = [\"坏\"]\ngood = [\"好\"]\n";
    let file = |path: &str, text: String| RuleFile {
        path: path.to_owned(),
        text: text.into(),
    };
    vec![
        file(
            "bench/pack.toml",
            "version = 1\ntitle = \"试验\"\n".to_owned(),
        ),
        file("bench/words.toml", rule.to_owned()),
        file("bench/words.tsv", format!("{head}{rows}")),
    ]
}

const COMMON: &str = "的国政府行单位工作人民管理中年月日市镇街道办公开信息规定不得应当和是在有发展社会经济建设安全服务法部门责任实施条例通知意见\
     关于进一步加强做好全面推进落实保障生产环境农业教育文化卫生交通项目资金使用监督检查组织领导群众企业标准要求情况问题措施";

/// Sentences of official words in an order nobody wrote.
fn prose(dice: &mut Dice, chars: usize) -> String {
    const WORDS: [&str; 24] = [
        "人民政府",
        "工作",
        "应当",
        "加强",
        "落实",
        "安全生产",
        "管理",
        "群众",
        "部门",
        "责任",
        "项目",
        "建设",
        "服务",
        "开展",
        "检查",
        "推进",
        "社区",
        "街道",
        "环境整治",
        "民生保障",
        "和",
        "的",
        "要求",
        "情况",
    ];
    let mut out = String::with_capacity(chars * 3);
    let mut length = 0;
    while length < chars {
        let word = WORDS[dice.roll(WORDS.len())];
        out.push_str(word);
        length += word.chars().count();
        match dice.roll(40) {
            0 => out.push_str("。\n"),
            1..=3 => out.push('，'),
            4 => out.push(dice.of(COMMON)),
            _ => {}
        }
    }
    out
}

/// A small generator of even numbers, so that every run sees the same text.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) % sides as u64) as usize
    }

    fn of(&mut self, chars: &str) -> char {
        let at = self.roll(chars.chars().count());
        chars.chars().nth(at).unwrap()
    }
}

fn document(text: &str) -> Document {
    let mut document = Document::new("http://www.qingshi-demo.gov.cn/page.html");
    document.kind = Kind::News;
    let mut at = 0;
    for line in text.split('\n') {
        if !line.is_empty() {
            document.blocks.push(Block {
                span: Span::new(at, at + line.len()),
                kind: BlockKind::Paragraph,
                part: Part::Main,
            });
        }
        at += line.len() + 1;
    }
    document.text = Text::new(text.to_owned());
    document
}

fn context() -> Context<'static> {
    Context {
        unit: None,
        region: None,
        channel: ChannelKind::Website,
        now: Utc.with_ymd_and_hms(2026, 11, 2, 0, 0, 0).unwrap(),
        judged_on: None,
    }
}

fn number(name: &str, otherwise: usize) -> usize {
    std::env::var(name)
        .ok()
        .and_then(|n| n.parse().ok())
        .unwrap_or(otherwise)
}
