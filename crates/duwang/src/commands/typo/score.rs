//! `duwang typo score`: how many mistakes the model finds, how many alarms are false, by genre.

use crate::config::Config;
use crate::out::Out;
use crate::typos;
use anyhow::Context as _;
use duwang_typo::Checker;
use duwang_typo::score::{Case, Genres, Tally, score};
use duwang_typo::train::{self, Corpus, Part, Settings, Typist};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// Sentences written wrongly by hand, and how they should be: genre, written, right.
const WRONG: &str = include_str!("../../../assets/typo/wrong.tsv");
/// Right sentences that look odd: genre, sentence.
const CLEAN: &str = include_str!("../../../assets/typo/clean.tsv");
/// The genre made of the texts given.
const OFFICIAL: &str = "公文（留出）";
/// The genre of slips that people made.
const PEOPLE: &str = "错句·标注语料（留出）";
/// The seed of the mistakes of the held-out test.
const SEED: u64 = 20_261_125;

/// What to measure.
pub(super) struct Order {
    pub(super) texts: Vec<String>,
    pub(super) model: Option<PathBuf>,
    pub(super) cases: Vec<PathBuf>,
    pub(super) clean: Vec<PathBuf>,
    pub(super) ablate: bool,
    pub(super) output: Option<PathBuf>,
}

pub(super) fn run(config: &Config, order: &Order, out: &Out) -> anyhow::Result<u8> {
    let checker = checker(config, order.model.as_deref())?;
    let genres = genres(order)?;
    let mut text = String::new();
    writeln!(text, "模型：{}。\n", checker.about())?;
    text.push_str(HEAD);
    for (genre, cases) in &genres {
        row(&mut text, genre, cases, &checker)?;
    }
    speed(&mut text, &genres, &checker)?;
    if order.ablate {
        ablations(&mut text, order, &genres, out)?;
    }
    match &order.output {
        Some(file) => std::fs::write(file, format!("{ABOUT}{text}"))
            .with_context(|| format!("写不了 {}", file.display()))?,
        None => out.print(text),
    }
    Ok(0)
}

const ABOUT: &str = "# 错别字检查的准确率\n\n由 `duwang typo score 语料 --ablate -o docs/accuracy-typo.md` 生成，不要手改。\n\n\
- “公文（留出）”：语料里没有参加训练的行，与训练的行没有连续 12 个汉字相同；错误由另一套办法造出（整词重打、输入法选错、\n  形近误认、漏字、重字、颠倒），与训练判别树用的办法、种子和比例都不同。其中不少错误只看一句是看不出的（编号、公司名、地名里的字）。\n\
- “日常（留出）”：`crates/duwang-typo/data/everyday.txt` 里五分之一没有参加训练的句子（公众号、通知、问答的口气，都是为此写的），错误用同一套办法造出。\n\
- “标注语料（留出）”：`crates/duwang-typo/data/slips.txt` 里没有参加训练的句子：标注语料的调试部分里人写的错，多是街道、村里和公众号的口气。同一句里别的规则管的错没有标，报出来算误报。\n\
- 其余是人工写的句子，错句和容易误报的正确句子分开列。\n\
- 准确率、召回率按处计；“改对”指第一个建议就对。误报按每万字计，只在正确的句子上数。\n\n";

const HEAD: &str = "| 文本 | 级别 | 错处 | 报出 | 准确率 | 召回率 | 改对率 | 错句召回 | 正确句 | 误报（每万字） |\n|---|---|---|---|---|---|---|---|---|---|\n";

fn checker(config: &Config, model: Option<&Path>) -> anyhow::Result<Checker> {
    let Some(file) = model else {
        let opened = typos::open(config.rules.as_deref()).checker;
        return Ok((*opened.map_err(anyhow::Error::msg)?).clone());
    };
    let bytes = std::fs::read(file).with_context(|| format!("读不了 {}", file.display()))?;
    Checker::open(bytes).with_context(|| file.display().to_string())
}

fn genres(order: &Order) -> anyhow::Result<Genres> {
    let mut genres = Genres::new();
    for line in WRONG.lines() {
        let mut parts = line.split('\t');
        if let (Some(genre), Some(written), Some(right)) =
            (parts.next(), parts.next(), parts.next())
        {
            add(&mut genres, &format!("错句·{genre}"), written, right);
        }
    }
    for line in CLEAN.lines() {
        if let Some((genre, right)) = line.split_once('\t') {
            add(&mut genres, &format!("正确·{genre}"), right, right);
        }
    }
    for file in &order.cases {
        let (name, lines) = read(file)?;
        for line in &lines {
            let (written, right) = line.split_once('\t').unwrap_or((line, line));
            add(&mut genres, &name, written, right);
        }
    }
    genres
        .entry(PEOPLE.to_owned())
        .or_default()
        .extend(Corpus::slips());
    let typist = Typist::new()?;
    held_out(
        &mut genres,
        "日常（留出）",
        &Corpus::everyday().test,
        &typist,
    );
    for file in &order.clean {
        let (name, lines) = read(file)?;
        held_out(&mut genres, &name, &lines, &typist);
    }
    if !order.texts.is_empty() {
        held_out(
            &mut genres,
            OFFICIAL,
            &Corpus::split(&order.texts).test,
            &typist,
        );
    }
    Ok(genres)
}

/// The lines of a file, and the name that its genre has.
fn read(file: &Path) -> anyhow::Result<(String, Vec<String>)> {
    let text =
        std::fs::read_to_string(file).with_context(|| format!("读不了 {}", file.display()))?;
    let name = file.file_stem().unwrap_or_default().to_string_lossy();
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    Ok((name.into_owned(), lines.map(str::to_owned).collect()))
}

fn add(genres: &mut Genres, genre: &str, written: &str, right: &str) {
    genres.entry(genre.to_owned()).or_default().push(Case {
        written: written.to_owned(),
        right: right.to_owned(),
    });
}

/// Lines that no training saw, clean and with mistakes.
fn held_out(genres: &mut Genres, genre: &str, lines: &[String], typist: &Typist) {
    for line in lines {
        add(genres, genre, line, line);
    }
    let spoilt = lines.iter().filter_map(|line| typist.spoil(line, SEED));
    genres.entry(genre.to_owned()).or_default().extend(spoilt);
}

fn row(text: &mut String, genre: &str, cases: &[Case], checker: &Checker) -> std::fmt::Result {
    let tallies = score(checker, cases, &mut |_, _| {});
    for (degree, t) in ["确定", "很可能以上", "待核以上"].iter().zip(tallies) {
        let share = |value: f64, of: usize| match of {
            0 => "—".to_owned(),
            _ => format!("{value:.3}"),
        };
        writeln!(
            text,
            "| {genre} | {degree} | {} | {} | {} | {} | {} | {} | {} | {} |",
            t.mistakes,
            t.reported,
            share(t.precision(), t.mistakes),
            share(t.recall(), t.mistakes),
            share(t.mending_precision(), t.mistakes),
            share(t.line_recall(), t.wrong_lines),
            t.clean_lines,
            share(t.alarms_per_10_000(), t.clean_chars),
        )?;
    }
    Ok(())
}

/// Throughput over the right sentences, one core, start-up apart.
fn speed(text: &mut String, genres: &Genres, checker: &Checker) -> std::fmt::Result {
    let lines: Vec<&str> = genres
        .values()
        .flatten()
        .filter(|case| case.written == case.right)
        .map(|case| case.written.as_str())
        .collect();
    let bytes: usize = lines.iter().map(|l| l.len()).sum();
    let started = Instant::now();
    let found: usize = lines.iter().map(|l| checker.check(l, &[]).len()).sum();
    let seconds = started.elapsed().as_secs_f64();
    writeln!(
        text,
        "\n速度：{:.1} MB 正确文本一个核心 {seconds:.2} 秒（{:.1} MB/s），报 {found} 处。模型 {:.1} MB，不解析，直接查。",
        bytes as f64 / 1e6,
        bytes as f64 / 1e6 / seconds.max(1e-9),
        checker.size() as f64 / 1e6
    )
}

/// What each part adds: trained and measured again without it.
fn ablations(text: &mut String, order: &Order, genres: &Genres, out: &Out) -> anyhow::Result<()> {
    anyhow::ensure!(!order.texts.is_empty(), "--ablate 要给出训练用的文本");
    text.push_str("\n## 各部分的作用\n\n去掉一部分，重新训练，重新定线，再测“公文（留出）”和其余各类合计。\n\n");
    text.push_str("| 去掉 | 公文 确定 准确率 | 召回率 | 很可能以上 准确率 | 召回率 | 人工错句 确定 召回率 | 正确句 确定 误报（每万字） |\n|---|---|---|---|---|---|---|\n");
    for part in std::iter::once(None).chain(Part::ALL.iter().copied().map(Some)) {
        let name = part.map_or("（不去掉）", Part::chinese);
        out.say(format!("去掉“{name}”重新训练……"));
        let settings = Settings {
            without: part,
            ..Settings::default()
        };
        let model = train::train(&order.texts, &settings, &mut |_| {})?;
        let checker = Checker::open(model).context("训练出的模型打不开")?;
        let of = |wanted: &dyn Fn(&str) -> bool| -> [Tally; 3] {
            let chosen = genres.iter().filter(|(name, _)| wanted(name));
            let cases: Vec<Case> = chosen.flat_map(|(_, cases)| cases.clone()).collect();
            score(&checker, &cases, &mut |_, _| {})
        };
        let official = of(&|name| name == OFFICIAL);
        let wrong = of(&|name| name.starts_with("错句"));
        let clean = of(&|name| name.starts_with("正确"));
        writeln!(
            text,
            "| {name} | {:.3} | {:.3} | {:.3} | {:.3} | {:.3} | {:.2} |",
            official[0].precision(),
            official[0].recall(),
            official[1].precision(),
            official[1].recall(),
            wrong[0].recall(),
            clean[0].alarms_per_10_000()
        )?;
    }
    Ok(())
}
