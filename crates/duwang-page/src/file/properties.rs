//! Who wrote a file, as its properties say: `docProps/core.xml` and `docProps/app.xml` of Office, `DocInfo` of OFD is read by its walker.

use super::{archive::Archive, outline::Outline, xml};
use xml::Mark;

/// Tells the authors of an Office file.
pub(super) fn authors(archive: &mut Archive<'_>, outline: &mut Outline) {
    let Ok(Some(core)) = archive.xml("docProps/core.xml") else {
        return;
    };
    let mut open = String::new();
    let mut found: Vec<(&str, String)> = Vec::new();
    let walked = xml::walk(&core, &mut |mark| match mark {
        Mark::Start(name, _) => open = name.to_owned(),
        Mark::End(_) => open.clear(),
        Mark::Text(text) => match open.as_str() {
            "creator" => found.push(("文件属性“作者”", text.into_owned())),
            "lastModifiedBy" => found.push(("文件属性“最后保存者”", text.into_owned())),
            _ => {}
        },
        Mark::Entity => {}
    });
    drop(walked); // a fault in the properties costs the rest of the properties only
    for (place, name) in found {
        outline.author(&name, place);
    }
}
