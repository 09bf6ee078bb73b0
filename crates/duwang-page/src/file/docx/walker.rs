//! One walk over the XML of a part.

use super::Comment;
use super::paragraph::{Look, Paragraph, Story, Table};
use crate::file::archive::{Archive, Trouble};
use crate::file::outline::Outline;
use crate::file::xml::{self, Attributes, Mark, Relation};
use crate::walk::RawCell;
use duwang_model::{ResidueKind, Span};
use std::collections::HashMap;

pub(super) struct Walker<'r> {
    pub(super) outline: Outline,
    pub(super) relations: &'r [Relation],
    pub(super) comments: HashMap<String, Comment>,
    pub(super) story: Story,
    pub(super) paragraphs: Vec<Paragraph>,
    pub(super) tables: Vec<Table>,
    pub(super) table_count: usize,
    /// Paragraphs outside tables that hold something.
    pub(super) count: usize,
    /// Looks by `ins`, `del` and their like, innermost last.
    pub(super) changes: Vec<Look>,
    pub(super) run_hidden: bool,
    pub(super) in_run_properties: bool,
    pub(super) in_paragraph_properties: bool,
    pub(super) in_text: bool,
    /// Inside `mc:Fallback` everything is a second copy.
    pub(super) fallback: usize,
    pub(super) link: Option<(usize, String)>,
    pub(super) pictures: Vec<(String, String)>,
    pub(super) entities: bool,
    /// What a reader does not see; told at the end, so that it stands in no cell and between no lines.
    pub(super) unseen: Vec<(ResidueKind, String, String, String)>,
    /// Centred lines at the head that may make up the title.
    pub(super) head: Option<Vec<(Span, bool)>>,
}

impl<'r> Walker<'r> {
    pub(super) fn new(relations: &'r [Relation], comments: HashMap<String, Comment>) -> Self {
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

    pub(super) fn other(&mut self, archive: &mut Archive<'_>, name: &str, story: Story) {
        match archive.xml(name) {
            Ok(Some(part)) => self.part(&part, story),
            Ok(None) => {}
            Err(Trouble(reason)) => self.outline.note(format!("{name}：{reason}，未读")),
        }
    }

    pub(super) fn part(&mut self, part: &str, story: Story) {
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

    pub(super) fn finish(mut self) -> (Outline, Vec<(String, String)>) {
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
}
