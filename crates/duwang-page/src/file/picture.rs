//! Pictures: how large they are, whether they may carry text, and what was recognised in them.

use super::{Aids, archive::Archive, outline::Outline};
use crate::{Reading, Source, not_read};
use duwang_model::{Document, Outcome, OutcomeKind};

/// A picture smaller than this (width, height in pixels) is an icon, a rule or a seal, not a text.
pub const MIN_PICTURE: (u32, u32) = (300, 100);
/// Most pictures of one file that are looked at.
const MAX_PICTURES: usize = 60;
/// A file of pictures with fewer characters of its own than this says what it says in the pictures.
const NEARLY_EMPTY: usize = 20;

/// What character recognition read in one picture.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Recognised {
    /// Lines from top to bottom.
    pub lines: Vec<RecognisedLine>,
}

/// One line of recognised text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecognisedLine {
    /// The text.
    pub text: String,
    /// How sure the recogniser is, percent.
    pub confidence: u8,
}

impl Recognised {
    /// Whether anything was read.
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }
}

/// A picture of its own.
pub(super) fn read(source: &Source<'_>, aids: &dyn Aids) -> Reading {
    if !may_carry_text(source.bytes) {
        return not_read("图片太小，不像载有文字".to_owned());
    }
    if !aids.recognises() {
        return not_read("图片，未启用文字识别，未读".to_owned());
    }
    let Some(recognised) = aids.recognise(source.bytes) else {
        return not_read("图片文字识别没有成功，未读".to_owned());
    };
    if recognised.is_empty() {
        return not_read("图片里没有认出文字".to_owned());
    }
    let mut outline = Outline::default();
    outline.recognise(&recognised, "图片");
    Reading::Document(Box::new(outline.finish(source)))
}

impl Outline {
    pub(super) fn recognise(&mut self, recognised: &Recognised, place: &str) {
        self.note("含图片识别出的文字，请对照原图");
        for line in &recognised.lines {
            self.recognised(&line.text, line.confidence, place);
        }
    }
}

/// Reads the pictures of an archive, or says that they were not read.
pub(super) fn recognise_parts(
    archive: &mut Archive<'_>,
    pictures: &[(String, String)],
    aids: &dyn Aids,
    outline: &mut Outline,
) {
    let mut skipped = 0;
    for (n, (part, place)) in pictures.iter().enumerate() {
        let Ok(bytes) = archive.read(part) else {
            continue;
        };
        if !may_carry_text(&bytes) {
            continue;
        }
        let read = (n < MAX_PICTURES && aids.recognises())
            .then(|| aids.recognise(&bytes))
            .flatten();
        match read {
            Some(recognised) => outline.recognise(&recognised, place),
            None => skipped += 1,
        }
    }
    if skipped > 0 {
        outline.note(format!("有 {skipped} 幅图片里的文字没有识别"));
    }
}

/// A file whose content is in its pictures only was not read.
pub(super) fn or_unread(document: Document) -> Reading {
    let is_empty = document.main_chars() == 0;
    let in_pictures = !document.images.is_empty() && document.main_chars() < NEARLY_EMPTY;
    let recognised = document.places.iter().any(|p| p.confidence.is_some());
    match () {
        () if in_pictures && !recognised => {
            let reason = "内容全在图片里，未识别文字，未读";
            Reading::Unread(Outcome::new(OutcomeKind::Unread, reason))
        }
        () if is_empty && document.residue.is_empty() => {
            Reading::Unread(Outcome::new(OutcomeKind::Unread, "文件里没有文字"))
        }
        () => Reading::Document(Box::new(document)),
    }
}

/// Large enough to carry text. A picture whose size cannot be told may.
pub(super) fn may_carry_text(picture: &[u8]) -> bool {
    size(picture).is_none_or(|(width, height)| {
        let (long, short) = (width.max(height), width.min(height));
        long >= MIN_PICTURE.0 && short >= MIN_PICTURE.1
    })
}

/// Width and height as the head of the picture says.
pub(super) fn size(picture: &[u8]) -> Option<(u32, u32)> {
    match picture {
        [0x89, b'P', b'N', b'G', ..] => Some((big(picture, 16)?, big(picture, 20)?)),
        [b'G', b'I', b'F', b'8', ..] => Some((little16(picture, 6)?, little16(picture, 8)?)),
        [b'B', b'M', ..] => Some((little32(picture, 18)?, little32(picture, 22)? & 0x7fff_ffff)),
        [0xff, 0xd8, ..] => jpeg_size(picture),
        _ => None,
    }
}

fn jpeg_size(picture: &[u8]) -> Option<(u32, u32)> {
    let mut at = 2;
    loop {
        let marker = *picture.get(at + 1)?;
        if picture.get(at) != Some(&0xff) {
            return None;
        }
        match marker {
            0xff => at += 1,
            0xc0..=0xc3 | 0xc5..=0xc7 | 0xc9..=0xcb | 0xcd..=0xcf => {
                return Some((big16(picture, at + 7)?, big16(picture, at + 5)?));
            }
            0xd0..=0xd8 | 0x01 => at += 2,
            _ => at += 2 + big16(picture, at + 2)? as usize,
        }
    }
}

fn bytes<const N: usize>(picture: &[u8], at: usize) -> Option<[u8; N]> {
    picture.get(at..at + N)?.try_into().ok()
}

fn big(picture: &[u8], at: usize) -> Option<u32> {
    bytes(picture, at).map(u32::from_be_bytes)
}

fn big16(picture: &[u8], at: usize) -> Option<u32> {
    bytes(picture, at).map(u16::from_be_bytes).map(u32::from)
}

fn little16(picture: &[u8], at: usize) -> Option<u32> {
    bytes(picture, at).map(u16::from_le_bytes).map(u32::from)
}

fn little32(picture: &[u8], at: usize) -> Option<u32> {
    bytes(picture, at).map(u32::from_le_bytes)
}
