//! The texts of a Word part and where each of them stands in its XML, so that marks can be put in without touching anything else.

use anyhow::Context as _;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use std::ops::Range;

/// Numbers above this are left alone: new ones must stay below 2³¹.
const MAX_ID: u32 = 1 << 30;

/// One `w:t`: its text, and the places in the XML around it.
#[derive(Debug, Clone)]
pub(super) struct Piece {
    pub(super) text: String,
    /// Number of the run it stands in.
    pub(super) run: usize,
    /// Number of the paragraph it stands in.
    pub(super) paragraph: usize,
    /// The whole element.
    pub(super) element: Range<usize>,
    /// What stands between its tags.
    pub(super) inside: Range<usize>,
    /// Comments may be anchored here: not in a text box.
    pub(super) is_in_story: bool,
    /// Part of a tracked insertion already.
    pub(super) is_revised: bool,
}

/// One `w:r`.
#[derive(Debug, Clone, Default)]
pub(super) struct Run {
    pub(super) element: Range<usize>,
    /// Its start tag.
    pub(super) tag: Range<usize>,
    /// Its properties, an empty range when it has none.
    pub(super) properties: Range<usize>,
    /// Elements besides the properties.
    pub(super) contents: usize,
}

/// A part that was read.
#[derive(Debug, Default)]
pub(super) struct Part {
    /// `w:`, or whatever stands before the names.
    pub(super) prefix: String,
    pub(super) pieces: Vec<Piece>,
    pub(super) runs: Vec<Run>,
    /// Where the content of each `w:p` begins, for a mark in a paragraph without text.
    pub(super) paragraphs: Vec<usize>,
    /// The largest number a tracked change or comment has, so that new ones are new.
    pub(super) highest_id: u32,
}

impl Part {
    pub(super) fn read(xml: &str) -> anyhow::Result<Self> {
        Parser::new(xml).run()
    }
}

struct Parser<'x> {
    xml: &'x str,
    part: Part,
    /// Local names of the open elements with the place after their start tag.
    open: Vec<(String, Range<usize>)>,
    /// Runs that are open (a run in a text box stands inside another).
    runs: Vec<usize>,
    paragraphs: Vec<usize>,
    /// Open elements whose text is not the reader's, or cannot carry a comment.
    boxes: usize,
    revised: usize,
    deleted: usize,
    fallback: usize,
}

impl<'x> Parser<'x> {
    fn new(xml: &'x str) -> Self {
        Self {
            xml,
            part: Part::default(),
            open: Vec::new(),
            runs: Vec::new(),
            paragraphs: Vec::new(),
            boxes: 0,
            revised: 0,
            deleted: 0,
            fallback: 0,
        }
    }

    fn run(mut self) -> anyhow::Result<Part> {
        let mut reader = Reader::from_str(self.xml);
        loop {
            let from = place(&reader);
            let event = reader.read_event().context("Word 正文的 XML 不完整")?;
            let to = place(&reader);
            match event {
                Event::Start(tag) => self.start(&tag, from..to),
                Event::Empty(tag) => self.empty(&tag),
                Event::End(_) => self.end(from, to),
                Event::Eof => return Ok(self.part),
                _ => {}
            }
        }
    }

    fn start(&mut self, tag: &BytesStart<'_>, at: Range<usize>) {
        let name = tag.local_name().as_ref().to_owned();
        if self.open.is_empty() {
            self.part.prefix = prefix(tag);
        }
        self.note_id(tag);
        self.count(&name, 1);
        match name.as_str() {
            "r" => {
                self.runs.push(self.part.runs.len());
                self.part.runs.push(Run {
                    tag: at.clone(),
                    properties: at.end..at.end,
                    ..Run::default()
                });
            }
            "p" => {
                self.paragraphs.push(self.part.paragraphs.len());
                self.part.paragraphs.push(at.end);
            }
            _ => self.content(&name),
        }
        self.open.push((name, at));
    }

    fn empty(&mut self, tag: &BytesStart<'_>) {
        self.note_id(tag);
        let name = tag.local_name();
        self.content(name.as_ref());
    }

    /// Counts what stands directly in a run.
    fn content(&mut self, name: &str) {
        let in_run = self.open.last().is_some_and(|(parent, _)| parent == "r");
        if in_run
            && name != "rPr"
            && let Some(run) = self.runs.last().and_then(|i| self.part.runs.get_mut(*i))
        {
            run.contents += 1;
        }
    }

    fn end(&mut self, from: usize, to: usize) {
        let Some((name, tag)) = self.open.pop() else {
            return;
        };
        self.count(&name, -1);
        let parent_is_run = self.open.last().is_some_and(|(parent, _)| parent == "r");
        match name.as_str() {
            "t" if parent_is_run => self.piece(tag, from, to),
            "rPr" if parent_is_run => {
                if let Some(run) = self.runs.last().and_then(|i| self.part.runs.get_mut(*i)) {
                    run.properties = tag.start..to;
                }
            }
            "pPr" => {
                if let Some(begin) = self
                    .paragraphs
                    .last()
                    .and_then(|i| self.part.paragraphs.get_mut(*i))
                {
                    *begin = to;
                }
            }
            "r" => {
                if let Some(run) = self.runs.pop().and_then(|i| self.part.runs.get_mut(i)) {
                    run.element = tag.start..to;
                }
            }
            "p" => drop(self.paragraphs.pop()),
            _ => {}
        }
    }

    fn piece(&mut self, tag: Range<usize>, from: usize, to: usize) {
        let (Some(run), 0, 0) = (self.runs.last().copied(), self.deleted, self.fallback) else {
            return;
        };
        self.part.pieces.push(Piece {
            text: decoded(&self.xml[tag.end..from]).map(|(c, _)| c).collect(),
            run,
            paragraph: self.paragraphs.last().copied().unwrap_or(0),
            element: tag.start..to,
            inside: tag.end..from,
            is_in_story: self.boxes == 0,
            is_revised: self.revised > 0,
        });
    }

    fn count(&mut self, name: &str, by: isize) {
        let counter = match name {
            "txbxContent" => &mut self.boxes,
            "ins" | "moveTo" => &mut self.revised,
            "del" | "moveFrom" => &mut self.deleted,
            "Fallback" => &mut self.fallback,
            _ => return,
        };
        *counter = counter.saturating_add_signed(by);
    }

    fn note_id(&mut self, tag: &BytesStart<'_>) {
        for attribute in tag.attributes().flatten() {
            if attribute.key.local_name().as_ref() == "id"
                && attribute.key.prefix().is_some()
                && let Ok(id) = attribute.value.parse::<u32>()
                && id < MAX_ID
            {
                self.part.highest_id = self.part.highest_id.max(id);
            }
        }
    }
}

fn place(reader: &Reader<&[u8]>) -> usize {
    usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX)
}

fn prefix(tag: &BytesStart<'_>) -> String {
    tag.name()
        .prefix()
        .map_or(String::new(), |p| format!("{}:", p.as_ref()))
}

/// The characters of XML text with the bytes each of them takes there.
pub(super) fn decoded(raw: &str) -> impl Iterator<Item = (char, Range<usize>)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let rest = raw.get(at..)?;
        let first = rest.chars().next()?;
        let (c, length) = match first {
            '&' => reference(rest).unwrap_or(('&', 1)),
            c => (c, c.len_utf8()),
        };
        let from = at;
        at += length;
        Some((c, from..at))
    })
}

fn reference(rest: &str) -> Option<(char, usize)> {
    let end = rest.bytes().take(12).position(|b| b == b';')?;
    let name = rest.get(1..end)?;
    let c = match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code)?
        }
    };
    Some((c, end + 1))
}
