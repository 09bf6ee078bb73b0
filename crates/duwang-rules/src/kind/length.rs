//! `length`: a content of few words, unless pictures or players carry it.

use super::{Out, Reading};
use crate::judge::{Seen, Slots};
use duwang_model::{LinkRole, Part};

#[derive(Debug)]
pub(crate) struct Length {
    /// Fewest characters of the content.
    min: usize,
    /// So many pictures in the content make up for words.
    or_images: Option<usize>,
}

pub(crate) fn read(reading: &mut Reading<'_, '_>) -> Option<Length> {
    let fields = reading.fields;
    let min = fields.required_number("min");
    let or_images = fields.number("or_images").map(|n| n.value as usize);
    Some(Length {
        min: min?.value as usize,
        or_images,
    })
}

impl Length {
    pub(crate) fn judge(&self, seen: &Seen<'_>, out: &mut Out<'_>) {
        let document = seen.document;
        let media = document.media;
        if media.videos + media.audios + media.frames > 0 {
            return;
        }
        // What an attachment says was not read here.
        if document
            .links
            .iter()
            .any(|l| l.role == LinkRole::Attachment)
        {
            return;
        }
        let images = document
            .images
            .iter()
            .filter(|i| i.part == Part::Main)
            .count();
        if self.or_images.is_some_and(|enough| images >= enough) {
            return;
        }
        let chars = document.main_chars();
        if chars >= self.min {
            return;
        }
        let draft = out.draft().keyed("length").with(Slots {
            value: chars.to_string(),
            limit: self.min.to_string(),
            ..Slots::default()
        });
        out.push(draft);
    }
}
