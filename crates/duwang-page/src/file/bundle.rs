//! Archives: every file inside is read, and together they make one document whose places name the file. Nesting is bounded.

use super::archive::{Archive, Trouble};
use super::outline::hints_for;
use super::{Aids, MAX_NESTING};
use crate::{Hints, Reading, Source, not_read};
use duwang_model::{Block, Document, FilePlace, Kind, Outcome, Residue, Span, Text};

/// Most files read of one archive.
const MAX_FILES: usize = 500;
/// Most bytes of text of all files together.
const MAX_TEXT: usize = 16 << 20;

/// One file of an archive and what became of it. Archives inside one another join their names by ` › `.
struct Member {
    name: String,
    reading: Reading,
}

/// A page with what was recognised in its pictures below its own text; what it is stays what it was. Each picture has a name for people.
pub fn with_pictures(page: Document, pictures: Vec<(String, Reading)>) -> Document {
    let url = page.url.clone();
    let hints = Hints::default();
    let source = Source {
        url: &url,
        bytes: &[],
        content_type: None,
        hints: &hints,
    };
    let fallback = page.clone();
    let mut bundle = Bundle::new(Reading::Document(Box::new(page)));
    bundle.keeps_kind = true;
    for (name, reading) in pictures {
        bundle.add(&name, reading);
    }
    match bundle.finish(&source) {
        Reading::Document(document) => *document,
        Reading::Unread(_) => fallback,
    }
}

pub(super) fn read(source: &Source<'_>, aids: &dyn Aids, depth: usize) -> Reading {
    let members = match members(source, aids, depth) {
        Ok(members) => members,
        Err(Trouble(reason)) => return not_read(reason),
    };
    if members.is_empty() {
        return not_read("压缩包是空的".to_owned());
    }
    let mut bundle = Bundle::default();
    for member in members {
        bundle.add(&member.name, member.reading);
    }
    bundle.finish(source)
}

fn members(source: &Source<'_>, aids: &dyn Aids, depth: usize) -> Result<Vec<Member>, Trouble> {
    if depth >= MAX_NESTING {
        return Err(Trouble(format!("压缩包套了 {MAX_NESTING} 层以上，未读")));
    }
    let mut archive = Archive::open(source.bytes)?;
    let entries: Vec<_> = archive
        .entries()
        .iter()
        .filter(|e| !e.is_dir && !is_clutter(&e.name))
        .cloned()
        .collect();
    let mut out = Vec::new();
    for entry in entries.iter().take(MAX_FILES) {
        match archive.read_entry(entry) {
            Err(Trouble(reason)) => out.push(Member {
                name: entry.name.clone(),
                reading: not_read(reason),
            }),
            Ok(bytes) => {
                let hints = hints_for(source.hints, &entry.name);
                out.extend(inside(&entry.name, &bytes, source.url, &hints, aids, depth));
            }
        }
    }
    let more = entries.len().saturating_sub(MAX_FILES) + archive.more;
    if more > 0 {
        out.push(Member {
            name: format!("其余 {more} 个文件"),
            reading: not_read(format!("超过 {MAX_FILES} 个文件，未读")),
        });
    }
    Ok(out)
}

fn inside(
    name: &str,
    bytes: &[u8],
    url: &str,
    hints: &Hints,
    aids: &dyn Aids,
    depth: usize,
) -> Vec<Member> {
    let inner = Source {
        url,
        bytes,
        content_type: None,
        hints,
    };
    if matches!(super::what::of(&inner), super::what::What::Archive) {
        return match members(&inner, aids, depth + 1) {
            Ok(members) => members
                .into_iter()
                .map(|m| Member {
                    name: format!("{name} › {}", m.name),
                    reading: m.reading,
                })
                .collect(),
            Err(Trouble(reason)) => vec![Member {
                name: name.to_owned(),
                reading: not_read(reason),
            }],
        };
    }
    vec![Member {
        name: name.to_owned(),
        reading: super::read_nested(&inner, aids, depth + 1),
    }]
}

/// What archive programs of other systems leave behind.
fn is_clutter(name: &str) -> bool {
    let last = name.rsplit('/').next().unwrap_or(name);
    name.starts_with("__MACOSX/")
        || last.starts_with("._")
        || matches!(last, ".DS_Store" | "Thumbs.db" | "desktop.ini")
}

/// Documents put one after another.
#[derive(Default)]
pub(super) struct Bundle {
    plain: String,
    whole: Option<Document>,
    unread: Vec<(String, Outcome)>,
    read: usize,
    is_full: bool,
    /// The first document says what the whole is.
    keeps_kind: bool,
}

impl Bundle {
    /// Starts with a document that has no name of its own in the bundle.
    pub(super) fn new(first: Reading) -> Self {
        let mut bundle = Self::default();
        bundle.add("", first);
        bundle
    }

    pub(super) fn add(&mut self, name: &str, reading: Reading) {
        match reading {
            Reading::Unread(outcome) => self.unread.push((name.to_owned(), outcome)),
            Reading::Document(document) => self.append(name, *document),
        }
    }

    fn append(&mut self, name: &str, document: Document) {
        self.read += 1;
        if self.plain.len() + document.text.plain().len() > MAX_TEXT {
            self.is_full = true;
            return;
        }
        let by = self.plain.len();
        self.plain.push_str(document.text.plain());
        self.plain.push('\n');
        let moved = moved(document, by, name);
        match &mut self.whole {
            None => self.whole = Some(moved),
            Some(whole) => add_to(whole, moved),
        }
    }

    pub(super) fn finish(self, source: &Source<'_>) -> Reading {
        let Some(mut whole) = self.whole else {
            return not_read(all_unread(&self.unread));
        };
        let mut plain = self.plain;
        if plain.ends_with('\n') {
            plain.pop();
        }
        whole.text = Text::new(plain);
        whole.url = source.url.to_owned();
        if !self.keeps_kind && (self.read > 1 || !self.unread.is_empty()) {
            // Several files in one are no guide and no report, whatever the first of them is.
            whole.kind = source.hints.kind.unwrap_or(Kind::Attachment);
            whole.kind_reasons = vec![format!("内含 {} 个文件", self.read + self.unread.len())];
        }
        if self.is_full {
            whole
                .notes
                .push(format!("文字超过 {} MB，其余未读", MAX_TEXT >> 20));
        }
        for (name, outcome) in self.unread {
            let name = if name.is_empty() { "正文" } else { &name };
            let reason = outcome.reason.replace("，未读", "");
            whole.notes.push(format!("{name} 未读：{reason}"));
        }
        Reading::Document(Box::new(whole))
    }
}

fn all_unread(unread: &[(String, Outcome)]) -> String {
    match unread {
        [(name, outcome)] if name.is_empty() => outcome.reason.clone(),
        [(name, outcome)] => format!("里面的 {name} 未读：{}", outcome.reason),
        many => {
            let first = many.first().map_or("", |(_, o)| o.reason.as_str());
            format!("里面的 {} 个文件都没有读出：{first} 等", many.len())
        }
    }
}

/// A document with everything that points into its text moved on, and its places below a name.
fn moved(mut document: Document, by: usize, name: &str) -> Document {
    let shift = |span: Span| Span::new(span.start + by, span.end + by);
    let below = |place: &str| match (name.is_empty(), place.is_empty()) {
        (true, _) => place.to_owned(),
        (false, true) => name.to_owned(),
        (false, false) => format!("{name} › {place}"),
    };
    if document.places.is_empty() {
        document.places.push(FilePlace {
            start: 0,
            name: String::new(),
            confidence: None,
        });
    }
    for place in &mut document.places {
        place.start += by;
        place.name = below(&place.name);
    }
    let moved_block = |b: Block| Block {
        span: shift(b.span),
        ..b
    };
    document.blocks = document.blocks.into_iter().map(moved_block).collect();
    for pair in &mut document.pairs {
        pair.label_span = shift(pair.label_span);
        pair.value_span = shift(pair.value_span);
    }
    for cell in document
        .tables
        .iter_mut()
        .flat_map(|t| t.rows.iter_mut().flatten())
    {
        cell.span = shift(cell.span);
    }
    for dated in &mut document.dates {
        dated.span = dated.span.map(shift);
    }
    for link in &mut document.links {
        link.span = shift(link.span);
    }
    document.title_span = document.title_span.map(shift);
    let moved_residue = |r: Residue| Residue {
        span: r.span.map(shift),
        place: below(&r.place),
        ..r
    };
    document.residue = document.residue.into_iter().map(moved_residue).collect();
    if !name.is_empty() {
        for note in &mut document.notes {
            *note = format!("{name}：{note}");
        }
    }
    document
}

fn add_to(whole: &mut Document, other: Document) {
    whole.blocks.extend(other.blocks);
    whole.pairs.extend(other.pairs);
    whole.tables.extend(other.tables);
    whole.dates.extend(other.dates);
    whole.links.extend(other.links);
    whole.images.extend(other.images);
    whole.places.extend(other.places);
    whole.residue.extend(other.residue);
    whole.notes.extend(other.notes);
    if whole.title.is_empty() {
        whole.title = other.title;
        whole.title_span = other.title_span;
    }
    whole.published = whole.published.or(other.published);
}
