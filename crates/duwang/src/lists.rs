//! Lists an office keeps in its own spreadsheet, made into the tables rules read: local words, roster, protected names, reposting tasks.

use crate::rulebook;
use anyhow::Context as _;
use calamine::{Data, Reader};
use clap::ValueEnum;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

/// Most rows of a list.
const MOST_ROWS: usize = 50_000;

/// A list that can be imported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
pub enum List {
    /// 本地用语：错的写法、对的写法
    Words,
    /// 领导名册：姓名、职务、地区、起、止
    Roster,
    /// 保护名：名称、单位
    Protected,
    /// 转载任务：标题、发布时间、限几小时
    Reposts,
}

/// A column: its name in the table, the headings it may have in a spreadsheet, and what stands there when nothing is given.
struct Column {
    name: &'static str,
    headings: &'static [&'static str],
    usual: Usual,
}

/// What an empty cell stands for.
#[derive(Clone, Copy)]
enum Usual {
    Nothing,
    Text(&'static str),
    /// A number made from the row: `LOC-0007`.
    Numbered(&'static str),
    /// It must be given.
    Required,
}

impl List {
    fn path(self) -> &'static str {
        match self {
            Self::Words => "wording/local-words.tsv",
            Self::Roster => "wording/roster.tsv",
            Self::Protected => "protected.tsv",
            Self::Reposts => "new-media/reposts.tsv",
        }
    }

    fn columns(self) -> &'static [Column] {
        use Usual::{Nothing, Numbered, Required, Text};
        const fn column(
            name: &'static str,
            headings: &'static [&'static str],
            usual: Usual,
        ) -> Column {
            Column {
                name,
                headings,
                usual,
            }
        }
        const WORDS: &[Column] = &[
            column("id", &["编号", "序号"], Numbered("LOC")),
            column("category", &["类别", "分类"], Text("本地用语")),
            column(
                "wrong",
                &["错误写法", "错误", "错词", "不规范用语", "禁用词"],
                Required,
            ),
            column("right", &["正确写法", "正确", "正词", "规范用语"], Required),
            column("severity", &["级别", "严重程度"], Text("一般")),
            column("match", &["匹配方式", "匹配"], Text("literal")),
            column("exceptions", &["例外"], Nothing),
            column("source", &["依据", "来源"], Text("待核：导入时没有写依据")),
            column("note", &["备注", "说明"], Nothing),
        ];
        const ROSTER: &[Column] = &[
            column("name", &["姓名"], Required),
            column("title", &["职务"], Required),
            column("body", &["地区", "单位", "地区或者单位"], Nothing),
            column("since", &["任职日期", "起", "开始日期"], Nothing),
            column("until", &["离任日期", "止", "结束日期"], Nothing),
            column("note", &["备注", "说明"], Nothing),
        ];
        const PROTECTED: &[Column] = &[
            column("text", &["名称", "保护名"], Required),
            column("units", &["单位", "适用单位"], Nothing),
            column("note", &["备注", "说明"], Nothing),
        ];
        const REPOSTS: &[Column] = &[
            column("id", &["编号", "序号"], Numbered("R")),
            column("title", &["标题"], Required),
            column("published", &["发布时间", "发布日期"], Required),
            column("hours", &["时限", "限几小时", "小时"], Text("24")),
            column("region", &["地区"], Nothing),
            column("units", &["单位", "适用单位"], Nothing),
            column("source", &["来源", "依据"], Nothing),
            column("note", &["备注", "说明"], Nothing),
        ];
        match self {
            Self::Words => WORDS,
            Self::Roster => ROSTER,
            Self::Protected => PROTECTED,
            Self::Reposts => REPOSTS,
        }
    }
}

/// Reads a spreadsheet and writes the table into a rules folder; nothing is written when the rules would not load with it.
/// Gives the file written and the number of rows.
pub fn import(list: List, from: &Path, rules: &Path) -> anyhow::Result<(PathBuf, usize)> {
    let rows = read(from)?;
    let (mut text, count) = table(list, &rows)
        .with_context(|| format!("{} 不能作为{}导入", from.display(), name(list)))?;
    text.push_str(&samples(list));
    rulebook::load_with(Some(rules).filter(|r| r.is_dir()), &[(list.path(), &text)])
        .with_context(|| format!("{} 里有不对的地方，没有导入", from.display()))?;
    let to = rules.join(list.path());
    if let Some(folder) = to.parent() {
        std::fs::create_dir_all(folder).with_context(|| format!("建不了 {}", folder.display()))?;
    }
    std::fs::write(&to, text).with_context(|| format!("写不了 {}", to.display()))?;
    Ok((to, count))
}

/// The rows about the fictional city that the rule's own examples are judged by: they say nothing anywhere else.
fn samples(list: List) -> String {
    let bundled = rulebook::bundled(list.path()).unwrap_or_default();
    let of_examples = bundled.lines().filter(|l| l.ends_with("\t样例"));
    of_examples.map(|l| l.to_owned() + "\n").collect()
}

fn name(list: List) -> &'static str {
    match list {
        List::Words => "本地词表",
        List::Roster => "领导名册",
        List::Protected => "保护名表",
        List::Reposts => "转载任务表",
    }
}

/// The table as the rules read it.
fn table(list: List, rows: &[Vec<String>]) -> anyhow::Result<(String, usize)> {
    let columns = list.columns();
    let (heading, body) = rows.split_first().context("表是空的")?;
    let places: Vec<Option<usize>> = columns
        .iter()
        .map(|column| heading.iter().position(|cell| fits(column, cell)))
        .collect();
    for (column, place) in columns.iter().zip(&places) {
        anyhow::ensure!(
            place.is_some() || !matches!(column.usual, Usual::Required),
            "第一行里没有“{}”这一列（也可以叫：{}）；第一行要写列名，上面不要有大标题，合并的单元格要拆开",
            column.headings.first().unwrap_or(&column.name),
            [
                column.headings.get(1..).unwrap_or_default(),
                &[column.name][..]
            ]
            .concat()
            .join("、")
        );
    }
    let names: Vec<&str> = columns.iter().map(|c| c.name).collect();
    let mut text = names.join("\t") + "\n";
    let mut count = 0;
    for (n, row) in body.iter().enumerate() {
        if row.iter().all(|cell| cell.trim().is_empty()) || row[0].starts_with('#') {
            continue;
        }
        count += 1;
        let cells: Vec<String> = columns
            .iter()
            .zip(&places)
            .map(|(column, place)| {
                let given = place.and_then(|p| row.get(p)).map_or("", |c| c.trim());
                cell(column, given, count).with_context(|| format!("第 {} 行", n + 2))
            })
            .collect::<anyhow::Result<_>>()?;
        text.push_str(&cells.join("\t"));
        text.push('\n');
    }
    Ok((text, count))
}

fn fits(column: &Column, heading: &str) -> bool {
    let heading: String = heading.split_whitespace().collect();
    heading.eq_ignore_ascii_case(column.name) || column.headings.contains(&heading.as_str())
}

fn cell(column: &Column, given: &str, nth: usize) -> anyhow::Result<String> {
    if !given.is_empty() {
        return Ok(given
            .split(['\t', '\n', '\r'])
            .collect::<Vec<_>>()
            .join(" "));
    }
    match column.usual {
        Usual::Nothing => Ok(String::new()),
        Usual::Text(text) => Ok(text.to_owned()),
        Usual::Numbered(prefix) => Ok(format!("{prefix}-{nth:04}")),
        Usual::Required => anyhow::bail!(
            "“{}”这一格不能空着；合并过的单元格要拆开，每一行都填上",
            column.headings.first().unwrap_or(&column.name)
        ),
    }
}

/// The rows of the first sheet, or of a csv or tsv file.
fn read(path: &Path) -> anyhow::Result<Vec<Vec<String>>> {
    anyhow::ensure!(path.exists(), "没有这个文件：{}", path.display());
    let ending = path
        .extension()
        .map(|e| e.to_string_lossy().to_ascii_lowercase())
        .unwrap_or_default();
    match ending.as_str() {
        "xlsx" | "xls" | "ods" => of_workbook(path),
        "csv" => of_text(path, b','),
        "tsv" | "txt" => of_text(path, b'\t'),
        _ => anyhow::bail!("{} 不是 xlsx、csv 或者 tsv", path.display()),
    }
}

fn of_workbook(path: &Path) -> anyhow::Result<Vec<Vec<String>>> {
    let mut book = calamine::open_workbook_auto(path).map_err(|e| {
        anyhow::anyhow!(
            "打不开 {}，请用表格软件另存为 xlsx 再导入（{e}）",
            path.display()
        )
    })?;
    let sheet = book
        .worksheet_range_at(0)
        .context("工作簿里没有工作表")?
        .map_err(|e| anyhow::anyhow!("读不了 {}：{e}", path.display()))?;
    anyhow::ensure!(sheet.height() <= MOST_ROWS, "超过 {MOST_ROWS} 行");
    let rows = sheet.rows().map(|row| row.iter().map(shown).collect());
    Ok(rows.collect())
}

/// A cell as a person reads it: days as days, whole numbers without a point.
fn shown(cell: &Data) -> String {
    match cell {
        Data::Empty | Data::Error(_) => String::new(),
        Data::DateTime(at) => {
            let (year, month, day, hour, minute, _, _) = at.to_ymd_hms_milli();
            match (hour, minute) {
                (0, 0) => format!("{year:04}-{month:02}-{day:02}"),
                _ => format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}"),
            }
        }
        other => other.to_string(),
    }
}

fn of_text(path: &Path, delimiter: u8) -> anyhow::Result<Vec<Vec<String>>> {
    let bytes = std::fs::read(path).with_context(|| format!("读不了 {}", path.display()))?;
    let text = duwang_page::decode(&bytes, Some("text/plain")).text; // spreadsheets still write GBK
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .has_headers(false)
        .flexible(true)
        .quoting(delimiter == b',')
        .from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.with_context(|| format!("{} 不是可读的表", path.display()))?;
        rows.push(record.iter().map(str::to_owned).collect());
        anyhow::ensure!(rows.len() <= MOST_ROWS, "超过 {MOST_ROWS} 行");
    }
    Ok(rows)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests fail by panicking")]
    use super::*;

    fn rows(text: &str) -> Vec<Vec<String>> {
        text.lines()
            .map(|l| l.split(',').map(str::to_owned).collect())
            .collect()
    }

    #[test]
    fn chinese_headings_in_any_order_make_the_table() {
        let (text, count) = table(
            List::Words,
            &rows("规范用语,不规范用语\n政务服务中心,市民中心\n,\n甲乙,乙甲"),
        )
        .unwrap();
        assert_eq!(count, 2);
        let second = text.lines().nth(1).unwrap();
        assert_eq!(
            second,
            "LOC-0001\t本地用语\t市民中心\t政务服务中心\t一般\tliteral\t\t待核：导入时没有写依据\t"
        );
        assert!(text.lines().nth(2).unwrap().starts_with("LOC-0002"));
    }

    #[test]
    fn what_is_missing_is_told_with_its_place() {
        let told = |text: &str| format!("{:#}", table(List::Roster, &rows(text)).unwrap_err());
        assert!(told("姓名,地区\n李某,云溪市").contains("title"));
        assert!(told("姓名,职务\n李某,").contains("第 2 行"));
    }
}
