//! XML parts of office files, walked event by event. Entities of the file's own making are never expanded.

use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};
use std::borrow::Cow;

/// Deeper than any real part.
const MAX_DEPTH: usize = 512;

/// What a walk meets. Names come without their prefix.
pub(super) enum Mark<'m> {
    Start(&'m str, Attributes<'m>),
    End(&'m str),
    Text(Cow<'m, str>),
    /// A reference to an entity the part declares itself: nothing of it is read.
    Entity,
}

/// The attributes of an element.
#[derive(Clone, Copy)]
pub(super) struct Attributes<'m>(&'m BytesStart<'m>);

impl Attributes<'_> {
    /// The value of an attribute, named without its prefix.
    pub(super) fn get(self, name: &str) -> Option<String> {
        self.0
            .attributes()
            .with_checks(false)
            .flatten()
            .find(|a| a.key.local_name().as_ref() == name)
            .map(|a| {
                a.normalized_value(XmlVersion::Implicit1_0)
                    .map_or_else(|_| a.value.clone().into_owned(), Cow::into_owned)
            })
    }

    /// `r:id`: the attribute called `id` with a prefix, where one without stands beside it.
    pub(super) fn relation_id(self) -> String {
        self.0
            .attributes()
            .with_checks(false)
            .flatten()
            .find(|a| a.key.prefix().is_some() && a.key.local_name().as_ref() == "id")
            .map(|a| a.value.clone().into_owned())
            .unwrap_or_default()
    }

    /// An attribute that switches something: absent or empty means on, `0`, `false` and `off` mean off.
    pub(super) fn is_on(self, name: &str) -> bool {
        !matches!(
            self.get(name).as_deref(),
            Some("0" | "false" | "off" | "none")
        )
    }

    pub(super) fn number(self, name: &str) -> Option<usize> {
        self.get(name)?.trim().parse().ok()
    }
}

/// Walks a part to its end. `Err` says why it could not be walked further.
pub(super) fn walk(xml: &str, visit: &mut dyn FnMut(Mark<'_>)) -> Result<(), String> {
    let mut reader = Reader::from_str(xml);
    let config = reader.config_mut();
    config.check_end_names = false;
    config.allow_unmatched_ends = true;
    config.allow_dangling_amp = true;
    let mut depth = 0_usize;
    loop {
        match reader.read_event() {
            Ok(Event::Start(start)) => {
                depth += 1;
                if depth > MAX_DEPTH {
                    return Err("嵌套过深".to_owned());
                }
                let name = start.local_name();
                visit(Mark::Start(name.as_ref(), Attributes(&start)));
            }
            Ok(Event::Empty(start)) => {
                let name = start.local_name();
                visit(Mark::Start(name.as_ref(), Attributes(&start)));
                visit(Mark::End(name.as_ref()));
            }
            Ok(Event::End(end)) => {
                depth = depth.saturating_sub(1);
                visit(Mark::End(end.local_name().as_ref()));
            }
            Ok(Event::Text(text)) => visit(Mark::Text(text.into_inner())),
            Ok(Event::CData(text)) => visit(Mark::Text(text.into_inner())),
            Ok(Event::GeneralRef(name)) => visit(reference(&name)),
            Ok(Event::Eof) => return Ok(()),
            Ok(_) => {}
            Err(error) => return Err(format!("XML 有误：{error}")),
        }
    }
}

fn reference<'m>(name: &quick_xml::events::BytesRef<'_>) -> Mark<'m> {
    if let Ok(Some(c)) = name.resolve_char_ref() {
        return Mark::Text(Cow::Owned(c.to_string()));
    }
    let text = match name.borrow().into_inner().as_ref() {
        "amp" => "&",
        "lt" => "<",
        "gt" => ">",
        "quot" => "\"",
        "apos" => "'",
        _ => return Mark::Entity,
    };
    Mark::Text(Cow::Borrowed(text))
}

/// The text of a part whatever its charset.
pub(super) fn text(bytes: Vec<u8>) -> String {
    match String::from_utf8(bytes) {
        Ok(text) => match text.strip_prefix('\u{feff}') {
            Some(rest) => rest.to_owned(),
            None => text,
        },
        Err(error) => crate::decode(error.as_bytes(), None).text,
    }
}

/// `Id` → `Target` of a relationships part, and whether the target is outside the file.
pub(super) fn relations(xml: &str) -> Vec<Relation> {
    let mut found = Vec::new();
    let walked = walk(xml, &mut |mark| {
        if let Mark::Start("Relationship", attributes) = mark {
            found.push(Relation {
                id: attributes.get("Id").unwrap_or_default(),
                target: attributes.get("Target").unwrap_or_default(),
                kind: attributes.get("Type").unwrap_or_default(),
                external: attributes.get("TargetMode").as_deref() == Some("External"),
            });
        }
    });
    drop(walked); // what was read before a fault still counts
    found
}

pub(super) struct Relation {
    pub id: String,
    pub target: String,
    pub kind: String,
    pub external: bool,
}

/// A target relative to a folder of the archive: `../media/a.png` seen from `word` is `media/a.png`.
pub(super) fn resolve(folder: &str, target: &str) -> String {
    let mut parts: Vec<&str> = match target.starts_with('/') {
        true => Vec::new(),
        false => folder.split('/').filter(|p| !p.is_empty()).collect(),
    };
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// The folder of a part.
pub(super) fn folder(part: &str) -> &str {
    part.rsplit_once('/').map_or("", |(folder, _)| folder)
}
