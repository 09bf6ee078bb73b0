//! The figures for people: a short table on the terminal, everything in `docs/accuracy.md`.

use super::corpus::Part;
use super::figures::{By, Figures};
use super::judge::{Case, Verdict};
use super::tally::{Share, Tally};
use std::fmt::Write as _;

/// What is asked of the rules on the frozen part (share of 1).
struct Target {
    what: &'static str,
    by: By,
    name: &'static str,
    figure: fn(Tally) -> Option<Share>,
    wanted: f64,
}

const TARGETS: [Target; 4] = [
    Target {
        what: "“确定”的准确率",
        by: By::Certainty,
        name: "certain",
        figure: Tally::precision,
        wanted: 0.98,
    },
    Target {
        what: "“很可能”的准确率",
        by: By::Certainty,
        name: "likely",
        figure: Tally::precision,
        wanted: 0.90,
    },
    Target {
        what: "要素的召回率",
        by: By::Family,
        name: "elements",
        figure: Tally::recall,
        wanted: 0.95,
    },
    Target {
        what: "用语的召回率",
        by: By::Family,
        name: "wording-family",
        figure: Tally::recall,
        wanted: 0.92,
    },
];

/// Everything but the rules one by one of the frozen part.
pub(super) fn terminal(figures: &Figures) -> String {
    let mut text = String::new();
    for part in Part::ALL {
        let _ = writeln!(text, "{}：{}", part.chinese(), size(figures, part)); // writing to a String cannot fail
        for by in By::ALL {
            let _ = writeln!(text, "  {}", by.chinese());
            for (name, tally) in figures.table(part, by) {
                let _ = writeln!(
                    text,
                    "    {:<34} 准确率 {:<22} 召回率 {:<22} 近似 {}/{}",
                    figures.name(name),
                    share(tally.precision()),
                    share(tally.recall()),
                    tally.spared,
                    tally.near()
                );
            }
        }
    }
    text.push_str("目标（封存部分）\n");
    for target in &TARGETS {
        let _ = writeln!(text, "  {}", reached(figures, target).join("  "));
    }
    text
}

/// `docs/accuracy.md`.
pub(super) fn markdown(figures: &Figures) -> String {
    let mut text = String::from(
        "# 规则的准确率\n\n由 `duwang rules score -o docs/accuracy.md` 生成，不要手改。语料在 `tests/corpus/`，写法和纪律见那里的 README：\
         每篇都走与扫描完全相同的路（解码、提取、判类、检查）；没有标注的命中一律算错。\n\n\
         - 准确率：说错的里面有几成真错。召回率：真错的里面说出了几成。方括号是95%区间（Wilson）。\n\
         - “近似”是看上去像错、其实不错的地方，放过了几处/共几处。\n\
         - 封存部分只量不看：不得拿它的单篇差错去改规则。\n\
         - 语料是自己写的虚构页面，不是抽样来的真实页面：这里的数说明规则在这些写法上做得怎样，不等于在真实网站上的比例。\n",
    );
    text.push_str("\n## 目标\n\n| 项目 | 要求 | 现在 | 达到 |\n|---|---|---|---|\n");
    for target in &TARGETS {
        let _ = writeln!(text, "| {} |", reached(figures, target).join(" | "));
    }
    for part in Part::ALL {
        let _ = write!(text, "\n## {}\n\n{}\n", part.chinese(), size(figures, part));
        for by in By::ALL {
            table(&mut text, figures, part, by);
        }
    }
    uncovered(&mut text, figures);
    text
}

fn table(text: &mut String, figures: &Figures, part: Part, by: By) {
    let _ = write!(
        text,
        "\n### {}\n\n| | 标注的错 | 近似 | 准确率 | 召回率 |\n|---|---|---|---|---|\n",
        by.chinese()
    );
    for (name, tally) in figures.table(part, by) {
        let _ = writeln!(
            text,
            "| {} | {} | {}/{} | {} | {} |",
            figures.name(name),
            tally.faults(),
            tally.spared,
            tally.near(),
            share(tally.precision()),
            share(tally.recall())
        );
    }
}

fn uncovered(text: &mut String, figures: &Figures) {
    let _ = write!(
        text,
        "\n## 还没有语料的规则\n\n在用规则 {} 条。\n\n- 没有标注过错处的 {} 条：{}\n- 没有近似的 {} 条：{}\n",
        figures.rules,
        figures.without_fault.len(),
        listed(&figures.without_fault),
        figures.without_near.len(),
        listed(&figures.without_near)
    );
}

fn listed(rules: &[String]) -> String {
    if rules.is_empty() {
        return "无".to_owned();
    }
    rules
        .iter()
        .map(|r| format!("`{r}`"))
        .collect::<Vec<_>>()
        .join("、")
}

fn size(figures: &Figures, part: Part) -> String {
    let documents = figures.documents.get(&part).copied().unwrap_or_default();
    let total = figures.total(part);
    format!(
        "文档 {} 篇，标注的错 {} 处，近似 {} 处；文档类型 {}/{} 篇判对",
        documents.all,
        total.faults(),
        total.near(),
        documents.kinds_found,
        documents.kinds
    )
}

fn reached(figures: &Figures, target: &Target) -> [String; 4] {
    let now = (target.figure)(figures.tally(Part::Frozen, target.by, target.name));
    let yes = now.is_some_and(|s| s.value >= target.wanted);
    [
        target.what.to_owned(),
        format!("≥ {:.2}", target.wanted),
        share(now),
        if yes { "是" } else { "否" }.to_owned(),
    ]
}

/// `0.981 [0.950–0.993]`.
fn share(share: Option<Share>) -> String {
    share.map_or_else(
        || "—".to_owned(),
        |s| format!("{:.3} [{:.3}–{:.3}]", s.value, s.low, s.high),
    )
}

/// What went wrong in one document of the tuned part.
pub(super) fn wrong(verdict: &Verdict, rules: &[String]) -> String {
    let mut text = String::new();
    if let Some((taken, is)) = verdict.mistaken.filter(|_| rules.is_empty()) {
        let _ = writeln!(
            text,
            "类型  {}：当成了{}，应为{}",
            verdict.place,
            taken.chinese(),
            is.chinese()
        );
    }
    for case in &verdict.cases {
        let word = match case.case {
            Case::Wrong => "误报",
            Case::Missed => "漏报",
            Case::Fooled => "近似",
            Case::Right | Case::Spared => continue,
        };
        if rules.is_empty() || rules.contains(&case.rule) {
            let _ = writeln!(
                text,
                "{word}  {}：{}  {}",
                verdict.place, case.rule, case.text
            );
        }
    }
    text
}
