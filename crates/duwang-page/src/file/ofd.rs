//! OFD (GB/T 33190): OFD.xml → documents → pages with their templates → text objects in the order they are read on paper. Annotations
//! and attachments inside are read too.

use super::archive::{Archive, Trouble};
use super::outline::{Outline, hints_for};
use super::xml::{self, Attributes, Mark};
use super::{Aids, MAX_NESTING, flow, picture};
use crate::{Reading, Source, not_read};
use duwang_model::{BlockKind, Part, ResidueKind};

/// Most pages read of one file.
const MAX_PAGES: usize = 2_000;
/// Most pieces of text read of one page.
const MAX_PIECES: usize = 50_000;

pub(super) fn read(source: &Source<'_>, aids: &dyn Aids, depth: usize) -> Reading {
    let archive = match Archive::open(source.bytes) {
        Ok(archive) => archive,
        Err(Trouble(reason)) => return not_read(reason),
    };
    let mut walker = Walker {
        archive,
        outline: Outline::default(),
        pages: Vec::new(),
        more: 0,
        pictures: Vec::new(),
        unmapped: false,
        attachments: Vec::new(),
    };
    if let Err(Trouble(reason)) = walker.package() {
        return not_read(reason);
    }
    let attachments = std::mem::take(&mut walker.attachments);
    let (outline, mut archive) = walker.finish(aids);
    let own = picture::or_unread(outline.finish(source));
    let files = attachments
        .into_iter()
        .filter_map(|(name, part)| Some((name, archive.read(&part).ok()?)))
        .collect::<Vec<_>>();
    if files.is_empty() || depth >= MAX_NESTING {
        return own;
    }
    let mut bundle = super::bundle::Bundle::new(own);
    for (name, bytes) in files {
        let hints = hints_for(source.hints, &name);
        let inner = Source {
            url: source.url,
            bytes: &bytes,
            content_type: None,
            hints: &hints,
        };
        bundle.add(&name, super::read_nested(&inner, aids, depth + 1));
    }
    bundle.finish(source)
}

/// A piece of text where it stands on paper, millimetres.
struct Piece {
    x: f64,
    y: f64,
    size: f64,
    text: String,
}

#[derive(Default)]
struct Page {
    pieces: Vec<Piece>,
    hidden: Vec<String>,
    images: Vec<String>,
}

struct Walker<'b> {
    archive: Archive<'b>,
    outline: Outline,
    pages: Vec<Page>,
    more: usize,
    pictures: Vec<(String, String)>,
    /// Some glyphs have no characters.
    unmapped: bool,
    attachments: Vec<(String, String)>,
}

impl<'b> Walker<'b> {
    fn package(&mut self) -> Result<(), Trouble> {
        let root = self
            .archive
            .xml("OFD.xml")?
            .ok_or_else(|| Trouble("缺少部件 OFD.xml".to_owned()))?;
        let mut documents = Vec::new();
        let mut open = String::new();
        let mut people = Vec::new();
        let walked = xml::walk(&root, &mut |mark| match mark {
            Mark::Start(name, _) => open = name.to_owned(),
            Mark::End(_) => open.clear(),
            Mark::Text(text) => match open.as_str() {
                "DocRoot" => documents.push(text.trim().to_owned()),
                "Author" => people.push(text.into_owned()),
                _ => {}
            },
            Mark::Entity => {}
        });
        if documents.is_empty() {
            let why = walked.err().unwrap_or_else(|| "没有文档".to_owned());
            return Err(Trouble(format!("OFD 损坏（{why}）")));
        }
        for name in people {
            self.outline.author(&name, "文件属性“作者”");
        }
        for document in documents.iter().take(20) {
            self.document(document)?;
        }
        Ok(())
    }

    fn document(&mut self, part: &str) -> Result<(), Trouble> {
        let part = xml::resolve("", part);
        let document = self
            .archive
            .xml(&part)?
            .ok_or_else(|| Trouble(format!("缺少部件 {part}")))?;
        let folder = xml::folder(&part).to_owned();
        let body = Body::read(&document, &folder);
        let resources = self.resources(&body.resources);
        let first = self.pages.len();
        for page in &body.pages {
            if self.pages.len() >= MAX_PAGES {
                self.more += 1;
                continue;
            }
            let read = self.page(page, &body, &resources);
            self.pages.push(read);
        }
        if let Some(list) = &body.annotations {
            self.annotations(list, first, &body);
        }
        if let Some(list) = &body.attachments {
            self.attachments(list);
        }
        Ok(())
    }

    /// Pictures by resource id.
    fn resources(&mut self, parts: &[String]) -> Vec<(String, String)> {
        let mut found = Vec::new();
        for part in parts {
            let Ok(Some(resources)) = self.archive.xml(part) else {
                continue;
            };
            let folder = xml::folder(part).to_owned();
            let mut base = String::new();
            let (mut id, mut in_file) = (String::new(), false);
            let walked = xml::walk(&resources, &mut |mark| match mark {
                Mark::Start("Res", attributes) => {
                    base = attributes.get("BaseLoc").unwrap_or_default();
                }
                Mark::Start("MultiMedia", attributes) => {
                    id = attributes.get("ID").unwrap_or_default();
                }
                Mark::Start("MediaFile", _) => in_file = true,
                Mark::End("MediaFile") => in_file = false,
                Mark::Text(text) if in_file => {
                    let base = xml::resolve(&folder, &base);
                    found.push((id.clone(), xml::resolve(&base, text.trim())));
                }
                _ => {}
            });
            drop(walked); // pictures named before a fault count
        }
        found
    }

    fn page(&mut self, part: &str, body: &Body, resources: &[(String, String)]) -> Page {
        let number = self.pages.len() + 1;
        let mut page = Page::default();
        let content = match self.archive.xml(part) {
            Ok(Some(content)) => content,
            Ok(None) => {
                self.outline.note(format!("第{number}页缺少部件，未读"));
                return page;
            }
            Err(Trouble(reason)) => {
                self.outline.note(format!("第{number}页：{reason}，未读"));
                return page;
            }
        };
        let mut templates = Vec::new();
        self.objects(&content, number, &mut page, &mut templates);
        for id in templates.iter().take(8) {
            let Some((_, part)) = body.templates.iter().find(|(known, _)| known == id) else {
                continue;
            };
            if let Ok(Some(template)) = self.archive.xml(part) {
                self.objects(&template, number, &mut page, &mut Vec::new());
            }
        }
        for id in std::mem::take(&mut page.images) {
            if let Some((_, part)) = resources.iter().find(|(known, _)| *known == id) {
                self.pictures
                    .push((part.clone(), format!("第{number}页的图片")));
                self.outline.image(part, "");
            }
        }
        page
    }

    /// The text objects of a content, template or annotation part.
    fn objects(&mut self, part: &str, number: usize, page: &mut Page, templates: &mut Vec<String>) {
        let mut object: Option<Object> = None;
        let mut code: Option<(f64, f64, String)> = None;
        let mut unmapped = false;
        let walked = xml::walk(part, &mut |mark| match mark {
            Mark::Start("Template", attributes) => {
                templates.extend(attributes.get("TemplateID"));
            }
            Mark::Start("TextObject", attributes) => object = Some(Object::of(attributes)),
            Mark::Start("ImageObject", attributes) => {
                page.images.extend(attributes.get("ResourceID"));
            }
            Mark::Start("TextCode", attributes) => {
                let number = |name| attributes.get(name).and_then(|v| v.trim().parse().ok());
                let last = code.as_ref().map_or((0.0, 0.0), |(x, y, _)| (*x, *y));
                let x = number("X").unwrap_or(last.0);
                let y = number("Y").unwrap_or(last.1);
                code = Some((x, y, String::new()));
            }
            Mark::Text(text) => {
                if let Some((_, _, so_far)) = &mut code {
                    so_far.push_str(&text);
                }
            }
            Mark::End("TextCode") => {
                if let (Some(object), Some((x, y, text))) = (&object, &mut code) {
                    let text = std::mem::take(text);
                    unmapped |= !text.chars().any(crate::walk::is_visible) && object.has_glyphs;
                    if !object.is_visible {
                        page.hidden.push(text);
                    } else if page.pieces.len() < MAX_PIECES {
                        let (x, y) = object.place(*x, *y);
                        let size = object.size;
                        page.pieces.push(Piece { x, y, size, text });
                    }
                }
            }
            Mark::Start("CGTransform", _) => {
                if let Some(object) = &mut object {
                    object.has_glyphs = true;
                }
            }
            Mark::End("TextObject") => {
                object = None;
                code = None;
            }
            _ => {}
        });
        self.unmapped |= unmapped;
        if page.pieces.len() == MAX_PIECES {
            self.outline.note(format!("第{number}页文字过多，其余未读"));
        }
        if let Err(why) = walked {
            self.outline
                .note(format!("第{number}页有损坏（{why}），其余未读"));
        }
    }

    /// Annotations add text to pages: stamps, notes, highlights with words.
    fn annotations(&mut self, part: &str, first: usize, body: &Body) {
        let Ok(Some(list)) = self.archive.xml(part) else {
            return;
        };
        let folder = xml::folder(part).to_owned();
        let mut found: Vec<(String, String)> = Vec::new();
        let (mut page, mut in_file) = (String::new(), false);
        let walked = xml::walk(&list, &mut |mark| match mark {
            Mark::Start("Page", attributes) => page = attributes.get("PageID").unwrap_or_default(),
            Mark::Start("FileLoc", _) => in_file = true,
            Mark::End("FileLoc") => in_file = false,
            Mark::Text(text) if in_file => {
                found.push((page.clone(), xml::resolve(&folder, text.trim())));
            }
            _ => {}
        });
        drop(walked); // annotations named before a fault count
        for (id, part) in found.iter().take(MAX_PAGES) {
            let index = body.page_ids.iter().position(|p| p == id).unwrap_or(0) + first;
            let Ok(Some(annotation)) = self.archive.xml(part) else {
                continue;
            };
            let mut extra = Page::default();
            self.objects(&annotation, index + 1, &mut extra, &mut Vec::new());
            if let Some(page) = self.pages.get_mut(index) {
                page.pieces.extend(extra.pieces);
                page.hidden.extend(extra.hidden);
            }
        }
    }

    fn attachments(&mut self, part: &str) {
        let Ok(Some(list)) = self.archive.xml(part) else {
            return;
        };
        let folder = xml::folder(part).to_owned();
        let (mut name, mut in_file) = (String::new(), false);
        let mut found = Vec::new();
        let walked = xml::walk(&list, &mut |mark| match mark {
            Mark::Start("Attachment", attributes) => {
                name = attributes.get("Name").unwrap_or_default();
            }
            Mark::Start("FileLoc", _) => in_file = true,
            Mark::End("FileLoc") => in_file = false,
            Mark::Text(text) if in_file => {
                found.push((name.clone(), xml::resolve(&folder, text.trim())));
            }
            _ => {}
        });
        drop(walked);
        self.attachments.extend(found.into_iter().take(50));
    }

    fn finish(mut self, aids: &dyn Aids) -> (Outline, Archive<'b>) {
        let hidden: Vec<(usize, String)> = self
            .pages
            .iter_mut()
            .enumerate()
            .flat_map(|(n, page)| page.hidden.drain(..).map(move |t| (n, t)))
            .collect();
        let lines: Vec<Vec<String>> = self.pages.drain(..).map(|p| lines(p.pieces)).collect();
        for paragraph in flow::paragraphs(&lines) {
            let part = match paragraph.is_page_number {
                true => Part::Footer,
                false => Part::Main,
            };
            let place = || format!("第{}页", paragraph.page + 1);
            self.outline
                .line(&paragraph.text, BlockKind::Paragraph, part, place);
        }
        for (page, text) in hidden {
            let place = format!("第{}页的隐藏文字", page + 1);
            self.outline
                .hidden(ResidueKind::HiddenText, &text, "", &place);
        }
        if self.more > 0 {
            self.outline
                .note(format!("超过 {MAX_PAGES} 页，其余 {} 页未读", self.more));
        }
        if self.unmapped {
            self.outline.note("部分字形没有对应的文字，该处未读");
        }
        picture::recognise_parts(&mut self.archive, &self.pictures, aids, &mut self.outline);
        (self.outline, self.archive)
    }
}

/// What a Document.xml names, as paths in the archive.
#[derive(Default)]
struct Body {
    pages: Vec<String>,
    page_ids: Vec<String>,
    templates: Vec<(String, String)>,
    resources: Vec<String>,
    annotations: Option<String>,
    attachments: Option<String>,
}

impl Body {
    fn read(document: &str, folder: &str) -> Self {
        let mut body = Self::default();
        let mut open = String::new();
        let walked = xml::walk(document, &mut |mark| match mark {
            Mark::Start("Page", attributes) => {
                if let Some(part) = attributes.get("BaseLoc")
                    && body.pages.len() < 100_000
                {
                    body.pages.push(xml::resolve(folder, &part));
                    body.page_ids.push(attributes.get("ID").unwrap_or_default());
                }
            }
            Mark::Start("TemplatePage", attributes) => {
                let id = attributes.get("ID").unwrap_or_default();
                let part = attributes.get("BaseLoc").unwrap_or_default();
                body.templates.push((id, xml::resolve(folder, &part)));
            }
            Mark::Start(name, _) => open = name.to_owned(),
            Mark::End(_) => open.clear(),
            Mark::Text(text) => {
                let part = || xml::resolve(folder, text.trim());
                match open.as_str() {
                    "PublicRes" | "DocumentRes" => body.resources.push(part()),
                    "Annotations" => body.annotations = Some(part()),
                    "Attachments" => body.attachments = Some(part()),
                    _ => {}
                }
            }
            Mark::Entity => {}
        });
        drop(walked); // pages named before a fault are read
        body
    }
}

/// A text object: where its own coordinates lie on the page.
struct Object {
    x: f64,
    y: f64,
    matrix: [f64; 6],
    size: f64,
    is_visible: bool,
    has_glyphs: bool,
}

impl Object {
    fn of(attributes: Attributes<'_>) -> Self {
        let numbers = |name: &str| -> Vec<f64> {
            let value = attributes.get(name).unwrap_or_default();
            let numbers = value.split_whitespace().map(|n| n.parse().unwrap_or(0.0));
            numbers.take(6).collect()
        };
        let boundary = numbers("Boundary");
        let matrix: [f64; 6] = numbers("CTM")
            .try_into()
            .unwrap_or([1.0, 0.0, 0.0, 1.0, 0.0, 0.0]);
        Self {
            x: boundary.first().copied().unwrap_or(0.0),
            y: boundary.get(1).copied().unwrap_or(0.0),
            matrix,
            size: numbers("Size").first().copied().unwrap_or(4.0).abs() * matrix[3].abs().max(0.1),
            is_visible: attributes.is_on("Visible"),
            has_glyphs: false,
        }
    }

    fn place(&self, x: f64, y: f64) -> (f64, f64) {
        let [a, b, c, d, e, f] = self.matrix;
        (self.x + a * x + c * y + e, self.y + b * x + d * y + f)
    }
}

/// Pieces on one base line make a line, from left to right; lines from top to bottom.
fn lines(mut pieces: Vec<Piece>) -> Vec<String> {
    pieces.retain(|p| p.x.is_finite() && p.y.is_finite());
    pieces.sort_by(|a, b| a.y.total_cmp(&b.y));
    let mut rows: Vec<Vec<Piece>> = Vec::new();
    for piece in pieces {
        let same = rows.last().and_then(|r| r.first()).is_some_and(|first| {
            (piece.y - first.y).abs() <= first.size.max(piece.size).max(1.0) * 0.4
        });
        match rows.last_mut() {
            Some(row) if same => row.push(piece),
            _ => rows.push(vec![piece]),
        }
    }
    rows.into_iter()
        .map(|mut row| {
            row.sort_by(|a, b| a.x.total_cmp(&b.x));
            row.into_iter().map(|p| p.text).collect::<String>()
        })
        .filter(|line| line.chars().any(crate::walk::is_visible))
        .collect()
}
