//! Things named in a row and how many they are said to be: 由总体情况、公开情况、存在问题等四个部分组成; 申请→审核→公示(共四步).

use crate::han;
use crate::words::WORDS;

/// Whether a match that names things and ends with their number (四个部分) names another number of them. With 等 only one that is too small is wrong;
/// 和 may join two things or stand within one.
pub(super) fn differs(matched: &str) -> bool {
    let Some((named, told)) = named_and_told(matched) else {
        return false;
    };
    let words = &WORDS.count;
    let is_open = words.open.iter().any(|word| named.ends_with(word.as_str()));
    if named.contains(ARROW) {
        return told != steps(named) && !(is_open && told > steps(named));
    }
    let least = surely_named(named);
    let all = named.matches('、').count() + 1;
    let joined: usize = words
        .joins
        .iter()
        .map(|join| named.matches(join.as_str()).count())
        .sum();
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
    let written = &matched[named.len()..end];
    let told = match written.parse::<usize>() {
        Ok(told) => told,
        Err(_) => {
            let (number, len) = han::number_at(written)?;
            (len == written.len()).then_some(number as usize)?
        }
    };
    let lead = &WORDS.count.leads;
    let lead = lead
        .iter()
        .find_map(|lead| named.strip_suffix(lead.as_str()));
    Some((lead.unwrap_or(named).trim_end_matches([',', '(']), told))
}

#[cfg(test)]
mod tests {
    use super::differs;

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
