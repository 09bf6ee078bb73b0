//! The pages of a generated disclosure site: lists of articles, and the furniture of a portal around both.

use std::sync::LazyLock;

/// Articles on one page of a list.
const PER_LIST: usize = 50;

/// The page at a path of a site of so many articles: `/gk/`, `/gk/index_3.htm`, `/gk/202609/t20260901_42.htm`; about 30 KB an article.
pub fn page(path: &str, pages: usize) -> Option<String> {
    let lists = pages.div_ceil(PER_LIST);
    let name = path.strip_prefix("/gk/")?;
    if name.is_empty() || name == "index.htm" {
        return Some(list(0, lists, pages));
    }
    if let Some(n) = name
        .strip_prefix("index_")
        .and_then(|n| n.strip_suffix(".htm"))
    {
        return n
            .parse()
            .ok()
            .filter(|n| *n < lists)
            .map(|n| list(n, lists, pages));
    }
    let n: usize = name
        .strip_prefix("202609/t20260901_")?
        .strip_suffix(".htm")?
        .parse()
        .ok()?;
    (n < pages).then(|| article(n))
}

/// The path of every page.
pub fn paths(pages: usize) -> impl Iterator<Item = String> {
    let lists = (0..pages.div_ceil(PER_LIST)).map(|n| match n {
        0 => "/gk/index.htm".to_owned(),
        n => format!("/gk/index_{n}.htm"),
    });
    lists.chain((0..pages).map(|n| format!("/gk/202609/t20260901_{n}.htm")))
}

fn list(n: usize, lists: usize, pages: usize) -> String {
    let rows: String = (n * PER_LIST..((n + 1) * PER_LIST).min(pages))
        .map(|i| format!("<li><a href=\"./202609/t20260901_{i}.htm\" title=\"{0}\">{0}</a><span>2026-09-01</span></li>", title(i)))
        .collect();
    format!(
        "<html><head><meta charset=\"utf-8\"><title>政务动态</title></head><body>{}<h2>政务动态</h2><ul class=\"list\">{rows}</ul><script>createPageHTML({lists}, {n}, \"index\", \"htm\");</script>{}</body></html>",
        chrome(),
        pager(n, lists)
    )
}

/// The links a browser would show after the script ran, for crawlers that only follow links.
fn pager(n: usize, lists: usize) -> String {
    let near = (n.saturating_sub(5)..lists.min(n + 20)).chain([
        lists / 4,
        lists / 2,
        lists * 3 / 4,
        lists - 1,
    ]);
    let links: String = near
        .filter(|i| *i > 0)
        .map(|i| format!("<a href=\"index_{i}.htm\">{}</a>", i + 1))
        .collect();
    format!("<div class=\"page\">{links}</div>")
}

/// The title of the n-th article.
fn title(n: usize) -> String {
    format!("青石街道召开第{n}次专题会议研究部署重点工作")
}

/// Head, navigation and footer of a usual portal page: most of the bytes, the same everywhere.
fn chrome() -> &'static str {
    static CHROME: LazyLock<String> = LazyLock::new(build_chrome);
    &CHROME
}

fn build_chrome() -> String {
    let nav: String = (0..60).map(|i| format!("<li class=\"nav-item\"><a href=\"/gk/index.htm#c{i}\" target=\"_blank\" class=\"nav-link\">栏目{i}</a></li>\n")).collect();
    let style =
        ".wrap{width:1200px;margin:0 auto}.nav-item{float:left;padding:0 12px;line-height:40px}\n"
            .repeat(90);
    format!(
        "<style>{style}</style><div class=\"header\"><div class=\"nav\"><ul>{nav}</ul></div></div>"
    )
}

/// The n-th article: about 30 KB.
fn article(n: usize) -> String {
    const SENTENCES: [&str; 8] = [
        "会议听取了各社区近期工作情况汇报，分析了存在的困难和问题。",
        "会议强调，要压实工作责任，细化工作措施，确保各项任务按时完成。",
        "各部门要加强协作配合，形成工作合力，及时研究解决群众反映的问题。",
        "街道将继续做好环境整治、安全生产、民生保障等重点工作。",
        "会议要求，要认真落实上级决策部署，结合实际制定工作方案。",
        "要加强宣传引导，提高群众知晓率和参与率，营造良好氛围。",
        "各社区要建立工作台账，明确责任人和完成时限，定期开展督查。",
        "会后，与会人员实地查看了项目建设现场，了解工程进展情况。",
    ];
    let paragraphs: String = (0..24)
        .map(|p| {
            let text: String = (0..6).map(|s| SENTENCES[(n * 7 + p * 5 + s * 3) % SENTENCES.len()]).collect();
            format!("<p style=\"text-indent:2em;line-height:1.8\"><span style=\"font-size:16px;font-family:仿宋\">{text}</span></p>\n")
        })
        .collect();
    let t = title(n);
    format!(
        "<!DOCTYPE html><html><head><meta charset=\"utf-8\"><title>{t}</title><meta name=\"ArticleTitle\" content=\"{t}\"><meta name=\"PubDate\" content=\"2026-09-01 09:00\"><meta name=\"ContentSource\" content=\"青石街道办事处\"></head><body>{}<div class=\"xl_tit\"><h1>{t}</h1></div><div class=\"xl_info\">时间：2026-09-01 09:00　来源：青石街道办事处</div><div class=\"TRS_Editor\">{paragraphs}</div><div class=\"footer\"><p>主办：青石街道办事处　网站标识码：3504990001　电话：0599-6660000</p></div></body></html>",
        chrome()
    )
}
