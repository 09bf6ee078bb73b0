//! What stands below the name of a column: numbers, days, numbers of papers, persons. A name above what it names makes a header of a row,
//! however small the table is.

use crate::dates::is_only_date;
use crate::pairs::is_label;
use duwang_model::Cell;

/// Characters of a column's name.
const LONGEST_NAME: usize = 14;
/// Rows looked at below the first.
const MOST_ROWS: usize = 50;

/// What a cell may hold that is known by its look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fact {
    Number,
    Day,
    /// A phone, an account, an identity card, perhaps with its middle masked.
    Code,
    Person,
}

/// The facts, and what names of columns end with that hold them.
const NAMES: [(Fact, &[&str]); 4] = [
    (
        Fact::Number,
        &[
            "数", "量", "额", "金", "价", "价格", "单价", "总价", "面积", "补助", "补贴", "标准",
            "工日", "年龄", "人口", "比例", "得分", "成绩", "筹资", "筹劳", "预算", "决算", "合计",
            "总计", "小计",
        ],
    ),
    (Fact::Day, &["日期", "时间", "年月", "出生", "生日"]),
    (
        Fact::Code,
        &[
            "电话",
            "手机",
            "手机号",
            "号码",
            "身份证",
            "证号",
            "身份证号",
            "账号",
            "帐号",
            "卡号",
            "代码",
            "编号",
            "联系方式",
        ],
    ),
    (
        Fact::Person,
        &[
            "姓名",
            "户主",
            "申请人",
            "产权人",
            "监护人",
            "负责人",
            "联系人",
            "经办人",
            "建房户",
            "被征收人",
        ],
    ),
];

/// Whether every cell of the first row is a short name, and those that say what stands below them, one at least and not the first, are right:
/// `幼儿姓名 | 出生日期` above `王某 | 2020-03-01`. Of a table of labels and values (`联系人 | 王某` above `电话 | 0599-6660001`) the first row
/// holds a value there, and a value names nothing.
pub(super) fn names_its_facts(grid: &[Vec<Cell>]) -> bool {
    let Some((first, rows)) = grid.split_first() else {
        return false;
    };
    let rows = &rows[..rows.len().min(MOST_ROWS)];
    let labelled = |row: &Vec<Cell>| row.first().is_some_and(|c| is_label(&c.text));
    if first.len() < 2 || !first.iter().all(|c| is_name(&c.text)) || rows.iter().all(labelled) {
        return false;
    }
    let named = first.iter().enumerate().skip(1);
    let mut said = named
        .filter_map(|(column, name)| holds(rows, column, fact_named(&name.text)?))
        .peekable();
    said.peek().is_some() && said.all(|is_right| is_right)
}

/// Whether a column holds nothing but such facts; none where it is empty.
fn holds(rows: &[Vec<Cell>], column: usize, fact: Fact) -> Option<bool> {
    let below = rows.iter().filter_map(|row| row.get(column));
    let is_told = |text: &&str| text.contains(char::is_alphanumeric) && *text != "无";
    let mut texts = below.map(|c| c.text.trim()).filter(is_told).peekable();
    texts.peek()?;
    Some(texts.all(|text| fact.is(text)))
}

/// Short, and neither a value with a digit in it nor a clause.
fn is_name(text: &str) -> bool {
    let clause = |c: char| c.is_ascii_digit() || "，。；：,;:".contains(c);
    (1..=LONGEST_NAME).contains(&text.chars().count()) && !text.contains(clause)
}

/// What a name says that stands below it; the unit in its bracket (`面积(亩)`) says it, too.
fn fact_named(name: &str) -> Option<Fact> {
    let (bare, bracket) = match name.strip_suffix(')').and_then(|n| n.rsplit_once('(')) {
        Some((bare, bracket)) => (bare.trim_end(), bracket),
        None => (name.trim_end(), ""),
    };
    if is_unit(bracket) {
        return Some(Fact::Number);
    }
    let ends = |words: &&[&str]| words.iter().any(|word| bare.ends_with(word));
    NAMES
        .iter()
        .rev()
        .find(|(_, words)| ends(words))
        .map(|(fact, _)| *fact)
}

impl Fact {
    fn is(self, text: &str) -> bool {
        match self {
            Self::Number => is_quantity(text),
            Self::Day => is_day(text),
            Self::Code => is_code(text),
            Self::Person => is_person(text),
        }
    }
}

/// `2020-03-01`, `9月8日`, `9.16`, `2026年8月`.
fn is_day(text: &str) -> bool {
    let is_part = |c: char| c.is_ascii_digit() || "年月日号.-/ ".contains(c);
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    is_only_date(text).is_some()
        || (2..=8).contains(&digits)
            && text.chars().all(is_part)
            && text.contains(['月', '.', '-', '/'])
}

/// `0599-6660001`, `350499********0707`.
fn is_code(text: &str) -> bool {
    const SHORTEST: usize = 6;
    let is_part = |c: char| c.is_ascii_alphanumeric() || "-*＊×() ".contains(c);
    text.bytes().any(|b| b.is_ascii_digit()) && text.len() >= SHORTEST && text.chars().all(is_part)
}

/// `王某`, `陈*秀`, `欧阳某某`.
fn is_person(text: &str) -> bool {
    let is_part = |c: char| ('\u{4e00}'..='\u{9fff}').contains(&c) || matches!(c, '*' | '×' | '＊');
    (2..=4).contains(&text.chars().count()) && text.chars().all(is_part) && !is_label(text)
}

/// A number, with its unit or without: `1,200`, `9亩`, `452180元`.
pub(super) fn is_number(cell: &Cell) -> bool {
    is_quantity(&cell.text)
}

fn is_quantity(text: &str) -> bool {
    let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let unit = text.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | ','));
    unit.len() < text.len() && (unit.is_empty() || is_unit(unit))
}

fn is_unit(text: &str) -> bool {
    const UNITS: [&str; 24] = [
        "%",
        "亩",
        "元",
        "万元",
        "亿元",
        "元/亩",
        "元/月",
        "㎡",
        "m²",
        "m2",
        "平方米",
        "公顷",
        "户",
        "人",
        "年",
        "公里",
        "米",
        "吨",
        "公斤",
        "个",
        "项",
        "次",
        "宗",
        "工日",
    ];
    UNITS.contains(&text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use duwang_model::Span;

    fn is_headed(rows: &[&[&str]]) -> bool {
        let cell = |text: &&str| Cell {
            text: (*text).to_owned(),
            span: Span::default(),
        };
        let grid: Vec<Vec<Cell>> = rows.iter().map(|r| r.iter().map(cell).collect()).collect();
        names_its_facts(&grid)
    }

    #[test]
    fn a_name_above_what_it_names_heads_its_column() {
        for rows in [
            &[&["幼儿姓名", "出生日期"][..], &["王某", "2020-03-01"]][..],
            &[&["村名", "人数"], &["上坪", "29人"]],
            &[&["家长", "身份证"], &["李某", "350499********0707"]],
            &[
                &["班级", "监护人"],
                &["中一班", "陈*秀"],
                &["中二班", "王某"],
            ],
            &[&["地块", "面积(亩)"], &["溪边", "12.5"], &["岭上", ""]],
            &[&["社区", "救助人员", "家庭人口"], &["水东社区", "魏*", "3"]],
            &[&["部门", "办公电话"], &["综合科", "0599-6660001"]],
        ] {
            assert!(is_headed(rows), "{rows:?}");
        }
    }

    #[test]
    fn a_label_and_its_value_head_nothing() {
        for rows in [
            &[&["联系人", "王某"][..], &["联系电话", "0599-6660001"]][..],
            &[&["联系电话", "0599-6660001"], &["传真", "0599-6660002"]],
            &[&["施工单位", "兴农公司"], &["总投资", "52万元"]],
            &[&["所需材料", "身份证"], &["办结时限", "15个工作日"]],
            &[&["拿什么", "身份证"], &["交多少", "10元"]],
            &[
                &["姓名", "张某", "性别", "男"],
                &["民族", "汉", "年龄", "38"],
            ],
            &[
                &["项目名称", "桥南灌渠", "建设单位", "水利局"],
                &["工程进度", "完成六成", "总投资", "96万元"],
            ],
            &[&["予以公开", "3"], &["部分公开", "1"]],
            &[&["联系方式", "办公电话"], &["联系地址", "东街9号"]],
        ] {
            assert!(!is_headed(rows), "{rows:?}");
        }
    }
}
