//! Articles of an official account from link lists beside the units file, and the pages that stand where an article was.

use crate::common::{Duwang, Site, summary_of};
use flate2::Crc;
use serde_json::Value;

const TEXT: &str =
    "青石街道召开会议，布署防汛各项任务，要求各社区落实责任，备足物资，加强巡查，确保群众安全。";

/// 22 characters after `/s/`, as real articles have.
fn path(n: usize) -> String {
    format!("/s/QingShiFaBu_2026-{n:05}")
}

fn epoch(day: &str) -> i64 {
    let day: chrono::NaiveDate = day.parse().unwrap();
    day.and_hms_opt(2, 0, 0).unwrap().and_utc().timestamp() // 10:00 in China
}

/// An ordinary article: hidden by style, text in small spans, the date only in script.
fn article(title: &str, day: &str, text: &str) -> String {
    format!(
        "<!DOCTYPE html><html><head><meta charset=\"utf-8\"><meta property=\"og:title\" content=\"{title}\"><title></title></head><body id=\"activity-detail\" class=\"zh_CN wx_wap_page mm_appmsg\"><div id=\"js_article\" class=\"rich_media\"><h1 class=\"rich_media_title\" id=\"activity-name\">{title}</h1><a id=\"js_name\">青石发布</a><em id=\"publish_time\"></em><div class=\"rich_media_content\" id=\"js_content\" style=\"visibility: hidden; opacity: 0;\"><section><p><span leaf=\"\">{}</span></p></section></div></div><script>var nickname = htmlDecode(\"青石发布\"); var ct = \"{}\"; var createTime = '{day} 10:00'; var msg_title = '{title}'.html(false); window.item_show_type = '0' || '';</script></body></html>",
        text.replace('，', "，</span><span leaf=\"\">"),
        epoch(day)
    )
}

/// A picture post: everything is in script.
fn pictures(title: &str, day: &str, text: &str) -> String {
    format!(
        "<!DOCTYPE html><html><head><meta charset=\"utf-8\"><meta property=\"og:title\" content=\"{title}\"><meta name=\"description\" content=\"{text}\"><title></title></head><body id=\"activity-detail\" class=\"zh_CN wx_wap_page page_share_img\"><div id=\"js_article\" class=\"share_content_page\"></div><script>window.desc = \"{text}\"; window.picture_page_info_list = [{{width:'1080' * 1,height:'1440' * 1,cdn_url:'/1.jpeg'}}]; window.cgiDataNew = {{ nick_name: JsDecode('青石发布'), title: JsDecode('{title}'), content_noencode: JsDecode('{text}'), create_time: JsDecode('{day} 10:00'), item_show_type: '8' * 1 }}; var ct = \"{}\"; window.item_show_type = '8' || '';</script></body></html>",
        epoch(day)
    )
}

fn notice(words: &str) -> String {
    format!(
        "<!DOCTYPE html><html><head><meta charset=\"utf-8\"><title></title></head><body id=\"activity-detail\" class=\"zh_CN wx_wap_page\"><div class=\"weui-msg\"><div class=\"weui-msg__text-area\"><div class=\"weui-msg__title warn\">{words}</div></div></div></body></html>"
    )
}

const CHECK: &str = "<!DOCTYPE html><html><head><meta charset=\"utf-8\"><title>环境异常</title><script src=\"/mmbizwap/secitptpage/template/verify.js\"></script></head><body class=\"zh_CN\"><div class=\"weui-msg\"><h2 class=\"weui-msg__title\">环境异常</h2><p class=\"weui-msg__desc\">当前环境异常，完成验证后即可继续访问。</p><a id=\"js_verify\" href=\"javascript:;\">去验证</a></div></body></html>";

fn site() -> Site {
    let site = Site::start();
    site.html(&path(1), &article("街道召开防汛会议", "2026-09-18", TEXT));
    site.html(&path(2), &pictures("社区清扫掠影", "2026-09-17", TEXT));
    site.html(&path(3), &notice("该内容已被发布者删除"));
    site.html(&path(4), &notice("此内容因违规无法查看"));
    site.html(&path(5), &article("街道部署冬春季防火", "2026-09-16", TEXT));
    site
}

fn units(duwang: &Duwang, links: &str) -> std::path::PathBuf {
    duwang.units_text(&format!(
        "[region]\nname = \"云溪市\"\n[[unit]]\nid = \"qingshi\"\nname = \"青石街道办事处\"\nkind = \"街道\"\n[[unit.channel]]\nid = \"qs-wx\"\nkind = \"wechat\"\naccount = \"青石发布\"\nlinks = \"{links}\"\n"
    ))
}

/// The rules that every way of listing the articles must lead to.
fn read_as_it_should(duwang: &Duwang, summary: &Value) {
    let channel = &summary["channels"][0];
    assert_eq!(channel["channel"], "qs-wx");
    assert_eq!(channel["outcomes"]["ok"], 3, "{channel:#}");
    assert_eq!(channel["outcomes"]["missing"], 2);
    let reasons: Vec<&str> = channel["not_seen"]
        .as_array()
        .unwrap()
        .iter()
        .map(|m| m["reason"].as_str().unwrap())
        .collect();
    assert!(reasons.iter().any(|r| r.contains("删除")), "{reasons:?}");
    assert!(reasons.iter().any(|r| r.contains("违规")), "{reasons:?}");
    let mut read: Vec<(String, String)> = duwang
        .findings(&["--category", "typo"])
        .iter()
        .map(|f| {
            let part = |key: &str| f[key].as_str().unwrap_or_default().to_owned();
            assert_eq!(f["kind"], "wechat-article");
            (part("page_title"), part("published")[..10].to_owned())
        })
        .collect();
    read.sort();
    let expected = [
        ("社区清扫掠影", "2026-09-17"),
        ("街道召开防汛会议", "2026-09-18"),
        ("街道部署冬春季防火", "2026-09-16"),
    ];
    assert_eq!(read, expected.map(|(t, d)| (t.to_owned(), d.to_owned())));
}

#[test]
fn links_from_a_pasted_text() {
    let site = site();
    let duwang = Duwang::new();
    let lines: Vec<String> = (1..=5)
        .map(|n| format!("{n}. 推文{n}：{}", site.url(&path(n))))
        .collect();
    let again = format!("\n再发一遍 {} 谢谢\n", site.url(&path(1)));
    let list = lines.join("\n") + &again;
    std::fs::write(duwang.dir.path().join("links.txt"), list).unwrap();
    let units = units(&duwang, "links.txt");
    let summary = duwang.scan(&units, &[]);
    read_as_it_should(&duwang, &summary);
    let firsts = site.take_log();
    let firsts = firsts.iter().filter(|(_, p, _)| *p == path(1)).count();
    assert_eq!(firsts, 1, "an article listed twice is read once");
}

#[test]
fn links_from_a_spreadsheet() {
    let site = site();
    let duwang = Duwang::new();
    let mut rows = vec![["序号".to_owned(), "标题".to_owned(), "链接".to_owned()]];
    rows.extend((1..=5).map(|n| [n.to_string(), format!("推文{n}"), site.url(&path(n))]));
    std::fs::write(duwang.dir.path().join("台账.xlsx"), xlsx(&rows)).unwrap();
    let units = units(&duwang, "台账.xlsx");
    let summary = duwang.scan(&units, &[]);
    read_as_it_should(&duwang, &summary);
}

#[test]
fn a_list_that_cannot_be_read_is_told_with_its_name() {
    let duwang = Duwang::new();
    let units = units(&duwang, "nowhere.txt");
    let output = duwang.run(&["scan", "--units", units.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(2));
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        told.contains("nowhere.txt") && told.contains("不存在"),
        "{told}"
    );
}

#[test]
fn a_verification_page_is_no_content_and_stops_the_host() {
    let site = site();
    site.html(&path(2), CHECK);
    let duwang = Duwang::new();
    let list: Vec<String> = (1..=5).map(|n| site.url(&path(n))).collect();
    std::fs::write(duwang.dir.path().join("links.txt"), list.join("\n")).unwrap();
    let units = units(&duwang, "links.txt");
    let scan = [
        "scan",
        "--format",
        "json",
        "--units",
        units.to_str().unwrap(),
    ];
    let slow = [
        "--allow-private",
        "--rate",
        "50",
        "--recheck-after",
        "100ms",
    ];
    let output = duwang.bare(&[&slow[..], &scan].concat()).output().unwrap();
    let channel = &summary_of(&output)["channels"][0];
    assert_eq!(channel["seen"], 1, "{channel:#}");
    assert_eq!(channel["outcomes"]["blocked"], 4);
    assert_eq!(channel["complete"], false);
    assert_eq!(
        site.take_paths(),
        [path(1), path(2)],
        "nothing more is asked"
    );
    let found = duwang.findings(&[]);
    assert!(
        found
            .iter()
            .all(|f| !f["url"].as_str().unwrap().ends_with(&path(2)))
    );
    assert_eq!(duwang.findings(&["--category", "typo"]).len(), 1);
    // The next scan tries again, and what was read before is still there.
    site.html(&path(2), &pictures("社区清扫掠影", "2026-09-17", TEXT));
    let summary = duwang.scan(&units, &[]);
    read_as_it_should(&duwang, &{
        let mut first = summary.clone();
        let outcomes = &mut first["channels"][0]["outcomes"];
        let unchanged = outcomes["unchanged"].as_u64().unwrap_or(0);
        outcomes["ok"] = (outcomes["ok"].as_u64().unwrap_or(0) + unchanged).into();
        first
    });
}

/// The smallest workbook a spreadsheet program opens: inline strings, parts stored without compression.
fn xlsx(rows: &[[String; 3]]) -> Vec<u8> {
    let rows: String = rows
        .iter()
        .map(|row| {
            let cells = row
                .iter()
                .map(|c| format!("<c t=\"inlineStr\"><is><t>{c}</t></is></c>"));
            format!("<row>{}</row>", cells.collect::<String>())
        })
        .collect();
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let package = "http://schemas.openxmlformats.org/package/2006";
    let relation = |kind: &str, target: &str| {
        format!(
            "<Relationships xmlns=\"{package}/relationships\"><Relationship Id=\"rId1\" Type=\"{office}/{kind}\" Target=\"{target}\"/></Relationships>"
        )
    };
    zip(&[
        (
            "[Content_Types].xml",
            format!(
                "<Types xmlns=\"{package}/content-types\"><Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/><Default Extension=\"xml\" ContentType=\"application/xml\"/></Types>"
            ),
        ),
        ("_rels/.rels", relation("officeDocument", "xl/workbook.xml")),
        (
            "xl/_rels/workbook.xml.rels",
            relation("worksheet", "worksheets/sheet1.xml"),
        ),
        (
            "xl/workbook.xml",
            format!(
                "<workbook xmlns=\"{main}\" xmlns:r=\"{office}\"><sheets><sheet name=\"推文\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>"
            ),
        ),
        (
            "xl/worksheets/sheet1.xml",
            format!("<worksheet xmlns=\"{main}\"><sheetData>{rows}</sheetData></worksheet>"),
        ),
    ])
}

/// A ZIP of stored files (APPNOTE 4.3: local headers, central directory, its end).
fn zip(files: &[(&str, String)]) -> Vec<u8> {
    let (mut out, mut directory) = (Vec::new(), Vec::new());
    for (name, text) in files {
        let mut crc = Crc::new();
        crc.update(text.as_bytes());
        let (size, offset) = (text.len() as u32, out.len() as u32);
        let mut fields: Vec<u8> = [20_u16, 0x0800, 0, 0, 0x21]
            .iter()
            .flat_map(|n| n.to_le_bytes())
            .collect();
        for number in [crc.sum(), size, size, name.len() as u32] {
            fields.extend(number.to_le_bytes()); // the last one: length of the name and, in its upper half, of no extra field
        }
        out.extend(b"PK\x03\x04");
        out.extend(&fields);
        out.extend(name.as_bytes());
        out.extend(text.as_bytes());
        directory.extend(b"PK\x01\x02\x14\x00");
        directory.extend(fields);
        directory.extend([0; 10]);
        directory.extend(offset.to_le_bytes());
        directory.extend(name.as_bytes());
    }
    let (count, size, offset) = (files.len() as u16, directory.len() as u32, out.len() as u32);
    out.extend(directory);
    out.extend(b"PK\x05\x06\0\0\0\0");
    out.extend([count, count].iter().flat_map(|n| n.to_le_bytes()));
    out.extend([size, offset].iter().flat_map(|n| n.to_le_bytes()));
    out.extend([0; 2]);
    out
}
