//! What every file reader tells: lines with their places, tables, residue, pictures. At the end it is a document.

use crate::layout::{Layout, PlacedLink};
use crate::page::{Known, compose};
use crate::tables::{Placed, is_layout};
use crate::walk::{RawCell, RawTable};
use crate::{Hints, Source};
use duwang_model::{
    Block, BlockKind, Document, FilePlace, Image, LinkRole, Part, Residue, ResidueKind, Span,
};

/// Most bytes of text kept of one file.
const MAX_TEXT: usize = 16 << 20;
/// Most things of residue kept of one file.
const MAX_RESIDUE: usize = 2_000;

#[derive(Default)]
pub(super) struct Outline {
    layout: Layout,
    places: Vec<FilePlace>,
    residue: Vec<Residue>,
    is_full: bool,
}

impl Outline {
    /// A line of its own; line breaks inside it make several. `None` when nothing visible is in it.
    pub(super) fn line(
        &mut self,
        text: &str,
        kind: BlockKind,
        part: Part,
        place: impl FnOnce() -> String,
    ) -> Option<Span> {
        self.sure_line(text, kind, part, None, place)
    }

    /// A line read by character recognition, with how sure that is, percent.
    pub(super) fn recognised(&mut self, text: &str, confidence: u8, place: &str) {
        self.sure_line(
            text,
            BlockKind::Paragraph,
            Part::Main,
            Some(confidence),
            || place.to_owned(),
        );
    }

    fn sure_line(
        &mut self,
        text: &str,
        kind: BlockKind,
        part: Part,
        confidence: Option<u8>,
        place: impl FnOnce() -> String,
    ) -> Option<Span> {
        if self.layout.plain.len() + text.len() > MAX_TEXT {
            self.is_full = true;
            return None;
        }
        let mut whole: Option<Span> = None;
        for piece in text.split([
            '\n', '\r', '\u{b}', '\u{c}', '\u{85}', '\u{2028}', '\u{2029}',
        ]) {
            if let Some(span) = self.layout.push_line(piece, kind, part) {
                whole = Some(Span::new(whole.map_or(span.start, |w| w.start), span.end));
            }
        }
        let span = whole?;
        self.places.push(FilePlace {
            start: span.start,
            name: place(),
            confidence,
        });
        Some(span)
    }

    /// Where the next line will begin.
    pub(super) fn at(&self) -> usize {
        self.layout.plain.len()
    }

    pub(super) fn text(&self, span: Span) -> &str {
        self.layout.plain.get(span.start..span.end).unwrap_or("")
    }

    pub(super) fn table(&mut self, rows: Vec<Vec<RawCell>>) {
        if rows.iter().any(|r| !r.is_empty()) {
            self.layout.tables.push(Placed {
                raw: RawTable { rows },
                part: Part::Main,
            });
        }
    }

    pub(super) fn link(&mut self, url: &str, span: Span) {
        self.layout.links.push(PlacedLink {
            url: url.to_owned(),
            href: url.to_owned(),
            title: String::new(),
            alt: String::new(),
            role: LinkRole::Content,
            span,
            date: None,
        });
    }

    pub(super) fn image(&mut self, name: &str, alt: &str) {
        self.layout.images.push(Image {
            url: name.to_owned(),
            alt: alt.to_owned(),
            part: Part::Main,
        });
    }

    pub(super) fn note(&mut self, note: impl Into<String>) {
        let note = note.into();
        if !self.layout.notes.contains(&note) {
            self.layout.notes.push(note);
        }
    }

    /// Residue whose text stands in the document already, or is a name only.
    pub(super) fn residue(
        &mut self,
        kind: ResidueKind,
        text: &str,
        span: Option<Span>,
        author: &str,
        place: &str,
    ) {
        if self.residue.len() < MAX_RESIDUE {
            self.residue.push(Residue {
                kind,
                text: text.trim().chars().take(2_000).collect(),
                span,
                author: author.trim().to_owned(),
                place: place.to_owned(),
            });
        }
    }

    /// Text a reader of the file does not see: kept as a hidden line, so that rules about leaks look at it, and told as residue.
    pub(super) fn hidden(&mut self, kind: ResidueKind, text: &str, author: &str, place: &str) {
        let span = self.line(text, BlockKind::Paragraph, Part::Hidden, || {
            place.to_owned()
        });
        if span.is_some() {
            self.residue(kind, text, span, author, place);
        }
    }

    /// Author names as the properties of the file tell them.
    pub(super) fn author(&mut self, name: &str, place: &str) {
        let name = name.trim();
        let known = |r: &Residue| r.kind == ResidueKind::Author && r.text == name;
        if !name.is_empty() && !self.residue.iter().any(known) {
            self.residue(ResidueKind::Author, name, None, name, place);
        }
    }

    /// The title, when the file marks it as one.
    pub(super) fn title(&mut self, span: Span) {
        self.layout.title.text = self.text(span).replace('\n', "");
        self.layout.title.span = Some(span);
    }

    pub(super) fn finish(mut self, source: &Source<'_>) -> Document {
        if self.is_full {
            self.note(format!("文字超过 {} MB，其余未读", MAX_TEXT >> 20));
        }
        self.unframe();
        self.find_title();
        let known = Known {
            charset: String::new(),
            ..Known::default()
        };
        let mut document = compose(source.url, self.layout, known, source.hints);
        document.places = self.places;
        document.residue = self.residue;
        document
    }

    /// Cells of tables that only frame the text are paragraphs.
    fn unframe(&mut self) {
        let plain = &self.layout.plain;
        let frames: Vec<Span> = self
            .layout
            .tables
            .iter()
            .filter(|t| is_layout(&t.raw, plain))
            .flat_map(|t| t.raw.rows.iter().flatten().map(|c| c.span))
            .collect();
        for frame in frames {
            let blocks = &mut self.layout.blocks;
            let from = blocks.partition_point(|b| b.span.start < frame.start);
            // Tables inside frames keep their cells: they have a frame of their own or none.
            for block in blocks[from..].iter_mut().take(1_000) {
                if block.span.end > frame.end {
                    break;
                }
                if block.kind == BlockKind::Cell {
                    block.kind = BlockKind::Paragraph;
                }
            }
        }
    }

    /// Without a marked title the first line may be it.
    fn find_title(&mut self) {
        if self.layout.title.span.is_none()
            && let Some(at) = self.layout.blocks.iter().position(|b| b.part == Part::Main)
        {
            let block = self.layout.blocks[at];
            if block.kind != BlockKind::Cell && crate::page::is_title_line(self.text(block.span)) {
                self.title(block.span);
            }
        }
        let Some(title) = self.layout.title.span else {
            return;
        };
        for block in &mut self.layout.blocks {
            if title.contains(block.span) && block.kind == BlockKind::Paragraph {
                *block = Block {
                    kind: BlockKind::Heading,
                    ..*block
                };
            }
        }
    }
}

/// A source for something inside a file: same hints but for the name.
pub(super) fn hints_for(hints: &Hints, name: &str) -> Hints {
    Hints {
        name: Some(name.to_owned()),
        kind: None,
        list_title: None,
        ..hints.clone()
    }
}
