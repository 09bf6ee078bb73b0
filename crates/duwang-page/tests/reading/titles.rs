//! What a page is called whose title nobody marked.

use crate::common::fragment;
use duwang_model::{BlockKind, Document};
use duwang_page::{Hints, read_text};

const INFORMATION: &str = "<table><tr><td>索引号</td><td>YX0300-2026-00008</td><td>发布机构</td><td>云溪市水利局</td></tr><tr><td>名称</td><td>河道采砂管理办法的说明</td><td>发布日期</td><td>2026-04-21</td></tr></table>";
const TEXT: &str = "<p>一、起草背景</p><p>近年来河道采砂需求上升，为规范采砂管理，制定本办法。</p>";

#[test]
fn the_heading_below_the_table_about_a_document_is_its_title() {
    let title = "《云溪市河道采砂管理办法》政策解读";
    for heading in ["h1", "h2"] {
        let page = format!("{INFORMATION}<{heading}>{title}</{heading}>{TEXT}");
        assert_eq!(fragment(&page).title, title);
        let named = format!("<title>云溪市水利局</title>{page}");
        assert_eq!(fragment(&named).title, title);
    }
    let part = format!("{INFORMATION}<h2>一、起草背景</h2>{TEXT}");
    assert_ne!(fragment(&part).title, "一、起草背景");
}

#[test]
fn a_row_above_the_content_of_a_table_that_arranges_a_page_is_its_title() {
    let rows = "<tr><td>地点：石塘镇大埔村。<br>内容：铺设滴灌管道，建蓄水池4口，配套首部枢纽1套。<br>投资：145万元。<br>业主：大埔果业合作社。</td></tr>";
    let page = |first: &str| format!("<table align=center><tr>{first}</tr>{rows}</table>");
    let title = "大埔片节水灌溉项目情况";
    assert_eq!(
        fragment(&page(&format!("<td><b>{title}</b></td>"))).title,
        title
    );
    let two = fragment(&page(&format!("<td>{title}</td><td>完工</td>")));
    assert_ne!(two.title, title);
}

#[test]
fn a_page_that_only_tells_how_to_reach_an_office_is_called_by_its_name() {
    let lines = [
        "河东镇人民政府",
        "办公地址：兴河路8号",
        "联系电话：0599-6662111",
    ];
    let text = read_text("", &lines.join("\n"), &Hints::default());
    assert_eq!(text.title, lines[0]);
    let page: String = lines.iter().map(|line| format!("<p>{line}</p>")).collect();
    assert_eq!(fragment(&page).title, lines[0]);
    // A letterhead above a title.
    let letter = ["河东镇人民政府", "关于停水的通知", "停水时间：10月1日"];
    let text = read_text("", &letter.join("\n"), &Hints::default());
    assert_eq!(text.title, letter[1]);
}

#[test]
fn a_heading_is_the_title_before_the_cell_that_repeats_it() {
    let title = "云溪县教育局关于申请解决秋季学期校园安保经费的报告";
    let page = |heading: &str| {
        fragment(&format!(
            "<title>{title}_云溪县人民政府</title><table><tr><td>索引号</td><td>YX00113</td><td>发布机构</td><td>云溪县教育局</td></tr><tr><td>标题</td><td>{title}</td><td>生成日期</td><td>2026-08-05</td></tr></table><div class=content>{heading}<div id=zoom><p>县人民政府：</p><p>为了校园的安全，现申请经费，请批准，具体的数额和用途见附件，以前年度的使用情况也一并报告。</p></div></div>"
        ))
    };
    let kind_of_title = |d: &Document| {
        let span = d.title_span.unwrap();
        d.blocks
            .iter()
            .find(|b| b.span.overlaps(span))
            .unwrap()
            .kind
    };
    let both = page(&format!("<h1 class=tit>{title}</h1>"));
    assert_eq!(both.title, title);
    assert_eq!(kind_of_title(&both), BlockKind::Heading);
    let cell = page("");
    assert_eq!(cell.title, title);
    assert_eq!(kind_of_title(&cell), BlockKind::Cell);
}
