//! Word documents (docx): paragraphs, tables, text boxes, notes, headers — and what a reader does not see: comments, tracked changes,
//! hidden text. One walk over `word/document.xml`; automatic numbers (一、) are not counted.

mod paragraph;
mod tell;
mod walker;

use super::archive::{Archive, Trouble};
use super::outline::Outline;
use super::xml::{self, Mark, Relation};
use super::{Aids, picture, properties};
use crate::{Reading, Source, not_read};
use duwang_model::Part;
use paragraph::Story;
use std::collections::HashMap;
use walker::Walker;

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

pub(super) struct Comment {
    pub(super) author: String,
    pub(super) text: String,
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
