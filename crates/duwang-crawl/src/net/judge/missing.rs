//! Pages that say "not there" with a status that says "here it is".

use super::SENT_HOME;
use super::glance::Glance;
use crate::net::answer::Fetched;
use duwang_model::{Outcome, OutcomeKind};
use regex::Regex;
use std::sync::LazyLock;
use url::Url;

/// More running text than this is not an error page, whatever it says.
const LONGEST: usize = 400;

pub(super) fn judge(fetched: &Fetched, glance: &Glance) -> Option<Outcome> {
    let missing = |reason: String| Some(Outcome::new(OutcomeKind::Missing, reason));
    if !glance.is_stamped && glance.prose < LONGEST {
        if let Some(line) = glance.lines.iter().find(|l| is_message(l)) {
            return missing(format!("页面提示不存在：{}", cut(line)));
        }
        if is_message_title(&glance.title) && !has_story(glance) {
            return missing(format!("页面标题提示不存在：{}", cut(&glance.title)));
        }
    }
    is_sent_home(fetched).then(|| Outcome::new(OutcomeKind::Missing, SENT_HOME))
}

/// Whether a page below was asked for and the front page of the same site came. A moved site (another host) or a first-level
/// address (`/xxgk` → `/`) is not enough.
pub(crate) fn is_sent_home(fetched: &Fetched) -> bool {
    if fetched.hops.is_empty() {
        return false;
    }
    let (Ok(asked), Ok(came)) = (Url::parse(&fetched.url), Url::parse(&fetched.final_url)) else {
        return false;
    };
    site(&asked) == site(&came) && is_below(&asked) && is_front(&came)
}

fn site(url: &Url) -> &str {
    let host = url.host_str().unwrap_or_default();
    host.strip_prefix("www.").unwrap_or(host)
}

fn is_front(url: &Url) -> bool {
    let path = url.path().trim_matches('/');
    url.query().is_none() && (path.is_empty() || is_index(path))
}

fn is_below(url: &Url) -> bool {
    let parts: Vec<_> = url.path().split('/').filter(|p| !p.is_empty()).collect();
    match parts.as_slice() {
        [] => false,
        [one] => one.contains('.') && !is_index(one),
        [.., last] => parts.len() > 2 || !is_index(last),
    }
}

fn is_index(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default();
    let is_named = ["index", "default", "home", "main"]
        .iter()
        .any(|n| n.eq_ignore_ascii_case(stem));
    is_named && !name.contains('/')
}

/// The line is the message and nothing else: "对不起，您访问的页面不存在或已被删除！". A sentence about missing pages is longer or
/// starts otherwise.
fn is_message(line: &str) -> bool {
    static MESSAGE: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(&message()).ok());
    line.chars().count() <= 90 && MESSAGE.as_ref().is_some_and(|m| m.is_match(line))
}

/// The pattern of a message, put together from what such lines are made of.
fn message() -> String {
    let code = "(?:(?:http ?)?(?:错误|error|code)?[ :：-]*404[ :：,，.。!！–-]*)?";
    let sorry = "(?:非常|十分|很)?(?:抱歉|对不起|遗憾|sorry|oops|啊哦|哎呀|提示|提示信息|温馨提示|系统提示|您好|错误)?[ ,，.。!！:：…~]*";
    let asked = "(?:您|你)?(?:当前|刚才|所|正在|想要|要|需要|请求)?(?:访问|查找|浏览|请求|查看|打开|寻找|输入)?(?:的|了)?(?:该|此|这个|本|当前|目标)?";
    let thing =
        "(?:页面|网页|信息|文章|内容|文件|栏目|链接|资源|网址|页)(?:或(?:页面|文件|资源|栏目))?";
    let gone = "(?:可能|好像|似乎)?(?:已经|已|暂时|暂|现已|目前)?(?:不存在|被删除|删除|被移除|移除|被移走|下架|被下架|撤销|失效|过期\
        |找不到了?|没有找到|未找到|无法找到|无法访问|不见了|丢失了?|正在审核中?)";
    let or_gone = "(?:[或、/,，].{0,12}(?:删除|移除|移走|移动|转移|下架|失效|过期|更名|改名|不可用|不存在|停用|调整))?";
    let not_found = format!("(?:无法|没有|未能|未)?找(?:不)?到{asked}{thing}了?");
    let english = "(?:the )?(?:requested )?(?:page|url|file|resource|object)? ?(?:you requested )?(?:was |could )?\
        (?:not (?:be )?found|doesn.t exist|cannot be found)(?: on this server)?";
    let number = "404(?: ?(?:错误|error|页面|-? ?not found))?";
    let then = "(?:[(（]?(?:请|点击|系统|页面|本页|将|[0-9]+ ?秒|秒|稍后|自动|即将|返回|如有|您可以|你可以|建议).{0,60})?";
    let end = "[ 。.!！…~,，;；)）\\]】]*";
    format!(
        "(?i)^[ !！:：(（\\[【>*·-]*(?:{code}{sorry}(?:{asked}{thing}{gone}{or_gone}|{not_found}|{english})|{number}){end}{then}$"
    )
}

/// The title is one: "404 Not Found", "页面不存在-云溪市人民政府". Site names may follow.
fn is_message_title(title: &str) -> bool {
    title
        .split(['-', '_', '|', '—', '–', '·', '：', ':', '>'])
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .take(2)
        .any(|part| {
            let is_error_word = matches!(
                part.to_ascii_lowercase().as_str(),
                "404"
                    | "not found"
                    | "error 404"
                    | "错误页"
                    | "错误页面"
                    | "404页面"
                    | "404错误"
                    | "404 页面"
                    | "出错了"
            );
            is_error_word || is_message(part)
        })
}

/// A title may be about missing pages: then there is a text to it. Footers have long lines, but no sentences.
fn has_story(glance: &Glance) -> bool {
    let is_sentence = |l: &String| l.contains('。') && l.chars().count() >= 40;
    glance.lines.iter().any(is_sentence)
}

fn cut(text: &str) -> String {
    text.chars().take(40).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_and_near_misses() {
        for message in [
            "页面不存在",
            "您访问的页面不存在或已删除",
            "您访问的页面不存在或已删除！",
            "对不起，您访问的页面不存在！",
            "很抱歉，您要访问的页面不存在或已被删除。",
            "抱歉，您所访问的网页已被删除，5秒后返回首页",
            "该信息已下架",
            "该文章已被删除。",
            "信息正在审核中",
            "404 Not Found",
            "404",
            "404错误",
            "Not Found",
            "The requested URL was not found on this server.",
            "找不到页面",
            "没有找到您要访问的页面",
            "内容不存在",
            "您查看的信息不存在或已被管理员删除",
            "提示：该栏目不存在",
            "404，您访问的页面找不到了",
        ] {
            assert!(is_message(message), "{message}");
        }
        for sentence in [
            "近期有群众反映本网站部分页面不存在，现将有关情况说明如下。",
            "关于网站部分页面不存在问题的整改报告",
            "该信息已下架商品的召回公告范围包括以下批次，请消费者停止使用并联系经营者退货退款，有关事项请见附件说明",
            "经查，当事人销售的商品页面不存在虚假宣传",
            "共抽查网页404个，其中不合格12个",
            "404路公交车改道",
            "内容不存在争议的，应当场答复",
            "文件",
            "本页",
            "链接",
            "信息公开指南",
            "首页",
            "申请人请求的信息不存在的，告知申请人该政府信息不存在",
        ] {
            assert!(!is_message(sentence), "{sentence}");
        }
    }

    #[test]
    fn titles() {
        for title in [
            "404 Not Found",
            "页面不存在-云溪市人民政府",
            "404",
            "云溪市人民政府-页面不存在",
            "404错误页面",
        ] {
            assert!(is_message_title(title), "{title}");
        }
        for title in ["云溪市人民政府", "关于部分网页404错误的情况说明", ""] {
            assert!(!is_message_title(title), "{title}");
        }
    }
}
