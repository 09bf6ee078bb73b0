//! What an xlsx file hides: columns and rows with `hidden`, and comments. The cells themselves are read elsewhere.

use super::archive::Archive;
use super::docx::relations;
use super::sheet::Unseen;
use super::xml::{self, Mark};
use std::collections::BTreeMap;

/// By name of sheet.
pub(super) fn unseen(bytes: &[u8]) -> BTreeMap<String, Unseen> {
    let mut found = BTreeMap::new();
    let Ok(mut archive) = Archive::open(bytes) else {
        return found;
    };
    let Ok(Some(workbook)) = archive.xml("xl/workbook.xml") else {
        return found;
    };
    let links = relations(&mut archive, "xl/_rels/workbook.xml.rels");
    for (name, id) in sheets(&workbook) {
        let Some(link) = links.iter().find(|r| r.id == id) else {
            continue;
        };
        let part = xml::resolve("xl", &link.target);
        found.insert(name, of_sheet(&mut archive, &part));
    }
    found
}

fn sheets(workbook: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let walked = xml::walk(workbook, &mut |mark| {
        if let Mark::Start("sheet", attributes) = mark {
            found.push((
                attributes.get("name").unwrap_or_default(),
                attributes.get("id").unwrap_or_default(),
            ));
        }
    });
    drop(walked); // the cell reader says that the file is damaged
    found
}

fn of_sheet(archive: &mut Archive<'_>, part: &str) -> Unseen {
    let mut unseen = Unseen::default();
    if let Ok(Some(sheet)) = archive.xml(part) {
        lines(&sheet, &mut unseen);
    }
    let folder = xml::folder(part).to_owned();
    let name = part.rsplit('/').next().unwrap_or(part);
    let links = relations(archive, &format!("{folder}/_rels/{name}.rels"));
    for link in links.iter().filter(|l| l.kind.ends_with("/comments")) {
        if let Ok(Some(comments)) = archive.xml(&xml::resolve(&folder, &link.target)) {
            read_comments(&comments, &mut unseen);
        }
    }
    unseen
}

fn lines(sheet: &str, unseen: &mut Unseen) {
    let mut row = 0_u32;
    let walked = xml::walk(sheet, &mut |mark| match mark {
        Mark::Start("col", attributes) if hides(attributes.get("hidden")) => {
            let from = attributes.number("min").unwrap_or(1).clamp(1, 16_384) as u32;
            let to = attributes.number("max").unwrap_or(1).clamp(1, 16_384) as u32;
            unseen.columns.extend(from - 1..to);
        }
        Mark::Start("row", attributes) => {
            row = attributes
                .number("r")
                .map_or(row + 1, |r| u32::try_from(r).unwrap_or(u32::MAX));
            if hides(attributes.get("hidden")) && unseen.rows.len() < 100_000 {
                unseen.rows.insert(row.saturating_sub(1));
            }
        }
        _ => {}
    });
    drop(walked);
}

fn hides(value: Option<String>) -> bool {
    matches!(value.as_deref(), Some("1" | "true"))
}

fn read_comments(part: &str, unseen: &mut Unseen) {
    let mut authors: Vec<String> = Vec::new();
    let (mut in_author, mut in_text) = (false, false);
    let mut open: Option<((u32, u32), usize, String)> = None;
    let mut comments = Vec::new();
    let walked = xml::walk(part, &mut |mark| match mark {
        Mark::Start("author", _) => {
            in_author = true;
            authors.push(String::new());
        }
        Mark::End("author") => in_author = false,
        Mark::Start("comment", attributes) => {
            let at = attributes.get("ref").as_deref().and_then(position);
            let author = attributes.number("authorId").unwrap_or(usize::MAX);
            open = at.map(|at| (at, author, String::new()));
        }
        Mark::End("comment") => comments.extend(open.take()),
        Mark::Start("t", _) => in_text = true,
        Mark::End("t") => in_text = false,
        Mark::Text(text) if in_author => {
            if let Some(author) = authors.last_mut() {
                author.push_str(&text);
            }
        }
        Mark::Text(text) if in_text => {
            if let Some((_, _, so_far)) = &mut open {
                so_far.push_str(&text);
            }
        }
        _ => {}
    });
    drop(walked);
    for (at, author, text) in comments.into_iter().take(10_000) {
        let author = authors.get(author).cloned().unwrap_or_default();
        // Spreadsheet programs put the author's name in front of the text as well.
        let text = text
            .strip_prefix(author.as_str())
            .map_or(text.as_str(), |rest| {
                rest.trim_start_matches([':', '：', '\n', '\r'])
            })
            .to_owned();
        unseen.comments.push((at, author, text));
    }
}

/// (6, 1) of `B7`.
fn position(address: &str) -> Option<(u32, u32)> {
    let letters = address.bytes().take_while(u8::is_ascii_alphabetic).count();
    let column = address.get(..letters)?.bytes().try_fold(0_u32, |n, b| {
        n.checked_mul(26)?
            .checked_add(u32::from(b.to_ascii_uppercase() - b'A') + 1)
    })?;
    let row: u32 = address.get(letters..)?.parse().ok()?;
    Some((row.checked_sub(1)?, column.checked_sub(1)?))
}

#[cfg(test)]
mod tests {
    use super::position;

    #[test]
    fn positions_are_read_from_addresses() {
        assert_eq!(position("B7"), Some((6, 1)));
        assert_eq!(position("AA10"), Some((9, 26)));
        for wrong in ["", "B", "7", "B0", "AAAAAAAAAA1", "B99999999999"] {
            assert_eq!(position(wrong), None, "{wrong}");
        }
    }
}
