//! From a layout to a document: folding, tables, pairs, dates, kind.

use crate::fold::fold;
use crate::kind::{Signs, classify, is_gist_of_guide};
use crate::layout::{Layout, PlacedLink};
use crate::pairs::{self, Ground};
use crate::tables::Placed;
use crate::title::{is_labelled, is_name_of_body};
use crate::typed::Typed;
use crate::{Hints, publication, tables, untitled, wrapped};
use duwang_model::{Block, Dated, Document, Link, Part, Span, Text, WechatArticle};

/// What a reader knows besides the layout.
#[derive(Default)]
pub(crate) struct Known {
    pub charset: String,
    pub wechat: Option<WechatArticle>,
    /// Dates read from scripts.
    pub dates: Vec<Dated>,
    /// What scripts and frames show.
    pub embeds: Vec<String>,
}

pub(crate) fn compose(url: &str, mut layout: Layout, known: Known, hints: &Hints) -> Document {
    let mut document = Document::new(url);
    if layout.plain.ends_with('\n') {
        layout.plain.pop();
    }
    sort_out(&mut layout);
    document.text = Text::new(std::mem::take(&mut layout.plain));
    document.charset = known.charset;
    document.wechat = known.wechat;
    document.dates = known.dates;
    document.embeds = known.embeds;
    document.title = title(&layout, hints);
    document.title_span = layout.title.span;
    document.blocks = std::mem::take(&mut layout.blocks);
    if document.title.is_empty() {
        document.title = untitled::about(&document, &layout.tables);
    }
    document.head_title = std::mem::take(&mut layout.head_title);
    document.meta = std::mem::take(&mut layout.meta);
    document.images = std::mem::take(&mut layout.images);
    document.media = layout.media;
    document.notes = std::mem::take(&mut layout.notes);
    let (tables, cut) = tables::build(&layout.tables, &document.text);
    document.tables = tables;
    document.notes.extend(cut.map(str::to_owned));
    document.pairs = pairs::find(&Ground {
        text: &document.text,
        blocks: &document.blocks,
        placed: &layout.tables,
        tables: &document.tables,
        terms: &layout.terms,
    });
    document.links = layout
        .links
        .into_iter()
        .map(|link| finished(link, &document.text))
        .collect();
    publication::read(&mut document, hints.list_date);
    let signs = Signs {
        kind: hints.kind,
        column: hints.column.as_deref(),
        list: layout.list,
        attached: hints.attached,
    };
    (document.kind, document.kind_reasons) = classify(&document, &signs);
    if hints.kind.is_none() && is_gist_of_guide(&document) {
        // So that nothing is called absent from it.
        let note = "公众号上的指南要点，其余内容看指南原文";
        document.notes.push(note.to_owned());
    }
    document
}

/// Spans of the last line may reach over the line break that was cut off.
fn sort_out(layout: &mut Layout) {
    let end = layout.plain.len();
    let clip = |span: &mut Span| {
        span.start = span.start.min(end);
        span.end = span.end.clamp(span.start, end);
    };
    layout.links.iter_mut().for_each(|l| clip(&mut l.span));
    layout
        .tables
        .iter_mut()
        .flat_map(|t| t.raw.rows.iter_mut().flatten())
        .for_each(|c| clip(&mut c.span));
    for (term, definition) in &mut layout.terms {
        clip(term);
        clip(definition);
    }
    layout.blocks.sort_by_key(|b| b.span.start);
}

fn title(layout: &Layout, hints: &Hints) -> String {
    let shown = layout
        .title
        .text
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ");
    match &hints.list_title {
        // Nothing on the page calls itself the title: the list knows it.
        Some(listed) if shown.is_empty() => listed.clone(),
        _ => shown,
    }
}

fn finished(link: PlacedLink, text: &Text) -> Link {
    let shown = fold(text, link.span).trim().replace('\n', " ");
    let is_cut = shown.ends_with('…') || shown.ends_with("...");
    let text = match () {
        () if (shown.is_empty() || is_cut) && !link.title.is_empty() => link.title,
        () if shown.is_empty() => link.alt,
        () => shown,
    };
    Link {
        url: link.url,
        href: link.href,
        text,
        role: link.role,
        span: link.span,
        date: link.date,
    }
}

/// Most lines that stand above the title of a plain text.
const MOST_ABOVE_TITLE: usize = 3;

/// The document of a plain text: every line a paragraph, the first one perhaps the title.
pub(crate) fn of_text(url: &str, text: &str, hints: &Hints) -> Document {
    use duwang_model::BlockKind;
    let mut layout = Layout::default();
    let mut typed = Typed::default();
    for line in wrapped::joined(text).split(['\n', '\r', '\u{c}']) {
        let place = layout.push_line(line, BlockKind::Paragraph, Part::Main);
        typed.line(line, place);
    }
    let placed = |raw| Placed {
        raw,
        part: Part::Main,
    };
    layout.tables = typed.tables().into_iter().map(placed).collect();
    let line = |b: &Block| &layout.plain[b.span.start..b.span.end];
    // Under the name of its author and its number alone, the title is the next line.
    let above = layout.blocks.iter().take(MOST_ABOVE_TITLE);
    let above = above.take_while(|b| is_letterhead(line(b)) || is_number(line(b)));
    let above = above.count();
    let is_below = layout
        .blocks
        .get(above)
        .is_some_and(|b| is_title_line(line(b)) && !is_labelled(line(b)));
    let at = if is_below { above } else { 0 };
    if let Some(title) = layout.blocks.get(at).copied()
        && is_title_line(line(&title))
        && layout.plain.len() > title.span.end + 1
    {
        let below = layout.blocks.get(at + 1).copied();
        let more = below.filter(|b| line(&title).ends_with('》') && ends_title(line(b)));
        let last = more.unwrap_or(title);
        let span = Span::new(title.span.start, last.span.end);
        layout.title.text = layout.plain[span.start..span.end].replace('\n', "");
        layout.title.span = Some(span);
        let below = at + 1 + usize::from(more.is_some());
        for block in &mut layout.blocks[at..below] {
            block.kind = BlockKind::Heading;
        }
        tell_info_below_title(&mut layout, below);
    }
    let known = Known {
        charset: "UTF-8".to_owned(),
        ..Known::default()
    };
    compose(url, layout, known, hints)
}

/// `发布时间：2026-02-05 16:20` right below the title of a text that was copied from a page.
fn tell_info_below_title(layout: &mut Layout, at: usize) {
    const LONGEST: usize = 150;
    let Some(block) = layout.blocks.get_mut(at) else {
        return;
    };
    let line = &layout.plain[block.span.start..block.span.end];
    let has_day = !crate::dates::find_dates(line).is_empty();
    if has_day && line.len() <= LONGEST && crate::furniture::has_info_word(line) {
        block.part = Part::Info;
    }
}

/// `政　策　解　读` below the name of what is read: the rest of a title.
fn ends_title(line: &str) -> bool {
    const LENGTH: std::ops::RangeInclusive<usize> = 2..=14;
    let line: String = line.split_whitespace().collect();
    LENGTH.contains(&line.chars().count())
        && line.chars().all(|c| c > '\u{4e00}' && c.is_alphabetic())
        && !crate::file::begins_anew(&line)
        && !is_name_of_body(&line)
}

/// `鹿农规〔2026〕1号` on a line of its own.
fn is_number(line: &str) -> bool {
    let line = line.trim();
    line.ends_with('号')
        && publication::find_number(line).is_some_and(|number| number.len() == line.len())
}

/// `龙津县司法局`, `鹿门县农业农村局文件`: who speaks, and not about what.
fn is_letterhead(line: &str) -> bool {
    is_name_of_body(line.trim().trim_end_matches("文件"))
}

/// Short and without the punctuation of a sentence; a headline may call out or ask.
pub(crate) fn is_title_line(line: &str) -> bool {
    let count = line.chars().count();
    let longest = if line.ends_with(['！', '？']) {
        40
    } else {
        80
    };
    (4..=longest).contains(&count)
        && !line.ends_with(['；', '，', '：', ':', ';'])
        && !line.contains('。')
}
