//! The articles of a generated disclosure site, and the furniture of a portal around them.

use std::sync::LazyLock;

/// The title of the n-th article.
pub fn title(n: usize) -> String {
    format!("青石街道召开第{n}次专题会议研究部署重点工作")
}

/// Head, navigation and footer of a usual portal page: most of the bytes, the same everywhere.
pub fn chrome() -> &'static str {
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
pub fn article(n: usize) -> String {
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
