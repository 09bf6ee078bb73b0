//! A tree laid out: lines with their parts, links with their roles. Several layouts can be put one after another when a page keeps its
//! content in a script.

use crate::links::{Resolver, role_of};
use crate::lists::{self, ListPart};
use crate::main_part::{self, MainPart, Weights};
use crate::tables::{Placed, is_layout};
use crate::tags::Region;
use crate::title::{self, Title};
use crate::walk::{Draft, MediaKind, walk};
use crate::{dates, parts};
use chrono::NaiveDate;
use duwang_html::{NodeId, Tree};
use duwang_model::{Block, BlockKind, Image, LinkRole, Media, Part, Span};

/// A page before folding: everything has a place in `plain`.
#[derive(Default)]
pub(crate) struct Layout {
    pub plain: String,
    pub blocks: Vec<Block>,
    pub links: Vec<PlacedLink>,
    pub images: Vec<Image>,
    pub tables: Vec<Placed>,
    pub terms: Vec<(Span, Span)>,
    pub media: Media,
    pub title: Title,
    pub head_title: String,
    pub meta: Vec<(String, String)>,
    pub notes: Vec<String>,
    /// Entries of the list the content is, when it is one: with a date, and all.
    pub list: Option<(usize, usize)>,
}

pub(crate) struct PlacedLink {
    pub url: String,
    pub href: String,
    pub title: String,
    pub alt: String,
    pub role: LinkRole,
    pub span: Span,
    pub date: Option<NaiveDate>,
}

impl Layout {
    /// Lays out a whole page and decides which part is what.
    pub(crate) fn of_page(tree: &Tree, url: &str) -> Self {
        let draft = walk(tree, &[tree.root()], None);
        let weights = main_part::weigh(tree, &draft);
        let mut main = main_part::choose(tree, &draft, &weights);
        let (dates, list) = lists::find(tree, &draft, &weights);
        let list = list.filter(|list| is_list_page(list, &draft, &weights, &main, url));
        if let Some(list) = &list {
            main = MainPart {
                ranges: vec![(list.container, list.end)],
                sure: false,
            };
        }
        let title = title::find(tree, &draft, &main, &weights);
        let parts = parts::assign(tree, &draft, &main, &weights, &title, list.is_some());
        let in_list = list.map(|l| (l.dated, l.entries));
        // Where no content was found, the pictures of the page are furniture.
        let has_content = main.sure
            || draft
                .lines
                .iter()
                .zip(&parts)
                .any(|(l, p)| *p == Part::Main && l.span.len() > 20);
        Self::place(url, draft, &parts, &dates, title, in_list, |node| {
            if main.holds(node) && has_content && weights.region[node as usize] == Region::None {
                None
            } else {
                Some(part_outside(&weights, node))
            }
        })
    }

    /// Lays out subtrees that are all content. `shown` is hidden only until scripts run.
    pub(crate) fn of_content(
        tree: &Tree,
        url: &str,
        roots: &[NodeId],
        shown: Option<NodeId>,
    ) -> Self {
        let draft = walk(tree, roots, shown);
        let parts: Vec<Part> = draft
            .lines
            .iter()
            .map(|l| if l.hidden { Part::Hidden } else { Part::Main })
            .collect();
        let dates = vec![None; draft.links.len()];
        Self::place(url, draft, &parts, &dates, Title::default(), None, |_| None)
    }

    #[allow(
        clippy::too_many_arguments,
        reason = "the pieces of one page meet here once"
    )]
    fn place(
        url: &str,
        draft: Draft,
        parts: &[Part],
        dates: &[Option<NaiveDate>],
        title: Title,
        list: Option<(usize, usize)>,
        outside: impl Fn(u32) -> Option<Part>,
    ) -> Self {
        let resolver = Resolver::new(url, draft.base.as_deref());
        let part_at = |span: Span, node: u32| part_of_place(&draft, parts, span, node, &outside);
        let links = draft
            .links
            .iter()
            .zip(dates)
            .map(|(link, date)| {
                let part = part_at(link.span, link.node);
                let text = draft
                    .plain
                    .get(link.span.start..link.span.end)
                    .unwrap_or("");
                PlacedLink {
                    url: resolver.absolute(&link.href),
                    href: link.href.clone(),
                    title: link.title.clone(),
                    alt: link.alt.clone(),
                    role: role_of(link, part, text, list.is_some()),
                    span: link.span,
                    date: *date,
                }
            })
            .collect();
        let images = draft
            .images
            .iter()
            .map(|i| Image {
                url: resolver.absolute(&i.src),
                alt: i.alt.clone(),
                part: if i.hidden {
                    Part::Hidden
                } else {
                    part_at(Span::default(), i.node)
                },
            })
            .collect();
        let mut media = Media::default();
        for (node, kind) in &draft.media {
            if part_at(Span::default(), *node) == Part::Main {
                match kind {
                    MediaKind::Video => media.videos += 1,
                    MediaKind::Audio => media.audios += 1,
                    MediaKind::Frame => media.frames += 1,
                }
            }
        }
        let layout_cells = layout_cells(&draft);
        let blocks = draft
            .lines
            .iter()
            .zip(parts)
            .map(|(line, part)| Block {
                span: line.span,
                kind: match () {
                    () if line.heading => BlockKind::Heading,
                    () if line.item => BlockKind::Item,
                    () if line.cell != 0 && layout_cells.binary_search(&line.cell).is_err() => {
                        BlockKind::Cell
                    }
                    () => BlockKind::Paragraph,
                },
                part: *part,
            })
            .collect();
        let tables = draft
            .tables
            .iter()
            .map(|raw| Placed {
                raw: raw.clone(),
                part: raw
                    .rows
                    .iter()
                    .flatten()
                    .find(|c| !c.span.is_empty())
                    .map_or(Part::Main, |c| part_at(c.span, c.node)),
            })
            .filter(|t| t.part != Part::Hidden)
            .collect();
        let mut layout = Self {
            blocks,
            links,
            images,
            tables,
            media,
            list,
            title,
            terms: draft.terms,
            head_title: draft.title,
            meta: draft.meta,
            notes: draft.notes,
            plain: draft.plain,
        };
        if let Some((first, last)) = layout.title.lines {
            for block in &mut layout.blocks[first..=last] {
                block.kind = if block.kind == BlockKind::Cell {
                    block.kind
                } else {
                    BlockKind::Heading
                };
            }
        }
        layout
    }

    /// Appends a line of its own.
    pub(crate) fn push_line(&mut self, text: &str, kind: BlockKind, part: Part) -> Option<Span> {
        let text = text.trim();
        if !text.chars().any(crate::walk::is_visible) {
            return None;
        }
        let start = self.plain.len();
        self.plain.push_str(text);
        let span = Span::new(start, self.plain.len());
        self.plain.push('\n');
        self.blocks.push(Block { span, kind, part });
        Some(span)
    }

    /// Appends another layout after this one.
    pub(crate) fn append(&mut self, other: Self) {
        let by = self.plain.len();
        let shift = |span: Span| Span::new(span.start + by, span.end + by);
        self.plain.push_str(&other.plain);
        self.blocks.extend(other.blocks.into_iter().map(|b| Block {
            span: shift(b.span),
            ..b
        }));
        self.links
            .extend(other.links.into_iter().map(|l| PlacedLink {
                span: shift(l.span),
                ..l
            }));
        self.images.extend(other.images);
        self.terms
            .extend(other.terms.into_iter().map(|(a, b)| (shift(a), shift(b))));
        self.tables.extend(other.tables.into_iter().map(|mut t| {
            t.raw
                .rows
                .iter_mut()
                .flatten()
                .for_each(|c| c.span = shift(c.span));
            t
        }));
        self.media.videos += other.media.videos;
        self.media.audios += other.media.audios;
        self.media.frames += other.media.frames;
        self.notes.extend(other.notes);
        self.meta.extend(other.meta);
    }
}

/// Cells of tables that only arrange the page.
fn layout_cells(draft: &Draft) -> Vec<u32> {
    let mut cells: Vec<u32> = draft
        .tables
        .iter()
        .filter(|t| is_layout(t, &draft.plain))
        .flat_map(|t| t.rows.iter().flatten().map(|c| c.node))
        .collect();
    cells.sort_unstable();
    cells
}

fn part_of_place(
    draft: &Draft,
    parts: &[Part],
    span: Span,
    node: u32,
    outside: impl Fn(u32) -> Option<Part>,
) -> Part {
    if !span.is_empty() {
        let next = draft.lines.partition_point(|l| l.span.start <= span.start);
        if let Some(part) = next.checked_sub(1).and_then(|i| parts.get(i)) {
            return *part;
        }
    }
    outside(node).unwrap_or(Part::Main)
}

fn part_outside(weights: &Weights, node: u32) -> Part {
    match weights.region.get(node as usize) {
        Some(Region::Footer) => Part::Footer,
        Some(Region::Nav) => Part::Nav,
        _ => Part::Header,
    }
}

/// A page is a list when its links weigh more than its text, and nothing says that it is an article.
fn is_list_page(
    list: &ListPart,
    draft: &Draft,
    weights: &Weights,
    main: &MainPart,
    url: &str,
) -> bool {
    let container = list.container as usize;
    let links = u64::from(weights.link[container]);
    let beside = u64::from(weights.text[container]).saturating_sub(12 * list.dated as u64);
    let main_text: u64 = main
        .ranges
        .iter()
        .map(|r| {
            draft.own_text[r.0 as usize..(r.1 as usize).min(draft.own_text.len())]
                .iter()
                .map(|w| u64::from(*w))
                .sum::<u64>()
        })
        .sum();
    let overlaps = main
        .ranges
        .iter()
        .any(|r| r.0 < list.end && list.container < r.1);
    let main_text = if overlaps {
        main_text.saturating_sub(12 * list.dated as u64)
    } else {
        main_text
    };
    let is_article = ["ArticleTitle", "PubDate"]
        .iter()
        .any(|n| title::meta(draft, n).is_some_and(|v| !v.is_empty()))
        || dates::date_in_url(url).is_some()
        || main.sure;
    if is_article {
        return list.dated >= 8 && links > 4 * main_text;
    }
    let dated_list = list.dated >= 3 && links > beside && (main_text < 300 || links > main_text);
    let plain_list = list.entries >= 10 && links > 3 * beside && links > 2 * main_text;
    dated_list || plain_list
}
