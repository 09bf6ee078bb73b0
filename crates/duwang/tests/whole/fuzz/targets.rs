//! Every parser of bytes that come from outside, with inputs to begin from.

use duwang_html::Limits;
use duwang_page::{Hints, Source};
use duwang_rules::{RuleFile, Rules};
use std::io::{Cursor, Write as _};
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use url::Url;
use zip::write::SimpleFileOptions;

pub struct Target {
    pub name: &'static str,
    /// What it reads, for readers of the documents.
    pub reads: &'static str,
    pub seeds: fn() -> Vec<Vec<u8>>,
    pub read: fn(&[u8]),
    /// Parsed by a library that may panic; a scan reads it in a process of its own.
    pub is_foreign: bool,
    /// How many times dearer a case is than one of the others.
    pub price: u32,
}

/// One that is read here, from seeds written down here.
const fn own(
    name: &'static str,
    reads: &'static str,
    seeds: fn() -> Vec<Vec<u8>>,
    read: fn(&[u8]),
) -> Target {
    Target {
        name,
        reads,
        seeds,
        read,
        is_foreign: false,
        price: 1,
    }
}

/// One that a library reads.
const fn foreign(name: &'static str, reads: &'static str, seeds: fn() -> Vec<Vec<u8>>) -> Target {
    Target {
        name,
        reads,
        seeds,
        read: file,
        is_foreign: true,
        price: 8,
    }
}

pub const ALL: &[Target] = &[
    own("html", "网页的标签", pages, |bytes| {
        let tree = duwang_html::parse(&lossy(bytes), Limits::default());
        assert!(tree.is_empty() || !bytes.is_empty());
    }),
    own(
        "page",
        "网页的正文、日期、表格、链接",
        pages,
        |bytes| page("text/html", bytes),
    ),
    own(
        "charset",
        "字符集（首行为响应头所说）",
        charsets,
        |bytes| {
            let (kind, body) = bytes.split_at(bytes.iter().position(|b| *b == b'\n').unwrap_or(0));
            let kind = lossy(kind);
            let decoded = duwang_page::decode(body, Some(&kind));
            assert!(decoded.text.len() <= 8 * body.len() + 8);
            let _ = duwang_page::sniff(body, Some(&kind));
        },
    ),
    own("list", "各平台的列表页", lists, |bytes| {
        let text = lossy(bytes);
        let tree = duwang_html::parse(&text, Limits::default());
        let _ = duwang_crawl::read_list(&here(), &text, &tree);
    }),
    own(
        "robots",
        "robots.txt",
        || {
            seeds(&[
                "User-agent: *\nDisallow: /a*b$\nAllow: /a\nCrawl-delay: 2\nSitemap: http://a.example/s.xml\n",
                "\u{feff}user-agent: duwang\r\ndisallow:\r\n",
            ])
        },
        |bytes| {
            let _ = duwang_crawl::robots_allow(bytes, "duwang", &here());
        },
    ),
    own(
        "feed",
        "订阅源（RSS、Atom、JSON）",
        || {
            seeds(&[
                RSS,
                ATOM,
                "{\"version\":\"https://jsonfeed.org/version/1.1\",\"title\":\"a\",\"items\":[{\"id\":\"1\",\"url\":\"http://a.example/1\",\"title\":\"停水通告\",\"date_published\":\"2026-09-21T22:13:00+08:00\"}]}",
            ])
        },
        |bytes| interface("feed", bytes),
    ),
    own(
        "jcms",
        "大汉列表接口的 XML",
        || {
            seeds(&[
                "<?xml version='1.0' encoding='UTF-8'?><datastore><totalrecord>43</totalrecord><totalpage>3</totalpage><recordset><record><![CDATA[<li><a href='/art/2026/9/18/art_1_2.html' title='通知'>通知</a><span>2026-09-18</span></li>]]></record></recordset></datastore>",
            ])
        },
        |bytes| interface("jcms", bytes),
    ),
    own(
        "jpaas",
        "大汉新平台的接口",
        || {
            seeds(&[
                "{\"success\":true,\"data\":{\"html\":\"<ul><li><a href='/art/1.html'>通知</a><span>2026-09-18</span></li></ul>\",\"count\":43}}",
            ])
        },
        |bytes| interface("jpaas", bytes),
    ),
    own(
        "gkmlpt",
        "广东公开平台的接口",
        || {
            seeds(&[
                "{\"classify\":{\"id\":11,\"name\":\"规范性文件\",\"post_count\":230},\"total\":230,\"articles\":[{\"id\":1,\"title\":\"第1件\",\"date\":1790000000,\"created_at\":\"2026-09-21 22:13:20\",\"url\":\"http://a.example/post_1.html\",\"post_url\":\"\"}]}",
            ])
        },
        |bytes| interface("gkmlpt", bytes),
    ),
    own(
        "ucap",
        "开普平台的接口",
        || {
            seeds(&[
                "{\"data\":{\"rows\":[{\"title\":\"通知\",\"url\":\"/a.html\",\"publishDate\":\"2026-09-18\"}],\"total\":43,\"pageSize\":20}}",
            ])
        },
        |bytes| interface("ucap", bytes),
    ),
    own(
        "fujian",
        "福建集约化平台的接口",
        || {
            seeds(&[
                "{\"total\":43,\"docs\":[{\"title\":\"通知\",\"url\":\"http://a.example/a.htm\",\"pubtime\":\"2026-09-18 10:00:00\"}]}",
            ])
        },
        |bytes| interface("fujian", bytes),
    ),
    own(
        "wechat-album",
        "公众号合集的 JSON",
        || {
            seeds(&[
                "{\"base_resp\":{\"ret\":0},\"getalbum_resp\":{\"article_list\":[{\"title\":\"通知\",\"url\":\"http://mp.weixin.qq.com/s?__biz=M&mid=1&idx=1&sn=a\",\"create_time\":\"1790000000\",\"msgid\":\"1\",\"itemidx\":\"1\"}],\"continue_flag\":\"1\"}}",
            ])
        },
        |bytes| interface("wechat-album", bytes),
    ),
    own(
        "wechat-page",
        "公众号文章",
        || {
            seeds(&[
                "<html><head><meta property=\"og:title\" content=\"通知\"></head><body><div id=\"js_article\"><h1 id=\"activity-name\">通知</h1><div id=\"js_content\"><p>青石街道布署工作</p></div></div><script>var biz=\"M\"||\"\";var ct=\"1790000000\";var createTime='2026-09-21 22:13';window.picture_page_info_list=[{cdn_url:'http://a.example/1'}];</script></body></html>",
            ])
        },
        |bytes| page("text/html", bytes),
    ),
    own(
        "wechat-links",
        "公众号链接清单",
        || {
            seeds(&[
                "https://mp.weixin.qq.com/s/AbCdEfGhIjKlMnOpQrStUv\t通知\nhttps://mp.weixin.qq.com/s?__biz=MzA&mid=1&idx=1&sn=a 标题\n",
                "[{\"link\":\"https://mp.weixin.qq.com/s/AbCdEfGhIjKlMnOpQrStUv\",\"title\":\"通知\"}]",
            ])
        },
        |bytes| {
            let file = tempfile::Builder::new().suffix(".csv").tempfile().unwrap();
            std::fs::write(file.path(), bytes).unwrap();
            let _ = duwang_crawl::wechat_links(file.path());
        },
    ),
    own(
        "docx",
        "Word 文件里的 XML",
        || {
            seeds(&[
                DOCX,
                "<w:document><w:body><w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val=\"2\"/><w:vMerge/></w:tcPr><w:p><w:r><w:t>电话</w:t></w:r></w:p></w:tc></w:tr></w:tbl></w:body></w:document>",
            ])
        },
        |bytes| {
            file(&zipped(&[
                ("[Content_Types].xml", b"<Types/>"),
                ("word/document.xml", bytes),
                ("word/comments.xml", bytes),
            ]));
        },
    ),
    own(
        "pptx",
        "演示文稿里的 XML",
        || {
            seeds(&[
                "<p:sld><p:cSld><p:spTree><p:sp><p:txBody><a:p><a:r><a:t>公开</a:t></a:r></a:p></p:txBody></p:sp></p:spTree></p:cSld></p:sld>",
            ])
        },
        |bytes| {
            file(&zipped(&[
            ("ppt/presentation.xml", b"<p:presentation><p:sldId id=\"1\" r:id=\"rId1\"/></p:presentation>"),
            ("ppt/_rels/presentation.xml.rels", b"<Relationships><Relationship Id=\"rId1\" Target=\"slides/slide1.xml\"/></Relationships>"),
            ("ppt/slides/slide1.xml", bytes),
        ]));
        },
    ),
    own(
        "ofd",
        "OFD 里的 XML",
        || {
            seeds(&[
                "<ofd:Page xmlns:ofd=\"http://www.ofdspec.org/2016\"><ofd:Content><ofd:Layer ID=\"1\"><ofd:TextObject ID=\"2\" Boundary=\"10 10 100 10\" Font=\"1\" Size=\"5\"><ofd:TextCode X=\"0\" Y=\"5\" DeltaX=\"g 3 5\">公开指南</ofd:TextCode></ofd:TextObject></ofd:Layer></ofd:Content></ofd:Page>",
            ])
        },
        |bytes| {
            file(&zipped(&[
            ("OFD.xml", b"<ofd:OFD xmlns:ofd=\"http://www.ofdspec.org/2016\"><ofd:DocBody><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>"),
            ("Doc_0/Document.xml", b"<ofd:Document xmlns:ofd=\"http://www.ofdspec.org/2016\"><ofd:Pages><ofd:Page ID=\"1\" BaseLoc=\"Pages/Page_0/Content.xml\"/></ofd:Pages></ofd:Document>"),
            ("Doc_0/Pages/Page_0/Content.xml", bytes),
        ]));
        },
    ),
    own(
        "zip",
        "压缩包",
        || {
            vec![
                zipped(&[
                    ("通知.txt", "公示名单".as_bytes()),
                    ("a/b.htm", b"<p>x</p>"),
                ]),
                kept("crashes/directory-without-end.zip"),
            ]
        },
        file,
    ),
    own(
        "eml",
        "邮件",
        || {
            seeds(&[
                "From: a@a.example\r\nSubject: =?GBK?B?zajWqg==?=\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Type: text/html; charset=gbk\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n<p>=B9=AB=BF=AA</p>\r\n--x\r\nContent-Type: application/octet-stream; name=a.txt\r\nContent-Transfer-Encoding: base64\r\n\r\n5YWs5byA\r\n--x--\r\n",
            ])
        },
        file,
    ),
    own(
        "text",
        "纯文本、RTF、Markdown、CSV",
        || {
            seeds(&[
                "# 公开指南\n\n| 电话 | 0599-6660001 |\n|---|---|\n",
                "{\\rtf1\\ansi\\ansicpg936 \\'b9\\'ab\\u24320?}",
                "名称,电话\n公开办,0599-6660001\n",
            ])
        },
        file,
    ),
    own(
        "picture",
        "图片的头",
        || {
            vec![
                kept("crashes/markers-only.jpg"),
                b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x10\0\0\0\x10\x08\x02\0\0\0\x90\x91h6"
                    .to_vec(),
                b"GIF89a\x10\0\x10\0\0\0\0;".to_vec(),
            ]
        },
        file,
    ),
    foreign("pdf", "PDF", || vec![kept("old-reply-limit.pdf")]),
    foreign("doc", "旧 Word 文件", || vec![kept("libreoffice.doc")]),
    foreign("xls", "旧表格", || vec![kept("libreoffice.xls")]),
    foreign("xlsx", "表格", || vec![kept("libreoffice.xlsx")]),
    foreign("ods", "开放格式的表格", || {
        vec![kept("libreoffice.ods")]
    }),
    Target {
        price: 4,
        ..own(
            "rules",
            "规则文件",
            || {
                vec![
                    repository("rules/typo/known-errors.toml"),
                    repository("rules/guide/office-hours.toml"),
                ]
            },
            |bytes| {
                let file = |path: &str, text: String| RuleFile {
                    path: path.to_owned(),
                    text: text.into(),
                };
                let files = [
                    file("t/pack.toml", "version = 1\n".to_owned()),
                    file("t/rule.toml", lossy(bytes)),
                ];
                if let Err(errors) = Rules::load(&files, &[]) {
                    assert!(errors.errors.iter().all(|e| e.line >= 1 && e.column >= 1));
                }
            },
        )
    },
    own(
        "units",
        "单位文件",
        || vec![repository("seeds/demo/units.toml")],
        |bytes| {
            if let Err(trouble) = duwang::units::parse(Path::new("units.toml"), &lossy(bytes)) {
                assert!(!trouble.to_string().is_empty());
            }
        },
    ),
    own(
        "schedules",
        "计划文件",
        || {
            seeds(&[
                "[[guard]]\nname = \"汛期\"\nfrom = 2026-07-01\nuntil = 2026-09-30\n[[schedule]]\nid = \"nightly\"\ncron = \"0 2 * * 1-5\"\nexcept = [\"汛期\"]\n",
            ])
        },
        |bytes| {
            let calendar = duwang_model::Calendar::parse("")
                .unwrap_or_else(|_| unreachable!("nothing is a calendar"));
            if let Ok(plan) = duwang_schedule::Plan::parse(&lossy(bytes), calendar) {
                let now = chrono::DateTime::UNIX_EPOCH;
                for schedule in plan.schedules() {
                    let _ = plan.next(schedule, now);
                }
            }
        },
    ),
    own(
        "rows",
        "存储里的记录（校验和相符）",
        || {
            vec![
                duwang_store::contract::raw_row(&"青石街道".repeat(200)),
                duwang_store::contract::raw_row(&["a"]),
            ]
        },
        |bytes| {
            let _ = duwang_store::contract::read_raw_row(bytes);
        },
    ),
    own("export", "导出的备份文件", exports, |bytes| {
        let _ = duwang_store::import(&duwang_store::Memory::new(), &mut Cursor::new(bytes));
    }),
    Target {
        price: 4,
        ..own(
            "typo-model",
            "错别字模型的头",
            || vec![MODEL[..4096].to_vec()],
            |bytes| {
                let mut model = bytes.to_vec();
                model.extend_from_slice(&MODEL[4096..1 << 20]);
                if let Ok(checker) = duwang_typo::Checker::open(model) {
                    let _ = checker.check("青石街道布署工作", &[]);
                }
            },
        )
    },
];

static MODEL: LazyLock<Vec<u8>> = LazyLock::new(|| repository("rules/typo/model.bin"));

const RSS: &str = "<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>青石发布</title><item><title><![CDATA[停水通告]]></title><link>http://a.example/1.htm</link><pubDate>Mon, 21 Sep 2026 14:13:00 GMT</pubDate></item></channel></rss>";
const ATOM: &str = "<feed xmlns=\"http://www.w3.org/2005/Atom\"><title>青石发布</title><id>x</id><updated>2026-09-21T14:13:00Z</updated><entry><id>http://a.example/1</id><title>停水通告</title><link href=\"http://a.example/1\"/><updated>2026-09-21T20:13:00Z</updated></entry></feed>";
const DOCX: &str = "<w:document xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"><w:body><w:p><w:pPr><w:jc w:val=\"center\"/></w:pPr><w:r><w:rPr><w:vanish/></w:rPr><w:t>公开指南</w:t></w:r><w:del w:author=\"王某\"><w:r><w:delText>旧</w:delText></w:r></w:del><w:hyperlink r:id=\"a\"><w:r><w:t>网址</w:t></w:r></w:hyperlink></w:p></w:body></w:document>";

fn here() -> Url {
    Url::parse("http://www.yunxi-demo.gov.cn/zwgk/tzgg/").unwrap()
}

fn lossy(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn seeds(texts: &[&str]) -> Vec<Vec<u8>> {
    texts.iter().map(|t| t.as_bytes().to_vec()).collect()
}

fn repository(path: &str) -> Vec<u8> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..");
    std::fs::read(root.join(path)).unwrap()
}

/// A file that the tests of the reader keep.
fn kept(name: &str) -> Vec<u8> {
    repository(&format!("crates/duwang-page/tests/kept/{name}"))
}

/// Pages in the style of several platforms.
fn pages() -> Vec<Vec<u8>> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../seeds/demo/designs");
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|e| e.unwrap().path())
        .collect();
    files.sort();
    let mut all: Vec<Vec<u8>> = files.iter().map(|f| std::fs::read(f).unwrap()).collect();
    let table = "<table><tr><td rowspan=2>电话</td><td>0599-6660001</td></tr><tr><td>2026年9月18日</td></tr></table>";
    all.push(crate::common::article("关于停水的通知", "2026-09-01", table).into_bytes());
    all
}

fn charsets() -> Vec<Vec<u8>> {
    let page = crate::common::article("关于停水的通知", "2026-09-01", "因管道检修停水。");
    let gbk = encoding_rs::GBK.encode(&page).0;
    vec![
        [b"text/html; charset=gbk\n", gbk.as_ref()].concat(),
        [b"text/html; charset=utf-8\n", page.as_bytes()].concat(),
        b"text/html\n\xff\xfe<\0p\0>\0\x2c\x4e".to_vec(),
    ]
}

fn lists() -> Vec<Vec<u8>> {
    let row = |n: usize| {
        (
            format!("./t2026090{n}_{n}.htm"),
            format!("第{n}号通知"),
            format!("2026-09-0{n}"),
        )
    };
    let items: Vec<_> = (1..6).map(row).collect();
    let mut all = pages();
    all.push(crate::common::list("通知公告", &items, 7, 2).into_bytes());
    all.push("<script>window._CONFIG = { SID: '755041', TREE: [ {\"id\":1,\"name\":\"政策\",\"children\":[{\"id\":11,\"name\":\"文件\",\"children\":[]}]} ] };</script>".into());
    all
}

fn exports() -> Vec<Vec<u8>> {
    use duwang_store::Store as _;
    let store = duwang_store::Memory::new();
    store.append("audit", "一").unwrap();
    store
        .begin_scan(&duwang_store::contract::sample::scan("s", 1))
        .unwrap();
    let mut bytes = Vec::new();
    store.export(&mut bytes).unwrap();
    vec![bytes]
}

fn interface(platform: &str, bytes: &[u8]) {
    let _ = duwang_crawl::read_interface(platform, &here(), &lossy(bytes));
}

fn page(kind: &str, bytes: &[u8]) {
    let (here, hints) = (here(), Hints::default());
    let source = Source {
        url: here.as_str(),
        bytes,
        content_type: Some(kind),
        hints: &hints,
    };
    if let duwang_page::Reading::Document(document) = duwang_page::read(&source) {
        let plain = document.text.plain();
        assert!(
            document
                .blocks
                .iter()
                .all(|b| plain.get(b.span.start..b.span.end).is_some())
        );
        let _ = (
            duwang_page::facts(&document),
            duwang_page::content_hash(&document),
        );
    }
}

fn file(bytes: &[u8]) {
    page("application/octet-stream", bytes);
}

fn zipped(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        writer
            .start_file(*name, SimpleFileOptions::default())
            .unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}
