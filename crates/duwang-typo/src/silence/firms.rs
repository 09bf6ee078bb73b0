//! Names of companies.

use super::characters;
use crate::alphabet::is_mark;
use crate::checker::Parts;
use crate::line::Line;

/// Inside the name of a company: its legal form follows, and nothing but Han characters lies between.
pub(super) fn is_company(line: &Line, parts: &Parts<'_>, to: usize) -> bool {
    let after: String = characters(line, parts, to, to + 14)
        .into_iter()
        .take_while(|c| crate::alphabet::is_han(*c) || matches!(c, '(' | ')' | '\u{fffd}'))
        .collect();
    COMPANY.iter().any(|form| after.contains(form))
}

/// Where the short name of a company may stand (三益食品): a word for a trade follows soon, and a mark or a word for a company stands soon before.
pub(super) fn is_trade_name(line: &Line, parts: &Parts<'_>, from: usize, to: usize) -> bool {
    let near: String = characters(line, parts, to, to + 5)
        .into_iter()
        .take_while(|c| crate::alphabet::is_han(*c) || matches!(c, '(' | ')' | '\u{fffd}'))
        .collect();
    let leads = |at: usize| {
        let led = parts.character(line.id(at));
        is_mark(line.id(at)) || led.is_some_and(|c| COMPANY_BEFORE.contains(c))
    };
    let starts = (from.saturating_sub(4)..from).any(leads);
    starts && TRADES.iter().any(|trade| near.contains(trade))
}

const COMPANY: &[&str] = &[
    "有限公司",
    "有限责任公司",
    "股份公司",
    "集团公司",
    "合作社",
    "事务所",
    "个体工商户",
];
/// What ends the word before a company's name (供应商、中标人、采购单位、企业).
const COMPANY_BEFORE: &str = "商人位业司方厂店";
const TRADES: &[&str] = &[
    "科技", "食品", "织造", "鞋业", "服饰", "机械", "电子", "商贸", "实业", "建材", "药业", "物流",
    "集团", "酒店", "超市", "数码", "网络", "传媒", "纺织", "化工", "光电", "电器", "置业",
];
