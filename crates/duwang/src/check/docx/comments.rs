//! The part that holds the words of comments, and the two lines by which the package knows of it.

use super::package::{CONTENT_TYPES, Package, relationships};
use super::runs::Part;
use crate::escape;
use std::collections::BTreeMap;

const NAMESPACE: &str = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
const KIND: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/comments";
const CONTENT_TYPE: &str =
    "application/vnd.openxmlformats-officedocument.wordprocessingml.comments+xml";

/// The comments part as it was found, or a new one.
pub(super) struct Comments {
    name: String,
    xml: String,
    is_new: bool,
    /// The largest number in use.
    pub(super) highest_id: u32,
    prefix: String,
}

impl Comments {
    pub(super) fn of(package: &mut Package<'_>, main: &str) -> anyhow::Result<Self> {
        let relations = package.text(&relations_of(main))?.unwrap_or_default();
        let known = relationships(&relations)
            .into_iter()
            .find(|r| r.kind.ends_with("/comments"));
        let known = known.map(|r| in_folder_of(main, &r.target));
        let old = match &known {
            Some(name) => package.text(name)?.map(|xml| (name.clone(), xml)),
            None => None,
        };
        if let Some((name, xml)) = old {
            let part = Part::read(&xml)?;
            return Ok(Self {
                name,
                xml,
                is_new: false,
                highest_id: part.highest_id,
                prefix: part.prefix,
            });
        }
        Ok(Self {
            name: known.clone().unwrap_or(in_folder_of(main, "comments.xml")),
            xml: format!(
                "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<w:comments xmlns:w=\"{NAMESPACE}\"></w:comments>"
            ),
            is_new: true,
            highest_id: 0,
            prefix: "w:".to_owned(),
        })
    }

    /// Adds one comment; every line of the text is a paragraph.
    pub(super) fn add(
        &mut self,
        id: u32,
        author: &str,
        initials: &str,
        date: &str,
        lines: &[String],
    ) {
        let w = &self.prefix;
        let lines: String = lines
            .iter()
            .map(|line| {
                let line = escape::xml(line);
                format!("<{w}p><{w}r><{w}t xml:space=\"preserve\">{line}</{w}t></{w}r></{w}p>")
            })
            .collect();
        let (author, initials) = (escape::xml(author), escape::xml(initials));
        let comment = format!(
            "<{w}comment {w}id=\"{id}\" {w}author=\"{author}\" {w}date=\"{date}\" {w}initials=\"{initials}\">{lines}</{w}comment>"
        );
        self.xml = appended(&self.xml, &comment);
    }

    /// Everything that must be written for them.
    pub(super) fn parts(
        self,
        package: &mut Package<'_>,
        main: &str,
    ) -> anyhow::Result<BTreeMap<String, String>> {
        let mut parts = BTreeMap::new();
        if self.is_new {
            let name = relations_of(main);
            let relations = package.text(&name)?.unwrap_or_else(no_relations);
            if !relationships(&relations)
                .iter()
                .any(|r| r.kind.ends_with("/comments"))
            {
                parts.insert(name, related(&relations, main, &self.name));
            }
            let types = package.text(CONTENT_TYPES)?.unwrap_or_default();
            if !types.contains(CONTENT_TYPE) {
                let line = format!(
                    "<Override PartName=\"/{}\" ContentType=\"{CONTENT_TYPE}\"/>",
                    self.name
                );
                parts.insert(CONTENT_TYPES.to_owned(), appended(&types, &line));
            }
        }
        parts.insert(self.name, self.xml);
        Ok(parts)
    }
}

fn related(relations: &str, main: &str, name: &str) -> String {
    let taken = relationships(relations);
    let mut id = "rIdDuwang".to_owned();
    while taken.iter().any(|r| r.id == id) {
        id.push('x');
    }
    let folder = main
        .rsplit_once('/')
        .map_or(String::new(), |(folder, _)| format!("{folder}/"));
    let target = name.strip_prefix(folder.as_str()).unwrap_or(name);
    appended(
        relations,
        &format!("<Relationship Id=\"{id}\" Type=\"{KIND}\" Target=\"{target}\"/>"),
    )
}

fn no_relations() -> String {
    "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"></Relationships>".to_owned()
}

/// `word/document.xml` → `word/_rels/document.xml.rels`.
fn relations_of(part: &str) -> String {
    match part.rsplit_once('/') {
        Some((folder, file)) => format!("{folder}/_rels/{file}.rels"),
        None => format!("_rels/{part}.rels"),
    }
}

fn in_folder_of(part: &str, target: &str) -> String {
    match (target.strip_prefix('/'), part.rsplit_once('/')) {
        (Some(whole), _) => whole.to_owned(),
        (None, Some((folder, _))) => format!("{folder}/{target}"),
        (None, None) => target.to_owned(),
    }
}

/// The XML with something more at the end of its root.
fn appended(xml: &str, more: &str) -> String {
    let trimmed = xml.trim_end();
    if let Some(open) = trimmed.strip_suffix("/>")
        && !trimmed.contains("</")
        && let Some(at) = open.rfind('<')
    {
        let name: String = open[at + 1..]
            .chars()
            .take_while(|c| !c.is_whitespace())
            .collect();
        return format!("{}>{more}</{name}>", open.trim_end());
    }
    match trimmed.rfind("</") {
        Some(at) => format!("{}{more}{}", &trimmed[..at], &trimmed[at..]),
        None => xml.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_root_grows_at_its_end() {
        assert_eq!(
            appended("<?xml?><a><b/></a>\n", "<c/>"),
            "<?xml?><a><b/><c/></a>"
        );
        assert_eq!(
            appended("<?xml?><a x=\"1\" />", "<c/>"),
            "<?xml?><a x=\"1\"><c/></a>"
        );
    }

    #[test]
    fn parts_are_named_from_where_they_are_named() {
        assert_eq!(
            relations_of("word/document.xml"),
            "word/_rels/document.xml.rels"
        );
        assert_eq!(
            in_folder_of("word/document.xml", "/word/c.xml"),
            "word/c.xml"
        );
        assert_eq!(in_folder_of("word/document.xml", "c.xml"), "word/c.xml");
    }
}
