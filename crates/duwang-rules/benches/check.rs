//! Cost of judging: how it grows with the text, and that it does not grow with the number of rules.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a benchmark fails by panicking"
)]

use chrono::{TimeZone, Utc};
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use duwang_model::{Block, BlockKind, ChannelKind, Document, Kind, Part, Span, Text};
use duwang_rules::{Context, RuleFile, Rules};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// About a megabyte: a large page; most are a hundred times smaller.
const TEXT_CHARS: usize = 350_000;

/// Characters of official texts, common ones first.
const COMMON: &str = "的国政府行单位工作人民管理中年月日市镇街道办公开信息规定不得应当和是在有发展社会经济建设安全服务法部门责任实施条例通知意见\
     关于进一步加强做好全面推进落实保障生产环境农业教育文化卫生交通项目资金使用监督检查组织领导群众企业标准要求情况问题措施";

/// A small generator of even numbers, so that every run sees the same text.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % sides as u64) as usize
    }

    fn common(&mut self, common: &[char]) -> char {
        common[self.roll(common.len())]
    }
}

fn common_characters() -> Vec<char> {
    COMMON.chars().filter(|c| !c.is_whitespace()).collect()
}

/// Text of common characters; every two thousandth place holds one of `planted`.
fn text(chars: usize, planted: &[String]) -> String {
    let common = common_characters();
    let mut dice = Dice(20_261_102);
    let mut out = String::with_capacity(chars * 3);
    for n in 0..chars {
        match dice.roll(100) {
            0..=1 => out.push('，'),
            2 => out.push_str("。\n"),
            3 => out.push(char::from(b'0' + dice.roll(10) as u8)),
            4..=70 => out.push(dice.common(&common)),
            _ => out.push(char::from_u32(0x4e00 + dice.roll(3_000) as u32).unwrap()),
        }
        if n % 400 == 399 {
            out.push('\n');
        }
        if n % 2_000 == 1_999 && !planted.is_empty() {
            out.push_str(&planted[dice.roll(planted.len())]);
        }
    }
    out
}

/// So many words that do not stand in the text by chance, as faults do not.
fn words(count: usize) -> Vec<String> {
    let common = common_characters();
    let mut dice = Dice(7);
    let mut known = BTreeSet::new();
    while known.len() < count {
        let mut word: String = (0..1 + dice.roll(4))
            .map(|_| dice.common(&common))
            .collect();
        word.push(char::from_u32(0x4e00 + 3_000 + dice.roll(12_000) as u32).unwrap());
        known.insert(word);
    }
    known.into_iter().collect()
}

/// A pack with one word list, every tenth word with an exception.
fn list_of(words: &[String]) -> Vec<RuleFile> {
    let mut rows =
        String::from("id\tcategory\twrong\tright\tseverity\tmatch\texceptions\tsource\tnote\n");
    for (n, word) in words.iter().enumerate() {
        let except = if n % 10 == 0 {
            format!("{word}的")
        } else {
            String::new()
        };
        rows.push_str(&format!(
            "W-{n:06}\t错别字\t{word}\t正{n}词\t一般\tliteral\t{except}\t试验\t\n"
        ));
    }
    let file = |path: &str, text: String| RuleFile {
        path: path.to_owned(),
        text: text.into(),
    };
    let rule = "kind = \"terms\"\ntitle = \"错词\"\ncategory = \"typo\"\ncertainty = \"certain\"\nlist = \"words.tsv\"\n\
                basis = [{ document = \"试验\" }]\nbad = [\"坏\"]\ngood = [\"好\"]\n";
    vec![
        file(
            "bench/pack.toml",
            "version = 1\ntitle = \"试验\"\n".to_owned(),
        ),
        file("bench/words.toml", rule.to_owned()),
        file("bench/words.tsv", rows),
    ]
}

fn document(kind: Kind, text: String) -> Document {
    let mut document = Document::new("http://www.qingshi-demo.gov.cn/page.html");
    document.kind = kind;
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
    document.text = Text::new(text);
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

fn files_of(folder: &Path, root: &Path, out: &mut Vec<RuleFile>) {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return;
    };
    for path in entries.map(|entry| entry.unwrap().path()) {
        if path.is_dir() {
            files_of(&path, root, out);
        } else if let Ok(text) = std::fs::read_to_string(&path) {
            let path = path.strip_prefix(root).unwrap();
            out.push(RuleFile {
                path: path.to_string_lossy().into_owned(),
                text: text.into(),
            });
        }
    }
}

/// The packs of this repository, when they are there.
fn packs() -> Option<Rules> {
    let root: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../rules");
    let mut files = Vec::new();
    files_of(&root, &root, &mut files);
    Rules::load(&files, &[])
        .ok()
        .filter(|r| !r.all().is_empty())
}

fn bench(c: &mut Criterion) {
    let mut group = c.benchmark_group("check");
    group.sample_size(20);
    for count in [100, 1_000, 10_000, 60_000] {
        let words = words(count);
        let page = document(Kind::News, text(TEXT_CHARS, &words));
        let rules = Rules::load(&list_of(&words), &[]).unwrap();
        group.throughput(Throughput::Bytes(page.text.plain().len() as u64));
        group.bench_function(BenchmarkId::new("words", count), |b| {
            b.iter(|| rules.check(&page, &context()));
        });
    }
    if let Some(rules) = packs() {
        for (name, kind, chars) in [
            ("packs, large page", Kind::News, TEXT_CHARS),
            ("packs, small guide", Kind::Guide, 2_000),
            ("packs, one line", Kind::Unknown, 60),
        ] {
            let page = document(kind, text(chars, &[]));
            group.throughput(Throughput::Bytes(page.text.plain().len() as u64));
            group.bench_function(name, |b| b.iter(|| rules.check(&page, &context())));
        }
    }
    group.finish();
}

criterion_group!(benches, bench);
criterion_main!(benches);
