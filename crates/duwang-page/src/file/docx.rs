//! Word documents (docx): paragraphs, tables, text boxes, notes, headers — and what a reader does not see: comments, tracked changes,
//! hidden text. One walk over `word/document.xml`; automatic numbers (一、) are not counted.

use super::archive::{Archive, Trouble};
use super::outline::Outline;
use super::xml::{self, Attributes, Mark, Relation};
use super::{Aids, picture, properties};
use crate::walk::RawCell;
use crate::{Reading, Source, not_read};
use duwang_model::{BlockKind, Part, ResidueKind, Span};
use std::collections::HashMap;

pub(super) fn read(source: &Source<'_>, aids: &dyn Aids) -> Reading {
    match Archive::open(source.bytes).and_then(|archive| outline(archive, aids)) {
        Ok(outline) => picture::or_unread(outline.finish(source)),
        Err(Trouble(reason)) => not_read(reason),
    }
}

fn outline(mut archive: Archive<'_>, aids: &dyn Aids) -> Result<Outline, Trouble> {
    let document = archive
        .xml("word/document.xml")?
        .ok_or_else(|| Trouble("缺少部件 word/document.xml".to_owned()))?;
    let relations = relations(&mut archive, "word/_rels/document.xml.rels");
    let comments = comments(&mut archive)?;
    let mut walker = Walker::new(&relations, comments);
    walker.part(&document, Story::Body);
    for name in numbered(&archive, "word/footnotes") {
        walker.other(&mut archive, &name, Story::Note("脚注"));
    }
    for name in numbered(&archive, "word/endnotes") {
        walker.other(&mut archive, &name, Story::Note("尾注"));
    }
    for name in numbered(&archive, "word/header") {
        walker.other(&mut archive, &name, Story::Edge(Part::Header, "页眉"));
    }
    for name in numbered(&archive, "word/footer") {
        walker.other(&mut archive, &name, Story::Edge(Part::Footer, "页脚"));
    }
    let (mut outline, pictures) = walker.finish();
    properties::authors(&mut archive, &mut outline);
    picture::recognise_parts(&mut archive, &pictures, aids, &mut outline);
    Ok(outline)
}

/// Parts of a name with a number or none: `word/header2.xml`.
fn numbered(archive: &Archive<'_>, stem: &str) -> Vec<String> {
    let mut names: Vec<String> = archive
        .entries()
        .iter()
        .map(|e| e.name.clone())
        .filter(|n| {
            n.strip_prefix(stem)
                .and_then(|rest| rest.strip_suffix(".xml"))
                .is_some_and(|number| number.bytes().all(|b| b.is_ascii_digit()))
        })
        .collect();
    names.sort_by_key(|n| (n.len(), n.clone()));
    names.truncate(50);
    names
}

pub(super) fn relations(archive: &mut Archive<'_>, part: &str) -> Vec<Relation> {
    archive
        .xml(part)
        .ok()
        .flatten()
        .map(|xml| xml::relations(&xml))
        .unwrap_or_default()
}

struct Comment {
    author: String,
    text: String,
}

fn comments(archive: &mut Archive<'_>) -> Result<HashMap<String, Comment>, Trouble> {
    let mut found = HashMap::new();
    let Some(part) = archive.xml("word/comments.xml")? else {
        return Ok(found);
    };
    let mut open: Option<(String, Comment)> = None;
    let mut in_text = false;
    let walked = xml::walk(&part, &mut |mark| match mark {
        Mark::Start("comment", attributes) => {
            let comment = Comment {
                author: attributes.get("author").unwrap_or_default(),
                text: String::new(),
            };
            open = Some((attributes.get("id").unwrap_or_default(), comment));
        }
        Mark::End("comment") => found.extend(open.take()),
        Mark::Start("t", _) => in_text = true,
        Mark::End("t") => in_text = false,
        Mark::End("p") => {
            if let Some((_, comment)) = &mut open {
                comment.text.push('\n');
            }
        }
        Mark::Text(text) => {
            if let (true, Some((_, comment))) = (in_text, &mut open) {
                comment.text.push_str(&text);
            }
        }
        _ => {}
    });
    drop(walked); // comments before a fault still count
    Ok(found)
}

/// What a part holds.
#[derive(Clone, Copy)]
enum Story {
    Body,
    Note(&'static str),
    Edge(Part, &'static str),
}

/// How a run of text is to be taken.
#[derive(Clone, PartialEq, Eq)]
enum Look {
    Plain,
    Hidden,
    Inserted(String),
    Deleted(String),
}

#[derive(Default)]
struct Paragraph {
    runs: Vec<(Look, String)>,
    /// Byte ranges of the shown text that are links, with the target.
    links: Vec<(usize, usize, String)>,
    comments: Vec<String>,
    is_heading: bool,
    is_title: bool,
    is_centred: bool,
    in_box: bool,
}

impl Paragraph {
    fn push(&mut self, look: &Look, text: &str) {
        match self.runs.last_mut() {
            Some((last, so_far)) if last == look => so_far.push_str(text),
            _ => self.runs.push((look.clone(), text.to_owned())),
        }
    }

    fn shown(&self) -> String {
        let shown = |l: &Look| matches!(l, Look::Plain | Look::Inserted(_));
        self.runs
            .iter()
            .filter(|(l, _)| shown(l))
            .map(|(_, t)| t.as_str())
            .collect()
    }
}

struct Table {
    number: usize,
    rows: Vec<Vec<RawCell>>,
    /// Column the next cell begins at.
    column: usize,
    /// Where the cell being read began in the text.
    cell_from: usize,
    cell_columns: usize,
    /// Continues the cell above.
    is_continued: bool,
    /// Column → row and cell that may be continued below.
    open: HashMap<usize, (usize, usize)>,
    /// Text boxes end where their table began.
    paragraphs: usize,
}

struct Walker<'r> {
    outline: Outline,
    relations: &'r [Relation],
    comments: HashMap<String, Comment>,
    story: Story,
    paragraphs: Vec<Paragraph>,
    tables: Vec<Table>,
    table_count: usize,
    /// Paragraphs outside tables that hold something.
    count: usize,
    /// Looks by `ins`, `del` and their like, innermost last.
    changes: Vec<Look>,
    run_hidden: bool,
    in_run_properties: bool,
    in_paragraph_properties: bool,
    in_text: bool,
    /// Inside `mc:Fallback` everything is a second copy.
    fallback: usize,
    link: Option<(usize, String)>,
    pictures: Vec<(String, String)>,
    entities: bool,
    /// What a reader does not see; told at the end, so that it stands in no cell and between no lines.
    unseen: Vec<(ResidueKind, String, String, String)>,
    /// Centred lines at the head that may make up the title.
    head: Option<Vec<(Span, bool)>>,
}

impl<'r> Walker<'r> {
    fn new(relations: &'r [Relation], comments: HashMap<String, Comment>) -> Self {
        Self {
            outline: Outline::default(),
            relations,
            comments,
            story: Story::Body,
            paragraphs: Vec::new(),
            tables: Vec::new(),
            table_count: 0,
            count: 0,
            changes: Vec::new(),
            run_hidden: false,
            in_run_properties: false,
            in_paragraph_properties: false,
            in_text: false,
            fallback: 0,
            link: None,
            pictures: Vec::new(),
            entities: false,
            unseen: Vec::new(),
            head: Some(Vec::new()),
        }
    }

    fn other(&mut self, archive: &mut Archive<'_>, name: &str, story: Story) {
        match archive.xml(name) {
            Ok(Some(part)) => self.part(&part, story),
            Ok(None) => {}
            Err(Trouble(reason)) => self.outline.note(format!("{name}：{reason}，未读")),
        }
    }

    fn part(&mut self, part: &str, story: Story) {
        self.story = story;
        let walked = xml::walk(part, &mut |mark| match mark {
            Mark::Start(name, attributes) => self.start(name, attributes),
            Mark::End(name) => self.end(name),
            Mark::Text(text) => self.text(&text),
            Mark::Entity => self.entities = true,
        });
        while !self.paragraphs.is_empty() {
            self.end_paragraph();
        }
        while !self.tables.is_empty() {
            self.end_table();
        }
        self.changes.clear();
        self.fallback = 0;
        if let Err(why) = walked {
            self.outline.note(format!("文件有损坏（{why}），其余未读"));
        }
        if let Some(head) = self.head.take() {
            self.title(&head);
        }
    }

    fn finish(mut self) -> (Outline, Vec<(String, String)>) {
        if self.entities {
            self.outline
                .note("文件声明了外部实体，没有展开，该处内容未读");
        }
        for (kind, text, author, place) in self.unseen {
            self.outline.hidden(kind, &text, &author, &place);
        }
        (self.outline, self.pictures)
    }

    fn start(&mut self, name: &str, attributes: Attributes<'_>) {
        if self.fallback > 0 {
            self.fallback += usize::from(name == "Fallback");
            return;
        }
        match name {
            "Fallback" => self.fallback = 1,
            "p" => self.paragraphs.push(Paragraph {
                in_box: !self.paragraphs.is_empty(),
                ..Paragraph::default()
            }),
            "pPr" => self.in_paragraph_properties = true,
            "rPr" => self.in_run_properties = true,
            "r" => self.run_hidden = false,
            "vanish" if self.in_run_properties && !self.in_paragraph_properties => {
                self.run_hidden = attributes.is_on("val");
            }
            "pStyle" => self.style(&attributes.get("val").unwrap_or_default()),
            "jc" if self.in_paragraph_properties => {
                let is_centred = attributes.get("val").as_deref() == Some("center");
                if let Some(paragraph) = self.paragraphs.last_mut() {
                    paragraph.is_centred = is_centred;
                }
            }
            "t" | "delText" => self.in_text = true,
            "tab" if !self.in_paragraph_properties => self.push("\t"),
            "br" | "cr" => self.push("\n"),
            "noBreakHyphen" => self.push("-"),
            "ins" | "moveTo" if !self.in_run_properties => {
                let author = attributes.get("author").unwrap_or_default();
                self.changes.push(match name {
                    "ins" => Look::Inserted(author),
                    _ => Look::Plain,
                });
            }
            "del" | "moveFrom" if !self.in_run_properties => {
                self.changes
                    .push(Look::Deleted(attributes.get("author").unwrap_or_default()));
            }
            "commentReference" => {
                if let (Some(paragraph), Some(id)) =
                    (self.paragraphs.last_mut(), attributes.get("id"))
                {
                    paragraph.comments.push(id);
                }
            }
            "hyperlink" => self.open_link(attributes),
            "tbl" => self.open_table(),
            "tr" => {
                if let Some(table) = self.tables.last_mut() {
                    table.rows.push(Vec::new());
                    table.column = 0;
                }
            }
            "tc" => {
                let at = self.outline.at();
                if let Some(table) = self.tables.last_mut() {
                    table.cell_from = at;
                    table.cell_columns = 1;
                    table.is_continued = false;
                }
            }
            "gridSpan" => {
                if let (Some(table), Some(n)) = (self.tables.last_mut(), attributes.number("val")) {
                    table.cell_columns = n.clamp(1, 64);
                }
            }
            "vMerge" => {
                if let Some(table) = self.tables.last_mut() {
                    table.is_continued = attributes.get("val").as_deref() != Some("restart");
                }
            }
            "blip" => self.picture(attributes),
            _ => {}
        }
    }

    fn end(&mut self, name: &str) {
        if self.fallback > 0 {
            self.fallback -= usize::from(name == "Fallback");
            return;
        }
        match name {
            "p" => self.end_paragraph(),
            "pPr" => self.in_paragraph_properties = false,
            "rPr" => self.in_run_properties = false,
            "t" | "delText" => self.in_text = false,
            "ins" | "moveTo" | "del" | "moveFrom" if !self.in_run_properties => {
                self.changes.pop();
            }
            "hyperlink" => self.close_link(),
            "tc" => self.end_cell(),
            "tbl" => self.end_table(),
            _ => {}
        }
    }

    fn text(&mut self, text: &str) {
        if self.in_text && self.fallback == 0 {
            self.push(text);
        }
    }

    fn push(&mut self, text: &str) {
        let deleted = self.changes.iter().find(|l| matches!(l, Look::Deleted(_)));
        let inserted = self
            .changes
            .iter()
            .rfind(|l| matches!(l, Look::Inserted(_)));
        let look = match (deleted, inserted) {
            (Some(deleted), _) => deleted.clone(),
            _ if self.run_hidden => Look::Hidden,
            (None, Some(inserted)) => inserted.clone(),
            (None, None) => Look::Plain,
        };
        if let Some(paragraph) = self.paragraphs.last_mut() {
            paragraph.push(&look, text);
        }
    }

    fn style(&mut self, style: &str) {
        let Some(paragraph) = self.paragraphs.last_mut() else {
            return;
        };
        let style = style.to_ascii_lowercase();
        paragraph.is_title = style == "title" || style == "a3" && paragraph.is_centred;
        paragraph.is_heading = style.starts_with("heading")
            || style.len() == 1 && style.bytes().all(|b| (b'1'..=b'6').contains(&b));
    }

    fn open_link(&mut self, attributes: Attributes<'_>) {
        let id = attributes.get("id").unwrap_or_default();
        let target = self
            .relations
            .iter()
            .find(|r| r.external && r.id == id)
            .map(|r| r.target.clone());
        let at = self.paragraphs.last().map_or(0, |p| p.shown().len());
        self.link = target.map(|target| (at, target));
    }

    fn close_link(&mut self) {
        if let (Some((from, target)), Some(paragraph)) =
            (self.link.take(), self.paragraphs.last_mut())
        {
            let to = paragraph.shown().len();
            paragraph.links.push((from, to, target));
        }
    }

    fn open_table(&mut self) {
        self.end_head();
        self.table_count += 1;
        self.tables.push(Table {
            number: self.table_count,
            rows: Vec::new(),
            column: 0,
            cell_from: self.outline.at(),
            cell_columns: 1,
            is_continued: false,
            open: HashMap::new(),
            paragraphs: self.paragraphs.len(),
        });
    }

    fn end_cell(&mut self) {
        let at = self.outline.at();
        let plain_end = at.saturating_sub(1); // without the line break
        let Some(table) = self.tables.last_mut() else {
            return;
        };
        let span = if at > table.cell_from {
            Span::new(table.cell_from, plain_end)
        } else {
            Span::new(at, at)
        };
        if table.rows.is_empty() {
            table.rows.push(Vec::new());
        }
        let row = table.rows.len() - 1;
        if table.is_continued
            && let Some(&(above, cell)) = table.open.get(&table.column)
        {
            let held = &mut table.rows[above][cell];
            held.rows = held.rows.saturating_add(1);
        } else {
            let cell = table.rows[row].len();
            table.rows[row].push(RawCell {
                node: 0,
                head: false,
                span,
                columns: u16::try_from(table.cell_columns).unwrap_or(1),
                rows: 1,
            });
            table.open.insert(table.column, (row, cell));
        }
        table.column += table.cell_columns;
        table.cell_from = at;
    }

    fn end_table(&mut self) {
        if let Some(table) = self.tables.pop() {
            self.outline.table(table.rows);
        }
        // What follows in the cell around it still belongs to that cell.
    }

    fn picture(&mut self, attributes: Attributes<'_>) {
        let Some(id) = attributes.get("embed") else {
            return;
        };
        if let Some(relation) = self.relations.iter().find(|r| !r.external && r.id == id) {
            let name = xml::resolve("word", &relation.target);
            let place = format!("第{}段的图片", self.count + 1);
            self.outline.image(&name, "");
            self.pictures.push((name, place));
        }
    }

    /// The paragraph just ended: its shown text is a line, what is not shown becomes residue.
    fn end_paragraph(&mut self) {
        let Some(paragraph) = self.paragraphs.pop() else {
            return;
        };
        let shown = paragraph.shown();
        let is_empty = !shown.chars().any(crate::walk::is_visible);
        let in_table = self
            .tables
            .last()
            .is_some_and(|t| self.paragraphs.len() >= t.paragraphs);
        if !is_empty && !in_table && !paragraph.in_box && matches!(self.story, Story::Body) {
            self.count += 1;
        }
        let place = self.place(in_table, paragraph.in_box);
        let part = match self.story {
            Story::Edge(part, _) => part,
            _ => Part::Main,
        };
        let kind = match () {
            () if in_table => BlockKind::Cell,
            () if paragraph.is_heading || paragraph.is_title => BlockKind::Heading,
            () => BlockKind::Paragraph,
        };
        let span = self.outline.line(&shown, kind, part, || place.clone());
        if let Some(span) = span {
            self.head_line(&paragraph, span, in_table);
            self.tell_links(&paragraph, &shown, span);
            self.tell_insertions(&paragraph, &shown, span, &place);
        }
        self.tell_unseen(&paragraph, &place);
    }

    fn place(&self, in_table: bool, in_box: bool) -> String {
        let place = match self.story {
            Story::Edge(_, name) | Story::Note(name) => return name.to_owned(),
            Story::Body => match self.tables.last().filter(|_| in_table) {
                Some(table) => format!(
                    "表{} 第{}行第{}列",
                    table.number,
                    table.rows.len().max(1),
                    table.column + 1
                ),
                // A text box ends before the paragraph it hangs on is counted.
                None if in_box => return format!("第{}段旁的文本框", self.count + 1),
                None => format!("第{}段", self.count.max(1)),
            },
        };
        if in_box {
            format!("{place}的文本框")
        } else {
            place
        }
    }

    fn tell_links(&mut self, paragraph: &Paragraph, shown: &str, span: Span) {
        if shown.contains('\n') {
            return; // several lines: places inside have moved
        }
        let cut = shown.len() - shown.trim_start().len();
        for (from, to, target) in &paragraph.links {
            let place = Span::new(
                span.start + from.saturating_sub(cut),
                (span.start + to.saturating_sub(cut)).min(span.end),
            );
            if place.start < place.end && place.end <= span.end {
                self.outline.link(target, place);
            }
        }
    }

    fn tell_insertions(&mut self, paragraph: &Paragraph, shown: &str, span: Span, place: &str) {
        let cut = shown.len() - shown.trim_start().len();
        let mut at = 0;
        for (look, text) in &paragraph.runs {
            let from = at;
            match look {
                Look::Plain => at += text.len(),
                Look::Inserted(author) => {
                    at += text.len();
                    let start = span.start + from.saturating_sub(cut);
                    let end = (span.start + at.saturating_sub(cut)).min(span.end);
                    let inside =
                        (!shown.contains('\n') && start < end).then(|| Span::new(start, end));
                    if text.chars().any(crate::walk::is_visible) {
                        self.outline
                            .residue(ResidueKind::Insertion, text, inside, author, place);
                    }
                }
                Look::Hidden | Look::Deleted(_) => {}
            }
        }
    }

    fn tell_unseen(&mut self, paragraph: &Paragraph, place: &str) {
        for (look, text) in &paragraph.runs {
            let (kind, author, place) = match look {
                Look::Hidden => (
                    ResidueKind::HiddenText,
                    String::new(),
                    format!("{place}的隐藏文字"),
                ),
                Look::Deleted(author) => (
                    ResidueKind::Deletion,
                    author.clone(),
                    format!("{place}中未接受的删除"),
                ),
                Look::Plain | Look::Inserted(_) => continue,
            };
            self.unseen.push((kind, text.clone(), author, place));
        }
        for id in &paragraph.comments {
            if let Some(comment) = self.comments.remove(id) {
                let place = format!("{place}的批注");
                self.unseen
                    .push((ResidueKind::Comment, comment.text, comment.author, place));
            }
        }
    }

    /// Remembers the lines at the head of the body until something comes that is no title.
    fn head_line(&mut self, paragraph: &Paragraph, span: Span, in_table: bool) {
        let is_short = self.outline.text(span).chars().count() <= 60;
        let may_be_title = matches!(self.story, Story::Body)
            && !in_table
            && !paragraph.in_box
            && is_short
            && (paragraph.is_centred || paragraph.is_title || paragraph.is_heading);
        if !may_be_title {
            self.end_head();
            return;
        }
        if let Some(head) = &mut self.head {
            head.push((span, paragraph.is_title));
        }
    }

    fn end_head(&mut self) {
        if let Some(head) = self.head.take() {
            self.title(&head);
        }
    }

    /// The title may run over several centred lines; a document number or a date below it is not part of it.
    fn title(&mut self, head: &[(Span, bool)]) {
        let lines: Vec<Span> = head.iter().map(|(s, _)| *s).collect();
        let is_title = |span: &&Span| {
            let text = self.outline.text(**span);
            let is_bracketed = text.starts_with(['（', '(']) && text.ends_with(['）', ')']);
            let has_digits = text.chars().filter(char::is_ascii_digit).count() >= 4;
            !(is_bracketed && has_digits || text.contains('〔'))
        };
        let lines: Vec<Span> = lines.iter().take(4).take_while(is_title).copied().collect();
        if let (Some(first), Some(last)) = (lines.first(), lines.last()) {
            let whole = Span::new(first.start, last.end);
            self.outline.title(whole);
        }
    }
}
