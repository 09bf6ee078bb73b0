//! Hand-made documents and rules for tests.

use chrono::{NaiveDate, TimeZone, Utc};
use duwang_model::{
    Block, BlockKind, Cell, ChannelFacts, ChannelKind, Document, Kind, Media, PageFacts, Pages,
    Pair, Part, Region, Span, Table, Tags, Text, Ties, Unit, UnitKind,
};
use duwang_rules::{Checked, Context, ExamplePage, RuleFile, Rules};

/// A document of plain lines. A line may begin with a mark: `# ` title, `## ` heading, `- ` item, `| ` cell, `info> `, `nav> `,
/// `footer> `. `label：value` lines become pairs.
pub fn document(kind: Kind, lines: &str) -> Document {
    let mut document = Document::new("http://www.qingshi-demo.gov.cn/page.html");
    document.kind = kind;
    let mut plain = String::new();
    let mut spans = Vec::new();
    for line in lines.lines() {
        let (text, block, part, is_title) = marked(line);
        if !plain.is_empty() {
            plain.push('\n');
        }
        let start = plain.len();
        plain.push_str(text);
        if text.is_empty() {
            continue;
        }
        let span = Span::new(start, plain.len());
        spans.push((span, text.to_owned(), part));
        document.blocks.push(Block {
            span,
            kind: block,
            part,
        });
        if is_title {
            document.title = text.to_owned();
            document.title_span = Some(span);
        }
    }
    document.text = Text::new(plain);
    document.pairs = spans
        .iter()
        .filter_map(|(span, text, part)| pair(*span, text, *part))
        .collect();
    document
}

fn marked(line: &str) -> (&str, BlockKind, Part, bool) {
    let marks: [(&str, BlockKind, Part, bool); 7] = [
        ("## ", BlockKind::Heading, Part::Main, false),
        ("# ", BlockKind::Heading, Part::Main, true),
        ("- ", BlockKind::Item, Part::Main, false),
        ("| ", BlockKind::Cell, Part::Main, false),
        ("info> ", BlockKind::Paragraph, Part::Info, false),
        ("nav> ", BlockKind::Paragraph, Part::Nav, false),
        ("footer> ", BlockKind::Paragraph, Part::Footer, false),
    ];
    for (mark, kind, part, title) in marks {
        if let Some(rest) = line.strip_prefix(mark) {
            return (rest, kind, part, title);
        }
    }
    (line, BlockKind::Paragraph, Part::Main, false)
}

fn pair(span: Span, text: &str, part: Part) -> Option<Pair> {
    let colon = text.find(['：', ':'])?;
    let colon_len = text[colon..].chars().next()?.len_utf8();
    if text[..colon].chars().count() > 12 {
        return None;
    }
    let fold = |t: &str| Text::new(t.to_owned()).folded().trim().to_owned();
    Some(Pair {
        label: fold(&text[..colon]),
        value: fold(&text[colon + colon_len..]),
        label_span: Span::new(span.start, span.start + colon),
        value_span: Span::new(span.start + colon + colon_len, span.end),
        part,
    })
}

/// Reads an example of a rule the way [`document`] does.
pub fn read_example(page: &ExamplePage) -> Document {
    let mut document = document(page.kind, &page.text);
    document.published = page.published;
    if let Some(title) = &page.title {
        document.title.clone_from(title);
        document.title_span = None;
    }
    document
}

pub fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

pub fn unit(id: &str, name: &str) -> Unit {
    Unit {
        id: id.to_owned(),
        name: name.to_owned(),
        short_names: Vec::new(),
        kind: UnitKind::Street,
        channels: Vec::new(),
    }
}

pub fn region() -> Region {
    Region {
        name: "云溪市".to_owned(),
        overlays: Vec::new(),
        units: vec![
            unit("qingshi", "青石街道办事处"),
            unit("baisha", "白沙镇人民政府"),
        ],
    }
}

/// A website on 2 November 2026.
pub fn context() -> Context<'static> {
    Context {
        unit: None,
        region: None,
        channel: ChannelKind::Website,
        now: Utc.with_ymd_and_hms(2026, 11, 2, 0, 0, 0).unwrap(),
        judged_on: None,
    }
}

/// Keys every rule needs, for rules under test.
pub const COMMON: &str = r#"
level = "general"
certainty = "certain"
category = "guide"
fix = "改"
basis = [{ document = "《中华人民共和国政府信息公开条例》", number = "国务院令第711号", article = "第十二条" }]
"#;

pub fn file(path: &str, text: impl Into<String>) -> RuleFile {
    RuleFile {
        path: path.to_owned(),
        text: text.into().into(),
    }
}

/// One rule `t/rule` of a pack `t`; `own` are its own keys, examples and title are added when they are not given.
pub fn rule_files(own: &str) -> Vec<RuleFile> {
    let mut text = String::new();
    let has = |key: &str| {
        own.lines()
            .any(|l| l.trim_start().starts_with(&format!("{key} =")))
    };
    for line in COMMON.lines() {
        if line
            .split(" =")
            .next()
            .is_none_or(|key| key.is_empty() || !has(key))
        {
            text.push_str(line);
            text.push('\n');
        }
    }
    let about_channel = [
        "freshness",
        "blank",
        "presence",
        "pairing",
        "catalogue",
        "same",
    ]
    .iter()
    .any(|kind| own.contains(&format!("kind = \"{kind}\"")))
        || own.contains("what = \"dead\"");
    let (bad, good) = if about_channel {
        ("[{ now = 2026-11-02 }]", "[{ now = 2026-11-02 }]")
    } else {
        ("[\"坏\"]", "[\"好\"]")
    };
    for (key, value) in [("title", "\"有错\""), ("bad", bad), ("good", good)] {
        if !has(key) {
            text.push_str(&format!("{key} = {value}\n"));
        }
    }
    text.push_str(own);
    vec![
        file("t/pack.toml", "version = 2\ntitle = \"试验\"\n"),
        file("t/rule.toml", text),
    ]
}

pub fn load(files: &[RuleFile]) -> Rules {
    Rules::load(files, &[]).unwrap_or_else(|errors| panic!("{errors:#}"))
}

pub fn rules(own: &str) -> Rules {
    load(&rule_files(own))
}

/// Quotes of the hits; a hit without a quote shows as its key.
pub fn quotes(checked: &Checked) -> Vec<&str> {
    checked
        .hits
        .iter()
        .map(|h| {
            if h.quote.is_empty() {
                h.key.as_str()
            } else {
                h.quote.as_str()
            }
        })
        .collect()
}

/// Whether the one rule ran.
pub fn ran(checked: &Checked) -> bool {
    checked.ran.contains("t/rule")
}

/// A document whose cells (`| `) stand in rows of so many, as one table without a header.
pub fn with_rows(kind: Kind, lines: &str, columns: usize) -> Document {
    let mut document = document(kind, lines);
    let cells: Vec<Cell> = document
        .blocks
        .iter()
        .filter(|b| b.kind == BlockKind::Cell)
        .map(|b| Cell {
            text: Text::new(document.text.slice(b.span).to_owned())
                .folded()
                .to_owned(),
            span: b.span,
        })
        .collect();
    document.tables = vec![Table {
        header: Vec::new(),
        rows: cells.chunks(columns).map(<[Cell]>::to_vec).collect(),
        part: Part::Main,
    }];
    document
}

/// A website on the morning of a day, with nothing on it.
pub fn facts(now: &str) -> ChannelFacts {
    ChannelFacts {
        channel: "qingshi-site".to_owned(),
        kind: ChannelKind::Website,
        entry: "http://www.qingshi-demo.gov.cn/".to_owned(),
        now: format!("{now}T04:00:00Z").parse().unwrap(),
        complete: true,
        pages: Pages::default(),
        columns: vec![],
        dead_links: vec![],
        site: false,
        gone: vec![],
        unread: std::collections::HashSet::new(),
        readings: vec![],
        faults: vec![],
        named_links: vec![],
        entry_links: vec![],
        elsewhere: Pages::default(),
    }
}

/// A page as a channel remembers it.
pub fn page(kind: Kind, title: &str, published: &str) -> PageFacts {
    PageFacts {
        url: format!("http://www.qingshi-demo.gov.cn/{title}.html"),
        kind,
        title: title.to_owned(),
        published: published.parse().ok(),
        chars: 1000,
        images: 0,
        media: Media::default(),
        column: None,
        first_seen: None,
        tags: Tags::default(),
        ties: Ties::default(),
    }
}
