//! Things named in a row and how many they are said to be: 由总体情况、公开情况、存在问题等四个部分组成; 申请→审核→公示(共四步);
//! 共六章二十三条，分别为总则、申请、发放、监督、附则.

use crate::han;
use crate::words::WORDS;

/// Whether a match that names things and ends with their number (四个部分) names another number of them. With 等 only one that is too small is wrong;
/// 和 may join two things or stand within one.
pub(super) fn differs(matched: &str) -> bool {
    named_and_told(matched).is_some_and(|(named, told)| is_another(named, told, joins(named)))
}

/// The same of a match that begins with the number and names things behind it.
pub(super) fn differs_ahead(matched: &str) -> bool {
    // A list that follows its number is written out: only its last two things are joined otherwise.
    let last = |named: &str| joins(named.rsplit('、').next().unwrap_or(named)).min(1);
    told_and_named(matched).is_some_and(|(told, named)| is_another(named, told, last(named)))
}

/// How often two things may be joined otherwise than by 、.
fn joins(named: &str) -> usize {
    let joins = WORDS.count.joins.iter();
    joins.map(|join| named.matches(join.as_str()).count()).sum()
}

/// Whether things are another number of them than they are said to be.
fn is_another(named: &str, told: usize, joined: usize) -> bool {
    let words = &WORDS.count;
    let is_open = words.open.iter().any(|word| named.ends_with(word.as_str()));
    if named.contains(ARROW) {
        return told != steps(named) && !(is_open && told > steps(named));
    }
    let least = surely_named(named);
    let all = named.matches('、').count() + 1;
    told < least || !is_open && told > all + joined
}

/// What leads from one step to the next; within a step 、 joins what is done there.
const ARROW: char = '→';

fn steps(named: &str) -> usize {
    let steps = named.split(ARROW).filter(|step| !step.trim().is_empty());
    steps.count()
}

/// How many things are named at least: where most end alike (公开情况、办理情况), what ends otherwise may be half of the next (机构设置、经费情况).
fn surely_named(named: &str) -> usize {
    let ending = |thing: &str| {
        let mut last = thing.chars().rev();
        last.next().zip(last.next())
    };
    let endings: Vec<_> = named.split('、').map(ending).collect();
    let alike = |one| endings.iter().filter(|other| **other == one).count();
    let most = endings.iter().map(|one| alike(*one)).max().unwrap_or(0);
    match most * 2 >= endings.len() {
        true => most,
        false => endings.len(),
    }
}

/// What is named, and the number behind it.
fn named_and_told(matched: &str) -> Option<(&str, usize)> {
    let is_number = |c: char| c.is_ascii_digit() || han::is_numeral(c);
    let end = matched.rfind(is_number)?;
    let end = end + matched[end..].chars().next()?.len_utf8();
    let named = matched[..end].trim_end_matches(is_number);
    let told = han::whole_number(&matched[named.len()..end])? as usize;
    let lead = &WORDS.count.leads;
    let lead = lead
        .iter()
        .find_map(|lead| named.strip_suffix(lead.as_str()));
    Some((lead.unwrap_or(named).trim_end_matches([',', '(']), told))
}

/// The number a match begins with, and what is named behind the words that lead to it.
fn told_and_named(matched: &str) -> Option<(usize, &str)> {
    let is_number = |c: char| c.is_ascii_digit() || han::is_numeral(c);
    let start = matched.find(is_number)?;
    let len = matched[start..].find(|c| !is_number(c))?;
    let (told, behind) = matched[start..].split_at(len);
    let leads = WORDS.count.ahead.iter();
    let named = leads.filter_map(|lead| behind.split_once(lead.as_str()));
    let (_, named) = named.max_by_key(|(before, _)| before.len())?;
    Some((
        han::whole_number(told)? as usize,
        named.trim_start_matches(':'),
    ))
}

#[cfg(test)]
mod tests {
    use super::{differs, differs_ahead};

    #[test]
    fn as_many_are_named_as_were_told_ahead() {
        for right in [
            "共五章二十三条,分别为总则、申请、发放、监督管理、附则",
            "共5章,分别为:总则、申请和审核、发放和停发、监督、附则",
            "分为三类:低保对象、特困人员、低保边缘家庭",
            "包括六个部分,即总体情况、公开情况、存在问题等",
            "共四个部分:总则、申请、发放和停发、监督",
            "共五章二十三条",
        ] {
            assert!(!differs_ahead(right), "{right}");
        }
        for wrong in [
            "共六章二十三条,分别为总则、发放对象、申请和审核、发放、监督管理",
            "分为四类:低保对象、特困人员、低保边缘家庭",
            "共三个部分,包括总则、申请、发放、监督",
        ] {
            assert!(differs_ahead(wrong), "{wrong}");
        }
    }

    #[test]
    fn as_many_are_named_as_are_told() {
        for right in [
            "总体情况、公开情况、存在问题三个部分",
            "总体情况、公开情况、存在问题等六个部分",
            "公告、机构、文件、年报及重点领域5大类",
            "公告、机构、文件、年报及重点领域共5大类",
            "机构和职能、文件、年报3大类",
            "工作情况、公开情况、机构设置、经费情况、存在问题四部分",
            "农户申请→村级审查、公示→乡镇审批(共三步",
            "企业申报、中心初审、局里复核,一共分为三步",
        ] {
            assert!(!differs(right), "{right}");
        }
        for wrong in [
            "总体情况、公开情况、存在问题四个部分",
            "工作目标、重点任务、进度安排等二个部分",
            "公告、机构、文件、年报及重点领域7大类",
            "公告、机构、文件、年报等共3大类",
            "农户申请→村级审查、公示→乡镇审批(共四步",
            "企业申报、中心初审、局里复核、财政拨付,一共分为三步",
        ] {
            assert!(differs(wrong), "{wrong}");
        }
    }

    #[test]
    fn what_names_no_number_says_nothing() {
        assert!(!differs("总体情况、公开情况"));
        assert!(!differs(""));
    }
}
