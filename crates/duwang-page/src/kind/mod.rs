//! What a document is. The title decides, for announcements together with what the text asks or orders, then column and address, then
//! what the text holds. Every decision carries its reason.

mod body;
mod column;
mod labels;
mod title;
mod ways;
mod words;

use body::{
    beginning, begins_with_guide, by_body, guide_elements, is_name_of_guide, is_titled_as_guide,
};
use column::{COLUMNS, by_column};
use duwang_model::{Document, Kind};
use title::{Title, annual_report, by_plain_title, by_title, guide, interpretation};
use ways::{Page, When, by_ways};
use words::{WORDS, any_in};

/// What speaks for a kind besides the document itself.
pub(crate) struct Signs<'s> {
    pub kind: Option<Kind>,
    pub column: Option<&'s str>,
    /// Entries of the list the page is: dated and all.
    pub list: Option<(usize, usize)>,
    /// It hangs below a page.
    pub attached: bool,
}

/// The kind, and why, one Chinese phrase each.
pub(crate) fn classify(document: &Document, signs: &Signs<'_>) -> (Kind, Vec<String>) {
    if let Some(kind) = signs.kind {
        return (kind, vec!["已指定文档类型".to_owned()]);
    }
    if document.wechat.is_some() {
        let mut reasons = vec!["公众号文章页".to_owned()];
        let kind = wechat_guide(document, &mut reasons)
            .or_else(|| wechat_report(document, &mut reasons))
            .or_else(|| wechat_reading(document, &mut reasons))
            .or_else(|| wechat_asking(document, &mut reasons))
            .unwrap_or(Kind::WechatArticle);
        return (kind, reasons);
    }
    if let Some((dated, all)) = signs.list {
        let reason = if dated > 0 {
            format!("正文是{dated}条带日期的链接")
        } else {
            format!("正文是{all}条链接")
        };
        return (Kind::List, vec![reason]);
    }
    let title = Title::of(document);
    if let Some(reason) = bare_column(document, &title) {
        return (Kind::List, vec![reason]);
    }
    let mut reasons = Vec::new();
    let page = Page::of(document, &title);
    let kind = by_title(&page, document, &mut reasons)
        .or_else(|| by_column(document, signs, &title, &mut reasons))
        .or_else(|| by_body(document, &title, &mut reasons))
        .or_else(|| by_ways(&page, When::Late, &mut reasons))
        .or_else(|| by_plain_title(&title, &mut reasons))
        .unwrap_or(Kind::Unknown);
    // A draft below the page that asks for opinions on it, or a form below a notice, is not judged as if it were that page.
    if signs.attached && !matches!(kind, Kind::Guide | Kind::AnnualReport) {
        reasons.push("随页面发布的附件".to_owned());
        return (Kind::Attachment, reasons);
    }
    (kind, reasons)
}

/// An article that tells how to ask for government information, and not only that somebody does.
fn wechat_guide(document: &Document, reasons: &mut Vec<String>) -> Option<Kind> {
    if !begins_with_guide(document) {
        guide(&Title::of(document), reasons)?;
    }
    let main = beginning(document);
    let matters = WORDS.wechat.matters.iter();
    let told = matters.filter(|words| any_in(words, &main)).count();
    let is_named = is_titled_as_guide(&document.title) && (told > 0 || gives_phone(&main));
    if !is_named && told + usize::from(names_guide(document)) < 3 {
        return None;
    }
    reasons.push("正文写了怎样申请公开".to_owned());
    Some(Kind::Guide)
}

/// Whether a text has a number one can call.
fn gives_phone(text: &str) -> bool {
    const DIGITS: usize = 7;
    text.split(|c: char| !c.is_ascii_digit())
        .any(|number| number.len() >= DIGITS)
}

/// An article that is an annual report, and not only news of one: most of its parts are there.
fn wechat_report(document: &Document, reasons: &mut Vec<String>) -> Option<Kind> {
    const FEWEST: usize = 4;
    let mut named = Vec::new();
    let kind = annual_report(&Title::of(document), &mut named)?;
    let main = beginning(document);
    let parts = WORDS.wechat.report_parts.iter();
    let told = parts.filter(|part| main.contains(part.as_str())).count();
    (told >= FEWEST).then_some(())?;
    reasons.append(&mut named);
    Some(kind)
}

/// An article that explains a document and names it.
fn wechat_reading(document: &Document, reasons: &mut Vec<String>) -> Option<Kind> {
    let title = Title::of(document);
    title.own_has(&WORDS.wechat.readings)?;
    let main = beginning(document);
    (names_document(&title.whole) || names_document(&main)).then_some(())?;
    (main.chars().count() >= 150).then_some(())?;
    interpretation(&title, reasons)
}

/// Whether a text has the name of a document that can be explained: 《停车管理规定》.
fn names_document(text: &str) -> bool {
    text.split('《').skip(1).any(|rest| {
        rest.split_once('》')
            .is_some_and(|(name, _)| any_in(&WORDS.wechat.documents, name))
    })
}

/// An article in which the account's owner itself asks for opinions on a draft, or tells what came of it.
fn wechat_asking(document: &Document, reasons: &mut Vec<String>) -> Option<Kind> {
    // One sentence tells that there was a result; the result itself is longer.
    const SHORTEST_RESULT: usize = 60;
    let title = Title::of(document);
    let may_be_result = document.main_chars() >= SHORTEST_RESULT;
    let page = Page::of(document, &title);
    let whens = [When::First, When::Titled, When::Late];
    whens
        .into_iter()
        .filter(|when| *when != When::First || may_be_result)
        .find_map(|when| by_ways(&page, when, reasons))
}

/// Whether a line is the name of a guide.
fn names_guide(document: &Document) -> bool {
    document
        .main_blocks()
        .any(|b| is_name_of_guide(document.text.slice(b.span)))
}

/// Whether an article only tells the gist of a guide: what it leaves out may stand in the guide itself.
pub(crate) fn is_gist_of_guide(document: &Document) -> bool {
    if document.wechat.is_none() || document.kind != Kind::Guide {
        return false;
    }
    let main = beginning(document);
    let says_so = any_in(&WORDS.wechat.gist, &main);
    let named = names_guide(document) || is_titled_as_guide(&document.title);
    says_so || !(named || guide_elements(&main) >= 4)
}

/// A page that is called like a column and holds little but dated links is that column's list, however short. `政府信息公开年报` is called like one, too,
/// but a page of that name may itself be what it is called: there more than one link speaks for a list.
fn bare_column(document: &Document, title: &Title) -> Option<String> {
    let fewest = fewest_links(&title.whole)?;
    let listed: Vec<_> = document.links.iter().filter(|l| l.date.is_some()).collect();
    let linked: usize = listed.iter().map(|l| l.text.chars().count()).sum();
    let rest = document.main_chars().saturating_sub(linked);
    (listed.len() >= fewest && rest < 120).then(|| format!("栏目页，列有{}条", listed.len()))
}

/// How many dated links make a list of a page that is called like a column.
fn fewest_links(title: &str) -> Option<usize> {
    const LONGEST: usize = 12;
    // 停水通知 is no column.
    const SHORTEST_NAME: usize = 4;
    let names = || COLUMNS.iter().flat_map(|(_, names, _)| *names);
    if names().any(|name| *name == title) {
        return Some(1);
    }
    let mut long = names().filter(|name| name.chars().count() >= SHORTEST_NAME);
    let is_called_so = title.chars().count() <= LONGEST && long.any(|name| title.ends_with(name));
    is_called_so.then_some(2)
}
