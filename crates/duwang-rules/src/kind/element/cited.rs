//! Which document a sentence speaks of: `国务院《城市公园条例》2025年3月15日起施行` says nothing of the one that is explained.

use crate::judge::{Line, Seen};
use crate::kind::pairing::likeness::share;
use duwang_model::Text;

/// Names at least this alike are one.
const ALIKE: f64 = 0.6;
/// Words that lead back to the document itself.
const ITS_OWN: [&str; 6] = ["本", "该", "这", "新", "我", "现"];

/// Whether a match is said of a document that its clause names and the title does not. Where the title names none, any may be meant.
pub(super) fn is_of_another(seen: &Seen<'_>, line: &Line<'_>) -> bool {
    let title = Text::new(seen.document.title.clone());
    let title = title.folded();
    title.contains('《') && named(line).is_some_and(|name| !is_own(title, name))
}

/// The document named right before the match or, as what it belongs to, right behind it.
fn named<'a>(line: &Line<'a>) -> Option<&'a str> {
    named_before(line.before()).or_else(|| named_behind(line.after()))
}

fn named_before(before: &str) -> Option<&str> {
    let close = before.rfind('》')?;
    let between = &before[close + '》'.len_utf8()..];
    let leads_back = ITS_OWN.iter().any(|word| between.contains(word));
    let is_near = !between.contains([',', '。', ';', '!', '?']) && !leads_back;
    let open = before[..close].rfind('《').filter(|_| is_near)?;
    Some(&before[open + '《'.len_utf8()..close])
}

/// `…起施行的省《公园条例》`
fn named_behind(after: &str) -> Option<&str> {
    let clause = after.strip_prefix('的')?;
    let open = clause.find('《')?;
    let is_near = !clause[..open].contains([',', '。', ';', '!', '?']);
    let name = &clause[open + '《'.len_utf8()..];
    name.split('》').next().filter(|_| is_near)
}

fn is_own(title: &str, name: &str) -> bool {
    let names = title.split('《').skip(1);
    let mut names = names.filter_map(|part| part.split('》').next());
    title.contains(name) || names.any(|own| name.contains(own) || share(own, name) >= ALIKE)
}

#[cfg(test)]
mod tests {
    use super::{is_own, named};
    use crate::judge::Line;

    fn of<'a>(text: &'a str, fault: &str) -> Option<&'a str> {
        let start = text.find(fault).unwrap_or(0);
        named(&Line::new(text, start, start + fault.len()))
    }

    #[test]
    fn the_document_named_in_the_clause_is_meant() {
        let day = "3月15日起施行";
        assert_eq!(
            of("国务院《公园条例》3月15日起施行。", day),
            Some("公园条例")
        );
        assert_eq!(
            of("3月15日起施行的省《公园条例》要求", day),
            Some("公园条例")
        );
        assert_eq!(of("根据《公园条例》,3月15日起施行。", day), None);
        assert_eq!(of("依据《公园条例》制定的本办法3月15日起施行。", day), None);
    }

    #[test]
    fn its_own_name_may_be_shortened() {
        let title = "《云溪市公园管理办法》政策解读";
        assert!(is_own(title, "办法"));
        assert!(is_own(title, "云溪市人民政府公园管理办法"));
        assert!(!is_own(title, "城市公园条例"));
    }
}
