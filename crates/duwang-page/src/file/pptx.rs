//! Presentations (pptx): the text of each slide in the order shown; notes, hidden slides and comments are what the audience does not see.

use super::archive::{Archive, Trouble};
use super::docx::relations;
use super::outline::Outline;
use super::xml::{self, Mark};
use super::{Aids, picture, properties};
use crate::{Reading, Source, not_read};
use duwang_model::{BlockKind, Part, ResidueKind};

/// Most slides read.
const MAX_SLIDES: usize = 2_000;

pub(super) fn read(source: &Source<'_>, aids: &dyn Aids) -> Reading {
    match Archive::open(source.bytes).and_then(|archive| outline(archive, aids)) {
        Ok(outline) => picture::or_unread(outline.finish(source)),
        Err(Trouble(reason)) => not_read(reason),
    }
}

fn outline(mut archive: Archive<'_>, aids: &dyn Aids) -> Result<Outline, Trouble> {
    let mut outline = Outline::default();
    let slides = slides(&mut archive)?;
    if slides.len() > MAX_SLIDES {
        outline.note(format!("超过 {MAX_SLIDES} 页，其余未读"));
    }
    let mut pictures = Vec::new();
    let mut unseen = Vec::new();
    for (n, part) in slides.iter().take(MAX_SLIDES).enumerate() {
        let place = format!("第{}页", n + 1);
        let Some(slide) = archive.xml(part)? else {
            outline.note(format!("{place}缺少部件，未读"));
            continue;
        };
        let slide = read_slide(&slide);
        let is_hidden = slide.is_hidden;
        for (text, is_title) in &slide.lines {
            if is_hidden {
                unseen.push((
                    ResidueKind::HiddenText,
                    text.clone(),
                    format!("{place}（隐藏的页）"),
                ));
                continue;
            }
            let kind = match is_title {
                true => BlockKind::Heading,
                false => BlockKind::Paragraph,
            };
            outline.line(text, kind, Part::Main, || place.clone());
        }
        if let Some(why) = slide.fault {
            outline.note(format!("{place}有损坏（{why}），其余未读"));
        }
        let folder = xml::folder(part).to_owned();
        let name = part.rsplit('/').next().unwrap_or(part);
        for relation in relations(&mut archive, &format!("{folder}/_rels/{name}.rels")) {
            let target = xml::resolve(&folder, &relation.target);
            if relation.kind.ends_with("/image") {
                outline.image(&target, "");
                pictures.push((target, format!("{place}的图片")));
            } else if relation.kind.ends_with("/notesSlide")
                && let Some(notes) = archive.xml(&target)?
            {
                let place = format!("{place}的备注");
                let lines = read_slide(&notes).lines;
                let lines = lines.into_iter().filter(|(t, _)| t.chars().count() > 3);
                unseen.extend(lines.map(|(t, _)| (ResidueKind::HiddenText, t, place.clone())));
            } else if relation.kind.ends_with("/comments")
                && let Some(comments) = archive.xml(&target)?
            {
                let place = format!("{place}的批注");
                let texts = comment_texts(&comments).into_iter();
                unseen.extend(texts.map(|t| (ResidueKind::Comment, t, place.clone())));
            }
        }
    }
    for (kind, text, place) in unseen {
        outline.hidden(kind, &text, "", &place);
    }
    properties::authors(&mut archive, &mut outline);
    picture::recognise_parts(&mut archive, &pictures, aids, &mut outline);
    Ok(outline)
}

fn slides(archive: &mut Archive<'_>) -> Result<Vec<String>, Trouble> {
    let presentation = archive
        .xml("ppt/presentation.xml")?
        .ok_or_else(|| Trouble("缺少部件 ppt/presentation.xml".to_owned()))?;
    let links = relations(archive, "ppt/_rels/presentation.xml.rels");
    let mut found = Vec::new();
    let walked = xml::walk(&presentation, &mut |mark| {
        if let Mark::Start("sldId", attributes) = mark {
            // `id` is the slide's number, `r:id` the relation: the one that starts with letters.
            let id = attributes.relation_id();
            if let Some(link) = links.iter().find(|l| l.id == id) {
                found.push(xml::resolve("ppt", &link.target));
            }
        }
    });
    drop(walked); // slides named before a fault are read
    Ok(found)
}

#[derive(Default)]
struct Slide {
    /// Paragraphs, and whether each stands in a title.
    lines: Vec<(String, bool)>,
    is_hidden: bool,
    fault: Option<String>,
}

fn read_slide(part: &str) -> Slide {
    let mut slide = Slide::default();
    let (mut in_text, mut in_title) = (false, false);
    let mut paragraph = String::new();
    let walked = xml::walk(part, &mut |mark| match mark {
        Mark::Start("sld", attributes) => {
            slide.is_hidden = attributes.get("show").as_deref() == Some("0");
        }
        Mark::Start("sp", _) => in_title = false,
        Mark::Start("ph", attributes) => {
            in_title = matches!(
                attributes.get("type").as_deref(),
                Some("title" | "ctrTitle")
            );
        }
        Mark::Start("t", _) => in_text = true,
        Mark::End("t") => in_text = false,
        Mark::Start("br", _) => paragraph.push('\n'),
        Mark::End("p") => slide.lines.push((std::mem::take(&mut paragraph), in_title)),
        Mark::Text(text) if in_text => paragraph.push_str(&text),
        _ => {}
    });
    slide.fault = walked.err();
    slide
        .lines
        .retain(|(text, _)| text.chars().any(crate::walk::is_visible));
    slide
}

fn comment_texts(part: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut in_text = false;
    let walked = xml::walk(part, &mut |mark| match mark {
        Mark::Start("text" | "t", _) => {
            in_text = true;
            found.push(String::new());
        }
        Mark::End("text" | "t") => in_text = false,
        Mark::Text(text) if in_text => {
            if let Some(last) = found.last_mut() {
                last.push_str(&text);
            }
        }
        _ => {}
    });
    drop(walked);
    found
}
